"""What a crawl commits to: the tree over its archive file.

Made when it is closed and computed again to check it.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.archive import warc_record
from presscorpus.archive.reader import FILE, MOST_PAYLOAD, REVISIT, broken, undone
from presscorpus.archive.receipt import Commitment, Link, decode, statement_digest
from presscorpus.archive.receipt_file import closed_crawls, is_as_written, read_receipt, receipt_path, restore_advice
from presscorpus.commitments.records import PAYLOAD, Recorded, Records
from presscorpus.errors import ArchiveError, reason_of
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from warcio import archiveiterator

    from presscorpus.archive.receipt import Receipt
    from presscorpus.commitments.records import Kept, RecordTree
else:
    archiveiterator = lazy("warcio.archiveiterator")

_REWRITTEN = (
    "It says the same: a space, the name of a key without a value, or the case of a letter was changed. Restore it "
    "from a copy."
)
# WARC headers that the head of a record has, and those that follow from what the tree covers.
_ELSEWHERE = frozenset(
    {
        "WARC-Record-ID", "WARC-Type", "WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest", "WARC-Block-Digest",
        "Content-Length",
    }
)  # fmt: skip


class Committed(NamedTuple):
    """A crawl whose archive file is what its receipt commits to.

    `tree` is that over its records, `records` are those as they lie there now.
    """

    receipt: Receipt
    tree: RecordTree
    records: int


def described(headers: Sequence[tuple[str, str]], http: bytes, body: bytes) -> Recorded:
    """Return a record as it is committed to.

    Args:
        headers: Its WARC headers, as written and in their order.
        http: Its HTTP header with the empty line at its end; empty where it has none.
        body: Its body as stored; for a revisit, which has none, the text of its WARC-Payload-Digest.

    Returns:
        The record, with the content coding of the body undone unless it was cut short.
    """
    status, coding = _http(http)
    # Of a header that stands twice the first counts; both are committed to.
    named = dict(reversed(headers))
    payload = body
    # Not as a reader does it, who is wiser each year: the root has to be the same for ever.
    whole = "WARC-Truncated" not in named and "WARC-Profile" not in named
    for name in reversed(coding.lower().split(",") if coding and whole else ()):
        payload = undone(payload, name.strip(), MOST_PAYLOAD)
    lines = "".join(f"{name}: {value.strip()}\r\n" for name, value in headers if name not in _ELSEWHERE)
    said = (named["WARC-Record-ID"].strip("<>"), named["WARC-Type"], named["WARC-Target-URI"], named["WARC-Date"])
    return Recorded(*said, status, lines.encode("utf-8", "surrogatepass") + http, body, payload, named.get(FILE))


def _http(header: bytes) -> tuple[int | None, str | None]:
    """The status and the content coding that an HTTP header names."""
    first, *lines = header.decode("utf-8", "replace").split("\r\n")
    _, _, rest = first.partition(" ")
    status = rest[:3]
    codings = (value.strip() for name, _, value in (line.partition(":") for line in lines) if _is_coding(name))
    is_response = first.startswith("HTTP/") and status.isdecimal()
    return (int(status) if is_response else None), next(codings, None)


def _is_coding(name: str) -> bool:
    return name.strip().lower() == "content-encoding"


def recorded(file: IO[bytes], most: int | None = None) -> Iterator[Recorded]:
    """Yield the records of an archive file as they are committed to.

    Args:
        file: The file, open for reading; it is read from its start.
        most: How many records to read; null for all.

    Yields:
        Records in the order of the file, each verified by its payload digest.

    Raises:
        ValueError: A record does not match its digest, or is none of presscorpus.
        Exception: One of `reader.broken`, where the file is no WARC.
    """
    file.seek(0)
    for record in islice(archiveiterator.ArchiveIterator(file, no_record_parse=True), most):
        block = bytes(record.raw_stream.read())
        http, body = warc_record.parted(record.rec_type, block)
        headers = [(str(name), str(value)) for name, value in record.rec_headers.headers]
        claimed = record.rec_headers.get_header("WARC-Payload-Digest")
        is_same = claimed == f"sha256:{hashlib.sha256(body).hexdigest()}"
        if body if record.rec_type == REVISIT else not is_same:
            raise ValueError("the payload does not match its digest")
        if dict(headers).get("WARC-Block-Digest") not in {None, f"sha256:{hashlib.sha256(block).hexdigest()}"}:
            raise ValueError("the record does not match its digest")
        yield described(headers, http, claimed.encode() if record.rec_type == REVISIT else body)


def commit(records: Records, warc: Path) -> Commitment:
    """Return the commitment of a crawl that is being closed.

    Args:
        records: Its records.
        warc: Where its archive file will be; the crawl before it lies beside.

    Returns:
        What its receipt commits to.
    """
    tree = records.tree()
    earlier = [path for path in closed_crawls(warc.parent.parent, warc.parent.name) if path.name < warc.name]
    return Commitment(tree.root(), _link(earlier[-1]) if earlier else None, tree.secret.hex())


def _link(warc: Path) -> Link | None:
    try:
        receipt = read_receipt(warc)
    except ArchiveError:  # what is wrong with another crawl costs this one nothing; `verify` names it
        return None
    return Link(receipt.crawl, statement_digest(receipt))


def check(warc: Path, receipt: Receipt) -> Committed | None:
    """Compute the tree of an archive file again.

    Compare it with what the receipt commits to.

    Args:
        warc: The archive file, which is read whole.
        receipt: Its receipt.

    Returns:
        The crawl; null where its receipt is from before there were commitments.

    Raises:
        ArchiveError: The file is not what the receipt commits to, or cannot be read.
    """
    if receipt.commitment is msgspec.UNSET:
        return None
    made, found = receipt.commitment, Records()
    ids, last = list[str](), b""
    try:
        with warc.open("rb") as file:
            for record in recorded(file):
                found.add(record)
                ids.append(record.record_id)
                last = record.payload
        tree = found.tree(bytes.fromhex(made.secret), {each.record: each for each in made.kept})
        same = tree.root() == made.root and (len(found), found.content_digest, ids[-1:], tree.secret.hex()) == (
            receipt.records, receipt.content_digest, [receipt.record_id], made.secret,
        )  # fmt: skip
    except OSError as error:
        raise ArchiveError(f"cannot be read: {reason_of(error)}", where=str(warc)) from None
    except broken():
        raise ArchiveError(
            "is damaged: there is a record that is not whole", where=str(warc), advice=restore_advice(warc)
        ) from None
    if not same or not all(_is_rest(found, tree, each, ids, receipt) for each in made.kept):
        raise ArchiveError(
            "holds other records than its receipt commits to", where=str(warc), advice=restore_advice(warc)
        )
    if not is_as_written(receipt_path(warc).read_bytes()):
        raise ArchiveError(
            "the receipt is written otherwise than it was", where=str(receipt_path(warc)), advice=_REWRITTEN
        )
    if not _is_closed_with(last, receipt):
        raise ArchiveError("holds another receipt than lies beside it", where=str(warc), advice=restore_advice(warc))
    return Committed(receipt, tree, len(found))


def _is_closed_with(last: bytes, receipt: Receipt) -> bool:
    """Whether the last record of an archive is the receipt.

    As it was before its file had digests.
    """
    filled = {"records": 0, "content_digest": "", "record_id": "", "file_digest": ""}
    later = {"erasures": [], "replaces": msgspec.UNSET, "commitment": msgspec.UNSET, "own_digest": msgspec.UNSET}
    before = msgspec.structs.replace(receipt, **filled, **later)
    try:
        return decode(last) == before
    except (ValueError, RecursionError):
        return False


def _is_rest(now: Records, tree: RecordTree, kept: Kept, ids: list[str], receipt: Receipt) -> bool:
    """Whether a record that was changed is what is left of the one committed to.

    And whether its receipt says so.

    Parts that the payload has still have to be as they were, but for as many as were erased.
    """
    erased = sum(each.record_id == ids[kept.record] for each in receipt.erasures)
    there = now.tree(tree.secret)
    left = there.leaves(kept.record)[PAYLOAD:]
    changed = sum(was != is_ for was, is_ in zip(tree.leaves(kept.record)[PAYLOAD:], left, strict=False))
    return (
        erased > 0
        and tree.says(kept.record) == there.says(kept.record)
        and (len(left) != len(kept.leaves) - PAYLOAD or changed <= erased)
    )


def keeping(warc: Path, receipt: Receipt, changed: set[str]) -> Commitment | msgspec.UnsetType:
    """Return the commitment of a crawl that something is being erased from.

    Args:
        warc: The archive file as it was before.
        receipt: Its receipt as it was before.
        changed: The ids of the records that lose something.

    Returns:
        The same root, and what has to stay of these records; absent where the receipt has no commitment.

    Raises:
        ArchiveError: The file is not what the receipt commits to.
    """
    committed = check(warc, receipt)
    if committed is None or receipt.commitment is msgspec.UNSET:
        return msgspec.UNSET
    tree = committed.tree
    new = [
        tree.keep(number)
        for number in range(len(tree.heads))
        if number not in tree.kept and tree.says(number)["record_id"] in changed
    ]
    kept = sorted([*receipt.commitment.kept, *new], key=lambda each: each.record)
    return msgspec.structs.replace(receipt.commitment, kept=kept)
