"""A response body split into the raw bytes of its items, so that each is judged by itself.

The bytes of an item are kept as they came: decoding them is the business of the table that they belong to. What is
certain is repaired and named (`Piece.repairs`); what is not becomes a fault with the bytes as evidence.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import msgspec

_BOM = b"\xef\xbb\xbf"
_LINES = (".jsonl", ".ndjson")
_COMPRESSED = (".gz", ".zst")
_SPACE = b" \t\r\n"
# An escaped surrogate, paired or not: JSON allows a lone one to be written and no Unicode text can hold it
# (RFC 8259 section 8.2, https://www.rfc-editor.org/rfc/rfc8259#section-8.2).
_SURROGATE = re.compile(
    rb"(?P<before>(?<!\\)(?:\\\\)*)(?:(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class Piece(NamedTuple):
    """One item of a payload.

    `ordinal` is its place (the first is 1), `raw` its bytes as received, `body` those bytes as JSON that decodes, and
    `repairs` the names of what had to be done for that.
    """

    ordinal: int
    raw: bytes
    body: bytes
    repairs: tuple[str, ...] = ()


class Unreadable(NamedTuple):
    """A payload, or a piece of one, that is not JSON.

    `ordinal` is 0 for the payload as a whole. `rule` is a code that docs/flags.md explains, `reason` a sentence that
    quotes no content.
    """

    ordinal: int
    raw: bytes
    rule: str
    reason: str


def is_lines(name: str) -> bool:
    """Whether a file name or address promises JSON Lines, compressed or not."""
    name = name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return name.endswith(_LINES)


def split(payload: bytes, name: str) -> tuple[list[Piece], list[Unreadable]]:
    """Split a payload into its items: a list's elements, an object by itself, the lines of JSON Lines.

    Never raises for what the payload holds.
    """
    if is_lines(name):
        return _split_lines(payload)
    body = payload.removeprefix(_BOM)
    if not body.strip(_SPACE):
        return [], [Unreadable(0, payload, "empty", "the file is empty")]
    if body.lstrip(_SPACE)[:1] != b"[":
        return _single(payload, body)
    try:
        elements = [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _salvage(body)
    return [Piece(ordinal, raw, raw) for ordinal, raw in enumerate(elements, 1)], []


def _single(payload: bytes, body: bytes) -> tuple[list[Piece], list[Unreadable]]:
    """A payload that is one object: its bytes are that object's, to the last line end."""
    fixed, repairs = _repaired(body)
    fault = _fault_of(fixed)
    return ([Piece(1, payload, fixed, repairs)], []) if fault is None else ([], [Unreadable(0, payload, *fault)])


def _split_lines(payload: bytes) -> tuple[list[Piece], list[Unreadable]]:
    pieces: list[Piece] = []
    faults: list[Unreadable] = []
    for ordinal, line in enumerate(payload.removeprefix(_BOM).split(b"\n"), 1):
        if not line.strip(_SPACE):
            continue
        _judge(ordinal, line, pieces, faults)
    return pieces, faults


def _salvage(body: bytes) -> tuple[list[Piece], list[Unreadable]]:
    """Walk a list that does not decode as a whole, element by element, as far as its syntax can be followed."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return [], [Unreadable(0, body, "not_utf8", "the bytes are not UTF-8")]
    scanner = json.JSONDecoder()
    pieces: list[Piece] = []
    faults: list[Unreadable] = []
    place, ordinal = text.index("[") + 1, 0
    while True:
        place = _skip(text, place, " \t\r\n,")
        if text[place : place + 1] == "]":
            return pieces, faults
        ordinal += 1
        rest = text[place:].encode()
        if not rest:
            return pieces, [*faults, Unreadable(0, body, "truncated", f"the list ends after {ordinal - 1} whole items")]
        try:
            _, end = scanner.raw_decode(text, place)
        except (ValueError, RecursionError):
            return pieces, [*faults, Unreadable(ordinal, rest, *(_fault_of(rest) or ("not_json", "is not JSON")))]
        _judge(ordinal, text[place:end].encode(), pieces, faults)
        place = end


def _judge(ordinal: int, raw: bytes, pieces: list[Piece], faults: list[Unreadable]) -> None:
    fixed, repairs = _repaired(raw)
    fault = _fault_of(fixed)
    if fault is None:
        pieces.append(Piece(ordinal, raw, fixed, repairs))
    else:
        faults.append(Unreadable(ordinal, raw, *fault))


def _skip(text: str, place: int, what: str) -> int:
    while place < len(text) and text[place] in what:
        place += 1
    return place


def _repaired(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The bytes with lone surrogates written as U+FFFD, and the name of that repair where it was needed."""
    if b"\\ud" not in raw and b"\\uD" not in raw:
        return raw, ()
    fixed = _SURROGATE.sub(lambda m: m[0] if m["pair"] else m["before"] + b"\\ufffd", raw)
    return (raw, ()) if fixed == raw else (fixed, ("surrogate_replaced",))


def _fault_of(raw: bytes) -> tuple[str, str] | None:
    """Why bytes are not one JSON value, as (rule, reason); null where they are."""
    try:
        msgspec.json.decode(raw, type=msgspec.Raw)
    except RecursionError:
        return "too_deep", "the JSON is nested too deep"
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            return "truncated", "the JSON ends before it is complete"
        return "not_json", f"is not JSON: {error}"
    except UnicodeDecodeError:
        return "not_utf8", "the bytes are not UTF-8"
    return None
