"""Types of columns that are in no table, between a response and its rows.

The types of the tables' own columns are in `config/schema.py`, read from the schemas.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa

TEXT: Final = pl.String()
"""A name, a mark or a piece of text."""

TEXTS: Final = pl.List(pl.String())
"""Several of them."""

PLACE: Final = pl.UInt32()
"""Which post of a batch, or which row of a frame: from 0."""

COUNT: Final = pl.Int64()
"""How many."""

BYTES: Final = pl.Binary()
"""A piece of text as UTF-8."""

TRUTH: Final = pl.Boolean()
"""Whether or not."""


WORDS: Final = pl.Categorical()
"""Text of which the same comes again and again, each held once."""

SIGNATURE: Final = pl.Binary()
"""What is kept of a text to compare it: content/minhash.py."""

ARROW_BAND: Final = pa.binary(12)
"""A piece of a signature: normalise/near_duplicates.py."""


ARROW_TEXT: Final = pa.large_string()
"""Text, with places of 64 bits: of the words of many posts in one buffer."""


def record(fields: dict[str, pl.DataType]) -> pl.Struct:
    """Return the type of a record.

    Args:
        fields: The type of each field, by name.

    Returns:
        A struct of these fields.
    """
    return pl.Struct(fields)


def several(kind: pl.DataType) -> pl.List:
    """Return the type of a list.

    Args:
        kind: The type of its values.

    Returns:
        A list of values of that type.
    """
    return pl.List(kind)


def arrow_list(kind: pa.DataType) -> pa.DataType:
    """Return the Arrow type of a list as polars writes it: with 64-bit offsets.

    Args:
        kind: The type of its values.

    Returns:
        A large list of values of that type.
    """
    return pa.large_list(kind)
