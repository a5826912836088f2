"""Take each rule of the harvest of pages away in a copy of the sources, and see that its test fails.

`python -m tests.crawl.html_pages.rules` tries all of rules.toml, with words those whose text holds them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from tests.quirks.rules import rules, tried, without

LIST: Final = Path(__file__).with_name("rules.toml")
BELOW: Final = Path("builder/presscorpus")


def _verdict(rule: dict[str, str], source: Path) -> str:
    command = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *rule["test"].split(" ", 2)]
    done = without(rule, source, command)
    return "seen" if done is None or done.returncode == 1 else f"not seen ({done.returncode})"


if __name__ == "__main__":
    sys.exit(tried(rules(LIST), BELOW, _verdict))
