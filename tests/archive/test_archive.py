"""The archive: what goes in comes out, whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from presscorpus.archive.reader import decoded, read_at, read_crawl
from presscorpus.archive.receipt import CollectionReceipt, Receipt
from presscorpus.archive.receipt_file import closed_crawls, encode, read_receipt, receipt_path, verify
from presscorpus.archive.writer import CrawlWriter, Exchange
from presscorpus.errors import ArchiveError, LockedError

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
BODY = gzip.compress(b'[{"id":1}]', mtime=0)
RECEIPT = Receipt(
    site="example", crawl="20261123T123000Z", source="wordpress", address="https://example.org/",
    started_at=AT, ended_at=AT, outcome="complete", collections=[CollectionReceipt("posts:post", swept=1, fetched=1)],
)  # fmt: skip


def exchange(url: str = "https://example.org/wp-json/wp/v2/posts", body: bytes = BODY) -> Exchange:
    return Exchange(
        url=url,
        requested_at=AT,
        request_headers=(("Authorization", "Basic c2VjcmV0"), ("Accept", "application/json")),
        status=200,
        reason="OK",
        headers=(("Content-Encoding", "gzip"), ("Set-Cookie", "session=secret"), ("Transfer-Encoding", "chunked")),
        body=body,
    )


def closed(folder: Path, bodies: int = 3) -> Path:
    with CrawlWriter(folder / "raw", folder / "work", "example", RECEIPT.crawl) as crawl:
        for number in range(bodies):
            crawl.exchange(exchange(f"https://example.org/?page={number}", gzip.compress(b"x" * number, mtime=0)))
        return crawl.close(RECEIPT)


def test_an_old_receipt_of_an_import_without_a_total_is_not_called_complete() -> None:
    told = CollectionReceipt("posts", advertised_end=1, swept=1, fetched=1)
    untold = CollectionReceipt("terms", swept=1, fetched=1)

    def verdict(*collections: CollectionReceipt, **more: Any) -> str:
        return msgspec.structs.replace(RECEIPT, collections=list(collections), **more).verdict

    assert verdict(told, untold) == "complete"
    assert verdict(told, source="files") == "complete"
    assert verdict(told, untold, source="files") == "unknown"
    assert verdict(untold, source="files", outcome="incomplete") == "incomplete"


def test_a_response_comes_back_decoded_with_its_request_time_status_and_address(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        record_id = crawl.exchange(exchange())
        warc = crawl.close(RECEIPT)
    (capture,) = read_crawl(warc)
    assert capture[:5] == (record_id, exchange().url, AT, 200, b'[{"id":1}]')
    assert capture.digest == hashlib.sha256(exchange().body).hexdigest()
    assert read_at(warc, capture.offset) == capture


def test_the_body_is_stored_as_received_and_credentials_are_not_stored_at_all(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(exchange())
        warc = crawl.close(RECEIPT)
    plain = gzip.decompress(warc.read_bytes())
    assert BODY in plain
    assert b"c2VjcmV0" not in plain
    assert b"session=secret" not in plain
    assert b"Authorization: [redacted]" in plain


def test_the_file_is_a_warc_that_another_reader_verifies(tmp_path: Path) -> None:
    warc = closed(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", warc], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
    with warc.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["response", "request"] * 3 + ["metadata"]


def test_an_import_gives_the_same_bytes_again(tmp_path: Path) -> None:
    digests = set()
    for folder in ("a", "b"):
        with CrawlWriter(tmp_path / folder, tmp_path / f"{folder}-work", "example", RECEIPT.crawl) as crawl:
            crawl.imported("posts/882.json", AT, b'{"id":882}')
            digests.add(hashlib.sha256(crawl.close(RECEIPT).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_records_of_equal_content_have_ids_of_their_own(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        assert crawl.exchange(exchange()) != crawl.exchange(exchange())


def test_segments_of_a_long_file_name_their_first(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        first = crawl.segment("posts.jsonl", AT, b"1\n", number=1, first=None)
        crawl.segment("posts.jsonl", AT, b"2\n", number=2, first=first)
        warc = crawl.close(RECEIPT)
    assert [capture.payload for capture in read_crawl(warc)] == [b"1\n", b"2\n"]
    with warc.open("rb") as file:
        headers = [(r.rec_type, r.rec_headers.get_header("WARC-Segment-Origin-ID")) for r in ArchiveIterator(file)]
    assert headers[:2] == [("resource", None), ("continuation", f"<{first}>")]


@pytest.mark.case(11)
def test_what_was_cut_at_a_limit_is_not_undone_and_taken_for_whole(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(msgspec.structs.replace(exchange(), truncated="length"))
        warc = crawl.close(RECEIPT)
    assert [capture.payload for capture in read_crawl(warc)] == [BODY]


@pytest.mark.case(28)
def test_a_crawl_without_receipt_is_not_closed_and_a_killed_one_leaves_nothing_in_raw(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(exchange())
    assert not (tmp_path / "raw").exists()
    warc = closed(tmp_path)
    assert list(closed_crawls(tmp_path / "raw", "example")) == [warc]
    warc.with_name(f"{RECEIPT.crawl}.json").unlink()
    assert list(closed_crawls(tmp_path / "raw", "example")) == []
    with pytest.raises(ArchiveError, match="no receipt"):
        list(read_crawl(warc))


def test_a_closed_crawl_is_never_opened_again(tmp_path: Path) -> None:
    closed(tmp_path)
    with (
        pytest.raises(ArchiveError, match="closed"),
        CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl),
    ):
        pass


@pytest.mark.case(31)
def test_two_writers_of_one_site_exclude_each_other_and_a_dead_one_does_not(tmp_path: Path) -> None:
    raw, work = tmp_path / "raw", tmp_path / "work"
    with (
        CrawlWriter(raw, work, "example", RECEIPT.crawl),
        pytest.raises(LockedError, match="another run"),
        CrawlWriter(raw, work, "example", "20261124T000000Z"),
    ):
        pass
    dies = (
        "import os, pathlib, sys; from presscorpus.archive.writer import CrawlWriter\n"
        "crawl = CrawlWriter(*map(pathlib.Path, sys.argv[1:3]), 'example', '20261124T000000Z').__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", dies, raw, work], check=False).returncode == 9
    with CrawlWriter(raw, work, "example", RECEIPT.crawl):
        pass


@pytest.mark.parametrize(
    ("header", "other"),
    [(b"WARC-Date: 2026", b"WARC-Date: soon"), (b"HTTP/1.1 200", b"HTTP/1.1 2OO"), (b"WARC-Date:", b"Odd:")],
)
def test_headers_that_are_none_are_found_out_in_crawls_of_others(tmp_path: Path, header: bytes, other: bytes) -> None:
    warc = closed(tmp_path)
    with gzip.open(warc) as file:
        data = file.read()
    assert header in data
    warc.write_bytes(data.replace(header, other))
    with pytest.raises(ArchiveError, match=r"its headers are not those of a response|whole record"):
        list(read_crawl(warc))


@pytest.mark.case(30)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_truncated_archive_is_found_out(tmp_path: Path, share: float) -> None:
    warc = closed(tmp_path, bodies=20)
    data = warc.read_bytes()
    warc.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ArchiveError, match=warc.name):
        list(read_crawl(warc))


@pytest.mark.case(30)
def test_every_flipped_bit_in_the_compressed_data_is_found_out_or_changes_no_payload(tmp_path: Path) -> None:
    warc = closed(tmp_path, bodies=2)
    data = warc.read_bytes()
    good = [(capture.record_id, capture.payload) for capture in read_crawl(warc)]
    noticed = 0
    for place in range(0, len(data), 7):
        warc.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        try:
            read = [(capture.record_id, capture.payload) for capture in read_crawl(warc)]
        except ArchiveError:
            noticed += 1
        else:
            assert read == good
    assert noticed > len(range(0, len(data), 7)) * 0.8


def test_a_receipt_balances_only_when_every_item_is_accounted_for() -> None:
    assert CollectionReceipt("posts", swept=5, fetched=2, unreadable=1, gone=2).balanced
    assert not CollectionReceipt("posts", swept=5, fetched=2, unreadable=1, gone=1).balanced
    assert not CollectionReceipt("posts", swept=5, fetched=4, failed=1).balanced
    assert RECEIPT.balanced
    assert not msgspec.structs.replace(RECEIPT, outcome="incomplete").balanced


def test_a_receipt_comes_back_with_what_proves_the_archive_whole(tmp_path: Path) -> None:
    receipt = read_receipt(closed(tmp_path))
    assert receipt.records == 7
    assert len(receipt.content_digest) == 64
    assert (
        receipt.file_digest
        == hashlib.sha256((tmp_path / "raw/example" / f"{RECEIPT.crawl}.warc.gz").read_bytes()).hexdigest()
    )
    filled = {"records": 0, "content_digest": "", "record_id": "", "file_digest": "", "commitment": msgspec.UNSET}
    assert msgspec.structs.replace(receipt, **filled, own_digest=msgspec.UNSET) == RECEIPT


@pytest.mark.case(30)
def test_any_bit_of_a_receipt_that_changed_is_found_out(tmp_path: Path) -> None:
    warc = closed(tmp_path)
    path = receipt_path(warc)
    whole, receipt = path.read_bytes(), read_receipt(warc)
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        # Where the name of the digest itself changed, the receipt is like one of an earlier version.
        if b'"own_digest"' in path.read_bytes():
            with pytest.raises(ArchiveError, match="the receipt is damaged"):
                read_receipt(warc)
        else:
            with contextlib.suppress(ArchiveError):
                assert read_receipt(warc) == msgspec.structs.replace(receipt, own_digest=msgspec.UNSET)


def test_a_receipt_of_an_earlier_version_has_no_digest_and_is_read(tmp_path: Path) -> None:
    warc = closed(tmp_path)
    receipt = msgspec.structs.replace(read_receipt(warc), own_digest=msgspec.UNSET)
    receipt_path(warc).write_bytes(encode(receipt))
    assert verify(warc) == receipt


@pytest.mark.case(30)
def test_a_file_that_changed_under_its_receipt_is_found_out(tmp_path: Path) -> None:
    warc = closed(tmp_path)
    assert verify(warc) == read_receipt(warc)
    warc.write_bytes(warc.read_bytes() + b"x")
    with pytest.raises(ArchiveError, match="not the file that its receipt was written for"):
        verify(warc)


@pytest.mark.parametrize(
    ("coding", "body", "payload"),
    [
        ("gzip", gzip.compress(b"x" * 5000, mtime=0)[:-9], b"x" * 5000),
        ("gzip", b"no gzip at all", b"no gzip at all"),
        ("br", b"anything", b"anything"),
        ("deflate", zlib.compress(b"abc"), b"abc"),
        (None, b"abc", b"abc"),
    ],
)
def test_a_body_that_cannot_be_undone_costs_nothing_else(coding: str | None, body: bytes, payload: bytes) -> None:
    assert decoded(body, coding) == payload


BOMB = bytes(3_000_000)
BOMBS = {
    "gzip": gzip.compress(BOMB, mtime=0),
    "deflate": zlib.compress(BOMB),
    "deflate without a header": zlib.compress(BOMB, wbits=-zlib.MAX_WBITS),
    "gzip that is named once": gzip.compress(gzip.compress(BOMB, mtime=0), mtime=0),
    "zstd": zstandard.compress(BOMB),
    "br": pa.compress(BOMB, codec="brotli", asbytes=True),
}


@pytest.mark.case(11)
@pytest.mark.parametrize("packed", BOMBS)
def test_a_bomb_is_undone_as_far_as_the_limit(packed: str) -> None:
    coding = packed.partition(" ")[0]
    assert decoded(BOMBS[packed], coding) == BOMB
    assert decoded(BOMBS[packed], coding, 1_000_000) == BOMB[:1_000_000]


def test_each_record_is_one_gzip_member_that_the_standard_library_reads(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.imported("large.json", AT, b"[" + b'{"id":1},' * 100_000 + b'{"id":2}]')
        crawl.exchange(exchange())
        data = crawl.close(RECEIPT).read_bytes()
    kinds = []
    while data:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        record = member.decompress(data)
        assert member.eof
        assert record.startswith(b"WARC/1.1\r\n")
        assert record.endswith(b"\r\n\r\n")
        kinds.append(record.split(b"WARC-Type: ")[1].split(b"\r\n")[0].decode())
        data = member.unused_data
    assert kinds == ["resource", "response", "request", "metadata"]
