"""People and organisations as JSON describes them (https://schema.org). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TELEPHONE: Final = r"(?i:telephone|faxnumber)\W{1,4}:"
"""A pattern of Rust's regex crate, which each source with such a key matches."""

_LINKED_DATA: Final = "ld+json"
_WRITTEN: Final = re.compile(
    r"\"(?:telephone|faxnumber)\"\s*:\s*(\[[^\[\]<]{1,400}\]|\"[^\"<]{1,80}\"|[0-9]{7,15})", re.IGNORECASE
)
_TELEPHONES: Final = frozenset(("telephone", "faxnumber"))
_FEWEST_DIGITS: Final = 5
_CALLED: Final = ("name", "display_name")
_PAGES: Final = ("sameAs", "url", "image")


def redacted(value: Mapping[str, Any], told: dict[str, Any], number: str | None, name: str) -> dict[str, Any]:
    """Redact what an object says of a person or organisation by its keys.

    Args:
        value: An object.
        told: The same with each value redacted by itself.
        number: What stands in the place of a telephone number, in whatever spelling; null where numbers stay.
        name: What stands in the place of a name: where the whole one was struck, the pages of its owner are emptied.

    Returns:
        The object, redacted.
    """
    numbers = [key for key, each in value.items() if number and key.lower() in _TELEPHONES and _is_number(each)]
    named = any(told.get(key) == name != value.get(key) for key in _CALLED)
    emptied = {key: _emptied(told[key]) for key in _PAGES if key in told} if named else {}
    return told | dict.fromkeys(numbers, number) | emptied


def telephones(source: str) -> Iterator[str]:
    """The telephone numbers that JSON-LD within a document tells.

    Args:
        source: HTML.

    Yields:
        Each as it is written.
    """
    for written in _WRITTEN.findall(source) if _LINKED_DATA in source else ():
        try:
            told = msgspec.json.decode(written)
        except msgspec.DecodeError:
            continue
        yield from (str(each) for each in (told if isinstance(told, list) else [told]))


def _is_number(value: Any) -> bool:
    """Whether a value is a number where one is expected, and no advice."""
    return isinstance(value, str) and sum(sign.isdigit() for sign in value) >= _FEWEST_DIGITS


def _emptied(value: Any) -> Any:
    """A value of the same shape with empty strings."""
    if isinstance(value, list):
        return [_emptied(each) for each in value]
    return "" if isinstance(value, str) else value
