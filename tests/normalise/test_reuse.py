"""A shard of which a part changed is made from its earlier self, and is what reading everything again would give."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from benchmarks import posts
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Engine, Params, Site
from presscorpus.normalise import build_shards, reuse, shards
from presscorpus.pipeline import stages
from presscorpus.storage import frames
from tests.corpus import FREE, PACKAGE, ROOT, Corpus, post, quiet

if TYPE_CHECKING:
    from pathlib import Path

KERVAN = sorted((ROOT / "data/sources/kervan").glob("*.warc.gz"))


def tables(layout: Layout) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(layout.tables.iterdir())}


def cold(settled: Params, layout: Layout) -> dict[str, bytes]:
    shutil.rmtree(layout.work)
    stages.normalise.run(PACKAGE, settled, layout, quiet)
    return tables(layout)


def the_shard(layout: Layout) -> Path:
    (path,) = (layout.work / "shards").glob("*/*.arrows")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """The items that were read, by table."""
    seen: list[tuple[str, list[int]]] = []
    whole = build_shards._read_all

    def told(shard: shards.Shard, task: shards.Task) -> dict[str, pl.DataFrame]:
        if shard.items.height:
            seen.append((shard.table, shard.items["id"].to_list()))
        return whole(shard, task)

    monkeypatch.setattr(build_shards, "_read_all", told)
    return seen


def test_each_crawl_of_a_site_gives_what_building_it_anew_gives(
    tmp_path: Path, read: list[tuple[str, list[int]]]
) -> None:
    """Posts, pages, terms, media and authors in four languages; edits, a post unpublished and one deleted."""
    layout = Layout.of(tmp_path)
    raw = layout.raw / "kervan"
    raw.mkdir(parents=True)
    for warc in KERVAN:
        for part in (warc, warc.with_name(warc.name.replace(".warc.gz", ".json"))):
            shutil.copy(part, raw / part.name)
        at = datetime.strptime(warc.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        site = Site("kervan", "http://kervan.example/", at, FREE)
        settled = Params(Dataset("d", "D", "v2026.01.01"), (site,), engine=Engine(1, isolate=False))
        read.clear()
        stages.normalise.run(PACKAGE, settled, layout, quiet)
        warm, few = tables(layout), sum(len(numbers) for _, numbers in read)
        read.clear()
        assert warm == cold(settled, layout)
        # Something was new each time, and from the second crawl on not everything was read again.
        everything = sum(len(numbers) for _, numbers in read)
        assert 0 < few < everything or warc == KERVAN[0]


def test_only_what_changed_is_read(tmp_path: Path, read: list[tuple[str, list[int]]]) -> None:
    shape = posts.Shape(3000, host="a.example.org")
    numbers = range(1, 41)
    rich = [json.loads(each) for each in posts.posts(numbers, shape, 40)]
    broken = post(90, content={"rendered": "<div>" * 300_000})
    corpus = Corpus(tmp_path, a=[*rich, broken])
    settled = corpus.params()
    stages.fetch.run(settled, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, settled, corpus.layout, quiet)
    read.clear()
    edited = [json.loads(posts.post(number, shape, 40, edit=1)) for number in (3, 17)]
    # The lower number comes to repeat a higher one, of which it is then the first.
    edited[0]["content"] = rich[29]["content"]
    corpus.write("a", [*edited, post(41)])
    corpus.day += 1
    settled = corpus.params()
    stages.fetch.run(settled, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, settled, corpus.layout, quiet)
    assert read == [("posts", [3, 17, 41])]
    warm, patched = tables(corpus.layout), frames.load(the_shard(corpus.layout))
    assert warm == cold(settled, corpus.layout)
    assert b"too_deep" in warm["quarantine.parquet"]
    assert pl.read_parquet(corpus.layout.tables / "repeats.parquet").select("id", "other_id").rows() == [(3, 30)]
    fresh = frames.load(the_shard(corpus.layout))
    assert patched.keys() == fresh.keys()
    for name, frame in fresh.items():
        # Whoever reads these two orders them.
        order = frame.columns if name in {"addresses", "candidates"} else []
        assert (patched[name].sort(order) if order else patched[name]).equals(frame.sort(order) if order else frame)


@pytest.mark.parametrize(("code", "address"), [("other", None), (None, "https://b.example.org/")])
def test_of_other_code_or_another_home_nothing_is_taken_over(
    tmp_path: Path,
    read: list[tuple[str, list[int]]],
    monkeypatch: pytest.MonkeyPatch,
    code: str | None,
    address: str | None,
) -> None:
    corpus = Corpus(tmp_path, a=[post(1), post(2)])
    settled = corpus.params()
    stages.fetch.run(settled, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, settled, corpus.layout, quiet)
    read.clear()
    if code:
        monkeypatch.setattr(shards, "fingerprint", lambda *_: code)
    site = settled.sites[0]
    moved = msgspec.structs.replace(site, address=address or site.address)
    stages.normalise.run(PACKAGE, msgspec.structs.replace(settled, sites=(moved,)), corpus.layout, quiet)
    assert read == [("posts", [1, 2])]


def test_a_damaged_shard_is_passed_over(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, a=[post(1), post(2)])
    settled = corpus.params()
    stages.fetch.run(settled, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, settled, corpus.layout, quiet)
    path = the_shard(corpus.layout)
    items = frames.load(path)[reuse.ITEMS]
    path.write_bytes(path.read_bytes()[:-100])
    kept, unread = reuse.taken_over(
        path.with_name(f"{path.name.partition('-')[0]}-x.arrows"), items.with_columns(offset=0)
    )
    assert not kept
    assert unread["id"].to_list() == [1, 2]
