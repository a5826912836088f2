"""The page has every case once, every case has tests, and each of its defences stands where the list has it."""

from __future__ import annotations

import shlex

import pytest

from tests.hostile.cases import COUNT, ROOT, cases, marked
from tests.hostile.mutate import defences


def test_the_page_has_every_case_once() -> None:
    assert [case.number for case in cases()] == list(range(1, COUNT + 1))
    assert all(case.outcome and case.what for case in cases())


def test_no_case_is_without_a_test() -> None:
    assert {number for number, _ in marked()} == set(range(1, COUNT + 1))


def test_every_case_has_a_defence_that_stands_in_its_file_once() -> None:
    listed = defences()
    assert [each.case for each in listed] == sorted(each.case for each in listed)
    assert {each.case for each in listed} == set(range(1, COUNT + 1))
    for each in listed:
        source = (ROOT / "builder" / each.file).read_text(encoding="utf-8")
        assert source.count(each.text) == 1, each
        assert each.text != each.without


@pytest.mark.parametrize("case", range(1, COUNT + 1))
def test_what_sees_a_defence_missing_is_a_test_of_that_case(case: int) -> None:
    there = {name.partition("::")[0] for number, name in marked() if number == case}
    assert {shlex.split(each.tests)[0] for each in defences() if each.case == case} <= there
