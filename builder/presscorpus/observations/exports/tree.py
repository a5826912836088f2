"""One element of an export as a tree of names and texts, read strictly.

Or else as far as it goes.

The strict reader is expat. No element has a document type, so that no entity can be declared in it; one that only a
document type could explain is refused. What expat refuses otherwise (control characters, `&` alone, entities of HTML, a
section that ends twice) is read as WordPress' own importer does where there is no parser of XML: by its tags.
https://github.com/WordPress/wordpress-importer (WXR_Parser_Regex)
"""

from __future__ import annotations

import html
import html.entities
import re
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST: Final = 16
_EXPORT: Final = re.compile(r"https?://wordpress\.org/export/[\d.]*/?(excerpt/?)?")
_OTHERS: Final = {"http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:"}
_ROOT: Final = (
    b'<x xmlns:wp="http://wordpress.org/export/1.2/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
    b'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:wfw="http://wellformedweb.org/CommentAPI/">'
)
_DECLARED: Final = re.compile(rb"""xmlns:[\w.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_ELEMENT: Final = re.compile(r"<([A-Za-z][\w.:-]*)((?:\s[^<>]*)?)(?:/>|>(.*?)</\1\s*>)", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SECTION: Final = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*\Z", re.DOTALL)
_NESTED: Final = frozenset({
    "item", "wp:author", "wp:wp_author", "wp:category", "wp:tag", "wp:term", "wp:comment", "wp:postmeta",
    "wp:commentmeta", "wp:termmeta",
})  # fmt: skip
_ENTITY: Final = re.compile(r"&([A-Za-z][\w.-]*);")
_KNOWN: Final = frozenset(name.rstrip(";") for name in html.entities.html5)
REPAIRED: Final = "xml_repaired"
"""Flag of an item whose XML is malformed, and was read by its tags."""


class RefusedError(ValueError):
    """An element that is not read. `rule` and `reason` are for the table quarantine."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule, self.reason = rule, reason


class Node:
    """An element of an export.

    Its name with the usual prefix, its attributes, its text, and the elements in it.
    """

    __slots__ = ("attributes", "children", "name", "parts")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.parts: list[str] = []
        self.children: list[Node] = []

    @property
    def text(self) -> str:
        """The text in it, without that of elements in it."""
        return "".join(self.parts)

    def all(self, name: str) -> Iterator[Node]:
        """Yield the elements of a name directly in it."""
        return (child for child in self.children if child.name == name)

    def get(self, name: str) -> str | None:
        """Return the text of the first element of a name directly in it; null for none."""
        return next((child.text for child in self.all(name)), None)

    def word(self, name: str) -> str:
        """Return that text without spaces around it, "" for none."""
        return (self.get(name) or "").strip()


def declared(head: bytes) -> bytes:
    """Return the declarations of namespaces in the start tag of an export."""
    start = head.find(b"<rss")
    return b" ".join(_DECLARED.findall(head, start, max(start, head.find(b">", start)))) if start >= 0 else b""


def read(raw: bytes, namespaces: bytes = b"", *, whole: bool = True) -> tuple[Node, tuple[str, ...]]:
    """Read one element.

    Args:
        raw: Its bytes in UTF-8, from its start tag to its end tag.
        namespaces: What `declared` found, for an export that names its prefixes in an unusual way.
        whole: Whether its end tag was found.

    Returns:
        The element, and the flags of what had to be done to read it.

    Raises:
        RefusedError: It is nested too deep, needs an entity that only a document type could declare, or is no element.
    """
    if not whole:
        raise RefusedError("truncated", "the element has no end: the export was cut short, or is damaged")
    for root in (_ROOT, b"<x " + namespaces + b">") if namespaces else (_ROOT,):
        try:
            return _strict(root + raw + b"</x>"), ()
        except expat.ExpatError:
            continue
    return _lenient(raw.decode("utf-8", "replace")), (REPAIRED,)


def _strict(document: bytes) -> Node:
    top = Node("", {})
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise RefusedError("too_deep", "elements are nested deeper than in any export")
        node = Node(_named(name), attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def text(data: str) -> None:
        stack[-1].parts.append(data)

    parser = expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = text
    parser.Parse(document, True)
    return top.children[0].children[0]


def _named(name: str) -> str:
    """The usual prefix and the name of `namespace name`."""
    space, _, local = name.rpartition(" ")
    if not space:
        return local
    if found := _EXPORT.fullmatch(space):
        return f"{'excerpt' if found[1] else 'wp'}:{local}"
    return _OTHERS.get(space, "?:") + local


def _lenient(text: str) -> Node:
    opened = _ELEMENT.match(text.strip())
    if opened is None:
        raise RefusedError("xml_malformed", "an element has no end, so that it cannot be told what belongs to it")
    return _node(opened)


def _node(found: re.Match[str]) -> Node:
    attributes = {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(found[2] or "")}
    node = Node(found[1], attributes)
    inner = found[3] or ""
    if found[1] in _NESTED:
        node.children = [_node(child) for child in _ELEMENT.finditer(inner)]
    if not node.children:
        node.parts.append(_plain(inner))
    return node


def _plain(inner: str) -> str:
    """The text of an element that holds text alone."""
    if section := _SECTION.match(inner):
        return section[1].replace("]]]]><![CDATA[>", "]]>")
    for entity in _ENTITY.findall(inner):
        if entity not in _KNOWN:
            raise RefusedError("xml_entity", "needs an entity of a document type; such entities are not expanded")
    return html.unescape(inner)
