"""Frames on disk: whole or not there, and the same bytes however the rows came."""

from __future__ import annotations

import errno
import hashlib
import threading
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from presscorpus.errors import FrameDamagedError
from presscorpus.storage import frames
from presscorpus.storage.frames import TableWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("text", pa.string())])


def rows(count: int, width: int = 10) -> pa.Table:
    return pa.table({"id": list(range(count)), "text": [f"{n:0{width}}" for n in range(count)]}, SCHEMA)


def test_named_frames_come_back_with_names_types_and_order(tmp_path: Path) -> None:
    given = {"b": pl.DataFrame({"x": [1, None], "y": [["a"], None]}), "a": pl.DataFrame({"z": []}, {"z": pl.Int64})}
    frames.save(tmp_path / "deep" / "x.arrows", given)
    back = frames.load(tmp_path / "deep" / "x.arrows")
    assert list(back) == ["b", "a"]
    assert all(back[name].equals(frame) and back[name].schema == frame.schema for name, frame in given.items())


def test_a_damaged_file_is_told_from_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "x.arrows"
    frames.save(path, {"a": pl.DataFrame({"x": range(1000)})})
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(FrameDamagedError):
        frames.load(path)


@pytest.mark.parametrize("width", [10, 3000])
def test_the_pieces_do_not_show_in_the_bytes(tmp_path: Path, width: int) -> None:
    table = rows(20_000, width)
    digests = set()
    for size in (20_000, 7, 8192, 9001):
        path = tmp_path / f"{size}.parquet"
        with TableWriter(path, SCHEMA) as writer:
            for start in range(0, table.num_rows, size):
                writer.write(table.slice(start, size))
        assert writer.rows == 20_000
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
        assert pq.read_table(path).equals(table)
    assert len(digests) == 1


def test_row_groups_are_bounded_and_have_a_page_index(tmp_path: Path) -> None:
    with TableWriter(tmp_path / "x.parquet", SCHEMA) as writer:
        writer.write(rows(20_000))
    meta = pq.ParquetFile(tmp_path / "x.parquet").metadata
    assert [meta.row_group(n).num_rows for n in range(meta.num_row_groups)] == [8192, 8192, 3616]
    assert all(meta.row_group(0).column(n).has_offset_index for n in range(2))
    with TableWriter(tmp_path / "wide.parquet", SCHEMA) as writer:
        for _ in range(40):
            writer.write(rows(100, width=10_000))
    wide = pq.ParquetFile(tmp_path / "wide.parquet").metadata
    assert wide.num_row_groups > 1
    assert wide.row_group(0).num_rows < 8192


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    with TableWriter(path, SCHEMA) as writer:
        writer.write(rows(3))
    before = path.read_bytes()
    with pytest.raises(pa.ArrowException):
        _fail(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.parquet"]


def test_what_goes_wrong_with_a_row_group_is_told_to_who_writes_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[threading.Thread] = []

    def full(*_: object, **__: object) -> None:
        asked.append(threading.current_thread())
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    sizes = iter([8192] * 4)
    with pytest.raises(OSError, match="no space"):
        _write(tmp_path / "x.parquet", sizes)
    (thread,) = asked
    assert thread is not threading.current_thread()
    assert not thread.is_alive()
    assert list(sizes) == [8192] * 2
    # Of the last full group it is told at the end.
    with pytest.raises(OSError, match="no space"):
        _write(tmp_path / "x.parquet", iter([8192, 5]))
    assert not list(tmp_path.iterdir())


def _write(path: Path, sizes: Iterator[int]) -> None:
    with TableWriter(path, SCHEMA) as writer:
        for size in sizes:
            writer.write(rows(size))


def _fail(path: Path) -> None:
    with TableWriter(path, SCHEMA) as writer:
        writer.write(rows(5))
        writer.write(pa.table({"id": ["no number"], "text": ["x"]}))
