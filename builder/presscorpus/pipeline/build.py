"""From a URL, a file or a folder to a release in one go, for whoever wants no repository."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import yaml

from presscorpus.config import params
from presscorpus.crawl.imports import site_address
from presscorpus.crawl.outcomes import Held
from presscorpus.errors import ReservationsError, UsageError
from presscorpus.normalise import supervision
from presscorpus.pipeline import stages
from presscorpus.release import gates
from presscorpus.storage.lock import locked

if TYPE_CHECKING:
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params, Site
    from presscorpus.config.schema import Package
    from presscorpus.crawl.fetch import Outcome
    from presscorpus.pipeline.stages import Progress

_UNSETTLED = params.Rights(
    "Not settled. Whoever built this dataset has not said what may be done with the site's content.", publishable=False
)

_HEAD = "# Written by `presscorpus build`.\n"
# What a build leaves that ended before it had anything to show.
_UNFINISHED = frozenset({".presscorpus", "raw"})


class BuildRequest(msgspec.Struct, frozen=True):
    """What the user asked for.

    `sources` are addresses, files or folders; `address` is the site's where files do not show it; `as_of` is the time
    that imported files count as observed and that names the crawls.
    """

    sources: list[str]
    as_of: datetime
    address: str | None = None
    allow_private: bool = False
    contact: str | None = None
    permission: str | None = None
    workers: int = 0


def plan(request: BuildRequest, out: Path) -> Params:
    """The params.yaml that the user would have written.

    Raises UsageError where an address cannot be told or a site is to be asked twice, and SourceError for files that
    cannot be read.
    """
    by_name: dict[str, list[Site]] = {}
    for source in request.sources:
        site = _site(source, request)
        by_name.setdefault(site.name, []).append(site)
    sites = tuple(_merged(of_one) for of_one in by_name.values())
    name = _slug(out.resolve().name) or "dataset"
    planned = params.Params(
        dataset=params.Dataset(
            name=name,
            title=", ".join(sorted(urlsplit(site.address).hostname or site.name for site in sites)),
            version=f"v{request.as_of:%Y.%m.%d}",
        ),
        sites=sites,
        engine=params.Engine(request.workers),
    )
    return params.judge(planned, where="the command line")


def _site(source: str, request: BuildRequest) -> Site:
    is_address = source.startswith(("http://", "https://"))
    address = source if is_address else request.address or _address(Path(source))
    try:
        parts = urlsplit(address)
        port = f"-{parts.port}" if parts.port else ""
    except ValueError as error:
        raise UsageError(f"is no address: {error}", where=address) from None
    host = parts.hostname or ""
    return params.Site(
        name=_slug(host.removeprefix("www.") + port + parts.path),
        address=address,
        as_of=request.as_of,
        rights=_UNSETTLED,
        files=None if is_address else str(Path(source).resolve()),
        allow_private=request.allow_private,
        contact=request.contact,
        permission=request.permission,
    )


def _merged(sources: list[Site]) -> Site:
    """One site of several sources: asked last, where it is to be asked; the other ones a second apart before it."""
    *imports, last = sorted(sources, key=lambda site: site.files is None)
    if any(site.files is None for site in imports):
        raise UsageError("is named twice", where=last.address)
    step = timedelta(seconds=1)
    taken = tuple(
        params.Import(str(site.files), site.as_of + number * step) for number, site in enumerate(imports)
    )  # fmt: skip
    return msgspec.structs.replace(last, imports=taken, as_of=last.as_of + len(imports) * step)


def _address(source: Path) -> str:
    address = site_address.address(source, params.Limits().max_bytes)
    if address is None:
        raise UsageError(
            "does not show which site it is of", where=str(source), advice="Name it: --address https://..."
        )
    return address


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")


def build(request: BuildRequest, package: Package, layout: Layout, progress: Progress) -> list[Outcome]:
    """Build `layout.release` from what the user named. Returns what came of each source.

    The raw archive stays in `layout.raw`: building there again later adds a crawl, and with it history. Where some
    sources gave nothing the release is made of the others; where all did the first one's error is raised.
    """
    _check_folder(layout.root, request)
    settled = plan(request, layout.root)
    _check_sites(settled, layout.root)
    with locked(layout.work / "lock", where=str(layout.root), what="at work here"):
        return _run(request, _apart(settled, layout), package, layout, progress)


def _run(request: BuildRequest, settled: Params, package: Package, layout: Layout, progress: Progress) -> list[Outcome]:
    outcomes = stages.fetch.run(settled, layout, progress)
    usable = tuple(
        site for site, outcome in zip(settled.sites, outcomes, strict=True) if outcome.receipt and _has_items(outcome)
    )
    if not usable:
        raise next(outcome.error for outcome in outcomes if outcome.error)
    settled = msgspec.structs.replace(settled, sites=usable)
    remember(settled, layout)
    package = _credited(package, settled, request)
    supervision.begin()
    stages.normalise.run(package, settled, layout, progress)
    stages.validate.run(package, settled, layout, progress)
    gates.gate(layout)
    stages.report.run(package, settled, layout)
    stages.package.run(package, settled, layout)
    return outcomes


def _credited(package: Package, settled: Params, request: BuildRequest) -> Package:
    """The descriptor with the words of this dataset: who made the tool did not make what a stranger builds with it."""
    compiler = {"title": request.contact or f"Compiler of {settled.dataset.name}", "roles": ["creator"]}
    words = {"contributors": [compiler], "keywords": ["wordpress", "web archive"]}
    return package._replace(descriptor=package.descriptor | words)


def _check_folder(out: Path, request: BuildRequest) -> None:
    """Refuse a folder that holds what `build` did not make, and one that lies within a source."""
    for source in request.sources:
        if Path(source).is_dir() and out.resolve().is_relative_to(Path(source).resolve()):
            raise UsageError("lies within the source, and would be read as one", where=str(out))
    there = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    ours = (out / params.FILE).is_file() and (out / params.FILE).read_text(encoding="utf-8").startswith(_HEAD)
    if "dvc.yaml" in there or (there - _UNFINISHED and not ours):
        raise UsageError(
            "holds something that `presscorpus build` did not make",
            where=str(out),
            advice="Name a new folder, or an empty one. In a repository `dvc repro` builds.",
        )


def _check_sites(settled: Params, out: Path) -> None:
    """Refuse to build over a dataset of other sites, which would vanish from its release."""
    if (out / params.FILE).is_file():
        others = {site.name for site in params.load(out / params.FILE).sites} - {site.name for site in settled.sites}
        if others:
            raise UsageError(
                f"holds a dataset of {', '.join(sorted(others))}",
                where=str(out),
                advice="Name all sources in one command, or another folder.",
            )


def _has_items(outcome: Outcome) -> bool:
    return outcome.error is None or bool(outcome.receipt and any(each.fetched for each in outcome.receipt.collections))


def _apart(settled: Params, layout: Layout) -> Params:
    """The same, with `as_of` moved on by seconds where a crawl of that name is there: a closed one stays as it is.

    A site whose last crawl was killed goes on with that one.
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
    left = sorted((layout.work / "crawls" / site.name).glob("*.warc.gz"))
    if site.files is not None or not left:
        return site
    as_of = datetime.strptime(left[-1].name, f"{params.CRAWL_NAME}.warc.gz").replace(tzinfo=UTC)
    return msgspec.structs.replace(site, as_of=as_of)


def remember(settled: Params, layout: Layout) -> None:
    """Write the params.yaml of the build, so that `presscorpus raw` and `publish` work in that folder."""
    text = yaml.safe_dump(msgspec.to_builtins(settled), sort_keys=False, allow_unicode=True)
    layout.root.joinpath(params.FILE).write_text(_HEAD + text, encoding="utf-8")


def held(layout: Layout) -> dict[tuple[str, str], Held]:
    """What the tables hold, by site and table: rows that were observed, and records that stand in quarantine."""
    import polars as pl

    refused = pl.read_parquet(layout.tables / "quarantine.parquet", columns=["site", "table"])
    found: dict[tuple[str, str], Held] = {}
    for table in ("posts", "terms", "media", "authors", "comments"):
        rows = pl.scan_parquet(layout.tables / f"{table}.parquet")
        if table == "terms":  # the others follow from posts
            rows = rows.filter(pl.col("origin").is_in(["listed", "embedded"]))
        counts = dict(rows.group_by("site").len().collect().iter_rows())
        of_table = dict(refused.filter(pl.col("table") == table).group_by("site").len().iter_rows())
        for site in counts.keys() | of_table.keys():
            found[str(site), table] = Held(counts.get(site, 0), of_table.get(site, 0))
    for site, count in refused.filter(pl.col("table").is_null()).group_by("site").len().iter_rows():
        found[str(site), ""] = Held(0, count)
    return found


def reservations(settled: Params, outcomes: list[Outcome], layout: Layout) -> ReservationsError | None:
    """What the user has to know of a build that worked. Null where nothing is missing."""
    unbalanced = [outcome.site for outcome in outcomes if outcome.receipt and not outcome.receipt.balanced]
    found = gates.reservations(settled, layout)
    if found or not unbalanced:
        return found
    return ReservationsError("the receipt does not balance; the card says what is missing", where=", ".join(unbalanced))
