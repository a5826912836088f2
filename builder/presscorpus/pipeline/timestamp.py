"""`presscorpus timestamp`: time stamps by an authority.

Of the newest crawl of each site, and of the release.

A statement commits to everything before it, so that one time stamp of the newest crawl dates all crawls before. Time
stamps lie beside what they are of: `<crawl>.tsr` beside the receipt, `releases/<version>.tsr` beside that of a release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from presscorpus.archive.receipt import closed_crawls, read_receipt, receipt_path, statement_digest
from presscorpus.crawl.http import timestamping
from presscorpus.errors import ArchiveError, NetworkError, UsageError
from presscorpus.pipeline import openssl
from presscorpus.release import commitments
from presscorpus.release.receipt import FOLDER
from presscorpus.storage import atomic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params

SUFFIX: Final = ".tsr"


class Dated(NamedTuple):
    """Something that can have a time stamp.

    What it is, the digest of its statement, and where the time stamp lies.
    """

    what: str
    digest: str
    path: Path


def run(params: Params, layout: Layout) -> list[str]:
    """Ask the authority of params.yaml for each time stamp that is not there yet.

    Args:
        params: params.yaml.
        layout: Where archive and release are.

    Returns:
        A line for each time stamp, new or not.

    Raises:
        UsageError: params.yaml names no authority, or openssl is missing.
        NetworkError: The authority gave no time stamp. What has one keeps it; the rest can get one later.
    """
    authority = params.timestamp.authority
    if authority is None:
        raise UsageError("no time-stamping authority is named", advice="Set timestamp.authority in params.yaml.")
    lines = []
    for each in [*_newest(layout), *_release(params, layout)]:
        is_new = not each.path.exists()
        response = timestamping.ask(authority, openssl.query(each.digest)) if is_new else each.path.read_bytes()
        time = openssl.time_of(response, each.digest)
        certificate = params.timestamp.certificate
        is_good = certificate is None or openssl.is_by(response, each.digest, layout.root / certificate)
        if time is None or not is_good:
            raise NetworkError(
                f"{'the authority gave' if is_new else 'there is'} no good time stamp of {each.what}",
                where=authority if is_new else str(each.path),
            )
        if is_new:
            atomic.write(each.path, response, durable=True)
        lines.append(f"{each.what}: {time}{'' if is_new else ', as before'}")
    return lines


def of_crawl(warc: Path, receipt: Receipt) -> Dated:
    """Return what a time stamp of a crawl is of, and where it lies."""
    name = f"{receipt.site} {receipt.crawl}"
    return Dated(name, statement_digest(receipt), receipt_path(warc).with_suffix(SUFFIX))


def _newest(layout: Layout) -> Iterator[Dated]:
    """The crawls that no later one commits to."""
    for site in sorted(path.name for path in layout.raw.iterdir() if path.is_dir()) if layout.raw.is_dir() else ():
        receipts = [(warc, read_receipt(warc)) for warc in closed_crawls(layout.raw, site)]
        named = {
            receipt.commitment.previous.crawl
            for _, receipt in receipts
            if receipt.commitment is not msgspec.UNSET and receipt.commitment.previous
        }
        yield from (of_crawl(warc, receipt) for warc, receipt in receipts if receipt.crawl not in named)


def of_release(layout: Layout, version: str, digest: str) -> Dated:
    """Return what a time stamp of a release is of, and where it lies."""
    return Dated(f"release {version}", digest, layout.root / FOLDER / f"{version}{SUFFIX}")


def _release(params: Params, layout: Layout) -> Iterator[Dated]:
    try:
        made = commitments.read(layout.release / commitments.NAME)
    except (OSError, ValueError):
        return  # not built yet
    if made.statement["version"] == params.dataset.version:
        yield of_release(layout, params.dataset.version, made.digest)


def wrong(layout: Layout, authority: Path | None) -> Iterator[ArchiveError]:
    """Compare the time stamps beside receipts with what the receipts state now.

    Args:
        layout: Where the archive is.
        authority: A file with the certificate of the authority, PEM; null to trust what a time stamp says of itself.

    Yields:
        A fault for each time stamp that is of something else, or not by that authority.
    """
    for path in sorted(layout.raw.glob(f"*/*{SUFFIX}")):
        warc = path.with_suffix(".warc.gz")
        try:
            each, response = of_crawl(warc, read_receipt(warc)), path.read_bytes()
        except ArchiveError:
            yield ArchiveError("is the time stamp of a crawl that is not here", where=str(path))
            continue
        if openssl.time_of(response, each.digest) is None:
            yield ArchiveError(
                "has another receipt than when it was time-stamped", where=str(warc),
                advice="Archive and receipt were changed since: get them from a copy.",
            )  # fmt: skip
        elif authority is not None and not openssl.is_by(response, each.digest, authority):
            yield ArchiveError("is no time stamp by that authority", where=str(path))


def checked(found: Sequence[tuple[str, bytes]], authority: Path | None) -> list[str]:
    """Check the time stamps of a proof.

    Args:
        found: The digest and the response of each.
        authority: A file with the certificate of the authority, PEM; null where nobody is trusted.

    Returns:
        What each shows, in words.

    Raises:
        ArchiveError: One is no time stamp of its digest, or not by that authority.
        UsageError: There is no openssl here, or no such file.
    """
    told = []
    for digest, response in found:
        time = openssl.time_of(response, digest)
        if time is None or (authority is not None and not openssl.is_by(response, digest, authority)):
            raise ArchiveError("refused: it has a wrong time stamp", where=digest)
        told.append(time if authority else f"{time} (not checked: --ca names the certificate of its authority)")
    return told
