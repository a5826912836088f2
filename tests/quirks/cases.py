"""The cases: what a server does, and what must come of a harvest of it.

Each function changes a healthy site of `rest.py` into one that people met. The groups are: totals (K1), rows that are
counted and not shown (K2), refused parameters (K3), places that name what is offered (K4), bad routes, items and
moments (K5), odd answers (K6), and the way to the API (K7). `outcome` is one of

- whole: everything is in the tables, exit 0, complete, without a false alarm;
- rest: everything but `lost` is in the tables; `lost` is booked as failed where `dead`, else named as closed;
- rows: every row is in the tables; complete or told;
- told: not complete, not exit 0, and the reason holds one of `says`;
- whole or told: either.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from tests.quirks.content import KINDS
from tests.quirks.rest import Response, Site, as_json, error, html, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.quirks.content import Row
    from tests.quirks.rest import Request
    from tests.quirks.server import Server

    Outcome = Literal["whole", "rest", "rows", "told", "whole or told"]
    Lists = Callable[[Request], bool]


@dataclass
class Arena:
    """Where a case takes place: the site, the address that the user names, and other servers if it needs them."""

    site: Site
    server: Server
    more: Callable[[], Server]
    address: str = ""
    visible: dict[str, set[int]] | None = None
    withdrawn: dict[str, set[int]] = field(default_factory=dict)
    """Items that the site itself refuses now, so that a refresh may call them unpublished."""

    def expected(self) -> dict[str, set[int]]:
        return self.site.visible if self.visible is None else self.visible


@dataclass
class Case:
    """One case: how it is set up, and what must come of it."""

    name: str
    group: str
    outcome: Outcome
    change: Callable[[Arena], None]
    small: bool = False
    sizes: dict[str, int] = field(default_factory=dict)
    first: int = 11
    prefix: str = ""
    lost: str = ""
    dead: bool = False
    says: tuple[str, ...] = ()
    most_requests: int = 0
    slow: bool = False
    listed: bool = True


CASES: dict[str, Case] = {}


def case(group: str, outcome: Outcome, **about: Any) -> Callable[[Callable[[Arena], None]], Callable[[Arena], None]]:
    """Register a case under the name of the function that sets it up."""

    def register(change: Callable[[Arena], None]) -> Callable[[Arena], None]:
        name = change.__name__.rstrip("_")
        assert name not in CASES, name
        CASES[name] = Case(name, group, outcome, change, **about)
        return change

    return register


def every(request: Request) -> bool:
    return request.route is not None


def lists(request: Request) -> bool:
    return request.is_list


def post_lists(request: Request) -> bool:
    return request.is_post_list


def posts(request: Request) -> bool:
    return request.is_list and request.base == "posts"


def unincluded(request: Request) -> bool:
    return request.is_post_list and "include" not in request.query


def unincluded_posts(request: Request) -> bool:
    return unincluded(request) and request.base == "posts"


def with_text(response: Response) -> int:
    """How many rows of an answer hold their text."""
    return sum("content" in row or "source_url" in row for row in response.rows or [])


def critical(status: int = 500) -> Response:
    return html(status, "<title>Error</title><p>There has been a critical error on this website.</p>")


def forbidden() -> Response:
    return html(403, "<title>403 Forbidden</title><h1>Forbidden</h1><p>Access denied.</p>")


def changed(arena: Arena, which: Lists, change: Callable[[Request, Response], Response | None]) -> None:
    """Change the right answers to these requests."""
    arena.site.after.append(lambda request, response: change(request, response) if which(request) else None)


def instead(arena: Arena, which: Lists, answer: Callable[[Request], Response | None]) -> None:
    """Answer these requests in another way; null lets the site answer."""
    arena.site.before.append(lambda request: answer(request) if which(request) else None)


def dropped(arena: Arena, which: Lists, *names: str) -> None:
    """Let these parameters not arrive; all, where none is named."""
    arena.site.before.append(
        lambda request: request.without(*(names or tuple(request.query))) if which(request) else None
    )


def totals(response: Response, total: int | None, pages: int | None = None) -> None:
    for name, value in (("X-WP-Total", total), ("X-WP-TotalPages", pages)):
        response.headers.pop(name, None)
        if value is not None:
            response.headers[name] = str(value)


def set_total(total: int | None, pages: int | None) -> Callable[[Request, Response], None]:
    return lambda _, response: totals(response, total, pages) if response.status == 200 else None


def cut_rows(response: Response, rows: list[Row]) -> None:
    response.rows = rows
    response.body = json.dumps(rows).encode()


# K1: a total is a hint, the rows are the truth.


@case("K1", "whole")
def no_total(arena: Arena) -> None:
    changed(arena, lists, set_total(None, None))


@case("K1", "whole")
def lower_total(arena: Arena) -> None:
    def lower(_: Request, response: Response) -> None:
        response.how = "lower"

    changed(arena, every, lower)


@case("K1", "whole")
def total_sometimes(arena: Arena) -> None:
    def second(_: Request, response: Response) -> None:
        if arena.site.nth("lists") % 2 == 0:
            totals(response, None)

    changed(arena, lists, second)


@case("K1", "whole")
def total_zero(arena: Arena) -> None:
    changed(arena, post_lists, set_total(0, 0))


@case("K1", "whole")
def total_stale(arena: Arena) -> None:
    changed(arena, posts, set_total(100, 1))


def window(arena: Arena, most: int, *, capped_total: bool) -> None:
    def change(request: Request, rows: list[Row]) -> list[Row]:
        if not unincluded(request) or len(rows) <= most:
            return rows
        if request.number("offset", (request.number("page", 1) - 1) * size_of(request)) + size_of(request) > most:
            request.query["too_far"] = str(len(rows))
        return rows

    def emptied(request: Request, response: Response) -> None:
        if response.status != 200:
            return
        if "too_far" in request.query:
            cut_rows(response, [])
        total = int(response.headers.get("X-WP-Total", "0"))
        if capped_total and total > most:
            totals(response, most, -(-most // size_of(request)))

    arena.site.listed.append(change)
    changed(arena, unincluded, emptied)


def size_of(request: Request) -> int:
    return request.number("per_page", 10)


@case("K1", "whole or told", says=("window", "200", "beyond", "cannot be reached"))
def window_total_capped2(arena: Arena) -> None:
    window(arena, 200, capped_total=True)


@case("K1", "rows", says=("ten", "10"))
def no_total_cap10(arena: Arena) -> None:
    cap(arena, post_lists, 10)
    changed(arena, lists, set_total(None, None))


def cap(arena: Arena, which: Lists, most: int) -> None:
    def fewer(request: Request) -> Request | None:
        if not which(request):
            return None
        return replace(request, query=request.query | {"per_page": str(most)})

    arena.site.before.append(fewer)


# K2: what the total counts and no page shows is failed, until it is proven hidden.


@case("K2", "rows", says=("20", "counts"))
def total_high(arena: Arena) -> None:
    def high(request: Request, response: Response) -> None:
        total = response.headers.get("X-WP-Total")
        if total and response.status == 200:
            totals(response, int(total) + 20, -(-(int(total) + 20) // size_of(request)))

    changed(arena, unincluded, high)


@case("K2", "whole", most_requests=500)
def cap10(arena: Arena) -> None:
    cap(arena, post_lists, 10)


@case("K2", "whole", small=True, most_requests=200)
def cap10_small(arena: Arena) -> None:
    cap(arena, post_lists, 10)


@case("K2", "told", small=True, says=("same", "parameter"))
def all_dropped_small(arena: Arena) -> None:
    dropped(arena, lists)


def other_order(arena: Arena, key: Callable[[Request], str]) -> None:
    def change(request: Request, rows: list[Row]) -> list[Row]:
        if not unincluded(request):
            return rows
        seed = key(request)
        return sorted(rows, key=lambda row: hash_of(f"{seed}-{row['id']}"))

    arena.site.listed.append(change)


def hash_of(text: str) -> int:
    value = 2166136261
    for each in text.encode():
        value = (value ^ each) * 16777619 % 2**32
    return value


@case("K2", "whole")
def orderby_stable(arena: Arena) -> None:
    other_order(arena, lambda _: "fixed")


@case("K2", "whole or told", says=("order",))
def orderby_ties(arena: Arena) -> None:
    names = ("offset", "page", "per_page", "_fields")
    other_order(arena, lambda request: "|".join(request.query.get(name, "") for name in names))


@case("K2", "whole or told", says=("window", "200", "beyond", "cannot be reached"))
def window_200(arena: Arena) -> None:
    window(arena, 200, capped_total=False)


@case("K2", "whole")
def duplicate_across_pages(arena: Arena) -> None:
    def twice(request: Request, rows: list[Row]) -> list[Row]:
        if not unincluded_posts(request):
            return rows
        return [each for place, row in enumerate(rows) for each in ([row, row] if place % 9 == 0 else [row])]

    arena.site.listed.append(twice)


@case("K2", "whole")
def sticky_first(arena: Arena) -> None:
    first = arena.site.rows["posts"][120:122]

    def before(request: Request, response: Response) -> None:
        if response.status == 200 and response.rows is not None and "include" not in request.query:
            wanted = [key for key in request.query.get("_fields", "").split(",") if key]
            sticky = [{key: row[key] for key in wanted} if wanted else row for row in first]
            cut_rows(response, [*sticky, *response.rows])

    changed(arena, posts, before)


@case("K2", "whole")
def excluded_ids(arena: Arena) -> None:
    hidden = {row["id"] for row in arena.site.rows["posts"][7::8][:30]}
    arena.site.listed.append(
        lambda request, rows: [row for row in rows if row["id"] not in hidden] if posts(request) else rows
    )
    arena.visible = arena.site.visible | {"posts:post": arena.site.visible["posts:post"] - hidden}


def flaky(arena: Arena, which: Lists, one_in: int, answer: Callable[[], Response]) -> None:
    """Answer one such request in so many in another way, by chance; what comes of it is the same in each run."""

    def maybe(_: Request) -> Response | None:
        with arena.site.lock:
            return answer() if arena.site.random.randrange(one_in) == 0 else None

    instead(arena, which, maybe)


@case("K2", "whole")
def flaky_empty_list(arena: Arena) -> None:
    flaky(arena, lists, 8, lambda: as_json([]))


@case("K2", "whole")
def empty_list_zero_once(arena: Arena) -> None:
    def once(_: Request) -> Response | None:
        return as_json([], X_WP_Total="0", X_WP_TotalPages="0") if arena.site.nth("posts") == 1 else None

    instead(arena, posts, once)


# K3: a refusal of a parameter is not a refusal of the collection.


@case("K3", "whole")
def max50(arena: Arena) -> None:
    arena.site.maximum = 50


@case("K3", "whole")
def orderby_refused(arena: Arena) -> None:
    arena.site.orders.remove("id")


@case("K3", "whole")
def orderby_include_refused(arena: Arena) -> None:
    arena.site.orders.remove("include")


def modified_after(arena: Arena, answer: Callable[[Request], Response | Request]) -> None:
    arena.site.before.append(lambda request: answer(request) if "modified_after" in request.query else None)


@case("K3", "whole", sizes={"posts": 420})
def modified_after_400(arena: Arena) -> None:
    modified_after(arena, lambda _: invalid("modified_after", "Invalid date."))


@case("K3", "whole", sizes={"posts": 420})
def modified_after_500(arena: Arena) -> None:
    modified_after(arena, lambda _: critical())


@case("K3", "whole", sizes={"posts": 420})
def modified_after_ignored(arena: Arena) -> None:
    modified_after(arena, lambda request: request.without("modified_after"))


def one_type(arena: Arena, base: str, answer: Callable[[], Response]) -> None:
    instead(arena, lambda request: request.base == base, lambda _: answer())


@case("K3", "rest", lost="posts:book", says=("rest_forbidden", "401"))
def type_401(arena: Arena) -> None:
    one_type(arena, "books", lambda: error(401, "rest_forbidden", "Sorry, you are not allowed to do that."))


# K4: what is offered stands in more than one place.


@case("K4", "whole")
def leading_slash_base(arena: Arena) -> None:
    winners = [row | {"type": "winner", "id": row["id"] + 5000} for row in arena.site.rows["pages"][:7]]
    arena.site.types["winner"] = {"slug": "winner", "rest_base": "/api/winners", "rest_namespace": "wp/v2"}
    extra_route(arena, "api/winners", winners)
    arena.visible = arena.site.visible | {"posts:winner": {row["id"] for row in winners}}


def extra_route(arena: Arena, base: str, rows: list[Row]) -> None:
    """A list route of its own, with all that a list of pages can."""
    site = arena.site

    def answer(request: Request) -> Response | None:
        route = (request.route or "").rstrip("/")
        if route == f"/wp/v2/{base}":
            return as_pages(site, rows, request)
        if route.startswith(f"/wp/v2/{base}/"):
            found = [row for row in rows if route.endswith(f"/{row['id']}")]
            return as_json(found[0]) if found else error(404, "rest_post_invalid_id")
        return None

    site.before.append(answer)


def as_pages(site: Site, rows: list[Row], request: Request) -> Response:
    before, site.rows["pages"] = site.rows["pages"], rows
    try:
        return site.list(KINDS[1], request)
    finally:
        site.rows["pages"] = before


@case("K4", "whole or told", says=("language",))
def wpml(arena: Arena) -> None:
    multilingual(arena, "wpml/v1")


def multilingual(arena: Arena, namespace: str, *, folder: bool = True, everything: str = "all") -> None:
    """English by default; the third that is French with lang=fr, or below /fr/."""
    site = arena.site
    site.namespaces.append(namespace)
    for language in ("en", "fr"):
        href = site.home if language == "en" else f"{site.home}fr/"
        site.front += f'<link rel="alternate" hreflang="{language}" href="{href}">'
    french = {row["id"] for base in ("posts", "pages") for row in site.rows[base][::3]}
    for base in ("posts", "pages"):
        for row in site.rows[base]:
            if row["id"] in french:
                row["link"] = row["link"].replace(site.home, f"{site.home}fr/")

    def below(request: Request) -> Request | None:
        if folder and request.path.startswith(f"{site.prefix}/fr/wp-json"):
            route = request.path[len(f"{site.prefix}/fr/wp-json") :] or "/"
            return replace(request, route=route, query=request.query | {"lang": "fr"})
        return None

    def spoken(request: Request, rows: list[Row]) -> list[Row]:
        language = request.query.get("lang", "en")
        if request.base not in {"posts", "pages"} or language == everything or "include" in request.query:
            return rows
        return [row for row in rows if (row["id"] in french) == (language == "fr")]

    site.before.append(below)
    site.listed.append(spoken)


@case("K4", "whole", prefix="/blog", small=True, sizes={"posts": 5, "books": 3})
def subfolder_noslash(arena: Arena) -> None:
    site, other = arena.site, Site(arena.server.origin, small=True, first=9001)
    site.links = False
    arena.address = f"{arena.server.origin}/blog"
    arena.server.handler = lambda request: (site if request.path.startswith("/blog") else other).answer(request)


@case("K4", "whole")
def regex_base(arena: Arena) -> None:
    arena.site.types["odd"] = {"slug": "odd", "rest_base": r"odd/(?P<x>\d+)", "rest_namespace": "wp/v2"}


@case("K4", "whole")
def index_routes_hidden(arena: Arena) -> None:
    arena.site.index_edits.append(lambda index: index.update(routes=[]))


# K5: one bad route, post or moment is not the site.


@case("K5", "rest", lost="posts:book", dead=True, says=("500",))
def type_500(arena: Arena) -> None:
    one_type(arena, "books", critical)


@case("K5", "rest", lost="posts:post", says=("403",))
def first_type_403_html(arena: Arena) -> None:
    one_type(arena, "posts", forbidden)


@case("K5", "rest", lost="media", says=("403",))
def media_403_html(arena: Arena) -> None:
    one_type(arena, "media", forbidden)


@case("K5", "whole", slow=True)
def media_timeout(arena: Arena) -> None:
    slow(arena, lambda request: request.base == "media", 6.0)


def slow(arena: Arena, which: Lists, seconds: float) -> None:
    def late(_: Request, response: Response) -> None:
        response.delay = seconds

    changed(arena, which, late)


@case("K5", "whole")
def taxonomies_403(arena: Arena) -> None:
    instead(arena, lambda request: request.route == "/wp/v2/taxonomies", lambda _: error(403, "rest_forbidden"))


def killed_by(arena: Arena, how: str, *, base: str = "posts", place: int = 77) -> int:
    """The text of one post kills the answer that holds it. Returns its id."""
    bad: int = arena.site.rows[base][place]["id"]

    def kill(request: Request, response: Response) -> None:
        held = response.rows or []
        is_single = request.is_single and (request.route or "").endswith(f"/{bad}")
        if is_single or any(row["id"] == bad and "content" in row for row in held):
            response.how = how

    changed(arena, lambda request: request.base == base, kill)
    arena.visible = arena.site.visible | {f"posts:{base[:-1]}": arena.site.visible[f"posts:{base[:-1]}"] - {bad}}
    return bad


@case("K5", "rest", lost="posts:post 1", dead=True, says=("BAD",))
def reset_on_one(arena: Arena) -> None:
    killed_by(arena, "reset")


@case("K5", "whole", slow=True)
def slow_pages(arena: Arena) -> None:
    def late(_: Request, response: Response) -> None:
        response.delay = 4.0 if with_text(response) > 50 else 0.0

    changed(arena, lists, late)


@case("K5", "whole")
def big_500(arena: Arena) -> None:
    changed(arena, lists, lambda _, response: critical() if with_text(response) > 20 else None)


@case("K5", "whole", slow=True)
def busy_429(arena: Arena) -> None:
    instead(arena, lambda _: arena.site.nth("all") % 4 == 0, lambda _: html(429, "<p>Too many requests.</p>"))


@case("K5", "whole")
def flaky_502(arena: Arena) -> None:
    flaky(arena, every, 4, lambda: html(502, "<h1>Bad gateway</h1>"))


@case("K5", "whole")
def cf_520_once(arena: Arena) -> None:
    def once(request: Request) -> Response | None:
        return html(520, "<h1>Error 520</h1>") if arena.site.nth(f"{request.route}") == 1 else None

    instead(arena, lambda request: request.route == "/wp/v2/types", once)


@case("K5", "whole or told", says=("403",))
def flaky_403(arena: Arena) -> None:
    flaky(arena, lists, 15, forbidden)


def challenge(status: int = 403) -> Response:
    text = "<title>Just a moment...</title><p>Wait.</p><script src='/cdn-cgi/challenge-platform/x'></script>"
    return html(status, text, CF_Mitigated="challenge")


@case("K5", "told", says=("challenge",))
def challenge_midway(arena: Arena) -> None:
    instead(arena, lambda _: arena.site.nth("all") > 12, lambda _: challenge())


# K6: where the full request fails, a plainer one is asked; where the answer is odd, what can be read is read.


@case("K6", "whole")
def offset_dropped(arena: Arena) -> None:
    dropped(arena, lists, "offset")


@case("K6", "whole")
def include_dropped(arena: Arena) -> None:
    dropped(arena, lists, "include", "orderby")


def long_query(arena: Arena, answer: Callable[[], Response]) -> None:
    instead(arena, lambda request: len(request.target.partition("?")[2]) > 256, lambda _: answer())


@case("K6", "whole")
def include_403(arena: Arena) -> None:
    long_query(arena, forbidden)


@case("K6", "whole")
def include_414(arena: Arena) -> None:
    long_query(arena, lambda: html(414, "<h1>Request-URI Too Large</h1>"))


@case("K6", "whole")
def fields_ignored(arena: Arena) -> None:
    dropped(arena, every, "_fields")


@case("K6", "whole")
def fields_500(arena: Arena) -> None:
    instead(
        arena, lambda request: "_fields" in request.query and request.base in {"posts", "pages", "books"},
        lambda _: critical(),
    )  # fmt: skip


def wrapped(arena: Arena, which: Lists, before: bytes = b"", after: bytes = b"") -> None:
    def wrap(_: Request, response: Response) -> None:
        if "json" in response.headers.get("Content-Type", ""):
            response.body = before + response.body + after

    changed(arena, which, wrap)


@case("K6", "whole")
def fields_notice(arena: Arena) -> None:
    notice = b"\nWarning: Undefined array key [12] in {debug} /srv/plugin.php on line 40\n"
    wrapped(arena, lambda request: request.is_list and "_fields" in request.query, before=notice)


@case("K6", "whole")
def wp47(arena: Arena) -> None:
    dropped(arena, every, "_fields", "modified_after", "modified_before")
    for name in ("modified_after", "modified_before"):
        arena.site.post_args.remove(name)

    def old(request: Request, response: Response) -> Response | None:
        if request.route not in {"/wp/v2/types", "/wp/v2/taxonomies"}:
            return None
        listed = json.loads(response.body)
        return as_json(
            {name: {k: v for k, v in each.items() if k != "rest_namespace"} for name, each in listed.items()}
        )

    arena.site.after.append(old)


def sent(arena: Arena, which: Lists, how: str) -> None:
    def send(_: Request, response: Response) -> None:
        response.how = how

    changed(arena, which, send)


@case("K6", "whole or told", says=("gzip", "compress", "json"))
def gzip_lie(arena: Arena) -> None:
    sent(arena, every, "gzip_lie")


@case("K6", "whole or told", says=("gzip", "compress", "json"))
def gzip_twice(arena: Arena) -> None:
    sent(arena, every, "gzip_twice")


@case("K6", "whole or told", says=("gzip", "compress", "json"))
def gzip_no_trailer(arena: Arena) -> None:
    sent(arena, every, "gzip_no_trailer")


@case("K6", "whole or told", says=("deflate", "compress", "json"))
def deflate_raw(arena: Arena) -> None:
    sent(arena, every, "deflate_raw")


@case("K6", "whole")
def http10(arena: Arena) -> None:
    sent(arena, lambda _: True, "http10")


@case("K6", "whole")
def chunked_and_length(arena: Arena) -> None:
    sent(arena, lambda _: True, "chunked_and_length")


@case("K6", "whole")
def notice_before(arena: Arena) -> None:
    notice = (
        b"\xef\xbb\xbf<br />\n<b>Notice</b>:  Undefined index: x in <b>/srv/plugin.php</b> on line <b>12</b><br />\n"
    )
    wrapped(arena, every, before=notice)


@case("K6", "whole")
def comment_after(arena: Arena) -> None:
    wrapped(arena, every, after=b"\n<!-- Cached [page] by {a plugin} in 0.2 s -->")


@case("K6", "whole or told", says=("behind",))
def text_after(arena: Arena) -> None:
    wrapped(
        arena, every, after=b"<br />\n<b>Warning</b>: Cannot modify headers in <b>/srv/a.php</b> on line <b>3</b><br />"
    )


@case("K6", "whole")
def status_404_json(arena: Arena) -> None:
    def wrong(_: Request, response: Response) -> None:
        response.status = 404

    changed(arena, every, wrong)


@case("K6", "whole or told", says=("id",))
def id_strings(arena: Arena) -> None:
    def texts(_: Request, response: Response) -> None:
        if response.rows is not None:
            cut_rows(response, [row | {"id": str(row["id"])} for row in response.rows])

    changed(arena, lists, texts)


@case("K6", "whole or told", says=("envelope",))
def envelope_forced(arena: Arena) -> None:
    def put_in(_: Request, response: Response) -> Response | None:
        if response.rows is None:
            return None
        headers = {name: int(response.headers[name]) for name in ("X-WP-Total", "X-WP-TotalPages")}
        return as_json({"body": response.rows, "status": response.status, "headers": headers})

    changed(arena, lists, put_in)


@case("K6", "whole", first=2**33 + 5)
def big_ids(_: Arena) -> None:
    pass


@case("K6", "whole", sizes={"posts": 250})
def null_gmt(arena: Arena) -> None:
    for row in arena.site.rows["posts"][:50]:
        row |= {"date_gmt": None, "modified_gmt": None}


@case("K6", "whole")
def index_6mb(arena: Arena) -> None:
    arena.site.index_edits.append(lambda index: index.update(plugin={"blob": "x" * 6_000_000}))


# K7: the first obstacle on the way to the API is not the end of it.


def route_error(arena: Arena, routes: Iterable[str], answer: Callable[[], Response]) -> None:
    named = set(routes)
    instead(
        arena, lambda request: (request.route or "-").rstrip("/") in named or request.route in named, lambda _: answer()
    )


@case("K7", "whole")
def types_401(arena: Arena) -> None:
    route_error(arena, ("/wp/v2/types", "/wp/v2/taxonomies"), lambda: error(401, "rest_login_required"))


@case("K7", "whole")
def index_401(arena: Arena) -> None:
    route_error(arena, ("/",), lambda: error(401, "rest_cannot_access"))


@case("K7", "whole")
def index_500(arena: Arena) -> None:
    route_error(arena, ("/",), critical)


@case("K7", "whole")
def index_no_namespace(arena: Arena) -> None:
    arena.site.index_edits.append(lambda index: index.update(namespaces=["oembed/1.0"]))


@case("K7", "whole")
def links_removed(arena: Arena) -> None:
    arena.site.links = False


@case("K7", "whole")
def rest_route_only(arena: Arena) -> None:
    arena.site.pretty = False


@case("K7", "whole")
def moved_domain(arena: Arena) -> None:
    arena.site.named = "http://old-domain.invalid/"
    for rows in arena.site.rows.values():
        for row in rows:
            row["link"] = row["link"].replace(arena.site.home, arena.site.named)


@case("K7", "whole")
def lang_redirect(arena: Arena) -> None:
    arena.site.links = False

    def send(request: Request) -> Response | None:
        if request.path == "/" and request.route is None:
            return Response(302, {"Location": "/en/"})
        return html(200, "<p>Hello.</p>") if request.path == "/en/" else None

    arena.site.before.append(send)


def deep(arena: Arena) -> None:
    arena.site.links = False
    arena.address = f"{arena.server.origin}/2024/01/a-post/"
    instead(arena, lambda request: request.path == "/2024/01/a-post/" and request.route is None,
            lambda _: html(200, "<p>A post.</p>"))  # fmt: skip


@case("K7", "whole")
def deep_address(arena: Arena) -> None:
    deep(arena)


@case("K7", "whole")
def deep_address_nginx(arena: Arena) -> None:
    deep(arena)
    arena.site.before.append(
        lambda request: html(404, "<h1>404</h1>") if request.path.count("/") > 1 and ".php" in request.path else None
    )


@case("K7", "whole")
def front_403(arena: Arena) -> None:
    instead(arena, lambda request: request.route is None and request.path == "/", lambda _: forbidden())


@case("K7", "whole")
def front_elsewhere(arena: Arena) -> None:
    instead(arena, lambda request: request.route is None and request.path == "/",
            lambda _: Response(301, {"Location": "https://www.headless.invalid/"}))  # fmt: skip


@case("K7", "whole")
def prefix_changed(arena: Arena) -> None:
    arena.site.links = arena.site.pretty = False


@case("K7", "whole")
def pretty_redirect_lang(arena: Arena) -> None:
    def send(request: Request) -> Response | Request | None:
        if request.path.startswith("/en/wp-json"):
            return replace(request, route=request.path[len("/en/wp-json") :] or "/")
        return Response(302, {"Location": f"/en{request.target}"}) if request.path.startswith("/wp-json") else None

    arena.site.before.append(send)


@case("K7", "whole")
def upper_scheme_link(arena: Arena) -> None:
    arena.site.links = False
    upper = arena.site.home.replace("http://", "HTTP://")

    def link(_: Request, response: Response) -> None:
        response.headers["Link"] = f"<{upper}?p=3>; rel='shortlink', <{upper}wp-json/>; rel='https://api.w.org/'"

    changed(arena, lambda request: request.path == "/" and request.route is None, link)


@case("K7", "whole or told", says=("cookie",))
def cookie_redirect(arena: Arena) -> None:
    def wall(request: Request) -> Response | None:
        if request.path == "/robots.txt" or "gate=open" in request.headers.get("cookie", ""):
            return None
        return Response(302, {"Location": request.target, "Set-Cookie": "gate=open; Path=/"})

    arena.site.before.append(wall)


@case("K7", "told", says=("robots.txt",))
def robots_wpjson(arena: Arena) -> None:
    arena.site.robots = "User-agent: *\nDisallow: /wp-json/\n"


@case("K7", "told", says=("robots.txt",))
def robots_500(arena: Arena) -> None:
    instead(arena, lambda request: request.path == "/robots.txt", lambda _: critical())


@case("K7", "whole")
def robots_elsewhere(arena: Arena) -> None:
    other = arena.more()
    other.handler = lambda _: Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n")
    instead(arena, lambda request: request.path == "/robots.txt",
            lambda _: Response(301, {"Location": f"{other.origin}/robots.txt"}))  # fmt: skip


@case("K7", "told", says=("agent",))
def ua_wall(arena: Arena) -> None:
    instead(arena, lambda request: "Mozilla" not in request.headers.get("user-agent", ""), lambda _: forbidden())


@case("K7", "told", says=("challenge",))
def challenge_202(arena: Arena) -> None:
    def captcha(_: Request) -> Response:
        return html(202, "<meta http-equiv='refresh' content='0;/.well-known/sgcaptcha/'>", SG_Captcha="challenge")

    instead(arena, lambda request: request.path != "/robots.txt", captcha)


@case("K7", "told", says=("password",))
def basic_auth(arena: Arena) -> None:
    instead(
        arena, lambda _: True, lambda _: html(401, "<h1>Unauthorized</h1>", WWW_Authenticate='Basic realm="Staging"')
    )


LISTED = frozenset(CASES)
"""The cases of the table that this server was built from; those of `more_cases.py` are of the same kinds."""
_ = itertools
