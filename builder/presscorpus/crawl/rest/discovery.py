"""Finding the REST API of a site: handbook page https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/.

The front page names the API root in a Link header and in a `<link>` element; where it does not, the root has one of
three shapes, which follow from the site's permalink setting. What looks like an answer is believed only when it is the
API's index: a WordPress in plain mode answers 200 and HTML for `/wp-json/`.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import httpx2

from presscorpus.crawl.rest.rows import json_in
from presscorpus.errors import BlockedError, NetworkError, NotWordPressError, TooOldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Answer

NAMESPACE = "wp/v2"
_LINK_HEADER = re.compile(r'<([^<>]{1,2000})>\s*;[^,<]{0,200}\brel="?https://api\.w\.org/"?')
_LINK_ELEMENT = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_GENERATOR = re.compile(rb"""<meta\b[^<>]{0,500}content=["']WordPress (\d+)\.(\d+)""", re.IGNORECASE)
_SIGNS = (b"/wp-content/", b"/wp-includes/", b"wp-emoji", b"https://api.w.org/")
# WordPress.com serves the API of all its sites from one host (https://developer.wordpress.com/docs/api/).
_HOSTED = re.compile(r"/wp/v2/sites/[^/]+(?=/|$)")
_HOSTED_ROOT = "https://public-api.wordpress.com/wp/v2/sites/"
_HEAD_BYTES = 1024 * 1024
_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_REFUSED = frozenset({_UNAUTHORIZED, _FORBIDDEN, 406, 418, 451})
# The first version whose core holds the namespace wp/v2.
_FIRST = (4, 7)
# What the block editor keeps in the database: public by route, content to nobody.
_EDITOR_TYPES = frozenset({"attachment", "nav_menu_item", "custom_css", "customize_changeset", "oembed_cache"})
_EDITOR_TAXONOMIES = frozenset({"nav_menu", "link_category"})


# A pattern, or a path that leads out of the API.
_NO_ROUTE = re.compile(r"\(|(?:^|/)\.{1,2}(?:/|$)")


class Collection(NamedTuple):
    """One list of items that the API offers.

    `name` is posts:<type>, terms:<taxonomy>, media, users or comments; `route` its path below the API root;
    `parameters` the query parameters that the route says it knows (core ignores others in silence).
    """

    name: str
    route: str
    parameters: frozenset[str]

    def knows(self, parameter: str) -> bool:
        """Whether the route takes a query parameter; any, where the index tells nothing of the route."""
        return not self.parameters or parameter in self.parameters

    def states(self, parameter: str) -> bool:
        """Whether the index says that the route takes a query parameter."""
        return parameter in self.parameters

    @property
    def is_dated(self) -> bool:
        """Whether its items say when they were modified: posts of all types and media, not terms, users, comments."""
        return self.name.startswith(("posts:", "media"))

    @property
    def fields(self) -> str:
        """What a sweep asks of each item: the id, and where it is known when it was modified, with the permalink."""
        return "id,modified_gmt,link" if self.is_dated else "id"


class Api:
    """A REST API that was found: its root, and what its index says.

    `root` is an absolute address, with or without a query; `index` the decoded index.
    """

    def __init__(self, root: str, index: dict[str, Any]) -> None:
        self.root, self.index = root, index

    def url(self, route: str, **parameters: str | int) -> str:
        """The address of a route. Its query is built by editing that of the root.

        In plain mode the route is itself a parameter (`?rest_route=/wp/v2/posts`), so that appending text would
        swallow what follows.
        """
        parts = urlsplit(self.root)
        if _HOSTED.search(parts.path):
            route = route.removeprefix(f"{NAMESPACE}/")
        query = parse_qsl(parts.query, keep_blank_values=True)
        path = parts.path
        if any(key == "rest_route" for key, _ in query):
            query = [(key, f"{value.rstrip('/')}/{route}" if key == "rest_route" else value) for key, value in query]
        else:
            path = f"{path.rstrip('/')}/{quote(route)}"
        query += [(key, str(value)) for key, value in parameters.items()]
        return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query, quote_via=quote, safe="/,:"), ""))

    def parameters(self, route: str) -> frozenset[str]:
        """The query parameters that a route takes with GET, from the index (WP_REST_Server::get_data_for_route)."""
        found: set[str] = set()
        routes = _mapping(self.index.get("routes"))
        # WordPress.com names the routes of a site below /wp/v2/sites/<site>.
        hosted = next((each for each in routes if _HOSTED.match(each) and each.endswith(route[len(NAMESPACE) :])), "")
        known = _mapping(routes.get(f"/{route}") or routes.get(hosted))
        for endpoint in _list(known.get("endpoints")):
            if "GET" in _list(_mapping(endpoint).get("methods")):
                found.update(_mapping(_mapping(endpoint).get("args")))
        return frozenset(found)


def discover(client: Client, address: str) -> Api:
    """Find the API of the site at an address.

    Raises NotWordPressError, TooOldError, BlockedError, NetworkError.
    """
    front = client.get(address)
    if (index := _index(front)) is not None:
        return _judged(Api(front.url, index), address)
    named = list(dict.fromkeys(_announced(front)))
    tried: list[Answer] = []
    for root in dict.fromkeys((*named, *_guessed(front.url))):
        try:
            answer = client.get(root)
        except NetworkError:
            if root in named:
                raise
            continue
        if (index := _index(answer)) is not None:
            # Where a redirect led to the canonical host, that one is asked from now on.
            return _judged(Api(answer.url, index), address)
        tried.append(answer)
    raise _explained(address, front, tried, named=bool(named))


def collections(client: Client, api: Api, *, users: bool, comments: bool) -> Iterator[Collection]:
    """Every public collection: all post types and taxonomies with a route, media, and the others if wanted.

    The block editor's own types and taxonomies (wp_*, menus) are left out. Raises BlockedError when the lists
    of types and taxonomies are refused.
    """
    for kind, listed, left_out in (("posts", "types", _EDITOR_TYPES), ("terms", "taxonomies", _EDITOR_TAXONOMIES)):
        answer = client.get(api.url(f"{NAMESPACE}/{listed}"))
        known = json_in(answer.body)
        if answer.status != _OK or not isinstance(known, dict):
            raise BlockedError(
                f"answers {answer.status} where its {listed} should be listed",
                where=answer.url,
                advice="The API is open in part only; ask the site's owner to allow it.",
            )
        for slug, described in known.items():
            base = _mapping(described).get("rest_base") or slug
            if slug in left_out or slug.startswith("wp_") or not isinstance(base, str) or _NO_ROUTE.search(base):
                continue
            # rest_namespace: since WordPress 5.9, WP_REST_Post_Types_Controller::prepare_item_for_response.
            route = f"{_mapping(described).get('rest_namespace') or NAMESPACE}/{base}"
            yield Collection(f"{kind}:{slug}", route, api.parameters(route))
        if kind == "posts" and "attachment" in known:
            yield _core(api, "media")
    if users:
        yield _core(api, "users")
    if comments:
        yield _core(api, "comments")


def _core(api: Api, name: str) -> Collection:
    return Collection(name, f"{NAMESPACE}/{name}", api.parameters(f"{NAMESPACE}/{name}"))


def _announced(front: Answer) -> Iterator[str]:
    for name, value in front.headers:
        if name.lower() == "link":
            yield from (_resolved(front.url, found) for found in _LINK_HEADER.findall(value))
    for element in _LINK_ELEMENT.findall(front.body[:_HEAD_BYTES]):
        attributes = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(element.decode("utf-8", "replace"))
        }
        if "https://api.w.org/" in attributes.get("rel", "").split() and "href" in attributes:
            yield _resolved(front.url, attributes["href"])


def _resolved(base: str, reference: str) -> str:
    """The root that a front page names. Sites behind a proxy may name it with http; what began safe stays safe."""
    try:
        root = httpx2.URL(base).join(reference)
    except (httpx2.InvalidURL, ValueError):
        raise NetworkError("names an API root that is no address", where=base) from None
    return str(root.copy_with(scheme="https") if base.startswith("https:") and root.scheme == "http" else root)


def _guessed(front: str) -> Iterator[str]:
    """The three shapes that get_rest_url() makes, below the front page (which may lie in a subfolder), and a host's."""
    parts = urlsplit(front)
    folder = parts.path[: parts.path.rfind("/") + 1] or "/"
    for path, query in (("wp-json/", ""), ("index.php/wp-json/", ""), ("index.php", "rest_route=/")):
        yield urlunsplit((parts.scheme, parts.netloc, folder + path, query, ""))
    if (parts.hostname or "").endswith(".wordpress.com"):
        yield f"{_HOSTED_ROOT}{parts.hostname}/"


def _index(answer: Answer) -> dict[str, Any] | None:
    if answer.status != _OK:
        return None
    value = json_in(answer.body)
    if not isinstance(value, dict) or "routes" not in value:
        return None
    if "namespaces" not in value and _HOSTED.search(urlsplit(answer.url).path):
        # The index of one namespace, which is what WordPress.com has for a site.
        return value | {"namespaces": [value.get("namespace", NAMESPACE)]}
    return value if "namespaces" in value else None


def _judged(api: Api, address: str) -> Api:
    if NAMESPACE not in _list(api.index.get("namespaces")):
        raise TooOldError(
            f"has a REST API, but without {NAMESPACE}",
            where=address,
            advice="WordPress 4.7 was the first with it; ask the site's owner for an export instead.",
        )
    return api


def _explained(address: str, front: Answer, tried: list[Answer], *, named: bool) -> Exception:
    """Why there is no API, as the error to raise."""
    for answer in tried:
        said = json_in(answer.body)
        if isinstance(said, dict) and "code" in said and answer.status != _NOT_FOUND:
            return BlockedError(
                f"the REST API is switched off: {answer.status} {str(said['code'])[:80]}",
                where=address,
                advice="Ask the site's owner to open it, or for an export.",
            )
    version = _GENERATOR.search(front.body[:_HEAD_BYTES])
    if version is not None and (int(version[1]), int(version[2])) < _FIRST:
        return TooOldError(
            f"is WordPress {int(version[1])}.{int(version[2])}, which has no REST API with {NAMESPACE}",
            where=address,
            advice="WordPress 4.7 was the first with it; ask the site's owner for an export instead.",
        )
    refused = [answer.status for answer in (front, *tried) if answer.status in _REFUSED]
    if named or refused or version is not None or any(sign in front.body for sign in _SIGNS):
        why = f"({refused[0]})" if refused else "(no JSON comes from any of its addresses)"
        return BlockedError(
            f"the REST API is switched off, or a block page stands before it {why}",
            where=address,
            advice="Open the address in a browser; ask the site's owner to open the API, or for an export.",
        )
    return NotWordPressError(
        f"answers {front.status}, but shows no sign of WordPress",
        where=address,
        advice="Check the address; a WordPress in a subfolder needs the subfolder named.",
    )


def _mapping(value: Any) -> dict[str, Any]:
    """PHP writes an empty mapping as a list."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
