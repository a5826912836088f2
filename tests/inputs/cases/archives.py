"""Section 8: a web archive says what it lacks, and is heard."""

from __future__ import annotations

import json
from typing import Any

from tests.inputs.case import Case
from tests.inputs.samples import API, SITE, listed, packed, post, record, term

_ALL = [post(number) for number in range(1, 300)]
_PAGES = [listed(number + 1, _ALL[number * 100 : number * 100 + 100], 299, 3) for number in range(3)]
_FOUR_TERMS = [term(number, f"Place {number}") for number in range(1, 5)]
_HTML = (
    b'<!DOCTYPE html><html><head><link rel="https://api.w.org/" href="https://valley-press.example.org/wp-json/">'
    b'<meta name="generator" content="WordPress 6.5.5"></head><body class="single postid-1"><p>Words.</p></body></html>'
)


def _page(path: str) -> bytes:
    # Of one length, so that the record's own stays true.
    as_json = b"application/json; charset=UTF-8"
    return record(f"{SITE}{path}", _HTML).replace(as_json, b"text/html; charset=UTF-8".ljust(len(as_json)))


def _get(path: str, value: Any, *headers: str) -> bytes:
    return record(f"{API}/{path}", json.dumps(value).encode(), headers=headers)


_BARE = b"WARC/1.0\r\nWARC-Type: revisit\r\n\r\n\r\n\r\n"
_NO_ADDRESS = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n"
_TWO = _get("posts/1", post(1)) + _get("posts/2", post(2))

CASES = [
    Case(8, "pages 1 and 2 of 3", {"site.warc.gz": packed(*_PAGES[:2])}, rows={"posts": 200}, exits=(0, 9),
         cells={"crawls.advertised_end": [299], "crawls.balanced": [False]}, says=("99", "299"), never=("200 of 200",)),
    Case(8, "pages 1 to 3 of 3", {"site.warc.gz": packed(*_PAGES)}, rows={"posts": 299}, says=("299 of 299 posts",),
         cells={"crawls.advertised_end": [299], "crawls.balanced": [True]}),
    Case(8, "pages only", {"site.warc.gz": packed(_page("/2021/02/note-1/"), _page("/about/"))}, exits=(4,),
         says=("2", "WordPress"), never=("only empty lists",), any_of=("WARC", "web archive")),
    Case(8, "damage", {"site.warc": _TWO + _BARE + _NO_ADDRESS}, rows={"posts": 2}, exits=(0, 9), quarantine=None),
    # Of the same kind.
    Case(8, "one post by itself, no total", {"site.warc.gz": packed(_get("posts/1", post(1)))}, rows={"posts": 1},
         says=("unknown",), cells={"crawls.advertised_end": [None]}),
    Case(8, "a total of terms, all there", {"site.warc.gz": packed(_PAGES[0], listed(1, _FOUR_TERMS, 4, 1, "categories"))},
         rows={"posts": 100, "terms": 4}, exits=(0, 9), says=("199",)),
    Case(8, "a total in small letters", {"site.warc.gz": packed(_get("posts", [post(1)], "x-wp-total: 3"))},
         rows={"posts": 1}, exits=(0, 9), cells={"crawls.advertised_end": [3]}),
    Case(8, "a total that is none", {"site.warc.gz": packed(_get("posts", [post(1)], "X-WP-Total: many"))},
         rows={"posts": 1}, cells={"crawls.advertised_end": [None]}),
    Case(8, "a search has a total of its own", {"site.warc.gz": packed(
        _get("posts?search=note&per_page=1", [post(1)], "X-WP-Total: 250"), _get("posts?categories=1", [post(2)], "X-WP-Total: 90"))},
         rows={"posts": 2}, says=("unknown",), cells={"crawls.advertised_end": [None]}),
    Case(8, "totals that grow from page to page", {"site.warc.gz": packed(
        listed(1, _ALL[:100], 200, 2), listed(2, _ALL[100:200], 201, 3))}, rows={"posts": 200}, exits=(0, 9),
         cells={"crawls.advertised_start": [200], "crawls.advertised_end": [201]}),
    Case(8, "the same page twice", {"site.warc.gz": packed(*_PAGES, _PAGES[0])}, rows={"posts": 299},
         cells={"crawls.balanced": [True], "crawls.advertised_end": [299]}),
    Case(8, "another site in the same archive", {"site.warc.gz": packed(
        *_PAGES, record("https://other.example.net/wp-json/wp/v2/posts", b"[]"))}, exits=(0, 2, 4), quarantine=None,
         any_of=("several sites", "299 of 299")),
    Case(8, "answers that are no JSON", {"site.warc.gz": packed(_PAGES[0], record(f"{API}/posts?page=2", _HTML))},
         rows={"posts": 100}, exits=(9,), quarantine=None, says=("HTML",)),
    Case(8, "not even a record", {"site.warc": b"WARC/1.0\r\n\r\n"}, exits=(4,)),
    Case(8, "cut off in the middle", {"site.warc.gz": packed(*_PAGES)[:-300]}, rows={"posts": 200}, exits=(9,), quarantine=None),
    Case(8, "WARC without an ending", {"site": packed(_get("posts", [post(1)]))}, rows={"posts": 1}),
    Case(8, "odd headers of records", {"site.warc": _TWO + b"".join(
        f"WARC/1.0\r\n{line}\r\nContent-Length: 0\r\n\r\n\r\n\r\n".encode() for line in
        ("WARC-Type: response\r\nWARC-Target-URI: http://[", "WARC-Target-URI: x", "WARC-Type:", "WARC-Type: revisit\r\nWARC-Target-URI: " + API,
         "WARC-Type: response\r\nWARC-Target-URI: " + API + "/posts\r\nWARC-Date: yesterday"))},
         rows={"posts": 2}, exits=(0, 9), quarantine=None),
]  # fmt: skip
