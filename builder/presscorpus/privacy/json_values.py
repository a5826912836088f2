"""JSON whose strings, keys and numbers are redacted, in the same shape. Pure.

Where it is nested deeper than it can be read, it is redacted in parts that stand within one another; what is broken as
well, its strings and numbers each by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from presscorpus.privacy import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_DEEPEST: Final = 100  # levels of a part
# Keys whose values are redacted with what stands beside them, up to two levels down.
_KEYS: Final = frozenset((*described.TELEPHONES, *map(str.lower, described.PAGES), *described.NAMES))
_WITHIN: Final = 3
# What stands in the place of a part: a sign of nobody's around its number.
_SIGN: Final = "\ue000"
_PART: Final = re.compile(f'"{_SIGN}([0-9]+){_SIGN}"')
# A string, a number or a word of JSON; of what is broken as well, in one pass.
_SCALAR: Final = re.compile(r'"(?:[^"\\]|\\.?)*"?|[^\s"\[\]{},:]+', re.DOTALL)


class How(NamedTuple):
    """What redacts the parts of a document, and the marks of numbers and names."""

    string: Callable[[str], str]
    text: Callable[[str], str]
    known: Callable[[str], Iterable[object]]
    number: str | None
    name: str


def redacted(source: str, how: How) -> str:
    """Redact a document of JSON.

    Args:
        source: JSON; what is none is redacted as a text.
        how: What redacts its parts.

    Returns:
        JSON of the same shape.
    """
    try:
        return _whole(source, how)
    except msgspec.DecodeError:
        return how.text(source)
    except RecursionError:
        return _deep(source, how)


def _whole(source: str, how: How) -> str:
    value = msgspec.json.decode(source)
    changed = _value(value, how)
    return source if changed == value else msgspec.json.encode(changed).decode()


def _deep(source: str, how: How) -> str:
    """A document that is nested too deep, in parts, the innermost first."""
    if _SIGN in source or "\\ue000" in source.lower():
        return _by_scalars(source, how)
    parts: list[str] = []
    # The parts that are open: how deep each begins, and what was read of it.
    stack: list[tuple[int, list[str]]] = [(0, [])]
    keys: list[str] = []
    place = last = 0
    key = ""
    for token in _BRACKET.finditer(source):
        if token[0][0] == '"':
            key, last = token[0][1:-1].lower(), token.end()
        elif token[0] in "[{":
            keys.append(key if source[last : token.start()].strip() == ":" else "")
            if len(keys) - stack[-1][0] > _DEEPEST and _KEYS.isdisjoint(keys[-_WITHIN:]):
                stack[-1][1].append(source[place : token.start()])
                place = token.start()
                stack.append((len(keys), []))
        elif keys:
            if len(stack) > 1 and len(keys) == stack[-1][0]:
                parts.append(_part([*stack.pop()[1], source[place : token.end()]], how))
                stack[-1][1].append(f'"{_SIGN}{len(parts) - 1}{_SIGN}"')
                place = token.end()
            keys.pop()
    rest = [piece for _, pieces in stack for piece in pieces]
    return _joined(_part([*rest, source[place:]], how), parts)


def _part(pieces: list[str], how: How) -> str:
    """A part of a document, redacted; where it cannot be read, by its scalars."""
    source = "".join(pieces)
    try:
        return _whole(source, how)
    except (msgspec.DecodeError, RecursionError):
        return _by_scalars(source, how)


def _joined(whole: str, parts: list[str]) -> str:
    """A document with the parts in their places, which hold others themselves."""
    joined: list[str] = []
    rest = [whole]
    while rest:
        pieces = _PART.split(rest.pop())
        if len(pieces) == 1:
            joined += pieces
        else:
            rest += [parts[int(each)] if number % 2 else each for number, each in enumerate(pieces)][::-1]
    return "".join(joined)


def _by_scalars(source: str, how: How) -> str:
    return _SCALAR.sub(lambda written: _scalar(written[0], how), source)


def _scalar(written: str, how: How) -> str:
    """A string or number as JSON writes it."""
    try:
        value = msgspec.json.decode(written)
    except msgspec.DecodeError:
        return how.text(written)
    changed = _value(value, how)
    return written if changed == value else msgspec.json.encode(changed).decode()


def _value(value: Any, how: How) -> Any:
    if isinstance(value, str):
        return how.string(value)
    if isinstance(value, list):
        return [_value(each, how) for each in value]
    if isinstance(value, dict):
        told = {name: _value(each, how) for name, each in value.items()}
        told = described.redacted(value, told, how.number, how.name)
        return _with_keys(told, [how.string(name) for name in told])
    if isinstance(value, int) and not isinstance(value, bool) and any(how.known(str(value))):
        return how.number
    return value


def _with_keys(value: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """An object with other keys, of which those that are the same are numbered."""
    if len(set(keys)) == len(keys):
        return dict(zip(keys, value.values(), strict=True))
    times: Counter[str] = Counter()
    renamed: dict[str, Any] = {}
    taken = set(keys)
    for key, each in zip(keys, value.values(), strict=True):
        name = key
        times[key] += 1
        while times[key] > 1 and name in taken:
            name = f"{key} ({times[key]})".lstrip()
            times[key] += name in taken
        taken.add(name)
        renamed[name] = each
    return renamed
