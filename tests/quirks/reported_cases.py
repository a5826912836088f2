"""Servers that other people's bug reports describe, beside those that the first table was made of.

Each names its report (owner/repository#number on GitHub), with ~ where that has the same cause and another symptom;
"-" where none is known.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

from tests.quirks.cases import (
    Arena,
    cap,
    case,
    changed,
    critical,
    cut_rows,
    every,
    extra_route,
    forbidden,
    instead,
    lists,
    multilingual,
    one_type,
    post_lists,
    posts,
    sent,
    size_of,
    totals,
    with_text,
    wrapped,
)  # fmt: skip
from tests.quirks.rest import Response, as_json, error, html

if TYPE_CHECKING:
    from tests.quirks.content import Row
    from tests.quirks.rest import Request


# K1, K2: totals, pages and rows.


@case("K1", "rows", listed=False, says=("same rows", "cannot be reached"))
def all_rows_always(arena: Arena) -> None:
    """Ultimate-Multisite/ultimate-multisite#480: every row at once, whatever page is asked for, and no totals."""

    def whole(request: Request) -> Request | None:
        return request.without("page", "per_page", "offset") if request.is_list else None

    arena.site.before.append(whole)
    arena.site.before.append(
        lambda request: replace(request, query=request.query | {"per_page": "100000"}) if request.is_list else None
    )
    arena.site.maximum = 100_000
    # The index says what core says.
    arena.site.index_edits.append(_hundred)
    changed(arena, lists, lambda _, response: totals(response, None))


def _hundred(index: dict[str, object]) -> None:
    text = json.dumps(index).replace('"maximum": 100000', '"maximum": 100')
    index.update(json.loads(text))


@case("K1", "whole", listed=False)
def total_header_twice(arena: Arena) -> None:
    """A proxy that joins two equal headers into one: RFC 9110 section 5.3."""

    def twice(_: Request, response: Response) -> None:
        for name in ("X-WP-Total", "X-WP-TotalPages"):
            if name in response.headers:
                response.headers[name] = f"{response.headers[name]}, {response.headers[name]}"

    changed(arena, lists, twice)


@case("K2", "whole", listed=False)
def ten_at_times(arena: Arena) -> None:
    """airesvsg/wp-rest-api-cache#17: per_page is forgotten now and then, and ten rows come."""

    def forget(request: Request) -> Request | None:
        if request.is_post_list and "include" not in request.query and arena.site.nth("lists") % 3 == 2:
            return replace(request, query=request.query | {"per_page": "10"})
        return None

    arena.site.before.append(forget)


@case("K2", "whole", listed=False)
def order_dropped(arena: Arena) -> None:
    """`order` does not arrive: the list falls where it was asked to rise."""
    arena.site.before.append(lambda request: request.without("order") if request.is_post_list else None)


@case("K2", "rows", listed=False, says=("counts",))
def rows_refused(arena: Arena) -> None:
    """WP-API/WP-API#478: rows that are taken out after counting; by themselves they are refused."""
    hidden = {row["id"] for row in arena.site.rows["posts"][4::9]}

    def drop(_: Request, response: Response) -> None:
        if response.rows is not None:
            cut_rows(response, [row for row in response.rows if row["id"] not in hidden])

    changed(arena, posts, drop)
    instead(
        arena,
        lambda request: request.base == "posts" and request.is_single
        and int((request.route or "").rpartition("/")[2]) in hidden,
        lambda _: error(401, "rest_forbidden"),
    )  # fmt: skip
    arena.visible = arena.site.visible | {"posts:post": arena.site.visible["posts:post"] - hidden}
    arena.withdrawn = {"posts:post": hidden}


@case("K2", "rows", listed=False, says=("counts", "listed"))
def null_rows(arena: Arena) -> None:
    """A filter that returns nothing for some items leaves null in their places."""
    hidden = {row["id"] for row in arena.site.rows["posts"][4::40]}

    def nulls(_: Request, response: Response) -> None:
        if response.rows is not None:
            response.body = json.dumps([None if row["id"] in hidden else row for row in response.rows]).encode()

    changed(arena, posts, nulls)
    instead(
        arena, lambda request: request.base == "posts" and request.is_single
        and int((request.route or "").rpartition("/")[2]) in hidden, lambda _: as_json(None),
    )  # fmt: skip
    arena.visible = arena.site.visible | {"posts:post": arena.site.visible["posts:post"] - hidden}


@case("K2", "told", listed=False, small=True)
def one_answer_for_all(arena: Arena) -> None:
    """washingtonstateuniversity/WSUWP-Platform#428: a cache with one key for the whole API."""
    kept: list[Response] = []

    def cached(request: Request) -> Response | None:
        if request.route in {None, "/"}:
            return None
        if not kept:
            kept.append(arena.site.healthy(request))
        return kept[0]

    arena.site.before.append(cached)


# K3: refusals.


@case("K3", "whole", listed=False)
def commas_403(arena: Arena) -> None:
    """~ coreruleset/coreruleset#3781: a rule set that takes several commas for an attack."""
    instead(arena, lambda request: request.target.count(",") + request.target.count("%2C") > 1, lambda _: forbidden())


@case("K3", "whole", listed=False)
def orderby_403(arena: Arena) -> None:
    """johngodley/redirection#2484: `?orderby=id` -> 403, HTML."""
    instead(arena, lambda request: "orderby" in request.query, lambda _: forbidden())


@case("K3", "whole", listed=False)
def errors_as_html(arena: Arena) -> None:
    """`error_page` of nginx: every error has the server's own page for a body."""
    changed(
        arena, every, lambda _, response: html(response.status, "<h1>Oops</h1>") if response.status >= 400 else None
    )


@case("K3", "rest", listed=False, lost="posts:book", says=("rest_forbidden",))
def errors_as_200(arena: Arena) -> None:
    """ArunPrakashG/wordpress_client#76: errors come with the status 200; one type is closed."""
    one_type(arena, "books", lambda: error(401, "rest_forbidden"))

    def good(_: Request, response: Response) -> None:
        response.status = 200

    changed(arena, every, good)


# K4: types and languages.


@case("K4", "whole", listed=False)
def types_as_list(arena: Arena) -> None:
    """The lists of types and taxonomies without their names: PHP's array_values."""

    def values(_: Request, response: Response) -> Response:
        return as_json(list(json.loads(response.body).values()))

    changed(arena, lambda request: request.route in {"/wp/v2/types", "/wp/v2/taxonomies"}, values)


@case("K4", "told", listed=False, says=("language",))
def wpml_unlinked(arena: Arena) -> None:
    """shawnhooper/wpml-rest-api#25: nothing but the namespace tells of languages."""
    multilingual(arena, "wpml/v1", folder=False, everything="-")
    arena.site.front = ""


@case("K4", "told", listed=False, says=("language",))
def polylang_unlinked(arena: Arena) -> None:
    """~ polylang/polylang#211: no links to languages; the plugin's own route lists them."""
    multilingual(arena, "pll/v1", folder=False, everything="-")
    arena.site.front = ""
    told = [{"slug": code, "home_url": f"{arena.site.home}{code}/"} for code in ("en", "fr")]
    instead(arena, lambda request: request.route == "/pll/v1/languages", lambda _: as_json(told))


# K5: moments and loads.


@case("K5", "rest", listed=False, lost="posts:post 1", dead=True, says=("BAD",))
def encode_error_on_one(arena: Arena) -> None:
    """WP-API/WP-API#1025: the text of one post cannot be encoded; each answer with it is 500 and an error in JSON."""
    bad = arena.site.rows["posts"][33]["id"]

    def fail(request: Request, response: Response) -> Response | None:
        is_single = request.is_single and (request.route or "").endswith(f"/{bad}")
        if is_single or any(row["id"] == bad and "content" in row for row in response.rows or []):
            return error(500, "rest_encode_error", "Malformed UTF-8 characters, possibly incorrectly encoded")
        return None

    changed(arena, lambda request: request.base == "posts", fail)
    arena.visible = arena.site.visible | {"posts:post": arena.site.visible["posts:post"] - {bad}}


@case("K5", "whole", listed=False, small=True)
def five_with_text(arena: Arena) -> None:
    """WP-API/WP-API#2808: more than five posts with their text -> 500."""
    changed(arena, lists, lambda _, response: critical() if with_text(response) > 5 else None)


@case("K5", "whole", listed=False, slow=True)
def one_at_a_time(arena: Arena) -> None:
    """gatsbyjs/gatsby-source-wordpress-experimental#264: two requests at once -> 503."""
    inside = threading.Semaphore(1)

    def only(_: Request) -> Response | None:
        if not inside.acquire(blocking=False):
            return html(503, "<h1>503 Service Unavailable</h1>")
        try:
            time.sleep(0.02)
        finally:
            inside.release()
        return None

    arena.site.before.append(only)


@case("K5", "whole", listed=False, slow=True)
def uncached_502(arena: Arena) -> None:
    """pantheon-systems/documentation#9160: each address answers 502 until it is in the cache."""
    instead(arena, lambda request: every(request) and arena.site.nth(request.target) == 1,
            lambda _: html(502, "<h1>502</h1>"))  # fmt: skip


@case("K5", "whole", listed=False, slow=True)
def retry_after_date(arena: Arena) -> None:
    """mdn/content#44382: 429 with Retry-After as a date, one second from now."""
    instead(arena, lambda _: arena.site.nth("all") % 9 == 0,
            lambda _: html(429, "<p>Slow down.</p>", Retry_After=formatdate(time.time() + 1, usegmt=True)))  # fmt: skip


@case("K5", "whole", listed=False)
def retry_after_odd(arena: Arena) -> None:
    """A Retry-After that is no number and no date."""
    instead(arena, lambda _: arena.site.nth("all") % 9 == 0,
            lambda _: html(429, "<p>Slow down.</p>", Retry_After="soon"))  # fmt: skip


@case("K5", "whole or told", listed=False, says=("403", "refuses"), slow=True)
def banned_a_while(arena: Arena) -> None:
    """After fifteen answers all is 403 for three seconds, as fail2ban does it, then right again."""
    until: list[float] = []

    def ban(_: Request) -> Response | None:
        if arena.site.nth("all") == 16:
            until.append(time.monotonic() + 3)
        return forbidden() if until and time.monotonic() < until[0] else None

    arena.site.before.append(ban)


# K6: answers.


@case("K6", "whole", listed=False)
def status_500_json(arena: Arena) -> None:
    """~ WP-API/WP-API#2911: right rows under the status of a crash at the end of the script."""

    def wrong(_: Request, response: Response) -> None:
        response.status = 500 if response.status == 200 else response.status

    changed(arena, every, wrong)


@case("K6", "whole", listed=False)
def php_code_before(arena: Arena) -> None:
    """johngodley/redirection#1381: a line of PHP that nobody ran, with brackets in it."""
    code = b"<?php/* 2018 */require_once($_SERVER['DOCUMENT_ROOT'].'/x.php');$a=[1,{}];?>"
    wrapped(arena, every, before=code)


@case("K6", "whole", listed=False)
def bom_and_html_type(arena: Arena) -> None:
    """gatsbyjs/gatsby#21999 and WP-API/node-wpapi#146: a byte order mark, and a label that says HTML."""

    def marked(_: Request, response: Response) -> None:
        response.body = b"\xef\xbb\xbf" + response.body
        response.headers["Content-Type"] = 'text/html; charset="UTF-8"'

    changed(arena, every, marked)


@case("K6", "whole", listed=False)
def lines_before_and_nul_after(arena: Arena) -> None:
    """WP-API/WP-API#1174: empty lines before the JSON; and the zero bytes of a padded buffer behind it."""
    wrapped(arena, every, before=b"\r\n" * 40, after=b"\n\x00\x00\x00")


@case("K6", "whole or told", listed=False, says=("json", "answer"))
def length_without_the_mark(arena: Arena) -> None:
    """A Content-Length from before a byte order mark was put in: the last three bytes are cut off."""
    sent(arena, lists, "length_short")


@case("K6", "whole or told", listed=False, says=("json", "no sign", "switched off", "answer"))
def blank_if_gzip(arena: Arena) -> None:
    """WP-API/WP-API#2911: zlib.output_compression, and an empty body for whoever takes gzip."""

    def blank(request: Request, response: Response) -> None:
        if "gzip" in request.headers.get("accept-encoding", ""):
            response.body = b""

    changed(arena, every, blank)


@case("K6", "whole", listed=False)
def latin1_bytes(arena: Arena) -> None:
    """WP-API/WP-API#248: bytes that are no UTF-8 in some texts."""
    for row in arena.site.rows["posts"][::7]:
        row["content"] = {"rendered": "<p>CAFE-MARK</p>", "protected": False}

    def broken(_: Request, response: Response) -> None:
        response.body = response.body.replace(b"CAFE-MARK", b"caf\xe9")

    changed(arena, every, broken)


@case("K6", "whole", listed=False)
def zstd_unasked(arena: Arena) -> None:
    """A proxy that packs with zstd whoever asks."""
    sent(arena, every, "zstd")


@case("K6", "whole or told", listed=False, says=("answer",), slow=True)
def chunks_unended(arena: Arena) -> None:
    """The last chunk never comes: the connection is closed in its place."""
    sent(arena, lists, "chunks_unended")


# K7: ways and connections.


@case("K7", "whole", listed=False)
def slash_added(arena: Arena) -> None:
    """GoogleForCreators/web-stories-wp#5084: 301 to the same address with a slash at its end."""

    def add(request: Request) -> Response | None:
        if request.path.startswith("/wp-json") and not request.path.endswith("/"):
            path, _, query = request.target.partition("?")
            return Response(301, {"Location": f"{path}/{'?' if query else ''}{query}"})
        return None

    arena.site.before.append(add)


@case("K7", "whole", listed=False)
def slash_removed(arena: Arena) -> None:
    """johngodley/search-regex#171: 301 to the same address without the slash at its end."""

    def remove(request: Request) -> Response | None:
        path, _, query = request.target.partition("?")
        if len(path) > 1 and path.endswith("/"):
            return Response(301, {"Location": f"{path.rstrip('/')}{'?' if query else ''}{query}"})
        return None

    arena.site.before.append(remove)


@case("K7", "whole or told", listed=False, small=True, says=("same", "parameter"))
def slash_added_query_lost(arena: Arena) -> None:
    """The same as `slash_added`, by a rule that forgets the query."""

    def add(request: Request) -> Response | None:
        if request.path.startswith("/wp-json") and not request.path.endswith("/"):
            return Response(301, {"Location": f"{request.path}/"})
        return None

    arena.site.before.append(add)


@case("K7", "whole", listed=False)
def nocache_redirect(arena: Arena) -> None:
    """Each address is sent to itself with one parameter more, once."""

    def send(request: Request) -> Response | None:
        if request.route is None or "nocache" in request.query:
            return None
        return Response(302, {"Location": f"{request.target}{'&' if '?' in request.target else '?'}nocache=1"})

    arena.site.before.append(send)


@case("K7", "whole", listed=False)
def prefix_named(arena: Arena) -> None:
    """The prefix is changed (rest_url_prefix), and the front page names it in a header with a comma before."""
    arena.site.links = False

    def below(request: Request) -> Request | Response | None:
        if request.path.startswith("/api/"):
            return replace(request, route=request.path[4:].rstrip("/") or "/")
        return html(404, "<h1>404</h1>") if request.route is not None else None

    def link(_: Request, response: Response) -> None:
        response.headers["Link"] = f'<{arena.site.home}api/>; title="posts, pages"; rel="https://api.w.org/"'

    arena.site.before.append(below)
    changed(arena, lambda request: request.path == "/" and request.route is None, link)


@case("K7", "whole", listed=False)
def relative_link(arena: Arena) -> None:
    """The link element is relative, its attributes have no quotes, and its rel has two words."""
    arena.site.links = False
    arena.site.front += "<LINK href=/wp-json/ rel='alternate https://api.w.org/' />"


@case("K7", "whole or told", listed=False, says=("another site", "no sign"))
def api_elsewhere(arena: Arena) -> None:
    """wp-graphql/wp-graphql-headless-login#177: a front end of its own, which names the API on another port."""
    front = arena.more()
    page = f'<html><head><link rel="https://api.w.org/" href="{arena.site.home}wp-json/"></head><p>Hello.</p></html>'
    front.handler = lambda request: html(200 if request.path in {"/", "/index.html"} else 404, page)
    arena.address = f"{front.origin}/"


@case("K7", "rest", listed=False, lost="media", says=("robots.txt",))
def robots_one_route(arena: Arena) -> None:
    """robots.txt forbids one route of the API."""
    arena.site.robots = "User-agent: *\nDisallow: /wp-json/wp/v2/media\n"


@case("K7", "whole", listed=False)
def robots_types(arena: Arena) -> None:
    """robots.txt forbids the lists of types and taxonomies; the routes of the index tell as much."""
    arena.site.robots = "User-agent: *\nDisallow: /wp-json/wp/v2/types\nDisallow: /wp-json/wp/v2/taxonomies\n"


@case("K7", "told", listed=False, says=("robots.txt",))
def robots_queries(arena: Arena) -> None:
    """robots.txt forbids every address with a query, as many sites do against endless calendars."""
    arena.site.robots = "User-agent: *\nDisallow: /*?\n"


@case("K7", "whole", listed=False)
def early_hints(arena: Arena) -> None:
    """103 Early Hints (RFC 8297) before each answer."""
    sent(arena, lambda _: True, "early_hints")


@case("K7", "whole", listed=False)
def closes_in_silence(arena: Arena) -> None:
    """Connections that are said to be kept and are closed after each answer."""
    sent(arena, lambda _: True, "silent_close")


@case("K7", "whole or told", listed=False, says=("header", "answer"))
def header_with_a_space(arena: Arena) -> None:
    """~ curl/curl#9526: a header whose name is none, and another with a space at its end."""

    def odd(_: Request, response: Response) -> None:
        response.headers["X-Powered By"] = "PHP"
        response.headers["X-Ac"] = "1.lhr _a "

    changed(arena, lambda _: True, odd)


# More of the same kinds, which no report is known of.


@case("K2", "whole", listed=False, small=True)
def cap1_small(arena: Arena) -> None:
    """One row at a time, whatever is asked for."""
    cap(arena, post_lists, 1)


@case("K3", "whole", listed=False)
def per_page_400_html(arena: Arena) -> None:
    """A server before WordPress refuses a `per_page` above 30, and says no more than that the request is bad."""
    instead(arena, lambda request: request.is_list and size_of(request) > 30, lambda _: html(400, "<h1>Bad</h1>"))


@case("K4", "whole", listed=False)
def type_named_wp(arena: Arena) -> None:
    """A type whose name begins as those of the editor do."""
    quizzes = [row | {"type": "wp_quiz", "id": row["id"] + 5000} for row in arena.site.rows["pages"][:7]]
    arena.site.types["wp_quiz"] = {"slug": "wp_quiz", "rest_base": "quizzes", "rest_namespace": "/wp/v2/"}
    extra_route(arena, "quizzes", quizzes)
    arena.visible = arena.site.visible | {"posts:wp_quiz": {row["id"] for row in quizzes}}


@case("K5", "rest", listed=False, lost="posts:book", dead=True, says=("no list",))
def type_no_list(arena: Arena) -> None:
    """A plugin puts the rows of one type into an object of its own."""
    one_type(arena, "books", lambda: as_json({"success": True, "message": "Nothing found."}))


@case("K5", "whole", listed=False, slow=True)
def types_never(arena: Arena) -> None:
    """The list of types never comes; the routes of the index tell as much."""
    instead(arena, lambda request: request.route == "/wp/v2/types", lambda _: Response(how="never"))


@case("K7", "whole", listed=False)
def wp_json_403(arena: Arena) -> None:
    """The path is blocked, the parameter is not."""
    instead(arena, lambda request: request.path.startswith("/wp-json"), lambda _: forbidden())


@case("K7", "whole", listed=False, slow=True)
def front_never(arena: Arena) -> None:
    """The front page never answers; the API does."""
    instead(arena, lambda request: request.route is None and request.path == "/", lambda _: Response(how="never"))


@case("K7", "whole", listed=False)
def front_500(arena: Arena) -> None:
    instead(arena, lambda request: request.route is None and request.path == "/", lambda _: critical())


@case("K7", "told", listed=False, says=("login page",))
def all_to_login(arena: Arena) -> None:
    """Whoever is not logged in is sent to the login page."""

    def send(request: Request) -> Response | None:
        if request.path == "/robots.txt":
            return None
        if request.path == "/wp-login.php":
            return html(200, "<title>Log In</title><form id='loginform' action='/wp-login.php'></form>")
        return Response(302, {"Location": "/wp-login.php"})

    arena.site.before.append(send)


if TYPE_CHECKING:
    _Rows = list[Row]
