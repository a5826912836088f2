"""Section 6: a byte order mark is believed, and a list of items that is the only one in an object is that list."""

from __future__ import annotations

import json
from typing import Any

from tests.inputs.case import Case
from tests.inputs.samples import bom16, post, rendered, term

_TWO = [post(1), post(2)]
_LINES = "".join(json.dumps(each) + "\n" for each in _TWO)
_LETTERS = json.dumps([post(1, "<p>ئۇيغۇر 😀 ß</p>")], ensure_ascii=False)


def _wrapped(value: object, *names: str) -> Any:
    for name in names:
        value = {name: value}
    return value


CASES = [
    Case(6, "UTF-16", {"posts.json": bom16([post(1)])}, rows={"posts": 1}),
    Case(6, "UTF-16, wrapped", {"posts.json": bom16({"value": _TWO, "Count": 2})}, rows={"posts": 2}),
    Case(6, "wrapped as value", {"posts.json": {"value": _TWO, "Count": 2}}, rows={"posts": 2}),
    Case(6, "wrapped as posts", {"posts.json": {"posts": _TWO}}, rows={"posts": 2}),
    # Of the same kind.
    Case(6, "UTF-16, other end first", {"posts": b"\xfe\xff" + json.dumps([post(1)]).encode("utf-16-be")}, rows={"posts": 1}),
    Case(6, "UTF-16 without a mark", {"posts": json.dumps([post(1)]).encode("utf-16-le")}, rows={"posts": 1}),
    Case(6, "UTF-16, Lines", {"posts": b"\xff\xfe" + _LINES.encode("utf-16-le")}, rows={"posts": 2}),
    Case(6, "UTF-16 of letters beyond", {"posts": b"\xff\xfe" + _LETTERS.encode("utf-16-le")}, rows={"posts": 1},
         cells={"posts.text": ["ئۇيغۇر 😀 ß"]}),
    Case(6, "UTF-16 with Windows line ends", {"posts": b"\xff\xfe" + json.dumps(_TWO, indent=2).replace("\n", "\r\n").encode("utf-16-le") + b"\r\0\n\0"},
         rows={"posts": 2}),
    Case(6, "UTF-16, half a letter missing", {"posts": bom16([post(1), post(2)])[:-31]}, rows={"posts": 1}, quarantine=1, exits=(9,)),
    Case(6, "UTF-32", {"posts": json.dumps([post(1)]).encode("utf-32")}, exits=(0, 4), any_of=("1 of 1", "UTF-32")),
    Case(6, "UTF-8 with a mark", {"a": b"\xef\xbb\xbf" + json.dumps([post(1)]).encode(),
         "b": b"\xef\xbb\xbf" + "".join(json.dumps(post(n)) + "\n" for n in (2, 3)).encode()}, rows={"posts": 3}),
    Case(6, "wrapped two deep", {"x": _wrapped(_TWO, "posts", "data")}, rows={"posts": 2}),
    Case(6, "two lists in one object", {"x": {"posts": _TWO, "categories": [term(1)], "count": 3}}, rows={"posts": 2, "terms": 1}),
    Case(6, "an envelope", {"x": {"body": _TWO, "status": 200, "headers": {"X-WP-Total": 2, "X-WP-TotalPages": 1}}},
         rows={"posts": 2}),
    Case(6, "an envelope around one post", {"x": {"body": post(1), "status": 200, "headers": {"Allow": "GET"}}}, rows={"posts": 1}),
    Case(6, "an envelope around a refusal", {"y": [post(1)], "x": {"body": {"code": "rest_forbidden", "message": "x",
         "data": {"status": 401}}, "status": 401, "headers": {}}}, rows={"posts": 1}),
    Case(6, "an envelope of fewer than the site advertises", {"x": {"body": _TWO, "status": 200,
         "headers": {"X-WP-Total": 9, "X-WP-TotalPages": 5}}}, rows={"posts": 2}, exits=(0, 9), says=("7",)),
    Case(6, "posts by their slugs", {"x": {"note-1": post(1), "note-2": post(2)}}, rows={"posts": 2}),
    Case(6, "posts by their numbers", {"x": {"1": post(1), "2": post(2)}}, rows={"posts": 2}),
    Case(6, "pages one after the other", {"x": json.dumps(_TWO) + json.dumps([post(3)]) + "\n" + json.dumps([post(4)])},
         rows={"posts": 4}),
    Case(6, "posts one after the other, with line ends inside", {"x": "\n".join(json.dumps(each, indent=2) for each in _TWO)},
         rows={"posts": 2}),
    Case(6, "a list of pages", {"x": [_TWO, [post(3)]]}, rows={"posts": 3}),
    Case(6, "Lines of pages", {"x": json.dumps(_TWO) + "\n" + json.dumps([post(3)]) + "\n"}, rows={"posts": 3}),
    Case(6, "Lines of wrapped pages", {"x": "".join(json.dumps({"page": n, "posts": [post(n)]}) + "\n" for n in (1, 2))},
         rows={"posts": 2}),
    Case(6, "a broken item in a wrapper", {"x": '{"posts": [' + json.dumps(post(1)) + ', {"id": 2,, }, ' + json.dumps(post(3)) + "]}"},
         rows={"posts": 2}, quarantine=1, exits=(9,)),
    Case(6, "an item holds lists, and is one item", {"x": post(1, related=[post(2), post(3)], acf={"gallery": [{"id": 5}]})},
         rows={"posts": 1}),
    Case(6, "PHP's notices before", {"x.json": "<br />\n<b>Warning</b>: x in /a.php on line 1<br />\n" + json.dumps(_TWO)}, rows={"posts": 2}),
    Case(6, "a JSONP call", {"x.json": "/**/cb(" + json.dumps(_TWO) + ");"}, exits=(0, 4), any_of=("2 of 2", "JSONP")),
    Case(6, "Windows-1252", {"x": json.dumps([post(1), post(2, title=rendered("Café"))], ensure_ascii=False).encode("cp1252")},
         rows={"posts": 2}, cells={"posts.title": ["Note 1", None]}),
    Case(6, "content in Windows-1252", {"x": json.dumps([post(1), post(2, "<p>Café</p>")], ensure_ascii=False).encode("cp1252")},
         rows={"posts": 1}, quarantine=1, exits=(9,)),
]  # fmt: skip
