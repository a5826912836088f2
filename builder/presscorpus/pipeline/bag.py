"""`presscorpus bag`: all that is handed over, as a BagIt bag (RFC 8493).

Archive, proofs and release, with RO-Crate metadata.

A bag with the raw archive is for the custody of an archive: it holds what the policy withholds from readers, and what
was taken down but not erased. It says so. `release_only` makes one that anybody may have.
"""

from __future__ import annotations

import logging
import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.archive.receipt_file import closed_crawls, verify
from presscorpus.config import takedown
from presscorpus.errors import RefusedError, UsageError
from presscorpus.lazy import lazy
from presscorpus.pipeline import ro_crate
from presscorpus.privacy import inputs
from presscorpus.release import credits as credits_
from presscorpus.release import whole
from presscorpus.release.receipt import FOLDER
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import bagit

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.release.credits import Credits
else:
    bagit = lazy("bagit")

CUSTODY: Final = (
    "For the custody of an archive, not for readers: the raw archive in raw/ holds what the release withholds and what "
    "was taken down. Only release/ may be passed on, under the rights that it states."
)
"""What a bag with the raw archive says of itself."""
_OF_RELEASE: Final = "The release alone, without the raw archive; each site's rights stand in release/LICENSE.md."
_SETTINGS: Final = ("params.yaml", takedown.FILE)


class Bagged(NamedTuple):
    """A bag that was made: its folder, and how many files and bytes of payload it has."""

    folder: Path
    files: int
    size: int


def bag(package: Package, params: Params, layout: Layout, out: Path, *, release_only: bool = False) -> Bagged:
    """Write a bag.

    The same archive and release give the same bytes: dates come from `as_of` and the version, not from the clock.

    Args:
        package: The descriptor, for what is said of the dataset.
        params: params.yaml.
        layout: Where archive and release are.
        out: The folder to make.
        release_only: Whether the raw archive is left out.

    Returns:
        What was made.

    Raises:
        UsageError: `out` is there already, there is no release or nothing at all, or the libraries are missing.
        ArchiveError: A crawl is not what its receipt says, or a file of the release not what SHA256SUMS says.
        RefusedError: takedown.yaml or params.yaml was changed after the release was made.
        OSError: The disk is full, or a folder may not be written.
    """
    if not (find_spec("bagit") and find_spec("rocrate")):
        raise UsageError("needs bagit and rocrate", where="bag", advice="pip install 'presscorpus[handover]'")
    if out.exists():
        raise UsageError("is there already", where=str(out), advice="Name a new folder.")
    crawls = {} if release_only else dict(_crawls(params, layout))
    has_release = layout.release.is_dir()
    if has_release and inputs.check(layout, params, inputs.RELEASE):
        raise RefusedError("has entries that the release does not know", where=takedown.FILE, advice="Build again.")
    if not has_release and (release_only or not crawls):
        raise UsageError("there is no release", where=str(layout.release), advice="Run `dvc repro`.")
    if has_release:
        whole.require(layout.release)
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _copy(layout, partial, crawls, has_release=has_release, release_only=release_only)
        entries = _entries(partial)
        told = credits_.gather(package.descriptor, params.dataset)
        rights = _OF_RELEASE if release_only else CUSTODY
        ro_crate.write(partial, told, entries, crawls, rights)
        _make(partial, params, told, rights)
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Bagged(out, len(entries) + 1, sum(each.size for each in entries))


def _crawls(params: Params, layout: Layout) -> Iterator[tuple[str, Receipt]]:
    """The closed crawls of all sites, each verified, by their paths in the bag."""
    for site in params.sites:
        for warc in closed_crawls(layout.raw, site.name):
            yield f"raw/{site.name}/{warc.name}", verify(warc)


def _copy(layout: Layout, folder: Path, crawls: dict[str, Receipt], *, has_release: bool, release_only: bool) -> None:
    """Copy what goes into the bag.

    Receipts, time stamps and signatures lie beside the archive files.
    """
    folder.mkdir(parents=True)
    for path in crawls:
        site, name = path.split("/")[1:]
        crawl = name.removesuffix(".warc.gz")
        (folder / "raw" / site).mkdir(parents=True, exist_ok=True)
        for beside in sorted((layout.raw / site).glob(f"{crawl}.*")):
            shutil.copyfile(beside, folder / "raw" / site / beside.name)
    if has_release:
        shutil.copytree(layout.release, folder / "release", copy_function=shutil.copyfile)
    if (layout.root / FOLDER).is_dir():
        shutil.copytree(layout.root / FOLDER, folder / FOLDER, copy_function=shutil.copyfile)
    for name in _SETTINGS if not release_only else ():
        if (layout.root / name).exists():
            shutil.copyfile(layout.root / name, folder / name)


def _entries(folder: Path) -> list[ro_crate.Entry]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [ro_crate.Entry(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path)) for path in paths]


def _make(folder: Path, params: Params, told: Credits, rights: str) -> None:
    info = {
        "Bagging-Date": max(site.as_of for site in params.sites).date().isoformat(),
        "External-Identifier": told.doi or f"{told.name} {told.version}",
        "External-Description": told.title,
        "Internal-Sender-Description": rights,
        "Source-Organization": told.publisher,
    }
    # The library tells each file that it reads; the command line has nothing to say of them.
    logging.getLogger("bagit").setLevel(logging.ERROR)
    bagit.make_bag(str(folder), info, checksums=["sha256"])
