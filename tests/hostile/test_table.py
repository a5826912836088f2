"""The page has every case once, every case has tests, and each of its defences stands where the list has it."""

from __future__ import annotations

import shlex

import pytest

from tests.hostile.cases import COUNT, ROOT, cases, marked
from tests.hostile.mutate import defences
from tests.hostile.table import Table

ALL = set(range(1, COUNT + 1))


@pytest.fixture(scope="module")
def shown() -> set[tuple[int, str]]:
    """Each case with each file that has a test of it."""
    return {(number, name.partition("::")[0]) for number, name in marked()}


def test_the_page_has_every_case_once() -> None:
    assert [case.number for case in cases()] == sorted(ALL)
    assert all(case.outcome and case.what for case in cases())


def test_no_case_is_without_a_test(shown: set[tuple[int, str]]) -> None:
    assert {number for number, _ in shown} == ALL


def test_every_case_has_a_defence_that_stands_in_its_file_once(shown: set[tuple[int, str]]) -> None:
    listed = defences()
    assert [each.case for each in listed] == sorted(each.case for each in listed)
    assert {each.case for each in listed} == ALL
    for each in listed:
        source = (ROOT / "builder/presscorpus" / each.file).read_text(encoding="utf-8")
        assert source.count(each.text) == 1, each
        assert each.text != each.without
        assert (each.case, shlex.split(each.tests)[0]) in shown, each


def test_the_table_counts_what_any_process_reports() -> None:
    table = Table()
    for outcome, number in (("passed", 3), ("failed", 4)):
        properties: list[tuple[str, object]] = [("case", number)]
        table.pytest_runtest_logreport(
            pytest.TestReport("x", ("x", 0, "x"), {}, outcome, None, "call", user_properties=properties)  # type: ignore[arg-type]
        )
    lines = list(table._lines())
    assert lines[4].split()[:4] == ["3", "pass", "1", "passed"]
    assert lines[6].split()[:4] == ["4", "FAIL", "1", "failed"]
    assert lines[-1] == f"1 of {COUNT} cases pass"
