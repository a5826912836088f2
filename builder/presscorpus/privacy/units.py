"""Ways to write a character: references, escapes, percent-encoding. Pure.

The patterns are of Rust's regex crate, by which polars looks through columns.
"""

from __future__ import annotations

import html
from typing import Final

from presscorpus.privacy.addresses import decoded
from presscorpus.privacy.folding import fold

HTML: Final = "html"
URL: Final = "url"
SLUG: Final = "slug"
JSON: Final = "json"
TEXT: Final = "text"

REFERENCE: Final = r"&#?[0-9A-Za-z]+;?"
ESCAPE: Final = r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\/"
PERCENT: Final = r"(?:%(?:25)*[0-9a-fA-F]{2})+"
TAG: Final = r"<\\?[a-zA-Z/!?][^>]*>"
"""A tag, comment or declaration of HTML, as far as no quoted value holds its end."""

UNCLEAR: Final = (
    r"<!--[^>]*(?:[^->]|[^->]-)>"
    r"|<[a-zA-Z/][^>]*=\s*\\?(?:\"[^\">]*>|'[^'>]*>)"
    r"|(?i:<(?:script|style|textarea|title|xmp|iframe|noembed|noframes))(?:[\s/\\][^>]*)?>\s*(?:[^<\s]|<\\?[^/\\])"
    r"|<(?:[^\t\n\r -~]|[&%]|\\[^/])"
    # Something within a percent-encoded sequence, which an address is read without.
    r"|%[0-9a-fA-F]?(?:&#|\\u)|(?:%[0-9a-fA-F]|%[0-9a-fA-F]{2}%)[<&\\]|%[0-9a-fA-F]{2}(?:<[^>]*>|&[a-zA-Z]+;)+%"
    r"|%(?:<[^>]*>)+[0-9a-fA-F]{2}|%%[0-9]"
    # A line break that is written as a reference: an address is read without it.
    r"|&(?:#0*(?:9|1[03])(?:[^0-9]|$)|#[xX]0*[9aAdD](?:[^0-9a-fA-F]|$)|NewLine;|Tab;)"
)
"""Documents in which `TAG` finds other tags than a browser does.

A ">" within a comment or a quoted value, text within an element that holds no tags, a "<" before what may mean a
letter.
"""

UNITS: Final = {
    HTML: rf"{REFERENCE}|{ESCAPE}|{PERCENT}|\\", JSON: rf"{REFERENCE}|{ESCAPE}|{PERCENT}|\\\\",
    TEXT: rf"{PERCENT}|\\", URL: rf"{PERCENT}|\\", SLUG: PERCENT,
}  # fmt: skip
"""Ways to write a character that are looked for in values, by how these are read."""

MARKS: Final = r"\x{2bb}\x{2bc}\x{a78b}\x{a78c}\x{fc5e}-\x{fc63}\x{fe70}-\x{fe7e}\x{ff9e}\x{ff9f}"
"""Letters by category that are marks or spaces by what they fold to, as part of a class."""

JAMO: Final = frozenset(map(chr, range(0x1161, 0x1176)))
"""Vowels of Hangul, which make a syllable with what is before them."""

_SLASHES: Final = frozenset(("\\", "\\/", "\\\\"))
# Signs that mean something to what reads the value next.
_STEERING: Final = frozenset("%&<>\\\"'=")


def meaning(written: str) -> str:
    """Decode and fold a character, or what stands for one.

    Args:
        written: A character, a reference, an escape, or a percent-encoded sequence.

    Returns:
        Its folded form; a backslash, escaped or not, is a slash.
    """
    if written in _SLASHES:
        return "/"
    if len(written) == 1:
        return fold(written)
    if written[0] == "&":
        return fold(html.unescape(written))
    if written[0] == "%":
        return decoded(written)
    return fold(_escaped(written))


def _escaped(written: str) -> str:
    """The character whose number stands in hexadecimal behind two signs."""
    return chr(int.from_bytes(bytes.fromhex(written[2:])))


def is_context(written: str) -> bool:
    """Whether it depends on where it stands if a character is written so.

    Args:
        written: A character, a reference, an escape, or a percent-encoded sequence.

    Returns:
        True for what is decoded in addresses or in scripts only, and for references, which two readers of HTML end at
        different places.
    """
    return len(written) > 1 and written[0] in "%&\\" and written not in _SLASHES


def steers(written: str) -> bool:
    """Whether a sign changes how the rest of its value is read.

    Args:
        written: The reference, escape or percent-encoded sequence that stands for the sign.

    Returns:
        True for a reference to a percent sign and an escaped quote, for instance.
    """
    if written in _SLASHES or written[0] == "%":
        return False
    if written[0] == "&":
        sign = html.unescape(written)
        return sign == "%" or not JAMO.isdisjoint(sign)
    sign = _escaped(written)
    return sign in _STEERING or sign in JAMO or "\ud800" <= sign <= "\udbff"
