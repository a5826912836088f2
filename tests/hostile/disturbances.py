"""A pipeline whose disk is full, whose folders may not be written, that is not alone, and whose archive is damaged.

Each disturbs one stage, which has to end right or with an error of that kind, in three lines at most. Undisturbed again,
the pipeline has to end with the bytes of one that never was disturbed. Of a flipped bit the error names the file.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile.pipeline import begun, command, ended, environment, files, outputs, plain, ran

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from tests.hostile.pipeline import Ended, Story

ARCHIVE, LOCKED, REFUSED, STORAGE = 7, 8, 11, 13
_TIMES = 4
_FOLDERS = (".", ".presscorpus", "raw", "tables", "reports", "release")
_LINES = 3


class Came(NamedTuple):
    """What was done to a stage, the codes that it ended with, and what is wrong about that or about the end."""

    what: str
    codes: tuple[int, ...]
    wrong: list[str]


def mounts() -> bool:
    """Whether a file system may be mounted here."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=False, capture_output=True)
        if mounted.returncode == 0:
            subprocess.run(["umount", folder], check=True)
    return mounted.returncode == 0


def means() -> str:
    """By which means this machine lets a disk be full and a folder closed."""
    subject = "root without CAP_DAC_OVERRIDE" if os.geteuid() == 0 else "this user"
    return (
        f"a full disk by {'a small tmpfs' if mounts() else 'RLIMIT_FSIZE'}, a closed folder by its mode, for {subject}"
    )


def _told(done: Ended, *allowed: int) -> list[str]:
    """What is wrong about how a stage ended: with another code than these, or not in a few lines."""
    wrong = [] if done.code in {0, *allowed} else [f"exits with {done.code}: {done.said[-300:]}"]
    if "Traceback" in done.said or len(done.said.splitlines()) > _LINES:
        wrong.append(f"says {done.said[-300:]}")
    return wrong


def full(story: Story, stage: str, chance: random.Random) -> Iterator[Came]:
    """Room for a part of what the stage adds, and no more."""
    for part in range(_TIMES):
        share = (part + chance.random()) / _TIMES
        if mounts():
            with _small_disk(story, stage, int(story.growth[stage] * share)):
                done = plain(story.repository, stage)
                subprocess.run(["mount", "-o", "remount,size=1g", str(story.repository)], check=True)
                yield Came(f"{share:.0%} of the room", (done.code,), _told(done, STORAGE) + story.differences(stage))
        else:
            bound = int(story.largest(stage) * share)
            done = ran(["prlimit", f"--fsize={bound}", *command(story.begin(stage), stage)])
            yield Came(f"{bound} bytes a file", (done.code,), _told(done, STORAGE) + story.differences(stage))


@contextlib.contextmanager
def _small_disk(story: Story, stage: str, room: int) -> Iterator[None]:
    """The repository on a disk of its own, which has so many bytes left."""
    shutil.rmtree(story.repository, ignore_errors=True)
    story.repository.mkdir()
    place = str(story.repository)
    subprocess.run(["mount", "-t", "tmpfs", "none", place], check=True)
    try:
        shutil.copytree(story.before[stage], place, dirs_exist_ok=True)
        disk = os.statvfs(place)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        subprocess.run(["mount", "-o", f"remount,size={used + room}", place], check=True)
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def closed(story: Story, stage: str, _: random.Random) -> Iterator[Came]:
    """One folder after the other in which nothing may be made, renamed or removed, with all below it."""
    for name in _FOLDERS:
        folder = story.begin(stage) / name
        if not folder.exists():
            continue
        within = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        for path in within:
            path.chmod(0o555)
        weaker = (
            ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"] if os.geteuid() == 0 else []
        )
        done = ran([*weaker, *command(story.repository, stage)])
        for path in within:
            path.chmod(0o755)
        yield Came(f"{name} closed", (done.code,), _told(done, STORAGE) + story.differences(stage))


def beside(story: Story, stage: str, chance: random.Random) -> Iterator[Came]:
    """A second run a moment after the first."""
    for moment in (0.0, chance.random(), 3 * chance.random()):
        words = command(story.begin(stage), stage)
        with tempfile.TemporaryDirectory() as folder:
            said = [Path(folder) / name for name in ("first", "second")]
            running = [begun(words, environment(), said[0])]
            time.sleep(moment)
            running.append(begun(words, environment(), said[1]))
            both = [ended(process, path) for process, path in zip(running, said, strict=True)]
        wrong = [what for done in both for what in _told(done, LOCKED)]
        if all(done.code for done in both):
            wrong.append("neither did the work")
        yield Came(f"{moment:.1f} s apart", tuple(done.code for done in both), wrong + story.differences(stage))


def flipped(story: Story, stage: str, chance: random.Random) -> Iterator[Came]:
    """One bit of one file of the archive."""
    for _ in range(_TIMES):
        raw = sorted(path for path in (story.begin(stage) / "raw").rglob("*") if path.is_file())
        if not raw:
            return
        path = chance.choice(raw)
        whole = path.read_bytes()
        place, bit = chance.randrange(len(whole)), chance.randrange(8)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        done = plain(story.repository, stage)
        wrong = _told(done, ARCHIVE, REFUSED)
        if done.code and path.name not in done.said:
            wrong.append(f"does not name {path.name}: {done.said}")
        path.write_bytes(whole)
        if not done.code and outputs(files(story.repository)) != outputs(story.after[stage]):
            wrong.append("ends right with other bytes")
        yield Came(f"bit {bit} of byte {place} of {path.name}", (done.code,), wrong + story.differences(stage))


ALL = {"full disk": full, "closed folder": closed, "second run": beside, "flipped bit": flipped}


def every(story: Story, stages: Sequence[str], chance: random.Random) -> int:
    """Disturb each of these stages in each of these ways, and print a line for each. Returns how many went wrong."""
    print(f"{'stage':<10} {'disturbance':<14} {'tried':>5}  ended with (exit codes)  wrong")
    tried = amiss = 0
    for stage in stages:
        for name, disturb in ALL.items():
            came = list(disturb(story, stage, chance))
            codes = Counter(code for each in came for code in each.codes)
            wrong = [each for each in came if each.wrong]
            for each in wrong:
                print(f"  {stage}, {each.what}: {each.wrong}")
            listed = ", ".join(f"{count} x {code}" for code, count in sorted(codes.items())) or "-"
            print(f"{stage:<10} {name:<14} {len(came):>5}  {listed:<24} {len(wrong):>5}", flush=True)
            tried, amiss = tried + len(came), amiss + len(wrong)
    print(f"{tried} disturbances, {amiss} wrong")
    return amiss
