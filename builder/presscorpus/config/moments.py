"""Whether anything can have been observed at a moment that somebody names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_FIRST: Final = datetime(2003, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)  # clocks and time zones differ


def impossible(moment: datetime) -> str | None:
    """Tell why nothing can have been observed at a moment.

    Args:
        moment: Of a crawl or import, with a time zone.

    Returns:
        What is wrong with it; null for nothing.
    """
    if moment < _FIRST:
        return "is before there was WordPress, in 2003"
    if moment > datetime.now(UTC) + _AHEAD:
        return "is in the future: nothing that is observed until then would ever count as newer"
    return None
