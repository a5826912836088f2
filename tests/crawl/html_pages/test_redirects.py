"""Closed sites whose listed addresses redirect, or give one post twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from presscorpus.crawl.html_pages.addresses import alike
from tests.crawl.html_pages.closed_site import closed_site, listing, page, xml
from tests.crawl.html_pages.test_sitemaps import figures, of
from tests.quirks.rest import Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawl.html_pages.closed_site import ClosedSite
    from tests.quirks.rest import Request


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    with closed_site() as made:
        yield made


def to(place: str) -> Response:
    return Response(302, {"Location": place})


def front_page(site: ClosedSite) -> Response:
    """A front page that shows a page of the site."""
    shown = page(site.home, 50, kind="page").body.replace(
        b'class="page-template', b'class="home page-id-50 page-template'
    )
    return Response(200, {"Content-Type": "text/html"}, shown)


@pytest.mark.parametrize("front", ["list", "page"])
def test_what_redirects_to_the_front_page_is_not_shown(site: ClosedSite, front: str) -> None:
    if front == "page":
        site.at["/"] = front_page(site)
    site.at |= {f"/{number}/": to("/") for number in site.posts[2:5]}
    done, _ = site.harvested()
    assert figures(of(done)) == (6, 3, 3, 0, 0)
    assert done.receipt.balanced
    assert "3 not shown" in (done.receipt.reason or "")
    assert f"3 lead elsewhere: {site.home}13/" in (of(done).note or "")
    assert f"(redirects to {site.home})" in (of(done).note or "")


def test_a_site_that_begins_to_redirect_all_is_incomplete(site: ClosedSite) -> None:
    """As some do with whoever asks too often: no address is known to show nothing."""
    asked: list[str] = []

    def once(request: Request) -> Response:
        asked.append(request.path)
        return page(site.home, int(request.path.strip("/"))) if len(asked) < 3 else to("/")

    site.at |= {f"/{number}/": once for number in site.posts}
    done, _ = site.harvested()
    assert figures(of(done)) == (6, 2, 0, 0, 4)
    assert "redirects to" in (done.receipt.reason or "")


@pytest.mark.parametrize("known", [0, 1])
def test_several_addresses_that_redirect_to_one_post_are_not_shown(site: ClosedSite, known: int) -> None:
    site.at["/join/"] = page(site.home, 60, kind="page")
    site.at |= {f"/{number}/": to("/join/") for number in (11, 12)}
    urls = [f"{site.home}{number}/" for number in site.posts] + [f"{site.home}join/"] * known
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(*urls))
    done, _ = site.harvested()
    assert figures(of(done)) == (6 + known, 4 + known, 2, 0, 0)
    assert f"(redirects to {site.home}join/)" in (of(done).note or "")


def test_one_post_under_several_addresses_counts_once(site: ClosedSite) -> None:
    """Without the slash, which is redirected; by its number; and the form for telephones, which is a page."""
    site.at["/11"] = to("/11/")
    site.at["/?p=12"] = to("/12/")
    site.at["/13/amp/"] = site.at["/13/"]
    urls = [f"{site.home}{each}" for each in ("11", "?p=12", "13/amp/")]
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(*(f"{site.home}{each}/" for each in site.posts), *urls))
    done, _ = site.harvested()
    assert done.receipt.outcome == "complete"
    assert figures(of(done)) == (6, 6, 0, 0, 0)
    assert of(done).note == "3 of the listed addresses show a post that another address gives"


@pytest.mark.parametrize(
    ("asked", "answered", "are"),
    [
        ("http://a.org/7", "https://www.a.org/7/", True),
        ("http://a.org/7/amp/", "http://a.org/7/", True),
        ("http://a.org/7/?amp=1", "http://a.org/7/", True),
        ("http://a.org/?p=7", "http://a.org/2024/x/", True),
        ("http://a.org/%C3%A9/", "http://a.org/%c3%a9/", True),
        ("http://a.org/?p=8", "http://a.org/2024/x/", False),
        ("http://a.org/old/", "http://a.org/new/", False),
        ("http://a.org/7/", "http://a.org/", False),
    ],
)
def test_forms_of_one_address(asked: str, answered: str, *, are: bool) -> None:
    assert alike(asked, answered, 7) == are
