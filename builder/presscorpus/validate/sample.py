"""The rows that frictionless checks: all of small tables, a sample of large ones.

Frictionless takes a tenth of a millisecond a row, the checker a thousandth. So that its cost stays a bounded share of a
build, it judges up to a number of rows in full, and of larger tables a sample of about that number. The checker judges
the same sample again, and the two have to agree on it.

The sample is drawn by a fixed seed. It consists of runs of rows that follow each other, so that a repeated key shows;
of a run of posts it holds all rows of other tables whose keys lie between the run's first and last, whether their post
exists or not, so that a lost reference shows; and it holds the terms and sites that they refer to.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow.parquet as pq

from presscorpus.storage import parquet
from presscorpus.validate.checker import check
from presscorpus.validate.frictionless_check import confirm

if TYPE_CHECKING:
    from presscorpus.config.schema import ForeignKey, Package
    from presscorpus.validate.checker import Findings

SEED: Final = 20261129
RUNS: Final = 4
"""Runs of rows that a sample of one table consists of."""

_POSTS: Final = "posts"
_STRUCTURE: Final = frozenset({"schema", "type"})


def confirm_within(package: Package, folder: Path, findings: Findings, rows: int, work: Path) -> int:
    """Compare the checker with frictionless, on all rows or on a sample of them.

    Args:
        package: The schemas of all tables.
        folder: Where `<table>.parquet` lies for each table.
        findings: What the checker found in these tables.
        rows: Up to how many rows in all frictionless checks, about; 0 for none.
        work: A folder for the sample.

    Returns:
        How many rows frictionless checked. 0 for tables too large to be checked in full whose columns are not those of
        their schemas, for they are refused as they are.

    Raises:
        FindingsError: The two disagree.
    """
    total = sum(findings.rows.values())
    if total <= rows:
        confirm(package, folder, findings)
        return total
    if not rows or _STRUCTURE.intersection(findings.frame["rule"]):
        return 0
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="sample-", dir=work) as name:
        place = Path(name)
        draw(package, folder, findings.rows, rows, place)
        sampled = check(package, place)
        confirm(package, place, sampled)
    return sum(sampled.rows.values())


def draw(package: Package, folder: Path, heights: dict[str, int], rows: int, place: Path) -> None:
    """Write a sample of all tables.

    Args:
        package: The schemas of all tables.
        folder: Where the tables lie.
        heights: Rows by table.
        rows: How many rows the sample has in all, about; a table has at most that many.
        place: The folder for the sample.
    """
    share = rows / sum(heights.values())
    scans = {name: parquet.scan(folder / f"{name}.parquet") for name in package.resources}
    referred = {key.reference.resource for name in scans for key in package.schema(name).foreign_keys}
    within = _within(scans[_POSTS], runs(_POSTS, heights[_POSTS], share))
    drawn: dict[str, pl.DataFrame] = {}
    place.mkdir(exist_ok=True)
    for name, scan in scans.items():
        own = next((key for key in package.schema(name).foreign_keys if key.reference.resource == _POSTS), None)
        if own is not None:
            drawn[name] = scan.filter(within).head(rows).collect(engine="streaming")
        elif name == _POSTS or name not in referred:
            parts = [scan.slice(*run).collect() for run in runs(name, heights[name], share)]
            drawn[name] = pl.concat([scan.head(0).collect(), *parts])
    # Terms before the sites that they refer to themselves.
    for name in sorted(referred - drawn.keys(), key=lambda name: -len(package.schema(name).foreign_keys)):
        drawn[name] = _referred(package, scans[name], name, drawn)
    for name, frame in drawn.items():
        pq.write_table(frame.to_arrow().cast(package.schema(name).arrow), place / f"{name}.parquet")


def runs(table: str, height: int, share: float) -> list[tuple[int, int]]:
    """Draw runs of rows of a table.

    Args:
        table: Its name, by which the seed differs.
        height: How many rows it has.
        share: The share of them that is drawn, above 0.

    Returns:
        First row and length of each run, in order, none overlapping another; at least one row of a table that has any.
    """
    count = min(RUNS, height)
    random = Random(f"{SEED}/{table}")  # noqa: S311 - a sample, no secret
    found = []
    for number in range(count):
        first, end = number * height // count, (number + 1) * height // count
        length = min(end - first, max(1, round((end - first) * share)))
        found.append((random.randint(first, end - length), length))
    return found


def _within(posts: pl.LazyFrame, chosen: list[tuple[int, int]]) -> pl.Expr:
    """Tell whether the post of a row lies between the first and last of a run.

    By its key.
    """
    bounds = [
        posts.slice(*run).group_by("site", "type").agg(first=pl.col("id").min(), last=pl.col("id").max()).collect()
        for run in chosen
    ]
    each = [
        (pl.col("site") == site) & (pl.col("type") == kind) & pl.col("id").is_between(first, last)
        for bound in bounds
        for site, kind, first, last in bound.sort("site", "type").iter_rows()
    ]
    return reduce(or_, each, pl.lit(value=False))


def _referred(package: Package, scan: pl.LazyFrame, table: str, drawn: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The rows of a table that drawn rows refer to."""

    def keys(frame: pl.DataFrame, key: ForeignKey) -> pl.DataFrame:
        return frame.select(key.fields).rename(dict(zip(key.fields, key.reference.fields, strict=True)))

    found = [
        keys(frame, key)
        for name, frame in drawn.items()
        for key in package.schema(name).foreign_keys
        if key.reference.resource == table
    ]
    wanted = pl.concat(found).unique()
    return scan.join(wanted.lazy(), on=wanted.columns, how="semi", maintain_order="left").collect(engine="streaming")
