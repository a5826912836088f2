"""Media files of a real WordPress: fetched within a budget, once, resumed after a kill, and gone when erased."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from presscorpus.archive.commitment import check
from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls, read_receipt, verify
from presscorpus.archive.resume import _members
from presscorpus.archive.writer import CrawlWriter
from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.crawl import fetch
from presscorpus.crawl.rest.media_files import COLLECTION
from presscorpus.errors import ArchiveError
from presscorpus.pipeline import erase, stages
from presscorpus.storage.checksum import sha256_of
from tests.archive.test_archive import RECEIPT, exchange
from tests.wordpress.packages import SITE
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.archive.receipt import CollectionReceipt
    from tests.wordpress.server import WordPress

ROOT = Path(__file__).parents[3]
PACKAGE = schema.load_package(ROOT)
COMMAND = Path(sys.executable).parent / "presscorpus"
PICTURES = 5
KINDS = ["image", "application/pdf", "application/json"]


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[WordPress, dict[str, Any]]]:
    with running(posts=3) as server:
        yield server, json.loads(server.run(SITE / "pictures.php", str(PICTURES)))


def quiet(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def whole(site: tuple[WordPress, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of everything, which no test changes."""
    folder = repository(tmp_path_factory.mktemp("whole") / "whole", site[0].url)
    fetched(folder)
    return folder


def repository(folder: Path, address: str, *, media: str = "all", day: int = 1, **limits: Any) -> Path:
    folder.mkdir(exist_ok=True)
    settled = {
        "dataset": {"name": "d", "title": "D", "version": "v2026.11.01"},
        "sites": [
            {
                "name": "here", "address": address, "as_of": f"2026-11-{day:02}T00:00:00Z", "allow_private": True,
                "rights": {"statement": "Made for a test."}, "media": media,
            }
        ],
        "limits": {"concurrency": 2, "media_types": KINDS, **limits},
    }  # fmt: skip
    (folder / "params.yaml").write_text(yaml.safe_dump(settled))
    return folder


def fetched(folder: Path) -> None:
    (outcome,) = fetch.fetch(params.load(folder / "params.yaml"), Layout.of(folder), quiet)
    assert outcome.error is None


def of_files(folder: Path, crawl: int = -1) -> CollectionReceipt:
    warc = list(closed_crawls(Layout.of(folder).raw, "here"))[crawl]
    check(warc, verify(warc))
    return next(each for each in read_receipt(warc).collections if each.collection == COLLECTION)


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    layout = Layout.of(folder)
    stages.normalise.run(PACKAGE, params.load(folder / "params.yaml"), layout, quiet)
    return {name: pl.read_parquet(layout.tables / f"{name}.parquet") for name in PACKAGE.resources}


def asked_for_files(server: WordPress, since: int) -> list[str]:
    return [each for each in server.requests()[since:] if "/uploads/" in each]


def uploaded(server: WordPress, name: str) -> bytes:
    (path,) = server._content.glob(f"uploads/*/*/{name}")
    return path.read_bytes()


def test_every_file_comes_once_and_its_row_names_its_bytes(
    site: tuple[WordPress, dict[str, Any]], whole: Path, tmp_path: Path
) -> None:
    server, made = site
    folder = Path(shutil.copytree(whole, tmp_path / "all"))
    told = of_files(folder)
    # Pictures with a smaller copy each that posts show, five of the seed and one lost; drafts have none. In the place
    # of what is lost WordPress shows the page of the attachment.
    assert (told.failed, told.gone, told.unreadable, told.unchanged, told.note) == (0, 0, 1, 0, None)
    assert told.fetched == told.swept - 1 == 2 * PICTURES + 3 + 4
    (warc,) = closed_crawls(Layout.of(folder).raw, "here")
    with warc.open("rb") as file:
        revisits = [each for each in ArchiveIterator(file) if each.rec_type == "revisit"]
        assert [each.rec_headers.get_header("WARC-Target-URI").rpartition("/")[2] for each in revisits] == ["same.png"]
    found = tables(folder)
    media = {row["id"]: row for row in found["media"].iter_rows(named=True)}
    for number, name in (
        (made["made"][0][1], "drawn-0.png"),
        (made["same"], "same.png"),
        (made["document"], "report.pdf"),
    ):
        bytes_ = uploaded(server, name)
        assert (media[number]["digest"], media[number]["bytes"]) == (hashlib.sha256(bytes_).hexdigest(), len(bytes_))
        assert media[number]["fetched_at"] >= media[number]["observed_at"]
    assert media[made["lost"]]["digest"] is None
    assert made["hidden"] not in media
    assert media[made["trap"]]["digest"] is not None
    # Nothing that lies in a file becomes a row.
    assert 77777 not in set(found["posts"]["id"])
    assert found["quarantine"].is_empty()
    assert not any(capture.file for capture in read_crawl(warc))
    # A second crawl fetches nothing again, and the rows keep what the first one got.
    before = len(server.requests())
    repository(folder, server.url, day=2)
    fetched(folder)
    assert asked_for_files(server, before) == []
    again = of_files(folder)
    assert (again.unchanged, again.unreadable, again.fetched, again.requests) == (told.fetched, 1, 0, 0)
    assert (
        tables(folder)["media"]
        .select("id", "digest", "fetched_at")
        .equals(found["media"].select("id", "digest", "fetched_at"))
    )


def test_linked_takes_what_posts_show_and_the_budget_is_kept(
    site: tuple[WordPress, dict[str, Any]], tmp_path: Path
) -> None:
    server, _ = site
    folder = repository(tmp_path / "linked", server.url, media="linked", media_types=["image"])
    fetched(folder)
    linked = of_files(folder)
    # The copy that each post shows and the picture that it is a copy of, and the featured picture of the seed.
    assert (linked.fetched, linked.swept) == (2 * PICTURES + 1, 2 * PICTURES + 1)
    size = len(uploaded(server, "drawn-0.png"))
    small, budget = tmp_path / "small", int(6.5 * size)
    repository(small, server.url, media_bytes=budget, media_types=["image"])
    before, taken = len(server.requests()), 0
    for day in range(1, 30):
        repository(small, server.url, media_bytes=budget, media_types=["image"], day=day)
        fetched(small)
        told = of_files(small)
        assert told.bytes <= budget
        assert told.failed == 0
        assert read_receipt(list(closed_crawls(Layout.of(small).raw, "here"))[-1]).balanced
        taken += told.fetched
        if told.note == "2 of other kinds":
            break
        assert f"files left out: the budget is {budget:,} bytes" in str(told.note)
    asked = asked_for_files(server, before)
    assert len(asked) == len(set(asked))
    assert taken == 2 * PICTURES + 1 + 4


SEEDS = [int(seed) for seed in os.environ.get("PRESSCORPUS_KILLS", "1").split()]


def test_killed_among_the_files_and_resumed_the_result_is_the_same(
    site: tuple[WordPress, dict[str, Any]], whole: Path, tmp_path: Path
) -> None:
    server, _ = site
    undisturbed = tables(Path(shutil.copytree(whole, tmp_path / "whole")))
    (warc,) = closed_crawls(Layout.of(whole).raw, "here")
    captures = list(read_crawl(warc, files=True))
    begin, end = next(each.offset for each in captures if each.file), warc.stat().st_size
    for seed in SEEDS:
        chance = random.Random(seed)
        folder = repository(tmp_path / f"killed-{seed}", server.url)
        partial = folder / ".presscorpus/crawls/here/20261101T000000Z.warc.gz"
        process = subprocess.Popen([COMMAND, "--repository", folder, "fetch"], stderr=subprocess.DEVNULL)
        size = chance.randrange(begin, end)
        while process.poll() is None and not (partial.exists() and partial.stat().st_size >= size):
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        held = partial.stat().st_size
        assert held > begin
        time.sleep(0.3)
        before = len(server.requests())
        fetched(folder)
        twice = len(asked_for_files(server, before)) + sum(
            each.file is not None for each in captures if each.offset < held
        ) - sum(each.file is not None for each in captures)  # fmt: skip
        print(f"seed {seed}: killed with {held} of {end} bytes in the archive, {twice} files asked for twice")  # noqa: T201
        assert twice <= 2
        assert of_files(folder) == of_files(whole)
        resumed = tables(folder)
        for name, resource in PACKAGE.resources.items():
            observed = {each.name for each in resource.schema.fields if each.observation} - {"digest", "bytes"}
            left, right = (each[name].drop(observed) for each in (resumed, undisturbed))
            assert left.equals(right), f"seed {seed}: {name} differs"


def test_what_is_erased_goes_with_its_files_and_does_not_come_back(
    site: tuple[WordPress, dict[str, Any]], whole: Path, tmp_path: Path
) -> None:
    server, made = site
    folder = Path(shutil.copytree(whole, tmp_path / "erased"))
    post, picture = made["made"][3]
    other = made["made"][4][1]
    files = [uploaded(server, name) for name in ("drawn-3.png", "drawn-3-300x188.png", "drawn-4.png")]
    layout, settled = Layout.of(folder), params.load(folder / "params.yaml")
    for kind, number in (("post", post), ("attachment", other)):
        erase.erase(settled, layout, erase.find(layout, "here", number, kind), "asked for", datetime.now(UTC))

    def held() -> set[bytes]:
        return {
            each.payload
            for warc in closed_crawls(Layout.of(folder).raw, "here")
            for each in read_crawl(warc, files=True)
        }

    assert not held() & set(files)
    of_files(folder)
    found = tables(folder)
    rows = {row["id"]: row for row in found["media"].iter_rows(named=True)}
    assert rows[picture]["digest"] is rows[other]["digest"] is None
    assert rows[made["made"][0][1]]["digest"] is not None
    before = len(server.requests())
    repository(folder, server.url, day=2, full_sweep_days=0)
    fetched(folder)
    assert asked_for_files(server, before) == []
    assert not held() & set(files)


def test_files_leave_with_a_release_only_where_the_policy_says_so(whole: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "released"))
    (folder / "takedown.yaml").write_text("[]\n")
    rows = tables(folder)["media"].drop_nulls("digest")
    assert released(folder) == {}
    settle(folder, policy={"media_files": True})
    tables(folder)
    files = released(folder)
    assert set(files) == set(rows["digest"])
    assert all(hashlib.sha256(data).hexdigest() == name for name, data in files.items())
    release = Layout.of(folder).release
    assert "Media files leave as they came" in (release / "README.md").read_text()
    assert all(f"{name}  files/{name}\n" in (release / "SHA256SUMS").read_text() for name in files)
    taken, digest = rows.filter(pl.col("digest").is_unique()).select("id", "digest").row(0)
    down = {"site": "here", "id": taken, "reason": "Asked for."}
    (folder / "takedown.yaml").write_text(yaml.safe_dump([down]))
    tables(folder)
    assert set(released(folder)) == set(files) - {digest}


def settle(folder: Path, **more: Any) -> None:
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | more))


def released(folder: Path) -> dict[str, bytes]:
    """The media files in a release of the tables, by name."""
    settled, layout = params.load(folder / "params.yaml"), Layout.of(folder)
    stages.validate.run(PACKAGE, settled, layout)
    stages.report.run(PACKAGE, settled, layout)
    release = stages.package.run(PACKAGE, settled, layout).folder
    return {path.name: path.read_bytes() for path in release.glob("files/*")}


def test_no_other_record_can_be_passed_off_as_a_file_without_a_trace(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(exchange())
        warc = crawl.close(RECEIPT)
    assert len(list(read_crawl(warc))) == 1
    data, kind = warc.read_bytes(), b"WARC-Type: response\r\n"
    with warc.open("rb") as file:
        members = [bytes(each) for _, _, each in _members(file)]
    forged = [each.replace(kind, kind + b"X-Presscorpus-File: https://example.org/a.png\r\n") for each in members]
    warc.write_bytes(b"".join(map(gzip.compress, forged)))
    assert warc.read_bytes() != data
    receipt = msgspec.structs.replace(read_receipt(warc), file_digest=sha256_of(warc))
    assert list(read_crawl(warc)) == []
    with pytest.raises(ArchiveError, match="holds other records than its receipt commits to"):
        check(warc, receipt)
