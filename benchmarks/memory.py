"""How much memory each stage takes, of all its processes together, and what a post adds.

`python -m benchmarks.memory [POSTS] [MORE_POSTS] [KILOBYTES] [WORKERS]` makes two sites from a seed and builds each:
normalise, validate, report, package. While a stage runs, the proportional set sizes of its processes
(/proc/PID/smaps_rollup) are summed twenty times a second; the highest sum counts. The default is the claim of the
project: 100,000 and 1,000,000 posts of 2 KB. Of posts of 16 KB it is that 100,000 take 15 % more than 10,000, and keys.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import posts
from benchmarks.normalise import PACKAGE, params_of
from benchmarks.results import figure
from presscorpus.__main__ import settle
from presscorpus.config.layout import Layout
from presscorpus.pipeline import stages

STAGES = ("normalise", "validate", "report", "package")
_EVERY = 0.05
_LONG = 8000


def stage(name: str, folder: Path, workers: int) -> None:
    """Run one stage: in a process of its own, as DVC does."""
    settle()
    params, layout = params_of(posts.SITE, workers=workers), Layout(folder, folder / "data")
    if name == "normalise":
        stages.normalise.run(PACKAGE, params, layout, lambda *_: None)
    else:
        getattr(stages, name).run(PACKAGE, params, layout)


def family(root: int) -> list[int]:
    """A process and all that it started, and those started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def pss(process: int) -> int:
    """The proportional set size of a process in bytes; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def peak(name: str, folder: Path, workers: int) -> tuple[int, float]:
    """The highest sum of memory while a stage ran, and its seconds."""
    command = [sys.executable, "-m", "benchmarks.memory", "--stage", name, str(folder), str(workers)]
    start = time.monotonic()
    running = subprocess.Popen(command, env=os.environ | {"MALLOC_ARENA_MAX": "2"})
    highest = 0
    while running.poll() is None:
        highest = max(highest, sum(map(pss, family(running.pid))))
        time.sleep(_EVERY)
    if running.returncode:
        raise SystemExit(f"{name} failed")
    return highest, time.monotonic() - start


def measure(total: int, size: int, workers: int) -> dict[str, int]:
    with posts.made(total, size) as folder:
        shutil.rmtree(folder / ".presscorpus", ignore_errors=True)
        peaks = {}
        for each in STAGES:
            peaks[each], seconds = peak(each, folder, workers)
            print(f"{total} posts, {each}: {peaks[each] / 2**20:.0f} MiB, {seconds:.0f} s", flush=True)
        return peaks


def main() -> None:
    if sys.argv[1:2] == ["--stage"]:
        stage(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return
    few, many, size, workers = (
        int(float(sys.argv[place]) * unit) if len(sys.argv) > place else default
        for place, unit, default in ((1, 1, 100_000), (2, 1, 1_000_000), (3, 1000, 2000), (4, 1, 2))
    )
    many = max(many, 2 * few)
    before, after = measure(few, size, workers), measure(many, size, workers)
    for name in STAGES:
        figure(f"{name} of {many} posts of {size} bytes, MiB", [after[name] / 2**20], "<= 2048")
        if size < _LONG:
            figure(f"{name}, bytes for each post added", [(after[name] - before[name]) / (many - few)], "<= 500")
        else:
            bound = 1.15 * before[name] + 500 * (many - few)
            figure(f"{name} of {many} posts / 1.15 of {few} and 500 bytes a post", [after[name] / bound], "<= 1")


if __name__ == "__main__":
    main()
