"""The index of a crawl: every item that it observed, by key, with a digest.

No HTML is read. One crawl is closed for ever, so its index is made once and kept in the work folder, under a name that
changes with the archive file and with the code that reads it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import read_receipt
from presscorpus.observations import below, digests, files, html_pages
from presscorpus.observations.feed_posts import FeedPosts
from presscorpus.observations.items import Fault, Seen, kinds, observe, route_of_item
from presscorpus.observations.listed_changes import ListedChanges
from presscorpus.observations.other_sites import RULE, OtherSites
from presscorpus.observations.publicness import LOGIN
from presscorpus.storage import checksum, fingerprint, frames
from presscorpus.tables import sites, typed_columns
from presscorpus.tables.typed_columns import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from presscorpus.archive.reader import Capture
    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.schema import Package
    from presscorpus.observations.items import Item


CODE = (
    "archive", "commitments", "config", "content", "dtypes.py", "errors.py", "lazy.py", "observations", "storage",
    "tables",
)  # fmt: skip
"""The packages and modules whose code determines the bytes of an index (tests/test_architecture.py checks)."""
_AN_HOUR = 3600
AT_ONCE = 16_384
"""Observations that wait in Python's lists until they become columns, which take a tenth of the memory."""


def index_crawl(package: Package, warc: Path, work: Path) -> dict[str, pl.DataFrame]:
    """Return what one closed crawl observed.

    Args:
        package: Descriptor and schemas.
        warc: The archive file.
        work: The work folder, which keeps the index.

    Returns:
        The frames `observed`, `quarantine`, `sites` (what the crawl shows of the site) and `files` (the media files
        that it asked for), by the schemas of these names.

    Raises:
        ArchiveError: The archive file or its receipt is missing or damaged.
    """
    return frames.load(indexed(package, warc, work))


def indexed(package: Package, warc: Path, work: Path) -> Path:
    """Return the file that holds the frames of `index_crawl`.

    It is made where it is missing or damaged.

    Args:
        package: Descriptor and schemas.
        warc: The archive file.
        work: The work folder.

    Returns:
        A file as `storage.frames` writes it.

    Raises:
        ArchiveError: The archive file or its receipt is missing or damaged.
    """
    receipt = read_receipt(warc)
    cached = _place(package, receipt, work)
    if not checksum.is_whole(cached):
        frames.save_pieces(cached, _index(package, warc, receipt))
    return cached


def _place(package: Package, receipt: Receipt, work: Path) -> Path:
    made_by = fingerprint.of(CODE, [package.schema(name) for name in ("observed", "quarantine", "sites", "files")])
    # Offsets hold for this file only: the same records, compressed otherwise, have others.
    name = f"{receipt.crawl}-{receipt.file_digest[:16]}-{made_by[:16]}.arrows"
    return work / "index" / receipt.site / name


def prune(package: Package, receipts: Iterable[Receipt], work: Path) -> None:
    """Delete the indexes that no longer belong to an archive file of the dataset.

    Those of other code or schemas go too, and what killed runs left an hour ago.

    Args:
        package: Descriptor and schemas.
        receipts: The receipts of all closed crawls.
        work: The work folder.
    """
    used = {_place(package, receipt, work) for receipt in receipts}
    for path in (work / "index").glob("*/*"):
        if path not in used and (path.suffix == ".arrows" or path.stat().st_mtime < time.time() - _AN_HOUR):
            path.unlink()


def _index(package: Package, warc: Path, receipt: Receipt) -> Iterator[tuple[str, pl.DataFrame]]:
    observed: defaultdict[str, list[Any]] = defaultdict(list)
    quarantine: defaultdict[str, list[Any]] = defaultdict(list)
    of_index: pl.DataFrame | None = None
    of_item: pl.DataFrame | None = None
    routes: dict[tuple[str, str], str] = {}
    is_whole = not any(each.unchanged for each in receipt.collections)
    hanging, fed, changes = below.Below[Origin](), FeedPosts(is_whole=is_whole), ListedChanges()
    media, others = files.Files(receipt.site, receipt.crawl), OtherSites(receipt)
    for capture in media.without(read_crawl(warc, files=True)):
        origin = Origin(receipt.site, receipt.crawl, capture.record_id, capture.requested_at)
        others.look(capture)
        seen = _of_site(observe(capture.payload, capture.url, capture.http_status, capture.link), capture, others)
        login = capture.authenticated or any(item.hidden == LOGIN for item in seen.items)
        if capture.http_status is not None:
            routes |= kinds(capture.payload, capture.url)
        changes.look(capture)
        fed.look(capture.url, capture.http_status)
        of_login = {"hidden": LOGIN} if login else {}
        made = ((each, _row(each, capture, routes) | of_login) for each in (*seen.items, *seen.unnamed))
        rows = [(each, changes.completed(each, row, capture.url)) for each, row in made]
        for row in hanging.ready(origin, [each for each in rows if not fed.waits(each[0], origin, each[1])]):
            _append(observed, origin, row)
        for fault in () if login else seen.faults:
            _append(quarantine, origin, {
                "ordinal": fault.ordinal, "rule": fault.rule, "table": fault.table, "item_id": fault.item_id,
                "reason": fault.reason, "evidence_digest": fault.digest,
            })  # fmt: skip
        if len(observed["id"]) >= AT_ONCE:
            yield "observed", _frame(package, "observed", observed)
            observed.clear()
        if login:
            continue
        if seen.site_index is not None:
            of_index = sites.seen(package, sites.from_index(seen.site_index, capture.url), origin)
        elif of_item is None:
            of_item = _first_shown(package, seen.items, origin)
    for origin, row in chain(hanging.settled(), (each for each in fed.settled() if not others.hold(each[1]["url"]))):
        _append(observed, origin, row)
    shown = [frame.with_columns(_listed(package, routes)) for frame in (of_item, of_index) if frame is not None]
    yield "observed", _frame(package, "observed", observed)
    yield "quarantine", _frame(package, "quarantine", quarantine)
    yield "sites", pl.concat([package.schema("sites").polars.to_frame(), *shown])
    yield "files", media.frame(package)


def _of_site(seen: Seen, capture: Capture, others: OtherSites) -> Seen:
    """What a response shows, without the post of a page that is of another site."""
    if not any(item.origin == html_pages.ORIGIN for item in seen.items) or not others.has(capture):
        return seen
    (item, *_) = seen.items
    reason = "is a page of another site on the same host"
    return Seen([], [*seen.faults, Fault(0, RULE, item.table, item.id, reason, digests.sha(capture.payload))])


def _row(item: Item, capture: Capture, routes: dict[tuple[str, str], str]) -> dict[str, Any]:
    kind = item.type
    if kind is None:
        # A tombstone of a custom type: the crawl that asked for it had read which route is whose.
        kind = routes.get((item.table, route_of_item(capture.url) or ""))
    return {
        "table": item.table, "type": kind, "id": item.id, "ordinal": item.ordinal, "offset": capture.offset,
        "modified": item.modified, "url": item.url, "state": item.state, "http_status": capture.http_status,
        "code": item.code, "digest": item.digest, "embedded": item.embedded, "hidden": item.hidden,
        "locked": below.is_locked(item), "origin": item.origin, "published": item.published, "bylines": item.bylines,
    }  # fmt: skip


def _listed(package: Package, routes: dict[tuple[str, str], str]) -> Iterator[pl.Expr]:
    """The types and taxonomies that the site listed; null where it listed none."""
    schema = package.schema("sites")
    for column, table in (("types", "posts"), ("taxonomies", "terms")):
        names = sorted({kind for (of, _), kind in routes.items() if of == table})
        yield pl.lit(names or None, dtype=schema.polars[column]).alias(column)


def _first_shown(package: Package, items: list[Item], origin: Origin) -> pl.DataFrame | None:
    for item in items:
        columns = sites.from_item(item.body)
        if columns is not None:
            return sites.seen(package, columns, origin)
    return None


def _append(columns: defaultdict[str, list[Any]], origin: Origin, row: dict[str, Any]) -> None:
    for name, value in (origin._asdict() | row).items():
        columns[name].append(value)


def _frame(package: Package, name: str, columns: dict[str, list[Any]]) -> pl.DataFrame:
    schema = package.schema(name)
    return typed_columns.conform(typed_columns.frame(schema, columns).lazy(), schema).collect()
