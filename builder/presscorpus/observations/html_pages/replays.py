"""Replays of web archives: the address, time and page that they show.

A replay has the address of the original in its own, behind the time of the capture:
`https://web.archive.org/web/20200102030405id_/https://example.org/`. `id_` is the page as it was; otherwise links are
rewritten, in scripts as well, and a toolbar is added. Archive-It, pywb, OpenWayback and arquivo.pt have addresses of
the same form. https://en.wikipedia.org/wiki/Help:Using_the_Wayback_Machine#Specific_archive_copy
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

# Only the Internet Archive shortens times.
_TIME: Final = r"(?:(?<=web\.archive\.org/web/)\d{4,14}|\d{14})(?:[a-z]{2}_)?"
_ADDRESS: Final = re.compile(rf"https?://[^/?#]+/(?:[\w.-]+/){{0,3}}?({_TIME})/(https?:/{{1,2}}[^/].*)", re.DOTALL)
_S: Final = r"\\?/"
_PREFIX: Final = (
    rf"(?:(?:https?:)?{_S}{_S}[\w.-]+(?::\d+)?)?(?:{_S}[\w.-]+){{0,3}}{_S}"
    rf"(?:(?<=web/)\d{{4,14}}|(?<=web\\/)\d{{4,14}}|\d{{14}})(?:[a-z]{{2}}_)?{_S}(?=https?:|{_S}{_S})"
)
_REWRITTEN: Final = re.compile(_PREFIX)
# In `<head>`: links of a post's content may lead to an archive on any page.
_SIGN: Final = re.compile(rf"""<(?:link|script)\b[^<>]*?\s(?:href|src)\s*=\s*["']?{_PREFIX}""", re.IGNORECASE)
_BODY: Final = re.compile(r"<body[\s>]", re.IGNORECASE)
_TOOLBAR: Final = re.compile(
    r"<!-- BEGIN WAYBACK TOOLBAR INSERT -->(?:(?!<!-- END WAYBACK).)*+<!-- END WAYBACK TOOLBAR INSERT -->",
    re.DOTALL,
)


def original(url: str) -> str:
    """Return the address of what a replay shows; any other address as it is."""
    found = _ADDRESS.fullmatch(url)
    return re.sub(r"\A(https?):/+", r"\1://", found[2]) if found else url


def replayed_at(url: str) -> datetime | None:
    """Return when a replay's original was captured.

    Null for any other address, and for a time that is none or is shortened.
    """
    found = _ADDRESS.fullmatch(url)
    try:
        return datetime.strptime(found[1][:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def undone(text: str) -> str:
    """Return a text with the addresses that a replay rewrote as they were."""
    return _REWRITTEN.sub("", text)


def as_it_was(html: str) -> str:
    """Return a page with its links as they were, where a replay rewrote them.

    Args:
        html: A page.

    Returns:
        The page; untouched where nothing in its head was rewritten, because a post may cite a page of an archive.
    """
    body = _BODY.search(html)
    if not _SIGN.search(html, 0, body.start() if body else len(html)):
        return html
    return undone(_TOOLBAR.sub("", html))
