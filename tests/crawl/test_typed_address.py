"""What people type for a site, and what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from presscorpus.crawl import typed_address
from presscorpus.crawl.rest.api import Api
from presscorpus.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from tests.wordpress.server import WordPress


@pytest.mark.fast
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.org", True), ("www.example.org/blog/", True), ("localhost:8080", True), ("127.0.0.1:8080", True),
        ("[::1]:8080/x", True), ("https://example.org", True), ("ftp://example.org", True), ("пример.рф", True),
        ("posts.json", False), ("a.warc.gz", False), ("gz.example.org", True),
        ("posts", False), ("./posts.json", False), ("C:\\posts", False),
        ("", False), ("a b", False),
    ],
)  # fmt: skip
def test_a_text_is_an_address_where_it_begins_like_one(text: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert typed_address.is_address(text) is expected


@pytest.mark.fast
@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("example.org", ["https://example.org/", "http://example.org/"]),
        ("example.org:8080", ["http://example.org:8080/", "https://example.org:8080/"]),
        ("https://example.org/wp-json/wp/v2/posts?page=2", ["https://example.org/"]),
        ("https://example.org/blog/index.php/wp-json/wp/v2/posts/1", ["https://example.org/blog/"]),
        ("https://example.org/?rest_route=/wp/v2/posts", ["https://example.org/"]),
        ("https://example.org/?p=12&utm_source=x#more", ["https://example.org/?p=12"]),
        ("https://example.org/wp-admin/edit.php", ["https://example.org/"]),
    ],
)
def test_what_a_text_can_mean(text: str, candidates: list[str]) -> None:
    assert list(typed_address._candidates(text)) == candidates


@pytest.mark.fast
@pytest.mark.parametrize("text", ["ftp://example.org", "https://", "https://example.org:x/"])
def test_what_no_address_can_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        typed_address.settle(text)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("root", "site"),
    [
        ("https://example.org/wp-json/", "https://example.org/"),
        ("https://example.org/blog/index.php/wp-json/", "https://example.org/blog/"),
        ("https://example.org/blog/index.php?rest_route=/", "https://example.org/blog/"),
        ("https://example.org/?rest_route=/", "https://example.org/"),
        ("https://public-api.wordpress.com/wp/v2/sites/example.wordpress.com/", "typed"),
    ],
)
def test_the_site_of_an_api(root: str, site: str) -> None:
    assert typed_address.site_of(Api(root, {}), "typed") == site


def test_a_pasted_post_and_a_bare_host_lead_to_the_site(wordpress: WordPress) -> None:
    wordpress.set_permalinks("pretty")
    bare = wordpress.url.removeprefix("http://").rstrip("/")
    number = next(iter(wordpress.public_ids()["posts:post"]))
    for text in (bare, f"{wordpress.url}?p={number}", f"{wordpress.url}wp-json/wp/v2/posts/{number}", wordpress.url):
        assert typed_address.settle(text, allow_private=True) == wordpress.url
    # Of several addresses that it can mean the likeliest is told.
    with pytest.raises(NetworkError, match=r"^http://127\.0\.0\.1:9/: gives no whole answer: Connection refused"):
        typed_address.settle("127.0.0.1:9", allow_private=True)
    with pytest.raises(NetworkError, match=r"no TLS: .*\nBegin the address with http:// if the site has no https"):
        typed_address.settle(f"https://{bare}/?p={number}", allow_private=True)
