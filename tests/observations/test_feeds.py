"""Posts of feeds: read where nothing better shows them, and under a number that pages prove."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from presscorpus.crawl.erasures import is_erasable
from presscorpus.observations import feeds
from presscorpus.observations.feed_posts import FeedPosts
from presscorpus.observations.items import observe, pieces
from presscorpus.observations.versions import choose
from presscorpus.tables.typed_columns import Origin
from tests.observations.test_versions import PACKAGE, observed

if TYPE_CHECKING:
    from presscorpus.observations.items import Item

pytestmark = pytest.mark.fast
HOME = "https://news.example/"
ORIGIN = Origin("site", "20261123T000000Z", "urn:uuid:1", datetime(2026, 11, 23, tzinfo=UTC))


def item(number: int, link: str, *, guid: str | None = None, content: str | None = "<p>Text</p>") -> str:
    inner = "" if content is None else f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    return (
        f"<item><title>A &amp; B</title><link>{link}</link><guid isPermaLink='false'>"
        f"{guid or f'{HOME}?p={number}'}</guid><pubDate>Mon, 02 Nov 2026 08:00:00 +0100</pubDate>{inner}</item>"
    )


def feed(*items: str) -> bytes:
    head = '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    return f"{head}<title>News</title>{''.join(items)}</channel></rss>".encode()


def page(number: int, link: str) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><link rel="canonical" href="{link}"></head><body class="single single-post '
        f'postid-{number}"><article id="post-{number}" class="hentry"><h1 class="entry-title">A</h1></article></body>'
    ).encode()


def rows(*answers: tuple[bytes, str] | tuple[bytes, str, int], is_whole: bool = True) -> list[int]:
    """The numbers of posts of feeds that become rows of the index, of answers in their order."""
    fed = FeedPosts(is_whole=is_whole)
    for payload, url, *told in answers:
        status = told[0] if told else 200
        found = observe(payload, url, status)
        fed.look(url, status)
        for each in (*found.items, *found.unnamed):
            fed.waits(each, ORIGIN, {"id": each.id})
    return [row["id"] for _, row in fed.settled()]


def seen(payload: bytes) -> list[Item]:
    return observe(payload, f"{HOME}feed/", 200).items


def test_an_item_has_what_the_feed_says() -> None:
    (found,) = seen(feed(item(7, f"{HOME}a/")))
    assert (found.table, found.type, found.id, found.origin, found.hidden) == ("posts", "post", 7, "feed", None)
    body = msgspec.json.decode(found.body)
    assert body["title"] == {"rendered": "A &amp; B"}
    assert body["content"] == {"rendered": "<p>Text</p>", "protected": False}
    assert body["date_gmt"] == "2026-11-02T07:00:00"
    assert body["link"] == f"{HOME}a/"
    assert [piece.raw for piece in pieces(feed(item(7, f"{HOME}a/")), f"{HOME}feed/")] == [found.raw]


@pytest.mark.parametrize(
    ("guid", "key"),
    [
        (f"{HOME}?p=7", ("post", 7)),
        (f"{HOME}?page_id=7", ("page", 7)),
        (f"{HOME}?post_type=book&p=7", ("book", 7)),
        (f"{HOME}?post_type=book&#038;p=7", ("book", 7)),
        (f"{HOME}a/", None),
        (f"{HOME}?p=0", None),
        (f"{HOME}?p=7&x=1", None),
        ("urn:7", None),
    ],
)
def test_the_key_of_a_guid(guid: str, key: tuple[str, int] | None) -> None:
    assert feeds.key_of(guid) == key


def test_a_feed_of_excerpts_has_no_content_and_a_form_for_a_password_is_none() -> None:
    (cut,) = seen(feed(item(7, f"{HOME}a/", content=None)))
    assert "content" not in msgspec.json.decode(cut.body)
    (closed,) = seen(feed(item(7, f"{HOME}a/", content='<form class="post-password-form">')))
    assert msgspec.json.decode(closed.body)["content"] == {"rendered": "", "protected": True}


def test_pages_prove_the_numbers_of_a_feed() -> None:
    whole = feed(item(7, f"{HOME}a/"), item(8, f"{HOME}b/"))
    assert rows((page(7, f"{HOME}a/"), f"{HOME}a/"), (whole, f"{HOME}feed/")) == [7, 8]


def test_guids_that_pages_contradict_prove_nothing() -> None:
    """A site that was moved: its old posts keep the guids of the old one."""
    whole = feed(item(3, f"{HOME}a/"), item(8, f"{HOME}b/"), item(9, f"{HOME}c/"))
    pages = [(page(7, f"{HOME}a/"), f"{HOME}a/"), (page(8, f"{HOME}b/"), f"{HOME}b/")]
    assert rows((whole, f"{HOME}feed/"), *pages) == [8]
    assert rows((whole, f"{HOME}feed/")) == []


def test_pages_that_a_later_crawl_leaves_out_prove_nothing() -> None:
    """The one new post agrees, and the pages that contradict the others are not asked for again."""
    whole = feed(item(20, f"{HOME}new/"), item(3, f"{HOME}a/"), item(99, f"{HOME}b/"))
    new = (page(20, f"{HOME}new/"), f"{HOME}new/")
    assert rows(new, (whole, f"{HOME}feed/"), is_whole=False) == [20]
    assert rows(new, (whole, f"{HOME}feed/")) == [20, 3, 99]


@pytest.mark.parametrize("old", ["https://old.example/?p=3", f"{HOME}blog/?p=3", "https://www.old.example/blog/?p=3"])
def test_a_guid_of_another_host_or_folder_is_no_number(old: str) -> None:
    whole = feed(item(7, f"{HOME}a/"), item(3, f"{HOME}b/", guid=old))
    first = (page(7, f"{HOME}a/"), f"{HOME}a/")
    assert rows(first, (whole, f"{HOME}feed/")) == [7]
    assert rows(first, (page(12, f"{HOME}b/"), f"{HOME}b/"), (whole, f"{HOME}feed/")) == [12, 7]


def test_a_guid_of_the_same_site_may_be_without_www_and_above_its_post() -> None:
    whole = feed(item(7, f"{HOME}2026/a/"), item(8, "https://www.news.example/b/"))
    assert [each.id for each in seen(whole)] == [7, 8]


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 410])
def test_a_page_that_is_refused_or_gone_outranks_the_copy_of_a_feed(status: int) -> None:
    whole = feed(item(7, f"{HOME}a/"), item(8, f"{HOME}b/?utm_source=rss"), item(9, f"{HOME}?p=9"))
    first = (page(7, f"{HOME}a/"), f"{HOME}a/")
    assert rows(first, (whole, f"{HOME}feed/")) == [7, 8, 9]
    refused = [(b"No.", f"{HOME}b/", status), (b"No.", f"{HOME}?p=9", status)]
    assert rows(first, (whole, f"{HOME}feed/"), *refused) == [7]
    assert rows(first, (whole, f"{HOME}feed/"), *refused, (b"<html>", f"{HOME}b/")) == [7, 8]


def test_a_page_that_only_editors_see_outranks_the_copy_of_a_feed() -> None:
    private = page(7, f"{HOME}a/").replace(b"hentry", b"post-7 status-private hentry")
    assert rows((private, f"{HOME}a/"), (feed(item(7, f"{HOME}a/")), f"{HOME}feed/")) == []


def test_a_guid_without_a_number_has_that_of_the_page_at_its_address() -> None:
    """WordPress writes the address of a post that a program publishes at once into its guid."""
    whole = feed(item(7, f"{HOME}a/", guid=f"{HOME}a/"), item(8, f"{HOME}b/", guid="urn:8"))
    assert rows((whole, f"{HOME}feed/"), (page(7, f"{HOME}a/"), f"{HOME}a/")) == [7]
    assert rows((whole, f"{HOME}feed/")) == []
    assert seen(whole) == []


def test_the_feed_of_one_post_gives_no_content() -> None:
    """There plugins add what they add to its page."""
    (found,) = observe(feed(item(7, f"{HOME}a/")), f"{HOME}a/feed/?withoutcomments=1", 200).items
    assert "content" not in msgspec.json.decode(found.body)
    assert found.published == "2026-11-02T07:00:00"


def test_a_page_has_the_time_of_the_newest_feed() -> None:
    of_page = {"day": 1, "digest": "p", "origin": "page", "embedded": False}
    fed = [
        {"day": day, "digest": "f", "origin": "feed", "embedded": False, "published": f"2026-11-0{day}T07:00:00"}
        for day in (2, 3)
    ]
    api = {"day": 4, "digest": "a", "origin": "api", "embedded": False}
    assert choose(PACKAGE, observed(dict(of_page), *map(dict, fed))).current["published"].to_list() == [
        "2026-11-03T07:00:00"
    ]
    assert choose(PACKAGE, observed(dict(api), *map(dict, fed))).current["published"].to_list() == [None]


def test_an_entry_without_a_time_names_its_authors_all_the_same() -> None:
    of_page = {"day": 1, "digest": "p", "origin": "page", "embedded": False}
    common = {"digest": "f", "origin": "feed", "embedded": False}
    dated = common | {"day": 2, "published": "2026-11-02T07:00:00"}
    undated = common | {"day": 3, "bylines": ["Anna Berg"]}
    current = choose(PACKAGE, observed(of_page, dated, undated)).current
    assert current["published"].to_list() == ["2026-11-02T07:00:00"]
    assert current["bylines"].to_list() == [["Anna Berg"]]


def test_a_plain_address_is_its_own_proof() -> None:
    assert rows((feed(item(7, f"{HOME}?p=7"), item(8, f"{HOME}b/")), f"{HOME}feed/")) == [7]


def test_a_feed_ranks_below_everything() -> None:
    of_feed = {"day": 3, "digest": "f", "origin": "feed", "embedded": False}
    of_page = {"day": 1, "digest": "p", "origin": "page", "embedded": False}
    both = choose(PACKAGE, observed(dict(of_feed), dict(of_page)))
    assert both.current["origin"].to_list() == ["page"]
    assert both.versions.height == 1
    assert choose(PACKAGE, observed(dict(of_feed))).current["origin"].to_list() == ["feed"]


def test_a_page_that_says_it_is_newer_than_the_api_is_the_row() -> None:
    api = {"day": 0, "digest": "a", "origin": "api", "embedded": False, "modified": "2025-12-01T00:00:00"}
    later = {"day": 9, "digest": "p", "origin": "page", "embedded": False, "modified": "2026-01-05T00:00:00"}
    assert choose(PACKAGE, observed(dict(api), dict(later))).current["digest"].to_list() == ["p"]
    same = later | {"modified": "2025-12-01T00:00:00"}
    assert choose(PACKAGE, observed(dict(api), same)).current["digest"].to_list() == ["a"]
    unknown = later | {"modified": None}
    assert choose(PACKAGE, observed(dict(api), unknown)).current["digest"].to_list() == ["a"]


def test_a_404_of_a_page_ends_what_the_api_showed() -> None:
    api = {"day": 0, "digest": "a", "origin": "api", "embedded": False, "modified": "2025-12-01T00:00:00"}
    gone = {
        "day": 9,
        "state": "deleted",
        "type": None,
        "digest": None,
        "http_status": 404,
        "origin": "page",
        "embedded": False,
    }
    assert choose(PACKAGE, observed(dict(api), gone)).current["state"].to_list() == ["deleted"]


def test_a_post_that_was_erased_from_a_feed_stays_a_note() -> None:
    note = b'<item><!-- presscorpus_erased {"id":7,"type":"post","content":null} --></item>'
    (found,) = seen(feed(item(7, f"{HOME}a/")).replace(item(7, f"{HOME}a/").encode(), note))
    assert (found.id, found.origin, is_erasable(found)) == (7, "feed", True)


def test_an_imported_file_that_is_a_feed_holds_no_items() -> None:
    assert observe(feed(item(7, f"{HOME}a/")), "file:///feed.xml", None).items == []
