"""Terms and authors that posts name by their slugs.

And the numbers that these slugs have.

Exports say `<category domain="post_tag" nicename="river">` and the login of an author, never a number. What number a
slug has stands in the lists of terms and authors, which may be in another record, another crawl, or nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from presscorpus.content import bylines
from presscorpus.dtypes import TEXT
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
        authors: Columns site, slug, id and origin of the listed authors.

    Returns:
        The rows in their order; `author_id` stays null where no list has the author. The column `author_id_by` is the
        origin of a number that a list gave, null elsewhere.
    """
    nothing = pl.lit(None, dtype=posts.schema["origin"])
    if named_authors.is_empty():
        return posts.with_columns(author_id_by=nothing)
    known = authors.select("site", "slug", of_slug="id", author_id_by=origin_of()).drop_nulls("of_slug").sort("of_slug")
    found = named_authors.join(known.unique(["site", "slug"], keep="first"), on=["site", "slug"], how="inner")
    joined = posts.join(found.drop("slug"), on=_POST, how="left", maintain_order="left")
    own = pl.col("author_id").is_not_null()
    return joined.with_columns(
        author_id=pl.coalesce("author_id", "of_slug"), author_id_by=pl.when(~own).then("author_id_by")
    ).drop("of_slug")


def with_times(posts: pl.DataFrame) -> pl.DataFrame:
    """Return posts with the times that feeds have and their pages do not show.

    Args:
        posts: Rows of posts, and `published`, the time in a feed as it is written in the index, null for none.

    Returns:
        The rows in their order, without `published`. The column `published_at_by` is the origin of a time that a feed
        gave, null elsewhere.
    """
    lacking = pl.col("published_at").is_null() & pl.col("published").is_not_null()
    given = pl.col("published").str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False).cast(posts.schema["published_at"])
    return posts.with_columns(
        published_at=pl.coalesce("published_at", given), published_at_by=pl.when(lacking).then(pl.lit("feed"))
    ).drop("published")


def with_bylines(posts: pl.DataFrame) -> pl.DataFrame:
    """Return posts with the authors that feeds name, in `extra`.

    Args:
        posts: Rows of posts, and `bylines`, the names in a feed, null for none.

    Returns:
        The rows in their order, without `bylines`. The column `extra_by` is `feed` where it holds such names.
    """
    told = zip(posts["extra"], posts["bylines"], strict=True)
    extra = [own if named is None else _with_names(own, named) for own, named in told]
    return posts.with_columns(
        extra=pl.Series(extra, dtype=posts.schema["extra"]),
        extra_by=pl.when(pl.col("bylines").is_not_null()).then(pl.lit("feed")),
    ).drop("bylines")


def _with_names(extra: str | None, named: Iterable[str]) -> str:
    keys = msgspec.json.decode(extra or "{}", type=dict[str, Any])
    keys[bylines.KEY] = [*keys.get(bylines.KEY, []), *named]
    return msgspec.json.encode(keys, order="sorted").decode()


def origin_of() -> pl.Expr:
    """Return the origin of listed terms or authors as that of posts.

    Null for what no source gave.
    """
    as_posts = {"listed": "api", "embedded": "api", "inferred": None, "referenced": None}
    return pl.col("origin").cast(TEXT).replace(as_posts)


def with_exceptions(posts: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Return posts with the list of columns whose value is of another origin.

    Args:
        posts: Rows, with the column `NAME_by` for each of `columns`: the origin of its value, null for that of the row.
        columns: Names of columns, sorted.

    Returns:
        The rows with `origin_exceptions`, without those columns.
    """
    names = list(columns)
    told = [
        pl.when(pl.col(f"{name}_by") != pl.col("origin").cast(TEXT)).then(pl.format(f"{name}:{{}}", f"{name}_by"))
        for name in names
    ]
    return posts.with_columns(origin_exceptions=pl.concat_list(told).list.drop_nulls()).drop(
        f"{name}_by" for name in names
    )
