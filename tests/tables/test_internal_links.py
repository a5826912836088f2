"""Internal links on a real WordPress: what each means by the tables, against what it means by the database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl
import pytest

from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wordpress.server import WordPress

COMMAND = Path(sys.executable).parent / "presscorpus"
TARGET = ["target_table", "target_type", "target_id", "target_reason"]


@pytest.fixture(scope="module")
def site() -> Iterator[WordPress]:
    with running(posts=20) as server:
        yield server


def build(address: str, out: Path) -> pl.DataFrame:
    command = (COMMAND, "build", address, "--allow-private", "--out", out)
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    return pl.read_parquet(out / "release/links/*.parquet")


_LONG = [pytest.param(form, marks=pytest.mark.long) for form in ("plain", "index")]


@pytest.mark.parametrize("form", ["pretty", *_LONG])
def test_every_seeded_internal_link_points_at_what_the_database_says(
    site: WordPress, tmp_path: Path, form: Literal["plain", "pretty", "index"]
) -> None:
    site.set_permalinks(form)
    prepared = site.prepare_links()
    # Another host than the site calls itself: links to either are internal.
    address = site.url.replace("127.0.0.1", "localhost")
    build(address, tmp_path / "corpus")
    seeded = site.write_links(prepared)
    found = build(address, tmp_path / "corpus").filter(pl.col("id") == seeded.hub).sort("ordinal")
    anchors = found.filter(pl.col("element") == "a")
    wrong = [
        (expected, row)
        for expected, row in zip(seeded.links, anchors.select("url", *TARGET).rows(), strict=True)
        # The address of an author's archive holds a login, which leaves with the name.
        if (None if "/author/" in expected[0] else expected[0], *expected[1:]) != row
    ]
    rightly = len(seeded.links) - len(wrong)
    print(f"{form}: {rightly} of {len(seeded.links)} internal links resolved rightly")  # noqa: T201 - with -s, a result
    assert wrong == []
    assert anchors["internal"].all()
    pictures = found.filter(pl.col("element") == "img").select(TARGET).rows()
    assert len(pictures) > 2  # WordPress added a srcset
    assert set(pictures) == {("media", "attachment", seeded.picture, None)}


def test_links_between_the_seeded_posts_point_at_the_right_ones(site: WordPress, tmp_path: Path) -> None:
    links = build(site.url, tmp_path / "corpus").filter(pl.col("url").str.contains("?p=", literal=True))
    before = links.filter(pl.col("text") == "before")
    assert before["target_id"].to_list() == before["url"].str.extract(r"p=(\d+)$").cast(pl.Int64).to_list()
    assert before.height == 19
