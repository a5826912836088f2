"""All benchmarks in turn: `python -m benchmarks [SHARE]` prints every figure, and writes the results beside this file.

SHARE, 1 where none is given, shrinks all sizes: 0.02 takes minutes, 1 takes hours and a machine that does nothing
else. `RESULTS.json` has the figures with the command, the machine and the date; `RESULTS.md` is the table, `plots.svg`
the same as bars. How the figures of the repeats, terms and language were made is said in those files.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from benchmarks.results import KEPT, Figure

HERE = Path(__file__).parent
# The module, its arguments (sizes as numbers, which SHARE shrinks), and the least size that says anything.
RUNS: list[tuple[str, list[str | int]]] = [
    ("peers", ["help"]),
    ("peers", ["validate", 2000]),
    ("peers", ["noop"]),
    ("peers", ["noop", 2000]),
    ("normalise", [20_000]),
    ("peers", ["wpextract", 2000]),
    ("refresh", [100_000]),
    ("cluster", [2000]),
    ("memory", [100_000, 1_000_000]),
    ("peers", ["load", 1_000_000]),
]
_LEAST = 200


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    told: list[tuple[Figure, str]] = []
    for module, arguments in RUNS:
        shrunk = [str(max(_LEAST, int(each * share)) if isinstance(each, int) else each) for each in arguments]
        command = " ".join(["python -m", f"benchmarks.{module}", *shrunk])
        print(f"$ {command}", flush=True)
        with tempfile.NamedTemporaryFile("r") as kept:
            done = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{module}", *shrunk], env=os.environ | {KEPT: kept.name}, check=False
            )
            if done.returncode:
                print(f"  failed with {done.returncode}", flush=True)
            told += [(Figure(*json.loads(line)), command) for line in kept]
        # After each, so that a run that is cut short leaves what it had.
        write(told, share)


def write(told: list[tuple[Figure, str]], share: float) -> None:
    """Write the results beside this file."""
    about = {
        "command": f"python -m benchmarks {share:g}",
        "made": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }
    figures = [figure._asdict() | {"command": command, "reached": figure.reached} for figure, command in told]
    (HERE / "RESULTS.json").write_text(json.dumps(about | {"figures": figures}, indent=1) + "\n")
    rows = [
        f"| {figure.name} | {figure.middle:.3g} | {figure.least:.3g} to {figure.greatest:.3g} | {figure.wanted or ''} "
        f"| {({None: '', True: 'yes', False: 'no'})[figure.reached]} | `{command}` |"
        for figure, command in told
    ]
    head = (
        f"Made by `{about['command']}` on {about['made']}, {about['processors']} processors, load {about['load']:.1f}."
    )
    lines = ["| figure | middle | range | wanted | reached | command |", "|---|---|---|---|---|---|", *rows]
    (HERE / "RESULTS.md").write_text(
        "\n".join(["# Results", "", head, "", *lines, "", "![The same as bars](plots.svg)", ""])
    )
    (HERE / "plots.svg").write_text(plots([figure for figure, _ in told if figure.wanted]))


def plots(figures: list[Figure]) -> str:
    """Each figure as a bar, in units of what is wanted: the line is where that is."""
    width, height, wanted = 300, 26, 120
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{height * (len(figures) + 1)}" '
            'font-size="12" font-family="sans-serif">'
        )
    ]
    for place, figure in enumerate(figures):
        share = figure.middle / float((figure.wanted or "= 1").split()[1])
        colour = "#2a7" if figure.reached else "#c52"
        top = place * height
        parts += [
            f'<text x="2" y="{top + 16}">{escape(figure.name[:88])}</text>',
            f'<rect x="560" y="{top + 5}" width="{min(width, share * wanted):.0f}" height="14" fill="{colour}"/>',
            (
                f'<text x="{565 + min(width, share * wanted):.0f}" y="{top + 16}">{figure.middle:.3g} '
                f"({escape(figure.wanted or '')})</text>"
            ),
        ]
    bottom = height * len(figures)
    parts.append(
        f'<line x1="{560 + wanted}" x2="{560 + wanted}" y1="0" y2="{bottom}" stroke="#000" stroke-dasharray="3"/>'
    )
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
