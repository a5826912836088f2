"""Fetch whole items by their ids: many at once, fewer where a page fails.

A page (`include`) that fails is split, down to the item that is to blame. Where the parts work and the page does not,
the site answers no more than that at once, and later pages are as small. A site that ignores `include` shows it by
sending other items; then they come from whole lists.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor

    from presscorpus.crawl.rest.requests import Requests

# A page that fails is split into so many parts: few steps, since each may be a long wait.
_PARTS = 8
# After so many items that come singly and not by `include`, `include` counts as failing.
_MOST_ODD = 2
_NAMED = 5
# If more than this share of the known items is no longer listed, the single route is tested on a listed one first.
_SUSPICIOUS = 0.2


class Bodies:
    """The items of one collection that are being fetched, by id.

    `state` is asked, fetched, gone, unreadable or failed.

    Args:
        requests: The requests of the collection.
        pool: The threads that make them.
        told: Called when something came.
    """

    def __init__(self, requests: Requests, pool: ThreadPoolExecutor, told: Callable[[], None]) -> None:
        self._requests, self._pool, self._told = requests, pool, told
        self.state: dict[int, str] = {}
        self._why: dict[int, str] = {}
        self._tasks: list[Future[None]] = []
        self._odd = 0

    def cancel(self) -> None:
        """Let no further request begin."""
        for task in self._tasks:
            task.cancel()

    def note(self, ids: Iterable[int], state: str = "fetched") -> None:
        """Set the state of items.

        Args:
            ids: Their ids.
            state: One of those above.
        """
        self.state.update(dict.fromkeys(ids, state))

    def doubt(self, listed: Collection[int]) -> None:
        """Take the refusal of items that the list still shows for a failure.

        Args:
            listed: The ids that the last list shows.

        Raises:
            SourceError: The site as a whole is closed.
        """
        contested = [number for number, state in self.state.items() if state == "unreadable" and number in listed]
        size = self._requests.plan.batch or len(contested) or 1
        for start in range(0, len(contested), size):
            ids = contested[start : start + size]
            # The list may have shown them before they were withdrawn: asked again it shows them no more.
            again = self._requests.included(ids, whole=False) if self._requests.plan.batch else None
            shown = {row.id for row in again.rows if row is not None} if again and again.verdict == "rows" else ids
            self.note(set(ids).intersection(shown), "failed")

    def fetch(self, ids: list[int]) -> None:
        """Begin to fetch items; without `include` they wait for whole lists.

        Args:
            ids: Their ids.
        """
        self.note(ids, "asked")
        size = self._requests.plan.batch
        if not size:
            # They come from whole lists later.
            return
        self._tasks += [self._pool.submit(self._batch, ids[start : start + size]) for start in range(0, len(ids), size)]

    @property
    def waiting(self) -> list[int]:
        """Ids that were asked for and did not come."""
        return [number for number, state in self.state.items() if state == "asked"]

    def ask_singly(self, numbers: Iterable[int]) -> None:
        """Request items one by one, and wait for them.

        Args:
            numbers: Their ids.

        Raises:
            SourceError: As `finish` does.
        """
        self._tasks += [self._pool.submit(self._single, number) for number in numbers]
        self.finish()

    def ask_vanished(self, numbers: list[int], listed: Collection[int], known: int) -> None:
        """Request each item that is not listed any more.

        Where these are many, the single route is tried on an item that is listed: a route that refuses that one too
        says nothing of the others, and its refusal would be read as their withdrawal.

        Args:
            numbers: Their ids.
            listed: The ids that are listed.
            known: How many items earlier crawls know.

        Raises:
            SourceError: As `finish` does.
        """
        many = len(numbers) > max(_SUSPICIOUS * known, 1)
        if many and listed and self._requests.single(next(iter(listed)))[0] != "fetched":
            self.note(numbers, "failed")
            return
        self.ask_singly(numbers)

    def finish(self) -> None:
        """Wait for all requests that were begun.

        Raises:
            SourceError: What ended the crawl.
        """
        for task in self._tasks:
            task.result()
            self._told()
        self._tasks.clear()

    def count(self, state: str) -> int:
        """Count the items in a state.

        Args:
            state: One of those above.

        Returns:
            How many there are.
        """
        return sum(each == state for each in self.state.values())

    def remark(self) -> str | None:
        """Describe the items that could not be fetched.

        Returns:
            Their first ids and the most frequent reason; null for none.
        """
        failed = sorted(number for number, state in self.state.items() if state == "failed")
        if not failed:
            return None
        more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
        why = Counter(self._why[number] for number in failed if number in self._why).most_common(1)
        because = f" ({why[0][0]})" if why else ""
        return f"{len(failed)} could not be fetched, by id: {', '.join(map(str, failed[:_NAMED]))}{more}{because}"

    def _batch(self, ids: list[int]) -> None:
        size = self._requests.plan.batch
        if not size:
            return
        if len(ids) > size:
            for start in range(0, len(ids), size):
                self._batch(ids[start : start + size])
            return
        listed = self._requests.included(ids)
        if listed.verdict in {"rows", "end"}:
            self._received(ids, [row.id for row in listed.rows if row is not None])
            return
        if "include" in listed.refused:
            self._requests.plan = self._requests.plan._replace(batch=0)
            return
        if len(ids) == 1:
            self._alone(ids[0])
            return
        part = -(-len(ids) // _PARTS)
        parts = [ids[start : start + part] for start in range(0, len(ids), part)]
        for each in parts:
            self._batch(each)
        if all(self.state[number] == "fetched" for number in ids):
            plan = self._requests.plan
            self._requests.plan = plan._replace(batch=min(plan.batch, part))

    def _received(self, ids: list[int], came: list[int]) -> None:
        wanted = set(ids)
        got = wanted.intersection(came)
        self.note(number for number in came if number in self.state)
        if set(came) - wanted:
            self._requests.plan = self._requests.plan._replace(batch=0)
            return
        left = [number for number in ids if number not in got]
        if not left or len(ids) == 1:
            return
        if 2 * len(got) <= len(ids) and got:
            # The site sends at most so many items.
            plan = self._requests.plan
            self._requests.plan = plan._replace(batch=min(plan.batch, len(got)))
        if got:
            self._batch(left)
            return
        again = self._requests.included(ids)
        self.note(row.id for row in again.rows if row is not None and row.id in wanted)

    def _alone(self, number: int) -> None:
        """Request by itself an item that fails by `include`.

        Several that come so mean that `include` fails.
        """
        self._single(number)
        if self.state[number] == "fetched":
            self._odd += 1
            if self._odd >= _MOST_ODD:
                self._requests.plan = self._requests.plan._replace(batch=0)

    def _single(self, number: int) -> None:
        self.state[number], why = self._requests.single(number)
        if why:
            self._why[number] = why
