"""Posts that were seen before and are not listed any more.

They are asked for by their numbers.

WordPress redirects `?p=7` to the post of that number, whatever its type, and answers 404 where nobody may see it
(https://developer.wordpress.org/reference/functions/redirect_canonical/). Such an answer names the post that is gone;
that of its old address would not.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.crawl.html_pages.listing import collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from presscorpus.archive.receipt import CollectionReceipt
    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.html_pages.earlier_posts import EarlierPost
    from presscorpus.crawl.html_pages.fetching import Pages
    from presscorpus.crawl.http.client import Client

_TALLY: Final = "unlisted"
_CONTROLS: Final = 3


class Vanished:
    """What became of posts that are not listed any more.

    Attributes:
        kinds: The collections that they belong to, and how many are in which state.

    Args:
        client: The site's client.
        home: The site.
        pages: The pages that were fetched.
        told: Called with a collection, how many of its posts were asked for, and how many there are.
    """

    def __init__(self, client: Client, home: Home, pages: Pages, told: Callable[[str, int, int | None], None]) -> None:
        self._client, self._home, self._pages, self._told = client, home, pages, told
        self.kinds: dict[str, Counter[str]] = {}
        self._note: str | None = None

    def ask(self, missing: list[EarlierPost], listed: Iterable[EarlierPost]) -> None:
        """Ask for each post by its number, unless its page came under another address.

        Args:
            missing: The posts.
            listed: Posts that are listed still. The site has to show one that is there by its number first: a server
                that knows no numbers would answer 404 to all of them.

        Raises:
            SourceError: The crawl was stopped, or the site is closed now, down or busy.
        """
        for each in missing:
            self.kinds.setdefault(collection(each.type), Counter())
        asked = [each for each in missing if (each.type, each.id) not in self._pages.keys]
        if not asked:
            return
        if not self._shows_by_number([*self._pages.keys, *((each.type, each.id) for each in listed)]):
            self._note = "the site shows no post by its number"
            for each in asked:
                self.kinds[collection(each.type)]["failed"] += 1
            return
        self._pages.fetch(_TALLY, [self._address(each.id) for each in asked])
        for each in asked:
            verdict = self._pages.verdicts[self._address(each.id)]
            is_other = verdict.state in {"list", "elsewhere"} or (
                verdict.key is not None and verdict.key != (each.type, each.id)
            )
            self.kinds[collection(each.type)]["failed" if is_other else verdict.state] += 1

    def added(self, receipt: CollectionReceipt) -> CollectionReceipt:
        """Add the posts of a collection to its receipt."""
        states = self.kinds.get(receipt.collection)
        if not states:
            return receipt
        note = f"{states['failed']} are not listed any more, and {self._note or 'could not be asked for'}"
        notes = [*([receipt.note] if receipt.note else []), *([note] if states["failed"] else [])]
        return msgspec.structs.replace(
            receipt,
            swept=receipt.swept + sum(states.values()),
            fetched=receipt.fetched + states["fetched"],
            unreadable=receipt.unreadable + states["refused"],
            gone=receipt.gone + states["gone"],
            failed=receipt.failed + states["failed"],
            requests=receipt.requests + sum(states.values()),
            note="; ".join(notes) or None,
        )

    def _address(self, number: int) -> str:
        return f"{self._home.root}{self._home.folder}?p={number}"

    def _shows_by_number(self, present: list[tuple[str, int]]) -> bool:
        for key in present[:_CONTROLS]:
            address = self._address(key[1])
            self._pages.fetch(_TALLY, [address])
            if self._pages.verdicts[address].key == key:
                return True
        return False
