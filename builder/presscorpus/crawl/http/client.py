"""Request a site within limits; store every complete response before it is read."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpcore2
import httpx2
import tenacity

from presscorpus.archive.writer import Exchange
from presscorpus.crawl.http.body import announced, receive
from presscorpus.crawl.http.certificates import presented
from presscorpus.crawl.http.connection import connect
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.gates import Gates
from presscorpus.crawl.http.rate_limit import retry_after
from presscorpus.crawl.http.redirects import REDIRECTS, followed
from presscorpus.crawl.http.response import TOO_MANY, Response, Tally, status_meant, texts_of
from presscorpus.crawl.http.retries import (
    BUSY,
    TIMEOUTS,
    AttemptError,
    Pace,
    Patience,
    StoppedError,
    TooLargeError,
    busy,
    check,
    no_answer,
)  # fmt: skip
from presscorpus.crawl.http.robots import ForbiddenError, Robots
from presscorpus.crawl.http.ssrf_guard import DEADLINE, HALT
from presscorpus.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from presscorpus.config.params import Limits
    from presscorpus.crawl.http.credentials import Credentials
    from presscorpus.crawl.http.rate_limit import Host, Verdict

_TRANSPORT_ERRORS = (httpx2.TransportError, httpcore2.NetworkError, httpcore2.TimeoutException,
                     httpcore2.ProtocolError, httpcore2.UnsupportedProtocol)  # fmt: skip
_AN_HOUR = timedelta(hours=1)
_ALIVE = 2  # answers (robots.txt, the front page) after which a site counts as alive
_SLOWNESS = 3.0  # an answer may take so many times as long as the slowest one so far
_SECONDS = 20.0  # for answers that are short on any site: robots.txt, the front page, the index
_A_TROUBLE = 3.0  # so many times the first wait
_LONGEST_BACKOFF_SECONDS, _LOOK_SECONDS = 60.0, 0.5


class Client:
    """One site's HTTP client, shared by the threads that ask it.

    `store` gets every complete exchange, one at a time. `total` counts all requests. Use it as a context manager.
    """

    def __init__(  # noqa: PLR0913 - what to ask, how, and in whose name
        self,
        store: Callable[[Exchange], object],
        limits: Limits,
        *,
        contact: str | None = None,
        allow_private: bool = False,
        pace: Pace | None = None,
        context: CrawlContext | None = None,
        permitted: bool = False,
    ) -> None:
        self._store, self._limits = store, limits
        self._pace = pace or Pace(limits.backoff_seconds)
        self._context = context or CrawlContext.alone()
        self._client = connect(
            limits, contact=contact, allow_private=allow_private, proxy=self._context.credentials.proxy
        )
        self._lock, self._halt = threading.Lock(), threading.Event()
        self.total = Tally()
        self._off_by: timedelta | None = None
        self._met: set[str] = set()
        self._gates = Gates()
        self._answered, self._slowest = 0, 0.0
        self._robots = Robots(self._unjudged, limits.retry_after_cap_seconds, permitted=permitted)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._halt.set()
        self._client.close()

    def halt(self) -> None:
        """Let no further request begin; those that wait raise StoppedError."""
        self._halt.set()

    def spacing(self, url: str) -> float:
        """Seconds from the start of one request to that host to the next.

        Args:
            url: An address at the host.

        Returns:
            Seconds; what robots.txt asks for counts where it is longer.
        """
        return self._host(url).spacing

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt names, of whatever host.

        Args:
            url: An address at the host.

        Returns:
            Addresses as they are written there.

        Raises:
            NetworkError: robots.txt is not to be had.
        """
        return self._robots.rules(url).sitemaps

    @property
    def most_bytes(self) -> int:
        """The most bytes of a body that are read; a longer one is cut."""
        return self._limits.max_bytes

    def rest(self) -> None:
        """Wait as long as a short trouble of a site lasts.

        Raises:
            StoppedError: The crawl is to stop.
        """
        self._pause(_A_TROUBLE * self._pace.backoff_seconds)

    @property
    def clocks_differ(self) -> bool:
        """Whether every date that the site gave is more than an hour from ours."""
        return self._off_by is not None and self._off_by > _AN_HOUR

    def patience_for(self, seconds: float) -> float:
        """Seconds to wait for an answer that a fast site gives in `seconds`.

        Args:
            seconds: What a fast site needs.

        Returns:
            Seconds, longer where this site has shown to be slow.
        """
        return seconds + _SLOWNESS * self._slowest

    @property
    def _brief(self) -> Patience:
        return Patience(self.patience_for(_SECONDS))

    @property
    def _is_alive(self) -> bool:
        return self._answered > _ALIVE

    @property
    def credentials(self) -> Credentials:
        """The credentials that requests carry."""
        return self._context.credentials

    def get(self, url: str, tally: Tally | None = None, patience: Patience | None = None) -> Response:
        """Request an address until there is a final answer; follow redirects in the site.

        Args:
            url: An absolute address.
            tally: Counts what the requests cost.
            patience: How long and how often to try, where that is less than the limits allow.

        Returns:
            The last answer, of whatever status.

        Raises:
            NoAnswerError: No whole answer comes.
            BusyError: The site stays busy (429, 503), or asks to be left alone for longer than the limit.
            TooLargeError: A media file is larger than what is taken of it; it is not stored.
            NetworkError: A redirect would be unsafe to follow, or robots.txt is not to be had.
            ForbiddenError: robots.txt (RFC 9309) forbids the address, and nobody gave a permission.
        """
        return self._arrive(url, tally or Tally(), patience or self._brief, judged=True)

    def _unjudged(self, url: str) -> Response:
        """Request robots.txt, which no robots.txt forbids (RFC 9309 section 2.3.1.2)."""
        return self._arrive(url, Tally(), self._brief, judged=False)

    def _arrive(self, url: str, tally: Tally, patience: Patience, *, judged: bool) -> Response:
        seen: list[str] = []
        gates: set[str] = set()
        while True:
            seen.append(url)
            if judged:
                self._judge(url)
            answer = self._persistent(url, tally, patience)
            location = answer.header("location")
            if self._gates.may_open(answer):
                continue
            if answer.status not in REDIRECTS or location is None:
                self._answered += 1
                self._met.add(urlsplit(answer.url).netloc)
                return answer
            if answer.header("set-cookie") is not None and answer.url not in gates:
                # Some firewalls set a cookie and redirect to the same address: the first return is no circle.
                gates.add(answer.url)
                seen = [each for each in seen if each != answer.url]
            url = followed(answer.url, location, seen, self._limits.max_redirects, anywhere=not judged)

    def _judge(self, url: str) -> None:
        rules = self._robots.rules(url)
        self._host(url).space(max(rules.delay, self._limits.delay_seconds))
        if not rules.allow(url):
            raise ForbiddenError(
                "robots.txt forbids it",
                where=url,
                advice="Ask the site's owner for an export, or for a written permission: --permission WHO.",
            )

    def _persistent(self, url: str, tally: Tally, patience: Patience) -> Response:
        def is_over(state: tenacity.RetryCallState) -> bool:
            failed = state.outcome.exception() if state.outcome else None
            # A host that was never reached, while another one answers, is one that a page names wrongly.
            astray = bool(self._met) and urlsplit(url).netloc not in self._met
            alive = self._is_alive or astray
            begun = self._answered > 0 or astray
            last = failed.last(patience, alive=alive, begun=begun) if isinstance(failed, AttemptError) else 0
            return 0 < last <= state.attempt_number or state.attempt_number > self._limits.retries

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(AttemptError),
            stop=is_over,
            wait=lambda state: 0.0 if is_over(state) else self._wait(state),
            sleep=self._pause,
            reraise=True,
        )
        try:
            return retrying(self._attempt, url, tally, patience)
        except AttemptError as failed:
            if failed.answer is None:
                raise no_answer(failed, url, alive=self._is_alive) from None
            if failed.answer.status == TOO_MANY or (failed.answer.status in BUSY and patience.attempts is None):
                raise busy(failed.answer, url) from None
            return failed.answer

    def _attempt(self, url: str, tally: Tally, patience: Patience) -> Response:
        try:
            address = httpx2.URL(url)
        except httpx2.InvalidURL:
            raise NetworkError("is no address", where=url) from None
        answer = self._recalled(str(address), tally) or self._asked(address, tally, patience)
        # A busy site asks for a wait.
        check(answer, str(address), self._limits.retry_after_cap_seconds)
        return answer

    def _recalled(self, url: str, tally: Tally) -> Response | None:
        told = self._context.replay.take(url)
        if told is None:
            return None
        self._count(tally, requests=1, received=len(told.raw))
        answer = Response(told.url, status_meant(told.status, told.body), told.headers, told.body)
        self._off_by = answer.nearest(told.at, self._off_by)
        return answer

    def _asked(self, url: httpx2.URL, tally: Tally, patience: Patience) -> Response:
        host = self._host(str(url))
        host.enter(self._pause, self._check)
        begun = time.monotonic()
        verdict: Verdict = "late"
        DEADLINE.set(begun + min(patience.seconds or self._limits.timeout_seconds, self._limits.timeout_seconds))
        HALT.set(self._context.halt)
        try:
            answer = self._exchange(url, tally, patience)
            self._off_by = answer.nearest(datetime.now(UTC), self._off_by)
            taken = time.monotonic() - begun
            self._slowest = max(self._slowest, taken)
            late = taken > self._limits.slow_seconds
            verdict = "busy" if answer.status in BUSY else "late" if late else "well"
        except _TRANSPORT_ERRORS as error:
            verdict = "late" if isinstance(error, TIMEOUTS) else "broken"
            raise AttemptError(None, error) from None
        except TooLargeError:
            verdict = "well"
            raise
        finally:
            host.leave(verdict)
        return answer

    def _host(self, url: str) -> Host:
        return self._context.hosts.of(urlsplit(url).netloc, self._limits.concurrency)

    def _exchange(self, address: httpx2.URL, tally: Tally, patience: Patience) -> Response:
        url = str(address)
        asked_at = datetime.now(UTC)
        self._count(tally, requests=1)
        with self._client.stream("GET", address, headers=self.credentials.headers_for(url)) as response:
            certificates = presented(response)
            patience.check_size(announced(response), url)
            try:
                body = receive(response, self._limits.max_bytes if patience.most is None else patience.most)
            except _TRANSPORT_ERRORS:
                self._count(tally, discarded=1)
                raise
        patience.check_size((patience.most or 0) + bool(body.truncated), url)
        exchange = Exchange(
            url=str(response.request.url),
            requested_at=asked_at,
            request_headers=texts_of(response.request.headers.raw, self.credentials.secret),
            status=response.status_code,
            reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            headers=texts_of(response.headers.raw),
            body=body.raw,
            truncated=body.truncated,
            certificates=certificates,
            file=patience.file,
        )
        with self._lock:
            self._store(exchange)
        self._count(tally, received=len(body.raw))
        meant = status_meant(exchange.status, body.decoded)
        return Response(exchange.url, meant, list(exchange.headers), body.decoded)

    def _count(self, tally: Tally, *, requests: int = 0, received: int = 0, discarded: int = 0) -> None:
        with self._lock:
            for each in (tally, self.total):
                each.requests += requests
                each.bytes += received
                each.discarded += discarded

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Seconds until the next attempt (Retry-After, RFC 9110 section 10.2.3)."""
        failed = state.outcome.exception() if state.outcome else None
        answer = failed.answer if isinstance(failed, AttemptError) else None
        asked = retry_after(answer.header("retry-after") if answer else None)
        if asked is None:
            seconds = min(self._pace.backoff_seconds * 2.0 ** (state.attempt_number - 1), _LONGEST_BACKOFF_SECONDS)
            seconds *= 1 + random.random() if self._pace.jitter else 1  # noqa: S311 - no secret hangs on it
        else:
            seconds = min(asked, self._limits.retry_after_cap_seconds)
        if answer is not None and (answer.status == TOO_MANY or asked is not None):
            # The other threads, and the other crawls, leave the host alone for as long.
            self._host(answer.url).hold(seconds)
        return seconds

    def _check(self) -> None:
        if self._halt.is_set() or self._context.halt.is_set():
            raise StoppedError("the crawl was stopped")

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._check()
        while (left := until - time.monotonic()) > 0:
            self._halt.wait(min(left, _LOOK_SECONDS))
            self._check()
