"""A site of which a tenth is hostile, beside the same site without: what is lost of it, and what it takes in memory.

`python -m benchmarks.hostile [POSTS] [KILOBYTES] [WORKERS]` (20,000 posts of 4 KB, two workers) builds both sites:
normalise, validate, report, package, and adds up memory as `python -m benchmarks.memory` does. Every tenth post of the
second site is one of tests/hostile/corpus.py, taken in turn; those of more than 256 KB once only, else the figure would
be one of size. It fails unless every good post is a row of `posts`, and every bad one in quarantine by its digest.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks import posts
from benchmarks.memory import STAGES, peak
from benchmarks.results import figure
from tests.hostile.corpus import Hostile, corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGE = 262_144


def mixed(good: Iterator[bytes], placed: dict[int, tuple[Hostile, bytes]]) -> Iterator[bytes]:
    """The good posts, with hostile ones in the places of some."""
    for number, item in enumerate(good, 1):
        yield placed[number][1] if number in placed else item


def places(total: int) -> dict[int, tuple[Hostile, bytes]]:
    """The hostile posts by the numbers that they have on the site."""
    cases = corpus()
    large = [case for case in cases if len(case.item) > _LARGE]
    taken = itertools.chain(large, itertools.cycle(case for case in cases if len(case.item) <= _LARGE))
    return {
        number: (case, re.sub(rb'"id": 9(?=[,}])', b'"id": %d' % number, case.item, count=1))
        for number, case in zip(range(10, total + 1, 10), taken, strict=False)
    }


def site(folder: Path, total: int, size: int, placed: dict[int, tuple[Hostile, bytes]]) -> None:
    made = mixed(posts.posts(range(1, total + 1), posts.Shape(size), total), placed)
    posts.crawl(folder / "data/raw", folder / "work", posts.SITE, {"categories": posts.terms(), "posts": made})


def check(folder: Path, total: int, placed: dict[int, tuple[Hostile, bytes]]) -> None:
    """Whether everything is where it belongs; SystemExit where it is not."""
    rows = set(pl.read_parquet(folder / "data/tables/posts.parquet", columns=["id"])["id"].to_list())
    quarantine = pl.read_parquet(folder / "data/tables/quarantine.parquet", columns=["evidence_digest", "rule"])
    told = set(quarantine.rows())
    bad = {number: item for number, (case, item) in placed.items() if case.rule is not None}
    good = set(range(1, total + 1)) - bad.keys()
    if rows != good:
        raise SystemExit(f"rows lacking: {sorted(good - rows)[:5]}; rows too many: {sorted(rows - good)[:5]}")
    digests = {(hashlib.sha256(item).hexdigest(), placed[number][0].rule) for number, item in bad.items()}
    if told != digests or quarantine.height != len(bad):
        raise SystemExit(f"{len(bad)} belong in quarantine, {quarantine.height} are; differing: {told ^ digests}")
    print(f"{total} posts: {len(placed)} hostile, {len(bad)} of them in quarantine, {len(rows)} rows; none lost")


def measure(total: int, size: int, workers: int, placed: dict[int, tuple[Hostile, bytes]]) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site(folder, total, size, placed)
        peaks = {each: peak(each, folder, workers)[0] for each in STAGES}
        check(folder, total, placed)
        return peaks


def main() -> None:
    total, size, workers = (
        int(float(sys.argv[place]) * unit) if len(sys.argv) > place else default
        for place, unit, default in ((1, 1, 20_000), (2, 1000, 4000), (3, 1, 2))
    )
    clean, hostile = measure(total, size, workers, {}), measure(total, size, workers, places(total))
    for name in STAGES:
        print(f"{name}: {clean[name] / 2**20:.0f} MiB clean, {hostile[name] / 2**20:.0f} MiB with a tenth hostile")
    figure("peak memory, a tenth hostile / clean", [max(hostile.values()) / max(clean.values())], "<= 1.2")


if __name__ == "__main__":
    main()
