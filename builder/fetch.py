"""Asking the sites of params.yaml: each by itself, so that a failing one stops no other, and only for what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from builder import spec
from builder.archive import CrawlWriter, closed_crawls, read_receipt, verify
from builder.errors import ArchiveError, ParamsError, SourceError
from builder.lockfile import recorded_live_crawls
from builder.sources import files, intake

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.layout import Layout
    from builder.params import Params, Site
    from builder.receipts import Receipt
    from builder.sources.earlier import Earlier

    Progress = Callable[[str, int, int | None], None]


class Outcome(NamedTuple):
    """What came of asking one site: its receipt, a line for each trouble, and the error that ended it, if one did.

    `receipt` is null where nothing was stored; `new` is false where the crawl was already there.
    """

    site: str
    receipt: Receipt | None
    troubles: list[str]
    error: SourceError | None = None
    new: bool = True


def fetch(params: Params, layout: Layout, progress: Progress) -> list[Outcome]:
    """Ask every site that has no closed crawl for its `as_of`, each by itself: a failing one stops no other.

    A site that was crawled before is asked for what changed since. Raises ArchiveError where a crawl would replace
    recorded history in silence, and LockedError beside another run.
    """
    recorded = recorded_live_crawls(layout.root)
    outcomes = []
    for site in params.sites:
        closed = [verify(warc) for warc in closed_crawls(layout.raw, site.name)]
        if (there := _there(site, closed, layout)) is not None:
            outcomes.append(Outcome(site.name, there, [], new=False))
            continue
        if site.files is None and site.name in recorded and not closed:
            raise ArchiveError(
                "its recorded crawls are not here, and a new one would replace them",
                where=site.name,
                advice="Run `dvc pull` to get them; to start over, delete dvc.lock first.",
            )
        outcomes.append(_ask(site, closed, params, layout, progress))
    return outcomes


def _there(site: Site, closed: list[Receipt], layout: Layout) -> Receipt | None:
    """The receipt of the crawl that `as_of` names, where it is closed."""
    receipt = next((receipt for receipt in closed if receipt.crawl == site.crawl), None)
    if receipt is not None and site.files is not None:
        source = layout.root / site.files
        if receipt.source_digest != files.digest(source, files.find(source)[0]):
            raise ParamsError(
                "its files changed and its as_of did not",
                where=site.name,
                advice="What was captured is never rewritten: move as_of forward to capture them again.",
            )
    return receipt


def _ask(site: Site, closed: list[Receipt], params: Params, layout: Layout, progress: Progress) -> Outcome:
    with CrawlWriter(layout.raw, layout.work / "crawls", site.name, site.crawl) as crawl:
        if site.files is None:
            from builder.sources.wordpress import harvest

            harvested = harvest(
                site,
                crawl,
                limits=params.limits,
                policy=params.policy_of(site),
                known=_known(site, closed, params, layout),
                progress=progress,
            )
            return Outcome(site.name, read_receipt(crawl.close(harvested.receipt)), [], harvested.error)
        try:
            receipt, troubles = intake.capture(
                layout.root / site.files,
                crawl,
                site.as_of,
                address=site.address,
                max_bytes=params.limits.max_bytes,
                progress=lambda done, total: progress(site.name, done, total),
            )
        except SourceError as error:
            return Outcome(site.name, None, [], error)
        return Outcome(site.name, read_receipt(crawl.close(receipt)), troubles)


def _known(site: Site, closed: list[Receipt], params: Params, layout: Layout) -> dict[str, Earlier]:
    """What closed crawls tell of the site, from their indexes: the archive is the only memory."""
    if not closed:
        return {}
    import polars as pl

    from builder import shards
    from builder.choose import choose
    from builder.index import index_crawl
    from builder.sources.earlier import earlier

    package = spec.at(layout.root)
    fingerprint = shards.fingerprint(layout.root, params.limits)
    indexed = [
        index_crawl(package, warc, layout.work, fingerprint)["observed"]
        for warc in closed_crawls(layout.raw, site.name)
    ]
    return earlier(choose(package, pl.concat(indexed)).current, closed)
