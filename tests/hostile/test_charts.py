"""Charts of hostile names: over a character that XML cannot hold the drawing library would end the process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

DRAW = """
import json, sys
from presscorpus.report.charts import Bar, Part, bars, shares
from presscorpus.report.draw import svg
name = json.loads(sys.argv[1])
print(svg(bars([Bar(name, 1, "1")], "Posts")))
print(svg(shares([name], [Part(0, 0, 1.0, "1")], [name, "x"], "Posts", width=300)))
"""


@pytest.mark.case(19, 22)
@pytest.mark.parametrize("name", ["a\x00b", "\x1b[2J", "\ud800", "\ufffe", "\U0001f600", "\\u0000", "</svg><script>"])
def test_no_name_ends_the_process_that_draws_it(name: str) -> None:
    command = [sys.executable, "-c", DRAW, json.dumps(name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.startswith("<svg")
    assert "<script" not in done.stdout
