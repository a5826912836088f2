"""What came of a suite: how many cases are right, which are otherwise by design, and which are wrong and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """The result of one suite.

    `right` counts cases. `by_design` and `wrong` name the others, each with its reason. `skipped` is why the suite did
    not run; null where it did.
    """

    suite: str
    right: int = 0
    by_design: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    skipped: str | None = None

    @property
    def total(self) -> int:
        """How many cases the suite has."""
        return self.right + len(self.by_design) + len(self.wrong)

    def judge(self, case: str, *, good: bool, why: str, design: str | None = None) -> None:
        """Count one case: right, else by design where `design` says why, else wrong."""
        if good:
            self.right += 1
        elif design:
            self.by_design.append((case, design))
        else:
            self.wrong.append((case, why))

    def lines(self, most: int = 12) -> list[str]:
        """The result as lines of text: figures first, then reasons with their counts, then the wrong cases."""
        if self.skipped:
            return [f"{self.suite:<28} not run: {self.skipped}"]
        made = f"{self.suite:<28} {self.right:,} of {self.total:,}"
        if self.by_design:
            made += f", {len(self.by_design):,} otherwise by design"
        if self.wrong:
            made += f", {len(self.wrong):,} WRONG"
        reasons = Counter(reason for _, reason in self.by_design)
        told = [f"    by design {count:>5}: {reason}" for reason, count in reasons.most_common()]
        told += [f"    wrong: {case!a:.70}: {why:.150}" for case, why in self.wrong[:most]]
        rest = len(self.wrong) - most
        return [made, *told, *([f"    and {rest} more"] if rest > 0 else [])]
