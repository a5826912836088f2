"""The tables as they stood at a moment (docs/decisions/0012-history.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.errors import UsageError
from presscorpus.pipeline import stages
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.pipeline.stages import Progress
    from presscorpus.pipeline.stages.normalise import AsOf


def as_of(
    package: Package, settled: Params, layout: Layout, past: AsOf, progress: Progress
) -> tuple[dict[str, int], list[str]]:
    """Build the tables as they stood at a moment, and validate them.

    What was observed at that very moment counts.

    Args:
        package: The schemas of all tables.
        settled: params.yaml.
        layout: Where the archive is read.
        past: The moment, and the folder of its tables; findings go to the folder `reports` beside that.
        progress: Called with a step's name, how much is done, and how much there is.

    Returns:
        Rows by table, and a line for each site that was being crawled then, or of which nothing was observed by then.

    Raises:
        UsageError: The folder belongs to a corpus, or nothing was observed by then.
        ArchiveError: The archive is damaged.
        FindingsError: Two checkers disagree about the tables.
    """
    _judge(past.tables.parent, layout)
    then = Layout(layout.root, past.tables.parent)
    rows = stages.normalise.run(package, settled, layout, progress, as_of=past)
    stages.validate.run(package, settled, then)
    return rows, _remarks(settled, layout, past.until, then)


def _judge(out: Path, layout: Layout) -> None:
    """Refuse a folder that is part of a corpus, whose tables would be replaced."""
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
    """A line for each site whose tables are less than a whole crawl."""
    seen = {
        site
        for name in ("crawls", "versions")
        for site in parquet.read(then.tables / f"{name}.parquet", columns=["site"])["site"]
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
