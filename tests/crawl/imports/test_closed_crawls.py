"""Closed crawls that come with a repository are taken over byte for byte, or not at all."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from presscorpus.archive.receipt_file import read_receipt
from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.config.params import Params, Rights, Site
from presscorpus.crawl.imports import closed_crawls
from presscorpus.errors import ArchiveError, ParamsError
from presscorpus.pipeline import stages

if TYPE_CHECKING:
    from presscorpus.crawl.fetch import Outcome

SHIPPED = Path(__file__).parents[3] / "data/sources/kervan"
NAMES = ["20260901T080000Z", "20261001T080000Z", "20261101T080000Z"]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    shutil.copytree(SHIPPED, tmp_path / "data/sources/kervan")
    return Layout(tmp_path, tmp_path / "data")


def settled(month: int, name: str = "kervan") -> Params:
    site = Site(
        name=name, address="http://kervan.example/", as_of=datetime(2026, month, 1, 8, tzinfo=UTC),
        rights=Rights("A test."), files="data/sources/kervan",
    )  # fmt: skip
    return params.judge(Params(params.Dataset(name="t", title="T", version="v2026.11.01"), (site,)), where="a test")


def fetched(month: int, layout: Layout) -> Outcome:
    (outcome,) = stages.fetch.run(settled(month), layout, lambda *_: None)
    return outcome


def there(layout: Layout) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((layout.raw / "kervan").glob("*"))}


def test_they_are_copied_up_to_as_of_with_receipts_and_records(layout: Layout) -> None:
    first = fetched(9, layout)
    assert first.receipt == read_receipt(SHIPPED / f"{NAMES[0]}.warc.gz")
    assert list(there(layout)) == [f"{NAMES[0]}.json", f"{NAMES[0]}.warc.gz"]
    assert fetched(11, layout).receipt == read_receipt(SHIPPED / f"{NAMES[2]}.warc.gz")
    assert there(layout) == {path.name: path.read_bytes() for path in SHIPPED.iterdir() if path.name != "ORIGIN.md"}
    assert fetched(11, layout).new is False


def test_an_as_of_that_names_none_of_them_is_refused(layout: Layout) -> None:
    refused = fetched(12, layout)
    assert isinstance(refused.error, ParamsError)
    assert refused.error.what.startswith("no crawl there is 20261201T080000Z")
    assert refused.error.advice == f"There are: {', '.join(NAMES)}"


def test_one_that_changed_after_it_was_taken_over_is_refused(layout: Layout) -> None:
    fetched(11, layout)
    source = layout.root / "data/sources/kervan"
    for ending in (".warc.gz", ".json"):
        shutil.copy(source / f"{NAMES[1]}{ending}", source / f"{NAMES[2]}{ending}")
    before = there(layout)
    assert "is another crawl than the one of that name that was taken over before" in str(fetched(11, layout).error)
    assert there(layout) == before


def test_a_damaged_one_is_refused_and_nothing_is_copied(layout: Layout) -> None:
    warc = layout.root / f"data/sources/kervan/{NAMES[1]}.warc.gz"
    data = warc.read_bytes()
    warc.write_bytes(data[:500] + b"X" + data[501:])
    refused = fetched(11, layout)
    assert isinstance(refused.error, ArchiveError)
    assert "is not the file that its receipt was written for" in refused.error.what
    assert there(layout) == {}


def test_those_of_another_site_are_refused(layout: Layout) -> None:
    (outcome,) = stages.fetch.run(settled(11, "other"), layout, lambda *_: None)
    assert outcome.receipt is None
    assert "holds crawls of 'kervan'" in str(outcome.error)


def test_a_web_archive_beside_a_file_of_json_is_no_closed_crawl(tmp_path: Path) -> None:
    assert closed_crawls.are_in(SHIPPED)
    shutil.copy(SHIPPED / f"{NAMES[0]}.warc.gz", tmp_path / "site.warc.gz")
    assert not closed_crawls.are_in(tmp_path)
    (tmp_path / "site.json").write_text('[{"id": 1}]')
    assert not closed_crawls.are_in(tmp_path)
    assert not closed_crawls.are_in(tmp_path / "site.warc.gz")
