"""The tables as they stood at a moment. What exactly that means: docs/decisions/0012-history.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder import params, stages
from builder.archive import closed_crawls, read_receipt
from builder.errors import UsageError
from builder.layout import Layout

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from builder.params import Params
    from builder.spec import Package
    from builder.stages import Progress


def as_of(
    package: Package, settled: Params, layout: Layout, until: datetime, out: Path, progress: Progress
) -> tuple[dict[str, int], list[str]]:
    """Build the tables as they stood at a moment into `out`/tables, and judge them into `out`/reports.

    What was observed at that very moment counts. Returns rows by table, and a line for each site of which nothing or
    not a whole crawl was there by then. Raises UsageError where `out` holds another build, or nothing was observed.
    """
    _judge(out, layout)
    then = Layout(layout.root, out)
    rows = stages.normalise(package, settled, layout, progress, past=stages.Past(until, then.tables))
    stages.validate(package, settled, then)
    return rows, _remarks(settled, layout, until, then)


def _judge(out: Path, layout: Layout) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError("is not a folder", where=str(out))
    own = (layout.raw, layout.tables, layout.reports, layout.release, layout.work)
    place = out.resolve()
    if (
        place == layout.data.resolve()
        or any((out / name).exists() for name in (params.FILE, layout.raw.name))
        or any(place.is_relative_to(each.resolve()) for each in own)
    ):
        raise UsageError(
            "belongs to a corpus, whose tables this would replace", where=str(out), advice="Name a folder of its own."
        )


def _remarks(settled: Params, layout: Layout, until: datetime, then: Layout) -> list[str]:
    import polars as pl

    seen = {
        site
        for name in ("crawls", "versions")
        for site in pl.read_parquet(then.tables / f"{name}.parquet", columns=["site"])["site"]
    }
    remarks = []
    for site in settled.sites:
        receipts = [read_receipt(warc) for warc in closed_crawls(layout.raw, site.name)]
        running = [receipt.crawl for receipt in receipts if receipt.started_at <= until < receipt.ended_at]
        if running:
            remarks.append(f"{site.name}: crawl {running[0]} was running then; what it had seen by then counts")
        elif site.name not in seen:
            remarks.append(f"{site.name}: nothing had been observed by then; it has its row in sites and no other")
    return remarks
