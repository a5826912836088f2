"""What is told by content: kinds of objects, formats of bytes, lists in objects, encodings, totals, nonces, copies."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from presscorpus.config import schema
from presscorpus.crawl.imports.totals import Totals
from presscorpus.observations import formats, shapes
from presscorpus.observations.encodings import utf8
from presscorpus.observations.items import observe, pieces
from presscorpus.observations.json_lines import has_lines
from presscorpus.observations.nonces import without_nonces
from presscorpus.observations.payload import split
from presscorpus.observations.versions import choose
from presscorpus.observations.wrappers import total, wrapped
from tests.inputs import samples

PACKAGE = schema.load_package(Path(__file__).parents[2])
API = "https://valley-press.example.org/wp-json/wp/v2"


def keys(item: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(json.dumps(item), type=dict[str, msgspec.Raw])


@pytest.mark.parametrize(
    ("item", "table"),
    [
        (samples.post(1), "posts"), (samples.medium(1), "media"), (samples.term(1), "terms"),
        (samples.user(1), "authors"), (samples.comment(1), "comments"),
        (samples.without(samples.user(1), "avatar_urls"), "authors"),
        (samples.without(samples.user(1), "avatar_urls", "_links", "name"), "authors"),
        ({"id": 1, "name": "A B", "slug": "a-b"}, "authors"),
        ({"id": 1, "name": "Menu", "slug": "menu", "locations": []}, None),
        ({"id": 1, "slug": "form", "title": "Form", "locale": "en"}, None),
        ({"id": 1, "title": "x", "url": "y", "type": "post", "subtype": "post"}, None),
        ({"id": 1, "title": {}, "type": "custom", "type_label": "x", "object_id": 1}, None),
        ({"id": "t//home", "theme": "t", "type": "wp_template", "slug": "x", "content": {}}, None),
        ({"id": 2, "parent": 1, "slug": "1-revision-v1", "content": {}, "title": {}}, None),
        ({"id": 1}, None),
    ],
)  # fmt: skip
def test_a_record_is_told_by_what_its_kind_must_have(item: dict[str, Any], table: str | None) -> None:
    assert shapes.table_of(keys(item), "") == table


def test_the_name_of_a_collection_is_told_in_all_forms_of_addresses() -> None:
    names = [
        "posts",
        "posts/7",
        "posts?page=2",
        "posts@page=2",
        "posts%3Fpage=4.html",
        "posts/3/index.html",
        "posts.json.gz",
    ]
    assert {shapes.collection_name(f"file:///a/{name}") for name in names} == {"posts"}
    assert shapes.collection_name(f"{API}/pages/12?context=view") == "pages"
    assert shapes.collection_name("https://x.example/?rest_route=/wp/v2/tags") == "tags"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/">', "WXR"),
        (b"<rss version='2.0'>", "RSS"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "Atom"), (b"<!-- x --><!DOCTYPE html><p>", "HTML page"),
        (b"<html><script>window._cf_chl_opt={}</script>", "challenge"), (b"filedesc://x.arc 0", "ARC"),
        (b"\xff\xfe[\x00{\x00}\x00", "JSON"),
        (b"a,b,c\n1,2,3\n", "CSV"), (b"a\tb\n1\t2\n", "TSV"), (b"", "empty"),
        (b"hello", "plain text"), (b"\x00\x01\x02", "no known"), (b"PK\x03\x04", "ZIP"), (b"# Title\n", "Markdown"),
    ],
)  # fmt: skip
def test_a_format_is_told_by_its_first_bytes(head: bytes, name: str) -> None:
    assert name in formats.format_of(head).name


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8"])
def test_json_of_every_encoding_of_unicode_is_utf8(encoding: str) -> None:
    text = '[{"a":"ئ😀"}]'
    assert utf8(text.encode(encoding))[0].decode() == text


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('{"value":[%s,%s],"Count":2}', 2), ('{"posts":[%s]}', 1), ('{"data":{"posts":[%s,%s]}}', 2),
        ('{"a":%s,"b":%s}', 2),
        ('{"posts":[%s],"pages":[%s]}', 2), ('{"body":[%s],"status":201,"headers":{}}', 1),
        ('{"posts":[%s,{oops}]}', 2),
    ],
)  # fmt: skip
def test_a_list_of_items_in_an_object_is_that_list(body: str, count: int) -> None:
    items = [json.dumps(samples.post(number)) for number in range(1, body.count("%s") + 1)]
    found = wrapped((body % tuple(items)).encode())
    assert found is not None
    assert len(found) == count


@pytest.mark.parametrize(
    "other", [samples.post(1, related=[samples.post(2)]), {"posts": []}, {"a": [1]}, {"routes": {}, "namespace": "x"}]
)
def test_an_item_and_an_object_without_items_are_no_wrapper(other: dict[str, Any]) -> None:
    assert wrapped(json.dumps(other).encode()) is None


@pytest.mark.parametrize(
    ("body", "promised", "lines"),
    [
        (b'{"a":1}\n{"a":2}\n', False, True), (b"[1]\n[2]", False, True), (b'{"a":1}\n', False, False),
        (b'{\n"a":1}\n', False, False), (b'{oops\n{"a":2}\n', False, True), (b'{"a":1}\n<!-- {} -->', False, False),
        (b"[\n{}\n]", True, False), (b"oops\n", True, True),
    ],
)  # fmt: skip
def test_lines_are_told_by_a_whole_value_in_one(body: bytes, promised: bool, lines: bool) -> None:  # noqa: FBT001 - figures
    assert has_lines(body, promised=promised) is lines


def test_several_responses_in_a_row_are_split_and_their_places_count_on() -> None:
    body = b'[{"id":1},{"id":2}]\n[{"id":3},{oops}] {"id":5}'
    found = split(body, "x")
    assert [piece.ordinal for piece in found.pieces] == [1, 2, 3, 5]
    assert [bad.ordinal for bad in found.unreadable] == [4]


def test_nonces_and_nothing_else_are_taken_out() -> None:
    same = [
        f'<input type="hidden" name="_wpnonce" value="{nonce}"><a href="?_wpnonce={nonce}&x=1" data-nonce="{nonce}">'
        f'<script nonce="{nonce}abc=">var x = {{"ajax_nonce":"{nonce}"}}</script>'.encode()
        for nonce in ("0123456789", "abcdef0123")
    ]  # fmt: skip
    assert without_nonces(same[0]) == without_nonces(same[1]) != same[0]
    kept = b'<p>nonce, order 0123456789</p><input name="sum" value="0123456789">'
    assert without_nonces(kept) == kept


def test_copies_below_embedded_are_items_after_the_others_and_once() -> None:
    both = [samples.post(number) | {"_embedded": {"author": [samples.user()], "wp:term": [[samples.term()], []],
            "wp:featuredmedia": [{"code": "rest_forbidden"}]}} for number in (1, 2)]  # fmt: skip
    payload = json.dumps(both).encode()
    seen = observe(payload, f"{API}/posts", 200)
    told = [(item.ordinal, item.table, item.id, item.embedded) for item in seen.items]
    assert told[:2] == [(1, "posts", 1, False), (2, "posts", 2, False)]
    assert sorted(each[1:] for each in told[2:]) == [("authors", 1, True), ("terms", 1, True)]
    by_place = {piece.ordinal: piece.raw for piece in pieces(payload, f"{API}/posts")}
    assert all(by_place[item.ordinal] == item.raw for item in seen.items)


def observed(**changed: Any) -> dict[str, Any]:
    return {
        "site": "a", "table": "terms", "type": "category", "id": 1, "ordinal": 1, "offset": 0, "modified": None,
        "url": None, "state": "published", "http_status": 200, "code": None, "digest": "0" * 64, "embedded": False,
        "crawl": "20260101T000000Z", "record_id": "urn:uuid:00000000-0000-0000-0000-000000000001",
        "observed_at": datetime(2026, 1, 1, tzinfo=UTC),
    } | changed  # fmt: skip


def chosen(*rows: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    frame = pl.DataFrame(list(rows), schema=PACKAGE.schema("observed").polars.to_frame().schema)
    found = choose(PACKAGE, frame)
    return found.current.to_dicts(), found.versions.height


def test_what_is_listed_outranks_a_newer_copy() -> None:
    later = {"observed_at": datetime(2026, 2, 1, tzinfo=UTC), "crawl": "20260201T000000Z"}
    current, _ = chosen(observed(digest="1" * 64), observed(digest="2" * 64, embedded=True, **later))
    assert [row["digest"] for row in current] == ["1" * 64]


@pytest.mark.parametrize(("modified", "versions"), [((None, None), 1), (("2026", "2026"), 1), (("2025", "2026"), 2)])
def test_another_copy_of_one_moment_is_a_version_only_where_modified_differs(
    modified: tuple[str | None, str | None], versions: int
) -> None:
    rows = [observed(table="posts", type="post", ordinal=place, digest=str(place) * 64, modified=when)
            for place, when in enumerate(modified, 1)]  # fmt: skip
    assert chosen(*rows)[1] == versions


def test_a_total_counts_where_it_is_of_the_whole_collection() -> None:
    def told(query: str, header: str = "X-WP-Total", value: str = "9") -> tuple[int, int | None, int]:
        totals = Totals()
        body = json.dumps([samples.post(1), samples.post(2)]).encode()
        url = f"{API}/posts?{query}"
        totals.told(url, [(header, value)], body, observe(body, url, 200))
        found = totals.of("posts")
        return found.items, found.last, found.missing

    assert told("page=1&per_page=100&_embed") == (2, 9, 7)
    assert told("page=1", "x-wp-total") == (2, 9, 7)
    assert told("page=1", "X-WP-Total", "9" * 5000) == told("page=1", "X-WP-Total", "٩") == (2, None, 0)
    assert told("search=x") == told("categories[]=3") == told("page=1", "x-other") == (2, None, 0)
    envelope = json.dumps({"body": [], "status": 200, "headers": {"X-WP-Total": 9}}).encode()
    assert (total(envelope), total(b'{"headers":{}}')) == (9, None)
    assert total(envelope.replace(b"9}", b"9" * 5000 + b"}")) is None
    assert total(envelope.replace(b"9}", b'"' + b"9" * 5000 + b'"}')) is None
