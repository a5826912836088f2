"""Find, at little cost, the values that `redaction` may take something out of.

The test is sound: what `redaction` changes is suspected here, whatever way it is written in. What it looks for are
literals, such as the rarest word of each name and `mailto:`, and contacts, which hold an `@`, a `+` or two noughts.
They are looked for in a value as it stands, in the value with all that has another meaning replaced by that (accented
letters, references, escapes, percent-encoding), and in that without tags. Where the shape of a document leaves open
where its tags end the value is suspected at once.

What folds is folded sign by sign (`folding`), so that a literal in a folded text is one in the same text with only
those signs replaced whose folded form shares a sign with any literal, or is empty.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from presscorpus.content.urls import CALL_SCHEMES, MAIL_SCHEMES
from presscorpus.dtypes import TRUTH
from presscorpus.privacy import contacts
from presscorpus.privacy.addresses import CALLED, PHONE_KEYS, SERVICES, decoded
from presscorpus.privacy.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

HTML: Final = "html"
URL: Final = "url"
SLUG: Final = "slug"
JSON: Final = "json"
TEXT: Final = "text"

# Between two digits of a number stand no more than four signs, each of which may be written as a reference, and tags.
_TAGS: Final = "\x1f"
_BETWEEN: Final = r"(?:&[#0-9A-Za-z]+;?|[^\p{L}\p{N}&]){0,24}"
_MAIL: Final = r"[^\s\"(,/@{}]@|\"@[\pL\pN-]+[.]|%(?:25)*40"
_PLUS: Final = rf"[+](?:{_BETWEEN}[0-9]){{7}}|[0-9]{_TAGS}*[+]"
# Noughts do not begin a number behind a letter, but behind a line break that a script writes as one.
_BEFORE_ZEROS: Final = r"(?:^|[^\w.,#&%+:-]|[^0-9]:|<!--|[/\\][nrt])"
_ZEROS: Final = rf"{_BEFORE_ZEROS}0{_TAGS}*0"
_NOUGHTS: Final = rf"{_BEFORE_ZEROS}00"
_ZEROS_BEFORE_DIGITS: Final = rf"0{_TAGS}*0{_BETWEEN}[1-9](?:{_BETWEEN}[0-9]){{6}}"
_NATIONAL: Final = rf"[0-9](?:{_BETWEEN}[0-9]){{4}}"
_OF_CONTACTS: Final = "@+%0123456789"
_SIGNS: Final = ("cfemail", "email-protection", "avatar", "t.me/", "telegram.")
# Pages of authors, and classes and data of themes (privacy/accounts.py).
_BYLINES: Final = ("/author/", "author_", "author-", "author=")

_REFERENCE: Final = r"&#?[0-9A-Za-z]+;?"
_ESCAPE: Final = r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\/"
_PERCENT: Final = r"(?:%(?:25)*[0-9a-fA-F]{2})+"
_UNITS: Final = {
    HTML: rf"{_REFERENCE}|{_ESCAPE}|{_PERCENT}|\\", JSON: rf"{_REFERENCE}|{_ESCAPE}|{_PERCENT}|\\\\",
    TEXT: rf"{_PERCENT}|\\", URL: rf"{_PERCENT}|\\", SLUG: _PERCENT,
}  # fmt: skip
_SLASHES: Final = frozenset(("\\", "\\/", "\\\\"))
# Signs that mean something to what reads the value next: a value in which one was written otherwise is suspected.
_STEERING: Final = frozenset("%&<>\\\"'=")
_LONGEST_UNIT: Final = 1000
_TAG: Final = r"<\\?[a-zA-Z/!?][^>]*>"
_LINE_BREAKS: Final = r"\\[tnr]|[\t\n\r]"
# Documents in which `_TAG` finds other tags than a browser does: a ">" within a comment or a quoted value, text within
# an element that holds no tags, a "<" before what may mean a letter.
_UNCLEAR: Final = (
    r"<!--[^>]*(?:[^->]|[^->]-)>"
    r"|<[a-zA-Z/][^>]*=\s*\\?(?:\"[^\">]*>|'[^'>]*>)"
    r"|(?i:<(?:script|style|textarea|title|xmp|iframe|noembed|noframes))(?:[\s/\\][^>]*)?>\s*(?:[^<\s]|<\\?[^/\\])"
    r"|<(?:[^\t\n\r -~]|[&%]|\\[^/])"
    # A line break that is written as a reference: an address is read without it.
    r"|&(?:#0*(?:9|1[03])(?:[^0-9]|$)|#[xX]0*[9aAdD](?:[^0-9a-fA-F]|$)|NewLine;|Tab;)"
)
# A value over several lines: an address is read without its line breaks.
_BROKEN_VALUE: Final = r"=\s*(?:\"[^\"<]*[\t\n\r]|'[^'<]*[\t\n\r])"
_JAMO: Final = frozenset(map(chr, range(0x1161, 0x1176)))
_PLAIN: Final = frozenset([*map(chr, range(0x20, 0x7F)), *"\t\n\r"])
_STRETCH: Final = 1 << 18  # bytes looked up together
_REMEMBERED: Final = 1 << 16
_CODE_POINTS: Final = 0x110000
_LAST: Final = ord("~") - ord(" ")


class _Read(NamedTuple):
    """Values as they are compared.

    `values` have references and escapes replaced by what they mean, and `changed` tells where. In some of these a
    literal may be `hidden` by that. Of the `unclear` a sign is written otherwise that changes how the value is read.
    """

    values: pl.Series
    changed: pl.Series
    hidden: pl.Series
    unclear: pl.Series


class Prefilter:
    """What is looked for in the values of a dataset.

    Args:
        rules: `email` and `phone`, or one of them.
        national: Whether telephone numbers without a country's code are looked for.
        needles: Folded strings, one of which each value holds that names somebody.
        bylines: Whether addresses of authors' pages are looked for.
    """

    def __init__(self, rules: frozenset[str], *, national: bool, needles: Iterable[str], bylines: bool) -> None:
        self._rules, self._national = rules, national
        self._needles = sorted({*needles, *(_BYLINES if bylines else ())})
        self._signs = _signs() if rules else []
        literals = "".join([*self._needles, *self._signs])
        self._of_literals = frozenset(literals + literals.upper())
        self._alphabet = frozenset(literals + (_OF_CONTACTS if rules else ""))
        signs = "".join(rf"\x{{{ord(sign):x}}}" for sign in sorted(self._alphabet | self._of_literals))
        self._beside = f"[{signs}]"
        # What a character or unit is compared as; empty where it may be left as it is.
        self._meant: dict[str, str | None] = {}

    def suspects(self, values: pl.Series, syntax: str) -> pl.Series:
        """Find the values that may hold something to redact.

        Args:
            values: Strings, none of them null.
            syntax: How they are read: html, url, slug, json or text.

        Returns:
            Whether each may.
        """
        sought = self._needles or (syntax != SLUG and self._signs)
        if not sought:
            return _none(values)
        found = self._seen(values, syntax)
        if syntax not in {HTML, JSON, URL}:
            return found
        places = (~found & values.str.contains(_BROKEN_VALUE if syntax == HTML else _LINE_BREAKS)).arg_true()
        if len(places):
            whole = values.gather(places).str.replace_all(_LINE_BREAKS, "")
            found = found.scatter(places, self._seen(whole, syntax))
        return found

    def _seen(self, values: pl.Series, syntax: str) -> pl.Series:
        """Which values hold something, however it is written.

        Whatever tags stand within.
        """
        read = self._read(values, syntax)
        found = read.unclear | self._literals(read.values, syntax)
        hidden = (read.hidden & ~found).arg_true()
        if len(hidden):
            found = found.scatter(hidden, self._literals(values.gather(hidden), syntax))
        if syntax == SLUG:
            return found
        found |= self._contacts(values)
        changed = (read.changed & ~found).arg_true()
        if len(changed):
            found = found.scatter(changed, self._contacts(read.values.gather(changed)))
        if syntax not in {HTML, JSON}:
            return found
        found |= values.str.contains(_UNCLEAR)
        places = (~found & self._may_stand_across(read.values)).arg_true()
        if len(places):
            marked = read.values.gather(places).str.replace_all(_TAG, _TAGS)
            bare = marked.str.replace_all(_TAGS, "", literal=True)
            across = self._literals(bare, syntax) | self._addresses(bare) | self._numbers(marked)
            found = found.scatter(places, across)
        return found

    def _literals(self, values: pl.Series, syntax: str) -> pl.Series:
        sought = self._needles if syntax == SLUG else [*self._needles, *self._signs]
        return values.str.contains_any(sought, ascii_case_insensitive=True)

    def _contacts(self, values: pl.Series) -> pl.Series:
        """Which values hold a contact as they stand."""
        return self._addresses(values) | self._numbers(values)

    def _addresses(self, values: pl.Series) -> pl.Series:
        if contacts.EMAIL not in self._rules:
            return _none(values)
        return _matched(values, r"[@%]", _MAIL)

    def _numbers(self, values: pl.Series) -> pl.Series:
        if contacts.PHONE not in self._rules:
            return _none(values)
        found = _matched(values, r"\+", _PLUS) | _matched(values, _NOUGHTS, _ZEROS_BEFORE_DIGITS)
        found |= _matched(values, f"0{_TAGS}", _ZEROS, _ZEROS_BEFORE_DIGITS)
        return found | values.str.contains(_NATIONAL) if self._national else found

    def _may_stand_across(self, values: pl.Series) -> pl.Series:
        """Which values may hold across tags what they do not hold within one text.

        The signs of a literal before and behind the tags, or a number's beginning, whose digits may be anywhere.
        """
        tagged = values.str.contains("<", literal=True)
        if self._national:
            return tagged
        beside = self._beside
        found = _matched(values, f">{beside}", f"{beside}(?:{_TAG})+{beside}")
        for each in (_TAGS, r"\+", _NOUGHTS) if contacts.PHONE in self._rules else (_TAGS,):
            found |= values.str.contains(each)
        return found & tagged

    # What is written otherwise

    def _read(self, values: pl.Series, syntax: str) -> _Read:
        signs = _characters(values)
        listed = values.str.extract_all(_UNITS[syntax])
        units = listed.explode(empty_as_null=False, keep_nulls=False).unique().to_list()
        # One automaton is made of all units: what is longer than any name or contact is left to a closer look.
        short = [each for each in units if len(each) <= _LONGEST_UNIT]
        meant = {each: told for each in [*signs, *short] if (told := self._as_meant(each, syntax)) is not None}
        unclear = _none(values)
        if len(short) < len(units):
            unclear = listed.list.eval(pl.element().str.len_chars() > _LONGEST_UNIT).list.any()
        if steering := [*(each for each in short if _steers(each)), *sorted(signs & _JAMO)]:
            unclear |= values.str.contains_any(steering)
        if not meant:
            return _Read(values, _none(values), _none(values), unclear)
        keys = sorted(meant, key=lambda each: (-len(each), each))
        changed = values.str.contains_any(keys) & ~unclear
        places = changed.arg_true()
        replaced = values.gather(places).str.replace_many(keys, [meant[key] for key in keys], leftmost=True)
        hiding = self._hiding(keys)
        hidden = changed & values.str.contains_any(hiding) if hiding else _none(values)
        return _Read(values.clone().scatter(places, replaced), changed, hidden, unclear)

    def _hiding(self, keys: list[str]) -> list[str]:
        """The characters and units that may be a part of a literal, or hold one.

        Where one is replaced, a literal may be gone.
        """
        ends, literals = self._of_literals, [*self._needles, *self._signs]
        return [
            key
            for key in keys
            if key[0] in ends or key[-1] in ends or (len(key) > 1 and any(each in key.lower() for each in literals))
        ]

    def _as_meant(self, written: str, syntax: str) -> str | None:
        """What a character or unit is compared as.

        Null where it cannot be part of anything that is looked for.
        """
        known = f"{syntax} {written}"
        if len(self._meant) >= _REMEMBERED:
            self._meant.clear()
        if known not in self._meant:
            meant = _meaning(written)
            shared = not self._alphabet.isdisjoint(meant)
            # No literal and no contact holds two dots in a row, which is what an ellipsis is.
            matters = shared and (set(meant) != {"."} or meant == ".")
            # What stands between two digits may be encoded by letters and digits.
            between = written[0] in "%\\" and not any(sign.isalnum() for sign in meant)
            same = meant == (written.lower() if written.isascii() else written)
            self._meant[known] = re.sub("[<>]", " ", meant) if (matters or between or not meant) and not same else None
        return self._meant[known]


def _meaning(written: str) -> str:
    """The folded form of a character or of what stands for it.

    A reference, an escape or a percent-encoded sequence.
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
    """The character that an escape of a script stands for.

    By the hexadecimal digits behind its two signs.
    """
    return chr(int.from_bytes(bytes.fromhex(written[2:])))


def _steers(written: str) -> bool:
    """Whether a sign changes how the rest is read.

    The sign is what a reference or escape stands for.
    """
    if written in _SLASHES or written[0] == "%":
        return False
    if written[0] == "&":
        sign = html.unescape(written)
        return sign == "%" or not _JAMO.isdisjoint(sign)
    sign = _escaped(written)
    return sign in _STEERING or sign in _JAMO or "\ud800" <= sign <= "\udbff"


def _characters(values: pl.Series) -> set[str]:
    """The characters of some values that are no printable ASCII."""
    seen = np.zeros(_CODE_POINTS, np.bool_)
    rows = max(1, len(values) * _STRETCH // (int(values.str.len_bytes().sum()) or 1))
    for start in range(0, len(values), rows):
        _, _, buffer = values.slice(start, rows).to_arrow().buffers()
        written = np.frombuffer(buffer or b"", np.uint8)
        # What is left of UTF-8 without printable ASCII is UTF-8.
        odd = written[np.flatnonzero(written - np.uint8(0x20) > _LAST)].tobytes().decode()
        # Numpy checks and converts other numbers than its own anew for each use as indices.
        seen[np.frombuffer(odd.encode("utf-32-le"), np.uint32).astype(np.intp)] = True
    return {chr(code) for code in np.flatnonzero(seen).tolist()} - _PLAIN


def _none(values: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=len(values), dtype=TRUTH, eager=True)


def _matched(values: pl.Series, *patterns: str) -> pl.Series:
    """Which values match all of some patterns.

    Each is asked of those only that match the one before.
    """
    found = values.str.contains(patterns[0])
    for pattern in patterns[1:]:
        places = found.arg_true()
        if not len(places):
            break
        found = found.scatter(places, values.gather(places).str.contains(pattern))
    return found


def _signs() -> list[str]:
    """What every address that reaches somebody holds, where no pattern finds it."""
    keys = (*(f"{key}=" for key in sorted(PHONE_KEYS)), *(f"/{key}/" for key in sorted(CALLED)))
    return [*_SIGNS, *SERVICES, *keys, *(f"{scheme}:" for scheme in sorted(MAIL_SCHEMES | CALL_SCHEMES))]
