"""JSON whose strings, keys and numbers are redacted, in the same shape. Pure.

Where it is nested deeper than it can be read, its strings and numbers are redacted each by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from presscorpus.privacy import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
        value = msgspec.json.decode(source)
        changed = _value(value, how)
        return source if changed == value else msgspec.json.encode(changed).decode()
    except msgspec.DecodeError:
        return how.text(source)
    except RecursionError:
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
