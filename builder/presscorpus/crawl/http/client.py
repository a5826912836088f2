"""Asking a site: gently, within limits, and with every complete answer stored before anybody looks at it."""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable  # noqa: TC003 - msgspec reads the annotations at run time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpcore2
import httpx2
import msgspec
import tenacity

from presscorpus.archive.writer import REDACTED, Exchange
from presscorpus.crawl.http.body import receive
from presscorpus.crawl.http.context import Circumstances
from presscorpus.crawl.http.rate_limit import retry_after
from presscorpus.crawl.http.redirects import followed
from presscorpus.crawl.http.response import Answer, Tally
from presscorpus.crawl.http.robots import AGENT, Robots
from presscorpus.crawl.http.ssrf_guard import DEADLINE, HALT, GuardedTransport
from presscorpus.errors import BlockedError, NetworkError

if TYPE_CHECKING:
    from types import TracebackType

    from presscorpus.config.params import Limits
    from presscorpus.crawl.http.credentials import Access
    from presscorpus.crawl.http.rate_limit import Host, Verdict

_TRANSPORT_ERRORS = (httpx2.TransportError, httpcore2.NetworkError, httpcore2.TimeoutException,
                     httpcore2.ProtocolError, httpcore2.UnsupportedProtocol)  # fmt: skip
_BUSY = frozenset({429, 503})
_AN_HOUR = timedelta(hours=1)
# A server error is asked about once more: it may have been an accident. Twice the same is an answer.
_SERVER_ERRORS = frozenset({500, 502, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_BACKOFF_SECONDS = 60.0
_LOOK_SECONDS = 0.5


class Pace(msgspec.Struct, frozen=True):
    """How waiting is done between attempts: seconds before the second attempt, doubled each time.

    `jitter` adds up to as much again at random, so that many clients do not come back at one moment.
    """

    backoff_seconds: float = 1.0
    jitter: bool = True


class BrokenAnswerError(NetworkError):
    """A site that is there answers one address with something that is never whole, however often it is asked."""


class _AgainError(Exception):
    """An attempt that may be repeated: `answer` came and was bad, or none came because of `error`."""

    def __init__(self, answer: Answer | None, error: Exception | None = None) -> None:
        super().__init__()
        self.answer, self.error = answer, error

    @property
    def last(self) -> int:
        """After how many attempts of this kind the answer counts as final; 0 where only the limits say."""
        if isinstance(self.error, Exception) and _is_certificate(self.error):
            return 1
        return 2 if self.answer is not None and self.answer.status in _SERVER_ERRORS else 0


class Client:
    """One site's HTTP client, shared by the threads that ask it.

    `store` gets every complete exchange, one at a time. `total` counts all requests. Use it as a context manager.
    """

    def __init__(
        self,
        store: Callable[[Exchange], object],
        limits: Limits,
        *,
        contact: str | None = None,
        allow_private: bool = False,
        pace: Pace | None = None,
        around: Circumstances | None = None,
    ) -> None:
        self._store, self._limits, self._pace = store, limits, pace or Pace()
        self._around = around or Circumstances.alone()
        about = f" (+{contact})" if contact else ""
        self._client = httpx2.Client(
            transport=GuardedTransport(
                allow_private=allow_private, connections=limits.concurrency, proxy=self._around.access.proxy
            ),
            headers={
                "User-Agent": f"{AGENT}/{version('presscorpus')}{about}",
                "Accept": "application/json, text/html;q=0.5, */*;q=0.1",
                "Accept-Encoding": "gzip",
            },
            timeout=limits.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )
        self._lock = threading.Lock()
        self._halt = threading.Event()
        self.total = Tally()
        self._off_by: timedelta | None = None
        self._robots = Robots(self._unjudged, limits.retry_after_cap_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._halt.set()
        self._client.close()

    def halt(self) -> None:
        """Let no further request begin; those that wait for their turn raise NetworkError."""
        self._halt.set()

    def spacing(self, url: str) -> float:
        """Seconds from one request to that host to the next."""
        return self._host(url).spacing

    @property
    def clocks_differ(self) -> bool:
        """Whether all that the site said of the time is more than an hour from ours."""
        return self._off_by is not None and self._off_by > _AN_HOUR

    @property
    def access(self) -> Access:
        """The credentials that it carries."""
        return self._around.access

    def get(self, url: str, tally: Tally | None = None) -> Answer:
        """The site's final answer, of whatever status, after retries and redirects within the site.

        Raises NetworkError when there is none, when the site stays busy (429, 503), or when a redirect would be unsafe
        to follow; BlockedError where robots.txt (RFC 9309) forbids the address.
        """
        return self._arrive(url, tally or Tally(), judged=True)

    def _unjudged(self, url: str) -> Answer:
        """robots.txt itself, which no robots.txt forbids."""
        return self._arrive(url, Tally(), judged=False)

    def _arrive(self, url: str, tally: Tally, *, judged: bool) -> Answer:
        seen: list[str] = []
        while True:
            seen.append(url)
            if judged:
                self._judge(url)
            answer = self._persistent(url, tally)
            location = answer.header("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            url = followed(answer.url, location, seen, self._limits.max_redirects)

    def _judge(self, url: str) -> None:
        rules = self._robots.rules(url)
        self._host(url).space(max(rules.delay, self._limits.delay_seconds))
        if not rules.allow(url):
            raise BlockedError(
                "robots.txt forbids it", where=url, advice="Ask the site's owner for permission or for an export."
            )

    def _persistent(self, url: str, tally: Tally) -> Answer:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainError),
            stop=self._is_over,
            wait=self._wait,
            sleep=self._pause,
            reraise=True,
        )
        try:
            return retrying(self._attempt, url, tally)
        except _AgainError as failed:
            if failed.answer is None:
                broken = isinstance(failed.error, (httpx2.RemoteProtocolError, httpcore2.RemoteProtocolError))
                raise (BrokenAnswerError if broken else NetworkError)(
                    f"gives no whole answer: {_reason(failed.error)}",
                    # The first thing asked for is robots.txt; a site that cannot be reached is not its fault.
                    where=url.removesuffix("robots.txt"),
                    advice="Check the address and the connection, then run the same command again.",
                ) from None
            if failed.answer.status in _BUSY:
                raise NetworkError(
                    f"answers {failed.answer.status} again and again: it has no time for us",
                    where=url,
                    advice="Run the same command again later, with a larger delay_seconds.",
                ) from None
            return failed.answer

    def _attempt(self, url: str, tally: Tally) -> Answer:
        try:
            url = str(httpx2.URL(url))
        except httpx2.InvalidURL:
            raise NetworkError("is no address", where=url) from None
        answer = self._recalled(url, tally)
        if answer is None:
            answer = self._asked(url, tally)
        if answer.status in _BUSY | _SERVER_ERRORS:
            raise _AgainError(answer)
        return answer

    def _recalled(self, url: str, tally: Tally) -> Answer | None:
        told = self._around.replay.take(url)
        if told is None:
            return None
        self._count(tally, requests=1, received=len(told.raw))
        answer = Answer(told.url, told.status, told.headers, told.body)
        self._off_by = answer.nearest(told.at, self._off_by)
        return answer

    def _asked(self, url: str, tally: Tally) -> Answer:
        host = self._host(url)
        host.enter(self._pause, self._check)
        begun = time.monotonic()
        verdict: Verdict = "late"
        DEADLINE.set(begun + self._limits.timeout_seconds)
        HALT.set(self._around.halt)
        try:
            answer = self._exchange(url, tally)
            self._off_by = answer.nearest(datetime.now(UTC), self._off_by)
            late = time.monotonic() - begun > self._limits.slow_seconds
            verdict = "busy" if answer.status in _BUSY else "late" if late else "well"
        except _TRANSPORT_ERRORS as error:
            raise _AgainError(None, error) from None
        finally:
            host.leave(verdict)
        return answer

    def _host(self, url: str) -> Host:
        return self._around.hosts.of(urlsplit(url).netloc, self._limits.concurrency)

    def _exchange(self, url: str, tally: Tally) -> Answer:
        asked_at = datetime.now(UTC)
        self._count(tally, requests=1)
        with self._client.stream("GET", url, headers=self.access.headers_for(url)) as response:
            try:
                body = receive(response, self._limits.max_bytes)
            except _TRANSPORT_ERRORS:
                self._count(tally, discarded=1)
                raise
        exchange = Exchange(
            url=str(response.request.url),
            requested_at=asked_at,
            request_headers=_text(response.request.headers.raw, self.access.secret),
            status=response.status_code,
            reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            headers=_text(response.headers.raw),
            body=body.raw,
            truncated=body.truncated,
        )
        with self._lock:
            self._store(exchange)
        self._count(tally, received=len(body.raw))
        return Answer(exchange.url, exchange.status, list(exchange.headers), body.decoded)

    def _count(self, tally: Tally, *, requests: int = 0, received: int = 0, discarded: int = 0) -> None:
        with self._lock:
            for each in (tally, self.total):
                each.requests += requests
                each.bytes += received
                each.discarded += discarded

    def _is_over(self, state: tenacity.RetryCallState) -> bool:
        failed = state.outcome.exception() if state.outcome else None
        final = isinstance(failed, _AgainError) and 0 < failed.last <= state.attempt_number
        return final or state.attempt_number > self._limits.retries

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Seconds until the next attempt: as the site asks (Retry-After, RFC 9110 section 10.2.3), up to the cap."""
        failed = state.outcome.exception() if state.outcome else None
        answer = failed.answer if isinstance(failed, _AgainError) else None
        asked = retry_after(answer.header("retry-after") if answer else None)
        if asked is None:
            seconds = min(self._pace.backoff_seconds * 2.0 ** (state.attempt_number - 1), _LONGEST_BACKOFF_SECONDS)
            seconds *= 1 + random.random() if self._pace.jitter else 1  # noqa: S311 - no secret hangs on it
        else:
            seconds = min(asked, self._limits.retry_after_cap_seconds)
        if answer is not None and answer.status in _BUSY:
            # The other threads, and the other crawls, leave the host alone for as long.
            self._host(answer.url).hold(seconds)
        return seconds

    def _check(self) -> None:
        if self._halt.is_set() or self._around.halt.is_set():
            raise NetworkError("the crawl was stopped")

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._check()
        while (left := until - time.monotonic()) > 0:
            self._halt.wait(min(left, _LOOK_SECONDS))
            self._check()


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reason(error: Exception | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _text(headers: list[tuple[bytes, bytes]], secret: frozenset[str] = frozenset()) -> tuple[tuple[str, str], ...]:
    named = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
    return tuple((name, REDACTED if name.lower() in secret else value) for name, value in named)
