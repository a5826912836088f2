"""The receipts of closed crawls: `<crawl>.json` beside `<crawl>.warc.gz`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.archive.receipts import Receipt
from presscorpus.errors import ArchiveError
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RESTORE: Final = "Restore it from the DVC cache or remote (`dvc checkout`, `dvc pull`), or crawl the site again."
_ERASED: Final = (
    "Something was erased from this crawl: restore it and its receipt from a copy that was made after that, from no "
    "earlier one."
)


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
        return msgspec.json.decode(path.read_bytes(), type=Receipt)
    except FileNotFoundError:
        raise ArchiveError("the crawl has no receipt, so it was never closed", where=str(warc)) from None
    except msgspec.DecodeError as error:
        raise ArchiveError(f"the receipt is damaged: {error}", where=str(path)) from None


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
        raise ArchiveError(f"cannot be read: {error.strerror}", where=str(warc)) from None
    if digest in receipt.earlier_digests:
        raise ArchiveError("is the file from before something was erased from it", where=str(warc), advice=_ERASED)
    if digest != receipt.file_digest:
        raise ArchiveError("is not the file that its receipt was written for", where=str(warc), advice=restore(warc))
    return receipt


def restore(warc: Path) -> str:
    """What to do about an archive file that is damaged: nothing that brings back what was erased from it."""
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
