"""Find, at little cost, the values that `redaction` may take something out of.

The test is sound: what `redaction` changes is suspected here, whatever way it is written in. What it looks for are
literals, such as `mailto:`, words of names in pairs that follow each other, and contacts, which hold an `@`, a `+` or
two noughts, words for "at" and "dot", or the digits of a number that is known. They are looked for in a value with all
that has another meaning replaced by that (accented letters, references, escapes, percent-encoding), with that alone
replaced which texts, scripts or addresses decode, and in each without tags. Contacts are looked for in the value as it
stands, too. Where the shape of a document leaves open where its tags end the value is suspected at once.

What folds is folded sign by sign (`folding`), so that a literal in a folded text is one in the same text with only
those signs replaced whose folded form shares a sign with any literal, or is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from presscorpus.content.urls import CALL_SCHEMES, MAIL_SCHEMES
from presscorpus.dtypes import TRUTH
from presscorpus.privacy import contacts
from presscorpus.privacy.addresses import CALLED, PHONE_KEYS, SERVICES
from presscorpus.privacy.described import TELEPHONE
from presscorpus.privacy.name_pairs import following
from presscorpus.privacy.number_index import Index
from presscorpus.privacy.units import ESCAPE, JAMO, MARKS, PERCENT, REFERENCE, TAG, UNCLEAR, is_context, meaning, steers
from presscorpus.privacy.written_out import CUES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.privacy.name_forms import Pair

HTML: Final = "html"
URL: Final = "url"
SLUG: Final = "slug"
JSON: Final = "json"
TEXT: Final = "text"

# Between two digits of a number stand no more than four signs, of which white space is one however long, as references
# or not, and tags.
_TAGS: Final = "\x1f"
_BETWEEN: Final = rf"(?:&[#0-9A-Za-z]+;?|[^\p{{L}}\p{{N}}&]|[{MARKS}])*"
_MAIL: Final = r"[^\s\"(,/@{}]@|\"@[\pL\pN-]+[.]|%(?:25)*40"
_PLUS: Final = rf"[+](?:{_BETWEEN}[0-9]){{7}}|[0-9]{_TAGS}*[+]"
# Noughts do not begin a number behind a letter, but behind a line break that a script writes as one.
_BEFORE_ZEROS: Final = rf"(?:^|[^\p{{L}}\p{{N}}_.,#&%+:-]|[{MARKS}]|[^0-9]:|<!--|[/\\][nrt])"
_ZEROS: Final = rf"{_BEFORE_ZEROS}0{_TAGS}*0"
_NOUGHTS: Final = rf"{_BEFORE_ZEROS}00"
_ZEROS_BEFORE_DIGITS: Final = rf"0{_TAGS}*0{_BETWEEN}[1-9](?:{_BETWEEN}[0-9]){{6}}"
_NATIONAL: Final = rf"[0-9](?:{_BETWEEN}[0-9]){{4}}"
_OF_CONTACTS: Final = "@+%0123456789()[]{}"
_SIGNS: Final = ("cfemail", "email-protection", "avatar", "t.me/", "telegram.", "//tel.")
# Pages of authors, and classes and data of themes (privacy/accounts.py).
_BYLINES: Final = ("/author/", "author_", "author-", "author=")

_UNITS: Final = {
    HTML: rf"{REFERENCE}|{ESCAPE}|{PERCENT}|\\", JSON: rf"{REFERENCE}|{ESCAPE}|{PERCENT}|\\\\",
    TEXT: rf"{PERCENT}|\\", URL: rf"{PERCENT}|\\", SLUG: PERCENT,
}  # fmt: skip
_HEX_OR_NOTHING: Final = frozenset(("", *"0123456789abcdef"))
_DIGIT: Final = re.compile("[0-9]")
_LONGEST_UNIT: Final = 1000
_LINE_BREAKS: Final = r"\\[tnr]|[\t\n\r]"
# A value over several lines: an address is read without its line breaks.
_BROKEN_VALUE: Final = r"=\s*(?:\"[^\"<]*[\t\n\r]|'[^'<]*[\t\n\r])"
_MOST_WORDS: Final = 4000  # of all pairs, which patterns look for
_PLAIN: Final = frozenset([*map(chr, range(0x20, 0x7F)), *"\t\n\r"])
_STRETCH: Final = 1 << 18  # bytes looked up together
_REMEMBERED: Final = 1 << 16
_CODE_POINTS: Final = 0x110000
_LAST: Final = ord("~") - ord(" ")


class _Read(NamedTuple):
    """Values as they are compared.

    `values` have references and escapes replaced by what they mean, and `changed` tells where; `counted` are those of
    them of which the digits changed. Of the `unclear` a sign is written otherwise that
    changes how the value is read. Some units count in scripts or addresses only: a literal may be `hidden` by what they
    mean there, and `others` are the replacements elsewhere.
    """

    values: pl.Series
    changed: pl.Series
    counted: pl.Series
    hidden: pl.Series
    unclear: pl.Series
    others: list[dict[str, str]]


class Prefilter:
    """What is looked for in the values of a dataset.

    Args:
        rules: `email` and `phone`, or one of them.
        national: Whether telephone numbers without a country's code are looked for.
        needles: Folded strings, one of which or a pair each value holds that names somebody.
        pairs: Words of names that follow each other.
        bylines: Whether addresses of authors' pages are looked for.
        numbers: Digits of telephone numbers that are looked for in every spelling.
    """

    def __init__(
        self,
        rules: frozenset[str],
        *,
        national: bool,
        needles: Iterable[str],
        pairs: Iterable[Pair],
        bylines: bool,
        numbers: Iterable[str] = (),
    ) -> None:
        self._rules, self._national, self._known = rules, national, Index(numbers)
        self._needles = sorted({*needles, *(_BYLINES if bylines else ())})
        self._signs = _signs() if rules else []
        self._pairs = sorted(pairs)
        self._longer = sorted({max(pair[:2], key=len) for pair in self._pairs})
        words = sorted({word for pair in self._pairs for word in pair[:2]})
        few = len(words) <= _MOST_WORDS and all(len(word) <= _LONGEST_UNIT for word in words)
        self._whole, self._within = (following(self._pairs, whole=each) if few else [] for each in (True, False))
        self._literal = [*self._needles, *self._signs, *words]
        literals = "".join(self._literal)
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
        sought = self._needles or self._pairs or self._known or (syntax != SLUG and self._signs)
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
        found = read.unclear | self._sought(read.values, syntax)
        if syntax != SLUG:
            found |= self._contacts(values)
        found = self._called(found, values)
        changed = (read.changed & ~found).arg_true()
        if len(changed) and syntax != SLUG:
            found = found.scatter(changed, self._contacts(read.values.gather(changed)))
        found = self._called(found, read.values, read.counted)
        if syntax == JSON and contacts.PHONE in self._rules:
            found |= read.values.str.contains(TELEPHONE)
        if syntax in {HTML, JSON}:
            found |= values.str.contains(UNCLEAR)
            found = self._across(found, read.values, syntax)
        for other in read.others:
            places = (read.hidden & ~found).arg_true()
            if len(places):
                found = found.scatter(places, self._in_context(_replaced(values.gather(places), other), syntax))
        return found

    def _in_context(self, values: pl.Series, syntax: str) -> pl.Series:
        """Which values hold something where less is decoded."""
        found = self._sought(values, syntax)
        if syntax != SLUG:
            found |= self._contacts(values)
        found = self._called(found, values)
        return self._across(found, values, syntax) if syntax in {HTML, JSON} else found

    def _sought(self, values: pl.Series, syntax: str) -> pl.Series:
        return self._literals(values, syntax) | self._follow(values, syntax, self._whole)

    def _across(self, found: pl.Series, values: pl.Series, syntax: str) -> pl.Series:
        """What was found, and which values hold something across tags."""
        places = (~found & self._may_stand_across(values)).arg_true()
        if not len(places):
            return found
        marked = values.gather(places).str.replace_all(TAG, _TAGS)
        bare = marked.str.replace_all(_TAGS, "", literal=True)
        across = self._literals(bare, syntax) | self._follow(bare, syntax, self._within)
        return found.scatter(places, across | self._addresses(bare) | self._numbers(marked))

    def _literals(self, values: pl.Series, syntax: str) -> pl.Series:
        sought = self._needles if syntax == SLUG else [*self._needles, *self._signs]
        return values.str.contains_any(sought, ascii_case_insensitive=True) if sought else _none(values)

    def _follow(self, values: pl.Series, syntax: str, patterns: list[str]) -> pl.Series:
        """Which values hold two words of a name in a row; where order is another, one."""
        if not self._longer:
            return _none(values)
        found = values.str.contains_any(self._longer, ascii_case_insensitive=True)
        places = found.arg_true()
        if syntax not in {HTML, TEXT} or not patterns or not len(places):
            return found
        those = values.gather(places)
        follow = _none(those)
        for pattern in patterns:
            follow |= those.str.contains(pattern)
        return found.scatter(places, follow)

    def _contacts(self, values: pl.Series) -> pl.Series:
        """Which values hold a contact as they stand."""
        return self._addresses(values) | self._numbers(values)

    def _called(self, found: pl.Series, values: pl.Series, among: pl.Series | None = None) -> pl.Series:
        """What was found, and which values hold a number that links of a site call.

        Of all, or `among` some.
        """
        if not self._known:
            return found
        places = (~found if among is None else ~found & among).arg_true()
        return found.scatter(places, self._known.suspects(values.gather(places))) if len(places) else found

    def _addresses(self, values: pl.Series) -> pl.Series:
        if contacts.EMAIL not in self._rules:
            return _none(values)
        found = _matched(values, r"[@%]", _MAIL)
        for pattern in CUES:
            found |= values.str.contains(pattern)
        return found

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
        found = _matched(values, f">{beside}", f"{beside}(?:{TAG})+{beside}")
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
        if steering := [*(each for each in short if steers(each)), *sorted(signs & JAMO)]:
            unclear |= values.str.contains_any(steering)
        if within := "".join(re.escape(sign) for sign in signs if meaning(sign) in _HEX_OR_NOTHING):
            unclear |= values.str.contains(f"%[0-9a-fA-F]{{0,2}}[{within}]")
        if not meant:
            none = _none(values)
            return _Read(values, none, none, none, unclear, [])
        changed = values.str.contains_any(list(meant)) & ~unclear
        places = changed.arg_true()
        hiding = [key for key, told in meant.items() if is_context(key) and self._hides(key, told)]
        hidden = changed & values.str.contains_any(hiding) if hiding else _none(values)
        # Digits of a reference by number are no digits to the index as it stands.
        counting = [key for key, told in meant.items() if _DIGIT.search(told if key[:2] == "&#" else key + told)]
        counted = changed & values.str.contains_any(counting) if counting and self._known else _none(values)
        whole = values.clone().scatter(places, _replaced(values.gather(places), meant))
        return _Read(whole, changed, counted, hidden, unclear, _contexts(meant, hiding))

    def _hides(self, key: str, meant: str) -> bool:
        """Whether a literal is gone, or part of a longer word, where a unit is decoded."""
        joins = any(sign.isalnum() for sign in meant) and key[0] != "&"
        if joins or key[-1] in self._of_literals:
            return True
        return any(len(each) > 1 and each in key.lower() for each in self._literal)

    def _as_meant(self, written: str, syntax: str) -> str | None:
        """What a character or unit is compared as.

        Null where it cannot be part of anything that is looked for.
        """
        known = f"{syntax} {written}"
        if len(self._meant) >= _REMEMBERED:
            self._meant.clear()
        if known not in self._meant:
            meant = meaning(written)
            shared = not self._alphabet.isdisjoint(meant)
            # No literal and no contact holds two dots in a row, which is what an ellipsis is.
            matters = shared and (set(meant) != {"."} or meant == ".")
            # What stands between two digits may be encoded by letters and digits.
            between = written[0] in "%\\" and not any(sign.isalnum() for sign in meant)
            same = meant == (written.lower() if written.isascii() else written)
            self._meant[known] = re.sub("[<>]", " ", meant) if (matters or between or not meant) and not same else None
        return self._meant[known]


def _replaced(values: pl.Series, meant: dict[str, str]) -> pl.Series:
    """Values with units and characters replaced by what they mean, the longest first."""
    keys = sorted(meant, key=lambda each: (-len(each), each))
    return values.str.replace_many(keys, [meant[key] for key in keys], leftmost=True) if keys else values


def _contexts(meant: dict[str, str], hiding: list[str]) -> list[dict[str, str]]:
    """The replacements where units of some kinds stand for nothing.

    Of one kind or all, as far as one of its units hides something.
    """
    signs = sorted({key[0] for key in hiding})
    parts = [set(signs), *({sign} for sign in signs)] if len(signs) > 1 else [set(signs)] if signs else []
    return [{key: told for key, told in meant.items() if not (is_context(key) and key[0] in part)} for part in parts]


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
