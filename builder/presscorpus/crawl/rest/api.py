"""A REST API that was found, and the collections that it offers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "wp/v2"
# WordPress.com serves the API of all its sites from one host (https://developer.wordpress.com/docs/api/).
HOSTED = re.compile(r"/wp/v2/sites/[^/]+(?=/|$)")
# The single route beside a list, as WP_REST_Posts_Controller::register_routes writes it.
_SINGLE = re.compile(r"/\(\?P<id>\[?\\?d.*\)$")


class Collection(NamedTuple):
    """One list of items that the API offers.

    `name` is posts:<type>, terms:<taxonomy>, media, users or comments; `route` its path below the API root;
    `parameters` the query parameters that the route says it knows (core ignores others in silence). `largest_page` is
    the maximum of per_page by the index, null where it is silent; `orders_by_id` whether the index allows that order.
    `always` are parameters that every request for it carries.
    """

    name: str
    route: str
    parameters: frozenset[str] = frozenset()
    largest_page: int | None = None
    orders_by_id: bool = True
    always: tuple[tuple[str, str], ...] = ()

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
        """What a list of ids asks of each item: the id, and for posts and media modified_gmt and the permalink."""
        return "id,modified_gmt,link" if self.is_dated else "id"


class Api:
    """A REST API: its root, an absolute address with or without a query, and its decoded index.

    `control` is an address below it that answered.
    """

    def __init__(self, root: str, index: dict[str, Any], control: str | None = None) -> None:
        self.root, self.index, self.control = root, index, control or root

    def url(self, route: str, **parameters: str | int) -> str:
        """The address of a route. Its query is built by editing that of the root.

        In plain mode the route is itself a parameter (`?rest_route=/wp/v2/posts`), so that appending text would
        swallow what follows.
        """
        parts = urlsplit(self.root)
        if HOSTED.search(parts.path):
            route = route.removeprefix(f"{NAMESPACE}/")
        query = parse_qsl(parts.query, keep_blank_values=True)
        path = parts.path
        if any(key == "rest_route" for key, _ in query):
            query = [(key, f"{value.rstrip('/')}/{route}" if key == "rest_route" else value) for key, value in query]
        else:
            path = f"{path.rstrip('/')}/{quote(route)}"
        query += [(key, str(value)) for key, value in parameters.items()]
        return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query, quote_via=quote, safe="/,:"), ""))

    def collection(self, name: str, route: str) -> Collection:
        """A collection, with what the index says of its route (WP_REST_Server::get_data_for_route)."""
        args: dict[str, Any] = {}
        for endpoint in as_list(self._described(route).get("endpoints")):
            if "GET" in as_list(as_mapping(endpoint).get("methods")):
                args |= as_mapping(as_mapping(endpoint).get("args"))
        most = as_mapping(args.get("per_page")).get("maximum")
        allowed = as_mapping(args.get("orderby")).get("enum")
        return Collection(
            name,
            route,
            frozenset(args),
            most if isinstance(most, int) and most > 0 else None,
            orders_by_id=not isinstance(allowed, list) or "id" in allowed,
        )

    def list_routes(self) -> Iterator[str]:
        """Routes of wp/v2 that have a single route beside them: lists of items, whatever they are called."""
        routes = as_mapping(self.index.get("routes"))
        lists = {_SINGLE.sub("", route) for route in routes if _SINGLE.search(route)}
        for route in sorted(lists & routes.keys()):
            if route.startswith(f"/{NAMESPACE}/") and "(" not in route and not HOSTED.match(route):
                yield route.strip("/")

    def _described(self, route: str) -> dict[str, Any]:
        routes = as_mapping(self.index.get("routes"))
        # WordPress.com names the routes of a site below /wp/v2/sites/<site>.
        hosted = next((each for each in routes if HOSTED.match(each) and each.endswith(route[len(NAMESPACE) :])), "")
        return as_mapping(routes.get(f"/{route}") or routes.get(hosted))


def as_mapping(value: Any) -> dict[str, Any]:
    """A JSON object; empty where it is none. PHP writes an empty mapping as a list."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A JSON list; empty where it is none."""
    return value if isinstance(value, list) else []
