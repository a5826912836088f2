"""The page has every case once, and every case has tests."""

from __future__ import annotations

from tests.hostile.cases import COUNT, cases, marked


def test_the_page_has_every_case_once() -> None:
    assert [case.number for case in cases()] == list(range(1, COUNT + 1))
    assert all(case.outcome and case.what for case in cases())


def test_no_case_is_without_a_test() -> None:
    assert {number for number, _ in marked()} == set(range(1, COUNT + 1))
