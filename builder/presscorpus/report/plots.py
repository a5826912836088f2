"""The same figures for DVC: a metrics file, plots as CSV, and pictures as PNG.

`dvc metrics diff` and `dvc plots diff` compare two versions by them
(https://dvc.org/doc/user-guide/experiment-management/visualizing-plots). Pure, but for the drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from presscorpus.dtypes import COUNT, TEXT
from presscorpus.report import charts, pictures
from presscorpus.report.draw import pngs
from presscorpus.report.group_names import MEMBERS, safe_in_vega

if TYPE_CHECKING:
    from presscorpus.report.figures import Figures, Timeline

METRICS = "figures.json"
# A cell that begins with one of these is a formula to a spreadsheet (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = r"^[=+\-@\t\r]"


def metrics(figures: Figures) -> dict[str, Any]:
    """Counts, completeness, findings and sizes, for `dvc metrics`.

    Args:
        figures: The figures of the corpus.

    Returns:
        Values for JSON: whole numbers, and one share to four digits. What is not known has no key.
    """
    # DVC shows no null, so what is not known is left out.
    complete = {name: count for name, count in figures.complete.items() if count is not None}
    share = {} if figures.held is None else {"held_share": round(figures.held, 4)}
    unbalanced = {"unbalanced_crawls": int((~figures.crawls["balanced"]).sum())}
    return {
        "rows": figures.rows,
        "posts": dict(figures.states.iter_rows()),
        "languages": figures.languages.height,
        "completeness": complete | share | unbalanced,
        "findings": sum(figures.findings.values()),
        "quarantined": figures.rows["quarantine"],
        "sizes": figures.totals._asdict(),
    }


def tables(figures: Figures) -> dict[str, pl.DataFrame]:
    """The frames that `dvc plots` draws.

    Args:
        figures: The figures of the corpus.

    Returns:
        Frames by the name of their CSV file; their columns are those of `Figures`. A text that a spreadsheet would run
        as a formula has an apostrophe before it.
    """
    over_time = [_rows(line).with_columns(by=pl.lit(name)) for name, line in figures.over_time.items()]
    complete = {"count": list(figures.complete), "items": list(figures.complete.values())}
    made = {
        "posts_over_time.csv": pl.concat(over_time).select("by", "series", "period", "posts"),
        "languages.csv": figures.languages,
        "linked_domains.csv": figures.domains.head(50),
        "terms.csv": figures.terms.head(50),
        "text_lengths.csv": figures.lengths,
        "changes.csv": _rows(figures.changes),
        "completeness.csv": pl.DataFrame(complete, schema={"count": TEXT, "items": COUNT}),
    }
    return {name: _defused(frame) for name, frame in made.items()}


def cards(figures: Figures) -> dict[str, bytes]:
    """The pictures of the dataset card.

    Args:
        figures: The figures of the corpus.

    Returns:
        PNG by the name of its file.
    """
    shown = {
        "posts_over_time.png": pictures.over_time(figures, "site"),
        "languages.png": pictures.languages(figures),
        "linked_domains.png": pictures.domains(figures),
    }
    none = charts.bars([charts.Bar("none", 0, "0")], "Posts")
    specs = [charts.pictured(each.wide or each.narrow or none, each.title) for each in shown.values()]
    return dict(zip(shown, pngs(specs), strict=True))


def _rows(line: Timeline) -> pl.DataFrame:
    return line.frame.select("series", "period", "posts")


def _defused(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would run.

    And a space behind what breaks Vega.
    """
    text = pl.col(TEXT).replace({name: safe_in_vega(name) for name in MEMBERS})
    return frame.with_columns(pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep())
