"""Pages of other sites on the same host, which are no items of this one.

A network in subfolders has one site at `/` and another one at `/blog2/`, each with posts of the same numbers
(https://developer.wordpress.org/advanced-administration/multisite/). Where the listings of a closed site name pages of
another one, the crawl has fetched them and says so; what a page names as its home tells whose it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from presscorpus.observations import html_pages

if TYPE_CHECKING:
    from presscorpus.archive.reader import Capture
    from presscorpus.archive.receipt import Receipt

RULE: Final = "other_site"
_LANGUAGE: Final = re.compile(r"^/[a-z]{2}(?:-[a-z]{2,4})?(?=/)", re.IGNORECASE)
_OK: Final = 200


class OtherSites:
    """What the pages of one crawl say of the sites that they are of.

    Only a live crawl is judged, whose first page is the front page: an import keeps the pages of its own site alone.

    Args:
        receipt: The receipt of the crawl.
    """

    def __init__(self, receipt: Receipt) -> None:
        self._front = _plain(receipt.address) if receipt.source == "wordpress" else None
        self._own: str | None = None
        self._folders: set[str] = set()

    def look(self, capture: Capture) -> None:
        """Take from the front page where the site begins."""
        if self._own is None and capture.http_status == _OK and _plain(capture.url) == self._front:
            home = html_pages.home_of(capture.payload, capture.url, capture.link)
            if home is None and html_pages.is_front(capture.payload):
                home = capture.url
            self._own = None if home is None else _folder(home)

    def has(self, capture: Capture) -> bool:
        """Tell whether a page says that it is of another site.

        Args:
            capture: A page that shows a post.

        Returns:
            False as well where the page, or the front page, says nothing of its home.
        """
        if self._own is None:
            return False
        home = html_pages.home_of(capture.payload, capture.url, capture.link)
        if home is None or _folder(home) == self._own:
            return False
        self._folders.add(urlsplit(home).path)
        return True

    def hold(self, address: str | None) -> bool:
        """Tell whether an address lies in another site's folder, whose pages were seen."""
        path = urlsplit(address or "").path
        return any(path.startswith(folder) and len(folder) > len(self._own or "") for folder in self._folders)


def without_language(folder: str) -> str:
    """Return a folder without a language at its start.

    Translations have one of their own, and are of one site.

    Args:
        folder: A path with slashes around, as `/en/`.

    Returns:
        As `/`.
    """
    return _LANGUAGE.sub("", folder)


def _folder(home: str) -> str:
    path = urlsplit(home).path
    return without_language(path[: path.rfind("/") + 1] or "/")


def _plain(address: str) -> str:
    return address.partition("://")[2].removeprefix("www.").partition("#")[0].rstrip("/").lower()
