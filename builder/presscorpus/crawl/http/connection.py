"""The HTTP client of one crawl.

Its connections are guarded, and cookies go back only to the origin that set them.

Browsers and cookie libraries leave the port out (RFC 6265 section 8.5). On one host several services may run of
several people, and a site names the address of its API itself: what one sets is none of the other's business. A
Domain attribute widens nothing here.
"""

from __future__ import annotations

import threading
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import TYPE_CHECKING

import httpx2

from presscorpus.crawl.http.credentials import origin_of
from presscorpus.crawl.http.robots import AGENT
from presscorpus.crawl.http.ssrf_guard import GuardedTransport

if TYPE_CHECKING:
    from presscorpus.config.params import Limits


def connect(limits: Limits, *, contact: str | None, allow_private: bool, proxy: str | None) -> httpx2.Client:
    """Make the client of a crawl; nothing is sent yet.

    Args:
        limits: The limits of params.yaml.
        contact: Where the crawler's owner is reached, which the User-Agent says; null for nothing.
        allow_private: Whether addresses may be asked that are not of the open internet.
        proxy: The address of a proxy, null for none.

    Returns:
        A client that follows no redirects and takes no settings from the environment.

    Raises:
        UsageError: The proxy is no http address.
    """
    guarded = GuardedTransport(allow_private=allow_private, connections=limits.concurrency, proxy=proxy)
    about = f" (+{contact})" if contact else ""
    return httpx2.Client(
        transport=CookiesByOrigin(guarded),
        # The client's own jar is of no one origin: it takes none.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "User-Agent": f"{AGENT}/{version('presscorpus')}{about}",
            "Accept": "application/json, text/html;q=0.5, */*;q=0.1",
            "Accept-Encoding": "gzip",
        },
        timeout=limits.timeout_seconds,
        follow_redirects=False,
        trust_env=False,
    )


class CookiesByOrigin(httpx2.BaseTransport):
    """A transport that keeps the cookies of each origin apart.

    They last as long as the crawl.

    Args:
        inner: What sends the requests.
    """

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner
        self._jars: dict[tuple[str, str, int], httpx2.Cookies] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request with the cookies of its origin, and keep what the answer sets.

        Args:
            request: The request; a Cookie header that it has already stays as it is.

        Returns:
            The answer.

        Raises:
            NetworkError: For an address that is refused, and whatever httpcore2 raises.
        """
        with self._lock:
            jar = self._jars.setdefault(origin_of(str(request.url)), httpx2.Cookies())
        jar.set_cookie_header(request)
        response = self._inner.handle_request(request)
        # Only with its request does a response know which cookies it may set.
        response.request = request
        jar.extract_cookies(response)
        return response

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()
