"""Redact whole columns: a cheap test of all values, a close one of a few.

The cheap test misses nothing: whatever `redaction` takes out of a value holds one of the strings that are searched for
here, in one pass each of regular expressions of linear time and of Aho-Corasick. Nearly all values hold none.
"""

from __future__ import annotations

import html.entities
import re
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import polars as pl

from presscorpus.content.urls import CALL_SCHEMES, MAIL_SCHEMES
from presscorpus.dtypes import TRUTH
from presscorpus.privacy import contacts
from presscorpus.privacy.addresses import SERVICES
from presscorpus.privacy.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from presscorpus.privacy.redaction import Treatment

HTML: Final = "html"
URL: Final = "url"
SLUG: Final = "slug"
JSON: Final = "json"
TEXT: Final = "text"

# Between two signs that belong together: tags, references, spaces and whatever else is no letter and no digit.
_BETWEEN: Final = r"(?:<[^>]*>|&[#\w]+;?|[^\p{L}\p{N}<&])"
_DIGITS: Final = rf"(?:{_BETWEEN}{{0,8}}\p{{N}}){{6}}"
_MAIL: Final = r"[^\s\"(,/@{}][@＠﹫]|%(?:25)*40"
_PLUSES: Final = "+＋﹢⁺₊➕"
_PLUS: Final = rf"[{_PLUSES}]{_BETWEEN}{{0,8}}\p{{N}}{_DIGITS}|\p{{N}}(?:<[^>]*>|\p{{Cf}})*[{_PLUSES}]"
_ZEROS: Final = r"(?:^|[^\w.,#/=&%+:-]|[^0-9]:)0(?:<[^>]*>)*0|[٠۰०০੦૦୦௦౦೦൦෦๐໐༠၀០０]{2}"
_ZEROS_BEFORE_DIGITS: Final = rf"0(?:<[^>]*>)*0{_BETWEEN}{{0,6}}[1-9]{_DIGITS}|[٠۰०০੦૦୦௦౦೦൦෦๐໐༠၀០０]{{2}}"
# Digits, letters and signs of addresses that somebody wrote by their number; no editor does.
_REFERENCES: Final = (
    r"&#(?:0*(?:37|43|46|4[89]|5[0-8]|6[4-9]|[78][0-9]|90|9[7-9]|1[01][0-9]|12[0-2])(?:[^0-9]|$)"
    r"|[xX]0*(?:25|2[bBeE]|3[0-9aA]|4[0-9a-fA-F]|5[0-9aA]|6[1-9a-fA-F]|7[0-9aA])(?:[^0-9a-fA-F]|$))"
    r"|\\u00[2-7][0-9a-fA-F]|\\x[2-7][0-9a-fA-F]"
)
_ENCODED_LETTER: Final = r"%(?:25)*(?:4[1-9a-fA-F]|5[0-9aA]|6[1-9a-fA-F]|7[0-9aA])"
_NATIONAL: Final = rf"\p{{N}}{_DIGITS}"
_SIGNS: Final = (
    "data-cfemail", "email-protection", "avatar", "&commat", "&plus", "&period", "&percnt", "&colon", "%2b", "252b",
    "phone", "tel=", "mobile=", "msisdn=", "cell=", "sms=", "fax=", "call=",
)  # fmt: skip
_ACCENTED: Final = ((0x80, 0x2100), (0xFB00, 0xFFFF))


class Columns:
    """The treatments of all sites of a dataset, applied to whole columns.

    Args:
        treatments: By site.
    """

    def __init__(self, treatments: Mapping[str, Treatment]) -> None:
        self._treatments = treatments
        rules = {rule for each in treatments.values() for rule in each.rules}
        self._contacts = _patterns(frozenset(rules), national=any(each.country for each in treatments.values()))
        self._signs = _signs() if rules else []
        needles: set[str] = set()
        for each in treatments.values():
            for names, _ in each.sought:
                needles.update(names.rarest())
            needles |= each.authors.logins if each.authors else frozenset()
            needles |= each.taken.signs if each.taken else frozenset()
        self._needles = sorted(_spellings(needles))
        self._bylines = any(each.authors is not None for each in treatments.values())

    def sites_with(self, rule: str) -> list[str]:
        """The sites for which a rule holds.

        Args:
            rule: `email` or `phone`.

        Returns:
            Their names.
        """
        return [site for site, each in self._treatments.items() if rule in each.rules]

    def __call__(self, sites: pl.Series, values: pl.Series, syntax: str) -> pl.Series:
        """Apply to each value of a column the treatment of its site.

        Args:
            sites: The site of each value.
            values: Strings or lists of strings.
            syntax: How they are read: html, url, slug, json or text.

        Returns:
            The redacted values, null where a value may not be published at all.
        """
        if values.dtype.is_nested():
            return self._lists(sites, values, syntax)
        chosen = self.suspects(values, syntax)
        if not chosen.any():
            return values
        places = chosen.arg_true()
        treated = [
            self._one(self._treatments[site], value, syntax)
            for site, value in zip(sites.gather(places), values.gather(places), strict=True)
        ]
        return values.clone().scatter(places, pl.Series(treated, dtype=values.dtype))

    def _one(self, treatment: Treatment, value: str, syntax: str) -> str | None:
        by: dict[str, Callable[[str], str | None]] = {
            HTML: treatment.html, URL: treatment.url, SLUG: treatment.slug, JSON: treatment.json, TEXT: treatment.text,
        }  # fmt: skip
        return by[syntax](value)

    def suspects(self, values: pl.Series, syntax: str) -> pl.Series:
        """Find the values that may hold something to redact.

        Args:
            values: Strings.
            syntax: How they are read.

        Returns:
            Whether each may; false for null.
        """
        found = pl.repeat(value=False, n=len(values), dtype=TRUTH, eager=True)
        if self._signs and syntax != SLUG:
            found |= values.str.contains_any(self._signs, ascii_case_insensitive=True).fill_null(value=False)
            for quick, close in self._contacts:
                found |= _matched(values, quick, close)
        if self._needles or self._bylines:
            found |= self._named(values, syntax)
        return found

    def _named(self, values: pl.Series, syntax: str) -> pl.Series:
        """Which values may hold a name, folded as far as polars can fold a column."""
        accented, plain = _accents()
        folded = values.str.to_lowercase().str.replace_many(accented, plain)
        needles = [*self._needles, "/author/", "author_name=", "%2fauthor"] if self._bylines else self._needles
        found = folded.str.contains_any(needles)
        found |= values.str.contains(_ENCODED_LETTER)
        if syntax in {HTML, JSON, TEXT}:
            found |= values.str.contains(_REFERENCES) | values.str.contains_any(_lettered())
        if syntax in {HTML, JSON}:
            found |= folded.str.replace_all("<[^>]*>", "").str.contains_any(needles)
        return found.fill_null(value=False)

    def _lists(self, sites: pl.Series, values: pl.Series, syntax: str) -> pl.Series:
        # All strings of all lists at once: list.eval would call for each list by itself, a thousand times slower.
        frame = pl.DataFrame({"site": sites, "old": values}).with_row_index("row")
        flat = frame.filter(pl.col("old").list.len() > 0).explode("old", empty_as_null=True)
        treated = flat.with_columns(self(flat["site"], flat["old"], syntax).alias("old"))
        if treated.equals(flat):
            return values
        new = treated.group_by("row", maintain_order=True).agg(new="old")
        joined = frame.join(new, on="row", how="left", maintain_order="left")
        return joined.select(pl.coalesce("new", "old").alias(values.name))[values.name]


def _patterns(rules: frozenset[str], *, national: bool) -> list[tuple[str | list[str], str | None]]:
    """What is searched for, and the costlier pattern for values that hold it."""
    patterns: list[tuple[str | list[str], str | None]] = [(_REFERENCES, None)] if rules else []
    if contacts.EMAIL in rules:
        patterns.append((_MAIL, None))
    if contacts.PHONE in rules:
        patterns += [(list(_PLUSES), _PLUS), (_ZEROS, _ZEROS_BEFORE_DIGITS)]
    return [*patterns, ("[0-9]{3}", _NATIONAL)] if national else patterns


def _matched(values: pl.Series, quick: str | list[str], close: str | None) -> pl.Series:
    """Which values match a pattern or hold a string, and match `close` if given."""
    found = values.str.contains(quick) if isinstance(quick, str) else values.str.contains_any(quick)
    found = found.fill_null(value=False)
    if close is None or not found.any():
        return found
    places = found.arg_true()
    return found.scatter(places, values.gather(places).str.contains(close))


@cache
def _signs() -> list[str]:
    """Strings of addresses that reach a person and that no pattern finds."""
    schemes = sorted(MAIL_SCHEMES | CALL_SCHEMES)
    return [*_SIGNS, *SERVICES, "t.me/", "telegram.", *(f"{scheme}:" for scheme in schemes)]


@cache
def _accents() -> tuple[list[str], list[str]]:
    """Characters that fold into others, and those."""
    changed = {
        sign: folded
        for first, last in _ACCENTED
        for sign in map(chr, range(first, last))
        if (folded := fold(sign)) != sign.lower()
    }
    return list(changed), list(changed.values())


@cache
def _lettered() -> list[str]:
    """Named references (&eacute;) for letters, or for what shows nothing."""
    names = html.entities.html5.items()
    return sorted({f"&{name}" for name, sign in names if (folded := fold(sign)) == "" or folded[:1].isalnum()})


def _spellings(needles: set[str]) -> set[str]:
    """Words as folded columns hold them: as they are, and percent-encoded."""
    words = set(needles)
    for word in needles:
        if not word.isascii():
            once = quote(word).lower()
            words |= {once, once.replace("%", "%25")}
    return {re.sub("[\u0300-\u036f]", "", word) for word in words}
