"""The report as one static page: pure, from released tables to HTML.

Everything that comes from a site is foreign: it is escaped where it enters the page (`_Html` marks what is markup
already), stands in an element of its own with `dir="auto"`, and becomes a link only if it is an http(s) address. The
page loads nothing and its Content-Security-Policy forbids that anything be loaded or run
(https://www.w3.org/TR/CSP3/); the only style is the one whose digest the policy names.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import polars as pl

from builder.report.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Rows of one table of the page; the data has the rest.
SHOWN = 500


class Facts(NamedTuple):
    """What the page tells: plain values, and tables as they are released, after the policy.

    `description` is the descriptor's. `tables` has name, title and number of rows of each table, in the descriptor's
    order. `findings` counts faults by "table/field/rule" as `builder.checks.Findings.counts` does.
    """

    title: str
    version: str
    description: str
    tables: Sequence[tuple[str, str, int]]
    sites: pl.DataFrame
    crawls: pl.DataFrame
    quarantine: pl.DataFrame
    findings: dict[str, int]


class _Html(str):
    """Text that is markup already."""

    __slots__ = ()


_Cell = str | int | None


def page(facts: Facts) -> str:
    """The whole page. The same facts give the same page."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    sections = "\n".join([_tables(facts), _findings(facts), _receipts(facts), _quarantine(facts), _rights(facts)])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{escape(facts.title)} {escape(facts.version)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1 dir="auto">{escape(facts.title)}</h1>
<p class="version">Version <bdi>{escape(facts.version)}</bdi></p>
<p class="lead" dir="auto">{escape(facts.description)}</p>
{_figures(facts)}
</header>
<main>
{sections}
</main>
<footer><p>Made by presscorpus from the tables of this version. The page loads nothing and sends nothing.</p></footer>
</body>
</html>
"""


def _figures(facts: Facts) -> str:
    rows = {name: count for name, _, count in facts.tables}
    figures = {"Sites": len(facts.sites), "Posts": rows.get("posts", 0), "Links": rows.get("links", 0)}
    figures |= {"In quarantine": len(facts.quarantine), "Findings": sum(facts.findings.values())}
    return (
        f"<dl class=figures>{''.join(f'<div><dt>{name}</dt><dd>{n:,}</dd></div>' for name, n in figures.items())}</dl>"
    )


def _tables(facts: Facts) -> str:
    most = max((count for _, _, count in facts.tables), default=0)
    rows = [(_code(name), title, count, _bar(count, most)) for name, title, count in facts.tables]
    table = _table("tables", "Rows of each table", ["Table", "What it holds", "Rows", ""], rows)
    return _section("Tables", "What this version holds.", table)


def _findings(facts: Facts) -> str:
    if not facts.findings:
        text = "Every table keeps its schema: types, required values, patterns, bounds, keys and foreign keys."
        return _section("Findings", "", f"<p class=good>{text}</p>")
    rows: list[tuple[_Cell, ...]] = [(*label.split("/", 2), count) for label, count in sorted(facts.findings.items())]
    table = _table("findings", "Faults by rule", ["Table", "Field", "Rule", "Faults"], rows)
    return _section("Findings", "How the tables break their schemas.", table)


def _receipts(facts: Facts) -> str:
    head = ["Site", "Crawl", "Collection", "Balance", "Advertised", "Known", "Fetched", "Not shown", "Gone", "Failed"]
    head += ["Requests", "Bytes"]
    columns = ["site", "crawl", "collection", "balanced", "outcome", "reason"]
    columns += ["advertised_end", "swept", "fetched", "unreadable", "gone", "failed", "requests", "bytes"]
    ordered = facts.crawls.select(columns).sort("balanced", "site", "crawl", "collection")
    rows = [
        (site, crawl, collection, _balance(outcome, reason, balanced=balanced), *counts)
        for site, crawl, collection, balanced, outcome, reason, *counts in ordered.head(SHOWN).iter_rows()
    ]
    balanced = facts.crawls["balanced"].sum()
    note = (
        f"{balanced:,} of {len(facts.crawls):,} collections balance: every item that a site is known to have was "
        "fetched, or it is known why not. Those that do not balance come first."
    )
    return _section("Receipts", note, _table("receipts", _caption("Receipts", len(facts.crawls)), head, rows))


def _balance(outcome: str, reason: str | None, *, balanced: bool) -> _Html:
    if balanced and outcome == "complete":
        return _Html("<span class=good>balances</span>")
    why = f"{outcome}: {reason}" if reason else outcome
    return _Html(f"<span class=bad>{'' if balanced else 'does not balance, '}<bdi>{escape(why)}</bdi></span>")


def _quarantine(facts: Facts) -> str:
    if facts.quarantine.is_empty():
        return _section("Quarantine", "", "<p class=good>Every record became a row.</p>")
    counted = facts.quarantine.group_by("rule", "table").agg(pl.len(), pl.col("site").n_unique().alias("sites"))
    ordered = counted.sort("len", "rule", "table", descending=[True, False, False])
    rows = [(_code(rule), table, count, sites) for rule, table, count, sites in ordered.iter_rows()]
    note = "Records that could not become rows. Their bytes stay in the archive."
    table = _table("quarantine", "Records by rule", ["Rule", "Table", "Records", "Sites"], rows)
    return _section("Quarantine", note, table)


def _rights(facts: Facts) -> str:
    columns = ["site", "title", "address", "license", "rights", "crawl"]
    rows = [
        (site, title, _link(address), license_ or "none", _long(rights), crawl or "never reached")
        for site, title, address, license_, rights, crawl in facts.sites.select(columns)
        .sort("site")
        .head(SHOWN)
        .iter_rows()
    ]
    head = ["Site", "Title", "Address", "Licence", "Rights", "Last crawl"]
    note = "What may be done with the content differs from site to site."
    return _section("Sites and rights", note, _table("sites", _caption("Sites", len(facts.sites)), head, rows))


def _section(title: str, note: str, body: str) -> str:
    said = f"<p class=note>{escape(note)}</p>\n" if note else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{said}{body}\n</section>"


def _caption(name: str, rows: int) -> str:
    return name if rows <= SHOWN else f"{name}: the first {SHOWN} of {rows:,}"


def _table(name: str, caption: str, head: list[str], rows: Iterable[Sequence[_Cell]]) -> str:
    """A table that scrolls by itself, by keyboard too, where the screen is narrow."""
    cells = [list(row) for row in rows]
    numeric = {place for row in cells for place, cell in enumerate(row) if isinstance(cell, int)}
    kinds = [" class=number" if place in numeric else "" for place in range(len(head))]
    titles = "".join(f"<th scope=col{kind}>{escape(title)}</th>" for title, kind in zip(head, kinds, strict=True))
    lines = []
    for row in cells:
        first, *others = [f"{kind}{_inside(cell)}" for cell, kind in zip(row, kinds, strict=True)]
        lines.append(f"<tr><th scope=row{first}</th>{''.join(f'<td{other}</td>' for other in others)}</tr>")
    body = "\n".join(lines)
    return (
        f'<div class=scroll role=region tabindex=0 aria-labelledby="caption-{name}">\n'
        f'<table>\n<caption id="caption-{name}">{escape(caption)}</caption>\n'
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _inside(cell: _Cell) -> str:
    """The end of a cell's opening tag, and what stands in the cell. What is not known is no zero."""
    if isinstance(cell, _Html):
        return f">{cell}"
    if isinstance(cell, str):
        return f' dir="auto">{escape(cell)}'
    return ">–" if cell is None else f">{cell:,}"


def _code(text: str) -> _Html:
    return _Html(f'<code dir="auto">{escape(text)}</code>')


def _long(text: str) -> _Html:
    return _Html(f'<div class=long dir="auto">{escape(text)}</div>')


def _link(address: str) -> _Html:
    """An address, as a link only where it is one of the web."""
    shown = f"<bdi>{escape(address)}</bdi>"
    try:
        web = urlsplit(address).scheme in {"http", "https"} and bool(urlsplit(address).hostname)
    except ValueError:
        web = False
    return _Html(f'<a href="{escape(address)}" rel="noopener noreferrer">{shown}</a>' if web else shown)


def _bar(count: int, most: int) -> _Html:
    """How many rows a table has, beside the largest one."""
    width = 100 * count / most if most else 0
    return _Html(
        '<svg class=bar viewBox="0 0 100 6" preserveAspectRatio=none aria-hidden=true>'
        f'<rect width="{width:.2f}" height=6 /></svg>'
    )
