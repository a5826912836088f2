"""Import closed crawls of presscorpus, byte for byte.

A folder holds them as `data/raw/<site>` does: `<crawl>.warc.gz` with its receipt `<crawl>.json`. They may come with the
repository or from somebody else; records, times and receipts are those of whoever crawled.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from presscorpus.archive import permissions
from presscorpus.archive.receipt_file import ATTESTED, closed_crawls, read_receipt, receipt_path, verify
from presscorpus.errors import ParamsError, PresscorpusError, SourceError
from presscorpus.storage import atomic
from presscorpus.storage.lock import locked

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt


def are_in(source: Path) -> bool:
    """Whether a folder holds closed crawls: a WARC file with its receipt beside it.

    Args:
        source: A file or folder.

    Returns:
        False also where the first receipt cannot be read.
    """
    found = _held(source) if source.is_dir() else []
    try:
        return bool(found) and bool(read_receipt(found[0]).crawl)
    except PresscorpusError:
        return False


def folders(source: Path) -> list[Path]:
    """Find the folders of a source that hold closed crawls.

    Args:
        source: A file or folder.

    Returns:
        The source itself, or those right below it; none where it may not be read.
    """
    if are_in(source) or not source.is_dir():
        return [source] if source.is_dir() else []
    try:
        return sorted(filter(are_in, source.iterdir()))
    except PermissionError:
        return []


def adopt(source: Path, raw: Path, work: Path, site: str, crawl: str) -> Receipt:
    """Copy the crawls of a folder, up to and including one, into the archive.

    A crawl that is in the archive already has to be the same, but for what was erased from one of the two: that one
    counts.

    Args:
        source: The folder.
        raw: The archive.
        work: The folder of locks.
        site: The site in params.yaml.
        crawl: The last crawl to copy, as `as_of` names it.

    Returns:
        The receipt of the last crawl.

    Raises:
        SourceError: The crawls are of another site.
        ParamsError: No crawl has that name, or one is not the crawl that was copied before.
        ArchiveError: A crawl is damaged.
        LockedError: The site is being crawled.
    """
    held = _held(source)
    taken = [warc for warc in held if _name(warc) <= crawl]
    if not taken or _name(taken[-1]) != crawl:
        names = ", ".join(map(_name, held))
        raise ParamsError(f"no crawl there is {crawl}, as as_of says", where=str(source), advice=f"There are: {names}")
    receipts = [verify(warc) for warc in taken]
    for receipt in receipts:
        if receipt.site != site:
            raise SourceError(f"holds crawls of {receipt.site!r}", where=str(source), advice=f"Not of {site!r}.")
    with locked(work / site / "lock", where=site, what="crawling this site"):
        for warc, receipt in zip(taken, receipts, strict=True):
            _copy(warc, receipt, raw / site / warc.name)
            _copy_attested(receipt_path(warc), receipt_path(raw / site / warc.name))
    return read_receipt(raw / site / taken[-1].name)


def _held(source: Path) -> list[Path]:
    """The closed crawls of a folder, oldest first.

    Links that lead out of it are not followed.
    """
    within = source.resolve()
    return [
        warc
        for warc in closed_crawls(source.parent, source.name)
        if all(path.resolve().is_relative_to(within) for path in (warc, receipt_path(warc)))
    ]


def _copy(warc: Path, receipt: Receipt, final: Path) -> None:
    if final.exists() and receipt_path(final).exists():
        ours = verify(final)
        if ours.content_digest == receipt.content_digest or receipt.file_digest in ours.earlier_digests:
            return  # the same, or the same with something erased from it here
        if ours.file_digest not in receipt.earlier_digests:
            raise ParamsError(
                "is another crawl than the one of that name that was taken over before",
                where=str(warc),
                advice="What was captured is never rewritten: name the crawls that were taken over, or another site.",
            )
    # The archive file comes last, and an earlier one of it goes first: a crawl without it is not closed.
    final.unlink(missing_ok=True)
    for path, target in ((receipt_path(warc), receipt_path(final)), (warc, final)):
        with atomic.replacing(target) as partial:
            with permissions.open_private(partial) as copy, path.open("rb") as file:
                shutil.copyfileobj(file, copy, 1 << 22)
            permissions.set_mode(partial, receipt, path)


def _copy_attested(receipt: Path, final: Path) -> None:
    """Copy time stamp and signature, where there are any and none was made here."""
    for suffix in ATTESTED:
        path, target = receipt.with_suffix(suffix), final.with_suffix(suffix)
        if path.is_file() and not target.exists() and path.resolve().is_relative_to(receipt.parent.resolve()):
            atomic.write(target, path.read_bytes())


def _name(warc: Path) -> str:
    return warc.name.removesuffix(".warc.gz")
