"""`presscorpus gaps`: the items that are known and not, or no longer, in the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from presscorpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Tables whose rows have a state of their own.
_STATED = ("posts", "media", "comments", "terms")


class GapItem(NamedTuple):
    """One item, or some items of a collection that have no number.

    `what` is failed (it could not be had), hidden (the site knows it and does not show it), vanished (it was there
    once), or quarantined (it was read and could not become a row). `id` is null where no number is known, `items` says
    how many there are. `since` is when that was seen, `why` what the site or the rule said; each null where unknown.
    """

    site: str
    what: str
    collection: str
    id: int | None
    items: int
    since: str | None
    why: str | None


def gaps(tables: Path) -> list[GapItem]:
    """Return what is missing, by the last crawl of each site: failed first, then hidden, vanished and quarantined.

    Args:
        tables: The folder of built tables.

    Raises:
        UsageError: The tables were not built.
    """
    if not (tables / "crawls.parquet").is_file():
        raise UsageError("the tables were not built", where=str(tables), advice="Run `dvc repro`.")
    order = {"failed": 0, "hidden": 1, "vanished": 2, "quarantined": 3}
    found = [*_counted(tables), *_stated(tables), *_quarantined(tables)]
    return sorted(found, key=lambda each: (order[each.what], each.site, each.collection, each.id or 0))


def _counted(tables: Path) -> Iterator[GapItem]:
    """What receipts count and no row tells of: failed items, and hidden ones that never were seen."""
    last = pl.col("crawl") == pl.col("crawl").max().over("site")
    rows = pl.read_parquet(tables / "crawls.parquet").filter(last).sort("site", "collection")
    for row in rows.iter_rows(named=True):
        for what, column in (("failed", "failed"), ("hidden", "unreadable")):
            if row[column]:
                yield GapItem(
                    row["site"], what, row["collection"], None, row[column], row["crawl"],
                    row["reason"] if what == "failed" else None,
                )  # fmt: skip


def _stated(tables: Path) -> Iterator[GapItem]:
    for name in _STATED:
        frame = pl.scan_parquet(tables / f"{name}.parquet")
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
    for row in pl.read_parquet(tables / "quarantine.parquet").iter_rows(named=True):
        yield GapItem(
            row["site"], "quarantined", row["table"] or "unknown", row["item_id"], 1, row["crawl"], row["rule"]
        )


def lines(found: list[GapItem]) -> Iterator[str]:
    """Return the gaps as lines of columns, with a sentence before them."""
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
    """Return the gaps as values for JSON."""
    return [each._asdict() for each in found]
