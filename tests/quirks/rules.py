"""Take each rule of the harvest away, one after the other, in a copy of the sources, and see that its case goes wrong.

`python -m tests.quirks.rules` tries all of rules.toml, with words those whose text holds them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tests.quirks.judge import ROOT

LIST = Path(__file__).with_name("rules.toml")
_CRAWL = Path("builder/presscorpus/crawl")


def rules() -> list[dict[str, str]]:
    """All that are listed."""
    listed: list[dict[str, str]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["rule"]
    return listed


def without(rule: dict[str, str], folder: Path) -> str:
    """What comes of the case without the rule: seen, or what is wrong with the rule."""
    source = folder / _CRAWL / rule["file"]
    whole = source.read_text(encoding="utf-8")
    if whole.count(rule["is"]) != 1:
        return f"its text is there {whole.count(rule['is'])} times"
    source.write_text(whole.replace(rule["is"], rule["without"]), encoding="utf-8")
    paths = os.pathsep.join([str(folder / "builder"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.quirks", "--fast", rule["case"]]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=300)
    except subprocess.TimeoutExpired:
        return "seen: it never ends"
    finally:
        source.write_text(whole, encoding="utf-8")
    return "seen" if done.returncode == 1 and b"WRONG" in done.stdout else "UNSEEN"


def main() -> int:
    """Print what comes of each. Returns 0 where all are seen."""
    wanted = [rule for rule in rules() if all(word in rule["says"] for word in sys.argv[1:])]
    results = []
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "builder", Path(name) / "builder", ignore=shutil.ignore_patterns("__pycache__"))
        for rule in wanted:
            results.append(without(rule, Path(name)))
            sys.stdout.write(f"{results[-1]:8} {rule['case']:28} {rule['says']}\n")
            sys.stdout.flush()
    return 0 if all(result.startswith("seen") for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
