"""All benchmarks in turn: `python -m benchmarks [SHARE [WORD]]` prints every figure, and writes the results.

SHARE, 1 where none is given, shrinks all sizes: 0.02 takes minutes, 1 takes hours and a machine that does nothing
else. With WORD only the commands with that word in them are run; the figures of the others stay as they were. Beside
this file `RESULTS.json` has the figures with the command, the machine and the date, `RESULTS.md` is the table, and
`plots.svg` the same as bars. How the figures of the repeats, terms and language were made is said in those files.
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
from typing import Any

from benchmarks.results import KEPT, Figure

HERE = Path(__file__).parent
# The module, its arguments (sizes as numbers, which SHARE shrinks), and the least size that says anything.
RUNS: list[tuple[str, list[str | int]]] = [
    ("build", ["files", 5000, "16"]),
    ("build", ["files", 1000, "16"]),
    ("build", ["files", "1", "16", "9"]),
    ("build", ["files", 5000, "2"]),
    ("build", ["files", 1000, "2"]),
    ("build", ["files", 100_000, "2", "1"]),
    ("build", ["files", 100_000, "16", "1"]),
    ("build", ["live", 5000]),
    ("peers", ["help"]),
    ("peers", ["validate", 15_000]),
    ("peers", ["noop"]),
    ("peers", ["noop", 2000]),
    ("normalise", [20_000]),
    ("peers", ["wpextract", 20_000]),
    ("refresh", [100_000, "16"]),
    ("cluster", [2000, "0", "1"]),
    ("cluster", ["0", "24575", "3"]),
    ("memory", [100_000, 1_000_000]),
    ("memory", [10_000, 100_000, "16"]),
    ("peers", ["load", 1_000_000]),
    ("hostile", [20_000]),
    ("harvest", [5000]),
]
_LEAST = 200


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    file = HERE / "RESULTS.json"
    kept: dict[str, list[dict[str, Any]]] = json.loads(file.read_text()) if file.exists() else {}
    for module, arguments in RUNS:
        shrunk = [str(max(_LEAST, int(each * share)) if isinstance(each, int) else each) for each in arguments]
        command = " ".join(["python -m", f"benchmarks.{module}", *shrunk])
        if word in command:
            print(f"$ {command}", flush=True)
            kept[command] = run(module, shrunk)
            # After each, so that a run that is cut short leaves what it had.
            write(kept)


def run(module: str, arguments: list[str]) -> list[dict[str, Any]]:
    """The figures of one command, each with the day and how busy the machine was when it began."""
    about = {
        "made": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    with tempfile.NamedTemporaryFile("r") as kept:
        done = subprocess.run(command, env=os.environ | {KEPT: kept.name}, check=False)
        if done.returncode:
            print(f"  failed with {done.returncode}", flush=True)
        figures = [Figure(*json.loads(line)) for line in kept]
    return [figure._asdict() | {"reached": figure.reached} | about for figure in figures]


def write(kept: dict[str, list[dict[str, Any]]]) -> None:
    """Write the results beside this file: what users run first, the parts of it behind."""
    kept = dict(sorted(kept.items(), key=lambda each: "benchmarks.build" not in each[0]))
    (HERE / "RESULTS.json").write_text(json.dumps(kept, indent=1) + "\n")
    (HERE / "RESULTS.md").write_text(table(kept))
    told = [Figure(*(each[name] for name in Figure._fields)) for figures in kept.values() for each in figures]
    (HERE / "plots.svg").write_text(plots([figure for figure in told if figure.wanted]))


def table(kept: dict[str, list[dict[str, Any]]]) -> str:
    """The results as a page of Markdown."""
    rows = [
        f"| {each['name']} | {each['middle']:.3g} | {each['least']:.3g} to {each['greatest']:.3g}, {each['rounds']} "
        f"| {each['wanted'] or ''} | {({None: '', True: 'yes', False: 'no'})[each['reached']]} | `{command}` "
        f"| {each['made']}, {each['load']} |"
        for command, figures in kept.items()
        for each in figures
    ]
    lines = ["| figure | middle | range, rounds | wanted | reached | command | made, load before |", "|---" * 7 + "|"]
    text = ["# Results", "", "Made by `python -m benchmarks`, on two processors. What they say: NOTES.md.", ""]
    return "\n".join([*text, *lines, *rows, "", "![The same as bars](plots.svg)", ""])


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
