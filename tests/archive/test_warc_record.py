"""A record as it is written: what another writer writes, and the header of an answer byte for byte."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from presscorpus.archive import warc_record
from presscorpus.archive.resume import recall, remains
from presscorpus.archive.writer import CrawlWriter
from tests.archive.test_archive import RECEIPT, closed, exchange

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = {
    "WARC-Type": "response",
    "WARC-Record-ID": "<urn:uuid:0f4f1c1e-0000-5000-8000-000000000000>",
    "WARC-Target-URI": "https://example.org/şehir",
    "WARC-Date": "2026-11-23T12:30:00.000000Z",
    "WARC-Payload-Digest": "sha256:00",
}
LINES = [("Content-Type", "application/json"), ("X-WP-Total", "3"), ("Link", '<https://e.org/>; rel="next"'), ("X", "")]


def written(kind: str, headers: dict[str, str], http: bytes, body: bytes) -> bytes:
    file = BytesIO()
    warc_record.write(file, warc_record.lines(kind, headers, http, body), http, body)
    return gzip.decompress(file.getvalue())


@pytest.mark.parametrize("kind", ["response", "request", "revisit", "metadata", "resource"])
def test_a_record_is_what_warcio_writes(kind: str) -> None:
    has_http = kind in {"response", "request", "revisit"}
    body = b"" if kind == "revisit" else b'[{"id":1}]' * 9_000
    first = "GET /a HTTP/1.1" if kind == "request" else "HTTP/1.1 200 OK"
    http = warc_record.http_header(first, LINES) if has_http else b""
    headers = HEADERS | {"WARC-Type": kind} | ({} if has_http else {"Content-Type": "text/plain"})
    lines = dict(warc_record.lines(kind, headers, http, body))
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    other = StatusAndHeaders(first.split(" ", 1)[1], LINES, protocol=first.split(" ", 1)[0]) if has_http else None
    record = writer.create_warc_record(
        headers["WARC-Target-URI"], kind, payload=BytesIO(body), length=len(body), http_headers=other,
        warc_headers_dict=headers | {"WARC-Block-Digest": lines["WARC-Block-Digest"]},
    )  # fmt: skip
    writer.write_record(record)
    assert written(kind, headers, http, body) == out.getvalue()


def test_a_header_that_is_not_ascii_is_stored_as_it_came_and_comes_back(tmp_path: Path) -> None:
    sent = "/haber-şehir/".encode()
    odd = msgspec.structs.replace(
        exchange(), status=301, reason="Ta\xfc", headers=(("Location", sent.decode("latin-1")), ("X-Empty", ""))
    )
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(odd)
        partial = tmp_path / "work" / "example" / f"{RECEIPT.crawl}.warc.gz"
        (kept,) = remains(partial).answers
        assert recall(partial, kept).headers == [*odd.headers]
        warc = crawl.close(RECEIPT)
    stored = gzip.decompress(warc.read_bytes())
    assert b"HTTP/1.1 301 Ta\xfc\r\nLocation: " + sent + b"\r\nX-Empty: \r\n\r\n" in stored


def test_each_digest_is_true(tmp_path: Path) -> None:
    with closed(tmp_path).open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()
            assert record.digest_checker.passed
