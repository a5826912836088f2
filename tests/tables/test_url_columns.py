# Cases read best one after another.
"""URLs looked up as columns mean what each means by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from presscorpus.config import schema
from presscorpus.content.urls import resolve, tracking
from presscorpus.tables import links, url_columns
from presscorpus.tables.addresses import Home, home_of, of_slug, read
from presscorpus.tables.url_columns import locals_of, look_up

if TYPE_CHECKING:
    import pytest

SCHEMA = schema.load_package(Path(__file__).parents[2]).schema("links")
HOMES = [
    home_of("https://example.org/", []),
    home_of("https://www.example.org/blog/", ["https://example.org/blog", "https://old.example.org/"]),
    home_of("https://sub.example.org/", ["https://example.org/a/b", "http://example.org/a"]),
    home_of("https://example.org/?lang=ug", []),
]
HOST = st.sampled_from(
    [
        "example.org",
        "www.example.org",
        "old.example.org",
        "sub.example.org",
        "other.example",
        "EXAMPLE.org",
        "example.org:8080",
        "u:p@example.org",
        "xn--mnchen-3ya.example",
        "127.0.0.1",
        "1.2.3",
        "example.org.",
        "a_b.example",
        "ex-ample.co.uk",
        "localhost",
        "[::1]",
        "a--b.example",
    ]
)
PART = st.sampled_from(
    [
        "blog",
        "a",
        "b",
        "tag",
        "category",
        "genre",
        "cat-1",
        "2024",
        "05",
        "12",
        "page",
        "2",
        "post-7",
        "s-7",
        "feed",
        "wp-admin",
        "wp-json",
        "wp-login.php",
        "wp-content",
        "uploads",
        "files",
        "author",
        "ann",
        "index.php",
        "a.jpg",
        "a-300x200.jpg",
        "a-scaled.jpg",
        "a@2x.png",
        "a-pdf.jpg",
        "a-e1650000000-1x1.gif",
        "b.pdf",
        "x.html",
        "c.php",
        ".",
        "..",
        "%2e",
        "%d8%a7",
        "%D8%A7",
        "A'b",
        "a|b",
        "é",
        "comment-page-2",
        "embed",
        "amp",
        "search",
        "type",
        "date",
        "archives",
        "blogs.dir",
        "~u",
        "a,b;c=d",
        "a+b",
        "(x)",
        "[y]",
        "{z}",
        "robots.txt",
    ]
)
QUERY = st.sampled_from(
    [
        "",
        "",
        "",
        "?",
        "?p=7",
        "?p=07",
        "?page_id=3",
        "?utm_source=x&utm_foo=y",
        "?s=word",
        "?lang=ug",
        "?a=b'c",
        "?p=7&fbclid=1",
        "?cat=3",
        "?x[]=1",
    ]
)
FRAGMENT = st.sampled_from(["", "", "#", "#top", "#é", "#a?b/c", "#!/x"])
URL = st.one_of(
    st.builds(
        "{}{}/{}{}{}{}".format,
        st.sampled_from(["https://", "http://", "https://", "HTTP://", "ftp://"]),
        HOST,
        st.lists(PART, max_size=5).map("/".join),
        st.sampled_from(["", "/", "//"]),
        QUERY,
        FRAGMENT,
    ),
    st.builds("{}{}".format, st.sampled_from(["https://", "http://"]), HOST),
    st.sampled_from(
        [
            "",
            " ",
            "/p/1/",
            "?p=2",
            "#x",
            "//cdn.example/x",
            "mailto:a@b.example",
            "data:text/plain,x",
            "https://",
            " https://example.org/ ",
        ]
    ),
    st.text(max_size=12).map("https://example.org/".__add__),
)


def alone(url: str, base: str | None, home: Home) -> dict[str, object]:
    found = resolve(url, base or url)
    internal = None if found.host is None else home.has(found.host)
    address = home.local(found.resolved) if internal else None
    otherwise = None if address is None else read(address).reason
    if internal and address is None:
        otherwise = "outside" if found.scheme in {"http", "https"} else "other_scheme"
    named = None if found.resolved is None else tracking(found.resolved)
    return found._asdict() | {"internal": internal, "address": address, "otherwise": otherwise, "tracking": named}


@settings(max_examples=150)
@given(st.lists(URL, min_size=1, max_size=12, unique=True), st.sampled_from(HOMES))
@example(["https://example.org/tag/x/", "https://example.org/category/a/b/", "https://example.org/genre/x"], HOMES[0])
@example(["https://example.org/wp-content/uploads/a-300x200.jpg", "https://example.org/a-300x200.JPG"], HOMES[0])
@example(["https://example.org/blog", "https://example.org/blogger/", "https://example.org/blog/?p=7"], HOMES[1])
@example(["https://example.org/?lang=ug", "https://example.org/x"], HOMES[3])
@example([f"https://example.org/x{place}a{chr(code)}b" for code in range(0x21, 0x7F) for place in "/?#"], HOMES[0])
def test_columns_say_what_each_url_says_alone(urls: list[str], home: Home) -> None:
    base = "https://example.org/2024/05/post-1/"
    frame = pl.DataFrame({"url": urls}).with_columns(
        base=pl.when(~url_columns.absolute(pl.col("url"))).then(pl.lit(base))
    )  # fmt: skip
    looked = look_up(SCHEMA, frame, home)
    rows = {row["url"]: row for row in looked.urls.to_dicts()}
    assert set(rows) == set(urls)
    for url in urls:
        expected = alone(url, rows[url]["base"], home)
        assert {name: rows[url][name] for name in expected} == expected, url
    for address in {row["address"] for row in rows.values() if row["address"] is not None}:
        told = looked.candidates.filter(pl.col("address") == address).sort("place")["candidate"].to_list()
        assert told == list(read(address).candidates), address


@settings(max_examples=80)
@given(st.lists(st.one_of(st.none(), URL), max_size=12), st.sampled_from(HOMES))
def test_local_addresses(urls: list[str | None], home: Home) -> None:
    with mock.patch.object(url_columns, "_FEW", 0):
        found = locals_of(pl.Series(urls, dtype=pl.String), home).to_list()
    assert found == [home.local(url) for url in urls] == locals_of(pl.Series(urls, dtype=pl.String), home).to_list()


def test_more_addresses_than_are_looked_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_columns, "_AT_ONCE", 3)
    monkeypatch.setattr(url_columns, "_FEW", 0)
    urls = [f"https://example.org/{number}/" for number in range(10)]
    assert locals_of(pl.Series(urls), HOMES[0]).to_list() == [f"/{number}" for number in range(10)]


@given(
    st.sampled_from(["post_tag", "category", "genre", "p", "share", "utm_x", "author_name", "é"]),
    st.lists(
        st.one_of(st.none(), st.sampled_from(["", "a", "a-b_c.~", "%d8%a7", "é", "a b", "A&b", "007"])), max_size=6
    ),
)
def test_forms_of_slugs(name: str, slugs: list[str | None]) -> None:
    found = links._forms(name, pl.Series(slugs, dtype=pl.String))
    assert found.to_list() == [of_slug(name, slug) for slug in slugs]
