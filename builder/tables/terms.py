"""Terms: as the site lists them, or, where it does not, as far as posts give them away.

Fields: https://developer.wordpress.org/rest-api/reference/categories/#schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from builder.tables import emit, slugs, tree
from builder.tables.emit import Count, Text

if TYPE_CHECKING:
    from builder.spec import Package
    from builder.tables.emit import Origin

_POST = ["site", "taxonomy", "type", "id"]
_TERM = ["site", "taxonomy", "term_id"]


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
    """The columns of one listed term."""
    return {
        "taxonomy": item.taxonomy, "id": item.id, "slug": item.slug, "name": emit.text_of(item.name),
        "description": emit.text_of(item.description), "parent_id": emit.number(item.parent), "url": item.link,
        "count_claimed": item.count, "origin": "listed", "extra": extra,
    }  # fmt: skip


def complete(
    package: Package, listed: pl.LazyFrame, post_terms: pl.LazyFrame, class_slugs: pl.LazyFrame
) -> pl.DataFrame:
    """All terms: the listed ones, and a row for each number that only posts name.

    What an unlisted term is called follows, where it does, from the class_list of all posts (builder/tables/slugs.py).
    Its provenance is that of the first post that names it.
    """
    schema = package.schema("terms")
    listed_keys = listed.select("site", "taxonomy", term_id="id")
    unlisted = post_terms.join(listed_keys, on=_TERM, how="anti")
    counted = post_terms.group_by(_TERM).agg(count_observed=pl.len().cast(schema.polars["id"]))
    forms = listed.select("site", "taxonomy", slug=slugs.class_form(pl.col("slug")))
    unexplained = class_slugs.join(forms, on=["site", "taxonomy", "slug"], how="anti")
    inferred = slugs.solve(unlisted.select(*_POST, "term_id").collect(), unexplained.select(*_POST, "slug").collect())
    first = unlisted.sort([*_TERM, "type", "id"]).group_by(_TERM, maintain_order=True).first()
    named = (
        first.select(*_TERM, "crawl", "record_id", "observed_at")
        .join(inferred.lazy(), on=_TERM, how="left")
        .with_columns(origin=pl.when(pl.col("slug").is_null()).then(pl.lit("referenced")).otherwise(pl.lit("inferred")))
        .rename({"term_id": "id"})
    )
    # What is made here is not yet in the listed rows; where it is, it is empty.
    made = ["count_observed", "slug_certainty", "slug_posts_for", "slug_posts_against", "path", "path_reason", "depth"]
    everything = (
        pl.concat([listed.drop(made, strict=False), named], how="diagonal")
        .join(counted.rename({"term_id": "id"}), on=["site", "taxonomy", "id"], how="left")
        .with_columns(pl.col("count_observed").fill_null(0))
        .collect()
    )
    return emit.conform(tree.rooted(everything).lazy(), schema).sort(schema.primary_key).collect()
