"""Pages of a WordPress in web archives, as items of the REST API.

A page of one post says which post it is, whatever the theme: its `<head>` names the post's address in the API
(https://developer.wordpress.org/reference/functions/rest_output_link_wp_head/), and `body_class` its number
(https://developer.wordpress.org/reference/functions/get_body_class/). A page without such a key is no item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs, unquote

import msgspec
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from presscorpus.content.html import Unreadable
from presscorpus.content.html.limits import survey
from presscorpus.content.url_parts import parts_of
from presscorpus.lazy import lazy
from presscorpus.observations import publicness
from presscorpus.observations.payload import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.observations.html_pages import fields
else:
    fields = lazy("presscorpus.observations.html_pages.fields")

ORIGIN: Final = "page"
# Cheap signs that a page may have a key: nearly all pages of other systems have none of them.
_SIGNS: Final = re.compile(rb"postid-\d|page-id-\d|wp(?:/|%2[Ff])v2(?:/|%2[Ff])")
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head)", re.IGNORECASE | re.DOTALL
)
_HEAD: Final = 8192
_LONGEST: Final = 10_000_000
_CHARSET: Final = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# What HTML calls Latin 1 is Windows' (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_BROWSERS: Final = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
_OPTIONS: Final = int(LexborDocumentOptions.WO_EVENTS)
_ROUTE: Final = re.compile(r"/wp/v2/([a-z0-9_-]+)/(\d{1,18})/?$")
_LISTS: Final = frozenset({"categories", "tags", "users"})
_TYPES: Final = {"posts": "post", "pages": "page", "media": "attachment"}
# Pages that show a list, a part of a post, a file, or the front page, which is no post's own address.
_NO_ITEM: Final = frozenset({"home", "blog", "archive", "search", "error404", "attachment", "paged"})
_OF_LOGIN: Final = frozenset({"logged-in", "admin-bar"})
_PART: Final = re.compile(r"(?:single|page)-paged-\d+")
# Addresses of the Internet Archive's replay, in a page that was rewritten for it.
_REPLAY: Final = re.compile(r"(?:(?:https?:)?//web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(?=https?:|//)")


class Key(NamedTuple):
    """The type and number of the post that a page shows."""

    type: str
    id: int


def piece(payload: bytes, url: str) -> Piece | None:
    """Return the item that a page shows.

    Args:
        payload: The body, its content coding undone.
        url: The address that it was captured at.

    Returns:
        The whole page as `raw`, and JSON as the REST API would give it; null for a page without a key, and for anything
        that is no page.
    """
    if not (url.startswith(("http://", "https://")) and _HTML.match(payload[:_HEAD]) and _SIGNS.search(payload)):
        return None
    page = _parsed(payload)
    key = _key(page) if page is not None else None
    if page is None or key is None:
        return None
    body = {"id": key.id, "type": key.type, **fields.read(page, url, key.id)}
    login = not _OF_LOGIN.isdisjoint(_classes(page)) or publicness.of_address(url) is not None
    return Piece(1, payload, msgspec.json.encode(body), (), ORIGIN, publicness.LOGIN if login else None)


def api_of(payload: bytes) -> str | None:
    """Return the address of the API that a page names; null where it names none."""
    page = _parsed(payload)
    return fields.api_of(page) if page is not None else None


def _parsed(payload: bytes) -> LexborHTMLParser | None:
    html = _REPLAY.sub("", _text(payload))
    if len(html) > _LONGEST:
        return None
    try:
        survey(html)
    except Unreadable:
        return None
    return LexborHTMLParser(html, options=_OPTIONS)


def _text(payload: bytes) -> str:
    """A page as text, by its byte order mark or the encoding that its head names.

    Which old sites do.
    """
    found = _CHARSET.search(payload[:_HEAD])
    named = found[1].decode().lower() if found else "utf-8"
    named = "utf-8-sig" if payload.startswith(b"\xef\xbb\xbf") else _AS_BROWSERS.get(named, named)
    try:
        return payload.decode(named, "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _key(page: LexborHTMLParser) -> Key | None:
    """The key that a page gives; null where what names it is contradictory."""
    classes = _classes(page)
    if not _NO_ITEM.isdisjoint(classes) or any(_PART.fullmatch(each) for each in classes):
        return None
    by_class, routes = _by_class(classes), _routes(page)
    if not routes:
        return by_class if by_class and by_class.type != "attachment" else None
    ((base, number), *more) = routes
    if more or base in _LISTS:
        return None
    named = Key(_TYPES[base], number) if base in _TYPES else by_class or _by_wrapper(page, number)
    if named is None or named.id != number or (by_class and by_class != named) or named.type == "attachment":
        return None
    return named


def _classes(page: LexborHTMLParser) -> list[str]:
    body = page.css_first("body")
    return ((body.attributes.get("class") if body else None) or "").split()


def _by_class(classes: list[str]) -> Key | None:
    number = _number(classes, "postid-")
    kind = next((each.removeprefix("single-") for each in classes if each.startswith("single-")), None)
    if number and kind and "single" in classes:
        return Key(kind, number)
    number = _number(classes, "page-id-")
    return Key("page", number) if number else None


def _routes(page: LexborHTMLParser) -> set[tuple[str, int]]:
    """The routes of the API that a page names as another form of itself.

    Of a post, a term or an author.
    """
    found: set[tuple[str, int]] = set()
    for link in page.css('link[rel="alternate"][type="application/json"]'):
        parts = parts_of(link.attributes.get("href") or "")
        routes = [parts.path, *parse_qs(parts.query).get("rest_route", [])] if parts else []
        found |= {(match[1], int(match[2])) for each in routes if (match := _ROUTE.search(unquote(each)))}
    return found


def _by_wrapper(page: LexborHTMLParser, number: int) -> Key | None:
    """The key that the one post of a page has in its classes (get_post_class).

    A route of a custom type may have another name than the type, or be one of terms: that of a page that lists posts.
    """
    shown = {each.mem_id: each for each in page.css(".hentry, article[id^='post-']")}
    classes = (next(iter(shown.values())).attributes.get("class") or "").split() if len(shown) == 1 else []
    kind = next((each.removeprefix("type-") for each in classes if each.startswith("type-")), None)
    return Key(kind, number) if kind and f"post-{number}" in classes else None


def _number(classes: Iterable[str], prefix: str) -> int | None:
    written = next((each.removeprefix(prefix) for each in classes if each.startswith(prefix)), "")
    return int(written) if re.fullmatch(r"[1-9]\d{0,17}", written) else None
