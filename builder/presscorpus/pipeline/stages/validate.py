"""The stage `validate`: check every table by its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from presscorpus.storage import atomic
from presscorpus.storage.frames import TableWriter
from presscorpus.validate.checker import check
from presscorpus.validate.sample import confirm_within

if TYPE_CHECKING:
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.pipeline.stages import Progress


def run(
    package: Package, params: Params, layout: Layout, progress: Progress = lambda _what, _done, _total: None
) -> dict[str, int]:
    """Check every table; write `validation.json` and `findings.parquet`.

    `validation.json` is a DVC metric. Frictionless checks small tables as well, and a sample of large ones; where the
    two disagree neither can be trusted.

    Args:
        package: The schemas of all tables.
        params: params.yaml; `validate.frictionless_rows` bounds what frictionless checks.
        layout: Where tables are read and reports written.
        progress: Called after each table.

    Returns:
        Findings by "table/field/rule"; empty where there are none.

    Raises:
        FindingsError: The checker and frictionless disagree.
    """
    findings = check(package, layout.tables, told=lambda done, total: progress("validate", done, total))
    judged = confirm_within(package, layout.tables, findings, params.validate.frictionless_rows, layout.work)
    layout.reports.mkdir(parents=True, exist_ok=True)
    with TableWriter(layout.reports / "findings.parquet", package.schema("findings").arrow) as writer:
        writer.write(findings.frame.to_arrow())
    metric = {
        "rows": findings.rows,
        "frictionless_rows": judged,
        "findings": sum(findings.counts.values()),
        "by_rule": findings.counts,
    }
    data = msgspec.json.format(msgspec.json.encode(metric, order="sorted"), indent=2) + b"\n"
    atomic.write(layout.reports / "validation.json", data)
    return findings.counts
