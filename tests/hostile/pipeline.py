"""A real pipeline of two small sites: its stages as commands, what it makes, and its state before and after each of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BIN = Path(sys.executable).parent
STAGES = ("fetch", "normalise", "validate", "report", "package", "publish")
OUTPUTS = ("raw", "tables", "reports", "release", "shelf", "releases")
PATIENCE = 1800
"""Seconds after which a stage hangs. It takes ten at most, but a machine may have more to do than this."""
_PAGE = 4096
HANGS = -100
"""What a stage that hangs ends with."""


class Ended(NamedTuple):
    """What a command exited with (negative: the signal that ended it), and what it wrote to standard error."""

    code: int
    said: str


def command(repository: Path, stage: str) -> list[str]:
    """The command line of a stage. What is published goes to a folder of the repository."""
    target = [(repository / "shelf").as_uri()] if stage == "publish" else []
    return [str(BIN / "presscorpus"), "--repository", str(repository), stage, *target]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a stage runs with: nothing of the network, nothing of this machine's Python."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "PYTHON"))}
    env |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1", "POLARS_MAX_THREADS": "1"}
    return env | dict(more or {})


def begun(words: Sequence[str], env: Mapping[str, str], said: Path) -> subprocess.Popen[bytes]:
    """Start a command with its children as a group of its own. It says what it says into a file: nobody waits for
    the orphans of a process that was killed, as the next run of a user does not."""
    with said.open("wb") as file:
        return subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=file, start_new_session=True)


def ended(process: subprocess.Popen[bytes], said: Path) -> Ended:
    """Wait for a command; one that hangs is killed with its children."""
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        code = HANGS
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return Ended(code, said.read_text(encoding="utf-8", errors="replace").strip())


def ran(words: Sequence[str], more: Mapping[str, str] | None = None) -> Ended:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        return ended(begun(words, environment(more), said), said)


def plain(repository: Path, stage: str) -> Ended:
    """A stage, undisturbed."""
    return ran(command(repository, stage))


def files(repository: Path) -> dict[str, str]:
    """The digest of every file that is there, the pipeline's own memory and leftovers among them."""
    return {
        path.relative_to(repository).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(repository.rglob("*"))
        if path.is_file()
    }


def outputs(found: Mapping[str, str]) -> dict[str, str]:
    """Of such digests those of what a pipeline makes; of nothing that it merely works with."""
    return {name: digest for name, digest in found.items() if name.partition("/")[0] in OUTPUTS}


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
        "dataset": {"name": "d", "title": "D", "version": "v2026.01.01", "creators": [{"name": "Us"}]},
        "sites": sites,
        "engine": {"workers": 1},
    }
    (repository / "params.yaml").write_text(json.dumps(params))


class Story(NamedTuple):
    """An undisturbed pipeline: its state before each stage, the digests of all files after each, and its bytes.

    It always lies in the same place, since what was published where is part of its outputs.
    """

    repository: Path
    before: dict[str, Path]
    after: dict[str, dict[str, str]]
    growth: dict[str, int]

    def largest(self, stage: str) -> int:
        """The bytes of the largest file that there is before a stage, or of what it adds."""
        sizes = [path.stat().st_size for path in self.before[stage].rglob("*") if path.is_file()]
        return max(*sizes, self.growth[stage] // 10)

    def begin(self, stage: str) -> Path:
        """Put the repository into its state before a stage."""
        shutil.rmtree(self.repository, ignore_errors=True)
        shutil.copytree(self.before[stage], self.repository, dirs_exist_ok=True)
        return self.repository

    def differences(self, stage: str) -> list[str]:
        """Run a disturbed stage again, and those behind it. Returns the outputs that differ in the end.

        Where every file is that of the undisturbed run right after the stage, those behind it have nothing to tell
        the two apart by, and are not run.
        """
        for each in STAGES[STAGES.index(stage) :]:
            done = plain(self.repository, each)
            if done.code:
                return [f"{each} exits with {done.code}: {done.said}"]
            found = files(self.repository)
            if found == self.after[each]:
                return []
        end, wanted = outputs(found), outputs(self.after[STAGES[-1]])
        return sorted(name for name in end.keys() | wanted.keys() if end.get(name) != wanted.get(name))


def told(folder: Path) -> Story:
    """Run the pipeline undisturbed, keeping its state before each stage."""
    story = Story(folder / "repository", {}, {}, {})
    made(story.repository)
    for stage in STAGES:
        story.before[stage] = folder / f"before-{stage}"
        shutil.copytree(story.repository, story.before[stage])
        done = plain(story.repository, stage)
        if done.code:
            raise RuntimeError(f"{stage} exits with {done.code}: {done.said}")
        story.after[stage] = files(story.repository)
        story.growth[stage] = _pages(story.repository) - _pages(story.before[stage])
    return story


def _pages(folder: Path) -> int:
    """The bytes that a folder takes on a disk of whole pages."""
    return sum(-(-path.stat().st_size // _PAGE) * _PAGE for path in folder.rglob("*") if path.is_file())
