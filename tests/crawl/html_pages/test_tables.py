"""From a site with a closed API to tables: what feeds add to its pages, and what an erasure takes out of both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls
from presscorpus.pipeline import erase, stages
from tests.corpus import PACKAGE, Corpus, quiet
from tests.crawl.html_pages.closed_site import ClosedSite, closed_site, listing, page, xml
from tests.crawl.html_pages.test_feeds import rss
from tests.quirks.rest import Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = datetime(2026, 12, 3, 12, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    """A site whose pages show no time, and whose feed does; the guid of its last post is no number."""
    with closed_site() as made:
        whole = rss(made.home, reversed(made.posts))
        by_number = f"{made.home}?p={made.posts[-1]}".encode()
        made.at["/feed/"] = Response(200, whole.headers, whole.body.replace(by_number, b"urn:uuid:16"))
        yield made


def fetched(site: ClosedSite, folder: Path, day: int = 1) -> Corpus:
    """The archive of a crawl, and the tables that are made of it."""
    corpus = Corpus(folder)
    corpus.day = day
    params = corpus.params()
    live = msgspec.structs.replace(params.sites[0], address=site.home, files=None, allow_private=True)
    params = msgspec.structs.replace(params, sites=(live,))
    (outcome,) = stages.fetch.run(params, corpus.layout, quiet)
    assert outcome.receipt is not None, outcome.error
    stages.normalise.run(PACKAGE, params, corpus.layout, quiet)
    return corpus


def posts(corpus: Corpus) -> pl.DataFrame:
    return pl.read_parquet(corpus.layout.tables / "posts.parquet")


def test_a_time_that_pages_do_not_show_is_that_of_the_feed(site: ClosedSite, tmp_path: Path) -> None:
    columns = ("id", "origin", "published_at", "origin_exceptions")
    time = datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert posts(fetched(site, tmp_path)).select(columns).rows() == [
        (number, "page", time, ["published_at:feed"]) for number in site.posts
    ]
    del site.at["/feed/"]
    (tmp_path / "alone").mkdir()
    found = posts(fetched(site, tmp_path / "alone"))
    assert set(found.select("origin", "published_at").rows()) == {("page", None)}
    assert found["origin_exceptions"].list.len().sum() == 0


def test_terms_that_the_front_page_lists_are_rows_and_those_of_posts(site: ClosedSite, tmp_path: Path) -> None:
    lists = '<li class="cat-item cat-item-3"><a href="/category/news/">News</a></li>'
    front, shown = site.at["/"], site.at["/11/"]
    assert isinstance(front, Response)
    assert isinstance(shown, Response)
    site.at["/"] = Response(200, front.headers, front.body.replace(b"Posts", lists.encode()))
    site.at["/11/"] = Response(200, shown.headers, shown.body.replace(b"hentry", b"hentry category-news"))
    tables = fetched(site, tmp_path).layout.tables
    terms = pl.read_parquet(tables / "terms.parquet")
    assert terms.select("taxonomy", "id", "slug", "name", "origin", "count_observed").rows() == [
        ("category", 3, "news", "News", "page", 1)
    ]
    of_posts = pl.read_parquet(tables / "post_terms.parquet")
    assert of_posts.select("id", "taxonomy", "term_id").rows() == [(11, "category", 3)]


@pytest.mark.parametrize("place", [0, -1])
def test_an_erasure_takes_the_copy_out_of_feeds(site: ClosedSite, tmp_path: Path, place: int) -> None:
    """By its number, or by its address where the feed has no number; out of a later crawl too."""
    number = site.posts[place]
    corpus = fetched(site, tmp_path)
    found = erase.find(corpus.layout, "a", number, None)
    assert found.addresses == {f"{site.home}{number}/"}
    erase.erase(corpus.params(), corpus.layout, found, "A person asked.", AT)
    corpus = fetched(site, tmp_path, day=2)
    warcs = list(closed_crawls(corpus.layout.raw, "a"))
    assert len(warcs) == 2
    said = [each.payload for warc in warcs for each in read_crawl(warc)]
    assert not any(f"Text of {number}.".encode() in each for each in said)
    others = [each for each in site.posts if each != number]
    assert all(any(f"<p>Text of {each}.</p>".encode() in body for body in said if b"<rss" in body) for each in others)
    columns = ("title", "text", "published_at", "origin_exceptions", "takedown_reason")
    assert posts(corpus).filter(id=number).select(columns).rows() == [(None, None, None, [], "A person asked.")]


def test_pages_of_a_neighbour_are_no_posts_of_the_site(site: ClosedSite, tmp_path: Path) -> None:
    """One has a number that the site has too, another one a number of its own, and the feed lists a third."""
    beside = f"{site.home}blog2/"
    own = xml(listing(*(f"{site.home}{number}/" for number in site.posts), f"{beside}12/", f"{beside}77/"))
    site.at["/wp-sitemap-posts-post-1.xml"] = own
    site.at |= {f"/blog2/{number}/": page(beside, number, words="Of the neighbour.") for number in (12, 77)}
    fed = rss(site.home, reversed(site.posts))
    of_neighbour = rss(beside, [78]).body.partition(b"<item>")[2].partition(b"</item>")[0]
    site.at["/feed/"] = Response(
        200, fed.headers, fed.body.replace(b"</channel>", b"<item>" + of_neighbour + b"</item></channel>")
    )
    corpus = fetched(site, tmp_path)
    found = posts(corpus)
    assert found.select("id", "url").rows() == [(number, f"{site.home}{number}/") for number in site.posts]
    assert not found["content_html"].str.contains("neighbour").any()
    left = pl.read_parquet(corpus.layout.tables / "quarantine.parquet")
    assert sorted(left.select("rule", "table", "item_id").rows()) == [
        ("other_site", "posts", 12),
        ("other_site", "posts", 77),
    ]


def test_translations_in_folders_are_posts_of_the_site(site: ClosedSite, tmp_path: Path) -> None:
    listed = (*(f"{site.home}{number}/" for number in site.posts), f"{site.home}en/77/")
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing(*listed))
    site.at["/en/77/"] = page(f"{site.home}en/", 77)
    assert posts(fetched(site, tmp_path))["id"].to_list() == [*site.posts, 77]
