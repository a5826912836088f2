"""Where the elements of a WordPress export lie, found without a parser of XML.

An export (WXR) is RSS in which each item is complete by itself. Items are found by their tags, so that memory does not
grow with the file, a broken item costs no other, and each has its exact bytes. Entities, document types and depth mean
nothing here. https://developer.wordpress.org/reference/functions/export_wp/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What an export has before its items: its own elements, below the channel.
_OPEN: Final = re.compile(
    rb"<(?:!\[CDATA\[|!--|(?P<item>item)(?=[\s/>])|[A-Za-z][\w.-]*:(?:wp_)?(?P<head>author|category|tag|term)(?=[\s>]))"
)
_WITHIN: Final = re.compile(
    rb"<(?:!\[CDATA\[|!--|(?P<end>/item\s*>)|(?P<next>item(?=[\s>])|/channel\s*>)|"
    rb"[A-Za-z][\w.-]*:(?P<comment>comment)(?=[\s>])|/[A-Za-z][\w.-]*:(?P<uncomment>comment)\s*>)"
)
_ENDS: Final = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
# A section that swallows the end of its item was never closed.
_SWALLOWED: Final = re.compile(rb"</item\s*>\s*<item[\s>]")
_MARKS: Final = (b"wordpress.org/export/", b"<wp:wxr_version")
_SEGMENT: Final = re.compile(rb"(?:<!--(?:(?!-->).)*+-->\s*+)*+<item[\s>]", re.DOTALL)
ORIGIN: Final = "export"
"""The origin of rows that an export gave."""

NOTE: Final = b"<!-- presscorpus_erased "
"""How the note begins that stands in the place of an element that was erased."""

_LOOKED_AT: Final = 64 * 1024


class Found(NamedTuple):
    """An element: `item`, or `author`, `category`, `tag` or `term` of the head.

    `start` and `end` are its place in bytes. `comments` are the places of an item's comments. `whole` says whether its
    end was found.
    """

    name: str
    start: int
    end: int
    comments: tuple[tuple[int, int], ...] = ()
    whole: bool = True


def is_export(text: bytes) -> bool:
    """Tell whether bytes are a WordPress export.

    Or a segment of one that begins with an item.

    Args:
        text: UTF-8.

    Returns:
        Whether the beginning has what only exports have.
    """
    head = text[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _SEGMENT.match(head):
        return b":post_id>" in text or NOTE in text
    return head.startswith(b"<") and b"<rss" in head and any(mark in head for mark in _MARKS)


def head(text: bytes) -> bytes:
    """Return what stands before the first item; all of it where there is none."""
    first = next((found for found in elements(text) if found.name == "item"), None)
    return text if first is None else text[: first.start]


def elements(text: bytes) -> Iterator[Found]:
    """Return the elements of an export in their order.

    Args:
        text: UTF-8.

    Returns:
        Elements below the channel that are items, people or terms. One without an end reaches to where the next begins.
    """
    return _elements(text, _Marks(text))


def last_end(text: bytes) -> int:
    """Return the place behind the last whole item.

    The bytes may be cut off anywhere.

    Args:
        text: UTF-8.

    Returns:
        0 where no item is surely whole: a section that is not closed may hold what looks like the end of one.
    """
    marks, end = _Marks(text), 0
    for element in _elements(text, marks):
        if marks.unclosed is not None and element.end > marks.unclosed:
            break
        if element.name == "item" and element.whole:
            end = element.end
    return end


def _elements(text: bytes, marks: _Marks) -> Iterator[Found]:
    place = 0
    while (found := _OPEN.search(text, place)) is not None:
        if found["item"]:
            element = _item(text, found, marks)
        elif found["head"]:
            element = _of_head(text, found, marks)
        else:
            place = marks.behind(found) or found.end()
            continue
        yield element
        place = element.end


def _item(text: bytes, opened: re.Match[bytes], marks: _Marks) -> Found:
    comments: list[tuple[int, int]] = []
    begun: int | None = None
    place = opened.end()
    while (found := _WITHIN.search(text, place)) is not None:
        place = found.end()
        if found["end"]:
            return Found("item", opened.start(), place, tuple(comments))
        if found["next"]:
            return Found("item", opened.start(), found.start(), tuple(comments), whole=False)
        if found["comment"]:
            begun = found.start()
        elif found["uncomment"]:
            if begun is not None:
                comments.append((begun, place))
            begun = None
        else:
            place = marks.behind(found) or place
    return Found("item", opened.start(), len(text), tuple(comments), whole=False)


def _of_head(text: bytes, opened: re.Match[bytes], marks: _Marks) -> Found:
    name = opened["head"].decode()
    closing = re.compile(rb"<!\[CDATA\[|<!--|</" + re.escape(opened[0][1:]) + rb"\s*>|<item[\s>]")
    place = opened.end()
    while (found := closing.search(text, place)) is not None:
        if found[0].startswith(b"</"):
            return Found(name, opened.start(), found.end())
        if found[0].startswith(b"<item"):
            return Found(name, opened.start(), found.start(), whole=False)
        place = marks.behind(found) or found.end()
    return Found(name, opened.start(), len(text), whole=False)


class _Marks:
    """The ends of sections in which tags mean nothing.

    Each search that fails is the last of its kind.

    `unclosed` is where the first section without an end begins, null for none.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._none: set[bytes] = set()
        self.unclosed: int | None = None

    def behind(self, found: re.Match[bytes]) -> int | None:
        """Return the place behind a section or comment; null for one that is never closed."""
        end = _ENDS[found[0]]
        if end in self._none:
            return None
        place = self._text.find(end, found.end())
        if place < 0:
            self._none.add(end)
            self.unclosed = found.start() if self.unclosed is None else self.unclosed
            return None
        swallowed = _SWALLOWED.search(self._text, found.end(), place)
        if swallowed and self._text.find(found[0], swallowed.end(), place) >= 0:
            return None
        return place + len(end)
