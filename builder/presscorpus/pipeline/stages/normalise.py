"""The stage `normalise`: build the tables from the raw archive.

It has four steps: read, plan, build, write.
"""

from __future__ import annotations

from contextlib import closing
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.archive.receipt_file import closed_crawls, doubled, require_receipts, verify
from presscorpus.config import takedown
from presscorpus.errors import ArchiveError
from presscorpus.normalise import corpus, memory, page_rules, rescue, shards, workers, write_tables
from presscorpus.observations import files, index, portions, publicness
from presscorpus.observations.versions import choose
from presscorpus.privacy import dependents, inputs, takedown_meaning, takedowns
from presscorpus.privacy.contacts import PHONE
from presscorpus.privacy.earlier_states import FormerNames
from presscorpus.storage import location
from presscorpus.storage.frames import SpillFile
from presscorpus.tables import crawls, link_targets, links, sites

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params, Site
    from presscorpus.config.schema import Package, Schema
    from presscorpus.normalise.shards import Planned
    from presscorpus.pipeline.stages import Progress
    from presscorpus.privacy.takedowns import Takedowns
    from presscorpus.tables.addresses import Home


class AsOf(NamedTuple):
    """A moment to build tables for, from what was observed up to and including it.

    Attributes:
        until: The moment, in UTC.
        tables: The folder for the tables.
        members: Whether what only logged-in crawls saw counts as well; no release is made of such tables.
    """

    until: datetime
    tables: Path
    members: bool = False


class Archive(NamedTuple):
    """What the closed crawls of all sites show, indexed but not yet read in full.

    Attributes:
        receipts: The receipts of all crawls up to the moment asked for.
        released: SHA-256 of each archive file whose items may become rows, by path.
        indexes: The indexes of those files.
        sites: What the crawls show of each site; rows of the internal schema `sites`.
        homes: The address of each site, and the paths below which its items lie, by name.
        redacted: The sites whose authors are not named, or whose telephone numbers are redacted.
    """

    receipts: list[Receipt]
    released: dict[Path, str]
    indexes: portions.Indexes
    sites: pl.DataFrame
    homes: dict[str, Home]
    redacted: frozenset[str]


class Plan(NamedTuple):
    """The shards and tasks of a build.

    Attributes:
        shards: All shards in key order, present or not.
        tasks: Those to be built, in batches.
        taken: What takedown.yaml takes down, and how it is recognised elsewhere.
        former: Names of people in states that the tables will not hold.
    """

    shards: list[Planned]
    tasks: shards.Tasks
    taken: Takedowns
    former: FormerNames


def run(
    package: Package, params: Params, layout: Layout, progress: Progress, *, as_of: AsOf | None = None
) -> dict[str, int]:
    """Build every table, into `layout.tables` or the folder of `as_of`.

    What came in a crawl with credentials is left out, but for its receipt: nothing that is made of these tables can
    tell what others may not see.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where the archive is read and tables are written.
        progress: Called after each index and each task.
        as_of: A past moment; null for the newest state.

    Returns:
        Rows by table.

    Raises:
        ArchiveError: The archive is damaged, or a site of params.yaml has no closed crawl.
        UsageError: Nothing was observed up to the moment of `as_of`.
        ParamsError: takedown.yaml is malformed, or names no item.
        OSError: The disk is full, or a folder may not be written.
        ClusterError: The Dask cluster does not answer, or cannot reach the storage.
    """
    memory.release_freed()
    memory.keep_imported()
    archive = read(package, params, layout, progress, as_of)
    with closing(SpillFile(layout.work)) as spill:
        made = plan(package, params, layout, archive, spill, all_known=as_of is None)
        for done in rescue.build(made.tasks, params.engine):
            progress("normalise", done, len(made.tasks))
        tables = as_of.tables if as_of else layout.tables
        rows = write(package, params, layout.work, archive, made, tables)
    if as_of is None:
        inputs.note(layout, params, inputs.TABLES)
        index.prune(package, archive.receipts, layout.work)
        shards.prune(made.shards, location.place(params.engine, layout.work))
        made.former.prune()
    return rows


def read(package: Package, params: Params, layout: Layout, progress: Progress, as_of: AsOf | None) -> Archive:
    """Verify and index the closed crawls of all sites.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where the archive is, and where indexes are kept.
        progress: Called after each index.
        as_of: A past moment; null for the newest state.

    Returns:
        The archive; crawls with credentials count for its receipts alone, unless `as_of.members` is set.

    Raises:
        ArchiveError: The archive is damaged, or a site of params.yaml has no closed crawl.
        UsageError: Nothing was observed up to the moment of `as_of`.
    """
    by_site = {site.name: _closed(site, layout, as_of) for site in params.sites}
    verified = {warc: verify(warc) for warc in chain(*by_site.values())}
    if fault := next(doubled(verified.items()), None):
        raise fault
    released = {warc: receipt.file_digest for warc, receipt in verified.items() if _is_released(receipt, as_of)}
    wanted = [[warc for warc in warcs if warc in released] for warcs in by_site.values()]
    unnamed = frozenset(site.name for site in params.sites if params.policy_of(site).authors != "named")
    indexes = portions.Indexes(
        package,
        _indexed(package, wanted, layout, progress),
        as_of.until if as_of else None,
        as_of is not None and as_of.members,
        unnamed,
    )
    receipts = [receipt for receipt in verified.values() if as_of is None or receipt.ended_at <= as_of.until]
    if as_of is not None and not receipts:
        portions.require(indexes)
    seen = indexes.whole("sites")
    redacted = unnamed | {site.name for site in params.sites if PHONE in params.policy_of(site).redact}
    return Archive(receipts, released, indexes, seen, links.homes(params.sites, seen), redacted)


def _is_released(receipt: Receipt, as_of: AsOf | None) -> bool:
    return publicness.of_crawl(receipt) or (as_of is not None and as_of.members)


def _closed(site: Site, layout: Layout, as_of: AsOf | None) -> list[Path]:
    require_receipts(layout.raw, site.name)
    found = list(closed_crawls(layout.raw, site.name))
    if not found and as_of is None:
        raise ArchiveError(
            "has no closed crawl", where=site.name, advice="Run `presscorpus fetch` first, or `dvc repro`."
        )
    return found


def _indexed(package: Package, archives: list[list[Path]], layout: Layout, progress: Progress) -> list[list[Path]]:
    """The index file of each crawl, site by site, made where it is missing."""
    total, done = sum(map(len, archives)), count(1)
    found: list[list[Path]] = []
    for of_site in archives:
        found.append([])
        for warc in of_site:
            found[-1].append(index.indexed(package, warc, layout.work))
            progress("index", next(done), total)
    return found


def plan(
    package: Package, params: Params, layout: Layout, archive: Archive, spill: SpillFile, *, all_known: bool
) -> Plan:
    """Choose the current state of each item, and cut the items into shards and tasks.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where the archive lies.
        archive: What `read` returned.
        spill: Where the chosen rows of each shard wait on disk.
        all_known: Whether every item of the site is known, so that a takedown that names none is a mistake.

    Returns:
        The shards and the tasks that build them.

    Raises:
        ParamsError: takedown.yaml is malformed, or names no item where `all_known` is set.
        ClusterError: A cluster cannot reach the storage.
    """
    taken = _taken(archive, layout, all_known=all_known)
    store = location.place(params.engine, layout.work)
    fingerprint = shards.fingerprint(package, params.limits)
    former = FormerNames(archive.redacted, layout.raw, layout.work)
    former.titles(archive.sites)
    planned: list[Planned] = []
    for observed in archive.indexes.portions(layout.work):
        chosen = choose(package, observed)
        parts = {
            "items": takedowns.marked(chosen.current, taken.items),
            "versions": chosen.versions.with_columns(table=pl.lit("posts")),
            "known_by": link_targets.observed_under(observed),
        }
        former.look(observed, chosen.current, taken.items)
        rules = page_rules.learned(observed, layout.raw)
        planned += shards.plan(parts, archive.homes, store, fingerprint, spill, rules)
    former.read()
    planned.sort(key=lambda shard: (shard.site, shard.table, shard.type, shard.number))
    raw = location.reachable(layout.raw, archive.released, store)
    template = shards.Task(package, [], archive.homes, raw, params.limits)
    return Plan(planned, shards.Tasks(template, shards.batch(planned, workers.processes(params.engine))), taken, former)


def _taken(archive: Archive, layout: Layout, *, all_known: bool) -> Takedowns:
    """The items that were taken down, and the words that recognise them elsewhere."""
    indexes = archive.indexes
    entries = takedown.without_absent(takedown.load(layout.root), archive.homes, layout.raw)
    nothing = [indexes.package.schema("observed").polars.to_frame()]

    def observed() -> Iterable[pl.DataFrame]:
        # Without entries, which is the usual case, nothing is read.
        return indexes.portions(layout.work) if entries else nothing

    found = takedown_meaning.find(entries, observed, archive.homes, all_known=all_known)
    told = nothing if found.is_empty() else observed()
    return takedowns.learned(found, told, archive.homes, layout.raw)


def write(package: Package, params: Params, work: Path, archive: Archive, made: Plan, tables: Path) -> dict[str, int]:
    """Add the columns that depend on all shards together, and write every table.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        work: The folder of intermediate files.
        archive: What `read` returned.
        made: What `plan` returned; its shards are built.
        tables: The folder for the tables.

    Returns:
        Rows by table.
    """
    named = frozenset(site.name for site in params.sites if params.policy_of(site).authors == "named")
    whole = corpus.gather(package, made.shards, corpus.Places(archive.homes, named, work))
    others = {
        "sites": sites.complete(package, params.sites, archive.sites),
        "crawls": crawls.complete(package, archive.receipts),
        "quarantine": pl.concat([archive.indexes.whole("quarantine"), whole.quarantine]),
    }
    closed = archive.indexes.closed().rename({"id": "post_id"})
    fetched = files.newest([archive.indexes.whole("files")], package)

    def cleared(table: str, frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
        if table == "media":
            frame = files.beside(frame, fetched)
        if "post_id" in frame.columns and closed.height:
            # What belongs to a post that is not public is not public either.
            frame = frame.join(closed, on=["site", "post_id"], how="anti", maintain_order="left")
        return made.taken.cleared(table, frame, schema)

    rows = write_tables.write(package, made.shards, whole, others, tables, cleared)
    dependents.clear(package, made.taken, tables)
    made.former.write(tables)
    return rows
