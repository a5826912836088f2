"""Credentials: from the environment, to one origin, into no archive; what they open enters no table and no release."""

from __future__ import annotations

import base64
import gzip
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from presscorpus.archive.receipt_file import closed_crawls
from presscorpus.config import schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Limits, Params, Rights, Site
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.credentials import credentials
from presscorpus.crawl.http.retries import Pace
from presscorpus.crawl.rest.harvest import harvest
from presscorpus.errors import AccessError, NetworkError, UsageError
from presscorpus.pipeline import as_of, stages
from tests.crawl.scripted import Scripted
from tests.listener import Listener, answer

if TYPE_CHECKING:
    from presscorpus.archive.writer import Exchange
    from presscorpus.crawl.fetch import Outcome
    from tests.wordpress.server import WordPress

PACKAGE = schema.load_package(Path(__file__).parents[3])
PACE = Pace(backoff_seconds=0.01, jitter=False)
DAY = datetime(2026, 11, 1, tzinfo=UTC)


def quiet(*_: object) -> None:
    return None


def site(address: str, *, allow_private: bool = True) -> Site:
    return Site("my-site", address, DAY, Rights("Made for a test."), allow_private=allow_private)


def test_the_environment_names_them_by_site() -> None:
    environment = {
        "PRESSCORPUS_MY_SITE_USER": "ayşe",
        "PRESSCORPUS_MY_SITE_PASSWORD": "a b c d",
        "PRESSCORPUS_MY_SITE_COOKIES": "x=1; y=2",
        "PRESSCORPUS_MY_SITE_HEADERS": "X-Key: k:1\nX-Other: o",
        "PRESSCORPUS_OTHER_USER": "nobody",
        "PRESSCORPUS_PROXY": "http://proxy:1",
    }
    found = credentials(site("http://127.0.0.1:8080/"), environment)
    assert found.headers == (
        ("Authorization", f"Basic {base64.b64encode('ayşe:a b c d'.encode()).decode()}"),
        ("Cookie", "x=1; y=2"),
        ("X-Key", "k:1"),
        ("X-Other", "o"),
    )
    assert found.proxy == "http://proxy:1"
    assert found.headers_for("http://127.0.0.1:8080/wp-json/") == dict(found.headers)
    for other in (
        "https://127.0.0.1:8080/", "http://127.0.0.1/", "http://127.0.0.1:8081/", "http://www.127.0.0.1:8080/",
        "http://127.0.0.1:8080@evil.example/", "http://evil.example:8080/",
    ):  # fmt: skip
        assert found.headers_for(other) == {}
    assert credentials(site("https://example.org/"), {}).headers == ()


@pytest.mark.parametrize(
    ("address", "environment", "why"),
    [
        ("https://a.example.org/", {"PRESSCORPUS_MY_SITE_USER": "u"}, "go together"),
        ("https://a.example.org/", {"PRESSCORPUS_MY_SITE_HEADERS": "no colon"}, "Name: value"),
        ("http://a.example.org/", {"PRESSCORPUS_MY_SITE_COOKIES": "a=b"}, "readable on the way"),
    ],
)
def test_what_cannot_be_meant_or_is_not_safe_is_refused(address: str, environment: dict[str, str], why: str) -> None:
    with pytest.raises(AccessError, match=why):
        credentials(site(address, allow_private=False), environment)


class Recorder(Listener):
    """Says one thing to everybody, and keeps what it was sent."""

    def __init__(self, say: bytes) -> None:
        super().__init__()
        self.url += "/"
        self.asked: list[bytes] = []
        self._say = say

    def serve(self, client: socket.socket) -> None:
        self.asked.append(client.recv(65536))
        client.sendall(self._say)


SECRETS = {"PRESSCORPUS_MY_SITE_HEADERS": "X-Key: open-sesame", "PRESSCORPUS_MY_SITE_COOKIES": "session=open-sesame"}


def test_they_go_to_no_other_origin_and_are_not_stored() -> None:
    stored: list[Exchange] = []
    with (
        Recorder(answer(b"there", status="404 Not Found")) as other,
        Recorder(answer(b"", f"Location: {other.url}", status="302 Found")) as first,
    ):
        around = CrawlContext.alone()._replace(credentials=credentials(site(first.url), SECRETS))
        with Client(stored.append, Limits(retries=0), allow_private=True, pace=PACE, context=around) as client:
            # A redirect to another port is refused; an API root on another origin, as WordPress.com's, is asked.
            with pytest.raises(NetworkError, match="another site"):
                client.get(first.url)
            # robots.txt alone may lie there (RFC 9309 section 2.3.1.2).
            assert len(other.asked) == 1
            client.get(other.url)
    assert first.asked
    assert all(b"open-sesame" in each for each in first.asked)
    assert other.asked
    assert not any(b"open-sesame" in each for each in other.asked)
    assert "open-sesame" not in str(stored)
    assert ("X-Key", "[redacted]") in stored[0].request_headers


def test_a_proxy_is_gone_through_and_its_password_shown_to_nobody_else() -> None:
    stored: list[Exchange] = []
    with Recorder(answer(b"hello")) as proxy:
        through = proxy.url.replace("http://", "http://user:open-sesame@")
        around = CrawlContext.alone()._replace(
            credentials=credentials(site("http://example.org/"), {"PRESSCORPUS_MY_SITE_PROXY": through})
        )
        with Client(stored.append, Limits(), pace=PACE, context=around) as client:
            assert client.get("http://example.org/page").body == b"hello"
            for host in ("127.0.0.1", "localhost", "2130706433", "[::1]", "169.254.169.254"):
                with pytest.raises(NetworkError, match="no address of the open internet"):
                    client.get(f"http://{host}/")
    assert [each.split(b" ")[1] for each in proxy.asked] == [
        b"http://example.org/robots.txt",
        b"http://example.org/page",
    ]
    assert all(b"Proxy-Authorization: Basic" in each for each in proxy.asked)
    assert "open-sesame" not in str(stored)
    around = CrawlContext.alone()._replace(credentials=around.credentials._replace(proxy="socks9://u:open-sesame@x"))
    with pytest.raises(UsageError, match="no http address") as raised:
        Client(stored.append, Limits(), context=around)
    assert "open-sesame" not in str(raised.value)


def test_a_wrong_password_is_found_out_although_public_routes_ignore_it(
    wordpress: WordPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordpress.set_permalinks("pretty")
    here = site(wordpress.url)
    monkeypatch.setenv("PRESSCORPUS_MY_SITE_USER", "admin")
    monkeypatch.setenv("PRESSCORPUS_MY_SITE_PASSWORD", "open-sesame")
    stored: list[Exchange] = []

    class Memory:
        def exchange(self, exchange: Exchange) -> str:
            stored.append(exchange)
            return ""

    done = harvest(here, Memory(), pace=PACE, context=CrawlContext.alone()._replace(credentials=credentials(here)))
    assert isinstance(done.error, AccessError)
    assert done.error.exit_code == 14
    assert "open-sesame" not in str(done.error)
    assert done.receipt.authenticated
    assert not [each.url for each in stored if "/posts" in each.url]


def test_a_password_that_the_web_server_asks_for_is_proved_by_what_it_opens() -> None:
    index = answer(b'{"namespaces":["wp/v2"],"routes":{}}', "Content-Type: application/json")
    wall = answer(b"Who is there?", "WWW-Authenticate: Basic", status="401 Unauthorized")

    def guarded(open_: bytes) -> list[object]:
        def say(client: socket.socket) -> None:
            client.sendall(open_ if b"authorization: basic" in seen[-1].lower() else wall)

        return [say]

    seen: list[bytes] = []
    script = {"/": guarded(index), "/wp/v2/users/me?_fields=id": [answer(b'{"code":"x"}', status="401 No")]}
    with Scripted(script) as server:  # type: ignore[arg-type]
        real = server.serve

        def spying(client: socket.socket) -> None:
            seen.append(client.recv(65536, socket.MSG_PEEK))
            real(client)

        server.serve = spying  # type: ignore[method-assign]
        here = site(f"{server.url}/")
        secrets = {"PRESSCORPUS_MY_SITE_USER": "u", "PRESSCORPUS_MY_SITE_PASSWORD": "p"}

        class Nowhere:
            def exchange(self, _: Exchange) -> str:
                return ""

        done = harvest(
            here, Nowhere(), pace=PACE, context=CrawlContext.alone()._replace(credentials=credentials(here, secrets))
        )
    # It got past the login, to the lists of types, which this server does not have.
    assert not isinstance(done.error, AccessError)
    assert "types" in (done.receipt.reason or "")


def test_what_only_a_logged_in_crawl_sees_is_in_no_table(
    wordpress: WordPress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout.of(tmp_path)
    # A picture below a draft, which its author alone may see.
    hidden = wordpress.seeded.media[3]

    def settled(day: int) -> Params:
        here = msgspec.structs.replace(site(wordpress.url), as_of=DAY + timedelta(days=day))
        return Params(dataset=Dataset("d", "D", "v2026.11.01"), sites=(here,))

    def asked(day: int) -> Outcome:
        (outcome,) = stages.fetch.run(settled(day), layout, quiet)
        assert outcome.receipt is not None
        stages.normalise.run(PACKAGE, settled(day), layout, quiet)
        return outcome

    def rows(name: str, folder: Path = layout.tables) -> pl.DataFrame:
        return pl.read_parquet(folder / f"{name}.parquet")

    password = wordpress._php("password.php")
    monkeypatch.setenv("PRESSCORPUS_MY_SITE_USER", "admin")
    monkeypatch.setenv("PRESSCORPUS_MY_SITE_PASSWORD", password)
    assert asked(0).error is None
    (warc,) = closed_crawls(layout.raw, "my-site")
    plain = gzip.decompress(warc.read_bytes())
    secret = base64.b64encode(f"admin:{password}".encode())
    assert b"Authorization: [redacted]" in plain
    assert secret not in plain
    assert password.encode() not in plain
    assert all(rows(name).is_empty() for name in PACKAGE.resources if name not in {"sites", "crawls"})
    assert rows("crawls")["authenticated"].all()
    then = stages.normalise.AsOf(datetime(2100, 1, 1, tzinfo=UTC), tmp_path / "members/tables", members=True)
    as_of.as_of(PACKAGE, settled(0), layout, then, quiet)
    assert hidden in rows("media", then.tables)["id"]

    # What everybody may see comes with the next crawl without credentials: for it nothing was known.
    monkeypatch.delenv("PRESSCORPUS_MY_SITE_USER")
    monkeypatch.delenv("PRESSCORPUS_MY_SITE_PASSWORD")
    assert asked(1).error is None
    assert set(rows("posts").filter(pl.col("type") == "post")["id"]) == wordpress.public_ids()["posts:post"]
    assert hidden not in rows("media")["id"]
    assert set(rows("media")["id"]) == wordpress.public_ids()["media"]
    assert sorted(rows("crawls").select("crawl", "authenticated").unique().rows()) == [
        ("20261101T000000Z", True),
        ("20261102T000000Z", False),
    ]
