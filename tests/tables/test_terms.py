"""Terms that a site did not list, as far as its posts give them away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from builder import spec
from builder.tables.terms import complete

PACKAGE = spec.load(Path(__file__).parent.parent.parent)
AT = datetime(2026, 1, 1, tzinfo=UTC)
PROVENANCE = {"crawl": "c", "record_id": "r", "observed_at": AT}


def frame(table: str, rows: list[dict[str, Any]]) -> pl.LazyFrame:
    schema = PACKAGE.schema(table)
    return pl.DataFrame({n: [r.get(n) for r in rows] for n in schema.names}, schema=schema.polars).lazy()


def solved(
    post_terms: dict[int, list[int]], class_slugs: dict[int, list[str]], listed: dict[int, str] | None = None
) -> list[tuple[Any, ...]]:
    base = {"site": "example", "type": "post", "taxonomy": "category"}
    rows = [
        base | PROVENANCE | {"id": post, "term_id": term, "ordinal": place}
        for post, terms in post_terms.items()
        for place, term in enumerate(terms, 1)
    ]
    slugs = [base | {"id": post, "slug": slug} for post, slugs in class_slugs.items() for slug in slugs]
    known = [
        {"site": "example", "taxonomy": "category", "id": number, "slug": slug, "origin": "listed"} | PROVENANCE
        for number, slug in (listed or {}).items()
    ]
    named = frame("post_terms", slugs).select("site", "type", "id", "taxonomy", "slug")
    terms = complete(PACKAGE, frame("terms", known), frame("post_terms", rows), named)
    assert terms.schema == PACKAGE.schema("terms").polars
    return terms.select("id", "slug", "origin", "count_observed").rows()


def test_one_number_and_one_slug_name_each_other() -> None:
    assert solved({1: [15], 2: [15]}, {1: ["news"], 2: ["news"]}) == [(15, "news", "inferred", 2)]


def test_two_numbers_and_two_slugs_do_not() -> None:
    assert solved({1: [15, 16]}, {1: ["news", "world"]}) == [
        (15, None, "referenced", 1),
        (16, None, "referenced", 1),
    ]


def test_a_listed_term_is_taken_off_before_the_rest_is_matched() -> None:
    assert solved({1: [15, 16]}, {1: ["news", "world"]}, listed={15: "news", 99: "unused"}) == [
        (15, "news", "listed", 1), (16, "world", "inferred", 1), (99, "unused", "listed", 0),
    ]  # fmt: skip


def test_posts_that_disagree_leave_the_slug_unknown() -> None:
    assert solved({1: [15], 2: [15]}, {1: ["news"], 2: ["nachrichten"]}) == [(15, None, "referenced", 2)]


def test_a_post_without_class_list_says_nothing() -> None:
    assert solved({1: [15], 2: [15]}, {2: ["news"]}) == [(15, "news", "inferred", 2)]
    assert solved({1: [15]}, {}) == [(15, None, "referenced", 1)]
