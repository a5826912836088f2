"""A frictionless plugin that reads Parquet as it is.

Values are typed, null where null, lists where lists.

Frictionless reads Parquet through pandas, which turns a null integer into NaN and a list into an array: every such
cell becomes a false error (measured with frictionless 5.21). This parser hands it rows from pyarrow instead.

The `frictionless` command finds a top-level module called `frictionless_<x>` with a class `<X>Plugin` by itself
(`frictionless.system.system.plugins`), in site-packages and, started as `python -m frictionless`, in the working
directory. The file stands alone, so that it can lie in a dataset beside `datapackage.json`::

    python -m frictionless validate datapackage.json
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from frictionless import FrictionlessException, Parser, Plugin, errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frictionless import Resource

# Rows that stand as Python objects at a time: few, since a row may hold the text of a whole post.
BATCH_ROWS = 512
BLOCK_BYTES = 1 << 20
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a column without time zone holds times without one
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - the file also serves users of Python 3.10


class PresscorpusPlugin(Plugin):
    """Takes every local Parquet resource.

    Remote ones, and those with options of their own, stay frictionless's.
    """

    def create_parser(self, resource: Resource) -> Parser | None:
        """The parser of a resource, null where it is not for us.

        Args:
            resource: A table of a descriptor.

        Returns:
            A parser, or null where another one reads it.
        """
        plain = not (resource.memory or resource.remote or resource.compression)
        if resource.format in {"parquet", "parq"} and plain and not resource.dialect.has_control("parquet"):
            return ArrowParser(resource)
        return None


class ArrowParser(Parser):
    """Rows of one Parquet file, or of several in a row (`path` as a list)."""

    requires_loader = False

    def read_cell_stream_create(self) -> Iterator[list[Any]]:
        """The names of the columns, then the cells of each row.

        Raises FrictionlessException where a part has other columns than the first one.

        Yields:
            Lists of cells; the first one has the names of the columns.
        """
        paths = [Path(path) for path in self.resource.normpaths]
        names: list[str] | None = None
        for path in paths:
            with pq.ParquetFile(path) as part:
                columns = part.schema_arrow.names
                if names is None:
                    names = columns
                    yield list(names)
                elif columns != names:
                    raise FrictionlessException(errors.SourceError(note=f"{path.name} has other columns: {columns}"))
                for batch in part.iter_batches(batch_size=BATCH_ROWS):
                    yield from map(list, zip(*(_values(column) for column in batch.columns), strict=True))
        self._measure(paths)

    def _measure(self, paths: list[Path]) -> None:
        """Note the size and digest of the file for frictionless to compare.

        Only where the descriptor names them.

        Several parts count as one file, as frictionless's own multipart loader has it.
        """
        stats = self.resource.stats
        if self.resource.bytes:
            stats.bytes = sum(path.stat().st_size for path in paths)
        if self.resource.hash:
            md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
            for path in paths:
                with path.open("rb") as file:
                    while block := file.read(BLOCK_BYTES):
                        md5.update(block)
                        sha256.update(block)
            stats.md5, stats.sha256 = md5.hexdigest(), sha256.hexdigest()


def _values(column: pa.Array) -> list[Any]:
    """The cells of a column as Python values.

    Times come as datetimes, with UTC where the column has it.
    """
    kind = column.type
    if not pa.types.is_timestamp(kind) or kind.tz not in {None, "UTC"}:
        return list(column.to_pylist())
    # pyarrow takes 2.7 microseconds a time through zoneinfo; this takes 0.3.
    epoch = _EPOCH if kind.tz is None else _EPOCH_UTC
    ticks = column.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.int64()).to_pylist()
    return [None if tick is None else epoch + timedelta(microseconds=tick) for tick in ticks]
