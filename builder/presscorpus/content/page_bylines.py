"""The names of authors on a page, or within a content, wherever it has them.

JSON-LD, what plugins write into the head for readers and search engines, links to the pages of authors, and what themes
and boxes about authors write beside a post. Whoever comments, is quoted, or wrote a book that is told of is no author.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from presscorpus.content import bylines, linked_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

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
    ".h-card .p-name",
)  # fmt: skip
# Classes of boxes about authors (Simple Author Box, Molongui, PublishPress, Starbox, JNews, Elementor), and of blocks.
_BOX: Final = re.compile(
    r"(?:[a-z]+[-_]+){0,4}?(?:author|columnist|contributor|journalist|reporter|writer)s?[-_]*(?:(?:box|boxes|card|info|meta|profile|post|display|full)[-_]+){0,3}name"
    r"|(?:article|blog|meta|news|single|story|jeg_meta|td-post|wp-block-latest-posts__post)[-_]author"
    r"|m-a-box-name|abh_name|awpa-display-name|(?:[a-z]+[-_]+){0,3}?(?:image|media|photo|picture)[-_]?credits?(?:[-_]+name)?"
)
_BOXES: Final = '[class*="author"], [class*="name"], [class*="credit"]'
# Attributes of themes, and of scripts that count readers.
_ATTRIBUTES: Final = ("data-author", "data-author-name", "data-byline", "data-post-author")
# Of whom else such a class, or one around it, may tell.
_OTHERS: Final = re.compile(r"(?:blockquote|client|customer|quote|testimonial|tweet)s?(?:[-_].*)?")
_OF_THEM: Final = re.compile("book|client|comment|customer|quote|reply|review|testimonial|tweet")
# What WordPress and plugins say of the picture of an author, beside the name.
_AVATAR: Final = re.compile(
    r"^\s*(?:avatar|(?:profile )?(?:photo|picture|image)) (?:of|for|von|de) |(?:['’]s?)? (?:avatar|photo|picture)$",
    re.IGNORECASE,
)
_LINES: Final = ".byline, .entry-byline, .post-byline"
# Classes of comments, of what is cited, and of Wikipedia's tables about people.
_OF_OTHERS: Final = frozenset({
    "comment", "comments", "comment-list", "commentlist", "comment-author", "comment-body", "h-cite", "infobox",
})  # fmt: skip
_PERSON: Final = '[itemtype$="schema.org/Person"]'
_ROLES: Final = frozenset(("author", "creator", "contributor", "editor", "founder", "member", "employee", "mainEntity"))
# Of what others wrote, which a content may quote: the class is no sign that somebody wrote the post.
_QUOTES: Final = frozenset({"blockquote", "q", "cite"})
_SLUG: Final = re.compile(r"/author/([^/?#]+-[^/?#]+)/?(?:[?#]|$)|[?&]author_name=([^&#]+-[^&#]+)")
_DIGIT: Final = re.compile(r"\d")
# A longer text is a sentence.
_LONGEST: Final = 100
_LONGEST_LINES: Final = 400
# Elements of one page, and how deep they are looked at: a page of nothing else is no page.
_MOST: Final = 1000
_DEEPEST: Final = 100

SIGNS: Final = (
    r"(?i)author|avatar|byline|abh_name|m-a-box|awpa-display|vcard|h-card|itemprop|itemtype|ld\+json|<meta\s"
    r"|(?:columnist|contributor|journalist|reporter|writer)s?[-_][a-z_-]{0,40}name|(?:image|media|photo|picture)[-_]?credit"
)
"""A pattern of Rust's regex crate, which each content matches that `within` finds names in."""


def read(page: LexborHTMLParser, told: list[Any]) -> dict[str, Any]:
    """Return the names of authors on a page.

    Args:
        page: The page, parsed.
        told: The objects of its JSON-LD.

    Returns:
        `bylines.KEY` with each name once; nothing for a page that has none.
    """
    return _by_key((*linked_data.people(told), *_metas(page), *_linked(page), *_shown(page), *_told(page)))


def within(content: str) -> dict[str, Any]:
    """Return the names of authors that the markup of a content tells.

    Whose a link to an author's page is depends on where it leads, so that links are not read.

    Args:
        content: HTML.

    Returns:
        As `read` does.
    """
    page = LexborHTMLParser(content)
    return _by_key((*linked_data.people(linked_data.nodes(page)), *_metas(page), *_shown(page), *_told(page)))


def _by_key(told: Iterable[str | dict[str, str]]) -> dict[str, Any]:
    found = {str(each): each for each in told}
    return {bylines.KEY: list(found.values())} if found else {}


def _metas(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("meta[content]"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").strip().lower()
        written = node.attributes.get("content") or ""
        # Of a page without an author Slack shows the minutes that it takes to read.
        if name in _METAS and not (name == "twitter:data1" and _DIGIT.search(written)):
            yield from bylines.names(written)


def _linked(page: LexborHTMLParser) -> Iterator[str]:
    """The names in links to authors' pages, and in their addresses."""
    for node in page.css(_LINKS):
        if not _is_of_others(node):
            if (slug := _SLUG.search(node.attributes.get("href") or "")) is not None:
                yield unquote(slug[1] or slug[2])
            yield from bylines.names(node.text().strip())


def _shown(page: LexborHTMLParser) -> Iterator[str]:
    """The names in elements that say by class or property that they name an author."""
    boxes = (node for node in page.css(_BOXES) if any(map(_is_of_box, _classes(node))))
    for node in islice((*page.css(", ".join(_NAMES)), *boxes), _MOST):
        inner = node.css_first('.fn, .author-name, [itemprop~="name"], a')
        yield from _named(node, inner if inner is not None else node)
    for node in islice(page.css(_PERSON), _MOST):
        inner = node.css_first('[itemprop~="name"]')
        if inner is not None and not _ROLES.isdisjoint((node.attributes.get("itemprop") or "author").split()):
            yield from _named(node, inner)
    for node in islice(page.css(_LINES), _MOST):
        lines = node.text(separator="\n")
        if len(lines) > _LONGEST_LINES or _is_of_others(node):
            continue
        told = (_names(each) for each in lines.split("\n"))
        yield from next((each for each in told if any(" " in name for name in each)), ())


def _told(page: LexborHTMLParser) -> Iterator[str]:
    """The names in attributes: of elements about an author, and of pictures of one."""
    for name in _ATTRIBUTES:
        for node in islice(page.css(f"[{name}]"), _MOST):
            if not _is_of_others(node):
                yield from _attribute(node.attributes.get(name) or "")
    for node in islice(page.css("img.avatar[alt]"), _MOST):
        if not _is_of_others(node):
            yield from _names(_AVATAR.sub("", (node.attributes.get("alt") or "")[:_LONGEST]))


def _attribute(value: str) -> Iterator[str]:
    """The names in a value that is a text, or JSON."""
    if not value.startswith(("{", "[", '"')):
        yield from _names(value)
        return
    for each in linked_data.people(linked_data.decoded(value), inside=True):
        yield from _names(each if isinstance(each, str) else each["name"])


def _named(node: LexborNode, inner: LexborNode) -> list[str]:
    """The names in an element, of which another within has them."""
    # In a card of an organisation, or of a place, its name is that of the whole.
    if _is_of_others(node) or "org" in _classes(inner):
        return []
    return _names(inner.attributes.get("content") or inner.text())


def _names(written: str) -> list[str]:
    whole, *parts = bylines.names(written.strip()) or [""]
    if not whole or len(whole) > _LONGEST:
        return []
    # What has no capitals beside others that have is no name.
    return [whole, *(part for part in parts if whole.islower() or not part.islower())]


def _is_of_box(name: str) -> bool:
    """Whether a class says that an element is the name of an author."""
    return _BOX.fullmatch(name) is not None and _OF_THEM.search(name) is None


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _is_of_others(node: LexborNode) -> bool:
    """Whether a node stands in a comment, a quotation, or what is said of a book."""
    at: LexborNode | None = node
    depth = 0
    while at is not None and (depth := depth + 1) <= _DEEPEST:
        classes = _classes(at)
        if at.tag in _QUOTES or not _OF_OTHERS.isdisjoint(classes) or any(map(_OTHERS.fullmatch, classes)):
            return True
        if linked_data.is_of_others((at.attributes.get("itemtype") or "").rpartition("/")[2]):
            return True
        at = at.parent
    return False
