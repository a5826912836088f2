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
from presscorpus.observations import publicness
from presscorpus.observations.html_pages import fields
from presscorpus.observations.payload import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable

ORIGIN: Final = "page"
# Cheap signs that a page may have a key: nearly all pages of other systems have none of them.
_SIGNS: Final = re.compile(rb"postid-\d|page-id-\d|wp(?:/|%2[Ff])v2(?:/|%2[Ff])")
_HTML: Final = re.compile(rb"\s*(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head)", re.IGNORECASE | re.DOTALL)
_HEAD: Final = 8192
_LONGEST: Final = 10_000_000
_OPTIONS: Final = int(LexborDocumentOptions.WO_EVENTS)
_ROUTE: Final = re.compile(r"/wp/v2/([a-z0-9_-]+)/(\d{1,18})/?$")
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
    body = {"id": key.id, "type": key.type, **fields.read(page, url)}
    login = not _OF_LOGIN.isdisjoint(_classes(page)) or publicness.of_address(url) is not None
    return Piece(1, payload, msgspec.json.encode(body), (), ORIGIN, publicness.LOGIN if login else None)


def api_of(payload: bytes) -> str | None:
    """Return the address of the API that a page names; null where it names none."""
    page = _parsed(payload)
    return fields.api_of(page) if page is not None else None


def _parsed(payload: bytes) -> LexborHTMLParser | None:
    html = _REPLAY.sub("", payload.decode("utf-8", "replace"))
    if len(html) > _LONGEST:
        return None
    try:
        survey(html)
    except Unreadable:
        return None
    return LexborHTMLParser(html, options=_OPTIONS)


def _key(page: LexborHTMLParser) -> Key | None:
    """The key that a page gives; null where its two places contradict each other."""
    classes = _classes(page)
    if not _NO_ITEM.isdisjoint(classes) or any(_PART.fullmatch(each) for each in classes):
        return None
    by_class = _by_class(classes)
    by_link = _by_link(page, by_class)
    if by_class and by_link and by_class != by_link:
        return None
    found = by_link or by_class
    return found if found and found.type != "attachment" else None


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


def _by_link(page: LexborHTMLParser, by_class: Key | None) -> Key | None:
    """The key that the address in the API gives. A custom type's route may have another name than the type."""
    for link in page.css('link[rel="alternate"][type="application/json"]'):
        parts = parts_of(link.attributes.get("href") or "")
        routes = [parts.path, *parse_qs(parts.query).get("rest_route", [])] if parts else []
        for route in routes:
            if found := _ROUTE.search(unquote(route)):
                number = int(found[2])
                if found[1] in _TYPES:
                    return Key(_TYPES[found[1]], number)
                return by_class if by_class and by_class.id == number else Key(found[1], number)
    return None


def _number(classes: Iterable[str], prefix: str) -> int | None:
    written = next((each.removeprefix(prefix) for each in classes if each.startswith(prefix)), "")
    return int(written) if re.fullmatch(r"[1-9]\d{0,17}", written) else None
