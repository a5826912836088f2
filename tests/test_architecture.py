"""The shape of the project, held by tests: imports, names, sizes, docstrings, and pages that keep up with the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from builder import errors

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "builder").rglob("*.py"))
BIN = Path(sys.executable).parent
HTML = [f"html/{path.name}" for path in sorted((ROOT / "builder/html").glob("*.py"))]


def constants(*modules: str) -> set[str]:
    """Every string in some modules."""
    trees = [ast.parse((ROOT / "builder" / module).read_text()) for module in modules]
    return {n.value for t in trees for n in ast.walk(t) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def listed(title: str) -> set[str]:
    """The codes in the table below a heading of docs/flags.md."""
    section = (ROOT / "docs/flags.md").read_text().split(f"## {title}")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_imports_run_one_way() -> None:
    done = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_holds_one_idea(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "misc", "manager"}
    assert len(path.read_text().splitlines()) <= 320


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_functions_fit_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = dict(re.findall(r"── (\w+) +(\d+) ", errors.__doc__ or ""))
    real = {
        name: str(kind.exit_code)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.PresscorpusError) and kind is not errors.PresscorpusError
    }
    assert drawn == real


def test_every_flag_and_rule_is_explained() -> None:
    from builder.html import FLAGS

    told_in = ("shards", "patch", "taken", "tables/posts", "tables/payload", "tables/observed", "tables/emit")
    said = constants(*(f"{name}.py" for name in told_in), *HTML)
    flags, rules = listed("Flags of posts"), listed("Rules of the quarantine")
    assert flags >= set(FLAGS)
    assert flags - set(FLAGS) <= said
    assert rules <= said
    codes = {text for text in said if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text)}
    looks = re.compile(
        r"(missing|unreadable|implausible|removed|replaced|published|object|invalid|mismatch|large|long|deep|attributes|elements)$"
    )
    assert {code for code in codes if looks.search(code)} <= flags | rules | {"not_an_object"}


def test_the_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_names_only_commands_that_exist_and_the_help_names_them_all() -> None:
    help_ = subprocess.run([BIN / "presscorpus", "--help"], capture_output=True, text=True, check=True).stdout
    named = set(re.findall(r"presscorpus (\w+) ", (ROOT / "README.md").read_text()))
    for command in named - {"turns"}:
        assert f"\n    {command} " in help_, command
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.PresscorpusError):
            assert f" {kind.exit_code}  " in help_
