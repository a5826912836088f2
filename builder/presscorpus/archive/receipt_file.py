"""Receipts on disk: beside each archive file, with a digest of their own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.archive.receipt import Receipt, decode
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
