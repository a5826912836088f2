"""What is public, by the item and by how it was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from presscorpus.observations.items import observe
from presscorpus.observations.publicness import LOGIN, STATUS, WITHDRAWN, of_address, of_request

pytestmark = pytest.mark.fast
API = "https://example.org/wp-json/wp/v2/posts"


def post(**more: Any) -> dict[str, Any]:
    return {"id": 1, "type": "post", "title": {"rendered": "A"}, "content": {"rendered": "B"}} | more


HIDDEN = [
    (post(status="draft"), WITHDRAWN), (post(status="publish-later"), STATUS), (post(status=["draft"]), WITHDRAWN),
    (post(type="revision"), STATUS), (post(slug="1-autosave-v1"), STATUS), (post(password="x"), LOGIN),
    (post(content={"raw": "B", "rendered": "B"}), LOGIN), (post(status="publish"), None), (post(), None),
    ({"id": 2, "source_url": "x", "status": "private", "type": "attachment"}, WITHDRAWN),
    ({"id": 2, "source_url": "x", "status": "inherit", "type": "attachment"}, None),
    ({"id": 3, "post": 1, "author_name": "x", "status": "hold"}, WITHDRAWN),
    ({"id": 3, "post": 1, "author_name": "x", "status": "approved"}, None),
    ({"id": 3, "post": 1, "author_name": "x", "author_email": "x"}, LOGIN),
    ({"id": 4, "name": "x", "slug": "x", "avatar_urls": {}, "roles": ["editor"]}, LOGIN),
]  # fmt: skip


@pytest.mark.parametrize(("item", "reason"), HIDDEN)
def test_an_item_tells_whether_it_is_public(item: dict[str, Any], reason: str | None) -> None:
    (seen,) = observe(json.dumps([item]).encode(), API, 200).items
    assert seen.hidden == reason


def test_one_sign_of_a_login_hides_the_whole_answer() -> None:
    both = json.dumps([post(), post(id=2, password="")]).encode()
    assert [item.hidden for item in observe(both, API, 200).items] == [LOGIN, LOGIN]
    assert [
        item.hidden for item in observe(both[:0] + json.dumps([post()]).encode(), f"{API}?context=edit", 200).items
    ] == [LOGIN]


@pytest.mark.parametrize(
    "query",
    ["?context=edit", "?context=%65dit", "?status=private", "?status[]=draft", "?status=any", "/1/autosaves",
     "/1/revisions/2", "?_wpnonce=1", "/1?password=x", "?access_token=x", "/1?preview=true"],
)  # fmt: skip
def test_addresses_that_only_members_may_ask(query: str) -> None:
    assert of_address(API + query) == LOGIN
    assert of_address("https://example.org/?rest_route=/wp/v2/posts&" + query.partition("?")[2]) == (
        LOGIN if "?" in query else None
    )


@pytest.mark.parametrize("query", ["", "?context=view", "?status=publish", "?search=password", "/1", "?password="])
def test_addresses_that_everybody_may_ask(query: str) -> None:
    assert of_address(API + query) is None


def test_requests_that_show_a_login() -> None:
    for header in (
        ("Cookie", "a=b; wordpress_logged_in_01=editor"), ("cookie", "wp-postpass_1=x"), ("Authorization", "Basic x"),
        ("X-WP-Nonce", "1"), ("Cookie", "auth_token=x"),
    ):  # fmt: skip
        assert of_request([header]) == LOGIN
    for header in (
        ("Cookie", "_ga=1; wordpress_test_cookie=1; pll_language=en"),
        ("Accept", "*/*"),
        ("Authorization", ""),
    ):
        assert of_request([header]) is None
