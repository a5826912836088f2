"""People and organisations as JSON describes them (https://schema.org). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TELEPHONE: Final = r"(?i:telephone|faxnumber)\W{1,4}:"
"""A pattern of Rust's regex crate, which each source with such a key matches."""

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


def _is_number(value: Any) -> bool:
    """Whether a value is a number where one is expected, and no advice."""
    return isinstance(value, str) and sum(sign.isdigit() for sign in value) >= _FEWEST_DIGITS


def _emptied(value: Any) -> Any:
    """A value of the same shape with empty strings."""
    if isinstance(value, list):
        return [_emptied(each) for each in value]
    return "" if isinstance(value, str) else value
