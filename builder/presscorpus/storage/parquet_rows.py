"""Some rows of a large Parquet file, in the memory of one row group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq

from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def having(path: Path, keys: pl.DataFrame, columns: Sequence[str] = ()) -> pl.DataFrame:
    """Read the rows whose key is one of some.

    Args:
        path: The file.
        keys: The columns of the key, which the file has as well.
        columns: Those to read, with the key among them; none for all.

    Returns:
        These columns of the rows, in the order of the file.

    Raises:
        OSError: The file cannot be read.
    """
    with pq.ParquetFile(path) as file:
        heights = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    whole = parquet.scan(path)
    scan = whole.select(columns) if columns else whole
    found, place = [scan.head(0).collect()], 0
    for height in heights:
        rows = scan.slice(place, height).join(keys.lazy(), on=keys.columns, how="semi", maintain_order="left").collect()
        place += height
        if rows.height:
            # A text that polars took out of others keeps the bytes of all alive; the older layout of Arrow copies it.
            found.append(pl.DataFrame(rows.to_arrow(compat_level=pl.CompatLevel.oldest())))
    return pl.concat(found)
