"""A scan of JSON that may be broken: elements, depth, and what is wrong with it.

Only strings and brackets are looked at, without recursion, so that what is broken inside an element stays there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE: Final = b" \t\r\n"
_OPEN, _CLOSE = (b"[", b"{"), (b"]", b"}")
# What tells the elements of a list apart: strings as wholes, and single signs. A string that never ends is none; then
# no other one behind it ends, and looking for one at each quotation mark would take the square of the length.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+("?+)|[\[\]{},]', re.DOTALL)
_PLACE: Final = re.compile(r"\(byte (\d+)\)")
_SIGN: Final = re.compile(rb"[\[\]{},]")
_KEY: Final = re.compile(rb'\s*+("(?:[^"\\]|\\.)*+")\s*+:\s*+', re.DOTALL)
MOST_NESTED: Final = 512
"""Values within one another in an item: what PHP's json_encode writes at most (https://www.php.net/manual/en/function.json-encode.php).

msgspec ends at what is left of Python's own limit, which depends on who called."""
# An escaped surrogate, paired or not: JSON allows a lone one to be written and no Unicode text can hold it
# (RFC 8259 section 8.2, https://www.rfc-editor.org/rfc/rfc8259#section-8.2).
_SURROGATE: Final = re.compile(
    rb"(?P<before>(?<!\\)(?:\\\\)*)(?:(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class Fault(NamedTuple):
    """Why bytes are not one JSON value.

    `rule` is a code that docs/flags.md explains, `reason` a sentence that quotes no content.
    """

    rule: str
    reason: str


TOO_DEEP: Final = Fault("too_deep", f"more than {MOST_NESTED} lists and objects of the JSON are within one another")


def elements(body: bytes, first: bytes, last: bytes, begin: int = 0) -> tuple[list[bytes], int | None]:
    """Cut a list or object into its elements.

    What stands between two commas is an element, however deep or broken it is inside.

    Args:
        body: Bytes with `first` in them; what stands before it is passed over.
        first: The opening bracket, `[` or `{`.
        last: The closing one.
        begin: Where to look for `first` from.

    Returns:
        The elements as they are written, without space around them; and the position behind `last`, null where the list
        or object does not end.
    """
    elements: list[bytes] = []
    start = body.index(first, begin) + 1
    depth = 0
    for token in _tokens(body, start):
        sign = token[0]
        if depth == 0 and sign in {b",", last}:
            element = body[start : token.start()].strip(SPACE)
            if element or elements or sign == b",":
                elements.append(element)
            start = token.end()
            if sign == last:
                return elements, start
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
    rest = body[start:].strip(SPACE)
    return ([*elements, rest] if rest else elements), None


def members(body: bytes) -> dict[str, bytes] | None:
    """Return the members of an object as they are written.

    Args:
        body: Bytes with `{` in them.

    Returns:
        Bytes of each value by key; of a key that stands twice the last one counts. Null where the bytes are not an
        object to their end.
    """
    cut, end = elements(body, b"{", b"}")
    if end is None or body[end:].strip(SPACE):
        return None
    keys = [_KEY.match(each) for each in cut]
    named: dict[str, bytes] = {}
    for key, each in zip(keys, cut, strict=True):
        name = None if key is None else _name(key[1])
        if key is None or name is None:
            return None
        named[name] = each[key.end() :]
    return named


def _name(written: bytes) -> str | None:
    """The name of a member; null where it is no text."""
    try:
        return msgspec.json.decode(written, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def values(body: bytes) -> list[bytes]:
    """Cut bytes into the lists and objects that stand one after the other.

    Several responses in one file do so.

    Args:
        body: JSON values, with or without space between them.

    Returns:
        One element a value. What stands between them, or behind the last one that ends, belongs to the one before it.
    """
    starts = [0]
    depth = 0
    for token in _tokens(body, 0):
        if token[0] in _OPEN:
            if depth == 0 and body[starts[-1] : token.start()].strip(SPACE):
                starts.append(token.start())
            depth += 1
        elif token[0] in _CLOSE:
            depth -= 1
            if depth < 0:
                break
    ends = [*starts[1:], len(body)]
    return [body[start:end] for start, end in zip(starts, ends, strict=True)]


def _tokens(body: bytes, start: int) -> Iterator[re.Match[bytes]]:
    for token in _TOKEN.finditer(body, start):
        if token[1] == b"":
            yield from _SIGN.finditer(body, token.start())
            return
        yield token


def repaired(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Write the lone surrogates of JSON as U+FFFD.

    Args:
        raw: JSON, in which surrogates are escaped.

    Returns:
        The JSON, and the names of repairs: `surrogate_replaced` or none.
    """
    if b"\\ud" not in raw and b"\\uD" not in raw:
        return raw, ()
    fixed = _SURROGATE.sub(lambda m: m[0] if m["pair"] else m["before"] + b"\\ufffd", raw)
    return (raw, ()) if fixed == raw else (fixed, ("surrogate_replaced",))


def is_deep(raw: bytes) -> bool:
    """Tell whether more than `MOST_NESTED` lists and objects are open at once.

    Args:
        raw: JSON, which may be broken. Few items have so many brackets at all, and only those are scanned.

    Returns:
        True for what msgspec and PHP would not read.
    """
    # Taking brackets out tells how many there are in a quarter of the time that counting them takes.
    if 2 * len(raw) - len(raw.replace(b"[", b"")) - len(raw.replace(b"{", b"")) <= MOST_NESTED:
        return False
    depth = 0
    for token in _tokens(raw, 0):
        depth += (token[0] in _OPEN) - (token[0] in _CLOSE)
        if depth > MOST_NESTED:
            return True
    return False


def fault_of(raw: bytes) -> Fault | None:
    """Return why bytes are not one JSON value.

    Args:
        raw: Bytes, surrogates in them repaired.

    Returns:
        The fault; null where they are one value that decodes.
    """
    if is_deep(raw):
        return TOO_DEEP
    try:
        msgspec.json.decode(raw, type=msgspec.Raw)
    except RecursionError:
        return TOO_DEEP
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            return Fault("truncated", "the JSON ends before it is complete")
        broken = _PLACE.search(str(error))
        return Fault("not_json", f"is not JSON: it breaks at byte {broken[1]}" if broken else "is not JSON")
    except UnicodeDecodeError:
        return Fault("not_utf8", "the bytes are not UTF-8")
    return None
