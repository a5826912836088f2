"""Groups of posts: the connected components of pairs, named after their first posts."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.tables import groups

Key = tuple[str, str, int]
KEYS = st.tuples(st.sampled_from(["a", "b-c", "b"]), st.sampled_from(["page", "post"]), st.integers(1, 12))
PAIRS = st.lists(st.tuples(KEYS, KEYS).filter(lambda pair: pair[0] != pair[1]), max_size=40)
COLUMNS = {"site": pl.String, "type": pl.String, "id": pl.Int64}
ENDS = COLUMNS | {f"other_{name}": kind for name, kind in COLUMNS.items()}


def frame(pairs: list[tuple[Key, Key]]) -> pl.DataFrame:
    return pl.DataFrame([(*one, *other) for one, other in pairs], schema=ENDS, orient="row")


def named(pairs: list[tuple[Key, Key]]) -> dict[Key, str]:
    found = groups.grouped(frame(pairs), "name")
    assert found.select(groups.POST).rows() == sorted(found.select(groups.POST).rows())
    return {(site, kind, number): name for site, kind, number, name in found.iter_rows()}


def merged(pairs: list[tuple[Key, Key]]) -> list[set[Key]]:
    """The components, found one pair at a time."""
    found: list[set[Key]] = []
    for pair in pairs:
        touched = [each for each in found if each & set(pair)]
        found = [each for each in found if each not in touched] + [set(pair).union(*touched)]
    return found


@given(PAIRS)
def test_groups_are_what_merging_pair_by_pair_gives(pairs: list[tuple[Key, Key]]) -> None:
    expected: dict[Key, str] = {}
    for component in merged(pairs):
        site, kind, number = min(component)
        expected |= dict.fromkeys(component, f"{site}/{kind}/{number}")
    assert named(pairs) == expected


@given(PAIRS)
def test_neither_order_nor_unrelated_posts_change_a_name(pairs: list[tuple[Key, Key]]) -> None:
    before = named(pairs)
    turned = [(other, one) for one, other in reversed(pairs)]
    strange = [(("0", "post", number), ("z", "post", number)) for number in (1, 2)]
    after = named(strange + turned)
    assert {key: name for key, name in after.items() if key[0] not in {"0", "z"}} == before


@settings(max_examples=5)
@given(st.permutations(range(2, 300)))
def test_a_long_chain_in_any_order_is_one_group(order: list[int]) -> None:
    chain = [(("a", "post", one), ("a", "post", other)) for one, other in zip([1, *order], order, strict=False)]
    assert set(named(chain).values()) == {"a/post/1"}


def test_only_near_rows_of_enough_similarity_count() -> None:
    pairs = [(("a", "post", number), ("a", "post", number + 1)) for number in (1, 3, 5, 7)]
    repeats = frame(pairs).with_columns(similarity=pl.Series([1.0, 0.6, 0.59, 0.4]))
    found = groups.columns(repeats, frame([]).drop("other_site"))
    assert dict(found.select("id", "repeat_group").iter_rows()) == dict.fromkeys((1, 2), "a/post/1") | dict.fromkeys(
        (3, 4), "a/post/3"
    )
    assert found["translation_group"].null_count() == found.height


def test_a_post_may_be_in_a_group_of_each_kind() -> None:
    repeats = frame([(("a", "post", 2), ("b", "post", 1))]).with_columns(similarity=1.0)
    translations = frame([(("a", "post", 2), ("a", "page", 9)), (("a", "page", 9), ("a", "post", 2))])
    found = groups.columns(repeats, translations.drop("other_site"))
    assert found.rows() == [
        ("a", "page", 9, None, "a/page/9"),
        ("a", "post", 2, "a/post/2", "a/page/9"),
        ("b", "post", 1, "a/post/2", None),
    ]
