"""A real pipeline, killed with -9 before its writes, renames and syncs, disturbed in other ways, and started again.

`python -m tests.hostile.killer [POINTS [SEED [STAGE...]]]` kills each stage at so many places by strace and at a quarter as many
by the write shim, then takes it room, leave, solitude and whole bits (tests/hostile/disturbances.py), and prints what
came of it. The moment before a call is the moment after the one that went before, so that places before each call are
places after each as well. The next run has to end with the bytes of an undisturbed one.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile import disturbances
from tests.hostile.faults import SHIM, STRACE, Kill, killed, places, traces
from tests.hostile.pipeline import STAGES, Story, told

if TYPE_CHECKING:
    from collections.abc import Iterator

_POINTS = 24
_SIGKILL = -9


class Row(NamedTuple):
    """A line of the table: a kind of call of a stage, the places there are, those that were tried, and what came of it.

    `survivors` were never killed, `differences` ended with other bytes than the undisturbed run, or with an error.
    """

    stage: str
    layer: str
    call: str
    there: int
    tried: int
    survivors: int
    differences: int


def spread(there: dict[str, list[int]], most: int, chance: random.Random) -> dict[str, list[int]]:
    """So many places in all, spread over each kind's: the rare kinds whole, where that fits."""
    chosen: dict[str, list[int]] = {}
    left = most
    for turn, kind in enumerate(sorted(there, key=lambda kind: len(there[kind]))):
        share = min(len(there[kind]), left // (len(there) - turn))
        left -= share
        edges = [len(there[kind]) * n // share for n in range(share + 1)] if share else []
        chosen[kind] = [there[kind][chance.randrange(start, end)] for start, end in pairwise(edges)]
    return chosen


def survived(story: Story, kill: Kill, layer: str) -> tuple[bool, list[str]]:
    """Kill once, then run on to the end. Returns whether it lived nevertheless, and what differs in the end."""
    done = killed(story.begin(kill.stage), kill, layer)
    return done.code != _SIGKILL, story.differences(kill.stage)


def tried(story: Story, stage: str, layer: str, most: int, chance: random.Random) -> Iterator[Row]:
    """Kill a stage at so many places, one after the other."""
    there, paths = places(story.begin(stage), stage, layer)
    chosen = spread(there, most, chance)
    for call in there:
        lived = differing = 0
        for when in chosen[call]:
            kill = Kill(stage, call, when, paths)
            alive, differences = survived(story, kill, layer)
            lived += alive
            differing += bool(differences)
            for what, told_ in (("was not killed", alive), (f"differs: {differences}", differences)):
                if told_:
                    print(f"  {layer}: {call} {when} of {stage} {what}", flush=True)
        yield Row(stage, layer, call, len(there[call]), len(chosen[call]), lived, differing)


def main() -> None:
    """Print a line for each kind of call of each stage, and one for each disturbance; exit with 1 for any difference."""
    most = int(sys.argv[1]) if sys.argv[1:] else _POINTS
    seed = int(sys.argv[2]) if sys.argv[2:] else 1
    stages = sys.argv[3:] or STAGES
    layers = {STRACE: most, SHIM: max(1, most // 4)} if traces() else {SHIM: most}
    print(f"killer: {' and '.join(layers)}, seed {seed}; {disturbances.means()}")
    print(f"{'stage':<10} {'layer':<11} {'call':<7} {'places':>6} {'tried':>6} {'survivors':>9} {'differences':>11}")
    began, rows = time.monotonic(), []
    with tempfile.TemporaryDirectory() as name:
        story = told(Path(name))
        chance = random.Random(seed)
        for stage in stages:
            for layer, count in layers.items():
                for row in tried(story, stage, layer, count, chance):
                    rows.append(row)
                    print(f"{row.stage:<10} {row.layer:<11} {row.call:<7} {row.there:>6} {row.tried:>6} {row.survivors:>9} {row.differences:>11}", flush=True)  # fmt: skip
        tried_, lived, differing = (sum(column) for column in zip(*(row[4:] for row in rows), strict=True))
        print(f"{tried_} kills: {lived} survivors, {differing} differences")
        wrong = differing + disturbances.every(story, stages, chance)
    print(f"{(time.monotonic() - began) / 60:.0f} minutes")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
