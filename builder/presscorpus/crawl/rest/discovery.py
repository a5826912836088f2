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

from presscorpus.crawl.http.obstacles import ObstacleError, obstacle
from presscorpus.crawl.http.retries import NoAnswerError, StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.api import HOSTED, NAMESPACE, Api, as_list, as_mapping
from presscorpus.crawl.rest.rows import is_answer, json_in
from presscorpus.errors import AccessError, BlockedError, NetworkError, NotWordPressError, TooOldError

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
_GENERATOR = re.compile(rb"""<meta\b[^<>]{0,500}content=["']WordPress (\d{1,4})\.(\d{1,4})""", re.IGNORECASE)
_SIGNS = (b"/wp-content/", b"/wp-includes/", b"wp-emoji", b"https://api.w.org/")
_HOSTED_ROOT = "https://public-api.wordpress.com/wp/v2/sites/"
_HEAD_BYTES = 1024 * 1024
_NOT_FOUND = 404
_LAST_PORT = 65535
_REFUSED = frozenset({401, 403, 406, 418, 451})
# The first version whose core holds the namespace wp/v2.
_FIRST = (4, 7)
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
    api = _without_index(client, tried, named)
    if api is None:
        raise _explained(address, front, trouble, tried, named=bool(named))
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
        if answered is None or (answered.status == _NOT_FOUND and each.root not in named and not _is_error(answered)):
            continue
        api = Api(answered.url, {})
        for route in ("types", "posts"):
            control = api.url(f"{NAMESPACE}/{route}")
            attempt = _try(client, control)
            value = json_in(attempt.response.body) if attempt.response and is_answer(attempt.response) else None
            is_types = isinstance(value, dict) and "post" in value
            if is_types or (isinstance(value, list) and value and "id" in as_mapping(value[0])):
                return Api(answered.url, {"namespaces": [NAMESPACE]}, control)
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


def _explained(
    address: str, front: Response | None, trouble: NetworkError | None, tried: list[_Tried], *, named: bool
) -> Exception:
    """Why there is no API, as the error to raise."""
    answers = [each.response for each in tried if each.response is not None]
    responses = [*([front] if front else []), *answers]
    if (stopped := _obstructed(address, responses)) is not None:
        return stopped
    if not answers and front is None:
        return trouble or next(each.error for each in tried if each.error)
    if (off := _switched_off(address, answers)) is not None:
        return off
    return _no_api(address, front, responses, named=named)


def _no_api(address: str, front: Response | None, responses: list[Response], *, named: bool) -> Exception:
    """Why no address holds an API, where nothing says so by itself."""
    version = _GENERATOR.search(front.body[:_HEAD_BYTES]) if front else None
    if version is not None and (int(version[1]), int(version[2])) < _FIRST:
        return TooOldError(
            f"is WordPress {int(version[1])}.{int(version[2])}, which has no REST API with {NAMESPACE}",
            where=address,
            advice="WordPress 4.7 was the first with it; ask the site's owner for an export instead.",
        )
    refused = [response.status for response in responses if response.status in _REFUSED]
    if refused and len(refused) == len(responses):
        return BlockedError(
            f"answers {refused[0]} to everything: it refuses the agent presscorpus, or this network, or everybody",
            where=address,
            advice="Open the address in a browser; ask the site's owner to allow that agent, or for an export.",
        )
    if named or refused or version is not None or any(front is not None and sign in front.body for sign in _SIGNS):
        why = f"({refused[0]})" if refused else f"(no JSON comes from {len(responses)} addresses)"
        return BlockedError(
            f"the REST API is switched off, or a block page stands before it {why}",
            where=address,
            advice="Open the address in a browser; ask the site's owner to open the API, or for an export.",
        )
    return NotWordPressError(
        f"answers {responses[0].status}, but shows no sign of WordPress",
        where=address,
        advice="Check the address; a WordPress in a subfolder needs the subfolder named.",
    )


def _obstructed(address: str, responses: list[Response]) -> Exception | None:
    for response in responses:
        found = obstacle(response, expected_json=response is not responses[0])
        if found is not None and found.kind == "password":
            return AccessError(found.what, where=address, advice=found.advice)
        if found is not None:
            return ObstacleError(found.what, where=address, advice=found.advice)
    return None


def _switched_off(address: str, answers: list[Response]) -> Exception | None:
    for response in answers:
        said = json_in(response.body)
        if not isinstance(said, dict):
            continue
        if "code" in said and response.status != _NOT_FOUND:
            return BlockedError(
                f"the REST API is switched off: {response.status} {str(said['code'])[:80]}",
                where=address,
                advice="Ask the site's owner to open it, or for an export.",
            )
    return None
