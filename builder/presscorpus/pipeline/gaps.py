"""`presscorpus gaps`: the known items that are not, or no longer, in the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from presscorpus.errors import UsageError
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Tables whose rows have a state of their own.
_STATED = ("posts", "media", "comments", "terms")


class GapItem(NamedTuple):
    """One missing item, or several of a collection that have no number.

    Attributes:
        site: A site of params.yaml.
        what: failed (it could not be fetched), hidden (the site counts it and does not show it), vanished (an earlier
            crawl had it), or quarantined (it was read and could not become a row).
        collection: The type, taxonomy or table of the item.
        id: Null where no number is known.
        items: How many items these are.
        since: The crawl that saw it, or the day it was seen to be gone; null where not known.
        why: What the site, the receipt or the rule says; null where not known.
    """

    site: str
    what: str
    collection: str
    id: int | None
    items: int
    since: str | None
    why: str | None


def gaps(tables: Path) -> list[GapItem]:
    """List what is missing from the tables.

    Failed and hidden items are those of the last crawl of each site, all others those of any crawl.

    Args:
        tables: The folder of built tables.

    Returns:
        Failed items first, then hidden, vanished and quarantined ones.

    Raises:
        UsageError: The tables were not built.
    """
    if not (tables / "crawls.parquet").is_file():
        raise UsageError("the tables were not built", where=str(tables), advice="Run `dvc repro`.")
    order = {"failed": 0, "hidden": 1, "vanished": 2, "quarantined": 3}
    found = [*_counted(tables), *_stated(tables), *_quarantined(tables)]
    return sorted(found, key=lambda each: (order[each.what], each.site, each.collection, each.id or 0))


def _counted(tables: Path) -> Iterator[GapItem]:
    """Items that only receipts count: failed ones, and hidden ones never seen."""
    last = pl.col("crawl") == pl.col("crawl").max().over("site")
    rows = parquet.read(tables / "crawls.parquet").filter(last).sort("site", "collection")
    for row in rows.iter_rows(named=True):
        for what, column in (("failed", "failed"), ("hidden", "unreadable")):
            if row[column]:
                yield GapItem(
                    row["site"], what, row["collection"], None, row[column], row["crawl"],
                    row["reason"] if what == "failed" else None,
                )  # fmt: skip


def _stated(tables: Path) -> Iterator[GapItem]:
    """Items whose rows say that they are gone."""
    for name in _STATED:
        frame = parquet.scan(tables / f"{name}.parquet")
        columns = set(frame.collect_schema())
        if not {"state", "gone_at"} <= columns:
            continue
        kind = "type" if "type" in columns else "taxonomy" if "taxonomy" in columns else None
        rows = frame.filter(pl.col("state") != "published").select(
            "site", "id", "state", pl.col("gone_at").dt.strftime("%Y-%m-%d"),
            (pl.col(kind) if kind else pl.lit(name)).alias("kind"),
        )  # fmt: skip
        for site, number, state, since, kind_ in rows.collect().iter_rows():
            yield GapItem(site, "vanished", kind_, number, 1, since, state)


def _quarantined(tables: Path) -> Iterator[GapItem]:
    for row in parquet.read(tables / "quarantine.parquet").iter_rows(named=True):
        yield GapItem(
            row["site"], "quarantined", row["table"] or "unknown", row["item_id"], 1, row["crawl"], row["rule"]
        )


def lines(found: list[GapItem]) -> Iterator[str]:
    """Write the gaps as aligned columns, below a sentence.

    Args:
        found: What `gaps` returned.

    Returns:
        Lines of text; the first one counts.
    """
    counts = {
        what: sum(each.items for each in found if each.what == what)
        for what in ("failed", "hidden", "vanished", "quarantined")
    }
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    yield told or "no gaps: every known item is there"
    rows = [
        (
            each.what,
            each.site,
            each.collection,
            "-" if each.id is None else str(each.id),
            f"{each.items:,}",
            each.since or "-",
            each.why or "",
        )
        for each in found
    ]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(6)]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()


def as_dicts(found: list[GapItem]) -> list[dict[str, Any]]:
    """Convert the gaps to values for JSON.

    Args:
        found: What `gaps` returned.

    Returns:
        One object a gap, with the fields of `GapItem`.
    """
    return [each._asdict() for each in found]
