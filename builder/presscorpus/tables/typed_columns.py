"""From lists of strings to typed columns, in the same way for every table.

Items give strings, numbers and lists; times, flags and counts are polars expressions over whole columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
import polars as pl
import pyarrow as pa

from presscorpus.config.takedown import ERASED
from presscorpus.content.html import Unreadable, plain
from presscorpus.content.urls import as_written
from presscorpus.dtypes import COUNT, TEXT, arrow_list
from presscorpus.lazy import lazy
from presscorpus.tables.coercion import UNREADABLE, ContentUnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import numpy as np

    from presscorpus.config.schema import Schema
else:
    np = lazy("numpy")

# WordPress writes times as 2022-04-26T02:39:20, a zero date as 0000-00-00T00:00:00 or -0001-11-30T00:00:00
# (WordPress core mysql_to_rfc3339).
_TIME = r"^([1-9]\d{3}|0\d\d[1-9]|0\d[1-9]\d|0[1-9]\d\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
_FORMAT = "%Y-%m-%dT%H:%M:%S"
# An offset from UTC behind a time: other software than WordPress writes it.
_OFFSET = r"[+-]\d\d:?\d\d$"
# Columns of the addresses that an item gives of itself or its author.
_ADDRESSES = frozenset({"link", "source_url", "url"})


class Origin(NamedTuple):
    """Where an item was observed: the provenance of all rows that come from it.

    `record_id` is that of the WARC record, `observed_at` when it was asked for, UTC.
    """

    site: str
    crawl: str
    record_id: str
    observed_at: datetime


class Refused(NamedTuple):
    """An item that cannot become a row.

    `rule` is a code that docs/flags.md explains, `reason` a sentence that quotes no content.
    """

    rule: str
    reason: str


# Errors of reading an item for which the item is to blame.
REFUSED = (msgspec.DecodeError, ValueError, RecursionError, OverflowError)


def refused(error: Exception) -> Refused:
    """Return why an item cannot become a row, from what reading it raised.

    Args:
        error: One of `REFUSED`.

    Returns:
        The rule and reason for the table quarantine.
    """
    if isinstance(error, Unreadable):
        return Refused(error.rule, error.what)
    if isinstance(error, ContentUnreadableError):
        return Refused("type_mismatch", str(error))
    return Refused("value_unreadable", "a field holds a value that cannot be read")


# No column can hold a number beyond these bounds, and no WordPress writes one.
Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Rendered(msgspec.Struct, frozen=True):
    """A text field of the REST API.

    `rendered` is its HTML, `protected` whether it stands behind a password.
    """

    rendered: str | None = None
    protected: bool = False


# Before any thread asks: see archive/receipt.py.
msgspec.json.Decoder(Rendered)


Text = Rendered | str | None


def html_of(text: Text) -> str | None:
    """Return the HTML of a text field.

    Args:
        text: The field, as an object or a plain string.

    Returns:
        The HTML; null where it is missing or protected.
    """
    if isinstance(text, Rendered):
        return None if text.protected else text.rendered
    return text


def text_of(text: Text) -> str | None:
    """Return a title, name or excerpt as plain text.

    Args:
        text: The field.

    Returns:
        One line of text, "" for one without words; null where it is missing or protected.

    Raises:
        Unreadable: The HTML must not be given to the parser.
    """
    html = html_of(text)
    return None if html is None else plain(html)


def text_or_null(text: Text) -> str | None:
    """Return what `text_of` does, with null for a text without words.

    Args:
        text: HTML or text of a rendered field, or null.

    Returns:
        Null also where there was nothing.
    """
    return text_of(text) or None


def number(value: int | None) -> int | None:
    """Return a reference to another item, null for the 0 that means none.

    Args:
        value: What a field holds.

    Returns:
        Null also where it is no whole number.
    """
    return value or None


class Leftover(NamedTuple):
    """The fields of an item that have no columns.

    `json` is canonical; null where there are none. `flags` name what could not be kept.
    """

    json: str | None
    flags: tuple[str, ...] = ()


def leftover(keys: dict[str, msgspec.Raw], known: Iterable[str]) -> Leftover:
    """Return the fields of an item that have no columns.

    An empty `meta` is what WordPress sends for no meta at all, and counts as none. A field with a value that no JSON
    reader can hold, such as a number of 5,000 digits, is left out and flagged as `extra_unreadable`.

    Args:
        keys: The item's members.
        known: Names of the fields that have columns.

    Returns:
        Canonical JSON, keys sorted and no spaces, and flags.
    """
    unknown: dict[str, Any] = {}
    flags: tuple[str, ...] = ()
    for key, raw in keys.items():
        if key in known or key == ERASED:
            continue
        try:
            unknown[key] = msgspec.json.decode(raw)
        except (msgspec.DecodeError, ValueError, RecursionError):
            flags = ("extra" + UNREADABLE,)
    if unknown.get("meta", True) in ([], {}):
        del unknown["meta"]
    return Leftover(msgspec.json.encode(unknown, order="sorted").decode() if unknown else None, flags)


def frame(schema: Schema, values: dict[str, Any]) -> pl.DataFrame:
    """Return a frame of emitted columns, by `Schema.emitted`.

    Args:
        schema: The schema of the table.
        values: A list or series by name of column, all of one length.

    Returns:
        Those columns; the frame need not have all of the schema.
    """
    return columns(values, schema.emitted)


def columns(values: Mapping[str, Any], types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return a frame of columns by their types.

    Args:
        values: A list or series by name of column, all of one length.
        types: The type of each; other names may be in it too.

    Returns:
        The columns of `values`, in that order.
    """
    return pl.DataFrame([_series(name, column, types[name]) for name, column in values.items()])


def _series(name: str, values: Any, kind: pl.DataType) -> pl.Series:
    return listed(name, values, kind) if kind.is_nested() else pl.Series(name, values, dtype=kind)


def listed(name: str, values: list[list[str] | None], kind: pl.DataType) -> pl.Series:
    """Return a column of lists of strings.

    It is made of one column of all strings and the places where each list ends: polars would make a series for each
    list, and `pyarrow.array` imports pandas first.

    Args:
        name: Name of the column.
        values: One list a row, or null.
        kind: A list type.

    Returns:
        The column, cast to `kind`.
    """
    strings = pl.Series([each for row in values if row for each in row], dtype=TEXT).to_arrow()
    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum([len(row) if row else 0 for row in values], out=ends[1:])
    there = np.packbits(np.fromiter((row is not None for row in values), np.bool_), bitorder="little")
    buffers = [pa.py_buffer(there), pa.py_buffer(ends)]
    lists = pa.Array.from_buffers(arrow_list(strings.type), len(values), buffers, children=[strings])
    # As a table: for an array alone polars imports pyarrow.compute, which takes 0.03 s.
    return pl.DataFrame(pa.table([lists], ["lists"]))["lists"].alias(name).cast(kind)


def moment(schema: Schema, name: str) -> pl.Expr:
    """Return an emitted column of texts as the times that its schema declares.

    A time with an offset is told in UTC where the column is, and as written where the column is local time.

    Args:
        schema: The schema of the table.
        name: Name of the column.

    Returns:
        An expression of that name; null for zero and impossible dates.
    """
    local = _local(name)
    zone = schema.by_name[name].timezone
    if not zone:
        return local.alias(name)
    sign = pl.col(name).str.extract(f"({_OFFSET})").str.replace(":", "", literal=True)
    minutes = (sign.str.slice(1, 2).cast(COUNT) * 60 + sign.str.slice(3, 2).cast(COUNT)).fill_null(0)
    ahead = pl.when(sign.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return (local - pl.duration(minutes=ahead, time_unit="us")).dt.replace_time_zone(zone).alias(name)


def _local(name: str) -> pl.Expr:
    raw = pl.when(pl.col(name).str.contains(_TIME)).then(pl.col(name).str.head(19).str.replace(" ", "T", literal=True))
    return raw.str.to_datetime(_FORMAT, time_unit="us", strict=False)


def unreadable_time(name: str) -> pl.Expr:
    """Tell whether the site wrote something into a time column that is no time.

    Args:
        name: Name of an emitted column.

    Returns:
        An expression, false for null.
    """
    return pl.col(name).is_not_null() & _local(name).is_null()


def provenance(origins: list[Origin]) -> dict[str, list[Any]]:
    """Return the provenance columns of rows.

    Args:
        origins: Where each row was observed.

    Returns:
        Lists for site, crawl, record_id and observed_at, one value a row.
    """
    return {
        "site": [origin.site for origin in origins],
        "crawl": [origin.crawl for origin in origins],
        "record_id": [origin.record_id for origin in origins],
        "observed_at": [origin.observed_at for origin in origins],
    }


def without_credentials(frame: pl.DataFrame) -> pl.DataFrame:
    """Remove user names and passwords from the addresses of items.

    Args:
        frame: Rows of any table.

    Returns:
        The frame with link, source_url and url cleaned, as far as it has them.
    """
    for name in _ADDRESSES & set(frame.columns):
        if frame[name].str.contains("@", literal=True).any():
            kept = [url and as_written(url) for url in frame[name]]
            frame = frame.with_columns(pl.Series(name, kept, dtype=frame.schema[name]))
    return frame


def conform(frame: pl.LazyFrame, schema: Schema) -> pl.LazyFrame:
    """Return the columns of a schema, in its order.

    Args:
        frame: A frame with at least some of them.
        schema: The schema of the table.

    Returns:
        Exactly its columns; one that the frame lacks is null.
    """
    there = frame.collect_schema()
    absent = {name: kind for name, kind in schema.polars.items() if name not in there}
    return frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in absent.items()).select(
        schema.names
    )
