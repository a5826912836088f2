# A table of cases reads best with one case a line.
# ruff: noqa: E501

from __future__ import annotations

import hashlib

import pytest
from ada_url import URL
from hypothesis import example, given, settings
from hypothesis import strategies as st

from presscorpus.content.urls import (
    REASONS,
    TRACKING,
    UTM,
    Resolver,
    Url,
    address_key,
    as_written,
    resolve,
    same_site,
    tracking,
)

POST = "https://www.uyghurmovement.com/?p=882"

PIECES = st.lists(
    st.sampled_from(
        [
            *("http:", "https:", "ftp:", "file:", "foo:", "mailto:", "data:", "ht\ntp:", " ", "\t", "\n", "\x00"),
            *(
                "/",
                "//",
                "\\",
                "@",
                ":",
                "?",
                "#",
                "user",
                "user:pw@",
                "host.example",
                "[",
                "]",
                "[::1]",
                "1.2.3.4",
                "%",
                "é",
            ),
            *("ئۇيغۇر", ".", "..", ":99999", "\ud800", "xn--", "co.uk"),
        ]
    ),
    max_size=8,
).map("".join)

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("/a b", Url("https://www.uyghurmovement.com/a%20b", "https", "www.uyghurmovement.com", "uyghurmovement.com", None, None)),
        ("//h.co.uk/#é", Url("https://h.co.uk/#%C3%A9", "https", "h.co.uk", "h.co.uk", "%C3%A9", None)),
        ("#", Url(POST + "#", "https", "www.uyghurmovement.com", "uyghurmovement.com", "", None)),
        ("https://u:p@MÜNCHEN.de/", Url("https://xn--mnchen-3ya.de/", "https", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de", None, None)),
        ("/ئۇ", Url("https://www.uyghurmovement.com/%D8%A6%DB%87", "https", "www.uyghurmovement.com", "uyghurmovement.com", None, None)),
        (" a\nb ", Url("https://www.uyghurmovement.com/ab", "https", "www.uyghurmovement.com", "uyghurmovement.com", None, None)),
        ("http://0x7f.1/", Url("http://127.0.0.1/", "http", "127.0.0.1", None, None, None)),
        ("http://[::1]:8080/", Url("http://[::1]:8080/", "http", "[::1]", None, None, None)),
        ("http://co.uk/", Url("http://co.uk/", "http", "co.uk", None, None, None)),
        ("http://localhost/", Url("http://localhost/", "http", "localhost", None, None, None)),
        ("http://a.example.com./", Url("http://a.example.com./", "http", "a.example.com.", "example.com", None, None)),
        ("mailto:a@b.org", Url("mailto:a@b.org", "mailto", None, None, None, None)),
        ("tel:+99", Url("tel:+99", "tel", None, None, None, None)),
        ("javascript:alert(1)", Url("javascript:alert(1)", "javascript", None, None, None, None)),
        ("data:image/png;base64,AA==", Url(None, "data", None, None, None, "data_url")),
        ("", Url(None, None, None, None, None, "empty")),
        (" \n\t", Url(None, None, None, None, None, "empty")),
        ("http://[", Url(None, None, None, None, None, "invalid")),
        ("http://h:99999/", Url(None, None, None, None, None, "invalid")),
    ],
)  # fmt: skip
def test_a_url_is_resolved_or_says_why_not(raw: str, expected: Url) -> None:
    assert resolve(raw, POST) == expected
    assert Resolver().resolve(raw, POST) == expected


def test_a_relative_url_needs_a_base_and_an_absolute_one_does_not() -> None:
    assert resolve("/x", "nonsense").reason == "no_base"
    assert resolve("http://[", "nonsense").reason == "invalid"
    assert resolve("https://a.example/x", "nonsense").resolved == "https://a.example/x"


@pytest.mark.parametrize(
    ("raw", "resolved", "host"),
    [
        ("https://STRAẞE.de/", "https://xn--strae-oqa.de/", "xn--strae-oqa.de"),
        ("https://faß.de/", "https://xn--fa-hia.de/", "xn--fa-hia.de"),
        ("https://βόλος.com/", "https://xn--nxasmm1c.com/", "xn--nxasmm1c.com"),
        ("https://finance.example/quote/^GSPC", "https://finance.example/quote/%5EGSPC", "finance.example"),
        ("skype:valley ?call", "skype:valley%20?call", None),
        ("mailto:a@b.example ?subject=x", "mailto:a@b.example%20?subject=x", None),
        ("https://xn--zn7c.com/", "https://xn--zn7c.com/", "xn--zn7c.com"),
        ("https://xn--1ug.example/a", "https://xn--1ug.example/a", "xn--1ug.example"),
        ("https://look\u206bout.net/", "https://lookout.net/", "lookout.net"),
        ("https://look\u180eout.net/", "https://lookout.net/", "lookout.net"),
        ("https://\u04c0.com/", "https://xn--s5a.com/", "xn--s5a.com"),
        ("https://look\u06ddout.net/", None, None),
        ("https://\u2260.example/", "https://xn--1ch.example/", "xn--1ch.example"),
    ],
)  # fmt: skip
def test_a_url_means_what_the_standard_of_today_says(raw: str, resolved: str | None, host: str | None) -> None:
    url = resolve(raw, POST)
    assert (url.resolved, url.host) == (resolved, host)


def test_private_suffixes_count() -> None:
    assert resolve("https://a.b.github.io/", POST).domain == "b.github.io"


@given(PIECES, st.one_of(PIECES, st.just(POST)))
@example("http://" + "a" * 70 + ".example/", POST)
@example("http://" + "ü." * 200, POST)
@example("foo://a%20b/", POST)
def test_nothing_raises_and_every_answer_is_whole(raw: str, base: str) -> None:
    url = resolve(raw, base)
    assert (url.resolved is None) == (url.reason is not None)
    assert url.reason is None or url.reason in REASONS
    if url.resolved is not None:
        parsed = URL(url.resolved)
        assert not parsed.username + parsed.password
        assert (parsed.protocol, parsed.hostname) == (f"{url.scheme}:", url.host or "")
        assert parsed.hash.removeprefix("#") == (url.fragment or "")
        assert parsed.href == url.resolved
    address_key(raw)
    assert Resolver().resolve(raw, base) == url


@settings(max_examples=400)
@given(PIECES, st.sampled_from([POST, "http://a.example/b"]))
@example("https:user:pw@host.example/", "http://a.example/b")
@example("https:////user:pw@host.example/", POST)
@example("ht\ntp:\\\\user:p@w@host.example", POST)
@example("/\t/user@host.example", POST)
@example("http:@/http:@http:", POST)
def test_what_is_kept_of_a_url_has_no_credentials(raw: str, base: str) -> None:
    kept = as_written(raw)
    kept.encode()
    if URL.can_parse(kept, base):
        parsed = URL(kept, base)
        assert not parsed.username + parsed.password
    # The rest means the same, but where slashes other than two leave it to the base what is a name.
    meant = resolve(raw, base)
    if meant.resolved and ":" not in raw.split("/", maxsplit=1)[0].split("\\", maxsplit=1)[0]:
        assert resolve(kept, base) == meant


@pytest.mark.parametrize(
    "raw",
    [
        "https://medium.com/@name/x",
        "mailto:a@b.org",
        "/a@b",
        "?q=a@b",
        "//h.example/a@b",
        " https://h.example ",
        "a\nb",
        "https://h.example\\@other.example",  # a backslash ends an authority of https
    ],
)
def test_an_at_sign_elsewhere_stays(raw: str) -> None:
    assert as_written(raw) == raw


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [
        ("data:image/PNG;base64," + "A" * 1_000_000, "image/png"),
        ("\n DATA:,x", "text/plain"),
        ("d\nata:text/html;charset=x,é", "text/html"),
        ("data:<b>/;,x", "invalid/invalid"),
    ],
)
def test_a_data_url_is_kept_as_its_digest(raw: str, media_type: str) -> None:
    written = raw.encode()
    digest = hashlib.sha256(written).hexdigest()
    assert as_written(raw) == f"data:{media_type};sha256={digest};bytes={len(written)}"
    assert resolve(as_written(raw), POST).reason == "data_url"


def test_the_resolver_forgets_rather_than_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counting(raw: str, base: str) -> Url:
        asked.append(raw)
        return resolve(raw, base)

    monkeypatch.setattr("presscorpus.content.urls.resolve", counting)
    resolver = Resolver(capacity=2)
    for base in ("https://a.example/", "https://b.example/"):
        assert resolver.resolve("https://x.example/", base).host == "x.example"
    assert asked == ["https://x.example/"]
    assert resolver.resolve("y", "https://a.example/").host == "a.example"
    assert resolver.resolve("y", "https://b.example/").host == "b.example"
    for number in range(100):
        resolver.resolve(f"https://x{number}.example/", POST)
        resolver.resolve(f"/{number}", POST)
    assert len(resolver._absolute) <= 2
    assert len(resolver._relative) <= 2
    resolver.resolve("https://x.example/" + "a" * 5000, POST)
    assert all(len(raw) < 5000 for raw in resolver._absolute)


def test_one_site_with_and_without_www() -> None:
    assert same_site("WWW.Example.org", "example.org")
    assert same_site("example.org", "www.example.org")
    assert not same_site("news.example.org", "example.org")
    assert not same_site("wwwexample.org", "example.org")


@pytest.mark.parametrize(
    "same",
    [
        ["https://www.a.org/2020/x/", "http://a.org/2020/x", "http://a.org/index.php/2020/x/#c", "https://A.org/2020/x?utm_source=z&fbclid=1"],
        ["https://a.org/?p=882", "https://a.org/index.php?p=0882", "http://www.a.org?preview=1&p=882#more"],
        ["https://a.org/%d8%a7/", "https://a.org/ا", "https://a.org/%D8%A7"],
        ["https://a.org/b/?page_id=2", "https://a.org/b/index.php?page_id=2"],
        ["https://a.org", "http://www.a.org/", "https://a.org/index.php", "https://a.org:443/?"],
        ["https://a.org/~x", "https://a.org/%7Ex"],
        ["https://a.org/?a=1&b=2", "https://a.org/?b=2&a=1"],
    ],
)  # fmt: skip
def test_addresses_of_one_post_have_one_key(same: list[str]) -> None:
    assert len({address_key(url) for url in same}) == 1
    assert address_key(same[0]) is not None


def test_addresses_of_different_things_have_different_keys() -> None:
    addresses = [
        *("https://a.org/", "https://a.org/?p=1", "https://a.org/?page_id=1", "https://a.org/?attachment_id=1"),
        *("https://a.org/?s=x", "https://a.org/?lang=ug", "https://a.org/x", "https://a.org/X", "https://a.org:8080/x"),
        *("https://b.org/x", "https://sub.a.org/x", "https://a.org/x/y", "https://a.org/?p=2", "https://a.org/a%2Fb"),
        "https://a.org/a/b",
    ]
    assert len({address_key(url) for url in addresses}) == len(addresses)


@pytest.mark.parametrize("url", ["/x", "mailto:a@b", "ftp://a.org/x", "http://[", "", "data:,x"])
def test_what_is_no_web_address_has_no_key(url: str) -> None:
    assert address_key(url) is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", []), ("?", []), ("?id=1&ref=home", []), ("?utm_source=a&utm_medium=b&utm_source=c", ["utm_medium", "utm_source"]),
        ("?FBCLID=x", ["fbclid"]), ("?a=1&amp;utm_source=x", ["utm_source"]), ("?utm%5Fsource=x", ["utm_source"]),
        ("?utm_somebody=x&utm_2=y", [UTM]), ("?gclid", ["gclid"]), ("#?fbclid=1", []), ("?x=1#&fbclid=1", []), ("?x=fbclid=1", []),
        ("??fbclid=1", []), ("?ref_src=twsrc%5Etfw", ["ref_src"]),
    ],
)  # fmt: skip
def test_the_names_of_trackers_are_told(query: str, names: list[str]) -> None:
    assert tracking(f"https://example.org/a{query}") == names


def test_the_list_of_trackers_is_in_lower_case_and_no_tracker_tells_addresses_apart() -> None:
    assert all(name == name.lower() for name in TRACKING)
    assert {address_key(f"https://a.org/x?{name}=1&amp;{name}=2") for name in TRACKING} == {"a.org/x"}


@given(st.text())
def test_any_text_has_a_list_of_trackers(text: str) -> None:
    assert set(tracking(text)) <= TRACKING | {UTM}
