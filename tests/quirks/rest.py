"""The REST API of WordPress 6.5 as far as a harvest sees it: index, types, taxonomies, lists, single items.

`Site.answer` is the healthy site. A case of `cases.py` changes it with `before` (an answer in place of the site's, or
a changed request), `after` (a changed answer) and `listed` (a changed list, before it is cut into pages).
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.quirks import content
from tests.quirks.content import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.quirks.content import Row

_EDITOR = ("wp_block", "wp_template", "wp_template_part", "wp_navigation", "nav_menu_item")
_POST_ARGS = (
    "context", "page", "per_page", "search", "after", "modified_after", "author", "before", "modified_before",
    "exclude", "include", "offset", "order", "orderby", "slug", "status", "categories", "tags",
)  # fmt: skip
_TERM_ARGS = ("context", "page", "per_page", "search", "exclude", "include", "order", "orderby", "hide_empty", "slug")
_POST_ORDERS = ["author", "date", "id", "include", "modified", "parent", "relevance", "slug", "title"]
_TERM_ORDERS = ["id", "include", "name", "slug", "include_slugs", "term_group", "description", "count"]


@dataclass
class Request:
    """One request: `path` and `query` as they came, `route` below the API's root, null where it is none of the API."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    route: str | None = None
    target: str = ""

    @property
    def base(self) -> str | None:
        """The base of a list or single route, such as posts."""
        parts = (self.route or "").strip("/").split("/")
        return parts[2] if len(parts) in {3, 4} and parts[:2] == ["wp", "v2"] else None

    @property
    def is_single(self) -> bool:
        parts = (self.route or "").strip("/").split("/")
        return len(parts) == 4 and parts[3].isdecimal()

    @property
    def is_list(self) -> bool:
        return self.base in {kind.base for kind in KINDS} and not self.is_single and self.route is not None

    @property
    def is_post_list(self) -> bool:
        return self.is_list and self.base not in {"categories", "tags"}

    def number(self, name: str, default: int) -> int:
        value = self.query.get(name, "")
        return int(value) if value.lstrip("-").isdigit() else default

    def without(self, *names: str) -> Request:
        return replace(self, query={key: value for key, value in self.query.items() if key not in names})


@dataclass
class Response:
    """An answer. `how` says how it is sent where that is not plain HTTP/1.1: see `server.py`."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    how: str = ""
    delay: float = 0.0
    rows: list[Row] | None = None


def as_json(value: Any, status: int = 200, **headers: str) -> Response:
    named = {key.replace("_", "-"): text for key, text in headers.items()}
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, {"Content-Type": "application/json; charset=UTF-8"} | named, body)


def error(status: int, code: str, message: str = "Sorry.", **data: Any) -> Response:
    return as_json({"code": code, "message": message, "data": {"status": status} | data}, status)


def html(status: int, text: str, **headers: str) -> Response:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Response(status, {"Content-Type": "text/html; charset=UTF-8"} | named, f"<!DOCTYPE html>{text}".encode())


def invalid(name: str, message: str) -> Response:
    return error(400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: message})


class Site:
    """A site below `prefix` of a server whose address is `origin`. `visible` is what a person with curl could get."""

    def __init__(self, origin: str, prefix: str = "", *, small: bool = False, sizes: dict[str, int] | None = None,
                 first: int = 11) -> None:  # fmt: skip
        self.origin, self.prefix = origin, prefix
        self.home = self.named = f"{origin}{prefix}/"
        self.rows = content.rows(self.home, small=small, sizes=sizes, first=first)
        self.before: list[Callable[[Request], Response | Request | None]] = []
        self.after: list[Callable[[Request, Response], Response | None]] = []
        self.listed: list[Callable[[Request, list[Row]], list[Row]]] = []
        self.index_edits: list[Callable[[dict[str, Any]], None]] = []
        self.types: dict[str, dict[str, Any]] = {}
        self.namespaces = ["oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1"]
        self.maximum = 100
        self.post_args, self.term_args = list(_POST_ARGS), list(_TERM_ARGS)
        self.orders = list(_POST_ORDERS)
        self.links, self.pretty, self.robots = True, True, "User-agent: *\nDisallow: /wp-admin/\n"
        self.front = ""
        self.random = random.Random(7)
        self.lock = threading.Lock()
        self.counts: dict[str, int] = {}
        self.asked: list[str] = []

    @property
    def visible(self) -> dict[str, set[int]]:
        return {kind.collection: content.ids(self.rows[kind.base]) for kind in KINDS}

    def nth(self, name: str) -> int:
        """How often this was asked so far, this time included."""
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
            return self.counts[name]

    def answer(self, request: Request) -> Response:
        request.route = self._route(request)
        for change in self.before:
            found = change(request)
            if isinstance(found, Response):
                return self._changed(request, found)
            request = found or request
        return self._changed(request, self.healthy(request))

    def _changed(self, request: Request, response: Response) -> Response:
        for change in self.after:
            response = change(request, response) or response
        return response

    def _route(self, request: Request) -> str | None:
        if "rest_route" in request.query and request.path.startswith(self.prefix or "/"):
            return request.query["rest_route"]
        start = f"{self.prefix}/wp-json"
        index = f"{self.prefix}/index.php/wp-json"
        for each in (start, index):
            if self.pretty and (request.path == each or request.path.startswith(f"{each}/")):
                return unquote(request.path[len(each) :]) or "/"
        return None

    def healthy(self, request: Request) -> Response:  # noqa: PLR0911 - one a route
        if request.path == "/robots.txt":
            return Response(200, {"Content-Type": "text/plain"}, self.robots.encode())
        if request.route is None:
            return self.front_page(request)
        route = request.route.rstrip("/") or "/"
        if route == "/":
            return as_json(self.index())
        if route == "/wp/v2/types":
            return as_json(self.listed_types())
        if route == "/wp/v2/taxonomies":
            return as_json(self.listed_taxonomies())
        kind = next((kind for kind in KINDS if kind.base == request.base), None)
        if kind is None or route.startswith("/wp/v2//"):
            return error(404, "rest_no_route", "No route was found matching the URL and request method.")
        return self.single(kind, request) if request.is_single else self.list(kind, request)

    def front_page(self, request: Request) -> Response:
        headers: dict[str, str] = {}
        head = "<title>A site</title><link rel='stylesheet' href='/wp-content/themes/x/style.css'>"
        if self.links:
            headers["Link"] = f'<{self.named}wp-json/>; rel="https://api.w.org/"'
            head += f'<link rel="https://api.w.org/" href="{self.named}wp-json/">'
        is_ours = request.path.rstrip("/") in {self.prefix, f"{self.prefix}/index.php"}
        status = 200 if is_ours else 404
        found = html(status, f"<html><head>{head}{self.front}</head><body><p>Welcome.</p></body></html>")
        found.headers |= headers if is_ours else {}
        return found

    def index(self) -> dict[str, Any]:
        routes: dict[str, Any] = {"/": _endpoint([]), "/wp/v2": _endpoint(["namespace"])}
        routes |= {f"/wp/v2/{each}": _endpoint([]) for each in ("types", "taxonomies", "statuses", "search", "blocks")}
        for kind in KINDS:
            args = self.term_args if kind.is_term else self.post_args
            # Hierarchical taxonomies know no offset: WP_REST_Terms_Controller::get_collection_params.
            args = [*args, "offset"] if kind.slug == "post_tag" else args
            routes[f"/wp/v2/{kind.base}"] = _endpoint(args, self.maximum, _TERM_ORDERS if kind.is_term else self.orders)
            routes[f"/wp/v2/{kind.base}/(?P<id>[\\d]+)"] = _endpoint(["id", "context"])
        routes["/wp/v2/users"] = _endpoint(["page", "per_page"])
        routes["/wp/v2/users/(?P<id>[\\d]+)"] = _endpoint(["id"])
        routes["/wp/v2/comments"] = _endpoint(["page", "per_page"])
        routes["/wp/v2/comments/(?P<id>[\\d]+)"] = _endpoint(["id"])
        for route, described in routes.items():
            if "(" not in route:
                described["_links"] = {"self": [{"href": f"{self.home}wp-json{route}"}]}
        found = {
            "name": "A site", "description": "", "url": self.home.rstrip("/"), "home": self.home.rstrip("/"),
            "gmt_offset": 3, "timezone_string": "Europe/Istanbul", "namespaces": self.namespaces,
            "authentication": [], "routes": routes, "site_logo": 0, "_links": {},
        }  # fmt: skip
        for edit in self.index_edits:
            edit(found)
        return found

    def listed_types(self) -> dict[str, Any]:
        found = {
            kind.slug: {"name": kind.slug, "slug": kind.slug, "hierarchical": kind.slug == "page",
                        "taxonomies": ["category", "post_tag"] if kind.slug == "post" else [],
                        "rest_base": kind.base, "rest_namespace": "wp/v2"}
            for kind in KINDS if not kind.is_term
        }  # fmt: skip
        found |= {slug: {"slug": slug, "rest_base": slug, "rest_namespace": "wp/v2"} for slug in _EDITOR}
        return found | self.types

    def listed_taxonomies(self) -> dict[str, Any]:
        return {
            kind.slug: {"name": kind.slug, "slug": kind.slug, "types": ["post"], "rest_base": kind.base,
                        "hierarchical": kind.slug == "category", "rest_namespace": "wp/v2"}
            for kind in KINDS if kind.is_term
        }  # fmt: skip

    def single(self, kind: Kind, request: Request) -> Response:
        number = int((request.route or "").rstrip("/").rpartition("/")[2])
        for row in self.rows[kind.base]:
            if row["id"] == number:
                return as_json(_fields(row, request))
        code = "rest_term_invalid" if kind.is_term else "rest_post_invalid_id"
        return error(404, code, "Invalid ID.")

    def list(self, kind: Kind, request: Request) -> Response:
        known = self.term_args if kind.is_term else self.post_args
        known = [*known, "offset"] if kind.slug == "post_tag" else known
        query = {key: value for key, value in request.query.items() if key in known or key.startswith("_")}
        asked = replace(request, query=query)
        size = asked.number("per_page", 10)
        if not 1 <= size <= self.maximum:
            return invalid("per_page", f"per_page must be between 1 (inclusive) and {self.maximum} (inclusive)")
        orders = _TERM_ORDERS if kind.is_term else self.orders
        if query.get("orderby", orders[0]) not in orders:
            return invalid("orderby", f"orderby is not one of {', '.join(orders)}.")
        rows = _ordered(_filtered(self.rows[kind.base], asked), asked, kind)
        for change in self.listed:
            rows = change(request, rows)
        page = asked.number("page", 1)
        start = asked.number("offset", 0) if asked.number("offset", 0) > 0 else (page - 1) * size
        total, pages = len(rows), -(-len(rows) // size)
        if not kind.is_term and "offset" not in query and page > 1 and page > pages:
            return error(400, "rest_post_invalid_page_number", "The page number requested is too large.")
        shown = rows[start : start + size]
        found = as_json([_fields(row, request) for row in shown], X_WP_Total=str(total), X_WP_TotalPages=str(pages))
        found.rows = [_fields(row, request) for row in shown]
        return found


def _endpoint(args: list[str], maximum: int = 100, orders: list[str] | None = None) -> dict[str, Any]:
    described: dict[str, Any] = {name: {"required": False} for name in args}
    if "per_page" in described:
        described["per_page"] = {"type": "integer", "default": 10, "minimum": 1, "maximum": maximum}
    if orders and "orderby" in described:
        described["orderby"] = {"type": "string", "default": "date", "enum": orders}
    return {"namespace": "wp/v2", "methods": ["GET"], "endpoints": [{"methods": ["GET"], "args": described}]}


def _fields(row: Row, request: Request) -> Row:
    wanted = request.query.get("_fields")
    return row if not wanted else {key: row[key] for key in wanted.split(",") if key in row}


def _filtered(rows: list[Row], request: Request) -> list[Row]:
    query = request.query
    found = rows
    if "include" in query:
        wanted = {int(each) for each in query["include"].split(",") if each.isdigit()}
        found = [row for row in found if row["id"] in wanted]
    if "exclude" in query:
        unwanted = {int(each) for each in query["exclude"].split(",") if each.isdigit()}
        found = [row for row in found if row["id"] not in unwanted]
    for name, key, later in (("after", "date", True), ("before", "date", False), ("modified_after", "modified", True),
                             ("modified_before", "modified", False)):  # fmt: skip
        if name in query:
            moment = query[name].rstrip("Z")
            found = [row for row in found if (row[key] > moment if later else row[key] < moment)]
    return found


def _ordered(rows: list[Row], request: Request, kind: Kind) -> list[Row]:
    by = request.query.get("orderby", "name" if kind.is_term else "date")
    falling = request.query.get("order", "asc" if kind.is_term else "desc") == "desc"
    if by == "include":
        places = {int(each): place for place, each in enumerate(request.query.get("include", "").split(",")) if each}
        return sorted(rows, key=lambda row: places.get(row["id"], 0))
    key = by if by in {"id", "date", "modified", "slug", "name"} else "id"
    return sorted(rows, key=lambda row: (row.get(key) or row["id"], row["id"]), reverse=falling)


def parsed(method: str, target: str, headers: dict[str, str]) -> Request:
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, unquote(parts.path), query, headers, target=target)
