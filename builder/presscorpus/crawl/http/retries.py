"""Which answers are asked for again, how often, and the error of the last one."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, NamedTuple

import httpcore2
import httpx2
import msgspec

from presscorpus.crawl.http.obstacles import ObstacleError, obstacle
from presscorpus.crawl.http.rate_limit import retry_after
from presscorpus.crawl.http.response import TOO_MANY
from presscorpus.errors import NetworkError, SourceError, reason_of
from presscorpus.observations import mislabelled

if TYPE_CHECKING:
    from presscorpus.crawl.http.response import Response

_UNCONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpcore2.ConnectError, httpcore2.ConnectTimeout)
TIMEOUTS = (httpx2.TimeoutException, httpcore2.TimeoutException)
_NO_TLS = "no TLS"
BUSY = frozenset({TOO_MANY, 503})
# What gateways say of a moment, not of an address: RFC 9110 sections 15.5.9 and 15.6, RFC 8470 section 5.2 (425), and
# Cloudflare's own (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/).
_GATEWAY_ERRORS = frozenset({408, 425, 502, 504, *range(520, 528), 530})
# How often an answer has to come to count as final: 500 once more, errors of gateways more often.
_SERVER_ERROR, _ATTEMPTS_AT_ERROR, _ATTEMPTS_AT_GATEWAY, _ATTEMPTS_AT_SILENCE = 500, 2, 4, 2


class Pace(msgspec.Struct, frozen=True):
    """The wait between attempts: seconds before the second one, doubled each time.

    `jitter` adds up to as much again at random, so that many clients do not come back at one moment.
    """

    backoff_seconds: float = 1.0
    jitter: bool = True


class StoppedError(NetworkError):
    """The crawl was told to stop, by its user or by another request."""


class NoAnswerError(NetworkError):
    """An address gives no whole answer, however often it is asked.

    `alive` tells whether the site answered before, `connected` whether its server was reached at all.
    """

    def __init__(
        self, what: str, *, where: str, advice: str | None = None, alive: bool = False, connected: bool = True
    ) -> None:
        super().__init__(what, where=where, advice=advice)
        self.alive, self.connected = alive, connected


class TooLargeError(NetworkError):
    """A media file is larger than what is taken of it."""


class BusyError(NetworkError):
    """A site stays busy, or asks to be left alone for longer than the limit."""


class Patience(NamedTuple):
    """The time and number of attempts for one request; null for those of the limits.

    `silence` is how often it is tried where a site that answered before gives no whole answer. `file` is the address
    of a media file as an item names it, and `most` how many bytes of it are taken: a larger one is no answer.
    """

    seconds: float | None = None
    attempts: int | None = None
    silence: int = 2
    file: str | None = None
    most: int | None = None

    def check_size(self, size: int, url: str) -> None:
        """Refuse a media file that is too large.

        Args:
            size: How many bytes it has, or at least has.
            url: Its address.

        Raises:
            TooLargeError: It has more than `most`.
        """
        if self.most is not None and size > self.most:
            raise TooLargeError(f"is larger than {self.most:,} bytes", where=url)


class AttemptError(Exception):
    """An attempt that may be repeated: a bad `answer`, or none because of `error`."""

    def __init__(self, answer: Response | None, error: Exception | None = None) -> None:
        super().__init__()
        self.answer, self.error = answer, error

    @property
    def connected(self) -> bool:
        """Whether the server was reached, so that it is the request that failed."""
        return not isinstance(self.error, _UNCONNECTED)

    def last(self, patience: Patience, *, alive: bool, begun: bool) -> int:
        """The number of attempts after which an answer of this kind is final.

        Args:
            patience: Bounds of the request.
            alive: Whether the site answered several times before.
            begun: Whether it answered at all, so that not its whole server is being started.

        Returns:
            At least 1; 0 where only the limits decide.
        """
        if self.answer is None:
            return self._last_silence(patience, alive=alive, begun=begun)
        most = patience.attempts or 0
        if self.answer.status == _SERVER_ERROR:
            return _ATTEMPTS_AT_ERROR
        if self.answer.status in _GATEWAY_ERRORS:
            return min(most or _ATTEMPTS_AT_GATEWAY, _ATTEMPTS_AT_GATEWAY)
        return most if self.answer.status != TOO_MANY else 0

    def _last_silence(self, patience: Patience, *, alive: bool, begun: bool) -> int:
        """The same where no whole answer came."""
        if _is_certificate(self.error):
            return 1
        # Once a site has answered, silence is more likely caused by the request than by chance.
        if patience.seconds is not None and isinstance(self.error, TIMEOUTS):
            return 1 if alive else _ATTEMPTS_AT_SILENCE
        if not begun and self.connected:
            # A connection that is closed, reset, or answered by no HTTP is what a gateway calls 502.
            return max(patience.silence, _ATTEMPTS_AT_GATEWAY)
        return patience.silence if alive or self.connected else patience.attempts or 0


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def check(answer: Response, url: str, longest_wait: float) -> None:
    """Raise what an answer asks for: another attempt, or an end.

    Args:
        answer: An answer of any status.
        url: The address that was asked for.
        longest_wait: Seconds that a Retry-After may ask for.

    Raises:
        AttemptError: It may be better next time.
        BusyError: The site asks for a longer wait, or is down for maintenance.
        ObstacleError: A challenge or a password wall came, which does not go away by itself.
    """
    if answer.status not in BUSY | _GATEWAY_ERRORS and answer.status != _SERVER_ERROR:
        return
    if mislabelled.is_data(answer.status, answer.body):
        return
    if (retry_after(answer.header("retry-after")) or 0) > longest_wait or obstacle(answer) is not None:
        raise busy(answer, url)
    raise AttemptError(answer)


def no_answer(failed: AttemptError, url: str, *, alive: bool) -> NoAnswerError:
    """The error for an address that gave no whole answer.

    Args:
        failed: The last attempt.
        url: The address.
        alive: Whether the site answered before.

    Returns:
        The error, to be raised.
    """
    why, advice = reason(failed.error), "Check the address and the connection, then run the same command again."
    if why.startswith(_NO_TLS):
        advice = f"Begin the address with http:// if the site has no https. {advice}"
    return NoAnswerError(
        f"gives no whole answer: {why}",
        # robots.txt is requested first; the message is about the site, not about that file.
        where=url.removesuffix("robots.txt"),
        advice=advice,
        alive=alive,
        connected=failed.connected,
    )


def busy(answer: Response, url: str) -> SourceError:
    """Make the error of a site that stays busy, or of what blocks it.

    Args:
        answer: The last answer.
        url: The address that was asked for.

    Returns:
        A BusyError, or an ObstacleError for a challenge or a password wall.
    """
    found = obstacle(answer)
    if found is not None:
        if found.kind != "maintenance":
            return ObstacleError(found.what, where=url, advice=found.advice)
        return BusyError(found.what, where=url, advice=found.advice)
    asked = answer.header("retry-after")
    wish = f", and asks to be left alone for {asked[:40]}" if asked and asked.strip("0") else ""
    return BusyError(
        f"answers {answer.status} again and again: it has no time for us{wish}",
        where=url,
        advice="Run the same command again later, with a larger delay_seconds.",
    )


def reason(error: Exception | None) -> str:
    """The message of a failed connection, on one line.

    Args:
        error: What was raised.

    Returns:
        What the system or TLS says, in words, or else the text of the connection's library.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not to be trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"{_NO_TLS}: {(cause.reason or 'the handshake fails').lower().replace('_', ' ')}"
        if isinstance(cause, OSError):
            return reason_of(cause)
        cause = cause.__cause__ or cause.__context__
    return " ".join(str(error).split()) or "the connection ended"
