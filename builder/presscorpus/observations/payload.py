"""A response body split into the raw bytes of its items.

The bytes of an item are kept as they came: decoding them is the business of the table that they belong to. What is
certain is repaired and named (`Piece.repairs`); what is not becomes a fault with the bytes as evidence. What a body is
made of is told by what is in it: one object, a list, an object around a list, lines, or several of these in a row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.observations.encodings import utf8
from presscorpus.observations.formats import HEAD, JSON, WHOLE, format_of
from presscorpus.observations.json_lines import JOINTS, has_lines, is_lines
from presscorpus.observations.json_scan import (
    SPACE,
    TOO_DEEP,
    Fault,
    elements,
    fault_of,
    is_deep,
    members,
    repaired,
    values,
)
from presscorpus.observations.noise import BOM, CLOSE, OPEN, first_value, without_noise
from presscorpus.observations.wrappers import list_of, listed, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERED = re.compile(rb'\s*+\{\s*+"\d{1,9}"\s*+:\s*+\{')


class Piece(NamedTuple):
    """One item of a payload.

    `ordinal` is its place (the first is 1), `raw` its bytes as received, `body` those bytes as JSON that decodes, and
    `repairs` the names of what had to be done for that. Of a payload that is not UTF-8, `raw` is UTF-8 all the same.
    `origin` says what kind of source it is of, `hidden` why not everybody may see it as far as its place tells.
    """

    ordinal: int
    raw: bytes
    body: bytes
    repairs: tuple[str, ...] = ()
    origin: str = "api"
    hidden: str | None = None


class Unreadable(NamedTuple):
    """A payload, or a piece of one, that is not JSON.

    `ordinal` is 0 for the payload as a whole. `rule` is a code that docs/flags.md explains, `reason` a sentence that
    quotes no content.
    """

    ordinal: int
    raw: bytes
    rule: str
    reason: str


class Split(NamedTuple):
    """The items of a payload, and what of it is not JSON."""

    pieces: list[Piece]
    unreadable: list[Unreadable]


def split(payload: bytes, name: str) -> Split:
    """Split a payload into its items.

    They are a list's elements, an object by itself, or the lines of JSON Lines.

    Args:
        payload: The body, its content coding undone.
        name: The address or file name that it came under.

    Returns:
        The items, and what is not JSON. Nothing is raised for what the payload holds.
    """
    text, changed = utf8(payload)
    lines = text.removeprefix(BOM)
    if has_lines(lines, promised=is_lines(name)):
        return _split_lines(lines, changed)
    if (found := format_of(text[:HEAD])) in WHOLE:
        return Split([], [Unreadable(0, payload, "not_json", f"is not JSON: {found}")])
    body, noise = without_noise(text)
    repairs = (*changed, *noise)
    if not body.strip(SPACE):
        return Split([], [Unreadable(0, payload, "empty", "the file is empty")])
    return _split_values(text if changed else payload, body, repairs)


def _split_values(payload: bytes, body: bytes, repairs: tuple[str, ...]) -> Split:
    """Split one value, or several responses one after the other.

    `curl a b > file` writes the latter.
    """
    found = _split_value(payload, body, repairs)
    if not found.unreadable or body.lstrip(SPACE)[:1] not in OPEN:
        return found
    parts = [part.rstrip(JOINTS) for part in values(body)]
    if len(parts) == 1 and parts[0] == body.rstrip(SPACE):
        return found
    return _joined(_split_part(part, repairs) for part in parts)


def _split_part(part: bytes, repairs: tuple[str, ...]) -> Split:
    """Split one of several values from what follows it.

    What stands between it and the next one, such as headers, is left out.
    """
    alone = first_value(part) if part[-1:] not in CLOSE else part
    if alone is None or len(alone) == len(part):
        return _split_value(part, part, repairs)
    return _split_value(alone, alone, tuple(dict.fromkeys((*repairs, "noise_removed"))))


def _split_value(payload: bytes, body: bytes, repairs: tuple[str, ...]) -> Split:
    """Split one value; an object has the bytes of the payload, to the last line end."""
    if _NUMBERED.match(body):
        return _split_object(payload, body, repairs)
    if body.lstrip(SPACE)[:1] != b"[":
        items = wrapped(body)
        return _single(payload, body, repairs) if items is None else _each(items, repairs)
    try:
        whole = [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _salvage(body, repairs)
    if whole and all(each.startswith(b"[") for each in whole):
        # A list of pages, each a list.
        return _joined(_each(list_of(each), repairs) for each in whole)
    if (inner := listed(whole)) is not None:
        return _each(inner, repairs)
    pieces = [Piece(ordinal, raw, raw, repairs) for ordinal, raw in enumerate(whole, 1)]
    deep = {piece.ordinal for piece in pieces if is_deep(piece.raw)}
    return Split(
        [piece for piece in pieces if piece.ordinal not in deep],
        [Unreadable(piece.ordinal, piece.raw, *TOO_DEEP) for piece in pieces if piece.ordinal in deep],
    )


def is_list(payload: bytes) -> bool:
    """Tell whether a payload is a list, broken or not.

    Args:
        payload: The body, its content coding undone.

    Returns:
        True also for the object that PHP makes of a list with gaps.
    """
    body = without_noise(utf8(payload)[0])[0].lstrip(SPACE)
    return body[:1] == b"[" or _NUMBERED.match(body) is not None


def _single(payload: bytes, body: bytes, repairs: tuple[str, ...]) -> Split:
    """Return a payload that is one object, whose bytes are all of it."""
    fixed, more = repaired(body)
    fault = fault_of(fixed)
    if fault is None:
        return Split([Piece(1, payload, fixed, repairs + more)], [])
    return Split([], [Unreadable(0, payload, *_named(fault, payload))])


def _named(fault: Fault, payload: bytes) -> Fault:
    """Return the fault, with the format of a payload that is another one than JSON."""
    found = format_of(payload[:HEAD]) if fault.rule == "not_json" else JSON
    return fault if found is JSON else fault._replace(reason=f"is not JSON: {found}")


def _split_object(payload: bytes, body: bytes, repairs: tuple[str, ...]) -> Split:
    """Split a list with gaps.

    PHP's json_encode writes one as an object whose keys are the places.
    """
    try:
        listed = {key: bytes(raw) for key, raw in msgspec.json.decode(body, type=dict[str, msgspec.Raw]).items()}
    except RecursionError:
        listed = members(body) or {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _single(payload, body, repairs)
    if not listed or not all(key.isdecimal() for key in listed):
        return _single(payload, body, repairs)
    return _each(listed.values(), (*repairs, "list_as_object"))


def _each(items: Iterable[bytes], repairs: tuple[str, ...]) -> Split:
    """Items as they are written, each judged by itself."""
    found = Split([], [])
    for ordinal, raw in enumerate(items, 1):
        _judge(ordinal, raw, repairs, found)
    return found


def _split_lines(body: bytes, repairs: tuple[str, ...]) -> Split:
    """Split lines, each an item or a list of some.

    Places are those of lines where each is one item.
    """
    lines = ((number, line.strip(JOINTS)) for number, line in enumerate(body.split(b"\n"), 1))
    numbered = [(number, line) for number, line in lines if line]
    found = Split([], [])
    several: list[Split] = []
    for number, line in numbered:
        inner = _several(line, repairs)
        if inner is None:
            inner = Split([], [])
            _judge(number, line, repairs, inner)
        else:
            several.append(inner)
        found.pieces.extend(inner.pieces)
        found.unreadable.extend(inner.unreadable)
    if not several:
        return found
    return _joined(_several(line, repairs) or _each([line], repairs) for _, line in numbered)


def _several(line: bytes, repairs: tuple[str, ...]) -> Split | None:
    """Return the items in a line that holds a list, or an object around one.

    Null where it is one item or none.
    """
    line = line.strip(SPACE)
    if line.startswith(b"["):
        return _split_values(line, line, repairs)
    # Nearly every item begins with its number.
    items = None if line.startswith(b'{"id":') else wrapped(line)
    return None if items is None else _each(items, repairs)


def _joined(parts: Iterable[Split]) -> Split:
    """Return several values as one, their places counted on.

    A fault of a whole value has the place behind those before it.
    """
    found = Split([], [])
    before = 0
    for part in parts:
        found.pieces.extend(piece._replace(ordinal=before + piece.ordinal) for piece in part.pieces)
        found.unreadable.extend(bad._replace(ordinal=before + max(bad.ordinal, 1)) for bad in part.unreadable)
        before = max(
            before, *(piece.ordinal for piece in found.pieces[-1:]), *(bad.ordinal for bad in found.unreadable[-1:]), 0
        )
    return found


def _salvage(body: bytes, repairs: tuple[str, ...]) -> Split:
    """Cut a list that does not decode as a whole into its elements.

    Each is judged by itself then.
    """
    found = Split([], [])
    listed, end = elements(body, b"[", b"]")
    for ordinal, element in enumerate(listed, 1):
        if element:
            _judge(ordinal, element, repairs, found)
        else:
            found.unreadable.append(
                Unreadable(ordinal, element, "not_json", "no item stands before a comma or bracket")
            )
    faults = found.unreadable
    if end is None and not any(fault.ordinal == len(listed) for fault in faults):
        faults.append(Unreadable(0, body, "truncated", f"the list ends after {len(found.pieces)} whole items"))
    elif end is not None and body[end:].strip(SPACE):
        behind = body[end:].strip(SPACE)
        faults.append(Unreadable(len(listed) + 1, behind, "not_json", "something stands behind the end of the list"))
    return found


def _judge(ordinal: int, raw: bytes, repairs: tuple[str, ...], found: Split) -> None:
    fixed, more = repaired(raw)
    fault = fault_of(fixed)
    if fault is None:
        found.pieces.append(Piece(ordinal, raw, fixed, repairs + more))
    else:
        found.unreadable.append(Unreadable(ordinal, raw, *fault))
