"""robots.txt (RFC 9309, https://www.rfc-editor.org/rfc/rfc9309)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from presscorpus.crawl.http.retries import NoAnswerError
from presscorpus.errors import BlockedError, NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.crawl.http.response import Response

AGENT = "presscorpus"
# RFC 9309 section 2.5: at least so much of a file must be read, and no more need be.
_READ_BYTES = 500 * 1024
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


class ForbiddenError(BlockedError):
    """robots.txt forbids an address, and nobody gave a permission."""


class Rules(NamedTuple):
    """The robots.txt of one origin.

    Its rules, crawl delay in seconds (0 for none), and the sitemaps that it names.
    """

    parsed: Protego | None
    delay: float
    sitemaps: tuple[str, ...] = ()

    def allow(self, url: str) -> bool:
        """Whether presscorpus may request an address.

        Args:
            url: An absolute address of the origin.

        Returns:
            True also where there is no robots.txt.
        """
        return self.parsed is None or bool(self.parsed.can_fetch(url, AGENT))


class Robots:
    """The rules of each origin, read once.

    Args:
        get: Requests an address.
        longest_delay: The longest crawl delay that is obeyed, in seconds.
        permitted: Whether the owner allowed what robots.txt forbids. Its delay holds all the same.
    """

    def __init__(self, get: Callable[[str], Response], longest_delay: float, *, permitted: bool = False) -> None:
        self._get, self._longest, self._permitted = get, longest_delay, permitted
        self._known: dict[str, Rules | NoAnswerError] = {}
        self._lock = threading.Lock()

    def rules(self, url: str) -> Rules:
        """The rules that hold for an address.

        A client error, such as 404, means that there are none (RFC 9309 section 2.3.1.3).

        Args:
            url: An absolute address.

        Returns:
            The rules of its origin.

        Raises:
            NetworkError: robots.txt cannot be had for the server's fault: then all counts as forbidden (section
                2.3.1.4).
        """
        parts = urlsplit(url)
        where = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        with self._lock:
            if where not in self._known:
                try:
                    self._known[where] = self._read(where)
                except NoAnswerError as error:
                    # Of an origin without rules nothing more is requested: each address would wait as long.
                    self._known[where] = error
            known = self._known[where]
        if isinstance(known, NoAnswerError):
            raise known
        return known

    def _read(self, where: str) -> Rules:
        answer = self._get(where)
        if answer.status >= _SERVER_ERROR and not self._permitted:
            raise NetworkError(
                f"answers {answer.status}, so that nobody knows what robots.txt allows",
                where=where,
                advice="Run the same command again later; with the owner's written permission: --permission WHO.",
            )
        kind = answer.header("content-type") or ""
        # WordPress in plain mode answers with its front page.
        if answer.status >= _CLIENT_ERROR or "html" in kind.lower():
            return Rules(None, 0.0)
        parsed = Protego.parse(answer.body[:_READ_BYTES].decode("utf-8-sig", "replace"))
        delay = parsed.crawl_delay(AGENT) or 0.0
        waits = min(max(float(delay), 0.0), self._longest)
        return Rules(None if self._permitted else parsed, waits, tuple(dict.fromkeys(parsed.sitemaps)))
