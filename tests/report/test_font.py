"""The font of the charts has a name that no machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from presscorpus.report import charts, draw, font


def test_the_only_file_is_the_font_under_its_other_name() -> None:
    (path,) = Path(font.folder().name).iterdir()
    data = path.read_bytes()
    assert font.FONT.encode("utf-16-be") in data
    assert "Noto Sans".encode("utf-16-be") not in data


@pytest.mark.fast
def test_a_font_of_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="Noto Sans"):
        font.renamed(b"\0\1\0\0\0\0" + bytes(6))


def test_pictures_are_drawn_in_it() -> None:
    spec = charts.pictured(charts.bars([charts.Bar("The quick brown fox", 1, "1")], "Posts"), "A title")
    assert spec["config"]["font"] == font.FONT
    drawn = draw.pngs([spec])
    other = spec | {"config": spec["config"] | {"font": "A font that no machine has"}}
    assert drawn == draw.pngs([spec]) != draw.pngs([other])
