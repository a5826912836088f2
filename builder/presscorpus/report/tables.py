"""The sections of the page that are tables: receipts, quality, rights. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.report.figures import COUNTS, LISTED
from presscorpus.report.markup import Html, code, link, long, moment, safe, section, table
from presscorpus.report.words import MEANINGS, explained, word

if TYPE_CHECKING:
    import polars as pl

    from presscorpus.report.figures import Figures
    from presscorpus.report.markup import Value

_HEAD = ("Balance", "Advertised", "Known", "Fetched", "Unchanged", "Not shown", "Gone", "Failed")
_OF_QUALITY = ("Finding", "Quarantine")


def receipts_section(figures: Figures, drawn: str) -> str:
    """The section on crawls: each one, and each of its collections.

    Args:
        figures: The figures of the corpus.
        drawn: The picture of the receipts, as HTML.

    Returns:
        HTML; at most `LISTED` crawls and collections, those that do not balance first.
    """
    whole = figures.crawls
    head = ["Site", "Crawl (UTC)", *map(word, _HEAD), "Requests", "Bytes"]
    columns = ["site", "crawl", "balanced", "outcome", "reason", *COUNTS, "requests", "bytes"]
    rows = [
        (site, moment(crawl), _balance(outcome, reason, balanced=balanced), *counts)
        for site, crawl, balanced, outcome, reason, *counts in whole.select(columns).head(LISTED).iter_rows()
    ]
    crawls = table("crawls", _caption("Crawls", whole.height), head, rows)
    parts = [
        (site, moment(crawl), collection, _balance(outcome, reason, balanced=balanced), *counts)
        for balanced, site, crawl, collection, outcome, reason, *counts in figures.receipts.iter_rows()
    ]
    caption = _caption("Collections", figures.rows.get("crawls", 0))
    inner = table("receipts-each", caption, [*head[:2], "Collection", *head[2:]], parts)
    note = (
        f"{int(whole['balanced'].sum()):,} of {whole.height:,} crawls balance: every item that a site is known to have "
        "was fetched, or it is known why not. Those that do not balance come first."
    )
    words = explained(name for name in MEANINGS if name not in _OF_QUALITY)
    body = f"{words}\n{drawn}\n{crawls}\n<details><summary>By collection</summary>{inner}</details>"
    return section("receipts", "Receipts", note, body)


def _balance(outcome: str, reason: str | None, *, balanced: bool) -> Html:
    if balanced and outcome != "incomplete":
        return Html(f"<span class=good>balances{'' if outcome == 'complete' else ', total unknown'}</span>")
    why = f"{outcome}: {reason}" if reason else outcome
    return Html(f"<span class=bad>{'' if balanced else 'does not balance, '}<bdi>{safe(why)}</bdi></span>")


def quality_section(figures: Figures) -> str:
    """The section on findings of the validation and records in quarantine, by rule.

    Args:
        figures: The figures of the corpus.

    Returns:
        HTML.
    """
    if figures.findings:
        rows: list[tuple[Value, ...]] = [(*label.split("/", 2), count) for label, count in figures.findings.items()]
        findings = table(
            "findings", "Findings: how tables break their schemas", ["Table", "Field", "Rule", "Faults"], rows
        )
    else:
        text = "Every table keeps its schema: types, required values, patterns, bounds, keys and foreign keys."
        findings = f"<p class=good>{text}</p>"
    if figures.quarantine.is_empty():
        quarantine = "<p class=good>Every record became a row: the quarantine is empty.</p>"
    else:
        kept = [(code(rule), *rest) for rule, *rest in figures.quarantine.iter_rows()]
        caption = "Quarantine: records that could not become rows. Their bytes stay in the archive"
        quarantine = table("quarantine", caption, ["Rule", "Table", "Records", "Sites"], kept)
    return section("quality", "Quality", "", f"{explained(_OF_QUALITY)}\n{findings}\n{quarantine}")


def sites_section(frame: pl.DataFrame, figures: Figures) -> str:
    """The section on what may be done with the content of each site.

    Args:
        frame: The released table `sites`.
        figures: The figures of the dataset, for the last crawl of each site.

    Returns:
        HTML; at most `LISTED` sites, by name.
    """
    # `crawl` of the table is the one that described the site, which no file of posts does.
    last = dict(figures.crawls.filter("last").select("site", "crawl").iter_rows())
    ordered = frame.select("site", "title", "address", "license", "rights").sort("site").head(LISTED)
    rows = [
        (site, title, link(address), license_ or "none", long(rights), moment(last[site]) if site in last else "none")
        for site, title, address, license_, rights in ordered.iter_rows()
    ]
    head = ["Site", "Title", "Address", "Licence", "Rights", "Last crawl (UTC)"]
    note = "What may be done with the content differs from site to site."
    return section("sites", "Sites and rights", note, table("sites-each", _caption("Sites", frame.height), head, rows))


def _caption(name: str, rows: int) -> str:
    return name if rows <= LISTED else f"{name}: the first {LISTED} of {rows:,}"
