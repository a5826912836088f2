"""The table of all cases: `tests/inputs/run`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.inputs.cases import CASES, chosen
from tests.inputs.harness import problems


def main(words: list[str]) -> int:
    """Run the cases that the words mean, print a line for each, and return how many are not as required."""
    failed = 0
    cases = chosen(words)
    for case in cases:
        folder = Path(tempfile.mkdtemp(prefix="inputs-"))
        try:
            found = problems(case, folder)
        finally:
            shutil.rmtree(folder)
        failed += bool(found)
        print(f"{case.section:>2}  {'FAIL' if found else 'pass'}  {case.name}", flush=True)
        for line in found:
            print(f"          {line}")
    print(f"{len(cases) - failed} of {len(cases)} cases as required ({len(CASES)} in all)")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
