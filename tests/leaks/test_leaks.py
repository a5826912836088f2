"""No planted case leaks, none destroys what it need not, and every rule is seen to be needed."""

from __future__ import annotations

import pytest

from tests.leaks import direct, news
from tests.leaks.harness import GROUPS, results
from tests.leaks.rules import LIST, PACKAGE
from tests.quirks.judge import ROOT
from tests.quirks.rules import rules

_RULES = rules(LIST)
# The client of the Hub sends bytes in a way that its own HTTP library warns of.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("group", GROUPS)
def test_no_planted_case_leaks_or_destroys(group: str) -> None:
    found = results(group)
    assert len(found) > 1
    assert [each for each in found if not each.good] == []


@pytest.mark.fast
def test_no_planted_case_leaks_or_destroys_by_the_redaction_alone() -> None:
    assert list(direct.wrong()) == []


@pytest.mark.fast
def test_nothing_is_struck_from_news_that_name_nobody() -> None:
    """`python -m tests.leaks.news` tells of 1,000 posts; here are 100 others."""
    posts = [(str(number), news.post(number)) for number in range(5000, 5100)]
    assert list(news.strikes(posts, news.treatment())) == []


@pytest.mark.fast
def test_a_false_strike_is_seen() -> None:
    posts = [("1", news.Post("Anna Berg met", "<p>call +49 30 5501017</p>"))]
    assert len(list(news.strikes(posts, news.treatment()))) == 3


@pytest.mark.fast
@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule["says"])
def test_the_list_of_rules_follows_the_code(rule: dict[str, str]) -> None:
    """`python -m tests.leaks.rules` takes each away and sees what fails."""
    assert (ROOT / PACKAGE / rule["file"]).read_text(encoding="utf-8").count(rule["is"]) == 1
    assert "tests" not in rule or (ROOT / rule["tests"].partition(" ")[0]).is_file()
