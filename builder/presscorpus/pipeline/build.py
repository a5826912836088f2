"""`presscorpus build`: addresses and files to a release, without a repository."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import yaml

from presscorpus.config import params
from presscorpus.crawl.imports.closed_crawls import folders
from presscorpus.crawl.messages import Held
from presscorpus.errors import ReservationsError, SourceError, UsageError
from presscorpus.lazy import lazy
from presscorpus.normalise import supervision
from presscorpus.pipeline import stages
from presscorpus.pipeline.edit import settle
from presscorpus.pipeline.request import as_settled, to_params
from presscorpus.release import gates
from presscorpus.storage import parquet
from presscorpus.storage.lock import locked

if TYPE_CHECKING:
    import polars as pl

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params, Site
    from presscorpus.config.schema import Package
    from presscorpus.crawl.fetch import Outcome
    from presscorpus.pipeline.request import BuildRequest
    from presscorpus.pipeline.stages import Progress
    from presscorpus.report import Report
else:
    pl = lazy("polars")

_HEAD = "# Written by `presscorpus build`.\n"
# What an interrupted build leaves before it writes params.yaml.
_UNFINISHED = frozenset({".presscorpus", "raw"})


class Built(NamedTuple):
    """What came of a build.

    The outcome of each source, the report, the params.yaml that was written, and lines on what is withheld.
    """

    outcomes: list[Outcome]
    report: Report
    params: Params
    withheld: tuple[str, ...] = ()


def build(request: BuildRequest, package: Package, layout: Layout, progress: Progress) -> Built:
    """Build `layout.release` from what the user named, and all that comes before it.

    The raw archive stays in `layout.raw`: building there again later adds a crawl, and with it history. What was
    settled in params.yaml since stays as well. Where some sources give nothing the release is made of the others.

    Args:
        request: What the user asked for.
        package: The schemas of all tables.
        layout: The folder to build in.
        progress: Called with a step's name, how much is done, and how much there is.

    Returns:
        The outcome of each source, in the order of sites in params.yaml, and the report.

    Raises:
        UsageError: A source cannot be used, or the folder holds something else.
        SourceError: No source gave anything; this is the error of the first that failed.
        ParamsError: The params.yaml of an earlier build says something that cannot be meant.
        LockedError: Another run is at work in the folder.
        FindingsError: The tables break their schemas.
        ArchiveError: The archive in the folder is damaged.
    """
    _check_folder(layout.root, request)
    settled = to_params(request, layout.root)
    if (layout.root / params.FILE).is_file():
        earlier = params.load(layout.root / params.FILE)
        _check_sites(settled, earlier, layout.root)
        settled = as_settled(settled, earlier, request)
    with locked(layout.work / "lock", where=str(layout.root), what="at work here"):
        return _run(_apart(settled, layout), package, layout, progress)


def _run(settled: Params, package: Package, layout: Layout, progress: Progress) -> Built:
    outcomes = stages.fetch.run(settled, layout, progress)
    for outcome in outcomes:
        # Without such a site the dataset would lose what it has of it.
        if outcome.error and not isinstance(outcome.error, SourceError):
            raise outcome.error
    usable = tuple(
        site for site, outcome in zip(settled.sites, outcomes, strict=True) if outcome.receipt and _has_items(outcome)
    )
    if not usable:
        raise next(outcome.error for outcome in outcomes if outcome.error)
    settled = msgspec.structs.replace(settled, sites=usable)
    remember(settled, layout)
    supervision.begin()
    stages.normalise.run(package, settled, layout, progress)
    stages.validate.run(package, settled, layout, progress)
    gates.gate(layout)
    progress("report", 0, None)
    made = stages.report.run(package, settled, layout)
    progress("report", 1, 1)
    laid = stages.package.run(package, settled, layout)
    progress("package", 1, 1)
    return Built(outcomes, made, settled, laid.withheld)


def _check_folder(out: Path, request: BuildRequest) -> None:
    """Refuse a folder that `build` did not make, and one within a source."""
    for source in request.sources:
        if Path(source).is_dir() and out.resolve().is_relative_to(Path(source).resolve()):
            raise UsageError("lies within the source, and would be read as one", where=str(out))
    there = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if "dvc.yaml" in there or (there - _UNFINISHED and not _is_ours(out)):
        raise UsageError(
            "holds something that `presscorpus build` did not make",
            where=str(out),
            advice="Name a new folder, or an empty one. In a repository `dvc repro` builds.",
        )


def _is_ours(out: Path) -> bool:
    """Whether `build` made a folder.

    By the head of its params.yaml, which an editor may change, or by its crawls.
    """
    path = out / params.FILE
    return path.is_file() and (path.read_bytes().startswith(_HEAD.strip().encode()) or bool(folders(out / "raw")))


def _check_sites(settled: Params, earlier: Params, out: Path) -> None:
    """Refuse to replace a dataset of other sites."""
    others = {site.name for site in earlier.sites} - {site.name for site in settled.sites}
    if others:
        raise UsageError(
            f"holds a dataset of {', '.join(sorted(others))}",
            where=str(out),
            advice="Name all sources in one command, or another folder.",
        )


def _has_items(outcome: Outcome) -> bool:
    return outcome.error is None or bool(outcome.receipt and any(each.fetched for each in outcome.receipt.collections))


def _apart(settled: Params, layout: Layout) -> Params:
    """Move `as_of` on by seconds where a crawl of that name is closed already.

    A closed crawl is never changed. A site whose last crawl was killed goes on with that one.
    """
    as_of = settled.sites[0].as_of
    while any(
        (layout.raw / site.name / f"{site.crawl}.json").exists() and site.files is None for site in settled.sites
    ):
        as_of += timedelta(seconds=1)
        settled = msgspec.structs.replace(
            settled, sites=tuple(msgspec.structs.replace(site, as_of=as_of) for site in settled.sites)
        )
    return msgspec.structs.replace(settled, sites=tuple(_going_on(site, layout) for site in settled.sites))


def _going_on(site: Site, layout: Layout) -> Site:
    """The site with the `as_of` of its unfinished crawl, if there is one."""
    left = (layout.work / "crawls" / site.name).glob("*.warc.gz")
    moments = [moment for path in left if (moment := params.moment_of(path.name.removesuffix(".warc.gz")))]
    if site.files is not None or not moments:
        return site
    return msgspec.structs.replace(site, as_of=max(moments))


def remember(settled: Params, layout: Layout) -> None:
    """Write params.yaml, so that `presscorpus raw` and `publish` work in the folder.

    Of one that is there only what differs is changed: comments and order stay.

    Args:
        settled: What was built.
        layout: The folder of the build.
    """
    if layout.root.joinpath(params.FILE).is_file():
        settle(layout.root, settled)
        return
    text = yaml.safe_dump(msgspec.to_builtins(settled), sort_keys=False, allow_unicode=True)
    layout.root.joinpath(params.FILE).write_text(_HEAD + text, encoding="utf-8")


def held(layout: Layout) -> dict[tuple[str, str], Held]:
    """Count what the tables hold, by site and table.

    Args:
        layout: Where the tables are.

    Returns:
        Rows that were observed, and records in quarantine, by site and table. Records of no known table are under "".
    """
    refused = parquet.read(layout.tables / "quarantine.parquet", columns=["site", "table"])
    found: dict[tuple[str, str], Held] = {}
    for table in ("posts", "terms", "media", "authors", "comments"):
        rows = parquet.scan(layout.tables / f"{table}.parquet")
        if table == "terms":  # other terms are only named by posts
            rows = rows.filter(pl.col("origin").is_in(["listed", "embedded", "export", "page"]))
        counts = dict(rows.group_by("site").len().collect().iter_rows())
        of_table = dict(refused.filter(pl.col("table") == table).group_by("site").len().iter_rows())
        for site in counts.keys() | of_table.keys():
            found[str(site), table] = Held(counts.get(site, 0), of_table.get(site, 0))
    for site, count in refused.filter(pl.col("table").is_null()).group_by("site").len().iter_rows():
        found[str(site), ""] = Held(0, count)
    return found


def reservations(settled: Params, outcomes: list[Outcome], layout: Layout) -> ReservationsError | None:
    """What a user has to know of a build that succeeded.

    Args:
        settled: params.yaml.
        outcomes: The outcome of each source.
        layout: Where tables and reports are.

    Returns:
        An error to be shown and not raised; null where nothing is missing.
    """
    parts = {site.name for site in settled.sites if site.part is not None}
    unbalanced = [
        outcome.site
        for outcome in outcomes
        if outcome.receipt
        and not outcome.receipt.balanced
        and (outcome.site not in parts or any(each.failed for each in outcome.receipt.collections))
    ]
    found = gates.reservations(settled, layout)
    if found or not unbalanced:
        return found
    return ReservationsError("the receipt does not balance; the card says what is missing", where=", ".join(unbalanced))
