"""Section 7: the last line is about the whole of what was given, and a version is a difference."""

from __future__ import annotations

from typing import Any

from tests.inputs.case import Case
from tests.inputs.samples import medium, post, rendered, term

_SOURCES = tuple(f"in/{number}.json" for number in range(1, 6))


def _form(nonce: str) -> str:
    """A form as WordPress writes it into a content: its nonce is another one at each request."""
    return (
        '<p>Write to us.</p>\n<form method="post"><input type="hidden" id="_wpnonce" name="_wpnonce" '
        f'value="{nonce}" /><input type="hidden" name="_wp_http_referer" value="/" /><button>Send</button></form>'
    )


def _nonces(first: str, second: str) -> dict[str, Any]:
    return {"posts.json": [post(1, first), post(2)], "posts/1.json": post(1, second)}


def _same(name: str, first: str, second: str) -> Case:
    return Case(7, name, _nonces(first, second), rows={"posts": 2, "versions": 2})


CASES = [
    Case(7, "several files", {f"{number}.json": [post(number)] for number in range(1, 6)}, sources=_SOURCES,
         rows={"posts": 5}, says=("5 of 5 posts",), never=("complete: 1 of 1",)),
    Case(7, "in a list and alone", _nonces(_form("a1b2c3d4e5"), _form("f6a7b8c9d0")), rows={"posts": 2, "versions": 2}),
    Case(7, "refused items", {"posts.json": [post(1), post(2), post(3, content=[1])]}, rows={"posts": 2}, quarantine=1,
         exits=(9,), never=("complete: 3 of 3", "3 of 3")),
    Case(7, "flattened", {"posts.json": [{"id": 1, "title": "Note", "content": "<p>Some words.</p>",
         "link": "https://valley-press.example.org/note/"}]}, exits=(0, 4, 9), quarantine=None, any_of=("1 of 1 posts", "type")),
    # Of the same kind.
    Case(7, "flattened, of a neutral name", {"x": [{"id": 1, "title": "Note", "content": "<p>Some words.</p>",
         "slug": "note", "date": "2021-02-03 10:00:00", "link": "https://valley-press.example.org/note/"}]},
         exits=(4, 9), quarantine=None, never=("complete",), says=("type",)),
    Case(7, "five files and an item that is refused", {**{f"{number}.json": [post(number)] for number in range(1, 5)},
         "5.json": [post(5, content=[1])]}, sources=_SOURCES, rows={"posts": 4}, quarantine=1, exits=(9,),
         says=("4 of 5 posts",), never=("5 of 5",)),
    Case(7, "the same item in two sources", {"1.json": [post(1)], "2.json": [post(1)]}, sources=("in/1.json", "in/2.json"),
         rows={"posts": 1, "versions": 1}, says=("1 of 1 posts",)),
    Case(7, "one of several sources holds nothing", {"1.json": [post(1)], "2.json": []},
         sources=("in/1.json", "in/2.json"), exits=(0, 4, 9), quarantine=None),
    Case(7, "counts of all kinds", {"x": [post(1), post(2), term(1), medium(11)]}, says=("2 of 2 posts", "1 of 1 media"),
         rows={"posts": 2}),
    Case(7, "edited, by the same moment", {"a.json": [post(1, "<p>Old words.</p>", modified_gmt="2021-02-04T09:00:00")],
         "b.json": [post(1, "<p>New words.</p>", modified_gmt="2021-03-04T09:00:00")]}, rows={"posts": 1, "versions": 2},
         cells={"posts.text": ["New words."]}),
    Case(7, "the same moment and modified, other words", {"a.json": [post(1, "<p>Some words.</p>")],
         "b.json": [post(1, "<p>Some words more.</p>")]}, rows={"posts": 1, "versions": 1}),
    Case(7, "in two sources of one command, the same modified, other words",
         {"a.json": [post(1, "<p>Some words.</p>")], "b.json": [post(1, "<p>Some words more.</p>")]},
         sources=("in/a.json", "in/b.json"), rows={"posts": 1, "versions": 1}),
    Case(7, "in two sources of one command, the newer first",
         {"a.json": [post(1, "<p>New words.</p>", modified_gmt="2021-03-04T09:00:00")],
         "b.json": [post(1, "<p>Old words.</p>", modified_gmt="2021-02-04T09:00:00")]},
         sources=("in/a.json", "in/b.json"), rows={"posts": 1, "versions": 2}, cells={"posts.text": ["New words."]}),
    Case(7, "another nonce is no version", {"a.json": [post(1, _form("a1b2c3d4e5"))],
         "b.json": [post(1, _form("f6a7b8c9d0"))]}, sources=("in/a.json", "in/b.json"), rows={"posts": 1, "versions": 1}),
    Case(7, "other marks of a request", {"a.json": [post(1, '<a href="/?_wpnonce=0123456789&amp;x=1">a</a><p data-nonce="aaaaaaaaaa">b</p>')],
         "b.json": [post(1, '<a href="/?_wpnonce=9876543210&amp;x=1">a</a><p data-nonce="bbbbbbbbbb">b</p>')]},
         sources=("in/a.json", "in/b.json"), rows={"versions": 1}),
    Case(7, "a title alone is an edit", {"a.json": [post(1)],
         "b.json": [post(1, title=rendered("Another"), modified_gmt="2021-03-04T09:00:00")]},
         sources=("in/a.json", "in/b.json"), rows={"versions": 2}, cells={"posts.title": ["Another"]}),
    Case(7, "a dump does not say that it is all", {"posts.json": [post(1)]}, whole=True,
         says=("total unknown: 1 of 1 posts", "total unknown: the one known item is here"), never=("complete",),
         rows={"posts": 1}),
    Case(7, "captured by somebody who was logged in", {"posts.json": [post(1, title={"raw": "Note", "rendered": "Note"}), post(2)]},
         rows={"posts": 0}, whole=True, says=("2 not public", "2 not shown"), never=("complete: all", "2 of 2"),
         cells={"crawls.fetched": [0], "crawls.unreadable": [2], "crawls.balanced": [True]}),
    Case(7, "a draft among posts", {"posts.json": [post(1), post(2, status="draft")]}, rows={"posts": 1}, says=("1 not public", "1 of 2"),
         never=("2 of 2",)),
]  # fmt: skip
