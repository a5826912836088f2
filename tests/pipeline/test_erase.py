"""Erasing: the one command that rewrites raw, what it leaves, and what it says of copies that it cannot reach."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest
from warcio.archiveiterator import ArchiveIterator

from presscorpus.archive.commitment import check
from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt import CollectionReceipt, Receipt, statement
from presscorpus.archive.receipt_file import closed_crawls, read_receipt, verify
from presscorpus.archive.writer import CrawlWriter, Exchange
from presscorpus.config import takedown
from presscorpus.errors import ArchiveError, UsageError
from presscorpus.observations import evidence
from presscorpus.pipeline import erase, stages
from presscorpus.release.publish import PublishRequest, publish
from tests.corpus import PACKAGE, Corpus, post, quiet, where
from tests.test_commands import run

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "Zebrafish statement of a person"
AT = datetime(2026, 12, 3, 12, tzinfo=UTC)


def corpus(root: Path) -> Corpus:
    """Two crawls: the post was edited between them, and another one quotes it."""
    built = Corpus(root, a=[post(7, title={"rendered": SECRET}), post(8)])
    built.build()
    built.day = 2
    quoting = post(9, content={"rendered": f"<p>She wrote “{SECRET}”.</p>"})
    built.write("a", [post(7, title={"rendered": SECRET}, content={"rendered": "Quagga"}), post(8), quoting])
    built.build()
    return built


def records(warc: Path) -> list[tuple[dict[str, str], bytes]]:
    with warc.open("rb") as file:
        return [(dict(record.rec_headers.headers), record.raw_stream.read()) for record in ArchiveIterator(file)]


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_erased(tmp_path: Path, reason: str) -> None:
    built = Corpus(tmp_path, a=[post(7, title={"rendered": SECRET})])
    built.build()
    before = [warc.read_bytes() for warc in closed_crawls(built.layout.raw, "a")]
    found = erase.find(built.layout, "a", 7, None)
    with pytest.raises(UsageError, match="needs a reason"):
        erase.erase(built.params(), built.layout, found, reason, AT)
    assert [warc.read_bytes() for warc in closed_crawls(built.layout.raw, "a")] == before
    assert not (tmp_path / takedown.FILE).exists()


def test_nothing_is_left_of_it_but_digest_and_reason(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    settled = built.params()
    warcs = list(closed_crawls(built.layout.raw, "a"))
    before = [records(warc) for warc in warcs]
    original = evidence.newest(built.layout.raw, "a", "post", 7)
    receipts = [read_receipt(warc) for warc in warcs]
    found = erase.find(built.layout, "a", 7, None)
    assert (found.type, found.crawls) == ("post", warcs)
    said = erase.erase(settled, built.layout, found, "A person asked.", AT)
    for warc, old, old_receipt in zip(warcs, before, receipts, strict=True):
        receipt = verify(warc)
        (erased,) = receipt.erasures
        assert (erased.type, erased.id, erased.reason) == ("post", 7, "A person asked.")
        assert receipt.records == old_receipt.records
        assert erased.erased_at == AT
        assert receipt.replaces == [old_receipt.file_digest]
        assert statement(receipt) == statement(old_receipt)
        assert check(warc, receipt) is not None  # with what was erased, it is still what the crawl committed to
        gone = {
            "content_digest": "", "file_digest": "", "replaces": msgspec.UNSET, "commitment": msgspec.UNSET,
            "own_digest": msgspec.UNSET,
        }  # fmt: skip
        bare = msgspec.structs.replace(receipt, erasures=[], **gone)
        assert bare == msgspec.structs.replace(old_receipt, **gone)
        list(read_crawl(warc))  # it proves itself
        changed = 0
        for (headers, body), (old_headers, old_body) in zip(records(warc), old, strict=True):
            assert headers["WARC-Record-ID"] == old_headers["WARC-Record-ID"]
            if body == old_body:
                assert headers == old_headers
                continue
            changed += 1
            assert headers["X-Presscorpus-Erased-Digest"] == old_headers["WARC-Payload-Digest"]
            assert erased.body_digest == hashlib.sha256(old_body).hexdigest()
            notes = [item for item in json.loads(body) if item["id"] == 7]
            assert notes == [{
                "id": 7, "type": "post", "modified_gmt": "2026-01-02T00:00:00", "link": None,
                "presscorpus_erased": {"digest": erased.digest, "reason": "A person asked."},
            }]  # fmt: skip
            assert [item for item in json.loads(body) if item["id"] != 7] == [
                item for item in json.loads(old_body) if item["id"] != 7
            ]
        assert changed == 1
    assert read_receipt(warcs[1]).erasures[0].digest == hashlib.sha256(original).hexdigest()
    shown = gzip.decompress(warcs[0].read_bytes()) + gzip.decompress(warcs[1].read_bytes())
    assert b"Content of number 7" not in shown
    assert b"Quagga" not in shown
    # The tables of the new raw: a row with its reason, and others as they were.
    built.build()
    row = built.table("posts").row(by_predicate=pl.col("id") == 7, named=True)
    assert (row["title"], row["text"], row["takedown_reason"]) == (None, None, "A person asked.")
    assert built.table("posts")["id"].to_list() == [7, 8, 9]
    assert where(built.layout.release, "quagga") == []
    assert where(tmp_path / ".presscorpus", "quagga") == []
    # What it cannot reach it names: the post that quotes it, and the imported file.
    assert any(re.search(r"repeated in record urn:uuid:\S+ of 20260102T000000Z.warc.gz", line) for line in said)
    assert any("imported files a.json" in line for line in said)
    assert any("`dvc repro`" in line for line in said)


def test_it_says_in_which_releases_caches_and_remotes_it_still_is(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    settled = built.params()
    target = (tmp_path / "shelf").as_uri()
    publish(PACKAGE, settled, built.layout, PublishRequest(target))
    warc = next(iter(closed_crawls(built.layout.raw, "a")))
    md5 = hashlib.md5(warc.read_bytes(), usedforsecurity=False).hexdigest()
    cached = tmp_path / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
    cached.parent.mkdir(parents=True)
    shutil.copy(warc, cached)
    (tmp_path / ".dvc/config").write_text("['remote \"attic\"']\n    url = /srv/attic\n")
    found = erase.find(built.layout, "a", 7, "post")
    said = "\n".join(erase.erase(settled, built.layout, found, "x", AT))
    assert f"still in release v2026.01.01 at {target}" in said
    assert str(cached) in said
    assert "DVC remote attic" in said
    assert takedown.load(tmp_path) == (takedown.Takedown("x", site="a", id=7, type="post"),)


def test_damaged_files_beside_the_archive_do_not_end_it(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    publish(PACKAGE, built.params(), built.layout, PublishRequest((tmp_path / "target").as_uri()))
    (tmp_path / "releases/v2026.01.02.json").write_bytes(b'{"version": "\xff')
    (tmp_path / "releases/v2026.01.03.json").write_bytes((tmp_path / "releases/v2026.01.01.json").read_bytes())
    (tmp_path / "releases/v-notes.json").write_text("[]")
    (tmp_path / ".dvc").mkdir(exist_ok=True)
    (tmp_path / ".dvc/config").write_bytes(b"no section \xff")
    for warc in closed_crawls(built.layout.raw, "a"):
        warc.with_name(warc.name.replace(".warc.gz", ".json.erased")).write_bytes(b"\xff")
    found = erase.find(built.layout, "a", 7, "post")
    said = "\n".join(erase.erase(built.params(), built.layout, found, "x", AT))
    assert "still in release v2026.01.01 at " in said
    for version in ("v2026.01.02", "v2026.01.03"):
        assert f"perhaps still in release {version}: its receipt or ledger cannot be read" in said
    assert "v-notes" not in said


def test_a_compressed_response_of_a_live_site(tmp_path: Path) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    body = gzip.compress(json.dumps([post(7, title={"rendered": SECRET}), post(8)]).encode())
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body))))
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "a", "20260101T000000Z") as crawl:
        url = "https://a.example.org/wp-json/wp/v2/posts?include=7,8"
        crawl.exchange(Exchange(url, now, (), 200, "OK", headers, body))
        receipt = Receipt("a", "20260101T000000Z", "wordpress", url, now, now, "complete", [CollectionReceipt("posts")])
        warc = crawl.close(receipt)
    built = Corpus(tmp_path, a=[])
    found = erase.find(built.layout, "a", 7, None)
    assert erase.erase(built.params(), built.layout, found, "x", AT)
    verify(warc)
    (capture,) = read_crawl(warc)
    assert [item["id"] for item in json.loads(capture.payload)] == [7, 8]
    assert SECRET.encode() not in gzip.decompress(warc.read_bytes())
    assert b"X-Archive-Orig-Content-Encoding: gzip" in gzip.decompress(warc.read_bytes())
    before = warc.read_bytes()
    assert erase.find(built.layout, "a", 7, None).crawls == [warc]  # a rerun changes nothing
    erase.erase(built.params(), built.layout, found, "x", AT)
    assert warc.read_bytes() == before


def test_a_run_that_was_killed_between_file_and_receipt_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path as RealPath

    built = corpus(tmp_path)
    found = erase.find(built.layout, "a", 7, None)
    whole = RealPath.replace

    def killed(self: Path, target: Path) -> Path:
        if self.name.endswith(".json.erased"):
            raise KeyboardInterrupt
        return whole(self, target)

    monkeypatch.setattr(RealPath, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        erase.erase(built.params(), built.layout, found, "x", AT)
    monkeypatch.setattr(RealPath, "replace", whole)
    found = erase.find(built.layout, "a", 7, None)
    erase.erase(built.params(), built.layout, found, "x", AT)
    for warc in closed_crawls(built.layout.raw, "a"):
        assert len(verify(warc).erasures) == 1
        list(read_crawl(warc))
    assert len(takedown.load(tmp_path)) == 1


def test_it_asks_and_refuses_what_is_not_one_item(tmp_path: Path) -> None:
    picture = {"id": 7, "source_url": "https://a.example.org/o.jpg"}
    built = Corpus(tmp_path, a=[post(7), picture])
    (tmp_path / "params.yaml").write_bytes(msgspec.yaml.encode(built.build()))
    before = {path: path.read_bytes() for path in built.layout.raw.rglob("*") if path.is_file()}
    for arguments, says in (
        (("7",), "7 is attachment and post\npresscorpus: Name one: --type attachment"),
        (("8",), "no item 8 is in the raw archive"),
        (("7", "--type", "post"), "would be erased for good"),
    ):
        done = run("--repository", tmp_path, "erase", "a", *arguments, "--reason", "x", cwd=tmp_path)
        assert done.returncode == 2
        assert says.replace("presscorpus: ", "") in done.stderr.replace("presscorpus: ", "")
    assert before == {path: path.read_bytes() for path in built.layout.raw.rglob("*") if path.is_file()}
    done = run("--repository", tmp_path, "erase", "a", "7", "--type", "post", "--reason", "x", "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "erased from" in done.stdout


def _said(folder: Path) -> bytes:
    return b"".join(gzip.decompress(warc.read_bytes()) for warc in sorted(folder.rglob("*.warc.gz")))


@pytest.mark.parametrize("within", [True, False], ids=["in the repository", "elsewhere"])
def test_a_pipeline_of_closed_crawls_builds_afterwards_and_brings_nothing_back(tmp_path: Path, *, within: bool) -> None:
    root = tmp_path / "root"
    for folder in (root, tmp_path / "made"):
        folder.mkdir()
    made = Corpus(tmp_path / "made", a=[post(7, title={"rendered": SECRET}), post(8)])
    made.build()
    held = root / "data/sources/a" if within else tmp_path / "held/a"
    shutil.copytree(made.layout.raw / "a", held)
    built = Corpus(root, a=[])
    settled = built.params()
    (site,) = settled.sites
    files = "data/sources/a" if within else str(held)
    settled = msgspec.structs.replace(settled, sites=(msgspec.structs.replace(site, files=files),))
    stages.fetch.run(settled, built.layout, quiet)
    found = erase.find(built.layout, "a", 7, None)
    said = "\n".join(erase.erase(settled, built.layout, found, "x", AT))
    assert ("erased from the closed crawls" in said) == within
    assert ("which lie elsewhere" in said) != within
    assert SECRET.encode() not in _said(built.layout.raw)
    assert (SECRET.encode() not in _said(held)) == within
    # Again, as a pipeline does whose archive changed; and from the source alone, as a clone does.
    for again in (False, True):
        if again and within:
            shutil.rmtree(built.layout.raw)
        (outcome,) = stages.fetch.run(settled, built.layout, quiet)
        assert outcome.error is None
        assert outcome.receipt is not None
        assert [(each.id, each.reason, each.erased_at) for each in outcome.receipt.erasures] == [(7, "x", AT)]
        assert SECRET.encode() not in _said(built.layout.raw)


def test_no_advice_brings_back_what_was_erased(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    warc = next(iter(closed_crawls(built.layout.raw, "a")))
    before = warc.read_bytes()
    found = erase.find(built.layout, "a", 7, None)
    erase.erase(built.params(), built.layout, found, "x", AT)
    after = warc.read_bytes()
    for damaged in (before, after[:-100], after[: len(after) // 2] + b"x" + after[len(after) // 2 + 1 :]):
        warc.write_bytes(damaged)
        with pytest.raises(ArchiveError) as caught:
            verify(warc)
        assert "from no earlier one" in (caught.value.advice or "")
        assert "dvc" not in str(caught.value)


def test_an_import_that_holds_it_still_does_not_bring_it_back(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    found = erase.find(built.layout, "a", 7, None)
    erase.erase(built.params(), built.layout, found, "x", AT)
    built.day = 3
    built.write("a", [post(7, title={"rendered": SECRET}), post(8), post(10)])
    built.build()
    newest = list(closed_crawls(built.layout.raw, "a"))[-1]
    assert SECRET.encode() not in gzip.decompress(newest.read_bytes())
    assert [(each.id, each.reason) for each in verify(newest).erasures] == [(7, "x")]
    assert built.table("posts")["id"].to_list() == [7, 8, 9, 10]
    # Of one that is not taken down any more there is the row, and the note is no field of a plugin.
    (tmp_path / "takedown.yaml").write_text("[]\n")
    built.build()
    row = built.table("posts").row(by_predicate=pl.col("id") == 7, named=True)
    assert (row["takedown_reason"], row["text"]) == (None, None)
    assert "presscorpus_erased" not in (row["extra"] or "")
