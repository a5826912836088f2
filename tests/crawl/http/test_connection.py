"""Cookies, as servers on two ports of one host see them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from presscorpus.config.params import Limits
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.credentials import Credentials, origin_of
from presscorpus.crawl.http.retries import Pace
from presscorpus.crawl.rest.discovery import discover
from tests.crawl.scripted import Scripted
from tests.listener import answer

if TYPE_CHECKING:
    import socket

_COOKIE = "Set-Cookie: session=sesame; Path=/"
_INDEX = json.dumps({"namespaces": ["wp/v2"], "routes": {"/wp/v2/posts": {}}}).encode()


class _Noting(Scripted):
    """A scripted server that keeps the requests as they came."""

    def __init__(self, script: dict[str, list[bytes]]) -> None:
        super().__init__(script)
        self.came: list[bytes] = []

    def serve(self, client: socket.socket) -> None:
        import socket as sockets

        self.came.append(client.recv(65536, sockets.MSG_PEEK))
        super().serve(client)


def _client(context: CrawlContext | None = None) -> Client:
    return Client(
        lambda _: None, Limits(timeout_seconds=5), allow_private=True, pace=Pace(0.01, jitter=False), context=context
    )


def test_a_cookie_goes_back_to_the_port_that_set_it_and_to_no_other() -> None:
    with _Noting({"/": [answer(b"x", _COOKIE)]}) as one, _Noting({"/": [answer(b"x")]}) as other, _client() as client:
        client.get(f"{one.url}/")
        client.get(f"{other.url}/")
        client.get(f"{one.url}/")
        assert b"session=sesame" in one.came[-1]
        assert not any(b"sesame" in each for each in other.came)


def test_an_api_on_another_port_gets_neither_cookie_nor_login() -> None:
    with _Noting({"/wp-json/": [answer(_INDEX)]}) as api:
        link = f'Link: <{api.url}/wp-json/>; rel="https://api.w.org/"'
        with _Noting({"/": [answer(b"<html></html>", link, _COOKIE)]}) as site:
            own = Credentials(origin_of(site.url), (("Authorization", "Basic c2VzYW1lOng="),))
            with _client(CrawlContext.alone()._replace(credentials=own)) as client:
                assert discover(client, f"{site.url}/").api.root.startswith(api.url)
        assert api.came
        assert not any(b"sesame" in each or b"c2VzYW1l" in each for each in api.came)
        assert any(b"c2VzYW1l" in each for each in site.came)


def test_a_cookie_for_all_of_a_domain_is_one_of_its_origin() -> None:
    wide = "Set-Cookie: wide=sesame; Domain=localhost; Path=/"
    with _Noting({"/": [answer(b"x", wide)]}) as one, _Noting({"/": [answer(b"x")]}) as other, _client() as client:
        client.get(f"{one.url}/")
        client.get(f"{other.url}/")
        assert not any(b"sesame" in each for each in other.came)
