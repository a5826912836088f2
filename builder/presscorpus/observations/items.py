"""The items of a response, told apart by their shape, with key and digest.

Every response gets this cheap look, however it was captured: no HTML is read. The shapes are those of the WordPress
REST API (https://developer.wordpress.org/rest-api/reference/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

import msgspec

from presscorpus.content import bylines
from presscorpus.content.url_parts import parts_of
from presscorpus.observations import (
    digests,
    exports,
    feeds,
    foreign,
    html_pages,
    mislabelled,
    publicness,
    shapes,
    tombstones,
)
from presscorpus.observations.embedded import EMBEDDED, embedded
from presscorpus.observations.formats import WXR
from presscorpus.observations.payload import Piece, is_list, split
from presscorpus.observations.shapes import collection_name, route, text, value
from presscorpus.tables.coercion import whole

if TYPE_CHECKING:
    from presscorpus.observations.html_pages.container import Rule
    from presscorpus.observations.shapes import Keys

_OK = 200
_ONE = re.compile(r"/([^/]+)/(\d{1,18})/?$")
_LARGEST_ID = 2**63 - 1
_PUBLISHED = "published"
# Statuses of closed routes, or of pages after the last one: no item is lost with such an answer.
_CLOSED = frozenset({400, 401, 403, 404, 410})
# Fields (`_fields`) of a list of ids: it shows that an item exists, not its content.
_LISTED = frozenset({"id", "date", "link", "modified_gmt", "taxonomy", "type"})
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Item(NamedTuple):
    """One item of one response.

    `type` is the post type, the taxonomy, or attachment, user, comment; null for a tombstone of a custom type or
    taxonomy, whose address does not tell. `modified` is modified_gmt and `url` the permalink as received. `raw` and
    `body` are the bytes as received and as JSON that decodes; `repairs` names what lies between them. An `embedded`
    item is a copy that another item holds below `_embedded`; its ordinal counts on from those of the response's own
    items. `hidden` is why not everybody may see an item, null where everybody may (observations/publicness.py).
    `origin` is the kind of source: api, export, page, or feed. `published` is date_gmt of a post in a feed,
    `bylines` the names of its authors there.
    """

    ordinal: int
    table: str
    type: str | None
    id: int
    modified: str | None
    url: str | None
    state: str
    code: str | None
    raw: bytes
    body: bytes
    repairs: tuple[str, ...]
    embedded: bool = False
    hidden: str | None = None
    origin: str = "api"
    published: str | None = None
    bylines: list[str] | None = None

    @property
    def digest(self) -> str | None:
        """SHA-256 over the content fields, read anew, in hex; null for a tombstone."""
        if self.state != _PUBLISHED:
            return None
        if self.table != "posts":
            return digests.sha(self.raw)
        return digests.of_content(self.body) if self.origin == "api" else digests.of_named(self.body)


class Fault(NamedTuple):
    """An item, or a whole response (ordinal 0), that is no item of any table.

    `rule` is a code that docs/flags.md explains, `reason` a sentence; `table` and `item_id` are null where not known.
    `digest` is the SHA-256 of its bytes.
    """

    ordinal: int
    rule: str
    table: str | None
    item_id: int | None
    reason: str
    digest: str


class Seen(NamedTuple):
    """The items and faults of one response.

    `site_index` is the body of the API's index, where the response is one. `others` says what is in it that holds no
    items, such as search results: it is kept, and nothing is missing. `unnamed` are posts of a feed that does not say
    which they are: without type, and with the number 0.
    """

    items: list[Item]
    faults: list[Fault]
    site_index: bytes | None = None
    others: tuple[str, ...] = ()
    unnamed: tuple[Item, ...] = ()


class _Other(NamedTuple):
    """An object that is no item and does not claim to be one.

    `what` is null where nothing is known of it.
    """

    piece: Piece
    what: str | None


def observe(payload: bytes, url: str, http_status: int | None, link: str | None = None) -> Seen:
    """Return what a response or imported file holds.

    A live response that is no JSON (a block page) is empty here: the receipt of its crawl accounts for it. An object
    that is no item is a fault where it stands among items, or where a route of core should have one.

    Args:
        payload: The body, its content coding undone.
        url: The address that was asked, or the name of an imported file.
        http_status: The status; null for an imported file.
        link: The HTTP header `Link`, which names the post that a page shows; null for none.

    Returns:
        Items, and what could not become one. Nothing is raised for what the payload holds.
    """
    if http_status is not None and http_status != _OK and not mislabelled.is_data(http_status, payload):
        return Seen(_tombstone(payload, url, http_status), [])
    if (seen := _in_xml(payload, url, http_status)) is not None:
        return seen
    if http_status in {None, _OK} and (of_page := _of_page(payload, url, link)):
        return Seen([each for piece in of_page if isinstance(each := _judged(piece, "", partial=False), Item)], [])
    name = collection_name(url)
    found, unreadable = split(payload, route(url))
    if http_status is not None and unreadable and not found and not is_list(payload):
        return Seen([], [])
    partial = http_status is not None and _is_partial(url)
    judged = [_judged(piece, name, partial=partial) for piece in found]
    items = [each for each in judged if isinstance(each, Item)]
    others = [each for each in judged if isinstance(each, _Other)]
    if len(judged) == 1 and others and others[0].what == shapes.INDEX:
        return Seen([], [], others[0].piece.body, (shapes.INDEX,))
    faults = [Fault(u.ordinal, u.rule, None, None, u.reason, digests.sha(u.raw)) for u in unreadable]
    faults += _as_one([each for each in judged if isinstance(each, Fault)], payload, of=len(judged))
    live = http_status is not None
    owed = bool(items) or (live and not partial and name in shapes.TABLES and (len(found) > 1 or is_list(payload)))
    for other in others:
        if other.what == shapes.ERROR and (items or live or not _is_refusal(other.piece)):
            faults.append(_fault(other.piece, "error_answer", None, "is an error of the API where an item belongs"))
        elif owed and other.what is None:
            faults.append(_fault(other.piece, *_unrecognised(other.piece)))
    told = dict.fromkeys(other.what or "JSON of no known kind" for other in others)
    copies = [item for piece in embedded(found) if (item := _embedded_item(piece)) is not None]
    return Seen(_with_reasons(items, copies, url), sorted(faults, key=lambda fault: fault.ordinal), None, tuple(told))


def _in_xml(payload: bytes, url: str, http_status: int | None) -> Seen | None:
    """What an export or a feed holds; null for anything else.

    Feeds are no files that somebody imports.
    """
    if exports.is_export(payload):
        return _exported(payload, url)
    if http_status == _OK and feeds.is_feed(payload):
        found = [_fed(piece) for piece in feeds.pieces(payload, url)]
        unnamed = tuple(each for each in found if not each.id and each.url)
        return Seen([each for each in found if each.id], [], unnamed=unnamed)
    return None


def _fed(piece: Piece) -> Item:
    """A post of a feed, with the number 0 where the feed does not say which it is."""
    found = _judged(piece, "", partial=False)
    if isinstance(found, Item):
        return found
    keys = _decode_keys.decode(piece.body)
    return Item(
        piece.ordinal, "posts", None, 0, None, text(keys, "link"), _PUBLISHED, None, piece.raw, piece.body, (),
        origin=piece.origin, published=text(keys, "date_gmt"), bylines=value(keys, bylines.KEY),
    )  # fmt: skip


def _exported(payload: bytes, url: str) -> Seen:
    """What an export holds; of terms and people only what has a number is an item."""
    found, unreadable = exports.split(payload, url)
    judged = [_judged(piece, "", partial=False) for piece in found]
    faults = [Fault(u.ordinal, u.rule, None, None, u.reason, digests.sha(u.raw)) for u in unreadable]
    faults += [each for each in judged if isinstance(each, Fault)]
    faults += [_fault(each.piece, *_unrecognised(each.piece)) for each in judged if isinstance(each, _Other)]
    items = [each for each in judged if isinstance(each, Item)]
    others = () if items or faults else (f"{WXR.name} without items",)
    return Seen(items, sorted(faults, key=lambda fault: fault.ordinal), None, others)


def pieces(payload: bytes, url: str, link: str | None = None, rule: Rule | None = None) -> list[Piece]:
    """Return the items of a response that `observe` found some in, unjudged.

    Args:
        payload: The body, its content coding undone.
        url: The address that was asked, or the name of an imported file.
        link: As in `observe`.
        rule: Where pages of its site have their content, as far as it was learned.

    Returns:
        Pieces by their ordinals; embedded ones come last.
    """
    if exports.is_export(payload):
        return exports.split(payload, url).pieces
    if feeds.is_feed(payload):
        return feeds.pieces(payload, url)
    if of_page := _of_page(payload, url, link, rule):
        return of_page
    found = split(payload, route(url)).pieces
    return [*found, *embedded(found)]


def _of_page(payload: bytes, url: str, link: str | None, rule: Rule | None = None) -> list[Piece]:
    """What a page shows: its post, and the terms that a front page lists."""
    page = html_pages.piece(payload, url, link, rule)
    return [*([page] if page is not None else []), *html_pages.term_pieces(payload, url)]


def _embedded_item(piece: Piece) -> Item | None:
    found = _judged(piece, "", partial=False)
    is_item = isinstance(found, Item) and found.table in EMBEDDED.values()
    return found._replace(embedded=True) if is_item and isinstance(found, Item) else None


def _judged(piece: Piece, name: str, *, partial: bool) -> Item | Fault | _Other:
    try:
        keys = _decode_keys.decode(piece.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Other(piece, None)
    table = None if partial and keys.keys() <= _LISTED else shapes.table_of(keys, name)
    if table is None or (partial and table == "posts" and "content" not in keys):
        return _no_item(piece, keys)
    number = _number(keys)
    if number is None:
        return _fault(piece, "id_invalid", table, "id is not a positive whole number")
    kind = shapes.kind_of(keys, table, name)
    if kind is None:
        return _fault(piece, "type_invalid", table, "type is not a name", number)
    modified, url = text(keys, "modified_gmt"), text(keys, "link")
    return Item(
        piece.ordinal, table, kind, number, modified, url, _PUBLISHED, None, piece.raw, piece.body, piece.repairs,
        hidden=piece.hidden or _hidden(keys, piece, table, kind), origin=piece.origin,
        published=text(keys, "date_gmt") if piece.origin == feeds.ORIGIN else None,
        bylines=value(keys, bylines.KEY) if piece.origin == feeds.ORIGIN else None,
    )  # fmt: skip


def _hidden(keys: Keys, piece: Piece, table: str, kind: str) -> str | None:
    """Return why not everybody may see an item, decoding only the keys that tell."""
    told: dict[str, Any] = {name: None for name in keys if name in publicness.EDITORS_KEYS}
    needed = (
        publicness.NEEDED if b'"raw"' in piece.body else ("status", "slug", *(("type",) if table == "comments" else ()))
    )
    told |= {name: value(keys, name) for name in needed if name in keys}
    return publicness.of_item(told, table, kind)


def _with_reasons(items: list[Item], copies: list[Item], url: str) -> list[Item]:
    """Return items and copies, all hidden where one of them shows a login."""
    if publicness.of_address(url) or any(item.hidden == publicness.LOGIN for item in items):
        return [item._replace(hidden=publicness.LOGIN) for item in items + copies]
    if any(item.hidden for item in items):  # a copy may be of what is hidden
        copies = [item._replace(hidden=item.hidden or publicness.STATUS) for item in copies]
    return items + copies


def _number(keys: Keys) -> int | None:
    """The id of an item, also where it is written as text."""
    written = value(keys, "id")
    number = whole(written) if isinstance(written, int | str | float) else None
    return number if number is not None and 1 <= number <= _LARGEST_ID else None


def _no_item(piece: Piece, keys: Keys) -> Fault | _Other:
    if found := foreign.named(keys):
        return _fault(piece, "foreign_format", None, f"is {found.name}: {found.advice}")
    if shapes.claims_to_be_a_post(keys):
        return _fault(
            piece, "type_missing", "posts", "has no type, so that it cannot be told whether it is a post or a page"
        )
    return _Other(piece, shapes.other_response(keys))


def _as_one(faults: list[Fault], payload: bytes, *, of: int) -> list[Fault]:
    """Return the faults, or one for a payload all of the same foreign format."""
    if len(faults) == of > 1 and {fault.rule for fault in faults} == {"foreign_format"}:
        return [faults[0]._replace(ordinal=0, digest=digests.sha(payload))]
    return faults


def _unrecognised(piece: Piece) -> tuple[str, None, str]:
    if piece.body.lstrip()[:1] != b"{":
        return "not_an_object", None, "is not a JSON object"
    return "unrecognised", None, "has the shape of no known collection"


def _is_refusal(piece: Piece) -> bool:
    """Tell whether an error refuses a route, a question or a page behind the last."""
    try:
        return msgspec.json.decode(piece.body)["data"]["status"] in _CLOSED
    except (msgspec.DecodeError, ValueError, RecursionError, LookupError, TypeError):
        return False


def _tombstone(payload: bytes, url: str, http_status: int) -> list[Item]:
    """Return the item that an error answer says is gone or not shown, or none."""
    if (by_page := tombstones.told_by_page(url, http_status)) is not None:
        return [Item(1, "posts", None, by_page, None, None, "deleted", None, payload, payload, (), origin="page")]
    asked = _ONE.search(route(url))
    try:
        code = msgspec.json.decode(payload, type=dict[str, Any]).get("code")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    told = tombstones.told(shapes.TABLES.get(asked[1]), http_status, code) if asked and isinstance(code, str) else None
    if told is None or asked is None:
        return []
    kind = shapes.FIXED.get(told.table) or (shapes.TAXONOMIES if told.table == "terms" else shapes.TYPES).get(asked[1])
    return [Item(1, told.table, kind, int(asked[2]), None, None, told.state, code, payload, payload, ())]


def kinds(payload: bytes, url: str) -> dict[tuple[str, str], str]:
    """Return the type or taxonomy of each route that a list of them names.

    A tombstone of a custom type shows its route only. `payload` and `url` are as in `observe`.

    Args:
        payload: A decoded response.
        url: The address that was asked for.

    Returns:
        Names by table and route, as `("posts", "books")`; empty where the answer is no list of types or taxonomies.
    """
    table = {"types": "posts", "taxonomies": "terms"}.get(collection_name(url))
    if table is None:
        return {}
    try:
        listed = msgspec.json.decode(payload, type=dict[str, dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    bases = {slug: told.get("rest_base") or slug for slug, told in listed.items()}
    return {(table, base): slug for slug, base in bases.items() if isinstance(base, str)}


def route_of_item(url: str) -> str | None:
    """Return the part of a route before an item's number, such as `books`.

    Args:
        url: The address of a request.

    Returns:
        Null where the address is not one item's.
    """
    asked = _ONE.search(route(url))
    return None if asked is None else asked[1]


def _is_partial(url: str) -> bool:
    parts = parts_of(url)
    return parts is not None and "_fields" in parse_qs(parts.query)


def _fault(piece: Piece, rule: str, table: str | None, reason: str, item_id: int | None = None) -> Fault:
    return Fault(piece.ordinal, rule, table, item_id, reason, digests.sha(piece.raw))
