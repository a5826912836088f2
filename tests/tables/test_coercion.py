"""Optional fields of any type: no record is lost, and a flag names each field that was converted or lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.config import schema
from presscorpus.config.settings import Limits
from presscorpus.tables import coercion, one_row_tables, posts
from presscorpus.tables.post_item import DECODER, term_ids
from presscorpus.tables.typed_columns import Origin
from tests.inputs import samples

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = schema.load_package(Path(__file__).parents[2])
ORIGIN = Origin("a", "20260101T000000Z", "urn:uuid:0", datetime(2026, 1, 1, tzinfo=UTC))
# What core's schemas say of each kind (get_item_schema), a whole item, and what no record can do without.
KINDS: dict[str, tuple[Callable[[int], dict[str, Any]], str, set[str]]] = {
    "posts": (samples.post, "post", {"id", "type", "content"}),
    "media": (samples.medium, "attachment", {"id"}),
    "terms": (samples.term, "category", {"id", "taxonomy"}),
    "authors": (samples.user, "user", {"id"}),
    "comments": (samples.comment, "comment", {"id", "content"}),
}
ODD: st.SearchStrategy[Any] = (
    st.sampled_from([None, False, True, "", "5", "0", "-1", " 7 ", "x", [], {}, [[]], [None], ["1"], {"0": "1"}, 0, -1])
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["rendered", "protected", "href", "count", "id", "width", "height", "0", "taxonomy"]),
                inner,
            )
        ),
        max_leaves=5,
    )
)


def rows(table: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that items of one table become; each of them has to become one."""
    kind = KINDS[table][1]
    batch = posts.Batch(PACKAGE, Limits()) if table == "posts" else one_row_tables.Batch(PACKAGE, table)
    for item in items:
        body = json.dumps(item).encode()
        if isinstance(batch, posts.Batch):
            refused = batch.add((kind, item["id"]), body, ORIGIN, "0" * 64, ())
        else:
            refused = batch.add((kind, item["id"]), body, ORIGIN)
        assert refused is None, (refused, item)
    made = batch.frames()[table].to_dicts()
    assert len(made) == len(items)
    return made


@pytest.mark.parametrize("table", KINDS)
def test_a_record_with_one_odd_field_is_a_row(table: str) -> None:
    make, _, essential = KINDS[table]
    values: tuple[Any, ...] = (
        None,
        False,
        True,
        "",
        "5",
        [],
        {},
        [[]],
        7,
        -1,
        0.5,
        10**30,
        "x",
        {"a": 1},
        [1, "2", None],
    )
    names = [name for name in make(1) if name not in essential]
    odd = [make(0) | {"id": number, name: value} for number, (name, value) in enumerate(
        ((name, value) for name in names for value in values), 1)]  # fmt: skip
    gone = [{**make(0), "id": 10_000 + number} for number in range(len(names))]
    for item, name in zip(gone, names, strict=True):
        del item[name]
    made = rows(table, odd + gone)
    assert all(not {flag for flag in row["flags"] if flag.endswith(("_converted", "_unreadable"))}
               for row in made[len(odd):])  # fmt: skip


@pytest.mark.parametrize("table", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_record_with_any_fields_odd_together_is_a_row(table: str, data: st.DataObject) -> None:
    make, _, essential = KINDS[table]
    whole = make(1)
    names = sorted(whole.keys() - essential)
    changed = data.draw(st.dictionaries(st.sampled_from(names), ODD))
    dropped = data.draw(st.sets(st.sampled_from(names)))
    rows(table, [{name: value for name, value in (whole | changed).items() if name not in dropped}])


@pytest.mark.parametrize(
    ("field", "value", "column", "expected", "flag"),
    [
        ("featured_media", "5", "featured_media_id", 5, "featured_media_converted"),
        ("parent", "x", "parent_id", None, "parent_unreadable"),
        ("slug", 123, "slug", "123", "slug_converted"),
        ("slug", ["x"], "slug", None, "slug_unreadable"),
        ("sticky", "", "sticky", None, "sticky_converted"),
        ("sticky", "1", "sticky", True, "sticky_converted"),
        ("author", ["1"], "author_id", 1, "author_converted"),
        ("title", {"rendered": 5}, "title", "5", "title_converted"),
        ("tags", ["7", "x"], "tags", [], "tags_unreadable"),
        ("menu_order", 10**400, "menu_order", None, "menu_order_unreadable"),
        ("date_gmt", "2021-02-03T10:00:00+01:00", "published_at", datetime(2021, 2, 3, 9, tzinfo=UTC), None),
        ("date_gmt", "2021-02-03 09:00:00", "published_at", datetime(2021, 2, 3, 9, tzinfo=UTC), None),
        ("_links", [], "revision_count", None, None),
        ("_links", {"version-history": [{"count": "3"}]}, "revision_count", 3, "revisions_converted"),
    ],
)
def test_a_field_is_what_it_plainly_says_and_its_flag_names_it(
    field: str, value: Any, column: str, expected: Any, flag: str | None
) -> None:
    (row,) = rows("posts", [samples.post(1) | {field: value}])
    assert row[column] == expected
    assert [each for each in row["flags"] if each.startswith((field.strip("_")[:4], "revisions"))] == (
        [] if flag is None else [flag]
    )


@pytest.mark.parametrize("content", [[1], {"rendered": [1]}, {"rendered": {"a": 1}}, True, {"rendered": True}])
def test_content_that_is_no_text_is_refused_in_words(content: Any) -> None:
    body = json.dumps({"id": 1, "type": "post", "content": content}).encode()
    refused = posts.Batch(PACKAGE, Limits()).add(("post", 1), body, ORIGIN, "0" * 64, ())
    assert refused == ("type_mismatch", "content is neither text nor an object that holds text")


@pytest.mark.parametrize("content", [None, False, "", [], {}])
def test_content_that_is_nothing_is_a_row_without_text(content: Any) -> None:
    (row,) = rows("posts", [samples.post(1) | {"content": content}])
    assert not row["text"]


def test_an_item_of_the_right_types_is_decoded_once_and_has_no_flags() -> None:
    body = json.dumps(samples.post(1)).encode()
    item, flags = coercion.read(DECODER, body, {"type": "other", "id": 9}, "content")
    assert (item.id, item.type, flags) == (1, "post", [])


def test_a_type_that_is_not_there_is_the_one_that_was_observed() -> None:
    body = json.dumps(samples.without(samples.post(1), "type")).encode()
    item, flags = coercion.read(DECODER, body, {"type": "post", "id": 1}, "content")
    assert (item.type, flags) == ("post", ["type_inferred"])


@pytest.mark.parametrize(
    ("written", "numbers", "loss"),
    [
        ("[1,2,1]", [1, 2], ""), ('{"0":1,"2":2}', [1, 2], ""), ("null", [], ""), ("false", [], "_converted"),
        ('["7",8.0]', [7, 8], "_converted"), ('"7, 8"', [7, 8], "_converted"), ("7", [7], "_converted"),
        ('[{"id":7},{"term_id":"8"}]', [7, 8], "_converted"), ("[0,7]", [7], "_converted"),
        ('[-1,"x",7]', [7], "_unreadable"), ('[{"a":1}]', [], "_unreadable"), (f"[{'9' * 5000}]", [], "_unreadable"),
    ],
)  # fmt: skip
def test_numbers_of_terms_are_read_in_every_form(written: str, numbers: list[int], loss: str) -> None:
    assert term_ids(msgspec.Raw(written.encode())) == (numbers, loss)
