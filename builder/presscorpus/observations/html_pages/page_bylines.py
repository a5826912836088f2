"""The names of authors on a page, wherever it has them.

JSON-LD, what plugins write into the head for readers and search engines, links to the pages of authors, and what themes
write beside a post. Whoever comments is no author.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from presscorpus.content import bylines
from presscorpus.observations.html_pages import linked_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

# HTML, Open Graph, Parse.ly, Sailthru, Dublin Core, Highwire Press, and who wrote a page for Slack (Yoast).
_METAS: Final = frozenset((
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc:creator",
    "citation_author", "byl", "twitter:data1",
))  # fmt: skip
_LINKS: Final = 'a[rel~="author"], a[href*="/author/"], a[href*="author_name="], a[href*="?author="]'
# hAtom, h-entry and themes; the latter two hold other words as well.
_NAMES: Final = (
    ".byline .author", ".byline .fn", ".author.vcard", ".vcard .fn", ".p-author", ".entry-author", ".post-author",
    ".author-name", ".wp-block-post-author__name", ".wp-block-post-author-name", '[itemprop~="author"]',
)  # fmt: skip
_LINES: Final = ".byline, .entry-byline, .post-byline"
_OF_READERS: Final = frozenset({"comment", "comments", "comment-list", "commentlist", "comment-author", "comment-body"})
# Of what others wrote, which a content may quote: the class is no sign that somebody wrote the post.
_QUOTES: Final = frozenset({"blockquote", "q", "cite"})
_SLUG: Final = re.compile(r"/author/([^/?#]+-[^/?#]+)/?(?:[?#]|$)|[?&]author_name=([^&#]+-[^&#]+)")
_DIGIT: Final = re.compile(r"\d")


def read(page: LexborHTMLParser, told: list[Any]) -> dict[str, Any]:
    """Return the names of authors on a page.

    Args:
        page: The page, parsed.
        told: The objects of its JSON-LD.

    Returns:
        `bylines.KEY` with each name once; nothing for a page that has none.
    """
    found = {str(each): each for each in (*linked_data.people(told), *_metas(page), *_shown(page))}
    return {bylines.KEY: list(found.values())} if found else {}


def _metas(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("meta[content]"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").strip().lower()
        written = node.attributes.get("content") or ""
        # Of a page without an author Slack shows the minutes that it takes to read.
        if name in _METAS and not (name == "twitter:data1" and _DIGIT.search(written)):
            yield from bylines.names(written)


def _shown(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css(", ".join((_LINKS, *_NAMES))):
        if not _is_of_others(node):
            inner = node.css_first('.fn, .author-name, [itemprop~="name"], a') if node.tag != "a" else None
            if (slug := _SLUG.search(node.attributes.get("href") or "")) is not None:
                yield unquote(slug[1] or slug[2])
            yield from bylines.names((inner if inner is not None else node).text().strip())
    for node in page.css(_LINES):
        pieces = node.text(separator="\n").split("\n") if not _is_of_others(node) else ()
        told = (bylines.names(each) for each in pieces)
        yield from next((each for each in told if any(" " in name for name in each)), ())


def _is_of_others(node: LexborNode) -> bool:
    """Whether a node stands in a comment or a quotation."""
    at: LexborNode | None = node
    while at is not None:
        if at.tag in _QUOTES or not _OF_READERS.isdisjoint((at.attributes.get("class") or "").split()):
            return True
        at = at.parent
    return False
