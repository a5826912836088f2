"""Receipts: what a site said it has, what a crawl got, and how the two compare."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from presscorpus.commitments import canonical, proof
from presscorpus.commitments.records import Kept


class CollectionReceipt(msgspec.Struct, frozen=True):
    """The balance of one collection (posts:page, terms:category, ...) in one crawl.

    `swept` items are known to exist; each of them is counted in exactly one of the five numbers after it.

    Attributes:
        sweep: How the items were found: `ids`, a list of all ids; `items`, a list of all items; `modified`, a list of
            what was modified since the crawl before, while the site's total told of nothing more; `sitemap`, `feed`,
            `archives`, the pages that these list, each only what those before it do not; null for an import.
        advertised_start: The site's own total (X-WP-Total) when the sweep began, null where it named none.
        advertised_end: The same when it ended.
        swept: How many items are known to exist.
        fetched: How many of them were received.
        unchanged: How many the archive already has as they are.
        unreadable: How many the site knows and does not show.
        gone: How many vanished since they were last seen.
        failed: How many are in none of the numbers before.
        requests: How many requests were sent.
        bytes: Bytes of the bodies as received.
        request: How the site had to be asked, null for the full request.
        note: What a reader has to know, such as why the collection is closed; null where there is nothing to say.
        hidden: How many of the fetched items not everybody may see; they become no rows. Absent where there are none.
    """

    collection: str
    sweep: Literal["ids", "items", "modified", "sitemap", "feed", "archives"] | None = None
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
    def withheld(self) -> int:
        """How many of the fetched items not everybody may see.

        One that was met twice counts once.
        """
        return 0 if self.hidden is msgspec.UNSET else min(self.hidden, self.fetched)

    @property
    def balanced(self) -> bool:
        """Whether every item is accounted for and none failed."""
        return self.failed == 0 and self.swept == self.fetched + self.unchanged + self.unreadable + self.gone


class Erasure(msgspec.Struct, frozen=True):
    """An item that `presscorpus erase` removed from a record.

    Attributes:
        record_id: The record that held it.
        type: Post type, attachment, comment or user.
        id: Its number within the site.
        reason: Why, in the words of who erased it.
        digest: SHA-256 of the item's bytes, in hex.
        body_digest: SHA-256 of the record's body before, in hex.
        erased_at: When it was removed, UTC; for a later crawl that brought the item again, the end of that crawl.
            Absent in receipts from before it was recorded.
    """

    record_id: str
    type: str
    id: int
    reason: str
    digest: str
    body_digest: str
    erased_at: datetime | msgspec.UnsetType = msgspec.UNSET


class Link(msgspec.Struct, frozen=True):
    """The crawl before, and the digest of its statement."""

    crawl: str
    digest: str


class Commitment(msgspec.Struct, frozen=True):
    """What the receipt of a crawl commits to.

    docs/explanation/evidence.md says how it is computed.

    Attributes:
        root: Root of the tree over the records of the archive file when the crawl was closed, in hex.
        previous: The crawl of the site before this one; null where there is none.
        secret: What the salts of the tree are made from, in hex. Whoever knows it can test guesses of what a proof
            leaves out.
        kept: What stands for the records that `presscorpus erase` changed, so that all else can still be proved.
    """

    root: str
    previous: Link | None
    secret: str
    kept: list[Kept] = []


class Receipt(msgspec.Struct, frozen=True):
    """The result of one crawl of one site.

    Attributes:
        site: Name of the site.
        crawl: Name of the crawl, as 20261123T000000Z.
        source: Whether the network was asked or files were imported.
        address: The site's address.
        started_at: Time of the start, UTC.
        ended_at: Time of the end, UTC.
        outcome: `complete`; `incomplete`, with a `reason`; or `unknown`, for an import that nothing told a total of.
        collections: The balance of each collection.
        reason: Why the crawl is incomplete, null otherwise.
        requests: How many requests were sent.
        bytes: Bytes of the bodies as received.
        discarded: How many incomplete responses came; they are not stored.
        records: How many records the archive holds, set when the crawl is closed.
        content_digest: SHA-256 over the payload digests, in order, in hex: with `records` it proves that the archive
            holds every record.
        source_digest: SHA-256 over names and bytes of imported files, null for a live crawl.
        authenticated: Whether credentials, cookies or secret headers were sent, so that what came may be for no others
            to see.
        clocks_differ: Present where the site's `Date` was more than an hour from ours, so that its times are no measure
            for the next crawl.
        permission: Who allowed, in writing, what robots.txt forbids; absent where nobody did.
        after: The crawls of the site that were closed when this one began.
        record_id: The record of the archive that holds this receipt.
        file_digest: SHA-256 of the archive file on this disk, in hex.
        erasures: What `presscorpus erase` removed.
        replaces: The `file_digest`s of the archive file before something was removed, the oldest first; absent where
            nothing was.
        commitment: What the receipt commits to; absent in receipts from before there were commitments.
        own_digest: SHA-256 of the receipt's file without this line, in hex, which tells of accidents. Absent in the
            copy within the archive, and in receipts of earlier versions.
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
    replaces: list[str] | msgspec.UnsetType = msgspec.UNSET
    commitment: Commitment | msgspec.UnsetType = msgspec.UNSET
    own_digest: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def earlier_digests(self) -> frozenset[str]:
        """The `file_digest`s of the archive file before something was taken out of it."""
        return frozenset() if self.replaces is msgspec.UNSET else frozenset(self.replaces)

    @property
    def verdict(self) -> Literal["complete", "incomplete", "unknown"]:
        """The `outcome`, but that older receipts call imports without a total complete."""
        if self.outcome != "complete" or self.source != "files":
            return self.outcome
        return "complete" if all(each.advertised_end is not None for each in self.collections) else "unknown"

    @property
    def balanced(self) -> bool:
        """Whether nothing is known to be missing and each collection balances."""
        return self.outcome != "incomplete" and all(each.balanced for each in self.collections)


# Here and not where it is used: two threads that show msgspec 0.22 the same new type at once may end the process.
decode = msgspec.json.Decoder(Receipt).decode
"""Read a receipt from JSON; it raises msgspec.DecodeError, which is a ValueError."""


def statement(receipt: Receipt) -> dict[str, object]:
    """Return what a receipt states of its crawl.

    Which nothing that happens later changes.

    Args:
        receipt: The receipt of a closed crawl.

    Returns:
        A value for `canonical.encode`. `root` is null in receipts from before there were commitments.
    """
    made = None if receipt.commitment is msgspec.UNSET else receipt.commitment
    told = msgspec.to_builtins(receipt)
    same = ("address", "authenticated", "crawl", "ended_at", "outcome", "records", "site", "started_at")
    return {name: told[name] for name in same} | {
        "format": proof.CRAWL,
        "previous": msgspec.to_builtins(made.previous) if made else None,
        "root": made.root if made else None,
    }


def statement_digest(receipt: Receipt) -> str:
    """Return the SHA-256 of the statement of a receipt, in hex.

    What is chained, signed and time-stamped.
    """
    return canonical.digest(statement(receipt))
