"""What holds now and what held before, from observations in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from presscorpus.config.schema import load_package
from presscorpus.observations.versions import choose, public

PACKAGE = load_package(Path(__file__).parents[2])
START = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.fast


def observed(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = PACKAGE.schema("observed")
    base = {
        "site": "example", "table": "posts", "type": "post", "id": 1, "ordinal": 1, "offset": 0, "modified": None,
        "state": "published", "http_status": 200, "code": None, "crawl": "20260101T000000Z",
        "embedded": False,
    }  # fmt: skip
    whole = [
        base | {"record_id": f"urn:uuid:{number}"} | {"observed_at": START + timedelta(days=row.pop("day"))} | row
        for number, row in enumerate(rows)
    ]
    columns = {name: [row.get(name) for row in whole] for name in schema.names}
    return pl.DataFrame(columns, schema=schema.polars).sample(fraction=1, shuffle=True, seed=3)


def gone(day: int, state: str = "deleted") -> dict[str, Any]:
    return {
        "day": day,
        "state": state,
        "type": None,
        "digest": None,
        "http_status": 404,
        "code": "rest_post_invalid_id",
    }


def versions(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    return versions_of(observed(*rows))


def versions_of(rows: pl.DataFrame) -> list[tuple[Any, ...]]:
    frame = choose(PACKAGE, rows).versions
    days = [(pl.col(name) - START).dt.total_days() for name in ("first_seen", "last_seen")]
    return frame.select("ordinal", *days, "observations", "state", "digest").rows()


def test_a_state_seen_again_is_one_version_and_a_return_to_it_another() -> None:
    assert versions(
        {"day": 0, "digest": "a"}, {"day": 1, "digest": "a"}, {"day": 2, "digest": "b"}, {"day": 3, "digest": "a"}
    ) == [(1, 0, 1, 2, "published", "a"), (2, 2, 2, 1, "published", "b"), (3, 3, 3, 1, "published", "a")]


def test_the_last_observation_is_current() -> None:
    current = choose(
        PACKAGE, observed({"day": 0, "digest": "a"}, {"day": 2, "digest": "c"}, {"day": 1, "digest": "b"})
    ).current
    assert current.select("digest", "state", "gone_at").rows() == [("c", "published", None)]


def test_of_one_moment_the_newest_modification_is_current_and_the_other_a_version() -> None:
    rows = [
        {"day": 0, "digest": "new", "modified": "2025-06-01T00:00:00"},
        {"day": 0, "digest": "old", "modified": "2025-05-01T00:00:00"},
    ]
    assert choose(PACKAGE, observed(*map(dict, rows))).current["digest"].to_list() == ["new"]
    assert [row[-1] for row in versions(*rows)] == ["old", "new"]


def test_a_vanished_post_keeps_its_last_content_with_a_state_and_a_date() -> None:
    chosen = choose(PACKAGE, observed({"day": 0, "digest": "a"}, gone(2, "unpublished"), gone(3), gone(4)))
    assert chosen.current.select("digest", "state", (pl.col("gone_at") - START).dt.total_days()).rows() == [
        ("a", "deleted", 2)
    ]
    assert chosen.current["type"].to_list() == ["post"]


def _draft(day: int, **more: Any) -> dict[str, Any]:
    return {"day": day, "hidden": "withdrawn", "digest": "secret", "url": "https://a.example/secret"} | more


def test_a_post_whose_newer_state_is_no_public_one_is_unpublished() -> None:
    rows = [
        {"day": 0, "digest": "a", "modified": "2025-01-01T00:00:00"},
        _draft(2, modified="2025-02-01T00:00:00"),
        _draft(3, modified="2025-02-01T00:00:00"),
    ]
    chosen = choose(PACKAGE, public(observed(*map(dict, rows))))
    assert chosen.current.select("digest", "state", (pl.col("gone_at") - START).dt.total_days()).rows() == [
        ("a", "unpublished", 2)
    ]
    assert versions_of(public(observed(*map(dict, rows)))) == [
        (1, 0, 0, 1, "published", "a"), (2, 2, 3, 2, "unpublished", None),
    ]  # fmt: skip
    # Nothing of what it is now: not when it was changed, and not its address.
    assert chosen.versions["modified_at"].to_list()[1:] == [None]
    assert "secret" not in str(chosen.current.to_dicts() + chosen.versions.to_dicts())


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ([_draft(0), {"day": 1}], ["published"]),  # nobody saw the draft
        ([_draft(0)], []),
        ([{"day": 0, "modified": "2025-02"}, _draft(0, modified="2025-01")], ["published"]),
        ([{"day": 0, "modified": "2025-01"}, _draft(0, modified="2025-02")], ["published", "unpublished"]),
        ([{"day": 0, "modified": "2025-01"}, _draft(0, modified="2025-01")], ["published", "unpublished"]),
        ([{"day": 0}, _draft(1), {"day": 2}], ["published", "unpublished", "published"]),
        ([{"day": 0}, _draft(1, hidden="status")], ["published"]),  # what nobody knows is no end
        ([{"day": 0}, _draft(1, hidden="login")], ["published"]),
        ([{"day": 0}, _draft(1, type="page")], ["published"]),  # an item of its own
        ([{"day": 0}, _draft(1, embedded=True)], ["published"]),
    ],
)
def test_what_was_withdrawn_counts_where_it_was_shown_before(rows: list[dict[str, Any]], states: list[str]) -> None:
    frame = public(observed(*map(dict, rows)))
    assert choose(PACKAGE, frame).versions["state"].to_list() == states


def test_a_draft_in_an_export_has_no_digest_of_the_state_that_the_api_gave() -> None:
    shown = {"day": 0, "digest": "a", "modified": "2025-01", "origin": "api", "locked": False}
    rows = public(observed(shown, _draft(1, modified="2025-01", origin="export", locked=False)))
    assert choose(PACKAGE, rows).versions.select("state", "digest").rows() == [
        ("published", "a"),
        ("unpublished", None),
    ]


def test_an_export_that_names_a_password_is_no_copy_of_a_state_without_one() -> None:
    open_then = {"day": 0, "digest": "a", "modified": "2025-01", "origin": "api", "locked": False, "embedded": False}
    closed = open_then | {"day": 1, "digest": "b", "origin": "export", "locked": True}
    assert choose(PACKAGE, observed(dict(open_then), dict(closed))).current["digest"].to_list() == ["b"]
    # A later observation wins over an earlier one, and of one moment the one with the password.
    assert choose(PACKAGE, observed(dict(closed, day=0), dict(open_then, day=1))).current["digest"].to_list() == ["a"]
    assert choose(PACKAGE, observed(dict(closed, day=0), dict(open_then))).current["digest"].to_list() == ["b"]


def test_a_post_that_came_back_is_published_and_its_absence_a_version() -> None:
    rows = [{"day": 0, "digest": "a"}, gone(1), {"day": 2, "digest": "a"}]
    assert choose(PACKAGE, observed(*map(dict, rows))).current.select("state", "gone_at").rows() == [
        ("published", None)
    ]
    assert [row[4] for row in versions(*rows)] == ["published", "deleted", "published"]
    again = [{"day": 0, "digest": "a"}, gone(1), {"day": 2, "digest": "a"}, gone(5), gone(6)]
    chosen = choose(PACKAGE, observed(*again))
    assert chosen.current.select((pl.col("gone_at") - START).dt.total_days()).item() == 5


def test_a_tombstone_of_a_post_never_seen_means_nothing() -> None:
    chosen = choose(PACKAGE, observed(gone(1), {"day": 0, "digest": "a", "id": 2}))
    assert chosen.current["id"].to_list() == [2]
    assert chosen.versions["id"].to_list() == [2]


def test_sites_types_and_tables_are_apart_and_in_key_order() -> None:
    chosen = choose(
        PACKAGE,
        observed(
            {"day": 0, "digest": "a", "site": "b"}, {"day": 0, "digest": "b"},
            {"day": 0, "digest": "c", "type": "page"},
            {"day": 0, "digest": "d", "table": "terms", "type": "category"}, gone(1) | {"site": "b"},
        ),
    )  # fmt: skip
    assert chosen.current.select("site", "table", "type", "state").rows() == [
        ("b", "posts", "post", "deleted"), ("example", "posts", "page", "published"),
        ("example", "posts", "post", "published"), ("example", "terms", "category", "published"),
    ]  # fmt: skip
    assert chosen.versions["site"].to_list() == ["b", "b", "example", "example"]


@pytest.mark.parametrize("table", ["posts", "versions"])
def test_nothing_observed_is_nothing_chosen(table: str) -> None:
    chosen = choose(PACKAGE, PACKAGE.schema("observed").polars.to_frame())
    assert {"posts": chosen.current, "versions": chosen.versions}[table].height == 0
