"""What a response is about: its items, told apart by their shape, each with its key and a digest of its content.

This is the cheap look that every response gets, from whichever door it came: no HTML is read. The shapes are those of
the WordPress REST API (https://developer.wordpress.org/rest-api/reference/).
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from presscorpus.observations import tombstones
from presscorpus.observations.payload import Piece, is_list, split

# The fields whose change makes a new version of a post. Plugin fields are left out: view counters move every hour.
CONTENT_FIELDS = (
    "title", "content", "excerpt", "slug", "link", "status", "date_gmt", "featured_media", "categories", "tags",
)  # fmt: skip
_TABLES = {
    "posts": "posts", "pages": "posts", "categories": "terms", "tags": "terms", "terms": "terms", "media": "media",
    "users": "authors", "authors": "authors", "comments": "comments",
}  # fmt: skip
_TAXONOMIES = {"categories": "category", "tags": "post_tag"}
_TYPES = {"posts": "post", "pages": "page"}
_FIXED = {"media": "attachment", "authors": "user", "comments": "comment"}
_ONE = re.compile(r"/([^/]+)/(\d+)/?$")
_ERROR = ("error_answer", "is an error of the API where an item belongs")
_LARGEST_ID, _MOST_DIGITS = 2**63 - 1, 19
_PUBLISHED = "published"
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])
_decode_content = msgspec.json.Decoder(
    msgspec.defstruct("Content", [(name, Any, None) for name in sorted(CONTENT_FIELDS)], gc=False)
)
_encode = msgspec.json.Encoder(order="sorted").encode


class Item(NamedTuple):
    """One item of one response.

    `type` is the post type, the taxonomy, or attachment, user, comment; null for a tombstone of a custom type or
    taxonomy, whose address does not tell. `modified` is modified_gmt and `url` the permalink as received. `raw` and
    `body` are the bytes as received and as JSON that decodes; `repairs` names what lies between them.
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

    @property
    def digest(self) -> str | None:
        """SHA-256 over the content fields, in hex, which takes a whole reading of the item; null for a tombstone."""
        if self.state != _PUBLISHED:
            return None
        return _content_digest(self.body) if self.table == "posts" else _sha(self.raw)


class Fault(NamedTuple):
    """An item, or a whole response (ordinal 0), that is no item of any table, and why."""

    ordinal: int
    rule: str
    table: str | None
    item_id: int | None
    reason: str
    digest: str


class Seen(NamedTuple):
    """What one response is about. `site_index` is the body of the API's index, where the response is one."""

    items: list[Item]
    faults: list[Fault]
    site_index: bytes | None = None


def observe(payload: bytes, url: str, http_status: int | None) -> Seen:
    """Tell what a response or imported file holds. Never raises for what it holds.

    A live response that is no item (a sweep of ids, an object of types, a block page) is empty here: the receipt of its
    crawl accounts for it. A list owes an explanation for each of its elements, an imported file for everything in it.
    """
    imported = http_status is None
    if not imported and http_status != 200:  # noqa: PLR2004 - HTTP's own number
        return Seen(_tombstone(payload, url, http_status or 0), [])
    if not imported and _is_partial(url):
        return Seen([], [])
    name = _name(url)
    pieces, unreadable = split(payload, name)
    listed = is_list(payload)
    if not imported and unreadable and not pieces and not listed:
        return Seen([], [])
    faults = [Fault(u.ordinal, u.rule, None, None, u.reason, _sha(u.raw)) for u in unreadable]
    items: list[Item] = []
    for piece in pieces:
        found = _item(piece, name)
        if isinstance(found, Item):
            items.append(found)
        elif found.rule == "index":
            return Seen([], [], piece.body)
        elif imported or listed or found.table is not None or found.rule == "error_answer":
            faults.append(found)
    return Seen(items, faults)


def pieces(payload: bytes, url: str) -> list[Piece]:
    """The items of a response that `observe` found some in, by their places, unjudged."""
    return split(payload, _name(url))[0]


def _item(piece: Piece, name: str) -> Item | Fault:
    try:
        keys = _decode_keys.decode(piece.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _fault(piece, "not_an_object", None, "is not a JSON object")
    if "namespaces" in keys and "routes" in keys:
        return _fault(piece, "index", None, "is the index of the API")
    table = _table(keys, name)
    if table is None:
        is_error = "code" in keys and "message" in keys
        rule, reason = _ERROR if is_error else ("unrecognised", "has the shape of no known collection")
        return _fault(piece, rule, None, reason)
    number = _value(keys, "id")
    if isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < _MOST_DIGITS:
        number = int(number)
    if type(number) is not int or not 1 <= number <= _LARGEST_ID:
        return _fault(piece, "id_invalid", table, "id is not a positive whole number")
    kind = _kind(keys, table, name)
    if kind is None:
        return _fault(piece, "type_invalid", table, "type is not a name", number)
    modified, url = (_value(keys, name) for name in ("modified_gmt", "link"))
    return Item(
        piece.ordinal, table, kind, number, modified if isinstance(modified, str) else None,
        url if isinstance(url, str) and url else None, _PUBLISHED, None, piece.raw, piece.body, piece.repairs,
    )  # fmt: skip


def _table(keys: dict[str, msgspec.Raw], name: str) -> str | None:
    """The table an object belongs to, by the keys that only its collection has; else by the name it came under."""
    if "taxonomy" in keys and "slug" in keys:
        return "terms"
    if "author_name" in keys and "post" in keys:
        return "comments"
    if "source_url" in keys or "media_details" in keys:
        return "media"
    if "avatar_urls" in keys:
        return "authors"
    # A hit of a search has another `type` than its post, and no content (WP_REST_Search_Controller).
    is_hit = "subtype" in keys and "content" not in keys
    if "type" in keys and not is_hit and ("content" in keys or "title" in keys or "link" in keys):
        return "posts"
    return _TABLES.get(name) if "id" in keys and not is_hit else None


def _kind(keys: dict[str, msgspec.Raw], table: str, name: str) -> str | None:
    if table in _FIXED:
        return _FIXED[table]
    given = _value(keys, "taxonomy" if table == "terms" else "type")
    if given is None:
        given = (_TAXONOMIES if table == "terms" else _TYPES).get(name)
    return given if isinstance(given, str) and given else None


def _value(keys: dict[str, msgspec.Raw], key: str) -> Any:
    """The decoded value of a key; null where it is absent or cannot be decoded."""
    if key not in keys:
        return None
    try:
        return msgspec.json.decode(keys[key])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _content_digest(body: bytes) -> str:
    try:
        return _sha(_encode(_decode_content.decode(body)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # One value that cannot be decoded counts as none; the others count still.
        keys = _decode_keys.decode(body)
        return _sha(_encode({key: _value(keys, key) for key in CONTENT_FIELDS}))


def _tombstone(payload: bytes, url: str, http_status: int) -> list[Item]:
    """The answer of a site that was asked for one item by its number and has or shows none."""
    asked = _ONE.search(_route(url))
    try:
        code = msgspec.json.decode(payload, type=dict[str, Any]).get("code")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    told = tombstones.told(_TABLES.get(asked[1]), http_status, code) if asked and isinstance(code, str) else None
    if told is None or asked is None:
        return []
    kind = _FIXED.get(told.table) or (_TAXONOMIES if told.table == "terms" else _TYPES).get(asked[1])
    return [Item(1, told.table, kind, int(asked[2]), None, None, told.state, code, payload, payload, ())]


def kinds(payload: bytes, url: str) -> dict[tuple[str, str], str]:
    """The type or taxonomy of each route that a list of types or taxonomies names, by table and route.

    A tombstone of a custom type shows its route only. Empty where the answer is no such list.
    """
    table = {"types": "posts", "taxonomies": "terms"}.get(_name(url))
    if table is None:
        return {}
    try:
        listed = msgspec.json.decode(payload, type=dict[str, dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    bases = {slug: told.get("rest_base") or slug for slug, told in listed.items()}
    return {(table, base): slug for slug, base in bases.items() if isinstance(base, str)}


def route_of_item(url: str) -> str | None:
    """The part of the route before an item's number, such as `books`; null where the address is not one item's."""
    asked = _ONE.search(_route(url))
    return None if asked is None else asked[1]


def _is_partial(url: str) -> bool:
    return "_fields" in parse_qs(urlsplit(url).query)


def _route(url: str) -> str:
    """The route of the API that an address names, in either permalink form."""
    parts = urlsplit(url)
    routes = parse_qs(parts.query).get("rest_route")
    return unquote(routes[0] if routes else parts.path)


def _name(url: str) -> str:
    """The last part of a route or file name, without the endings of JSON files: `posts`, `categories`."""
    name = _route(url).rstrip("/").rpartition("/")[2]
    if name.lower().endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")):
        return name
    for ending in (".gz", ".zst", ".json"):
        name = name.removesuffix(ending)
    return name


def _fault(piece: Piece, rule: str, table: str | None, reason: str, item_id: int | None = None) -> Fault:
    return Fault(piece.ordinal, rule, table, item_id, reason, _sha(piece.raw))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
