from __future__ import annotations

import gzip
import http.server
import re
import socket
import threading
import urllib.request
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import polars as pl
import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.writer import CrawlWriter, Exchange
from presscorpus.config.params import Limits, Part, Policy, Rights, Site
from presscorpus.crawl.http.response import Response
from presscorpus.crawl.http.retries import Pace
from presscorpus.crawl.rest.baseline import Baseline, baselines
from presscorpus.crawl.rest.harvest import Harvest, harvest
from presscorpus.crawl.rest.probe import probe
from presscorpus.crawl.rest.rows import Row, json_in
from presscorpus.errors import BlockedError, NetworkError, NotWordPressError, SourceError
from tests.wordpress.server import WordPress, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from presscorpus.archive.receipt import CollectionReceipt

EVERYTHING = Policy(authors="named", comments=True)
NOTHING = pl.DataFrame(
    schema=dict.fromkeys(("crawl", "table", "type", "modified", "url", "state"), pl.String) | {"id": pl.Int64}
)
PACE = Pace(backoff_seconds=0.01, jitter=False)
# Routes of the seeded site, as (collection, path below the API root).
ROUTES = {
    "wp/v2/posts": "posts:post",
    "wp/v2/pages": "posts:page",
    "wp/v2/books": "posts:book",
    "presscorpus/v1/events": "posts:event",
    "wp/v2/media": "media",
    "wp/v2/categories": "terms:category",
    "wp/v2/tags": "terms:post_tag",
    "wp/v2/genres": "terms:genre",
    "presscorpus/v1/places": "terms:place",
    "wp/v2/users": "users",
    "wp/v2/comments": "comments",
}


class Memory:
    """Keeps exchanges instead of writing them; `hook` sees each as it comes."""

    def __init__(self, hook: Callable[[Exchange], None] = lambda _: None) -> None:
        self.exchanges: list[Exchange] = []
        self._hook = hook

    def exchange(self, exchange: Exchange) -> str:
        self.exchanges.append(exchange)
        self._hook(exchange)
        return f"record-{len(self.exchanges)}"

    def bodies(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every whole item that was archived, with its collection; sweeps hold none."""
        for exchange in self.exchanges:
            if exchange.status != 200 or is_sweep(exchange):
                continue
            collection = collection_of(exchange.url)
            items = json_in(exchange.body)
            if collection is not None:
                yield from ((collection, item) for item in (items if isinstance(items, list) else [items]))

    def ids(self) -> dict[str, Counter[int]]:
        found: dict[str, Counter[int]] = {}
        for collection, item in self.bodies():
            found.setdefault(collection, Counter())[item["id"]] += 1
        return found


def route_of(url: str) -> str:
    parts = urlsplit(url)
    route = parse_qs(parts.query).get("rest_route", [parts.path.partition("/wp-json")[2]])[0]
    return route.strip("/")


def collection_of(url: str) -> str | None:
    return ROUTES.get(re.sub(r"/\d+$", "", route_of(url)))


def is_sweep(exchange: Exchange) -> bool:
    return "_fields=" in exchange.url


def site(address: str, *, allow_private: bool = True, permission: str | None = None) -> Site:
    return Site(
        name="test",
        address=address,
        as_of=datetime(2026, 11, 23, tzinfo=UTC),
        rights=Rights("Made for a test."),
        allow_private=allow_private,
        contact="https://example.org/about",
        permission=permission,
    )


def crawl(
    wordpress: WordPress, hook: Callable[[Exchange], None] = lambda _: None, policy: Policy = EVERYTHING
) -> tuple[Harvest, Memory]:
    memory = Memory(hook)
    return harvest(site(wordpress.url), memory, policy=policy, pace=PACE), memory


def of(done: Harvest, collection: str) -> CollectionReceipt:
    return next(each for each in done.receipt.collections if each.collection == collection)


@pytest.mark.parametrize("form", ["plain", "pretty", "index"])
def test_everything_public_comes_once_and_the_receipt_balances(wordpress: WordPress, form: Any) -> None:
    wordpress.set_permalinks(form)
    done, memory = crawl(wordpress)

    public = wordpress.public_ids()
    assert {name: set(ids) for name, ids in memory.ids().items()} == public
    assert {count for ids in memory.ids().values() for count in ids.values()} == {1}
    assert done.error is None
    assert done.receipt.outcome == "complete"
    assert done.receipt.reason is None
    assert done.receipt.balanced
    counts = wordpress.database_counts()
    for collection in done.receipt.collections:
        assert collection.balanced
        assert collection.fetched == counts[collection.collection]
        assert collection.advertised_start == collection.advertised_end == collection.swept
        assert collection.unreadable == (collection.collection == "media")
    assert done.receipt.requests == len(memory.exchanges)
    assert done.receipt.bytes == sum(len(exchange.body) for exchange in memory.exchanges)


def test_posts_of_one_date_are_all_there(wordpress: WordPress) -> None:
    _, memory = crawl(wordpress)
    dates = Counter(item["date_gmt"] for collection, item in memory.bodies() if collection == "posts:post")
    assert dates.most_common(1)[0][1] == 57


def test_what_nobody_may_see_is_not_there(wordpress: WordPress) -> None:
    _, memory = crawl(wordpress)
    got = set(memory.ids()["posts:post"])
    odd = wordpress.seeded.odd
    assert not got & {odd[name] for name in ("draft", "pending", "private", "scheduled", "trashed")}
    assert got >= {odd[name] for name in ("protected", "sticky", "zero", "orphan", "pictureless")}
    assert not any(b"Secret words of the draft" in exchange.body for exchange in memory.exchanges)


def test_users_and_comments_are_not_even_asked_for(wordpress: WordPress) -> None:
    done, memory = crawl(wordpress, policy=Policy())
    assert not [exchange.url for exchange in memory.exchanges if collection_of(exchange.url) in {"users", "comments"}]
    assert not {each.collection for each in done.receipt.collections} & {"users", "comments"}


def test_requests_are_a_sweep_the_bodies_and_a_look_at_what_was_modified_meanwhile(wordpress: WordPress) -> None:
    done, _ = crawl(wordpress)
    posts = of(done, "posts:post")
    assert 400 < posts.swept < 495
    assert posts.requests == 5 + 5 + 2
    # A list of few is swept again.
    pages = of(done, "posts:page")
    assert 100 >= pages.swept > 0
    assert pages.requests == 1 + 1 + 1


def test_where_the_clocks_differ_nothing_is_made_of_what_the_site_says_of_times(
    wordpress: WordPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Response, "off_by", lambda _answer, _now: timedelta(hours=3))
    done, memory = crawl(wordpress)
    # The list, the bodies, the list again, and a look at the plain one.
    assert of(done, "posts:post").requests == 5 + 5 + 5 + 1
    assert not [exchange.url for exchange in memory.exchanges if "modified_after" in exchange.url]


@pytest.mark.case(7, 8)
def test_a_deletion_during_the_walk_loses_no_other_post(wordpress: WordPress) -> None:
    doomed = wordpress.seeded.posts[7:10]
    sweeps = 0

    def hook(exchange: Exchange) -> None:
        nonlocal sweeps
        if is_sweep(exchange) and collection_of(exchange.url) == "posts:post":
            sweeps += 1
            if sweeps == 2:
                for post in doomed:
                    wordpress.act("delete", post)

    done, memory = crawl(wordpress, hook)
    assert set(memory.ids()["posts:post"]) >= wordpress.public_ids()["posts:post"]
    posts = of(done, "posts:post")
    assert posts.balanced
    assert posts.gone == 3
    assert posts.advertised_start == (posts.advertised_end or 0) + 3
    # The evidence: each asked for by itself.
    asked = {route_of(each.url): each.status for each in memory.exchanges}
    assert [asked[f"wp/v2/posts/{post}"] for post in doomed] == [404, 404, 404]


def test_the_overlap_shows_deletions_within_one_sweep(wordpress: WordPress) -> None:
    """The first sweep alone is whole, without the help of the second. One deletion would only eat the overlap."""
    doomed = wordpress.seeded.posts[40:44]
    windows: list[set[int]] = []

    def hook(exchange: Exchange) -> None:
        if not is_sweep(exchange) or collection_of(exchange.url) != "posts:post":
            return
        windows.append({row["id"] for row in json_in(exchange.body)})
        if len(windows) == 2:
            for post in doomed:
                wordpress.act("delete", post)

    _, memory = crawl(wordpress, hook)
    starts = [int(found[1]) for each in memory.exchanges if (found := re.search(r"/posts.*offset=(\d+)", each.url))]
    first_sweep = windows[: starts.index(0, 1)]
    assert set().union(*first_sweep) >= wordpress.public_ids()["posts:post"]


@pytest.mark.case(7)
def test_posts_that_change_during_the_walk_come_as_they_are(wordpress: WordPress) -> None:
    edited, unpublished = wordpress.seeded.posts[20:22]
    new: list[int] = []

    def hook(exchange: Exchange) -> None:
        if is_sweep(exchange) and "offset=396" in exchange.url and not new:
            new.append(wordpress.act("insert"))
            wordpress.act("edit", edited)
            wordpress.act("draft", unpublished)

    done, memory = crawl(wordpress, hook)
    got = memory.ids()["posts:post"]
    assert new[0] in got
    assert f"wp/v2/posts/{new[0]}" not in {route_of(exchange.url) for exchange in memory.exchanges}
    assert got.keys() >= wordpress.public_ids()["posts:post"]
    latest = [item for name, item in memory.bodies() if name == "posts:post" and item["id"] == edited][-1]
    assert "Edited." in latest["content"]["rendered"]
    posts = of(done, "posts:post")
    assert posts.balanced
    assert posts.unreadable == 1


@pytest.mark.case(6)
@pytest.mark.parametrize("fault", ["choke", "choke_content"])
def test_a_page_that_always_fails_costs_one_post_only(wordpress: WordPress, fault: str) -> None:
    bad = wordpress.seeded.posts[300]
    with wordpress.switched(**{fault: bad}):
        done, memory = crawl(wordpress)
    assert set(memory.ids()["posts:post"]) == wordpress.public_ids()["posts:post"] - {bad}
    posts = of(done, "posts:post")
    assert posts.failed == 1
    assert posts.swept == posts.fetched + 1
    assert not posts.balanced
    assert done.error is None
    assert done.receipt.outcome == "incomplete"
    assert "posts:post" in (done.receipt.reason or "")
    assert [each.status for each in memory.exchanges if each.status >= 500]
    assert all(each.balanced for each in done.receipt.collections if each.collection != "posts:post")


@pytest.mark.case(13)
def test_what_plugins_print_around_the_json_is_borne(wordpress: WordPress) -> None:
    with wordpress.switched(noise=1):
        done, memory = crawl(wordpress)
    assert any(exchange.body.startswith(b"\xef\xbb\xbf<br") for exchange in memory.exchanges)
    assert done.receipt.balanced
    assert set(memory.ids()["posts:post"]) == wordpress.public_ids()["posts:post"]


def test_a_busy_site_is_asked_again(wordpress: WordPress) -> None:
    wordpress.sql("REPLACE INTO wp_options (option_name, option_value) VALUES ('presscorpus_busy', '4')")
    done, memory = crawl(wordpress)
    assert Counter(exchange.status for exchange in memory.exchanges)[503] == 4
    assert done.receipt.balanced


@pytest.mark.case(5)
@pytest.mark.parametrize("form", ["plain", "pretty"])
def test_an_api_that_is_switched_off_is_told_from_a_site_without_one(wordpress: WordPress, form: Any) -> None:
    wordpress.set_permalinks(form)
    memory = Memory()
    few = msgspec.structs.replace(site(wordpress.url), part=Part(limit=3))
    with wordpress.switched(block=401):
        done = harvest(few, memory, policy=EVERYTHING, pace=PACE)
    assert done.error is None
    assert "The REST API is closed (401 rest_cannot_access)" in str(done.receipt)
    assert of(done, "pages:post").fetched == 3
    assert 401 in {exchange.status for exchange in memory.exchanges}


def test_an_api_that_is_closed_midway_stops_the_crawl(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")

    def hook(exchange: Exchange) -> None:
        if "offset=198" in exchange.url:
            switch.enter_context(wordpress.switched(block=403))

    with ExitStack() as switch:
        done, memory = crawl(wordpress, hook)
    assert isinstance(done.error, BlockedError)
    assert done.receipt.outcome == "incomplete"
    assert len(memory.exchanges) < 30


@pytest.mark.parametrize(
    "switches",
    [
        {"max": 50}, {"max": 20}, {"no_order_by_id": 1}, {"cap": 10}, {"no_found_rows": 1}, {"no_totals": 1},
        {"menu_order": 1}, {"closed": 1}, {"cap": 10, "no_totals": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_plugins_do_to_lists_loses_nothing(wordpress: WordPress, switches: dict[str, int]) -> None:
    wordpress.set_permalinks("pretty")
    with wordpress.switched(**switches):
        done, memory = crawl(wordpress)
    assert {name: set(ids) for name, ids in memory.ids().items()} == wordpress.public_ids()
    assert done.error is None
    assert done.receipt.balanced, done.receipt.reason


def test_closed_types_leave_what_core_and_the_index_name(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")
    with wordpress.switched(closed=2):
        done, memory = crawl(wordpress)
    got, public = memory.ids(), wordpress.public_ids()
    for name in ("posts:post", "posts:page", "posts:book", "media", "terms:category", "terms:post_tag"):
        assert set(got[name]) == public[name]
    assert done.error is None


def test_a_private_address_is_refused_without_a_word_to_it(wordpress: WordPress) -> None:
    memory = Memory()
    port = urlsplit(wordpress.url).port
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        done = harvest(site(f"http://{host}:{port}/", allow_private=False), memory, pace=PACE)
        assert isinstance(done.error, NetworkError)
        assert "--allow-private" in str(done.error)
    assert memory.exchanges == []


def test_a_site_that_is_not_wordpress(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!DOCTYPE html><title>Bread</title><p>We bake.</p>")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            done = harvest(site(f"http://127.0.0.1:{server.server_port}/"), Memory(), pace=PACE)
        finally:
            server.shutdown()
            thread.join()
    assert isinstance(done.error, NotWordPressError)
    assert done.error.exit_code == 4
    assert done.receipt.collections == []


def test_a_site_that_is_not_there() -> None:
    # Bound, so that nobody else takes the port, but not listening.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        done = harvest(site(address), Memory(), limits=Limits(retries=1), pace=PACE)
    assert isinstance(done.error, NetworkError)
    assert done.receipt.requests == 2


def test_a_wordpress_in_a_subfolder() -> None:
    with running(posts=3, prefix="/blog") as server:
        for form in ("plain", "pretty"):
            server.set_permalinks(form)
            done, memory = crawl(server)
            assert done.receipt.balanced
            assert {name: set(ids) for name, ids in memory.ids().items()} == server.public_ids()
            # Without the slash and from an inner page it is found as well.
            assert probe(server.url.rstrip("/"), allow_private=True, pace=PACE).root.startswith(server.url)


def test_probe_counts_and_foretells_the_requests(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")
    found = probe(wordpress.url, policy=EVERYTHING, allow_private=True, pace=PACE)
    done, _ = crawl(wordpress)
    assert found.root == f"{wordpress.url}wp-json/"
    assert found.time_zone == "Europe/Istanbul"
    assert found.modified_after
    counts = wordpress.database_counts()
    assert {each.collection: each.items for each in found.offers} == {**counts, "media": counts["media"] + 1}
    assert found.requests == pytest.approx(done.receipt.requests, abs=2)


def test_the_real_archive_takes_it(wordpress: WordPress, tmp_path: Path) -> None:
    here = site(wordpress.url)
    with CrawlWriter(tmp_path / "raw", tmp_path / "work", here.name, here.crawl) as writer:
        done = harvest(here, writer, policy=EVERYTHING, pace=PACE)
        warc = writer.close(done.receipt)
    captures = [capture for capture in read_crawl(warc) if capture.http_status is not None]
    assert len(captures) == done.receipt.requests
    assert b"presscorpus/" in gzip.decompress(warc.read_bytes())


def test_errors_say_where_and_what(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")
    with wordpress.switched(block=403), pytest.raises(SourceError) as raised:
        probe(wordpress.url, allow_private=True, pace=PACE)
    first, second = str(raised.value).splitlines()
    assert first.startswith(wordpress.url)
    assert second.endswith(".")


def test_a_part_takes_the_newest_and_is_never_complete(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")
    here = msgspec.structs.replace(site(wordpress.url), part=Part(limit=4))
    memory = Memory()
    done = harvest(here, memory, policy=EVERYTHING, pace=PACE)
    counts = wordpress.database_counts()
    for name in ("posts:post", "posts:book", "terms:genre", "users", "comments"):
        found = of(done, name)
        assert (found.fetched, found.swept) == (min(4, counts[name]), counts[name]), name
        # What is no larger than the part is whole, and proven as ever.
        assert found.balanced == (counts[name] <= 4), name
        assert (found.sweep is None) == (counts[name] > 4), name
    with urllib.request.urlopen(f"{wordpress.url}wp-json/wp/v2/posts?orderby=id&per_page=4&_fields=id") as answer:
        assert sorted(memory.ids()["posts:post"]) == sorted(item["id"] for item in json_in(answer.read()))
    assert (done.receipt.outcome, done.receipt.balanced) == ("incomplete", False)
    assert done.receipt.reason == "only a part was asked for: the newest 4 items of each collection"
    # A later crawl does not take the part for what the site has.
    whole = msgspec.structs.replace(here, part=Part(types=("book",)), as_of=datetime(2026, 11, 24, tzinfo=UTC))
    later = harvest(whole, Memory(), known={"posts:book": baseline_of(done, memory, "posts:book")}, pace=PACE)
    after = of(later, "posts:book")
    assert (after.unchanged, after.fetched, after.balanced) == (4, counts["posts:book"] - 4, True)
    assert not later.receipt.balanced


def baseline_of(done: Harvest, memory: Memory, collection: str) -> Baseline:
    """What the archive shows of one collection after a crawl."""
    found = baselines(NOTHING, [done.receipt])[collection]
    assert (found.swept_at, found.total) == (None, None)
    items = [item for name, item in memory.bodies() if name == collection]
    rows = {item["id"]: Row(item["id"], item["modified_gmt"], item["link"]) for item in items}
    return msgspec.structs.replace(found, items=rows)


@pytest.fixture
def half_the_books_older(wordpress: WordPress) -> Iterator[None]:
    """All are as old as the site: half of them become a year older, until the test ends."""
    halves = wordpress.sql(
        "SELECT ID FROM wp_posts WHERE post_type = 'book' AND post_status = 'publish' ORDER BY ID LIMIT 6"
    )
    those = ", ".join(number for (number,) in halves)
    move = (
        "UPDATE wp_posts SET post_date = post_date {0} INTERVAL 1 YEAR, "
        "post_date_gmt = post_date_gmt {0} INTERVAL 1 YEAR WHERE ID IN ({1})"
    )
    wordpress.sql(move.format("-", those))
    yield
    wordpress.sql(move.format("+", those))


@pytest.mark.usefixtures("half_the_books_older")
def test_a_part_is_of_types_and_since_a_moment(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")
    asked = "wp-json/wp/v2/books?orderby=date&per_page=3&_fields=date_gmt"
    with urllib.request.urlopen(f"{wordpress.url}{asked}") as answer:
        dates = sorted(item["date_gmt"] for item in json_in(answer.read()))
    since = datetime.fromisoformat(dates[0]).replace(tzinfo=UTC) - timedelta(seconds=1)
    here = msgspec.structs.replace(site(wordpress.url), part=Part(since=since, types=("book",)))
    memory = Memory()
    done = harvest(here, memory, pace=PACE)
    names = {each.collection for each in done.receipt.collections}
    assert {name for name in names if not name.startswith("terms:")} == {"posts:book"}
    found = [item["date_gmt"] for name, item in memory.bodies() if name == "posts:book"]
    assert set(dates) <= set(found)
    assert len(found) < of(done, "posts:book").swept == wordpress.database_counts()["posts:book"]
    assert not of(done, "posts:book").balanced
    wrong = harvest(msgspec.structs.replace(here, part=Part(types=("post", "recipe"))), Memory(), pace=PACE)
    assert wrong.error is not None
    assert wrong.error.what == "has no post type 'recipe'"
    assert "book" in str(wrong.error.advice)
