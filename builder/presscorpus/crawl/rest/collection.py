"""The harvest of one collection, so that no item is lost.

The first time: sweep the ids, fetch the bodies, sweep again, reconcile. Later: compare a sweep with what the archive
knows and fetch what differs; or, where the site can be asked for what was modified since, only that. Each item that
vanished is asked for by itself: the answer is the evidence. A list that the site refuses or breaks concerns this
collection alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.bodies import Bodies
from presscorpus.crawl.rest.listing import Listing, Lists
from presscorpus.crawl.rest.newest import newest
from presscorpus.crawl.rest.pages import BrokenError, ClosedError
from presscorpus.crawl.rest.refusals import torn_by
from presscorpus.crawl.rest.result import COUNTED, CollectionResult, result_of
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

# Failed items that are asked for once more at the end.
_MOST_AGAIN = 20


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
        self._waiting: list[int] = []
        self._same = 0
        self._doubted: frozenset[str] | None = None
        self._moved = self._grew = False

    def run(self) -> CollectionResult:
        """Harvest the collection.

        Returns:
            The outcome; whatever the site does is in it, an error that ends the crawl included.
        """
        return self._result_of(self._harvested)

    def ask_again(self, doubted: frozenset[str]) -> CollectionResult:
        """Ask once more for a list that was refused, and harvest it where it is open now.

        Args:
            doubted: Reasons of refusals that are no fact, since lists that were open met them.

        Returns:
            The outcome, as of `run`; a refusal by the API for any other reason counts as a fact.
        """
        self._doubted = doubted
        return self._result_of(self._asked_again)

    @property
    def refusals(self) -> frozenset[str]:
        """The reasons for which the API refused its list."""
        return frozenset(self._requests.refusals)

    def is_open(self) -> bool:
        """Ask whether the list is still shown.

        Returns:
            False where it is refused.

        Raises:
            SourceError: The site as a whole is closed.
        """
        return self._requests.plain(None).verdict not in {"closed", "refused"}

    def _asked_again(self) -> CollectionResult:
        listed = self._requests.plain(None)
        if listed.verdict in {"closed", "refused"}:
            raise ClosedError(listed.why, by_api=listed.verdict == "closed")
        return self._harvested()

    def _harvested(self) -> CollectionResult:
        found = newest(self._requests, self._times.part, self._progress) if self._times.part else None
        if found is not None:
            return self._finding_of(*found)
        return self._first() if self._baseline is None else self._refreshed(self._baseline)

    def _result_of(self, way: Callable[[], CollectionResult]) -> CollectionResult:
        try:
            return way()
        except ClosedError as closed:
            return self._closed(closed)
        except BrokenError as broken:
            return self._dead(f"fails, {broken}", None)
        except ForbiddenError as forbidden:
            return self._closed(ClosedError(forbidden.what, by_api=False))._replace(refused=False)
        except SourceError as error:
            return self._dead("was not finished", error)
        finally:
            self._bodies.cancel()

    def _closed(self, closed: ClosedError) -> CollectionResult:
        """The result of a refused list.

        A fact only where it never showed anything, and still refuses at the end.
        """
        if self._total or self._waiting or self._bodies.state or self._same:
            return self._dead(f"was refused after it had been open, {closed}", None)
        known = len(self._baseline.items) if self._baseline else 0
        torn = torn_by(closed, self._requests.collection)
        is_fact = closed.by_api and self._doubted is not None and str(closed) not in self._doubted and not torn
        lost = known or int(not is_fact)
        note = f"closed, {closed}{torn}" + (f": {known} known items can be seen no more" if known else "")
        receipt = CollectionReceipt(self._name, swept=lost, failed=lost)
        return self._finding_of(receipt, [note])._replace(lacks="closed", refused=True)

    def _dead(self, note: str, error: SourceError | None) -> CollectionResult:
        """The result of a collection that broke: what was fetched, the rest as failed."""
        fetched, known = self._bodies.count("fetched"), len(self._bodies.state) + len(self._waiting)
        lost = max(known, len(self._baseline.items) if self._baseline else 0, self._total or 0, fetched + 1) - fetched
        receipt = CollectionReceipt(self._name, swept=fetched + lost, fetched=fetched, failed=lost)
        return self._finding_of(receipt, [note])._replace(error=error, lacks="broken")

    def _finding_of(self, receipt: CollectionReceipt, remarks: list[str]) -> CollectionResult:
        return result_of(self._requests, receipt, remarks)._replace(moved=self._moved, grew=self._grew)

    @property
    def _name(self) -> str:
        return self._requests.collection.name

    def _first(self) -> CollectionResult:
        def seen(rows: list[Row], total: int | None) -> None:
            self._waiting.extend(row.id for row in rows)
            self._fetch_full(total)

        first = self._lists.listing(seen)
        self._fetch_rest(first.swept.full)
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
        vanished = [number for number in baseline.items if number not in listing.rows]
        self._bodies.ask_vanished(vanished, listing.rows, len(baseline.items))
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
        def seen(rows: list[Row], total: int | None) -> None:
            differing = [row.id for row in rows if self._differs(row, baseline)]
            self._same += len(rows) - len(differing)
            self._waiting.extend(differing)
            self._fetch_full(total)

        collection = self._requests.collection
        listing = first = self._lists.listing(seen)
        if not first.swept.proven:
            listing = self._lists.listing(seen)
        if collection.is_dated:
            self._lists.look()
            swept, listing = first.rows | listing.rows, self._lists.checked(listing)
            seen([row for number, row in listing.rows.items() if number not in swept], None)
        self._fetch_rest(first.swept.full | listing.swept.full)
        self._finish_bodies()
        rows = first.rows | listing.rows
        vanished = [number for number in baseline.items if number not in rows]
        # Two sweeps that are not proven: what only the first one saw may have vanished between them.
        vanished += [number for number in first.rows if number not in listing.rows]
        vanished = list(dict.fromkeys((*vanished, *self._bodies.waiting)))
        self._bodies.ask_vanished(vanished, listing.rows, len(baseline.items))
        return self._finding("ids", first.swept.first_total, listing, len(rows.keys() | baseline.items.keys()))

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

    def _fetch_full(self, total: int | None) -> None:
        """Fetch full pages of the waiting ids, unless the lists hold whole items."""
        size = self._requests.plan.batch if self._requests.plan.fields else 0
        if size:
            full = len(self._waiting) - len(self._waiting) % size
            self._bodies.fetch(self._waiting[:full])
            del self._waiting[:full]
        self._told([], total)

    def _fetch_rest(self, full: set[int]) -> None:
        """Fetch the waiting ids, but for those that came as whole items."""
        self._bodies.note(full)
        self._bodies.fetch([number for number in self._waiting if number not in full])
        self._waiting.clear()

    def _finish_bodies(self) -> None:
        """Wait for the bodies, or take them from lists where `include` is ignored."""
        self._bodies.finish()
        if not self._requests.plan.batch and self._bodies.waiting:
            swept = Sweep(self._requests, self._pool, self._told, whole=True).run()
            self._bodies.note(number for number in swept.full if self._bodies.state.get(number) == "asked")

    def _finding(self, way: Way, advertised: int | None, listing: Listing, known: int) -> CollectionResult:
        """The receipt: `known` items by their state, unchanged if nobody asked for them."""
        self._bodies.doubt(listing.rows)
        failed = [number for number, state in self._bodies.state.items() if state == "failed"]
        if 0 < len(failed) <= _MOST_AGAIN:
            self._bodies.ask_singly(failed)
            self._bodies.doubt(listing.rows)
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
        """When a cache stored a list, if that was before the last crawl; else null."""
        stored, last = self._requests.stored_at, self._baseline.since if self._baseline else None
        return stored if stored is not None and last is not None and stored < last else None

    def _remarks(self, listing: Listing) -> Iterable[str]:
        if self._stale is not None:
            yield f"its lists come from a cache of {self._stale:%Y-%m-%d %H:%M} UTC: what changed since cannot be seen"
        if (remark := self._bodies.remark()) is not None:
            yield remark
        if listing.hidden:
            yield f"{COUNTED} {listing.hidden} more than it shows, and does not say why"
        if listing.failed:
            yield from listing.remarks
            yield f"{listing.failed} of its rows could not be listed"
