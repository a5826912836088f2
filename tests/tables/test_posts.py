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
