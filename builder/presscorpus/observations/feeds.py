"""Feeds of a WordPress (RSS 2.0): the posts in them, each as it stands there.

A feed has the newest posts with their addresses and, unless the site shows excerpts only, their rendered content
(https://developer.wordpress.org/reference/functions/get_the_content_feed/). The format is that of
https://www.rssboard.org/rss-specification.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from presscorpus.observations.encodings import utf8
from presscorpus.observations.exports import is_export, scan
from presscorpus.observations.exports.tree import RefusedError, declared, read

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
    """

    raw: bytes
    link: str
    guid: str
    title: str
    content: str | None
    published: str


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
        found.append(
            Entry(
                raw, node.word("link"), node.word("guid"), node.get("title") or "", node.get("content:encoded"),
                node.word("pubDate"),
            )
        )  # fmt: skip
    return found
