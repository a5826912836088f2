"""Figures as they come: printed, and kept where `python -m benchmarks` gathers them."""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path
from typing import NamedTuple

KEPT = "PRESSCORPUS_FIGURES"


class Figure(NamedTuple):
    """One ratio or size: what it is of, its middle, least and greatest value, and what is wanted, as ">= 0.5"."""

    name: str
    middle: float
    least: float
    greatest: float
    rounds: int
    wanted: str | None

    @property
    def reached(self) -> bool | None:
        """Whether the middle value is what is wanted; null where nothing is."""
        if self.wanted is None:
            return None
        sign, _, bound = self.wanted.partition(" ")
        return self.middle >= float(bound) if sign == ">=" else self.middle <= float(bound)


def figure(name: str, values: list[float], wanted: str | None = None) -> None:
    """Tell a figure."""
    told = Figure(name, statistics.median(values), min(values), max(values), len(values), wanted)
    verdict = {None: "", True: f", wanted {wanted}: reached", False: f", wanted {wanted}: not reached"}[told.reached]
    print(
        f"{name}: {told.middle:.3g} ({told.least:.3g} to {told.greatest:.3g}; {told.rounds} rounds){verdict}",
        flush=True,
    )
    if kept := os.environ.get(KEPT):
        with Path(kept).open("a") as file:
            file.write(json.dumps(told) + "\n")
