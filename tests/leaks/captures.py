"""Captures of what not everybody may see, beside what everybody may: JSON as a plugin or tool saved it, and web archives.

Every case is a source of its own with a public post in it. The words of `Private.item` never stand in a release.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Iterable


class Private(NamedTuple):
    """An item that is not public. `{w}` is a word of the case's own; `shows` says whether the public post must leave."""

    kind: str
    item: dict[str, Any]
    name: str = "posts.json"


def _post(number: int, host: str, **more: Any) -> dict[str, Any]:
    """A published post of a site."""
    return {
        "id": number, "type": "post", "status": "publish", "slug": f"item-{number}", "link": f"https://{host}/{number}/",
        "date_gmt": "2026-01-01T00:00:00", "modified_gmt": "2026-01-02T00:00:00",
        "title": {"rendered": f"Number {number}"}, "content": {"rendered": "<p>Words.</p>", "protected": False},
        "excerpt": {"rendered": "<p>Words.</p>", "protected": False},
    } | more  # fmt: skip


def _saying(**more: Any) -> dict[str, Any]:
    said = {"rendered": "<p>quagga{w} zebu{w}</p>", "protected": False}
    return {"title": {"rendered": "quagga{w} zebu{w}"}, "content": said, "excerpt": said} | more


STATUSES = ("private", "draft", "pending", "trash", "publish-later", "auto-draft", "request-pending", "acf-disabled",
            "wc-on-hold", "archived", "PRIVATE", "spam")  # fmt: skip
JSON = [
    *(Private(f"status {status}", _saying(status=status)) for status in STATUSES),
    Private("status future", _saying(status="future", date_gmt="2099-01-01T00:00:00")),
    Private("status of another type", _saying(status=["draft"])),
    Private("password", _saying(password="x-sesame{w}", content={"rendered": "<p>quagga{w}</p>", "protected": True})),
    Private("password", _saying(content={"raw": "quagga{w}", "rendered": "<p>quagga{w}</p>", "protected": False})),
    Private("password", _saying(title={"raw": "quagga{w}", "rendered": "quagga{w}"})),
    Private("revision", _saying(type="revision", status="inherit", parent=1)),
    Private("revision", _saying(slug="1-autosave-v1", parent=1, type="revision")),
    Private("picture, private", {"status": "private", "type": "attachment", "source_url": "https://{h}/u/quagga{w}.jpg",
                                 "title": {"rendered": "quagga{w}"}, "media_details": {}}, "media.json"),
    Private("picture, of a draft", {"status": "inherit", "type": "attachment", "post": 901,
                                    "source_url": "https://{h}/u/quagga{w}.jpg",
                                    "title": {"rendered": "quagga{w}"}, "media_details": {}}, "media.json"),
    Private("comment on hold", {"post": 1, "status": "hold", "author_name": "quagga{w}",
                                "content": {"rendered": "quagga{w}"}}, "comments.json"),
    Private("comment as spam", {"post": 1, "status": "spam", "author_name": "quagga{w}",
                                "content": {"rendered": "quagga{w}"}}, "comments.json"),
    Private("comment, raw", {"post": 1, "status": "approved", "author_name": "quagga{w}", "author_email": "quagga{w}@x.org",
                             "author_ip": "192.0.2.7", "content": {"raw": "quagga{w}", "rendered": "quagga{w}"}}, "comments.json"),
    Private("users", {"name": "Quagga{w} Zebu{w}", "slug": "quagga{w}", "avatar_urls": {}, "email": "quagga{w}@example.org",
                      "username": "quagga{w}", "roles": ["editor"]}, "users.json"),
    Private("block", _saying(type="wp_block", status="draft")),
    Private("revisions of a post", _saying(parent=1), "posts/1/revisions.json"),
]  # fmt: skip


def public(host: str) -> dict[str, Any]:
    """The public post of a site; its title is the site's own word."""
    return _post(1, host, title={"rendered": f"okapi of {host}"})


def filled(value: Any, **words: str) -> Any:
    """A value with its placeholders replaced, at any depth."""
    if isinstance(value, str):
        for name, word in words.items():
            value = value.replace(f"{{{name}}}", word)
        return value
    if isinstance(value, dict):
        return {key: filled(each, **words) for key, each in value.items()}
    return [filled(each, **words) for each in value] if isinstance(value, list) else value


def files(case: Private, host: str, word: str) -> dict[str, bytes]:
    """The files of a case, by name: the public post in a folder of its own name, and what is not public."""
    item = {"id": 901, "link": f"https://{host}/901/"} | filled(case.item, w=word, h=host)
    if case.name == "posts.json":
        item = _post(901, host) | item
    if case.kind == "picture, of a draft":
        return {"posts.json": json.dumps([public(host), _post(901, host, status="draft")]).encode(),
                case.name: json.dumps([{**item, "id": 902}]).encode()}  # fmt: skip
    return {"all/posts.json": json.dumps([public(host)]).encode(), case.name: json.dumps([item]).encode()}


class Record(NamedTuple):
    """An answer in a web archive, and the headers of the request that it answers; null where none was kept."""

    url: str
    body: bytes
    asked: tuple[tuple[str, str], ...] | None = None
    status: str = "200 OK"


class Web(NamedTuple):
    """A web archive. `{h}` in an address is the site's host."""

    kind: str
    url: str
    asked: tuple[tuple[str, str], ...] | None = None
    item: dict[str, Any] = {}  # noqa: RUF012 - never changed


_API = "https://{h}/wp-json/wp/v2"
_LOGIN = (("Cookie", "wordpress_logged_in_0123=editor%7C1; other=1"),)
WARCS = [
    Web("context=edit and a login cookie", _API + "/posts?context=edit&status=any", _LOGIN, {"status": "draft"}),
    Web("context=edit", _API + "/posts?context=edit"),
    Web("context=edit, encoded", _API + "/posts?context=%65dit"),
    Web("context=edit behind rest_route", "https://{h}/?rest_route=/wp/v2/posts&context=edit"),
    Web("status=private", _API + "/posts?status=private", None, {"status": None}),
    Web("status of several", _API + "/posts?status[]=publish&status[]=draft", None, {"status": None}),
    Web("status=any", _API + "/posts?per_page=100&status=any", None, {"status": None}),
    Web("autosaves", _API + "/posts/1/autosaves", None, {"status": None, "type": "revision"}),
    Web("autosaves without a type", _API + "/posts/1/autosaves/5", None, {"status": None, "type": None}),
    Web("revisions", _API + "/pages/1/revisions?per_page=10", None, {"status": None, "type": None}),
    Web("login cookie", _API + "/posts", _LOGIN),
    Web("login cookie, secure", _API + "/posts", (("cookie", "wordpress_sec_ab=editor"),)),
    Web("Authorization", _API + "/posts", (("Authorization", "Basic YTpi"),)),
    Web("Authorization", _API + "/posts", (("authorization", "Bearer abc.def.ghi"),)),
    Web("nonce", _API + "/posts", (("X-WP-Nonce", "0123456789"),)),
    Web("nonce in the address", _API + "/posts?_wpnonce=0123456789"),
    Web("password in the address", _API + "/posts/901?password=sesame"),
    Web("password cookie", _API + "/posts/901", (("Cookie", "wp-postpass_0123=x"),)),
    Web("token in the address", _API + "/posts?access_token=0123456789abcdef"),
    Web("name and password in the address", "https://editor:sesame@{h}/wp-json/wp/v2/posts"),
    Web("preview", _API + "/posts/901?preview=true&preview_nonce=ab"),
]


def web_archive(records: Iterable[Record]) -> bytes:
    """A WARC file of answers, each with its request record where one was kept."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "a test"}))
    for number, each in enumerate(records, 1):
        name = f"<urn:uuid:00000000-0000-4000-8000-{number:012}>"
        kind = "text/html" if each.body.startswith(b"<!DOCTYPE") else "application/json"
        http = StatusAndHeaders(each.status, [("Content-Type", kind)], protocol="HTTP/1.1")
        headers = {"WARC-Date": "2026-11-20T10:00:00Z", "WARC-Record-ID": name}
        writer.write_record(
            writer.create_warc_record(
                each.url, "response", payload=io.BytesIO(each.body), length=len(each.body),
                http_headers=http, warc_headers_dict=headers,
            )
        )  # fmt: skip
        if each.asked is not None:
            lines = StatusAndHeaders("GET / HTTP/1.1", list(each.asked), protocol="", is_http_request=True)
            more = {"WARC-Date": "2026-11-20T10:00:00Z", "WARC-Concurrent-To": name}
            writer.write_record(
                writer.create_warc_record(
                    each.url, "request", payload=io.BytesIO(), length=0, http_headers=lines, warc_headers_dict=more
                )
            )
    return out.getvalue()


def archive_of(case: Web, host: str, word: str) -> bytes:
    """The web archive of a case: a public post asked for by nobody in particular, and what the case adds."""
    said = filled(_saying(), w=word, h=host)
    private = {key: value for key, value in (_post(901, host, **said) | case.item).items() if value is not None}
    open_ = Record(filled(_API + "/posts?page=2", h=host), json.dumps([public(host)]).encode(), (("Accept", "*/*"),))
    return web_archive([open_, Record(filled(case.url, h=host), json.dumps([private]).encode(), case.asked)])
