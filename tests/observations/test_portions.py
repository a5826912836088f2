"""What is observed, a portion at a time: however small the portions are, the tables are the same bytes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from benchmarks import posts
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Params, Site
from presscorpus.normalise.corpus import Claimed, Places
from presscorpus.observations import portions
from presscorpus.pipeline import stages
from presscorpus.storage import frames
from presscorpus.tables import links
from presscorpus.tables.addresses import home_of
from tests.corpus import FREE, PACKAGE, quiet

if TYPE_CHECKING:
    from pathlib import Path

TOTAL = 60
HOME = home_of("https://example.org/", [])


def dataset(tmp_path: Path) -> tuple[Params, Layout]:
    """Two crawls of one site and one of another; numbers lie in several shards, some posts have moved.

    Both sites have the same numbers and local addresses.
    """
    shape = posts.Shape(3000, host="a.example.org")
    first = [json.loads(each) for each in posts.posts(range(1, TOTAL + 1), shape, TOTAL)]
    again = [json.loads(posts.post(number, shape, TOTAL, edit=1)) for number in range(1, TOTAL, 7)]
    for each in again:
        each["link"] += "moved/"
    other = shape._replace(host="b.example.org", seed=5)
    of_other = [json.loads(posts.post(number, other, TOTAL)) for number in range(1, 41)]
    for name, items in (("a", first), ("b", of_other)):
        (tmp_path / f"{name}.json").write_text(json.dumps(items))
    sites = [
        Site(name, f"https://{name}.example.org/", datetime(2026, 1, 1, tzinfo=UTC), FREE, files=f"{name}.json")
        for name in ("a", "b")
    ]
    layout = Layout.of(tmp_path)
    settled = Params(dataset=Dataset("d", "D", "v2026.01.01"), sites=tuple(sites))
    stages.fetch.run(settled, layout, quiet)
    (tmp_path / "a.json").write_text(json.dumps(again))
    later = Site("a", sites[0].address, datetime(2026, 2, 1, tzinfo=UTC), FREE, files="a.json")
    stages.fetch.run(Params(dataset=settled.dataset, sites=(later, sites[1])), layout, quiet)
    return Params(dataset=settled.dataset, sites=(later, sites[1])), layout


def test_what_is_done_at_once_does_not_show_in_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("presscorpus.observations.portions.SHARD_IDS", 16)
    settled, layout = dataset(tmp_path)
    found: list[dict[str, bytes]] = []
    for rows in (1 << 16, 7):
        monkeypatch.setattr("presscorpus.observations.portions.ROWS", rows)
        monkeypatch.setattr("presscorpus.tables.link_targets.ROWS", rows)
        monkeypatch.setattr("presscorpus.tables.terms._ROWS_AT_ONCE", rows)
        monkeypatch.setattr("presscorpus.normalise.corpus._CLAIMS_AT_ONCE", rows)
        monkeypatch.setattr("presscorpus.normalise.write_tables.TASK_ITEMS", rows)
        monkeypatch.setattr("presscorpus.normalise.shards.TASK_ITEMS", rows)  # seven: each shard is read alone
        monkeypatch.setattr("presscorpus.observations.index.AT_ONCE", rows)
        shutil.rmtree(layout.work)
        stages.normalise.run(PACKAGE, settled, layout, quiet)
        found.append({path.name: path.read_bytes() for path in sorted(layout.tables.iterdir())})
    assert found[0] == found[1]
    assert pl.read_parquet(layout.tables / "posts.parquet").height == TOTAL + 40


def test_no_item_is_in_two_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("presscorpus.observations.portions.ROWS", 7)
    monkeypatch.setattr("presscorpus.observations.portions.SHARD_IDS", 4)
    settled, layout = dataset(tmp_path)
    stages.normalise.run(PACKAGE, settled, layout, quiet)
    paths = [sorted((layout.work / "index" / name).iterdir()) for name in ("a", "b")]
    cut = list(portions.Indexes(PACKAGE, paths).portions(layout.work))
    whole = pl.concat([each.with_columns(portion=pl.lit(number)) for number, each in enumerate(cut)])
    assert len(cut) > 3
    assert whole.height == TOTAL + 40 + len(range(1, TOTAL, 7))
    assert whole.group_by("site", "table", "type", "id").agg(pl.col("portion").n_unique())["portion"].max() == 1


def test_a_shelf_gives_back_what_was_put_on_it(tmp_path: Path) -> None:
    spill = frames.SpillFile(tmp_path)
    given = [pl.DataFrame({"a": [1, None]}), pl.DataFrame({"b": [["x"], None]}), pl.DataFrame({"c": []})]
    places = [spill.put(each) for each in given]
    assert [spill.take(place).equals(each) for place, each in reversed([*zip(places, given, strict=True)])] == [
        True
    ] * 3
    spill.close()


def planned(tmp_path: Path, table: str, kind: str, number: int) -> Any:
    from presscorpus.normalise.shards import Planned

    observed = PACKAGE.schema("observed").polars
    items = pl.DataFrame(
        [
            {
                "id": number,
                "observed_at": datetime(2026, 1, 1, tzinfo=UTC),
                "state": "published",
                "takedown_reason": None,
            }
        ],
        schema={**{name: observed[name] for name in ("id", "observed_at", "state")}, "takedown_reason": pl.String()},
    )
    known_by = pl.DataFrame(
        schema={"id": observed["id"], "url": pl.String(), "seen_at": observed["observed_at"], "others": pl.Boolean()}
    )
    spill = frames.SpillFile(tmp_path)
    places = {"items": spill.put(items), "known_by": spill.put(known_by)}
    return Planned("a", table, kind, 0, 1, tmp_path / "none", spill, places)


@pytest.mark.parametrize("named", [True, False])
def test_authors_are_pointed_at_only_where_they_are_named(tmp_path: Path, *, named: bool) -> None:
    places = Places({"a": HOME}, frozenset("a") if named else frozenset(), tmp_path)
    claimed = Claimed(PACKAGE, places, 1)
    schema = PACKAGE.schema("addresses")
    row = {"site": "a", "address": "/author/n", "target_table": "authors", "target_type": "user", "target_id": 6}
    made = pl.DataFrame([row | {"basis": "permalink"}], schema=schema.polars)
    claimed.add(planned(tmp_path, "authors", "user", 6), made)
    asked = pl.DataFrame({"site": ["a"], "address": ["/author/n"]})
    assert claimed.known().meant(asked).select(links.TARGET).rows() == ([("authors", "user", 6)] if named else [])


def test_a_term_that_only_posts_name_is_known_by_number_and_slug(tmp_path: Path) -> None:
    schema = PACKAGE.schema("terms")
    row = {"site": "a", "taxonomy": "category", "id": 15, "slug": "news", "origin": "inferred"}
    terms = pl.DataFrame([{name: row.get(name) for name in schema.names}], schema=schema.polars)
    claimed = Claimed(PACKAGE, Places({"a": HOME}, frozenset(), tmp_path), 1)
    claimed.add_terms(terms)
    asked = pl.DataFrame({"site": ["a"] * 3, "address": ["?cat=15", "?category_name=news", "?cat=16"]})
    assert claimed.known().meant(asked).select("address", *links.TARGET).rows() == [
        ("?cat=15", "terms", "category", 15), ("?category_name=news", "terms", "category", 15),
    ]  # fmt: skip
