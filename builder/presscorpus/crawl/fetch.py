"""Crawl the sites of params.yaml, each by itself, and only for what changed.

A site that fails stops no other.
"""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.archive.receipt_file import closed_crawls, read_receipt, verify
from presscorpus.archive.writer import CrawlWriter
from presscorpus.config import moments, schema
from presscorpus.config.dvc_lock import recorded_live_crawls
from presscorpus.crawl.erasures import keep_out
from presscorpus.crawl.http.rate_limit import Hosts
from presscorpus.errors import ArchiveError, LockedError, ParamsError, SourceError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params, Site
    from presscorpus.crawl.rest.baseline import Baseline
    from presscorpus.errors import PresscorpusError

    Progress = Callable[[str, int, int | None], None]
    import polars as pl

    import presscorpus.crawl.http.context as http_context
    from presscorpus.archive import reader
    from presscorpus.config.schema import Package
    from presscorpus.crawl.html_pages import earlier_posts
    from presscorpus.crawl.html_pages.earlier_posts import EarlierPosts
    from presscorpus.crawl.http import credentials, replay
    from presscorpus.crawl.imports import closed_crawls as folders_of_crawls
    from presscorpus.crawl.imports import files, importer
    from presscorpus.crawl.rest import api as rest_api
    from presscorpus.crawl.rest import baseline, harvest, media_files
    from presscorpus.observations import files as files_of
    from presscorpus.observations import index, versions
else:
    reader = lazy("presscorpus.archive.reader")
    pl = lazy("polars")
    http_context = lazy("presscorpus.crawl.http.context")
    earlier_posts = lazy("presscorpus.crawl.html_pages.earlier_posts")
    credentials = lazy("presscorpus.crawl.http.credentials")
    replay = lazy("presscorpus.crawl.http.replay")
    folders_of_crawls = lazy("presscorpus.crawl.imports.closed_crawls")
    files = lazy("presscorpus.crawl.imports.files")
    importer = lazy("presscorpus.crawl.imports.importer")
    rest_api = lazy("presscorpus.crawl.rest.api")
    baseline = lazy("presscorpus.crawl.rest.baseline")
    harvest = lazy("presscorpus.crawl.rest.harvest")
    media_files = lazy("presscorpus.crawl.rest.media_files")
    files_of = lazy("presscorpus.observations.files")
    index = lazy("presscorpus.observations.index")
    versions = lazy("presscorpus.observations.versions")

_LOOK_SECONDS = 0.5
# How many records are read to learn which route showed a collection.
_RECORDS = 5


class Outcome(NamedTuple):
    """The outcome of crawling one site.

    Attributes:
        site: A site of params.yaml.
        receipt: That of its crawl; null where nothing was stored.
        troubles: A line for each thing that is missing from imported files.
        error: What ended the crawl early, or forbade to begin it; null for nothing. It may be a SourceError, an
            ArchiveError (the archive is damaged, or lacks a recorded crawl, which a new one would replace), a
            ParamsError (files changed, and their `as_of` did not) or a LockedError (another run crawls the site).
        new: False where the crawl was closed already.
        notes: Lines about imported files that hold no items, and of which nothing is missing.
        parts: The receipts of all sources of the site.
    """

    site: str
    receipt: Receipt | None
    troubles: list[str]
    error: PresscorpusError | None = None
    new: bool = True
    notes: list[str] = []  # noqa: RUF012 - never changed
    parts: tuple[Receipt, ...] = ()


class _Run(NamedTuple):
    """What all sites of one run share."""

    params: Params
    layout: Layout
    progress: Progress
    hosts: Hosts
    halt: threading.Event
    close_failed: bool


def fetch(params: Params, layout: Layout, progress: Progress, *, close_failed: bool = True) -> list[Outcome]:
    """Crawl every site that has no closed crawl for its `as_of`, several at a time.

    A site that was crawled before is asked for what changed since; a crawl that was killed goes on.

    Args:
        params: params.yaml.
        layout: Where the archive and unfinished crawls are.
        progress: Called from any thread with "sites" or with a site and collection, how much is done, and how much
            there is.
        close_failed: Whether a crawl that ended early is closed, with a receipt that says so; otherwise the next run
            goes on with it.

    Returns:
        The outcome of each site, in the order of params.yaml.

    Raises:
        ParamsError: dvc.lock is malformed.
        StorageError: The disk is full.
    """
    run = _Run(params, layout, progress, Hosts(), threading.Event(), close_failed)
    recorded = recorded_live_crawls(layout.root)
    outcomes: dict[str, Outcome] = {}
    asked: dict[Future[Outcome], str] = {}
    pool = ThreadPoolExecutor(params.limits.sites_at_once, thread_name_prefix="site")
    try:
        for site in params.sites:
            asked[pool.submit(_of_site, site, recorded.get(site.name), run)] = site.name
        while asked:
            # Each wait has an end, since a signal that reaches another thread does not wake this one.
            for future in wait(asked, _LOOK_SECONDS, FIRST_COMPLETED).done:
                outcomes[asked.pop(future)] = future.result()
                progress("sites", len(outcomes), len(params.sites))
    except BaseException:
        run.halt.set()
        raise
    finally:
        # When stopped, running requests are dropped: each archive ends with a complete response.
        pool.shutdown(wait=True, cancel_futures=True)
    return [outcomes[site.name] for site in params.sites]


def _of_site(site: Site, recorded: str | None, run: _Run) -> Outcome:
    """Crawl one site, unless all its crawls are closed.

    What is wrong with it is its own outcome.
    """
    try:
        closed = [verify(warc) for warc in closed_crawls(run.layout.raw, site.name)]
        there = [_there(part, closed, run.layout) for part in site.parts()]
        if all(there):
            parts = tuple(receipt for receipt in there if receipt)
            return Outcome(site.name, there[-1], [], new=False, parts=parts)
        _refuse_the_future(part for part, receipt in zip(site.parts(), there, strict=True) if receipt is None)
        if site.files is None:
            _refuse_a_gap(site, closed, recorded)
        return _ask_all(site, closed, run)
    except (SourceError, ParamsError, ArchiveError, LockedError) as error:
        return Outcome(site.name, None, [], error)


def _refuse_the_future(parts: Iterable[Site]) -> None:
    """Refuse sources that cannot have been observed when they say. Raises ParamsError."""
    for part in parts:
        for name, moment in (("as_of", part.as_of), ("observed_at", part.observed)):
            if why := moments.impossible(moment):
                raise ParamsError(
                    f"{name} {moment:%Y-%m-%dT%H:%M:%SZ} {why}",
                    where=part.name,
                    advice="Write when its files were captured, or up to when it is asked.",
                )


def _refuse_a_gap(site: Site, closed: list[Receipt], recorded: str | None) -> None:
    """Refuse to go on without a crawl that was recorded.

    DVC would take what is here for all that there ever was. The newest crawl is recorded in dvc.lock, those before in
    the receipts of later ones. Raises ArchiveError.
    """
    expected = {name for receipt in closed for name in receipt.after} | ({recorded} if recorded else set())
    missing = sorted(expected - {receipt.crawl for receipt in closed})
    if missing:
        raise ArchiveError(
            f"recorded crawls are not here ({', '.join(missing)}), and a new one would replace them",
            where=site.name,
            advice="Run `dvc pull` to get them; to start over, delete dvc.lock and data/raw of the site first.",
        )


def _there(site: Site, closed: list[Receipt], layout: Layout) -> Receipt | None:
    """The receipt of the crawl that `as_of` names, where it is closed."""
    receipt = next((receipt for receipt in closed if receipt.crawl == site.crawl), None)
    if receipt is None or site.files is None:
        return receipt
    source = layout.root / site.files
    if folders_of_crawls.are_in(source):
        return folders_of_crawls.adopt(source, layout.raw, layout.work / "crawls", site.name, site.crawl)
    if receipt.source_digest != files.digest(source, files.find(source).files):
        raise ParamsError(
            "its files changed and its as_of did not",
            where=site.name,
            advice="What was captured is never rewritten: move as_of forward to capture them again.",
        )
    return receipt


def _ask_all(site: Site, closed: list[Receipt], run: _Run) -> Outcome:
    """Take the site's imports, then its last source, whose receipt counts."""
    outcomes = []
    for part in site.parts():
        there = _there(part, closed, run.layout)
        outcome = Outcome(site.name, there, [], new=False) if there else _asked(part, closed, run)
        if outcome.receipt and outcome.new:
            closed = [*closed, outcome.receipt]
        outcomes.append(outcome)
    first_error = next((outcome.error for outcome in reversed(outcomes) if outcome.error), None)
    troubles = [trouble for outcome in outcomes for trouble in outcome.troubles]
    parts = tuple(outcome.receipt for outcome in outcomes if outcome.receipt)
    notes = [note for outcome in outcomes for note in outcome.notes]
    return outcomes[-1]._replace(troubles=troubles, error=first_error, notes=notes, parts=parts)


def _asked(site: Site, closed: list[Receipt], run: _Run) -> Outcome:
    """What came of one source, without what was erased from the site before."""
    outcome = _ask(site, closed, run)
    if outcome.receipt is None:
        return outcome
    keep_out(run.layout.raw, site.name, closed)
    return outcome._replace(receipt=read_receipt(run.layout.raw / site.name / f"{outcome.receipt.crawl}.warc.gz"))


def _ask(site: Site, closed: list[Receipt], run: _Run) -> Outcome:
    source = None if site.files is None else run.layout.root / site.files
    work = run.layout.work / "crawls"
    try:
        if source is not None and folders_of_crawls.are_in(source):
            return Outcome(site.name, folders_of_crawls.adopt(source, run.layout.raw, work, site.name, site.crawl), [])
        with CrawlWriter(run.layout.raw, work, site.name, site.crawl, resume=source is None) as crawl:
            return (_asked_live if source is None else _imported)(site, closed, crawl, run)
    except SourceError as error:
        return Outcome(site.name, None, [], error)


def _asked_live(site: Site, closed: list[Receipt], crawl: CrawlWriter, run: _Run) -> Outcome:
    context = http_context.CrawlContext(
        run.hosts, run.halt, credentials.credentials(site), replay.Replay(crawl.kept, crawl.recall)
    )
    history = _History(site, closed, run, logged_in=bool(context.credentials.headers))
    harvested = harvest.harvest(
        site,
        crawl,
        limits=run.params.limits,
        policy=run.params.policy_of(site),
        known=history.baselines(),
        routes=history.routes,
        before=history.posts,
        progress=lambda what, done, total: run.progress(f"{site.name} {what}", done, total),
        context=context,
        began=crawl.kept[0].requested_at if crawl.kept else None,
        media=None if site.media == "none" else _files_known(closed, crawl, run, site),
    )
    if run.halt.is_set() or (harvested.error and not run.close_failed):
        return Outcome(site.name, None, [], harvested.error)
    receipt = msgspec.structs.replace(harvested.receipt, after=sorted(each.crawl for each in closed))
    return Outcome(site.name, read_receipt(crawl.close(receipt)), [], harvested.error)


def _files_known(closed: list[Receipt], crawl: CrawlWriter, run: _Run, site: Site) -> media_files.Earlier:
    """What closed crawls show of the site's media files.

    Only crawls that everybody could have made count.
    """
    layout = run.layout
    package = schema.package_at(layout.root)
    warcs = [layout.raw / site.name / f"{each.crawl}.warc.gz" for each in closed if not each.authenticated]
    named = media_files.Named()
    for warc in warcs:
        named.add(reader.read_crawl(warc))
    fetched = files_of.newest([index.index_crawl(package, warc, layout.work)["files"] for warc in warcs], package)
    return media_files.Earlier(named, media_files.asked_before(fetched), crawl.captures)


def _imported(site: Site, _: list[Receipt], crawl: CrawlWriter, run: _Run) -> Outcome:
    receipt, troubles, notes = importer.capture(
        run.layout.root / str(site.files),
        crawl,
        site.observed,
        address=site.address,
        max_bytes=run.params.limits.max_bytes,
        progress=lambda done, total: run.progress(site.name, done, total),
    )
    return Outcome(site.name, read_receipt(crawl.close(receipt)), troubles, notes=notes)


class _History:
    """What closed crawls show of a site, from their indexes.

    The archive is the only memory. What only a logged-in crawl saw is unknown to one that is not.
    """

    def __init__(self, site: Site, closed: list[Receipt], run: _Run, *, logged_in: bool) -> None:
        self._told = [receipt for receipt in closed if logged_in or not receipt.authenticated]
        self._site, self._run = site, run

    def baselines(self) -> dict[str, Baseline]:
        """The items of each collection of the API."""
        if not self._told:
            return {}
        # A copy embedded in another item, or in an export, is no answer of the item's own route.
        found = versions.choose(self._package, self._observed()).current
        return baseline.baselines(found.filter(~pl.col("embedded"), pl.col("origin") == "api"), self._told)

    def routes(self, collection: str) -> Iterator[str]:
        """The routes that showed the items of a collection of the API, the latest first."""
        name, _, kind = collection.partition(":")
        api = self._observed().filter(~pl.col("embedded"), pl.col("origin") == "api", pl.col("table") == name)
        rows = api.filter(pl.col("state") == "published", (pl.col("type") == kind) if kind else pl.lit(value=True))
        places = rows.sort("observed_at", descending=True).select("crawl", "offset").unique(maintain_order=True)
        for crawl, offset in places.head(_RECORDS).iter_rows():
            warc = self._run.layout.raw / self._site.name / f"{crawl}.warc.gz"
            route = rest_api.list_route(reader.read_at(warc, offset).url)
            if route is not None:
                yield route

    def posts(self) -> EarlierPosts:
        """Posts of all types, whatever showed them."""
        if not self._told:
            return earlier_posts.EarlierPosts()
        observed = self._observed().filter(pl.col("hidden").is_null())
        return earlier_posts.earlier_posts(versions.choose(self._package, observed).current, observed)

    @property
    def _package(self) -> Package:
        return schema.package_at(self._run.layout.root)

    def _observed(self) -> pl.DataFrame:
        layout = self._run.layout
        warcs = [layout.raw / self._site.name / f"{receipt.crawl}.warc.gz" for receipt in self._told]
        return pl.concat([index.index_crawl(self._package, warc, layout.work)["observed"] for warc in warcs])
