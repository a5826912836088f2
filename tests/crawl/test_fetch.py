"""Many sites in one fetch: at once, each by itself, with a view of the whole and a word on each."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from rich.console import Console

from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Limits, Params, Rights, Site
from presscorpus.crawl.messages import told
from presscorpus.errors import ArchiveError
from presscorpus.pipeline import stages
from presscorpus.terminal import Watch
from tests.crawl.scripted import Scripted
from tests.listener import answer

if TYPE_CHECKING:
    import pytest

    from tests.wordpress.server import WordPress

COMMAND = Path(sys.executable).parent / "presscorpus"
DAY = datetime(2026, 11, 1, tzinfo=UTC)


def quiet(*_: object) -> None:
    return None


def site(name: str, address: str, day: int = 0) -> Site:
    return Site(name, address, DAY + timedelta(days=day), Rights("Made for a test."), allow_private=True)


def dataset(*sites: Site) -> Params:
    return Params(dataset=Dataset("d", "D", "v2026.11.01"), sites=sites, limits=Limits(retries=0, concurrency=4))


def repository(folder: Path, settled: Params) -> Path:
    import msgspec

    folder.mkdir(exist_ok=True)
    (folder / "params.yaml").write_text(yaml.safe_dump(msgspec.to_builtins(settled)))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(COMMAND), "--repository", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_a_hundred_sites_at_once_and_none_stops_another(tmp_path: Path) -> None:
    """Servers that are no WordPress, each in its own way: what matters is that each gets its word."""
    page = answer(b"<!DOCTYPE html><title>Bread</title>")
    with Scripted({"/": [page]}) as bakery, Scripted({"/": [answer(b"", status="403 No")]}) as shut:
        sites = [site(f"s{number}", (bakery, shut)[number % 2].url + "/") for number in range(100)]
        heard: list[tuple[str, int, int | None]] = []
        layout = Layout.of(tmp_path)
        outcomes = stages.fetch.run(dataset(*sites), layout, lambda *each: heard.append(each))
    assert [outcome.site for outcome in outcomes] == [each.name for each in sites]
    assert {type(outcome.error).__name__ for outcome in outcomes[::2]} == {"NotWordPressError"}
    assert {type(outcome.error).__name__ for outcome in outcomes[1::2]} == {"BlockedError"}
    assert all(outcome.receipt and outcome.receipt.outcome == "incomplete" for outcome in outcomes)
    assert heard[-1] == ("sites", 100, 100)
    table = told(outcomes)
    assert len(table) == 101
    assert len({line.index("incomplete") for line in table[1:]}) == 1
    assert "a WordPress in a subfolder needs the subfolder named" in table[1]


def test_a_failing_site_by_hand_and_as_a_stage(wordpress: WordPress, tmp_path: Path) -> None:
    with Scripted({"/": [answer(b"<!DOCTYPE html><title>Bread</title>")]}) as bakery:
        settled = dataset(site("bread", f"{bakery.url}/"), site("news", wordpress.url), site("more", wordpress.url))
        folder = repository(tmp_path / "repository", settled)
        layout = Layout.of(folder)
        by_hand = run(folder, "fetch")
        assert by_hand.returncode == 4, by_hand.stderr
        lines = by_hand.stdout.splitlines()
        assert [line.split()[:2] for line in lines] == [
            ["site", "outcome"], ["bread", "failed"], ["news", "complete"], ["more", "complete"],
        ]  # fmt: skip
        assert "shows no sign of WordPress" in by_hand.stderr
        # It stays open, to go on with; the stage closes it, so that DVC has something to keep.
        assert list(closed_crawls(layout.raw, "bread")) == []
        stage = run(folder, "fetch", "--keep-going")
        assert stage.returncode == 0, stage.stderr
        assert "already there" in stage.stdout
    (warc,) = closed_crawls(layout.raw, "bread")
    assert read_receipt(warc).outcome == "incomplete"


def test_history_that_is_not_here_whole_is_never_replaced_in_silence(wordpress: WordPress, tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    for day in range(3):
        stages.fetch.run(dataset(site("news", wordpress.url, day)), layout, quiet)
    crawls = list(closed_crawls(layout.raw, "news"))
    assert [read_receipt(warc).after for warc in crawls] == [
        [],
        ["20261101T000000Z"],
        ["20261101T000000Z", "20261102T000000Z"],
    ]
    lock = {"sites": [{"name": "news", "as_of": "2026-11-03T00:00:00Z"}]}
    (tmp_path / "dvc.lock").write_text(yaml.safe_dump({"stages": {"fetch": {"params": {"params.yaml": lock}}}}))
    later = dataset(site("news", wordpress.url, 3))
    for missing in crawls:
        aside = missing.rename(tmp_path / missing.name)
        name = missing.name.removesuffix(".warc.gz")
        (refused,) = stages.fetch.run(later, layout, quiet)
        assert isinstance(refused.error, ArchiveError)
        assert refused.error.what.startswith("recorded crawls are not here ")
        assert name in refused.error.what
        aside.rename(missing)
    (outcome,) = stages.fetch.run(later, layout, quiet)
    assert outcome.error is None


def test_probe_tells_what_a_crawl_would_take(wordpress: WordPress, tmp_path: Path) -> None:
    wordpress.set_permalinks("pretty")
    done = run(tmp_path, "probe", wordpress.url, "--allow-private")
    assert done.returncode == 0, done.stderr
    assert f"API       {wordpress.url}wp-json/ (pretty)" in done.stdout
    assert "modified  yes" in done.stdout
    posts = len(wordpress.public_ids()["posts:post"])
    assert ["posts:post", str(posts), "wp/v2/posts"] in [line.split() for line in done.stdout.splitlines()]
    assert "presscorpus/v1/events" in done.stdout
    assert "A crawl takes about" in done.stdout
    assert list(tmp_path.iterdir()) == []
    with Scripted({"/": [answer(b"<title>Bread</title>")]}) as bakery:
        failed = run(tmp_path, "probe", f"{bakery.url}/", "--allow-private")
    assert (failed.returncode, failed.stdout, len(failed.stderr.splitlines())) == (4, "", 2)


def test_plain_lines_tell_how_far_it_is_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("presscorpus.terminal.time.monotonic", lambda: now)
    said: list[str] = []
    watch = Watch(said.append)
    watch("a posts:post", 10, 100)
    assert said == []
    now = 59.0
    watch("b posts:post", 20, 60)
    assert said == []
    now = 80.0
    watch("b posts:post", 30, 60)
    watch("sites", 1, 3)
    assert said == ["40 of about 160 items, 0 a second, about 4:00 left"]
    now = 140.0
    # A count that goes back, as when a site names a smaller total, is not told.
    watch("b posts:post", 25, 50)
    assert said[1:] == ["1 of 3 sites, 40 of about 160 items, 0 a second, about 7:00 left"]
    now = 300.0
    # What is done is not on its way.
    watch("package", 1, 1)
    assert len(said) == 2


def test_a_terminal_shows_one_named_bar_a_stage() -> None:
    shown, said = io.StringIO(), list[str]()
    watch = Watch(said.append, console=Console(file=shown, force_terminal=True, width=100, color_system=None))
    for done in range(1, 5):
        watch("index", done, 4)
    watch("normalise", 1, 2)
    watch("normalise", 2, 2)
    watch.close()
    last = [line.rstrip() for line in shown.getvalue().splitlines() if "/" in line][-2:]
    assert ["read the archive" in last[0], "build tables" in last[1]] == [True, True]
    assert ["4/4" in last[0], "2/2" in last[1]] == [True, True]
