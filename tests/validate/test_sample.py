"""The second judge judges a sample of large tables, and sees in it what the checker may have missed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.config.schema import load_package
from presscorpus.errors import FindingsError
from presscorpus.validate import sample
from presscorpus.validate.checker import check
from presscorpus.validate.sample import confirm_within, draw, runs
from tests import good_tables

if TYPE_CHECKING:
    from presscorpus.validate.checker import Findings

PACKAGE = load_package(Path(__file__).parents[2])
GOOD = good_tables.frames(PACKAGE)
POSTS = 200
# Each post has this many links and versions.
EACH = 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables of some hundred posts, each with links and versions."""
    posts = pl.concat([GOOD["posts"].head(1)] * POSTS).with_columns(id=pl.int_range(1, POSTS + 1))
    number = pl.int_range(POSTS * EACH)
    of_posts = {"id": number // EACH + 1, "ordinal": number % EACH + 1}
    tables = {**{name: GOOD[name].head(1) for name in ("sites", "crawls")}, "posts": posts}
    for name in ("links", "versions"):
        tables[name] = pl.concat([GOOD[name].head(1)] * (POSTS * EACH)).with_columns(**of_posts)
    for name, resource in PACKAGE.resources.items():
        good_tables.save(resource.schema, tables.get(name, GOOD[name].clear()), tmp_path / f"{name}.parquet")
    return tmp_path


def confirmed(folder: Path, rows: int, findings: Findings | None = None) -> int:
    return confirm_within(PACKAGE, folder, findings or check(PACKAGE, folder), rows, folder / "work")


@pytest.mark.fast
@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0001, 0.5))
def test_runs_lie_within_the_table_in_order_and_apart(height: int, share: float) -> None:
    found = runs("links", height, share)
    assert found == runs("links", height, share)
    assert bool(found) == bool(height)
    ends = [0, *(first + length for first, length in found)]
    assert all(first >= end and length for (first, length), end in zip(found, ends, strict=False))
    assert ends[-1] <= height


def test_a_sample_is_of_about_the_asked_size_and_the_same_each_time(folder: Path) -> None:
    whole = sum(check(PACKAGE, folder).rows.values())
    judged = confirmed(folder, whole // 10)
    assert whole // 20 < judged < whole // 5
    assert confirmed(folder, whole // 10) == judged
    assert (confirmed(folder, whole), confirmed(folder, 0)) == (whole, 0)
    assert not list((folder / "work").iterdir())


def test_a_sample_lies_in_a_folder_that_is_named_from_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert confirm_within(PACKAGE, Path(), check(PACKAGE, Path()), 200, Path("work")) == confirmed(folder, 200)


def test_a_sample_holds_whole_posts_and_what_they_refer_to(folder: Path, tmp_path: Path) -> None:
    heights = check(PACKAGE, folder).rows
    draw(PACKAGE, folder, heights, 200, tmp_path / "drawn")
    drawn = {name: pl.read_parquet(tmp_path / "drawn" / f"{name}.parquet") for name in PACKAGE.resources}
    assert drawn["links"]["id"].unique().sort().to_list() == drawn["posts"]["id"].to_list()
    assert drawn["links"].height == EACH * drawn["posts"].height
    assert drawn["sites"].height == 1
    for name, frame in drawn.items():
        key = PACKAGE.schema(name).primary_key
        assert frame.join(pl.read_parquet(folder / f"{name}.parquet"), on=key, how="semi").equals(frame)


@pytest.mark.parametrize("fault", ["cell", "key", "reference"])
def test_what_the_checker_misses_in_the_sample_is_an_error(
    folder: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = pl.read_parquet(folder / "versions.parquet")
    if fault == "cell":
        versions = versions.with_columns(state=pl.lit("odd"))
    elif fault == "key":
        versions = versions.with_columns(ordinal=pl.lit(1, dtype=versions.schema["ordinal"]))
    else:
        posts = pl.read_parquet(folder / "posts.parquet").filter(pl.col("id") % 3 != 0)
        good_tables.save(PACKAGE.schema("posts"), posts, folder / "posts.parquet")
    good_tables.save(PACKAGE.schema("versions"), versions, folder / "versions.parquet")
    found = check(PACKAGE, folder)
    assert found.counts
    assert confirmed(folder, 200, found)
    blind = found._replace(frame=found.frame.clear(), counts={})
    monkeypatch.setattr(sample, "check", lambda package, place: blind._replace(rows=check(package, place).rows))
    with pytest.raises(FindingsError, match="the checker finds 0 rows and frictionless"):
        confirmed(folder, 200, found)


def test_tables_of_other_columns_are_left_to_the_checker(folder: Path) -> None:
    pl.read_parquet(folder / "links.parquet").drop("kind").write_parquet(folder / "links.parquet")
    assert confirmed(folder, 200) == 0
