"""`python -m tests.conformance FOLDER [SUITE ...]`: run the suites, print the figures, judge them by expected.toml."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conformance import archives, json_files, text, urls, wordpress

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.outcome import Outcome

SUITES: dict[str, Callable[[Path], list[Outcome]]] = {
    "urls": urls.url_suites,
    "hosts": urls.host_suites,
    "text": text.text_suites,
    "json": json_files.parsing_suite,
    "rest": json_files.rest_suites,
    "warc": archives.archive_suites,
    "wxr": archives.export_suites,
    "wordpress": wordpress.wordpress_suites,
}
_EXPECTED = Path(__file__).with_name("expected.toml")


def main(folder: Path, names: list[str]) -> int:
    """Run suites and return the exit code: 1 where one has more wrong cases than it may."""
    unknown = sorted(set(names) - SUITES.keys())
    if unknown or not folder.is_dir():
        print(f"no suite {unknown[0]}; there are {', '.join(SUITES)}" if unknown else f"{folder} is no folder")
        return 2
    allowed: dict[str, int] = tomllib.loads(_EXPECTED.read_text())["wrong"]
    worse = 0
    for name in names or SUITES:
        for outcome in SUITES[name](folder):
            print("\n".join(outcome.lines()), flush=True)
            if len(outcome.wrong) > allowed.get(outcome.suite, 0):
                worse += 1
                print(f"    WORSE than expected.toml: {allowed.get(outcome.suite, 0)} wrong cases allowed")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
