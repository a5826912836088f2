"""The cases of docs/hostile.md, and which tests say that they show them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs/hostile.md"
COUNT = 38
_ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)


class Case(NamedTuple):
    """A row of the page: its number, what happens, and what comes of it."""

    number: int
    what: str
    outcome: str


def cases() -> list[Case]:
    """All cases, in the order of the page."""
    return [Case(int(row[1]), row[2], row[3]) for row in _ROW.finditer(PAGE.read_text(encoding="utf-8"))]


def marked() -> Iterator[tuple[int, str]]:
    """Each case number that a test is marked with, and that test, as the sources have it."""
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for mark in ast.walk(ast.Module([ast.Expr(each) for each in node.decorator_list], [])):
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.case":
                        name = f"{path.relative_to(ROOT)}::{node.name}"
                        yield from ((ast.literal_eval(number), name) for number in mark.args)
