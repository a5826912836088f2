"""Feeds of closed sites, over real sockets: what they list beyond sitemaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from presscorpus.crawl.html_pages.feeds import of_post
from presscorpus.observations import feeds
from tests.crawl.html_pages.closed_site import closed_site, index, listing, page, xml
from tests.crawl.html_pages.test_sitemaps import figures, of
from tests.quirks.rest import Response, html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.crawl.html_pages.closed_site import ClosedSite
    from tests.quirks.rest import Request

A_PAGE = 3


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    """A site of ten posts, of which the sitemap lists six."""
    with closed_site() as made:
        made.posts += [31, 32, 33, 34]
        made.at |= {f"/{number}/": page(made.home, number) for number in made.posts}
        made.at["/feed/"] = lambda request: feed(made, request)
        yield made


def rss(home: str, numbers: Iterable[int], *, full: bool = True, tail: str = "") -> Response:
    items = "".join(
        f"<item><title>Post {number}</title><link>{home}{number}/{tail}</link>"
        f'<guid isPermaLink="false">{home}?p={number}</guid><pubDate>Mon, 02 Nov 2026 08:00:00 +0000</pubDate>'
        f"<description><![CDATA[Text of]]></description>"
        f"{f'<content:encoded><![CDATA[<p>Text of {number}.</p>]]></content:encoded>' if full else ''}</item>"
        for number in numbers
    )
    head = '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
    body = f"{head}<title>News</title><link>{home}</link>{items}</channel></rss>"
    return Response(200, {"Content-Type": "application/rss+xml; charset=UTF-8"}, body.encode())


def feed(site: ClosedSite, request: Request) -> Response:
    """The newest posts first, and 404 behind the last page."""
    number = request.number("paged", 1)
    shown = sorted(site.posts, reverse=True)[(number - 1) * A_PAGE : number * A_PAGE]
    return rss(site.home, shown, tail="?utm_source=rss") if shown else html(404, "Nothing.")


def test_what_only_the_feed_lists_is_fetched_as_well(site: ClosedSite) -> None:
    done, _ = site.harvested()
    assert done.receipt.outcome == "complete"
    assert figures(of(done)) == (6, 6, 0, 0, 0)
    assert figures(of(done, "feed")) == (4, 4, 0, 0, 0)
    assert of(done, "feed").advertised_end is None
    assert "6 addresses listed in sitemaps, 4 more in feeds, 10 pages fetched" in (done.receipt.reason or "")
    assert [each for each in site.asked if "feed" in each] == [
        "/feed/", "/feed/?paged=2", "/feed/?paged=3", "/feed/?paged=4", "/feed/?paged=5",
    ]  # fmt: skip


def test_a_feed_that_ignores_paged_is_left_after_its_second_page(site: ClosedSite) -> None:
    site.at["/feed/"] = rss(site.home, (34, 33, 32))
    done, _ = site.harvested()
    assert figures(of(done, "feed")) == (3, 3, 0, 0, 0)
    assert [each for each in site.asked if "feed" in each] == ["/feed/", "/feed/?paged=2"]


def test_feeds_are_asked_for_times_that_pages_do_not_show(site: ClosedSite) -> None:
    """One page by its own feed, a custom type by that of the type, and no feed twice."""
    kinds = {"page": (41, 42), "book": (51, 52, 53, 54), "odd": (61,)}
    for kind, numbers in kinds.items():
        site.at[f"/wp-sitemap-posts-{kind}-1.xml"] = xml(listing(*(f"{site.home}{each}/" for each in numbers)))
        site.at |= {f"/{each}/": page(site.home, each, kind=kind) for each in numbers}
    dated = '<meta property="article:published_time" content="2026-11-02T08:00:00+00:00">'
    shown = site.at["/42/"]
    assert isinstance(shown, Response)
    site.at["/42/"] = Response(200, shown.headers, shown.body.replace(b"<title>", f"{dated}<title>".encode()))
    of_kinds = {"book": (54, 53, 52), "odd": (34, 33, 32)}  # the latter has none of its own
    front = site.at["/"]
    assert isinstance(front, Response)

    def answer(request: Request) -> Response:
        if "post_type" not in request.query:
            return front
        return rss(site.home, of_kinds[request.query["post_type"]] if "paged" not in request.query else (51,))

    site.at["/"] = answer
    names = [f"posts-{kind}" for kind in ("post", *kinds)]
    site.at["/wp-sitemap.xml"] = xml(index(*(f"{site.home}wp-sitemap-{name}-1.xml" for name in names)))
    done, memory = site.harvested()
    assert done.receipt.outcome == "complete"
    asked = [each for each in site.asked if "rss2" in each or "withoutcomments" in each]
    assert asked == [
        "/41/feed/?withoutcomments=1",
        "/?post_type=book&feed=rss2", "/?post_type=book&feed=rss2&paged=2",
        "/?post_type=odd&feed=rss2",
    ]  # fmt: skip
    assert any(each.url.endswith("post_type=book&feed=rss2&paged=2") for each in memory.exchanges)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://a/about/", "http://a/about/feed/?withoutcomments=1"),
        # WordPress redirects any other order of the parameters.
        ("http://a/?page_id=2", "http://a/?feed=rss2&page_id=2&withoutcomments=1"),
    ],
)
def test_the_feed_of_one_post(address: str, own: str) -> None:
    assert of_post(address) == own


def test_plain_permalinks_have_a_feed_too(site: ClosedSite) -> None:
    plain = site.at.pop("/feed/")
    answer = site.answer
    site.server.handler = lambda request: (
        plain(request) if request.query.get("feed") == "rss2" and callable(plain) else answer(request)
    )
    done, _ = site.harvested()
    assert figures(of(done, "feed")) == (4, 4, 0, 0, 0)


def test_without_a_sitemap_the_total_is_unknown(site: ClosedSite) -> None:
    for path in [each for each in site.at if "sitemap" in each or "robots" in each]:
        del site.at[path]
    done, _ = site.harvested()
    assert figures(of(done, "feed")) == (10, 10, 0, 0, 0)
    assert done.receipt.outcome == "unknown"


@pytest.mark.parametrize(
    "named", [("comments/feed/", "feed/"), ("feed/podcast/", "feed/"), ("feed/podcast/",), ("?feed=comments-rss2",), ()]
)
def test_another_feed_does_not_stand_for_that_of_all_posts(site: ClosedSite, named: tuple[str, ...]) -> None:
    for path in [each for each in site.at if "sitemap" in each or "robots" in each]:
        del site.at[path]
    few = rss(site.home, (34,), tail="#comment-5")
    site.at |= {"/comments/feed/": few, "/?feed=comments-rss2": few, "/feed/podcast/": few}
    site.at |= {"/feed/podcast/?paged=2": html(404, "Nothing.")}
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{site.home}{each}">' for each in named)
    site.at["/"] = html(200, f'<head>{links}</head><body class="home blog">Posts</body>')
    done, _ = site.harvested()
    assert figures(of(done, "feed")) == (10, 10, 0, 0, 0)
    assert not [each for each in site.asked if "comments" in each]


def test_a_feed_of_another_host_and_one_that_is_a_page_list_nothing(site: ClosedSite) -> None:
    site.at["/feed/"] = rss("http://other.invalid/", (34, 33))
    done, _ = site.harvested()
    assert [each.collection for each in done.receipt.collections] == ["pages:post"]
    site.at["/feed/"] = html(200, "<rss>no feed</rss>")
    done, _ = site.harvested()
    assert [each.collection for each in done.receipt.collections] == ["pages:post"]


def test_entries_of_a_feed_that_shows_excerpts_have_no_content() -> None:
    whole, cut = (feeds.entries(rss("http://a/", (7,), full=full).body) for full in (True, False))
    assert [each.content for each in whole] == ["<p>Text of 7.</p>"]
    assert [each.content for each in cut] == [None]
    assert [(each.link, each.guid, each.title) for each in cut] == [("http://a/7/", "http://a/?p=7", "Post 7")]


def test_entities_of_a_feed_are_not_expanded() -> None:
    body = rss("http://a/", (7, 8)).body.replace(b"<rss", b'<!DOCTYPE rss [<!ENTITY a "AAAA">]><rss', 1)
    found = feeds.entries(body.replace(b"Post 7", b"&a;"))
    assert [each.link for each in found] == ["http://a/8/"]
