"""From texts and tags to the text of `TEXT_RULE` (`content/html/__init__.py`).

Each tag becomes a mark (content/html/marks.py); then the whole is put in order at once. Only what is rare costs a step
of Python each: elements that are hidden, keep their white space, or say in their style how they are displayed.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, cast

from presscorpus.content.html.characters import clean, cleaned, has_controls
from presscorpus.content.html.display import ALWAYS_BLOCKS, FORMATTING, UNSEEN, displayed, is_hidden
from presscorpus.content.html.limits import VOID
from presscorpus.content.html.links import CARRIERS
from presscorpus.content.html.marks import (
    BREAK,
    CELL,
    LINK_END,
    MARKS,
    NO_WORD,
    RANGE,
    ROW_END,
    decoded,
    flat,
    in_order,
    kept_space,
    may_stand_behind,
)
from presscorpus.content.html.shortcodes import has_shortcode
from presscorpus.content.html.tree import attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFORMATTED: Final = ("listing", "pre", "textarea")

# A site writes the same tags over and over: what `Flow._look` found is remembered, within bounds.
_SEEN_TAGS: Final = 8192
_SEEN_LENGTH: Final = 256
_seen: dict[str, tuple[str, bool, bool, bool]] = {}
# Within how many tags an element nearly always ends: so many are looked at before all of them are.
_NEAR: Final = 64


class Flow:
    """The texts and tags of one post, on their way to a text.

    `text` uses the object up: `within`, `line` and `runs` have to be called before it.

    Attributes:
        tags: The tags as the parser wrote them, without brackets.
        carriers: The places, counted in tags from 0, of those start tags that may carry a URL.
        flags: The flags found so far, out of `content.html.FLAGS`.
    """

    __slots__ = ("_addresses", "_ends", "_figures", "_parts", "_styled", "carriers", "flags", "tags")

    def __init__(self, parts: list[str]) -> None:
        self.flags: set[str] = set()
        self.tags = tags = parts[1::2]
        self._parts = parts
        words = "".join(parts[::2])
        raw = words.encode()
        self._addresses = b"://" in raw
        if not clean(words, raw):
            self._clean()
        self.carriers: list[int] = []
        self._styled: list[int] = []
        self._figures: list[int] = []
        self._ends: list[int] | None = None
        marks: list[str | None] = list(map(MARKS.get, tags))
        for place, mark in enumerate(marks):
            if mark is None:
                marks[place] = self._look(place, tags[place])
        parts[1::2] = cast("list[str]", marks)

    def _look(self, place: int, tag: str) -> str:
        """Return the mark of a tag that `MARKS` lacks, and note what the tag may do."""
        seen = _seen.get(tag)
        if seen is None:
            name, _, written = tag.partition(" ")
            carries = (
                name in CARRIERS
                or "//" in written
                or ('style="' in written and "(" in written)
                or "data-cfemail=" in written
            )
            styled = " hidden=" in tag or ("style=" in written and "display" in written.lower())
            figure = "fig" in tag or "-caption" in written or "gallery-item" in written
            seen = MARKS.get(name, ""), carries, styled, figure
            if len(tag) <= _SEEN_LENGTH:
                if len(_seen) >= _SEEN_TAGS:
                    _seen.clear()
                _seen[tag] = seen
        mark, carries, styled, figure = seen
        if carries:
            self.carriers.append(place)
        if styled:
            self._styled.append(place)
        if figure:
            self._figures.append(place)
        return mark

    def _clean(self) -> None:
        """Drop from the texts what would be taken for a mark.

        Odd separators become spaces.
        """
        texts = self._parts[::2]
        if any(map(has_controls, texts)):
            self.flags.add("control_stripped")
        self._parts[::2] = map(cleaned, texts)

    def within(self, place: int) -> str:
        """Return the text of a link on one line, hidden words included.

        It ends where another `a` begins within, as happens across `object`.

        Args:
            place: The place of the start tag of an `a`.

        Returns:
            The text; "" if it has none.
        """
        start = 2 * place + 2
        end = self._parts.index(LINK_END, start)
        if end == start + 1:
            return decoded(flat(self._parts[start]))
        for inner in range(place + 1, end // 2):
            tag = self.tags[inner]
            if tag == "a" or tag.startswith("a "):
                return self.line(place, inner)
        return self.line(place, end // 2)

    def line(self, place: int, end: int) -> str:
        """Return the text between two tags on one line, hidden words included.

        Args:
            place: The place of the first tag.
            end: The place of the second.

        Returns:
            Decoded text; "" if there is none.
        """
        text = "".join(self._parts[2 * place + 2 : 2 * end + 1])
        return decoded(flat(text.replace(RANGE, "").replace(LINK_END, "")))

    def end(self, place: int) -> int:
        """Return the place of the end tag of a start tag.

        Args:
            place: The place of the start tag.

        Returns:
            The place of its end tag; of a void element its own.
        """
        if self._ends is None:
            name = self.tags[place].partition(" ")[0]
            near = self.tags[place + 1 : place + _NEAR]
            if f"/{name}" in near:
                end = near.index(f"/{name}")
                if not any(tag.startswith(name) for tag in near[:end]):
                    return place + 1 + end
        return self._all_ends()[place]

    def _all_ends(self) -> list[int]:
        if self._ends is None:
            self._ends = _ends(self.tags)
        return self._ends

    def figures(self) -> set[int]:
        """Return the places of tags that may be a figure, or a caption of one.

        Returns:
            Places; none where no tag or class of a caption occurs.
        """
        tags = self.tags
        if "/figcaption" not in tags and not any("-caption" in tags[place] for place in self._figures):
            return set()
        found = set(self._figures)
        for name in ("figure", "figcaption"):
            place = -1
            for _ in range(tags.count(name)):
                place = tags.index(name, place + 1)
                found.add(place)
        return found

    def runs(self) -> Iterator[tuple[int, str]]:
        """Yield the texts that may hold a URL.

        Formatting elements within do not divide a text; all others do.

        Yields:
            The place of the tag before which the text begins, and the text.
        """
        if not self._addresses:
            return
        texts = self._parts[::2]
        words = "".join(texts)
        begins = list(accumulate(map(len, texts), initial=0))
        found = words.find("://")
        while found >= 0:
            start = end = bisect_right(begins, found) - 1
            while start and _formats(self.tags[start - 1]):
                start -= 1
            while end < len(self.tags) and _formats(self.tags[end]):
                end += 1
            yield start, decoded(words[begins[start] : begins[end + 1]].replace("&nbsp;", " "))
            found = words.find("://", begins[end + 1])

    def text(self) -> str:
        """Return the whole text by the convention, and use the object up.

        Returns:
            Lines divided by line feeds; "" where nothing is visible. `flags` is complete afterwards.
        """
        marked = "".join(self._parts)
        if self._styled or RANGE in marked:
            self._ranges()
            marked = "".join(self._parts).replace(RANGE, "")
        text = in_order(marked.replace(LINK_END, ""))
        if "[" in text and has_shortcode(text):
            self.flags.add("shortcode")
        return text

    def _ranges(self) -> None:
        """Blank what is hidden, keep white space where it is kept, and obey `display`."""
        parts, tags = self._parts, self.tags
        items: set[int] = set()
        hidden_until = kept_until = -1
        ranged = (place for place, mark in enumerate(parts[1::2]) if RANGE in mark)
        for place in sorted({*ranged, *self._styled}):
            name = tags[place].partition(" ")[0]
            if place < hidden_until or ((end := self.end(place)) == place and name != "br"):
                continue
            values = attributes(tags[place])
            display = displayed(values.get("style", ""))
            if is_hidden(name, values, display):
                if name not in UNSEEN and "".join(parts[2 * place + 2 : 2 * end + 1]).strip(NO_WORD):
                    self.flags.add("hidden_text")
                parts[2 * place + 1 : 2 * end + 2] = [""] * (2 * (end - place) + 1)
                hidden_until = end
                continue
            if display:
                self._redisplay(place, display, items)
            if name in _PREFORMATTED and place >= kept_until:
                kept_until = end
                for inner in range(place, end):
                    if may_stand_behind(tags[inner]):
                        parts[2 * inner + 2] = kept_space(parts[2 * inner + 2])

    def _redisplay(self, place: int, display: str, items: set[int]) -> None:
        """Make an element a block or none, and its children where `display` does.

        `items` gathers those children.
        """
        self._reblock(place, self.end(place), display, items)
        if "flex" in display or "grid" in display:
            items |= self._split(place)

    def _reblock(self, place: int, end: int, display: str, items: set[int]) -> None:
        """Make an element a block or none.

        Parts of tables and what always stands on a line of its own stay as they are.
        """
        parts = self._parts
        closing = parts[2 * end + 1]
        if closing in (CELL, ROW_END) or place == end or place in items:
            return
        if display != "contents" and self.tags[end] in ALWAYS_BLOCKS:
            return
        inline = display in ("contents", "initial", "unset", "ruby") or "inline" in display
        mark = "" if inline else BREAK
        parts[2 * place + 1] = mark
        parts[2 * end + 1] = mark + closing.replace(BREAK, "")

    def _split(self, place: int) -> set[int]:
        """Make each child a block, as those of a flex or grid container are.

        https://www.w3.org/TR/css-flexbox-1/#flex-items. Returns the children's places.
        """
        parts, ends = self._parts, self._all_ends()
        children: set[int] = set()
        child = place + 1
        while child < ends[place]:
            if parts[2 * ends[child] + 1] not in (CELL, ROW_END):
                parts[2 * child + 1] += BREAK
                parts[2 * ends[child] + 1] += BREAK
                children.add(child)
            child = ends[child] + 1
        return children


def _formats(tag: str) -> bool:
    """Tell whether a tag begins or ends an element that does not divide a text."""
    return tag.partition(" ")[0].lstrip("/") in FORMATTING


def _ends(tags: list[str]) -> list[int]:
    """Return for each start tag the place of its end tag.

    End tags and void elements have their own place.
    """
    ends = list(range(len(tags)))
    still_open: list[tuple[str, int]] = [("", -1)]
    for place, tag in enumerate(tags):
        if tag[:1] == "/":
            if tag[1:] == still_open[-1][0]:
                ends[still_open.pop()[1]] = place
        elif (name := tag.partition(" ")[0]) not in VOID:
            still_open.append((name, place))
    return ends
