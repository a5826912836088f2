"""From a specification to a picture: Vega, which vl-convert runs in this process.

The reason is in docs/decisions/0023-charts.md. The only font is that of `report/font.py`, so that neither fonts nor the
locale of a machine change a byte.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from presscorpus.lazy import lazy
from presscorpus.report import font
from presscorpus.report.charts import drawable
from presscorpus.report.markup import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    import vl_convert

    from presscorpus.report.charts import Spec
else:
    vl_convert = lazy("vl_convert")

# What Vega draws and nobody sees, and its words for a screen reader, which hears the text and the table of a chart
# instead; the name of a mark is kept for who points at it. A tag holds no < or > but its own: Vega escapes them in
# texts and attributes.
_TAG = re.compile(r"<[a-z]+ [^<>]*>")
_EMPTY = re.compile(r'<path class="(?:back|fore)ground" aria-hidden="true" d="[^"<>]*"[^<>]*/>')
_SPARE = re.compile(
    r" (?:role|aria-roledescription|aria-hidden|pointer-events|opacity|stroke-miterlimit|xmlns|xmlns:xlink|version)"
    r'="[^"]*"'
)
_PLACE = re.compile(r' (?:d|transform|x2|y2)="[^"]*"')
_DIGITS = re.compile(r"(\.\d{2})\d+")
_SCALE = 1.5
# A chart of several, and what closes the frame around all.
_PART = '<g class="mark-group role-scope concat_'
_END = re.compile(r'</g><path class="foreground"[^<>]*/></g></g></g></svg>$')
_NUMBERED = re.compile(r'(<[a-z]+ class="[^"]*?)concat_\d+_')
_OF_WHOLE = frozenset({"$schema", "config", "padding", "autosize", "background"})
# Characters that the font lacks, for which Vega would use a font of the machine.
_LACKING = re.compile("[^\x20-\x7e\xa0·×–—’…]")


def svg(spec: Spec) -> str:
    """Draw a chart as an SVG element that can stand in a page.

    Args:
        spec: A chart of `report/charts.py`.

    Returns:
        SVG without style, script, address or font of its own; descriptions of marks are in `data-tip`.
    """
    _prepare()
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(_writable(spec)))
    return visible(_TAG.sub(_tidy, _EMPTY.sub("", drawn)))


def svgs(specs: Sequence[Spec]) -> list[str]:
    """Draw charts in one call, which takes half the time of as many.

    Args:
        specs: Charts of `report/charts.py`, without title and background.

    Returns:
        For each what `svg` returns.
    """
    if not specs:
        return []
    _prepare()
    within = [{key: value for key, value in spec.items() if key not in _OF_WHOLE} for spec in specs]
    frame = {"autosize": {"type": "none"}, "padding": 0, "resolve": {"scale": {"color": "independent"}}}
    whole = {key: specs[0][key] for key in ("$schema", "config")} | frame | {"vconcat": within}
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(_writable(whole)))
    _, *parts = _END.sub("", drawn).split(_PART)
    return [
        visible(_TAG.sub(_tidy, _EMPTY.sub("", _alone(part, spec)))) for part, spec in zip(parts, specs, strict=True)
    ]


def _alone(part: str, spec: Spec) -> str:
    """A chart of several as a picture of its own."""
    place = spec["padding"]
    width = spec["width"] + place["left"] + place["right"]
    height = spec["height"] + place["top"] + place["bottom"]
    content = _NUMBERED.sub(r"\1", part.partition('<g transform="')[2].partition('"')[2])
    return (
        f'<svg class="marks" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<g fill="none" transform="translate({place["left"]},{place["top"]})"><g class="mark-group role-frame root">'
        f'<g transform="translate(0,0)"{content}</g></svg>'
    )


def png(spec: Spec) -> bytes:
    """Draw a chart as PNG, at one and a half times its size for sharp screens.

    Args:
        spec: A chart of `report/charts.py`. A character that the font lacks becomes a question mark.

    Returns:
        The bytes of the file.
    """
    _prepare()
    text = _LACKING.sub("?", json.dumps(_writable(spec), ensure_ascii=False))
    drawn: bytes = vl_convert.vegalite_to_png(text, scale=_SCALE)
    return drawn


def _writable(part: Any) -> Any:
    """The specification without characters that XML cannot hold."""
    if isinstance(part, str):
        return drawable(part)
    if isinstance(part, dict):
        return {key: _writable(value) for key, value in part.items()}
    return [_writable(each) for each in part] if isinstance(part, list) else part


@cache
def _prepare() -> None:
    vl_convert.register_font_directory(font.folder().name)


def _tidy(found: re.Match[str]) -> str:
    tag = _SPARE.sub("", found[0]).replace(' aria-label="', ' data-tip="')
    return _PLACE.sub(lambda place: _DIGITS.sub(r"\1", place[0]), tag)
