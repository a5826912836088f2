"""A response body split into the raw bytes of its items, so that each is judged by itself.

The bytes of an item are kept as they came: decoding them is the business of the table that they belong to. What is
certain is repaired and named (`Piece.repairs`); what is not becomes a fault with the bytes as evidence.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
_LINES = (".jsonl", ".ndjson")
_COMPRESSED = (".gz", ".zst")
_SPACE = b" \t\r\n"
_OPEN, _CLOSE = (b"[", b"{"), (b"]", b"}")
# A line that may be the beginning of the JSON; each one tried costs a pass over the body.
_START = re.compile(rb"^[ \t]*(?=[\[{])", re.MULTILINE)
_TRIES = 20
# How a list of items or an object begins, anywhere: not as `[12]` or `{debug}` within a message does.
_VALUE = re.compile(rb'\[\s*+(?=[\]{])|\{\s*+(?=["}])')
# What core writes when it is asked for an envelope (WP_REST_Server::envelope_response).
_ENVELOPE = frozenset({"body", "status", "headers"})
# What tells the elements of a list apart: strings as wholes, and single signs. A string that never ends is none; then
# no other one behind it ends, and looking for one at each quotation mark would take the square of the length.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+("?+)|[\[\]{},]', re.DOTALL)
_NUMBERED = re.compile(rb'\s*+\{\s*+"\d{1,9}"\s*+:\s*+\{')
_SIGN = re.compile(rb"[\[\]{},]")
_KEY = re.compile(rb'\s*+"(\d+)"\s*+:\s*+')
MOST_NESTED = 512
"""Values within one another in an item: what PHP's json_encode writes at most (https://www.php.net/manual/en/function.json-encode.php).

msgspec ends at what is left of Python's own limit, which depends on who called."""
# An escaped surrogate, paired or not: JSON allows a lone one to be written and no Unicode text can hold it
# (RFC 8259 section 8.2, https://www.rfc-editor.org/rfc/rfc8259#section-8.2).
_SURROGATE = re.compile(
    rb"(?P<before>(?<!\\)(?:\\\\)*)(?:(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_TOO_DEEP = ("too_deep", f"more than {MOST_NESTED} lists and objects of the JSON are within one another")


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
    body, repairs = without_noise(payload)
    if not body.strip(_SPACE):
        return [], [Unreadable(0, payload, "empty", "the file is empty")]
    if _NUMBERED.match(body):
        return _split_object(payload, body, repairs)
    if body.lstrip(_SPACE)[:1] != b"[":
        return _single(payload, body, repairs)
    try:
        elements = [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _salvage(body, repairs)
    whole = list(enumerate(elements, 1))
    deep = [Unreadable(ordinal, raw, *_TOO_DEEP) for ordinal, raw in whole if _is_deep(raw)]
    nested = {each.ordinal for each in deep}
    return [Piece(ordinal, raw, raw, repairs) for ordinal, raw in whole if ordinal not in nested], deep


def is_list(payload: bytes) -> bool:
    """Whether a payload is a list, broken or not, or the object that PHP makes of a list with gaps."""
    body = without_noise(payload)[0].lstrip(_SPACE)
    return body[:1] == b"[" or _NUMBERED.match(body) is not None


def without_noise(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The JSON in a body, without what plugins and caches print around it, and the names of what was taken off.

    That is a byte order mark, PHP's own messages before it and HTML comments behind it. The body comes back as it is
    where no whole JSON value can be told from noise.
    """
    json_, repairs = (body[len(_BOM) :], ("bom_removed",)) if body.startswith(_BOM) else (body, ())
    end = json_.rstrip(_SPACE)
    if end[-1:] in _CLOSE and (_VALUE.match(json_.lstrip(_SPACE)) or not _VALUE.search(json_)):
        return _unwrapped(json_, repairs)
    for _ in range(_TRIES):
        if not end.endswith(b"-->") or b"<!--" not in end:
            break
        end = end[: end.rindex(b"<!--")].rstrip(_SPACE)
    for start in itertools.islice(_START.finditer(end), _TRIES):
        rest = end[start.end() :]
        if _fault_of(repaired(rest)[0]) is None:
            return _unwrapped(rest, (*repairs, "noise_removed"))
    found = _longest_value(json_)
    return _unwrapped(found, (*repairs, "noise_removed")) if found else (json_, repairs)


def _longest_value(body: bytes) -> bytes | None:
    """The longest whole list or object within a body, whatever stands around it; null where there is none."""
    longest, start = None, 0
    for _ in range(_TRIES):
        begun = _VALUE.search(body, start)
        if begun is None:
            break
        signs = (b"[", b"]") if body[begun.start() : begun.start() + 1] == b"[" else (b"{", b"}")
        _, end = _elements(body[begun.start() :], *signs)
        value = body[begun.start() : begun.start() + end] if end else b""
        start = begun.end()
        if value and _fault_of(repaired(value)[0]) is None:
            start = begun.start() + len(value)
            longest = value if longest is None or len(value) > len(longest) else longest
    return longest


def _unwrapped(body: bytes, repairs: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    """What stands in an envelope, where a body is one; else the body."""
    if not body.lstrip(_SPACE).startswith(b"{") or b'"body"' not in body:
        return body, repairs
    try:
        keys = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return body, repairs
    if keys.keys() != _ENVELOPE or bytes(keys["status"]) != b"200":
        return body, repairs
    return bytes(keys["body"]), (*repairs, "envelope_removed")


def _single(payload: bytes, body: bytes, repairs: tuple[str, ...]) -> tuple[list[Piece], list[Unreadable]]:
    """A payload that is one object: its bytes are that object's, to the last line end."""
    fixed, more = repaired(body)
    fault = _fault_of(fixed)
    return ([Piece(1, payload, fixed, repairs + more)], []) if fault is None else ([], [Unreadable(0, payload, *fault)])


def _split_object(payload: bytes, body: bytes, repairs: tuple[str, ...]) -> tuple[list[Piece], list[Unreadable]]:
    """A list with gaps, which PHP's json_encode writes as an object whose keys are the places."""
    try:
        elements = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except RecursionError:
        elements = _members(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _single(payload, body, repairs)
    if not elements or not all(key.isdecimal() for key in elements):
        return _single(payload, body, repairs)
    pieces: list[Piece] = []
    faults: list[Unreadable] = []
    for ordinal, raw in enumerate(elements.values(), 1):
        _judge(ordinal, bytes(raw), (*repairs, "list_as_object"), pieces, faults)
    return pieces, faults


def _members(body: bytes) -> dict[str, msgspec.Raw]:
    """The members of an object that is nested too deep to be decoded; none where not all have numbers as keys."""
    cut, end = _elements(body, b"{", b"}")
    keys = [_KEY.match(each) for each in cut]
    if end is None or body[end:].strip(_SPACE):
        return {}
    named = {key[1].decode(): msgspec.Raw(each[key.end() :]) for key, each in zip(keys, cut, strict=True) if key}
    return named if len(named) == len(cut) else {}


def _split_lines(payload: bytes) -> tuple[list[Piece], list[Unreadable]]:
    pieces: list[Piece] = []
    faults: list[Unreadable] = []
    for ordinal, line in enumerate(payload.removeprefix(_BOM).split(b"\n"), 1):
        if not line.strip(_SPACE):
            continue
        _judge(ordinal, line, (), pieces, faults)
    return pieces, faults


def _salvage(body: bytes, repairs: tuple[str, ...]) -> tuple[list[Piece], list[Unreadable]]:
    """Cut a list that does not decode as a whole into its elements, so that each is judged by itself."""
    pieces: list[Piece] = []
    faults: list[Unreadable] = []
    elements, end = _elements(body, b"[", b"]")
    for ordinal, element in enumerate(elements, 1):
        if element:
            _judge(ordinal, element, repairs, pieces, faults)
        else:
            faults.append(Unreadable(ordinal, element, "not_json", "no item stands before a comma or bracket"))
    if end is None and not any(fault.ordinal == len(elements) for fault in faults):
        faults.append(Unreadable(0, body, "truncated", f"the list ends after {len(pieces)} whole items"))
    elif end is not None and body[end:].strip(_SPACE):
        behind = body[end:].strip(_SPACE)
        faults.append(Unreadable(len(elements) + 1, behind, "not_json", "something stands behind the end of the list"))
    return pieces, faults


def _elements(body: bytes, first: bytes, last: bytes) -> tuple[list[bytes], int | None]:
    """The elements of a list or object as they are written, and where that ends; null where it does not.

    Only strings and brackets are looked at, without recursion: what stands between two commas of the list is an
    element, however deep or broken it is inside.
    """
    elements: list[bytes] = []
    start = body.index(first) + 1
    depth = 0
    for token in _tokens(body, start):
        sign = token[0]
        if depth == 0 and sign in {b",", last}:
            element = body[start : token.start()].strip(_SPACE)
            if element or elements or sign == b",":
                elements.append(element)
            start = token.end()
            if sign == last:
                return elements, start
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
    rest = body[start:].strip(_SPACE)
    return ([*elements, rest] if rest else elements), None


def _tokens(body: bytes, start: int) -> Iterator[re.Match[bytes]]:
    for token in _TOKEN.finditer(body, start):
        if token[1] == b"":
            yield from _SIGN.finditer(body, token.start())
            return
        yield token


def _judge(ordinal: int, raw: bytes, repairs: tuple[str, ...], pieces: list[Piece], faults: list[Unreadable]) -> None:
    fixed, more = repaired(raw)
    fault = _fault_of(fixed)
    if fault is None:
        pieces.append(Piece(ordinal, raw, fixed, repairs + more))
    else:
        faults.append(Unreadable(ordinal, raw, *fault))


def repaired(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """JSON with lone surrogates written as U+FFFD, and the name of that repair where it was needed."""
    if b"\\ud" not in raw and b"\\uD" not in raw:
        return raw, ()
    fixed = _SURROGATE.sub(lambda m: m[0] if m["pair"] else m["before"] + b"\\ufffd", raw)
    return (raw, ()) if fixed == raw else (fixed, ("surrogate_replaced",))


def _is_deep(raw: bytes) -> bool:
    """Whether more than `MOST_NESTED` lists and objects are open at once. Few items have so many at all."""
    if raw.count(b"[") + raw.count(b"{") <= MOST_NESTED:
        return False
    depth = 0
    for token in _tokens(raw, 0):
        depth += (token[0] in _OPEN) - (token[0] in _CLOSE)
        if depth > MOST_NESTED:
            return True
    return False


def _fault_of(raw: bytes) -> tuple[str, str] | None:
    """Why bytes are not one JSON value, as (rule, reason); null where they are."""
    if _is_deep(raw):
        return _TOO_DEEP
    try:
        msgspec.json.decode(raw, type=msgspec.Raw)
    except RecursionError:
        return _TOO_DEEP
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            return "truncated", "the JSON ends before it is complete"
        return "not_json", f"is not JSON: {error}"
    except UnicodeDecodeError:
        return "not_utf8", "the bytes are not UTF-8"
    return None
