"""Times as pages, sitemaps and feeds write them.

A time that cannot be converted to UTC is none: 9999-12-31 stands for "never" on some sites, 0001-01-01 for nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_FIRST, _LAST = 1, 9999
# A year is written in full: WordPress writes -0001 for a zero date.
_WHOLE_YEAR: Final = re.compile(r"\b\d{1,2}\s+[A-Za-z]{3,9}\s+[1-9]\d{3}\b")


def of_iso(written: str | None) -> datetime | None:
    """Read a time in the form of ISO 8601.

    Args:
        written: As a page or sitemap has it; null for none.

    Returns:
        With its offset from UTC where it has one; null for none, and for what is no time.
    """
    try:
        moment = datetime.fromisoformat(written.strip()) if written else None
    except ValueError:
        return None
    return moment if moment is not None and _FIRST < moment.year < _LAST else None


def of_mail(written: str) -> datetime | None:
    """Read a time in the form of RFC 822, as feeds have it.

    Args:
        written: As in `<pubDate>`.

    Returns:
        In UTC; null for what is no time, and for one whose zone is missing or unknown.
    """
    if not _WHOLE_YEAR.search(written):
        return None
    try:
        moment = parsedate_to_datetime(written)
        return moment.astimezone(UTC) if moment.tzinfo and _FIRST < moment.year < _LAST else None
    except (ValueError, IndexError, OverflowError):
        return None
