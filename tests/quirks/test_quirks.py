"""Every case of the server of quirks, harvested with the real command; and what a refresh makes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.quirks.all_cases import CASES, LATEST, LISTED
from tests.quirks.judge import FAST, ROOT, arena_of, plain_walk, refreshed, tried
from tests.quirks.rules import rules

if TYPE_CHECKING:
    from pathlib import Path

# Cases whose waits are what they are about are refreshed by .ci/long only.
_QUICK = [name for name, each in CASES.items() if not each.slow]


# Of those whose waits are what they are about CI harvests the listed ones, of the latest those that prove a rule.
_RULED = {rule["case"] for rule in rules()}


def _is_long(name: str) -> bool:
    return (CASES[name].slow and name not in LISTED) or (CASES[name].change.__module__ in LATEST and name not in _RULED)


_HARVESTED = [pytest.param(name, marks=pytest.mark.long) if _is_long(name) else name for name in CASES]


@pytest.mark.parametrize("name", _HARVESTED)
def test_what_must_come_of_a_harvest(name: str, tmp_path: Path) -> None:
    result = tried(CASES[name], tmp_path, FAST)
    assert not result.wrong


@pytest.mark.long
@pytest.mark.parametrize("name", _QUICK)
def test_a_refresh_deletes_nothing_that_exists(name: str, tmp_path: Path) -> None:
    result = refreshed(CASES[name], tmp_path, FAST)
    assert not result.wrong


@pytest.mark.fast
def test_the_server_holds_all_listed_cases() -> None:
    assert len(LISTED) == 89
    assert len(CASES) - len(LISTED) >= 95


@pytest.mark.fast
@pytest.mark.parametrize("name", ["big_ids", "no_total", "cap10_small", "page_alone"])
def test_a_plain_walk_gets_what_a_case_calls_visible(name: str) -> None:
    """The judge's expectation against another client: what it calls visible is what page=1, 2, ... gets."""
    with arena_of(CASES[name]) as arena:
        assert plain_walk(arena) == arena.expected()


@pytest.mark.fast
@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["says"])
def test_the_list_of_rules_follows_the_code(rule: dict[str, str]) -> None:
    text = (ROOT / "builder/presscorpus/crawl" / rule["file"]).read_text(encoding="utf-8")
    assert text.count(rule["is"]) == 1
    assert rule["case"] in CASES


def test_a_case_that_lacks_rows_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge itself: a sweep that ends at the first page is called wrong."""
    from presscorpus.crawl.rest.sweep import Sweep

    monkeypatch.setattr(Sweep, "_is_last", lambda *_, **__: True)
    result = tried(CASES["no_total"], tmp_path, FAST)
    assert any("complete, and lacks" in each for each in result.wrong)
