"""The times of the last change that sitemaps tell.

They are for pages that do not state theirs.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from presscorpus.observations import moments, sitemaps
from presscorpus.observations.html_pages import ORIGIN as PAGE

if TYPE_CHECKING:
    from presscorpus.archive.reader import Capture
    from presscorpus.observations.items import Item

_OK = 200
_MOST_BYTES = 64 * 1024 * 1024
_SIGN = b"sitemaps.org/schemas/sitemap/"


class ListedChanges:
    """The times that the sitemaps of one crawl tell. In memory are addresses.

    WordPress lists `post_modified_gmt` (WP_Sitemaps_Posts::get_url_list, since 6.5), and so do the common plugins. A
    crawl reads sitemaps before the pages that they list.
    """

    def __init__(self) -> None:
        self._times: dict[str, str] = {}

    def look(self, capture: Capture) -> None:
        """Read an answer, if it is a sitemap."""
        if capture.http_status != _OK or capture.payload.lstrip()[:1] not in {b"<", b"\x1f"}:
            return
        body = sitemaps.unpacked(capture.payload, _MOST_BYTES)
        found = sitemaps.read(body) if _SIGN in body[:4096] else None
        for entry in found.entries if found and not found.is_index else ():
            if (moment := _utc(entry.lastmod)) is not None:
                self._times[_plain(entry.address)] = moment

    def completed(self, item: Item, row: dict[str, Any], url: str) -> dict[str, Any]:
        """Return the row of an item with the time of its last change.

        Its sitemap tells that where its page states none.
        """
        if item.origin != PAGE or item.state != "published" or row["modified"] is not None or not self._times:
            return row
        told = self._times.get(_plain(item.url or "")) or self._times.get(_plain(url))
        return row | {"modified": told} if told else row


def _plain(address: str) -> str:
    """An address without its scheme, which sites behind a proxy name wrongly."""
    return address.partition("://")[2].rstrip("/")


def _utc(written: str | None) -> str | None:
    """A time with an offset as UTC, in the form of modified_gmt; null for any other."""
    moment = moments.of_iso(written)
    if moment is None or moment.tzinfo is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
