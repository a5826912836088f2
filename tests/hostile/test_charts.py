"""Charts of hostile names: over a character that XML cannot hold the drawing library would end the process."""

from __future__ import annotations

import json
import subprocess
import sys

import polars as pl
import pytest

from presscorpus.report import charts
from presscorpus.report.draw import svgs
from presscorpus.report.group_names import MEMBERS
from presscorpus.report.plots import _defused

DRAW = """
import json, sys
from presscorpus.report.charts import Bar, Part, bars, shares
from presscorpus.report.draw import svgs
from presscorpus.report.group_names import MEMBERS
name = json.loads(sys.argv[1])
print(*svgs([bars([Bar(name, 1, "1")], "Posts")]))
print(*svgs([shares([name], [Part(0, 0, 1.0, "1")], [name, "x"], "Posts", width=300)]))
"""


@pytest.mark.case(19, 22)
@pytest.mark.parametrize("name", ["a\x00b", "\x1b[2J", "\ud800", "\ufffe", "\U0001f600", "\\u0000", "</svg><script>"])
def test_no_name_ends_the_process_that_draws_it(name: str) -> None:
    command = [sys.executable, "-c", DRAW, json.dumps(name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.startswith("<svg")
    assert "<script" not in done.stdout


@pytest.mark.case(19, 22)
@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_a_name_that_every_object_of_javascript_has_breaks_no_chart(name: str) -> None:
    """A post type may be called constructor, and Vega keeps groups in objects by their names."""
    parts = [charts.Part(0, 0, 0.5, "1"), charts.Part(0, 1, 0.5, "1")]
    (drawn,) = svgs([charts.shares(["a"], parts, [name, "x"], "Posts", width=300)])
    (plain,) = svgs([charts.shares(["a"], parts, ["post", "x"], "Posts", width=300)])
    assert drawn.count("<path") == plain.count("<path") > 2
    assert f">{name[:12]}" in drawn


@pytest.mark.case(19, 22)
@pytest.mark.parametrize("name", ["constructor", "toString", "__proto__"])
def test_such_a_name_breaks_no_plot_of_dvc(name: str) -> None:
    """DVC draws the CSV files with Vega-Lite: bars by name, as its template bar_horizontal does."""
    import vl_convert

    rows = _defused(pl.DataFrame({"name": [name, "b"], "posts": [3, 5]})).to_dicts()
    encoding = {"x": {"field": "posts", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}}
    spec = {"data": {"values": rows}, "mark": "bar", "encoding": encoding}
    assert vl_convert.vegalite_to_svg(json.dumps(spec)).count('aria-roledescription="bar"') == 2
