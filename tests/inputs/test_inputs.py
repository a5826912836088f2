"""Files that people have: each case of tests/inputs/cases comes out as required."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.inputs.cases import CASES
from tests.inputs.harness import problems

if TYPE_CHECKING:
    from pathlib import Path

    from tests.inputs.case import Case


@pytest.mark.parametrize("case", CASES, ids=[f"{case.section} {case.name}" for case in CASES])
def test_what_comes_of_a_file_is_what_is_required(case: Case, tmp_path: Path) -> None:
    assert problems(case, tmp_path) == []


def test_names_of_cases_tell_them_apart() -> None:
    names = [(case.section, case.name) for case in CASES]
    assert len(set(names)) == len(names)
