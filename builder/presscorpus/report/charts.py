"""Charts as Vega-Lite specifications, one function for each form. Pure.

Specifications follow https://vega.github.io/vega-lite/docs/spec.html; sizes are pixels, `axis` titles the value axis.
All positions are given (`autosize` none), so that the fonts of a machine change no byte. Text from sites stands in data
or in a JSON literal. Colours are those of `INK`, `SERIES` and so on, for which the page has others on dark screens;
readers with any colour vision deficiency can tell series apart (a test measures that), and grey is the remainder.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from presscorpus.content import dates
from presscorpus.report.figures import OTHER
from presscorpus.report.font import FONT
from presscorpus.report.group_names import safe_in_vega

if TYPE_CHECKING:
    from collections.abc import Sequence

    from presscorpus.report.figures import Timeline

Spec = dict[str, Any]

INK, SOFT, LINE, ON_BAR = "#1d1c1a", "#605c55", "#dcd8cf", "#fffffe"
SERIES = ("#0a6e8a", "#d97706", "#5b2a86", "#3fa34d", "#b5284f", "#6b4f1d")
REST = "#948f86"
STATES = {
    "fetched": SERIES[0], "unchanged": SERIES[3], "not shown": SERIES[1], "gone": SERIES[2], "failed": SERIES[4],
    "not asked for": REST, "edited": SERIES[0], "came back": SERIES[3], "unpublished": SERIES[1], "deleted": SERIES[2],
}  # fmt: skip
"""The colour of each state of an item, in every chart and beside every text."""
WIDE, NARROW = 800, 328
_ROW, _BAR_LABELS, _LABEL_LENGTH = 24, 146, 18
_HEIGHT, _HEAD_LENGTH = 190, 14
# From this share of the largest value on a figure is written in the other tone; this many pixels have room for one.
_FULL, _CELL_WITH_FIGURE, _THOUSAND = 0.55, 30, 1000
# Controls but for white space, noncharacters, lone surrogates, https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Bar(NamedTuple):
    """One bar: its name, which may be text from a site, its length and its label."""

    name: str
    value: float
    said: str


class Cell(NamedTuple):
    """One cell of a matrix: the indexes of its row and its column, and its value."""

    row: int
    column: int
    value: int


class Part(NamedTuple):
    """One part of a bar of shares: the indexes of bar and series, a share of 0 to 1."""

    row: int
    series: int
    share: float
    said: str


def drawable(text: str) -> str:
    """Write out the characters that XML cannot hold, as [U+0000].

    Args:
        text: Text from a site; over one of these characters vl-convert would end the process.

    Returns:
        Text of characters of https://www.w3.org/TR/xml/#charsets alone.
    """
    return _NO_XML.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def shortened(text: str, most: int = _LABEL_LENGTH) -> str:
    """Cut a name to what fits beside a bar.

    Args:
        text: The name.
        most: The room in characters; one of Chinese, Japanese or Korean takes two.

    Returns:
        The name, with an ellipsis at its end where it was cut.
    """
    room = most
    for place, character in enumerate(text):
        room -= 2 if "\u2e80" <= character <= "\uffef" else 1
        if room < 0:
            return text[: max(place - 1, 0)].rstrip() + "…"
    return text


def bars(rows: Sequence[Bar], axis: str, *, width: int = NARROW, colour: str = SERIES[0]) -> Spec:
    """Horizontal bars, each with its name before it and its label behind it.

    Args:
        rows: The bars, from top to bottom.
        axis: What is counted.
        width: Of the whole chart.
        colour: Of all bars, one of `SERIES`.

    Returns:
        The specification.
    """
    values = [{"k": k, "name": shortened(bar.name), "n": bar.value, "said": bar.said} for k, bar in enumerate(rows)]
    top = max((bar.value for bar in rows), default=1) or 1
    y = {"field": "k", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.3, "paddingOuter": 0.15}}
    x = {"field": "n", "type": "quantitative", "axis": _counts(axis, top, 3), "scale": {"domain": [0, top]}}
    tip = {"field": "said", "type": "nominal"}
    layers = [
        {"mark": {"type": "bar", "color": colour}, "encoding": {"y": y, "x": x, "description": tip}},
        _words({"align": "right", "color": INK}, {"y": y, "x": {"value": -8}, "text": {"field": "name"}}),
        _words({"align": "left", "dx": 5, "color": SOFT}, {"y": y, "x": x, "text": {"field": "said"}}),
    ]  # fmt: skip
    padding = {"left": _BAR_LABELS, "right": 56, "top": 4, "bottom": 42}
    return _framed(width, _ROW * len(rows), padding, {"data": {"values": values}, "layer": layers})


def timeline(line: Timeline, axis: str, *, width: int, names: Sequence[str]) -> Spec:
    """Stacked columns, one for each period, each series in its colour.

    Args:
        line: The counts.
        axis: What is counted.
        width: Of the whole chart.
        names: The names of `line.series`, in that order.

    Returns:
        The specification.
    """
    ordered = {series: place for place, series in enumerate(line.series)}
    columns = 4 if width > NARROW else 2
    values = [
        {"p": period, "s": ordered[series], "n": n, "said": f"{dates.period(period)}, {names[ordered[series]]}: {n:,}"}
        for period, series, n in line.frame.iter_rows()
    ]
    top = max(line.frame.group_by("period").agg(pl.col("posts").sum())["posts"].to_list(), default=1)
    counted = {"axis": _counts(axis, top, 4), "scale": {"domain": [0, top]}}
    labels = line.calendar.labels(8 if width > NARROW else 4)
    legend_rows = -(-len(names) // columns) if len(names) > 1 else 0
    x = {
        "field": "p", "type": "ordinal", "title": {"day": "Day", "month": "Month", "year": "Year"}[line.calendar.unit],
        "scale": {"domain": line.calendar.periods, "paddingInner": 0.15, "paddingOuter": 0.05},
        "axis": {
            "values": labels, "labelAngle": 0, "grid": False, "ticks": True,
            "labelExpr": f"{json.dumps({each: dates.period(each, short=True) for each in labels})}[datum.value]",
        },
    }  # fmt: skip
    colour = {
        "field": "s", "type": "nominal", "scale": {"domain": list(range(len(names))), "range": _colours(line.series)},
        "legend": _legend(names, columns, legend_rows) if legend_rows else None,
    }  # fmt: skip
    encoding = {
        "x": x, "y": {"field": "n", "type": "quantitative", "stack": "zero", **counted},
        "color": colour, "order": {"field": "s", "type": "quantitative"}, "description": {"field": "said"},
    }  # fmt: skip
    padding = {"left": 58, "right": 10, "top": 10 + 20 * legend_rows, "bottom": 46}
    return _framed(width, _HEIGHT, padding, {"data": {"values": values}, "mark": {"type": "bar"}, "encoding": encoding})


def shares(names: Sequence[str], parts: Sequence[Part], series: Sequence[str], axis: str, *, width: int) -> Spec:
    """Bars of equal length, divided by shares.

    Args:
        names: The names of the bars, from top to bottom.
        parts: The shares, by the indexes of `names` and `series`.
        series: What each colour means.
        axis: What is shared out.
        width: Of the whole chart.

    Returns:
        The specification.
    """
    values = [{"k": part.row, "s": part.series, "n": part.share, "said": part.said} for part in parts]
    domain = list(range(len(names)))
    y = {"field": "k", "type": "ordinal", "axis": None, "scale": {"domain": domain, "paddingInner": 0.3}}
    columns = len(series) if width > NARROW else 2
    legend_rows = -(-len(series) // columns)
    colour = {
        "field": "s", "type": "nominal",
        "scale": {"domain": list(range(len(series))), "range": _colours(series)},
        "legend": _legend(series, columns, legend_rows, left=-_BAR_LABELS + 8),
    }  # fmt: skip
    x_axis = {"format": "%", "values": [0, 0.5, 1], "title": axis, "grid": True}
    encoding = {
        "y": y, "color": colour, "order": {"field": "s", "type": "quantitative"}, "description": {"field": "said"},
        "x": {"field": "n", "type": "quantitative", "stack": "zero", "scale": {"domain": [0, 1]}, "axis": x_axis},
    }  # fmt: skip
    layers = [
        {"data": {"values": values}, "mark": {"type": "bar"}, "encoding": encoding},
        _rows_named(names, y),
    ]
    padding = {"left": _BAR_LABELS, "right": 22, "top": 10 + 20 * legend_rows, "bottom": 42}
    return _framed(width, _ROW * len(names), padding, {"layer": layers})


def matrix(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Cell], *, width: int) -> Spec:
    """A matrix of cells, the darker the larger their value.

    Args:
        rows: The names of rows: link targets.
        columns: The names of columns: sites.
        cells: Posts that link, by the indexes of `rows` and `columns`.
        width: Of the whole chart.

    Returns:
        The specification; cells hold figures where they are wide enough.
    """
    most = max((cell.value for cell in cells), default=1)
    values = [
        {
            "k": cell.row, "c": cell.column, "n": cell.value, "shown": _brief(cell.value),
            "o": round(0.12 + 0.88 * cell.value / most, 3), "full": cell.value > _FULL * most,
            "said": f"{columns[cell.column]} to {rows[cell.row]}: {cell.value:,} posts",
        }
        for cell in cells
    ]  # fmt: skip
    padding = {"left": _BAR_LABELS, "right": 60, "top": 84, "bottom": 6}

    def band(field: str, count: int) -> Spec:
        scale = {"domain": list(range(count)), "padding": 0.06}
        return {"field": field, "type": "ordinal", "axis": None, "scale": scale}

    x, y = band("c", len(columns)), band("k", len(rows))
    opacity = {"field": "o", "type": "quantitative", "scale": None, "legend": None}
    heads = [{"c": place, "name": shortened(name, _HEAD_LENGTH)} for place, name in enumerate(columns)]
    head = {"x": x, "y": {"value": -8}, "text": {"field": "name"}}
    layers: list[Spec] = [
        {
            "data": {"values": values},
            "mark": {"type": "rect", "color": SERIES[0]},
            "encoding": {"x": x, "y": y, "fillOpacity": opacity, "description": {"field": "said"}},
        },
        _rows_named(rows, y),
        {"data": {"values": heads}, **_words({"align": "left", "angle": -40, "color": INK}, head)},
    ]
    if (width - padding["left"] - padding["right"]) / max(len(columns), 1) > _CELL_WITH_FIGURE:
        tone = {"condition": {"test": "datum.full", "value": ON_BAR}, "value": INK}
        text = {"x": x, "y": y, "text": {"field": "shown"}, "color": tone}
        layers.append({"data": {"values": values}, **_words({"align": "center"}, text)})
    return _framed(width, _ROW * len(rows), padding, {"layer": layers})


def _rows_named(names: Sequence[str], y: Spec) -> Spec:
    """The names of rows, to the left of them."""
    values = [{"k": place, "name": shortened(name)} for place, name in enumerate(names)]
    text = _words({"align": "right", "color": INK}, {"y": y, "x": {"value": -8}, "text": {"field": "name"}})
    return {"data": {"values": values}, **text}


def pictured(spec: Spec, title: str) -> Spec:
    """Add a title and a white background to a chart that stands by itself.

    Args:
        spec: A chart of this module.
        title: The title, above the chart.

    Returns:
        A new specification, 30 pixels higher.
    """
    padding = spec["padding"] | {"top": spec["padding"]["top"] + 30}
    heading = {"text": title, "anchor": "start", "frame": "group", "fontSize": 15, "fontWeight": "normal", "color": INK}
    # Vega counts the offset from the legend, which `padding` has room for already.
    heading |= {"dx": 12 - padding["left"], "offset": 8}
    return spec | {"padding": padding, "background": "#ffffff", "title": heading}


def _framed(width: int, height: int, padding: dict[str, int], body: Spec) -> Spec:
    axis = {
        "labelColor": SOFT, "titleColor": SOFT, "titleFontWeight": "normal", "labelFontSize": 11, "titleFontSize": 11,
        "domainColor": LINE, "gridColor": LINE, "tickColor": LINE, "labelOverlap": False, "labelLimit": 0,
        "titleLimit": 0, "aria": False,
    }  # fmt: skip
    config = {"font": FONT, "view": {"stroke": None}, "axis": axis, "axisBand": {"bandPosition": 0.5}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width - padding["left"] - padding["right"],
        "height": height,
        "padding": padding,
        "autosize": {"type": "none"},
        "background": None,
        **body,
        "config": config,
    }


def _words(mark: Spec, encoding: Spec) -> Spec:
    written = encoding | {"text": encoding["text"] | {"type": "nominal"}}
    return {
        "mark": {"type": "text", "baseline": "middle", "fontSize": 12, "limit": 0, "aria": False, **mark},
        "encoding": written,
    }


def _counts(title: str, top: float, ticks: int) -> Spec:
    return {"title": title, "format": ",d", "values": _round(top, ticks), "domain": False, "ticks": False}


def _round(top: float, most: int) -> list[int]:
    """Whole round numbers from 0 to `top`, in at most `most` steps."""
    step = next(base * 10**power for power in range(18) for base in (1, 2, 5) if base * 10**power * (most + 1) > top)
    return list(range(0, int(top) + 1, step))


def _legend(names: Sequence[str], columns: int, rows: int, left: int = 0) -> Spec:
    # Names reach a legend in an expression, as a JSON literal; in ASCII, since Vega lays it out by widths of letters.
    labels = (drawable(shortened(name, 17)).replace("…", "...") for name in names)
    shown = json.dumps([safe_in_vega(label.encode("ascii", "replace").decode()) for label in labels])
    return {
        "title": None, "orient": "none", "legendX": left, "legendY": -20 * rows - 4, "columns": columns,
        "symbolType": "square", "symbolSize": 110, "labelColor": INK, "labelFontSize": 12, "labelLimit": 0,
        "rowPadding": 5, "columnPadding": 14, "symbolStrokeWidth": 0, "aria": False,
        "labelExpr": f"{shown}[datum.value]",
    }  # fmt: skip


def _colours(series: Sequence[str]) -> list[str]:
    if all(name in STATES for name in series):
        return [STATES[name] for name in series]
    return [REST if name == OTHER else SERIES[place % len(SERIES)] for place, name in enumerate(series)]


def _brief(count: int) -> str:
    return f"{count}" if count < _THOUSAND else f"{count / _THOUSAND:.0f}k"
