"""Cookies, as servers on two ports of one host see them."""

from __future__ import annotations

import json

import pytest

from presscorpus.config.params import Limits
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.credentials import Credentials, origin_of
from presscorpus.crawl.http.retries import Pace
from presscorpus.crawl.rest.discovery import discover
from tests.crawl.scripted import Noting
from tests.listener import answer

_COOKIE = "Set-Cookie: session=sesame; Path=/"
_WALL = answer(b"", _COOKIE, "Location: /", status="302 Found")
_OTHERS = "Set-Cookie: visid_incap_1=sesame; Path=/"
_INDEX = json.dumps({"namespaces": ["wp/v2"], "routes": {"/wp/v2/posts": {}}}).encode()


def _client(context: CrawlContext | None = None) -> Client:
    return Client(
        lambda _: None, Limits(timeout_seconds=5), allow_private=True, pace=Pace(0.01, jitter=False), context=context
    )


def test_a_cookie_goes_back_to_the_port_that_set_it_and_to_no_other() -> None:
    with Noting({"/": [_WALL, answer(b"x")]}) as one, Noting({"/": [answer(b"x")]}) as other, _client() as client:
        client.get(f"{one.url}/")
        client.get(f"{other.url}/")
        client.get(f"{one.url}/")
        assert b"session=sesame" in one.came[-1]
        assert not any(b"sesame" in each for each in other.came)


def test_an_api_on_another_port_gets_neither_cookie_nor_login() -> None:
    with Noting({"/wp-json/": [answer(_INDEX)]}) as api:
        link = f'Link: <{api.url}/wp-json/>; rel="https://api.w.org/"'
        with Noting({"/": [_WALL, answer(b"<html></html>", link)]}) as site:
            own = Credentials(origin_of(site.url), (("Authorization", "Basic c2VzYW1lOng="),))
            with _client(CrawlContext.alone()._replace(credentials=own)) as client:
                assert discover(client, f"{site.url}/").api.root.startswith(api.url)
        assert api.came
        assert not any(b"sesame" in each or b"c2VzYW1l" in each for each in api.came)
        assert any(b"c2VzYW1l" in each for each in site.came)


def test_a_cookie_for_all_of_a_domain_is_one_of_its_origin() -> None:
    wide = answer(b"", "Set-Cookie: wide=sesame; Domain=localhost; Path=/", "Location: /", status="302 Found")
    with Noting({"/": [wide, answer(b"x")]}) as one, Noting({"/": [answer(b"x")]}) as other, _client() as client:
        client.get(f"{one.url}/")
        client.get(f"{other.url}/")
        assert not any(b"sesame" in each for each in other.came)


@pytest.mark.parametrize(
    ("first", "goes_back"),
    [
        (answer(b"x", _COOKIE), False),
        (answer(b"x", _COOKIE, status="404 Not Found"), False),
        (answer(b"x", _OTHERS), True),
        (answer(b"x", _COOKIE, status="403 Forbidden"), True),
        (answer(b"x", "Set-Cookie: pll_language=sesame; Path=/", status="403 Forbidden"), False),
    ],
    ids=["a page that was shown", "a missing page", "a firewall by its name", "a refusal", "a language"],
)
def test_a_cookie_goes_back_where_a_wall_wants_it(first: bytes, goes_back: bool) -> None:  # noqa: FBT001 - of a table
    with Noting({"/": [first, answer(b"x")]}) as site, _client() as client:
        client.get(f"{site.url}/")
        client.get(f"{site.url}/")
        assert (b"sesame" in site.came[-1]) is goes_back


def test_a_refusal_that_sets_a_cookie_is_asked_once_more() -> None:
    refusal = answer(b"x", _COOKIE, status="403 Forbidden")
    with Noting({"/": [refusal, answer(b"x")], "/other": [refusal]}) as site, _client() as client:
        assert client.get(f"{site.url}/").status == 200
        assert client.get(f"{site.url}/other").status == 403
        assert site.asked == ["/robots.txt", "/", "/", "/other"]
