"""Closed sites whose host has other sites: what is theirs is not asked for, or told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawl.html_pages.closed_site import closed_site, listing, xml
from tests.crawl.html_pages.test_sitemaps import figures, of
from tests.quirks.rest import Response, html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawl.html_pages.closed_site import ClosedSite


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    with closed_site() as made:
        yield made


def by_short_address(home: str, number: int) -> Response:
    """The page of a post by a theme that names no API."""
    article = f'<article class="post-{number} post type-post hentry"><div class="entry-content"><p>Text.</p></div>'
    return html(
        200,
        f'<html><head><link rel="shortlink" href="{home}?p={number}"></head><body class="single single-post '
        f'postid-{number}">{article}</article></body></html>',
    )


def network(site: ClosedSite) -> None:
    """A site whose front page names no API, and a neighbour in a folder whose posts have the same numbers."""
    site.at["/"] = html(200, '<body class="home blog">Posts</body>')
    for number in site.posts:
        site.at[f"/{number}/"] = by_short_address(site.home, number)
        site.at[f"/blog2/{number}/"] = by_short_address(f"{site.home}blog2/", number)


def test_posts_of_a_neighbour_are_not_the_sites(site: ClosedSite) -> None:
    network(site)
    urls = [*(f"{site.home}{number}/" for number in site.posts), f"{site.home}blog2/12/"]
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(*urls))
    done, _ = site.harvested()
    assert figures(of(done)) == (7, 6, 0, 0, 1)
    assert "names a post of another site" in (done.receipt.reason or "")


def test_sitemaps_of_others_are_told_and_not_asked(site: ClosedSite) -> None:
    network(site)
    site.at["/blog2/wp-sitemap.xml"] = xml(listing(*(f"{site.home}blog2/{number}/" for number in site.posts)))
    named = (f"{site.home}wp-sitemap.xml", f"{site.home}blog2/wp-sitemap.xml", "http://other.invalid/wp-sitemap.xml")
    robots = "".join(f"Sitemap: {each}\n" for each in named)
    site.at["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, robots.encode())
    done, _ = site.harvested()
    assert done.receipt.outcome == "complete"
    assert figures(of(done)) == (6, 6, 0, 0, 0)
    assert not [each for each in site.asked if "blog2" in each]
    assert f"2 sitemaps of other sites not asked ({named[1]}, ...)" in (done.receipt.reason or "")
