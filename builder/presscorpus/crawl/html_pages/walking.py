"""Lists of posts that come in pages, such as feeds and archives.

Walked until nothing new comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from presscorpus.crawl.html_pages.requests import GONE, get

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response, Tally

_MOST_PAGES: Final = 5_000
_OK: Final = 200


def page_of(first: str, number: int) -> str:
    """Return the address of a page of a list.

    WordPress redirects it to the one that it has for it itself.
    """
    if number == 1:
        return first
    parts = urlsplit(first)
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("paged", str(number))])))


class Walk:
    """A walk through lists of posts.

    `is_proven` says of the last one whether the site itself said that there is no further page.

    Args:
        client: The site's client.
        home: The site.
        tally: Counts what the requests cost.
        read: Reads the addresses in an answer, as they are written there; null for one that is no such list.
    """

    def __init__(self, client: Client, home: Home, tally: Tally, read: Callable[[Response], list[str] | None]) -> None:
        self._client, self._home, self._tally, self._read = client, home, tally, read
        self.is_proven = False

    def pages(self, first: str, enough: Callable[[list[str]], bool] = lambda _: False) -> Iterator[list[str]]:
        """Walk one list.

        It ends where the site has no further page, or one without an address that was not there before: a list that
        ignores `paged` gives its first page for ever.

        Args:
            first: The address of its first page.
            enough: Tells of the addresses of a page whether none behind it is needed.

        Yields:
            The addresses of each page, but for those of earlier pages.

        Raises:
            SourceError: The crawl was stopped, or the site is down, busy, or cannot be reached.
        """
        self.is_proven = False
        met: set[str] = set()
        for number in range(1, _MOST_PAGES + 1):
            response = get(self._client, page_of(first, number), self._tally)
            written = self._read(response) if response.status == _OK else None
            if written is None:
                self.is_proven = number > 1 and response.status in GONE
                return
            resolved = (self._home.resolved(response.url, each) for each in written)
            found = [each for each in dict.fromkeys(resolved) if each and each not in met]
            if not found:
                return
            met.update(found)
            yield found
            if enough(found):
                return
