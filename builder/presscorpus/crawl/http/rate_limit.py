"""How a host is treated: how many requests at once, how far apart, and less of both while it shows that it is busy.

All crawls of one run share a host's budget, however many sites lie on it. What the site asks for is obeyed
(Retry-After, RFC 9110 section 10.2.3; Crawl-delay); besides, the width follows what TCP does with a congested line:
halved when the host says that it is too much or answers late, and widened again step by step.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    Verdict = Literal["well", "late", "busy"]

# Good answers in a row until one more request at once is tried.
_STEP = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0
_LOOK_SECONDS = 0.5


class Host:
    """The budget of one host: `most` requests at once. Threads `enter` before a request and `leave` after it."""

    def __init__(self, most: int) -> None:
        self._most, self._width = most, float(most)
        self._inside = 0
        self._turn = 0.0
        self._delay = 0.0
        self._pause = 0.0
        self._changed = threading.Condition()

    @property
    def width(self) -> int:
        """How many requests at once are let through now."""
        return max(1, int(self._width))

    @property
    def spacing(self) -> float:
        """Seconds from the start of one request to the start of the next."""
        return self._delay + self._pause

    def space(self, seconds: float) -> None:
        """Keep requests so far apart at least, as params.yaml or robots.txt ask."""
        with self._changed:
            self._delay = max(self._delay, seconds)

    def hold(self, seconds: float) -> None:
        """Let no request begin for so long."""
        with self._changed:
            self._turn = max(self._turn, time.monotonic() + seconds)

    def enter(self, pause: Callable[[float], None], check: Callable[[], None]) -> None:
        """Wait for a place and for the turn. `pause` waits; both it and `check` raise when the crawl is to stop."""
        with self._changed:
            while self._inside >= self.width:
                self._changed.wait(_LOOK_SECONDS)
                check()
            self._inside += 1
        try:
            # The turn may move on while one waits for it: somebody else was told to wait.
            while (wait := self._claim()) > 0:
                pause(wait)
        except BaseException:
            self.leave("well")
            raise

    def _claim(self) -> float:
        """Take the turn where it has come; else the seconds until then."""
        with self._changed:
            now = time.monotonic()
            if now >= self._turn:
                self._turn = now + self.spacing
                return 0.0
            return self._turn - now

    def leave(self, verdict: Verdict) -> None:
        """Free the place, and learn from how the request went."""
        with self._changed:
            self._inside -= 1
            if verdict == "well":
                self._width = min(float(self._most), self._width + 1 / _STEP)
                self._pause = self._pause * 0.8 if self._pause > _FIRST_PAUSE / _STEP else 0.0
            elif verdict == "busy" or self._width <= 1:
                self._pause = min(max(2 * self._pause, _FIRST_PAUSE), _LONGEST_PAUSE)
            if verdict != "well":
                self._width = max(1.0, self._width / 2)
            self._changed.notify_all()


class Hosts:
    """The budgets of all hosts of a run, by host and port; made as they are met."""

    def __init__(self) -> None:
        self._known: dict[str, Host] = {}
        self._lock = threading.Lock()

    def of(self, place: str, most: int) -> Host:
        """The budget of a host (and port)."""
        with self._lock:
            return self._known.setdefault(place.lower(), Host(most))


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110 section 10.2.3), never below zero.

    Null where the header is missing or says nothing that can be understood. `now` is the present, UTC.
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
