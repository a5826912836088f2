"""The original publisher: which link of a post counts, and which says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from presscorpus.config import schema
from presscorpus.content.urls import Resolver, same_site
from presscorpus.tables.publisher import EVIDENCE, named

PACKAGE = schema.load_package(Path(__file__).parents[2])
SCHEMA = PACKAGE.schema("links")
OWN = "www.uyghurmovement.com"

pytestmark = pytest.mark.fast


def link(url: str, kind: str = "link", element: str = "a", attribute: str = "href", rel: str | None = None) -> Any:
    parsed = Resolver().resolve(url, f"https://{OWN}/")
    return {
        "site": "s", "type": "post", "id": 1, "kind": kind, "element": element, "attribute": attribute, "rel": rel,
        "url": url, "resolved": parsed.resolved, "scheme": parsed.scheme, "host": parsed.host, "domain": parsed.domain,
        "internal": None if parsed.host is None else same_site(parsed.host, OWN),
    }  # fmt: skip


def found(*links: Any, own_domain: str | None = "uyghurmovement.com") -> list[tuple[Any, ...]]:
    rows = [row | {"ordinal": place} for place, row in enumerate(links, 1)]
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in SCHEMA.names}, schema=SCHEMA.polars)
    made = named(frame.with_columns(own_domain=pl.lit(own_domain, dtype=pl.String)))
    assert set(made.columns) <= set(PACKAGE.schema("posts").names)
    return made.select("publisher_domain", "publisher_url", "publisher_evidence").rows()


CANONICAL = link("https://a.example.com/1", "resource", "link", rel="Canonical nofollow")
DATA = link("https://b.example.org/2", "data", "div", "data-permabox-url")
BYLINE = link("https://c.example.net/people/3", rel="nofollow author")
FIRST = link("https://www.bbc.co.uk/news")


def test_the_seed() -> None:
    mail = "https://www.dailymail.co.uk"
    assert found(
        link(f"{mail}/home/search.html?s=&authornamef=Kumail+Jaffer+For+The+Daily+Mail", rel="nofollow"),
        link(f"{mail}/news/nhs/index.html"),
        link("https://i.dailymail.co.uk/1s/56946179.jpg", "image", "img", "src"),
        link(f"{mail}/news/article-10745221/x.html", "data", "div", "data-permabox-url"),
    ) == [("dailymail.co.uk", f"{mail}/news/article-10745221/x.html", "data_attribute")]


def test_the_weightiest_counts_whatever_the_order() -> None:
    order = [FIRST, BYLINE, DATA, CANONICAL]
    for number, evidence in zip((4, 3, 2, 1), EVIDENCE, strict=True):
        assert [row[2] for row in found(*order[:number])] == [evidence]
    assert found(*order)[0][:2] == ("example.com", "https://a.example.com/1")


def test_of_equal_ones_the_first_counts() -> None:
    assert found(FIRST, link("https://rfa.org/x")) == [
        ("bbc.co.uk", "https://www.bbc.co.uk/news", "first_external_link")
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://rfa.org/author/someone", "https://rfa.org/authors/someone/", "https://rfa.org/?author=3",
        "https://rfa.org/search?s=&authornamef=x", "https://rfa.org/yazarlar/x",
    ],
)  # fmt: skip
def test_addresses_of_authors(url: str) -> None:
    assert found(FIRST, link(url)) == [("rfa.org", url, "byline")]


@pytest.mark.parametrize("url", ["https://rfa.org/authority/x", "https://author.rfa.org/", "https://rfa.org/a-author"])
def test_addresses_that_only_look_so(url: str) -> None:
    assert found(link(url)) == [("rfa.org", url, "first_external_link")]


@pytest.mark.parametrize(
    "silent",
    [
        link("/about"),
        link(f"https://{OWN}/?p=1", rel="author"),
        link("https://media.uyghurmovement.com/x"),
        link("https://www.facebook.com/sharer?u=x"),
        link("https://youtu.be/x"),
        link("mailto:editor@rfa.org"),
        link("https://127.0.0.1/x"),
        link("http://[broken"),
        link("https://rfa.org/picture.jpg?w=300"),
        link("https://rfa.org/x", "image", "img", "src"),
        link("https://rfa.org/x", "embed", "iframe", "src"),
        link("https://rfa.org/x", "citation", "blockquote", "cite"),
        link("https://rfa.org/x", "data", "div", "data-href"),
        link("https://rfa.org/x.jpg", "data", "div", "data-source"),
        link("https://rfa.org/x", "resource", "link", rel="stylesheet"),
    ],
    ids=lambda each: str(each["url"]),
)
def test_what_names_nobody(silent: Any) -> None:
    assert found(silent) == []
    assert found(silent, FIRST) == [("bbc.co.uk", "https://www.bbc.co.uk/news", "first_external_link")]


def test_a_site_without_a_domain_names_others_all_the_same() -> None:
    assert [row[2] for row in found(FIRST, own_domain=None)] == ["first_external_link"]


def test_posts_are_told_apart() -> None:
    rows = [FIRST, BYLINE | {"id": 2}, link("/x") | {"id": 3}, DATA | {"type": "page"}]
    frame = pl.DataFrame(
        {name: [(row | {"ordinal": 1}).get(name) for row in rows] for name in SCHEMA.names}, schema=SCHEMA.polars
    )
    made = named(frame.with_columns(own_domain=pl.lit("uyghurmovement.com")))
    assert made.select("type", "id", "publisher_evidence").rows() == [
        ("page", 1, "data_attribute"), ("post", 1, "first_external_link"), ("post", 2, "byline"),
    ]  # fmt: skip


def test_the_schema_knows_the_evidence() -> None:
    assert PACKAGE.schema("posts").by_name["publisher_evidence"].constraints["enum"] == list(EVIDENCE)
