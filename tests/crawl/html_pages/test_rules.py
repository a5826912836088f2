"""The list of rules follows the code."""

from __future__ import annotations

import pytest

from tests.crawl.html_pages.rules import BELOW, LIST
from tests.quirks.judge import ROOT
from tests.quirks.rules import rules


@pytest.mark.fast
@pytest.mark.parametrize("rule", rules(LIST), ids=lambda rule: rule["says"])
def test_the_list_of_rules_follows_the_code(rule: dict[str, str]) -> None:
    assert (ROOT / BELOW / rule["file"]).read_text(encoding="utf-8").count(rule["is"]) == 1
    assert (ROOT / rule["test"].split(" ")[0]).is_file()
