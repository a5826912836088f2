"""Closed sites with sitemaps as servers really give them, over real sockets."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from presscorpus.config.params import Rights, Site
from presscorpus.crawl.rest.harvest import harvest
from presscorpus.crawl.rest.probe import probe
from presscorpus.crawl.typed_address import settle
from presscorpus.errors import BlockedError
from presscorpus.observations import sitemaps
from tests.crawl.html_pages.closed_site import AS_OF, PACE, Memory, closed_site, index, listing, page, xml
from tests.quirks.cases import CASES
from tests.quirks.judge import arena_of
from tests.quirks.rest import Response, html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from presscorpus.archive.receipt import CollectionReceipt
    from presscorpus.crawl.rest.harvest import Harvest
    from tests.crawl.html_pages.closed_site import ClosedSite
    from tests.quirks.rest import Request


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    with closed_site() as made:
        yield made


def of(done: Harvest, name: str = "pages:post") -> CollectionReceipt:
    return next(each for each in done.receipt.collections if each.collection == name)


def figures(receipt: CollectionReceipt) -> tuple[int, int, int, int, int]:
    return receipt.swept, receipt.fetched, receipt.unreadable, receipt.gone, receipt.failed


def test_the_pages_of_a_closed_site_come_once_and_balance(site: ClosedSite) -> None:
    done, memory = site.harvested()
    assert done.error is None
    assert done.receipt.outcome == "complete"
    assert done.receipt.balanced
    assert figures(of(done)) == (6, 6, 0, 0, 0)
    assert of(done).advertised_end == 6
    assert of(done).sweep == "sitemap"
    said = "The REST API is closed (401 rest_login_required). 6 addresses listed in sitemaps, 6 pages fetched"
    assert done.receipt.reason == said
    assert [site.asked.count(f"/{number}/") for number in site.posts] == [1] * 6
    # Lists of terms and people hold no posts.
    assert not {"/wp-sitemap-taxonomies-category-1.xml", "/wp-sitemap-users-1.xml"} & set(site.asked)
    stored = {exchange.url for exchange in memory.exchanges}
    assert {f"{site.home}{number}/" for number in site.posts} | {f"{site.home}wp-sitemap.xml"} <= stored
    assert not done.receipt.authenticated


def test_a_pasted_post_of_a_closed_site_leads_to_the_site(site: ClosedSite) -> None:
    assert settle(f"{site.home}12/", allow_private=True) == site.home
    with pytest.raises(BlockedError):
        settle(f"{site.home}no-such-page/", allow_private=True)


def test_a_probe_says_how_many_pages_there_are(site: ClosedSite) -> None:
    with pytest.raises(BlockedError, match="Its sitemaps list 6 addresses"):
        probe(site.home, allow_private=True)
    assert not [each for each in site.asked if each.strip("/").isdecimal()]


def test_a_site_whose_api_is_open_is_asked_for_no_listing() -> None:
    with arena_of(CASES["no_total"], healthy=True) as arena:
        site = Site("test", arena.address, AS_OF, Rights("Made for a test."), allow_private=True)
        done = harvest(site, Memory(), pace=PACE)
        assert done.receipt.outcome == "complete"
        assert len(arena.server.asked) == done.receipt.requests
        assert not [each for each in arena.server.asked if "sitemap" in each or "feed" in each]


def loop(site: ClosedSite) -> None:
    """An index that lists itself, and another one that lists it."""
    own = f"{site.home}wp-sitemap.xml"
    site.at["/wp-sitemap.xml"] = xml(index(own, f"{site.home}other.xml", f"{site.home}wp-sitemap-posts-post-1.xml"))
    site.at["/other.xml"] = xml(index(own, f"{site.home}other.xml"))


def packed(site: ClosedSite) -> None:
    body = site.at["/wp-sitemap-posts-post-1.xml"]
    assert isinstance(body, Response)
    site.at["/wp-sitemap.xml"] = xml(index(f"{site.home}post-sitemap.xml.gz"))
    site.at["/post-sitemap.xml.gz"] = Response(
        200, {"Content-Type": "application/x-gzip"}, gzip.compress(body.body, mtime=0)
    )


def unnamed(site: ClosedSite) -> None:
    """No word of it in robots.txt, and the plugin's own place."""
    site.at["/robots.txt"] = Response(404)
    site.at["/sitemap_index.xml"] = site.at.pop("/wp-sitemap.xml")


def of_others(site: ClosedSite) -> None:
    """Addresses and sitemaps of another host are claims of no weight."""
    other = site.home.replace("127.0.0.1", "other.invalid")
    site.at["/wp-sitemap.xml"] = xml(
        index(f"{other}wp-sitemap-posts-post-1.xml", f"{site.home}wp-sitemap-posts-post-1.xml")
    )
    urls = [f"{site.home}{number}/" for number in site.posts]
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(*urls, f"{other}7/", "ftp://x/", "mailto:a@b"))


def twice(site: ClosedSite) -> None:
    """Two sitemaps with the same addresses, with fragments, escaped, and with spaces around them."""
    urls = [f"\n {site.home}{number}/#top " for number in site.posts]
    site.at["/more.xml"] = xml(listing(*urls))
    robots = f"Sitemap: {site.home}wp-sitemap.xml\nsitemap:{site.home}more.xml\n"
    site.at["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, robots.encode())


def with_pictures(site: ClosedSite) -> None:
    """Yoast SEO lists the pictures of each post, in elements that are called `loc` as well."""
    body = "".join(
        f"<url><loc>{site.home}{number}/</loc><image:image><image:loc>{site.home}{number}.png</image:loc></image:image>"
        "</url>"
        for number in site.posts
    )
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{body}</urlset>'.encode()
    )


def moved(site: ClosedSite) -> None:
    """Listed addresses that redirect in the site."""
    for number in site.posts[:2]:
        site.at[f"/new/{number}/"] = site.at[f"/{number}/"]
        site.at[f"/{number}/"] = Response(301, {"Location": f"/new/{number}/"})


def lists(site: ClosedSite) -> None:
    """The front page, an archive and a file stand in the sitemap as well."""
    site.at["/book/"] = html(200, '<body class="archive post-type-archive">Books</body>')
    site.list_posts(site.posts)
    urls = [f"{site.home}{number}/" for number in site.posts]
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(site.home, f"{site.home}book/", *urls))


@pytest.mark.parametrize("change", [loop, packed, unnamed, of_others, twice, with_pictures, moved, lists])
def test_an_odd_sitemap_costs_nothing(site: ClosedSite, change: Callable[[ClosedSite], None]) -> None:
    change(site)
    done, _ = site.harvested()
    assert done.error is None
    assert figures(of(done)) == (6, 6, 0, 0, 0)
    assert done.receipt.outcome == "complete"
    assert max(site.asked.count(each) for each in site.asked if each.endswith((".xml", ".gz"))) == 1
    assert len(site.asked) < 50


def test_a_post_type_may_have_the_name_of_a_list_of_plugins(site: ClosedSite) -> None:
    """`news` and `locations` are post types of many sites, and lists of addresses that others hold too on others."""
    urls = [f"{site.home}{number}/" for number in site.posts]
    site.at |= {f"/{number}/": page(site.home, number, kind="news") for number in (21, 22)}
    site.at["/post-sitemap.xml"] = xml(listing(*urls))
    site.at["/news-sitemap.xml"] = xml(listing(f"{site.home}21/", f"{site.home}22/"))
    site.at["/video-sitemap.xml"] = xml(listing(*urls))
    site.at["/local-sitemap.xml"] = xml(listing(f"{site.home}locations.kml"))
    names = ("video", "local", "news", "post", "category", "author")
    site.at["/wp-sitemap.xml"] = xml(index(*(f"{site.home}{name}-sitemap.xml" for name in names)))
    done, _ = site.harvested()
    assert done.receipt.outcome == "complete"
    assert {each.collection: each.fetched for each in done.receipt.collections} == {"pages:post": 6, "pages:news": 2}
    assert not {"/category-sitemap.xml", "/author-sitemap.xml", "/locations.kml"} & set(site.asked)


def test_50_000_addresses_are_read_and_each_that_is_not_there_is_gone(site: ClosedSite) -> None:
    urls = [f"{site.home}{number}/" for number in range(11, 50_011)]
    assert sitemaps.read(listing(*urls)) == sitemaps.Sitemap(
        is_index=False, entries=[sitemaps.Entry(each, None) for each in urls], whole=True
    )


def refused(site: ClosedSite) -> None:
    site.at["/12/"] = html(403, "<body>Members only.</body>")


def gone(site: ClosedSite) -> None:
    del site.at["/12/"]


@pytest.mark.parametrize(("change", "counts"), [(refused, (6, 5, 1, 0, 0)), (gone, (6, 5, 0, 1, 0))])
def test_a_refusal_and_a_404_are_evidence(
    site: ClosedSite, change: Callable[[ClosedSite], None], counts: tuple[int, ...]
) -> None:
    change(site)
    done, _ = site.harvested()
    assert figures(of(done)) == counts
    assert done.receipt.balanced


def login_wall(_: str) -> Response:
    return html(200, '<body class="login"><form id="loginform" action="/wp-login.php">Log in</form></body>')


def challenge(_: str) -> Response:
    return html(200, "<title>Just a moment...</title><body>Checking your browser</body>")


def of_another(_: str) -> Response:
    return page("http://other.invalid/", 12)


def of_neighbour(home: str) -> Response:
    """A site in a subfolder of the same host has numbers of its own."""
    return page(f"{home}shop/", 12)


def no_page(_: str) -> Response:
    return html(200, "<body>A page of another program.</body>")


def elsewhere(_: str) -> Response:
    return Response(302, {"Location": "http://other.invalid/12/"})


def broken(_: str) -> Response:
    return html(500, "Critical error.")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (login_wall, "shows its login page"),
        (challenge, "a challenge for browsers"),
        (of_another, "names a post of another site"),
        (of_neighbour, "names a post of another site"),
        (no_page, "does not say which post it shows"),
        (elsewhere, "redirects to another site"),
        (broken, "500"),
    ],
)
def test_a_page_that_shows_no_post_is_failed_and_named(
    site: ClosedSite, bad: Callable[[str], Response], says: str
) -> None:
    site.at["/12/"] = bad(site.home)
    done, _ = site.harvested()
    assert figures(of(done)) == (6, 5, 0, 0, 1)
    assert done.receipt.outcome == "incomplete"
    assert f"{site.home}12/" in (done.receipt.reason or "")
    assert says in (done.receipt.reason or "")


def test_robots_txt_is_obeyed_and_named(site: ClosedSite) -> None:
    robots = f"User-agent: *\nDisallow: /12/\nSitemap: {site.home}wp-sitemap.xml\n"
    site.at["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, robots.encode())
    done, _ = site.harvested()
    assert "/12/" not in site.asked
    assert figures(of(done)) == (6, 5, 0, 0, 1)
    assert "robots.txt forbids it" in (done.receipt.reason or "")


def test_a_sitemap_that_is_the_sites_own_page_is_none(site: ClosedSite) -> None:
    """A site that answers each unknown address with 200 and a page: the API stays closed, and that is said."""
    del site.at["/robots.txt"]
    for path in list(site.at):
        if "sitemap" in path:
            del site.at[path]
    answer = site.answer
    site.server.handler = lambda request: replace(answer(request), status=200) if (
        answer(request).status == 404 and "sitemap" in request.target) else answer(request)  # fmt: skip
    done, _ = site.harvested()
    assert isinstance(done.error, BlockedError)
    assert "401 rest_login_required" in (done.receipt.reason or "")


@pytest.mark.parametrize("body", [b"<urlset><url><loc>{home}11/</loc></url><url><loc>{home}12/</lo", b"{dtd}"])
def test_broken_xml_is_read_as_far_as_it_goes_and_said(site: ClosedSite, body: bytes) -> None:
    home = site.home.encode()
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>' + home + b"11/&a;</loc></url></urlset>"
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(body.replace(b"{home}", home).replace(b"{dtd}", entity))
    done, _ = site.harvested()
    assert done.receipt.outcome == "incomplete"
    assert "wp-sitemap-posts-post-1.xml" in (done.receipt.reason or "")
    assert sum(each.fetched for each in done.receipt.collections) == (0 if b"dtd" in body else 1)


def test_a_missing_part_of_the_sitemap_is_no_completeness(site: ClosedSite) -> None:
    site.at["/wp-sitemap.xml"] = xml(index(f"{site.home}gone-sitemap.xml", f"{site.home}wp-sitemap-posts-post-1.xml"))
    done, _ = site.harvested()
    assert of(done).fetched == 6
    assert done.receipt.outcome == "incomplete"
    assert "gone-sitemap.xml (404)" in (done.receipt.reason or "")


def test_a_site_that_closes_on_the_way_is_left_alone(site: ClosedSite) -> None:
    """After some pages everything is refused: the rest is failed, not refused, and is not asked one by one."""
    count = 0

    def once(_: Request) -> Response:
        nonlocal count
        count += 1
        return page(site.home, 11) if count == 1 else html(403, "Blocked.")

    site.at["/11/"] = once
    for number in range(12, 60):
        site.at[f"/{number}/"] = html(403, "Blocked.")
    site.list_posts(range(11, 60))
    done, _ = site.harvested()
    assert isinstance(done.error, BlockedError)
    assert done.receipt.outcome == "incomplete"
    assert figures(of(done))[:2] == (49, 1)
    assert of(done).failed == 48
    assert len([each for each in site.asked if each.strip("/").isdecimal()]) < 12
