"""The HTTP client of one crawl.

Its connections are guarded, and cookies go back only where a wall wants them, and only to the origin that set them.

A crawl is to see what anybody sees who comes for the first time. A cookie of a page that was shown can only change
that: lists follow the language that the front page chose, and the API refuses a session without its nonce. Firewalls
set theirs with a redirect or a refusal, or are known by the names of theirs; a language is none of theirs.

Browsers and cookie libraries leave the port out (RFC 6265 section 8.5). On one host several services may run of
several people, and a site names the address of its API itself: what one sets is none of the other's business. A
Domain attribute widens nothing here.
"""

from __future__ import annotations

import re
import threading
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import TYPE_CHECKING

import httpx2

from presscorpus.crawl.http.credentials import origin_of
from presscorpus.crawl.http.obstacles import CHALLENGED
from presscorpus.crawl.http.redirects import REDIRECTS
from presscorpus.crawl.http.robots import AGENT
from presscorpus.crawl.http.ssrf_guard import GuardedTransport

if TYPE_CHECKING:
    from presscorpus.config.params import Limits

# With a redirect, too, a firewall tells who comes back with its cookie.
_OF_WALLS = CHALLENGED | REDIRECTS
# Cookies of Cloudflare, Imperva, Akamai, DataDome, AWS, DDoS-Guard and Sucuri, whatever they come with.
_WALLS = re.compile(
    r"_?_cf|cf_|incap_ses|visid_incap|nlbi_|ak_bmsc|bm_|_abck|datadome|aws-waf|__ddg|sucuri", re.IGNORECASE
)
# Those of WPML, Polylang, TranslatePress and core: pll_language, wp-wpml_current_language, trp_language, wp_lang.
_LANGUAGE = re.compile("lang|locale", re.IGNORECASE)


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
    """A transport that keeps each origin's cookies apart, and only those of walls.

    They last as long as the crawl.

    Args:
        inner: What sends the requests.
    """

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner
        self._jars: dict[tuple[str, str, int], httpx2.Cookies] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request with the cookies of its origin, and keep those that a wall sets.

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
        told = httpx2.Cookies()
        told.extract_cookies(response)
        for each in told.jar:
            of_wall = response.status_code in _OF_WALLS and not _LANGUAGE.search(each.name)
            if of_wall or _WALLS.match(each.name):
                jar.jar.set_cookie(each)
        return response

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()
