"""Terms that a site did not list, as far as its posts give them away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.config.schema import load_package
from presscorpus.tables import term_paths, term_slugs
from presscorpus.tables.terms import Named, completed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

PACKAGE = load_package(Path(__file__).parent.parent.parent)
AT = datetime(2026, 1, 1, tzinfo=UTC)
PROVENANCE = {"crawl": "c", "record_id": "r", "observed_at": AT}


def complete(listed: pl.LazyFrame, post_terms: pl.LazyFrame, class_slugs: pl.LazyFrame) -> pl.DataFrame:
    """All terms, from all that posts say of them at once."""
    terms, of_posts, classes = (each.collect() for each in (listed, post_terms, class_slugs))
    named = Named(terms)
    named.add(of_posts, classes)
    return completed(PACKAGE, terms, named)


def frame(table: str, rows: list[dict[str, Any]]) -> pl.LazyFrame:
    schema = PACKAGE.schema(table)
    return pl.DataFrame({n: [r.get(n) for r in rows] for n in schema.names}, schema=schema.polars).lazy()


def whole(
    post_terms: dict[int, list[int]], class_slugs: dict[int, list[str]], listed: dict[int, str] | None = None
) -> pl.DataFrame:
    base = {"site": "example", "type": "post", "taxonomy": "category"}
    rows = [
        base | PROVENANCE | {"id": post, "term_id": term, "ordinal": place}
        for post, terms in post_terms.items()
        for place, term in enumerate(terms, 1)
    ]
    said = [base | {"id": post, "slug": slug} for post, names in class_slugs.items() for slug in names]
    known = [
        {"site": "example", "taxonomy": "category", "id": number, "slug": slug, "origin": "listed"} | PROVENANCE
        for number, slug in (listed or {}).items()
    ]
    named = frame("post_terms", said).select("site", "type", "id", "taxonomy", "slug")
    terms = complete(frame("terms", known), frame("post_terms", rows), named)
    assert terms.schema == PACKAGE.schema("terms").polars
    return terms


def solved(
    post_terms: dict[int, list[int]], class_slugs: dict[int, list[str]], listed: dict[int, str] | None = None
) -> list[tuple[Any, ...]]:
    return whole(post_terms, class_slugs, listed).select("id", "slug", "origin", "count_observed").rows()


def sure(
    post_terms: dict[int, list[int]], class_slugs: dict[int, list[str]], asked: list[int]
) -> list[tuple[Any, ...]]:
    terms = whole(post_terms, class_slugs).filter(pl.col("id").is_in(asked))
    return terms.select("id", "slug", "slug_certainty", "slug_posts_for", "slug_posts_against").rows()


def test_one_number_and_one_slug_name_each_other() -> None:
    assert solved({1: [15], 2: [15]}, {1: ["news"], 2: ["news"]}) == [(15, "news", "inferred", 2)]


def test_many_shards_are_as_one() -> None:
    base = {"site": "example", "type": "post", "taxonomy": "category"}
    said, named = [], []
    for post in range(1, 101):
        number = post % 3
        seen = PROVENANCE | {"record_id": f"r{post}"}
        said.append(frame("post_terms", [base | seen | {"id": post, "term_id": number, "ordinal": 1}]).collect())
        slug = frame("post_terms", [base | {"id": post, "slug": f"t-{number}"}] if post % 2 else [])
        named.append(slug.select("site", "type", "id", "taxonomy", "slug").collect())
    listed = frame("terms", [])
    parts = Named(listed.collect())
    for place in [*range(19, -1, -1), *range(20, 100)]:  # the first posts are in the first sum, and not its first
        parts.add(said[place], named[place])
    found = completed(PACKAGE, listed.collect(), parts)
    assert found.select("id", "slug", "count_observed", "record_id").rows() == [
        (0, "t-0", 33, "r3"), (1, "t-1", 34, "r1"), (2, "t-2", 33, "r2"),
    ]  # fmt: skip
    assert found.equals(complete(listed, pl.concat(said).lazy(), pl.concat(named).lazy()))


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


def named(post_terms: dict[int, list[int]], class_slugs: dict[int, list[str]], **more: Any) -> dict[int, str | None]:
    return {number: slug for number, slug, *_ in solved(post_terms, class_slugs, **more)}


def test_numbers_that_never_stand_alone_are_told_apart_by_the_posts_they_share() -> None:
    posts = {1: [15, 16], 2: [16, 17], 3: [15, 17, 18]}
    classes = {1: ["world", "news"], 2: ["news", "local"], 3: ["sport", "world", "local"]}
    assert named(posts, classes) == {15: "world", 16: "news", 17: "local", 18: "sport"}


def test_each_solved_term_is_taken_off_the_others() -> None:
    # 15 alone; then 16, left over beside it; then 17, left over beside 16.
    posts, classes = {1: [15], 2: [15, 16], 3: [16, 17]}, {1: ["a"], 2: ["a", "b"], 3: ["b", "c"]}
    assert named(posts, classes) == {15: "a", 16: "b", 17: "c"}


def test_numbers_on_exactly_the_same_posts_cannot_be_told_apart() -> None:
    assert named({1: [15, 16], 2: [15, 16]}, {1: ["a", "b"], 2: ["b", "a"]}) == {15: None, 16: None}


def test_a_class_that_a_theme_left_out_is_no_contradiction() -> None:
    posts = {1: [15, 16], 2: [15, 17], 3: [15], 4: [17]}
    classes = {1: ["a", "b"], 2: ["a"], 3: [], 4: ["c"]}
    assert named(posts, classes) == {15: "a", 16: "b", 17: "c"}


def test_a_slug_that_fits_no_number_is_no_terms_and_makes_all_else_less_sure() -> None:
    (row,) = sure({1: [15], 2: [15], 3: [16]}, {1: ["news", "featured"], 2: ["news"], 3: ["world", "featured"]}, [15])
    assert row == (15, "news", "probable", 2, 0)


def test_certainty_counts_the_posts_for_and_against() -> None:
    posts, classes = {1: [15], 2: [15, 16], 3: [15, 16]}, {1: ["a"], 2: ["a", "b"], 3: ["b"]}
    assert sure(posts, classes, [15, 16]) == [(15, "a", "certain", 2, 1), (16, "b", "certain", 2, 0)]


def test_the_best_fit_by_a_margin_is_probable() -> None:
    # 16 stands on every post of 15, so that "a" fits both; ten further posts of 16 never say it.
    posts = {post: [15, 16] for post in range(1, 5)} | {post: [16, 17] for post in range(5, 15)}
    classes = {post: ["a"] for post in range(1, 5)} | {post: ["c"] for post in range(5, 15)}
    found = {row[0]: row[1:] for row in sure(posts, classes, [15, 16, 17])}
    assert found[15] == ("a", "probable", 4, 0)


def test_without_a_margin_or_where_most_posts_do_not_say_it_nothing_is_probable() -> None:
    # Two further posts of 16 are no margin.
    posts = {post: [15, 16] for post in range(1, 5)} | {post: [16, 18] for post in (5, 6)}
    classes = {post: ["a"] for post in range(1, 5)} | {post: ["d"] for post in (5, 6)}
    assert named(posts, classes)[15] is None
    # Where ten posts of 15 do not say it, four are too few.
    posts = {post: [15, 16] for post in range(1, 5)} | {post: [15, 18] for post in range(5, 15)}
    classes = {post: ["a"] for post in range(1, 5)} | {post: ["d"] for post in range(5, 15)}
    posts, classes = (
        posts | {post: [16, 17] for post in range(15, 35)},
        classes | {post: ["c"] for post in range(15, 35)},
    )
    assert named(posts, classes)[15] is None


def test_two_slugs_that_fit_one_number_equally_well_leave_it_unknown() -> None:
    assert named({1: [15], 2: [15]}, {1: ["a", "parent"], 2: ["a", "parent"]}) == {15: None}
    posts = {post: [15, 16] for post in range(1, 5)} | {post: [16, 17] for post in range(5, 15)}
    classes = {post: ["a", "b"] for post in range(1, 5)} | {post: ["c"] for post in range(5, 15)}
    assert named(posts, classes)[15] is None


def test_a_post_that_names_all_its_numbers_rules_out_the_slugs_that_it_lacks() -> None:
    # "a" is not 13's, because the second post names both its numbers and has no "a".
    posts, classes = {1: [12, 13], 2: [11, 13]}, {1: ["a"], 2: ["b", "c"]}
    assert named(posts, classes) == {11: None, 12: "a", 13: None}
    # So with a class that belongs to no number of the posts that have it.
    posts, classes = posts | {3: [19]}, classes | {2: ["b", "c", "featured"], 3: ["d", "featured"]}
    assert named(posts, classes) == {11: None, 12: "a", 13: None, 19: "d"}


def test_what_wordpress_makes_of_slugs_without_ascii_is_not_taken_for_a_slug() -> None:
    # get_post_class writes the number where no character is left, and drops the others where some are.
    posts, classes = {1: [15, 16], 2: [17]}, {1: ["15", "news"], 2: ["covid-"]}
    assert named(posts, classes) == {15: None, 16: "news", 17: None}


def test_a_listed_slug_is_known_again_in_the_form_of_a_class() -> None:
    listed = {15: "covid-%d8%a6%d8%a7"}
    assert named({1: [15, 16]}, {1: ["covid-", "news"]}, listed=listed) == {15: "covid-%d8%a6%d8%a7", 16: "news"}


def test_sites_and_taxonomies_are_solved_apart_and_in_any_order() -> None:
    numbers = pl.DataFrame(
        [("a", "category", "post", 1, 15), ("a", "topic", "post", 1, 15), ("b", "category", "post", 1, 16)],
        schema=["site", "taxonomy", "type", "id", "term_id"], orient="row",
    )  # fmt: skip
    said = pl.DataFrame(
        [("a", "category", "post", 1, "x"), ("a", "topic", "post", 1, "y"), ("b", "category", "post", 1, "x")],
        schema=["site", "taxonomy", "type", "id", "slug"], orient="row",
    )  # fmt: skip
    found = term_slugs.solve(numbers, said)
    assert found.select("site", "taxonomy", "term_id", "slug").rows() == [
        ("a", "category", 15, "x"), ("a", "topic", 15, "y"), ("b", "category", 16, "x"),
    ]  # fmt: skip
    assert term_slugs.solve(numbers.reverse(), said.reverse()).equals(found)


@given(st.randoms(use_true_random=False), st.integers(1, 12), st.integers(1, 30))
def test_as_long_as_classes_are_only_left_out_nothing_certain_is_wrong(chance: Random, terms: int, posts: int) -> None:
    truth = {number: f"t{chance.randint(0, 9)}x{number}" for number in range(1, terms + 1)}
    held = {post: chance.sample(sorted(truth), chance.randint(1, min(4, terms))) for post in range(1, posts + 1)}
    said = {post: [truth[number] for number in numbers if chance.random() < 0.8] for post, numbers in held.items()}
    for number, slug, certainty, _, _ in sure(held, said, list(truth)):
        assert certainty != "certain" or slug == truth[number]


def tree_of(
    rows: Sequence[tuple[int, int | None, str | None, str]],
) -> dict[int, tuple[str | None, str | None, int | None]]:
    given = pl.DataFrame(
        [("example", "category", *row) for row in rows],
        schema={
            n: PACKAGE.schema("terms").polars[n] for n in ("site", "taxonomy", "id", "parent_id", "slug", "origin")
        },
        orient="row",
    )
    found = term_paths.rooted(given).select("id", "path", "path_reason", "depth").rows()
    assert len(found) == len(rows)
    return {number: (path, reason, depth) for number, path, reason, depth in found}


def test_the_path_leads_from_the_root() -> None:
    rows = [(3, 2, "kashgar", "listed"), (2, 1, "central-asia", "listed"), (1, None, "asia", "listed")]
    assert tree_of(rows) == {
        1: ("asia", None, 0), 2: ("asia/central-asia", None, 1), 3: ("asia/central-asia/kashgar", None, 2),
    }  # fmt: skip


def test_where_the_way_to_the_root_is_not_known_the_reason_is() -> None:
    rows = [
        (1, 2, "a", "listed"), (2, 1, "b", "listed"), (3, 2, "below-a-circle", "listed"), (4, 4, "itself", "listed"),
        (5, 99, "orphan", "listed"), (6, 5, "below-an-orphan", "listed"),
        (7, None, None, "listed"), (8, 7, "below-no-slug", "listed"), (11, 9, None, "listed"),
        (9, None, "inferred", "inferred"), (10, 9, "below-unlisted", "listed"),
    ]  # fmt: skip
    assert {number: reason for number, (path, reason, _) in tree_of(rows).items() if path is None} == {
        1: "endless", 2: "endless", 3: "endless", 4: "endless", 5: "parent_missing", 6: "parent_missing",
        7: "slug_missing", 8: "slug_missing", 9: "unlisted", 10: "unlisted", 11: "unlisted",
    }  # fmt: skip


def test_a_chain_is_followed_64_levels_down() -> None:
    found = tree_of([(number, number - 1 or None, "a", "listed") for number in range(1, 100)])
    assert found[65] == ("/".join("a" * 65), None, 64)
    assert found[66] == (None, "endless", None)


def test_a_large_tree_takes_no_time() -> None:
    count = 50_000
    found = tree_of([(n, n // 10 or None, f"t{n}", "listed") for n in range(1, count + 1)])
    assert found[count][0] == "t5/t50/t500/t5000/t50000"
    assert not any(reason for _, reason, _ in found.values())
