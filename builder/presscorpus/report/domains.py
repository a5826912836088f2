"""Counts of linked domains, whose memory grows by domains and not by posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from presscorpus.dtypes import COUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = ["site", "type", "id"]
_SUMMED_AT = 16  # after so many batches their counts are added up


def by_domain(outward: pl.LazyFrame) -> pl.DataFrame:
    """Count the posts of each site that link to each domain, and their links.

    Args:
        outward: Links to other sites: rows of `links`, the rows of a post one after the other, as in the table.

    Returns:
        A frame of domain, site, posts and links, one row for each domain and site, in no order.
    """
    nothing = outward.select("domain", *_KEY).head(0).collect()
    counts: list[pl.DataFrame] = []
    for links in _whole_posts(outward.select("domain", *_KEY), nothing):
        of_posts = links.group_by("domain", *_KEY).agg(links=pl.len())
        counted = of_posts.group_by("domain", "site").agg(posts=pl.len(), links=pl.col("links").sum())
        counts.append(counted.cast({"posts": COUNT, "links": COUNT}))
        if len(counts) == _SUMMED_AT:
            counts = [pl.concat(counts).group_by("domain", "site").agg(pl.col("posts", "links").sum())]
    return pl.concat(counts).group_by("domain", "site").agg(pl.col("posts", "links").sum())


def _whole_posts(links: pl.LazyFrame, nothing: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The links in batches that end where a post does."""
    left = nothing
    for batch in links.collect_batches(maintain_order=True):
        whole = pl.concat([left, batch])
        if whole.height:
            _, *key = whole.row(-1)
            last = whole.select(pl.all_horizontal(pl.col(name) == value for name, value in zip(_KEY, key, strict=True)))
            left = whole.filter(last.to_series())
            yield whole.filter(~last.to_series())
    yield left
