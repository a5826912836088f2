"""The media files of a release.

Those that its table `media` names, of sites whose policy lets files out.

They are `files/<digest>`, as they came. Nothing in a picture is redacted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls
from presscorpus.errors import RefusedError
from presscorpus.lazy import lazy
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import polars as pl

    from presscorpus.config.params import Policy
else:
    pl = lazy("polars")

FOLDER: Final = "files"
"""Their folder in the release."""


def write(media: Iterable[Path], policies: Mapping[str, Policy], raw: Path, folder: Path) -> None:
    """Copy media files from the archive into a release.

    Args:
        media: The Parquet files of the released table `media`. A row that was taken down names no file.
        policies: The policy of each site.
        raw: The folder of the archive.
        folder: The folder of the release.

    Raises:
        RefusedError: The archive lacks a file that the table names.
        ArchiveError: A crawl is damaged.
    """
    open_sites = [site for site, policy in policies.items() if policy.media_files]
    if not open_sites:
        return
    rows = parquet.scan(list(media)).select("site", "digest").drop_nulls()
    rows = rows.filter(pl.col("site").is_in(open_sites))
    named: dict[str, set[str]] = {}
    for site, digest in rows.collect().iter_rows():
        named.setdefault(site, set()).add(digest)
    for site, digests in named.items():
        _copy(digests, closed_crawls(raw, site), folder / FOLDER)
        if digests:
            raise RefusedError(
                f"lacks {len(digests)} media files that the tables name, such as {min(digests)}", where=site,
                advice="Normalise again.",
            )  # fmt: skip


def _copy(digests: set[str], crawls: Iterable[Path], folder: Path) -> None:
    """Write the files with these digests.

    Those that were found are taken out of the set.
    """
    folder.mkdir(exist_ok=True)
    for warc in crawls:
        for capture in read_crawl(warc, files=True) if digests else ():
            if capture.file is None or capture.repeats or capture.authenticated:
                continue
            digest = hashlib.sha256(capture.payload).hexdigest()
            if digest in digests:
                digests.remove(digest)
                (folder / digest).write_bytes(capture.payload)
