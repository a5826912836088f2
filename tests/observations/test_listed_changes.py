"""Times of the last change that a sitemap tells of pages that state none."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from presscorpus.archive.reader import Capture
from presscorpus.observations.items import Item
from presscorpus.observations.listed_changes import ListedChanges

pytestmark = pytest.mark.fast
HOME = "http://news.example/"
SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    f"<url><loc>{HOME}a/</loc><lastmod>2026-11-20T10:00:00+02:00</lastmod></url>"
    f"<url><loc>{HOME}b/</loc><lastmod>2026-11-20</lastmod></url><url><loc>{HOME}c/</loc></url></urlset>"
).encode()


def capture(payload: bytes, status: int = 200) -> Capture:
    return Capture("urn:uuid:1", f"{HOME}wp-sitemap.xml", datetime(2026, 11, 23, tzinfo=UTC), status, payload, 0, "")


def item(url: str, *, origin: str = "page", state: str = "published") -> Item:
    return Item(1, "posts", "post", 7, None, url, state, None, b"", b"", (), origin=origin)


@pytest.mark.parametrize("payload", [SITEMAP, gzip.compress(SITEMAP, mtime=0)])
def test_a_page_has_the_time_of_its_sitemap(payload: bytes) -> None:
    changes = ListedChanges()
    changes.look(capture(payload))
    row = {"modified": None}
    # The site is reached by https, and names itself with http.
    assert changes.completed(item("https://news.example/a/"), row, "")["modified"] == "2026-11-20T08:00:00"
    assert changes.completed(item("https://news.example/x/"), row, f"{HOME}a/")["modified"] == "2026-11-20T08:00:00"
    for other in (
        item(f"{HOME}b/"),
        item(f"{HOME}c/"),
        item(f"{HOME}a/", origin="api"),
        item(f"{HOME}a/", state="deleted"),
    ):
        assert changes.completed(other, row, "") == row
    assert changes.completed(item(f"{HOME}a/"), {"modified": "2026-01-01T00:00:00"}, "") == {
        "modified": "2026-01-01T00:00:00"
    }


def test_other_answers_tell_nothing() -> None:
    changes = ListedChanges()
    for each in (capture(SITEMAP, 404), capture(b"<html>sitemaps.org/schemas/sitemap/0.9"), capture(b"[]")):
        changes.look(each)
    assert changes.completed(item(f"{HOME}a/"), {"modified": None}, "") == {"modified": None}
