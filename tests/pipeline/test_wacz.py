"""A WACZ: pages of what was released and of nothing else, each naming its record; raw only where it is asked for."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from presscorpus.archive import made_pages, replay_index
from presscorpus.config.layout import Layout
from presscorpus.errors import RefusedError, UsageError
from presscorpus.pipeline import wacz
from tests.corpus import Corpus, post

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = '<p>Words.</p><img src="/a.png" srcset="/a-2.png 2x" sizes="1px" loading=lazy alt="x">'


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dataset")
    (root / "takedown.yaml").write_text("- site: a\n  type: post\n  id: 3\n  reason: asked\n")
    written = post(1, content={"rendered": f"{PICTURE}<p>Write to jane@example.org</p>"}, title={"rendered": "A & B"})
    Corpus(root, a=[written, post(2), post(3, title={"rendered": "Never to be read again"})]).build()
    return root


def made(root: Path, out: Path, *, with_raw: bool = False) -> dict[str, bytes]:
    wacz.make(Corpus(root).params(), Layout.of(root), "a", out, with_raw=with_raw)
    with zipfile.ZipFile(out) as packed:
        assert all(entry.compress_type == zipfile.ZIP_STORED for entry in packed.infolist())
        return {name: packed.read(name) for name in packed.namelist()}


def records(data: bytes) -> list[tuple[dict[str, str], bytes]]:
    return [(dict(each.rec_headers.headers), each.content_stream().read()) for each in ArchiveIterator(BytesIO(data))]


def test_pages_are_made_of_released_posts_and_say_so(dataset: Path, tmp_path: Path) -> None:
    files = made(dataset, tmp_path / "a.wacz")
    assert [name for name in files if name.startswith("archive/")] == ["archive/pages.warc.gz"]
    pages = records(files["archive/pages.warc.gz"])
    assert [headers["WARC-Target-URI"] for headers, _ in pages] == [wacz.address("post", 1), wacz.address("post", 2)]
    assert {headers["WARC-Type"] for headers, _ in pages} == {"resource"}
    headers, html = pages[0]
    assert headers[made_pages.MADE_FROM].strip("<>").encode() in html
    assert b"This is not the page that readers saw" in html
    assert b"<h1>A &amp; B</h1>" in html
    assert b'<img src="/a.png" alt="x">' in html
    whole = b"".join(files.values()) + b"".join(body for _, body in pages)
    assert b"jane@example.org" not in whole
    assert b"Never to be read again" not in whole
    header, *listed = [json.loads(line) for line in files["pages/pages.jsonl"].splitlines()]
    assert header["hasText"]
    assert [each["title"] for each in listed] == ["A & B", "Title 2"]
    assert listed[0]["text"].startswith("Words.")


def test_digests_and_index_are_those_of_the_files(dataset: Path, tmp_path: Path) -> None:
    files = made(dataset, tmp_path / "a.wacz")
    described: dict[str, Any] = json.loads(files["datapackage.json"])
    assert {each["path"]: each["hash"] for each in described["resources"]} == {
        name: f"sha256:{hashlib.sha256(data).hexdigest()}"
        for name, data in files.items()
        if not name.startswith("datapackage")
    }
    digest = json.loads(files["datapackage-digest.json"])["hash"]
    assert digest == f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"
    for line in files["indexes/index.cdxj"].decode().splitlines():
        told = json.loads(line.split(" ", 2)[2])
        start = int(told["offset"])
        part = files[f"archive/{told['filename']}"][start : start + int(told["length"])]
        assert [headers["WARC-Target-URI"] for headers, _ in records(part)] == [told["url"]]
    assert made(dataset, tmp_path / "again.wacz") == files


def test_the_archive_is_in_it_only_where_that_is_asked_for(dataset: Path, tmp_path: Path) -> None:
    files = made(dataset, tmp_path / "a.wacz", with_raw=True)
    (warc,) = (dataset / "raw/a").glob("*.warc.gz")
    assert files[f"archive/{warc.name}"] == warc.read_bytes()


def test_what_cannot_be_made_is_refused(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no release"):
        wacz.make(Corpus(dataset).params(), Layout.of(tmp_path), "a", tmp_path / "a.wacz")
    entries = (dataset / "takedown.yaml").read_text()
    try:
        (dataset / "takedown.yaml").write_text(entries + "- site: a\n  type: post\n  id: 2\n  reason: asked\n")
        with pytest.raises(RefusedError, match="has entries that the release does not know"):
            made(dataset, tmp_path / "a.wacz")
    finally:
        (dataset / "takedown.yaml").write_text(entries)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org/A?b=2&a=1", "org,example)/a?a=1&b=2"),
        ("http://example.org:8080", "org,example:8080)/"),
        ("https://example.org:443/x y", "org,example)/x%20y"),
        ("http://example.org:99999/", "org,example)/"),
    ],
)
def test_addresses_are_sorted_by_host_and_path(url: str, key: str) -> None:
    assert replay_index.key(url) == key
