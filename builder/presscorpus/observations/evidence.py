"""From a row back to the bytes it came from, and the states of a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from presscorpus.archive.reader import read_at, read_crawl
from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.errors import ArchiveError, UsageError
from presscorpus.lazy import lazy
from presscorpus.observations import below, publicness
from presscorpus.observations.diff import Version
from presscorpus.observations.items import observe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from presscorpus.archive.reader import Capture
    from presscorpus.config.layout import Layout
    from presscorpus.config.schema import Package
    from presscorpus.observations import index
    from presscorpus.observations import versions as post_versions
    from presscorpus.observations.items import Item
else:
    pl = lazy("polars")
    index = lazy("presscorpus.observations.index")
    post_versions = lazy("presscorpus.observations.versions")


def items(raw: Path, site: str) -> Iterator[Item]:
    """Yield every observed item of a site, oldest crawl first.

    Args:
        raw: The archive folder.
        site: Name of the site.

    Yields:
        Items of all tables, copies in others, hidden ones and tombstones included.

    Raises:
        UsageError: The site has no closed crawl.
        ArchiveError: The archive is damaged.
    """
    for _, item in _observations(raw, site):
        yield item


def _observations(raw: Path, site: str) -> Iterator[tuple[Capture, Item]]:
    for warc in _archives(raw, site):
        for capture in read_crawl(warc):
            for item in observe(capture.payload, capture.url, capture.http_status, capture.link).items:
                yield capture, item


def _archives(raw: Path, site: str) -> list[Path]:
    archives = list(closed_crawls(raw, site))
    if not archives:
        raise UsageError("has no closed crawl", where=site, advice=f"Closed crawls lie in {raw}.")
    return archives


def newest(raw: Path, site: str, kind: str, number: int) -> bytes:
    """Return the bytes of the newest readable observation of an item.

    The newest is chosen as in `observations/versions.py`.

    Args:
        raw: The archive folder.
        site: Name of the site.
        kind: A post type, a taxonomy, or attachment, user, comment.
        number: The item's id.

    Returns:
        The bytes exactly as they were received.

    Raises:
        UsageError: There is no closed crawl, or no such item in any.
        ArchiveError: The archive is damaged.
    """
    found: list[tuple[tuple[bool, datetime, bool, str], Item]] = []
    for capture, item in _observations(raw, site):
        if (item.type, item.id) == (kind, number) and item.state == "published":
            order = (not item.embedded, capture.requested_at, item.modified is not None, item.modified or "")
            found.append((order, item))
    if not found:
        raise UsageError(f"no {kind} {number} was ever observed", where=site)
    for least in ("feed", "page"):
        found = [each for each in found if each[1].origin != least] or found
    of_api = {(item.modified, below.is_locked(item)) for _, item in found if item.origin == "api" and not item.embedded}
    others = [
        each
        for each in found
        if each[1].origin == "api"
        or each[1].modified is None
        or (each[1].modified, below.is_locked(each[1])) not in of_api
    ]
    # Of equal ones the last in place.
    return max(reversed(others or found), key=lambda each: each[0])[1].raw


def versions(package: Package, layout: Layout, site: str, number: int) -> list[Version]:
    """Return the states that the posts of one number went through.

    Args:
        package: Descriptor and schemas.
        layout: Folders of the dataset; missing indexes are made in its `work`.
        site: Name of the site.
        number: The post's id; posts of several types may have had it.

    Returns:
        Versions by type, oldest first, as the table `versions` has them: what only a logged-in crawl saw is none.

    Raises:
        UsageError: There is no closed crawl, or no such post was ever seen.
        ArchiveError: The archive is damaged.
    """
    mine = (pl.col("table") == "posts") & (pl.col("id") == number)
    nothing = package.schema("observed").polars.to_frame()
    observed = pl.concat(
        [nothing]
        + [
            post_versions.public(index.index_crawl(package, warc, layout.work)["observed"].filter(mine))
            for warc in _archives(layout.raw, site)
            # As in the tables, observations of a logged-in crawl are no versions.
            if publicness.of_crawl(read_receipt(warc))
        ]
    )
    records = observed.select("record_id", "offset").unique()
    found = post_versions.choose(package, observed).versions.join(
        records, on="record_id", how="left", maintain_order="left"
    )
    if found.is_empty():
        raise UsageError(f"no post {number} was ever observed", where=site)
    return [Version(**row) for row in found.select(Version._fields).iter_rows(named=True)]


def content(raw: Path, site: str, version: Version) -> bytes | None:
    """Return a post in one of its states, as JSON that decodes.

    Args:
        raw: The archive folder.
        site: Name of the site.
        version: The state, from `versions`.

    Returns:
        `Item.body`; null where the state is that there is no such post.

    Raises:
        ArchiveError: The record is damaged, or does not hold the post.
    """
    if version.digest is None:
        return None
    capture = read_at(raw / site / f"{version.crawl}.warc.gz", version.offset)
    seen = observe(capture.payload, capture.url, capture.http_status, capture.link).items
    mine = [item for item in seen if (item.type, item.id) == (version.type, version.id)]
    # An export that shows a state known from the API has the digest of that (observations/versions.py).
    alike = [item for item in mine if item.digest == version.digest] or [item for item in mine if item.origin != "api"]
    if alike:
        return alike[0].body
    raise ArchiveError(f"record {version.record_id} does not hold {version.type} {version.id}", where=site)


def lines(raw: Path, site: str) -> Iterator[bytes]:
    """Yield every observed item of a site as one line of JSON.

    Args:
        raw: The archive folder.
        site: Name of the site.

    Yields:
        The item with a line end; white space between tokens is removed, values are untouched.

    Raises:
        UsageError: The site has no closed crawl.
        ArchiveError: The archive is damaged.
    """
    for item in items(raw, site):
        yield msgspec.json.format(item.body, indent=-1) + b"\n"
