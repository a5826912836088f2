"""Items that were erased stay out of every crawl.

They are out of closed crawls, and out of every later one that would bring them back.

A crawl, an import or a closed crawl of somebody else may hold an item that `presscorpus erase` took out before. It is
taken out again as soon as that crawl is closed, with the reason of then, so that no way of getting it leads around the
decision.
"""

from __future__ import annotations

import hashlib
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.archive.erase import erase
from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt import Erasure
from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.config.takedown import ERASED
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from presscorpus.archive.reader import Capture
    from presscorpus.archive.receipt import Receipt
    from presscorpus.crawl import owned_files
    from presscorpus.observations import encodings, exports, feeds
    from presscorpus.observations import items as items_of
    from presscorpus.observations.items import Item
else:
    owned_files = lazy("presscorpus.crawl.owned_files")
    encodings = lazy("presscorpus.observations.encodings")
    exports = lazy("presscorpus.observations.exports")
    feeds = lazy("presscorpus.observations.feeds")
    items_of = lazy("presscorpus.observations.items")

# A note has to be told for an item of its table, by the keys that only that collection has (observations/items.py).
_SIGNS: Final = {"posts": "link", "media": "source_url", "comments": "author_name", "authors": "avatar_urls"}
_NOTE_OF_FILE: Final = f'{{"{ERASED}":'.encode()


def is_erasable(item: Item) -> bool:
    """Whether an item can be erased.

    It is content of a person, and not the news that it is gone.

    Args:
        item: An item as a response has it.

    Returns:
        False for terms and tombstones.
    """
    return item.state == "published" and item.table in _SIGNS


def take_out(
    warc: Path,
    wanted: Mapping[tuple[str, int], str],
    at: datetime,
    doomed: Mapping[str, tuple[str, int]] | None = None,
    addresses: Mapping[str, tuple[str, int]] | None = None,
) -> list[Erasure]:
    """Take items out of a closed crawl.

    Args:
        warc: The archive file; its receipt lists afterwards what was taken out.
        wanted: The reason for each item, by its type and number.
        at: When it is done, for the receipt.
        doomed: The media files that go with them: the item of each, by address (`owned_files.owned`).
        addresses: The items by the addresses of their pages (`addresses_of`), which feeds may have alone.

    Returns:
        What was taken out; empty where the crawl holds none of them, and then its file is untouched.

    Raises:
        ArchiveError: The archive is damaged.
    """

    def edit(
        payload: bytes, url: str, status: int | None, link: str | None, file: str | None
    ) -> tuple[bytes, list[Erasure]]:
        if file is None:
            seen = items_of.observe(payload, url, status, link)
            keys = ((each, (addresses or {}).get(each.url or "")) for each in seen.unnamed)
            named = (each._replace(type=key[0], id=key[1]) for each, key in keys if key)
            return _noted(payload, [*seen.items, *named], wanted, at)
        item = (doomed or {}).get(file)
        if item is None or not payload or payload.startswith(_NOTE_OF_FILE):
            return payload, []
        digest, reason = hashlib.sha256(payload).hexdigest(), wanted[item]
        note = msgspec.json.encode({ERASED: {"digest": digest, "reason": reason}})
        return note, [Erasure("", *item, reason, digest, "", erased_at=at)]

    return erase(warc, edit)


def keep_out(raw: Path, site: str, closed: Iterable[Receipt]) -> None:
    """Take out of the newest crawls of a site what was erased from it before.

    Args:
        raw: The folder of the archive.
        site: The name of the site.
        closed: The receipts that were there before the newest crawls were.

    Raises:
        ArchiveError: An archive is damaged.
    """
    known = list(closed)
    wanted = {(each.type, each.id): each.reason for receipt in known for each in receipt.erasures}
    if not wanted:
        return
    old = {receipt.crawl for receipt in known}
    new = [warc for warc in closed_crawls(raw, site) if read_receipt(warc).crawl not in old]
    doomed = owned_files.owned(chain.from_iterable(map(read_crawl, new)), wanted)
    addresses = addresses_of(chain.from_iterable(map(read_crawl, new)), wanted)
    for warc in new:
        take_out(warc, wanted, read_receipt(warc).ended_at, doomed, addresses)


def addresses_of(captures: Iterable[Capture], wanted: Mapping[tuple[str, int], str]) -> dict[str, tuple[str, int]]:
    """Return the addresses under which items were observed.

    Feeds may name a post by nothing else.

    Args:
        captures: The records of crawls.
        wanted: The items, by type and number.

    Returns:
        The item of each address.
    """
    found: dict[str, tuple[str, int]] = {}
    for capture in captures:
        for item in items_of.observe(capture.payload, capture.url, capture.http_status, capture.link).items:
            if item.url is not None and (item.type or "", item.id) in wanted:
                found[item.url] = item.type or "", item.id
    return found


def _noted(
    payload: bytes, items: Iterable[Item], wanted: Mapping[tuple[str, int], str], at: datetime
) -> tuple[bytes, list[Erasure]]:
    """A payload with a note in the place of each item that is wanted."""
    erasures = []
    for item in items:
        kind, reason = item.type or "", wanted.get((item.type or "", item.id))
        if reason is None or not is_erasable(item) or ERASED.encode() in item.body:
            continue
        digest = hashlib.sha256(item.raw).hexdigest()
        note = {
            "id": item.id,
            "type": kind,
            "modified_gmt": item.modified,
            _SIGNS[item.table]: None,
            ERASED: {"digest": digest, "reason": reason},
        }
        if item.table == "comments":
            note["post"] = None
        # The bytes of an item are a slice of its payload; one that is not is the whole of it, repaired.
        data = msgspec.json.encode(note)
        if item.origin in {exports.ORIGIN, feeds.ORIGIN}:
            data = exports.note(data, is_item=item.table in {"posts", "media"})
        if item.raw not in payload:
            payload, _ = encodings.utf8(payload)
        payload = payload.replace(item.raw, data) if item.raw in payload else data
        erasures.append(Erasure("", kind, item.id, reason, digest, "", erased_at=at))
    return payload, erasures
