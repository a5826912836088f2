"""Two layers that put a fault at a chosen call of a stage: strace, and a shim in Python for where tracing is forbidden.

strace sees every system call of every thread and child, those of compiled libraries too. The shim is a
`sitecustomize` with an audit hook (https://docs.python.org/3/library/audit_events.html): it sees what Python itself
opens for writing, renames, makes and removes, and needs no leave of anybody.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile.pipeline import Ended, command, ran

if TYPE_CHECKING:
    from collections.abc import Iterable

TRACED = {
    "write": "write,pwrite64,writev,sendfile,copy_file_range",
    "rename": "rename,renameat,renameat2",
    "fsync": "fsync,fdatasync",
    "entry": "mkdir,mkdirat,rmdir,unlink,unlinkat,ftruncate",
}
"""The kernel has several calls for one thing."""
SHIMMED = {"write": "open", "rename": "os.rename", "entry": "os.mkdir,os.rmdir,os.remove,os.truncate"}
"""Events of Python, by the same kinds. That which becomes of a file after its opening is behind the next event."""
STRACE, SHIM = "strace", "write shim"
_CALL = re.compile(r"^(\d+) +([\w.]+)\((.*)", re.MULTILINE)
_SITECUSTOMIZE = """
import os, signal, sys, threading
_root, _kinds = os.environ["FAULT_ROOT"], os.environ["FAULT_EVENTS"].split(",")
_when, _log = int(os.environ["FAULT_WHEN"]), os.environ["FAULT_LOG"]
_count = 0
def _hook(event, arguments):
    global _count
    if event not in _kinds:
        return
    if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
        return
    if not any(isinstance(each, (str, os.PathLike)) and os.fspath(each).startswith(_root) for each in arguments):
        return
    _count += 1
    if _log:
        os.write(_file, f"{os.getpid()} {event}({_root}\\n".encode())
    if _count == _when:
        os.kill(os.getpid(), signal.SIGKILL)
_file = os.open(_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if _log else None
sys.addaudithook(_hook)
"""


class Kill(NamedTuple):
    """Where to kill: the stage, the kind of call, and which of them (from 1) on one of the `paths`."""

    stage: str
    call: str
    when: int
    paths: tuple[str, ...] = ()


class Places(NamedTuple):
    """The calls on files of the repository that a stage makes, as the numbers by which they are met, and the files."""

    met: dict[str, list[int]]
    paths: tuple[str, ...]


def traces() -> bool:
    """Whether strace is here and may trace."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "-o", "/dev/null", "true"], check=False, capture_output=True).returncode == 0


def killed(repository: Path, kill: Kill, layer: str) -> Ended:
    """Run a stage whose process gets signal 9 as it makes that call, which is not made any more."""
    if layer == STRACE:
        calls = TRACED[kill.call]
        # Without --seccomp-bpf: strace 6.1 then injects errors but no signals.
        options = ["-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:signal=KILL:when={kill.when}"]  # fmt: skip
        # Of the writes of polars' threads most go to pipes: only those to files are counted (-P).
        named = [option for path in kill.paths for option in ("-P", path)]
        return ran(["strace", *options, *named, *command(repository, kill.stage)])
    return _shimmed(repository, kill.stage, SHIMMED[kill.call], kill.when, "")


def places(repository: Path, stage: str, layer: str) -> Places:
    """Run a stage undisturbed, and list its calls on files of the repository.

    Both layers count for each thread or process by itself, so that a number means the first that gets so far.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        if layer == STRACE:
            traced = f"trace={','.join(TRACED.values())}"
            # With the paths of what is written to (-y).
            done = ran(["strace", "-f", "--seccomp-bpf", "-y", "-qq", "-s", "1", "-o", str(log), "-e", traced, *command(repository, stage)])  # fmt: skip
        else:
            done = _shimmed(repository, stage, ",".join(SHIMMED.values()), 0, str(log))
        if done.code:
            raise RuntimeError(f"{stage} exits with {done.code}: {done.said}")
        calls = [
            call
            for call in _CALL.findall(log.read_text(encoding="utf-8", errors="replace"))
            if str(repository) in call[2]
        ]
    names = TRACED if layer == STRACE else SHIMMED
    paths = {
        path
        for _, _, arguments in calls
        for path in re.findall(rf'[<"]({re.escape(str(repository))}[^>"]*)', arguments)
    }
    return Places({kind: _met(calls, those.split(",")) for kind, those in names.items()}, tuple(sorted(paths)))


def _met(calls: Iterable[tuple[str, str, str]], names: list[str]) -> list[int]:
    made = Counter(who for who, name, _ in calls if name in names)
    return list(range(1, max(made.values(), default=0) + 1))


def _shimmed(repository: Path, stage: str, events: str, when: int, log: str) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sitecustomize.py").write_text(_SITECUSTOMIZE)
        env = {"PYTHONPATH": folder, "FAULT_ROOT": str(repository), "FAULT_EVENTS": events}
        return ran(command(repository, stage), env | {"FAULT_WHEN": str(when), "FAULT_LOG": log})
