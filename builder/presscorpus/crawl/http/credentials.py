"""Credentials for sites with restricted access, from the environment.

For the site `my-news` they are PRESSCORPUS_MY_NEWS_USER and _PASSWORD (an application password of WordPress, or what
the web server asks for), _COOKIES (`name=value; other=value`), _HEADERS (one `Name: value` a line) and _PROXY;
PRESSCORPUS_PROXY holds for all sites. They go to the site's own scheme, host and port and nowhere else.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from presscorpus.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from presscorpus.config.params import Site

_PORTS = {"http": 80, "https": 443}


class Credentials(NamedTuple):
    """Headers for one origin (scheme, host, port), and the proxy of the whole crawl."""

    origin: tuple[str, str, int] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    proxy: str | None = None

    def headers_for(self, url: str) -> dict[str, str]:
        """The headers for a request.

        Args:
            url: Its address.

        Returns:
            None, unless the address is at the very origin that they were named for.
        """
        return dict(self.headers) if self.headers and origin_of(url) == self.origin else {}

    @property
    def secret(self) -> frozenset[str]:
        """The names of these headers, in lower case, whose values are not archived."""
        return frozenset(name.lower() for name, _ in self.headers)

    @property
    def is_login(self) -> bool:
        """Whether a user and password are among them."""
        return "authorization" in self.secret


def credentials(site: Site, environment: Mapping[str, str] | None = None) -> Credentials:
    """Read the credentials of a site from the environment.

    Args:
        site: The site.
        environment: The environment; null for that of the process.

    Returns:
        The credentials; without headers where none are set.

    Raises:
        AccessError: A password has no user, a header no name, or the address is plain http on the open internet, where
            everybody on the way could read them.
    """
    environment = os.environ if environment is None else environment
    prefix = f"PRESSCORPUS_{site.name.upper().replace('-', '_')}"

    def named(what: str) -> str:
        return environment.get(f"{prefix}_{what}", "").strip()

    headers = []
    if named("USER") or named("PASSWORD"):
        if not (named("USER") and named("PASSWORD")):
            raise AccessError("a user and a password go together", where=f"{prefix}_USER, {prefix}_PASSWORD")
        pair = f"{named('USER')}:{named('PASSWORD')}".encode()
        headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
    if named("COOKIES"):
        headers.append(("Cookie", named("COOKIES")))
    for line in named("HEADERS").splitlines():
        name, colon, value = line.partition(":")
        if not colon or not name.strip().isascii() or " " in name.strip():
            raise AccessError("a header is written as `Name: value`", where=f"{prefix}_HEADERS")
        headers.append((name.strip(), value.strip()))
    origin = origin_of(site.address)
    if headers and origin[0] == "http" and not site.allow_private:
        raise AccessError(
            "credentials would be readable on the way: its address is http",
            where=site.name,
            advice="Name its https address in params.yaml.",
        )
    return Credentials(
        origin, tuple(headers), named("PROXY") or environment.get("PRESSCORPUS_PROXY", "").strip() or None
    )


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address.

    Args:
        url: An absolute address.

    Returns:
        The origin (https://html.spec.whatwg.org/#origin), with the default port where none is written.
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
