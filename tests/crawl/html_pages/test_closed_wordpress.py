"""A real WordPress whose REST API a plugin closes: its pages stand for it, on later crawls as well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import polars as pl
import pytest
import yaml

from presscorpus.archive.receipt import Receipt, decode
from tests.quirks.judge import ROOT
from tests.wordpress.packages import THEMES
from tests.wordpress.server import WordPress, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long
POSTS = 40
KINDS = {
    "posts:post": "pages:post",
    "posts:page": "pages:page",
    "posts:book": "pages:book",
    "posts:event": "pages:event",
}


@pytest.fixture(scope="module")
def small() -> Iterator[WordPress]:
    with running(posts=POSTS) as server, server.themed(THEMES[0]):
        yield server


class Dataset:
    """A repository with one site, and the command line."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self._address = folder, address
        folder.mkdir()
        for name in ("schemas", "datapackage.json"):
            (folder / name).symlink_to(ROOT / name)

    def fetch(self, day: int, *, kill_after: int = 0) -> Receipt | None:
        """Crawl the site as of a day of November; null where it was killed after some requests."""
        site = {"name": "site", "address": self._address, "as_of": f"2026-11-{day}T00:00:00Z", "allow_private": True,
                "rights": {"statement": "Made for a test."}}  # fmt: skip
        params = {"dataset": {"name": "closed", "title": "Closed", "version": "v2026.11.23"}, "sites": [site],
                  "limits": {"backoff_seconds": 0.01}}  # fmt: skip
        (self.folder / "params.yaml").write_text(yaml.safe_dump(params))
        command = [sys.executable, "-m", "presscorpus", "--repository", str(self.folder), "fetch", "--keep-going"]
        with (self.folder / "console.txt").open("wb") as console:
            running_crawl = subprocess.Popen(command, stdout=console, stderr=console, env=os.environ)
            if kill_after:
                self._kill(running_crawl, kill_after)
                return None
            assert running_crawl.wait(timeout=900) == 0, self.console
        return decode((self.folder / f"raw/site/202611{day}T000000Z.json").read_bytes())

    def _kill(self, crawl: subprocess.Popen[bytes], after: int) -> None:
        """Kill a crawl that has stored so many bytes."""
        while crawl.poll() is None:
            partial = next((self.folder / ".presscorpus/crawls/site").glob("*.warc.gz"), None)
            if partial is not None and partial.stat().st_size > after:
                crawl.send_signal(signal.SIGKILL)
                crawl.wait()
                return
            time.sleep(0.01)
        raise AssertionError(self.console)

    @property
    def console(self) -> str:
        return (self.folder / "console.txt").read_text()

    def current(self) -> pl.DataFrame:
        """The posts as the tables would show them."""
        from presscorpus.config import schema
        from presscorpus.observations.index import index_crawl
        from presscorpus.observations.versions import choose

        package = schema.load_package(self.folder)
        warcs = sorted((self.folder / "raw/site").glob("*.warc.gz"))
        observed = pl.concat([index_crawl(package, each, self.folder / ".presscorpus")["observed"] for each in warcs])
        return choose(package, observed).current.filter(pl.col("table") == "posts")


def figures(receipt: Receipt | None) -> dict[str, dict[str, Any]]:
    assert receipt is not None
    return {each.collection: msgspec.structs.asdict(each) for each in receipt.collections}


@pytest.mark.parametrize("form", ["plain", "pretty"])
def test_every_public_post_of_a_closed_site_is_there(
    small: WordPress, tmp_path: Path, form: Literal["plain", "pretty"]
) -> None:
    small.set_permalinks(form)
    with small.switched(block=401):
        before = len(small.requests())
        dataset = Dataset(tmp_path / "data", small.url)
        receipt = dataset.fetch(20)
        requests = len(small.requests()) - before
    assert receipt is not None
    assert receipt.outcome == "complete", receipt.reason
    public = small.public_ids()
    found = dataset.current()
    for collection, name in KINDS.items():
        kind = collection.removeprefix("posts:")
        assert set(found.filter(pl.col("type") == kind)["id"]) == public[collection]
        assert figures(receipt)[name]["fetched"] == len(public[collection])
    total = sum(len(public[each]) for each in KINDS)
    assert (
        f"The REST API is closed (401 rest_cannot_access). {total + 1} addresses listed in sitemaps, {total} pages"
        in dataset.console
    )
    # Of so few posts the search for API and sitemaps is a third; each WordPress page has a feed of its own.
    assert requests / total < 1.7, f"{requests / total:.2f} requests a post"


def test_a_killed_crawl_goes_on_with_what_it_has(small: WordPress, tmp_path: Path) -> None:
    small.set_permalinks("pretty")
    with small.switched(block=401):
        dataset = Dataset(tmp_path / "data", small.url)
        before = len(small.requests())
        dataset.fetch(20, kill_after=150_000)
        killed = len(small.requests())
        receipt = dataset.fetch(20)
        requests = small.requests()
    assert receipt is not None
    assert receipt.outcome == "complete", receipt.reason
    first, second = (
        {each for each in part if "/post-" in each} for part in (requests[before:killed], requests[killed:])
    )
    assert first
    # A response that was under way when the crawl was killed is requested again.
    assert len(first & second) <= 2


def test_a_refresh_asks_for_what_is_new_edited_or_gone(tmp_path: Path) -> None:
    with running(posts=POSTS) as site, site.themed(THEMES[0]):
        site.set_permalinks("pretty")
        with site.switched(block=401, lastmod=1):
            dataset = Dataset(tmp_path / "data", site.url)
            assert dataset.fetch(20) is not None
            # The times of the sitemap are those of the last change: the crawl was three hours later.
            for name in ("post_date", "post_date_gmt", "post_modified", "post_modified_gmt"):
                site.sql(f"UPDATE wp_posts SET {name} = DATE_SUB({name}, INTERVAL 3 HOUR)")
            edited, deleted, drafted = site.seeded.posts[3], site.seeded.posts[5], site.seeded.posts[7]
            site.act("edit", edited)
            site.act("delete", deleted)
            site.act("draft", drafted)
            new = site.act("insert")
            before = len(site.requests())
            receipt = dataset.fetch(21)
            requests = len(site.requests()) - before
    assert receipt is not None
    assert receipt.outcome == "complete", receipt.reason
    of_posts = figures(receipt)["pages:post"]
    assert of_posts["gone"] == 2
    assert of_posts["fetched"] >= 2
    states = dict(dataset.current().select("id", "state").iter_rows())
    assert states[deleted] == states[drafted] == "deleted"
    assert states[edited] == states[new] == "published"
    assert of_posts["unchanged"] > POSTS - 8, f"{requests} requests, {of_posts}"


def test_an_api_that_is_open_in_part_is_asked_for_the_rest(small: WordPress, tmp_path: Path) -> None:
    small.set_permalinks("pretty")
    with small.switched(close_books=401):
        before = len(small.requests())
        dataset = Dataset(tmp_path / "data", small.url)
        receipt = dataset.fetch(20)
        asked = small.requests()[before:]
    assert receipt is not None
    public = small.public_ids()
    found = dataset.current()
    for collection in KINDS:
        kind = collection.removeprefix("posts:")
        assert set(found.filter(pl.col("type") == kind)["id"]) == public[collection]
    assert set(found.filter(pl.col("type") == "book")["origin"]) == {"page"}
    assert set(found.filter(pl.col("type") == "post")["origin"]) == {"api"}
    # Pages of what the API shows are not requested.
    assert not [each for each in asked if "/post-" in each]
    assert receipt.outcome == "complete", receipt.reason


def test_an_api_that_is_closed_later_loses_nothing(tmp_path: Path) -> None:
    """What the API showed stays the row until the sitemap tells of a change, or the post is gone."""
    with running(posts=POSTS) as site, site.themed(THEMES[0]):
        site.set_permalinks("pretty")
        for name in ("post_date", "post_date_gmt", "post_modified", "post_modified_gmt"):
            site.sql(f"UPDATE wp_posts SET {name} = DATE_SUB({name}, INTERVAL 3 HOUR)")
        dataset = Dataset(tmp_path / "data", site.url)
        assert dataset.fetch(20) is not None
        edited, deleted = site.seeded.posts[3], site.seeded.posts[5]
        site.act("edit", edited)
        site.act("delete", deleted)
        with site.switched(block=401, lastmod=1):
            before = len(site.requests())
            receipt = dataset.fetch(21)
            requests = len(site.requests()) - before
    assert receipt is not None
    assert receipt.outcome == "complete", receipt.reason
    found = {row["id"]: row for row in dataset.current().iter_rows(named=True)}
    assert (found[edited]["origin"], found[edited]["state"]) == ("page", "published")
    assert found[deleted]["state"] == "deleted"
    assert {row["origin"] for number, row in found.items() if number not in {edited, deleted}} == {"api"}
    assert requests < POSTS
