"""What became of each item that the lists of a site name: each of the outcomes, and what is left out."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt import CollectionReceipt, Erasure, Receipt, decode
from presscorpus.archive.receipt_file import as_file, closed_crawls, receipt_path
from presscorpus.archive.writer import CrawlWriter, Exchange
from presscorpus.command_line import parser
from presscorpus.errors import ArchiveError
from presscorpus.pipeline import listed, stages, verify
from tests.corpus import PACKAGE, Corpus, post, quiet
from tests.crawl.html_pages.closed_site import API as API_LINK
from tests.crawl.html_pages.closed_site import closed_site, page
from tests.quirks.rest import Response, html

if TYPE_CHECKING:
    from pathlib import Path

API = "https://a.example.org/wp-json/wp/v2"
CRAWL = "20260101T000000Z"
AT = datetime(2026, 1, 1, tzinfo=UTC)
COMMENT = {
    "id": 5, "post": 1, "parent": 0, "author": 0, "author_name": "A", "author_url": "", "date": "2026-01-01T00:00:00",
    "date_gmt": "2026-01-01T00:00:00", "content": {"rendered": "<p>Yes.</p>"}, "link": "https://a.example.org/c",
    "status": "approved", "type": "comment", "author_avatar_urls": {}, "meta": [],
}  # fmt: skip
ANSWERS: list[tuple[str, int, Any]] = [
    ("types", 200, {"book": {"slug": "book", "rest_base": "books", "name": "Books", "hierarchical": False}}),
    ("posts?_fields=id&per_page=100", 200, [{"id": number} for number in (1, 2, 3, 4, 5, 6, 10)]),
    ("posts?include=1,2,6", 200, [post(1), post(2), post(6, status="private"), post(10, type=[1])]),
    ("posts/3", 404, {"code": "rest_post_invalid_id", "message": "", "data": {"status": 404}}),
    ("posts/4", 401, {"code": "rest_forbidden", "message": "", "data": {"status": 401}}),
    ("books?_fields=id", 200, [{"id": 8}, {"id": "9"}]),
    ("books?include=8", 200, [post(8, type="book"), post(9, type="book")]),
    ("comments", 200, [COMMENT]),
    ("users", 200, [{"id": 1, "name": "J", "slug": "j", "link": "https://a.example.org/j/", "avatar_urls": {}}]),
    # Lists of other namespaces, and of other things: their numbers are no items.
    ("../../wc/v3/products/categories", 200, [{"id": 77}]),
    ("search?search=x", 200, [{"id": 78, "title": "x", "url": "https://x/78", "type": "post", "subtype": "post"}]),
    ("posts/1/revisions", 200, [{"id": 79}]),
]  # fmt: skip


def crawled(root: Path, *answers: tuple[str, int, Any]) -> Corpus:
    """A corpus whose one crawl asked the API."""
    built = Corpus(root, a=[])
    with CrawlWriter(built.layout.raw, built.layout.work, "a", CRAWL) as writer:
        for number, (path, status, body) in enumerate((*ANSWERS, *answers)):
            given, at = (("Content-Type", "application/json"),), AT + timedelta(seconds=number)
            writer.exchange(Exchange(f"{API}/{path}", at, (), status, "", given, json.dumps(body).encode()))
        posts = CollectionReceipt("posts:post", swept=6, fetched=3, gone=1, unreadable=1, failed=1)
        told = [posts, CollectionReceipt("posts:book", swept=2, fetched=2)]
        writer.close(Receipt("a", CRAWL, "wordpress", API, AT, AT, "incomplete", told))
    stages.normalise.run(PACKAGE, built.params(), built.layout, quiet)
    return built


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    gone = ("posts/11", 404, {"code": "rest_post_invalid_id", "message": "", "data": {"status": 404}})
    return crawled(tmp_path_factory.mktemp("listed"), ("posts", 200, [post(11)]), gone).layout.root


@pytest.fixture
def built(first: Path, tmp_path: Path) -> Corpus:
    shutil.copytree(first, tmp_path / "a")
    return Corpus(tmp_path / "a", a=[])


def receipt_with(built: Corpus, **more: Any) -> None:
    """Change the receipt of the crawl."""
    path = receipt_path(built.layout.raw / "a" / f"{CRAWL}.warc.gz")
    path.write_bytes(as_file(msgspec.structs.replace(decode(path.read_bytes()), **more)))


def without(built: Corpus, number: int) -> None:
    """Take a post out of its table."""
    table = built.layout.tables / "posts.parquet"
    rows = pq.read_table(table)
    pq.write_table(rows.filter(pc.not_equal(rows["id"], number)), table)


def outcomes(built: Corpus) -> dict[tuple[str, int | None], str]:
    return {(each.type, each.id): each.outcome for each in listed.accounted(built.layout.raw, built.layout.tables)}


def test_each_item_of_the_lists_is_accounted_for(built: Corpus) -> None:
    assert outcomes(built) == {
        ("post", 1): "in the tables", ("post", 2): "in the tables", ("post", 3): "gone", ("post", 4): "refused",
        ("post", 5): "failed", ("post", 6): "not public", ("book", 8): "in the tables", ("book", 9): "in the tables",
        ("comment", 5): "in the tables", ("user", 1): "in the tables", ("post", 10): "in quarantine",
        ("post", 11): "gone",
    }  # fmt: skip
    urls = {each.record_id: each.url for each in read_crawl(built.layout.raw / "a" / f"{CRAWL}.warc.gz")}
    found = {each.id: each for each in listed.accounted(built.layout.raw, built.layout.tables) if each.type == "post"}
    assert urls[found[4].record_id].endswith("posts?_fields=id&per_page=100")
    assert [urls[str(found[number].evidence)].rpartition("/")[2] for number in (3, 4, 6, 11)] == [
        "3", "4", "posts?include=1,2,6", "11",
    ]  # fmt: skip
    assert listed.counted(found.values())[1] == []


def test_what_a_table_lacks_and_nothing_explains_is_left_out(built: Corpus) -> None:
    """Items that were received cannot have failed, and cannot be gone without a row, whatever the site said later."""
    without(built, 1)
    without(built, 11)
    receipt_with(built, collections=[CollectionReceipt("posts:post", failed=9)])
    found = outcomes(built)
    assert [number for (_, number), outcome in found.items() if outcome == "left out"] == [1, 11]
    assert found["post", 5] == "failed"
    receipt_with(built, collections=[])
    found = outcomes(built)
    assert [number for (_, number), outcome in found.items() if outcome == "left out"] == [1, 5, 11]
    said = [str(each) for each in verify.run(built.layout.root, quiet)[1]]
    assert any("post 1, 5, 11 are named by the site's lists and left out of the tables" in each for each in said)


def test_erased_items_and_crawls_with_a_login_are_told_apart(built: Corpus) -> None:
    receipt_with(built, erasures=[Erasure("urn:uuid:1", "post", 5, "asked", "", "")], collections=[])
    assert outcomes(built)["post", 5] == "erased"
    receipt_with(built, erasures=[], authenticated=True)
    for name in ("posts", "comments", "authors", "quarantine"):
        path = built.layout.tables / f"{name}.parquet"
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert Counter(outcomes(built).values()) == Counter({"not public": 9, "gone": 2, "refused": 1})


def test_what_hangs_below_something_that_is_not_public_is_told(tmp_path: Path) -> None:
    files = [
        {"id": number, "type": "attachment", "status": "inherit", "post": below, "media_details": {},
         "source_url": f"https://a.example.org/{number}.jpg", "title": {"rendered": "x"}}
        for number, below in ((21, 6), (22, 21), (23, 1))
    ]  # fmt: skip
    built = crawled(tmp_path, ("media", 200, files))
    found = {number: told for (kind, number), told in outcomes(built).items() if kind == "attachment"}
    assert found == {21: listed.HIDDEN, 22: listed.HIDDEN, 23: listed.ROW}


def test_crawls_after_the_tables_and_damaged_ones_are_passed_over(built: Corpus) -> None:
    before = outcomes(built)
    with CrawlWriter(built.layout.raw, built.layout.work, "a", "20260201T000000Z") as writer:
        writer.exchange(Exchange(f"{API}/posts?_fields=id", AT, (), 200, "", (), b'[{"id":50}]'))
        writer.close(Receipt("a", "20260201T000000Z", "wordpress", API, AT, AT, "complete", []))
    assert outcomes(built) == before
    (first, _) = closed_crawls(built.layout.raw, "a")
    first.write_bytes(first.read_bytes()[:-60])
    assert outcomes(built).items() <= before.items()


def test_each_address_of_a_sitemap_is_accounted_for(tmp_path: Path) -> None:
    """Of a site whose API is closed: posts, what moved, what is gone, refused or broken, and a page that is no post."""
    built = Corpus(tmp_path, a=[])
    with closed_site() as site:
        site.at["/11/"] = html(404, '<body class="error404">Gone.</body>')
        site.at["/12/"] = Response(301, {"Location": f"{site.home}new/"}, b"")
        site.at["/new/"] = page(site.home, 12)
        site.at["/13/"] = html(403, "Forbidden.")
        site.at["/14/"] = html(200, f'<head>{API_LINK.format(site.home)}</head><body class="home blog">Posts</body>')
        site.at["/15/"] = html(500, "Broken.")
        site.list_posts([*site.posts, 99])
        done, memory = site.harvested()
        home = site.home
    receipt = msgspec.structs.replace(done.receipt, site="a", crawl=CRAWL)

    def closed(but: str) -> list[tuple[int | None, str, str]]:
        shutil.rmtree(built.layout.raw, ignore_errors=True)
        with CrawlWriter(built.layout.raw, built.layout.work, "a", CRAWL) as writer:
            for each in memory.exchanges:
                if not each.url.endswith(but):
                    writer.exchange(each)
            writer.close(receipt)
        settled = built.params()
        sites = (msgspec.structs.replace(settled.sites[0], address=home, files=None),)
        stages.normalise.run(PACKAGE, msgspec.structs.replace(settled, sites=sites), built.layout, quiet)
        found = listed.accounted(built.layout.raw, built.layout.tables)
        return [(each.id, (each.address or "").removeprefix(home), each.outcome) for each in found]

    assert closed("nothing") == [
        (12, "", "in the tables"), (16, "", "in the tables"), (None, "11/", "gone"), (None, "13/", "refused"),
        (None, "14/", "no post"), (None, "15/", "failed"), (None, "99/", "gone"),
    ]  # fmt: skip
    # Whoever takes the answers out of archive and receipt, and leaves the sitemap: the receipt counts one as failed.
    assert [outcome for _, address, outcome in closed("/16/") if address] == [
        "gone", "refused", "no post", "failed", "left out", "gone",
    ]  # fmt: skip


def test_the_command_writes_a_line_an_item(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an import, whose files are its lists."""
    term = {"id": 3, "taxonomy": "category", "slug": "n", "name": "N", "link": "https://a.example.org/n/"}
    built = Corpus(tmp_path, a=[post(1), post(2), term])
    built.build()
    out = tmp_path / "listed.jsonl"
    arguments = parser().parse_args(["verify", str(tmp_path), "--listed", str(out)])
    arguments.run(arguments)
    assert "of 3 items that lists and records name 3 in the tables" in capsys.readouterr().out
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(each["type"], each["id"], each["outcome"]) for each in told] == [
        ("post", 1, "in the tables"), ("post", 2, "in the tables"), ("category", 3, "in the tables"),
    ]  # fmt: skip
    without(built, 2)
    with pytest.raises(ArchiveError, match="post 2 is named by the site's lists"):
        arguments.run(arguments)
    assert json.loads(out.read_text().splitlines()[1])["outcome"] == "left out"
