"""Read Parquet files by their names.

To polars a name with `[`, `*` or `?` is a pattern, which another folder may match as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
else:
    pl = lazy("polars")


def scan(source: Path | Sequence[Path]) -> pl.LazyFrame:
    """Open a table.

    Args:
        source: Its file, or its files in their order.

    Returns:
        Its rows, of which nothing was read yet.
    """
    paths = list(source) if isinstance(source, Sequence) else [source]
    return pl.scan_parquet(paths, glob=False, hive_partitioning=False)


def read(source: Path | Sequence[Path] | bytes, columns: list[str] | None = None) -> pl.DataFrame:
    """Read a table.

    Args:
        source: Its file, its files in their order, or the bytes of a file.
        columns: Those to read; null for all.

    Returns:
        Its rows.

    Raises:
        OSError: A file cannot be read.
        polars.exceptions.PolarsError: What is read is no Parquet file, or lacks a column.
    """
    files = list(source) if isinstance(source, Sequence) and not isinstance(source, bytes) else source
    return pl.read_parquet(files, columns=columns, glob=False, hive_partitioning=False)
