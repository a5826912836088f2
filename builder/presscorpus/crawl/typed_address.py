"""The address of a site, from what a person types or pastes."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from presscorpus.errors import BlockedError, NetworkError, TooOldError, UsageError
from presscorpus.lazy import lazy
from presscorpus.storage.location import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import presscorpus.crawl.http.client as http_client
    from presscorpus.config import settings
    from presscorpus.crawl.html_pages import addresses
    from presscorpus.crawl.http import retries
    from presscorpus.crawl.rest import discovery
    from presscorpus.crawl.rest.api import Api
else:
    settings = lazy("presscorpus.config.settings")
    http_client = lazy("presscorpus.crawl.http.client")
    addresses = lazy("presscorpus.crawl.html_pages.addresses")
    retries = lazy("presscorpus.crawl.http.retries")
    discovery = lazy("presscorpus.crawl.rest.discovery")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}\.?|localhost", re.IGNORECASE)
# Parts of WordPress that people paste: the REST API, the dashboard and the login page.
_WITHIN = re.compile(r"(?:/index\.php)?/wp-json(?:/.*)?$|/wp-admin(?:/.*)?$|/wp-login\.php$|/index\.php$")
# The shapes of an API root below its site, as `get_rest_url()` makes them.
_ROOT = re.compile(r"(?:index\.php/)?wp-json/?$|index\.php$")
_TLS_PORT, _OK = 443, 200
_LIKE = "Type it like https://example.org."
_FILES = frozenset({"json", "jsonl", "ndjson", "warc", "wacz", "gz", "zst", "xml", "html", "csv", "txt", "har", "tar"})


def is_address(text: str) -> bool:
    """Whether a text is meant as an address and not as a file.

    It has a scheme, or begins with a host.

    Args:
        text: What was typed.

    Returns:
        Whether it is. Host names do not end like the names of the files that are read: no such ending is in
        https://www.iana.org/domains/root/db.
    """
    if _SCHEME.match(text):
        return True
    host = _host(text)
    if host is None:
        return False
    try:
        ip_address(host)
    except ValueError:
        return _HOST.fullmatch(host) is not None and host.rpartition(".")[2] not in _FILES
    return True


def named(text: str) -> str:
    """Read the address of a site whose captures are files, which is not asked.

    Args:
        text: What was typed, as `example.org` or `https://example.org/blog/`.

    Returns:
        An absolute address, of https where no scheme is typed.

    Raises:
        UsageError: The text is no http or https address.
    """
    if not is_address(text):
        raise UsageError("is no http(s) address", where=shown(text), advice=_LIKE)
    list(_candidates(text))
    return text if _SCHEME.match(text) else f"https://{text}"


def settle(
    text: str,
    *,
    contact: str | None = None,
    allow_private: bool = False,
    permission: str | None = None,
    look: bool = False,
) -> str:
    """Find the address of the site that a typed address belongs to.

    The front page of a host is taken as it is, unless `look`. Anything else, and an address without a scheme, is asked:
    the page names the REST API (https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/), and that its
    site.

    Args:
        text: What was typed, as `example.org`, `127.0.0.1:8080` or `https://example.org/2024/05/a-post/`.
        contact: Contact for the site's owner, sent in the user agent.
        allow_private: Whether the site may lie on a private or loopback address.
        permission: Who allowed in writing what robots.txt forbids; null where nobody did.
        look: Whether the front page of a host is asked, too, whether it is one of a WordPress site.

    Returns:
        An absolute address.

    Raises:
        UsageError: The text is no http or https address.
        SourceError: No address that it can mean is one of a WordPress site that answers.
    """
    candidates = list(_candidates(text))
    parts = urlsplit(candidates[0])
    if not look and len(candidates) == 1 and parts.path in {"", "/"} and not parts.query:
        return candidates[0]
    failed: NetworkError | None = None
    for address in candidates:
        try:
            return _asked(address, contact=contact, allow_private=allow_private, permitted=permission is not None)
        except NetworkError as error:
            # Whoever answered says most, then the likeliest address: the others are guesses.
            answered = not isinstance(error, retries.NoAnswerError)
            if failed is None or (answered and isinstance(failed, retries.NoAnswerError)):
                failed = error
    raise failed or UsageError("is no address", where=shown(text))


def _asked(address: str, *, contact: str | None, allow_private: bool, permitted: bool) -> str:
    with http_client.Client(
        lambda _: None, settings.Limits(retries=1), contact=contact, allow_private=allow_private, permitted=permitted
    ) as client:
        try:
            return site_of(discovery.discover(client, address).api, address)
        except (BlockedError, TooOldError):
            # The API is closed, and the pages may be open.
            page = client.get(address)
            if page.status != _OK:
                raise
            home = addresses.home_of(address, page)
            return f"{home.root}{home.folder}"


def site_of(api: Api, address: str) -> str:
    """The address of the site that an API root belongs to.

    Args:
        api: The API.
        address: What was asked for.

    Returns:
        The site's address; `address` where the root does not show it.
    """
    parts = urlsplit(api.root)
    folder = parts.path[: parts.path.rfind("/") + 1] if "rest_route" in parts.query else _ROOT.sub("", parts.path)
    if not folder.endswith("/") or folder == parts.path != "/":
        return address
    return urlunsplit((parts.scheme, parts.netloc, folder, "", ""))


def _host(text: str) -> str | None:
    try:
        return urlsplit(f"//{text}").hostname
    except ValueError:
        return None


def _candidates(text: str) -> Iterator[str]:
    """The addresses that a text can mean, the likeliest first."""
    named = bool(_SCHEME.match(text))
    try:
        parts = urlsplit(text if named else f"//{text}")
        port = parts.port
    except ValueError:
        raise UsageError("is no address: its host or port cannot be read", where=shown(text)) from None
    if parts.scheme not in {"", "http", "https"} or not parts.hostname:
        raise UsageError("is no http(s) address", where=shown(text), advice=_LIKE)
    # Of the query only the parameter stays that names a page of a site without permalinks.
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key in {"p", "page_id"}])
    path = _WITHIN.sub("/", parts.path)
    guessed = ["https", "http"] if port in {None, _TLS_PORT} else ["http", "https"]
    schemes = [parts.scheme] if named else guessed
    for scheme in schemes:
        yield urlunsplit((scheme, parts.netloc, path or ("/" if not named else ""), query, ""))
