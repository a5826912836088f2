"""Many small sites on a Dask cluster beside the local pool, and two workers beside one.

`python -m benchmarks.cluster [SITES] [POSTS] [ROUNDS]` makes SITES sites of 40 posts and one of POSTS of 16 KB, from a
seed: by default as many as fill six shards, so that two workers have as much to do as each other. 0 leaves either out.
All processes are on this machine; the ratios are of the clock, so that it has to be idle.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import posts
from benchmarks.normalise import PACKAGE, params_of, took
from benchmarks.results import figure
from presscorpus.config.layout import Layout
from presscorpus.observations.portions import SHARD_IDS
from presscorpus.pipeline import stages

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTS_OF_A_SITE = 40


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A scheduler and its workers, as processes. Gives the scheduler's file."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "scheduler.json"
        dask = [sys.executable, "-m", "dask"]
        common = ["--host", "127.0.0.1", "--scheduler-file", str(file), "--no-dashboard"]
        environment = os.environ | {"POLARS_MAX_THREADS": "1"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": name}
        started = [subprocess.Popen([*dask, "scheduler", "--port", "0", *common], **quiet)]  # type: ignore[call-overload]
        for _ in range(workers):
            command = [*dask, "worker", "--nthreads", "1", "--memory-limit", "0", *common]
            started.append(subprocess.Popen(command, **quiet))  # type: ignore[call-overload]
        try:
            while not file.exists():
                time.sleep(0.1)
            from distributed import Client

            with Client(scheduler_file=str(file), set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(workers)
            yield str(file)
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()


def seconds(layout: Layout, sites: list[posts.Site], *, workers: int, scheduler: str = "local") -> float:
    shutil.rmtree(layout.work / "shards", ignore_errors=True)
    params = params_of(*sites, workers=workers, scheduler=scheduler)
    return took(lambda: stages.normalise.run(PACKAGE, params, layout, lambda *_: None)).wall


def compare(name: str, layout: Layout, sites: list[posts.Site], rounds: int, wanted: tuple[str, str]) -> None:
    """The cluster's overhead over the pool with as many workers, and what a second worker brings."""
    seconds(layout, sites, workers=2)  # the index is made, and libraries are loaded
    with cluster(2) as two:
        pairs = [
            (seconds(layout, sites, workers=2, scheduler=two), seconds(layout, sites, workers=2)) for _ in range(rounds)
        ]
    figure(f"{name}: cluster of two workers / pool of two", [ours / pool for ours, pool in pairs], wanted[0] or None)
    with cluster(1) as one:
        alone = [seconds(layout, sites, workers=1, scheduler=one) for _ in range(rounds)]
    both = [ours for ours, _ in pairs]
    figure(f"{name}: one worker / two", [a / b for a, b in zip(alone, both, strict=True)], wanted[1] or None)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    total = int(sys.argv[2]) if len(sys.argv) > 2 else 6 * SHARD_IDS - 1
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layout = Layout(folder, folder / "data")
        many = []
        for number in range(count):
            host = f"s{number}.bench.example"
            site = posts.SITE._replace(name=f"s{number}", address=f"https://{host}/")
            shape = posts.Shape(2000, seed=number, host=host)
            made = posts.posts(range(1, POSTS_OF_A_SITE + 1), shape, POSTS_OF_A_SITE)
            posts.crawl(layout.raw, folder / "work", site, {"posts": made})
            many.append(site)
        if many:
            compare(f"{count} sites of {POSTS_OF_A_SITE} posts", layout, many, rounds, ("<= 1.3", ""))
        if not total:
            return
        made = posts.posts(range(1, total + 1), posts.Shape(16_000), total)
        posts.crawl(layout.raw, folder / "work", posts.SITE, {"categories": posts.terms(), "posts": made})
        compare(f"one site of {total} posts", layout, [posts.SITE], rounds, ("", ">= 1.6"))


if __name__ == "__main__":
    main()
