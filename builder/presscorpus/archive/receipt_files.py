"""The receipts of closed crawls: `<crawl>.json` beside `<crawl>.warc.gz`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from presscorpus.archive.receipts import Receipt
from presscorpus.errors import ArchiveError
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_receipt(warc: Path) -> Receipt:
    """The receipt of an archive file. Raises ArchiveError when it is missing or damaged."""
    path = receipt_path(warc)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Receipt)
    except FileNotFoundError:
        raise ArchiveError("the crawl has no receipt, so it was never closed", where=str(warc)) from None
    except msgspec.DecodeError as error:
        raise ArchiveError(f"the receipt is damaged: {error}", where=str(path)) from None


def verify(warc: Path) -> Receipt:
    """The receipt of an archive file, once the two are compared. Raises ArchiveError where they do not match."""
    receipt = read_receipt(warc)
    try:
        digest = sha256_of(warc)
    except OSError as error:
        raise ArchiveError(f"cannot be read: {error.strerror}", where=str(warc)) from None
    if digest != receipt.file_digest:
        raise ArchiveError(
            "is not the file that its receipt was written for",
            where=str(warc),
            advice="Restore it from the DVC cache or remote (`dvc checkout`, `dvc pull`), or crawl the site again.",
        )
    return receipt


def receipt_path(warc: Path) -> Path:
    """Where the receipt of an archive file lies: `<crawl>.json` beside `<crawl>.warc.gz`."""
    return warc.with_name(warc.name.removesuffix(".warc.gz") + ".json")


def closed_crawls(raw: Path, site: str) -> Iterator[Path]:
    """The archive files of a site's closed crawls, oldest first (names sort as dates do)."""
    for warc in sorted((raw / site).glob("*.warc.gz")):
        if receipt_path(warc).exists():
            yield warc
