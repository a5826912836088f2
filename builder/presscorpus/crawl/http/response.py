"""A response, and the cost of requests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from presscorpus.archive.writer import REDACTED
from presscorpus.observations import advertised

_LONGEST_AGE = 10  # digits
TOO_MANY = 429
# An error of the API is short, and an answer that holds data begins otherwise or is long.
_LONGEST_ERROR = 4096
# Statuses under which plugins and proxies send it: RFC 6585 section 4 is not followed by all.
_OTHERS = frozenset({200, 401, 403})
_TOO_MANY_CODE = re.compile(r"too_?many_?(?:requests|attempts|calls|hits)|rate_?limit|throttl|429", re.IGNORECASE)


class _Error(msgspec.Struct, frozen=True):
    """An error of the API: WP_REST_Server::error_to_response."""

    code: str | int
    data: object = None


_error = msgspec.json.Decoder(_Error)


class Tally(msgspec.Struct):
    """Costs: attempts, bytes of bodies as received, incomplete answers."""

    requests: int = 0
    bytes: int = 0
    discarded: int = 0


class Response(msgspec.Struct, frozen=True):
    """A complete answer. `body` is decoded; `url` is the address that gave it."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of a name.

        Args:
            name: In lower case.

        Returns:
            Its value; null where there is none.
        """
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def total(self) -> int | None:
        """The items that match a query (X-WP-Total); null for no plausible number.

        https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/
        """
        return advertised.total_of(self.header(advertised.NAME))

    def stored_at(self, now: datetime) -> datetime | None:
        """When a cache stored the answer (RFC 9111 section 5.1).

        Args:
            now: Our time, UTC.

        Returns:
            By the header Age; null where there is none, or no number in it.
        """
        age = self.header("age") or ""
        return now - timedelta(seconds=int(age)) if age.isdecimal() and len(age) < _LONGEST_AGE else None

    def off_by(self, now: datetime) -> timedelta | None:
        """The difference between the site's clock and ours (RFC 9110 section 6.6.1).

        Args:
            now: Our time, UTC.

        Returns:
            A positive difference; null where there is no date, or that of a cache, which is when the answer was stored.
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
        """The smaller of `off_by` and the difference that other answers gave.

        Args:
            now: Our time, UTC.
            before: The smallest difference so far; null for none.

        Returns:
            The difference; null where neither is known.
        """
        return min((each for each in (self.off_by(now), before) if each is not None), default=None)


def status_meant(status: int, body: bytes) -> int:
    """Tell which status an answer means.

    Some plugins that limit the rate say so in an error of the API alone, under 200 or 403.

    Args:
        status: The status that came.
        body: The decoded body.

    Returns:
        429 for such an error; else the status that came.
    """
    if status not in _OTHERS or len(body) > _LONGEST_ERROR or not body.lstrip().startswith(b"{"):
        return status
    try:
        said = _error.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return status
    named = said.data.get("status") if isinstance(said.data, dict) else None
    return TOO_MANY if named == TOO_MANY or _TOO_MANY_CODE.search(str(said.code)) else status


def texts_of(headers: list[tuple[bytes, bytes]], secret: frozenset[str] = frozenset()) -> tuple[tuple[str, str], ...]:
    """Read headers as they are archived, byte for byte.

    Args:
        headers: Names and values as they were sent.
        secret: Names, in lower case, whose values are taken out.

    Returns:
        Names and values.
    """
    named = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
    return tuple((name, REDACTED if name.lower() in secret else value) for name, value in named)
