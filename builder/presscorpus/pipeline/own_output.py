"""Sources that presscorpus made itself, so that a refusal says what they are."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from typing import TYPE_CHECKING, Final

from presscorpus.archive.receipt_file import receipt_path
from presscorpus.config import params
from presscorpus.crawl.imports import closed_crawls
from presscorpus.errors import UsageError
from presscorpus.release import whole

if TYPE_CHECKING:
    from pathlib import Path

_ENDING: Final = ".warc.gz"
_HEAD: Final = 4096
_CRAWL: Final = re.compile(r"\d{8}T\d{6}Z\.(?:warc\.gz|json)")
# Where an archive lies in the folder of a build, the payload of a bag, a repository, and a bag.
_ARCHIVES: Final = ("raw", "data/raw")
_RELEASES: Final = (".", "release", "data/release")


def refuse(source: Path) -> None:
    """Refuse what presscorpus made and does not read.

    A dataset is refused as a whole, since a build of its archive forgets what its settings withhold.

    Args:
        source: A file, or a folder that holds no closed crawls itself.

    Raises:
        UsageError: It is a dataset, a bag, a release, or a file of one crawl. The advice says what to name instead.
    """
    if source.is_file():
        _refuse_file(source)
    elif os.access(source, os.X_OK):
        _refuse_folder(source)


def _refuse_folder(source: Path) -> None:
    for archive in (source / name for name in _ARCHIVES):
        if closed_crawls.folders(archive):
            raise UsageError(
                f"is {_kind(source)} of presscorpus, which is no source as a whole",
                where=str(source),
                advice=f"Name its archive, {archive}. Its params.yaml and takedown.yaml do not come along: copy into "
                "those of the new dataset what is to stay withheld.",
            )
    if any((source / name / whole.SUMS).is_file() for name in _RELEASES):
        raise UsageError(
            "is a release of presscorpus: tables, and not the responses that they were made of",
            where=str(source),
            advice="Name the archive of that dataset (its folder raw), which those who made it have.",
        )


def _kind(source: Path) -> str:
    if (source / "bagit.txt").is_file():
        return "a bag"
    if (source.parent / "bagit.txt").is_file():
        return "the payload of a bag"
    return "a dataset" if (source / params.FILE).is_file() else "a folder"


def _refuse_file(source: Path) -> None:
    """Refuse one file of a crawl. Raises UsageError.

    An archive file of responses is read as any other.
    """
    warc = source.with_name(source.name.replace(".json", _ENDING))
    if not _CRAWL.fullmatch(source.name) or not warc.is_file() or (source == warc and not _is_of_files(warc)):
        return
    receipt = receipt_path(warc)
    beside = "" if receipt.is_file() else f" Put its receipt there before, {receipt.name}."
    raise UsageError(
        "is one file of a crawl that presscorpus made",
        where=str(source),
        advice=f"Name the folder, {source.parent}, of which all crawls are taken over.{beside}",
    )


def _is_of_files(warc: Path) -> bool:
    """Whether a crawl was made of files: its first record is one, and no response."""
    try:
        with gzip.open(warc) as file:
            return b"\nWARC-Target-URI: file:///" in file.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        return False
