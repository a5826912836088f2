"""Values as they are compared, with what is written otherwise replaced.

What folds is folded sign by sign (`folding`), so that a literal in a folded text is one in the same text with only
those signs replaced whose folded form shares a sign with any literal, or is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from presscorpus.dtypes import TRUTH
from presscorpus.privacy.units import JAMO, UNITS, is_context, meaning, steers

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST: Final = 1000
"""Characters of the longest unit or word that one automaton looks for."""

_HEX_OR_NOTHING: Final = frozenset(("", *"0123456789abcdef"))
_DIGIT: Final = re.compile("[0-9]")
_PLAIN: Final = frozenset([*map(chr, range(0x20, 0x7F)), *"\t\n\r"])
_STRETCH: Final = 1 << 18  # bytes looked up together
_REMEMBERED: Final = 1 << 16
_CODE_POINTS: Final = 0x110000
_LAST: Final = ord("~") - ord(" ")
_FALSE: Final = pl.Series([False], dtype=TRUTH)


class Decoded(NamedTuple):
    """Values as they are compared.

    `values` have references and escapes replaced by what they mean, and `changed` tells where; `counted` are those of
    them of which the digits changed. Of the `unclear` a sign is written otherwise that changes how the value is read.
    Some units count in scripts or addresses only: a literal may be `hidden` by what they mean there, and `others` are
    the replacements elsewhere.
    """

    values: pl.Series
    changed: pl.Series
    counted: pl.Series
    hidden: pl.Series
    unclear: pl.Series
    others: list[dict[str, str]]


class Decoder:
    """What the characters and units of values are compared as.

    Args:
        literals: The words and signs that are looked for.
        further: Further signs that what is looked for consists of.
        counts: Whether `counted` is asked for.
    """

    def __init__(self, literals: Collection[str], further: str, *, counts: bool) -> None:
        joined = "".join(literals)
        self._literals, self._counts = literals, counts
        self._of_literals = frozenset(joined + joined.upper())
        self._alphabet = frozenset(joined + further)
        self.signs = self._alphabet | self._of_literals
        # Empty where it may be left as it is.
        self._meant: dict[str, str | None] = {}

    def __call__(self, values: pl.Series, syntax: str) -> Decoded:
        """Decode what a value holds that has another meaning.

        Args:
            values: Strings, none of them null.
            syntax: How they are read: html, url, slug, json or text.

        Returns:
            The same as they are compared.
        """
        signs = _characters(values)
        listed = values.str.extract_all(UNITS[syntax])
        units = listed.explode(empty_as_null=False, keep_nulls=False).unique().to_list()
        # One automaton is made of all units: what is longer than any name or contact is left to a closer look.
        short = [each for each in units if len(each) <= LONGEST]
        meant = {each: told for each in [*signs, *short] if (told := self._as_meant(each, syntax)) is not None}
        unclear = none(values)
        if len(short) < len(units):
            unclear = listed.list.eval(pl.element().str.len_chars() > LONGEST).list.any()
        if steering := [*(each for each in short if steers(each)), *sorted(signs & JAMO)]:
            unclear |= values.str.contains_any(steering)
        if within := "".join(re.escape(sign) for sign in signs if meaning(sign) in _HEX_OR_NOTHING):
            unclear |= values.str.contains(f"%[0-9a-fA-F]{{0,2}}[{within}]")
        if not meant:
            no = none(values)
            return Decoded(values, no, no, no, unclear, [])
        changed = values.str.contains_any(list(meant)) & ~unclear
        places = changed.arg_true()
        hiding = [key for key, told in meant.items() if is_context(key) and self._hides(key, told)]
        hidden = changed & values.str.contains_any(hiding) if hiding else none(values)
        # Digits of a reference by number are no digits to the index as it stands.
        counting = [key for key, told in meant.items() if _DIGIT.search(told if key[:2] == "&#" else key + told)]
        counted = changed & values.str.contains_any(counting) if counting and self._counts else none(values)
        whole = values.clone().scatter(places, replaced(values.gather(places), meant))
        return Decoded(whole, changed, counted, hidden, unclear, _contexts(meant, hiding))

    def _hides(self, key: str, meant: str) -> bool:
        """Whether a literal is gone, or part of a longer word, where a unit is decoded."""
        joins = any(sign.isalnum() for sign in meant) and key[0] != "&"
        if joins or key[-1] in self._of_literals:
            return True
        return any(len(each) > 1 and each in key.lower() for each in self._literals)

    def _as_meant(self, written: str, syntax: str) -> str | None:
        """What a character or unit is compared as; null where that does not matter."""
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


def replaced(values: pl.Series, meant: dict[str, str]) -> pl.Series:
    """Replace units and characters by what they mean, the longest first.

    Args:
        values: Strings.
        meant: What each stands for.

    Returns:
        The strings with all of them replaced.
    """
    keys = sorted(meant, key=lambda each: (-len(each), each))
    return values.str.replace_many(keys, [meant[key] for key in keys], leftmost=True) if keys else values


def _contexts(meant: dict[str, str], hiding: list[str]) -> list[dict[str, str]]:
    """The replacements where units that hide something, of a kind or all, are none."""
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


def none(values: pl.Series) -> pl.Series:
    """A truth for each value, all false.

    Args:
        values: Any values.

    Returns:
        As many times false.
    """
    # A twentieth of the time of `pl.repeat`, which is a query.
    return _FALSE.new_from_index(0, len(values))
