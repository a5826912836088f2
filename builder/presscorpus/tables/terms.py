"""Terms: as the site lists them, or else as far as posts give them away.

Fields: https://developer.wordpress.org/rest-api/reference/categories/#schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from presscorpus.dtypes import WORDS
from presscorpus.tables import term_paths, term_slugs, typed_columns
from presscorpus.tables.typed_columns import Count, Text, number, text_of

if TYPE_CHECKING:
    from presscorpus.config.schema import Package
    from presscorpus.tables.typed_columns import Origin

_POST = ["site", "taxonomy", "type", "id"]
_TERM = ["site", "taxonomy", "term_id"]
# Columns kept of the first post that names a term.
_TOLD = [*_TERM, "type", "id", "crawl", "record_id", "observed_at"]
_ROWS_AT_ONCE = 1 << 14
_SUMMED_AT = 32  # counts of so many shards are added up, so that they grow by terms and not by shards


class TermItem(msgspec.Struct, frozen=True):
    """A term as the REST API gives it."""

    id: int
    taxonomy: str
    slug: str | None = None
    name: Text = None
    description: Text = None
    parent: Count | None = None
    link: str | None = None
    count: Count | None = None


KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(TermItem)) | {"_links", "_embedded"}


def row(item: TermItem, extra: str | None, _origin: Origin) -> dict[str, Any]:
    """Return the columns of one listed term.

    Args:
        item: The term.
        extra: JSON of the fields without columns, null for none.
        _origin: Not used; all tables take it.

    Returns:
        Values by column, without provenance, flags and origin.

    Raises:
        Unreadable: The HTML of name or description must not be given to the parser.
    """
    return {
        "taxonomy": item.taxonomy, "id": item.id, "slug": item.slug, "name": text_of(item.name),
        "description": text_of(item.description), "parent_id": number(item.parent), "url": item.link,
        "count_claimed": item.count, "extra": extra,
    }  # fmt: skip


class Named:
    """What posts say of terms, as far as the listed terms do not explain it.

    `unlisted` and `unexplained` grow by posts, so that their words are categories, each of which is held once.

    Args:
        listed: site, taxonomy, id and slug of the listed terms.

    Attributes:
        counts: The posts of each term.
        firsts: The first post that names each unlisted term.
        unlisted: The unlisted terms of posts with a slug in their class_list that no listed term has.
        unexplained: Those slugs.
    """

    def __init__(self, listed: pl.DataFrame) -> None:
        self._keys = listed.select("site", "taxonomy", term_id="id")
        self._forms = listed.select("site", "taxonomy", slug=term_slugs.class_form(pl.col("slug")))
        self.counts: list[pl.DataFrame] = []
        self.firsts: list[pl.DataFrame] = []
        self.unlisted: list[pl.DataFrame] = []
        self.unexplained: list[pl.DataFrame] = []
        self._waiting: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        self._rows = 0

    def add(self, post_terms: pl.DataFrame, class_slugs: pl.DataFrame) -> None:
        """Add what the posts of one shard say. A post is in one shard only.

        Args:
            post_terms: The frame of that name, from `posts.Batch`.
            class_slugs: The frame of that name, likewise.
        """
        if post_terms.height or class_slugs.height or not self.counts:
            self._waiting.append((post_terms.select(_TOLD), class_slugs))
            self._rows += post_terms.height + class_slugs.height
        if self._rows >= _ROWS_AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Sum up what was added, so that it takes less memory.

        Small sites are summed up together.
        """
        if not self._waiting:
            return
        post_terms, class_slugs = (pl.concat(each) for each in zip(*self._waiting, strict=True))
        self._waiting, self._rows = [], 0
        self.counts.append(post_terms.group_by(_TERM).len("count"))
        unlisted = post_terms.join(self._keys, on=_TERM, how="anti")
        self.firsts.append(_first(unlisted))
        unexplained = class_slugs.join(self._forms, on=["site", "taxonomy", "slug"], how="anti")
        self.unlisted.append(
            unlisted.join(unexplained, on=_POST, how="semi").select(_categorised(*_POST[:3]), "id", "term_id")
        )
        self.unexplained.append(unexplained.select(_categorised(*_POST[:3], "slug"), "id"))
        if len(self.counts) == _SUMMED_AT:
            self.counts = [pl.concat(self.counts).group_by(_TERM).agg(pl.col("count").sum())]
            self.firsts = [_first(pl.concat(self.firsts))]


def _first(unlisted: pl.DataFrame) -> pl.DataFrame:
    """Of each term the row of the first post that names it."""
    return unlisted.sort([*_TERM, "type", "id"]).unique(_TERM, keep="first", maintain_order=True)


def _categorised(*names: str) -> pl.Expr:
    return pl.col(*names).cast(WORDS)


def completed(package: Package, listed: pl.DataFrame, named_by_posts: Named) -> pl.DataFrame:
    """Return the table `terms`: the listed ones, and those that only posts name.

    What an unlisted term is called follows, where it does, from the class_list of all posts (tables/term_slugs.py). Its
    provenance is that of the first post that names it.

    Args:
        package: Descriptor and schemas.
        listed: Rows of the listed terms.
        named_by_posts: What all posts say; at least one shard was added.

    Returns:
        One row a term, in key order.
    """
    schema = package.schema("terms")
    named_by_posts.settle()
    unlisted = pl.concat(named_by_posts.unlisted)
    unexplained = pl.concat(named_by_posts.unexplained)
    counted = pl.concat(named_by_posts.counts).group_by(_TERM).agg(
        count_observed=pl.col("count").sum().cast(schema.polars["id"])
    )  # fmt: skip
    inferred = term_slugs.solve(unlisted.select(*_POST, "term_id"), unexplained.select(*_POST, "slug"))
    named = (
        _first(pl.concat(named_by_posts.firsts))
        .select(*_TERM, "crawl", "record_id", "observed_at")
        .join(inferred, on=_TERM, how="left")
        .with_columns(origin=pl.when(pl.col("slug").is_null()).then(pl.lit("referenced")).otherwise(pl.lit("inferred")))
        .rename({"term_id": "id"})
    )
    # The columns made here are absent from the listed rows, or empty there.
    made = ["count_observed", "slug_certainty", "slug_posts_for", "slug_posts_against", "path", "path_reason", "depth"]
    everything = (
        pl.concat([listed.drop(made, strict=False), named], how="diagonal")
        .join(counted.rename({"term_id": "id"}), on=["site", "taxonomy", "id"], how="left")
        .with_columns(
            pl.col("count_observed").fill_null(0), pl.col("flags").fill_null(pl.lit([], schema.polars["flags"]))
        )
    )
    return typed_columns.conform(term_paths.rooted(everything).lazy(), schema).sort(schema.primary_key).collect()
