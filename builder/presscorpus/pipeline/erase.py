"""`presscorpus erase`: take an item out of the raw archive (right to erasure).

A takedown keeps something from being published; this deletes it. It cannot reach copies elsewhere, so it names them:
in DVC's cache and remotes, in releases, in imported files and git's history, and in other records that repeat it.
"""

from __future__ import annotations

import configparser
import hashlib
import shutil
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.archive.erase import finish
from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls
from presscorpus.config import takedown
from presscorpus.config.takedown import Takedown
from presscorpus.crawl.erasures import is_erasable, take_out
from presscorpus.crawl.imports.closed_crawls import are_in
from presscorpus.crawl.owned_files import owned
from presscorpus.errors import UsageError
from presscorpus.observations.items import observe
from presscorpus.pipeline.edit import add_takedown
from presscorpus.privacy import inputs, takedowns
from presscorpus.release.receipt import read_release, receipt_paths
from presscorpus.storage import location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params

_SHOWN = 10


class Found(NamedTuple):
    """An item in the raw archive.

    Attributes:
        site: Its site.
        type: Its type.
        number: Its id.
        crawls: The archive files that hold it.
        words: Its title, excerpt and addresses, which recognise it in other records.
        addresses: Its addresses as they stand there.
    """

    site: str
    type: str
    number: int
    crawls: list[Path]
    words: set[str]
    addresses: set[str]


def find(layout: Layout, site: str, number: int, kind: str | None) -> Found:
    """Find an item in the raw archive, erased before or not.

    Finishes what a killed run began.

    Args:
        layout: Where the archive is.
        site: A site of params.yaml.
        number: The id of the item.
        kind: Its type; null where only one type has that id.

    Returns:
        The item.

    Raises:
        UsageError: There is none, or several types have that id.
        ArchiveError: The archive is damaged.
    """
    found: dict[str, Found] = {}
    fed: dict[str, list[Path]] = {}
    for warc in closed_crawls(layout.raw, site):
        finish(warc)
        for capture in read_crawl(warc):
            seen = observe(capture.payload, capture.url, capture.http_status, capture.link)
            for each in seen.unnamed:
                fed.setdefault(each.url or "", []).append(warc)
            for item in seen.items:
                if item.id == number and is_erasable(item) and kind in {None, item.type}:
                    one = found.setdefault(item.type or "", Found(site, item.type or "", number, [], set(), set()))
                    one.words.update(takedowns.telling(item.body))
                    one.addresses.update([item.url] if item.url else [])
                    if warc not in one.crawls:
                        one.crawls.append(warc)
    if not found:
        raise UsageError(f"no {kind or 'item'} {number} is in the raw archive", where=site)
    if len(found) > 1:
        types = sorted(found)
        raise UsageError(f"{number} is {' and '.join(types)}", where=site, advice=f"Name one: --type {types[0]}")
    (one,) = found.values()
    in_feeds = chain.from_iterable(fed.get(each, ()) for each in sorted(one.addresses))
    return one._replace(crawls=list(dict.fromkeys([*one.crawls, *in_feeds])))


def erase(params: Params, layout: Layout, found: Found, reason: str, at: datetime) -> list[str]:
    """Erase an item from all crawls and add it to takedown.yaml.

    The entry in takedown.yaml comes first: should the site still show the item, the next crawl may bring it back, and
    it stays unpublished. Closed crawls within the repository that the site is made of (`files`, `imports`) lose it too.
    `dvc repro` builds again what was built from the archive; caches that hold the item are deleted.

    Args:
        params: params.yaml.
        layout: Where archive, caches and receipts of releases are.
        found: What `find` returned.
        reason: Why, for takedown.yaml and for the note in the item's place.
        at: When, for the receipts.

    Returns:
        A line for each archive file that was changed, and for each place that holds the item still.

    Raises:
        ArchiveError: The archive is damaged.
        ParamsError: takedown.yaml is malformed, or params.yaml does not name the site.
        UsageError: The reason is empty. Nothing was erased.
    """
    if not (reason := reason.strip()):
        raise UsageError("needs a reason, which readers may see", where="erase", advice="Say it: --reason TEXT.")
    site, number = found.site, found.number
    entry = Takedown(reason, site=site, id=number, type=found.type)
    if not any((e.site, e.id, e.type) == (site, number, found.type) for e in takedown.load(layout.root)):
        add_takedown(layout.root, entry)
    before = {warc: _md5(warc) for warc in found.crawls}

    own = [warc for folder in _own_sources(params, layout, site) for warc in closed_crawls(folder.parent, folder.name)]
    wanted = {(found.type, number): reason}
    crawls = [*closed_crawls(layout.raw, site), *own]
    doomed = owned(chain.from_iterable(map(read_crawl, crawls)), wanted)
    # A file may lie in a crawl that does not hold the item.
    for warc in crawls if doomed else [*found.crawls, *own]:
        take_out(warc, wanted, at, doomed, dict.fromkeys(found.addresses, (found.type, number)))
    for folder in ("index", "names"):
        shutil.rmtree(layout.work / folder / site, ignore_errors=True)
    _forget(layout.work / "shards")  # shards from before engine.storage was set
    store = location.place(params.engine, layout.work)
    _forget(store / "shards")
    if not location.is_here(store):  # workers elsewhere read a copy; a local folder may be the archive itself
        _forget(store / "raw" / site)
    return _elsewhere(params, layout, found, before)


def _forget(folder: Path) -> None:
    """Delete every file below a folder, on this machine or on other storage."""
    for path in folder.rglob("*") if folder.exists() else ():
        if path.is_file():
            path.unlink()


def _elsewhere(params: Params, layout: Layout, found: Found, before: dict[Path, str]) -> list[str]:
    """A line for each place that holds the item still, or may hold it."""
    site, number = found.site, found.number
    lines = [f"erased from {warc}" for warc in found.crawls]
    lines += [f"still in what was built before: {folder}; {inputs.BUILD_AGAIN}" for folder in _built(layout)]
    if params.engine.storage is not None:
        lines.append("perhaps still in shards and raw of a storage that engine.storage named before this one")
    for md5 in before.values():
        cached = layout.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
        if cached.exists():
            lines.append(
                f"still in DVC's cache: {cached}, and older tables and releases; after the commit, `dvc gc -w`"
            )
    lines += [f"perhaps still in the DVC remote {name}: `dvc gc -w -c -r {name}`" for name in _remotes(layout.root)]
    lines += list(_in_sources(params, layout, site))
    for path in receipt_paths(layout.root):
        released = read_release(path)
        if released is None:
            lines.append(f"perhaps still in release {path.stem}: its receipt or ledger cannot be read ({path})")
            continue
        receipt, posts = released
        items = posts.filter(pl.col("site") == site, pl.col("type") == found.type, pl.col("id") == number)
        if items["takedown_reason"].null_count():
            at = f", commit {receipt.commit}; a tag and the history of the repository keep it" if receipt.commit else ""
            lines.append(f"still in release {receipt.version} at {receipt.target}{at}")
    return lines + _repeated(layout, found)


def _own_sources(params: Params, layout: Layout, site: str) -> Iterator[Path]:
    """The folders of closed crawls within the repository that a site is made of."""
    for source in params.site(site).parts():
        folder = None if source.files is None else (layout.root / source.files).resolve()
        if folder is not None and folder.is_relative_to(layout.root.resolve()) and are_in(folder):
            yield folder


def _in_sources(params: Params, layout: Layout, site: str) -> Iterator[str]:
    """A line for each source of a site that may hold the item still."""
    own = list(_own_sources(params, layout, site))
    for source in params.site(site).parts():
        if source.files is None:
            continue
        folder = (layout.root / source.files).resolve()
        if folder in own:
            yield f"erased from the closed crawls {source.files} as well; perhaps still in the history of git"
        elif are_in(folder):
            yield f"still in the closed crawls {source.files}, which lie elsewhere; here it stays out"
        else:
            yield f"still in the imported files {source.files}, if they hold it, and in the history of git"


def _built(layout: Layout) -> list[Path]:
    return [folder for folder in (layout.tables, layout.reports, layout.release) if folder.exists()]


def _remotes(root: Path) -> list[str]:
    config = configparser.ConfigParser()
    for name in ("config", "config.local"):
        try:
            config.read(root / ".dvc" / name, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # DVC itself refuses such a file: it names no remote
    return [section.partition('"')[2].rstrip("\"'") for section in config.sections() if "remote" in section]


def _repeated(layout: Layout, found: Found) -> list[str]:
    """The records that repeat the item's title, excerpt or address."""
    words = [word.encode() for word in found.words]
    hits = [
        f"repeated in record {capture.record_id} of {warc.name}: {capture.url}"
        for warc in closed_crawls(layout.raw, found.site)
        for capture in read_crawl(warc)
        if any(word in capture.payload for word in words)
    ]
    more = [f"and in {len(hits) - _SHOWN} more records"] if len(hits) > _SHOWN else []
    return [*hits[:_SHOWN], *more]


def _md5(path: Path) -> str:
    """The name of a file in DVC's cache.

    https://dvc.org/doc/user-guide/project-structure/internal-files
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
