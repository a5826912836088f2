"""Dates as people write them in English, whatever the locale: 23 November 2026.

Pure.
"""

from __future__ import annotations

import re
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_CRAWL = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\dZ")
_SHORT = 3


def period(name: str, *, short: bool = False) -> str:
    """Write out a day, month or year.

    Args:
        name: As 2026-11-23, 2026-11 or 2026.
        short: Whether a month has three letters.

    Returns:
        As 23 November 2026, November 2026 or 2026; another text is returned as it is.
    """
    year, *rest = name.split("-")
    is_number = all(each.isdecimal() and each.isascii() for each in rest)
    if not rest or not is_number or not 1 <= int(rest[0]) <= len(MONTHS):
        return name
    month = MONTHS[int(rest[0]) - 1]
    day = f"{int(rest[1])} " if rest[1:] else ""
    return f"{day}{month[:_SHORT] if short else month} {year.lstrip('0') or '0'}"


def span(first: str, last: str) -> str:
    """Write out the time from one period to another.

    Args:
        first: As for `period`.
        last: The same, not before the first.

    Returns:
        As "in November 2026" or "from March 2019 to November 2026".
    """
    return f"in {period(first)}" if first == last else f"from {period(first)} to {period(last)}"


def crawl(name: str) -> str:
    """Write out the moment that a crawl is named after, which is in UTC.

    Args:
        name: As 20261123T080000Z.

    Returns:
        As 23 Nov 2026, 08:00; the name itself where it is none.
    """
    found = _CRAWL.fullmatch(name)
    if found is None:
        return name
    year, month, day, hour, minute = found.groups()
    return f"{period(f'{year}-{month}-{day}', short=True)}, {hour}:{minute}"
