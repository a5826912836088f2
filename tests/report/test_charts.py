"""Charts: the same bytes everywhere, colours that the colour-blind tell apart, and foreign text that stays text."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
import vl_convert
from selectolax.lexbor import LexborHTMLParser, LexborNode

from presscorpus.report import charts, draw
from presscorpus.report.charts import Bar, Cell, Part
from presscorpus.report.figures import OTHER, Timeline
from presscorpus.report.times import Calendar

if TYPE_CHECKING:
    from presscorpus.report.charts import Spec

REPO = Path(__file__).parents[2]
HOSTILE = "\"'</text></svg><script>alert(1)</script>]; datum.x = (1) // \\ ئۇيغۇر"
STYLE = (REPO / "builder/presscorpus/report/page.css").read_text()


def specs(name: str = HOSTILE) -> dict[str, Spec]:
    periods = [f"2026-{month:02d}" for month in range(1, 13)]
    frame = pl.DataFrame(
        [(period, series, n % 5) for n, period in enumerate(periods) for series in (name, "b", OTHER)],
        schema=["period", "series", "posts"], orient="row",
    )  # fmt: skip
    line = Timeline(Calendar("month", periods), [name, "b", OTHER], frame)
    return {
        "bars": charts.bars([Bar(name, 1234, "1,234"), Bar("中文" * 20, 5, "5")], "Posts"),
        "timeline": charts.timeline(line, "Posts", width=charts.WIDE, names=[name, "b", OTHER]),
        "shares": charts.shares(
            [name], [Part(0, 0, 0.75, name), Part(0, 1, 0.25, "y")], ["x", "y"], "Share", width=328
        ),
        "matrix": charts.matrix([name, "b"], [name], [Cell(0, 0, 7), Cell(1, 0, 1)], width=charts.NARROW),
    }


def drawn() -> str:
    """Digests of all forms, as SVG and as PNG."""
    whole = hashlib.sha256()
    given = list(specs().values())
    for source in draw.svgs(given):
        whole.update(source.encode())
    for picture in draw.pngs([charts.pictured(spec, "A title") for spec in given]):
        whole.update(picture)
    return whole.hexdigest()


@pytest.mark.parametrize("name", list(specs()))
def test_foreign_text_stays_text(name: str) -> None:
    source = draw.svgs([specs()[name]])[0]
    tree = LexborHTMLParser(source)
    assert not tree.css("script, style, image, a, foreignObject, use")
    assert len(tree.css("svg")) == 1
    for node in tree.css("*"):
        assert not any(each.startswith("on") or each in {"style", "href", "xlink:href"} for each in node.attributes)
    texts = [node.text() for node in tree.css("text")]
    assert any(text.startswith("\"'</text></svg") and text.endswith(("…", "...")) for text in texts)
    assert "url(" not in source


def test_charts_that_are_drawn_at_once_are_those_that_vega_draws_alone() -> None:
    odd = "concat_0_layer"
    given = [*specs().values(), *specs(odd).values()]
    given += [charts.pictured(spec, f"Title of {odd}") for spec in specs(odd).values()]
    assert draw._documents(given) == [vl_convert.vegalite_to_svg(json.dumps(spec)) for spec in given]
    assert draw.svgs(given) == [drawn_alone for spec in given for drawn_alone in draw.svgs([spec])]
    assert odd in "".join(draw.svgs(given))
    titled = [
        charts.pictured(spec, odd)
        for spec in specs("plain").values()
        if "中" not in json.dumps(spec, ensure_ascii=False)
    ]
    assert draw.pngs(titled) == [vl_convert.vegalite_to_png(json.dumps(spec), scale=1.5) for spec in titled]
    assert (draw.svgs([]), draw.pngs([])) == ([], [])


def test_fonts_locale_and_zone_change_no_byte() -> None:
    program = "from tests.report.test_charts import drawn; print(drawn())"
    environment = {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7", "HOME": "/nowhere"}
    command = [sys.executable, "-c", program]
    elsewhere = subprocess.run(
        command, cwd=REPO, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert elsewhere == drawn()


def test_a_machine_without_fonts_draws_the_same(tmp_path: Path) -> None:
    """In a mount namespace of its own, where no folder of fonts holds any."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("no mount namespace may be made here; CI runs as root and makes one")
    folders = [path for path in ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts") if Path(path).is_dir()]
    hide = "; ".join(f"mount --bind {tmp_path} {folder}" for folder in folders) or "true"
    program = f"{sys.executable} -c 'from tests.report.test_charts import drawn; print(drawn())'"
    environment = os.environ | {"HOME": str(tmp_path)}
    bare = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{hide}; {program}"],
        cwd=REPO, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert bare.stdout.strip() == drawn()


def test_every_colour_of_a_chart_has_one_of_its_own_in_the_style() -> None:
    for spec in specs().values():
        source = draw.svgs([spec])[0]
        for node in LexborHTMLParser(source).css("[fill], [stroke]"):
            for name in ("fill", "stroke"):
                value = node.attributes.get(name)
                assert value in {None, "none"} or f'svg [{name}="{value}"]' in STYLE, value


# Machado, Oliveira and Fernandes (2009), https://doi.org/10.1109/TVCG.2009.113, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}


def seen(colour: str, deficiency: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as such a reader sees it."""
    plain = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    linear = np.where(plain <= 0.04045, plain / 12.92, ((plain + 0.055) / 1.055) ** 2.4)
    linear = np.clip(DEFICIENCIES[deficiency] @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = to_xyz @ linear / np.array([0.95047, 1.0, 1.08883])
    f = [t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def schemes() -> dict[str, list[str]]:
    """The colours of series in the light and the dark scheme, in their order, the rest last."""
    light, dark = STYLE.split("@media (prefers-color-scheme: dark)")[0], STYLE.split("dark)")[1].split("@media")[0]
    found = {name: dict(re.findall(r"--(s\d|rest): (#\w+)", text)) for name, text in (("light", light), ("dark", dark))}
    assert list(found["light"].values()) == [*charts.SERIES, charts.REST]
    return {name: list(values.values()) for name, values in found.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", list(DEFICIENCIES))
def test_series_are_told_apart_by_every_reader(scheme: str, deficiency: str) -> None:
    colours = schemes()[scheme]
    distance = {
        pair: float(np.linalg.norm(seen(pair[0], deficiency) - seen(pair[1], deficiency)))
        for pair in combinations(colours, 2)
    }
    nearest = min(distance, key=lambda pair: distance[pair])
    # 2.3 is a just noticeable difference in L*a*b*; patches of a chart are told apart from about five times that on.
    assert distance[nearest] > 11.5, nearest


@pytest.mark.parametrize("name", list(specs()))
def test_the_title_of_a_picture_is_whole(name: str) -> None:
    shown = draw.svgs([charts.pictured(specs()[name], "A title")])[0]
    tree = LexborHTMLParser(shown)
    (title,) = [node for node in tree.css("text") if node.text() == "A title"]
    top = 0.0
    node: LexborNode | None = title
    while node is not None and node.tag != "svg":
        place = re.search(r"translate\((-?[\d.]+),(-?[\d.]+)\)", node.attributes.get("transform") or "")
        top += float(place[2]) if place else 0.0
        node = node.parent
    # Its baseline has room for letters of 15 pixels above it.
    assert 15 <= top <= 45


def test_a_state_has_one_colour_everywhere_and_gone_is_never_green() -> None:
    assert charts.STATES["gone"] == charts.STATES["deleted"] != charts.SERIES[3]
    assert charts.STATES["not shown"] == charts.STATES["unpublished"]
    assert charts.STATES["failed"] not in {
        charts.STATES[name] for name in ("gone", "not shown", "fetched", "unchanged")
    }
    names = ["fetched", "unchanged", "not shown", "gone", "failed"]
    spec = charts.shares(["a"], [Part(0, 3, 1.0, "x")], names, "Share", width=328)
    assert spec["layer"][0]["encoding"]["color"]["scale"]["range"] == [charts.STATES[name] for name in names]
    # On the page the square before a word has the colour of the chart.
    for state in ("unpublished", "deleted"):
        number = charts.SERIES.index(charts.STATES[state])
        assert f".state.{state}::before {{ background: var(--s{number}); }}" in STYLE
