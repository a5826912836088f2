"""Servers of the same kinds that no report is known of: packed, wrapped, cut off and redirected in other ways."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.quirks.cases import (
    Arena,
    as_pages,
    case,
    changed,
    critical,
    every,
    extra_route,
    forbidden,
    instead,
    lists,
    post_lists,
    sent,
    set_total,
    size_of,
    totals,
    wrapped,
)  # fmt: skip
from tests.quirks.content import KINDS
from tests.quirks.rest import Response, as_json, error, html, invalid

if TYPE_CHECKING:
    from tests.quirks.rest import Request


# K1, K2: ends of lists.


def place_of(request: Request) -> int:
    """The place of the first row that is asked for."""
    return request.number("offset", 0) or (request.number("page", 1) - 1) * size_of(request)


@case("K2", "whole", listed=False)
def last_page_again(arena: Arena) -> None:
    """Behind its end the list shows its last page again, and no total tells where that is."""

    def again(request: Request, response: Response) -> Response | None:
        rows = json.loads(response.body) if response.status in {200, 400} else None
        if rows == [] or response.status == 400:
            size = size_of(request)
            back = replace(request, query=request.query | {"offset": str(max(place_of(request) - size, 0))})
            return arena.site.list(next(each for each in KINDS if each.base == request.base), back.without("page"))
        return None

    changed(arena, lambda request: request.is_post_list and "include" not in request.query, again)
    changed(arena, lists, set_total(None, None))


def pages_end_at(arena: Arena, last: int | None) -> None:
    """Lists of posts go by page number alone, all pages behind the last that is given are that one again.

    Null for as many pages as there are rows.
    """

    def by_number(request: Request, _: Response) -> Response | None:
        kind = next(each for each in KINDS if each.base == request.base)
        plain = request.without("page", "offset", "after", "before")
        first = arena.site.list(kind, plain)
        if first.status != 200:
            return first
        pages = int(first.headers["X-WP-TotalPages"])
        place = (min(request.number("page", 1), last or pages) - 1) * size_of(request)
        return arena.site.list(kind, replace(plain, query=plain.query | {"offset": str(place)}))

    changed(arena, lambda request: request.is_post_list and "include" not in request.query, by_number)


@case("K2", "whole or told", listed=False, says=("cannot be reached",))
def third_page_for_all_behind_it(arena: Arena) -> None:
    """All pages behind the third are the third again, and no total tells of more."""
    arena.site.maximum = 10
    pages_end_at(arena, 3)
    changed(arena, lists, set_total(None, None))


@case("K2", "whole", listed=False)
def full_last_page_again(arena: Arena) -> None:
    """All pages behind the last are the last again, which is full; the total is right."""
    arena.site.maximum = 5
    pages_end_at(arena, None)


@case("K1", "rows", listed=False, says=("could not be listed",))
def end_is_404(arena: Arena) -> None:
    """Behind its end the list is a page of HTML that is not found; no totals."""
    changed(arena, lists, lambda _, response: html(404, "<h1>404</h1>") if response.body == b"[]" else None)
    changed(arena, lists, set_total(None, None))


@case("K1", "rows", listed=False, says=("could not be listed",))
def end_is_null(arena: Arena) -> None:
    """Behind its end the list is null; no totals."""
    changed(arena, lists, lambda _, response: as_json(None) if response.body == b"[]" else None)
    changed(arena, lists, set_total(None, None))


@case("K2", "whole", listed=False)
def offset_above_100_refused(arena: Arena) -> None:
    """Deep offsets are refused with a code of a plugin's own; page numbers are not."""
    instead(arena, lambda request: request.is_list and request.number("offset", 0) > 100,
            lambda _: error(400, "offset_too_deep", "Too deep."))  # fmt: skip


@case("K2", "whole or told", listed=False, says=("cannot be reached", "400", "page"))
def pages_above_3_refused(arena: Arena) -> None:
    """Whatever lies behind the third page is refused, by offset and by page."""
    instead(arena, lambda request: request.is_post_list and "include" not in request.query
            and place_of(request) >= 3 * size_of(request),
            lambda _: error(400, "rest_post_invalid_page_number", "No."))  # fmt: skip


@case("K2", "rows", listed=False, says=("could not be listed",))
def breaks_from_100(arena: Arena) -> None:
    """At most ten rows at once, and from the hundredth place on nothing but errors, without end."""
    arena.site.maximum = 10
    instead(arena, lambda request: request.base == "posts" and request.is_list and "include" not in request.query
            and place_of(request) + size_of(request) > 100, lambda _: critical())  # fmt: skip


@case("K2", "whole or told", listed=False, says=("403", "cannot be reached"))
def deep_offset_403(arena: Arena) -> None:
    """A firewall takes deep offsets and pages for an attack."""
    instead(arena, lambda request: request.is_post_list and place_of(request) > 150, lambda _: forbidden())


@case("K1", "whole", listed=False)
def total_negative(arena: Arena) -> None:
    changed(arena, lists, set_total(-1, -1))


@case("K1", "whole", listed=False)
def total_is_pages(arena: Arena) -> None:
    """X-WP-Total and X-WP-TotalPages are swapped."""

    def swap(_: Request, response: Response) -> None:
        if "X-WP-Total" in response.headers:
            totals(response, int(response.headers["X-WP-TotalPages"]), int(response.headers["X-WP-Total"]))

    changed(arena, lists, swap)


# K3: refusals.


@case("K3", "whole", listed=False)
def per_page_of_a_list(arena: Arena) -> None:
    """Only some sizes of pages are allowed, and the message does not say which."""
    instead(arena, lambda request: request.is_list and "per_page" in request.query
            and request.query["per_page"] not in {"12", "24"},
            lambda _: invalid("per_page", "per_page is not one of the allowed values."))  # fmt: skip


@case("K3", "whole", listed=False)
def per_page_refused_422(arena: Arena) -> None:
    instead(arena, lambda request: request.is_list and size_of(request) > 50,
            lambda _: as_json({"errors": {"per_page": ["too large"]}}, 422))  # fmt: skip


@case("K3", "whole", listed=False)
def order_asc_refused(arena: Arena) -> None:
    """Only falling order is allowed."""
    instead(arena, lambda request: request.is_list and request.query.get("order") == "asc",
            lambda _: invalid("order", "order is not one of desc."))  # fmt: skip


@case("K3", "whole", listed=False)
def fields_500_in_json(arena: Arena) -> None:
    instead(arena, lambda request: request.is_list and "_fields" in request.query,
            lambda _: error(500, "internal_server_error", "There has been a critical error."))  # fmt: skip


@case("K3", "whole", listed=False)
def include_refused_406(arena: Arena) -> None:
    instead(arena, lambda request: request.is_list and "include" in request.query,
            lambda _: html(406, "<h1>Not Acceptable</h1>Mod_Security"))  # fmt: skip


# K4: names.


@case("K4", "whole", listed=False)
def type_in_a_namespace(arena: Arena) -> None:
    """A type whose routes are in a namespace of a plugin's own (rest_namespace)."""
    rows = [row | {"type": "item", "id": row["id"] + 5000} for row in arena.site.rows["pages"][:7]]
    arena.site.types["item"] = {"slug": "item", "rest_base": "items", "rest_namespace": "shop/v1"}
    site = arena.site

    def answer(request: Request) -> Response | None:
        route = (request.route or "").rstrip("/")
        if not route.startswith("/shop/v1/items"):
            return None
        below = route.removeprefix("/shop/v1/items").strip("/")
        if below:
            found = [row for row in rows if str(row["id"]) == below]
            return as_json(found[0]) if found else error(404, "rest_post_invalid_id")
        return as_pages(site, rows, request)

    site.before.append(answer)
    arena.visible = site.visible | {"posts:item": {row["id"] for row in rows}}


@case("K4", "whole", listed=False)
def type_without_base(arena: Arena) -> None:
    """rest_base false, rest_namespace null: the type's name is its base."""
    rows = [row | {"type": "memo", "id": row["id"] + 5000} for row in arena.site.rows["pages"][:7]]
    arena.site.types["memo"] = {"slug": "memo", "rest_base": False, "rest_namespace": None}
    extra_route(arena, "memo", rows)
    arena.visible = arena.site.visible | {"posts:memo": {row["id"] for row in rows}}


@case("K4", "whole", listed=False)
def types_partly_broken(arena: Arena) -> None:
    """The list of types holds entries that are no descriptions."""
    arena.site.types |= {"a": None, "b": [], "c": "text", "d": {"rest_base": 7}}  # type: ignore[dict-item]


@case("K4", "whole", listed=False)
def routes_as_list(arena: Arena) -> None:
    """The index names its routes as a list of texts."""
    arena.site.index_edits.append(lambda index: index.update(routes=list(index["routes"])))


# K6: answers.


@case("K6", "whole", listed=False)
def json_twice(arena: Arena) -> None:
    """A plugin encodes what is encoded: each list is a text that holds JSON."""

    def again(_: Request, response: Response) -> None:
        response.body = json.dumps(response.body.decode()).encode()

    changed(arena, lists, again)


@case("K6", "whole", listed=False)
def three_marks(arena: Arena) -> None:
    """Each of three files of PHP begins with a byte order mark."""
    wrapped(arena, every, before=b"\xef\xbb\xbf" * 3)


@case("K6", "whole", listed=False)
def guard_before(arena: Arena) -> None:
    """A guard against inclusion as a script."""
    wrapped(arena, every, before=b")]}',\n")


@case("K6", "whole or told", listed=False, says=("json", "answer"))
def utf_16(arena: Arena) -> None:
    def wide(_: Request, response: Response) -> None:
        response.body = response.body.decode().encode("utf-16")

    changed(arena, lists, wide)


@case("K6", "whole", listed=False)
def gzip_unlabelled(arena: Arena) -> None:
    """Packed, and nothing says so."""

    def pack(_: Request, response: Response) -> None:
        response.body = gzip.compress(response.body, mtime=0)

    changed(arena, every, pack)


@case("K6", "whole", listed=False)
def coding_odd(arena: Arena) -> None:
    """Content-Encoding names what is none."""

    def label(_: Request, response: Response) -> None:
        response.headers["Content-Encoding"] = "UTF-8"

    changed(arena, every, label)


@case("K6", "whole", listed=False)
def coding_none(arena: Arena) -> None:
    def label(_: Request, response: Response) -> None:
        response.headers["Content-Encoding"] = "none"

    changed(arena, every, label)


def _status(arena: Arena, status: int) -> None:
    def other(_: Request, response: Response) -> None:
        response.status = status if response.status == 200 else response.status

    changed(arena, every, other)


@case("K6", "whole", listed=False)
def status_203(arena: Arena) -> None:
    """A proxy that has changed something: RFC 9110 section 15.3.4."""
    _status(arena, 203)


@case("K6", "whole", listed=False)
def status_206(arena: Arena) -> None:
    _status(arena, 206)


@case("K6", "whole or told", listed=False, says=("403",))
def status_403_json(arena: Arena) -> None:
    _status(arena, 403)


@case("K6", "whole", listed=False)
def status_201(arena: Arena) -> None:
    _status(arena, 201)


@case("K6", "whole", listed=False)
def no_content_type(arena: Arena) -> None:
    def bare(_: Request, response: Response) -> None:
        response.headers.pop("Content-Type", None)

    changed(arena, every, bare)


@case("K6", "whole or told", listed=False, says=("envelope", "list"))
def data_and_meta(arena: Arena) -> None:
    """A plugin puts lists into an object of its own, with totals beside them."""

    def put(_: Request, response: Response) -> Response | None:
        if response.rows is None:
            return None
        return as_json({"success": True, "data": response.rows, "meta": {"total": response.headers["X-WP-Total"]}})

    changed(arena, lists, put)


@case("K6", "rows", listed=False, says=("could not be listed",))
def comma_behind_the_last(arena: Arena) -> None:
    def comma(_: Request, response: Response) -> None:
        if response.rows:
            response.body = response.body[:-1] + b",]"

    changed(arena, lists, comma)


@case("K6", "whole", listed=False)
def only_ids_and_links(arena: Arena) -> None:
    """A list leaves most of its fields out, single items do not."""

    def thin(request: Request, response: Response) -> None:
        if response.rows is not None and request.base == "posts":
            rows = [{key: row[key] for key in ("id", "link", "title") if key in row} for row in response.rows]
            response.body = json.dumps(rows).encode()

    changed(arena, post_lists, thin)


# K7: ways.


def _typed(arena: Arena, path: str) -> None:
    arena.address = f"{arena.server.origin}{path}"


@case("K7", "whole", listed=False)
def typed_wp_admin(arena: Arena) -> None:
    """The address is that of the editor's pages, which lead to the login page."""
    _typed(arena, "/wp-admin/")
    arena.site.links = False

    def send(request: Request) -> Response | None:
        if request.path.startswith("/wp-admin"):
            return Response(302, {"Location": "/wp-login.php?redirect_to=x"})
        if request.path == "/wp-login.php":
            return html(200, "<title>Log In</title><form id='loginform' action='/wp-login.php'></form>")
        return None

    arena.site.before.append(send)
    arena.site.robots = "User-agent: *\nDisallow:\n"


@case("K7", "whole", listed=False)
def typed_list(arena: Arena) -> None:
    """The address is that of a list of the API."""
    _typed(arena, "/wp-json/wp/v2/posts?per_page=5")


@case("K7", "whole", listed=False)
def typed_item(arena: Arena) -> None:
    _typed(arena, f"/wp-json/wp/v2/posts/{arena.site.rows['posts'][0]['id']}")


@case("K7", "whole", listed=False)
def typed_feed(arena: Arena) -> None:
    _typed(arena, "/feed/")
    feed = Response(200, {"Content-Type": "application/rss+xml"}, b"<rss version='2.0'><channel/></rss>")
    instead(arena, lambda request: request.path == "/feed/", lambda _: feed)


@case("K7", "whole", listed=False)
def typed_query(arena: Arena) -> None:
    _typed(arena, "/?p=12")


@case("K7", "whole", listed=False)
def typed_index_php(arena: Arena) -> None:
    _typed(arena, "/index.php")


@case("K7", "whole", listed=False)
def robots_403(arena: Arena) -> None:
    """RFC 9309 section 2.3.1.3: a client error means that there are no rules."""
    instead(arena, lambda request: request.path == "/robots.txt", lambda _: forbidden())


@case("K7", "whole or told", listed=False, says=("robots.txt", "redirect"))
def robots_circle(arena: Arena) -> None:
    instead(arena, lambda request: request.path == "/robots.txt", lambda _: Response(301, {"Location": "/robots.txt"}))


@case("K7", "told", listed=False, says=("robots.txt",))
def robots_marked(arena: Arena) -> None:
    """Rules behind a byte order mark, with line ends of an old Macintosh."""
    body = b"\xef\xbb\xbfUser-agent: *\rDisallow: /wp-json/\r"
    instead(arena, lambda request: request.path == "/robots.txt",
            lambda _: Response(200, {"Content-Type": "text/plain"}, body))  # fmt: skip


@case("K7", "whole", listed=False)
def api_to_front(arena: Arena) -> None:
    """/wp-json leads back to the front page; the parameter does not."""
    arena.site.links = False
    instead(arena, lambda request: request.path.startswith("/wp-json"), lambda _: Response(302, {"Location": "/"}))


@case("K7", "whole", listed=False)
def redirect_308_with_port(arena: Arena) -> None:
    """Each address leads to the same one with a double slash less, absolutely."""

    def send(request: Request) -> Response | None:
        if request.path == "/wp-json/":
            return Response(308, {"Location": f"{arena.server.origin}/wp-json"})
        return None

    arena.site.before.append(send)


@case("K7", "whole", listed=False)
def cookie_by_default(arena: Arena) -> None:
    """Every answer sets a cookie, and a request that does not bring it back is 403 from the second one on."""

    def wall(request: Request) -> Response | None:
        first = arena.site.nth("all") == 1
        return None if first or "sid=" in request.headers.get("cookie", "") else forbidden()

    arena.site.before.append(wall)
    changed(arena, lambda _: True, lambda _, response: response.headers.update({"Set-Cookie": "sid=1; Path=/"}))


@case("K6", "whole", listed=False)
def length_twice(arena: Arena) -> None:
    """Content-Length twice, with one value: RFC 9110 section 8.6."""
    sent(arena, every, "length_twice")
