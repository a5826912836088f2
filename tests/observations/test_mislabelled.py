"""Right JSON under a wrong status is read; an error, a block page and a refusal are not."""

from __future__ import annotations

import json

import pytest

from presscorpus.observations import mislabelled
from presscorpus.observations.items import observe

URL = "https://example.org/wp-json/wp/v2/posts?include=1,2&per_page=100"
ROWS = [
    {"id": number, "type": "post", "link": f"https://example.org/?p={number}", "title": {"rendered": "A"},
     "content": {"rendered": "<p>B</p>"}, "status": "publish"}
    for number in (1, 2)
]  # fmt: skip
ERROR = {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}


def state_of(body: object, status: int, url: str = URL) -> list[tuple[int, str]]:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return [(item.id, item.state) for item in observe(payload, url, status).items]


@pytest.mark.parametrize("status", [404, 410, 500])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n "])
def test_rows_are_read(status: int, before: bytes) -> None:
    body = before + json.dumps(ROWS).encode()
    assert mislabelled.is_data(status, body)
    assert state_of(body, status) == [(1, "published"), (2, "published")]


def test_one_item_by_itself_is_read() -> None:
    assert state_of(ROWS[0], 404, "https://example.org/wp-json/wp/v2/posts/1") == [(1, "published")]


@pytest.mark.parametrize("status", [401, 403, 451, 502, 301])
def test_a_refusal_is_one_whatever_comes_with_it(status: int) -> None:
    assert not mislabelled.is_data(status, json.dumps(ROWS).encode())
    assert state_of(ROWS, status) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"[1, 2]", b"null", b'"x"', json.dumps(ERROR).encode(), b"{broken", b'<script>[{"id": 1}]</script>'],
)
def test_what_is_no_data_stays_none(body: bytes) -> None:
    assert not mislabelled.is_data(404, body)
    assert state_of(body, 404) == []


def test_an_item_that_is_gone_is_gone_all_the_same() -> None:
    assert state_of(ERROR, 404, "https://example.org/wp-json/wp/v2/posts/7") == [(7, "deleted")]
