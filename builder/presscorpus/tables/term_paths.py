"""Paths of terms: the way from the root of a taxonomy down to each of them."""

from __future__ import annotations

import polars as pl

MAX_DEPTH = 64
"""Levels below a root that are followed. Terms further down have no path: such trees are circles or mistakes."""

_KEY = ["site", "taxonomy", "id"]
_ABOVE = ["site", "taxonomy", "parent_id"]


def rooted(terms: pl.DataFrame) -> pl.DataFrame:
    """Add the path of each term from the root of its taxonomy.

    One level is joined to the one above it at a time, each term once, so that a circle is never entered: its terms are
    below no root.

    Args:
        terms: Terms with site, taxonomy, id, slug, parent_id and origin.

    Returns:
        The terms with `path` and `depth` (0 for a root), or with `path_reason` where the way to the root is not known.
    """
    reason = (
        pl.when(~pl.col("origin").is_in(["listed", "export"]))
        .then(pl.lit("unlisted"))
        .when(pl.col("parent_id").is_not_null())
        .then(pl.lit("parent_missing"))
        .when(pl.col("slug").is_null())
        .then(pl.lit("slug_missing"))
    )
    known = terms.select(_KEY)
    below = terms.select(*_KEY, "parent_id", "slug").join(known, left_on=_ABOVE, right_on=_KEY, how="semi")
    top = (
        terms.join(below, on=_KEY, how="anti")
        .with_columns(path_reason=reason)
        .select(
            *_KEY,
            "path_reason",
            path=pl.when(pl.col("path_reason").is_null()).then("slug"),
            depth=pl.lit(0, dtype=terms.schema["id"]),
        )
    )
    levels = [top]
    while levels[-1].height and len(levels) <= MAX_DEPTH:
        above = levels[-1].rename({"id": "parent_id", "path": "path_above"})
        missing = pl.when(pl.col("slug").is_null()).then(pl.lit("slug_missing"))
        levels.append(
            below.join(above, on=_ABOVE)
            .with_columns(path_reason=pl.coalesce("path_reason", missing))
            .select(
                *_KEY,
                "path_reason",
                path=pl.when(pl.col("path_reason").is_null()).then(pl.col("path_above") + "/" + pl.col("slug")),
                depth=pl.col("depth") + 1,
            )
        )
    reached = pl.concat(levels).with_columns(depth=pl.when(pl.col("path").is_not_null()).then("depth"), reached=True)
    unreached = pl.when(pl.col("reached").is_null()).then(pl.lit("endless"))
    return (
        terms.drop("path", "path_reason", "depth", strict=False)
        .join(reached, on=_KEY, how="left")
        .with_columns(path_reason=pl.coalesce("path_reason", unreached))
        .drop("reached")
    )
