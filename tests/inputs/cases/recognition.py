"""Sections 2 and 3: a record is told by what is in it, never by one optional key and never by the name of its file."""

from __future__ import annotations

import gzip
import json
from typing import Any

import zstandard

from tests.inputs.case import Case
from tests.inputs.samples import (
    COMMENT_OPTIONAL,
    MEDIA_OPTIONAL,
    POST_OPTIONAL,
    TERM_OPTIONAL,
    USER_OPTIONAL,
    comment,
    medium,
    page,
    post,
    term,
    user,
    without,
)

HTML = "<!DOCTYPE html><html><head><title>Valley Press</title></head><body><p>A page.</p></body></html>"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_MIRROR: dict[str, object] = {
    "posts/2": post(2), "posts/3/index.html": post(3), "posts?page=2": [post(4)], "posts@page=3": [post(5)],
    "posts%3fpage=4.html": [post(6)],
}  # fmt: skip
_PAGES: dict[str, object] = {
    "index.html": HTML, "2021/02/note-1/index.html": HTML, "about": HTML, "wp-content/style.css": "body { margin: 0 }",
    "wp-content/app.js": "(function () { return [1] })()", "wp-content/uploads/map.png": PICTURE,
}  # fmt: skip


def _each_gone(make: Any, names: tuple[str, ...], folder: str) -> dict[str, object]:
    """The item as often as it has optional keys, each time without another one, in files of neutral names."""
    return {f"{folder}/{number}.json": without(make(number), name) for number, name in enumerate(names, 1)}


_LINES = "".join(json.dumps(post(number)) + "\n" for number in range(1, 4))

CASES = [
    Case(2, "each key of a post gone", _each_gone(post, POST_OPTIONAL, "a"), rows={"posts": len(POST_OPTIONAL)}),
    Case(2, "each key of a medium gone", {"z.json": post(999), **_each_gone(medium, MEDIA_OPTIONAL, "b")},
         rows={"media": len(MEDIA_OPTIONAL)}),
    Case(2, "each key of a category gone", {"z.json": post(999), **_each_gone(term, TERM_OPTIONAL, "c")},
         rows={"terms": len(TERM_OPTIONAL)}),
    Case(2, "each key of a user gone", {"z.json": post(999), **_each_gone(user, USER_OPTIONAL, "d")},
         rows={"authors": len(USER_OPTIONAL)}),
    Case(2, "each key of a comment gone", {"z.json": post(999), **_each_gone(comment, COMMENT_OPTIONAL, "e")},
         rows={"comments": len(COMMENT_OPTIONAL)}),
    Case(
        2, "users without avatar_urls",
        {"posts.json": [post(1, "<p>By Anna Miller</p>")], "people.json": [without(user(), "avatar_urls")]},
        rows={"authors": 1}, whole=True, struck=("Anna Miller",), kept=("By ",),
    ),
    Case(2, "users of few keys", {"posts.json": [post(1)], "people.json": [{"id": 1, "name": "Anna Miller", "slug": "anna-miller"}]},
         rows={"authors": 1}),
    Case(2, "a tag of the fewest keys", {"x.json": [post(1), {"id": 3, "taxonomy": "post_tag"}]}, rows={"posts": 1, "terms": 2}),
    Case(2, "no type, but a link that names it", {"x.json": [without(post(1), "type"), without(page(2), "type", "class_list") |
         {"_links": {"collection": [{"href": "https://valley-press.example.org/wp-json/wp/v2/pages"}]}}]},
         rows={"posts": 2}, cells={"posts.type": ["page", "post"]}),
    Case(2, "menus and forms are no people", {"posts.json": [post(1)], "menus.json": [
        {"id": 2, "name": "Main Menu", "slug": "main-menu", "description": "", "locations": ["top"], "auto_add": False}],
        "forms.json": [{"id": 3, "slug": "contact-us", "title": "Contact us", "locale": "en_US"}]},
         rows={"posts": 1, "authors": 0}),
    Case(2, "a type of its own", {"x.json": [post(1, type="book"), post(2, type="company")]}, rows={"posts": 2}),
    Case(2, "a category named by its link", {"z.json": post(9, categories=[]), "x.json": [without(term(1), "taxonomy")]},
         rows={"terms": 1}, cells={"terms.taxonomy": ["category"], "terms.name": ["Local news"]}),

    Case(3, "mixed", {"posts/1.json": post(1), **_MIRROR}, rows={"posts": 6}),
    Case(3, "a whole mirror", {**_MIRROR, **_PAGES}, rows={"posts": 5}, says=("6 files",), any_of=("passed over", "skipped")),
    Case(3, "a single file of any name", {"download": [post(1)]}, rows={"posts": 1}, sources=("in/download",)),
    Case(3, "a name of another format", {"posts.csv": [post(1)], "posts.xml": [post(2)], "x.php": [post(3)]}, rows={"posts": 3}),
    Case(3, "a folder of wget -r", {
        "valley-press.example.org/wp-json/index.html": {"name": "V", "namespaces": ["wp/v2"], "routes": {}},
        "valley-press.example.org/wp-json/wp/v2/posts?per_page=1": [post(1)],
        "valley-press.example.org/wp-json/wp/v2/posts/1": post(1),
        "valley-press.example.org/wp-json/wp/v2/pages/2": page(2),
        "valley-press.example.org/robots.txt": "User-agent: *\n", **_PAGES}, rows={"posts": 2}),
    Case(3, "a folder of HTTrack", {
        "hts-cache/new.txt": "date\tsize\n", "hts-log.txt": "HTTrack3.49", "cookies.txt": "# HTTP Cookie File",
        "valley-press.example.org/wp-json/wp/v2/posts/1.json": post(1), "valley-press.example.org/index.html": HTML,
        "valley-press.example.org/wp-json/wp/v2/posts4d9a.html": [post(2)], "index.html": HTML}, rows={"posts": 2}),
    Case(3, "a static export", {"wp-json/wp/v2/posts/index.html": [post(1)], "wp-json/index.html": HTML, "feed/index.html":
         '<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "sitemap.xml": "<?xml?><urlset></urlset>"},
         rows={"posts": 1}),
    Case(3, "JSON Lines of any name", {"dump.txt": _LINES}, rows={"posts": 3}),
    Case(3, "JSON Lines named .json", {"dump.json": _LINES}, rows={"posts": 3}, sources=("in/dump.json",)),
    Case(3, "a list named .jsonl", {"dump.jsonl": json.dumps([post(1), post(2)], indent=1)}, rows={"posts": 2}),
    Case(3, "packed, of any name", {"a": gzip.compress(json.dumps([post(1)]).encode()),
         "b.bin": zstandard.ZstdCompressor().compress(json.dumps([post(2)]).encode()),
         "c.json": gzip.compress(_LINES.encode())}, rows={"posts": 3}),
    Case(3, "not packed, whatever its name says", {"posts.json.gz": [post(1)]}, rows={"posts": 1}),
    Case(3, "blanks and lines before the JSON", {"posts": "\r\n\t \n" + json.dumps([post(1)])}, rows={"posts": 1}),
    Case(3, "a name of odd letters", {"пости?page=2&a=б": [post(1)], "[1].json": [post(2)], "a b%": [post(3)],
         ".hidden": [post(4)]}, rows={"posts": 4}),
    Case(3, "cut short, without an ending", {"posts?page=1": [post(1)], "posts?page=2": json.dumps([post(2), post(3)])[:-40]},
         rows={"posts": 2}, quarantine=1, exits=(9,)),
    Case(3, "a script that begins as a list", {"posts": [post(1)], "a.js": "[1,2].map(function (x) { return x })",
         "b.js": "{ let a = 1 }", "c.map": {"version": 3, "sources": []}}, rows={"posts": 1}),
    Case(3, "endings in capitals", {"POSTS.JSON": [post(1)]}, rows={"posts": 1}),
    Case(3, "a link to itself and empty files", {"posts": [post(1)], "empty.css": "", "none": b""}, rows={"posts": 1}),
]  # fmt: skip
