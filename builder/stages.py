"""One function a DVC stage: paths in, paths out. The work is done in the rooms below; here it is put in order."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from builder import gates, takedown
from builder.archive import closed_crawls, verify
from builder.errors import ArchiveError
from builder.fetch import Outcome, fetch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from builder.layout import Layout
    from builder.params import Params, Site
    from builder.portions import Indexes
    from builder.receipts import Receipt
    from builder.report import Report
    from builder.shards import Planned
    from builder.spec import Package
    from builder.tables.targets import Home

    Progress = Callable[[str, int, int | None], None]

__all__ = ["Outcome", "Past", "fetch", "normalise", "package", "report", "validate"]


class Past(NamedTuple):
    """A moment that tables are built for, from what was observed up to and including it, and their folder.

    With `members` they hold what only logged-in crawls saw as well; no release is made of such tables.
    """

    until: datetime
    tables: Path
    members: bool = False


def normalise(
    package: Package, params: Params, layout: Layout, progress: Progress, *, past: Past | None = None
) -> dict[str, int]:
    """Build every table from the archive, into `layout.tables`, or as they stood in the `past`. Returns rows by table.

    What came in a crawl with credentials is left out, but for its receipt: nothing that is made of these tables can
    tell what others may not see.

    Raises ArchiveError where the archive is damaged or a site of params.yaml has no closed crawl, UsageError where
    nothing was observed in that past.
    """
    import polars as pl

    from builder import assemble, building, engine, gather, index, portions, shards, storage, taken
    from builder.frames import Shelf
    from builder.tables import crawls, links, sites

    engine.give_back()
    fingerprint = shards.fingerprint(layout.root, params.limits)
    archives = {site.name: _archives(site, layout, past) for site in params.sites}
    verified = {warc: verify(warc) for warc in chain(*archives.values())}
    receipts = [*verified.values()]
    shown = {warc: each.file_digest for warc, each in verified.items() if _is_shown(each, past)}
    open_to_all = [[warc for warc in of if warc in shown] for of in archives.values()]
    files = _indexed(package, open_to_all, layout, fingerprint, progress)
    indexes = portions.Indexes(package, files, past.until if past else None)
    if past is not None:
        receipts = [receipt for receipt in receipts if receipt.ended_at <= past.until]
        if not receipts:
            portions.require(indexes)
    seen = indexes.whole("sites")
    homes = links.homes(params.sites, seen)
    down, telling = _taken(indexes, layout, homes, all_known=past is None)
    store = storage.place(params.engine, layout.work)
    raw = storage.reachable(layout.raw, shown, store)
    with closing(Shelf(layout.work)) as shelf:
        plan = _plan(
            indexes,
            down,
            layout.work,
            partial(shards.plan, homes=homes, store=store, fingerprint=fingerprint, shelf=shelf),
        )
        template = shards.Task(package, [], homes, raw, params.limits)
        tasks = shards.Tasks(template, shards.batch(plan))
        for done in building.build(tasks, params.engine):
            progress("normalise", done, len(tasks))
        named = frozenset(site.name for site in params.sites if params.policy_of(site).authors == "named")
        whole = gather.gather(package, plan, gather.Places(homes, named, layout.work))
        others = {
            "sites": sites.complete(package, params.sites, seen),
            "crawls": crawls.complete(package, receipts),
            "quarantine": pl.concat([indexes.whole("quarantine"), whole.quarantine]),
        }
        clear = partial(taken.cleared, taken=down, telling=telling)
        rows = assemble.write(package, plan, whole, others, past.tables if past else layout.tables, clear)
    if past is None:
        index.prune(receipts, layout.work, fingerprint)
        shards.prune(plan, store)
    return rows


def _is_shown(receipt: Receipt, past: Past | None) -> bool:
    return not receipt.authenticated or (past is not None and past.members)


def _taken(
    indexes: Indexes, layout: Layout, homes: dict[str, Home], *, all_known: bool
) -> tuple[pl.DataFrame, list[str]]:
    """What was taken down, and the words that tell it apart."""
    from builder import taken

    entries = takedown.load(layout.root)
    nothing = [indexes.package.schema("observed").polars.to_frame()]
    # Nearly always there is nothing to look for, and then nothing is read.
    down = taken.find(entries, indexes.portions(layout.work) if entries else nothing, homes, all_known=all_known)
    return down, taken.words(down, nothing if down.is_empty() else indexes.portions(layout.work), layout.raw)


def _plan(
    indexes: Indexes, down: pl.DataFrame, work: Path, plan: Callable[[dict[str, pl.DataFrame]], list[Planned]]
) -> list[Planned]:
    """All shards in key order, from what is chosen of each portion."""
    import polars as pl

    from builder import taken
    from builder.choose import choose
    from builder.tables import known

    shards: list[Planned] = []
    for observed in indexes.portions(work):
        chosen = choose(indexes.package, observed)
        shards += plan({
            "items": taken.marked(chosen.current, down),
            "versions": chosen.versions.with_columns(table=pl.lit("posts")),
            "known_by": known.observed_under(observed),
        })  # fmt: skip
    return sorted(shards, key=lambda shard: (shard.site, shard.table, shard.type, shard.number))


def _archives(site: Site, layout: Layout, past: Past | None) -> list[Path]:
    found = list(closed_crawls(layout.raw, site.name))
    if not found and past is None:
        raise ArchiveError(
            "has no closed crawl", where=site.name, advice="Run `presscorpus fetch` first, or `dvc repro`."
        )
    return found


def _indexed(
    package: Package, archives: list[list[Path]], layout: Layout, fingerprint: str, progress: Progress
) -> list[list[Path]]:
    """The index of each crawl, site by site."""
    from builder.index import indexed

    total, done = sum(map(len, archives)), count(1)
    found: list[list[Path]] = []
    for of_site in archives:
        found.append([])
        for warc in of_site:
            found[-1].append(indexed(package, warc, layout.work, fingerprint))
            progress("index", next(done), total)
    return found


def validate(
    package: Package, params: Params, layout: Layout, progress: Progress = lambda _what, _done, _total: None
) -> dict[str, int]:
    """Judge every table by its schema. Returns how many findings each rule has; none is an empty result.

    Writes `validation.json` (a DVC metric) and `findings.parquet`. Small tables are judged by frictionless as well;
    where the two disagree the tables are not to be trusted, and FindingsError says so.
    """
    from builder.checks import check
    from builder.frames import TableWriter
    from builder.oracle import confirm

    findings = check(package, layout.tables, told=lambda done, total: progress("validate", done, total))
    if sum(findings.rows.values()) <= params.validate.oracle_rows:
        confirm(package, layout.tables, findings)
    layout.reports.mkdir(parents=True, exist_ok=True)
    with TableWriter(layout.reports / "findings.parquet", package.schema("findings").arrow) as writer:
        writer.write(findings.frame.to_arrow())
    metric = {"rows": findings.rows, "findings": sum(findings.counts.values()), "by_rule": findings.counts}
    _write_json(layout.reports / "validation.json", metric)
    return findings.counts


def _write_json(path: Path, value: object) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n")
    partial.replace(path)


def report(package: Package, params: Params, layout: Layout) -> Report:
    """Write the page that people look at, metrics, plots and pictures, from what the policy lets out."""
    from builder import report
    from builder.door import door

    # The page shows no author, so that no key of pseudonyms is needed, nor could one change it.
    opened = door(params, layout.tables, {}, needs_key=False)
    return report.write(package, params, layout, opened, gates.findings(layout))


def package(package: Package, params: Params, layout: Layout) -> Path:
    """Lay out the release, unless the tables have findings, and validate it again. Returns its folder.

    Raises FindingsError for the tables' findings and for the release's.
    """
    from builder import published, release
    from builder.checks import check
    from builder.door import door
    from builder.release.portrait import PICTURES

    gates.gate(layout)
    beside = release.Beside(
        door(params, layout.tables, os.environ),
        tuple(layout.reports / name for name in PICTURES),
        published.before(layout.root, params.dataset.previous),
    )
    page = layout.reports / "index.html"
    laid = release.write(package, params, layout.tables, layout.release, report=page, beside=beside)
    found = check(package, laid.folder, parts={name: laid.parts(name) for name in package.resources})
    if found.counts:
        shutil.rmtree(laid.folder)
    gates.clean(found.counts, laid.folder)
    return layout.release
