"""Web archives as crawlers make them, whole and damaged: every answer comes out, and what is lost is told."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.writer import CrawlWriter
from presscorpus.crawl.imports import importer, site_address, warc
from presscorpus.errors import SourceError
from presscorpus.observations.items import observe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
ADDRESS = "https://example.org/"
POSTS = "https://example.org/wp-json/wp/v2/posts"
LIMIT = 2**20


def posts(*numbers: int, title: str = "A") -> bytes:
    return json.dumps(
        [{"id": n, "type": "post", "link": f"{ADDRESS}?p={n}", "title": {"rendered": title}} for n in numbers]
    ).encode()


class Page(NamedTuple):
    """A response as a crawler would store it."""

    body: bytes
    url: str = POSTS
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    date: str = "2026-11-20T10:00:00Z"
    kind: str = "response"
    more: tuple[tuple[str, str], ...] = ()
    protocol: str = "HTTP/1.1"


def warc_of(pages: Iterable[Page], *, packed: bool = True, record_ids: str = "") -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="1.1")
    out.write(b"")
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "a test"}))
    for number, page in enumerate(pages, 1):
        http = StatusAndHeaders(page.status, list(page.headers), protocol=page.protocol)
        record = writer.create_warc_record(
            page.url, page.kind, payload=io.BytesIO(page.body), length=len(page.body),
            http_headers=None if page.kind == "resource" else http,
            warc_headers_dict={
                "WARC-Date": page.date, "WARC-Record-ID": f"<urn:test:{record_ids}{number}>", **dict(page.more),
            },
        )  # fmt: skip
        writer.write_record(record)
    return out.getvalue()


class Taken(NamedTuple):
    receipt: Receipt
    troubles: list[str]
    found: list[tuple[str, int]]
    """Table and id of each item, in order."""
    warc: Path


def taken(source: Path, out: Path, *, address: str = ADDRESS, limit: int = LIMIT) -> Taken:
    with CrawlWriter(out / "raw", out / "work", "example", "20261123T000000Z") as crawl:
        receipt, troubles, _ = importer.capture(source, crawl, AS_OF, address=address, max_bytes=limit)
        closed = crawl.close(receipt)
    seen = [item for c in read_crawl(closed) for item in observe(c.payload, c.url, c.http_status).items]
    return Taken(receipt, troubles, [(item.table, item.id) for item in seen], closed)


def ids(source: bytes, folder: Path, name: str = "x.warc.gz", **more: Any) -> tuple[list[int], list[str]]:
    (folder / name).write_bytes(source)
    done = taken(folder / name, folder / "out", **more)
    return [number for _, number in done.found], done.troubles


PAGES = [Page(posts(1, 2)), Page(posts(3, 4), f"{POSTS}?page=2"), Page(posts(5), f"{POSTS}?page=3")]


@pytest.mark.parametrize("name", ["x.warc.gz", "without-an-ending"])
@pytest.mark.parametrize("form", ["members", "plain", "whole gzip", "zstandard", "wacz"])
def test_every_packing_gives_every_answer(tmp_path: Path, form: str, name: str) -> None:
    plain = warc_of(PAGES, packed=False)
    wacz = io.BytesIO()
    with zipfile.ZipFile(wacz, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        packed.writestr("archive/data.warc.gz", warc_of(PAGES))
    forms = {
        "members": warc_of(PAGES), "plain": plain, "whole gzip": gzip.compress(plain),
        "zstandard": zstandard.compress(plain), "wacz": wacz.getvalue(),
    }  # fmt: skip
    assert ids(forms[form], tmp_path, name) == ([1, 2, 3, 4, 5], [])
    assert site_address.address(tmp_path / name, LIMIT) == ADDRESS


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, br", "gone", "none"])
@pytest.mark.parametrize("chunked", [False, True])
def test_every_coding_of_the_content_is_undone(tmp_path: Path, coding: str, *, chunked: bool) -> None:
    body = posts(1, 2)

    def brotli(data: bytes) -> bytes:
        return bytes(pa.Codec("brotli").compress(data, asbytes=True))

    coded = {
        "gzip": gzip.compress(body), "deflate": zlib.compress(body), "br": brotli(body),
        "zstd": zstandard.compress(body), "gzip, br": brotli(gzip.compress(body)), "gone": body, "none": body,
    }[coding]  # fmt: skip
    headers = [] if coding == "none" else [("Content-Encoding", "br" if coding == "gone" else coding)]
    if chunked:
        coded = b"5;x=y\r\n" + coded[:5] + b"\r\n%x\r\n" % len(coded[5:]) + coded[5:] + b"\r\n0\r\n\r\n"
        headers.append(("Transfer-Encoding", "chunked"))
    page = Page(coded, headers=tuple(headers), more=(("WARC-Payload-Digest", "sha1:" + "A" * 32),) if chunked else ())
    assert ids(warc_of([page]), tmp_path) == ([1, 2], [])


def test_a_header_that_names_chunks_where_they_were_undone_does_no_harm(tmp_path: Path) -> None:
    page = Page(posts(1), headers=(("Transfer-Encoding", "chunked"),))
    assert ids(warc_of([page]), tmp_path) == ([1], [])


def test_http_2_as_crawlers_write_it(tmp_path: Path) -> None:
    pages = [
        Page(posts(1), protocol="HTTP/2", status="200"),
        Page(posts(2), f"{POSTS}?page=2", headers=((":status", "200"), ("content-type", "application/json"))),
        Page(posts(3), f"{POSTS}?page=3", protocol=":status:", status="200 x", headers=((":status", "200"),)),
    ]
    assert ids(warc_of(pages[:2]), tmp_path) == ([1, 2], [])
    closed = next((tmp_path / "out/raw").rglob("*.warc.gz"))
    assert b":status" not in gzip.decompress(closed.read_bytes())


def test_the_addresses_of_all_permalink_forms_and_of_nothing_else(tmp_path: Path) -> None:
    pages = [
        Page(posts(1), "http://www.example.org/index.php/wp-json/wp/v2/posts"),
        Page(posts(2), "https://example.org:443/?rest_route=/wp/v2/posts&page=2"),
        Page(posts(3), "https://example.org/index.php?rest_route=%2Fwp%2Fv2%2Fposts"),
        Page(b'{"code":"rest_post_invalid_id","data":{"status":404}}', f"{POSTS}/1", "404 Not Found"),
        Page(b"<html>a page</html>", "https://example.org/2026/a-page/"),
        Page(posts(4), "https://other.example/wp-json/wp/v2/posts"),
        Page(posts(5), "https://example.org/blog/wp-json/wp/v2/posts"),
        Page(posts(6), "https://example.org:8080/wp-json/wp/v2/posts"),
        Page(posts(7), POSTS, kind="resource"),
        Page(b"", POSTS, kind="request", status="GET /wp-json/ HTTP/1.1", protocol=""),
    ]
    assert ids(warc_of(pages), tmp_path) == ([1, 2, 3, 1, 7], [])
    states = [
        item.state
        for capture in read_crawl(next((tmp_path / "out/raw").rglob("*.warc.gz")))
        for item in observe(capture.payload, capture.url, capture.http_status).items
    ]
    assert states == ["published", "published", "published", "deleted", "published"]


def test_a_site_in_a_subfolder_is_another_site(tmp_path: Path) -> None:
    pages = [Page(posts(1)), Page(posts(2), "https://example.org/blog/wp-json/wp/v2/posts")]
    assert ids(warc_of(pages), tmp_path, address="https://www.example.org/blog") == ([2], [])


def test_what_is_of_other_sites_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(
        warc_of([Page(posts(1)), Page(posts(2), "https://two.example/wp-json/wp/v2/posts")])
    )
    with pytest.raises(
        SourceError, match=r"answers of example\.org/, two\.example/, and none of https://three\.example/"
    ):
        taken(tmp_path / "x.warc.gz", tmp_path / "out", address="https://three.example/")
    with pytest.raises(SourceError, match=r"several sites: example\.org/, two\.example/\nName the one"):
        site_address.address(tmp_path / "x.warc.gz", LIMIT)


def revisit(url: str, date: str, *more: tuple[str, str], status: str = "200 OK") -> Page:
    profile = ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest")
    return Page(b"", url, status, date=date, kind="revisit", more=(profile, *more))


@pytest.mark.parametrize("first", ["a.warc.gz", "z.warc.gz"])
@pytest.mark.parametrize("by", ["id", "address", "digest"])
def test_a_revisit_is_the_same_answer_seen_again(tmp_path: Path, by: str, first: str) -> None:
    """By whichever name it calls the other record, and whether that comes before it or after."""
    digest = ("WARC-Payload-Digest", "sha1:" + "B" * 32)
    names = {
        "id": [("WARC-Refers-To", "<urn:test:one1>")],
        "address": [("WARC-Refers-To-Target-URI", POSTS), ("WARC-Refers-To-Date", "2026-11-20T10:00:00Z")],
        "digest": [digest],
    }
    folder = tmp_path / "in"
    folder.mkdir()
    # The digest is made up, so only the block's is judged.
    one = warc_of([Page(posts(1, 2), more=(digest,))], record_ids="one")
    (folder / first).write_bytes(one)
    (folder / "m.warc.gz").write_bytes(warc_of([revisit(f"{POSTS}?x=1", "2026-11-21T10:00:00Z", *names[by])]))
    done = taken(folder, tmp_path / "out")
    assert (len(done.found), done.troubles) == (4, [])
    dates = {capture.url: capture.requested_at.day for capture in read_crawl(done.warc)}
    assert dates == {POSTS: 20, f"{POSTS}?x=1": 21}


def test_a_revisit_of_what_is_not_there_is_told(tmp_path: Path) -> None:
    pages = [Page(posts(1)), revisit(POSTS, "2026-11-21T10:00:00Z", ("WARC-Refers-To", "<urn:elsewhere>"))]
    numbers, (trouble,) = ids(warc_of(pages), tmp_path)
    assert numbers == [1]
    assert trouble.startswith("x.warc.gz: offset ")
    assert "equals another record, which is not here" in trouble


def test_where_an_answer_came_from_is_kept(tmp_path: Path) -> None:
    source = warc_of([Page(posts(1), headers=(("Set-Cookie", "secret=1"), ("X-WP-Total", "1")))])
    (tmp_path / "x.warc.gz").write_bytes(source)
    done = taken(tmp_path / "x.warc.gz", tmp_path / "out")
    text = gzip.decompress(done.warc.read_bytes()).decode()
    for line in (
        "X-Presscorpus-Origin-File: x.warc.gz", "X-Presscorpus-Origin-Record-ID: <urn:test:1>",
        "X-Presscorpus-Origin-Date: 2026-11-20T10:00:00Z", "X-Presscorpus-Origin-Payload-Digest: sha1:",
        "WARC-Date: 2026-11-20T10:00:00.000000Z", "X-WP-Total: 1", f"WARC-Target-URI: {POSTS}",
    ):  # fmt: skip
        assert line in text
    offset = int(text.partition("X-Presscorpus-Origin-Offset: ")[2].partition("\r")[0])
    assert POSTS.encode() in gzip.GzipFile(fileobj=io.BytesIO(source[offset:])).read(500)
    assert "secret=1" not in text
    assert "GET " not in text
    (record,) = {capture.record_id for capture in read_crawl(done.warc)}
    assert record.startswith("urn:uuid:")


def cut(source: bytes, share: float) -> bytes:
    return source[: int(len(source) * share)]


def flipped(source: bytes, url: str) -> bytes:
    """One byte of the content of one record changed: in the plain file its digest breaks."""
    place = source.index(b'"title"', source.index(url.encode()))
    return source[: place + 2] + b"X" + source[place + 3 :]


def broken_member(source: bytes, number: int) -> bytes:
    """The middle of one gzip member overwritten."""
    starts = [0]
    while True:
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        unpack.decompress(source[starts[-1] :])
        if not unpack.unused_data:
            break
        starts.append(len(source) - len(unpack.unused_data))
    middle = (starts[number] + starts[number + 1]) // 2
    return source[:middle] + b"\xff" * 20 + source[middle + 20 :]


def swollen(source: bytes) -> bytes:
    """A record that claims to be longer than it is, and so would swallow the next one."""
    start = source.index(b"Content-Length: ", source.index(b"?page=2")) + len(b"Content-Length: ")
    end = source.index(b"\r", start)
    return source[:start] + b"9%s" % source[start:end] + source[end:]


PLAIN = warc_of(PAGES, packed=False)
MEMBERS = warc_of(PAGES)
FRAMES = b"".join(zstandard.compress(PLAIN[start : start + 300]) for start in range(0, len(PLAIN), 300))


@pytest.mark.parametrize(
    ("source", "left", "reason"),
    [
        (MEMBERS[:-5], [1, 2, 3, 4, 5], "the file ends within"),
        (cut(PLAIN, 0.97), [1, 2, 3, 4], "the file ends within"),
        (cut(gzip.compress(PLAIN), 0.8), [1, 2], "the file ends within"),
        (cut(FRAMES, 0.98), [1, 2, 3, 4], ""),
        (flipped(PLAIN, "?page=2"), [1, 2, 5], "does not match its digest"),
        (gzip.compress(flipped(PLAIN, "?page=2")), [1, 2, 5], "does not match its digest"),
        (broken_member(MEMBERS, 2), [1, 2, 5], ""),
        (swollen(PLAIN), [1, 2, 5], ""),
        (MEMBERS + b"\x00" * 500, [1, 2, 3, 4, 5], ""),
        (PLAIN.replace(b"Content-Length: ", b"Content-Width: ", 2), [3, 4, 5], "how long"),
        (PLAIN + b"garbage\r\n\r\n" + warc_of([Page(posts(9))], packed=False), [1, 2, 3, 4, 5, 9], "no record begins"),
    ],
    ids=["cut members", "cut plain", "cut gzip", "cut zstd", "flipped", "flipped gzip", "broken member", "swollen",
         "padded", "without lengths", "garbage between"],
)  # fmt: skip
def test_damage_costs_the_record_and_says_where(tmp_path: Path, source: bytes, left: list[int], reason: str) -> None:
    numbers, troubles = ids(source, tmp_path)
    assert [number for number in numbers if number in left] == left
    assert set(numbers) <= set(left)
    # Page 2 shows that there was a page 1.
    assert [each for each in troubles if each == "posts: page 1 is not here"] == troubles[:-1]
    assert troubles[-1].startswith("x.warc.gz: offset ")
    assert reason in troubles[-1]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(gzip.compress(b"[" + b" " * 2 * LIMIT + b"]"), headers=(("Content-Encoding", "gzip"),)), "larger than"),
        (Page(b"[" + b" " * 2 * LIMIT + b"]"), "larger than"),
        (Page(posts(8), date="2026-11-24T00:00:00Z"), "after the as_of"),
        (Page(posts(8), date="yesterday"), "its date is none"),
        (Page(posts(8), status="banana"), "no answer of HTTP"),
        (Page(b"ff\r\n[", headers=(("Transfer-Encoding", "chunked"),)), "chunks do not end"),
        (Page(b"<html>Are you human?</html>"), "is not JSON: HTML page"),
        (Page(b'[{"id": "8", "type": "post", "link": "x"'), "item 1: the JSON ends before it is complete"),
        (Page(posts(8), headers=(("X-Long", "x" * 2 * LIMIT),)), "headers do not end"),
    ],
    ids=["bomb", "large", "late", "dateless", "statusless", "endless chunks", "block page", "cut JSON", "long headers"],
)  # fmt: skip
@pytest.mark.parametrize("packed", [True, False])
def test_a_bad_answer_costs_itself_alone(tmp_path: Path, page: Page, reason: str, *, packed: bool) -> None:
    source = warc_of([Page(posts(1)), page, Page(posts(2), f"{POSTS}?page=2")], packed=packed)
    (tmp_path / "x.warc").write_bytes(source)
    done = taken(tmp_path / "x.warc", tmp_path / "out")
    assert [number for _, number in done.found] == [1, 2]
    (trouble,) = done.troubles
    assert reason in trouble
    assert "x.warc: offset " in trouble
    assert done.receipt.outcome == "incomplete"
    assert not done.receipt.balanced


def test_the_same_import_gives_the_same_archive(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(MEMBERS)
    first, second = (taken(tmp_path / "x.warc.gz", tmp_path / out).warc for out in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Example.org:443/wp-json/", "example.org/"),
        ("http://example.org:80/wp-json", "example.org/"),
        ("http://u:p@example.org:8080/a/b/index.php/wp-json/wp/v2/posts", "example.org:8080/a/b/"),
        ("https://example.org/?rest_route=/", "example.org/"),
        ("https://example.org/a/index.php?x=1&rest_route=/wp/v2/posts", "example.org/a/"),
        ("https://public-api.wordpress.com/wp/v2/sites/Some.example/posts?page=2", "some.example/"),
        ("https://example.org/wp-json-or-not/", None),
        ("https://example.org/rest_route", None),
        ("ftp://example.org/wp-json/", None),
        ("http://[/wp-json/", None),
        ("", None),
    ],
)
def test_whose_api_an_address_is_of(url: str, site: str | None) -> None:
    assert warc.home(url) == site


def test_nothing_that_warcio_prints_reaches_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url = f"{POSTS}?a b=\x1b]52;c;aGk=\x07"
    plain = warc_of([Page(posts(1), f"{POSTS}?x=1")], packed=False)
    found, _ = ids(plain.replace(f"{POSTS}?x=1".encode(), url.encode()), tmp_path, "y.warc")
    assert found == [1]
    assert capfd.readouterr() == ("", "")
