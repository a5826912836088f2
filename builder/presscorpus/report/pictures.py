"""The pictures of the page: a chart, its description in words, its figures. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.content import dates
from presscorpus.content.language_names import name_of
from presscorpus.report import charts
from presscorpus.report.charts import NARROW, WIDE, Bar, Cell, Part
from presscorpus.report.figures import BARS, OTHER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from presscorpus.report.charts import Spec
    from presscorpus.report.figures import Figures, Timeline
    from presscorpus.report.markup import Value

_RECEIPTS = ("fetched", "unchanged", "not_shown", "gone", "failed")
_SAID = ("fetched", "unchanged", "not shown", "gone", "failed", "not asked for")
_SITES, _TABLED, _FEW_SITES = 15, 50, 4
_NONE = "There is none."


class Picture(NamedTuple):
    """A chart and what stands beside it.

    `narrow` is drawn for a telephone, `wide` (null where one form fits all) for a desk. Both are null where there is
    nothing to draw; then `alt` says so. `alt` describes the chart in a sentence or two. `rows` are all the figures that
    are drawn, under `head`. `sole` says a chart of a single mark in words, with which it needs no drawing in a page;
    it is null where there are more marks.
    """

    name: str
    title: str
    note: str
    alt: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]
    narrow: Spec | None
    wide: Spec | None = None
    sole: str | None = None


def over_time(figures: Figures, dimension: str) -> Picture:
    """Posts by the time of their publication and by site, language or type.

    Args:
        figures: The figures of the corpus.
        dimension: "site", "language" or "type".

    Returns:
        The picture; its note tells how many posts are not drawn for want of a date that can be meant.
    """
    line = figures.over_time[dimension]
    left = [f"{line.undated:,} without a date" if line.undated else ""]
    left += [f"{line.outside:,} dated {_outside(line)}" if line.outside else ""]
    missing = " and ".join(filter(None, left))
    note = f"By date of publication, UTC.{f' Not drawn: {missing}.' if missing else ''}"
    return _line(f"time-{dimension}", f"Posts over time, by {dimension}", note, line, dimension)


def _outside(line: Timeline) -> str:
    """In words, what does not lie on the axis."""
    periods = line.calendar.periods
    return f"before {dates.period(periods[0])} or after {dates.period(periods[-1])}" if periods else "in no year"


def changed(figures: Figures) -> Picture:
    """Edits and disappearances, by when they were first seen.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture.
    """
    note = "What was seen to change after a post was first seen, by when it was seen first."
    return _line("changes", "Edits and disappearances", note, figures.changes, "change")


def _line(name: str, title: str, note: str, line: Timeline, what: str) -> Picture:
    names = [name_of(series) if what == "language" else series for series in line.series]
    unit = line.calendar.unit
    head = [unit.title(), *names, *(["All"] if len(names) > 1 else [])]
    counts = {(period, series): n for period, series, n in line.frame.iter_rows()}
    rows: list[list[Value]] = []
    for period in line.calendar.periods:
        values = [counts.get((period, series), 0) for series in line.series]
        if any(values):
            rows.append([dates.period(period), *values, *([sum(values)] if len(names) > 1 else [])])
    if not rows:
        return Picture(name, title, note, "Nothing was seen to change." if what == "change" else _NONE, head, [], None)
    most = max(rows, key=lambda row: int(row[-1] or 0))
    axis = "Changes" if what == "change" else "Posts"
    alt = (
        f"Columns, one a {unit}, {dates.span(line.calendar.periods[0], line.calendar.periods[-1])}, "
        f"{'in parts by ' + what + ': ' + ', '.join(names) + '. ' if len(names) > 1 else 'all of ' + names[0] + '. '}"
        f"The highest is {most[0]} with {most[-1]:,}."
    )
    forms = [charts.timeline(line, axis, width=width, names=names) for width in (NARROW, WIDE)]
    sole = f"{axis}: {most[-1]:,}, {most[0]}, {names[0]}." if len(rows) == len(names) == 1 else None
    return Picture(name, title, note, alt, head, rows, forms[0], forms[1], sole)


def languages(figures: Figures) -> Picture:
    """Posts by language of their text.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture; the languages after the first `BARS` are one bar.
    """
    rows = [(name_of(code), code, posts, words) for code, posts, words in figures.languages.iter_rows()]
    bars = _bars([(name, posts) for name, _, posts, _ in rows])
    note = f"As found in the texts. “{name_of(UNKNOWN)}”: too short, mixed, or withheld."
    head = ["Language", "Code", "Posts", "Words"]
    return _of_bars(Picture("languages", "Languages", note, _NONE, head, rows, None), bars, "Posts")


def terms(figures: Figures) -> Picture:
    """The terms that most posts carry.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture of at most `BARS` terms; its table has more.
    """
    bars = _bars([(name, posts) for _, name, _, posts in figures.terms.head(BARS).iter_rows()])
    rows = [(name, taxonomy, sites, posts) for taxonomy, name, sites, posts in figures.terms.head(_TABLED).iter_rows()]
    note = "Categories, tags and other terms, by posts that carry them. Terms of one name on several sites are one."
    head = ["Term", "Taxonomy", "Sites", "Posts"]
    return _of_bars(Picture("terms", "Most used terms", note, _NONE, head, rows, None), bars, "Posts")


def domains(figures: Figures) -> Picture:
    """The domains that most posts link to.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture of at most `BARS` domains; its table has more.
    """
    bars = _bars([(name, posts) for name, posts, _ in figures.domains.head(BARS).iter_rows()])
    note = "Hyperlinks to other sites, by registrable domain."
    head, rows = ["Domain", "Posts", "Links"], figures.domains.head(_TABLED).rows()
    picture = Picture("domains", "Most linked domains", note, _NONE, head, rows, None)
    return _of_bars(picture, bars, "Posts that link there")


def linking(figures: Figures) -> Picture:
    """A matrix of the sites, and the domains that most of their posts link to.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture, in one form.
    """
    frame = figures.linking
    totals = frame.group_by("domain", "corpus").agg(pl.col("posts").sum())
    order = totals.sort("corpus", "posts", "domain", descending=[True, True, False])
    targets, sites = order["domain"].to_list(), frame["site"].unique().sort().to_list()
    note = "Posts of the site above that link to the domain on the left. ● is a site of this corpus."
    rows = [(site, domain, "yes" if corpus else "no", posts) for site, domain, posts, corpus in frame.iter_rows()]
    head = ["Site", "links to", "In this corpus", "Posts"]
    picture = Picture("linking", "Who links to whom", note, "No post links to another site.", head, rows, None)
    if not rows:
        return picture
    most = frame.sort("posts", "site", "domain", descending=[True, False, False]).row(0)
    alt = f"A matrix of {len(targets)} domains by {len(sites)} sites. Most posts: {most[0]} to {most[1]}, {most[2]:,}."
    cells = [Cell(targets.index(domain), sites.index(site), posts) for site, domain, posts, _ in frame.iter_rows()]
    names = [f"● {domain}" if corpus else domain for domain, corpus, _ in order.iter_rows()]
    width = NARROW if len(sites) <= _FEW_SITES else WIDE
    return picture._replace(alt=alt, narrow=charts.matrix(names, sites, cells, width=width))


def lengths(figures: Figures) -> Picture:
    """Posts by the length of their text in words.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture.
    """
    rows = figures.lengths.rows() if figures.lengths["posts"].sum() else []
    note = f"In words; {figures.totals.words:,} in all."
    picture = Picture("lengths", "Lengths of texts", note, _NONE, ["Words", "Posts"], rows, None)
    return _of_bars(picture, _bars(rows), "Posts")


def media(figures: Figures) -> Picture:
    """Attachments by MIME type.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture; the types after the first `BARS` are one bar.
    """
    rows = figures.media.rows()
    picture = Picture("media", "Kinds of media", "Attachments by MIME type.", _NONE, ["Kind", "Files"], rows, None)
    return _of_bars(picture, _bars(rows), "Files")


def receipts(figures: Figures) -> Picture:
    """The outcome of all known items, in the last crawl of each site.

    Args:
        figures: The figures of the corpus.

    Returns:
        The picture of at most 15 sites that have known items.
    """
    last = figures.crawls.filter(pl.col("last") & (pl.col("known") > 0)).head(_SITES)
    parts, names = [], []
    for place, row in enumerate(last.iter_rows(named=True)):
        names.append(row["site"])
        counts = [row[count] for count in _RECEIPTS]
        counts.append(max(row["known"] - sum(counts), 0))
        parts += [
            Part(place, n, round(count / row["known"], 4), f"{row['site']}: {count:,} {said}")
            for n, (count, said) in enumerate(zip(counts, _SAID, strict=True))
            if count
        ]
    head = ["Site", "Crawl (UTC)", "Advertised", "Known", "Fetched", "Unchanged", "Not shown", "Gone", "Failed"]
    columns = ["site", "crawl", "advertised", "known", *_RECEIPTS]
    rows = [(site, dates.crawl(crawl), *rest) for site, crawl, *rest in last.select(columns).iter_rows()]
    title, note = (
        "What came of everything known",
        "Items of the last crawl of each site, as shares of those known to exist.",
    )
    if not parts:
        return Picture("receipts-drawn", title, note, "No item is known.", head, rows, None)
    whole = figures.complete
    held = (whole["fetched"] or 0) + (whole["unchanged"] or 0)
    alt = f"Bars of shares, one a site. In all the archive holds {held:,} of {whole['known']:,} known items."
    axis = "Share of the items known"
    # What is in no bar needs no legend, but the first five, so that pages can be compared.
    said = _SAID if any(part.series == len(_RECEIPTS) for part in parts) else _SAID[:-1]
    forms = [charts.shares(names, parts, said, axis, width=width) for width in (NARROW, WIDE)]
    sole = f"{parts[0].said}, all that is known." if len(parts) == 1 else None
    return Picture("receipts-drawn", title, note, alt, head, rows, forms[0], forms[1], sole)


def _bars(rows: Sequence[tuple[str, int]]) -> list[Bar]:
    """The first rows as bars, and all others as one more."""
    shown = [Bar(name, count, f"{count:,}") for name, count in rows[:BARS]]
    rest = sum(count for _, count in rows[BARS:])
    return [*shown, Bar(OTHER, rest, f"{rest:,}")] if rest else shown


def _of_bars(picture: Picture, bars: list[Bar], axis: str) -> Picture:
    """Draw the bars into the picture, if there are any."""
    if not bars:
        return picture
    most = max(bars, key=lambda bar: bar.value)
    alt = f"Bars, {len(bars)} in all, of {axis.lower()}. The longest is {most.name} with {most.said}."
    sole = f"{axis}: {most.said}, {most.name}." if sum(bar.value > 0 for bar in bars) == 1 else None
    return picture._replace(alt=alt, narrow=charts.bars(bars, axis), sole=sole)
