"""The time in which the posts of a corpus were published, without stray dates."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from datetime import date

    import polars as pl
else:
    pl = lazy("polars")

# A post or a share of all that are left out where so many years without a post separate them from the others.
_GAP_YEARS, _STRAY_SHARE = 10, 0.05


class Period(NamedTuple):
    """When posts were published, by what the sites say.

    `first` and `last` are the days of the first and last post, null where none has a date, without `strays`. These are
    the posts that lie more than ten years before all others and are few (one, or one in twenty), as where a site that
    began in 2015 has a post of 1965, and those of a later year than that after the last observation. `observed` is the
    day of the last observation. `undated` posts have no date.
    """

    first: date | None
    last: date | None
    observed: date | None
    strays: int
    undated: int


def period(posts: pl.LazyFrame) -> Period:
    """Find the time in which posts were published.

    Memory grows by years.

    Args:
        posts: The released table, or its columns published_at and observed_at.

    Returns:
        The period.
    """
    day = pl.col("published_at").dt.date()
    years = posts.group_by(year=day.dt.year()).agg(
        first=day.min(), last=day.max(), observed=pl.col("observed_at").max().dt.date(), posts=pl.len()
    )
    rows = years.collect(engine="streaming").sort("year", nulls_last=True).rows(named=True)
    observed = max((row["observed"] for row in rows if row["observed"]), default=None)
    dated = [row for row in rows if row["year"] is not None]
    meant = [row for row in dated if observed is None or row["year"] <= observed.year + 1]
    kept = meant[_first(meant) :]
    return Period(
        first=kept[0]["first"] if kept else None,
        last=kept[-1]["last"] if kept else None,
        observed=observed,
        strays=sum(row["posts"] for row in dated) - sum(row["posts"] for row in kept),
        undated=sum(row["posts"] for row in rows if row["year"] is None),
    )


def _first(years: list[dict[str, Any]]) -> int:
    """The index of the first year that counts."""
    whole, before, first = sum(row["posts"] for row in years), 0, 0
    for place, (row, following) in enumerate(pairwise(years)):
        before += row["posts"]
        few = before <= max(1, _STRAY_SHARE * whole) and before < whole - before
        if few and following["year"] - row["year"] > _GAP_YEARS:
            first = place + 1
    return first
