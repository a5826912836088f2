"""Frames on disk: named frames in one file as an intermediate, and finished tables as Parquet.

An intermediate file is a sequence of Arrow IPC streams, one a frame, each with its name in the schema's metadata. It
appears under its name only when it is whole.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.errors import PresscorpusError
from builder.storage import is_here

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    import numpy.typing as npt

_NAME = b"frame"
# Long texts make wide rows: a row group ends at whichever comes first, so that a viewer can read one in a moment.
GROUP_ROWS = 8192
BLOCK_ROWS = 256
GROUP_BYTES = 16 * 1024 * 1024


class FrameDamagedError(PresscorpusError):
    """An intermediate file that is not whole; it is made again."""


def save(path: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    """Write named frames into one file, atomically. Frames without rows keep their columns."""
    if not is_here(path):
        sink = pa.BufferOutputStream()
        _write(sink, frames)
        path.write_bytes(sink.getvalue())  # storage that is no file system shows an object when it is whole
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with pa.OSFile(str(partial), "wb") as file:
        _write(file, frames)
    partial.replace(path)


def _write(sink: pa.NativeFile, frames: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in frames.items():
        table = frame.to_arrow()
        with pa.ipc.new_stream(sink, table.schema.with_metadata({_NAME: name.encode()})) as writer:
            writer.write_table(table)


def load(path: Path, names: Container[str] | None = None) -> dict[str, pl.DataFrame]:
    """Read what `save` wrote. Raises FrameDamagedError when it is not whole.

    All frames lie in the file's own pages, which stay in memory as long as any of them is there. Those asked for by
    `names` have memory of their own: to keep the keys of a shard is not to keep the shard.
    """
    frames: dict[str, pl.DataFrame] = {}
    try:
        with pa.memory_map(str(path)) if is_here(path) else pa.BufferReader(path.read_bytes()) as source:
            while source.tell() < source.size():
                with pa.ipc.open_stream(source) as reader:
                    name = (reader.schema.metadata or {})[_NAME].decode()
                    table = reader.read_all().replace_schema_metadata(None)
                if names is None or name in names:
                    frame = pl.from_arrow(table if names is None else _copied(table))
                    if isinstance(frame, pl.DataFrame):
                        frames[name] = frame
    except (pa.ArrowException, OSError, KeyError) as error:
        raise FrameDamagedError(f"is damaged: {error}", where=str(path)) from None
    return frames


def _copied(table: pa.Table) -> pa.Table:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


class TableWriter:
    """A Parquet file being written in key order; it appears under its name when it is whole.

    Row groups are cut by rows and bytes of what came, not by how it came, so that the same rows give the same file
    whatever the pieces. Chunks are content-defined, so that the Hub stores once what two releases share
    (https://huggingface.co/docs/hub/datasets-libraries), and there is a page index for viewers that read a part.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path, self._schema = path, schema
        self._partial = path.with_name(f".{path.name}.partial")
        # Rows wait in a block until it is full, blocks in a group until it is full by rows or by bytes.
        self._block: list[pa.Table] = []
        self._block_rows = self._block_bytes = 0
        self._group: list[pa.Table] = []
        self._group_rows = self._group_bytes = 0
        self.rows = 0

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(
            str(self._partial),
            self._schema,
            compression="zstd",
            use_content_defined_chunking=True,
            write_page_index=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            if self._block:
                self._close_block()
            self._close_group()
        self._writer.close()
        if kind is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)

    def write(self, table: pa.Table) -> None:
        """Append rows. Their columns must be the schema's; types are cast where polars names them otherwise."""
        table = table.cast(self._schema)
        widths = _widths(table)
        self.rows += table.num_rows
        start = 0
        while start < table.num_rows:
            room = BLOCK_ROWS - self._block_rows
            self._block.append(table.slice(start, room))
            self._block_rows += self._block[-1].num_rows
            self._block_bytes += int(widths[start : start + room].sum())
            start += room
            if self._block_rows == BLOCK_ROWS:
                self._close_block()

    def _close_block(self) -> None:
        self._group += self._block
        self._group_rows += self._block_rows
        self._group_bytes += self._block_bytes
        self._block, self._block_rows, self._block_bytes = [], 0, 0
        if self._group_rows >= GROUP_ROWS or self._group_bytes >= GROUP_BYTES:
            self._close_group()

    def _close_group(self) -> None:
        if self._group:
            self._writer.write_table(pa.concat_tables(self._group).combine_chunks(), row_group_size=GROUP_ROWS)
        self._group, self._group_rows, self._group_bytes = [], 0, 0


def _widths(table: pa.Table) -> npt.NDArray[np.int64]:
    """Bytes of the strings of each row, which make it wide. Unlike the size of buffers they do not depend on cuts."""
    import numpy as np

    widths = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        if pa.types.is_string(column.type):
            widths += pc.fill_null(pc.binary_length(column), 0).to_numpy()
    return widths
