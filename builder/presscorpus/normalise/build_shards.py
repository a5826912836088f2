"""Build the shards of a task, as workers do.

Their items are read from the raw archive and made into columns; those of unchanged items are taken over.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl

from presscorpus.archive.reader import read_at
from presscorpus.config.takedown import REASON
from presscorpus.errors import ArchiveError
from presscorpus.normalise import memory, reuse
from presscorpus.observations.items import pieces
from presscorpus.storage import frames
from presscorpus.tables import links, one_row_tables, posts, typed_columns
from presscorpus.tables.typed_columns import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from presscorpus.normalise.shards import Shard, Task
    from presscorpus.observations.payload import Piece


def build(task: Task) -> int:
    """Build the shards of a task. Runs in a worker; safe to run twice.

    Args:
        task: The shards, and where their bytes are.

    Returns:
        How many shards there are.

    Raises:
        ArchiveError: The archive does not hold what its index says.
    """
    for _, alike in groupby(task.shards, key=attrgetter("site", "table", "type")):
        group = list(alike)
        for shard, built in zip(group, _build(group, task), strict=True):
            frames.save(shard.path, built, final=not task.excluded)
            memory.free_cycles()
    return len(task.shards)


def rehearse(task: Task) -> int:
    """Read a short made-up post, which shows that this process can read any.

    Args:
        task: Any; its shards are not read.

    Returns:
        How many posts were read.

    Raises:
        MemoryError: It cannot.
    """
    words = f"<p>{build.__doc__}</p>"
    post = msgspec.json.encode({"id": 1, "type": "post", "content": {"rendered": words}})
    trial = posts.Batch(task.package, task.limits)
    trial.add(("post", 1), post, Origin("trial", "trial", "trial", datetime.fromtimestamp(0, UTC)), "", ())
    return trial.frames()["posts"].height


def _build(group: list[Shard], task: Task) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield the frames of shards of one site, table and type, which are read together.

    Those of unchanged items come from earlier versions.
    """
    known = [reuse.taken_over(shard.path, shard.items) for shard in group]
    built = _read_all(group[0]._replace(items=pl.concat([unread for _, unread in known])), task)
    parts = reuse.apart(built, pl.concat([shard.items["id"].head(1) for shard in group]))
    for shard, (kept, _), part in zip(group, known, parts, strict=True):
        yield reuse.merged(kept, part) | {reuse.ITEMS: reuse.without_offsets(shard.items)}


def _read_all(shard: Shard, task: Task) -> dict[str, pl.DataFrame]:
    home = task.homes[shard.site]
    faults: defaultdict[str, list[Any]] = defaultdict(list)
    of_posts = posts.Batch(task.package, task.limits) if shard.table == "posts" else None
    of_others = None if of_posts else one_row_tables.Batch(task.package, shard.table)
    for read in _read(shard, task.raw):
        refused: typed_columns.Refused | None
        if read.id in task.excluded:
            refused = typed_columns.Refused(reuse.UNBUILDABLE, task.excluded[read.id])
        elif of_posts:
            key = (shard.type, read.id)
            refused = of_posts.add(key, read.piece.body, read.origin, read.digest, read.piece.repairs, read.source)
        elif of_others:
            key = (shard.type, read.id)
            source = "embedded" if read.embedded else read.source
            refused = of_others.add(key, read.piece.body, read.origin, read.piece.repairs, source)
        if refused is not None:
            row = {
                "ordinal": read.piece.ordinal, "rule": refused.rule, "table": shard.table, "item_id": read.id,
                "reason": refused.reason, "evidence_digest": hashlib.sha256(read.piece.raw).hexdigest(),
            }  # fmt: skip
            for name, value in (read.origin._asdict() | row).items():
                faults[name].append(value)
    built = (of_posts or of_others).frames()  # type: ignore[union-attr]  # one of the two is there
    built[shard.table] = typed_columns.without_credentials(built[shard.table])
    quarantine = task.package.schema("quarantine")
    built["quarantine"] = typed_columns.conform(typed_columns.frame(quarantine, faults).lazy(), quarantine).collect()
    if "links" in built:
        built |= links.resolved(task.package, built, home)
        built["translations"] = links.localised(built["translations"], home)
        built["keys"] = built["posts"].select("site", "type", "id")
    built["addresses"] = links.addresses(task.package, built[shard.table], shard.table, shard.type, home)
    return built


class _Read(NamedTuple):
    """An item of a shard, read from the record that it was chosen from."""

    id: int
    digest: str
    piece: Piece
    origin: Origin
    embedded: bool
    source: str


def _read(shard: Shard, raw: Path) -> Iterator[_Read]:
    """The items of a shard in key order; each record is read once."""
    emptied = set(shard.items.filter(pl.col(REASON).is_not_null())["id"])
    names = ("ordinal", "id", "digest", "embedded", "origin")
    wanted = shard.items.group_by("crawl", "offset", maintain_order=True).agg(*names, "record_id", "observed_at")
    found: dict[int, _Read] = {}
    for crawl, offset, ordinals, numbers, digests, copies, sources, record_ids, times in wanted.iter_rows():
        warc = raw / shard.site / f"{crawl}.warc.gz"
        capture = read_at(warc, offset)
        origin = Origin(shard.site, crawl, record_ids[0], times[0])
        chosen = {ordinal: told for ordinal, *told in zip(ordinals, numbers, digests, copies, sources, strict=True)}
        for piece in pieces(capture.payload, capture.url, capture.link, shard.rule):
            if piece.ordinal in chosen:
                number, digest, copy, source = chosen[piece.ordinal]
                kept = _emptied(piece, shard, number) if number in emptied else piece
                found[number] = _Read(number, digest or "", kept, origin, copy, source)
        if capture.record_id != origin.record_id or not found.keys() >= set(numbers):
            raise ArchiveError(
                f"does not hold at {offset} what was found there before",
                where=str(warc),
                advice="Delete the work folder, .presscorpus, and what lies in engine.storage.",
            )
    for number in sorted(found):
        yield found[number]


def _emptied(piece: Piece, shard: Shard, number: int) -> Piece:
    """An item reduced to its key, since it was taken down; its digest stays."""
    kind = "taxonomy" if shard.table == "terms" else "type"
    return piece._replace(body=msgspec.json.encode({"id": number, kind: shard.type}), repairs=("taken_down",))
