"""Harvest the cases and print one table: `tests/quirks/run` says how."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quirks import rivals
from tests.quirks.all_cases import CASES
from tests.quirks.judge import FAST, built, refreshed, tried

if TYPE_CHECKING:
    from tests.quirks.judge import Result


def main() -> int:
    """Run what the command line names. Returns 0 where every case came out as it must."""
    parser = argparse.ArgumentParser(prog="tests/quirks/run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases (default: all)")
    parser.add_argument("--build", action="store_true", help="with `presscorpus build`, each in a process of its own")
    parser.add_argument("--refresh", action="store_true", help="let a healthy site become that of the case")
    parser.add_argument("--rivals", action="store_true", help="run wpextract and wparc on the same servers")
    parser.add_argument("--fast", action="store_true", help="with short waits between attempts")
    arguments = parser.parse_args()
    programs = rivals.installed() if arguments.rivals else None
    limits = FAST if arguments.fast else {}
    results = []
    for name in arguments.names or CASES:
        with tempfile.TemporaryDirectory() as folder:
            if arguments.build:
                result = built(CASES[name], Path(folder) / "out")
            else:
                result = (refreshed if arguments.refresh else tried)(CASES[name], Path(folder) / "out", limits)
            if programs is not None:
                result.rivals = rivals.run(programs, CASES[name], Path(folder))
        results.append(result)
        _say(_line(result))
    wrong = [result.name for result in results if result.wrong]
    _say(f"{len(results) - len(wrong)} of {len(results)} as they must{': not ' + ', '.join(wrong) if wrong else ''}")
    _say(f"whole, presscorpus: {sum(_state(result) == 'whole' for result in results)}")
    for name in results[0].rivals if results else ():
        _say(f"whole, {name}: {sum(not result.rivals[name].missing for result in results)}")
    ahead = [f"{result.name} ({name})" for result in results for name, each in result.rivals.items()
             if result.is_complete and each.got_more(result)]  # fmt: skip
    if programs is not None:
        _say(f"complete, and a rival has more: {', '.join(ahead) or 'nowhere'}")
    return 1 if wrong or ahead else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _state(result: Result) -> str:
    if not result.missing and result.is_complete:
        return "whole"
    return "closed" if result.is_complete else "told"


def _line(result: Result) -> str:
    rivals_ = "  ".join(f"{name} {each}" for name, each in result.rivals.items())
    said = (result.receipt.get("reason") or "").split("\n")[0][:90]
    outcome = "ok   " if not result.wrong else "WRONG"
    line = (
        f"{result.name:28} {outcome} {_state(result):6} {result.requests:4} requests {result.seconds:5.1f} s  {rivals_}"
    )
    return "\n    ".join([f"{line}  {said}".rstrip(), *result.wrong])


if __name__ == "__main__":
    sys.exit(main())
