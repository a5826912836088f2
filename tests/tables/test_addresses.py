# A table of cases reads best with one case a line.
# ruff: noqa: E501
"""What an address may mean, by the address alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.config import schema
from presscorpus.tables.addresses import Home, Meaning, home_of, of_slug, originals, read, unedited

ROOT = Path(__file__).parent.parent.parent
PACKAGE = schema.load_package(ROOT)
REASONS = set(PACKAGE.schema("links").by_name["target_reason"].constraints["enum"])
HOME = home_of("https://example.org/", [])
PARTS = st.sampled_from(
    ["", "a", "A", "page", "2", "2022", "05", "feed", "author", "category", "tag", "wp-admin", "wp-json", "embed",
     "x-300x200.jpg", "y-scaled.jpg", "z.html", "index.php", "%D8%A7", "search", "wp-login.php"]
)  # fmt: skip
PAIRS = st.sampled_from(
    ["p=1", "page_id=02", "cat=3", "cat=3,4", "tag=", "s=x", "lang=ug", "paged=2", "book=dune", "taxonomy=a", "term=b",
     "rest_route=/", "feed=rss2", "author=1", "utm_source=q", "=", "x"]
)  # fmt: skip
ADDRESSES = st.builds(
    lambda parts, pairs: f"https://example.org/{'/'.join(parts)}{'?' if pairs else ''}{'&'.join(pairs)}",
    st.lists(PARTS, max_size=4),
    st.lists(PAIRS, max_size=3),
)

pytestmark = pytest.mark.fast


def local(url: str, home: Home = HOME) -> str:
    found = home.local(url)
    assert found is not None
    return found


def reason(path: str) -> str:
    return read(local(f"https://example.org{path}")).reason


@pytest.mark.parametrize(
    ("why", "paths"),
    [
        ("admin", ["/wp-admin", "/wp-admin/post.php?post=5&action=edit", "/wp/wp-admin/"]),
        ("login", ["/wp-login.php", "/wp-login.php?redirect_to=https%3A%2F%2Fexample.org", "/wp/wp-signup.php"]),
        ("feed", ["/feed/", "/2022/x/feed/", "/feed/atom", "/category/news/feed/", "/?feed=rss2", "/rss", "/wp-rss2.php", "/comments/feed"]),
        ("rest_api", ["/wp-json/", "/index.php/wp-json/wp/v2/posts", "/?rest_route=/wp/v2/posts"]),
        ("archive", ["/2022", "/2022/05/", "/2022/05/06/page/2", "/blog/2022/05", "/?m=202205", "/?s=word", "/search/word/", "/author/ayse/", "/?author=3", "/?post_type=book", "/?cat=1,2", "/?tag=a%2Bb", "/type/video/"]),
        ("upload_not_listed", ["/wp-content/uploads/2022/04/a.jpg", "/wp-content/uploads/a.pdf?x=1", "/files/2011/a.jpg"]),
        ("other_file", ["/wp-includes/js/a.js", "/xmlrpc.php", "/favicon.ico", "/robots.txt", "/wp-content/themes/t/a.png"]),
        ("parameters", ["/?lang=ug", "/?foo=1&bar=2", "/2022/x/?lang=ug"]),
        ("not_observed", ["/", "/x", "/2022/x", "/2022/x.html", "/?p=9", "/?page_id=9", "/?cat=9", "/?tag=x", "/tag/x", "/?taxonomy=genre&term=x", "/archives/123", "/20221", "/x/?foo=1", "/v1.5"]),
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_known_says_why(why: str, paths: list[str]) -> None:
    assert {path: reason(path) for path in paths} == dict.fromkeys(paths, why)


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("/2022/x/?p=7", "?p=7"), ("/?attachment_id=007", "?p=7"), ("/?page_id=7&preview=true", "?p=7"),
        ("/2022/x/2/", "/2022/x"), ("/2022/x/comment-page-3/#comment-9", "/2022/x"), ("/2022/x/embed", "/2022/x"),
        ("/2022/X", "/2022/x"), ("/%d8%a7/X", "/%D8%A7/x"), ("/2022//x", "/2022/x"), ("/2022/x/?ref=home", "/2022/x"),
        ("/?paged=2", ""), ("/page/2", ""), ("/index.php", ""), ("/category/news/page/2/", "/category/news"),
        ("/category/world/asia/", "?category_name=asia"), ("/?category_name=world/asia", "?category_name=asia"),
        ("/tag/a/", "?tag=a"), ("/?taxonomy=post_tag&term=a", "?tag=a"), ("/?taxonomy=genre&term=a", "?genre=a"),
        ("/genre/a", "?genre=a"), ("/?genre=a&paged=2", "?genre=a"), ("/?cat=3&paged=2", "?cat=3"),
        ("/author/ayse/page/2", "?author_name=ayse"), ("/?author=3&paged=2", "?author=3"),
        ("/wp-content/uploads/a-300x200.jpg?w=3", "/wp-content/uploads/a.jpg"), ("/uploads/a.jpg?x", "/uploads/a.jpg"),
    ],
)  # fmt: skip
def test_what_an_address_may_mean_is_among_its_candidates(url: str, means: str) -> None:
    assert means in read(local(f"https://example.org{url}")).candidates


@pytest.mark.parametrize(
    ("url", "never"),
    [
        # What a parameter on the front page shows is a plugin's business, and another language is another post.
        ("/?foo=1", ""), ("/?lang=ug", ""), ("/2022/x/?lang=ug", "/2022/x"),
        ("/2022/05/", "/2022"), ("/embed", ""), ("/book/part/dune", "?book=dune"), ("/2022/x/feed", "/2022/x"),
        ("/?s=x", ""), ("/x.jpg/", "/x"),
    ],
)  # fmt: skip
def test_what_an_address_does_not_mean_is_no_candidate(url: str, never: str) -> None:
    assert never not in read(local(f"https://example.org{url}")).candidates


@given(ADDRESSES)
def test_every_address_is_its_own_first_candidate_and_has_a_reason_of_the_list(url: str) -> None:
    address = local(url)
    meaning = read(address)
    assert meaning.candidates[0] == address
    assert len(set(meaning.candidates)) == len(meaning.candidates)
    assert meaning.reason in REASONS
    # Whatever stands for the same address in another notation means the same.
    for other in (url.replace("https", "http"), url.replace("//", "//www.", 1), f"{url}#part"):
        assert read(local(other)) == meaning


@given(st.text())
def test_nothing_raises(text: str) -> None:
    assert isinstance(read(text), Meaning)
    HOME.local(f"https://example.org/{text}")


def test_every_reason_of_the_schema_is_given_and_explained() -> None:
    code = "".join(
        (ROOT / f"builder/presscorpus/tables/{name}.py").read_text() for name in ("addresses", "links", "url_columns")
    )
    assert {name for name in REASONS if f'"{name}"' in code} == REASONS
    section = (ROOT / "docs/flags.md").read_text().split("## Reasons of internal links")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == REASONS


@pytest.mark.parametrize(
    ("name", "made_from"),
    [
        ("a-300x200.jpg", "a.jpg"), ("a@2x.jpg", "a.jpg"), ("a-300x200@2x.jpg", "a.jpg"), ("a-scaled.jpg", "a.jpg"),
        ("a-e1650000000.jpg", "a.jpg"), ("a-e1650000000-300x200.jpg", "a.jpg"), ("a-e1650000000-1x1.jpg", "a-e1650000000.jpg"),
        ("a-rotated-scaled.jpg", "a.jpg"), ("a-1024x768-300x225.jpg", "a-1024x768.jpg"), ("a-pdf-300x200.jpg", "a.pdf"),
        ("a-pdf.jpg", "a.pdf"),
    ],
)  # fmt: skip
def test_a_resized_or_edited_picture_is_made_from_another(name: str, made_from: str) -> None:
    assert originals(f"/uploads/{name}")[0] == f"/uploads/{name}"
    assert f"/uploads/{made_from}" in originals(f"/uploads/{name}")


def test_a_size_in_a_name_is_cut_once_and_other_numbers_stay() -> None:
    assert originals("/a-1024x768-300x225.jpg")[-1] == "/a-1024x768.jpg"
    for name in ("/a-300.jpg", "/a-300x.jpg", "/a-e12.jpg", "/a-scaled-up.jpg", "/300x200.jpg", "/a-3x2/b.jpg"):
        assert originals(name) == (name,)


def test_an_edited_file_goes_by_the_names_that_it_was_made_from() -> None:
    assert unedited("/a-scaled-e1650000000.jpg") == ("/a-scaled.jpg", "/a.jpg")
    assert unedited("/a-300x200.jpg") == ()


def test_a_site_is_at_every_address_that_it_gave_of_itself() -> None:
    home = home_of("https://old.example/", ["https://www.new.example/blog/", "https://new.example/blog/wp"])
    assert [home.has(host) for host in ("old.example", "www.old.example", "NEW.example", "b.new.example")] == [
        True,
        True,
        True,
        False,
    ]
    for url in ("https://old.example/x/", "http://new.example/blog/x", "https://www.new.example/blog/wp/x"):
        assert home.local(url) == "/x"
    assert home.local("https://new.example/blog?p=1") == "?p=1"
    for url in (
        "https://new.example/x",
        "https://new.example/blogs/x",
        "https://new.example:81/blog/x",
        "mailto:a@b",
        "",
    ):
        assert home.local(url) is None
    assert home.local(None) is None


def test_a_section_given_as_address_is_not_the_front_page_of_a_site_that_names_another() -> None:
    assert home_of("https://example.org/news/", []).local("https://example.org/news/x") == "/x"
    assert (
        home_of("https://example.org/news/", ["https://example.org"]).local("https://example.org/news/x") == "/news/x"
    )


def test_an_address_that_is_none_makes_no_home() -> None:
    home = home_of("https://example.org/", ["", "nonsense", "mailto:a@b"])
    assert (home.hosts, home.bases) == (("example.org",), ("example.org",))


@pytest.mark.parametrize(
    ("name", "slug", "expected"),
    [("category", "news", "?category_name=news"), ("post_tag", "a", "?tag=a"), ("genre", "%d8%a7", "?genre=%D8%A7"), ("book", "ا", "?book=%D8%A7"), ("book", None, None), ("book", "", None)],
)  # fmt: skip
def test_a_slug_has_an_address_whatever_the_permalinks(name: str, slug: str | None, expected: str | None) -> None:
    assert of_slug(name, slug) == expected
