"""Lists that are refused for a moment, or from some moment on, and not because nobody may see them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.quirks.cases import Arena, case, instead, lists, one_type
from tests.quirks.content import KINDS
from tests.quirks.rest import as_json, error

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


@case("K5", "told", listed=False, says=("refused after it had been open",))
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


@case("K5", "told", listed=False, says=("refused", "closed", "could not be fetched"))
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
