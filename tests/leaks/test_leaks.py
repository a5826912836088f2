"""No planted case leaks, and none destroys what it need not."""

from __future__ import annotations

import pytest

from tests.leaks.harness import GROUPS, results


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", GROUPS)
def test_no_planted_case_leaks_or_destroys(group: str) -> None:
    found = results(group)
    assert len(found) > 15
    assert [each for each in found if not each.good] == []
