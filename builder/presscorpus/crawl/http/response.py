"""An answer, and what answers cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

# A site with a thousand million items of one kind does not exist.
_TOTAL_DIGITS = 9


class Tally(msgspec.Struct):
    """What was asked for: attempts, bytes of the bodies as received, incomplete answers thrown away."""

    requests: int = 0
    bytes: int = 0
    discarded: int = 0


class Response(msgspec.Struct, frozen=True):
    """A complete answer. `body` is decoded; `url` is the address that gave it, after redirects."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name; null where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def total(self) -> int | None:
        """X-WP-Total: how many items match the query; null where the header is missing or no plausible number."""
        value = self.header("x-wp-total")
        is_number = value is not None and value.isascii() and value.isdigit() and len(value) <= _TOTAL_DIGITS
        return int(value) if value is not None and is_number else None

    def off_by(self, now: datetime) -> timedelta | None:
        """By how much the clock of the site and ours differ; null where it does not say (RFC 9110 section 6.6.1).

        An answer out of a cache has the date of the day when it was stored.
        """
        said = self.header("date")
        if said is None or self.header("age") is not None:
            return None
        try:
            date = parsedate_to_datetime(said)
        except (ValueError, OverflowError):
            return None
        return abs(now - (date if date.tzinfo else date.replace(tzinfo=UTC)))

    def nearest(self, now: datetime, before: timedelta | None) -> timedelta | None:
        """The lesser of that and what other answers gave."""
        return min((each for each in (self.off_by(now), before) if each is not None), default=None)
