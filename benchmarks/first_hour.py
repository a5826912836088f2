"""From an empty machine to the first loaded dataset: time and megabytes, of two trees in one run.

`python -m benchmarks.first_hour OLD NEW` takes two checkouts, for example of 775e38d and of today. For each it makes
a wheel and an empty environment, lets pip install the wheel without its cache, builds the dataset of the post that
ships, and loads it with `datasets`. Prints seconds by the clock and of processors, and megabytes on the disk.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

SEED = Path(__file__).parents[1] / "data/sources/uyghurmovement"
LOAD = 'import datasets; print(datasets.load_dataset("corpus/release", "posts", split="train")[0]["id"])'


class Step(NamedTuple):
    """What one step took: seconds by the clock, and of processors."""

    name: str
    wall: float
    processor: float


def _timed(name: str, *command: str | Path, cwd: Path) -> Step:
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "HF_"))}
    done = subprocess.run(
        command, cwd=cwd, env=environment | {"HF_HOME": str(cwd / "hf")}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{name}: {done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Step(name, time.monotonic() - begun, used)


def _megabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def measured(tree: Path) -> tuple[list[Step], float]:
    """Go the way of a new user with one tree; the megabytes are those of the environment when it is installed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = ("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, tree)
        subprocess.run([sys.executable, *wheel], check=True, capture_output=True)
        (made,) = folder.glob("*.whl")
        programs = folder / "venv/bin"
        python = programs / "python"
        steps = [
            _timed("environment", sys.executable, "-m", "venv", folder / "venv", cwd=folder),
            _timed(
                "pip install", programs / "python", "-m", "pip", "install", "-q", "--no-cache-dir", made, cwd=folder
            ),
        ]
        size = _megabytes(folder / "venv")
        steps += [
            _timed("build", programs / "presscorpus", "build", SEED, "--out", "corpus", cwd=folder),
            _timed("load", python, "-c", LOAD, cwd=folder),
        ]
        return steps, size


def main() -> None:
    """Measure both trees, one after the other, and print a table."""
    for tree in sys.argv[1:3]:
        steps, size = measured(Path(tree).resolve())
        print(f"{tree}: {size:.0f} MB")
        for step in [*steps, Step("all", sum(each.wall for each in steps), sum(each.processor for each in steps))]:
            print(f"  {step.name:12} {step.wall:7.1f} s  {step.processor:7.1f} s of processors")


if __name__ == "__main__":
    main()
