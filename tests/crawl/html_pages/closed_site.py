"""A WordPress over real sockets whose REST API is closed; what stands at an address can be changed for each test."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from presscorpus.config.params import Limits, Part, Rights, Site
from presscorpus.crawl.html_pages.earlier_posts import EarlierPosts
from presscorpus.crawl.http.retries import Pace
from presscorpus.crawl.rest.harvest import Harvest, harvest
from tests.quirks.rest import Response, error, html
from tests.quirks.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from presscorpus.archive.writer import Exchange
    from tests.quirks.rest import Request

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
PACE = Pace(backoff_seconds=0.01, jitter=False)
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
API = '<link rel="https://api.w.org/" href="{}wp-json/">'


def listing(*addresses: str | tuple[str, str]) -> bytes:
    """A sitemap of addresses, some with the time of their last change."""
    told = [each if isinstance(each, tuple) else (each, "") for each in addresses]
    urls = (f"<url><loc>{at}</loc>{f'<lastmod>{time}</lastmod>' if time else ''}</url>" for at, time in told)
    return f'<?xml version="1.0"?><urlset xmlns="{SITEMAPS}">{"".join(urls)}</urlset>'.encode()


def index(*addresses: str) -> bytes:
    """A sitemap of sitemaps."""
    maps = "".join(f"<sitemap><loc>{at}</loc></sitemap>" for at in addresses)
    return f'<?xml version="1.0"?><sitemapindex xmlns="{SITEMAPS}">{maps}</sitemapindex>'.encode()


def xml(body: bytes, **headers: str) -> Response:
    return Response(200, {"Content-Type": "application/xml; charset=UTF-8"} | headers, body)


def page(home: str, number: int, *, kind: str = "post", words: str = "", modified: str = "") -> Response:
    """The page of a post in a classic theme."""
    time = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    return html(
        200,
        f'<html><head>{API.format(home)}{time}<link rel="alternate" type="application/json" '
        f'href="{home}wp-json/wp/v2/{kind}s/{number}"><title>Post {number}</title></head>'
        f'<body class="{kind}-template-default single single-{kind} postid-{number}"><article id="post-{number}" '
        f'class="post-{number} {kind} type-{kind} hentry"><h1 class="entry-title">Post {number}</h1>'
        f'<div class="entry-content"><p>Text of {number}. {words}</p></div></article></body></html>',
    )


@dataclass
class ClosedSite:
    """The site: `at` what stands at which path, `asked` the paths of all requests."""

    server: Server
    posts: list[int]
    at: dict[str, Response | Callable[[Request], Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def home(self) -> str:
        return f"{self.server.origin}/"

    def answer(self, request: Request) -> Response:
        self.asked.append(request.target)
        found = self.at.get(request.target, self.at.get(request.path))
        if found is None and (request.path.startswith("/wp-json") or "rest_route" in request.query):
            found = error(401, "rest_login_required")
        if found is None:
            found = html(404, '<body class="error404">Nothing here.</body>')
        return found if isinstance(found, Response) else found(request)

    def list_posts(self, posts: Iterable[int | tuple[int, str]]) -> None:
        """List posts in the sitemap, some with the time of their last change."""
        told = [each if isinstance(each, tuple) else (each, "") for each in posts]
        self.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(*((f"{self.home}{n}/", at) for n, at in told)))

    def harvested(self, before: EarlierPosts | None = None, part: Part | None = None) -> tuple[Harvest, Memory]:
        memory = Memory()
        site = Site(
            name="test", address=self.home, as_of=AS_OF, rights=Rights("Made for a test."), allow_private=True,
            part=part,
        )  # fmt: skip
        limits = Limits(concurrency=1)
        return harvest(site, memory, pace=PACE, limits=limits, before=lambda: before or EarlierPosts()), memory


class Memory:
    """Keeps exchanges instead of writing them."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def exchange(self, exchange: Exchange) -> str:
        self.exchanges.append(exchange)
        return f"record-{len(self.exchanges)}"


@contextlib.contextmanager
def closed_site(posts: int = 6) -> Iterator[ClosedSite]:
    """A site of some posts, listed by core's sitemap, which robots.txt names."""
    with Server() as server:
        site = ClosedSite(server, list(range(11, 11 + posts)))
        home = site.home
        server.handler = site.answer
        site.at |= {f"/{number}/": page(home, number) for number in site.posts}
        robots = f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {home}wp-sitemap.xml\n"
        site.at["/robots.txt"] = Response(200, {"Content-Type": "text/plain"}, robots.encode())
        site.at["/"] = html(200, f'<head>{API.format(home)}</head><body class="home blog">Posts</body>')
        site.at["/wp-sitemap.xml"] = xml(
            index(*(f"{home}wp-sitemap-{what}-1.xml" for what in ("posts-post", "taxonomies-category", "users")))
        )
        site.list_posts(site.posts)
        yield site
