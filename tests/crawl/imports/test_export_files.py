"""WordPress exports from the disk to the tables, alone and beside what the API of the same site answered."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.writer import CrawlWriter
from presscorpus.config.params import Import
from presscorpus.crawl.erasures import take_out
from presscorpus.crawl.imports import export_files, importer, site_address
from presscorpus.errors import SourceError
from presscorpus.observations import evidence
from presscorpus.observations.items import observe
from presscorpus.pipeline import stages
from tests.corpus import PACKAGE, Corpus, post, quiet
from tests.observations.test_exports import HEAD, TAIL, item

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt

import msgspec
import polars as pl

AT = datetime(2026, 11, 23, tzinfo=UTC)


def taken(source: Path, out: Path, max_bytes: int = 2**20) -> tuple[Receipt, list[str], Path]:
    with CrawlWriter(out / "raw", out / "work", "valley", "20261123T000000Z") as crawl:
        home = "https://valley.example/"
        receipt, troubles, _ = importer.capture(source, crawl, AT, address=home, max_bytes=max_bytes)
        return receipt, troubles, crawl.close(receipt)


def test_a_long_export_is_stored_in_segments_that_are_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "SEGMENT_BYTES", 4000)
    source = tmp_path / "any-name.bin"
    text = (HEAD.replace("en-US", "de") + "".join(item(number) for number in range(1, 60)) + TAIL).encode()
    source.write_bytes(gzip.compress(text))
    receipt, troubles, warc = taken(source, tmp_path / "out")
    captures = list(read_crawl(warc))
    assert len(captures) > 5
    assert b"".join(each.payload for each in captures) == text
    assert troubles == []
    assert {each.collection: each.fetched for each in receipt.collections} == {"authors": 1, "posts": 59, "terms": 2}
    (last,) = [json.loads(each.body) for each in evidence.items(tmp_path / "out/raw", "valley") if each.id == 59]
    assert last["title"]["rendered"] == 'It\'s "here"'  # quotes of the language that only the first segment names
    assert site_address.address(source, 2**20) == "https://valley.example/"
    assert evidence.newest(tmp_path / "out/raw", "valley", "post", 7).decode() + "\n" == item(7)


def test_an_item_that_is_erased_leaves_a_note_and_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "SEGMENT_BYTES", 4000)
    comment = "<wp:comment><wp:comment_id>88</wp:comment_id><wp:comment_approved>1</wp:comment_approved></wp:comment>"
    items = [item(number, more=comment if number == 2 else "") for number in range(1, 20)]
    (tmp_path / "export.xml").write_text(HEAD + "".join(items) + TAIL)
    _, _, warc = taken(tmp_path / "export.xml", tmp_path / "out")
    raw = tmp_path / "out/raw"
    before = [(each.type, each.id) for each in evidence.items(raw, "valley")]
    starts = [observe(each.payload, each.url, None).items[0] for each in read_crawl(warc)]
    first = next(each.id for each in starts[1:])  # the first of a later segment
    wanted = {("post", first): "asked --> for", ("comment", 88): "asked", ("user", 3): "asked"}
    assert len(take_out(warc, wanted, AT)) == 3
    left = list(evidence.items(raw, "valley"))
    assert [(each.type, each.id) for each in left] == [each for each in before if each[0] not in {"comment", "user"}]
    (noted,) = [each for each in left if (each.type, each.id) == ("post", first)]
    assert json.loads(noted.body)["presscorpus_erased"]["reason"] == "asked --> for"
    assert take_out(warc, wanted, AT) == []


def test_one_item_longer_than_the_limit_ends_the_reading_there_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_files, "SEGMENT_BYTES", 4000)
    source = tmp_path / "export.xml"
    source.write_text(HEAD + "".join(map(item, range(1, 9))) + item(9, content="x" * 90_000) + TAIL)
    receipt, troubles, _ = taken(source, tmp_path / "out", max_bytes=20_000)
    assert troubles == ["export.xml: cannot be read: an item is longer than 20000 bytes"]
    assert not receipt.balanced


def test_an_export_without_items_is_refused_by_its_name(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    source.write_text(HEAD.partition("<wp:author>")[0] + TAIL)
    with pytest.raises(SourceError, match="WordPress export"):
        taken(source, tmp_path / "out")


def test_an_export_and_the_api_of_one_site_are_one_key_with_two_observations(tmp_path: Path) -> None:
    place = '<category domain="category" nicename="mill"/><category domain="post_tag" nicename="unlisted"/>'
    file = item(9, "inherit", "attachment", more="<wp:attachment_url>https://x.example/a.jpg</wp:attachment_url>")
    of_draft = file.replace("<wp:post_parent>0<", "<wp:post_parent>3<").replace(">9<", ">10<")
    harvested = post(1, modified_gmt="2021-02-04T08:00:00", content={"rendered": "<p>As the site shows it.</p>"})
    corpus = Corpus(tmp_path, a=[harvested])
    export = HEAD + of_draft + item(1, more=place) + item(2, more=place) + item(3, "draft") + file + TAIL
    (tmp_path / "export.xml").write_text(export)
    params = corpus.params()
    site = msgspec.structs.replace(params.sites[0], imports=(Import("export.xml", datetime(2025, 12, 1, tzinfo=UTC)),))
    params = msgspec.structs.replace(params, sites=(site,))
    stages.fetch.run(params, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, params, corpus.layout, quiet)
    tables = {path.stem: pl.read_parquet(path) for path in corpus.layout.tables.glob("*.parquet")}
    assert tables["posts"].select("id", "origin", "text", "author_id", "categories", "tags").rows() == [
        (1, "api", "As the site shows it.", None, None, None),
        (2, "export", "Text", 3, ["mill"], ["unlisted"]),
    ]
    # Both saw the same state, whatever each made of its content.
    assert tables["versions"].select("id", "ordinal", "observations").rows() == [(1, 1, 2), (2, 1, 1)]
    assert tables["post_terms"].select("id", "taxonomy", "term_id", "slug").rows() == [(2, "category", 6, "mill")]
    assert tables["media"].select("id", "origin").rows() == [(9, "export")]
    paths = tables["terms"].select("id", "path", "origin").rows()
    assert paths == [(5, "river", "export"), (6, "river/mill", "export")]
    (version,) = evidence.versions(PACKAGE, corpus.layout, "a", 1)
    assert evidence.content(corpus.layout.raw, "a", version) is not None
    assert b"As the site shows it" in evidence.newest(corpus.layout.raw, "a", "post", 1)
