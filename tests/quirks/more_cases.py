"""More cases of the same kinds: other numbers, names, statuses and combinations than those that were reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.quirks.cases import (
    Arena,
    cap,
    case,
    challenge,
    changed,
    critical,
    cut_rows,
    dropped,
    every,
    extra_route,
    flaky,
    forbidden,
    instead,
    killed_by,
    lists,
    multilingual,
    one_type,
    other_order,
    post_lists,
    posts,
    sent,
    set_total,
    size_of,
    slow,
    totals,
    unincluded,
    window,
    with_text,
    wrapped,
)  # fmt: skip
from tests.quirks.rest import Response, as_json, error, html, invalid

if TYPE_CHECKING:
    from tests.quirks.content import Row
    from tests.quirks.rest import Request


# K1


@case("K1", "whole", listed=False)
def pages_without_total(arena: Arena) -> None:
    """X-WP-TotalPages alone."""
    changed(arena, lists, lambda _, response: totals(response, None, 3) if response.status == 200 else None)


@case("K1", "whole", listed=False)
def total_off_by_a_page(arena: Arena) -> None:
    def less(request: Request, response: Response) -> None:
        total = int(response.headers.get("X-WP-Total", "0"))
        if response.status == 200:
            totals(response, max(total - size_of(request), 0), 1)

    changed(arena, post_lists, less)


@case("K1", "whole", listed=False)
def total_no_number(arena: Arena) -> None:
    def text(_: Request, response: Response) -> None:
        if response.status == 200:
            response.headers["X-WP-Total"] = "1,250 (cached)"

    changed(arena, lists, text)


@case("K1", "whole", listed=False, sizes={"posts": 300, "books": 199, "tags": 100, "categories": 100})
def exact_pages(arena: Arena) -> None:
    """The last page is full, and no total tells that it is the last."""
    changed(arena, lists, set_total(None, None))


@case("K1", "whole", listed=False)
def total_of_the_page(arena: Arena) -> None:
    """X-WP-Total counts the rows of the answer."""
    changed(arena, lists, lambda _, response: totals(response, len(response.rows or []), 1))


@case("K1", "whole", listed=False)
def cap10_total_5(arena: Arena) -> None:
    """Ten rows whatever is asked for, and a total below that from a cache."""
    cap(arena, post_lists, 10)
    changed(arena, post_lists, set_total(5, 1))


@case("K1", "rows", listed=False, says=("window", "beyond", "cannot be reached"), sizes={"posts": 420})
def window_total_capped_150(arena: Arena) -> None:
    window(arena, 150, capped_total=True)


# K2


@case("K2", "whole", listed=False)
def cap24_all_lists(arena: Arena) -> None:
    """A theme's posts_per_page, for terms as well."""
    cap(arena, lists, 24)


@case("K2", "whole", listed=False)
def empty_list_twice(arena: Arena) -> None:
    """The first two answers are empty, and say nothing of a total."""
    instead(arena, lambda request: posts(request) and arena.site.nth("posts") <= 2, lambda _: as_json([]))


@case("K2", "rows", listed=False, says=("order",), sizes={"posts": 260, "media": 40})
def ties_without_total(arena: Arena) -> None:
    names = ("offset", "page", "per_page", "_fields")
    other_order(arena, lambda request: "|".join(request.query.get(name, "") for name in names))
    changed(arena, lists, set_total(None, None))


@case("K2", "rows", listed=False, says=("counts",))
def total_high_stable_order(arena: Arena) -> None:
    other_order(arena, lambda _: "fixed")

    def high(_: Request, response: Response) -> None:
        if response.status == 200:
            totals(response, int(response.headers.get("X-WP-Total", "0")) + 7)

    changed(arena, unincluded, high)


@case("K2", "told", listed=False, small=True, says=("same", "parameter"))
def all_dropped_no_total(arena: Arena) -> None:
    dropped(arena, lists)
    changed(arena, lists, set_total(None, None))


@case("K2", "whole", listed=False)
def rows_cut_per_page(arena: Arena) -> None:
    """Ten rows of each page, whatever its size; the others are on no page of that size."""

    def cut(request: Request, response: Response) -> None:
        if response.rows is not None and size_of(request) > 10 and "include" not in request.query:
            cut_rows(response, response.rows[:10])

    changed(arena, post_lists, cut)


@case("K2", "whole", listed=False)
def offset_and_include_dropped(arena: Arena) -> None:
    dropped(arena, lists, "offset", "include", "orderby", "order")


# K3


@case("K3", "whole", listed=False)
def max20_unsaid(arena: Arena) -> None:
    """A maximum that the index does not tell, and a message in another language without the number."""
    arena.site.index_edits.append(lambda index: index.update(routes={}))
    instead(arena, lambda request: request.is_list and size_of(request) > 20,
            lambda _: invalid("per_page", "per_page darf nicht so hoch sein."))  # fmt: skip


@case("K3", "whole", listed=False, small=True)
def max7_said(arena: Arena) -> None:
    """A maximum below core's default, which only the message tells: the barest request is refused as well."""
    arena.site.index_edits.append(lambda index: index.update(routes={}))
    instead(arena, lambda request: request.is_list and size_of(request) > 7,
            lambda _: invalid("per_page", "per_page muss zwischen 1 und 7 liegen."))  # fmt: skip


@case("K3", "whole", listed=False)
def fields_refused(arena: Arena) -> None:
    instead(arena, lambda request: request.is_list and "_fields" in request.query,
            lambda _: error(400, "rest_invalid_param", "Ungueltig", params={"_fields": "nicht erlaubt"}))  # fmt: skip


@case("K3", "whole", listed=False)
def offset_refused(arena: Arena) -> None:
    instead(arena, lambda request: request.is_list and "offset" in request.query,
            lambda _: error(400, "rest_invalid_param", "No.", params={"offset": "Not allowed."}))  # fmt: skip


@case("K3", "whole", listed=False)
def order_refused_without_name(arena: Arena) -> None:
    """400 with a code of a plugin's own, which names no parameter."""
    instead(arena, lambda request: request.is_list and "order" in request.query,
            lambda _: error(400, "security_blocked", "Bad request."))  # fmt: skip


@case("K3", "whole", listed=False)
def page_alone(arena: Arena) -> None:
    """A firewall that lets nothing pass but page."""
    instead(arena, lambda request: request.is_list and bool(request.query.keys() - {"page", "rest_route"}),
            lambda _: forbidden())  # fmt: skip


@case("K3", "rest", listed=False, lost="posts:book", says=("rest_no_route", "404"))
def type_404(arena: Arena) -> None:
    one_type(arena, "books", lambda: error(404, "rest_no_route"))


@case("K3", "rest", listed=False, lost="posts:book", says=("403", "rest_forbidden"))
def type_403_json(arena: Arena) -> None:
    one_type(arena, "books", lambda: error(403, "rest_forbidden"))


@case("K3", "rest", listed=False, lost="posts:book", says=("410",))
def type_410(arena: Arena) -> None:
    one_type(arena, "books", lambda: html(410, "<h1>Gone</h1>"))


# K4


@case("K4", "whole", listed=False)
def wpml_whole(arena: Arena) -> None:
    """As `wpml`; a site that takes lang=all comes whole."""
    multilingual(arena, "wpml/v1")


@case("K6", "whole", listed=False)
def gzip_twice_whole(arena: Arena) -> None:
    sent(arena, every, "gzip_twice")


@case("K4", "whole or told", listed=False, says=("language",))
def polylang_de(arena: Arena) -> None:
    multilingual(arena, "pll/v1", folder=True, everything="none-does-it")


@case("K4", "whole or told", listed=False, says=("language",))
def polylang_empty(arena: Arena) -> None:
    """No folder and no lang=all: each language by its code alone."""
    multilingual(arena, "pll/v1", folder=False, everything="-")


@case("K4", "whole", listed=False)
def unclaimed_route(arena: Arena) -> None:
    """A route of events that no type names."""
    events = [row | {"type": "event", "id": row["id"] + 7000} for row in arena.site.rows["pages"][:9]]
    extra_route(arena, "events", events)

    def route(index: dict[str, object]) -> None:
        routes = index["routes"]
        assert isinstance(routes, dict)
        routes["/wp/v2/events"] = routes["/wp/v2/pages"]
        routes[r"/wp/v2/events/(?P<id>[\d]+)"] = routes[r"/wp/v2/pages/(?P<id>[\d]+)"]

    arena.site.index_edits.append(route)
    arena.visible = arena.site.visible | {"posts:event": {row["id"] for row in events}}


@case("K4", "whole", listed=False)
def hreflang_of_one_language(arena: Arena) -> None:
    """Links for regions of one language, all of them in the lists: no cause for alarm."""
    for code in ("en-us", "en-gb", "x-default"):
        arena.site.front += f'<link rel="alternate" hreflang="{code}" href="{arena.site.home}">'


# K5


@case("K5", "rest", listed=False, lost="posts:book", dead=True, says=("no whole answer",), slow=True)
def type_never(arena: Arena) -> None:
    one_type(arena, "books", lambda: Response(how="never"))


@case("K5", "rest", listed=False, lost="posts:book", dead=True, says=("503",), slow=True)
def type_503(arena: Arena) -> None:
    one_type(arena, "books", lambda: html(503, "<h1>Service unavailable</h1>"))


@case("K5", "rest", listed=False, lost="posts:book", dead=True, says=("no json",))
def type_empty(arena: Arena) -> None:
    one_type(arena, "books", lambda: Response(200, {"Content-Type": "application/json"}))


@case("K5", "rest", listed=False, lost="posts:book", dead=True, says=("no whole answer",))
def type_reset(arena: Arena) -> None:
    one_type(arena, "books", lambda: Response(how="reset"))


@case("K5", "rest", listed=False, lost="posts:post 1", dead=True, says=("BAD",), slow=True)
def never_on_one(arena: Arena) -> None:
    killed_by(arena, "never")


@case("K5", "rest", listed=False, lost="posts:book 1", dead=True, says=("BAD",))
def cut_on_one(arena: Arena) -> None:
    killed_by(arena, "cut", base="books", place=11)


@case("K5", "whole", listed=False)
def flaky_524(arena: Arena) -> None:
    flaky(arena, every, 6, lambda: html(524, "<h1>A timeout occurred</h1>"))


@case("K5", "whole", listed=False)
def big_reset(arena: Arena) -> None:
    """A process that is out of memory closes the connection."""

    def kill(_: Request, response: Response) -> None:
        response.how = "reset" if with_text(response) > 30 else ""

    changed(arena, lists, kill)


@case("K5", "whole", listed=False, slow=True)
def slow_everywhere(arena: Arena) -> None:
    slow(arena, lists, 1.5)


@case("K5", "told", listed=False, says=("maintenance",))
def maintenance(arena: Arena) -> None:
    text = "<title>Maintenance</title><p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>"
    instead(arena, lambda request: request.path != "/robots.txt", lambda _: html(503, text, Retry_After="600"))


@case("K5", "told", listed=False, says=("challenge",))
def captcha_midway(arena: Arena) -> None:
    instead(arena, lambda _: arena.site.nth("all") > 12, lambda _: challenge(200))


# K6


@case("K6", "whole or told", listed=False, says=("json",))
def brotli_lie(arena: Arena) -> None:
    sent(arena, every, "br_lie")


@case("K6", "whole", listed=False)
def gzip_named_twice(arena: Arena) -> None:
    sent(arena, every, "gzip_named_twice")


@case("K6", "whole", listed=False)
def html_around(arena: Arena) -> None:
    """A page of HTML with the JSON in its middle, and a list of numbers before it."""
    wrapped(arena, lists, before=b"<html><body>[1, 2]\n", after=b"\n</body></html>")


@case("K6", "whole", listed=False)
def order_and_fields_500(arena: Arena) -> None:
    instead(arena, lambda request: request.is_list and ("orderby" in request.query or "_fields" in request.query),
            lambda _: critical())  # fmt: skip


@case("K6", "whole or told", listed=False, says=("json",))
def jsonp(arena: Arena) -> None:
    wrapped(arena, lists, before=b"/**/callback(", after=b")")


@case("K6", "whole", listed=False)
def list_as_object(arena: Arena) -> None:
    """A plugin that unsets a row leaves a list with gaps, which PHP writes as an object."""

    def gaps(_: Request, response: Response) -> None:
        if response.rows is not None:
            response.body = json.dumps({str(place): row for place, row in enumerate(response.rows, 1)}).encode()

    changed(arena, post_lists, gaps)


@case("K6", "whole", listed=False)
def include_dropped_singles_403(arena: Arena) -> None:
    """No `include` arrives, and no item is shown by itself: whole lists are all that is left."""
    dropped(arena, lists, "include")
    instead(arena, lambda request: request.is_single, lambda _: forbidden())


@case("K6", "whole", listed=False)
def include_limit_25(arena: Arena) -> None:
    """More than 25 ids are an error of a plugin's own."""

    def count(request: Request) -> bool:
        return request.query.get("include", "").count(",") >= 25

    instead(arena, count, lambda _: error(400, "too_many_ids", "Too many."))


# K7


@case("K7", "rows", listed=False, says=("types",))
def index_and_types_403(arena: Arena) -> None:
    """Index, types and taxonomies are closed; core's routes are not, nor is the list of books, which nobody names."""
    instead(arena, lambda request: request.route in {"/", "/wp/v2/types", "/wp/v2/taxonomies"}, lambda _: forbidden())
    arena.withdrawn = {"posts:book": {row["id"] for row in arena.site.rows["books"]}}
    arena.site.rows["books"] = []


@case("K7", "told", listed=False, says=("robots.txt",))
def robots_all(arena: Arena) -> None:
    arena.site.robots = "User-agent: *\nDisallow: /\n"


@case("K7", "told", listed=False, says=("robots.txt",))
def robots_rest_route(arena: Arena) -> None:
    """Closed in both forms, and the front page open."""
    arena.site.robots = "User-agent: *\nDisallow: /*rest_route\nDisallow: /wp-json\n"


@case("K7", "whole", listed=False)
def index_php(arena: Arena) -> None:
    """Permalinks with index.php in them, where /wp-json/ is no route."""
    arena.site.links = False
    instead(arena, lambda request: request.path.startswith("/wp-json") or "rest_route" in request.query,
            lambda _: html(404, "<h1>404</h1>"))  # fmt: skip


@case("K7", "whole", listed=False)
def static_address(arena: Arena) -> None:
    """The address given lies in a folder of plain files beside WordPress: nothing below it reaches the API."""
    arena.site.links = False
    arena.address = f"{arena.server.origin}/docs/2024/guide/"
    arena.site.before.append(
        lambda request: html(200 if request.path == "/docs/2024/guide/" else 404, "<p>A guide.</p>")
        if request.path.startswith("/docs/") else None
    )  # fmt: skip


@case("K7", "whole", listed=False)
def link_to_a_dead_page(arena: Arena) -> None:
    """The front page names a root that answers with HTML."""
    arena.site.named = f"{arena.site.home}api/"


@case("K7", "told", listed=False, says=("password",))
def digest_auth(arena: Arena) -> None:
    instead(arena, lambda _: True, lambda _: html(401, "<h1>401</h1>", WWW_Authenticate='Digest realm="x", nonce="1"'))


@case("K7", "told", listed=False, says=("rest_login_required", "switched off"))
def api_closed(arena: Arena) -> None:
    instead(arena, every, lambda _: error(401, "rest_login_required", "Only for users."))


_ = (posts, as_json)
if TYPE_CHECKING:
    _Rows = list[Row]
