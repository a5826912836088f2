"""Pages of a WordPress in web archives, as items of the REST API.

A page of one post says which post it is, whatever the theme (html_pages/key.py). A page without such a key is no item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from presscorpus.content.html import Unreadable
from presscorpus.content.html.limits import survey
from presscorpus.lazy import lazy
from presscorpus.observations import publicness
from presscorpus.observations.html_pages import replays
from presscorpus.observations.payload import Piece

if TYPE_CHECKING:
    from presscorpus.observations.html_pages import fields, key, learning, listed_terms
    from presscorpus.observations.html_pages.container import Rule
else:
    fields = lazy("presscorpus.observations.html_pages.fields")
    key = lazy("presscorpus.observations.html_pages.key")
    learning = lazy("presscorpus.observations.html_pages.learning")
    listed_terms = lazy("presscorpus.observations.html_pages.listed_terms")

ORIGIN: Final = "page"
# Cheap signs that a page may have a key: nearly all pages of other systems have none of them.
_SIGNS: Final = re.compile(rb"postid-\d|page-id-\d|wp(?:/|%2[Ff])v2(?:/|%2[Ff])|shortlink")
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--(?:(?!-->).){0,4000}+-->\s*+)*+<(?:!doctype\s+html|html|head)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD: Final = 8192
_LONGEST: Final = 10_000_000
_CHARSET: Final = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# What HTML calls Latin 1 is Windows' (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_BROWSERS: Final = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
_OPTIONS: Final = int(LexborDocumentOptions.WO_EVENTS)
_OF_LOGIN: Final = frozenset({"logged-in", "admin-bar"})
_OPENED: Final = "post-password-protected"  # get_post_class writes it for whoever gave the password
_LISTS: Final = re.compile(rb"\b(?:cat-item|tag-link)-\d")
_FRONT: Final = frozenset({"home", "blog"})


def piece(payload: bytes, url: str, link: str | None = None, rule: Rule | None = None) -> Piece | None:
    """Return the item that a page shows.

    Args:
        payload: The body, its content coding undone.
        url: The address that it was captured at.
        link: The HTTP header `Link`; null for none.
        rule: Where pages of this site have their content, as far as it was learned.

    Returns:
        The whole page as `raw`, and JSON as the REST API would give it; null for a page without a key, and for anything
        that is no page.
    """
    if not (url.startswith(("http://", "https://")) and _HTML.match(payload[:_HEAD])):
        return None
    if not _SIGNS.search(payload) and not (link and _SIGNS.search(link.encode())):
        return None
    page = _parsed(payload)
    found = key.find(page, url, replays.undone(link or "")) if page is not None else None
    if page is None or found is None:
        return None
    body = {"id": found.id, "type": found.type, **fields.read(page, url, found.id, rule)}
    return Piece(1, payload, msgspec.json.encode(body), (), ORIGIN, _hidden(page, url, found.id))


def term_pieces(payload: bytes, url: str) -> list[Piece]:
    """Return the terms that a front page lists with their numbers.

    Args:
        payload: The body, its content coding undone.
        url: The address that it was captured at.

    Returns:
        Pieces from the second place on, since the first is that of the page's own post; the whole page as `raw`.
        Nothing for any other page: every page of a site may have the same lists.
    """
    if not (url.startswith(("http://", "https://")) and _HTML.match(payload[:_HEAD]) and _LISTS.search(payload)):
        return []
    page = _parsed(payload)
    if page is None or _FRONT.isdisjoint(key.classes_of(page)):
        return []
    hidden = _hidden(page, url, None)
    return [
        Piece(place, payload, msgspec.json.encode(each), (), ORIGIN, hidden)
        for place, each in enumerate(listed_terms.read(page, url), 2)
    ]


def _hidden(page: LexborHTMLParser, url: str, number: int | None) -> str | None:
    """Why not everybody saw a page.

    Somebody was logged in, or gave the password of the post.
    """
    login = not _OF_LOGIN.isdisjoint(key.classes_of(page)) or publicness.of_address(url) is not None
    opened = number is not None and _OPENED in fields.own_classes(page, number)
    return publicness.LOGIN if login or opened else None


def lesson(payload: bytes, number: int, content: str) -> learning.Lesson | None:
    """Return a page to learn from; null where it cannot be read.

    Args:
        payload: The body of the page.
        number: The number of its post.
        content: The content of the post from another source, as HTML.
    """
    page = _parsed(payload)
    return learning.Lesson(page, number, content) if page is not None else None


def home_of(payload: bytes, url: str, link: str | None = None) -> str | None:
    """Return the front page of the site that a page says it is of.

    `payload`, `url` and `link` are as in `piece`.

    Returns:
        An absolute address with a slash at its end; null where the page names no API and no short address.
    """
    page = _parsed(payload)
    return key.home_of(page, url, replays.undone(link or "")) if page is not None else None


def is_front(payload: bytes) -> bool:
    """Tell whether a page says that it is the front page (get_body_class)."""
    page = _parsed(payload)
    return page is not None and "home" in key.classes_of(page)


def _parsed(payload: bytes) -> LexborHTMLParser | None:
    html = replays.as_it_was(_text(payload))
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
    # "undefined" and "idna" are encodings of Python that decode nothing.
    except (LookupError, UnicodeError):
        return payload.decode("utf-8", "replace")
