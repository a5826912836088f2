"""A post that was taken down, and what other posts repeat of it.

Its title is `It's Zulba & her lost brother of Tarnheim`; a case is a post of its own on the same site.
"""

from __future__ import annotations

from typing import Any, NamedTuple

HOST = "takedown.example.org"
TITLE = "It&#8217;s Zulba &#038; her lost brother of Tarnheim"
PLAIN = "It’s Zulba & her lost brother of Tarnheim"
LINK = f"https://{HOST}/2026/01/its-zulba-lost-brother/"
NUMBER = 11
GONE: dict[str, Any] = {
    "id": NUMBER, "type": "post", "status": "publish", "slug": "its-zulba-lost-brother", "link": LINK,
    "guid": {"rendered": f"https://{HOST}/?p={NUMBER}"}, "date_gmt": "2026-01-01T00:00:00",
    "modified_gmt": "2026-01-01T00:00:00", "title": {"rendered": TITLE}, "featured_media": 21, "tags": [31],
    "content": {"rendered": "<p>Wistful narrations of a glaucous ravine, told once.</p>", "protected": False},
    "excerpt": {"rendered": "<p>Wistful narrations of a glaucous ravine, told once and nowhere else &hellip;</p>", "protected": False},
}  # fmt: skip
BESIDE: list[dict[str, Any]] = [
    {"id": 21, "type": "attachment", "status": "inherit", "source_url": f"https://{HOST}/u/2025/zulbaportrait.jpg",
     "link": f"https://{HOST}/zulbaportrait/", "slug": "zulbaportrait", "title": {"rendered": "zulbaportrait"},
     "caption": {"rendered": "zulbaportrait"}, "alt_text": "zulbaportrait", "media_details": {}},
    {"id": 22, "type": "attachment", "status": "inherit", "post": NUMBER, "media_details": {},
     "source_url": f"https://{HOST}/u/2026/tarnheimview.jpg", "title": {"rendered": "tarnheimview"}},
    {"id": 31, "taxonomy": "post_tag", "slug": "zulbastag", "name": "zulbastag", "description": "zulbastag",
     "link": f"https://{HOST}/tag/zulbastag/", "count": 1},
    {"id": 32, "taxonomy": "post_tag", "slug": "commontag", "name": "commontag", "link": f"https://{HOST}/tag/commontag/"},
]  # fmt: skip
ITSELF = ("zulba her lost", "brother of tarnheim", "glaucous ravine", "zulbaportrait", "tarnheimview", "zulbastag")
"""Needles of the item itself and of what belongs to it."""


class Repeat(NamedTuple):
    """What another post says. It has to go, the words around it stay."""

    kind: str
    html: str
    title: str = ""
    comment: str = ""


_SHARED = "It%E2%80%99s%20Zulba%20%26%20her%20lost%20brother%20of%20Tarnheim"
REPEATS = [
    Repeat("title repeated", f"{TITLE}"),
    Repeat("title repeated", "It&rsquo;s Zulba &amp; her lost brother of Tarnheim"),
    Repeat("title repeated", "It's Zulba &amp; her lost brother of Tarnheim"),
    Repeat("title repeated", "It’s Zulba &amp;&nbsp;her lost&nbsp;brother of Tarnheim"),
    Repeat("title repeated", "It’s <em>Zulba</em> &amp; her lost brother of Tarnheim"),
    Repeat("title repeated", "It’s Zulba &amp; her<br>lost brother of Tarnheim"),
    Repeat("title repeated", "IT’S ZULBA &amp; HER LOST BROTHER OF TARNHEIM"),
    Repeat("title repeated", "Its Zulba and her lost brother of Tarnheim"),
    Repeat("title repeated", "nothing", title=f"On “{TITLE}”"),
    Repeat("title repeated", f'<a href="https://other.example/" title="{TITLE}">nothing</a>'),
    Repeat("title repeated", f'<a href="https://share.example/?text={_SHARED}">nothing</a>'),
    Repeat("title repeated", f'<a href="https://share.example/?text={_SHARED.replace("%20", "+")}">nothing</a>'),
    Repeat("title repeated", f'<a href="mailto:?subject={_SHARED}">nothing</a>'),
    Repeat("its address", LINK),
    Repeat("its address", f'<a href="{LINK}">nothing</a>'),
    Repeat("its address", f'<a href="{LINK.replace("https", "http")}amp/">nothing</a>'),
    Repeat("its address", '<a href="/2026/01/its-zulba-lost-brother/?utm_source=x">nothing</a>'),
    Repeat(
        "its address", f'<a href="https://share.example/?u={LINK.replace(":", "%3A").replace("/", "%2F")}">nothing</a>'
    ),
    Repeat("its address", f'<a href="https://web.archive.org/web/2026/{LINK}">nothing</a>'),
    Repeat("links to it", f'<a href="{LINK}">zulbas own words</a>'),
    Repeat("links to it", f'<a href="https://{HOST}/?p={NUMBER}">zulbas own words</a>'),
    Repeat("links to it", f'<a href="{LINK}2/"><b>zulbas</b> own words</a>'),
    Repeat("links to it", f'<a href="{LINK}">zulbas own words</a>', comment=f"{LINK}#comment-1"),
    Repeat("its excerpt", "Wistful narrations of a glaucous ravine, told once and nowhere else"),
]

ENTRIES = [
    f"url: https://{HOST}/?p={NUMBER}",
    f"url: {LINK}2/",
    f"url: {LINK}amp/",
    f"url: {LINK}feed/",
    f"url: {LINK}embed/",
    f"url: https://{HOST}/wp-json/wp/v2/posts/{NUMBER}",
    f"url: https://{HOST}/?rest_route=/wp/v2/posts/{NUMBER}",
    f"url: https://{HOST}/index.php?p={NUMBER}",
    f"url: https://{HOST}/?page_id={NUMBER}",
    f"url: {LINK}",
    f"url: {LINK.rstrip('/')}",
    f"url: {LINK}?utm_source=x",
    f"url: {LINK}#comments",
    f"url: {LINK.replace(HOST, HOST.upper())}",
    f"url: {LINK.replace('https', 'http')}",
    f"url: {LINK.replace('zulba', '%7Aulba')}",
    f"site: takedown-example-org\n  id: {NUMBER}",
    f"site: takedown-example-org\n  id: {NUMBER}\n  type: post",
]
"""Entries that mean the post."""

STAYS = [
    ("slug that begins like it", {"slug": "its-zulba-lost-brother-opens-again",
                                  "link": f"https://{HOST}/2026/01/its-zulba-lost-brother-opens-again/"}),
    ("slug that ends like it", {"slug": "once-its-zulba-lost-brother", "link": f"https://{HOST}/once-its-zulba-lost-brother/"}),
]  # fmt: skip
