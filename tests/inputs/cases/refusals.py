"""Section 11: what cannot be read is named by its format, told by the bytes, with what to do."""

from __future__ import annotations

import io
import json
import zipfile

from tests.inputs.case import Case
from tests.inputs.refused import refused
from tests.inputs.samples import post

_EXPORT = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- generator="WordPress/6.5" -->\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    "<link>https://valley-press.example.org</link><wp:wxr_version>1.2</wp:wxr_version>{}</channel></rss>"
)
_ITEM = (
    "<item><title>Note</title><link>https://valley-press.example.org/note/</link><wp:post_id>{}</wp:post_id>"
    "<content:encoded><![CDATA[Words.]]></content:encoded><wp:post_date_gmt>2021-02-03 10:00:00</wp:post_date_gmt>"
    "<wp:post_name>note</wp:post_name><wp:status>{}</wp:status><wp:post_type>post</wp:post_type></item>"
)
WXR = _EXPORT.format(_ITEM.format(4, "publish") + _ITEM.format(5, "draft"))
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>V</title></channel></rss>'
ATOM = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>V</title></feed>'
ARC = "filedesc://x.arc 0.0.0.0 20080101000000 text/plain 76\n1 0 InternetArchive\nURL IP-address Archive-date\n"
GONE = "<!DOCTYPE html>\n<html><head><title>404 - Not Found</title></head><body>404 - Not Found</body></html>"
CHALLENGE = (
    '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>'
    '<body><script>window._cf_chl_opt={cvId:"3"}</script></body></html>'
)
COM = {
    "found": 1, "posts": [{
        "ID": 4, "site_ID": 1, "author": {"ID": 3, "name": "A"}, "date": "2021-02-03T10:00:00+00:00", "title": "Note",
        "URL": "https://valley-press.example.org/note/", "content": "<p>Words.</p>", "slug": "note", "type": "post",
    }],
}  # fmt: skip
CLI = [
    {"ID": 1, "post_title": "Note", "post_name": "note", "post_date": "2021-02-03 10:00:00", "post_status": "publish"}
]
GRAPHQL = {
    "data": {
        "posts": {
            "nodes": [{"id": "cG9zdDox", "databaseId": 1, "title": "Note", "content": "<p>x</p>", "uri": "/note/"}]
        }
    }
}
BLOGGER = {"version": "1.0", "encoding": "UTF-8", "feed": {"xmlns": "http://www.w3.org/2005/Atom", "entry": [
    {"id": {"$t": "tag:blogger.com,1999:blog-1.post-1"}, "title": {"$t": "Note"}, "content": {"$t": "<p>x</p>"}}]}}  # fmt: skip
HAR = {"log": {"version": "1.2", "creator": {"name": "Firefox"}, "entries": [{"request": {"url": "https://valley-press.example.org/"},
       "response": {"status": 200, "content": {"mimeType": "text/html", "text": ""}}}]}}  # fmt: skip
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "V",
    "items": [{"id": "1", "content_html": "<p>x</p>"}],
}
GHOST = {
    "db": [
        {
            "meta": {"version": "5.0"},
            "data": {"posts": [{"id": "63f", "title": "Note", "html": "<p>x</p>", "uuid": "a"}]},
        }
    ]
}
SQL = "-- MySQL dump 10.13  Distrib 8.0\n--\n-- Host: localhost    Database: wp\nCREATE TABLE `wp_posts` (\n  `ID` bigint\n);\n"
CSV = 'id,type,title,content,link\n1,post,Note,"<p>Words.</p>",https://valley-press.example.org/note/\n'
YAML = "---\n- \n  ID: 1\n  post_title: Note\n  post_name: note\n  post_date: 2021-02-03 10:00:00\n"
SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>x</loc></url></urlset>'
)


def _zip(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return made.getvalue()


CASES = [
    # Exports were refused by name once; now their public items are rows.
    Case(11, "WordPress export", {"export.xml": WXR}, rows={"posts": 1}, cells={"posts.id": [4], "posts.text": ["Words."]}),
    Case(11, "WordPress export named as JSON", {"posts.json": WXR}, rows={"posts": 1}),
    Case(11, "WordPress export without items", {"export.xml": _EXPORT.format("")}, exits=(4,), says=("holds no post",)),
    *refused("RSS", RSS, "RSS"), *refused("Atom", ATOM, "Atom"), *refused("ARC", ARC, "ARC"),
    *refused("HTML", GONE, "HTML", file="posts.json"),
    Case(11, "HTML among good files", {"posts.json": [post(1)], "pages.json": GONE}, rows={"posts": 1}, exits=(9,),
         quarantine=None, says=("HTML",)),
    *refused("a challenge page", CHALLENGE, "challenge", file="page.json"),
    *refused("WordPress.com", COM, "WordPress.com"), *refused("wp post list", CLI, "wp-cli", "wp post list"),
    # Of the same kind.
    *refused("WordPress.com, one post", COM["posts"][0], "WordPress.com"),  # type: ignore[index]
    *refused("wp post list, Lines", "".join(json.dumps(each) + "\n" for each in CLI * 2), "wp-cli", "wp post list"),
    *refused("wp post list, YAML", YAML, "YAML", "wp-cli"),
    *refused("wp post list, CSV", "ID,post_title,post_name,post_date,post_status\n1,Note,note,2021-02-03 10:00:00,publish\n", "CSV"),
    *refused("CSV", CSV, "CSV", file="posts.csv"), *refused("TSV", CSV.replace(",", "\t"), "TSV", "tab"),
    *refused("SQL", SQL, "SQL", file="wp.sql"), *refused("PDF", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    *refused("zip", _zip(posts__json=json.dumps([post(1)])), "zip", "ZIP"),
    *refused("7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64), "7z"),
    *refused("tar", b"posts.json" + bytes(247) + b"ustar\x0000" + bytes(255), "tar"),
    *refused("XML sitemap", SITEMAP, "sitemap"), *refused("OPML", '<?xml version="1.0"?><opml version="2.0"><body/></opml>', "OPML"),
    *refused("iCalendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "iCalendar"),
    *refused("Markdown", "---\ntitle: Note\ndate: 2021-02-03\n---\n\n# Note\n\nWords.\n", "Markdown", "text", file="note.md"),
    *refused("Blogger's feed", BLOGGER, "Blogger"), *refused("GraphQL", GRAPHQL, "GraphQL"), *refused("HAR", HAR, "HAR"),
    *refused("JSON Feed", JSON_FEED, "JSON Feed"), *refused("Ghost", GHOST, "Ghost"),
    *refused("SQLite", b"SQLite format 3\x00" + bytes(84), "SQLite"), *refused("Parquet", b"PAR1" + bytes(20) + b"PAR1", "Parquet"),
    *refused("an older Office file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "Office"),
    *refused("PHP's serialisation", 'a:1:{i:0;a:2:{s:2:"ID";i:1;s:5:"title";s:4:"Note";}}', "PHP"),
    *refused("XML of another kind", '<?xml version="1.0"?><methodResponse><params/></methodResponse>', "XML"),
    *refused("any text", "Not Found\n", "text"), *refused("any bytes", bytes(range(256)) * 4, "format"),
    # Beside good posts they cost no neighbour, and are named all the same.
    Case(11, "all of them, among good files", {
        "posts.json": [post(1)], "a": RSS, "b": ATOM, "c": SQL, "d": CSV, "e": b"%PDF-1.7\n", "f": SITEMAP, "g": YAML,
        "h": _zip(a="x"), "i": GONE, "j": b"7z\xbc\xaf\x27\x1c\x00\x04"},
        rows={"posts": 1}, says=("RSS", "Atom", "SQL", "CSV", "PDF", "sitemap", "YAML", "ZIP", "HTML", "7z", "10 files")),
    Case(11, "what claims to hold posts, among good files", {
        "posts.json": [post(1)], "x.arc": ARC, "page.json": CHALLENGE, "com": COM, "cli": CLI,
        "graphql": GRAPHQL, "har": HAR, "blogger": BLOGGER, "feed": JSON_FEED, "ghost": GHOST},
        rows={"posts": 1}, exits=(9,), quarantine=None,
        says=("ARC", "challenge", "WordPress.com", "wp-cli", "GraphQL", "HAR", "Blogger", "JSON Feed", "Ghost")),
    Case(11, "a folder of pages", {"index.html": GONE, "a/index.html": GONE}, exits=(4,), says=("HTML", "2")),
    Case(11, "an empty folder", {"sub/.keep": b""}, exits=(4,)),
    Case(11, "an empty file", {"posts.json": b""}, sources=("in/posts.json",), exits=(4,), says=("empty",)),
]  # fmt: skip
