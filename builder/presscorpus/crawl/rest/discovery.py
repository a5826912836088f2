"""Find the REST API of a site.

The handbook page is https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/. The front page names the
API root in a Link header and in a `<link>` element. Many sites take that away, name a domain that is gone, or redirect
the front page; so the roots that follow from the address are tried as well, the deepest folder first. An answer counts
only when it is the API's index: a WordPress in plain mode answers 200 and HTML for `/wp-json/`. Where the index itself
is closed, the list of post types tells whether the API answers.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import httpx2

from presscorpus.crawl.http.retries import BusyError, NoAnswerError, StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.api import HOSTED, NAMESPACE, Api, as_list, as_mapping
from presscorpus.crawl.rest.no_api import explained
from presscorpus.crawl.rest.rows import is_answer, json_in
from presscorpus.errors import NetworkError, TooOldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response

_LINK_HEADER = re.compile(
    r"""<([^<>]{1,2000})>\s*;(?:[^,<"']|"[^"<]{0,200}"|'[^'<]{0,200}'){0,200}?\brel=["']?https://api\.w\.org/["']?""",
    re.IGNORECASE,
)
_LINK_ELEMENT = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(rel|href|hreflang)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HOSTED_ROOT = "https://public-api.wordpress.com/wp/v2/sites/"
_HEAD_BYTES = 1024 * 1024
_NOT_FOUND = 404
_LAST_PORT = 65535
_MOST_FOLDERS = 6


class Found(NamedTuple):
    """An API, and the languages that the front page links: addresses by hreflang."""

    api: Api
    languages: dict[str, str]


class _Tried(NamedTuple):
    """A root that was tried: what it answered, or why nothing came."""

    root: str
    response: Response | None
    error: NetworkError | None = None

    @property
    def is_broken(self) -> bool:
        """Whether a server is there that cannot answer for this address.

        As opposed to one that says what it has.
        """
        return isinstance(self.error, BusyError) or (isinstance(self.error, NoAnswerError) and self.error.connected)


def discover(client: Client, address: str) -> Found:
    """Find the API of the site at an address.

    Args:
        client: The site's client.
        address: Any address of the site, as its user named it.

    Returns:
        The API whose root answers.

    Raises:
        NotWordPressError: The address answers, and nothing there is WordPress.
        TooOldError: A WordPress without the routes of wp/v2.
        BlockedError: The API is switched off, or something stands before it.
        AccessError: The web server asks for a user and a password.
        NetworkError: The site gives no answer.
    """
    front, trouble = _front(client, address)
    if front is not None and (index := _index(front)) is not None:
        return Found(_judged(Api(front.url, index), address), {})
    named = list(dict.fromkeys(_announced(front))) if front else []
    tried: list[_Tried] = []
    for root in dict.fromkeys((*named, *_guessed(dict.fromkeys([address, *([front.url] if front else [])])))):
        attempt = _try(client, root)
        tried.append(attempt)
        if attempt.response is not None and (index := _index(attempt.response)) is not None:
            # Where a redirect led to the canonical host, that one is asked from now on.
            return Found(_judged(Api(attempt.response.url, index), address), _languages(front))
        # An index of many routes may be more than its server can give; asked at once, since other roots wait as long.
        if attempt.is_broken and (api := _below(client, root, ("types",))) is not None:
            return Found(api, _languages(front))
    api = _without_index(client, tried, named)
    if api is None:
        answers = [each.response for each in tried if each.response is not None]
        error = trouble or next((each.error for each in tried if each.error), None)
        raise explained(address, front, answers, error, named=bool(named))
    return Found(api, _languages(front))


def _front(client: Client, address: str) -> tuple[Response | None, NetworkError | None]:
    """The front page; null, and why, where another address may still answer."""
    try:
        return client.get(address), None
    except StoppedError:
        raise
    except NoAnswerError as error:
        # No other address of a server that cannot be reached gives more.
        if not error.alive and (error.where != address or not error.connected):
            raise
        return None, error
    except NetworkError as error:
        if error.where is not None and urlsplit(error.where).path == "/robots.txt":
            raise
        return None, error


def _try(client: Client, root: str) -> _Tried:
    try:
        return _Tried(root, client.get(root))
    except ForbiddenError:
        # A site that forbids /wp-json/ forbids its API, under every address.
        if "wp-json" in root:
            raise
        return _Tried(root, None)
    except StoppedError:
        raise
    except NetworkError as error:
        return _Tried(root, None, error)


def _without_index(client: Client, tried: list[_Tried], named: list[str]) -> Api | None:
    """An API whose index is closed or broken, but not its list of types or of posts."""
    for each in tried:
        answered = each.response
        if answered is None:
            api = _below(client, each.root, ("posts",)) if each.is_broken else None
        elif answered.status == _NOT_FOUND and each.root not in named and not _is_error(answered):
            continue
        else:
            api = _below(client, answered.url, ("types", "posts"))
        if api is not None:
            return api
    return None


def _below(client: Client, root: str, routes: tuple[str, ...]) -> Api | None:
    """The API at a root, where one of these routes answers as it does."""
    for route in routes:
        control = Api(root, {}).url(f"{NAMESPACE}/{route}")
        attempt = _try(client, control)
        value = json_in(attempt.response.body) if attempt.response and is_answer(attempt.response) else None
        is_types = isinstance(value, dict) and "post" in value
        if is_types or (isinstance(value, list) and value and "id" in as_mapping(value[0])):
            return Api(root, {"namespaces": [NAMESPACE]}, control)
    return None


def _is_error(response: Response) -> bool:
    """Whether an answer is an error that the API itself gives."""
    said = json_in(response.body)
    return isinstance(said, dict) and "code" in said


def _elements(front: Response | None) -> Iterator[dict[str, str]]:
    for element in _LINK_ELEMENT.findall(front.body[:_HEAD_BYTES]) if front else ():
        yield {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(element.decode("utf-8", "replace"))
        }


def _announced(front: Response) -> Iterator[str]:
    for name, value in front.headers:
        if name.lower() == "link":
            yield from _resolved(front.url, _LINK_HEADER.findall(value))
    for attributes in _elements(front):
        if "https://api.w.org/" in attributes.get("rel", "").split() and "href" in attributes:
            yield from _resolved(front.url, [attributes["href"]])


def _languages(front: Response | None) -> dict[str, str]:
    """The page in other languages (https://html.spec.whatwg.org/#rel-alternate)."""
    return {
        attributes["hreflang"].lower(): address
        for attributes in _elements(front)
        if front and attributes.get("hreflang", "x-default").lower() != "x-default" and "href" in attributes
        for address in _resolved(front.url, [attributes["href"]])
    }


def _resolved(base: str, references: Iterable[str]) -> Iterator[str]:
    """The addresses that a page names.

    With https where the page has it; without those that are none.

    Sites behind a proxy may name them with http.
    """
    for reference in references:
        try:
            named = httpx2.URL(base).join(reference)
        except (httpx2.InvalidURL, ValueError):
            continue
        if (named.port or 0) <= _LAST_PORT:
            yield str(
                named.copy_with(scheme="https") if base.startswith("https:") and named.scheme == "http" else named
            )


def _guessed(addresses: Iterable[str]) -> Iterator[str]:
    """The roots that get_rest_url() makes, in each folder, the deepest first."""
    below = [
        urlunsplit((parts.scheme, parts.netloc, folder, "", ""))
        for parts in map(urlsplit, addresses)
        for folder in _folders(parts.path)
    ]
    for path in ("wp-json/", "index.php/wp-json/", "?rest_route=/", "index.php?rest_route=/"):
        yield from (folder + path for folder in dict.fromkeys(below))
    for host in dict.fromkeys(urlsplit(address).hostname or "" for address in addresses):
        if host.endswith(".wordpress.com"):
            yield f"{_HOSTED_ROOT}{host}/"


def _folders(path: str) -> Iterator[str]:
    names = [name for name in path.split("/") if name][:_MOST_FOLDERS]
    for count in range(len(names), -1, -1):
        if not count or "." not in names[count - 1]:
            yield "/".join(["", *names[:count], ""])


def _index(response: Response) -> dict[str, Any] | None:
    if not is_answer(response):
        return None
    value = json_in(response.body)
    if not isinstance(value, dict) or "routes" not in value:
        return None
    if "namespaces" not in value and HOSTED.search(urlsplit(response.url).path):
        # The index of one namespace, which is what WordPress.com has for a site.
        return value | {"namespaces": [value.get("namespace", NAMESPACE)]}
    return value if "namespaces" in value else None


def _judged(api: Api, address: str) -> Api:
    spaces = as_list(api.index.get("namespaces"))
    if NAMESPACE in spaces or any(each.startswith(f"/{NAMESPACE}") for each in as_mapping(api.index.get("routes"))):
        return api
    raise TooOldError(
        f"has a REST API, but without {NAMESPACE}",
        where=address,
        advice="WordPress 4.7 was the first with it; ask the site's owner for an export instead.",
    )
