"""The ids in a response: all that a crawl needs to read of it.

The later stages read items from the archive.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from presscorpus.observations import mislabelled
from presscorpus.observations.json_scan import repaired
from presscorpus.observations.noise import without_noise
from presscorpus.observations.payload import is_list, split

if TYPE_CHECKING:
    from presscorpus.crawl.http.response import Response

_OK = 200
# An id that no column can hold cannot be requested either.
_Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


# How a whole list ends: itself, or as the object that PHP makes of it.
_ENDS = (b"]", b"}")


class Numbered(msgspec.Struct, frozen=True):
    """An item of which only the id is read. PHP plugins write numbers as text, too."""

    id: _Id | Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,17}$")]


class _Dated(msgspec.Struct, frozen=True):
    """The local time of publication of an item, as received."""

    date: str | None = None


class _Kind(msgspec.Struct, frozen=True):
    """What kind of item it is, as received."""

    type: Any = None
    taxonomy: Any = None


class Row(msgspec.Struct, frozen=True):
    """One item of a list, as much of it as shows a change.

    Its id, and where the answer has them modified_gmt (UTC without Z) and its permalink, as received. Whoever renames a
    post moves its attachments and child pages with it, and leaves their modified_gmt alone (get_attachment_link,
    get_page_uri).
    """

    id: _Id
    modified_gmt: str | None = None
    link: str | None = None


_rows = msgspec.json.Decoder(list[Row])
_row = msgspec.json.Decoder(Row)
_number = msgspec.json.Decoder(Numbered)
_kinds = msgspec.json.Decoder(list[_Kind])
_dates = msgspec.json.Decoder(list[_Dated])


def rows_in(body: bytes) -> list[Row | None] | None:
    """Read the items of a list.

    A byte order mark, messages of PHP and HTML around the JSON are skipped.

    Args:
        body: A decoded body.

    Returns:
        The items, null for one that is broken or has no positive whole number for an id: it could not be requested
        again. Null where the body holds no list.
    """
    try:
        return [*_rows.decode(body)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    cleaned = without_noise(body)[0].rstrip()
    if not is_list(cleaned):
        return None
    pieces, faults = split(body, "")
    if any(fault.ordinal == 0 or fault.rule == "truncated" for fault in faults) or cleaned[-1:] not in _ENDS:
        return None
    found = {piece.ordinal: _told(piece.body) for piece in pieces} | {fault.ordinal: None for fault in faults}
    return [found[ordinal] for ordinal in sorted(found)]


def dates_in(body: bytes) -> list[str]:
    """Read the times of publication of the items of a list.

    Args:
        body: A decoded body.

    Returns:
        Local times as received, in the list's order, of the items that have one.
    """
    try:
        return [each.date for each in _dates.decode(without_noise(body)[0]) if each.date]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return []


def kinds_in(body: bytes, field: str) -> set[str]:
    """Read of what kinds the items of a list are.

    Args:
        body: A decoded body.
        field: type or taxonomy.

    Returns:
        The values of that field; empty where no item has it.
    """
    try:
        found = {getattr(each, field) for each in _kinds.decode(without_noise(body)[0])}
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, TypeError):
        return set()
    return {each for each in found if isinstance(each, str)}


def is_answer(response: Response) -> bool:
    """Whether a response holds what was asked for.

    By its status, or by right JSON under a wrong status.

    Args:
        response: A response as it came.

    Returns:
        False also for an error under the status 200.
    """
    return response.status == _OK or mislabelled.is_data(response.status, response.body)


def json_in(body: bytes) -> Any:
    """Read the JSON value in a body, with the tolerance of `rows_in`.

    Args:
        body: A decoded body.

    Returns:
        The value, whose texts are valid Unicode; null where there is none.
    """
    try:
        return json.loads(repaired(without_noise(body)[0])[0])
    except (ValueError, RecursionError):
        return None


def _told(item: bytes) -> Row | None:
    try:
        return _row.decode(item)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    try:
        return Row(int(_number.decode(item).id))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
