"""Checks of what crawls and releases commit to.

The chain of a site's crawls, the rows of each table of a release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from presscorpus.archive.receipt import statement_digest
from presscorpus.archive.receipt_file import closed_crawls, doubled, read_receipt, receipt_path, restore_advice
from presscorpus.commitments.merkle import Tree
from presscorpus.commitments.rows import leaves
from presscorpus.errors import ArchiveError, reason_of
from presscorpus.lazy import lazy
from presscorpus.release import commitments
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.schema import Package
else:
    pl = lazy("polars")
    pa = lazy("pyarrow")
    pq = lazy("pyarrow.parquet")


def chain(raw: Path, site: str) -> Iterator[ArchiveError]:
    """Compare each crawl of a site with what the crawl after it says of it.

    Args:
        raw: The archive folder.
        site: Name of the site.

    Yields:
        A fault for each crawl that is missing, that is there twice, or whose receipt was changed after a later crawl
        was closed.
    """
    there: list[tuple[Path, Receipt]] = []
    for warc in closed_crawls(raw, site):
        try:
            there.append((warc, read_receipt(warc)))
        except ArchiveError:
            continue  # a fault that is in the list already
    yield from doubled(there)
    receipts = {receipt.crawl: receipt for _, receipt in there}
    for receipt in receipts.values():
        previous = None if receipt.commitment is msgspec.UNSET else receipt.commitment.previous
        if previous is None:
            continue
        where = raw / site / f"{previous.crawl}.warc.gz"
        if previous.crawl not in receipts:
            if not where.exists():
                yield ArchiveError(
                    f"is missing, and the receipt of {receipt.crawl} names it", where=str(where),
                    advice=restore_advice(where),
                )  # fmt: skip
        elif statement_digest(receipts[previous.crawl]) != previous.digest:
            yield ArchiveError(
                f"has another receipt than when {receipt.crawl} was closed", where=str(where),
                advice=restore_advice(where),
            )  # fmt: skip


def release(package: Package, folder: Path, parts: Mapping[str, Sequence[Path]]) -> Iterator[ArchiveError]:
    """Compute the tree over the rows of each table of a release.

    Compare it with `evidence.jsonl`.

    Args:
        package: The schemas of all tables.
        folder: The release.
        parts: The files of each table.

    Yields:
        A fault for each table with other rows than the release commits to. A release from before there were
        commitments has none.
    """
    path = folder / commitments.NAME
    if not path.is_file():
        return
    try:
        told = commitments.read(path)
    except OSError as error:
        yield ArchiveError(f"cannot be read: {reason_of(error)}", where=str(path))
        return
    except ValueError as error:
        yield ArchiveError(str(error), where=str(path), advice="Get the release again from where it was published.")
        return
    for name, resource in package.resources.items():
        tree = Tree()
        try:
            for piece in _pieces(parts[name]):
                tree.extend(leaves(piece, resource.schema))
        except (OSError, pa.ArrowException, pl.exceptions.PolarsError):
            continue  # a table that cannot be read is a fault in the list already
        if told.tables.get(name) != commitments.Rows(tree.size, tree.root().hex()):
            yield ArchiveError(f"has other rows than {commitments.NAME} commits to", where=str(folder / name))


def _pieces(paths: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """The rows of a table, a row group at a time."""
    for path in paths:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield pl.DataFrame(file.read_row_group(group))


def sources(raw: Path, folder: Path) -> Iterator[ArchiveError]:
    """Compare the crawls that a release commits to with the archive beside it.

    Args:
        raw: The archive folder.
        folder: The release.

    Yields:
        A fault for each crawl that is missing or another one.
    """
    try:
        told = commitments.read(folder / commitments.NAME)
    except (OSError, ValueError):
        return  # missing in a release from before there were commitments; damage is in the list already
    for (site, crawl), digest in told.crawls.items():
        warc = raw / site / f"{crawl}.warc.gz"
        try:
            same = statement_digest(read_receipt(warc)) == digest
        except ArchiveError as error:
            if not receipt_path(warc).exists():  # one that is damaged is in the list already
                yield error
            continue
        if not same:
            yield ArchiveError("is another crawl than the release was made of", where=str(warc))


def named(raw: Path, crawls: Path) -> Iterator[ArchiveError]:
    """Compare the crawls that tables were made of with the archive beside them.

    Args:
        raw: The archive folder.
        crawls: The file of the table `crawls`.

    Yields:
        A fault for each crawl that is missing.
    """
    try:
        told = parquet.read(crawls, columns=["site", "crawl"]).unique(maintain_order=True).rows()
    except (OSError, pl.exceptions.PolarsError):
        return  # a table that cannot be read is a fault in the list already
    for site, crawl in told:
        warc = raw / site / f"{crawl}.warc.gz"
        if not warc.exists():
            yield ArchiveError(
                "is missing, and the tables were made of it", where=str(warc), advice=restore_advice(warc)
            )
