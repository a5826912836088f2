"""The pages of a site, requested one by one, and what came of each."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import wait
from typing import TYPE_CHECKING, Final

from presscorpus.crawl.html_pages.requests import Verdict, get, judged
from presscorpus.crawl.http.response import Tally
from presscorpus.errors import BlockedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor

    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response

# Bad answers in a row after which a page is asked for again that was there: is it the site that is closed now?
_MOST_IN_A_ROW: Final = 3
# The same where no page was there so far.
_MOST_AT_FIRST: Final = 10
_NAMED: Final = 3


class Pages:
    """Pages that are being fetched, by address.

    Attributes:
        verdicts: What came of each page, so far.
        keys: The addresses of the posts that pages show, by type and number.
        tallies: What the requests cost, by the name of a listing.

    Args:
        client: The site's client.
        home: The site.
        pool: The threads that make requests.
        told: Called with the name of a listing, how many of its pages came, and how many it has.
    """

    look: Callable[[Response], None] | None = None
    """Called with each page that shows a post."""

    def __init__(
        self, client: Client, home: Home, pool: ThreadPoolExecutor, told: Callable[[str, int, int | None], None]
    ) -> None:
        self._client, self._home, self._pool, self._told = client, home, pool, told
        self.verdicts: dict[str, Verdict] = {}
        self.keys: dict[tuple[str, int], str] = {}
        self.tallies: dict[str, Tally] = {}
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._control: str | None = None
        self._error: SourceError | None = None

    def fetch(self, name: str, addresses: Iterable[str]) -> None:
        """Request pages, each once, and wait for them.

        Args:
            name: Of the listing that they are of.
            addresses: Theirs; those that were requested before are left out.

        Raises:
            SourceError: The crawl was stopped, or the site as a whole is closed now, down or busy.
        """
        wanted = [each for each in dict.fromkeys(addresses) if each not in self.verdicts]
        tally = self.tallies.setdefault(name, Tally())
        tasks = [self._pool.submit(self._one, each, tally) for each in wanted]
        try:
            for done, task in enumerate(tasks, 1):
                task.result()
                self._told(name, done, len(wanted))
            self._confirm(self._not_shown(wanted), tally)
        except SourceError:
            _end(tasks)
            # Nothing shows that it was the page that was refused, and not the crawl.
            self._fail(self._not_shown(wanted))
            raise

    def why(self, addresses: Iterable[str], state: str) -> str | None:
        """Name the pages in a state, and the most frequent reason; null for none."""
        found = [each for each in addresses if self._state(each) == state]
        if not found:
            return None
        reasons = Counter(self.verdicts[each].why for each in found if each in self.verdicts).most_common(1)
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        return f"{', '.join(found[:_NAMED])}{more}" + (f" ({reasons[0][0]})" if reasons else "")

    def count(self, addresses: Iterable[str], state: str) -> int:
        """Count the pages in a state.

        Those that were not requested any more count as failed.
        """
        return sum(self._state(each) == state for each in addresses)

    def settle(self, listed: Iterable[str], unchanged: frozenset[tuple[str, int]]) -> None:
        """Count each post for one address alone.

        Args:
            listed: The addresses, in the order in which they are listed.
            unchanged: The keys of posts that were not requested again.
        """
        by_key: dict[tuple[str, int], list[str]] = {}
        for each in listed:
            if self._state(each) == "fetched" and (key := self.verdicts[each].key):
                by_key.setdefault(key, []).append(each)
        for key, addresses in by_key.items():
            straight = [each for each in addresses if not self.verdicts[each].target]
            # Where several addresses redirect to a page that is not listed, it is none of theirs.
            own = [] if key in unchanged else straight[:1] or (addresses if len(addresses) == 1 else [])
            for each in (each for each in addresses if each not in own):
                verdict = self.verdicts[each]
                self.verdicts[each] = verdict.elsewhere() if verdict.target else verdict._replace(state="same")

    def undated(self) -> dict[str, list[str]]:
        """Return the pages that do not say when their post was published, by post type."""
        found: dict[str, list[str]] = {}
        for address, verdict in self.verdicts.items():
            if verdict.key is not None and verdict.state == "fetched" and not verdict.is_dated:
                found.setdefault(verdict.key[0], []).append(address)
        return found

    def _state(self, address: str) -> str:
        verdict = self.verdicts.get(address)
        return verdict.state if verdict else "failed"

    def _one(self, address: str, tally: Tally) -> None:
        if self._error is not None:
            raise self._error
        response = get(self._client, address, tally)
        verdict = judged(address, response, self._home, self._client.most_bytes)
        with self._lock:
            if self.look is not None and verdict.state == "fetched":
                self.look(response)
            self.verdicts[address] = verdict
            if verdict.key is not None:
                self.keys.setdefault(verdict.key, address)
            if verdict.state in {"fetched", "list"}:
                self._control, self._in_a_row = self._control or address, 0
                return
            self._in_a_row += verdict.ill or verdict.state == "refused"
            most = _MOST_IN_A_ROW if self._control else _MOST_AT_FIRST
            if self._in_a_row >= most and not self._is_open(tally):
                self._error = self._closed(verdict, address)
        if self._error is not None:
            raise self._error

    def _is_open(self, tally: Tally) -> bool:
        """Whether the site still shows a page that it showed before."""
        if self._control is None:
            return False
        self._in_a_row = 0
        response = get(self._client, self._control, tally)
        state = judged(self._control, response, self._home, self._client.most_bytes).state
        return state in {"fetched", "list"}

    def _not_shown(self, addresses: Iterable[str]) -> list[str]:
        return [each for each in addresses if self._state(each) in {"refused", "elsewhere"}]

    def _confirm(self, refused: list[str], tally: Tally) -> None:
        """Take a refusal for one of the page alone, or not.

        It is one where the site shows another page after it.
        """
        if refused and not self._is_open(tally):
            self._fail(refused)

    def _fail(self, addresses: Iterable[str]) -> None:
        for each in addresses:
            self.verdicts[each] = self.verdicts[each]._replace(state="failed")

    def _closed(self, verdict: Verdict, address: str) -> SourceError:
        before = ", and so do pages that were open" if self._control else " to each page"
        return BlockedError(
            f"answers {verdict.why}{before}",
            where=address,
            advice="The site has blocked the crawl; ask its owner, or run the same command again later and slower.",
        )


def _end(tasks: list[Future[None]]) -> None:
    """Let no further request begin, and wait for those that have."""
    for task in tasks:
        task.cancel()
    wait(tasks)
