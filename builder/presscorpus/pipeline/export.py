"""`presscorpus export`: the released tables as CSV, JSON Lines, SQLite or Excel."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from presscorpus.dtypes import TEXT, TRUTH
from presscorpus.errors import StorageError, UsageError, reason_of
from presscorpus.lazy import lazy
from presscorpus.release import whole
from presscorpus.storage import atomic, parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Parts = Mapping[str, Sequence[Path]]
    import xlsxwriter
else:
    xlsxwriter = lazy("xlsxwriter")

FORMATS = ("csv", "jsonl", "sqlite", "xlsx")
# What a sheet holds: https://support.microsoft.com/office/excel-specifications-and-limits.
_SHEET_ROWS, _CELL_CHARACTERS = 1_048_576, 32_767
_AT_ONCE = 10_000


class Exported(NamedTuple):
    """The files written, rows by table, and what the format could not hold."""

    paths: list[Path]
    rows: dict[str, int]
    remarks: list[str]


def export(release: Path, out: Path, form: str, wanted: Sequence[str] = ()) -> Exported:
    """Write tables of a release in another format.

    What the policy withholds is not in the release, nor here. Lists become JSON in CSV, SQLite and Excel; times are
    UTC, as in the tables.

    Args:
        release: The folder of a release.
        out: The folder for `csv` and `jsonl`, one file a table; the file for `sqlite` and `xlsx`.
        form: One of `FORMATS`.
        wanted: Names of tables; none means all that have rows.

    Returns:
        What was written.

    Raises:
        UsageError: There is no release, no such table, a file or folder in the place of one to be written, or no
            XlsxWriter.
        ArchiveError: A file of the release is missing, was changed or was added.
        StorageError: A file cannot be written; it is then not there.
    """
    parts = (
        {path.name: sorted(path.glob("*.parquet")) for path in sorted(release.iterdir()) if path.is_dir()}
        if release.is_dir()
        else {}
    )
    parts = {name: paths for name, paths in parts.items() if paths}
    if not parts:
        raise UsageError("there is no release", where=str(release), advice="Run `dvc repro` or `presscorpus package`.")
    whole.require(release, tables=True)
    for name in wanted:
        if name not in parts:
            raise UsageError("no such table", where=name, advice=f"There are: {', '.join(parts)}")
    chosen = {name: parts[name] for name in wanted or parts}
    if not wanted:
        chosen = {name: paths for name, paths in chosen.items() if _height(paths)}
    writers: dict[str, Callable[[Parts, Path], Exported]] = {
        "csv": _csv, "jsonl": _jsonl, "sqlite": _sqlite, "xlsx": _xlsx,
    }  # fmt: skip
    _check_free(out, [out / f"{name}.{form}" for name in chosen] if form in {"csv", "jsonl"} else None)
    try:
        return writers[form](chosen, out)
    except OSError as error:
        raise _unwritten(reason_of(error), out) from None
    except sqlite3.OperationalError as error:
        raise _unwritten(str(error), out) from None


def _unwritten(why: str, out: Path) -> StorageError:
    return StorageError(
        why, where=str(out), advice="Free some space or mend the permissions there; what has its name there is whole."
    )


def _check_free(out: Path, files: Sequence[Path] | None) -> None:
    """Refuse to write over anything.

    `files` in the folder `out`, or `out` itself where it is null.
    """
    if files is None:
        if out.exists():
            raise UsageError("is there already", where=str(out), advice="Name a new file.")
        return
    if out.exists() and not out.is_dir():
        raise UsageError("is a file, and a folder is needed", where=str(out), advice="Name a new folder.")
    for path in files:
        if path.exists():
            raise UsageError("is there already", where=str(path), advice="Name a new folder.")


def _height(paths: Sequence[Path]) -> int:
    return int(parquet.scan(paths).select(pl.len()).collect().item())


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Write lists as JSON texts, which formats without lists can hold."""
    lists = [name for name, kind in frame.schema.items() if kind.is_nested()]
    return frame.with_columns(
        pl.when(pl.col(name).is_not_null())
        .then(pl.struct(pl.col(name)).struct.json_encode().str.strip_prefix(f'{{"{name}":').str.strip_suffix("}"))
        .alias(name)
        for name in lists
    )


def _csv(parts: Parts, out: Path) -> Exported:
    return _files(parts, out, "csv", lambda frame, file, first: _flat(frame).write_csv(file, include_header=first))


def _jsonl(parts: Parts, out: Path) -> Exported:
    return _files(parts, out, "jsonl", lambda frame, file, _: frame.write_ndjson(file))


def _files(parts: Parts, out: Path, ending: str, write: Callable[[pl.DataFrame, Any, bool], None]) -> Exported:
    paths, rows = [], {}
    for name, of_table in parts.items():
        path = out / f"{name}.{ending}"
        rows[name] = 0
        with atomic.replacing(atomic.output(path)) as partial, partial.open("wb") as file:
            for number, part in enumerate(of_table):
                frame = parquet.read(part)
                write(frame, file, number == 0)
                rows[name] += frame.height
        paths.append(path)
    return Exported(paths, rows, [])


def _sqlite(parts: Parts, out: Path) -> Exported:
    rows = {}
    with atomic.replacing(atomic.output(out)) as partial:
        partial.unlink(missing_ok=True)  # what a killed run left
        with closing(sqlite3.connect(partial)) as connection:
            for name, paths in parts.items():
                rows[name] = _insert(connection, name, paths)
            connection.commit()
    return Exported([out], rows, [])


def _insert(connection: sqlite3.Connection, name: str, paths: Sequence[Path]) -> int:
    """Write a table into a database, and return how many rows it has."""
    schema = parquet.scan(paths).collect_schema()
    columns = ", ".join(f'"{column}" {_affinity(kind)}' for column, kind in schema.items())
    connection.execute(f'CREATE TABLE "{name}" ({columns})')
    marks, rows = ", ".join("?" * len(schema)), 0
    for frame in _slices(paths):
        connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', _texts(_flat(frame)).iter_rows())  # noqa: S608 - names of our tables
        rows += frame.height
    return rows


def _affinity(kind: pl.DataType) -> str:
    """The type of a column in SQLite, https://www.sqlite.org/datatype3.html."""
    if kind.is_integer() or kind == TRUTH:
        return "INTEGER"
    return "REAL" if kind.is_float() else "TEXT"


def _slices(paths: Sequence[Path]) -> Iterator[pl.DataFrame]:
    for path in paths:
        yield from parquet.read(path).iter_slices(_AT_ONCE)


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Write times as ISO 8601 texts, which SQLite's functions take."""
    times = {name: kind for name, kind in frame.schema.items() if kind.is_temporal()}
    return frame.with_columns(
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ" if getattr(kind, "time_zone", None) else "%Y-%m-%dT%H:%M:%S")
        for name, kind in times.items()
    )


def _xlsx(parts: Parts, out: Path) -> Exported:
    if find_spec("xlsxwriter") is None:
        raise UsageError("XlsxWriter is not installed", advice="`pip install presscorpus[excel]` brings it.")
    rows: dict[str, int] = {}
    remarks: list[str] = []
    # A text stays a text, whatever it begins with: none becomes a formula or a link.
    plain = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": False,
    }
    try:
        with atomic.replacing(atomic.output(out)) as partial, xlsxwriter.Workbook(partial, plain) as book:
            for name, paths in parts.items():
                rows[name] = _sheet(book, name, paths, remarks)
    except xlsxwriter.exceptions.FileCreateError as error:
        # It holds the system's error.
        raise _unwritten(reason_of(error.args[0]), out) from None
    return Exported([out], rows, remarks)


def _sheet(book: xlsxwriter.Workbook, name: str, paths: Sequence[Path], remarks: list[str]) -> int:
    """Write a table into a sheet, and return how many rows it has.

    What the sheet cannot hold is added to the remarks.
    """
    frame = _flat(pl.concat([parquet.read(path) for path in paths]))
    if frame.height >= _SHEET_ROWS:
        remarks.append(f"{name}: a sheet holds {_SHEET_ROWS - 1:,} of {frame.height:,} rows")
    frame = frame.head(_SHEET_ROWS - 1)
    texts = [column for column, kind in frame.schema.items() if kind == TEXT]
    long = (
        frame.select(pl.col(texts).str.len_chars().max() > _CELL_CHARACTERS).row(0, named=True)
        if texts and frame.height
        else {}
    )
    remarks += [
        f"{name}.{column}: a cell holds {_CELL_CHARACTERS:,} characters; longer texts are cut"
        for column, cut in long.items()
        if cut
    ]
    zoned = [column for column, kind in frame.schema.items() if kind.is_temporal()]
    frame.with_columns(
        pl.col(texts).str.slice(0, _CELL_CHARACTERS), pl.col(zoned).dt.replace_time_zone(None)
    ).write_excel(book, name)
    return frame.height
