"""Files that other tools write of the same items: exports, archives, logs, and what copying does to them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
from html import escape
from typing import Any

import pyarrow as pa
import zstandard

from tests.inputs.case import Case
from tests.inputs.refused import refused
from tests.inputs.samples import API, SITE, packed, page, post, record, rendered, term, without

_TWO = [post(1), post(2)]
_LINES = "".join(json.dumps(each) + "\n" for each in _TWO).encode()
_LIST = json.dumps(_TWO).encode()
_BOM = b"\xef\xbb\xbf"
_ODD = '<p>A &amp; B, 1 &lt; 2: "so" &nbsp; <em>it</em> is</p>'
_VIEWER = (
    '<html><head><meta name="color-scheme" content="light dark"><meta charset="utf-8"></head><body><pre>{}</pre>'
    '<div class="json-formatter-container"></div></body></html>'
)
_HEAD = "HTTP/2 200 \r\ncontent-type: application/json; charset=UTF-8\r\nx-wp-total: {}\r\nx-wp-totalpages: 1\r\n\r\n"
_POSTMAN = {
    "info": {"_postman_id": "4e1", "name": "V", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [{"name": "posts", "request": {"method": "GET"}, "response": [{"name": "posts", "body": _LIST.decode()}]}],
}  # fmt: skip
_INSOMNIA = {
    "_type": "export",
    "__export_format": 4,
    "resources": [{"_id": "req_1", "_type": "request", "name": "posts"}],
}
_PHPMYADMIN: list[dict[str, Any]] = [
    {"type": "header", "version": "5.2.1", "comment": "Export to JSON plugin for PHPMyAdmin"},
    {"type": "database", "name": "wp"},
    {"type": "table", "name": "wp_posts", "database": "wp", "data": [{"ID": "1", "post_title": "Note", "post_content": "x"}]},
]  # fmt: skip
_FIRST = {"ID": 1, "title": "Note", "status": "publish", "type": "post", "author": {"ID": 1, "name": "A"}, "parent": None,
          "content": "<p>Words.</p>", "link": f"{SITE}/note/", "date": "2021-02-03T10:00:00", "terms": {"category": []}}  # fmt: skip
_PLUGIN = {"status": "ok", "count": 1, "count_total": 1, "pages": 1, "posts": [{
    "id": 1, "type": "post", "slug": "note-1", "url": f"{SITE}/2021/02/note-1/", "status": "publish", "title": "Note 1",
    "title_plain": "Note 1", "content": "<p>Words.</p>\n", "excerpt": "<p>W.</p>", "date": "2021-02-03 10:00:00",
    "modified": "2021-02-04 10:00:00", "categories": [{"id": 1, "slug": "local-news", "title": "Local news", "post_count": 1}],
    "tags": [], "author": {"id": 1, "slug": "anna", "name": "Anna"}, "comments": [], "attachments": [], "comment_count": 0}]}  # fmt: skip
_CDX = " CDX N b a m s k r M S V g\norg,example,valley-press)/wp-json 20210301000000 https://x application/json 200 AAA - - 9 0 a.warc\n"
_CDXJ = (
    'org,example,valley-press)/wp-json/wp/v2/posts 20210301000000 {"url": "https://x", "mime": "application/json"}\n'
)
_MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://x/\r\nSubject: V\r\nMIME-Version: 1.0\r\nContent-Type: "
    'multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----MultipartBoundary--x----"\r\n\r\n\r\n------MultipartBoundary--x----\r\n'
)
_LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
_APPLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(60)
_PAGES = (
    '{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n'
    '{"id": "1a", "url": "https://x/", "title": "V", "ts": "2021-03-01T00:00:00Z"}\n'
)


def _brotli(data: bytes) -> bytes:
    return bytes(pa.Codec("brotli").compress(data, asbytes=True))


def _tar(**files: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name.replace("__", "."))
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def _boxed(value: Any) -> Any:
    """JSON as R's jsonlite writes it: each single value is a list of one."""
    if isinstance(value, dict):
        return {name: _boxed(each) for name, each in value.items()}
    return [_boxed(each) for each in value] if isinstance(value, list) else [value]


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """An item as pandas.json_normalize flattens it."""
    flat: dict[str, Any] = {}
    for name, value in item.items():
        flat |= {f"{name}.{key}": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _coded(coding: str, body: bytes) -> bytes:
    return record(f"{API}/posts?page=1", body, headers=(f"Content-Encoding: {coding}", "X-WP-Total: 2"))


_CHUNKED = b"5\r\n" + _LIST[:5] + b"\r\n" + f"{len(_LIST) - 5:x}".encode() + b"\r\n" + _LIST[5:] + b"\r\n0\r\n\r\n"

CASES = [
    # Lists and lines, as copying, joining and packing leave them.
    Case(6, "Lines, each with a mark", {"x": b"".join(_BOM + json.dumps(each).encode() + b"\r\n" for each in _TWO)}, rows={"posts": 2}),
    Case(6, "lists with marks, joined", {"x.json": _BOM + json.dumps([post(1)]).encode() + _BOM + json.dumps([post(2)]).encode()},
         rows={"posts": 2}),
    Case(6, "Lines that end with commas", {"x": b",\n".join(_LINES.splitlines()) + b",\n"}, rows={"posts": 2}),
    Case(6, "Lines that end with commas, named so", {"x.jsonl": b",\n".join(_LINES.splitlines()) + b",\n"}, rows={"posts": 2}),
    Case(6, "a comma behind the last of a list", {"x.json": _LIST[:-1] + b",\n]"}, rows={"posts": 2}, quarantine=None, exits=(0, 9)),
    Case(6, "lines of a Macintosh", {"x": _LINES.replace(b"\n", b"\r")}, rows={"posts": 2}),
    Case(6, "a text sequence", {"x": b"".join(b"\x1e" + line + b"\n" for line in _LINES.splitlines())}, rows={"posts": 2}),
    Case(6, "a fenced block", {"x.json": b"```json\n" + _LIST + b"\n```\n"}, rows={"posts": 2}),
    Case(6, "a comment before", {"x.json": b"// saved on Monday\n" + _LIST}, rows={"posts": 2}),
    Case(6, "a script's variable", {"x.json": b"window.posts = " + _LIST + b";\n"}, rows={"posts": 2}),
    Case(6, "the same item in a list and in Lines", {"a": _LIST, "b.jsonl": _LINES}, rows={"posts": 2, "versions": 2}),
    Case(6, "Elasticsearch's Lines", {"x": "".join(json.dumps({"_index": "v", "_id": str(n), "_source": post(n)}) + "\n" for n in (1, 2))},
         rows={"posts": 2}),
    Case(6, "MongoDB's Lines", {"x": "".join(json.dumps({"_id": {"$oid": f"{n:024}"}} | post(n)) + "\n" for n in (1, 2))}, rows={"posts": 2}),
    Case(6, "one item in an object", {"x": {"data": post(1)}}, rows={"posts": 1}),
    Case(6, "one item in an object beside what is none", {"x": {"url": API, "status": 200, "post": post(1), "terms": {"count": 1}}},
         rows={"posts": 1}),
    Case(6, "a list of objects around items", {"x": [{"url": API, "json": post(1)}, {"url": API, "json": post(2)}]}, rows={"posts": 2}),
    Case(6, "a list of wrapped pages", {"x": [{"page": n, "posts": [post(n)]} for n in (1, 2)]}, rows={"posts": 2}),
    Case(6, "a list of envelopes", {"x": [{"body": [post(n)], "status": 200, "headers": {}} for n in (1, 2)]}, rows={"posts": 2}),
    Case(6, "lists within a list in an object", {"x": {"pages": [[post(1)], [post(2)]]}}, rows={"posts": 2}),
    Case(6, "bodies as texts", {"x": "".join(json.dumps({"url": API, "body": json.dumps([post(n)])}) + "\n" for n in (1, 2))}, rows={"posts": 2}),
    Case(6, "nothing among items", {"x": [None, post(1), False, post(2)]}, rows={"posts": 2}, quarantine=2, exits=(9,)),
    Case(6, "items in XML", {"x.json": f"<?xml version='1.0'?><r>{escape(json.dumps([post(1, _ODD)]), quote=False)}</r>"}, rows={"posts": 1},
         cells={"posts.content_html": [_ODD]}),
    Case(6, "two lists in one text, one broken", {"x.json": "page 1\n" + json.dumps([post(1)]) + "\npage 2\n" + json.dumps([post(2), {}, post(3)])
         .replace("{}", '{"id": 9,, }') + "\n"}, rows={"posts": 3}, quarantine=1, exits=(9,)),
    Case(6, "chunks as they came", {"x.json": f"10\r\n{_LIST[:16].decode()}\r\n{len(_LIST) - 16:x}\r\n{_LIST[16:].decode()}\r\n0\r\n\r\n"},
         exits=(4,)),
    Case(6, "JSON in a JSON text", {"x.json": json.dumps(_LIST.decode())}, rows={"posts": 2}),
    Case(3, "packed by bzip2 and xz", {"a.json.bz2": bz2.compress(_LIST), "b.jsonl.xz": lzma.compress(json.dumps(post(3)).encode())},
         rows={"posts": 3}),
    Case(3, "Lines, packed by bzip2, xz and Zstandard", {"a": bz2.compress(_LINES), "b": lzma.compress(json.dumps(post(3)).encode() + b"\n"),
         "c": zstandard.ZstdCompressor().compress(json.dumps(post(4)).encode() + b"\n" + json.dumps(post(5)).encode())}, rows={"posts": 5}),
    Case(3, "packed twice", {"x.json.gz": gzip.compress(gzip.compress(_LIST))}, rows={"posts": 2}),
    Case(3, "packed in two members", {"x.json.gz": gzip.compress(_LINES[:500]) + gzip.compress(_LINES[500:])}, rows={"posts": 2}),
    Case(3, "packed and cut", {"x.json.gz": gzip.compress(json.dumps([post(n) for n in range(1, 300)]).encode(), 0)[:-4000]},
         rows={"posts": 296}, quarantine=None, exits=(9,)),
    Case(3, "packed, with something behind", {"x.json.gz": gzip.compress(_LIST) + b"\0" * 512, "y": [post(3)]}, rows={"posts": 3}),
    Case(3, "leavings of macOS", {"posts.json": _TWO, "._posts.json": _APPLE, "__MACOSX/._posts.json": _APPLE, ".DS_Store": b"\0\0\0\1Bud1"},
         rows={"posts": 2}),
    Case(3, "manifests of a site", {"posts.json": _TWO, "package.json": {"name": "theme", "version": "1.0.0", "type": "module"},
         "composer.json": {"name": "a/b", "type": "wordpress-theme"}, "theme.json": {"version": 2, "settings": {}},
         "manifest.json": {"name": "V", "icons": []}, "map.geojson": {"type": "FeatureCollection", "features": [{"type": "Feature", "id": 1,
         "properties": {"title": "x"}}]}, "anim.json": {"v": "5.5", "layers": [{"ty": 4, "nm": "x"}]}}, rows={"posts": 2}),
    Case(3, "an unpacked WACZ", {"archive/data.warc.gz": packed(record(f"{API}/posts", _LIST)), "pages/pages.jsonl": _PAGES,
         "indexes/index.cdxj": _CDXJ, "indexes/index.cdx.gz": gzip.compress(_CDXJ.encode()),
         "datapackage.json": {"profile": "data-package", "resources": [{"name": "data.warc.gz", "path": "archive/data.warc.gz"}]},
         "datapackage-digest.json": {"path": "datapackage.json", "hash": "sha256:0"}}, rows={"posts": 2}),

    # What browsers and command lines save.
    Case(6, "a browser's viewer", {"x.json": _VIEWER.format(escape(json.dumps([post(1, _ODD)]), quote=False))}, rows={"posts": 1},
         cells={"posts.content_html": [_ODD]}),
    Case(3, "a browser's viewer, named as a page", {"x.html": _VIEWER.format(escape(json.dumps([post(1, _ODD)]), quote=False)),
         "y.json": [post(2)]}, rows={"posts": 2}, cells={"posts.content_html": [_ODD, post(2)["content"]["rendered"]]}),
    Case(6, "curl -i", {"x": _HEAD.format(2).encode() + _LIST}, rows={"posts": 2}),
    Case(6, "curl -i, named as JSON", {"x.json": _HEAD.format(2).encode() + _LIST}, rows={"posts": 2}),
    Case(6, "curl -i, a redirect before", {"x.json": b"HTTP/1.1 301 Moved Permanently\r\nlocation: /x\r\n\r\n" + _HEAD.format(2).encode() + _LIST},
         rows={"posts": 2}),
    Case(6, "curl -i of two pages", {"x": _HEAD.format(2).encode() + json.dumps([post(1)]).encode() + _HEAD.format(2).encode()
         + json.dumps([post(2)]).encode()}, rows={"posts": 2}),
    *refused("MHTML", _MHTML, "MHTML"), *refused("Postman", _POSTMAN, "Postman"), *refused("Insomnia", _INSOMNIA, "Insomnia"),
    *refused("phpMyAdmin's JSON", _PHPMYADMIN, "phpMyAdmin"), *refused("version 1 of the API", [_FIRST], "version 1"),
    *refused("version 1 of the API, one post", _FIRST, "version 1"), *refused("tar of JSON", _tar(posts__json=_LIST), "tar"),
    *refused("tar.gz of JSON", gzip.compress(_tar(posts__json=_LIST)), "tar", file="dump.tar.gz"),
    *refused("CDX", _CDX, "CDX"), *refused("CDXJ", _CDXJ, "CDX"), *refused("Git LFS", _LFS, "Git LFS", file="posts.json"),
    *refused("a Python value", str(_TWO), "Python", file="posts.json"), *refused("Brotli", _brotli(_LIST), "format", file="posts.json"),
    Case(11, "exports, among good files", {"posts.json": [post(1)], "postman": _POSTMAN, "pma": _PHPMYADMIN, "v1": [_FIRST], "a.txt": str(_TWO),
         "lfs.json": _LFS}, rows={"posts": 1}, exits=(9,), quarantine=None, says=("Postman", "phpMyAdmin", "version 1", "Python", "Git LFS")),
    Case(11, "indexes and pages, among good files", {"posts.json": [post(1)], "a.cdx": _CDX, "b.mhtml": _MHTML, "c.tar": _tar(x=b"y")},
         rows={"posts": 1}, says=("CDX", "MHTML", "tar")),

    # Shapes that data frames, databases and older APIs give to items.
    Case(1, "numbers with a point", {"x": [post(1.0, author=1.0, featured_media=0.0, categories=[1.0, 3.0]), post("2.0")]}, rows={"posts": 2},  # type: ignore[arg-type]
         cells={"posts.id": [1, 2]}),
    Case(1, "titles of any type", {"x": [post(1, title=None), post(2, title=["a"]), post(3, title="Note"), post(4, title={"rendered": None}),
         post(5, title=7), post(6, title={"text": "Note"}), post(7, title={"rendered": ["Note"]})]}, rows={"posts": 7}),
    Case(1, "contents as plain texts", {"x": [post(1, content="<p>One.</p>"), page(2, content="<p>Two.</p>")]}, rows={"posts": 2},
         cells={"posts.text": ["Two.", "One."]}),
    Case(1, "dates as others write them", {"x": [post(n, date=d, date_gmt=d, modified=d, modified_gmt=d) for n, d in enumerate((
         "0000-00-00T00:00:00", "0000-00-00 00:00:00", 1612346400, "2021-02-03 09:00:00", "2021-02-03T09:00:00Z", "3 February 2021",
         {"$date": "2021-02-03T09:00:00Z"}, "-0001-11-30T00:00:00", "9999-12-31T23:59:59", "10000-01-01T00:00:00", [], "2021-02-30T00:00:00"), 1)]},
         rows={"posts": 12}),
    Case(1, "no links", {"x": [without(post(n), "_links") for n in (1, 2)], "y": [without(term(1), "_links")]}, rows={"posts": 2, "terms": 1}),
    Case(1, "keys that stand twice", {"x": json.dumps([post(1)])[:-2] + ', "slug": "again", "id": 7}]'}, rows={"posts": 1},
         cells={"posts.id": [7], "posts.slug": ["again"]}),
    Case(1, "numbers without end", {"x": json.dumps([post(1, author=5), post(2, author=5)]).replace('"author": 5', '"author": 1' + "0" * 5000, 1)
         .replace('"author": 5', '"author": 1e999')}, rows={"posts": 2}),
    Case(1, "an id without end", {"x": json.dumps([post(1), post(2)]).replace('"id": 2', '"id": 1' + "0" * 5000)}, rows={"posts": 1},
         quarantine=1, exits=(9,)),
    Case(1, "nested without end", {"x": json.dumps([post(1), post(2)]).replace('"acf": []', '"acf": ' + "[" * 600 + "]" * 600, 1)},
         rows={"posts": 1}, quarantine=1, exits=(9,)),
    Case(1, "half characters and NUL", {"x": json.dumps([post(1, "<p>a\ud800b\0c</p>", title=rendered("\udfff"), slug="a\0b"), post(2)])},
         rows={"posts": 2}),
    Case(1, "NaN and Infinity", {"x": json.dumps([post(1), post(2, meta=float("nan")), post(3, author=float("inf"))])}, rows={"posts": 1},
         quarantine=2, exits=(9,)),
    Case(1, "line ends within texts", {"x": json.dumps([post(1), post(2)]).replace("Note number 2", "Note\nnumber 2")}, rows={"posts": 1},
         quarantine=1, exits=(9,)),
    Case(1, "R's jsonlite", {"x": [_boxed(post(1)), post(2)]}, rows={"posts": 1}, quarantine=1, exits=(9,), says=("auto_unbox",)),
    Case(1, "pandas, flattened", {"x": [_flat(post(1)), post(2)]}, rows={"posts": 1}, quarantine=1, exits=(9,), says=("json_normalize",)),
    Case(1, "the plugin JSON API", {"x": _PLUGIN}, sources=("in", "--address", SITE), rows={"posts": 1}, cells={"posts.text": ["Words."]}),
    Case(1, "MongoDB's numbers", {"x": [post({"$numberInt": "1"}), post(2, author={"$numberLong": "5"})]}, rows={"posts": 1},  # type: ignore[arg-type]
         quarantine=1, exits=(9,)),

    # Web archives, as crawlers write them.
    Case(8, "codings", {f"{name}.warc.gz": packed(_coded(name, body)) for name, body in (("gzip", gzip.compress(_LIST)),
         ("br", _brotli(_LIST)), ("zstd", zstandard.ZstdCompressor().compress(_LIST)), ("identity", _LIST))}, rows={"posts": 2},
         cells={"crawls.advertised_end": [2], "crawls.balanced": [True]}),
    Case(8, "chunks", {"x.warc": record(f"{API}/posts", _CHUNKED, headers=("Transfer-Encoding: chunked", "X-WP-Total: 2"))}, rows={"posts": 2}),
    Case(8, "chunks that never end", {"x.warc": record(f"{API}/posts?page=2", _CHUNKED[:-30], headers=("Transfer-Encoding: chunked",))
         + record(f"{API}/posts", _LIST)}, rows={"posts": 2}, exits=(9,), quarantine=None),
    Case(8, "a coding that it is not in", {"x.warc": _coded("gzip", _LIST) + _coded("br", _LIST)}, exits=(0, 4, 9), quarantine=None),
    Case(8, "a revisit whose first is not here", {"x.warc": record(f"{API}/posts", _LIST) + record(f"{API}/posts?page=9", b"", kind="revisit")},
         rows={"posts": 2}, exits=(0, 9), quarantine=None),
    Case(8, "Zstandard, whole", {"x.warc.zst": zstandard.ZstdCompressor().compress(record(f"{API}/posts", _LIST))}, rows={"posts": 2}),
]  # fmt: skip
