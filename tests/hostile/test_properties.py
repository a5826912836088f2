"""Generated content: whatever comes in, everything is a row or in quarantine, and nothing else happens.

Few examples here; `.ci/long` runs many (PRESSCORPUS_EXAMPLES), and counts them.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt import Receipt
from presscorpus.archive.writer import CrawlWriter, Exchange
from presscorpus.config import schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Engine, Params, Rights, Site
from presscorpus.content.html import Unreadable, plain, read
from presscorpus.content.urls import Resolver, as_written
from presscorpus.crawl.http.rate_limit import retry_after
from presscorpus.crawl.http.redirects import followed
from presscorpus.crawl.rest.api import Api
from presscorpus.crawl.rest.discovery import discover
from presscorpus.crawl.rest.rows import json_in, rows_in
from presscorpus.errors import NetworkError, PresscorpusError
from presscorpus.observations.items import observe
from presscorpus.pipeline import stages
from presscorpus.validate.checker import check
from tests.hostile.corpus import post
from tests.hostile.generated import TEXT, VALUES, html, response

if TYPE_CHECKING:
    import polars as pl

    from presscorpus.observations.items import Item

# Some examples are large, and are to be.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
PACKAGE = schema.load_package(Path(__file__).parent.parent.parent)
EXAMPLES = int(os.environ.get("PRESSCORPUS_EXAMPLES", "0"))
_BUILDS = 0.1
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u00ad]")


def tried(few: int, share: float = 1.0) -> settings:
    """So many examples in CI, or the share of those that a long run asks for.

    What takes a whole build is shown as it was found: making it smaller would take hundreds of them.
    """
    many = max(int(EXAMPLES * share), 1) if EXAMPLES else few
    return settings(
        max_examples=many, derandomize=not EXAMPLES, suppress_health_check=list(HealthCheck),
        database=None, print_blob=True, phases=list(Phase) if share > _BUILDS else [Phase.explicit, Phase.generate],
    )  # fmt: skip


def build(folder: Path, bodies: list[bytes]) -> Layout:
    """Normalise and check bodies as imported files; a good post stands in a file of its own before and behind."""
    source = folder / "in"
    source.mkdir(parents=True)
    for number, body in enumerate([json.dumps(post(101)).encode(), *bodies, json.dumps(post(102)).encode()]):
        (source / f"{number:03}.json").write_bytes(body)
    site = Site("s", "https://www.example.org/", MOMENT, Rights("x"), files="in")
    settled = Params(Dataset("d", "D", "v2026.01.01"), (site,), engine=Engine(1, isolate=False))
    layout = Layout.of(folder)
    stages.fetch.run(settled, layout, lambda *_: None)
    stages.normalise.run(PACKAGE, settled, layout, lambda *_: None)
    assert check(PACKAGE, layout.tables).counts == {}
    return layout


def table(layout: Layout, name: str) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(layout.tables / f"{name}.parquet")


def _of_closed_posts(items: list[Item]) -> set[tuple[str, str | None, int]]:
    """Attachments of posts that nobody may see: they can be seen where their parent can."""
    posts = [item for item in items if item.table == "posts"]
    closed = {str(item.id) for item in posts} - {str(item.id) for item in posts if item.hidden is None}
    media = [item for item in items if item.table == "media" and str(json.loads(item.raw).get("post")) in closed]
    return {(item.table, item.type, item.id) for item in media}


@pytest.mark.case(14, 15, 16, 19, 26)
@given(st.lists(response(), min_size=1, max_size=5))
@example([b'[{"id":1,"type":"post","_links":{"predecessor-version":[{"id":0}]}}]'])
@example([b'[{"id":1,"source_url":"x","caption":5}]'])
@example(
    [
        b'[{"id":1,"taxonomy":"category","slug":5},{"id":1,"author_name":"x","post":-1},{"id":1,"avatar_urls":5,"name":5}]'
    ]
)
@example([b'[{"id":1,"type":"post","link":"https://a:b@www.example.org/"}]'])
@example([b"WARC/"])
@tried(5, 0.02)
def test_whatever_sites_send_every_item_is_a_row_or_in_quarantine(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        layout = build(Path(folder), bodies)
        archives = [body for body in bodies if body.startswith(b"WARC/")]
        told = table(layout, "crawls").filter(collection="records")["failed"].sum()
        assert told == len(archives)  # whatever its name is, such a file is a damaged web archive to the receipt
        seen = [observe(body, f"{n:03}.json", None) for n, body in enumerate(bodies, 1) if body not in archives]
        # What not everybody may see is archived and becomes neither.
        items = {(item.table, item.type, item.id) for each in seen for item in each.items if item.hidden is None}
        items -= _of_closed_posts([item for each in seen for item in each.items])
        faults = sum(len(each.faults) for each in seen)
        posts, quarantine = table(layout, "posts"), table(layout, "quarantine")
        assert posts.filter(posts["id"].is_in([101, 102]) & (posts["type"] == "post"))["text"].to_list() == ["x", "x"]
        refused = quarantine.height - faults
        rows = {("posts", kind, number) for kind, number in posts.select("type", "id").iter_rows()}
        rows |= {("media", "attachment", number) for number in table(layout, "media")["id"]}
        terms = table(layout, "terms")
        listed = terms.filter(terms["origin"] == "listed")
        rows |= {("terms", kind, number) for kind, number in listed.select("taxonomy", "id").iter_rows()}
        others = {item for item in items if item[0] in {"authors", "comments"}}
        rows -= {("posts", "post", 101), ("posts", "post", 102)} - items
        assert len(items - others) - len(rows) == refused - (len(others) - _rows_of(layout, others))
        for text in (*posts["text"].drop_nulls(), *posts["title"].drop_nulls()):
            assert not CONTROL.search(text)


def _rows_of(layout: Layout, others: set[tuple[str, str | None, int]]) -> int:
    return sum(table(layout, name).height for name in {item[0] for item in others})


@pytest.mark.case(33)
@given(st.lists(response(), min_size=1, max_size=3))
@tried(1, 0.004)
def test_the_same_raw_gives_the_same_bytes(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first, second = (build(Path(folder) / "d", bodies) for folder in (one, other))
        for path in sorted(first.tables.iterdir()):
            assert path.read_bytes() == (second.tables / path.name).read_bytes(), path.name


@pytest.mark.case(17, 18, 27)
@given(html())
@example('<iframe href=""<p><p><tr>')
@tried(150)
def test_any_html_is_read_within_bounds(content: str) -> None:
    began = time.process_time()
    try:
        found = read(content)
        assert not CONTROL.search(found.text)
        assert len(found.text) <= 10 * len(content) + 100
        title = plain(content)
        assert "\n" not in title
        assert not CONTROL.search(title)
    except Unreadable as refused:
        assert refused.rule  # noqa: PT017 - one of two good ends
    assert time.process_time() - began < 30


@pytest.mark.case(14, 18)
@given(st.lists(st.sampled_from([b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"1", b"<!--", b"-->", b"\n", b"\\ud800"]), max_size=4),
       st.sampled_from([1, 30_000]))  # fmt: skip
@tried(60, 0.3)
def test_any_body_is_judged_in_time_in_proportion_to_its_length(atoms: list[bytes], times: int) -> None:
    body = b'[{"id":1,"a":' + b"".join(atoms) * times
    began = time.process_time()
    rows_in(body)
    json_in(body)
    observe(body, "https://x.example/wp-json/wp/v2/posts", 200)
    assert time.process_time() - began < 60


@pytest.mark.case(13, 14, 15)
@given(
    response(),
    st.sampled_from(["posts", "categories", "media", "posts/1", "types", "", "x.jsonl"]),
    st.sampled_from([200, 404, 401, 500]),
)
@tried(80)
def test_a_live_answer_never_raises_and_never_gives_an_item_without_a_key(body: bytes, route: str, status: int) -> None:
    seen = observe(body, f"https://x.example/wp-json/wp/v2/{route}", status)
    for item in seen.items:
        assert item.id >= 1
        assert item.table
    rows = rows_in(body) or []
    assert all(row is None or 1 <= row.id < 2**63 for row in rows)


@pytest.mark.case(10, 25)
@given(VALUES, st.sampled_from(["http://x.example/", "https://x.example/a", "http://127.0.0.1:8080/"]))
@tried(100)
def test_any_address_is_followed_resolved_or_refused(raw: str, base: str) -> None:
    try:
        where = followed(base, raw, [base], 5)
        assert httpx2.URL(where).host.endswith(httpx2.URL(base).host)
    except NetworkError as refused:
        assert len(str(refused).splitlines()) <= 2  # noqa: PT017
    found = Resolver().resolve(raw, base)
    assert (found.resolved is None) == (found.reason is not None) or found.resolved
    as_written(raw)
    retry_after(raw)


class Pretended:
    """A client that gives one answer to everything."""

    def __init__(self, body: bytes, header: str) -> None:
        self._body, self._header = body, header

    def get(self, url: str, **_: object) -> object:
        from presscorpus.crawl.http.response import Response

        return Response(url, 200, [("Link", self._header)], self._body)


@pytest.mark.case(5, 15)
@given(st.one_of(response(), html().map(lambda text: text.encode("utf-8", "surrogatepass"))), TEXT)
@tried(60)
def test_any_front_page_is_an_api_or_an_error_of_ours(body: bytes, header: str) -> None:
    try:
        api = discover(Pretended(body, header), "https://x.example/").api  # type: ignore[arg-type]
        assert isinstance(api, Api)
    except PresscorpusError as refused:
        assert len(str(refused).splitlines()) <= 2  # noqa: PT017


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warc")
    with CrawlWriter(folder / "raw", folder / "work", "s", "20260101T000000Z") as crawl:
        for number in range(3):
            crawl.exchange(Exchange(f"https://x.example/{number}", MOMENT, (), 200, "OK", (("A", "b"),), b"body" * 50))
        receipt = Receipt("s", crawl.crawl, "wordpress", "https://x.example/", MOMENT, MOMENT, "complete", [])
        return crawl.close(receipt)


@pytest.mark.case(30)
@given(data=st.data())
@tried(40)
def test_a_damaged_archive_is_told_or_changes_no_payload(warc: Path, data: st.DataObject) -> None:
    good = warc.read_bytes()
    before = [(capture.url, capture.payload) for capture in read_crawl(warc)]
    place = data.draw(st.integers(0, len(good) - 1))
    flipped = good[place] ^ 1 << data.draw(st.integers(0, 7))
    damaged = data.draw(st.sampled_from([good[:place], good[:place] + bytes([flipped]) + good[place + 1 :],
                                         good[:place] + good[place + 1 :], good + good[place:]]))  # fmt: skip
    try:
        warc.write_bytes(damaged)
        after = [(capture.url, capture.payload) for capture in read_crawl(warc)]
        assert [payload for _, payload in after] == [payload for _, payload in before]
    except PresscorpusError as refused:
        assert str(warc) in str(refused)  # noqa: PT017
    finally:
        warc.write_bytes(good)
