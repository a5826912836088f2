"""The work folder is a cache: whatever is in it, a build gives what one from an empty folder gives, or says why not."""

from __future__ import annotations

import gc
import gzip
import hashlib
import json
import os
import random
import shutil
import weakref
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest import mock

import msgspec
import polars as pl
import pytest

from benchmarks import posts
from presscorpus.archive.reader import read_at
from presscorpus.config.params import Engine
from presscorpus.errors import ArchiveError, FrameDamagedError
from presscorpus.normalise import build_shards, rescue, shards, workers
from presscorpus.pipeline import erase, stages
from presscorpus.storage import checksum, frames, location
from tests import factories
from tests.corpus import PACKAGE, Corpus, post, quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params


AT = datetime(2026, 12, 3, tzinfo=UTC)
# Deeper than any page: what of an item is HTML is refused with it.
TOO_DEEP = "<div>" * 300_000


def term(number: int, **more: Any) -> dict[str, Any]:
    return factories.term(number, **more)


def built(settled: Params, layout: Layout) -> dict[str, str]:
    """The tables of a build, by name the digest of their bytes."""
    stages.normalise.run(PACKAGE, settled, layout, quiet)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(layout.tables.iterdir())}


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the frames of an intermediate file."""
    return {name: frame.rows() for name, frame in frames.load(path).items()}


def anew(settled: Params, layout: Layout) -> dict[str, str]:
    shutil.rmtree(layout.work)
    return built(settled, layout)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path, a=[post(1), post(2), post(5000), term(1), term(2)])
    stages.fetch.run(made.params(), made.layout, quiet)
    return made


def test_where_all_that_is_new_is_refused_the_rest_stays(corpus: Corpus) -> None:
    built(corpus.params(), corpus.layout)
    corpus.write("a", [term(2, description=TOO_DEEP)])
    corpus.day += 1
    stages.fetch.run(corpus.params(), corpus.layout, quiet)
    warm = built(corpus.params(), corpus.layout)
    assert pl.read_parquet(corpus.layout.tables / "terms.parquet")["id"].to_list() == [1]
    assert warm == anew(corpus.params(), corpus.layout)


REFUSED: dict[str, dict[str, Any]] = {
    "comments": {"post": 1, "author_name": "A", "content": {"rendered": TOO_DEEP}},
    "media": {
        "type": "attachment", "source_url": "https://a.example.org/x.jpg", "media_details": {},
        "caption": {"rendered": TOO_DEEP},
    },
    "authors": {"name": "A", "avatar_urls": {}, "description": TOO_DEEP},
}  # fmt: skip


@pytest.mark.parametrize("table", REFUSED)
def test_an_item_that_is_refused_alone_in_its_shard_costs_itself(tmp_path: Path, table: str) -> None:
    bad = REFUSED[table] | {"id": 5000}
    good: dict[str, Any] = json.loads(json.dumps(bad).replace(TOO_DEEP, "x")) | {"id": 1}
    corpus = Corpus(tmp_path, a=[post(1), good, bad], b=[post(1), bad | {"id": 7}], c=[post(1), good | {"id": 3}])
    stages.fetch.run(corpus.params(), corpus.layout, quiet)
    built(corpus.params(), corpus.layout)
    found = pl.read_parquet(corpus.layout.tables / f"{table}.parquet").select("site", "id").rows()
    assert found == [("a", 1), ("c", 3)]
    quarantine = pl.read_parquet(corpus.layout.tables / "quarantine.parquet").select("site", "item_id", "rule").rows()
    assert sorted(quarantine) == [("a", 5000, "too_deep"), ("b", 7, "too_deep")]


def test_an_archive_file_without_a_receipt_ends_the_build(corpus: Corpus) -> None:
    built(corpus.params(), corpus.layout)
    receipt = min(corpus.layout.raw.glob("*/*.json"))
    later = receipt.with_name("20991231T000000Z.warc.gz")  # another crawl of the site, closed all right
    shutil.copy(receipt.with_name(receipt.name.replace(".json", ".warc.gz")), later)
    with pytest.raises(ArchiveError, match=r"20991231T000000Z.*: the crawl has no receipt"):
        built(corpus.params(), corpus.layout)


def test_what_could_not_be_read_is_read_again_by_each_build(corpus: Corpus) -> None:
    settled = corpus.params()
    whole = built(settled, corpus.layout)
    shutil.rmtree(corpus.layout.work)
    real = rescue.build
    with mock.patch.object(rescue, "build", lambda tasks, by: real(tasks, by, function=_without(2))):
        built(settled, corpus.layout)
    quarantine = pl.read_parquet(corpus.layout.tables / "quarantine.parquet")
    assert quarantine.select("table", "item_id", "rule").rows() == [
        (name, 2, "unbuildable") for name in ("posts", "terms")
    ]
    assert built(settled, corpus.layout) == whole


def test_what_fell_once_is_tried_alone_before_all_else(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[list[int]] = []

    def falling(task: shards.Task) -> int:
        (shard,) = task.shards
        numbers = shard.items["id"].to_list()
        if shard.table == "posts" and 7 in numbers and 7 not in task.excluded:
            raise ValueError
        tried.append(numbers)
        return build_shards.build(task)

    # Where nothing is isolated but what is tried apart, that is done here too, so that it can be counted.
    monkeypatch.setattr(
        workers, "_in_pool", lambda function, tasks, *_, **__: (workers._tried(function, t) for t in tasks)
    )
    monkeypatch.setattr(shards, "TASK_ITEMS", 1)
    real = rescue.build
    monkeypatch.setattr(rescue, "build", lambda tasks, by: real(tasks, by, function=falling))
    corpus.write("a", [post(number) for number in range(1, 65)])
    corpus.day += 1
    stages.fetch.run(corpus.params(), corpus.layout, quiet)
    counts = []
    for _ in range(2):
        tried.clear()
        built(corpus.params(), corpus.layout)
        counts.append(len(tried))
        quarantine = pl.read_parquet(corpus.layout.tables / "quarantine.parquet")
        assert quarantine.select("table", "item_id", "rule").rows() == [("posts", 7, "unbuildable")]
    # Halves that are built, and the whole without it; later the others, and the whole.
    assert counts[0] > counts[1] == 2


class _Held:
    """Something that only a cycle of objects holds."""

    def __init__(self) -> None:
        self.own = self


def test_what_only_cycles_hold_is_freed_with_each_shard(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[_Held]] = []
    real = frames.save

    def save(*given: Any, **more: Any) -> None:
        assert not any(each() for each in held)
        held.append(weakref.ref(_Held()))
        real(*given, **more)

    monkeypatch.setattr(frames, "save", save)
    gc.disable()
    try:
        built(corpus.params(), corpus.layout)
    finally:
        gc.enable()
    assert len(held) > 2
    assert not any(each() for each in held)


def _without(number: int) -> Callable[[shards.Task], int]:
    return lambda task: build_shards.build(task._replace(excluded={number: "reading it raised MemoryError"}))


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "empty": lambda _, __: b"",
    "cut": lambda data, chance: data[: chance.randrange(len(data))],
    "cut behind the streams": lambda data, _: data[:-24],
    "zeros": lambda data, _: bytes(len(data)),
    "zeros behind": lambda data, _: data + bytes(512),
    "one bit": lambda data, chance: _flipped(data, chance.randrange(8 * len(data))),
}


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["index", "shards"])
def test_a_damaged_file_is_made_again(corpus: Corpus, part: str, damage: str) -> None:
    whole = built(corpus.params(), corpus.layout)
    chance = random.Random(f"{part}{damage}")
    for path in sorted((corpus.layout.work / part).glob("*/*")):
        held = rows(path)
        for _ in range(3):
            path.write_bytes(DAMAGES[damage](path.read_bytes(), chance))
            assert not checksum.is_whole(path)
            assert built(corpus.params(), corpus.layout) == whole
            assert rows(path) == held


def test_a_damaged_shard_is_no_ground_for_its_successor(corpus: Corpus) -> None:
    built(corpus.params(), corpus.layout)
    for path in (corpus.layout.work / "shards").glob("*/*"):
        path.write_bytes(_flipped(path.read_bytes(), 8 * 3000))
    corpus.write("a", [post(2, slug="other"), term(2, name="Other")])
    corpus.day += 1
    stages.fetch.run(corpus.params(), corpus.layout, quiet)
    assert built(corpus.params(), corpus.layout) == anew(corpus.params(), corpus.layout)


def test_what_killed_runs_and_other_code_left_is_cleared_away(corpus: Corpus) -> None:
    built(corpus.params(), corpus.layout)
    (index,) = (corpus.layout.work / "index" / "a").iterdir()
    crawl, file, code = index.stem.split("-")
    others = [
        f"{index.name}.4711",
        f"{crawl}-{file}-0123456789abcdef.arrows",
        f"{crawl}-0123456789abcdef-{code}.arrows",
    ]
    for name in others:
        shutil.copy(index, index.with_name(name))
        os.utime(index.with_name(name), (0, 0))
    at_work = index.with_name(f"{index.name}.4712")
    at_work.touch()
    built(corpus.params(), corpus.layout)
    assert sorted(index.parent.iterdir()) == [index, at_work]


def test_the_same_records_compressed_by_another_hand(tmp_path: Path) -> None:
    corpus, shape = Corpus(tmp_path), posts.Shape(1000, host="a.example.org")
    site = posts.SITE._replace(name="a", address="https://a.example.org/", as_of=corpus.params().sites[0].as_of)
    warc = posts.crawl(corpus.layout.raw, tmp_path / "made", site, {"posts": posts.posts(range(1, 251), shape, 250)})
    whole = built(corpus.params(), corpus.layout)
    rest, other = warc.read_bytes(), b""
    while rest:
        member = zlib.decompressobj(31)
        other += gzip.compress(member.decompress(rest), 1, mtime=0)
        rest = member.unused_data
    warc.write_bytes(other)
    receipt = warc.with_name(warc.name.replace(".warc.gz", ".json"))
    told = json.loads(receipt.read_bytes()) | {"file_digest": hashlib.sha256(other).hexdigest()}
    del told["own_digest"]
    receipt.write_text(json.dumps(told))
    shutil.rmtree(corpus.layout.work / "shards")
    assert built(corpus.params(), corpus.layout) == whole


def test_a_record_that_is_not_the_one_that_was_chosen_is_none(corpus: Corpus) -> None:
    def other(warc: Path, offset: int) -> Any:
        return read_at(warc, offset)._replace(record_id="urn:uuid:other")

    with (
        mock.patch.object(build_shards, "read_at", other),
        pytest.raises(ArchiveError, match="what was found there before"),
    ):
        built(corpus.params(), corpus.layout)


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_a_storage_elsewhere_gives_the_same(corpus: Corpus, scheme: str) -> None:
    whole = built(corpus.params(), corpus.layout)
    there = f"{scheme}://{corpus.layout.root}/store"
    settled = msgspec.structs.replace(corpus.params(), engine=Engine(1, isolate=False, storage=there))
    assert built(settled, corpus.layout) == whole
    # Torn in the middle, as storage that is no object store leaves a file.
    store = location.place(settled.engine, corpus.layout.work)
    for path in (store / "shards").glob("*/*"):
        path.write_bytes(path.read_bytes()[:-1])
    assert built(settled, corpus.layout) == whole
    # A bit that turned is seen once the bytes are here: a successor does without, and who needs the file says so.
    for path in (store / "shards").glob("*/*"):
        path.write_bytes(_flipped(path.read_bytes(), 8 * 3000))
    with pytest.raises(FrameDamagedError, match="Delete it"):
        built(settled, corpus.layout)
    corpus.write("a", [post(2, slug="other"), post(5000, slug="other"), term(2, name="Other")])
    corpus.day += 1
    settled = msgspec.structs.replace(corpus.params(), engine=settled.engine)
    stages.fetch.run(settled, corpus.layout, quiet)
    assert built(settled, corpus.layout) == anew(corpus.params(), corpus.layout)


def test_a_copy_of_the_archive_is_of_the_archive(corpus: Corpus) -> None:
    warc = corpus.layout.root / "raw" / "a" / "20260101T000000Z.warc.gz"
    store = location.place(Engine(1, storage=f"memory://{corpus.layout.root}"), corpus.layout.work)
    good = warc.read_bytes()
    copy = location.reachable(corpus.layout.raw, {warc: "one"}, store) / "a" / warc.name
    warc.write_bytes(good[::-1])
    location.reachable(corpus.layout.raw, {warc: "one"}, store)
    assert copy.read_bytes() == good
    location.reachable(corpus.layout.raw, {warc: "other"}, store)
    assert copy.read_bytes() == good[::-1]


def test_what_is_erased_is_in_no_cache(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, a=[post(1), post(2, content={"rendered": "<p>Forgettable</p>"})])
    settled = corpus.params()
    stages.fetch.run(settled, corpus.layout, quiet)
    built(settled, corpus.layout)
    elsewhere = msgspec.structs.replace(settled, engine=Engine(1, isolate=False, storage=str(tmp_path / "shared")))
    built(elsewhere, corpus.layout)
    holding = [path for path in tmp_path.rglob("*.arrows") if b"Forgettable" in path.read_bytes()]
    assert len(holding) == 2
    erase.erase(elsewhere, corpus.layout, erase.find(corpus.layout, "a", 2, None), "asked", AT)
    assert not [path for path in tmp_path.rglob("*.arrows") if b"Forgettable" in path.read_bytes()]


def test_erasing_leaves_the_archive_where_it_lies_beside_the_shards(corpus: Corpus) -> None:
    settled = msgspec.structs.replace(corpus.params(), engine=Engine(1, isolate=False, storage=str(corpus.layout.root)))
    built(settled, corpus.layout)
    archive = sorted(path.name for path in (corpus.layout.raw / "a").iterdir())
    found = erase.find(corpus.layout, "a", 2, "post")
    erase.erase(settled, corpus.layout, found, "asked", AT)
    assert sorted(path.name for path in (corpus.layout.raw / "a").iterdir()) == archive
