"""Lists that are refused or fail for a moment or from some moment on, and lists without an end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.quirks.cases import Arena, case, changed, instead, lists, one_type, size_of
from tests.quirks.content import KINDS, post
from tests.quirks.further_cases import place_of
from tests.quirks.rest import as_json, error, html

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.quirks.rest import Request, Response

_LISTS = {kind.base for kind in KINDS}


def _no_route() -> Response:
    return error(404, "rest_no_route", "No route was found matching the URL and request method.")


@case("K5", "whole", listed=False)
def type_404_for_a_moment(arena: Arena) -> None:
    """A plugin is being updated: the route of its type is gone until all else is read."""
    instead(arena, lambda request: request.base == "books" and arena.site.nth("books") <= 3, lambda _: _no_route())


@case("K5", "rest", listed=False, lost="posts:book", dead=True, says=("rest_no_route", "the index names it"))
def type_404_for_long(arena: Arena) -> None:
    """The same update takes longer than the crawl: index and types name what the route denies."""
    one_type(arena, "books", _no_route)


@case("K5", "told", listed=False, says=("posts:book: was refused after it had been open",))
def type_closed_midway(arena: Arena) -> None:
    """One type is closed for visitors when its list was read once."""
    instead(
        arena, lambda request: request.base == "books" and arena.site.nth("books") > 1,
        lambda _: error(401, "rest_forbidden", "Sorry, you are not allowed to do that."),
    )  # fmt: skip


@case("K5", "told", listed=False, says=("refused after it had been open", "so do lists that were open"))
def login_wall_midway(arena: Arena) -> None:
    """A wall for all but index and types comes down while lists are read (an exception list of a members plugin)."""
    instead(
        arena, lambda request: request.base in _LISTS and arena.site.nth("lists") > 5,
        lambda _: error(401, "rest_not_logged_in", "You are not currently logged in."),
    )  # fmt: skip


@case("K5", "told", listed=False, says=("closed",))
def login_wall_after_posts(arena: Arena) -> None:
    """The wall comes down when the posts are whole: no list that was open tells of it by itself."""
    instead(
        arena,
        lambda request: request.base in {"books", "media"} or (request.base in _LISTS and arena.site.nth("l") > 22),
        lambda _: error(401, "rest_not_logged_in", "You are not currently logged in."),
    )


@case("K5", "whole or told", listed=False, says=("refused", "closed", "could not be fetched"))
def one_node_closed(arena: Arena) -> None:
    """One of two servers behind an address closes its API; the index comes from a cache."""
    instead(
        arena, lambda request: (lists(request) or request.is_single) and arena.site.random.randrange(2) == 0,
        lambda _: error(401, "rest_cannot_access", "Only authenticated users can access the REST API."),
    )  # fmt: skip


def _limited(arena: Arena, answer: Callable[[], Response]) -> None:
    """From the seventh list on all are refused for half a second."""
    until: list[float] = []

    def limit(request: Request) -> Response | None:
        if not lists(request) or arena.site.nth("lists") <= 6:
            return None
        until.append(time.monotonic() + 0.5)
        return answer() if time.monotonic() < until[0] else None

    arena.site.before.append(limit)


@case("K5", "whole", listed=False, slow=True)
def rate_200_json(arena: Arena) -> None:
    """A limit of the rate that is told in an error of the API alone, under 200 (~ ArunPrakashG/wordpress_client#76)."""
    _limited(arena, lambda: as_json({"code": "rest_limit", "message": "Slow down", "data": {"status": 429}}))


@case("K5", "whole", listed=False, slow=True)
def rate_403_json(arena: Arena) -> None:
    """The same under 403, as a code of the plugin's own."""
    _limited(arena, lambda: error(403, "too_many_requests", "Slow down."))


@case("K5", "told", listed=False, says=("so do lists that were open",))
def database_down_midway(arena: Arena) -> None:
    """The database goes away while lists are read; a cache still answers for the index, and for lists that it knows."""
    kept: dict[str, Response] = {}
    asked: set[str] = set()

    def down(request: Request) -> Response | None:
        if request.base is None:
            return None
        if arena.site.nth("lists") > 14 and request.target not in asked:
            return html(500, "<h1>Error establishing a database connection</h1>")
        asked.add(request.target)
        return kept.get(request.target)

    arena.site.before.append(down)
    changed(arena, lists, lambda request, response: kept.setdefault(request.target, response) and None)


@case("K2", "told", listed=False, small=True, says=("has no end",))
def endless_list(arena: Arena) -> None:
    """A plugin of events makes their dates as they are asked for, each with an id of its own, and counts none."""
    books, site = arena.site.rows["books"], arena.site
    kind = next(kind for kind in KINDS if kind.base == "books")

    def more(request: Request, response: Response) -> Response | None:
        if "include" in request.query or response.status not in {200, 400}:
            return None
        start = place_of(request)
        rows = [
            books[at] if at < len(books) else post(kind, 10_000_000 + at, at, site.home)
            for at in range(start, start + size_of(request))
        ]
        wanted = request.query.get("_fields", "").split(",")
        return as_json([{key: row[key] for key in wanted if key in row} or row for row in rows])

    changed(arena, lambda request: request.is_list and request.base == "books", more)
