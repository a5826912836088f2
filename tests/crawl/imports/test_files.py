"""Captures from disk: every form is read, trouble is told, and one bad file costs itself only."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.writer import CrawlWriter
from presscorpus.crawl.imports import files, importer, reading
from presscorpus.crawl.imports.site_address import address
from presscorpus.errors import SourceError
from presscorpus.observations.items import observe
from tests import factories

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt

AT = datetime(2026, 11, 23, tzinfo=UTC)
CRAWL = "20261123T000000Z"


def post(number: int) -> dict[str, Any]:
    return factories.post(number, home="https://example.org:8443")


def taken(source: Path, out: Path, max_bytes: int = 2**20) -> tuple[Receipt, list[str], list[int]]:
    with CrawlWriter(out / "raw", out / "work", "example", CRAWL) as crawl:
        receipt, troubles, _ = importer.capture(source, crawl, AT, address="https://example.org/", max_bytes=max_bytes)
        warc = crawl.close(receipt)
    ids = [item.id for c in read_crawl(warc) for item in observe(c.payload, c.url, c.http_status).items]
    return receipt, troubles, ids


@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
@pytest.mark.parametrize("kind", [".json", ".jsonl", ".ndjson"])
def test_every_form_is_read(tmp_path: Path, kind: str, packed: str) -> None:
    posts = [post(1), post(2)]
    text = json.dumps(posts) if kind == ".json" else "\n".join(map(json.dumps, posts))
    source = tmp_path / f"dump{kind}{packed}"
    data = text.encode()
    packs = {"": data, ".gz": gzip.compress(data), ".zst": zstandard.ZstdCompressor().compress(data)}
    source.write_bytes(packs[packed])
    receipt, troubles, ids = taken(source, tmp_path / "out")
    assert (ids, troubles, receipt.balanced) == ([1, 2], [], True)
    assert address(source, 2**20) == "https://example.org:8443/"


@pytest.mark.case(33)
def test_a_folder_is_read_in_the_order_of_names_at_any_depth(tmp_path: Path) -> None:
    for name, number in (("b.json", 2), ("a/z.json", 1), ("c.json", 3)):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(post(number)))
    (tmp_path / "in" / "notes.txt").write_text("no JSON at all")
    assert taken(tmp_path / "in", tmp_path / "out")[2] == [1, 2, 3]


def test_a_long_file_of_lines_is_cut_at_line_ends_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SEGMENT_BYTES", 1000)
    source = tmp_path / "dump.jsonl"
    source.write_text("".join(json.dumps(post(n)) + "\n" for n in range(1, 200)))
    receipt, _, ids = taken(source, tmp_path / "out")
    assert ids == list(range(1, 200))
    with next((tmp_path / "out" / "raw").rglob("*.warc.gz")).open("rb"):
        captures = list(read_crawl(next((tmp_path / "out" / "raw").rglob("*.warc.gz"))))
    assert len(captures) > 10
    assert b"".join(capture.payload for capture in captures) == source.read_bytes()
    assert receipt.collections[0].swept == 199


def test_a_bad_file_is_told_and_its_neighbours_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = json.dumps([post(1), post(2)])
    (folder / "good.json").write_text(good)
    (folder / "cut.json").write_text(good[:-20])
    (folder / "page.json").write_text("<html>")
    (folder / "string.json").write_text(json.dumps(post(3) | {"id": "x3"}))
    (folder / "torn.json.gz").write_bytes(gzip.compress(good.encode())[:-9])
    receipt, troubles, ids = taken(folder, tmp_path / "out")
    assert sorted(ids) == [1, 1, 1, 2, 2]  # of the torn one too, as far as it can be unpacked
    assert [trouble.split(":")[0] for trouble in troubles] == ["cut.json", "page.json", "string.json", "torn.json.gz"]
    assert receipt.outcome == "incomplete"
    assert {each.collection: (each.swept, each.fetched, each.failed) for each in receipt.collections} == {
        "posts": (3, 2, 1), "unrecognised": (2, 0, 2), "files": (1, 0, 1),
    }  # fmt: skip


def test_a_file_may_be_larger_than_a_response(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.json").write_text(json.dumps([post(n) for n in range(2, 99)]))
    _, troubles, ids = taken(tmp_path / "in", tmp_path / "out", max_bytes=500)
    assert (ids, troubles) == (list(range(2, 99)), [])


def test_a_packed_file_that_unpacks_to_a_multitude_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "small.json").write_text(json.dumps(post(1)))
    bomb = json.dumps([post(2) | {"slug": "x" * 1_000_000}]).encode()
    (tmp_path / "in" / "bomb.json.gz").write_bytes(gzip.compress(bomb))
    _, troubles, ids = taken(tmp_path / "in", tmp_path / "out", max_bytes=500)
    assert (ids, len(troubles)) == ([1], 1)
    assert "bomb.json.gz: cannot be read: unpacks to more than " in troubles[0]


@pytest.mark.parametrize("text", ["", "[]", "{}", "<html>", '{"id": "1a", "type": "post", "link": ""}'])
def test_a_source_without_any_item_is_an_error_that_says_why(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SourceError, match=r"x\.json: holds no post"):
        taken(tmp_path / "x.json", tmp_path / "out")
    assert not (tmp_path / "out" / "raw").exists()


def test_an_empty_folder_and_a_missing_one_are_errors(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(SourceError, match="holds no JSON"):
        files.find(tmp_path / "in")
    with pytest.raises(SourceError, match="no such file"):
        files.find(tmp_path / "out")


def test_a_folder_that_may_not_be_read_is_told_and_costs_no_neighbour(tmp_path: Path) -> None:
    shut = tmp_path / "in" / "shut"
    shut.mkdir(parents=True)
    (tmp_path / "in" / "a.json").write_text(json.dumps(post(1)))
    shut.chmod(0)
    code = (
        "import sys; from pathlib import Path; from presscorpus.crawl.imports import files; "
        "print(files.find(Path(sys.argv[1])))"
    )
    # Root reads everything, so it is run without the two capabilities that let it.
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*drop, sys.executable, "-c", code, tmp_path / "in"], capture_output=True, text=True, check=False
    )
    shut.chmod(0o700)
    assert "a.json" in done.stdout
    assert "['shut: may not be read']" in done.stdout


def test_the_digest_of_a_source_follows_names_and_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").write_text("[]")
    first = files.digest(folder, files.find(folder)[0])
    (folder / "a.json").write_text("[ ]")
    second = files.digest(folder, files.find(folder)[0])
    (folder / "a.json").rename(folder / "b.json")
    third = files.digest(folder, files.find(folder)[0])
    assert len({first, second, third}) == 3


def test_links_that_lead_out_of_a_source_are_not_followed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "inside.json").write_text('[{"id": 1, "type": "post", "title": {"rendered": "A"}}]')
    (tmp_path / "outside.json").write_text('[{"id": 2, "type": "post", "title": {"rendered": "B"}}]')
    (source / "link.json").symlink_to(tmp_path / "outside.json")
    (source / "own.json").symlink_to(source / "inside.json")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/outside.json").write_text('[{"id": 3, "type": "post", "title": {"rendered": "C"}}]')
    (source / "folder").symlink_to(tmp_path / "folder", target_is_directory=True)
    found = files.find(source)
    assert [path.name for path in found.files] == ["inside.json", "own.json"]
    (told,) = files.passed_over(source, found.passed)
    assert "2 link that leads out of the source (folder, link.json)" in told


def of_hosts(folder: Path, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> Path:
    folder.mkdir()
    for name, posts in (("a", first), ("b", second)):
        (folder / f"{name}.json").write_text(json.dumps(posts))
    return folder


def at(host: str, number: int, title: str, **more: Any) -> dict[str, Any]:
    return factories.post(
        number, home=f"https://{host}", title={"rendered": title}, link=f"https://{host}/{title.lower()}/", **more
    )


@pytest.mark.parametrize("form", ["json", "export"])
def test_files_of_two_sites_are_no_versions_of_each_other(tmp_path: Path, form: str) -> None:
    first = [at("one.example.org", 1, "Hello"), *(at("one.example.org", each, f"One{each}") for each in (2, 3))]
    second = [at("two.example.net", 1, "Hello"), *(at("two.example.net", each, f"Two{each}") for each in (2, 3))]
    source = of_hosts(tmp_path / "in", first, second)
    if form == "export":
        for name, posts in (("a", first), ("b", second)):
            (source / f"{name}.json").unlink()
            items = "".join(
                f"<item><title>{each['title']['rendered']}</title><link>{each['link']}</link><wp:post_id>{each['id']}"
                f"</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>"
                for each in posts
            )
            (source / f"{name}.xml").write_text(
                '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2'
                f"</wp:wxr_version>{items}</channel></rss>"
            )
    told = r"several sites under the same numbers: one\.example\.org in a\.\w+, two\.example\.net in b\.\w+\nName the"
    with pytest.raises(SourceError, match=told):
        taken(source, tmp_path / "out")


@pytest.mark.parametrize(
    "second",
    [
        [at("www.two.example.net", 1, "Hello"), at("www.two.example.net", 2, "World")],
        # One was renamed and edited after the site had moved.
        [at("two.example.net", 1, "Hello"), at("two.example.net", 2, "Other", modified_gmt="2026-02-01T00:00:00")],
        [at("two.example.net", each, f"Else{each}") for each in (11, 12)],
        [at("one.example.org", each, f"Renamed{each}") for each in (1, 2)],
    ],
)
def test_a_site_that_moved_is_one_site(tmp_path: Path, second: list[dict[str, Any]]) -> None:
    first = [at("one.example.org", 1, "Hello"), at("one.example.org", 2, "World")]
    _, _, ids = taken(of_hosts(tmp_path / "in", first, second), tmp_path / "out")
    assert ids == [1, 2, *(each["id"] for each in second)]


def test_of_many_posts_some_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("presscorpus.crawl.imports.several_sites._MOST", 8)
    first = [at("one.example.org", each, f"One{each}") for each in range(1, 100)]
    second = [at("two.example.net", each, f"Two{each}") for each in range(99, 0, -1)]
    with pytest.raises(SourceError, match="several sites"):
        taken(of_hosts(tmp_path / "in", first, second), tmp_path / "out")
