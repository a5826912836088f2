"""Translations as the site claims them, each joined with the post that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from presscorpus.tables.language_claims import SOURCES

if TYPE_CHECKING:
    from presscorpus.tables.link_targets import Known

_POST = ["site", "type", "id"]
_OTHER = ["site", "other_id"]


def pointed(claimed: pl.DataFrame, known: Known, posts: pl.DataFrame) -> pl.DataFrame:
    """Return the table `translations`, as `complete` does.

    Args:
        claimed: Claims of some posts, as for `complete`.
        known: The items that addresses mean.
        posts: site, type and id of all posts.

    Returns:
        The rows of these posts.
    """
    return complete(claimed, known.meant(claimed.select("site", "address").drop_nulls().unique()), posts)


def complete(claimed: pl.DataFrame, addresses: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Return the table `translations`.

    A claim whose address is of no known post names no other post and is no row; where it stands in the content, it is a
    row of links. Numbers are unique in a site; should two types share one, the post's own type is meant.

    Args:
        claimed: Claims with other_id or, where the site gave only an address, `address`.
        addresses: site, address, target_table and target_id of known items.
        posts: site, type and id of all posts.

    Returns:
        One row a post and other post, by the first source that names it, in key order.
    """
    known = addresses.filter(pl.col("target_table") == "posts").select("site", "address", "target_id")
    named = (
        claimed.join(known, on=["site", "address"], how="left")
        .with_columns(other_id=pl.coalesce("other_id", "target_id"))
        .filter(pl.col("other_id").is_not_null() & (pl.col("other_id") != pl.col("id")))
    )
    others = posts.select("site", other_type="type", other_id="id")
    rank = pl.col("source").replace_strict(list(SOURCES), list(range(len(SOURCES))))
    return (
        named.drop("other_type", strict=False)
        .join(others, on=_OTHER, how="left")
        .sort(*_POST, "other_id", rank, pl.col("other_type") != pl.col("type"), "other_type", "other_language",
              nulls_last=True)
        .unique([*_POST, "other_id"], keep="first", maintain_order=True)
    )  # fmt: skip
