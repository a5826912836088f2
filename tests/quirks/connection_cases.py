"""Connections that break by chance, at first, or on one way: a moment says nothing of the site (K5, K7)."""

from __future__ import annotations

from tests.quirks.cases import Arena, case, every, flaky, instead, sent
from tests.quirks.rest import Response, html


def _closed() -> Response:
    return Response(how="closed")


def _reset() -> Response:
    return Response(how="reset")


@case("K5", "whole", listed=False)
def flaky_reset(arena: Arena) -> None:
    """One connection in six is reset, by chance (~ kubernetes/ingress-nginx#3231)."""
    flaky(arena, every, 6, _reset)


@case("K5", "whole", listed=False)
def flaky_closed(arena: Arena) -> None:
    """One connection in six is closed without an answer, by chance (~ nginx/nginx#303)."""
    flaky(arena, every, 6, _closed)


@case("K7", "whole", listed=False)
def first_three_closed(arena: Arena) -> None:
    """A server that is being started closes its first connections without an answer."""
    instead(arena, lambda _: arena.site.nth("all") <= 3, lambda _: _closed())


@case("K7", "whole", listed=False)
def first_three_reset(arena: Arena) -> None:
    instead(arena, lambda _: arena.site.nth("all") <= 3, lambda _: _reset())


@case("K7", "whole", listed=False)
def front_closed(arena: Arena) -> None:
    """The front page is too much for its server; the API is not."""
    instead(arena, lambda request: request.route is None and request.path == "/", lambda _: _closed())


@case("K7", "whole", listed=False)
def front_reset(arena: Arena) -> None:
    instead(arena, lambda request: request.route is None and request.path == "/", lambda _: _reset())


@case("K7", "whole", listed=False)
def index_closed(arena: Arena) -> None:
    """The index is too much for its server (many routes, little memory); what is below it answers."""
    instead(arena, lambda request: request.route == "/", lambda _: _closed())


@case("K7", "whole", listed=False)
def index_reset(arena: Arena) -> None:
    instead(arena, lambda request: request.route == "/", lambda _: _reset())


@case("K7", "whole", listed=False, slow=True)
def index_503(arena: Arena) -> None:
    instead(arena, lambda request: request.route == "/", lambda _: html(503, "<h1>Service unavailable</h1>"))


@case("K7", "whole", listed=False, slow=True)
def index_never(arena: Arena) -> None:
    instead(arena, lambda request: request.route == "/", lambda _: Response(how="never"))


@case("K7", "whole", listed=False)
def wp_json_closed(arena: Arena) -> None:
    """The path is blocked without a word, the parameter is not."""
    instead(arena, lambda request: request.path.startswith("/wp-json"), lambda _: _closed())


@case("K7", "told", listed=False, says=("no whole answer",))
def api_silent(arena: Arena) -> None:
    """The front page is open and names the API, which is blocked without a word."""
    open_ = {"/", "/robots.txt"}
    instead(arena, lambda request: request.path not in open_ or bool(request.query), lambda _: _closed())


@case("K5", "whole", listed=False)
def each_first_closed(arena: Arena) -> None:
    """Each address is closed without an answer the first time that it is asked for."""
    instead(arena, lambda request: every(request) and arena.site.nth(request.target) == 1, lambda _: _closed())


@case("K7", "told", listed=False, says=("no whole answer",))
def all_closed(arena: Arena) -> None:
    """Nothing is ever answered."""
    instead(arena, lambda _: True, lambda _: _closed())


@case("K7", "told", listed=False, says=("connection reset",))
def all_reset(arena: Arena) -> None:
    instead(arena, lambda _: True, lambda _: _reset())


@case("K7", "told", listed=False, says=("no whole answer",))
def all_garbage(arena: Arena) -> None:
    """Something that is no HTTP at all."""
    sent(arena, lambda _: True, "garbage")
