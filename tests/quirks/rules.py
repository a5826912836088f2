"""Take each rule of a list away, one after the other, in a copy of the sources, and see that its case goes wrong.

`python -m tests.quirks.rules` tries all of rules.toml, with words those whose text holds them. The same is done with
other lists (tests/leaks/rules.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.quirks.judge import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

LIST: Final = Path(__file__).with_name("rules.toml")
_CRAWL: Final = Path("builder/presscorpus/crawl")


def rules(path: Path = LIST) -> list[dict[str, str]]:
    """All that a file lists."""
    listed: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    return listed


def without(rule: dict[str, str], source: Path, command: list[str]) -> subprocess.CompletedProcess[bytes] | None:
    """What a command of Python comes to without the rule; null where it never ends.

    Args:
        rule: The rule: `is`, the text, and `without`, what stands in its place.
        source: The file that holds it, below the folder `builder` of a copy of the sources.
        command: The arguments of Python.

    Raises:
        LookupError: The text is not there, or several times.
    """
    whole = source.read_text(encoding="utf-8")
    if whole.count(rule["is"]) != 1:
        raise LookupError(f"its text is there {whole.count(rule['is'])} times")
    source.write_text(whole.replace(rule["is"], rule["without"]), encoding="utf-8")
    builder = next(folder for folder in source.parents if folder.name == "builder")
    paths = os.pathsep.join([str(builder), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=300
        )
    except subprocess.TimeoutExpired:
        return None
    finally:
        source.write_text(whole, encoding="utf-8")


def tried(listed: list[dict[str, str]], below: Path, verdict: Callable[[dict[str, str], Path], str]) -> int:
    """Print what comes of each rule. Returns 0 where all are seen.

    Args:
        listed: The rules; those are tried whose text holds all words of the command line.
        below: The folder that their files are below, in a copy of the sources.
        verdict: Tells of a rule and its file whether its absence is seen.
    """
    wanted = [rule for rule in listed if all(word in rule["says"] for word in sys.argv[1:])]
    results = []
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "builder", Path(name) / "builder", ignore=shutil.ignore_patterns("__pycache__"))
        for rule in wanted:
            try:
                results.append(verdict(rule, Path(name) / below / rule["file"]))
            except LookupError as error:
                results.append(str(error))
            sys.stdout.write(f"{results[-1]:8} {rule.get('case', ''):28} {rule['says']}\n")
            sys.stdout.flush()
    return 0 if all(result.startswith("seen") for result in results) else 1


def _verdict(rule: dict[str, str], source: Path) -> str:
    done = without(rule, source, ["-m", "tests.quirks", "--fast", rule["case"]])
    if done is None:
        return "seen: it never ends"
    return "seen" if done.returncode == 1 and b"WRONG" in done.stdout else "UNSEEN"


if __name__ == "__main__":
    sys.exit(tried(rules(), _CRAWL, _verdict))
