"""The measurements of CONTRIBUTING.md, small: one theme, a few dozen posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pages import captures, closed, measure
from tests.wordpress.packages import THEMES
from tests.wordpress.server import running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wordpress.server import WordPress


def test_pages_say_what_the_api_says(wordpress: WordPress, tmp_path: Path) -> None:
    with wordpress.switched(appended=1):
        captured = measure.capture(wordpress, tmp_path, 24, THEMES[1:2])
    replayed = captures.rewritten(captured.warcs, tmp_path / "replay.warc.gz")
    told = measure.figures(captured, measure.built(tmp_path / "out", wordpress.url, replayed))
    assert told.pop("rows") == captured.posts.height == 24
    assert set(told.values()) == {1.0}, told


def test_a_live_site_with_a_closed_api_says_what_its_open_api_says(tmp_path: Path) -> None:
    with running(posts=24) as server:
        server.set_permalinks("pretty")
        with server.switched(**closed.SWITCHES):
            oracle = closed.built(server, tmp_path / "open")
        told, _ = closed.compared(server, tmp_path / "closed", THEMES[1], "pretty", oracle)
    assert told["rows"] == oracle.tables["posts"].height
    assert told["in feed"] == oracle.tables["posts"].filter(type="post", protected=False).height
    # WordPress made its first post before the seed set the zone of the site.
    assert round((1 - told.pop("published_at")) * told["rows"]) == 1
    assert {told[each] for each in (*closed.BOUNDS, "named", ">=0.985") if each in told} == {1.0}, told
