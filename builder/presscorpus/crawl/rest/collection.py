"""The harvest of one collection, so that no item is lost.

The first time: sweep the ids, fetch the bodies, sweep again, reconcile. Later: compare a sweep with what the archive
knows and fetch what differs; or, where the site can be asked for what was modified since, only that. Each item that
vanished is asked for by itself: the answer is the evidence. A list that the site refuses or breaks concerns this
collection alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.bodies import Bodies
from presscorpus.crawl.rest.listing import Listing, Lists
from presscorpus.crawl.rest.newest import newest
from presscorpus.crawl.rest.pages import BrokenError, ClosedError
from presscorpus.crawl.rest.sweep import Sweep
from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor
    from datetime import datetime, timedelta

    from presscorpus.config.params import Part
    from presscorpus.crawl.rest.baseline import Baseline
    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row

    Way = Literal["ids", "modified", "items"]

# If more than this share of the known items is no longer listed, the single route is tested on a listed one first.
_SUSPICIOUS = 0.2
# Failed items that are asked for once more at the end.
_MOST_AGAIN = 20
_COUNTED = "the site counts"


class CollectionResult(NamedTuple):
    """The outcome of a collection.

    `receipt` is its receipt, `remarks` what the reason of the crawl has to say of it. `moved` says that an item has
    another permalink than before, `grew` that one is there that was not. `error` ended it early; null for none.
    `listed` are the ids that its lists hold, `links` the addresses of the items. `lacks` says that its list is closed
    or broken; null where it is neither.
    """

    receipt: CollectionReceipt
    remarks: list[str]
    moved: bool = False
    grew: bool = False
    error: SourceError | None = None
    listed: frozenset[int] = frozenset()
    links: frozenset[str] = frozenset()
    lacks: Literal["closed", "broken"] | None = None


class Times(NamedTuple):
    """The times that the harvest of a collection depends on.

    `at` is the as_of of its crawl; `began` when the first request of that was made, UTC, be it before it was killed and
    resumed; `full_sweep` after how long a list of what was modified is not enough any more. `part` is what alone is
    asked for, null for everything.
    """

    at: datetime
    began: datetime
    full_sweep: timedelta
    part: Part | None = None


class CollectionHarvest:
    """The harvest of one collection.

    `baseline` is what closed crawls show of it, null for nothing. `progress` is called with the collection, how many
    items are accounted for, and how many the site advertises (null for unknown).
    """

    def __init__(
        self,
        requests: Requests,
        pool: ThreadPoolExecutor,
        progress: Callable[[str, int, int | None], None],
        *,
        baseline: Baseline | None,
        times: Times,
    ) -> None:
        self._requests, self._pool, self._progress = requests, pool, progress
        self._baseline, self._times = baseline, times
        self._lists = Lists(requests, pool, self._told)
        self._bodies = Bodies(requests, pool, lambda: self._told([], self._total))
        self._total: int | None = None
        self._same = 0
        self._moved = self._grew = False

    def run(self) -> CollectionResult:
        """Harvest the collection.

        Returns:
            The outcome; whatever the site does is in it, an error that ends the crawl included.
        """
        try:
            found = newest(self._requests, self._times.part, self._progress) if self._times.part else None
            if found is not None:
                return self._finding_of(*found)
            return self._first() if self._baseline is None else self._refreshed(self._baseline)
        except ClosedError as closed:
            return self._closed(closed)
        except BrokenError as broken:
            return self._dead(f"fails, {broken}", None)
        except ForbiddenError as forbidden:
            return self._closed(ClosedError(forbidden.what, by_api=False))
        except SourceError as error:
            return self._dead("was not finished", error)
        finally:
            self._bodies.cancel()

    def _closed(self, closed: ClosedError) -> CollectionResult:
        """The result of a refused list: a fact by the API, else perhaps our fault."""
        known = len(self._baseline.items) if self._baseline else 0
        lost = known or int(not closed.by_api)
        note = f"closed, {closed}" + (f": {known} known items can be seen no more" if known else "")
        return self._finding_of(CollectionReceipt(self._name, swept=lost, failed=lost), [note])._replace(lacks="closed")

    def _dead(self, note: str, error: SourceError | None) -> CollectionResult:
        """The result of a collection that broke: what was fetched, the rest as failed."""
        fetched, known = self._bodies.count("fetched"), len(self._bodies.state)
        lost = max(known, len(self._baseline.items) if self._baseline else 0, self._total or 0, fetched + 1) - fetched
        receipt = CollectionReceipt(self._name, swept=fetched + lost, fetched=fetched, failed=lost)
        return self._finding_of(receipt, [note])._replace(error=error, lacks="broken")

    def _finding_of(self, receipt: CollectionReceipt, remarks: list[str]) -> CollectionResult:
        done = msgspec.structs.replace(
            receipt,
            requests=self._requests.tally.requests,
            bytes=self._requests.tally.bytes,
            request=self._requests.described,
            note="; ".join(remarks) or None,
        )
        # Items that the site counts and does not show are in the note; they are no fault of the crawl.
        told = [f"{self._name}: {remark}" for remark in remarks if not remark.startswith(_COUNTED)]
        return CollectionResult(done, told, self._moved, self._grew)

    @property
    def _name(self) -> str:
        return self._requests.collection.name

    def _first(self) -> CollectionResult:
        waiting: list[int] = []

        def seen(rows: list[Row], total: int | None) -> None:
            waiting.extend(row.id for row in rows)
            self._fetch_full(waiting, total)

        first = self._lists.listing(seen)
        self._bodies.note(first.swept.full)
        self._bodies.fetch([number for number in waiting if number not in first.swept.full])
        self._bodies.finish()
        second = self._lists.modified_meanwhile(first.swept, self._times.began) or self._lists.second(first)
        self._bodies.note(second.swept.full)
        differing = [number for number, row in second.rows.items() if first.rows.get(number) != row]
        self._bodies.fetch([number for number in differing if number not in second.swept.full])
        self._finish_bodies()
        vanished = [number for number in first.rows if number not in second.rows]
        self._bodies.ask_singly(dict.fromkeys((*vanished, *self._bodies.waiting)))
        return self._finding("ids", first.swept.first_total, second, len(first.rows | second.rows))

    def _refreshed(self, baseline: Baseline) -> CollectionResult:
        collection = self._requests.collection
        if not collection.is_dated and (collection.name != "comments" or self._is_due(baseline.read_at)):
            return self._all_read(baseline)
        if collection.states("modified_after") and not self._is_due(baseline.swept_at):
            result = self._modified(baseline)
            if result is not None:
                return result
        return self._compared(baseline)

    def _is_due(self, last: datetime | None) -> bool:
        return last is None or self._times.at - last >= self._times.full_sweep

    def _all_read(self, baseline: Baseline) -> CollectionResult:
        """Read all items again: lists without times of change (terms, users) are short."""

        def seen(rows: list[Row], total: int | None) -> None:
            self._bodies.note(row.id for row in rows)
            self._told(rows, total)

        listing = self._lists.listing(seen, whole=True)
        self._ask_vanished([number for number in baseline.items if number not in listing.rows], listing.rows)
        return self._finding(
            "items", listing.swept.first_total, listing, len(listing.rows.keys() | baseline.items.keys())
        )

    def _modified(self, baseline: Baseline) -> CollectionResult | None:
        """Ask for what was modified since; null where the total shows other changes.

        What leaves no trace in modified_gmt shows in the total, unless as much came as went; and where an item moved,
        others may have moved with it.
        """
        if baseline.since is None or baseline.total is None or not self._requests.clocks_agree:
            return None
        swept = self._lists.modified_since(baseline.since)
        if swept is None:
            return None
        new = [number for number in swept.rows if number not in baseline.items]
        differing = [number for number, row in swept.rows.items() if self._differs(row, baseline)]
        total = self._lists.total_now(baseline.items | swept.rows, by_change=True)
        if self._moved or not swept.proven or swept.hidden or total is None or total != baseline.total + len(new):
            return None
        self._bodies.note(swept.full)
        self._bodies.fetch([number for number in differing if number not in swept.full])
        self._finish_bodies()
        self._bodies.ask_singly(self._bodies.waiting)
        hidden = max(total - len(baseline.items) - len(new), 0)
        listing = Listing(swept.rows, swept._replace(last_total=total), 0, hidden, [])
        return self._finding("modified", baseline.total, listing, len(swept.rows.keys() | baseline.items.keys()))

    def _compared(self, baseline: Baseline) -> CollectionResult:
        waiting: list[int] = []

        def seen(rows: list[Row], total: int | None) -> None:
            differing = [row.id for row in rows if self._differs(row, baseline)]
            self._same += len(rows) - len(differing)
            waiting.extend(differing)
            self._fetch_full(waiting, total)

        collection = self._requests.collection
        listing = first = self._lists.listing(seen)
        if not first.swept.proven:
            listing = self._lists.listing(seen)
        if collection.is_dated:
            self._lists.look()
            swept, listing = first.rows | listing.rows, self._lists.checked(listing)
            seen([row for number, row in listing.rows.items() if number not in swept], None)
        full = first.swept.full | listing.swept.full
        self._bodies.note(full)
        self._bodies.fetch([number for number in waiting if number not in full])
        self._finish_bodies()
        rows = first.rows | listing.rows
        vanished = [number for number in baseline.items if number not in rows]
        # Two sweeps that are not proven: what only the first one saw may have vanished between them.
        vanished += [number for number in first.rows if number not in listing.rows]
        self._ask_vanished(list(dict.fromkeys((*vanished, *self._bodies.waiting))), listing.rows)
        return self._finding("ids", first.swept.first_total, listing, len(rows.keys() | baseline.items.keys()))

    def _ask_vanished(self, numbers: list[int], listed: dict[int, Row]) -> None:
        """Ask for each item that is not listed any more.

        Where these are many, the single route is tried on an item that is listed: a route that refuses that one too
        says nothing of the others, and its refusal would be read as their withdrawal.
        """
        known = len(self._baseline.items) if self._baseline else 0
        if (
            len(numbers) > max(_SUSPICIOUS * known, 1)
            and listed
            and self._requests.single(next(iter(listed)))[0] != "fetched"
        ):
            self._bodies.note(numbers, "failed")
            return
        self._bodies.ask_singly(numbers)

    def _differs(self, row: Row, baseline: Baseline) -> bool:
        """Whether the archive may lack this state of an item."""
        known = baseline.items.get(row.id)
        if known is None:
            self._grew = True
            return True
        if not self._requests.collection.is_dated:
            return False
        self._moved = self._moved or known.link not in (None, row.link)
        return row.modified_gmt is None or known != row

    def _told(self, _rows: list[Row], total: int | None) -> None:
        self._total = total
        self._progress(self._name, len(self._bodies.state) + self._same, total)

    def _fetch_full(self, waiting: list[int], total: int | None) -> None:
        """Fetch full pages of the waiting ids, unless the lists hold whole items."""
        size = self._requests.plan.batch if self._requests.plan.fields else 0
        if size:
            full = len(waiting) - len(waiting) % size
            self._bodies.fetch(waiting[:full])
            del waiting[:full]
        self._told([], total)

    def _finish_bodies(self) -> None:
        """Wait for the bodies, or take them from lists where `include` is ignored."""
        self._bodies.finish()
        if not self._requests.plan.batch and self._bodies.waiting:
            swept = Sweep(self._requests, self._pool, self._told, whole=True).run()
            self._bodies.note(number for number in swept.full if self._bodies.state.get(number) == "asked")

    def _finding(self, way: Way, advertised: int | None, listing: Listing, known: int) -> CollectionResult:
        """The receipt: `known` items by their state, unchanged if nobody asked for them."""
        failed = [number for number, state in self._bodies.state.items() if state == "failed"]
        if 0 < len(failed) <= _MOST_AGAIN:
            self._bodies.ask_singly(failed)
        bodies = self._bodies
        # Items that were listed once and are refused now are the first to be meant by what is counted and not shown.
        refused = sum(state == "unreadable" and number not in listing.rows for number, state in bodies.state.items())
        hidden = max(listing.hidden - refused, 0)
        # One more item that cannot be seen, for what a cache does not show.
        unseen = listing.failed + (self._stale is not None)
        self._progress(self._name, known, known)
        receipt = CollectionReceipt(
            collection=self._name,
            sweep=way,
            advertised_start=advertised,
            advertised_end=listing.swept.last_total,
            swept=known + unseen + hidden,
            fetched=bodies.count("fetched"),
            unchanged=known - len(bodies.state),
            unreadable=bodies.count("unreadable") + hidden,
            gone=bodies.count("gone"),
            failed=bodies.count("failed") + unseen,
        )
        rows = listing.rows | (self._baseline.items if self._baseline and way == "modified" else {})
        links = frozenset(row.link for row in rows.values() if row.link)
        found = self._finding_of(receipt, list(self._remarks(listing)))
        return found._replace(listed=frozenset(listing.rows), links=links)

    @property
    def _stale(self) -> datetime | None:
        """When a cache stored a list that it answered with, if that was before the last crawl; else null."""
        stored, last = self._requests.stored_at, self._baseline.since if self._baseline else None
        return stored if stored is not None and last is not None and stored < last else None

    def _remarks(self, listing: Listing) -> Iterable[str]:
        if self._stale is not None:
            yield f"its lists come from a cache of {self._stale:%Y-%m-%d %H:%M} UTC: what changed since cannot be seen"
        if (remark := self._bodies.remark()) is not None:
            yield remark
        if listing.hidden:
            yield f"{_COUNTED} {listing.hidden} more than it shows, and does not say why"
        if listing.failed:
            yield from listing.remarks
            yield f"{listing.failed} of its rows could not be listed"
