"""Receipts: what a site said it has, what a crawl got, and how the two compare."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from presscorpus.commitments import canonical, proof
from presscorpus.commitments.records import Kept
from presscorpus.errors import ArchiveError, reason_of
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TIMESTAMP: Final = ".tsr"
"""Suffix of a time stamp, which lies beside the receipt that it is of."""
SIGNATURE: Final = ".sig"
"""Suffix of a signature, which lies there too."""
ATTESTED: Final = (TIMESTAMP, SIGNATURE)
"""Suffixes of what others say of a receipt."""
_RESTORE: Final = "Restore it from the DVC cache or remote (`dvc checkout`, `dvc pull`), or crawl the site again."
_ERASED: Final = (
    "Something was erased from this crawl: restore it and its receipt from a copy that was made after that, from no "
    "earlier one."
)

_ENDING: Final = b"\n}\n"
_OWN_DIGEST: Final = b',\n  "own_digest": "%s"\n}\n'


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
    def balanced(self) -> bool:
        """Whether nothing is known to be missing and each collection balances."""
        return self.outcome != "incomplete" and all(each.balanced for each in self.collections)


# Here and not where it is used: two threads that show msgspec 0.22 the same new type at once may end the process.
decode = msgspec.json.Decoder(Receipt).decode
"""Read a receipt from JSON; it raises msgspec.DecodeError, which is a ValueError."""


def encode(receipt: Receipt) -> bytes:
    """Write a receipt as the archive has it: without a digest of its own."""
    alone = msgspec.structs.replace(receipt, own_digest=msgspec.UNSET)
    return msgspec.json.format(msgspec.json.encode(alone), indent=2) + b"\n"


def as_file(receipt: Receipt) -> bytes:
    """Write a receipt as its file has it: with a digest of its other lines."""
    alone = encode(receipt)
    return alone.removesuffix(_ENDING) + _OWN_DIGEST % hashlib.sha256(alone).hexdigest().encode()


def _is_whole(data: bytes, told: str | msgspec.UnsetType) -> bool:
    """Whether the file of a receipt has the digest that it tells, if it tells one."""
    if told is msgspec.UNSET:
        return True
    before, found, _ = data.rpartition(_OWN_DIGEST % told.encode())
    return found != b"" and hashlib.sha256(before + _ENDING).hexdigest() == told


def is_as_written(data: bytes) -> bool:
    """Tell whether the file of a receipt is as some version of presscorpus wrote it.

    A byte that was changed may leave what the receipt says as it was: a space, the name of a key whose value is the
    default, the case of a letter in a time.

    Args:
        data: The content of the file.

    Returns:
        Whether each of its lines is one that its receipt gives; earlier versions wrote fewer.

    Raises:
        ValueError: It is no receipt.
    """
    lines = {line.removesuffix(b",") for line in as_file(decode(data)).split(b"\n")}
    return all(line.removesuffix(b",") in lines for line in data.split(b"\n"))


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


def read_receipt(warc: Path) -> Receipt:
    """Return the receipt of an archive file.

    Args:
        warc: The archive file, which itself is not read.

    Returns:
        The receipt beside it.

    Raises:
        ArchiveError: The receipt is missing or damaged.
    """
    path = receipt_path(warc)
    try:
        data = path.read_bytes()
        receipt = decode(data)
        if _is_whole(data, receipt.own_digest):
            return receipt
    except FileNotFoundError:
        raise ArchiveError(
            "the crawl has no receipt, so it was never closed",
            where=str(warc),
            advice=f"Restore {path.name} beside it, from the DVC cache or a copy; or delete it, if it is not to count.",
        ) from None
    except (ValueError, RecursionError):
        pass  # told below
    raise ArchiveError(
        "the receipt is damaged",
        where=str(path),
        advice="Restore it from the DVC cache or remote (`dvc checkout`, `dvc pull`), or from whoever crawled.",
    )


def verify(warc: Path) -> Receipt:
    """Compare an archive file with its receipt, and return the receipt.

    Args:
        warc: The archive file, which is read whole.

    Returns:
        The receipt, whose `file_digest` is that of the file.

    Raises:
        ArchiveError: The two do not match, or either is missing or cannot be read.
    """
    receipt = read_receipt(warc)
    try:
        digest = sha256_of(warc)
    except OSError as error:
        raise ArchiveError(f"cannot be read: {reason_of(error)}", where=str(warc)) from None
    if digest in receipt.earlier_digests:
        raise ArchiveError("is the file from before something was erased from it", where=str(warc), advice=_ERASED)
    if digest != receipt.file_digest:
        raise ArchiveError(
            "is not the file that its receipt was written for", where=str(warc), advice=restore_advice(warc)
        )
    return receipt


def restore_advice(warc: Path) -> str:
    """What to do about a damaged archive file.

    Nothing that brings back what was erased from it.

    Args:
        warc: The archive file that is damaged.

    Returns:
        One sentence for the user.
    """
    try:
        erased = bool(read_receipt(warc).erasures)
    except ArchiveError:
        erased = False
    return _ERASED if erased else _RESTORE


def receipt_path(warc: Path) -> Path:
    """Return the path of an archive file's receipt.

    Args:
        warc: The path of the archive file, `<crawl>.warc.gz`.

    Returns:
        `<crawl>.json` in the same folder; nothing is read.
    """
    return warc.with_name(warc.name.removesuffix(".warc.gz") + ".json")


def require_receipts(raw: Path, site: str) -> None:
    """Refuse a folder in which an archive file has lost its receipt.

    A crawl gets its receipt before its file, so that no kill leaves one alone: what it holds would be lost in silence.

    Args:
        raw: The archive folder.
        site: Name of the site; a site without a folder has no crawls.

    Raises:
        ArchiveError: A file has none. It names the first such file.
    """
    for warc in sorted((raw / site).glob("*.warc.gz")):
        if not receipt_path(warc).exists():
            read_receipt(warc)


def doubled(crawls: Iterable[tuple[Path, Receipt]]) -> Iterator[ArchiveError]:
    """Find crawls that lie in two files, as a copy under another name does.

    Args:
        crawls: The archive files of a site with their receipts.

    Yields:
        A fault for each second file, which names both.
    """
    first: dict[tuple[str, str], Path] = {}
    for warc, receipt in crawls:
        other = first.setdefault((receipt.site, receipt.crawl), warc)
        if other != warc:
            named = [path for path in (warc, other) if path.name != f"{receipt.crawl}.warc.gz"] or [warc]
            yield ArchiveError(
                f"is the same crawl as {other.name}", where=str(warc),
                advice=f"Delete the copy, {named[0].name}, and its receipt {receipt_path(named[0]).name}.",
            )  # fmt: skip


def closed_crawls(raw: Path, site: str) -> Iterator[Path]:
    """Yield the archive files of a site's closed crawls, oldest first.

    Args:
        raw: The archive folder.
        site: Name of the site; a site without a folder has no crawls.

    Yields:
        Archive files that have a receipt, by name, which sorts as the date it is made of.
    """
    for warc in sorted((raw / site).glob("*.warc.gz")):
        if receipt_path(warc).exists():
            yield warc
