"""Receipts: what a crawl was told, what it got, and whether the two balance."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec


class CollectionReceipt(msgspec.Struct, frozen=True):
    """The balance of one collection (posts:page, terms:category, ...) in one crawl.

    `sweep` says how they were found: `ids`, a list of all ids; `items`, a list of all items; `modified`, a list of what
    was modified since the crawl before, while the site's total told of nothing more; null for an import.
    `advertised_start` and `advertised_end` are the site's own totals (X-WP-Total), null where it named none. `swept`
    items are known to exist; each of them is `fetched`, `unchanged` (the archive has it as it is), `unreadable` (the
    site knows it and does not show it), `gone` (it vanished since it was last seen) or `failed`. `bytes` are those of
    the bodies as received. `request` says how the site had to be asked, null for the full request; `note` what a reader
    has to know of the collection, such as why it is closed, null where there is nothing to say. `hidden`, which is only
    there where there are some, counts the fetched items that not everybody may see; they become no rows.
    """

    collection: str
    sweep: Literal["ids", "items", "modified"] | None = None
    advertised_start: int | None = None
    advertised_end: int | None = None
    swept: int = 0
    fetched: int = 0
    unchanged: int = 0
    unreadable: int = 0
    gone: int = 0
    failed: int = 0
    requests: int = 0
    bytes: int = 0
    request: str | None = None
    note: str | None = None
    hidden: int | msgspec.UnsetType = msgspec.UNSET

    @property
    def balanced(self) -> bool:
        """Whether every item is accounted for and none failed."""
        return self.failed == 0 and self.swept == self.fetched + self.unchanged + self.unreadable + self.gone


class Erasure(msgspec.Struct, frozen=True):
    """An item that `presscorpus erase` took out: why, and the SHA-256 of its bytes and of the body before."""

    record_id: str
    type: str
    id: int
    reason: str
    digest: str
    body_digest: str


class Receipt(msgspec.Struct, frozen=True):
    """What one crawl of one site came to.

    `outcome` is complete, or incomplete with a `reason`; of an import that nothing told a total of, it is unknown.
    `discarded` counts incomplete responses, which are not stored.
    `records` and `content_digest` (SHA-256 over the payload digests, in order) are set when the crawl is closed, and
    prove that the archive holds every record; `file_digest` is the SHA-256 of the archive file on this disk.
    `source_digest` is over names and bytes of imported files, null for a live crawl. `authenticated` tells that
    credentials, cookies or secret headers were sent, so that what came may be for no others to see; `clocks_differ`,
    which is only there where it is so, that the site's `Date` was more than an hour from ours, and its times no measure
    for the next crawl. `permission` names who allowed, in writing, what robots.txt forbids, where somebody did. `after`
    names the crawls of the site that were closed when this one began.
    """

    site: str
    crawl: str
    source: Literal["wordpress", "files"]
    address: str
    started_at: datetime
    ended_at: datetime
    outcome: Literal["complete", "incomplete", "unknown"]
    collections: list[CollectionReceipt]
    reason: str | None = None
    requests: int = 0
    bytes: int = 0
    discarded: int = 0
    records: int = 0
    content_digest: str = ""
    source_digest: str | None = None
    authenticated: bool = False
    clocks_differ: Literal[True] | msgspec.UnsetType = msgspec.UNSET
    permission: str | msgspec.UnsetType = msgspec.UNSET
    after: list[str] = []
    record_id: str = ""
    file_digest: str = ""
    erasures: list[Erasure] = []

    @property
    def balanced(self) -> bool:
        """Whether nothing is known to be missing and each collection balances."""
        return self.outcome != "incomplete" and all(each.balanced for each in self.collections)
