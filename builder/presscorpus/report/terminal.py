"""The same figures in a terminal, in a few lines, and what to do next. Pure; no text can move the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from presscorpus.report.figures import LISTED
from presscorpus.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from presscorpus.config.params import Params
    from presscorpus.report import Report
    from presscorpus.report.figures import Figures

# Sites, languages and rules that are listed by name.
_SHOWN = 10


def summary(report: Report, params: Params) -> Iterator[str]:
    """Tables, receipts, quarantine and findings, each with its figures, the page, and what to do next."""
    return (printable(line).replace("\n", "\\n") for line in _lines(report, params))


def _lines(report: Report, params: Params) -> Iterator[str]:
    figures = report.figures
    yield f"{params.dataset.title}, {params.dataset.version}"
    yield ""
    yield from _columns([("table", "rows"), *((name, f"{rows:,}") for name, rows in figures.rows.items())])
    yield ""
    told = [f"{name} {posts:,}" for name, posts, _ in figures.languages.head(_SHOWN).iter_rows()]
    yield f"languages: {', '.join(told) or 'none'}"
    states = [f"{state} {posts:,}" for state, posts in figures.states.iter_rows()]
    yield f"posts: {', '.join(states) or 'none'}"
    yield ""
    yield from _receipts(figures)
    yield ""
    yield f"findings: {_counted(figures.findings)}"
    rules = figures.quarantine.group_by("rule", maintain_order=True).agg(pl.col("records").sum())
    yield f"quarantine: {_counted(dict(rules.iter_rows()))}"
    yield f"page: {report.page}"
    for advice in _next(figures, params):
        yield f"next: {advice}"


def _receipts(figures: Figures) -> Iterator[str]:
    """The last crawl of each site; those that do not balance first."""
    last = figures.crawls.filter("last")
    head = ("site", "crawl", "advertised", "known", "fetched", "unchanged", "not shown", "gone", "failed", "balance")
    rows = [head]
    for site, crawl, balanced, *counts in last.select(
        "site", "crawl", "balanced", "advertised", "known", "fetched", "unchanged", "not_shown", "gone", "failed"
    ).head(_SHOWN).iter_rows():  # fmt: skip
        said = ("-" if count is None else f"{count:,}" for count in counts)
        rows.append((site, crawl, *said, "balances" if balanced else "OPEN"))
    yield from _columns(rows, left=2)
    if last.height > _SHOWN:
        yield f"and {last.height - _SHOWN:,} more sites; the page lists the first {LISTED} crawls"


def _counted(counts: dict[str, int]) -> str:
    if not counts:
        return "none"
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{name} {count:,}" for name, count in most[:_SHOWN])
    return f"{sum(counts.values()):,}: {shown}{', ...' if len(most) > _SHOWN else ''}"


def _next(figures: Figures, params: Params) -> Iterator[str]:
    """What stands between this build and a published one, worst first."""
    if figures.findings:
        yield "mend what breaks the schemas, before which nothing is packaged: findings.parquet names each row"
    unbalanced = figures.crawls.filter(pl.col("last") & ~pl.col("balanced"))["site"].unique().sort().to_list()
    if unbalanced:
        yield f"crawl again by moving as_of forward, since receipts do not balance: {_names(unbalanced)}"
    if figures.rows["quarantine"]:
        yield "docs/flags.md explains the rules of the quarantine; `presscorpus raw` prints the bytes of an item"
    shut = [site.name for site in params.sites if not site.rights.publishable]
    if shut:
        yield f"state in params.yaml what may be done with the content, before you publish: {_names(shut)}"
    if not (figures.findings or unbalanced or shut):
        yield f"`dvc repro`, then `presscorpus publish ORG/{params.dataset.name} --dry-run`"


def _names(sites: Sequence[str]) -> str:
    return ", ".join(sites[:_SHOWN]) + (f" and {len(sites) - _SHOWN:,} more" if len(sites) > _SHOWN else "")


def _columns(rows: Sequence[Sequence[str]], left: int = 1) -> Iterator[str]:
    """Rows in columns; the first `left` columns begin at the left, the others end at the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        sides = (
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(sides).rstrip()
