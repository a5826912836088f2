"""One function a DVC stage: paths in, paths out. The work is done in the rooms below; here it is put in order."""

from __future__ import annotations

import os
import shutil
from functools import partial
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
    from builder.report import Report
    from builder.spec import Package

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

    from builder import assemble, building, index, shards, storage, taken
    from builder.choose import choose
    from builder.tables import crawls, links, sites

    takedowns = takedown.load(layout.root)
    fingerprint = shards.fingerprint(layout.root, params.limits)
    archives = [warc for site in params.sites for warc in _archives(site, layout, past)]
    receipts = [verify(warc) for warc in archives]
    open_to_all = [
        warc
        for warc, receipt in zip(archives, receipts, strict=True)
        if (past and past.members) or not receipt.authenticated
    ]
    indexed = _index(package, open_to_all, layout, fingerprint, progress)
    if past is not None:
        receipts = [receipt for receipt in receipts if receipt.ended_at <= past.until]
        indexed = index.limited(indexed, past.until, there=bool(receipts))
    chosen = choose(package, indexed["observed"])
    homes = links.homes(params.sites, indexed["sites"])
    down = taken.find(takedowns, indexed["observed"], homes, all_known=past is None)
    telling = taken.words(down, indexed["observed"], layout.raw)
    store = storage.place(params.engine, layout.work)
    raw = storage.reachable(layout.raw, open_to_all, store)
    plan = shards.plan(taken.marked(chosen.current, down), homes, store, fingerprint)
    tasks = [shards.Task(package, group, homes, raw, params.limits) for group in shards.batch(plan)]
    for done in building.build(tasks, params.engine):
        progress("normalise", done, len(tasks))
    named = frozenset(site.name for site in params.sites if params.policy_of(site).authors == "named")
    places = links.Places(homes, named, links.earlier(package, indexed["observed"], homes))
    whole = assemble.gather(package, plan, chosen.current, places)
    others = {
        # The history of a post that could not become a row stands in quarantine with it.
        "versions": chosen.versions.join(whole.states, on=["site", "type", "id"], how="semi"),
        "sites": sites.complete(package, params.sites, indexed["sites"]),
        "crawls": crawls.complete(package, receipts),
        "quarantine": pl.concat([indexed["quarantine"], whole.quarantine]),
    }
    clear = partial(taken.cleared, taken=down, telling=telling)
    rows = assemble.write(package, plan, whole, others, past.tables if past else layout.tables, clear)
    if past is None:
        shards.prune(plan, store)
    return rows


def _archives(site: Site, layout: Layout, past: Past | None) -> list[Path]:
    found = list(closed_crawls(layout.raw, site.name))
    if not found and past is None:
        raise ArchiveError(
            "has no closed crawl", where=site.name, advice="Run `presscorpus fetch` first, or `dvc repro`."
        )
    return found


def _index(
    package: Package, archives: list[Path], layout: Layout, fingerprint: str, progress: Progress
) -> dict[str, pl.DataFrame]:
    import polars as pl

    from builder.index import index_crawl

    names = ("observed", "quarantine", "sites")
    parts = {name: [package.schema(name).polars.to_frame()] for name in names}
    for done, warc in enumerate(archives, 1):
        for name, frame in index_crawl(package, warc, layout.work, fingerprint).items():
            parts[name].append(frame)
        progress("index", done, len(archives))
    return {name: pl.concat(frames) for name, frames in parts.items()}


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
