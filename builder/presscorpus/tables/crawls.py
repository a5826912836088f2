"""Receipts as a table: one row a collection of a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.tables import typed_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.schema import Package

# A crawl that ended before it knew any collection has a receipt all the same.
_NOTHING = CollectionReceipt(collection="site")


def complete(package: Package, receipts: Iterable[Receipt]) -> pl.DataFrame:
    """Return the table `crawls`.

    Args:
        package: Descriptor and schemas.
        receipts: The receipts of all closed crawls.

    Returns:
        One row a collection of a crawl, in key order; `observed_at` is when the crawl ended.
    """
    schema = package.schema("crawls")
    rows = [_row(receipt, each) for receipt in receipts for each in receipt.collections or [_NOTHING]]
    columns = {name: [row[name] for row in rows] for name in schema.names}
    return typed_columns.frame(schema, columns).sort(schema.primary_key)


def _row(receipt: Receipt, collection: CollectionReceipt) -> dict[str, Any]:
    whole = {name: getattr(receipt, name) for name in receipt.__struct_fields__}
    whole |= {"outcome": receipt.verdict}
    if collection.balanced and not all(each.balanced for each in receipt.collections):
        # The reason is that of another collection.
        whole |= {"outcome": "complete" if collection.advertised_end is not None else "unknown", "reason": None}
    # What not everybody may see was fetched, and is no row.
    told = {
        "fetched": collection.fetched - collection.withheld,
        "unreadable": collection.unreadable + collection.withheld,
        "balanced": collection.balanced,
        "observed_at": receipt.ended_at,
    }
    return whole | msgspec.structs.asdict(collection) | told
