"""What is fuzzed: each target takes bytes and asserts what must hold of anything that can be read from them.

A target may raise nothing: what the product refuses on purpose, the target catches by the product's own names for it.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.content.html import Unreadable, plain, read
from presscorpus.content.language import detect
from presscorpus.content.urls import address_key, as_written, domain_of, resolve, tracking
from presscorpus.crawl.imports import warc
from presscorpus.observations import items
from presscorpus.tables import one_row_tables, posts
from presscorpus.tables.typed_columns import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.config.schema import Package

ROOT: Final = Path(__file__).parents[2]
_ORIGIN: Final = Origin("x", "20260101T000000Z-0000000000000000", "urn:x", datetime(2026, 1, 1, tzinfo=UTC))
_URL: Final = "https://example.org/wp-json/wp/v2/posts"
_LINE_ENDS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\xad]")


@cache
def _package() -> Package:
    from presscorpus.config.schema import load_package

    return load_package(ROOT)


@cache
def _limits() -> object:
    from presscorpus.config.params import Limits

    return Limits()


def fuzz_json(data: bytes) -> None:
    """A response of the API: split into items, each told apart; what an item is, a table reads without an exception."""
    for status in (200, None):
        seen = items.observe(data, _URL, status)
        for item in seen.items:
            assert item.id > 0
            if status is None:
                written = bytes(msgspec.json.decode(item.body, type=dict[str, msgspec.Raw])["id"])
                assert int(msgspec.json.decode(written, type=int | str)) == item.id
    for piece in items.pieces(data, _URL):
        batch = posts.Batch(_package(), _limits())  # type: ignore[arg-type]
        batch.add(("post", 1), piece.body, _ORIGIN, "", piece.repairs)
        for table in ("terms", "media", "authors", "comments"):
            one_row_tables.Batch(_package(), table).add((table, 1), piece.body, _ORIGIN)


def fuzz_post(data: bytes) -> None:
    """A post whose content is these bytes, all the way to typed columns."""
    html = data.decode("utf-8", "surrogateescape")
    item = {
        "id": 1, "type": "post", "link": html[:40], "date_gmt": html[:19], "slug": html[:9], "title": html[-60:],
        "content": {"rendered": html, "protected": False}, "class_list": [html[:9]], "acf": {"x": html[:9]},
    }  # fmt: skip
    body = json.dumps(item).encode()
    for piece in items.pieces(body, _URL):
        batch = posts.Batch(_package(), _limits())  # type: ignore[arg-type]
        if batch.add(("post", 1), piece.body, _ORIGIN, "", piece.repairs) is None:
            frames = batch.frames()
            assert frames["posts"].height == 1


def fuzz_html(data: bytes) -> None:
    """Rendered content: its text follows the convention, and every link can be told what it means."""
    html = data.decode("utf-8", "surrogateescape" if data[:1] > b"\x80" else "replace")
    try:
        content = read(html)
        title = plain(html)
    except Unreadable:
        return
    assert _LINE_ENDS.search(content.text) is None
    assert "\n" not in title
    assert title == title.strip()
    for link in content.links:
        assert link.url is not None
        resolve(link.url, "https://example.org/a/")
    detect(content.text)


def fuzz_urls(data: bytes) -> None:
    """An address as written: no credentials are left, what it means is stable, and it has one key."""
    url, _, base = data.decode("utf-8", "replace").partition("\n")
    kept = as_written(url)
    assert kept.startswith("data:") or as_written(kept) == kept, (url, kept)
    tracking(kept)
    for one in (url, kept):
        meant = resolve(one, base or "https://example.org/a/b?c#d")
        if meant.resolved is not None:
            again = resolve(meant.resolved, "https://other.example/")
            assert again.resolved == meant.resolved, (meant, again)
            assert again.host == meant.host
            if meant.scheme in ("http", "https"):
                assert "@" not in meant.resolved.split("/")[2], meant
                key = address_key(meant.resolved)
                assert key is not None
                assert "%" in key or key in {address_key(f"{scheme}://{key}") for scheme in ("http", "https")}, key
        if meant.host:
            domain_of(meant.host)


def fuzz_warc(data: bytes) -> None:
    """A web archive: whatever is broken in it is named in a sentence, and the rest is read."""
    file = io.BytesIO(data)
    if not warc.holds(file):
        return
    reader = warc.Reader(None, 1 << 20)
    try:
        for found in itertools.islice(reader.read("x.warc", file), 1000):
            if isinstance(found, warc.Trouble):
                assert "object has no attribute" not in found.reason, found
                assert "NoneType" not in found.reason, found
            else:
                items.observe(found.exchange.body, found.exchange.url, found.exchange.status)
        list(reader.rest())
    finally:
        reader.close()


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "json": fuzz_json,
    "post": fuzz_post,
    "html": fuzz_html,
    "urls": fuzz_urls,
    "warc": fuzz_warc,
}
"""Every target, by the name of its folder in tests/fuzz/corpus/."""
