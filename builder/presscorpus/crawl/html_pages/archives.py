"""Lists of posts that a theme shows.

The front page and its further pages, and the archive of each year.

They are the last resort of a site without a sitemap whose feed ends too early. `?m=2024` is the archive of a year on
every WordPress; one with pretty permalinks redirects it (https://developer.wordpress.org/reference/classes/wp_query/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from presscorpus.content.html import Unreadable
from presscorpus.content.html.limits import survey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.response import Response

# How themes mark the titles of posts in a list (https://developer.wordpress.org/reference/functions/get_post_class/).
_TITLES: Final = (
    'a[rel~="bookmark"], .entry-title a, .wp-block-post-title a, .hentry h1 a, .hentry h2 a, .hentry h3 a, '
    "article h1 a, article h2 a, article h3 a, .type-post h2 a"
)
_OF_POST: Final = re.compile(rb"hentry|<article\b|wp-block-post|type-post", re.IGNORECASE)
# Lists of the posts of one term or person, as core's themes link them.
_GROUPS: Final = (
    'a[rel~="tag"], a[rel~="author"], .author a, .cat-links a, .wp-block-categories a, .widget_categories a'
)
# Years without a post after which no earlier ones are looked for.
_MOST_EMPTY: Final = 5
_FIRST_YEAR: Final = 1970


def years(now: datetime) -> range:
    """Return the years that a site may have posts of, the last one first."""
    return range(now.year, _FIRST_YEAR, -1)


def of_year(home: Home, year: int) -> str:
    """Return the address of the archive of a year."""
    return f"{home.root}{home.folder}?m={year}"


def is_far(empty: int) -> bool:
    """Tell whether years without a post mean that there are no earlier ones."""
    return empty >= _MOST_EMPTY


def links(response: Response) -> list[str] | None:
    """Return the addresses of the posts in a list; null for a page that shows none."""
    return list(_hrefs(response.body, _TITLES)) if _OF_POST.search(response.body) else None


def groups(page: Response, home: Home) -> list[str]:
    """Return the addresses of lists by category, tag and author that a page links."""
    resolved = (home.resolved(page.url, each) for each in _hrefs(page.body, _GROUPS))
    return [each for each in resolved if each]


def _hrefs(body: bytes, path: str) -> Iterator[str]:
    html = body.decode("utf-8", "replace")
    try:
        survey(html)
    except Unreadable:
        return
    for link in LexborHTMLParser(html).css(path):
        if written := link.attributes.get("href"):
            yield written
