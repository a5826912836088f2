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
    """Read what `save` wrote, all of it or the frames of these `names`. Raises FrameDamagedError when it is not whole."""
    frames: dict[str, pl.DataFrame] = {}
    try:
        with pa.memory_map(str(path)) if is_here(path) else pa.BufferReader(path.read_bytes()) as source:
            while source.tell() < source.size():
                with pa.ipc.open_stream(source) as reader:
                    name = (reader.schema.metadata or {})[_NAME].decode()
                    table = reader.read_all()
                    if names is None or name in names:
                        frame = pl.from_arrow(table.replace_schema_metadata(None))
                        if isinstance(frame, pl.DataFrame):
                            frames[name] = frame
    except (pa.ArrowException, OSError, KeyError) as error:
        raise FrameDamagedError(f"is damaged: {error}", where=str(path)) from None
    return frames


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
        self._block_rows = 0
        self._group: list[pa.Table] = []
        self._group_bytes = 0
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
        self.rows += table.num_rows
        while table.num_rows:
            room = BLOCK_ROWS - self._block_rows
            self._block.append(table.slice(0, room))
            self._block_rows += self._block[-1].num_rows
            table = table.slice(room)
            if self._block_rows == BLOCK_ROWS:
                self._close_block()

    def _close_block(self) -> None:
        block = pa.concat_tables(self._block)
        self._group.append(block)
        self._group_bytes += _text_bytes(block)
        self._block, self._block_rows = [], 0
        if len(self._group) * BLOCK_ROWS >= GROUP_ROWS or self._group_bytes >= GROUP_BYTES:
            self._close_group()

    def _close_group(self) -> None:
        if self._group:
            self._writer.write_table(pa.concat_tables(self._group).combine_chunks(), row_group_size=GROUP_ROWS)
        self._group, self._group_bytes = [], 0


def _text_bytes(table: pa.Table) -> int:
    """Bytes of all strings, which make a row wide. Unlike the size of buffers they do not depend on how it was cut."""
    lengths = (pc.sum(pc.binary_length(column)).as_py() for column in table.columns if pa.types.is_string(column.type))
    return sum(length or 0 for length in lengths)
