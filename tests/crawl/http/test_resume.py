"""A crawl that was killed goes on: nothing is lost, next to nothing is asked twice, and the tables are the same."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
import yaml

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.archive.resume import remains
from presscorpus.archive.writer import CrawlWriter
from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.replay import Replay
from presscorpus.errors import LockedError
from presscorpus.pipeline import stages
from tests.archive.test_archive import AT, BODY, RECEIPT, exchange
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wordpress.server import WordPress

ROOT = Path(__file__).parents[3]
PACKAGE = schema.load_package(ROOT)
COMMAND = Path(sys.executable).parent / "presscorpus"
CONNECTIONS = 2


def quiet(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def site() -> Iterator[WordPress]:
    with running(posts=230) as server:
        yield server


def repository(folder: Path, address: str) -> Path:
    folder.mkdir()
    settled = {
        "dataset": {"name": "d", "title": "D", "version": "v2026.11.01"},
        "sites": [
            {
                "name": "here", "address": address, "as_of": "2026-11-01T00:00:00Z", "allow_private": True,
                "rights": {"statement": "Made for a test."},
            }
        ],
        "policy": {"authors": "named", "comments": True},
        "limits": {"concurrency": CONNECTIONS},
    }  # fmt: skip
    (folder / "params.yaml").write_text(yaml.safe_dump(settled))
    return folder


def started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, "--repository", folder, "fetch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(folder: Path) -> None:
    process = started(folder)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said


def partial(folder: Path) -> Path:
    return folder / ".presscorpus/crawls/here/20261101T000000Z.warc.gz"


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables without the columns that depend on when we looked."""
    layout = Layout.of(folder)
    stages.normalise.run(PACKAGE, params.load(folder / "params.yaml"), layout, quiet)
    return {
        name: pl.read_parquet(layout.tables / f"{name}.parquet").drop(
            field.name for field in resource.schema.fields if field.observation
        )
        for name, resource in PACKAGE.resources.items()
    }


def until_it_holds(folder: Path, size: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None and not (partial(folder).exists() and partial(folder).stat().st_size >= size):
        time.sleep(0.001)


def kill_and_resume(site: WordPress, folder: Path, whole: dict[str, pl.DataFrame], seed: int) -> tuple[int, int]:
    """Kill a crawl at a random moment and resume it. Returns the bytes it had, and the requests asked twice."""
    chance = random.Random(seed)
    end = next(closed_crawls(Layout.of(folder.parent / "whole").raw, "here")).stat().st_size
    repository(folder, site.url)
    before = len(site.requests())
    process = started(folder)
    until_it_holds(folder, chance.randrange(end), process)
    time.sleep(chance.random() / 50)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    held = partial(folder).stat().st_size if partial(folder).exists() else 0
    # What the server still works on for the dead is over in a moment.
    time.sleep(0.3)
    finished(folder)
    (warc,) = closed_crawls(Layout.of(folder).raw, "here")
    stored = sum(capture.http_status is not None for capture in read_crawl(warc))
    resumed = tables(folder)
    for name, table in whole.items():
        assert resumed[name].equals(table), f"seed {seed}: {name} differs"
    assert read_receipt(warc).balanced
    return held, len(site.requests()) - before - stored


SEEDS = [int(seed) for seed in os.environ.get("PRESSCORPUS_KILLS", "1").split()]


@pytest.mark.case(28)
def test_killed_at_random_moments_and_resumed_the_tables_are_the_same(site: WordPress, tmp_path: Path) -> None:
    finished(repository(tmp_path / "whole", site.url))
    whole = tables(tmp_path / "whole")
    assert whole["posts"].height > 230
    for seed in SEEDS:
        held, twice = kill_and_resume(site, tmp_path / f"killed-{seed}", whole, seed)
        print(f"seed {seed}: killed with {held} bytes in the archive, {twice} requests asked twice")  # noqa: T201
        assert twice <= CONNECTIONS


@pytest.mark.case(32)
def test_told_to_stop_it_stops_soon_with_a_code_of_its_own_and_goes_on_later(site: WordPress, tmp_path: Path) -> None:
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        folder = repository(tmp_path / number.name, site.url)
        process = started(folder)
        until_it_holds(folder, 6_000, process)
        begun = time.monotonic()
        process.send_signal(number)
        _, said = process.communicate(timeout=300)
        assert (process.returncode, len(said.splitlines())) == (code, 1), said
        assert "goes on from there" in said
        assert time.monotonic() - begun < 300
        assert remains(partial(folder)).size == partial(folder).stat().st_size > 0
        assert list(closed_crawls(Layout.of(folder).raw, "here")) == []
        finished(folder)
        assert len(list(closed_crawls(Layout.of(folder).raw, "here"))) == 1


@pytest.mark.case(2, 32)
def test_a_site_that_is_stopped_by_a_slow_answer_stops_all_the_same(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        folder = repository(tmp_path / "slow", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        process = started(folder)
        client, _ = silent.accept()
        with client:
            client.recv(1000)
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=300)
        assert process.returncode == 143
        assert time.monotonic() - begun < 300


@pytest.mark.case(31)
def test_a_second_run_is_refused_while_the_first_one_lives(site: WordPress, tmp_path: Path) -> None:
    folder = repository(tmp_path / "twice", site.url)
    process = started(folder)
    until_it_holds(folder, 1, process)
    second = started(folder)
    _, said = second.communicate(timeout=300)
    process.communicate(timeout=300)
    assert (process.returncode, second.returncode) == (0, LockedError.exit_code), said


@pytest.mark.case(28)
def test_a_torn_file_is_cut_back_to_its_last_whole_exchange(tmp_path: Path) -> None:
    raw, work = tmp_path / "raw", tmp_path / "work"
    with CrawlWriter(raw, work, "example", RECEIPT.crawl) as crawl:
        for number in range(3):
            crawl.exchange(exchange(f"https://example.org/?page={number}"))
        crawl.close(RECEIPT)
    warc = next(closed_crawls(raw, "example"))
    data = warc.read_bytes()
    left = work / "example" / warc.name
    sizes = set()
    for length in range(len(data) + 1):
        left.write_bytes(data[:length])
        found = remains(left)
        sizes.add((found.size, found.records, len(found.answers)))
        assert found.size <= length
    assert [size[1:] for size in sorted(sizes)] == [(0, 0), (2, 1), (4, 2), (6, 3)]
    # More than what comes after it could cover.
    left.write_bytes(data[:-1] + b"torn" * 10_000)
    warc.unlink()
    with CrawlWriter(raw, work, "example", RECEIPT.crawl, resume=True) as crawl:
        assert [kept.url for kept in crawl.kept] == [f"https://example.org/?page={number}" for number in range(3)]
        assert crawl.recall(crawl.kept[1]).body == b'[{"id":1}]'
        crawl.exchange(exchange("https://example.org/?page=3"))
        crawl.close(RECEIPT)
    assert [capture.url[-1] for capture in read_crawl(warc)] == ["0", "1", "2", "3"]


@pytest.mark.case(28)
def test_bytes_that_changed_on_disk_end_what_is_kept(tmp_path: Path) -> None:
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        for number in range(3):
            crawl.exchange(exchange(f"https://example.org/?page={number}"))
    left = tmp_path / "work/example" / f"{RECEIPT.crawl}.warc.gz"
    data = left.read_bytes()
    for place in range(0, len(data), 11):
        left.write_bytes(data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1 :])
        assert all(kept.status == 200 and kept.requested_at == AT for kept in remains(left).answers)
    left.write_bytes(data[: len(data) // 2] + bytes(len(data) // 2))
    assert len(remains(left).answers) == 1
    # Whole to gzip, and yet not what was stored.
    left.write_bytes(data)
    _, second, _ = remains(left).answers
    changed = gzip.decompress(data[second.start : second.end]).replace(BODY, BODY[:-1] + b"x")
    left.write_bytes(data[: second.start] + gzip.compress(changed) + data[second.end :])
    assert len(remains(left).answers) == 1


@pytest.mark.parametrize(
    ("url", "status", "kind", "again"),
    [
        ("https://example.org/wp-json/wp/v2/posts?per_page=100", 200, "application/json", False),
        ("https://example.org/wp-json/wp/v2/posts?per_page=100", 400, "application/json", False),
        ("https://example.org/wp-json/wp/v2/posts?per_page=100", 200, "text/html", True),
        ("https://example.org/wp-json/wp/v2/posts?per_page=100", 403, "application/json", True),
        ("https://example.org/wp-json/wp/v2/posts?per_page=100", 503, "application/json", True),
        ("https://example.org/wp-json/wp/v2/posts/7", 401, "application/json", False),
        ("https://example.org/?rest_route=/wp/v2/posts/7", 404, "application/json", False),
        ("https://example.org/wp-json/wp/v2/posts/7", 429, "application/json", True),
        ("https://example.org/wp-json/wp/v2/types", 401, "application/json", True),
        ("https://example.org/robots.txt", 403, "text/html", False),
        ("https://example.org/", 200, "text/html", False),
        ("https://example.org/", 301, "text/html", False),
    ],
)
def test_answers_that_only_say_not_now_are_asked_for_again(
    tmp_path: Path, url: str, status: int, kind: str, *, again: bool
) -> None:
    import msgspec

    said = msgspec.structs.replace(exchange(url), status=status, headers=(("Content-Type", kind),), body=b"[]")
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(said)
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl, resume=True) as crawl:
        replay = Replay(crawl.kept, crawl.recall)
        first = replay.take(url)
        assert (first is None) == again
        if first is not None:
            assert (first.status, first.body) == (status, b"[]")
        assert replay.take(url) is None


@pytest.mark.parametrize("off", [0, 3])
def test_answers_of_a_killed_crawl_tell_of_the_clock_too(tmp_path: Path, off: int) -> None:
    import msgspec

    url, date = "https://example.org/wp-json/wp/v2/posts?per_page=1", format_datetime(AT - timedelta(hours=off))
    said = msgspec.structs.replace(
        exchange(url), headers=(("Content-Type", "application/json"), ("Date", date)), body=b"[]"
    )
    robots = msgspec.structs.replace(said, url="https://example.org/robots.txt", status=404)
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl) as crawl:
        crawl.exchange(robots)
        crawl.exchange(said)
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", "example", RECEIPT.crawl, resume=True) as crawl:
        around = CrawlContext.alone()._replace(replay=Replay(crawl.kept, crawl.recall))
        with Client(lambda _: None, params.Limits(retries=0), context=around) as client:
            assert client.get(url).body == b"[]"
            assert client.clocks_differ is (off > 0)


@pytest.mark.case(28)
def test_a_build_that_was_killed_goes_on_with_its_crawl(site: WordPress, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    command = [str(COMMAND), "build", site.url, "--allow-private", "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    crawls = out / ".presscorpus/crawls"
    while not any(left.stat().st_size > 30_000 for left in crawls.glob("*/*.warc.gz")):
        assert process.poll() is None
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (left,) = crawls.glob("*/*.warc.gz")
    kept = remains(left).records
    time.sleep(1.1)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (receipt,) = [json.loads(path.read_text()) for path in (out / "raw").glob("*/*.json")]
    assert receipt["crawl"] == left.name.removesuffix(".warc.gz")
    assert kept > 0
    assert datetime.fromisoformat(receipt["started_at"]) < datetime.now(UTC)
