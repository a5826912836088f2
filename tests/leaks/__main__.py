"""Print what came of every planted case: leaks, what was destroyed, of how many. Exits with 1 where there is any.

Arguments are names of groups: private, names, contacts, takedown, published, needles, kept, terminal, cookies, erase,
files (all of them unless said).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.leaks.harness import GROUPS, results

if TYPE_CHECKING:
    from tests.leaks.steps import Result


def main() -> int:
    """Run the groups that were named and print a table, one row a kind of case."""
    wanted = [each for each in sys.argv[1:] if each in GROUPS] or list(GROUPS)
    every = [result for group in wanted for result in results(group)]
    print(f"{'kind':<44}{'cases':>6}{'leaks':>7}{'destroyed':>11}")
    for kind in dict.fromkeys(result.kind for result in every):
        _row(kind, [result for result in every if result.kind == kind])
    _row("all", every)
    for result in every:
        if not result.good:
            what = ", ".join(dict.fromkeys([*result.leaks, *(f"destroyed {each}" for each in result.destroyed)]))
            print(f"  {result.kind} | {' '.join(result.name.split())[:110]} | {what[:300]}")
    return 0 if all(result.good for result in every) else 1


def _row(kind: str, results: list[Result]) -> None:
    leaks, destroyed = sum(bool(each.leaks) for each in results), sum(bool(each.destroyed) for each in results)
    print(f"{kind:<44}{len(results):>6}{leaks:>7}{destroyed:>11}")


if __name__ == "__main__":
    sys.exit(main())
