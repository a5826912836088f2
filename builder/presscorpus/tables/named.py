"""Terms and authors that posts name by their slugs.

And the numbers that these slugs have.

Exports say `<category domain="post_tag" nicename="river">` and the login of an author, never a number. What number a
slug has stands in the lists of terms and authors, which may be in another record, another crawl, or nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from presscorpus.tables import typed_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.config.schema import Package
    from presscorpus.tables.post_item import PostItem
    from presscorpus.tables.typed_columns import Origin

_TERM_COLUMNS = ("type", "id", "taxonomy", "slug", "ordinal")
_BY_SLUG = ["site", "taxonomy", "slug"]
_POST = ["site", "type", "id"]


def frames(package: Package, posts: Iterable[tuple[PostItem, Origin]]) -> dict[str, pl.DataFrame]:
    """Return what posts name by slugs.

    Args:
        package: Descriptor and schemas.
        posts: Posts, each with where it was observed.

    Returns:
        `named_terms`, one row a term of a post, and `named_authors`, one row a post whose author is named.
    """
    terms: dict[str, list[Any]] = {name: [] for name in _TERM_COLUMNS}
    authors: dict[str, list[Any]] = {name: [] for name in (*_POST, "slug")}
    origins: list[Origin] = []
    for item, origin in posts:
        for taxonomy, slugs in (item.slugs or {}).items():
            origins += [origin] * len(slugs)
            for place, slug in enumerate(slugs, 1):
                for name, value in zip(_TERM_COLUMNS, (item.type, item.id, taxonomy, slug, place), strict=True):
                    terms[name].append(value)
        if item.login:
            for name, value in zip(authors, (origin.site, item.type, item.id, item.login), strict=True):
                authors[name].append(value)
    schema = package.schema("post_terms")
    return {
        "named_terms": typed_columns.frame(schema, typed_columns.provenance(origins) | terms),
        "named_authors": typed_columns.frame(schema, authors),
    }


def numbered(named_terms: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return the named terms that have a number, as rows of `post_terms` without slug.

    Args:
        named_terms: The frame of that name.
        terms: Columns site, taxonomy, slug and id of terms; of several with one slug the least id counts.

    Returns:
        Rows with `term_id`, in the order of `named_terms`. A term that no list has is left out: it has no key.
    """
    known = terms.select(*_BY_SLUG, term_id="id").drop_nulls().sort("term_id").unique(_BY_SLUG, keep="first")
    found = named_terms.join(known, on=_BY_SLUG, how="inner", maintain_order="left").drop("slug")
    return found.unique([*_POST, "taxonomy", "term_id"], keep="first", maintain_order=True)


def with_authors(posts: pl.DataFrame, named_authors: pl.DataFrame, authors: pl.DataFrame) -> pl.DataFrame:
    """Return posts with the numbers of authors that they name.

    Args:
        posts: Rows of posts.
        named_authors: The frame of that name.
        authors: Columns site, slug and id of the listed authors.

    Returns:
        The rows in their order; `author_id` stays null where no list has the author.
    """
    if named_authors.is_empty():
        return posts
    known = authors.select("site", "slug", of_slug="id").drop_nulls().sort("of_slug")
    found = named_authors.join(known.unique(["site", "slug"], keep="first"), on=["site", "slug"], how="inner")
    joined = posts.join(found.drop("slug"), on=_POST, how="left", maintain_order="left")
    return joined.with_columns(author_id=pl.coalesce("author_id", "of_slug")).drop("of_slug")
