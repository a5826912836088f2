"""A second crawl of a site that changed: what exists stays, what changed is seen or told."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.quirks import judge
from tests.quirks.cases import Arena, Case, changed, instead, posts
from tests.quirks.judge import FAST, Result, arena_of
from tests.quirks.rest import Site, as_json, error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.quirks.rest import Request, Response

PLACES = (3, 70, 120, 200, 249)


def edit(arena: Arena, base: str = "posts") -> dict[int, str]:
    """Edit five items; returns their new modified_gmt by id."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(seconds=2)
    found = {}
    for place in PLACES:
        row = arena.site.rows[base][place]
        row |= {"modified": now.isoformat(), "modified_gmt": now.isoformat()}
        found[row["id"]] = now.isoformat()
    return found


def twice(change: Callable[[Arena], Any], folder: Path, **limits: float) -> tuple[Result, dict[int, str]]:
    """Crawl a healthy site, change it, and crawl it again.

    Returns what came, and modified_gmt by id as the archive has it then.
    """
    case = Case("second", "R", "whole", change)
    with arena_of(case, healthy=True) as arena:
        result = Result("second", expected=arena.expected())
        judge._fetched(result, arena, folder, FAST | limits, 0)
        assert result.exit_code == 0
        change(arena)
        result.expected = arena.expected()
        judge._fetched(result, arena, folder, FAST | limits, 1)
        archives = sorted((folder / "raw" / "case").glob("*.warc.gz"))
        frame = judge._observed(folder, archives)["posts"]
    return result, dict(frame.select("id", "modified").iter_rows())


def lagging(arena: Arena, refuse: Callable[[Request], Response]) -> None:
    """Lists with an order lack the ten newest posts, and the single route refuses them; plain lists show them."""
    new = {row["id"] for row in arena.site.rows["posts"][-10:]}
    arena.site.listed.append(
        lambda request, rows: [row for row in rows if row["id"] not in new]
        if posts(request) and "orderby" in request.query and "include" not in request.query else rows
    )  # fmt: skip
    instead(arena, lambda request: request.is_single, refuse)


def test_what_a_plain_list_shows_is_neither_gone_nor_withdrawn(tmp_path: Path) -> None:
    for name, answer in (("closed", error(401, "rest_forbidden")), ("gone", error(404, "rest_post_invalid_id"))):
        (tmp_path / name).mkdir()
        result, _ = twice(lambda arena, told=answer: lagging(arena, lambda _: told), tmp_path / name)  # type: ignore[misc]
        assert (result.exit_code, result.missing) == (0, {})


def test_a_cache_older_than_the_last_crawl_is_told(tmp_path: Path) -> None:
    def cached(arena: Arena) -> None:
        asked = set(arena.server.asked)
        kept = Site(arena.site.origin)
        kept.rows, kept.home, kept.named = copy.deepcopy(arena.site.rows), arena.site.home, arena.site.named
        edit(arena)

        def answer(request: Request) -> Response | None:
            if request.route is None or request.target not in asked:
                return None
            found = kept.answer(request)
            found.headers |= {"Age": "86000"}
            return found

        arena.site.before.append(answer)

    result, _ = twice(cached, tmp_path)
    assert result.exit_code == 9
    assert "posts:post: its lists come from a cache of" in str(result.receipt["reason"])


def test_a_cache_of_this_crawl_alarms_nobody(tmp_path: Path) -> None:
    def fresh(arena: Arena) -> None:
        def aged(_: Request, response: Response) -> None:
            response.headers["Age"] = "0"

        changed(arena, posts, aged)

    result, _ = twice(fresh, tmp_path)
    assert (result.exit_code, result.receipt.get("reason")) == (0, None)


def test_edits_are_seen_where_modified_after_finds_nothing(tmp_path: Path) -> None:
    """A search index that knows no post_modified."""
    edited: dict[int, str] = {}

    def silent(arena: Arena) -> None:
        nothing = as_json([], X_WP_Total="0", X_WP_TotalPages="0")
        instead(arena, lambda request: "modified_after" in request.query, lambda _: nothing)
        edited.update(edit(arena))

    result, modified = twice(silent, tmp_path, full_sweep_days=30.0)
    assert result.exit_code == 0
    assert edited.items() <= modified.items()
