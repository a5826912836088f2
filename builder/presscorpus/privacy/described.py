"""People and organisations as JSON describes them (https://schema.org). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from presscorpus.privacy.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TELEPHONE: Final = r"(?i:telephone|faxnumber)\W*:"
"""A pattern of Rust's regex crate, which each source with such a key matches."""

LINKED_DATA: Final = "ld+json"
"""What stands in each document with JSON-LD: the type of its script."""

_WRITTEN: Final = re.compile(
    r"\"(?:telephone|faxnumber)\"\s*:\s*(\[[^\[\]<]{1,400}\]|\"[^\"<]{1,80}\"|[0-9]{7,15})", re.IGNORECASE
)
TELEPHONES: Final = frozenset(("telephone", "faxnumber"))
_FEWEST_DIGITS: Final = 5
_PERSON: Final = "Person"
NAMES: Final = ("name", "display_name")
PAGES: Final = ("sameAs", "url", "image")
# What stands behind the whole of a name: nothing, or what parts it from an office.
_BEHIND: Final = re.compile(r"\s*(?:[,(|/\u2013\u2014-]|\Z)")


def redacted(value: Mapping[str, Any], told: dict[str, Any], number: str | None, name: str) -> dict[str, Any]:
    """Redact what an object says of a person or organisation by its keys.

    Args:
        value: An object.
        told: The same with each value redacted by itself.
        number: What stands in the place of a telephone number, in whatever spelling; null where numbers stay.
        name: What stands in the place of a name: where an object is called by one, the pages of its owner are emptied.

    Returns:
        The object, redacted.
    """
    numbers = {
        key: _numbered(each, told[key], number) for key, each in value.items() if number and key.lower() in TELEPHONES
    }
    emptied = {key: _emptied(told[key]) for key in PAGES if key in told} if _is_named(value, told, name) else {}
    return told | numbers | emptied


def telephones(source: str) -> Iterator[str]:
    """The telephone numbers that JSON-LD within a document tells.

    Args:
        source: HTML.

    Yields:
        Each as it is written.
    """
    for written in _WRITTEN.findall(source) if LINKED_DATA in source else ():
        try:
            told = msgspec.json.decode(written)
        except msgspec.DecodeError:
            continue
        yield from (str(each) for each in (told if isinstance(told, list) else [told]))


def _is_named(value: Mapping[str, Any], told: Mapping[str, Any], name: str) -> bool:
    """Whether an object is called by a name that was struck."""
    kinds = value.get("@type")
    is_person = _PERSON in (kinds if isinstance(kinds, list) else [kinds])
    for key, whole in zip(NAMES, (is_person, True), strict=True):
        for before, after in zip(_leaves(value.get(key)), _leaves(told.get(key)), strict=True):
            if not isinstance(before, str) or after.count(name) <= before.count(name):
                continue
            start = after.find(name)
            if whole or (_BEHIND.match(after, start + len(name)) and _is_title(after[:start])):
                return True
    return False


def _is_title(before: str) -> bool:
    """Whether what stands before a name are titles, or nothing."""
    return words_of(f"{before} x y") == ("x", "y")


def _leaves(value: Any) -> list[Any]:
    """A value, or those one and two levels down."""
    return [leaf for each in _members(value) for leaf in _members(each)]


def _members(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]


def _numbered(value: Any, told: Any, number: str) -> Any:
    """A value that is expected to be a number, or several, and no advice."""
    if isinstance(value, list):
        return [_numbered(one, other, number) for one, other in zip(value, told, strict=True)]
    written = isinstance(value, str | int | float) and not isinstance(value, bool)
    return number if written and sum(sign.isdigit() for sign in str(value)) >= _FEWEST_DIGITS else told


def _emptied(value: Any) -> Any:
    """A value of the same shape with empty strings."""
    if isinstance(value, list):
        return [_emptied(each) for each in value]
    if isinstance(value, dict):
        return {key: each if key == "@type" else _emptied(each) for key, each in value.items()}
    return "" if isinstance(value, str) else value
