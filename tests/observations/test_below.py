"""Pictures and comments are as public as what they hang below, wherever that stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from presscorpus.observations.below import Below
from presscorpus.observations.items import observe
from presscorpus.tables.typed_columns import Origin
from tests.observations.test_exports import HEAD, TAIL, item

pytestmark = pytest.mark.fast
ORIGIN = Origin("a", "a-1", "urn:uuid:1", datetime(2026, 1, 1, tzinfo=UTC))


def _shown(payload: str, url: str) -> set[tuple[str, int]]:
    hanging: Below[Origin] = Below()
    found = observe(payload.encode(), url, None).items
    rows = [(each, {"table": each.table, "id": each.id, "hidden": each.hidden}) for each in found]
    done = [*hanging.ready(ORIGIN, rows), *(row for _, row in hanging.settled())]
    assert len(done) == len(rows)
    return {
        (row["table"], row["id"]) for row in done if row["hidden"] is None and row["table"] in {"media", "comments"}
    }


def _file(number: int, parent: int) -> str:
    made = item(number, "inherit", "attachment")
    return made.replace("<wp:post_parent>0<", f"<wp:post_parent>{parent}<")


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ([_file(5, 0)], {5}), ([_file(5, 9)], set()), ([item(9), _file(5, 9)], {5}),
        ([_file(5, 9), item(9)], {5}), ([_file(5, 9), item(9, "draft")], set()),
        ([_file(6, 5), _file(5, 9), item(9)], {5, 6}), ([_file(6, 5), _file(5, 9), item(9, "draft")], set()),
        ([item(9, "private"), _file(5, 9), _file(6, 5), _file(7, 6)], set()), ([_file(5, 6), _file(6, 5)], set()),
        ([_file(7, 6), _file(6, 5), _file(5, 0)], {5, 6, 7}), ([item(9, kind="form-entries"), _file(5, 9)], set()),
    ],
)  # fmt: skip
def test_files_of_an_export(items: list[str], shown: set[int]) -> None:
    assert _shown(HEAD + "".join(items) + TAIL, "file:///export.xml") == {("media", each) for each in shown}


def _post(number: int, **more: Any) -> dict[str, Any]:
    said = {"rendered": "x", "protected": False}
    return {"id": number, "type": "post", "status": "publish", "title": said, "content": said} | more


def _picture(number: int, post: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "attachment", "status": "inherit", "post": post, "media_details": {},
            "source_url": "https://a.example/a.jpg", "title": {"rendered": "x"}} | more  # fmt: skip


def _comment(number: int, post: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "post": post, "parent": 0, "author_name": "x", "content": {"rendered": "x"},
            "status": "approved", "type": "comment", "link": "https://a.example/#1"} | more  # fmt: skip


LOCKED = _post(3, content={"rendered": "", "protected": True})


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ([_post(1), _picture(5, 1), _picture(6, 5)], {5, 6}), ([_picture(5, 99), _picture(6, None)], {5, 6}),
        ([_post(1, status="draft"), _picture(5, 1), _picture(6, 5)], set()), ([_picture(5, "x")], {5}),
        ([_picture(6, 5), _picture(5, 1), _post(1, status="draft")], set()),
        ([_picture(6, 5), _picture(5, None, status="private")], set()), ([_picture(6, 3), LOCKED], {6}),
        ([_post(1), _comment(7, 1), _comment(8, 1, parent=7)], {7, 8}), ([_comment(7, 99)], {7}),
        ([LOCKED, _comment(7, 3)], set()), ([_comment(7, 3), LOCKED], set()), ([_comment(7, 1), _post(1)], {7}),
        ([_post(1), _comment(7, 1, status="hold"), _comment(8, 1, parent=7), _comment(9, 1, parent=8)], set()),
        ([_comment(9, 1, parent=8), _comment(8, 1, parent=7), _comment(7, 1, status="spam"), _post(1)], set()),
        *(([_post(1), _comment(7, 1, type=each)], {7}) for each in ("comment", "pingback", "trackback", "review", "")),
        *(([_post(1), _comment(7, 1, type=each)], set()) for each in ("note", "order_note", "action_log")),
        ([_post(1), _comment(7, 1, type="note"), _comment(8, 1, parent=7)], set()),
    ],
)  # fmt: skip
def test_pictures_and_comments_of_a_dump(items: list[dict[str, Any]], shown: set[int]) -> None:
    assert {number for _, number in _shown(json.dumps(items), "file:///items.json")} == shown


def test_a_long_chain_is_followed_once() -> None:
    chain = [_picture(number, number - 1) for number in range(20_000, 1, -1)]
    assert len(_shown(json.dumps([*chain, _post(1)]), "file:///items.json")) == 19_999
    assert not _shown(json.dumps([*chain, _post(1, status="draft")]), "file:///items.json")
