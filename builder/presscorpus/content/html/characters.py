"""Characters: which ones a text leaves out, and in which form the others stand.

Rules 4, 9 and 10 of the text convention in `content/html/__init__.py`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from operator import mul
from typing import TYPE_CHECKING, Final, Literal

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
    """Tell whether a text holds C0 or C1 control characters.

    Args:
        text: Any text. Tab, line feed, form feed and carriage return do not count.

    Returns:
        True also for those that rule 4 turns into spaces, as U+000B.
    """
    return _CONTROL.search(text) is not None


def clean(text: str, raw: bytes) -> bool:
    """Tell whether `cleaned` would change nothing.

    Args:
        text: Text without lone surrogates.
        raw: The same in UTF-8, in which to look takes a third of the time.

    Returns:
        False where a control, soft hyphen, U+2028, U+2029 or U+FEFF is in it.
    """
    if raw.translate(None, _NO_CONTROL) or (not text.isascii() and _C1.search(raw)):
        return False
    return not any(character in text for character in _DROPPED)


def cleaned(text: str) -> str:
    """Drop controls and the invisible characters that the convention drops.

    Args:
        text: Any text.

    Returns:
        The text, in which odd separators (rule 4) are spaces.
    """
    text = _CONTROL.sub("", _CONTROL_SPACE.sub(" ", text))
    return text.replace("\u2028", " ").replace("\u2029", " ").replace("\xad", "").replace("\ufeff", "")


def composed(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """Return a text in NFC or NFKC, https://www.unicode.org/reports/tr15/.

    To bring combining marks in order takes the square of their number, and no language has more than a few behind one
    letter: a run of more than `LONGEST_RUN` is composed in parts.

    Args:
        text: Any text.
        form: The form of normalisation.

    Returns:
        The text in that form; where a run was too long, parts that each are.
    """
    if text.isascii():
        return text
    if _has_long_run(text):
        return "".join(unicodedata.normalize(form, part) for part in _parts(text))
    return text if unicodedata.is_normalized(form, text) else unicodedata.normalize(form, text)


def _has_long_run(text: str) -> bool:
    """Tell whether there may be a run of too many marks.

    It would hold two neighbours of those looked at.
    """
    if len(text) <= LONGEST_RUN:
        return False
    marks = list(map(unicodedata.combining, text[:: LONGEST_RUN // 2]))
    return any(marks) and any(map(mul, marks, marks[1:]))


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
    """Replace lone surrogates: two halves that JSON wrote apart are one character.

    Args:
        text: Any Python string.

    Returns:
        The string as valid Unicode; one half alone is U+FFFD.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def one_line(text: str) -> str:
    """Return a text on one line by the convention.

    Args:
        text: Text without tags, character references decoded.

    Returns:
        Cleaned text in NFC, in which runs of spaces and line breaks are one space and none stands at either end.
    """
    return composed(_SPACES.sub(" ", text if clean(text, text.encode()) else cleaned(text)).strip())


def without_tags(text: str) -> str:
    """Decode the character references of a string that holds no tag.

    Args:
        text: HTML without tags.

    Returns:
        The text on one line, as `one_line` gives it.
    """
    text = html.unescape(text)
    return one_line(text if text.isprintable() else scalar(text))
