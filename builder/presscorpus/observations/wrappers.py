"""Objects around items: `{"posts": [...]}`, `_envelope`, posts by their slugs.

Another one is `{"value": [...], "Count": 2}`. A list of items in an object is that list. An item is none of these,
whatever lists it has itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.observations import advertised, foreign, shapes
from presscorpus.observations.json_scan import SPACE, elements, members
from presscorpus.observations.noise import text_in_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEEPEST: Final = 5
# Elements of a list that are tested to tell whether it is a list of items.
_LOOKED_AT: Final = 3
# WP_REST_Server::envelope_response, asked for with `_envelope`.
_ENVELOPE: Final = frozenset({"body", "status", "headers"})
# Members that count the items of a list, in small letters and without underscores.
_COUNTS: Final = frozenset({"total", "found", "totalitems", "totalposts", "foundposts", "totalcount", "totalresults"})
# Objects beside a list that tell of its pages.
_OF_PAGING: Final = frozenset({"meta", "_meta", "pagination", "paging"})
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def wrapped(body: bytes, depth: int = 1) -> list[bytes] | None:
    """Return the items that an object is wrapped around.

    Args:
        body: JSON, which may be broken.
        depth: How many objects are around it, itself included.

    Returns:
        Items as they are written; where several of its lists hold items, all of them, in their order. Null where the
        object is around none.
    """
    keys = _members(body) if body.lstrip(SPACE).startswith(b"{") else None
    if keys is None or "id" in keys or foreign.named(_raw(keys)) or shapes.other_response(_raw(keys)):
        return None
    if keys.keys() >= _ENVELOPE:
        inner = keys["body"].strip(SPACE)
        return list_of(inner) if inner.startswith(b"[") else wrapped(inner, depth) or [inner]
    if len(keys) > 1 and all(_is_item(value) for value in list(keys.values())[:_LOOKED_AT]):
        return list(keys.values())
    found = [item for value in keys.values() for item in _within(value.strip(SPACE), depth)]
    return found or None


def total(body: bytes) -> int | None:
    """Return the total that an envelope's headers advertise (`X-WP-Total`).

    Args:
        body: JSON of a whole response.

    Returns:
        How many items the site says the collection has; null where there is no envelope or no such header.
    """
    keys = _members(body) or {}
    if not keys.keys() >= _ENVELOPE:
        return None
    try:
        headers = {
            name.lower(): value for name, value in msgspec.json.decode(keys["headers"], type=dict[str, object]).items()
        }
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return advertised.total_of(headers.get(advertised.NAME))


def counted(body: bytes, depth: int = 1) -> int | None:
    """Return how many items an object around a list says there are.

    `{"total": 5, "posts": [...]}` says five. What the number counts is not known: it may be a choice of the site's
    items, or those of this list.

    Args:
        body: JSON of a whole response.
        depth: How many objects are around it, itself included.

    Returns:
        The greatest such number beside a list, at any level; null for none.
    """
    keys = _members(body) if depth < _DEEPEST else None
    if keys is None or "id" in keys:
        return None
    objects = {name: value for name, value in keys.items() if value.lstrip(SPACE).startswith(b"{")}
    found = [counted(value, depth + 1) for value in objects.values()]
    if any(value.lstrip(SPACE).startswith(b"[") for value in keys.values()):
        beside = [keys, *(_members(value) or {} for name, value in objects.items() if name.lower() in _OF_PAGING)]
        found += [_number(value) for each in beside for name, value in each.items() if _counts(name)]
    return max((each for each in found if each is not None), default=None)


def _counts(name: str) -> bool:
    """Whether a member counts the items of a list."""
    return name.replace("_", "").lower() in _COUNTS


def _number(value: bytes) -> int | None:
    return advertised.total_of(value.strip(SPACE).strip(b'"').decode("ascii", "replace"))


def _members(body: bytes) -> Mapping[str, bytes] | None:
    try:
        return {key: bytes(value) for key, value in _decode(body).items()}
    except (msgspec.DecodeError, ValueError, RecursionError):
        return members(body)


def _raw(keys: Mapping[str, bytes]) -> dict[str, msgspec.Raw]:
    return {key: msgspec.Raw(value) for key, value in keys.items()}


def _within(value: bytes, depth: int) -> Iterator[bytes]:
    value = text_in_text(value) or value
    if value.startswith(b"["):
        items = list_of(value)
        if any(_is_item(each) for each in items[:_LOOKED_AT]):
            yield from items
        else:
            yield from listed(items, depth + 1) or ()
    elif value.startswith(b"{") and depth < _DEEPEST:
        yield from [value] if _is_item(value) else wrapped(value, depth + 1) or ()


def listed(values: list[bytes], depth: int = 1) -> list[bytes] | None:
    """Unwrap the items of a list in which none is an item by itself.

    Args:
        values: The elements, such as pages of items, or objects around one item each.
        depth: How many objects and lists are around it.

    Returns:
        The items; null where there are none, or too many levels.
    """
    if depth >= _DEEPEST or not values or any(_is_item(value) for value in values[:_LOOKED_AT]):
        return None
    firsts = [item for value in values[:_LOOKED_AT] for item in _unwrapped(value, depth)]
    return [item for value in values for item in _unwrapped(value, depth) or [value]] if firsts else None


def _unwrapped(value: bytes, depth: int) -> list[bytes]:
    if value.startswith(b"{"):
        return wrapped(value, depth + 1) or []
    return list(_within(value, depth + 1)) if value.startswith(b"[") else []


def list_of(value: bytes) -> list[bytes]:
    """Return the elements of a list as they are written, broken or not.

    Args:
        value: JSON that begins with `[`.

    Returns:
        Their bytes, without space around them.
    """
    try:
        return [bytes(raw) for raw in msgspec.json.decode(value, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, ValueError, RecursionError):
        return elements(value, b"[", b"]")[0]


def _is_item(value: bytes) -> bool:
    keys = _members(value) if value.startswith(b"{") else None
    return keys is not None and shapes.table_of(_raw(keys), "") is not None
