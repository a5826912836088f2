"""Servers whose lists of types, routes and cookies hide what the API shows to whoever asks for it.

Each names its report (owner/repository#number on GitHub), with ~ where that has the same cause and another symptom.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.quirks.cases import as_pages, case, changed, every, extra_route, forbidden, instead
from tests.quirks.further_cases import place_of
from tests.quirks.rest import Response, as_json, error, invalid

if TYPE_CHECKING:
    from typing import Any

    from tests.quirks.cases import Arena
    from tests.quirks.content import Row
    from tests.quirks.rest import Request

_SINGLE = r"(?P<id>[\d]+)"


# K4: types and routes.


@case("K4", "whole", listed=False)
def types_without_attachment(arena: Arena) -> None:
    """A filter takes attachment out of the list of types; the index and the route of media are there."""

    def less(_: Request, response: Response) -> Response:
        return as_json({name: each for name, each in json.loads(response.body).items() if name != "attachment"})

    changed(arena, lambda request: request.route == "/wp/v2/types", less)


@case("K4", "told", listed=False, says=("list of types",))
def types_empty_object(arena: Arena) -> None:
    """The lists of types and taxonomies are empty, the index names no routes, and all is there."""
    instead(arena, lambda request: request.route in {"/wp/v2/types", "/wp/v2/taxonomies"}, lambda _: as_json({}))
    arena.site.index_edits.append(lambda index: index.update(routes=[]))


def _events(arena: Arena) -> None:
    """A list that the index names and no type does."""
    events = [row | {"type": "event", "id": row["id"] + 7000} for row in arena.site.rows["pages"][:9]]
    extra_route(arena, "events", events)
    arena.site.index_edits.append(lambda index: _named(index, "wp/v2/events"))
    arena.visible = arena.site.visible | {"posts:event": {row["id"] for row in events}}


def _named(index: dict[str, Any], route: str) -> None:
    """Let the index describe a list as it does that of pages."""
    routes = index["routes"]
    routes[f"/{route}"] = routes["/wp/v2/pages"]
    routes[f"/{route}/{_SINGLE}"] = routes[f"/wp/v2/pages/{_SINGLE}"]


def _is_events(request: Request) -> bool:
    return (request.route or "").startswith("/wp/v2/events")


@case("K4", "whole", listed=False)
def unclaimed_403_once(arena: Arena) -> None:
    """A firewall refuses the list once, by chance."""
    instead(arena, lambda request: _is_events(request) and arena.site.nth("events") == 1, lambda _: forbidden())
    _events(arena)


@case("K4", "whole", listed=False)
def unclaimed_per_page_refused(arena: Arena) -> None:
    """The schema of the list has a minimum of ten for per_page."""
    instead(
        arena,
        lambda request: _is_events(request) and request.number("per_page", 10) < 10,
        lambda _: invalid("per_page", "per_page must be between 10 and 100"),
    )
    _events(arena)


@case("K4", "rows", listed=False, says=("posts:event",))
def unclaimed_first_null(arena: Arena) -> None:
    """A filter that returns nothing leaves null in the place of the first row."""
    _events(arena)

    def null(request: Request, response: Response) -> None:
        if response.rows and place_of(request) == 0 and "include" not in request.query:
            response.body = json.dumps([None, *json.loads(response.body)[1:]]).encode()

    changed(arena, _is_events, null)
    arena.visible = arena.expected() | {"posts:event": set(sorted(arena.expected()["posts:event"])[:-1])}


@case("K4", "told", listed=False, says=("no type claims",))
def unclaimed_403(arena: Arena) -> None:
    """A firewall refuses the list for good: nobody knows what it holds."""
    instead(arena, _is_events, lambda _: forbidden())
    _events(arena)


@case("K4", "rows", listed=False)
def unclaimed_401_json(arena: Arena) -> None:
    """The API itself shows the list to nobody who is not logged in: as with any other list, that is a fact."""
    instead(arena, _is_events, lambda _: error(401, "rest_forbidden"))
    arena.site.index_edits.append(lambda index: _named(index, "wp/v2/events"))


def _types_closed(arena: Arena) -> None:
    closed = {"/wp/v2/types", "/wp/v2/taxonomies"}
    instead(arena, lambda request: request.route in closed, lambda _: error(401, "rest_login_required"))


@case("K4", "whole", listed=False)
def types_401_namespace(arena: Arena) -> None:
    """The list of types is closed, and one type has a namespace of its own, which the index names."""
    rows: list[Row] = [row | {"type": "item", "id": row["id"] + 5000} for row in arena.site.rows["pages"][:7]]
    base = "/shop/v1/items"

    def answer(request: Request) -> Response | None:
        route = (request.route or "").rstrip("/")
        if not route.startswith(base):
            return None
        found = [row for row in rows if route == f"{base}/{row['id']}"]
        return as_json(found[0]) if found else as_pages(arena.site, rows, request)

    _types_closed(arena)
    arena.site.before.append(answer)
    arena.site.index_edits.append(lambda index: _named(index, base.strip("/")))
    arena.visible = arena.site.visible | {"posts:item": {row["id"] for row in rows}}


@case("K4", "whole", listed=False, most_requests=40)
def types_401_plugins(arena: Arena) -> None:
    """The list of types is closed; lists of a shop are for its managers, and those of a form plugin hold no posts."""

    def plugins(index: dict[str, Any]) -> None:
        for route in ("wc/v3/products", "wc/v3/orders", "wc/v3/coupons"):
            _named(index, route)
        _named(index, "contact-form-7/v1/contact-forms")
        index["routes"]["/contact-form-7/v1/contact-forms"] = index["routes"]["/wp/v2/users"]

    _types_closed(arena)
    arena.site.index_edits.append(plugins)
    instead(arena, lambda request: (request.route or "").startswith(("/wc/", "/contact")),
            lambda _: error(401, "woocommerce_rest_cannot_view"))  # fmt: skip


# K7: cookies.


def _front_sets(arena: Arena, cookie: str) -> None:
    changed(
        arena,
        lambda request: request.route is None and request.path == "/",
        lambda _, response: response.headers.update({"Set-Cookie": f"{cookie}; Path=/"}),
    )


@case("K7", "whole", listed=False)
def language_cookie(arena: Arena) -> None:
    """~ polylang/polylang#1043: the front page sets a cookie of its language, and lists follow that."""
    french = {row["id"] for base in ("posts", "pages") for row in arena.site.rows[base][::3]}
    _front_sets(arena, "wp-wpml_current_language=en")

    def of_cookie(request: Request, rows: list[Row]) -> list[Row]:
        is_english = "current_language=en" in request.headers.get("cookie", "")
        return [row for row in rows if row["id"] not in french] if is_english else rows

    arena.site.listed.append(of_cookie)


@case("K7", "whole", listed=False)
def cookie_is_poison(arena: Arena) -> None:
    """The front page opens a session; the API refuses whoever brings it without a nonce."""
    _front_sets(arena, "wp_session=1")
    instead(
        arena,
        lambda request: every(request) and "wp_session" in request.headers.get("cookie", ""),
        lambda _: error(403, "rest_cookie_invalid_nonce", "Cookie check failed"),
    )


@case("K7", "rest", listed=False, lost="posts:book", dead=True, says=("circle",))
def books_in_a_circle(arena: Arena) -> None:
    """A redirect plugin sends the list of one type to itself."""
    instead(arena, lambda request: request.base == "books", lambda request: Response(301, {"Location": request.target}))


@case("K7", "whole", listed=False)
def pretty_lists_in_a_circle(arena: Arena) -> None:
    """~ GoogleForCreators/web-stories-wp#5084: below /wp-json/ a slash is added and taken away in a circle."""

    def circle(request: Request) -> Response | None:
        if not request.path.startswith("/wp-json/wp/v2/"):
            return None
        path, _, query = request.target.partition("?")
        return Response(301, {"Location": f"{path.rstrip('/') if path.endswith('/') else f'{path}/'}?{query}"})

    arena.site.before.append(circle)
