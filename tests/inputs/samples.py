"""Items as a WordPress sends them, from which the cases are made."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

SITE = "https://valley-press.example.org"
API = f"{SITE}/wp-json/wp/v2"
TERMS_OF_CORE = (("category", "categories"), ("post_tag", "tags"))
POST_OPTIONAL = (
    "date", "date_gmt", "guid", "modified", "modified_gmt", "slug", "status", "link", "title", "excerpt", "author",
    "featured_media", "comment_status", "ping_status", "sticky", "template", "format", "meta", "categories", "tags",
    "class_list", "_links", "acf",
)  # fmt: skip
MEDIA_OPTIONAL = (
    "date", "date_gmt", "guid", "modified", "modified_gmt", "slug", "status", "link", "title", "author",
    "featured_media", "comment_status", "ping_status", "template", "meta", "class_list", "description", "caption",
    "alt_text", "media_type", "mime_type", "media_details", "post", "source_url", "_links",
)  # fmt: skip
TERM_OPTIONAL = ("count", "description", "link", "name", "slug", "parent", "meta", "_links")
USER_OPTIONAL = ("name", "url", "description", "link", "slug", "avatar_urls", "meta", "_links")
COMMENT_OPTIONAL = (
    "parent", "author", "author_name", "author_url", "date", "date_gmt", "link", "status", "type",
    "author_avatar_urls", "meta", "_links",
)  # fmt: skip


def rendered(html: str, **more: Any) -> dict[str, Any]:
    return {"rendered": html} | more


def post(number: int = 1, html: str | None = None, **changed: Any) -> dict[str, Any]:
    """A whole post of the REST API, with what is said changed."""
    html = f"<p>Note number {number} of the valley, in some words.</p>\n" if html is None else html
    return {
        "id": number, "date": "2021-02-03T10:00:00", "date_gmt": "2021-02-03T09:00:00",
        "guid": rendered(f"{SITE}/?p={number}"), "modified": "2021-02-04T10:00:00",
        "modified_gmt": "2021-02-04T09:00:00", "slug": f"note-{number}", "status": "publish", "type": "post",
        "link": f"{SITE}/2021/02/note-{number}/", "title": rendered(f"Note {number}"),
        "content": rendered(html, protected=False), "excerpt": rendered("<p>A note.</p>\n", protected=False),
        "author": 1, "featured_media": 0, "comment_status": "closed", "ping_status": "closed", "sticky": False,
        "template": "", "format": "standard", "meta": {"footnotes": ""}, "categories": [1], "tags": [], "acf": [],
        "class_list": [f"post-{number}", "post", "type-post", "status-publish", "category-local-news"],
        "_links": {
            "self": [{"href": f"{API}/posts/{number}"}], "collection": [{"href": f"{API}/posts"}],
            "about": [{"href": f"{API}/types/post"}], "author": [{"embeddable": True, "href": f"{API}/users/1"}],
            "wp:term": [
                {"taxonomy": name, "embeddable": True, "href": f"{API}/{base}?post={number}"}
                for name, base in TERMS_OF_CORE
            ],
        },
    } | changed  # fmt: skip


def page(number: int = 1, html: str | None = None, **changed: Any) -> dict[str, Any]:
    made = post(number, html, type="page", parent=0, menu_order=0) | changed
    return {name: value for name, value in made.items() if name not in {"categories", "tags", "sticky", "format"}}


def term(number: int = 1, name: str = "Local news", taxonomy: str = "category", **changed: Any) -> dict[str, Any]:
    slug = name.lower().replace(" ", "-")
    folder, base = ("tag", "tags") if taxonomy == "post_tag" else ("category", "categories")
    return {
        "id": number, "count": 1, "description": "", "link": f"{SITE}/{folder}/{slug}/", "name": name, "slug": slug,
        "taxonomy": taxonomy, "parent": 0, "meta": [],
        "_links": {"self": [{"href": f"{API}/{base}/{number}"}], "about": [{"href": f"{API}/taxonomies/{taxonomy}"}]},
    } | changed  # fmt: skip


def medium(number: int = 11, **changed: Any) -> dict[str, Any]:
    file = f"2021/02/map-{number}.jpg"
    return {
        "id": number, "date": "2021-02-03T10:00:00", "date_gmt": "2021-02-03T09:00:00",
        "guid": rendered(f"{SITE}/wp-content/uploads/{file}"), "modified": "2021-02-03T10:00:00",
        "modified_gmt": "2021-02-03T09:00:00", "slug": f"map-{number}", "status": "inherit", "type": "attachment",
        "link": f"{SITE}/map-{number}/", "title": rendered("Map"), "author": 1, "featured_media": 0,
        "comment_status": "closed", "ping_status": "closed", "template": "", "meta": [], "class_list": [],
        "description": rendered("<p>A map.</p>\n"), "caption": rendered("<p>The valley.</p>\n"), "alt_text": "Map",
        "media_type": "image", "mime_type": "image/jpeg", "post": None,
        "media_details": {"width": 640, "height": 480, "file": file, "filesize": 12345, "sizes": {}},
        "source_url": f"{SITE}/wp-content/uploads/{file}", "_links": {"self": [{"href": f"{API}/media/{number}"}]},
    } | changed  # fmt: skip


def user(number: int = 1, name: str = "Anna Miller", **changed: Any) -> dict[str, Any]:
    slug = name.lower().replace(" ", "-")
    return {
        "id": number, "name": name, "url": "", "description": "", "link": f"{SITE}/author/{slug}/", "slug": slug,
        "avatar_urls": {"24": "https://secure.gravatar.com/avatar/x?s=24"}, "meta": [],
        "_links": {"self": [{"href": f"{API}/users/{number}"}], "collection": [{"href": f"{API}/users"}]},
    } | changed  # fmt: skip


def comment(number: int = 5, **changed: Any) -> dict[str, Any]:
    return {
        "id": number, "post": 1, "parent": 0, "author": 0, "author_name": "Reader", "author_url": "",
        "date": "2021-02-05T10:00:00", "date_gmt": "2021-02-05T09:00:00", "content": rendered("<p>Thanks.</p>\n"),
        "link": f"{SITE}/2021/02/note-1/#comment-{number}", "status": "approved", "type": "comment",
        "author_avatar_urls": {"24": "https://secure.gravatar.com/avatar/x?s=24"}, "meta": [],
        "_links": {"self": [{"href": f"{API}/comments/{number}"}]},
    } | changed  # fmt: skip


def without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def record(
    url: str, body: bytes, *, status: str = "200 OK", kind: str = "response", headers: tuple[str, ...] = ()
) -> bytes:
    """A WARC record as another crawler writes it."""
    http = b""
    if kind == "response":
        lines = [f"HTTP/1.1 {status}", "Content-Type: application/json; charset=UTF-8", *headers]
        http = "\r\n".join(lines).encode() + b"\r\n\r\n"
    block = http + body
    fields = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2021-03-01T00:00:00Z",
        f"WARC-Record-ID: <urn:uuid:{hashlib.md5(block + url.encode(), usedforsecurity=False).hexdigest()}>",
        "Content-Type: application/http; msgtype=response", f"Content-Length: {len(block)}",
    ]  # fmt: skip
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def listed(page_number: int, items: list[Any], total: int, pages: int, route: str = "posts") -> bytes:
    """The record of one page of a list."""
    url = f"{API}/{route}?page={page_number}&per_page=100"
    return record(url, json.dumps(items).encode(), headers=(f"X-WP-Total: {total}", f"X-WP-TotalPages: {pages}"))


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def bom16(value: object) -> bytes:
    """JSON as PowerShell's `>` writes it."""
    return b"\xff\xfe" + json.dumps(value).encode("utf-16-le")
