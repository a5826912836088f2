"""Continue a killed crawl with the answers in its partial archive.

The crawl itself is the state: it asks the same questions in the same order, and the answers in the archive bring it
to where it was. An answer is used once, so that the second sweep does not get what the first one got. Answers that only
say "not now" are asked for again; a crawl that stopped because of them would stop at them for ever.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from presscorpus.archive.resume import Kept, Recalled

_ONE = re.compile(r"/\d+(?:$|[?&])")
_LIST = "per_page="
_OK, _BAD_REQUEST, _SERVER_ERROR = 200, 400, 500
_REFUSED = frozenset({401, 403})
_BUSY = 429


class Replay:
    """The answers of a killed crawl, by address, each for one use.

    Args:
        kept: The answers in the partial archive, in order.
        read: Reads one of them.
    """

    def __init__(self, kept: Iterable[Kept] = (), read: Callable[[Kept], Recalled] | None = None) -> None:
        self._answers: defaultdict[str, deque[Kept]] = defaultdict(deque)
        self._read = read
        for each in kept:
            if _is_answer(each):
                self._answers[each.url].append(each)

    def take(self, url: str) -> Recalled | None:
        """Take the next answer of an address.

        Args:
            url: The address.

        Returns:
            The answer; null where there is none left.
        """
        waiting = self._answers.get(url)
        if not waiting or self._read is None:
            return None
        try:
            kept = waiting.popleft()
        except IndexError:  # pragma: no cover - another thread was faster
            return None
        return self._read(kept)


def _is_answer(kept: Kept) -> bool:
    """Whether an answer is about what was asked for, not about a state of the site."""
    if kept.status >= _SERVER_ERROR or kept.status == _BUSY:
        return False
    if _LIST in kept.url:
        # A list that comes as HTML is a block page.
        return kept.status == _BAD_REQUEST or (kept.status == _OK and "json" in kept.content_type.lower())
    return kept.status not in _REFUSED or _ONE.search(kept.url) is not None or kept.url.endswith("/robots.txt")
