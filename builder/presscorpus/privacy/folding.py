"""Texts in the form in which they are compared, with their sources. Pure.

Two spellings that a reader takes for the same are the same here: compatibility forms and accents
(NFKD, https://www.unicode.org/reports/tr15/), case in all scripts with both i of Turkish, digits of all scripts, dashes
and apostrophes of all kinds, spaces of all kinds and in any number, and characters that show nothing, such as soft
hyphens, joiners and direction marks.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BREAK: Final = "\n"
"""What white space with a line break is in a folded text; every other is a space."""

# Han with the signs of Japanese, Hangul; Thai, Lao, Tibetan, Myanmar, Khmer.
SPACELESS: Final = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f"
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
)
"""Scripts that write no spaces between words, as a class of a regular expression."""

_APOSTROPHES: Final = "’‘ʼʻ′`´＇‛ꞌ‚"
_DOTS: Final = "·•・‧⋅∙●｡"
_AS_WRITTEN: Final = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_DOTS, "·"),
    "。": ".", "➕": "+", "−": "-", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    # Quotation marks and dashes of Windows-1252 that were read as Latin-1.
    "\x80": "€", **dict.fromkeys("\x91\x92", "'"), **dict.fromkeys("\x93\x94", '"'), **dict.fromkeys("\x96\x97", "-"),
    "ħ": "h", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "", "\x85": BREAK, "\u2028": BREAK, "\u2029": BREAK,
}  # fmt: skip
_BREAKS: Final = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x1f")
# Fillers that are letters or marks by category and yet show nothing.
_EMPTY: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_ACCENT: Final = 200  # combining classes of marks above and below letters
_HEBREW_AND_ARABIC: Final = range(10, 36)
# Jamo written one by one make a syllable together.
_JAMO: Final = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?")


class Run(NamedTuple):
    """Consecutive characters of a text, and where they are in its source.

    Where `length` is null each character is one place after the one before, from `start` on; otherwise all of them are
    what `length` characters from there mean.
    """

    text: str
    start: int
    length: int | None = None


class Folded:
    """A folded text that knows where in the source each of its characters came from.

    Args:
        runs: The text.
    """

    __slots__ = ("_ends", "_lengths", "_places", "_sources", "_spared", "text")

    def __init__(self, runs: Iterable[Run]) -> None:
        parts: list[str] = []
        self._places: list[int] = []
        self._sources: list[int] = []
        self._lengths: list[int | None] = []
        place = 0
        for folded, start, length in _folded(runs):
            if folded:
                parts.append(folded)
                self._places.append(place)
                self._sources.append(start)
                self._lengths.append(length)
                place += len(folded)
        # Where runs of white space ended, and how many signs were left out up to there.
        self._ends: list[int] = []
        self._spared = [0]
        self.text = self._squeezed("".join(parts))

    def _squeezed(self, text: str) -> str:
        """A text in which white space in a row is one sign, as a browser shows it."""
        if not _SPACES.search(text):
            return text
        parts: list[str] = []
        place = 0
        for match in _SPACES.finditer(text):
            parts += [text[place : match.start()], BREAK if BREAK in match[0] else " "]
            place = match.end()
            self._spared.append(self._spared[-1] + len(match[0]) - 1)
            self._ends.append(place - self._spared[-1])
        parts.append(text[place:])
        return "".join(parts)

    def _whole(self, place: int) -> int:
        """A place of the text before white space was squeezed."""
        return place + self._spared[bisect_right(self._ends, place)]

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of the source that a part of the folded text came from.

        Args:
            start: Where the part begins in `text`.
            end: Where it ends.

        Returns:
            Starts and ends, in order; none is empty, and none touches the next.
        """
        found: list[tuple[int, int]] = []
        if start >= end:
            return found
        start, end = self._whole(start), self._whole(end)
        number = bisect_right(self._places, start) - 1
        while number < len(self._places) and self._places[number] < end:
            first, source, length = self._places[number], self._sources[number], self._lengths[number]
            last = self._places[number + 1] if number + 1 < len(self._places) else end
            if length is None:
                span = source + max(start - first, 0), source + min(end, last) - first
            else:
                span = source, source + length
            if found and span[0] <= found[-1][1]:
                found[-1] = found[-1][0], max(span[1], found[-1][1])
            elif span[0] < span[1]:
                found.append(span)
            number += 1
        return found


def fold(text: str) -> str:
    """Fold a text to the form in which it is compared.

    Args:
        text: A text without markup.

    Returns:
        The folded text.
    """
    return Folded([Run(text, 0)]).text


def plain(text: str) -> Folded:
    """Fold a text that has no markup.

    Args:
        text: The text.

    Returns:
        The folded text with its sources.
    """
    return Folded([Run(text, 0)])


def unspaced(text: str, sign: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Find the parts of a folded text between white space that hold a sign.

    Args:
        text: The text.
        sign: What begins in each of the parts.

    Yields:
        Starts and ends, in order.
    """
    last = 0
    for match in sign.finditer(text):
        if match.start() >= last:
            first = max(text.rfind(" ", last, match.start()), text.rfind(BREAK, last, match.start())) + 1
            ended = _SPACE.search(text, match.end())
            last = len(text) if ended is None else ended.start()
            yield first, last


_SPACE: Final = re.compile(f"[ {BREAK}]")
_SPACES: Final = re.compile(f"[ {BREAK}]{{2,}}")


def _folded(runs: Iterable[Run]) -> Iterator[tuple[str, int, int | None]]:
    for text, start, length in runs:
        if text.isascii() and not _CONTROL.search(text):
            yield text.lower(), start, length
        elif length is not None:
            yield text.translate(_SIGNS), start, length
        else:
            yield from _by_sign(text, start)


# A line break of a text stays one (`BREAK`).
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


# What is not folded as `str.lower` does; a backtick is an apostrophe.
_NOT_PLAIN: Final = re.compile(r"[^\n\x20-\x5f\x61-\x7e]")
_FEW: Final = 12  # signs, which are replaced faster one after the other


def _by_sign(text: str, start: int) -> Iterator[tuple[str, int, int | None]]:
    """The parts of a text that fold character by character, and those that do not."""
    met = set(_NOT_PLAIN.findall(text))
    odd = "".join(sign for sign in met if len(_SIGNS[ord(sign)]) != 1)
    joined = any("\u1161" <= sign <= "\u1175" for sign in met)
    if not odd and not joined:
        yield _translated(text, met), start, None
        return
    kinds = [_JAMO.pattern] if joined else []
    kinds += [f"[{re.escape(odd)}]"] if odd else []
    met.difference_update(odd)
    place = 0
    for match in re.finditer("|".join(kinds), text):
        yield _translated(text[place : match.start()], met), start + place, None
        composed = unicodedata.normalize("NFC", match[0])
        yield composed.translate(_SIGNS), start + match.start(), len(match[0])
        place = match.end()
    yield _translated(text[place:], met), start + place, None


def _translated(text: str, signs: set[str]) -> str:
    """A text in which each sign folds to one, of which `signs` are no plain ones."""
    if len(signs) > _FEW or text.isascii():
        return text.translate(_SIGNS)
    folded = {sign: _SIGNS[ord(sign)] for sign in signs}
    # What one is replaced by must be nothing that another is replaced for, or that `lower` changes.
    if any(each != _SIGNS[ord(each)] or each != each.lower() for each in folded.values()):
        return text.translate(_SIGNS)
    for sign, each in folded.items():
        text = text.replace(sign, each)
    return text.lower()


def _sign(sign: str) -> str:
    """What one character is compared as; empty where it shows nothing."""
    written = _AS_WRITTEN.get(sign)
    if written is not None:
        return written
    if sign in _BREAKS:
        return BREAK
    if "\uac00" <= sign <= "\ud7a3":  # a syllable of Hangul stays whole
        return sign
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    return "".join(filter(None, map(_part, parts)))


def _part(sign: str) -> str:
    written = _AS_WRITTEN.get(sign)
    if written is not None:
        return written
    category = unicodedata.category(sign)
    if sign.isspace():
        return " "
    if category in {"Cf", "Cc", "Cs"} or sign in _EMPTY or _is_dropped(sign, category):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(sign))
    return "-" if category == "Pd" else sign


def _is_dropped(sign: str, category: str) -> bool:
    """Whether a mark only modifies its letter: an accent, a vowel point, a variant."""
    if category not in {"Mn", "Me"}:
        return False
    order = unicodedata.combining(sign)
    variation = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef" or "\u180b" <= sign <= "\u180f"
    return order >= _ACCENT or order in _HEBREW_AND_ARABIC or variation


class _Signs(dict[int, str]):
    """The folded form of each character that was met, by its code point."""

    def __missing__(self, number: int) -> str:
        self[number] = folded = _sign(chr(number))
        return folded


_SIGNS: Final = _Signs()
