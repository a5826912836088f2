"""What a release holds, and what differs from the release before.

A ledger has the key, digest and state of every post, and nothing of its content (`release/receipt.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.release.receipt import LEDGER, POST, Entry, Tally
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from presscorpus.config.schema import Schema
    from presscorpus.release.receipt import Before


class Held(NamedTuple):
    """What a release holds.

    `rows` are by table and site, `columns` are types by table and column. `posts` is the ledger: one row a post, with
    key, digest, state and takedown_reason.
    """

    rows: dict[str, dict[str, int]]
    columns: dict[str, dict[str, str]]
    posts: pl.DataFrame


def held(tables: Mapping[str, tuple[Schema, Sequence[Path]]]) -> Held:
    """Read rows, columns and ledger from the Parquet files of a release.

    Memory grows by the keys of posts.

    Args:
        tables: The schema and the files of each table, by name.

    Returns:
        What the release holds.
    """
    by_site = (parquet.scan(parts).group_by("site").len().sort("site") for _, parts in tables.values())
    rows, columns = {}, {}
    for (name, (schema, _)), counted in zip(tables.items(), pl.collect_all(by_site), strict=True):
        rows[name] = {str(site): int(count) for site, count in counted.iter_rows()}
        columns[name] = {f.name: f"list of {f.item['type']}s" if f.item else f.type for f in schema.fields}
    _, parts = tables["posts"]
    return Held(rows, columns, parquet.scan(parts).select(LEDGER).sort(POST).collect())


def compare(then: Before | None, now: Held, version: str) -> Entry:
    """Compare a release with the one before it.

    Args:
        then: The release before; null for a first release, where nothing is counted.
        now: The release.
        version: Its version.

    Returns:
        What the release changes.
    """
    if then is None:
        return Entry(version, None)
    columns = [
        line
        for table in sorted(now.columns.keys() | then.receipt.columns.keys())
        for line in _columns(table, then.receipt.columns.get(table, {}), now.columns.get(table, {}))
    ]
    old, new = (rows.get("sites", {}).keys() for rows in (then.receipt.rows, now.rows))
    sites = [f"+ {site}" for site in sorted(new - old)] + [f"- {site}" for site in sorted(old - new)]
    return Entry(version, then.receipt.version, tallies(then.posts, now.posts), columns, sites)


def _columns(table: str, old: dict[str, str], new: dict[str, str]) -> list[str]:
    lines = [f"+ {table}.{name}" for name in new if name not in old]
    lines += [f"- {table}.{name}" for name in old if name not in new]
    changed = [name for name in new if name in old and old[name] != new[name]]
    return lines + [f"~ {table}.{name}: {old[name]} became {new[name]}" for name in changed]


def tallies(old: pl.DataFrame, new: pl.DataFrame) -> list[Tally]:
    """Count what became of the posts between two ledgers.

    Args:
        old: The ledger of the release before.
        new: The ledger of the release.

    Returns:
        One tally a site, by name; sites without a change are left out.
    """
    counted = fates(old, new).group_by("site").agg(
        (pl.col("fate") == fate).sum().alias(fate) for fate in Tally.__struct_fields__[1:]
    )  # fmt: skip
    return [Tally(**row) for row in counted.sort("site").iter_rows(named=True)]


def fates(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Find out what became of each post between two ledgers.

    Args:
        old: The ledger of the release before.
        new: The ledger of the release.

    Returns:
        The columns site, type, id and fate (a field of `Tally`), in key order; posts without a change are left out.
    """
    both = old.with_columns(was=True).join(
        new.with_columns(now=True), on=list(POST), how="full", coalesce=True, suffix="_now"
    )
    shown, shown_now = (pl.col(name) == "published" for name in ("state", "state_now"))
    down, down_now = (pl.col(name).is_not_null() for name in ("takedown_reason", "takedown_reason_now"))
    fate = (
        pl.when(pl.col("now").is_null()).then(pl.lit("missing"))
        .when(~down & down_now & pl.col("was").is_not_null()).then(pl.lit("taken_down"))
        .when(down & ~down_now).then(pl.lit("restored"))
        .when(pl.col("was").is_null()).then(pl.lit("new"))
        .when(shown & ~shown_now).then(pl.lit("gone"))
        .when(~shown & shown_now).then(pl.lit("back"))
        .when(pl.col("digest") != pl.col("digest_now")).then(pl.lit("edited"))
    )  # fmt: skip
    return both.with_columns(fate=fate).filter(pl.col("fate").is_not_null()).select(*POST, "fate").sort(POST)
