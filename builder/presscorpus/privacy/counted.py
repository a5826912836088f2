"""Digits that are no telephone number, though numbers of a country look so. Pure.

Dates with a time behind them, page numbers, decimal fractions, identifiers.
"""

from __future__ import annotations

import re
from typing import Final

_DAY: Final = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)[0-9]{2}"
_DATE: Final = re.compile(
    # A date, or the last one of a span: day first, month first, year first.
    rf"(?<![0-9./-])(?:{_DAY}(?:\.{_MONTH})?\.? ?- ?)?"
    rf"(?:{_DAY}(?P<day>[./-] ?){_MONTH}(?P=day){_YEAR}|{_MONTH}(?P<month>[/-]){_DAY}(?P=month){_YEAR})(?!\.?[0-9])"
    rf"|(?<![0-9./-]){_YEAR}(?P<year>[./-]){_MONTH}(?P=year){_DAY}(?![0-9])"
)
# A share of one, or a degree of longitude or latitude. Numbers of Rome are written 06.12345678.
_FRACTION: Final = re.compile(r"(?:0|[1-9][0-9]?|1[0-7][0-9])\.[0-9]{5,}")
_WHOLE_PART: Final = re.compile(r"(?<![0-9.])(?:0|[1-9][0-9]?|1[0-7][0-9])\.\Z")
_SPAN: Final = re.compile(r"([0-9]{2,4})-([0-9]{2,4})")
_PAGES: Final = re.compile(r"(?<!\w')\b(?:seiten?|pages?|pag|pp?|s)\.? ?\Z", re.IGNORECASE)
_IDENTIFIER: Final = re.compile(
    r"\b10\.[0-9]{4,9}/\S*$|\b(?:ISBN|ISSN|PMID|EAN|GTIN|DOI)(?:[- ]?1[03])?:? ?$", re.IGNORECASE
)
_BEFORE: Final = 60


def is_counted(text: str, start: int, end: int, *, called: bool = False) -> bool:
    """Whether digits that a country's numbers look like are something else.

    Args:
        text: A folded text.
        start: Where the digits begin.
        end: Where they end.
        called: Whether a link calls this very number with its country's code, which is no fraction and no pages then.

    Returns:
        True for a date, also with a time behind it, a decimal fraction, a span of pages, and what follows the name of
        an identifier or stands in a DOI.
    """
    written, before = text[start:end], text[max(0, start - _BEFORE) : start]
    if _DATE.search(text, start, end) or _IDENTIFIER.search(before):
        return True
    if called:
        return False
    if _FRACTION.fullmatch(written) or (written.isdecimal() and _WHOLE_PART.search(before)):
        return True
    span = _SPAN.fullmatch(written)
    backwards = span is not None and len(span[1]) == len(span[2]) and span[1] >= span[2]
    return span is not None and not backwards and _PAGES.search(before) is not None
