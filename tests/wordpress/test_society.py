"""The crawls that ship are those that the script makes: same posts, same history, same receipts."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Rights, Site
from presscorpus.pipeline import stages

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data/sources/kervan"
# What depends on the second at which something was asked or edited.
OF_THE_MOMENT = {
    "record_id", "observed_at", "modified_at", "modified_local", "gone_at", "first_seen", "last_seen", "bytes",
    "started_at", "ended_at", "digest",
}  # fmt: skip
# How a site is asked is up to the program, which has learned since the crawls were made.
OF_THE_PROGRAM = {"requests"}
# A picture is as old as its upload.
OF_PICTURES = {"published_at", "published_local"}


def tables(source: Path, folder: Path) -> dict[str, pl.DataFrame]:
    site = Site(
        name="kervan", address="http://kervan.example/", as_of=datetime(2026, 11, 1, 8, tzinfo=UTC),
        rights=Rights("A test."), files=str(source),
    )  # fmt: skip
    settled = params.judge(
        params.Params(params.Dataset(name="t", title="T", version="v2026.11.01"), (site,)), where="a test"
    )
    layout = Layout(folder, folder)
    stages.fetch.run(settled, layout, lambda *_: None)
    stages.normalise.run(schema.load_package(ROOT), settled, layout, lambda *_: None)
    return {path.stem: pl.read_parquet(path) for path in layout.tables.glob("*.parquet")}


@pytest.mark.long
def test_made_again_the_site_and_its_history_are_the_same(tmp_path: Path) -> None:
    # A process of its own: it moves its clock.
    done = subprocess.run(
        [sys.executable, "-m", "tests.wordpress.society.make", tmp_path / "again"],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    shipped, again = tables(SHIPPED, tmp_path / "a"), tables(tmp_path / "again", tmp_path / "b")
    assert shipped.keys() == again.keys()
    for name, frame in shipped.items():
        kept = [
            column
            for column in frame.columns
            if column not in OF_THE_MOMENT | OF_THE_PROGRAM | (OF_PICTURES if name == "media" else set())
        ]
        assert again[name].select(kept).equals(frame.select(kept)), name
    assert shipped["versions"].height == 173
    dates = shipped["posts"]["observed_at"].dt.date().unique().sort().cast(pl.String).to_list()
    assert dates == ["2026-09-01", "2026-10-01", "2026-11-01"]
