"""The page as one HTML file, from figures, a sample and descriptions. Pure.

It loads nothing and sends nothing: its Content-Security-Policy (https://www.w3.org/TR/CSP3/) allows the one style and
the one script whose digests it names, and no string can become script (https://www.w3.org/TR/trusted-types/). The
sample stands in it as JSON, which the script turns into elements and text, never into markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.report import answers, dictionary, pictures, tables
from presscorpus.report.draw import svgs
from presscorpus.report.figures import UNKNOWN
from presscorpus.report.markup import prose, safe, section, table, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from presscorpus.config.params import Params
    from presscorpus.config.schema import Schema
    from presscorpus.release.composition import Composition
    from presscorpus.report.answers import Answer
    from presscorpus.report.figures import Figures
    from presscorpus.report.pictures import Picture
    from presscorpus.report.sample import Sample

_CONTENTS = (
    ("time", "Over time"), ("look", "Look inside"), ("words", "Words and media"), ("links", "Links"),
    ("history", "History"), ("receipts", "Receipts"), ("quality", "Quality"), ("sites", "Sites"), ("tables", "Tables"),
)  # fmt: skip
_DIMENSIONS = ("site", "language", "type")
_WORDS, _LINKS = ("languages", "terms", "lengths", "media"), ("domains", "linking")


class Facts(NamedTuple):
    """Everything that the page shows, after the policy.

    `params` are those of the dataset, `made` is what its posts are. `description` is the user's, null for none,
    `citation` the dataset in one sentence, `bibtex` as an entry. `schemas` are those of the released tables, in the
    descriptor's order. `sites` has rows of the table `sites`.
    """

    params: Params
    made: Composition
    description: str | None
    citation: str
    bibtex: str
    schemas: Sequence[Schema]
    sites: pl.DataFrame
    figures: Figures
    sample: Sample


def page(facts: Facts) -> str:
    """Render the whole page.

    Args:
        facts: What it shows.

    Returns:
        HTML; the same facts give the same text.
    """
    figures = facts.figures
    drawn = _drawn(figures)
    parts = [
        _over_time(drawn), _look(facts.sample), section("words", "Words and media", "", _grid(drawn, _WORDS)),
        section("links", "Links", "", _grid(drawn, _LINKS)), section("history", "History", "", drawn["changes"]),
        tables.receipts_section(figures, drawn["receipts-drawn"]), tables.quality_section(figures),
        tables.sites_section(facts.sites, figures), dictionary.section_of(facts.schemas, figures.rows),
    ]  # fmt: skip
    body = "\n".join(parts)
    contents = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in _CONTENTS)
    title = f"{safe(facts.params.dataset.title)} {safe(facts.params.dataset.version)}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{_asset("page.css")}</style>
</head>
<body>
<a class=skip href="#time">Skip to the content</a>
{_header(facts)}
<nav aria-label="Contents"><ul>{contents}</ul></nav>
<main>
{body}
</main>
<footer><p>Made by presscorpus from the tables of this version. The page loads nothing and sends nothing.</p></footer>
<script type="application/json" id="sample">{_json(facts.sample)}</script>
<script>{_asset("page.js")}</script>
</body>
</html>
"""


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def _policy() -> str:
    def digest(name: str) -> str:
        return base64.b64encode(hashlib.sha256(_asset(name).encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{digest('page.css')}'; script-src 'sha256-{digest('page.js')}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _json(sample: Sample) -> str:
    """The sample as JSON within a script element, without the characters <, > and &.

    A < could end the element, and nothing is left that a parser of HTML would read.
    """
    whole: dict[str, Any] = {"total": sample.total, "posts": sample.posts}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return visible(text).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _header(facts: Facts) -> str:
    figures = facts.figures
    counts = {
        "Sites": len(facts.sites),
        "Posts": figures.rows.get("posts", 0),
        "Words": figures.totals.words,
        "Links": figures.rows.get("links", 0),
        "Media": figures.rows.get("media", 0),
        "Languages": len([name for name in figures.languages["language"] if name != UNKNOWN]),
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in counts.items())
    lead = f'<p class=lead dir="auto">{prose(facts.description)}</p>' if facts.description else ""
    answered = "".join(map(_answer, answers.answers(figures, facts.made, facts.params)))
    return f"""<header>
<p class=kind>Dataset <span class=version>version <bdi>{safe(facts.params.dataset.version)}</bdi></span></p>
<h1 dir="auto">{safe(facts.params.dataset.title)}</h1>
{lead}
<div class=answers>{answered}</div>
<dl class=figures>{listed}</dl>
<details class=cite><summary>How to cite</summary>
<p id=citation dir="auto">{safe(facts.citation)}</p>
<pre id=bibtex tabindex=0 role=region aria-label="BibTeX entry"><code>{safe(facts.bibtex)}</code></pre>
<p><button type=button data-copy=citation hidden>Copy the citation</button>
<button type=button data-copy=bibtex hidden>Copy BibTeX</button> <span class=copied role=status></span></p>
</details>
</header>"""


def _answer(answer: Answer) -> str:
    """One question with its answer.

    The word that is the answer has the colour of its kind.
    """
    word = f"<strong class={answer.kind} dir=auto>{safe(answer.word)}.</strong> " if answer.word else ""
    return (
        f"<section class=answer><h2>{safe(answer.question)}</h2><div>{word}{answer.text}</div>"
        f'<p><a href="#{answer.section}">{answer.more}</a></p></section>'
    )


def _look(sample: Sample) -> str:
    if sample.whole:
        note = f"All {sample.total:,} posts" if sample.total != 1 else "The one post"
        note += " of this version, as released."
    else:
        note = (
            f"{len(sample.posts):,} of {sample.total:,} posts, chosen by their digests from every site and language. "
            "The tables have all of them."
        )
    note += " Characters that hide or turn text are written out, like [U+202E]."
    without = "<noscript><p>Searching needs the page's own script, which this browser does not run.</p></noscript>"
    return section("look", "Look inside", note, f"{without}\n<div id=browser hidden></div>")


def _drawn(figures: Figures) -> dict[str, str]:
    """All figures of the page by the name of their picture; they are drawn at once."""
    shown = [
        *(pictures.over_time(figures, name) for name in _DIMENSIONS), pictures.languages(figures),
        pictures.terms(figures), pictures.lengths(figures), pictures.media(figures), pictures.domains(figures),
        pictures.linking(figures), pictures.changed(figures), pictures.receipts(figures),
    ]  # fmt: skip
    specs = {each.name: [] if each.sole else [spec for spec in (each.narrow, each.wide) if spec] for each in shown}
    forms = iter(svgs([spec for each in specs.values() for spec in each]))
    return {picture.name: _figure(picture, [next(forms) for _ in specs[picture.name]]) for picture in shown}


def _grid(drawn: dict[str, str], names: Sequence[str]) -> str:
    return f"<div class=grid>{''.join(drawn[name] for name in names)}</div>"


def _over_time(drawn: dict[str, str]) -> str:
    choices = "".join(
        f"<label><input type=radio name=over value={name}{' checked' if name == 'site' else ''}> {name}</label>"
        for name in _DIMENSIONS
    )
    shown = "".join(f"<div class=over-{name}>{drawn[f'time-{name}']}</div>" for name in _DIMENSIONS)
    body = f"<div class=switch><fieldset><legend>Posts over time by</legend>{choices}</fieldset>{shown}</div>"
    return section("time", "Over time", "", body)


def _figure(picture: Picture, forms: Sequence[str]) -> str:
    """A chart with one sentence for screen readers, and its figures as a table.

    `forms` are its SVGs, the narrow one first.
    """
    if not forms:
        drawn = f"<p class=none dir=auto>{safe(picture.sole or picture.alt)}</p>"
    else:
        names = ("narrow", "wide") if len(forms) > 1 else ("only",)
        shown = "".join(f"<div class={name}>{form}</div>" for name, form in zip(names, forms, strict=True))
        drawn = f'<div class=plot role=img aria-label="{safe(picture.alt)}">{shown}</div>'
    listed = ""
    if picture.rows:
        figures = table(f"figures-{picture.name}", picture.title, picture.head, picture.rows)
        called = f"As a table<span class=hidden>: {safe(picture.title)}</span>"
        listed = f"<details><summary>{called}</summary>{figures}</details>"
    return (
        f'<figure id="{picture.name}"><figcaption><h3>{safe(picture.title)}</h3>'
        f"<p>{safe(picture.note)}</p></figcaption>{drawn}{listed}</figure>"
    )
