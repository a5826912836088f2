"""Posts beyond what sitemaps list.

By feeds, and where these end too early by lists of posts.

Feeds are asked as well for what the pages of a theme do not show: when a post was published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.crawl.html_pages import archives, feeds
from presscorpus.crawl.html_pages.requests import get
from presscorpus.crawl.html_pages.walking import Walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.html_pages.listing import Listing
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response

_FEED, _ARCHIVES = "feed", "archives"
# Types that have no feed of their own (WP::parse_request): that of the site is that of posts.
_POST, _PAGE = "post", "page"


class Beyond:
    """The posts of one site that its sitemaps do not list.

    Attributes:
        groups: Addresses of lists by category, tag and author, which `look` collects from pages.

    Args:
        client: The site's client.
        home: The site.
        front: Its front page; null where none came.
        listing: What is listed so far; more is added to it.
    """

    def __init__(self, client: Client, home: Home, front: Response | None, listing: Listing) -> None:
        self._client, self._home, self._front, self._listing = client, home, front, listing
        self._feeds = Walk(client, home, listing.tally, feeds.links)
        self._lists = Walk(client, home, listing.tally, archives.links)
        self._is_whole = bool(listing.files)
        self.groups: dict[str, None] = {}
        if front is not None:
            self.look(front)

    @property
    def may_reach_further(self) -> bool:
        """Whether further posts may be listed elsewhere.

        Neither a sitemap nor the end of the feed tells that none are.
        """
        return not self._is_whole

    def look(self, page: Response) -> None:
        """Collect the lists that a page links, where they are needed."""
        if not self._is_whole:
            self.groups.update(dict.fromkeys(archives.groups(page, self._home)))

    def by_feed(self, enough: Callable[[list[str]], bool]) -> None:
        """Walk the feed.

        With a sitemap no further than to a page of which `enough` says that it is known. Without one another feed than
        that of all posts (a podcast, a language) does not stand for it, if the site has both.

        Raises:
            SourceError: The crawl was stopped, or the site is down, busy, or cannot be reached.
        """
        is_listed, is_proven = self._is_whole, False
        for place in feeds.places(self._front, self._home):
            found = 0
            for addresses in self._feeds.pages(place, enough if is_listed else lambda _: False):
                found += len(addresses)
                self._add(_FEED, addresses)
            is_proven = self._feeds.is_proven if found else is_proven
            if found and (is_listed or feeds.is_main(place, self._home)):
                break
        self._is_whole = is_listed or is_proven

    def dates(self, kind: str, undated: list[str]) -> None:
        """Ask the feeds of a post type for posts whose pages state no time.

        Args:
            kind: The type.
            undated: The addresses of the pages.

        Raises:
            SourceError: As `by_feed` does.
        """
        if kind == _PAGE:
            for each in undated:
                get(self._client, feeds.of_post(each), self._listing.tally)
        if kind in {_POST, _PAGE}:
            return
        missing = set(undated)
        for addresses in self._feeds.pages(feeds.of_type(self._home, kind)):
            # A type without a feed gets that of posts.
            if missing.isdisjoint(addresses):
                return
            missing.difference_update(addresses)
            if not missing:
                return

    def by_groups(self) -> None:
        """Walk the feed of each category, tag and author.

        Raises:
            SourceError: As `by_feed` does.
        """
        for each in self.groups:
            for addresses in self._feeds.pages(feeds.of_list(each)):
                self._add(_FEED, addresses)

    def by_archives(self, now: datetime) -> None:
        """Walk the front page, and where that ends too early the archive of each year.

        Raises:
            SourceError: As `by_feed` does.
        """
        for addresses in self._lists.pages(f"{self._home.root}{self._home.folder}"):
            self._add(_ARCHIVES, addresses)
        if self._lists.is_proven:
            return
        met: set[str] = set()
        empty = 0
        for year in archives.years(now):
            before = len(met)
            for addresses in self._lists.pages(archives.of_year(self._home, year)):
                met.update(addresses)
                self._add(_ARCHIVES, addresses)
            # A site that shows the same page for every year has none.
            empty = 0 if len(met) > before else empty + 1
            if archives.is_far(empty):
                return

    def _add(self, name: str, addresses: list[str]) -> None:
        for each in addresses:
            self._listing.add(name, "feed" if name == _FEED else "archives", each)
