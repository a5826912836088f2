"""WordPress exports (WXR 1.0 to 1.2).

Their items, terms, people and comments as items of the REST API.

The file that Tools > Export makes is stored as it is; here each element becomes JSON of the shape that the REST API
would give, as far as an export knows it. So everything behind this is the same for both: keys, publicness, tables.
https://developer.wordpress.org/reference/functions/export_wp/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from presscorpus.lazy import lazy
from presscorpus.observations.encodings import utf8
from presscorpus.observations.exports import scan
from presscorpus.observations.payload import Piece, Split, Unreadable

# A crawl asks of every answer whether it is an export; what reads one is imported for a first one only.
if TYPE_CHECKING:
    from presscorpus.observations.exports import convert, tree
else:
    convert = lazy("presscorpus.observations.exports.convert")
    tree = lazy("presscorpus.observations.exports.tree")

ORIGIN: Final = scan.ORIGIN
# A block of its own that other posts refer to, and the reference.
_SHARED, _SHARES = b"wp_block", b"wp:block "
# https://translate.wordpress.org/projects/wp/: "words" of these says characters.
_BY_CHARACTERS: Final = frozenset({"zh", "ja", "th"})
_LANGUAGE: Final = "#language="
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.-]+)[\"']")
_NOTED: Final = re.compile(rb"<item>" + re.escape(scan.NOTE) + rb"(\{.*\}) --></item>", re.DOTALL)
_TEXT: Final = rb"<%b(?:\s[^>]*)?>(?:\s*<!\[CDATA\[)?(.*?)(?:\]\]>\s*)?</%b>"


def is_export(payload: bytes) -> bool:
    """Tell whether a payload is an export, or a segment of one (`scan.is_export`)."""
    return scan.is_export(utf8(payload)[0])


def part_name(name: str, language: str) -> str:
    """Return the address of a later segment.

    Which says the language that only the first one holds.
    """
    return name + _LANGUAGE + re.sub(r"[^\w-]", "", language)


def note(written: bytes, *, is_item: bool) -> bytes:
    """Return what stands in the place of an element that was erased.

    Args:
        written: The note, JSON.
        is_item: Whether the element is an item, which stays one; a comment or person becomes a comment of XML.
    """
    inner = scan.NOTE + written.replace(b">", b"\\u003e") + b" -->"
    return b"<item>" + inner + b"</item>" if is_item else inner


def said(head: bytes, element: str) -> str:
    """Return the text of an element of the head, such as `wp:base_blog_url`.

    "" for none.
    """
    name = element.encode()
    found = re.search(_TEXT % (name, name), head, re.DOTALL)
    return found[1].decode("utf-8", "replace").strip() if found else ""


def encoding(head: bytes) -> str:
    """Return the encoding that an export declares, in small letters; `utf-8` for none."""
    found = _ENCODING.match(head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    return found[1].decode().lower() if found else "utf-8"


def split(payload: bytes, url: str) -> Split:
    """Split an export into its items, terms, people and comments.

    Args:
        payload: The file, or a segment of it that begins with an item.
        url: The address of the record; of a later segment one that `part_name` made.

    Returns:
        The pieces in their order: `raw` is the element as it stands there, `body` JSON as the REST API would give it.
        Terms without a number (WXR 1.0) are no items. What cannot be read is set apart by its place.
    """
    text, repairs = _unicode(payload)
    head = scan.head(text)
    language = said(head, "language") or unquote(url).partition(_LANGUAGE)[2]
    namespaces = tree.declared(head)
    site = convert.Site(
        english=not language or language.lower().startswith("en"),
        parents={},
        shared=_shared(text, namespaces),
        by_words=language.lower().partition("-")[0] not in _BY_CHARACTERS,
    )
    found = Split([], [])
    place = 0
    for element in scan.elements(text):
        raw = text[element.start : element.end]
        if (erased := _NOTED.fullmatch(raw)) is not None:
            place += 1
            found.pieces.append(Piece(place, raw, erased[1], repairs, ORIGIN))
            continue
        try:
            node, flags = tree.read(raw, namespaces, whole=element.whole)
            bodies = _bodies(node, site)
        except tree.RefusedError as error:
            place += 1
            found.unreadable.append(Unreadable(place, raw, error.rule, error.reason))
            continue
        comments = [text[start:end] for start, end in element.comments]
        for number, body in enumerate(bodies):
            place += 1
            own = comments[number - 1] if number and len(comments) == len(bodies) - 1 else raw
            odd = (*repairs, *flags, *body.flags)
            found.pieces.append(Piece(place, own, body.json, odd, ORIGIN, body.hidden))
    return found


def _shared(text: bytes, namespaces: bytes) -> dict[int, str]:
    """The contents of the blocks that posts share, by their numbers.

    Those that readers see.
    """
    shared: dict[int, str] = {}
    if not (_SHARED in text and _SHARES in text):
        return shared
    for element in scan.elements(text):
        raw = text[element.start : element.end]
        if element.name == "item" and _SHARED in raw and not _NOTED.fullmatch(raw):
            try:
                node, _ = tree.read(raw, namespaces, whole=element.whole)
            except tree.RefusedError:
                continue
            if (block := convert.shared_block(node)) is not None:
                shared[block[0]] = block[1]
    return shared


def _bodies(node: tree.Node, site: convert.Site) -> list[convert.Body]:
    """The items that an element holds.

    An item and its comments, or one term or person.
    """
    if node.name == "item":
        return convert.of_item(node, site)
    if node.name in {"wp:author", "wp:wp_author"}:  # many generators write the second
        return convert.of_author(node)
    return convert.of_term(node, site)


def _unicode(payload: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The payload in UTF-8, by its byte order mark or the encoding that it declares."""
    text, repairs = utf8(payload)
    declared_as = encoding(text[:1024])
    if repairs or declared_as in {"utf-8", "utf8", "us-ascii"}:
        return text, repairs
    try:
        return text.decode(declared_as, "replace").encode(), ("encoding_decoded",)
    except LookupError:
        return text, repairs
