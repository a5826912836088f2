"""Receipts and quarantine as plain values, for the card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import polars as pl
else:
    pl = lazy("polars")


class Receipts(NamedTuple):
    """The last crawl of a site, over all its collections.

    `crawls` is how many crawls there are, `last` the name of the last one. `swept` counts items that are known to
    exist, `unreadable` those that the site does not show, `unbalanced` receipts of the last crawl that do not balance
    or are incomplete, `untold` those that nothing told a total of.
    """

    site: str
    crawls: int
    last: str
    swept: int
    fetched: int
    unreadable: int
    gone: int
    failed: int
    unbalanced: int
    untold: int


class Gap(NamedTuple):
    """A receipt, of any crawl, that does not balance or is incomplete."""

    site: str
    crawl: str
    collection: str
    reason: str | None


class Quarantined(NamedTuple):
    """How many records or items of a site broke a rule."""

    site: str
    rule: str
    rows: int


class Summary(NamedTuple):
    """Receipts, gaps and quarantine, each in key order."""

    receipts: tuple[Receipts, ...]
    gaps: tuple[Gap, ...]
    quarantined: tuple[Quarantined, ...]


def summarise(crawls: pl.LazyFrame, quarantine: pl.LazyFrame) -> Summary:
    """Summarise the released tables `crawls` and `quarantine`.

    Args:
        crawls: The released table.
        quarantine: The released table.

    Returns:
        Receipts, gaps and quarantine.
    """
    whole = pl.col("balanced") & (pl.col("outcome") != "incomplete")
    counts = ("swept", "fetched", "unreadable", "gone", "failed")
    # The name of a crawl is its time, so the greatest one is the last.
    last = pl.col("crawl") == pl.col("crawl").max()
    receipts = (
        crawls.group_by("site")
        .agg(
            pl.col("crawl").n_unique().alias("crawls"),
            pl.col("crawl").max().alias("last"),
            *(pl.col(name).filter(last).sum() for name in counts),
            (~whole).filter(last).sum().alias("unbalanced"),
            (pl.col("outcome") == "unknown").filter(last).sum().alias("untold"),
        )
        .sort("site")
    )
    gaps = crawls.filter(~whole).select(Gap._fields).sort(Gap._fields)
    quarantined = quarantine.group_by("site", "rule").len("rows").sort("site", "rule")
    return Summary(
        tuple(Receipts(*row) for row in receipts.collect().rows()),
        tuple(Gap(*row) for row in gaps.collect().rows()),
        tuple(Quarantined(*row) for row in quarantined.collect().rows()),
    )
