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
_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_OF_WHOLE = frozenset({"$schema", "config", "padding", "autosize", "background"})
# Characters that the font lacks, for which Vega would use a font of the machine.
_LACKING = re.compile("[^\x20-\x7e\xa0·×–—’…]")


def svgs(specs: Sequence[Spec]) -> list[str]:
    """Draw charts as SVG elements that can stand in a page.

    Args:
        specs: Charts of `report/charts.py`.

    Returns:
        SVG without style, script, address or font of its own; descriptions of marks are in `data-tip`.
    """
    return [visible(_TAG.sub(_tidy, _EMPTY.sub("", each))) for each in _documents(_writable(list(specs)))]


def pngs(specs: Sequence[Spec]) -> list[bytes]:
    """Draw charts as PNG, at one and a half times their size for sharp screens.

    Args:
        specs: Charts of `report/charts.py`. A character that the font lacks becomes a question mark.

    Returns:
        The bytes of each file.
    """
    text = _LACKING.sub("?", json.dumps(_writable(list(specs)), ensure_ascii=False))
    return [vl_convert.svg_to_png(each, scale=_SCALE) for each in _documents(json.loads(text))]


def _documents(specs: list[Spec]) -> list[str]:
    """Each chart as Vega draws it alone; one call takes half the time of many."""
    if not specs:
        return []
    _prepare()
    within = [{key: value for key, value in spec.items() if key not in _OF_WHOLE} for spec in specs]
    frame = {"autosize": {"type": "none"}, "padding": 0, "resolve": {"scale": {"color": "independent"}}}
    whole = {key: specs[0][key] for key in ("$schema", "config")} | frame | {"vconcat": within}
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(whole))
    _, *parts = _END.sub("", drawn).split(_PART)
    return [_alone(part, spec) for part, spec in zip(parts, specs, strict=True)]


def _alone(part: str, spec: Spec) -> str:
    place, ground = spec["padding"], spec["background"]
    size = (
        f'width="{spec["width"] + place["left"] + place["right"]}" '
        f'height="{spec["height"] + place["top"] + place["bottom"]}"'
    )
    box = re.sub(r'width="(\d+)" height="(\d+)"', r'viewBox="0 0 \1 \2"', size)
    back = f'<rect {size} fill="{ground}"/>' if ground else ""
    content = _NUMBERED.sub(r"\1", part.partition('<g transform="')[2].partition('"')[2])
    return (
        f'<svg {_NAMESPACES} version="1.1" class="marks" {size} {box}>'
        f'{back}<g fill="none" stroke-miterlimit="10" transform="translate({place["left"]},{place["top"]})">'
        '<g class="mark-group role-frame root" role="graphics-object" aria-roledescription="group mark container">'
        f'<g transform="translate(0,0)"{content}</g></svg>'
    )


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
