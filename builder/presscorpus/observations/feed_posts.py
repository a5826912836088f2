"""Posts of the feeds of one crawl: which of them have a number that is proven.

A number from a guid counts where the guids of the same crawl agree with the pages of their posts, at least one and all
of them, or where the post's address is itself its number (plain permalinks). A post without a page counts only in a
crawl that asked for all pages: those that a later one leaves out, because they are unchanged, contradict nothing there.
A post whose guid has no number gets that of the page at its address.

A page that the site refuses, sends elsewhere or has no more outranks the copy in a feed, which may be an old one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from presscorpus.observations.feeds import ORIGIN, key_of
from presscorpus.observations.html_pages import ORIGIN as PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.observations.items import Item
    from presscorpus.tables.typed_columns import Origin

_OK: Final = 200
_REFUSALS: Final = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 410, 451})
_TRACKING: Final = re.compile(r"[?&]utm_[^&#]*")


class FeedPosts:
    """Posts of feeds, which wait until all pages of the crawl were seen.

    In memory are keys and addresses.

    Args:
        is_whole: Whether the crawl asked for all pages.
    """

    def __init__(self, *, is_whole: bool = True) -> None:
        self._is_whole = is_whole
        self._hidden: set[str] = set()
        self._refused: set[str] = set()
        self._answered: set[str] = set()
        self._pages: dict[str, tuple[str | None, int]] = {}
        self._waiting: list[tuple[Item, Origin, dict[str, Any]]] = []
        self._unnamed: list[tuple[Item, Origin, dict[str, Any]]] = []

    def look(self, url: str, http_status: int | None) -> None:
        """Note whether an address is answered with a page.

        Args:
            url: The address that was asked for.
            http_status: The status of the answer; null for an imported file.
        """
        if http_status == _OK:
            self._answered.add(_plain(url))
        elif http_status in _REFUSALS:
            self._refused.add(_plain(url))

    def waits(self, item: Item, origin: Origin, row: dict[str, Any]) -> bool:
        """Keep a post of a feed for `settled`.

        False for any other item, whose row is ready.

        Args:
            item: The item.
            origin: Where it was observed.
            row: Its row of the index.
        """
        if item.origin == PAGE and item.table == "posts" and item.url is not None:
            self._pages[item.url] = item.type, item.id
            if item.hidden:
                self._hidden.add(_plain(item.url))
        if item.origin == ORIGIN:
            (self._waiting if item.id else self._unnamed).append((item, origin, row))
        return item.origin == ORIGIN

    def settled(self) -> Iterator[tuple[Origin, dict[str, Any]]]:
        """Yield the posts whose number is proven, with their rows."""
        gone = self._hidden | (self._refused - self._answered)
        for item, origin, row in self._unnamed:
            if _plain(item.url or "") not in gone and (key := self._pages.get(item.url or "")) is not None:
                yield origin, row | {"type": key[0], "id": key[1]}
        told = [self._is_shown_by_page(item) for item, _, _ in self._waiting]
        agree = True in told and False not in told
        shown = set(self._pages.values())
        for (item, origin, row), by_page in zip(self._waiting, told, strict=True):
            if _plain(item.url or "") in gone:
                continue
            exact = key_of(item.url or "") == (item.type, item.id)
            if by_page or exact or (by_page is None and agree and self._is_whole and (item.type, item.id) not in shown):
                yield origin, row

    def _is_shown_by_page(self, item: Item) -> bool | None:
        """Whether the page at the address of a post shows the post of its number.

        Null for no page.
        """
        page = self._pages.get(item.url or "")
        return None if page is None else page == (item.type, item.id)


def _plain(address: str) -> str:
    """An address without its scheme and what counts the readers of a feed."""
    return _TRACKING.sub("", address).partition("://")[2].rstrip("/")
