"""The measurement of CONTRIBUTING.md, small: one theme, a dozen posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pages import captures, measure
from tests.wordpress.packages import THEMES

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
