"""Which items a response holds: recognised by shape, bad ones set apart, neighbours untouched."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from presscorpus.observations.items import kinds, observe
from presscorpus.observations.payload import split

POST: dict[str, Any] = {"id": 7, "type": "post", "title": {"rendered": "A"}, "link": "https://example.org/?p=7"}
TERM = {"id": 3, "taxonomy": "genre", "slug": "prose", "name": "Prose"}
MEDIA = {"id": 9, "type": "attachment", "source_url": "https://example.org/a.png", "media_details": {}}
USER = {"id": 1, "name": "N", "slug": "n", "avatar_urls": {}}
COMMENT = {"id": 5, "post": 7, "author_name": "N", "content": {"rendered": ""}}

pytestmark = pytest.mark.fast


def keys(*items: Any, name: str = "file:///dump.json") -> list[tuple[str, str | None, int]]:
    seen = observe(json.dumps(list(items)).encode(), name, None)
    assert not seen.faults
    return [(item.table, item.type, item.id) for item in seen.items]


def faults(payload: bytes, name: str = "file:///dump.json") -> list[tuple[int, str]]:
    return sorted((fault.ordinal, fault.rule) for fault in observe(payload, name, None).faults)


def test_each_collection_is_recognised_by_its_shape() -> None:
    assert keys(POST, TERM, MEDIA, USER, COMMENT) == [
        ("posts", "post", 7), ("terms", "genre", 3), ("media", "attachment", 9), ("authors", "user", 1),
        ("comments", "comment", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pages.json", ("posts", "page", 4)),
        ("a/categories.json", ("terms", "category", 4)),
        ("tags.json.gz", ("terms", "post_tag", 4)),
        ("media.json", ("media", "attachment", 4)),
        ("users.json", ("authors", "user", 4)),
    ],
)
def test_a_type_that_an_item_does_not_say_is_that_of_its_collection(name: str, expected: tuple[str, str, int]) -> None:
    telling = {"id": 4, "title": "T", "name": "N", "slug": "s"}
    assert keys(telling, name=f"file:///{name}") == [expected]
    # An id alone is a place in a list, and nothing that a row could be made of.
    seen = observe(b'[{"id": 4}]', f"file:///{name}", None)
    assert (seen.items, seen.faults, seen.others) == ([], [], ("JSON of no known kind",))


@pytest.mark.parametrize("number", ["7a", 7.5, -7, 0, None, True, 2**63, [7]])
def test_a_post_whose_id_is_no_positive_number_costs_itself_only(number: Any) -> None:
    seen = observe(json.dumps([POST, POST | {"id": number}, POST | {"id": 8}]).encode(), "file:///x.json", None)
    assert [item.id for item in seen.items] == [7, 8]
    assert [(fault.ordinal, fault.rule, fault.table) for fault in seen.faults] == [(2, "id_invalid", "posts")]


def test_a_list_that_is_cut_short_keeps_what_is_whole() -> None:
    whole = json.dumps([POST, POST | {"id": 8}, POST | {"id": 9}]).encode()
    for cut in range(whole.rindex(b"{"), len(whole) - 1):
        seen = observe(whole[:cut], "file:///x.json", None)
        assert [item.id for item in seen.items][:2] == [7, 8]
        assert seen.faults, cut
    assert faults(whole[: whole.rindex(b"{") + 9]) == [(3, "truncated")]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", [(0, "empty")]),
        (b"<html>", [(0, "not_json")]),
        (b"{", [(0, "truncated")]),
        (b'["a", 1]', []),
        (b'[{"a":1}]', []),
        (b'[{"id":1,"link":"","type":"post"},{"a":1},2]', [(2, "unrecognised"), (3, "not_an_object")]),
        (b'[{"id":1,"link":"","type":7}]', [(1, "type_invalid")]),
        (b"[" * 100_000, [(1, "too_deep")]),
        (b'[\xff{"id":1}]', [(1, "not_json")]),
        (b'[{"a":1}] [{"a":1}]', []),
        (b'[{"a":1},]', [(2, "not_json")]),
    ],
)
def test_what_is_no_item_is_set_apart_with_its_reason(payload: bytes, expected: list[tuple[int, str]]) -> None:
    assert faults(payload) == expected


@pytest.mark.parametrize(
    "broken",
    [b'{"id":8,,}', b"{" * 3, b'"\x01"', b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}", b"[" * 100_000 + b"]" * 100_000],
)
def test_whatever_is_broken_inside_an_item_stays_inside(broken: bytes) -> None:
    before, after = (json.dumps(POST | {"id": number}).encode() for number in (7, 9))
    seen = observe(b"[" + before + b"," + broken + b"," + after + b"]", "file:///x.json", None)
    closed = broken.count(b"{") == broken.count(b"}")
    assert [item.id for item in seen.items] == ([7, 9] if closed else [7])
    assert [fault.ordinal for fault in seen.faults] == [2]


def deeper(frames: int, payload: bytes) -> tuple[list[int], list[tuple[int, str]]]:
    """What is seen by one who is called so many frames down."""
    if frames:
        return deeper(frames - 1, payload)
    seen = observe(payload, "file:///x.json", None)
    return [item.id for item in seen.items], [(fault.ordinal, fault.rule) for fault in seen.faults]


@pytest.mark.parametrize("form", ["[%s]", '{"0":%s}', '{ "0" : %s}'])
@pytest.mark.parametrize("nested", [511, 512, 900, 940, 960, 985, 5000])
def test_how_deep_an_item_may_be_does_not_depend_on_who_asks(form: str, nested: int) -> None:
    deep = json.dumps(POST | {"id": 8, "x": 0}).replace('"x": 0', '"x": ' + "[" * nested + "]" * nested)
    items = [json.dumps(POST), deep, json.dumps(POST | {"id": 9})]
    if form != "[%s]":
        items = [items[0], *(f'"{place}":{item}' for place, item in enumerate(items[1:], 1))]
    payload = (form % ",".join(items)).encode()
    expected = ([7, 8, 9], []) if nested < 512 else ([7, 9], [(2, "too_deep")])
    assert deeper(0, payload) == deeper(60, payload) == expected


@pytest.mark.parametrize("rest", [b"", b" garbage", b',"x":{"1":{}}}'])
def test_an_object_that_is_no_list_with_gaps_is_one_item(rest: bytes) -> None:
    deep = b'{"0":{"id":7,"x":' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert faults(deep + rest if rest.endswith(b"}") else deep + b"}" + rest)[0][1] == "too_deep"


def test_nan_in_one_post_costs_that_post_alone() -> None:
    text = json.dumps([POST, POST | {"id": 8, "score": float("nan")}, POST | {"id": 9}]).encode()
    seen = observe(text, "file:///x.json", None)
    assert [item.id for item in seen.items] == [7, 9]
    assert [(fault.ordinal, fault.rule) for fault in seen.faults] == [(2, "not_json")]


def test_a_lone_surrogate_is_repaired_and_named_and_the_bytes_stay() -> None:
    raw = b'{"id":7,"type":"post","link":"","title":"a\\ud800b \\ud83d\\ude00 \\\\ud800"}'
    (item,) = observe(b"[" + raw + b"]", "file:///x.json", None).items
    assert item.raw == raw
    assert item.repairs == ("surrogate_replaced",)
    assert json.loads(item.body)["title"] == "a\ufffdb 😀 \\ud800"


@pytest.mark.parametrize(
    ("before", "after", "repairs"),
    [
        (b"", b"\n", ()),
        (b"\xef\xbb\xbf", b"", ("bom_removed",)),
        (b"<br />\n<b>Warning</b>: [deprecated] in x.php\n", b"", ("noise_removed",)),
        (b"", b"\n<!-- cached -->\n<!-- {1} -->", ("noise_removed",)),
        (b"\xef\xbb\xbfNotice: x\n", b"<!-- x -->", ("bom_removed", "noise_removed")),
    ],
)
def test_noise_around_the_json_is_taken_off_and_named(before: bytes, after: bytes, repairs: tuple[str, ...]) -> None:
    for body in (json.dumps(POST).encode(), json.dumps([POST]).encode()):
        (item,) = observe(before + body + after, "https://example.org/wp-json/wp/v2/posts", 200).items
        assert (item.id, item.repairs) == (7, repairs)


def test_lines_are_items_of_their_own_and_a_byte_order_mark_is_none() -> None:
    lines = b"\xef\xbb\xbf" + b"\n".join(
        [json.dumps(POST).encode(), b"", b"{oops", json.dumps(POST | {"id": 8}).encode()]
    )
    seen = observe(lines, "file:///x.jsonl.zst", None)
    assert [(item.ordinal, item.id) for item in seen.items] == [(1, 7), (4, 8)]
    assert [(fault.ordinal, fault.rule) for fault in seen.faults] == [(3, "not_json")]


def test_a_single_object_is_its_payload_to_the_last_byte() -> None:
    payload = json.dumps(POST, indent=1).encode() + b"\n"
    (item,) = observe(payload, "file:///7.json", None).items
    assert item.raw == payload


def test_a_live_sweep_list_of_types_or_block_page_is_no_item_and_no_fault() -> None:
    root = "https://example.org/wp-json/wp/v2"
    assert observe(b'[{"id":7}]', f"{root}/posts?_fields=id,modified_gmt", 200)[:3] == ([], [], None)
    # Nor is a row of a list of ids an item, whatever its link looks like.
    for link in ("https://a.example.org/?attachment_id=7", "https://a.example.org/author/jo/", "/category/news/"):
        row = b'[{"id":7,"modified_gmt":"2026-01-01T00:00:00","link":"%s"}]' % link.encode()
        for route in ("posts", "media", "books", "categories"):
            assert observe(row, f"{root}/{route}?_fields=id,modified_gmt,link", 200)[:3] == ([], [], None)
    assert observe(b'{"post":{"rest_base":"posts"}}', f"{root}/types", 200)[:3] == ([], [], None)
    assert observe(b"<html>captcha</html>", f"{root}/posts?include=7", 200)[:3] == ([], [], None)


def test_the_index_of_the_api_is_handed_on() -> None:
    index = b'{"name":"N","namespaces":["wp/v2"],"routes":{}}'
    assert observe(index, "https://example.org/?rest_route=/", 200).site_index == index


@pytest.mark.parametrize(
    ("url", "status", "code", "state"),
    [
        ("https://example.org/wp-json/wp/v2/posts/7", 404, "rest_post_invalid_id", "deleted"),
        ("https://example.org/index.php?rest_route=%2Fwp%2Fv2%2Fposts%2F7", 401, "rest_forbidden", "unpublished"),
        ("https://example.org/wp-json/wp/v2/posts/7", 404, "rest_no_route", None),
        ("https://example.org/wp-json/wp/v2/posts/7", 500, "rest_post_invalid_id", None),
        (f"https://example.org/wp-json/wp/v2/posts/{'7' * 5000}", 404, "rest_post_invalid_id", None),
        ("https://example.org/wp-json/wp/v2/posts", 401, "rest_forbidden", None),
        ("https://example.org/wp-json/wp/v2/users/7", 401, "rest_forbidden", None),
        ("https://example.org/wp-json/wp/v2/categories/7", 404, "rest_post_invalid_id", None),
    ],
)
def test_the_answer_about_a_vanished_post_is_a_tombstone(url: str, status: int, code: str, state: str | None) -> None:
    seen = observe(json.dumps({"code": code}).encode(), url, status)
    assert [(item.id, item.state, item.code) for item in seen.items] == ([(7, state, code)] if state else [])


@pytest.mark.parametrize(
    ("route", "status", "code", "said"),
    [
        ("comments", 401, "rest_cannot_read", ("comments", "comment", "unpublished")),
        ("comments", 404, "rest_comment_invalid_id", ("comments", "comment", "deleted")),
        ("comments", 404, "rest_post_invalid_id", ("comments", "comment", "deleted")),
        ("users", 401, "rest_user_cannot_view", ("authors", "user", "unpublished")),
        ("users", 404, "rest_user_invalid_id", ("authors", "user", "deleted")),
        ("tags", 404, "rest_term_invalid", ("terms", "post_tag", "deleted")),
        ("genres", 404, "rest_term_invalid", ("terms", None, "deleted")),
        ("media", 404, "rest_post_invalid_id", ("media", "attachment", "deleted")),
        ("media", 401, "rest_forbidden", ("media", "attachment", "unpublished")),
        ("books", 404, "rest_post_invalid_id", ("posts", None, "deleted")),
    ],
)
def test_what_else_vanished_is_told_apart_from_posts(route: str, status: int, code: str, said: tuple[Any, ...]) -> None:
    url = f"https://example.org/wp-json/wp/v2/{route}/7"
    (item,) = observe(json.dumps({"code": code}).encode(), url, status).items
    assert (item.table, item.type, item.state) == said


def test_the_lists_of_types_and_taxonomies_name_their_routes() -> None:
    root = "https://example.org/wp-json/wp/v2"
    types = json.dumps({"book": {"rest_base": "books"}, "page": {"rest_base": "pages"}, "odd": {}}).encode()
    assert kinds(types, f"{root}/types") == {
        ("posts", "books"): "book",
        ("posts", "pages"): "page",
        ("posts", "odd"): "odd",
    }
    assert kinds(b'{"genre":{"rest_base":"genres"}}', f"{root}/taxonomies") == {("terms", "genres"): "genre"}
    assert kinds(types, f"{root}/posts") == kinds(b"[]", f"{root}/types") == {}


def test_the_address_of_a_tombstone_tells_the_types_of_core() -> None:
    def told(route: str) -> str | None:
        url = f"https://example.org/wp-json/wp/v2/{route}/7"
        return observe(b'{"code":"rest_post_invalid_id"}', url, 404).items[0].type

    assert [told(route) for route in ("posts", "pages", "books")] == ["post", "page", None]


def test_the_digest_follows_content_and_not_counters_or_the_order_of_keys() -> None:
    def digest(post: dict[str, Any]) -> str | None:
        return observe(json.dumps(post).encode(), "file:///x.json", None).items[0].digest

    assert digest(POST) == digest(dict(reversed(POST.items())) | {"views": 99})
    for field in ("title", "content", "excerpt", "slug", "link", "status", "date_gmt", "featured_media", "tags"):
        assert digest(POST) != digest(POST | {field: "other"}), field


@given(st.lists(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.floats())), max_size=5))
def test_any_json_is_split_into_as_many_pieces_as_it_has_items(items: list[dict[str, Any]]) -> None:
    pieces, unreadable = split(json.dumps(items).encode(), "x.json")
    assert sorted([piece.ordinal for piece in pieces] + [bad.ordinal for bad in unreadable]) == list(
        range(1, len(items) + 1)
    )


@example(b"\x01[]")
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise_and_none_vanish(payload: bytes) -> None:
    seen = observe(payload, "file:///x.json", None)
    assert (
        seen.items
        or seen.faults
        or seen.others
        or seen.site_index
        or re.search(rb"\[[ \t\r\n]*\]", payload)  # an empty list, which noise may stand before
        or (payload.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["))
    )
