"""Feeds of a site: further addresses of posts, walked page by page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from presscorpus.crawl.html_pages.asking import get
from presscorpus.observations import feeds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response, Tally

_MOST_PAGES: Final = 5_000
_OK: Final = 200
_NAMED: Final = re.compile(rb"""<link\b[^<>]{0,2000}application/rss\+xml[^<>]{0,2000}>""", re.IGNORECASE)
_HREF: Final = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_HEAD_BYTES: Final = 1024 * 1024


def places(front: Response | None, home: Home) -> list[str]:
    """Return the addresses at which the feed of a site may be.

    Args:
        front: Its front page, which names it; null where there is none.
        home: The site.

    Returns:
        The first one that the front page names, then those that WordPress has (get_feed_link).
    """
    base = f"{home.root}{home.folder}"
    named = (_HREF.search(element) for element in _NAMED.findall(front.body[:_HEAD_BYTES] if front else b""))
    written = [unescape((each[1] or each[2]).decode("utf-8", "replace")) for each in named if each]
    first = [found for each in written[:1] if (found := home.resolved(front.url if front else base, each))]
    return list(dict.fromkeys([*first, f"{base}feed/", f"{base}?feed=rss2"]))


def page_of(feed: str, number: int) -> str:
    """Return the address of a page of a feed; the first one is the feed itself."""
    if number == 1:
        return feed
    parts = urlsplit(feed)
    query = [*((key, value) for key, value in parse_qsl(parts.query, True) if key != "paged"), ("paged", str(number))]
    return urlunsplit(parts._replace(query=urlencode(query)))


def untracked(link: str) -> str:
    """Return an address without the parameters by which plugins count who comes from a feed."""
    parts = urlsplit(link)
    query = [(key, value) for key, value in parse_qsl(parts.query, True) if not key.startswith("utm_")]
    return urlunsplit(parts._replace(query=urlencode(query))) if "utm_" in parts.query else link


def walk(
    client: Client, home: Home, feed: str, tally: Tally, enough: Callable[[list[str]], bool]
) -> Iterator[list[str]]:
    """Walk a feed to its end.

    That is where the site has no further page, or one without a post that was not there before: a feed that ignores
    `paged` gives its first page for ever.

    Args:
        client: The site's client.
        home: The site.
        feed: The address of the feed.
        tally: Counts what the requests cost.
        enough: Tells of the posts of a page whether none behind it is needed.

    Yields:
        The addresses of the posts of each page, but for those of earlier pages.

    Raises:
        SourceError: The crawl was stopped, or the site is down, busy, or cannot be reached.
    """
    met: set[str] = set()
    for number in range(1, _MOST_PAGES + 1):
        response = get(client, page_of(feed, number), tally)
        if response.status != _OK or not feeds.is_feed(response.body):
            return
        written = [home.resolved(response.url, untracked(each.link)) for each in feeds.entries(response.body)]
        found = [each for each in dict.fromkeys(written) if each and each not in met]
        if not found:
            return
        met.update(found)
        yield found
        if enough(found):
            return
