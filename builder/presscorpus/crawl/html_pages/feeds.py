"""Feeds of a site: where they are, and the posts that they list."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from presscorpus.observations import feeds

if TYPE_CHECKING:
    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.response import Response

_NAMED: Final = re.compile(rb"""<link\b[^<>]{0,2000}application/rss\+xml[^<>]{0,2000}>""", re.IGNORECASE)
_HREF: Final = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_HEAD_BYTES: Final = 1024 * 1024
# Feeds of comments (get_feed_link), whose items lead to posts all the same.
_COMMENTS: Final = re.compile(r"/comments/feed/?(?:\?|$)|[?&](?:feed=comments-|withcomments)")


def places(front: Response | None, home: Home) -> list[str]:
    """Return the addresses at which the feed of a site may be.

    Args:
        front: Its front page, which names it; null where there is none.
        home: The site.

    Returns:
        The first one that the front page names, those of the site itself before others and of comments never, then
        those that WordPress has (get_feed_link).
    """
    base = f"{home.root}{home.folder}"
    named = (_HREF.search(element) for element in _NAMED.findall(front.body[:_HEAD_BYTES] if front else b""))
    written = [unescape((each[1] or each[2]).decode("utf-8", "replace")) for each in named if each]
    resolved = (home.resolved(front.url if front else base, each) for each in written)
    found = [each for each in resolved if each and not _COMMENTS.search(each)]
    first = sorted(found, key=lambda each: not is_main(each, home))[:1]
    return list(dict.fromkeys([*first, f"{base}feed/", f"{base}?feed=rss2"]))


def is_main(address: str, home: Home) -> bool:
    """Tell whether an address is that of the feed of all posts of a site."""
    base = f"{home.root}{home.folder}"
    return address.rstrip("/") in {f"{base}feed", f"{base}feed/rss2", f"{base}?feed=rss2"}


def of_type(home: Home, kind: str) -> str:
    """Return the address of the feed of a post type (get_post_type_archive_feed_link)."""
    return f"{home.root}{home.folder}?{urlencode({'post_type': kind, 'feed': 'rss2'})}"


def of_post(address: str) -> str:
    """Return the address of the feed that has one post alone.

    That of its comments, without these (WP_Query).
    """
    parts = urlsplit(of_list(address))
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, "withoutcomments=1"]))))


def untracked(link: str) -> str:
    """Return an address without the parameters that count readers of a feed."""
    parts = urlsplit(link)
    if "utm_" not in parts.query:
        return link
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not key.startswith("utm_")]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def links(response: Response) -> list[str] | None:
    """Return the addresses of the posts in a feed; null for an answer that is none."""
    if not feeds.is_feed(response.body):
        return None
    return [untracked(each.link) for each in feeds.entries(response.body)]


def of_list(address: str) -> str:
    """Return the address of the feed of a list (get_term_feed_link).

    In the order of WordPress, which redirects any other one.
    """
    parts = urlsplit(address)
    if parts.query:
        return urlunsplit(parts._replace(query=f"feed=rss2&{parts.query}"))
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/feed/"))
