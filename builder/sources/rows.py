"""The ids in an answer: all that a walk needs to know of it. What the items hold is judged later, from the archive."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from builder.tables.payload import without_noise


class Row(msgspec.Struct, frozen=True):
    """One item of a list: its id, and modified_gmt where the answer has it (UTC without Z, as received)."""

    id: int
    modified_gmt: str | None = None


_rows = msgspec.json.Decoder(list[Row])


def rows_in(body: bytes) -> list[Row] | None:
    """The items of a list, or null where the body holds no list.

    A byte order mark, PHP messages before and HTML comments after the JSON are borne with. An item without a whole,
    positive number for an id is left out; nobody could ask for it again.
    """
    try:
        return _rows.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    value = json_in(body)
    if not isinstance(value, list):
        return None
    return [row for item in value if (row := _row(item)) is not None]


def json_in(body: bytes) -> Any:
    """The JSON value in a body, borne with as `rows_in` does; null where there is none."""
    try:
        return json.loads(without_noise(body)[0])
    except (ValueError, RecursionError):
        return None


def _row(item: Any) -> Row | None:
    if not isinstance(item, dict):
        return None
    number, modified = item.get("id"), item.get("modified_gmt")
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
        return None
    return Row(number, modified if isinstance(modified, str) else None)
