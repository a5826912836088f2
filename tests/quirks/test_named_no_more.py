"""A second crawl of a site that names a type no more, or sends what vanished elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.quirks.cases import Arena, Case, changed, instead, one_type
from tests.quirks.content import KINDS, ids, post
from tests.quirks.judge import FAST, refreshed
from tests.quirks.rest import Response, as_json, error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.quirks.judge import Result
    from tests.quirks.rest import Request

_BOOKS = next(kind for kind in KINDS if kind.base == "books")


def _second(change: Callable[[Arena], None], folder: Path) -> tuple[Result, dict[str, Any]]:
    """The second crawl of a healthy site that was changed, and the receipts of its collections by name."""
    result = refreshed(Case("changed", "K4", "whole or told", change), folder, FAST)
    assert not result.wrong
    return result, {each["collection"]: each for each in result.receipt["collections"]}


def _names_no_books(arena: Arena) -> None:
    """Types and index name books no more."""

    def less(_: Request, response: Response) -> Response:
        return as_json({name: each for name, each in json.loads(response.body).items() if name != "book"})

    def lesser(index: dict[str, Any]) -> None:
        index["routes"] = {route: each for route, each in index["routes"].items() if "books" not in route}

    changed(arena, lambda request: request.route == "/wp/v2/types", less)
    arena.site.index_edits.append(lesser)


def test_a_type_that_is_named_no_more_is_asked_where_it_was(tmp_path: Path) -> None:
    def change(arena: Arena) -> None:
        _names_no_books(arena)
        books = arena.site.rows["books"]
        books += [post(_BOOKS, 9000 + place, 500 + place, arena.site.home) for place in range(3)]

    result, found = _second(change, tmp_path)
    assert result.is_complete
    assert "posts:book: the site names it no more; wp/v2/books, where it was, was asked" in result.receipt["reason"]
    assert (found["posts:book"]["fetched"], found["posts:book"]["unchanged"]) == (3, 140)
    assert {9000, 9001, 9002} <= result.held["posts:book"]


def test_a_type_that_is_registered_no_more_is_neither_gone_nor_complete(tmp_path: Path) -> None:
    def change(arena: Arena) -> None:
        _names_no_books(arena)
        one_type(arena, "books", lambda: error(404, "rest_no_route"))

    result, found = _second(change, tmp_path)
    assert result.receipt["outcome"] == "incomplete"
    assert (found["posts:book"]["gone"], found["posts:book"]["failed"]) == (0, 140)


def test_a_redirect_elsewhere_is_a_verdict_on_that_item_alone(tmp_path: Path) -> None:
    def change(arena: Arena) -> None:
        gone = ids(arena.site.rows["posts"][10:13])
        del arena.site.rows["posts"][10:13]
        instead(
            arena,
            lambda request: request.is_single and int((request.route or "").rpartition("/")[2]) in gone,
            lambda _: Response(301, {"Location": "https://elsewhere.example.invalid/"}),
        )

    result, found = _second(change, tmp_path)
    assert result.receipt["outcome"] == "incomplete"
    assert (found["posts:post"]["unchanged"], found["posts:post"]["failed"]) == (247, 3)
    assert "redirects to another site" in found["posts:post"]["note"]
