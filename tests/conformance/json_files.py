"""The JSON Parsing Test Suite, and the answers of a real REST API that WordPress core keeps as fixtures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.conformance.outcome import Outcome
from tests.conformance.product import built, post

if TYPE_CHECKING:
    from pathlib import Path

_COLLECTIONS = {
    "PostsCollection": "posts", "PagesCollection": "posts", "MediaCollection": "media", "CategoriesCollection": "terms",
    "TagsCollection": "terms", "UsersCollection": "authors", "CommentsCollection": "comments",
}  # fmt: skip
# Answers that are one item each.
_ITEMS = ("PostModel", "PageModel", "MediaModel", "CategoryModel", "TagModel", "UserModel", "CommentModel")


def parsing_suite(folder: Path) -> list[Outcome]:
    """Each file's bytes as one value in an otherwise good post, a file each: accepted, refused, or either."""
    files = sorted((folder / "JSONTestSuite").glob("*.json"))
    made_of = {}
    for number, file in enumerate(files, 1):
        before, after = json.dumps(post(number, "<p>x</p>", meta="HERE")).encode().split(b'"HERE"')
        made_of[f"{number:04}.json"] = before + file.read_bytes() + after
    made_of["9999.json"] = json.dumps(post(9999, "<p>neighbour</p>")).encode()
    outcome = Outcome("JSONTestSuite")
    with built(made_of) as made:
        rows = set(made.table("posts")["id"]) if made.code in (0, 9) else set()
        refused = made.table("quarantine").height if rows else 0
        accident = made.accident
    for number, file in enumerate(files, 1):
        kind = file.name[0]
        row = number in rows
        good = kind == "i" or row == (kind == "y")
        outcome.judge(file.name, good=good and accident is None, why=accident or ("row" if row else "no row"))
    outcome.judge("a good post beside", good=9999 in rows, why="lost")
    lost = len(files) + 1 - len(rows) - refused
    outcome.judge("every record is a row or in quarantine", good=lost == 0, why=f"{lost} neither")
    return [outcome]


def rest_suites(folder: Path) -> list[Outcome]:
    """The collections of an API as a folder, then each answer alone."""
    return [outcome for api in sorted((folder / "wp-api-generated").iterdir()) for outcome in _of_api(api)]


def _of_api(api: Path) -> list[Outcome]:
    collections = Outcome(f"{api.name[:18]}: items")
    files = {f"{name}.json": (api / f"{name}.json").read_bytes() for name in _COLLECTIONS}
    with built(files, address=None) as made:
        rows = {table: made.unreleased(table).height for table in set(_COLLECTIONS.values())}
        for table in sorted(rows):
            items = sum(len(json.loads(files[f"{name}.json"])) for name, of in _COLLECTIONS.items() if of == table)
            for number in range(items):
                why = f"{rows[table]} rows of {items}; exit {made.code}"
                collections.judge(f"{table} {number}", good=number < rows[table] and made.code == 0, why=why)
    alone = Outcome(f"{api.name[:18]}: answers")
    for file in sorted(api.glob("*.json")):
        with built(file) as made:
            is_item = file.stem in _ITEMS or file.stem in _COLLECTIONS
            right = made.code == 0 if is_item else made.code in (0, 4)
            why = made.accident or f"exit {made.code}: {made.said[-200:]!a}"
            alone.judge(file.stem, good=right and made.accident is None, why=why)
    return [collections, alone]
