"""The exact bytes of a row that a release commits to.

Canonical JSON, whatever file it lies in.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from presscorpus.commitments import merkle
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import polars as pl

    from presscorpus import dtypes
    from presscorpus.config.schema import Field, Schema
else:
    pl = lazy("polars")
    dtypes = lazy("presscorpus.dtypes")


def texts(frame: pl.DataFrame, schema: Schema) -> pl.Series:
    """Write rows as canonical JSON.

    One object each, with all columns of the schema, in the order of their names.

    Null stands where a value is null. A whole number is written in decimal, whatever its size, a fraction as the
    shortest decimal that reads back as the same number, a time in UTC as `2026-11-23T12:30:00.000000Z`, and a time of
    the site's own clock as the same without `Z`.

    Args:
        frame: Rows of the table.
        schema: Its columns.

    Returns:
        A column of text.
    """
    fields = sorted(schema.fields, key=lambda field: field.name)
    written = frame.select(pl.struct(_value(field) for field in fields).struct.json_encode().alias("row"))["row"]
    for field in fields:
        if field.type == "number":
            written = _shortened(written, frame[field.name])
    return written


def _shortened(rows: pl.Series, numbers: pl.Series) -> pl.Series:
    """Write the whole numbers of a column without a fraction."""
    whole = (numbers.floor() == numbers).arg_true()
    # The mark after a name cannot stand within a text, where each quotation mark has a backslash.
    mark = f'"{numbers.name}":(-?[0-9]+)\\.0([,}}])'
    return rows.scatter(whole, rows.gather(whole).str.replace(mark, f'"{numbers.name}":${{1}}${{2}}'))


def leaves(frame: pl.DataFrame, schema: Schema) -> list[bytes]:
    """Return the hashes of rows, which are the leaves of the table's tree.

    Args:
        frame: Rows of the table.
        schema: Its columns.

    Returns:
        One hash a row.
    """
    sha, zero = hashlib.sha256, b"\0"
    return [sha(zero + row).digest() for row in texts(frame, schema).cast(dtypes.BYTES).to_list()]


def leaf(text: str) -> bytes:
    """Return the hash of one row, written as canonical JSON."""
    return merkle.leaf(text.encode())


def _value(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    if field.type != "datetime":
        return column
    return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if field.timezone else ""))
