from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
import trustme

from presscorpus.config.params import Limits
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.rate_limit import retry_after
from presscorpus.crawl.http.redirects import followed
from presscorpus.crawl.http.retries import Pace
from presscorpus.crawl.http.special_networks import is_public
from presscorpus.crawl.rest.api import Api
from presscorpus.crawl.rest.discovery import discover
from presscorpus.crawl.rest.probe import probe
from presscorpus.crawl.rest.rows import Row, rows_in
from presscorpus.errors import BlockedError, NetworkError, NotWordPressError, TooOldError
from tests.crawl.scripted import Scripted
from tests.listener import answer, trickle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.archive.writer import Exchange
    from tests.crawl.scripted import Script


PACE = Pace(backoff_seconds=0.01, jitter=False)


@contextlib.contextmanager
def client_of(limits: Limits | None = None) -> Iterator[tuple[Client, list[Exchange]]]:
    stored: list[Exchange] = []
    with Client(stored.append, limits or Limits(timeout_seconds=5), allow_private=True, pace=PACE) as client:
        yield client, stored


@pytest.mark.case(2)
@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_an_answer_that_trickles_ends_at_the_deadline(first: bytes) -> None:
    with (
        Scripted({"/": [trickle(first)]}) as server,
        client_of(Limits(timeout_seconds=0.5, retries=1)) as (client, stored),
    ):
        began = time.monotonic()
        with pytest.raises(NetworkError, match="gives no whole answer"):
            client.get(f"{server.url}/")
        # Twice half a second; without the deadline twice the twenty that the server goes on for.
        assert time.monotonic() - began < 15
    assert [exchange.url for exchange in stored if exchange.status == 200] == []


@pytest.mark.case(3)
@pytest.mark.parametrize(
    "cut",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello" * 99, mtime=0)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
        + gzip.compress(bytes(range(99)), mtime=0)[:-9]
        + b"damaged!!",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(b"hello" * 99)[:-5],
    ],
)
def test_a_body_cut_short_is_thrown_away_and_asked_for_again(cut: bytes) -> None:
    with Scripted({"/": [cut, answer(b"whole")]}) as server, client_of() as (client, stored):
        assert client.get(f"{server.url}/").body == b"whole"
        assert client.total.discarded == 1
        assert client.total.requests == 3
    assert [exchange.body for exchange in stored if exchange.status == 200] == [b"whole"]


def test_compressed_bodies_are_stored_as_they_came() -> None:
    packed = gzip.compress(b'{"a": 1}', mtime=0)
    with (
        Scripted({"/": [answer(packed, "Content-Encoding: gzip")]}) as server,
        client_of() as (client, stored),
    ):
        assert client.get(f"{server.url}/").body == b'{"a": 1}'
    assert stored[-1].body == packed
    assert ("Content-Encoding", "gzip") in stored[-1].headers
    assert ("Accept-Encoding", "gzip") in stored[-1].request_headers


@pytest.mark.case(11)
@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
def test_a_bomb_is_cut_at_the_limit(status: str) -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    limits = Limits(timeout_seconds=5, max_bytes=100_000)
    with (
        Scripted({"/": [answer(bomb, "Content-Encoding: gzip", status=status)]}) as server,
        client_of(limits) as (client, stored),
    ):
        tracemalloc.start()
        try:
            assert len(client.get(f"{server.url}/").body) == 100_000
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # It is cut as it is undone, not after it went off.
    assert most < 20_000_000
    assert stored[-1].truncated == "length"
    assert len(stored[-1].body) <= len(bomb)


def test_an_endless_body_is_cut_at_the_limit() -> None:
    def endless(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            client.sendall(bytes(10_000))

    limits = Limits(timeout_seconds=5, max_bytes=100_000)
    with Scripted({"/": [endless]}) as server, client_of(limits) as (client, stored):
        client.get(f"{server.url}/")
    assert len(stored[-1].body) == 100_000
    assert stored[-1].truncated == "length"


def test_endless_headers_are_an_error() -> None:
    def endless(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            client.sendall(b"X: " + b"a" * 10_000 + b"\r\n")

    with Scripted({"/": [endless]}) as server, client_of(Limits(retries=0)) as (client, _), pytest.raises(NetworkError):
        client.get(f"{server.url}/")


@pytest.mark.parametrize(
    ("headers", "differ"),
    [
        (["Date: {now}"], False),
        (["Date: {earlier}"], True),
        (["Date: {earlier}", "Age: 10800"], False),
        (["Date: soon"], False),
        (["Date: Thu, 01 Jan 99999999999999999999 00:00:00 GMT"], False),
        (["Date: Thu, 01 Jan 2026 00:00:00 +99999999999999999999999999"], False),
        ([], False),
    ],
)
def test_the_clocks_are_compared(headers: list[str], *, differ: bool) -> None:
    now = datetime.now(UTC)
    times = {"now": format_datetime(now), "earlier": format_datetime(now - timedelta(hours=3))}
    script = answer(b"[]", *(header.format(**times) for header in headers))
    with Scripted({"/": [script]}) as server, client_of() as (client, _):
        client.get(f"{server.url}/")
        assert client.clocks_differ is differ


def test_a_server_error_is_asked_about_once_more_and_then_believed() -> None:
    with Scripted({"/": [answer(b"no", status="500 Oops")]}) as server, client_of() as (client, stored):
        assert client.get(f"{server.url}/").status == 500
    assert [exchange.status for exchange in stored] == [404, 500, 500]


@pytest.mark.parametrize("status", [408, 425, 502, 504, 520, 524, 527, 530])
def test_what_a_gateway_says_of_a_moment_is_asked_again(status: int) -> None:
    script: Script = {"/": [answer(b"no", status=f"{status} Weather"), answer(b"yes")]}
    with Scripted(script) as server, client_of() as (client, _):
        assert client.get(f"{server.url}/").body == b"yes"


def test_a_site_that_stays_busy_is_left_alone() -> None:
    busy = answer(b"", "Retry-After: 0", status="429 Slow down")
    with Scripted({"/": [busy]}) as server, client_of(Limits(retries=2)) as (client, stored):
        with pytest.raises(NetworkError, match="429"):
            client.get(f"{server.url}/")
        assert server.asked.count("/") == 3
    assert len(stored) == 4


def test_retry_after_is_obeyed() -> None:
    busy = answer(b"", "Retry-After: 1", status="503 Busy")
    with Scripted({"/": [busy, answer(b"yes")]}) as server, client_of() as (client, _):
        begun = time.monotonic()
        assert client.get(f"{server.url}/").body == b"yes"
        assert time.monotonic() - begun >= 1


def test_who_asks_to_be_left_alone_for_longer_than_the_limit_is_left_alone() -> None:
    busy = answer(b"", "Retry-After: 3600", status="503 Busy")
    limits = Limits(timeout_seconds=5, retry_after_cap_seconds=0.3)
    with Scripted({"/": [busy, answer(b"yes")]}) as server, client_of(limits) as (client, _):
        with pytest.raises(NetworkError, match="left alone for 3600"):
            client.get(f"{server.url}/")
        assert server.asked.count("/") == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999999999", 999999999),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        (None, None),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 11, 23, 12, tzinfo=UTC)) == seconds


def test_redirects_within_the_site_are_followed_and_stored() -> None:
    script: Script = {"/": [answer(b"", "Location: /there?x=1", status="301 Moved")], "/there?x=1": [answer(b"yes")]}
    with Scripted(script) as server, client_of() as (client, stored):
        got = client.get(f"{server.url}/")
        assert (got.body, got.url) == (b"yes", f"{server.url}/there?x=1")
    assert [exchange.status for exchange in stored] == [404, 301, 200]


@pytest.mark.case(10)
@pytest.mark.parametrize(
    ("base", "location", "why"),
    [
        ("https://example.org/", "http://example.org/", "not safe"),
        ("https://example.org/", "ftp://example.org/", "not safe"),
        ("https://example.org/", "file:///etc/passwd", "not safe"),
        ("https://example.org/", "https://example.com/", "another site"),
        ("https://example.org/", "//169.254.169.254/latest", "another site"),
        ("https://example.org/", "https://evilexample.org/", "another site"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:6379/", "another site"),
        ("https://example.org/", "/seen", "circle"),
        ("https://example.org/", "http://a:b/", "no address"),
    ],
)
def test_unsafe_redirects_are_refused(base: str, location: str, why: str) -> None:
    with pytest.raises(NetworkError, match=why):
        followed(base, location, [base, "https://example.org/seen"], 5)


def test_redirects_are_five_at_most() -> None:
    seen = [f"https://example.org/{number}" for number in range(5)]
    assert followed(seen[-1], "/5", seen, 5) == "https://example.org/5"
    with pytest.raises(NetworkError, match="more than 5"):
        followed(seen[-1], "/6", [*seen, "https://example.org/5"], 5)


@pytest.mark.parametrize(
    ("sent", "asked"),
    [("/haber-şehir/", "/haber-%C5%9Fehir/"), ("/%C5%9Fehir/ş", "/%C5%9Fehir/%C5%9F")],
)
def test_a_redirect_that_is_not_ascii_is_read_as_utf_8(sent: str, asked: str) -> None:
    # A header has bytes; the client reads each as one character.
    location = sent.encode().decode("latin-1")
    assert followed("https://example.org/", location, ["https://example.org/"], 5) == f"https://example.org{asked}"


def test_a_redirect_in_another_encoding_keeps_its_bytes() -> None:
    location = "/k\xf6ln/"  # ISO 8859-1
    assert followed("https://example.org/", location, ["https://example.org/"], 5) == "https://example.org/k%F6ln/"


@pytest.mark.case(10)
def test_a_redirect_to_the_canonical_host_loses_its_credentials() -> None:
    assert followed("http://example.org/", "https://u:p@www.example.org/a#b", ["http://example.org/"], 5) == (
        "https://www.example.org/a"
    )


@pytest.mark.case(9)
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "fe80::1%eth0", "fd00::1", "100.64.0.1", "224.0.0.1", "ff02::1", "255.255.255.255",
        "64:ff9b::7f00:1", "2002:7f00:1::", "198.18.0.1", "2001:db8::1", "192.0.0.8", "192.0.0.171", "192.0.2.1",
        "192.88.99.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "240.0.0.1", "239.255.255.255", "3fff::1",
        "3fff:fff::1", "5f00::1", "100::1", "100:0:0:1::1", "64:ff9b:1::7f00:1", "64:ff9b:1::808:808", "2001::1",
        "2001:2::1", "2001:10::1", "2001:1ff:ffff::1", "::7f00:1", "::808:808", "::ffff:0:808:808", "fec0::1",
        "ff0e::1", "4000::1", "2002:a9fe:a9fe::", "2002:c0a8:101::1", "::ffff:169.254.169.254", "172.31.255.255",
        "100.127.255.255", "0.1.2.3", "fc00::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
        "192.0.1.1",
        "172.32.0.1",
        "100.128.0.1",
        "2001:200::1",
        "2620:4f:8000::1",
        "3ffe::1",
        "223.255.255.255",
    ],
)
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


def test_the_address_that_a_name_leads_to_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name with a private address: nothing is sent, whatever the name looked like before."""
    with Scripted({"/": [answer(b"secret")]}) as server:
        port = int(server.url.rpartition(":")[2])
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        )
        with Client(lambda _: None, Limits(), pace=PACE) as client, pytest.raises(NetworkError, match=r"127\.0\.0\.1"):
            client.get(f"http://www.example.org:{port}/")
        assert server.asked == []


@pytest.mark.case(1)
def test_a_certificate_that_nobody_vouches_for_is_refused_at_once() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    said: list[bytes] = []

    def shake(client: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as safe:
            said.append(safe.recv(1000))

    with socket.create_server(("127.0.0.1", 0)) as listener, client_of() as (client, stored):
        thread = threading.Thread(target=lambda: shake(listener.accept()[0]))
        thread.start()
        with pytest.raises(NetworkError, match="certificate is not to be trusted"):
            client.get(f"https://localhost:{listener.getsockname()[1]}/")
        thread.join()
        assert client.total.requests == 1
    assert not any(said)
    assert stored == []


def robots(text: str) -> Script:
    return {"/robots.txt": [answer(text.encode(), "Content-Type: text/plain")], "/": [answer(b"yes")]}


def test_robots_txt_is_obeyed() -> None:
    with Scripted(robots("User-agent: presscorpus\nDisallow: /")) as server, client_of() as (client, stored):
        with pytest.raises(BlockedError, match=r"robots\.txt forbids"):
            client.get(f"{server.url}/")
        assert server.asked == ["/robots.txt"]
    assert len(stored) == 1


def test_a_crawl_delay_spaces_the_requests() -> None:
    with Scripted(robots("User-agent: *\nCrawl-delay: 0.2")) as server, client_of() as (client, _):
        client.get(f"{server.url}/")
        begun = time.monotonic()
        client.get(f"{server.url}/")
        client.get(f"{server.url}/")
        assert time.monotonic() - begun >= 0.35
        assert server.asked.count("/robots.txt") == 1


def test_robots_txt_that_fails_forbids_all() -> None:
    script: Script = {"/robots.txt": [answer(status="500 Oops")], "/": [answer(b"yes")]}
    with Scripted(script) as server, client_of() as (client, _):
        with pytest.raises(NetworkError, match="nobody knows"):
            client.get(f"{server.url}/")
        assert "/" not in server.asked


PAGE = b"<!DOCTYPE html><head>%s</head><body>Hello</body>"


@pytest.mark.parametrize(
    ("script", "error", "why"),
    [
        ({"/": [answer(PAGE % b"")]}, NotWordPressError, "no sign of WordPress"),
        ({"/": [answer(PAGE % b'<meta name="generator" content="WordPress 3.9.1">')]}, TooOldError, "WordPress 3.9"),
        ({"/": [answer(PAGE % b'<meta name="generator" content="WordPress 6.1">')]}, BlockedError, "switched off"),
        (
            {"/": [answer(PAGE % (b'<meta name="generator" content="WordPress %s.1">' % (b"6" * 5000)))]},
            NotWordPressError,
            "no sign of WordPress",
        ),
        ({"/": [answer(PAGE % b'<script src="/wp-includes/x.js">')]}, BlockedError, "switched off"),
        ({"/": [answer(b"Are you human?", status="403 No")]}, BlockedError, "403"),
        (
            {"/": [answer(PAGE % b"")], "/wp-json/": [answer(b'{"namespaces":["oembed/1.0"],"routes":{}}')]},
            TooOldError,
            "without wp/v2",
        ),
        (
            {
                "/": [answer(PAGE % b'<link rel="https://api.w.org/" href="/api/">')],
                "/api/": [answer(b"<title>Just a moment...</title>")],
            },
            BlockedError,
            "challenge",
        ),
    ],
)
def test_sites_without_a_usable_api(script: Script, error: type[Exception], why: str) -> None:
    with Scripted(script) as server, client_of() as (client, _):
        with pytest.raises(error, match=why) as raised:
            discover(client, f"{server.url}/")
        assert str(raised.value).startswith(server.url)
        assert len(str(raised.value).splitlines()) == 2


INDEX = answer(b'\xef\xbb\xbf{"name":"x","namespaces":["wp/v2"],"routes":{}}')


@pytest.mark.parametrize(
    ("script", "root"),
    [
        ({"/": [answer(b"", 'Link: </else/>; rel="https://api.w.org/"')], "/else/": [INDEX]}, "/else/"),
        ({"/": [answer(PAGE % b"<LINK href='/?a=1&amp;rest_route=/' rel='https://api.w.org/' />")],
          "/?a=1&rest_route=/": [INDEX]}, "/?a=1&rest_route=/"),
        ({"/": [answer()], "/wp-json/": [answer(PAGE % b"")], "/index.php/wp-json/": [INDEX]}, "/index.php/wp-json/"),
        ({"/": [answer()], "/index.php?rest_route=/": [INDEX]}, "/index.php?rest_route=/"),
        ({"/": [INDEX]}, "/"),
        # What is no address is passed over, whoever names it.
        ({"/": [answer(b"", 'Link: <http://[x/>; rel="https://api.w.org/", </else/>; rel="https://api.w.org/"')],
          "/else/": [INDEX]}, "/else/"),
        ({"/": [answer(PAGE % b"<link rel='https://api.w.org/' href='http://x:99999/wp-json/'>")],
          "/wp-json/": [INDEX]}, "/wp-json/"),
        ({"/": [answer(PAGE % b"<link hreflang=tr href='http://[::1/'><link hreflang=de href='http://a:b/'>")],
          "/wp-json/": [INDEX]}, "/wp-json/"),
    ],
)  # fmt: skip
def test_the_api_is_found_wherever_it_is(script: Script, root: str) -> None:
    with Scripted(script) as server, client_of() as (client, _):
        assert discover(client, f"{server.url}/").api.root == server.url + root


@pytest.mark.parametrize(
    ("root", "url"),
    [
        ("https://x.org/wp-json/", "https://x.org/wp-json/wp/v2/posts?include=1,2&_fields=id,modified_gmt"),
        (
            "https://x.org/?rest_route=/",
            "https://x.org/?rest_route=/wp/v2/posts&include=1,2&_fields=id,modified_gmt",
        ),
        (
            "https://x.org/b/index.php?lang=tr&rest_route=%2F",
            "https://x.org/b/index.php?lang=tr&rest_route=/wp/v2/posts&include=1,2&_fields=id,modified_gmt",
        ),
    ],
)
def test_addresses_are_made_by_editing_the_query(root: str, url: str) -> None:
    assert Api(root, {}).url("wp/v2/posts", include="1,2", _fields="id,modified_gmt") == url


@pytest.mark.parametrize(
    "body",
    [
        b'[{"id":1},{"id":2}]',
        b'\xef\xbb\xbf[{"id":1},{"id":2}]',
        b'<br />\n<b>Notice</b>: [x] in <b>/a.php</b>\n[{"id":1},{"id":2}]\n<!-- cached -->\n<!-- twice -->\n',
        b'[{"id":1,"t":"\\ud800"},{"id":2}]',
        b'[{"id":1,"t":"\xff"},{"id":2}]',
        b'{"1":{"id":1},"3":{"id":2}}',
        b'[{"id":"1"},{"id":"2"}]',
        b'Warning: [12] in {debug}\n[{"id":1},{"id":2}]<br />Warning: [3]',
        b'{"body":[{"id":1},{"id":2}],"status":200,"headers":{"X-WP-Total":2}}',
    ],
)
def test_ids_are_found_in_what_sites_really_send(body: bytes) -> None:
    assert rows_in(body) == [Row(1), Row(2)]


def test_an_item_without_a_number_to_ask_for_is_null() -> None:
    odd = b'{"id":"x3"},{"id":-4},{"id":true},{"id":1.5},5,{},{"id":9,"t":NaN},{"id":%d},' % 2**70
    assert rows_in(b"[" + odd + b'{"id":2}]') == [*[None] * 8, Row(2)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>[1]</html>",
        b'[{"id":1}',
        b'{"code":"x"}',
        b"[" * 100_000,
        b"null",
        b'[{"id":1},{"id":2,"t":{}',
    ],
)
def test_what_is_no_list_is_none(body: bytes) -> None:
    assert rows_in(body) is None


def test_a_probe_takes_an_index_that_names_no_list_of_namespaces() -> None:
    # Of a WordPress that names none, the types tell that the routes are there.
    index = answer(b'{"name":"x","namespaces":null,"routes":{"/wp/v2/posts":{},"/wp/v2/types":{}}}')
    types = answer(b'{"post":{"slug":"post","rest_base":"posts"}}')
    with Scripted({"/": [index], "/wp/v2/types": [types]}) as server:
        found = probe(f"{server.url}/", allow_private=True)
    assert found.namespaces == []
