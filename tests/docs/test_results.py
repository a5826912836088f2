"""The results of the benchmarks: the table is that of the figures beside it, and says nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.__main__ import table

RESULTS = Path(__file__).parents[2] / "benchmarks"


def test_the_table_of_results_is_made_of_the_figures() -> None:
    kept = json.loads((RESULTS / "RESULTS.json").read_text(encoding="utf-8"))
    assert (RESULTS / "RESULTS.md").read_text(encoding="utf-8") == table(kept)
