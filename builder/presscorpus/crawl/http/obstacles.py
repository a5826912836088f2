"""Recognise what blocks a site's API by the marks that it leaves in an answer.

A challenge asks for a browser that runs scripts, a password wall for a login, a maintenance page for patience. Each
has another remedy, so that each has a name and an advice of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from presscorpus.errors import BlockedError

if TYPE_CHECKING:
    from presscorpus.crawl.http.response import Response

_UNAUTHORIZED = 401
CHALLENGED = frozenset({202, 401, 403, 405, 406, 415, 418, 429, 503})
"""Statuses that such pages come with; with 200 only where JSON was expected."""
_DOWN = frozenset({500, 502, 503, 504})
_OK = 200
_HEADERS = {"cf-mitigated": "challenge", "sg-captcha": "challenge", "x-amzn-waf-action": "challenge"}
_HEAD_BYTES = 64 * 1024
_CHALLENGE = re.compile(
    rb"just a moment\.\.\.|challenge-platform|cf-chl-|sgcaptcha|attention required! \| cloudflare|ddos-guard|"
    rb"_incapsula_|imunify360|verify(ing)? (that )?you are (a )?human|are you (a )?(human|robot)|"
    rb"enable javascript and cookies to continue|checking your browser|"
    rb"g-recaptcha|h-captcha|cf-turnstile|within\.website/x/cmd/anubis",
    re.IGNORECASE,
)
# Core's wp_login_form(), which plugins that lock a whole site use as well.
_LOGIN = re.compile(rb"<form\b[^<>]{0,500}\bid=[\"']?loginform\b", re.IGNORECASE)
_MAINTENANCE = re.compile(
    rb"scheduled maintenance|under maintenance|maintenance mode|<title>[^<]*maintenance", re.IGNORECASE
)


class Obstacle(NamedTuple):
    """What blocks the API: a `kind`, what to say of it, and the advice."""

    kind: str
    what: str
    advice: str


class ObstacleError(BlockedError):
    """A challenge or a password wall blocks the API."""


def obstacle(response: Response, *, expected_json: bool = True) -> Obstacle | None:
    """Recognise a challenge, a password wall or a maintenance page.

    Args:
        response: An answer that is not what was asked for.
        expected_json: Whether the address belongs to the API, so that any page of HTML is out of place.

    Returns:
        The obstacle (`kind` is challenge, password or maintenance); null where the answer bears no mark of one.
    """
    realm = (response.header("www-authenticate") or "").lower()
    if response.status == _UNAUTHORIZED and realm.startswith(("basic", "digest")):
        return Obstacle(
            "password",
            f"asks for a user and a password ({response.status}, {realm.split()[0]})",
            "Ask its owner for a login and set PRESSCORPUS_<SITE>_USER and PRESSCORPUS_<SITE>_PASSWORD.",
        )
    head = response.body[:_HEAD_BYTES]
    if urlsplit(response.url).path.endswith("/wp-login.php") or _LOGIN.search(head):
        return Obstacle(
            "password",
            f"shows its login page ({response.status}) to whoever is not logged in",
            "Ask its owner for a login and set PRESSCORPUS_<SITE>_USER and PRESSCORPUS_<SITE>_PASSWORD.",
        )
    marked = any(value in (response.header(name) or "").lower() for name, value in _HEADERS.items())
    may_be = response.status in CHALLENGED or (expected_json and response.status == _OK)
    if marked or (may_be and not _looks_like_json(head) and _CHALLENGE.search(head)):
        return Obstacle(
            "challenge",
            f"a challenge for browsers stands before it ({response.status}): the site checks that a person is asking",
            "Ask its owner to let presscorpus pass, by its User-Agent or this address, or for an export.",
        )
    if response.status in _DOWN and _MAINTENANCE.search(head):
        again = response.header("retry-after")
        return Obstacle(
            "maintenance",
            f"is down for maintenance ({response.status}{f', Retry-After: {again[:40]}' if again else ''})",
            "Run the same command again later.",
        )
    return None


def _looks_like_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}
