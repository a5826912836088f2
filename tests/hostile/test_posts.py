"""Hostile posts read by themselves, without a pipeline: what their columns hold, and what files are named after."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.archive.writer import CrawlWriter
from presscorpus.config import schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import FILE, Limits
from presscorpus.normalise import shards
from presscorpus.observations.items import observe
from presscorpus.pipeline.request import site_name
from presscorpus.storage.frames import SpillFile
from presscorpus.tables.addresses import Home
from presscorpus.tables.posts import Batch
from presscorpus.tables.typed_columns import Origin
from tests.hostile.corpus import LONG_SLUG, SITE, Hostile, corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = schema.load_package(Path(__file__).parent.parent.parent)
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# What the whole pipeline is needed for, and what takes a second to read, is in test_content.py.
SMALL = [
    case
    for case in corpus()
    if case.case in {19, 20, 21, 22, 23, 24, 25, 26, 27} and len(case.item) < 100_000 and not case.rule
]
REFUSED = [case for case in corpus() if case.case in {17, 18} and case.rule]
HOSTILE_NAMES = ("../../../x", "..", "CON", "aux.txt", "a\x00b\n", LONG_SLUG, "x" * 300, "a/b\\c:*?", "\u202egpj.exe")


def named(case: Hostile) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"case{case.case} {case.name}".lower())


@pytest.mark.case(19, 20, 21, 22, 23, 24, 25, 26, 27)
@pytest.mark.parametrize("case", SMALL, ids=named)
def test_the_columns_of_a_hostile_post_are_what_they_should_be(case: Hostile) -> None:
    batch = Batch(PACKAGE, Limits())
    (item,) = observe(b"[" + case.item + b"]", f"{SITE}/wp-json/wp/v2/posts", 200).items
    assert batch.add(("post", 9), item.body, Origin("s", "c", "r", MOMENT), "d", item.repairs) is None
    frames = batch.frames()
    (row,) = frames["posts"].to_dicts()
    assert set(case.flags) <= set(row["flags"])
    if not case.flags:
        assert not {"shortcode", "date_unreadable", "modified_before_published"} & set(row["flags"])
    for name, value in case.shows.items():
        column, _, part = name.partition(".")
        if column == "link_count":
            assert frames["links"].height == value
        elif column != "url":  # credentials are taken out of whole tables
            assert (getattr(row[column], part) if part else row[column]) == value, name


@pytest.mark.case(17, 18)
@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_what_is_too_large_or_too_deep_is_refused_by_its_rule(case: Hostile) -> None:
    refused = Batch(PACKAGE, Limits()).add(("post", 9), case.item, Origin("s", "c", "r", MOMENT), "d", ())
    assert refused is not None
    assert refused.rule == case.rule


@pytest.mark.case(24)
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_shard_is_named_after_a_type_of_content(tmp_path: Path, name: str) -> None:
    key = {"site": "s", "table": "posts", "type": name, "id": 7, "offset": 0}
    items = pl.DataFrame([key])
    home = Home(f"{SITE}/", ("www.example.org",), (f"{SITE}/",))
    (planned,) = shards.plan({"items": items}, {"s": home}, tmp_path, "f", SpillFile(tmp_path / "spill"))
    assert re.fullmatch(
        r"shards/[0-9a-f]{2}/[0-9a-f]{32}-[0-9a-f]{32}\.arrows", planned.path.relative_to(tmp_path).as_posix()
    )


@pytest.mark.case(24)
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_folder_is_named_after_the_address_of_an_import(tmp_path: Path, name: str) -> None:
    site = site_name(f"https://www.example.org/{name}")
    assert re.fullmatch(r"[a-z0-9-]{1,63}", site)
    raw = Layout.of(tmp_path).raw
    assert (raw / site).resolve().parent == raw.resolve()
    assert not (tmp_path / FILE).exists()


@pytest.fixture
def in_urumqi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Urumqi")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.case(33)
@pytest.mark.usefixtures("in_urumqi")
def test_the_time_zone_of_the_machine_is_in_no_archive(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "s", "20260102T030405Z") as crawl:
        crawl.imported("a.json", MOMENT, b"[]")
    import gzip

    written = gzip.decompress(next(tmp_path.rglob("*.warc.gz")).read_bytes())
    assert b"WARC-Date: 2026-01-02T03:04:05.000000Z" in written
