"""Closed sites without a sitemap whose feed ends too early, over real sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawl.html_pages.closed_site import closed_site, page
from tests.crawl.html_pages.test_feeds import rss
from tests.crawl.html_pages.test_sitemaps import figures, of
from tests.quirks.rest import Response, html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.crawl.html_pages.closed_site import ClosedSite
    from tests.quirks.rest import Request

A_PAGE = 4
YEARS = {2026: range(30, 40), 2023: range(20, 30), 2019: range(10, 20)}


def shown(home: str, numbers: Iterable[int]) -> Response:
    posts = "".join(
        f'<article class="post-{number} hentry"><h2 class="entry-title"><a rel="bookmark" href="{home}{number}/">Post'
        "</a></h2></article>"
        for number in numbers
    )
    return html(200, f'<head></head><body class="archive">{posts}</body>')


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    """Thirty posts; the feed has the newest ones alone, whatever page is asked for."""
    with closed_site(0) as made:
        for path in [each for each in made.at if "sitemap" in each or "robots" in each]:
            del made.at[path]
        made.at |= {f"/{number}/": page(made.home, number) for number in range(10, 40)}
        made.at["/feed/"] = rss(made.home, (39, 38, 37))
        made.at["/"] = lambda request: front(made, request)
        yield made


def front(site: ClosedSite, request: Request) -> Response:
    if "rest_route" in request.query or "sitemap" in request.query:
        return html(404, "No.")
    year = YEARS.get(request.number("m", 0), range(0)) if "m" in request.query else site.posts
    start = (request.number("paged", 1) - 1) * A_PAGE
    found = sorted(year, reverse=True)[start : start + A_PAGE]
    if found or (not start and "m" not in request.query):
        return shown(site.home, found)
    return html(404, '<body class="error404">No.</body>')


def test_the_further_pages_of_the_front_page_list_the_rest(site: ClosedSite) -> None:
    site.posts = list(range(10, 40))
    done, _ = site.harvested()
    assert figures(of(done, "feed"))[:2] == (3, 3)
    assert figures(of(done, "archives"))[:2] == (27, 27)
    assert done.receipt.outcome == "unknown"
    assert not [each for each in site.asked if "?m=" in each]


def test_years_list_the_rest_where_the_front_page_lists_nothing(site: ClosedSite) -> None:
    """Three years lie between some of the posts."""
    done, _ = site.harvested()
    assert figures(of(done, "archives"))[:2] == (27, 27)
    assert "3 more in feeds, 27 more in archives" in (done.receipt.reason or "")
    assert "/?m=2014" in site.asked
    assert "/?m=2013" not in site.asked


def test_a_site_that_shows_one_page_for_every_address_is_left_soon(site: ClosedSite) -> None:
    site.at["/"] = shown(site.home, (39, 38))
    done, _ = site.harvested()
    assert [each.collection for each in done.receipt.collections] == ["feed"]
    assert len(site.asked) < 60


def test_categories_reach_further_than_a_feed_that_ends_too_early(site: ClosedSite) -> None:
    news = f'<div class="cat-links"><a href="{site.home}category/news/" rel="category tag">News</a></div>'
    site.at["/39/"] = page(site.home, 39, words=news)
    site.at["/category/news/feed/"] = lambda request: (
        rss(site.home, (20, 21)) if request.number("paged", 1) == 1 else html(404, "No.")
    )
    done, _ = site.harvested()
    assert figures(of(done, "feed"))[:2] == (5, 5)
    assert figures(of(done, "archives"))[:2] == (25, 25)


def test_an_index_of_posts_without_titles_that_are_links_lists_nothing(site: ClosedSite) -> None:
    site.at["/"] = html(200, '<article class="hentry"><h2>No link</h2></article>')
    done, _ = site.harvested()
    assert done.receipt.outcome == "unknown"
    assert figures(of(done, "feed"))[:2] == (3, 3)
