"""From a row back to the bytes that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from builder.archive import closed_crawls, read_crawl
from builder.errors import UsageError
from builder.tables.observed import observe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builder.tables.observed import Item


def items(raw: Path, site: str) -> Iterator[Item]:
    """Every observed item of a site, oldest crawl first, tombstones included.

    Raises UsageError for a site without a closed crawl and ArchiveError for a damaged archive.
    """
    archives = list(closed_crawls(raw, site))
    if not archives:
        raise UsageError("has no closed crawl", where=site, advice=f"Closed crawls lie in {raw}.")
    for warc in archives:
        for capture in read_crawl(warc):
            yield from observe(capture.payload, capture.url, capture.http_status).items


def newest(raw: Path, site: str, kind: str, number: int) -> bytes:
    """The bytes of the newest readable observation of an item, exactly as they were received.

    `kind` is a post type, a taxonomy, or attachment, user, comment. Where observations are of one moment the newest
    modified_gmt counts, as in `builder/choose.py`. Raises UsageError where there is no such item.
    """
    found: Item | None = None
    for item in items(raw, site):
        if (item.type, item.id) == (kind, number) and (
            found is None or (item.modified or "") >= (found.modified or "")
        ):
            found = item
    if found is None:
        raise UsageError(f"no {kind} {number} was ever observed", where=site)
    return found.raw


def lines(raw: Path, site: str) -> Iterator[bytes]:
    """Every observed item as one line of JSON, white space between tokens removed, values untouched."""
    for item in items(raw, site):
        yield msgspec.json.format(item.body, indent=-1) + b"\n"
