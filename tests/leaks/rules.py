"""Take each rule of privacy away, one after the other, in a copy of the sources, and see that something goes wrong.

`python -m tests.leaks.rules` tries all of rules.toml, with words those whose text holds them. A rule of redaction is
judged by all planted cases (tests/leaks/direct.py), any other by the tests that it names.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Final

from tests.quirks.rules import rules, tried, without

LIST: Final = Path(__file__).with_name("rules.toml")
PACKAGE: Final = Path("builder/presscorpus")
_FAILED: Final = 1


def _verdict(rule: dict[str, str], source: Path) -> str:
    asked = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--runxfail"]
    tests = ["-m", "pytest", *asked, *shlex.split(rule["tests"])] if "tests" in rule else ["-m", "tests.leaks.direct"]
    done = without(rule, source, tests)
    if done is None:
        return "seen: it never ends"
    return "seen" if done.returncode == _FAILED and (b"WRONG" in done.stdout or "tests" in rule) else "UNSEEN"


if __name__ == "__main__":
    sys.exit(tried(rules(LIST), PACKAGE, _verdict))
