"""Feeds of a WordPress (RSS 2.0): the posts in them, each as it stands there.

A feed has the newest posts with their addresses and, unless the site shows excerpts only, their rendered content
(https://developer.wordpress.org/reference/functions/get_the_content_feed/). The format is that of
https://www.rssboard.org/rss-specification.

The number of a post stands in its `guid`, which is the short address that it got when it was made. A post that was
imported from elsewhere has that of its old site: one of another host or folder counts for nothing, and pages prove the
number of any other (observations/feed_posts.py). Where a guid has none, the page at the post's address tells it.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final, NamedTuple

import msgspec

from presscorpus.content import bylines
from presscorpus.content.url_parts import parts_of
from presscorpus.observations import moments
from presscorpus.observations.encodings import utf8
from presscorpus.observations.exports import is_export, scan
from presscorpus.observations.exports.tree import RefusedError, declared, read
from presscorpus.observations.payload import Piece

ORIGIN: Final = "feed"
_NUMBER: Final = re.compile(
    r"^https?://[^?#]+\?(?:post_type=([a-z0-9_-]{1,20})&(?:#0?38;|amp;)?)?(p|page_id)=([1-9]\d{0,17})$"
)
_NOTED: Final = re.compile(rb"<item>" + re.escape(scan.NOTE) + rb"(\{.*\}) --></item>", re.DOTALL)
_PROTECTED: Final = "post-password-form"
# The feed of one post alone has in its content what plugins add where one post is shown (is_singular).
_OF_ONE: Final = re.compile(r"[?&]withoutcomments=1(?:[&#]|$)")
_HEAD: Final = 64 * 1024
_START: Final = re.compile(rb"<rss[\s>]")


class Entry(NamedTuple):
    """A post in a feed.

    Attributes:
        raw: The element as it stands there.
        link: The post's address, "" for none.
        guid: What is said to name it for ever, "" for none: an address that an import leaves as it was elsewhere.
        title: As HTML.
        content: The rendered content; null where the feed gives excerpts only.
        published: The time of publication as it is written there (RFC 822), "" for none.
        authors: The names of who wrote it.
    """

    raw: bytes
    link: str
    guid: str
    title: str
    content: str | None
    published: str
    authors: tuple[str, ...] = ()


def is_feed(payload: bytes) -> bool:
    """Tell whether a payload is an RSS feed, and not an export, which is one as well."""
    head = utf8(payload)[0][:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and _START.search(head) is not None and b"<channel" in head and not is_export(payload)


def entries(payload: bytes) -> list[Entry]:
    """Return the posts in a feed, in their order.

    Args:
        payload: The body, its content coding undone.

    Returns:
        Items that can be read; entities of a document type are not expanded, and a broken item costs no other.
    """
    text = utf8(payload)[0]
    namespaces = declared(text[:_HEAD])
    found = []
    for element in scan.elements(text):
        if element.name != "item":
            continue
        raw = text[element.start : element.end]
        try:
            node, _ = read(raw, namespaces, whole=element.whole)
        except RefusedError:
            continue
        authors = tuple(name for each in node.all("dc:creator") for name in bylines.names(each.text))
        found.append(
            Entry(
                raw, node.word("link"), node.word("guid"), node.get("title") or "", node.get("content:encoded"),
                node.word("pubDate"), authors,
            )
        )  # fmt: skip
    return found


def pieces(payload: bytes, url: str) -> list[Piece]:
    """Return the posts in a feed as items.

    Args:
        payload: The body, its content coding undone.
        url: The address of the feed; that of one post alone gives no content.

    Returns:
        Pieces by their place among all posts of the feed: `raw` is the element as it stands there, `body` JSON as the
        REST API would give it, without type and number where the guid does not say which post it is.
    """
    found = []
    of_one = _OF_ONE.search(url) is not None
    for place, entry in enumerate(entries(payload), 1):
        if (erased := _NOTED.fullmatch(entry.raw)) is not None:
            found.append(Piece(place, entry.raw, erased[1], (), ORIGIN))
        else:
            body = msgspec.json.encode(_keys(entry._replace(content=None) if of_one else entry))
            found.append(Piece(place, entry.raw, body, (), ORIGIN))
    return found


def key_of(address: str) -> tuple[str, int] | None:
    """Return the type and number of a post that a short address names.

    Null for any other address.
    """
    found = _NUMBER.fullmatch(address)
    if found is None:
        return None
    return found[1] or ("page" if found[2] == "page_id" else "post"), int(found[3])


def _keys(entry: Entry) -> dict[str, Any]:
    key = key_of(entry.guid) if _is_of_site(entry) else None
    keys: dict[str, Any] = {
        **({"type": key[0], "id": key[1]} if key else {}),
        "status": "publish", "link": entry.link, "guid": {"rendered": entry.guid},
        "title": {"rendered": html.escape(entry.title, quote=False)}, "date_gmt": _moment(entry.published),
    }  # fmt: skip
    if entry.authors:
        keys[bylines.KEY] = entry.authors
    if entry.content is not None:
        protected = _PROTECTED in entry.content
        keys["content"] = {"rendered": "" if protected else entry.content, "protected": protected}
    return keys


def _is_of_site(entry: Entry) -> bool:
    """Whether host and folder of a guid are those of its post.

    The address of the post may be in a folder below.
    """
    guid, link = parts_of(entry.guid), parts_of(entry.link)
    if guid is None or link is None:
        return False
    hosts = {(each.hostname or "").removeprefix("www.") for each in (guid, link)}
    return len(hosts) == 1 and link.path.startswith(guid.path.rstrip("/") or "/")


def _moment(written: str) -> str | None:
    moment = moments.of_mail(written)
    return moment.replace(tzinfo=None).isoformat() if moment else None
