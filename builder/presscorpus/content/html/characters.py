"""Characters: which ones a text does without, and in which form the others stand.

Rules 4, 9 and 10 of the text convention in `content/html/__init__.py`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from operator import mul
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_RUN: Final = 100
"""Combining marks behind one another that are brought in order together."""

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_CONTROL_SPACE: Final = re.compile("[\x0b\x1c-\x1f\x85]")
# Bytes that are no C0 control but tab, line feed, form feed and carriage return; and C1 controls in UTF-8.
_NO_CONTROL: Final = bytes({*range(0x20, 0x100), *b"\t\n\f\r"} - {0x7F})
_C1: Final = re.compile(b"\xc2[\x80-\x9f]")
_DROPPED: Final = "\xad\u2028\u2029\ufeff"
_SPACES: Final = re.compile("[ \t\n\f\r\xa0\u2028\u2029]+")


def has_controls(text: str) -> bool:
    """Whether a text holds control characters other than tab, line breaks and form feed."""
    return _CONTROL.search(text) is not None


def clean(text: str) -> bool:
    """Whether `cleaned` would change nothing. In UTF-8 that is seen in a third of the time."""
    raw = text.encode()
    if raw.translate(None, _NO_CONTROL) or (not text.isascii() and _C1.search(raw)):
        return False
    return not any(character in text for character in _DROPPED)


def cleaned(text: str) -> str:
    """Without controls and the invisible characters that the convention drops; odd separators are spaces."""
    text = _CONTROL.sub("", _CONTROL_SPACE.sub(" ", text))
    return text.replace("\u2028", " ").replace("\u2029", " ").replace("\xad", "").replace("\ufeff", "")


def composed(text: str) -> str:
    """In NFC, https://www.unicode.org/reports/tr15/; of a run of more than `LONGEST_RUN` combining marks each part.

    To bring marks in order takes the square of their number, and no language has more than a few behind one letter.
    """
    if text.isascii():
        return text
    if _has_long_run(text):
        return "".join(unicodedata.normalize("NFC", part) for part in _parts(text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _has_long_run(text: str) -> bool:
    """Whether there may be a run of too many marks: it would hold two neighbours of those looked at."""
    if len(text) <= LONGEST_RUN:
        return False
    marks = list(map(unicodedata.combining, text[:: LONGEST_RUN // 2]))
    return any(map(mul, marks, marks[1:]))


def _parts(text: str) -> Iterator[str]:
    """A text cut within each run of marks that is too long."""
    start = run = 0
    for place, character in enumerate(text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > LONGEST_RUN:
            yield text[start:place]
            start, run = place, 1
    yield text[start:]


def scalar(text: str) -> str:
    """Without lone surrogates: two halves that JSON wrote apart are one character, one half alone is U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def one_line(text: str) -> str:
    """A decoded text on one line by the convention: runs of spaces and line breaks are one space."""
    return composed(_SPACES.sub(" ", text if clean(text) else cleaned(text)).strip())


def without_tags(text: str) -> str:
    """A string that holds no tag, on one line, its character references decoded."""
    text = html.unescape(text)
    return one_line(text if text.isprintable() else scalar(text))
