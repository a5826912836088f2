"""Some rows of a large file: the right ones, and no more memory than they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from presscorpus.storage import parquet_rows

if TYPE_CHECKING:
    from pathlib import Path

ROWS, BYTES = 24, 100_000


def written(folder: Path) -> tuple[Path, pl.DataFrame]:
    """Long texts in row groups of eight."""
    frame = pl.DataFrame(
        {"site": ["a", "b"] * (ROWS // 2), "id": range(ROWS), "text": [f"{number} " * BYTES for number in range(ROWS)]}
    )
    path = folder / "texts.parquet"
    frame.write_parquet(path, row_group_size=8)
    return path, frame


def test_rows_come_by_their_keys_in_the_order_of_the_file(tmp_path: Path) -> None:
    path, frame = written(tmp_path)
    keys = pl.DataFrame({"site": ["b", "a", "a", "z"], "id": [17, 2, 3, 0]})
    assert parquet_rows.having(path, keys).equals(frame.filter(pl.col("id").is_in([2, 17])))
    assert parquet_rows.having(path, keys, ["id", "site"]).equals(frame[[2, 17], ["id", "site"]])
    none = parquet_rows.having(path, keys.clear())
    assert (none.height, none.schema) == (0, frame.schema)


def test_rows_keep_no_others_in_memory(tmp_path: Path) -> None:
    path, frame = written(tmp_path)
    keys = frame.select("site", "id").filter(pl.col("id").is_in([1, 9, 20]))
    size = sum(map(len, frame.filter(pl.col("id").is_in([1, 9, 20]))["text"]))
    assert size <= held(parquet_rows.having(path, keys)) < 2 * size


def held(frame: pl.DataFrame) -> int:
    """Bytes of all texts that a frame keeps, of rows that it does not have as well."""
    chunks = frame.to_arrow(compat_level=pl.CompatLevel.newest())["text"].chunks
    return sum(buffer.size for chunk in chunks for buffer in chunk.buffers() if buffer is not None)
