"""JSON without what was printed or saved around it.

Plugins and caches print, browsers and command lines save more than the JSON.
"""

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
# Headers that `curl -i` and `wget --save-headers` save before the body, those of redirects before them.
_HEADERS = re.compile(rb"(?:HTTP/\d(?:\.\d)? \d{3}[^\n]{0,1000}\n(?:[^\r\n]{1,20000}\r?\n){0,200}\r?\n){1,20}")
# The page in which a browser shows JSON, saved as a page: what was `<` in the text is `&lt;` in it.
_VIEWER = re.compile(
    rb"\s*(?:<!doctype[^>]{0,200}>\s*)?<html[^>]{0,500}>(?:(?!<body).){0,4000}<body[^>]{0,500}>\s*<pre[^>]{0,500}>(?=\s*[\[{])",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(rb"&(amp|lt|gt|quot|nbsp|#39);")
_ENTITIES = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"nbsp": b"\xc2\xa0", b"#39": b"'"}
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|pre|\?xml)", re.IGNORECASE)
# JSON as the text of a JSON text, as it comes of encoding it twice.
_TEXT_IN_TEXT = re.compile(rb'\s*"\s*(?:\[\s*)*\{\s*\\"')
# Values that are looked for in what is no JSON as a whole.
_MOST_VALUES = 1000
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
    if (opened := _opened(json_)) is not json_:
        json_, repairs = opened, (*repairs, "noise_removed")
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
    found = first_value(json_) if begins else _values_within(json_) if b"\x00" not in json_ else None
    return _unwrapped(found, (*repairs, "noise_removed")) if found else (json_, repairs)


def opened_head(head: bytes) -> bytes:
    """The beginning of a file, as JSON that may be saved in something else.

    Without the headers, page or text around it.

    Args:
        head: The first bytes of a file.

    Returns:
        The same bytes where there is nothing around them.
    """
    head = head[found.end() :] if (found := _HEADERS.match(head)) else head
    if page := _VIEWER.match(head):
        return head[page.end() :]
    return head.lstrip(SPACE)[1:].replace(b"\\", b"") if _TEXT_IN_TEXT.match(head) else head


def _opened(body: bytes) -> bytes:
    """A body without the headers, page or text that it was saved in.

    The same object where it was in none.
    """
    body = body[found.end() :] if (found := _HEADERS.match(body)) else body
    if page := _VIEWER.match(body):
        end = body.rfind(b"</pre>", page.end())
        return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], body[page.end() : end if end >= 0 else len(body)])
    return text_in_text(body) or body


def text_in_text(value: bytes) -> bytes | None:
    """Return the JSON that a JSON text holds.

    Args:
        value: JSON.

    Returns:
        A list or object; null where the value is none as a text.
    """
    if not _TEXT_IN_TEXT.match(value):
        return None
    try:
        return msgspec.json.decode(value, type=str).encode()
    except (msgspec.DecodeError, UnicodeError):
        return None


def first_value(body: bytes) -> bytes | None:
    """Return the whole list or object that a body begins with.

    Args:
        body: A body in UTF-8.

    Returns:
        Its bytes; null where it does not end, is broken, or another one follows.
    """
    begun = body.lstrip(SPACE)
    found, is_whole = _value_at(begun, 0)
    if not is_whole or begun[len(found) :].lstrip(SPACE)[:1] in OPEN or _VALUE.search(begun, len(found)):
        return None
    return found


def _value_at(body: bytes, place: int) -> tuple[bytes, bool]:
    """The list or object that begins at a place, and whether it is JSON.

    Empty where it does not end.
    """
    _, end = elements(body, *((b"[", b"]") if body[place : place + 1] == b"[" else (b"{", b"}")), place)
    value = body[place:end] if end else b""
    return value, bool(value) and fault_of(repaired(value)[0]) is None


def _is_one(body: bytes) -> bool:
    """Tell whether a body is one list or object, however broken it is inside."""
    if body[:1] not in OPEN or body[-1:] not in CLOSE:
        return False
    return elements(body, *((b"[", b"]") if body.startswith(b"[") else (b"{", b"}")))[1] == len(body)


def _values_within(body: bytes) -> bytes | None:
    """The lists and objects within a body that may hold items.

    Else the longest one, whatever stands around them.

    What is broken of them stays, to be told. Null where there is none, and where so many are broken that more may
    stand
    behind those that were looked at.
    """
    found: list[tuple[bytes, bool]] = []
    start = broken = 0
    while begun := _VALUE.search(body, start):
        if broken == TRIES or len(found) == _MOST_VALUES:
            return None
        value, is_whole = _value_at(body, begun.start())
        broken += not is_whole
        start = begun.start() + len(value) if value else begun.end()
        found += [(value, is_whole)] if value else []
    if _MARKUP.match(body):
        found = [(_unescaped(value), is_whole) for value, is_whole in found]
    with_items = [(value, is_whole) for value, is_whole in found if b'"id"' in value]
    if len(with_items) > 1 and any(is_whole for _, is_whole in with_items):
        return b"\n".join(value for value, _ in with_items)
    return max((value for value, is_whole in found if is_whole), key=len, default=None)


def _unescaped(value: bytes) -> bytes:
    """JSON that stands as text in markup.

    Its own tags are entities, and it has no others.
    """
    if b"<" in value or b"&lt;" not in value:
        return value
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], value)


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
