"""Frames on disk: intermediate files of named frames, and tables as Parquet.

An intermediate file is a sequence of Arrow IPC streams, one a frame, each with its name in the schema's metadata, and a
footer (storage/checksum.py). It appears under its name only when it is whole.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from presscorpus.errors import FrameDamagedError
from presscorpus.lazy import lazy
from presscorpus.storage import atomic, checksum
from presscorpus.storage.location import is_here
from presscorpus.storage.scratch import ScratchFile

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    import numpy.typing as npt
else:
    np = lazy("numpy")

_NAME = b"frame"
# Long texts make wide rows: a row group ends at whichever comes first, so that a viewer can read one in a moment.
GROUP_ROWS = 8192
BLOCK_ROWS = 256
GROUP_BYTES = 16 * 1024 * 1024


def save(path: Path, frames: Mapping[str, pl.DataFrame], *, final: bool = True) -> None:
    """Write named frames into one intermediate file, atomically.

    Args:
        path: The file to write or replace.
        frames: Frames by name. One without rows keeps its columns.
        final: False for a file that the next build is to make again.

    Raises:
        OSError: The file cannot be written.
    """
    save_pieces(path, frames.items(), final=final)


def save_pieces(path: Path, pieces: Iterable[tuple[str, pl.DataFrame]], *, final: bool = True) -> None:
    """Write what `save` writes, of frames that come in pieces.

    Args:
        path: The file to write or replace.
        pieces: Pairs of a frame's name and some of its rows. All pieces of a frame come one after another.
        final: As in `save`.
    """
    if not is_here(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = pa.BufferOutputStream()
        _write(sink, pieces)
        path.write_bytes(checksum.with_footer(sink.getvalue().to_pybytes(), final=final))
        return
    with atomic.replacing(path, shared=True) as partial:
        with pa.OSFile(str(partial), "wb") as file:
            _write(file, pieces)
        checksum.append_footer(partial, final=final)


def _write(sink: pa.NativeFile, pieces: Iterable[tuple[str, pl.DataFrame]]) -> None:
    for name, frames in groupby(pieces, key=itemgetter(0)):
        writer: pa.RecordBatchStreamWriter | None = None
        for _, frame in frames:
            table = frame.to_arrow()
            if writer is None:
                writer = pa.ipc.new_stream(sink, table.schema.with_metadata({_NAME: name.encode()}))
            writer.write_table(table)
        if writer is not None:
            writer.close()


def pieces(path: Path, name: str) -> Iterator[pl.DataFrame]:
    """Yield the record batches of one frame, each in memory of its own.

    Args:
        path: An intermediate file on this machine.
        name: Which frame; nothing comes of a name that the file lacks.

    Raises:
        FrameDamagedError: The file is missing, cut short or no Arrow stream. The checksum is not verified.
    """
    end = checksum.length(path)
    try:
        with pa.OSFile(str(path), "rb") as source:
            while source.tell() < end:
                with pa.ipc.open_stream(source) as reader:
                    wanted = (reader.schema.metadata or {})[_NAME].decode() == name
                    for batch in reader:
                        frame = pl.from_arrow(batch) if wanted else None
                        if isinstance(frame, pl.DataFrame):
                            yield frame
                if wanted:
                    return
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError):
        raise FrameDamagedError("is damaged", where=str(path), advice="Delete it: it is made again.") from None


def heights(path: Path) -> dict[str, int]:
    """Return how many rows each frame of a file on this machine has.

    Args:
        path: An intermediate file on this machine.

    Returns:
        Rows by name of the frame.

    Raises:
        FrameDamagedError: As in `pieces`.
    """
    found: dict[str, int] = {}
    end = checksum.length(path)
    try:
        with pa.memory_map(str(path)) as source:
            while source.tell() < end:
                with pa.ipc.open_stream(source) as reader:
                    name = (reader.schema.metadata or {})[_NAME].decode()
                    found[name] = sum(batch.num_rows for batch in reader)
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError):
        raise FrameDamagedError("is damaged", where=str(path), advice="Delete it: it is made again.") from None
    return found


Place = tuple[int, int]


class SpillFile:
    """Frames spilled to an unnamed file in `folder`, each read again by its extent.

    The space on disk is free again when the process ends.
    """

    def __init__(self, folder: Path) -> None:
        self._file = ScratchFile(folder)
        self._end = 0

    def put(self, frame: pl.DataFrame) -> Place:
        """Append a frame.

        Args:
            frame: Any frame. It is written at once.

        Returns:
            Its extent, by which `take` reads it.

        Raises:
            OSError: The disk is full.
        """
        table = frame.to_arrow()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        data = sink.getvalue()
        place = self._end, len(data)
        self._file.write(memoryview(data), self._end)
        self._end += place[1]
        return place

    def take(self, place: Place) -> pl.DataFrame:
        """Read a frame by its extent. It stays in the file.

        Args:
            place: What `put` returned.

        Returns:
            The frame with the columns and types that it had.
        """
        start, length = place
        data = self._file.read(length, start)
        frame = pl.from_arrow(pa.ipc.open_stream(pa.py_buffer(data)).read_all())
        if not isinstance(frame, pl.DataFrame):  # pragma: no cover - from_arrow of a table gives a frame
            raise TypeError(type(frame))
        return frame

    def close(self) -> None:
        """Free the space on disk, as the end of the object does."""
        self._file.close()

    def __del__(self) -> None:
        self._file.close()


def load(path: Path, names: Container[str] | None = None) -> dict[str, pl.DataFrame]:
    """Read frames that `save` wrote.

    Args:
        path: An intermediate file. Elsewhere every byte is verified, on this machine the length: see
            `checksum.is_whole`.
        names: Frames to read into memory of their own. Null maps the whole file while any of its frames exists.

    Returns:
        Frames by name; a name that the file lacks is absent.

    Raises:
        FrameDamagedError: The file is missing, cut short or damaged.
    """
    frames: dict[str, pl.DataFrame] = {}
    try:
        with _source(path) as source:
            end = checksum.length(path) if is_here(path) else source.size()
            while source.tell() < end:
                with pa.ipc.open_stream(source) as reader:
                    name = (reader.schema.metadata or {})[_NAME].decode()
                    table = reader.read_all().replace_schema_metadata(None)
                if names is None or name in names:
                    frame = pl.from_arrow(table if names is None else _copied(table))
                    if isinstance(frame, pl.DataFrame):
                        frames[name] = frame
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError):
        raise FrameDamagedError("is damaged", where=str(path), advice="Delete it: it is made again.") from None
    return frames


def _source(path: Path) -> pa.NativeFile:
    if is_here(path):
        return pa.memory_map(str(path))
    return pa.BufferReader(pa.py_buffer(checksum.without_footer(path.read_bytes(), path)))


def _copied(table: pa.Table) -> pa.Table:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Concatenate frames of one kind; those without rows may have other columns.

    Args:
        parts: At least one frame.

    Returns:
        All rows in order; the first frame where there are none.
    """
    return pl.concat([part for part in parts if part.height] or parts[:1])


class TableWriter:
    """Writer of a Parquet file from rows in key order, replaced atomically.

    The rows and bytes of the content decide where row groups end, not the pieces it came in, so that the same rows give
    the same file. Chunks are content-defined, so that the Hub stores once what two releases share
    (https://huggingface.co/docs/hub/datasets-libraries), and there is a page index for viewers that read a part.

    A full row group is compressed and written in a thread while the rows of the next one come; no more wait.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._path = path
        # Blocks are counted when they are full, and a group is full by the rows or bytes of whole blocks.
        self._waiting: list[pa.Table] = []
        self._block_rows = self._block_bytes = 0
        self._group_rows = self._group_bytes = 0
        self._writing: Future[None] | None = None
        self.rows = 0

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            writer = pq.ParquetWriter(
                str(opened.enter_context(atomic.replacing(self._path))),
                self._schema,
                compression="zstd",
                use_content_defined_chunking=True,
                write_page_index=True,
            )
            self._writer = opened.enter_context(writer)
            # Its thread is started by the first group that is not the last, and ends before the writer does.
            self._thread = opened.enter_context(ThreadPoolExecutor(1))
            self._ending = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._ending.__exit__(kind, error, trace)
            return
        with self._ending:
            if (group := self._next_group()) is not None:
                self._writer.write_table(group, row_group_size=GROUP_ROWS)

    def write(self, table: pa.Table) -> None:
        """Append rows.

        Args:
            table: Columns with the names of the schema, in its order; types are cast where polars names them otherwise.

        Raises:
            ValueError: The columns are not those of the schema, or a value does not fit its type.
        """
        table = table.cast(self._schema)
        widths = _widths(table)
        self.rows += table.num_rows
        start = written = 0
        while start < table.num_rows:
            end = min(start + BLOCK_ROWS - self._block_rows, table.num_rows)
            self._block_rows += end - start
            self._block_bytes += int(widths[start:end].sum())
            start = end
            if self._block_rows == BLOCK_ROWS and self._fills_group():
                self._waiting.append(table.slice(written, end - written))
                self._writing = self._thread.submit(
                    self._writer.write_table, self._next_group(), row_group_size=GROUP_ROWS
                )
                written = end
        if written < table.num_rows:
            self._waiting.append(table.slice(written))

    def _fills_group(self) -> bool:
        """Count a full block, and say whether the group is full."""
        self._group_rows += self._block_rows
        self._group_bytes += self._block_bytes
        self._block_rows = self._block_bytes = 0
        return self._group_rows >= GROUP_ROWS or self._group_bytes >= GROUP_BYTES

    def _next_group(self) -> pa.Table | None:
        """The rows that wait, when the group before is written; null for none.

        What went wrong with that group is raised here.
        """
        if self._writing is not None:
            self._writing.result()
        group = pa.concat_tables(self._waiting).combine_chunks() if self._waiting else None
        self._waiting, self._group_rows, self._group_bytes = [], 0, 0
        return group


def _widths(table: pa.Table) -> npt.NDArray[np.int64]:
    """Return the bytes of the strings of each row, however the table is cut."""
    widths = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        if pa.types.is_string(column.type):
            start = 0
            for chunk in column.chunks:
                # From the buffer: pyarrow's scalars and numpy arrays import pandas first.
                ends = np.frombuffer(chunk.buffers()[1], np.int32, len(chunk) + 1, 4 * chunk.offset)
                lengths = np.diff(ends)
                if chunk.null_count:
                    lengths *= pl.Series(chunk.is_valid()).to_numpy()
                widths[start : start + len(chunk)] += lengths
                start += len(chunk)
    return widths
