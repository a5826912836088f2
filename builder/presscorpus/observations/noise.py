"""JSON without what plugins and caches print around it."""

from __future__ import annotations

import codecs
import itertools
import re

import msgspec

from presscorpus.observations.json_scan import (
    SPACE,
    elements,
    fault_of,
    repaired,
)

OPEN, CLOSE = (b"[", b"{"), (b"]", b"}")
BOM = codecs.BOM_UTF8
# A line that may be the beginning of the JSON; each one tried costs a pass over the body.
_START = re.compile(rb"^[ \t]*(?=[\[{])", re.MULTILINE)
# A call around JSON, which `?_jsonp=` asks WordPress for (WP_REST_Server::serve_request).
_CALL = re.compile(rb"\s*(?:/\*\*/)?\s*[\w$.]{1,100}\(\s*(?=[\[{])")
TRIES = 20
# How a list of items or an object begins, anywhere: not as `[12]` or `{debug}` within a message does.
_VALUE = re.compile(rb'\[\s*+(?=[\]{\[])|\{\s*+(?=["}])')
# Keys of the envelope that WordPress core writes (WP_REST_Server::envelope_response).
_ENVELOPE = frozenset({"body", "status", "headers"})


def without_noise(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the JSON in a body without what plugins and caches print around it.

    That is a byte order mark, PHP's own messages before it, HTML comments behind it, the call of JSONP around it, and
    the envelope of `_envelope`.

    Args:
        body: A body in UTF-8.

    Returns:
        The JSON, and the names of what was removed. The body itself, but for a byte order mark, where no whole JSON
        value can be told from noise.
    """
    json_, repairs = (body[len(BOM) :], ("bom_removed",)) if body.startswith(BOM) else (body, ())
    end = json_.rstrip(SPACE)
    begins = _VALUE.match(json_.lstrip(SPACE)) is not None or _is_one(json_.strip(SPACE))
    if end[-1:] in CLOSE and (begins or not _VALUE.search(json_)):
        return _unwrapped(json_, repairs)
    for _ in range(TRIES):
        if not end.endswith(b"-->") or b"<!--" not in end:
            break
        end = end[: end.rindex(b"<!--")].rstrip(SPACE)
    if (call := _CALL.match(end)) and fault_of(repaired(inner := end[call.end() :].rstrip(b" \t\r\n;)"))[0]) is None:
        return inner, (*repairs, "noise_removed")
    for start in itertools.islice(_START.finditer(end), TRIES):
        rest = end[start.end() :]
        if fault_of(repaired(rest)[0]) is None:
            return _unwrapped(rest, (*repairs, "noise_removed"))
    # A list that is cut short holds whole items, and is not the noise around one of them.
    found = first_value(json_) if begins else _longest_value(json_) if b"\x00" not in json_ else None
    return _unwrapped(found, (*repairs, "noise_removed")) if found else (json_, repairs)


def first_value(body: bytes) -> bytes | None:
    """Return the whole list or object that a body begins with.

    Args:
        body: A body in UTF-8.

    Returns:
        Its bytes; null where it does not end, is broken, or another one follows.
    """
    begun = body.lstrip(SPACE)
    _, end = elements(begun, *((b"[", b"]") if begun.startswith(b"[") else (b"{", b"}")))
    if not end or begun[end:].lstrip(SPACE)[:1] in OPEN:
        return None
    return begun[:end] if fault_of(repaired(begun[:end])[0]) is None else None


def _is_one(body: bytes) -> bool:
    """Tell whether a body is one list or object, however broken it is inside."""
    if body[:1] not in OPEN or body[-1:] not in CLOSE:
        return False
    return elements(body, *((b"[", b"]") if body.startswith(b"[") else (b"{", b"}")))[1] == len(body)


def _longest_value(body: bytes) -> bytes | None:
    """Return the longest whole list or object within a body; null for none."""
    longest, start = None, 0
    for _ in range(TRIES):
        begun = _VALUE.search(body, start)
        if begun is None:
            break
        start = begun.end()
        if value := first_value(body[begun.start() :]):
            start = begun.start() + len(value)
            longest = value if longest is None or len(value) > len(longest) else longest
    return longest


def _unwrapped(body: bytes, repairs: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    """What stands in an envelope, where a body is one; else the body."""
    if not body.lstrip(SPACE).startswith(b"{") or b'"body"' not in body:
        return body, repairs
    try:
        keys = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return body, repairs
    if keys.keys() != _ENVELOPE or bytes(keys["status"]) != b"200":
        return body, repairs
    return bytes(keys["body"]), (*repairs, "envelope_removed")
