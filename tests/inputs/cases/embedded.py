"""Section 5: what a file holds in full below `_embedded` becomes rows where no list of its own has them."""

from __future__ import annotations

from typing import Any

from tests.inputs.case import Case
from tests.inputs.samples import medium, post, rendered, term, user, without

_ERROR = {"code": "rest_user_invalid_id", "message": "Invalid user ID.", "data": {"status": 404}}
_INDEX = {"name": "Valley Press", "namespaces": ["wp/v2"], "routes": {}, "home": "https://valley-press.example.org"}


def _term(number: int, name: str, taxonomy: str) -> dict[str, Any]:
    """A term as it is embedded: without count, description and parent."""
    return without(term(number, name, taxonomy), "count", "description", "parent", "meta")


def _medium(number: int = 11) -> dict[str, Any]:
    return without(medium(number), "date_gmt", "guid", "modified", "modified_gmt", "post", "meta", "description")


def embedding(number: int = 1, /, **changed: Any) -> dict[str, Any]:
    """A post with everything embedded."""
    parts = {
        "author": [user()], "wp:featuredmedia": [_medium()],
        "wp:term": [[_term(1, "Local news", "category")], [_term(9, "River", "post_tag")]],
    }  # fmt: skip
    return post(number, featured_media=11, categories=[1], tags=[9], _embedded=parts | changed)


_ODD_VALUES: tuple[Any, ...] = (
    False,
    None,
    "",
    [],
    {},
    [None],
    [[]],
    [[None]],
    [{"id": "x"}],
    5,
    {"0": {}},
    [{"a": 1}],
)
_ODD = [
    {name: value} for name in ("author", "wp:featuredmedia", "wp:term", "replies", "up") for value in _ODD_VALUES
]  # fmt: skip
_TERMS = {
    "terms.name": ["Local news", "River"],
    "terms.slug": ["local-news", "river"],
    "terms.origin": ["embedded"] * 2,
}

CASES = [
    Case(5, "_embed", {"posts.json": [embedding()]}, rows={"media": 1, "terms": 2, "authors": 1},
         cells={**_TERMS, "media.id": [11], "posts.featured_media_id": [11]}),
    # Of the same kind.
    Case(5, "the same in many posts", {"posts.json": [embedding(number) for number in range(1, 30)]},
         rows={"posts": 29, "media": 1, "terms": 2, "authors": 1}, cells=_TERMS),
    Case(5, "their own lists outrank", {"posts.json": [embedding()], "categories.json": [term(1, "Local news", description="Of us")],
         "media.json": [medium(11, alt_text="Listed")]}, rows={"media": 1, "terms": 2},
         cells={"terms.origin": ["listed", "embedded"], "terms.description": ["Of us", None], "media.alt_text": ["Listed"]}),
    Case(5, "a deleted author and picture", {"posts.json": [embedding(1, **{"author": [_ERROR], "wp:featuredmedia": [_INDEX]})]},
         rows={"posts": 1, "media": 0, "authors": 0, "terms": 2}),
    Case(5, "odd embedded parts", {"posts.json": [
        embedding(number, **changed) for number, changed in enumerate(_ODD, 1)
    ]}, rows={"posts": 60}),
    Case(5, "a parent page and replies", {"posts.json": [embedding(up=[without(post(7, type="page"), "content")],
         replies=[[{"id": 3, "parent": 0, "author": 0, "author_name": "Reader", "content": rendered("<p>Thanks.</p>"),
                    "date": "2021-02-05T10:00:00", "link": "https://valley-press.example.org/#c", "type": "comment"}]])]},
         rows={"posts": 1}),
]  # fmt: skip
