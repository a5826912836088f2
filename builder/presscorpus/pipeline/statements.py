"""The statements of crawls and of the release.

Third parties date them, and people sign them.

A statement commits to everything before it, so that what is attested of the newest crawl of a site holds for all crawls
before. Time stamps and signatures lie beside what they are of: `<crawl>.tsr` and `<crawl>.sig` beside the receipt,
`releases/<version>.tsr` and `releases/<version>.sig` beside that of a release.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.archive.receipt import statement
from presscorpus.archive.receipt_file import SIGNATURE, TIMESTAMP, closed_crawls, read_receipt, receipt_path
from presscorpus.commitments import canonical
from presscorpus.errors import ArchiveError
from presscorpus.release import commitments
from presscorpus.release.receipt import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params


class Statement(NamedTuple):
    """The statement of a crawl or of the release.

    Attributes:
        what: What it is of, in words.
        text: Its canonical JSON, which is signed.
        digest: The SHA-256 of that in hex, which is time-stamped.
        receipt: The receipt of the crawl or release, beside which both lie.
    """

    what: str
    text: bytes
    digest: str
    receipt: Path

    @property
    def timestamp(self) -> Path:
        """The file of its time stamp, there or not."""
        return self.receipt.with_name(self.receipt.name.removesuffix(".json") + TIMESTAMP)

    @property
    def signature(self) -> Path:
        """The file of its signature, there or not."""
        return self.receipt.with_name(self.receipt.name.removesuffix(".json") + SIGNATURE)


def of_crawl(warc: Path, receipt: Receipt) -> Statement:
    """Return the statement of a crawl.

    Args:
        warc: Its archive file, which is not read.
        receipt: Its receipt.

    Returns:
        The statement.
    """
    told = statement(receipt)
    name = f"{receipt.site} {receipt.crawl}"
    return Statement(name, canonical.encode(told), canonical.digest(told), receipt_path(warc))


def of_release(layout: Layout, told: dict[str, object]) -> Statement:
    """Return the statement of a release.

    Args:
        layout: Where its receipt is.
        told: The first line of its `evidence.jsonl`, read.

    Returns:
        The statement.
    """
    version = told["version"]
    receipt = layout.root / FOLDER / f"{version}.json"
    return Statement(f"release {version}", canonical.encode(told), canonical.digest(told), receipt)


def newest(params: Params, layout: Layout) -> Iterator[Statement]:
    """Yield the statements that no later one commits to.

    Args:
        params: params.yaml.
        layout: Where archive and release are.

    Yields:
        That of the newest crawl of each site, and that of the release where it is built and of the version in
        params.yaml.

    Raises:
        ArchiveError: A receipt is missing or damaged.
    """
    for site in sorted(path.name for path in layout.raw.iterdir() if path.is_dir()) if layout.raw.is_dir() else ():
        receipts = [(warc, read_receipt(warc)) for warc in closed_crawls(layout.raw, site)]
        named = {
            receipt.commitment.previous.crawl
            for _, receipt in receipts
            if receipt.commitment is not msgspec.UNSET and receipt.commitment.previous
        }
        yield from (of_crawl(warc, receipt) for warc, receipt in receipts if receipt.crawl not in named)
    try:
        made = commitments.read(layout.release / commitments.NAME)
    except (OSError, ValueError):
        return  # not built yet
    if made.statement["version"] == params.dataset.version:
        yield of_release(layout, made.statement)


def attested(layout: Layout, suffix: str) -> Iterator[tuple[Path, Statement | ArchiveError]]:
    """Yield the time stamps or signatures beside receipts.

    Each comes with the statement that it has to be of.

    Args:
        layout: Where archive and release are.
        suffix: `TIMESTAMP` or `SIGNATURE`.

    Yields:
        The file, and the statement of its crawl or release as it is now; an error where that is not here. What is of
        an earlier release than the one that is built is left out.
    """
    for path in sorted(layout.raw.glob(f"*/*{suffix}")):
        warc = path.with_name(path.name.removesuffix(suffix) + ".warc.gz")
        try:
            yield path, of_crawl(warc, read_receipt(warc))
        except ArchiveError:
            what = "time stamp" if suffix == TIMESTAMP else "signature"
            yield path, ArchiveError(f"is the {what} of a crawl that is not here", where=str(path))
    try:
        release = of_release(layout, commitments.read(layout.release / commitments.NAME).statement)
    except (OSError, ValueError):
        return  # missing, or damage that is in the list already
    path = release.timestamp if suffix == TIMESTAMP else release.signature
    if path.exists():
        yield path, release


def attesting(
    layout: Layout, told: dict[str, object], warc: Path
) -> tuple[list[dict[str, object]], list[dict[str, str]], list[dict[str, str]]]:
    """Return what attests a crawl and a release, as a proof holds it.

    Args:
        layout: Where archive and release are.
        told: The statement of the release.
        warc: The archive file of the crawl, which is not read.

    Returns:
        The statements of later crawls, up to the first that has a time stamp and the first that has a signature; the
        time stamps and the signatures of the crawl, of these and of the release.

    Raises:
        ArchiveError: A receipt is missing or damaged.
    """
    receipts = [read_receipt(path) for path in closed_crawls(layout.raw, warc.parent.name)]
    after = {
        receipt.commitment.previous.crawl: receipt
        for receipt in receipts
        if receipt.commitment is not msgspec.UNSET and receipt.commitment.previous
    }
    here, needed = read_receipt(warc), 0
    chain: list[Receipt] = []
    found = [_of(warc, here)]
    lacks = _lacks(found[0])
    while lacks and here.crawl in after:
        here = after[here.crawl]
        chain.append(here)
        found.append(_of(warc, here))
        if lacks - _lacks(found[-1]):
            needed = len(chain)
            lacks &= _lacks(found[-1])
    found = [*found[: 1 + needed], of_release(layout, told)]
    stamps = [
        {"statement": each.digest, "token": base64.b64encode(each.timestamp.read_bytes()).decode()}
        for each in found
        if each.timestamp.exists()
    ]
    signatures = [
        {"statement": each.digest, "text": each.signature.read_text("utf-8")}
        for each in found
        if each.signature.exists()
    ]
    return [statement(each) for each in chain[:needed]], stamps, signatures


def _lacks(each: Statement) -> set[str]:
    return {path.suffix for path in (each.timestamp, each.signature) if not path.exists()}


def _of(warc: Path, receipt: Receipt) -> Statement:
    return of_crawl(warc.with_name(f"{receipt.crawl}.warc.gz"), receipt)
