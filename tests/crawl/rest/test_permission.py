"""A written permission lifts what robots.txt forbids, and nothing else; the receipt keeps who gave it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
import yaml

from presscorpus.config import params
from presscorpus.crawl.rest.harvest import harvest
from presscorpus.crawl.typed_address import settle
from presscorpus.errors import BlockedError, NetworkError, ParamsError
from presscorpus.pipeline.request import BuildRequest, to_params
from tests.crawl.rest.test_harvest import PACE, Memory, site
from tests.quirks import more_cases
from tests.quirks.cases import CASES
from tests.quirks.judge import arena_of
from tests.test_commands import run

if TYPE_CHECKING:
    from presscorpus.crawl.rest.harvest import Harvest
    from tests.quirks.cases import Arena

assert more_cases

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
WHO = "A. Owner, letter of 1 November 2026"
CLOSED = ["robots_wpjson", "robots_all", "robots_rest_route", "robots_500"]


def asked(arena: Arena, who: str | None) -> tuple[Harvest, Memory]:
    memory = Memory()
    return harvest(site(arena.address, permission=who), memory, pace=PACE), memory


@pytest.mark.parametrize("name", CLOSED)
def test_without_it_nothing_below_the_api_is_asked_and_with_it_everything(name: str) -> None:
    with arena_of(CASES[name]) as arena:
        refused, _ = asked(arena, None)
        assert not [target for target in arena.server.asked if "wp-json" in target or "rest_route" in target]
        assert refused.receipt.outcome == "incomplete"
        assert "robots.txt" in (refused.receipt.reason or "")
        assert refused.receipt.permission is msgspec.UNSET
        done, memory = asked(arena, WHO)
        assert (done.receipt.outcome, done.receipt.reason) == ("complete", None)
        assert done.receipt.permission == WHO
        posts = next(each for each in done.receipt.collections if each.collection == "posts:post")
        assert posts.fetched == len(arena.expected()["posts:post"])
        # The name is ours all the same, and robots.txt is read: its delay still holds.
        assert {dict(each.request_headers)["User-Agent"].partition("/")[0] for each in memory.exchanges} == {
            "presscorpus"
        }
        assert any(target == "/robots.txt" for target in arena.server.asked)


def test_the_delay_that_robots_txt_asks_for_holds_with_a_permission_too() -> None:
    with arena_of(CASES["robots_all"]) as arena:
        arena.site.robots = "User-agent: *\nDisallow: /\nCrawl-delay: 0.05\n"
        done, memory = asked(arena, WHO)
    assert done.receipt.outcome == "complete"
    times = sorted(each.requested_at for each in memory.exchanges)[1:]
    assert (times[-1] - times[0]).total_seconds() > 0.05 * (len(times) - 2)


@pytest.mark.parametrize("who", ["", "  "])
def test_a_permission_that_names_nobody_is_none(who: str, tmp_path: Path) -> None:
    said = {
        "dataset": {"name": "it", "title": "It", "version": "v2026.11.23"},
        "sites": [{"name": "it", "address": "https://example.org/", "as_of": "2026-11-23T00:00:00Z",
                   "rights": {"statement": "None."}, "permission": who}],
    }  # fmt: skip
    (tmp_path / params.FILE).write_text(yaml.safe_dump(said))
    with pytest.raises(ParamsError, match="names nobody"):
        params.load(tmp_path / params.FILE)
    done = run("probe", "https://example.org/", "--permission", who, cwd=tmp_path)
    assert done.returncode == 2
    assert "names nobody" in done.stderr


def test_the_commands_hand_it_on(tmp_path: Path) -> None:
    """A typed address without a scheme is looked at first: that look is permitted, too."""
    with arena_of(CASES["robots_all"]) as arena:
        host = arena.address.removeprefix("http://").rstrip("/")
        with pytest.raises(BlockedError, match=r"robots\.txt"):
            settle(host, allow_private=True)
        assert settle(host, allow_private=True, permission=WHO) == arena.address
        refused = run("probe", arena.address, "--allow-private", cwd=tmp_path)
        assert refused.returncode == BlockedError.exit_code
        assert "--permission" in refused.stderr
        probed = run("probe", host, "--allow-private", "--permission", WHO, cwd=tmp_path)
        assert probed.returncode == 0, probed.stderr
        assert "posts:post" in probed.stdout


def test_a_build_asks_with_it() -> None:
    made = to_params(BuildRequest(["http://127.0.0.1:9/"], AS_OF, allow_private=True, permission=WHO), Path("out"))
    assert [each.permission for each in made.sites] == [WHO]


def test_robots_txt_that_cannot_be_had_is_a_ban_without_it() -> None:
    with arena_of(CASES["robots_500"]) as arena, pytest.raises(NetworkError, match=r"robots\.txt"):
        settle(f"{arena.address}page/", allow_private=True)
