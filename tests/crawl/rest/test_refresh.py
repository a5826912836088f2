"""A site that is asked again: what changed comes, what did not stays where it is, what vanished is on record."""

from __future__ import annotations

import math
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt import CollectionReceipt, Receipt
from presscorpus.archive.receipt_file import closed_crawls
from presscorpus.config import schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Engine, Limits, Params, Policy, Rights, Site
from presscorpus.crawl.http.response import Response
from presscorpus.crawl.rest.baseline import Baseline, baselines
from presscorpus.crawl.rest.rows import Row
from presscorpus.observations.items import observe
from presscorpus.pipeline import stages
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wordpress.server import WordPress

ROOT = Path(__file__).parents[3]
PACKAGE = schema.load_package(ROOT)
DAY = datetime(2026, 11, 1, tzinfo=UTC)
POSTS = 220


def quiet(*_: object) -> None:
    return None


class Corpus:
    """A dataset of one live site, asked on one day after the other."""

    def __init__(self, folder: Path, address: str) -> None:
        self.layout = Layout.of(folder)
        self.address = address
        self.day = 0

    def params(self, full_sweep_days: float) -> Params:
        here = Site(
            "here", self.address, DAY + timedelta(days=self.day), Rights("Made for a test."), allow_private=True
        )
        return Params(
            dataset=Dataset("d", "D", "v2026.11.01"),
            sites=(here,),
            policy=Policy(authors="named", comments=True),
            limits=Limits(full_sweep_days=full_sweep_days),
            engine=Engine(1, isolate=False),
        )

    def asked(self, full_sweep_days: float = 0) -> dict[str, CollectionReceipt]:
        """Ask the site once more, a day later. Returns its receipts by collection."""
        self.day += 1
        (outcome,) = stages.fetch.run(self.params(full_sweep_days), self.layout, quiet)
        assert outcome.error is None
        assert outcome.receipt is not None
        assert outcome.receipt.balanced, outcome.receipt.reason
        self.receipt: Receipt = outcome.receipt
        return {each.collection: each for each in outcome.receipt.collections}

    def bodies(self, table: str) -> list[int]:
        """The numbers of the items that the newest crawl fetched, in order."""
        *_, warc = closed_crawls(self.layout.raw, "here")
        items = [i for c in read_crawl(warc) for i in observe(c.payload, c.url, c.http_status).items]
        return sorted(item.id for item in items if item.table == table and item.state == "published")

    def table(self, name: str) -> pl.DataFrame:
        stages.normalise.run(PACKAGE, self.params(0), self.layout, quiet)
        assert stages.validate.run(PACKAGE, self.params(0), self.layout) == {}
        return pl.read_parquet(self.layout.tables / f"{name}.parquet")

    def states(self, table: str = "posts", column: str = "id") -> dict[int, tuple[str, bool]]:
        frame = self.table(table).select(column, "state", pl.col("gone_at").is_not_null())
        return {number: (state, gone) for number, state, gone in frame.iter_rows()}


@pytest.fixture(scope="module")
def site() -> Iterator[WordPress]:
    with running(posts=POSTS) as server:
        yield server


@pytest.fixture
def corpus(site: WordPress, tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path, site.url)
    made.asked()
    return made


def pages(items: int) -> int:
    """How many windows of 100, each beginning with the last row of the one before, a list of that length takes."""
    return 1 if items <= 100 else 1 + math.ceil((items - 100) / 99)


def test_only_what_changed_is_fetched_and_what_vanished_is_asked_for(site: WordPress, corpus: Corpus) -> None:
    posts = site.seeded.posts
    before = set(site.public_ids()["posts:post"])
    edited, deleted, hidden = posts[3:6], posts[50:53], posts[60:62]
    for post in edited:
        site.act("edit", post)
    for post in deleted:
        site.act("delete", post)
    for post in hidden:
        site.act("draft", post)
    new = [site.act("insert") for _ in range(2)]
    receipt = corpus.asked()["posts:post"]
    assert receipt.sweep == "ids"
    assert corpus.bodies("posts") == sorted([*edited, *new])
    assert (receipt.fetched, receipt.gone, receipt.unreadable) == (5, 3, 2)
    assert receipt.unchanged == len(before) - 3 - 3 - 2
    assert receipt.advertised_end == len(before) + 2 - 3 - 2
    # The claim: requests = sweep + ceil((new + edited) / 100) + gone, and a look at the plain list.
    assert receipt.requests == pages(len(before) - 3) + 1 + len(deleted) + len(hidden) + 1
    states = corpus.states()
    assert {number for number, (state, _) in states.items() if state == "deleted"} == set(deleted)
    assert {number for number, (state, _) in states.items() if state == "unpublished"} == set(hidden)
    assert all(gone == (state != "published") for state, gone in states.values())
    versions = corpus.table("versions").filter(pl.col("id") == deleted[0])
    assert versions.select("state", "http_status", "code").rows() == [
        ("published", 200, None),
        ("deleted", 404, "rest_post_invalid_id"),
    ]
    # Gone is asked once: the next crawl finds nothing to do.
    again = corpus.asked()["posts:post"]
    assert (again.fetched, again.gone, again.unreadable) == (0, 0, 0)
    assert again.requests == pages(len(before) - 3) + 1
    # What comes back is published again, be it that its time of change did not move.
    site.sql(f"UPDATE wp_posts SET post_status = 'publish' WHERE ID IN ({hidden[0]}, {hidden[1]})")
    assert corpus.asked()["posts:post"].fetched == 2
    assert [corpus.states()[number] for number in hidden] == [("published", False)] * 2


def test_terms_media_users_and_comments_do_not_linger(site: WordPress, corpus: Corpus) -> None:
    site.act("delete", site.seeded.media[0])
    tag = max(site.public_ids()["terms:post_tag"])
    genre = max(site.public_ids()["terms:genre"])
    comment = min(site.public_ids()["comments"])
    for term in (tag, genre):
        site.sql(f"DELETE FROM wp_term_taxonomy WHERE term_id = {term}; DELETE FROM wp_terms WHERE term_id = {term}")
    site.sql(f"UPDATE wp_terms SET name = 'Renamed' WHERE term_id = {tag - 1}")
    site.sql(f"UPDATE wp_comments SET comment_approved = '0' WHERE comment_ID = {comment}")
    receipts = corpus.asked()
    assert {name: each.gone + each.unreadable for name, each in receipts.items()} == {
        "posts:post": 0, "posts:page": 0, "posts:book": 0, "posts:event": 0, "users": 0, "terms:category": 0,
        "terms:place": 0, "terms:post_tag": 1, "terms:genre": 1, "comments": 1,
        # One more hangs below a draft: the site counts it and does not show it.
        "media": 2,
    }  # fmt: skip
    assert {name for name, each in receipts.items() if each.sweep == "items"} == {
        "terms:category", "terms:post_tag", "terms:genre", "terms:place", "users", "comments",
    }  # fmt: skip
    assert corpus.bodies("media") == []
    assert corpus.states("media")[site.seeded.media[0]] == ("deleted", True)
    terms = corpus.table("terms")
    gone = terms.filter(pl.col("state") == "deleted").select("taxonomy", "id").rows()
    assert gone == [("genre", genre), ("post_tag", tag)]
    assert terms.filter(pl.col("id") == tag - 1)["name"].to_list() == ["Renamed"]
    assert corpus.states("comments")[comment] == ("unpublished", True)
    assert {state for state, _ in corpus.states("authors").values()} == {"published"}


def test_what_was_modified_is_asked_for_while_the_totals_agree(site: WordPress, corpus: Corpus) -> None:
    posts = site.seeded.posts
    # Older than the overlap, so that none of the seeded posts counts as just modified.
    site.sql("UPDATE wp_posts SET post_modified = '2024-01-01 03:00:00', post_modified_gmt = '2024-01-01 00:00:00'")
    corpus.asked()
    before = len(site.public_ids()["posts:post"])
    site.act("edit", posts[7])
    new = site.act("insert")
    receipt = corpus.asked(full_sweep_days=7)["posts:post"]
    assert receipt.sweep == "modified"
    assert corpus.bodies("posts") == [posts[7], new]
    # The list of what was modified, the total, the bodies.
    assert receipt.requests == 3
    assert (receipt.swept, receipt.unchanged) == (before + 1, before - 1)
    # A change without a trace in modified_gmt shows in the total, and the whole list is swept at once.
    site.sql(f"UPDATE wp_posts SET post_status = 'draft' WHERE ID = {posts[8]}")
    receipt = corpus.asked(full_sweep_days=7)["posts:post"]
    assert (receipt.sweep, receipt.unreadable, receipt.fetched) == ("ids", 1, 0)
    # After a week it is swept whatever the total says: one came and one went, and neither was modified lately.
    early = "post_modified = '2023-01-01 03:00:00', post_modified_gmt = '2023-01-01 00:00:00'"
    site.sql(f"UPDATE wp_posts SET post_status = 'publish', {early} WHERE ID = {posts[8]}")
    site.sql(f"UPDATE wp_posts SET post_status = 'draft' WHERE ID = {posts[9]}")
    assert corpus.asked(full_sweep_days=7)["posts:post"].sweep == "modified"
    corpus.day += 7
    receipt = corpus.asked(full_sweep_days=7)["posts:post"]
    assert (receipt.sweep, receipt.unreadable, receipt.fetched) == ("ids", 1, 1)
    assert corpus.states()[posts[8]] == ("published", False)


def test_what_hangs_below_a_post_moves_and_appears_with_it(site: WordPress, corpus: Corpus) -> None:
    """And leaves no trace in its own modified_gmt."""
    below, hidden = site.seeded.media[3:5]
    renamed, draft = site.seeded.posts[20:22]
    parent, *_, child = sorted(site.public_ids()["posts:page"])
    site.set_permalinks("pretty")
    try:
        for number, above in ((below, renamed), (hidden, draft), (child, parent)):
            site.sql(f"UPDATE wp_posts SET post_parent = {above} WHERE ID = {number}")
        site.act("draft", draft)
        # Older than the overlap: else the list of what was just modified would have them, and the hidden ones count.
        site.sql("UPDATE wp_posts SET post_modified = '2024-01-01 03:00:00', post_modified_gmt = '2024-01-01 00:00:00'")
        corpus.asked()
        assert hidden not in corpus.bodies("media")
        # As WordPress does it: what is edited gets a new time, what hangs below it does not.
        for number in (renamed, parent):
            site.act("edit", number)
            site.sql(f"UPDATE wp_posts SET post_name = 'renamed-{number}' WHERE ID = {number}")
        asked = corpus.asked(full_sweep_days=7)
        assert {name: asked[name].sweep for name in ("posts:post", "posts:page", "media")} == {
            "posts:post": "ids", "posts:page": "ids", "media": "ids",
        }  # fmt: skip
        assert corpus.bodies("media") == [below]
        assert set(corpus.bodies("posts")) == {renamed, parent, child}
        assert f"/renamed-{renamed}/" in corpus.table("media").filter(pl.col("id") == below)["url"].item()
        # Published again it is a new post to the corpus, and its attachment is there for the first time.
        site.sql(f"UPDATE wp_posts SET post_modified_gmt = UTC_TIMESTAMP(), post_status = 'publish' WHERE ID = {draft}")
        corpus.asked(full_sweep_days=7)
        assert corpus.bodies("media") == [hidden]
    finally:
        site.set_permalinks("plain")


def test_what_failed_is_asked_for_again(site: WordPress, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, site.url)
    bad = site.seeded.posts[200]
    corpus.day += 1
    with site.switched(choke_content=bad):
        (outcome,) = stages.fetch.run(corpus.params(7), corpus.layout, quiet)
    assert outcome.receipt is not None
    assert not outcome.receipt.balanced
    # Not even with modified_after would it come: a crawl that does not balance is no ground to build on.
    receipt = corpus.asked(full_sweep_days=7)["posts:post"]
    assert (receipt.sweep, receipt.fetched) == ("ids", 1)
    assert corpus.bodies("posts") == [bad]


def test_the_archive_is_the_only_memory(corpus: Corpus) -> None:
    """Deleting the work folder costs time, not knowledge."""
    shutil.rmtree(corpus.layout.work)
    assert sum(each.fetched for each in corpus.asked().values() if each.sweep == "ids") == 0


def test_where_the_clocks_differ_all_is_swept(site: WordPress, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.asked()
    assert corpus.asked(full_sweep_days=7)["posts:post"].sweep == "modified"
    with monkeypatch.context() as wrong:
        wrong.setattr(Response, "off_by", lambda _answer, _now: timedelta(hours=3))
        site.act("edit", site.seeded.posts[20])
        receipt = corpus.asked(full_sweep_days=7)["posts:post"]
        assert (receipt.sweep, receipt.fetched) == ("ids", 1)
    # An edit by the site's wrong clock, before it was put right: to ours it lies before the last crawl.
    edited = site.seeded.posts[30]
    site.act("edit", edited)
    site.sql(f"UPDATE wp_posts SET post_modified_gmt = UTC_TIMESTAMP() - INTERVAL 3 HOUR WHERE ID = {edited}")
    receipt = corpus.asked(full_sweep_days=7)["posts:post"]
    assert (receipt.sweep, receipt.fetched) == ("ids", 1)
    assert corpus.asked(full_sweep_days=7)["posts:post"].sweep == "modified"


def test_what_earlier_crawls_tell() -> None:
    def crawl(day: int, *collections: CollectionReceipt, **more: Any) -> Receipt:
        at = DAY + timedelta(days=day)
        base = Receipt(
            site="a", crawl=f"{at:%Y%m%dT%H%M%SZ}", source="wordpress", address="https://a.example.org/",
            started_at=at + timedelta(hours=1), ended_at=at, outcome="complete", collections=list(collections),
        )  # fmt: skip
        return msgspec.structs.replace(base, **more)

    def posts(**more: Any) -> CollectionReceipt:
        plain = CollectionReceipt("posts:post", sweep="ids", swept=1, fetched=1, advertised_end=9)
        return msgspec.structs.replace(plain, **more)

    current = pl.DataFrame(
        {
            "table": ["posts", "posts", "terms", "media", "authors"],
            "type": ["post", "post", "genre", "attachment", "user"],
            "id": [1, 2, 3, 4, 5], "modified": ["m", "n", None, "o", None],
            "url": ["/1", "/2", "/3", "/4", None], "crawl": ["20260102T000000Z"] * 5,
            "state": ["published", "deleted", "published", "published", "published"],
        }
    )  # fmt: skip
    found = baselines(
        current,
        [
            crawl(3, posts(sweep="modified", advertised_end=11)),
            crawl(1, posts()),
            crawl(2, posts(unchanged=1, swept=2, advertised_end=10)),
            crawl(4, posts(failed=1)),
            crawl(5, CollectionReceipt("posts:page")),
            crawl(6, CollectionReceipt("posts"), source="files"),
        ],
    )
    days = [DAY + timedelta(days=day) for day in (1, 2, 3)]
    assert found == {
        "posts:post": Baseline(
            {1: Row(1, "m", "/1")}, total=11, since=days[2] + timedelta(hours=1), swept_at=days[1], read_at=days[0]
        ),
        "posts:page": Baseline(),
        "terms:genre": Baseline({3: Row(3, None, "/3")}),
        "media": Baseline({4: Row(4, "o", "/4")}),
        "users": Baseline({5: Row(5)}),
    }
