"""The same figures in a terminal, in a few lines, and what to do next. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from presscorpus.content.language_names import name_of
from presscorpus.report.completeness import completeness
from presscorpus.report.figures import LISTED
from presscorpus.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from presscorpus.config.params import Params
    from presscorpus.report import Report
    from presscorpus.report.figures import Figures

# Sites, languages and rules that are listed by name.
_SHOWN = 10


def summary(report: Report, params: Params, release: Path) -> Iterator[str]:
    """Summarise a build: rows, completeness, paths, how to load it, what to do next.

    Args:
        report: The figures, and where the page is.
        params: params.yaml.
        release: Where the release is, or will be.

    Returns:
        Lines in which no text from a site can move the cursor.
    """
    return (printable(line).replace("\n", "\\n") for line in _lines(report, params, release))


def _lines(report: Report, params: Params, release: Path) -> Iterator[str]:
    figures = report.figures
    yield f"{params.dataset.title}, {params.dataset.version}"
    yield ""
    yield from _columns([("table", "rows"), *((name, f"{rows:,}") for name, rows in figures.rows.items() if rows)])
    empty = [name for name, rows in figures.rows.items() if not rows]
    if empty:
        yield f"without rows: {', '.join(empty)}"
    yield ""
    told = [f"{name_of(name)} {posts:,}" for name, posts, _ in figures.languages.head(_SHOWN).iter_rows()]
    yield f"languages: {', '.join(told) or 'none'}"
    states = [f"{state} {posts:,}" for state, posts in figures.states.iter_rows()]
    yield f"posts: {', '.join(states) or 'none'}"
    yield completeness(figures, params.sites).sentence
    yield from _receipts(figures)
    yield f"findings: {_counted(figures.findings)}"
    rules = figures.quarantine.group_by("rule", maintain_order=True).agg(pl.col("records").sum())
    yield f"quarantine: {_counted(dict(rules.iter_rows()))}"
    if figures.flags:
        yield f"posts with flags: {_most(figures.flags)} (docs/flags.md)"
    yield ""
    yield f"page: {report.page}"
    yield f"release: {release}"
    if figures.rows.get("posts"):
        # A text of JSON is one of Python.
        yield f'load: datasets.load_dataset({json.dumps(str(release), ensure_ascii=False)}, "posts", split="train")'
    for advice in _next(figures, params):
        yield f"next: {advice}"


def _receipts(figures: Figures) -> Iterator[str]:
    """The last crawls whose receipts do not balance, with the reason."""
    open_ = figures.crawls.filter(pl.col("last") & ~pl.col("balanced"))
    for site, crawl, reason in open_.select("site", "crawl", "reason").head(_SHOWN).iter_rows():
        # The second line of a reason is advice.
        yield f"  {site} {crawl}: {(reason or 'items are unaccounted for').partition(chr(10))[0]}"
    if open_.height > _SHOWN:
        yield f"  and {open_.height - _SHOWN:,} more sites; the page lists the first {LISTED} crawls"


def _counted(counts: dict[str, int]) -> str:
    if not counts:
        return "none"
    return f"{sum(counts.values()):,}: {_most(counts)}"


def _most(counts: dict[str, int]) -> str:
    """The highest counts, with names."""
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{name} {count:,}" for name, count in most[:_SHOWN])
    return f"{shown}{', ...' if len(most) > _SHOWN else ''}"


def _next(figures: Figures, params: Params) -> Iterator[str]:
    """What is left to do before this build can be published, the worst first."""
    if figures.findings:
        yield "mend what breaks the schemas, before which nothing is packaged: findings.parquet names each row"
    open_ = set(figures.crawls.filter(pl.col("last") & ~pl.col("balanced"))["site"].to_list())
    parts = sorted(site.name for site in params.sites if site.part is not None)
    live = sorted(site.name for site in params.sites if site.name in open_ and not (site.files or site.part))
    of_files = sorted(site.name for site in params.sites if site.name in open_ and site.files is not None)
    if parts:
        yield f"build without --limit, --since and --types (`part` in params.yaml) for all of: {_names(parts)}"
    if live:
        yield f"ask again with `presscorpus advance`, since items are missing: {_names(live)}"
    if of_files:
        yield f"items of the files could not be read; `presscorpus gaps` lists them: {_names(of_files)}"
    if figures.rows["quarantine"]:
        yield "docs/flags.md explains the rules of the quarantine; `presscorpus raw` prints the bytes of an item"
    shut = [site.name for site in params.sites if not site.rights.publishable]
    if shut:
        yield f"state in params.yaml what may be done with the content, before you publish: {_names(shut)}"
    if not params.dataset.creators:
        yield "state in params.yaml who made the dataset (dataset.creators), before you publish"
    if not (figures.findings or open_ or shut) and params.dataset.creators:
        target = "" if params.dataset.repository else f" ORG/{params.dataset.name}"
        yield f"`dvc repro`, then `presscorpus publish{target} --dry-run`"


def _names(sites: Sequence[str]) -> str:
    return ", ".join(sites[:_SHOWN]) + (f" and {len(sites) - _SHOWN:,} more" if len(sites) > _SHOWN else "")


def _columns(rows: Sequence[Sequence[str]], left: int = 1) -> Iterator[str]:
    """Align rows in columns, the first `left` to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        sides = (
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(sides).rstrip()
