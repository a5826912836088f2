"""Pages of a WordPress in web archives: keyed, dated by their capture, and below what its API said."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.crawl import erasures
from presscorpus.crawl.imports import site_address
from presscorpus.errors import SourceError
from presscorpus.observations import evidence
from presscorpus.pipeline import stages
from tests.corpus import PACKAGE, Corpus, post, quiet
from tests.crawl.imports.test_warc import ADDRESS, LIMIT, Page, posts, taken, warc_of
from tests.observations.test_html_pages import ARTICLE, html

if TYPE_CHECKING:
    from pathlib import Path

HTML = (("Content-Type", "text/html; charset=UTF-8"),)
API = '<link rel="https://api.w.org/" href="https://example.org/wp-json/" />'


def page(number: int, words: str = "It turns again.", date: str = "2026-11-20T10:00:00Z", url: str = "") -> Page:
    head = API + f'<link rel="canonical" href="{ADDRESS}?p={number}" />'
    body = html(head, f"single single-post postid-{number}").replace(b"It turns again.", words.encode())
    body = body.replace(b"post-7", b"post-%d" % number)
    return Page(body, url or f"{ADDRESS}?p={number}", headers=HTML, date=date)


def test_pages_with_a_key_are_taken_and_others_counted(tmp_path: Path) -> None:
    others = [
        Page(html(API, "home blog"), ADDRESS, headers=HTML),
        Page(html(API, "archive"), f"{ADDRESS}category/river/", headers=HTML),
        Page(html("", "node-7 page-node-7"), f"{ADDRESS}drupal/7", headers=HTML),
        page(7)._replace(
            url="https://elsewhere.example/?p=7", body=page(7).body.replace(b"example.org", b"elsewhere.example")
        ),
        Page(html(), f"{ADDRESS}?p=9", status="404 Not Found", headers=HTML),
        Page(b"\x89PNG", f"{ADDRESS}a.png", headers=(("Content-Type", "image/png"),)),
    ]
    packed = page(3)._replace(headers=(*HTML, ("Content-Encoding", "gzip")))
    packed = packed._replace(body=gzip.compress(packed.body))
    (tmp_path / "x.warc.gz").write_bytes(warc_of([page(1), *others, packed]))
    done = taken(tmp_path / "x.warc.gz", tmp_path / "out")
    assert done.found == [("posts", 1), ("posts", 3)]
    assert done.troubles == []
    assert [each.url for each in read_crawl(done.warc)] == [f"{ADDRESS}?p=1", f"{ADDRESS}?p=3"]
    with pytest.raises(SourceError, match="several sites"):
        site_address.address(tmp_path / "x.warc.gz", LIMIT)


def test_the_site_is_the_one_that_pages_name(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(warc_of([page(1), page(2)]))
    assert site_address.address(tmp_path / "x.warc.gz", LIMIT) == ADDRESS


def test_pages_without_any_key_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(warc_of([Page(html(API, "home blog"), ADDRESS, headers=HTML)]))
    with pytest.raises(SourceError, match="1 HTML page of a WordPress, none of which says which post it shows"):
        site_address.address(tmp_path / "x.warc.gz", LIMIT)


def test_a_replay_is_dated_and_placed_as_its_original(tmp_path: Path) -> None:
    replays = [
        page(1, url=f"https://web.archive.org/web/20200102030405id_/{ADDRESS}?p=1"),
        page(2, url=f"https://web.archive.org/web/20210102030405/{ADDRESS}?p=2"),
    ]
    (tmp_path / "x.warc.gz").write_bytes(warc_of(replays))
    done = taken(tmp_path / "x.warc.gz", tmp_path / "out")
    captures = [(each.url, each.requested_at) for each in read_crawl(done.warc)]
    assert captures == [
        (f"{ADDRESS}?p=1", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (f"{ADDRESS}?p=2", datetime(2021, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ]


def test_a_page_can_be_erased(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(warc_of([page(1, "Private words."), page(2)]))
    warc = taken(tmp_path / "x.warc.gz", tmp_path / "out").warc
    (erased,) = erasures.take_out(warc, {("post", 1): "because"}, datetime(2026, 11, 24, tzinfo=UTC))
    assert (erased.type, erased.id) == ("post", 1)
    assert not any(b"Private" in each.payload for each in read_crawl(warc))
    assert [(each.id, each.origin) for each in evidence.items(tmp_path / "out/raw", "example")] == [
        (1, "api"), (2, "page"),
    ]  # fmt: skip


def test_a_key_in_the_header_alone_lasts_from_the_import_to_the_table_and_to_an_erasure(tmp_path: Path) -> None:
    named = f'<{ADDRESS}wp-json/wp/v2/posts/7>; rel="alternate"; type="application/json"'
    bare = Page(
        html("", ""),
        f"{ADDRESS}a/",
        headers=(*HTML, ("Link", f"<{ADDRESS}x>; rel=preload"), ("Link", named)),
        date="2025-01-01T00:00:00Z",
    )
    corpus = built(tmp_path, [bare])
    assert pl.read_parquet(corpus.layout.tables / "posts.parquet").select("id", "origin").rows() == [(7, "page")]
    (warc,) = (corpus.layout.raw / "a").glob("*.warc.gz")
    (erased,) = erasures.take_out(warc, {("post", 7): "because"}, datetime(2026, 11, 24, tzinfo=UTC))
    assert (erased.type, erased.id) == ("post", 7)


def test_a_wordpress_in_a_subfolder_is_another_site(tmp_path: Path) -> None:
    own = page(2)
    inner = own._replace(body=own.body.replace(b"example.org/wp-json", b"example.org/blog/wp-json"))
    (tmp_path / "x.warc.gz").write_bytes(warc_of([page(1), inner._replace(url=f"{ADDRESS}blog/?p=2")]))
    assert taken(tmp_path / "x.warc.gz", tmp_path / "out").found == [("posts", 1)]
    with pytest.raises(SourceError, match="several sites"):
        site_address.address(tmp_path / "x.warc.gz", LIMIT)


def built(folder: Path, captured: list[Page]) -> Corpus:
    """The tables of a web archive."""
    folder.mkdir(exist_ok=True)
    (folder / "a.json").write_bytes(b"")
    corpus = Corpus(folder)
    (folder / "x.warc.gz").write_bytes(warc_of(captured))
    params = corpus.params()
    site = msgspec.structs.replace(params.sites[0], address=ADDRESS, files="x.warc.gz")
    params = msgspec.structs.replace(params, sites=(site,))
    stages.fetch.run(params, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, params, corpus.layout, quiet)
    return corpus


def test_a_container_is_learned_from_what_the_api_says_of_other_posts(tmp_path: Path) -> None:
    def strange(number: int) -> Page:
        body = html(API, f"single single-post postid-{number}", f"<div><div class='tale'>{_words(number)}</div></div>")
        return Page(body, f"{ADDRESS}?p={number}", headers=HTML, date="2025-01-01T00:00:00Z")

    known = b"[" + b",".join(
        json.dumps(post(number, content={"rendered": _words(number), "protected": False})).encode()
        for number in range(10, 22)
    ) + b"]"  # fmt: skip
    answer = Page(known, f"{ADDRESS}wp-json/wp/v2/posts", date="2025-01-02T00:00:00Z")
    corpus = built(tmp_path, [*map(strange, range(10, 24)), answer])
    found = pl.read_parquet(corpus.layout.tables / "posts.parquet").filter(pl.col("origin") == "page")
    assert found.select("id", "content_html", "flags").rows() == [
        (22, _words(22), ["title_missing"]), (23, _words(23), ["title_missing"]),
    ]  # fmt: skip


def _words(number: int) -> str:
    return "".join(f"<i>Word {number * place} of the tale.</i> " for place in range(1, 9)).strip()


def test_values_that_lists_gave_are_named_with_their_origin(tmp_path: Path) -> None:
    article = ARTICLE.replace("category-river", "category-12").replace(
        "</article>", '<a rel="category tag" href="/?cat=12">x</a><a rel="author" href="/author/anna/">A</a></article>'
    )
    shown = Page(html(API, "single single-post postid-7", article), f"{ADDRESS}?p=7", headers=HTML,
                 date="2025-01-01T00:00:00Z")  # fmt: skip
    term = {"id": 12, "count": 1, "description": "", "link": f"{ADDRESS}?cat=12", "name": "News", "slug": "new-s",
            "taxonomy": "category", "parent": 0}  # fmt: skip
    user = {"id": 3, "name": "Anna", "slug": "anna", "link": f"{ADDRESS}author/anna/", "avatar_urls": {}}
    lists = [
        Page(json.dumps([each]).encode(), f"{ADDRESS}wp-json/wp/v2/{route}", date="2025-01-01T00:00:00Z")
        for route, each in (("categories", term), ("users", user))
    ]
    corpus = built(tmp_path, [shown, *lists])
    found = pl.read_parquet(corpus.layout.tables / "posts.parquet")
    assert found.select("origin", "author_id", "categories", "tags", "origin_exceptions").rows() == [
        ("page", 3, ["new-s"], ["mill", "old-town"], ["author_id:api", "categories:api"])
    ]
    alone = built(tmp_path / "alone", [shown])
    found = pl.read_parquet(alone.layout.tables / "posts.parquet")
    assert found.select("author_id", "categories", "origin_exceptions").rows() == [(None, [None], [])]


def test_two_captures_with_an_edit_are_two_versions_and_the_api_outranks_them(tmp_path: Path) -> None:
    changed = posts(8, title="Changed")[:-2] + b', "modified_gmt": "2025-02-01T00:00:00"}]'
    captured = [
        page(1, "First words.", "2025-01-01T00:00:00Z"), page(1, "First words.", "2025-02-01T00:00:00Z"),
        page(1, "Other words.", "2025-03-01T00:00:00Z"), page(7, "Of the page.", "2025-05-01T00:00:00Z"),
        Page(posts(7, title="Of the API"), f"{ADDRESS}wp-json/wp/v2/posts", date="2025-04-01T00:00:00Z"),
        page(8, "Before the change.", "2025-01-01T00:00:00Z"), page(8, "After it.", "2025-03-01T00:00:00Z"),
        Page(changed, f"{ADDRESS}wp-json/wp/v2/posts/8", date="2025-04-01T00:00:00Z"),
    ]  # fmt: skip
    corpus = built(tmp_path, captured)
    found = pl.read_parquet(corpus.layout.tables / "posts.parquet")
    assert found.select("id", "origin", "title", "text", "categories").rows() == [
        (1, "page", "The “mill”", "Other words.", ["river"]), (7, "api", "Of the API", None, None),
        (8, "api", "Changed", None, None),
    ]  # fmt: skip
    versions = pl.read_parquet(corpus.layout.tables / "versions.parquet")
    assert versions.select("id", "ordinal", "observations").rows() == [
        (1, 1, 2),
        (1, 2, 1),
        (7, 1, 1),
        (8, 1, 1),
        (8, 2, 1),
    ]
