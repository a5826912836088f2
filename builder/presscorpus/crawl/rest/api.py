"""A REST API that was found, and the collections that it offers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from presscorpus.observations import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "wp/v2"
# WordPress.com serves the API of all its sites from one host (https://developer.wordpress.com/docs/api/).
HOSTED = re.compile(r"/wp/v2/sites/[^/]+(?=/|$)")
# The single route beside a list, as WP_REST_Posts_Controller::register_routes writes it.
_SINGLE = re.compile(r"/\(\?P<id>\[?\\?d.*\)$")
# A namespace, the base of a list, and perhaps an item's number.
_ROUTE = re.compile(r".*?/([a-z0-9_.-]+/v\d[\d.]*/.*?)(?:/\d+)?/?")
_NUMBER = re.compile(r"/\d+/?$")
# WP_REST_Posts_Controller::get_collection_params: what sets a list of posts apart from other lists.
_OF_POSTS = frozenset({"page", "per_page", "include", "slug", "status", "after"})
# WooCommerce: the same parameters, and for shop managers only.
_FOR_MANAGERS = "/wc"


class Collection(NamedTuple):
    """One list of items that the API offers.

    Attributes:
        name: posts:<type>, terms:<taxonomy>, media, users or comments.
        route: Its path below the API root.
        parameters: The query parameters that the index names for the route (core ignores others in silence); empty
            where the index says nothing of it.
        largest_page: The maximum of per_page by the index; null where it is silent.
        orders: The orders that the index allows; empty where it is silent.
        always: Parameters that every request for it carries.
    """

    name: str
    route: str
    parameters: frozenset[str] = frozenset()
    largest_page: int | None = None
    orders: frozenset[str] = frozenset()
    always: tuple[tuple[str, str], ...] = ()

    def knows(self, parameter: str) -> bool:
        """Whether the route takes a query parameter.

        Args:
            parameter: Its name.

        Returns:
            True also where the index says nothing of the route.
        """
        return not self.parameters or parameter in self.parameters

    def states(self, parameter: str) -> bool:
        """Whether the index says that the route takes a query parameter.

        Args:
            parameter: Its name.

        Returns:
            False also where the index says nothing of the route.
        """
        return parameter in self.parameters

    @property
    def orders_by_id(self) -> bool:
        """Whether the index allows that order; true also where it says nothing."""
        return not self.orders or "id" in self.orders

    @property
    def is_dated(self) -> bool:
        """Whether its items have modified_gmt: those of all post types and media do."""
        return self.name.startswith(("posts:", "media"))

    @property
    def fields(self) -> str:
        """The fields of a list of ids.

        `id`, what tells the kind, and of dated items `modified_gmt` and `link`.
        """
        kind = f",{self.kind[0]}" if self.kind else ""
        return f"id,modified_gmt,link{kind}" if self.is_dated else f"id{kind}"

    @property
    def kind(self) -> tuple[str, str] | None:
        """The field that names an item's kind, and what it says here.

        Null for users and comments.
        """
        what, _, name = self.name.partition(":")
        if what == "media":
            return "type", "attachment"
        return ({"posts": "type", "terms": "taxonomy"}[what], name) if name else None


class Api:
    """A REST API.

    Args:
        root: An absolute address, with or without a query.
        index: Its index, decoded; empty where it is closed.
        control: An address below it that answered; null for the root.
    """

    def __init__(self, root: str, index: dict[str, Any], control: str | None = None) -> None:
        self.root, self.index, self.control = root, index, control or root
        self._plain: set[str] = set()

    def url(self, route: str, **parameters: str | int) -> str:
        """The address of a route, built by editing the query of the root.

        In plain mode the route is itself a parameter (`?rest_route=/wp/v2/posts`), so that appending text would swallow
        what follows.

        Args:
            route: The path of the route below the root, as wp/v2/posts.
            **parameters: Query parameters.

        Returns:
            An absolute address.
        """
        parts = urlsplit(self._plain_root if _NUMBER.sub("", route) in self._plain else self.root)
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

    def plain(self, route: str) -> Api | None:
        """The same API with routes as a parameter.

        Args:
            route: The path of a route below the root.

        Returns:
            Null where that is how the route is asked already, or on WordPress.com, which has no such form.
        """
        parts = urlsplit(self.root)
        is_other = HOSTED.search(parts.path) or "rest_route" in parts.query or _NUMBER.sub("", route) in self._plain
        return None if is_other else Api(self._plain_root, self.index)

    def keep_plain(self, route: str) -> None:
        """Ask for a list and its items with the route as a parameter from now on.

        Args:
            route: The path of the list or of an item.
        """
        self._plain.add(_NUMBER.sub("", route))

    @property
    def _plain_root(self) -> str:
        parts = urlsplit(self.root)
        folder = parts.path.rstrip("/").rpartition("/")[0].removesuffix("/index.php")
        return urlunsplit((parts.scheme, parts.netloc, f"{folder}/", "rest_route=/", ""))

    def collection(self, name: str, route: str) -> Collection:
        """Read what the index says of a collection (WP_REST_Server::get_data_for_route).

        Args:
            name: That of the collection.
            route: Its path below the root.

        Returns:
            The collection.
        """
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
            frozenset(each for each in as_list(allowed) if isinstance(each, str)),
        )

    def list_routes(self) -> Iterator[str]:
        """Find the routes of wp/v2 that list items, by the single route beside them.

        Yields:
            Paths below the root, sorted.
        """
        for route in self._lists():
            if route.startswith(f"/{NAMESPACE}/") and not HOSTED.match(route):
                yield route.strip("/")

    def foreign_lists(self) -> Iterator[str]:
        """Find the routes of other namespaces that list posts, by their parameters.

        Yields:
            Paths below the root, sorted.
        """
        for route in self._lists():
            path = route.strip("/")
            is_foreign = not route.startswith((f"/{NAMESPACE}/", _FOR_MANAGERS))
            if is_foreign and self.collection("", path).parameters >= _OF_POSTS:
                yield path

    def _lists(self) -> list[str]:
        routes = as_mapping(self.index.get("routes"))
        lists = {_SINGLE.sub("", route) for route in routes if _SINGLE.search(route)}
        return sorted(route for route in lists & routes.keys() if "(" not in route)

    def _described(self, route: str) -> dict[str, Any]:
        routes = as_mapping(self.index.get("routes"))
        # WordPress.com names the routes of a site below /wp/v2/sites/<site>.
        hosted = next((each for each in routes if HOSTED.match(each) and each.endswith(route[len(NAMESPACE) :])), "")
        return as_mapping(routes.get(f"/{route}") or routes.get(hosted))


def list_route(url: str) -> str | None:
    """Find the list route of the API that an address belongs to.

    Args:
        url: The address of a list or of one item.

    Returns:
        Its path below the root, as `Collection.route`; null where the address is none of the API.
    """
    found = _ROUTE.fullmatch(HOSTED.sub(f"/{NAMESPACE}", shapes.route(url)))
    return found[1] if found else None


def as_mapping(value: Any) -> dict[str, Any]:
    """A JSON object, or an empty one for any other value.

    Args:
        value: A decoded value; PHP writes an empty mapping as a list.

    Returns:
        The object.
    """
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A JSON list, or an empty one for any other value.

    Args:
        value: A decoded value.

    Returns:
        The list.
    """
    return value if isinstance(value, list) else []
