"""The item of a row, told from its neighbours by what stands in it.

A proof holds a part of the row's record. Whoever checks it has nothing else to tell whose it is.
"""

from __future__ import annotations

import json
from typing import Any, Final

_POST_ID: Final = b"<wp:post_id>"
_ONE: Final = 3
"""Parts of a record whose payload is one."""


def item_of(row: dict[str, Any], table: str, part: bytes, parts: int) -> dict[str, Any] | bytes | None:
    """Read the item of a row from a part of the row's record.

    Args:
        row: The row.
        table: Its table.
        part: A part of the record's payload.
        parts: How many parts the record has.

    Returns:
        An object of the API, or the bytes of an item of an export or of a page; null where the part is another item, as
        far as number, type and taxonomy tell, or none.
    """
    text = part.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if text.startswith(b"<"):
        # An item of an export names its number once; a page is the whole payload of its record.
        named = [each.startswith(f"{row.get('id')}</wp:post_id>".encode()) for each in text.split(_POST_ID)[1:]]
        is_it = named == [True] if text.startswith(b"<item>") else parts == _ONE
        return text if is_it and table in {"posts", "media"} else None
    try:
        text = text[1:] if text[:1] in {b"[", b","} else text
        item = json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(item, dict) or not type(row.get("id")) is type(item.get("id")) is int or item["id"] != row["id"]:
        return None
    kind = row.get("type", "attachment" if table == "media" else None)
    return item if (item.get("type", kind), item.get("taxonomy")) == (kind, row.get("taxonomy")) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any] | None:
    """An object; null for one with a key twice, which two readers read as two things."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
