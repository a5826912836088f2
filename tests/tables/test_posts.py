"""Rows of posts alone are those that come with all frames, without what repeats are found by."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from presscorpus.config.params import Limits
from presscorpus.config.schema import load_package, package_home
from presscorpus.tables import posts
from presscorpus.tables.typed_columns import Origin
from tests.factories import post

pytestmark = pytest.mark.fast

PACKAGE = load_package(package_home())
LIMITS = Limits(max_depth=50)
ORIGIN = Origin("a", "20260101T000000Z", "urn:uuid:1", datetime(2026, 1, 1, tzinfo=UTC))


def test_posts_alone_are_the_same_rows_without_digests_of_texts() -> None:
    whole, alone = posts.Batch(PACKAGE, Limits()), posts.Batch(PACKAGE, Limits(), alone=True)
    for batch in (whole, alone):
        for number in (1, 2):
            body = json.dumps(post(number, content={"rendered": "<p>Words of a text.</p>"})).encode()
            assert batch.add(("post", number), body, ORIGIN, "0" * 64, ()) is None
    frames = alone.frames()
    assert list(frames) == ["posts"]
    expected = whole.frames()["posts"]
    assert expected["text_digest"].null_count() == 0
    assert frames["posts"].equals(expected.drop("text_digest"))


UNREADABLE = {
    "no JSON": (b'{"id": 1, "plugin": NaN}', "value_unreadable"),
    "cut": (b'{"id": 1, "title": "x', "value_unreadable"),
    "nested deep": (b'{"id": 1, "tags": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "value_unreadable"),
    "content a list": (json.dumps(post(1, content=["x"])).encode(), "type_mismatch"),
    "elements deep": (json.dumps(post(1, "<div>" * 60)).encode(), "too_deep"),
}


@pytest.mark.case(14, 17)
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_post_that_cannot_be_read_costs_itself_alone(name: str) -> None:
    body, rule = UNREADABLE[name]
    batch = posts.Batch(PACKAGE, LIMITS)
    refused = batch.add(("post", 1), body, ORIGIN, "0" * 64, ())
    assert refused is not None
    assert refused.rule == rule
    assert batch.add(("post", 2), json.dumps(post(2, "<div>" * 40)).encode(), ORIGIN, "0" * 64, ()) is None
    assert batch.frames()["posts"]["id"].to_list() == [2]
