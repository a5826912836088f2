"""Terms that lists on a front page show with their number, slug and name.

The classes `cat-item-12` of a list of categories and `tag-link-12` of a cloud of tags have the number
(WordPress core Walker_Category, wp_generate_tag_cloud), in widgets and blocks alike. The taxonomy is that of the
address: `?cat=12`, `?tag=river`, `?genre=prose`, `/category/news/`, `/tag/river/`; under any other address, such as
that of an author (`?author_name=anna`), it is not guessed.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from presscorpus.content.url_parts import parts_of
from presscorpus.observations.html_pages.terms import led_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_NUMBER: Final = re.compile(r"(?:^|\s)(?:cat-item|tag-link)-([1-9]\d{0,17})(?:\s|$)")
_NAMES: Final = {"cat": "category", "category_name": "category", "category": "category", "tag": "post_tag"}
# Query variables of core that lead to no term (WP::$public_query_vars).
_NO_TAXONOMY: Final = frozenset((
    "m", "p", "posts", "w", "withcomments", "withoutcomments", "s", "search", "exact", "sentence", "calendar", "page",
    "paged", "more", "tb", "pb", "author", "order", "orderby", "year", "monthnum", "day", "hour", "minute", "second",
    "name", "feed", "author_name", "pagename", "page_id", "error", "attachment", "attachment_id", "subpost",
    "subpost_id", "preview", "robots", "favicon", "taxonomy", "term", "cpage", "post_type", "embed", "rest_route",
))  # fmt: skip
_IN_PATHS: Final = ("category", "tag")


def read(page: LexborHTMLParser, url: str) -> list[dict[str, Any]]:
    """Return the terms that a page lists.

    Args:
        page: The page, parsed.
        url: The address of the capture.

    Returns:
        Fields of the REST API, each term once, in the order of the page.
    """
    found = {(each["taxonomy"], each["id"]): each for each in _all(page, url)}
    return list(found.values())


def _all(page: LexborHTMLParser, url: str) -> Iterator[dict[str, Any]]:
    for node in page.css('li[class*="cat-item-"], a[class*="tag-link-"]'):
        link = node if node.tag == "a" else node.css_first("a[href]")
        number = _NUMBER.search(node.attributes.get("class") or "")
        href = (link.attributes.get("href") if link is not None else None) or ""
        taxonomy = _taxonomy(href)
        if link is None or number is None or taxonomy is None:
            continue
        term, name = led_to(href, taxonomy), link.text(deep=False).strip()
        # A number in the address is that of the class.
        if term is None or not name or (isinstance(term.name, int) and term.name != int(number[1])):
            continue
        slug = {"slug": term.name} if isinstance(term.name, str) else {}
        yield {
            "id": int(number[1]), "taxonomy": term.taxonomy, "name": html.escape(name, quote=False),
            "link": urljoin(url, href), **slug,
        }  # fmt: skip


def _taxonomy(href: str) -> str | None:
    parts = parts_of(href)
    if parts is None:
        return None
    if parts.query:
        name, _, rest = parts.query.partition("=")
        return None if "&" in rest or name in _NO_TAXONOMY else _NAMES.get(name, name or None)
    above = parts.path.strip("/").split("/")[:-1]
    return next((_NAMES[each] for each in above if each in _IN_PATHS), None)
