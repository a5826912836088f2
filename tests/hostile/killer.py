"""A real pipeline, killed with -9 at each of its writes, renames and syncs in turn, and started again.

strace injects the signal at the n-th call of a kind, before it is made or, by killing at the one that follows, after.
Where tracing is forbidden, a write shim in Python (`sitecustomize` beside a copy of this list) does the same for the
calls that Python makes; which of the two ran is printed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
STAGES = ("fetch", "normalise", "validate", "report", "package")
CALLS = ("write", "rename", "fsync")
# The kernel has several calls for one thing.
TRACED = {"write": "write,pwrite64,writev", "rename": "rename,renameat,renameat2", "fsync": "fsync,fdatasync"}
OUTPUTS = ("raw", "tables", "reports", "release")
SHIM = """
import os, signal, sys
_kind, _when = os.environ["KILL_KIND"], int(os.environ["KILL_WHEN"])
_fault = os.environ.get("KILL_FAULT", "KILL")
_count = 0
_wanted = {"write": {"open"}, "rename": {"os.rename"}, "fsync": {"os.truncate", "os.mkdir", "os.remove"}}[_kind]
def _hook(event, arguments):
    global _count
    if event in _wanted and (event != "open" or (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)):
        _count += 1
        if _count == _when:
            if _fault == "KILL":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(28, "No space left on device")
sys.addaudithook(_hook)
"""


class Kill(NamedTuple):
    """Where to kill: the stage, the kind of call, and which of them (from 1)."""

    stage: str
    call: str
    when: int


def traces() -> bool:
    """Whether strace is here and may trace."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0


def environment(folder: Path, kill: Kill | None = None, fault: str = "KILL") -> dict[str, str]:
    """What a stage runs with: nothing of the network, and the shim where nothing can be traced."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "PYTHON"))}
    env |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1", "POLARS_MAX_THREADS": "1"}
    if kill is not None and not traces():
        (folder / "shim").mkdir(exist_ok=True)
        (folder / "shim/sitecustomize.py").write_text(SHIM)
        env |= {"PYTHONPATH": str(folder / "shim"), "KILL_KIND": kill.call, "KILL_WHEN": str(kill.when)}
        env["KILL_FAULT"] = fault
    return env


def command(repository: Path, stage: str) -> list[str]:
    return [str(BIN / "presscorpus"), "--repository", str(repository), stage]


def plain(repository: Path, stage: str) -> subprocess.CompletedProcess[str]:
    """A stage, undisturbed."""
    return subprocess.run(
        command(repository, stage),
        env=environment(repository),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def disturbed(repository: Path, kill: Kill, fault: str = "KILL") -> subprocess.CompletedProcess[str]:
    """A stage that is killed, or that finds the disk full (`fault` ENOSPC), at that call."""
    way = f"signal={fault}" if fault == "KILL" else f"error={fault}"
    tracing = []
    if traces():
        injected = f"inject={TRACED[kill.call]}:{way}:when={kill.when}{'' if fault == 'KILL' else '+'}"
        # Of what is written only files below the repository count: pipes and the terminal are nobody's data.
        tracing = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            os.devnull,
            "-e",
            f"trace={TRACED[kill.call]}",
            "-e",
            injected,
        ]
    return subprocess.run(
        [*tracing, *command(repository, kill.stage)], env=environment(repository, kill, fault), capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip


def counted(repository: Path, stage: str) -> dict[str, int]:
    """How many calls of each kind the busiest thread of a stage makes: strace counts for each by itself."""
    if not traces():
        return dict.fromkeys(CALLS, 12)
    log = repository / "calls.log"
    wanted = ",".join(TRACED.values())
    subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(log), "-e", f"trace={wanted}", *command(repository, stage)],
        env=environment(repository), capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    made = re.findall(r"^(\d+) +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE)
    log.unlink()
    threads = {thread for thread, _ in made}
    of = {call: TRACED[call].split(",") for call in CALLS}
    return {
        call: max(sum(who == thread and name in of[call] for who, name in made) for thread in threads) for call in CALLS
    }


def digests(repository: Path) -> dict[str, str]:
    """The bytes of everything that a pipeline makes; of nothing that it merely works with."""
    return {
        path.relative_to(repository).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in OUTPUTS
        for path in sorted((repository / folder).rglob("*"))
        if path.is_file()
    }


def made(repository: Path) -> None:
    """A repository of two small sites, from files."""
    (repository / "in").mkdir(parents=True)
    for name in ("one", "two"):
        items = [
            {"id": n, "type": "post", "link": f"https://{name}.example.org/?p={n}", "date_gmt": "2026-01-01T00:00:00",
             "title": {"rendered": f"T{n}"}, "content": {"rendered": f"<p>Words {n} <a href='/?p=1'>one</a></p>"},
             "categories": [1]} for n in range(1, 40)
        ]  # fmt: skip
        (repository / "in" / f"{name}.json").write_text(json.dumps(items))
    sites = [
        {"name": name, "address": f"https://{name}.example.org/", "files": f"in/{name}.json",
         "as_of": "2026-01-01T00:00:00Z", "rights": {"statement": "Free.", "license": "CC0-1.0"}} for name in ("one", "two")
    ]  # fmt: skip
    params = {
        "dataset": {"name": "d", "title": "D", "version": "v2026.01.01"},
        "sites": sites,
        "engine": {"workers": 1},
    }
    (repository / "params.yaml").write_text(json.dumps(params))


class Story(NamedTuple):
    """An undisturbed pipeline: its state before each stage, calls of each stage, and what it ends with."""

    before: dict[str, Path]
    calls: dict[str, dict[str, int]]
    end: dict[str, str]


def told(folder: Path) -> Story:
    """Run the pipeline undisturbed, keeping its state before each stage."""
    repository = folder / "undisturbed"
    made(repository)
    before, calls = {}, {}
    for stage in STAGES:
        before[stage] = folder / f"before-{stage}"
        shutil.copytree(repository, before[stage])
        calls[stage] = counted(repository, stage)
    return Story(before, calls, digests(repository))


def kills(story: Story, chance: random.Random, most: int | None) -> Iterator[Kill]:
    """Every kill point, or a sample of so many a stage that has each kind of call."""
    for stage in STAGES:
        points = [Kill(stage, call, n) for call in CALLS for n in range(1, story.calls[stage][call] + 1)]
        yield from points if most is None or len(points) <= most else chance.sample(points, most)


def survived(story: Story, kill: Kill, folder: Path) -> tuple[bool, list[str]]:
    """Kill once, then run on to the end. Returns whether it really died, and the files that differ in the end."""
    repository = folder / "repository"
    shutil.copytree(story.before[kill.stage], repository)
    try:
        died = disturbed(repository, kill).returncode != 0
        for stage in STAGES[STAGES.index(kill.stage) :]:
            done = plain(repository, stage)
            if done.returncode:
                return died, [f"{stage} exits with {done.returncode}: {done.stderr.strip()}"]
        end = digests(repository)
        return died, sorted(name for name in end.keys() | story.end.keys() if end.get(name) != story.end.get(name))
    finally:
        shutil.rmtree(repository)


def main() -> None:
    """Try every kill point, or as many a stage as the first argument says, and print the figures."""
    import tempfile

    most = int(sys.argv[1]) if sys.argv[1:] else None
    seed = int(sys.argv[2]) if sys.argv[2:] else 1
    print(f"killer: {'strace' if traces() else 'write shim'}, seed {seed}")
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        story = told(folder)
        tally: dict[str, list[int]] = {stage: [0, 0, 0] for stage in STAGES}
        for kill in kills(story, random.Random(seed), most):
            died, differences = survived(story, kill, folder)
            tally[kill.stage][0] += 1
            tally[kill.stage][1] += int(died)
            tally[kill.stage][2] += int(bool(differences))
            if differences:
                wrong += 1
                print(f"  {kill}: {differences}")
        for stage, (points, deaths, differing) in tally.items():
            calls = ", ".join(f"{count} {call}" for call, count in story.calls[stage].items())
            print(f"{stage:<10} {points:>4} kill points of {calls}; {deaths} died; {differing} ended otherwise")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
