"""Terms: as the site lists them, or, where it does not, as far as posts give them away.

Fields: https://developer.wordpress.org/rest-api/reference/categories/#schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from builder.tables import emit
from builder.tables.emit import Text

if TYPE_CHECKING:
    from builder.spec import Package
    from builder.tables.emit import Origin

_POST = ["site", "type", "id", "taxonomy"]
_TERM = ["site", "taxonomy", "term_id"]


class TermItem(msgspec.Struct, frozen=True):
    """A term as the REST API gives it."""

    id: int
    taxonomy: str
    slug: str | None = None
    name: Text = None
    description: Text = None
    parent: int | None = None
    link: str | None = None
    count: int | None = None


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

    A post whose class_list names one slug that no listed term of that taxonomy has, and whose array holds one number
    that is not listed, says what that number is called (WordPress core get_post_class). Where two posts say different
    things the slug stays unknown. Provenance of an unlisted term is that of the first post that names it.
    """
    listed_keys = listed.select("site", "taxonomy", term_id="id")
    unlisted = post_terms.join(listed_keys, on=_TERM, how="anti")
    counted = post_terms.group_by(_TERM).agg(count_observed=pl.len().cast(package.schema("terms").polars["id"]))
    inferred = infer(unlisted, class_slugs.join(listed, on=["site", "taxonomy", "slug"], how="anti"))
    first = unlisted.sort([*_TERM, "type", "id"]).group_by(_TERM, maintain_order=True).first()
    named = (
        first.select(*_TERM, "crawl", "record_id", "observed_at")
        .join(inferred, on=_TERM, how="left")
        .with_columns(origin=pl.when(pl.col("slug").is_null()).then(pl.lit("referenced")).otherwise(pl.lit("inferred")))
        .rename({"term_id": "id"})
    )
    schema = package.schema("terms")
    everything = (
        pl.concat([listed.drop("count_observed"), named], how="diagonal")
        .join(counted.rename({"term_id": "id"}), on=["site", "taxonomy", "id"], how="left")
        .with_columns(pl.col("count_observed").fill_null(0))
    )
    return emit.conform(everything, schema).sort(schema.primary_key).collect()


def infer(unlisted: pl.LazyFrame, class_slugs: pl.LazyFrame) -> pl.LazyFrame:
    """The slugs of unlisted terms: site, taxonomy, term_id, slug, where posts agree on exactly one."""
    numbers = unlisted.group_by(_POST).agg("term_id").filter(pl.col("term_id").list.len() == 1)
    slugs = class_slugs.unique([*_POST, "slug"]).group_by(_POST).agg("slug").filter(pl.col("slug").list.len() == 1)
    pairs = numbers.join(slugs, on=_POST).with_columns(pl.col("term_id", "slug").list.first())
    of_number = pairs.group_by(_TERM).agg(pl.col("slug").unique()).filter(pl.col("slug").list.len() == 1)
    return of_number.with_columns(pl.col("slug").list.first())
