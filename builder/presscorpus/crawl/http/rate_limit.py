"""Limits of requests to a host: how many at once, how far apart.

All crawls of one run share a host's budget, however many sites are on it. What the site asks for is obeyed
(Retry-After, RFC 9110 section 10.2.3; Crawl-delay). Besides, the number of requests at once follows TCP's congestion
control (RFC 5681): halved when the host is busy or answers late, and increased again step by step.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    Verdict = Literal["well", "late", "busy", "broken"]

# Good answers in a row until one more request at once is tried.
_STEP = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_LOOK_SECONDS = 0.5


class Host:
    """The budget of one host. Threads `enter` before a request and `leave` after it.

    Args:
        most: Requests at once, at most.
    """

    def __init__(self, most: int) -> None:
        self._most, self._width = most, float(most)
        self._inside = 0
        self._turn = 0.0
        self._delay = 0.0
        self._pause = 0.0
        self._changed = threading.Condition()

    @property
    def width(self) -> int:
        """How many requests at once are allowed now."""
        return max(1, int(self._width))

    @property
    def spacing(self) -> float:
        """Seconds from the start of one request to the start of the next."""
        return self._delay + self._pause

    def space(self, seconds: float) -> None:
        """Keep the starts of requests apart, as params.yaml or robots.txt ask.

        Args:
            seconds: The least distance; a smaller one than before changes nothing.
        """
        with self._changed:
            self._delay = max(self._delay, seconds)

    def hold(self, seconds: float) -> None:
        """Let no request begin for some time.

        Args:
            seconds: How long, from now.
        """
        with self._changed:
            self._turn = max(self._turn, time.monotonic() + seconds)

    def enter(self, pause: Callable[[float], None], check: Callable[[], None]) -> None:
        """Wait until a request may begin.

        Args:
            pause: Waits for so many seconds; raises when the crawl is to stop.
            check: Raises when the crawl is to stop.
        """
        with self._changed:
            while self._inside >= self.width:
                self._changed.wait(_LOOK_SECONDS)
                check()
            self._inside += 1
        try:
            # The turn may be put off meanwhile: another thread was asked to wait.
            while (wait := self._claim()) > 0:
                pause(wait)
        except BaseException:
            self.leave("well")
            raise

    def _claim(self) -> float:
        """Take the turn where it has come; otherwise the seconds until then."""
        with self._changed:
            now = time.monotonic()
            if now >= self._turn:
                self._turn = now + self.spacing
                return 0.0
            return self._turn - now

    def leave(self, verdict: Verdict) -> None:
        """End a request, and adapt the budget to how it went.

        Args:
            verdict: "well", "late" or "busy".
        """
        with self._changed:
            self._inside -= 1
            if verdict == "well":
                self._width = min(float(self._most), self._width + 1 / _STEP)
                self._pause = self._pause * 0.8 if self._pause > _FIRST_PAUSE / _STEP else 0.0
            elif verdict == "busy" or (verdict == "late" and self._width <= 1):
                # What breaks at once takes no time of the host's: waiting longer mends nothing.
                self._pause = min(max(2 * self._pause, _FIRST_PAUSE), _LONGEST_PAUSE)
            if verdict != "well":
                self._width = max(1.0, self._width / 2)
            self._changed.notify_all()


class Hosts:
    """The budgets of all hosts of a run, by host and port, made when first needed."""

    def __init__(self) -> None:
        self._known: dict[str, Host] = {}
        self._lock = threading.Lock()

    def of(self, place: str, most: int) -> Host:
        """The budget of a host.

        Args:
            place: Host, and port where it is not the default one.
            most: Requests at once, at most, where the budget is new.

        Returns:
            The budget, the same for all crawls.
        """
        with self._lock:
            return self._known.setdefault(place.lower(), Host(most))


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Read the header Retry-After (RFC 9110 section 10.2.3): a number or a date.

    Args:
        value: Its value; null where there is none.
        now: The present, UTC; null for the clock.

    Returns:
        Seconds, never below zero; null where the header is missing or malformed.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0)
