"""All observations of a dataset, in batches that hold whole items.

A batch holds every observation of each item that is in it. What is chosen of an item depends on nothing else, so that
no more than a batch has to be in memory. Small sites are put together; a large one is cut by the numbers of its items,
as shards are, on disk.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from presscorpus.errors import UsageError
from presscorpus.observations import versions
from presscorpus.storage import frames
from presscorpus.storage.frames import SpillFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from presscorpus.config.schema import Package
    from presscorpus.storage.frames import Place

SHARD_IDS: Final = 1024
"""Numbers of items that one shard spans: items of one site, table and type whose `id // SHARD_IDS` is equal."""

ROWS: Final = 1 << 16
"""Observations of a portion, about."""

_MOST_PARTS: Final = 1024


class Indexes(NamedTuple):
    """The index files of all crawls, and which of their observations count.

    Attributes:
        package: Descriptor and schemas.
        sites: Index files, those of one site together.
        until: The moment up to which observations count, null for all.
        members: Whether what not everybody may see counts as well.
        unnamed: Sites whose authors never leave: of people's accounts, in which names are, what not everybody may see
            counts there even without `members`.
    """

    package: Package
    sites: list[list[Path]]
    until: datetime | None = None
    members: bool = False
    unnamed: frozenset[str] = frozenset()

    def whole(self, name: str) -> pl.DataFrame:
        """Return one of the small frames of all indexes.

        Args:
            name: `quarantine`, `sites` or `files`.

        Returns:
            The rows that count, by the schema of that name.

        Raises:
            FrameDamagedError: An index file is missing or damaged.
        """
        nothing = self.package.schema(name).polars.to_frame()
        found = [piece for path in chain(*self.sites) for piece in frames.pieces(path, name)]
        return pl.concat([nothing, *map(self._limited, found)])

    def portions(self, work: Path) -> Iterator[pl.DataFrame]:
        """Yield the frames `observed`, batch by batch.

        Args:
            work: The work folder, for what a large site spills to disk.

        Yields:
            Rows by the schema `observed`; never the same item in two frames. The last one may be empty.

        Raises:
            FrameDamagedError: An index file is missing or damaged.
        """
        waiting = [self.package.schema("observed").polars.to_frame()]
        rows = 0
        for paths in self.sites:
            height = sum(frames.heights(path)["observed"] for path in paths)
            pieces = (self._limited(piece) for path in paths for piece in frames.pieces(path, "observed"))
            if height > 2 * ROWS:
                yield from _cut(pieces, min(_MOST_PARTS, height // ROWS), work)
                continue
            waiting += pieces
            rows += height
            if rows >= ROWS:
                yield pl.concat(waiting)
                waiting, rows = waiting[:1], 0
        yield pl.concat(waiting)

    def closed(self) -> pl.DataFrame:
        """Return the posts that were only seen by somebody who may see more than others.

        Returns:
            Columns `site` and `id`; no rows with `members`.

        Raises:
            FrameDamagedError: An index file is missing or damaged.
        """
        key = ["site", "id"]
        nothing = self.package.schema("observed").polars.to_frame().select(key)
        hidden, shown = [nothing], [nothing]
        for path in () if self.members else chain(*self.sites):
            for piece in frames.pieces(path, "observed"):
                posts = piece.filter(pl.col("table") == "posts")
                hidden.append(posts.filter(pl.col("hidden").is_not_null()).select(key))
        wanted = pl.concat(hidden).unique()
        for path in chain(*self.sites) if wanted.height else ():
            for piece in frames.pieces(path, "observed"):
                posts = piece.filter(pl.col("table") == "posts", pl.col("hidden").is_null()).select(key)
                shown.append(posts.join(wanted, on=key, how="semi"))
        return wanted.join(pl.concat(shown), on=key, how="anti")

    def _limited(self, frame: pl.DataFrame) -> pl.DataFrame:
        if "hidden" in frame.columns and not self.members:
            of_people = (pl.col("table") == "authors") & pl.col("site").is_in(list(self.unnamed))
            frame = versions.public(frame, or_else=of_people)
        return frame if self.until is None else frame.filter(pl.col("observed_at") <= self.until)


def require(indexes: Indexes) -> None:
    """Check that anything was observed by the moment that the indexes count up to.

    Args:
        indexes: The indexes; one without `until` always passes.

    Raises:
        UsageError: Nothing was; the advice names the first observation.
        FrameDamagedError: An index file is missing or damaged.
    """
    first: datetime | None = None
    for path in chain(*indexes.sites):
        for piece in frames.pieces(path, "observed"):
            least = piece["observed_at"].min()
            if isinstance(least, datetime):
                first = least if first is None else min(first, least)
    if indexes.until is not None and (first is None or first > indexes.until):
        raise UsageError(
            f"nothing had been observed by {indexes.until:%Y-%m-%dT%H:%M:%SZ}",
            advice=f"The first observation is of {first.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}." if first else None,
        )


def _cut(pieces: Iterable[pl.DataFrame], parts: int, work: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of one site in so many parts.

    Each number is in the part that its shard is in.
    """
    part = (pl.col("id") // SHARD_IDS % parts).alias("part")
    with closing(SpillFile(work)) as spill:
        places: list[list[Place]] = [[] for _ in range(parts)]
        for piece in pieces:
            for (number,), rows in piece.group_by(part, maintain_order=True):
                places[int(str(number))].append(spill.put(rows))
        for each in places:
            if each:
                yield pl.concat([spill.take(place) for place in each])
