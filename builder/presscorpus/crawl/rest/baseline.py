"""What the archive knows of a site already, to compare a later crawl with.

It is derived from indexes and receipts, never stored.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from presscorpus.config.params import CRAWL_NAME
from presscorpus.crawl.rest.rows import Row

if TYPE_CHECKING:
    from collections.abc import Collection

    from presscorpus.archive.receipt import CollectionReceipt, Receipt

_NAMES = {"media": "media", "authors": "users", "comments": "comments"}


class Baseline(msgspec.Struct, frozen=True):
    """What closed crawls show of one collection.

    Attributes:
        items: Those that were readable when last seen, by id, as they were read. Their modified_gmt is null where there
            was none, and where only another tool's capture showed it, which need not be what the site gives.
        total: What the site counted at the end of the last crawl that balanced; null for no such crawl.
        since: When that crawl began, UTC; null where the site's clock and ours differed.
        swept_at: The as_of of the last crawl that listed all ids; null for none.
        read_at: The as_of of the last crawl that read all items; null for none.
    """

    items: dict[int, Row] = {}
    total: int | None = None
    since: datetime | None = None
    swept_at: datetime | None = None
    read_at: datetime | None = None


def baselines(current: pl.DataFrame, receipts: Collection[Receipt]) -> dict[str, Baseline]:
    """Collect what the crawls of one site show.

    Args:
        current: The items that `observations/versions.py` chose from all of them: the columns crawl, table, type, id,
            modified, url and state.
        receipts: Those of the crawls.

    Returns:
        Baselines by collection; collections that no crawl met are not there.
    """
    found: dict[str, Baseline] = {}
    for receipt in sorted(receipts, key=lambda each: each.started_at):
        if receipt.source == "wordpress":
            for each in receipt.collections:
                found[each.collection] = _later(found.get(each.collection, Baseline()), each, receipt)
    imported = [receipt.crawl for receipt in receipts if receipt.source == "files"]
    own = pl.when(~pl.col("crawl").is_in(imported)).then("modified").alias("modified")
    readable = current.filter(current["state"] == "published").select("table", "type", "id", own, "url")
    for (table, kind), rows in readable.partition_by("table", "type", as_dict=True).items():
        name = _NAMES.get(str(table)) or f"{table}:{kind}"
        items = {number: Row(number, at, link) for number, at, link in rows.select("id", "modified", "url").iter_rows()}
        found[name] = msgspec.structs.replace(found.get(name, Baseline()), items=items)
    return found


def _later(known: Baseline, collection: CollectionReceipt, receipt: Receipt) -> Baseline:
    if not collection.balanced or collection.sweep is None:
        return known
    as_of = datetime.strptime(receipt.crawl, CRAWL_NAME).replace(tzinfo=UTC)
    since = None if receipt.clocks_differ else receipt.started_at
    changed = msgspec.structs.replace(known, total=collection.advertised_end, since=since)
    if collection.sweep != "modified":
        changed = msgspec.structs.replace(changed, swept_at=as_of)
        if collection.unchanged == 0:
            changed = msgspec.structs.replace(changed, read_at=as_of)
    return changed
