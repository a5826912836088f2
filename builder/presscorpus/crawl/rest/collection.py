"""The harvest of one collection, so that no item is lost.

The first time: sweep the ids, fetch the bodies, look again, reconcile. Later: compare a sweep with what the archive
knows and fetch what differs; or, where the site can be asked for what was modified since, only that. Whatever vanished
is asked for by itself: the answer is the evidence. A list that the site refuses or breaks is a verdict on this
collection alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.archive.receipts import CollectionReceipt
from presscorpus.crawl.rest.bodies import Bodies
from presscorpus.crawl.rest.recovery import Recovery
from presscorpus.crawl.rest.request_plan import LARGEST_PAGE
from presscorpus.crawl.rest.sweep import BrokenError, ClosedError, Sweep, Swept
from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor
    from typing import Literal

    from presscorpus.crawl.rest.baseline import Earlier
    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row

    Way = Literal["ids", "modified", "items"]

# modified_after compares local times, which jump where summer time ends; and two clocks are never one.
_OVERLAP = timedelta(hours=2)
FEW = 3 * LARGEST_PAGE
"""A list of so many items is swept again as soon as asked for anything else."""
# How often a list is swept that shows something else each time.
_MOST_SWEEPS = 4
# Where more than this part of the known items is not listed any more, one that is listed is asked for by itself first.
_SUSPICIOUS = 0.2
# Failed items that are asked for once more at the end.
_MOST_AGAIN = 20
_COUNTED = "the site counts"


class Finding(NamedTuple):
    """What came of a collection: its receipt, and the error that ended it early.

    `remarks` are what the reason of the crawl has to say of it. `moved` says that an item has another permalink than
    before, `grew` that one is there that was not. `listed` are the ids that its lists hold.
    """

    receipt: CollectionReceipt
    remarks: list[str]
    moved: bool = False
    grew: bool = False
    error: SourceError | None = None
    listed: frozenset[int] = frozenset()


class Times(NamedTuple):
    """What the harvest of a collection has to know of time.

    `at` is the as_of of its crawl; `began` when the first request of that was made, UTC, be it before it was killed and
    resumed; `full_sweep` after how long a list of what was modified is not enough any more.
    """

    at: datetime
    began: datetime
    full_sweep: timedelta


class _Listing(NamedTuple):
    """What one or several sweeps and a recovery listed: `rows` of all of them, and what the receipt says."""

    rows: dict[int, Row]
    swept: Swept
    failed: int
    hidden: int
    remarks: list[str]


class CollectionHarvest:
    """The harvest of one collection.

    `earlier` is what closed crawls told of it, null for nothing. `progress` is told (collection, items accounted for,
    advertised or null).
    """

    def __init__(
        self,
        requests: Requests,
        pool: ThreadPoolExecutor,
        progress: Callable[[str, int, int | None], None],
        *,
        earlier: Earlier | None,
        times: Times,
    ) -> None:
        self._requests, self._pool, self._progress = requests, pool, progress
        self._earlier, self._times = earlier, times
        self._bodies = Bodies(requests, pool, lambda: self._told([], self._total))
        self._total: int | None = None
        self._same = 0
        self._moved = self._grew = False

    def run(self) -> Finding:
        """Harvest. What the site does to this collection is in the finding, an error that ends the crawl included."""
        try:
            return self._first() if self._earlier is None else self._refreshed(self._earlier)
        except ClosedError as closed:
            return self._closed(closed)
        except BrokenError as broken:
            return self._dead(f"fails, {broken}", None)
        except SourceError as error:
            return self._dead("was not finished", error)
        finally:
            self._bodies.cancel()

    def _closed(self, closed: ClosedError) -> Finding:
        """The finding of a list that is refused: by the API it is a fact, by anything else it may be our fault."""
        known = len(self._earlier.items) if self._earlier else 0
        lost = known or int(not closed.by_api)
        note = f"closed, {closed}" + (f": {known} known items can be seen no more" if known else "")
        return self._finding_of(CollectionReceipt(self._name, swept=lost, failed=lost), [note])

    def _dead(self, note: str, error: SourceError | None) -> Finding:
        """The finding of a collection that broke: what was fetched until then, and the rest as failed."""
        fetched, known = self._bodies.count("fetched"), len(self._bodies.state)
        lost = max(known, len(self._earlier.items) if self._earlier else 0, self._total or 0, fetched + 1) - fetched
        receipt = CollectionReceipt(self._name, swept=fetched + lost, fetched=fetched, failed=lost)
        return self._finding_of(receipt, [note])._replace(error=error)

    def _finding_of(self, receipt: CollectionReceipt, remarks: list[str]) -> Finding:
        import msgspec

        plan = str(self._requests.plan)
        done = msgspec.structs.replace(
            receipt,
            requests=self._requests.tally.requests,
            bytes=self._requests.tally.bytes,
            request=None if plan == "full" else plan,
            note="; ".join(remarks) or None,
        )
        # What the site counts and does not show stands in the note, and is no reason to worry about the crawl.
        told = [f"{self._name}: {remark}" for remark in remarks if not remark.startswith(_COUNTED)]
        return Finding(done, told, self._moved, self._grew)

    @property
    def _name(self) -> str:
        return self._requests.collection.name

    def _first(self) -> Finding:
        waiting: list[int] = []

        def seen(rows: list[Row], total: int | None) -> None:
            waiting.extend(row.id for row in rows)
            self._fetch_full(waiting, total)

        first = self._listing(seen)
        self._bodies.note(first.swept.full)
        self._bodies.fetch([number for number in waiting if number not in first.swept.full])
        self._bodies.finish()
        second = self._modified_meanwhile(first.swept) or self._second(first)
        self._bodies.note(second.swept.full)
        differing = [number for number, row in second.rows.items() if first.rows.get(number) != row]
        self._bodies.fetch([number for number in differing if number not in second.swept.full])
        self._finish_bodies()
        vanished = [number for number in first.rows if number not in second.rows]
        self._bodies.ask_singly(dict.fromkeys((*vanished, *self._bodies.waiting)))
        return self._finding("ids", first.swept.first_total, second, len(first.rows | second.rows))

    def _listing(self, seen: Callable[[list[Row], int | None], None], *, whole: bool = False) -> _Listing:
        """Sweep the list, and look for what the sweep left open."""
        swept = Sweep(self._requests, self._pool, seen, whole=whole).run()
        remarks = list(swept.why)
        if not swept.is_open:
            return _Listing(swept.rows, swept, swept.failed, swept.hidden, remarks)
        found = Recovery(self._requests, swept, seen).run()
        rows = swept.rows | found.rows
        missing = max((swept.last_total or 0) - len(rows) - swept.failed, 0)
        if found.rows and found.is_whole:
            remarks = []
        swept = swept._replace(full=swept.full | found.full, rows=rows, proven=swept.proven and not found.rows)
        if found.is_whole:
            return _Listing(rows, swept, swept.failed, missing, remarks)
        beyond = f"{missing or 'some'} of {max(swept.last_total or 0, len(rows))} rows cannot be reached"
        remarks.append(f"{beyond}: the list ends before them, or has no order to rely on")
        return _Listing(rows, swept, swept.failed + max(missing, 1), 0, remarks)

    def _second(self, first: _Listing) -> _Listing:
        """Look again: in the site's own order where one page holds all, else by another sweep, until two agree."""
        plan = self._requests.plan
        if first.swept.ordered and not first.failed and len(first.rows) < plan.size and plan.per_page:
            listed = self._requests.plain(plan.per_page)
            rows = {row.id: row for row in listed.rows if row is not None}
            if listed.verdict == "rows" and rows.keys() == first.rows.keys():
                total = listed.total if listed.total is not None else first.swept.last_total
                swept = first.swept._replace(rows=rows, last_total=total, full=set() if plan.fields else set(rows))
                return _Listing(rows, swept, 0, max((total or 0) - len(rows), 0) if first.hidden else 0, first.remarks)
        known, listing = first.rows, first
        for _ in range(_MOST_SWEEPS):
            listing = self._listing(self._told)
            if not listing.rows.keys() - known.keys() or listing.swept.proven:
                break
            known = known | listing.rows
        return listing

    def _modified_meanwhile(self, first: Swept) -> _Listing | None:
        """In place of a second sweep, what was modified since the crawl began. Null where that may not tell all.

        The first sweep was proven, so that nothing is missing of what was there throughout; this is about what came,
        changed or went meanwhile, and the total has to agree.
        """
        told = self._requests.collection.states("modified_after")
        if len(first.rows) <= FEW or not first.proven or first.hidden or not told or not self._requests.clocks_agree:
            return None
        swept = self._modified_since(self._times.began)
        if swept is None or not swept.proven or swept.hidden:
            return None
        rows = first.rows | swept.rows
        total = self._total_now(rows)
        if total is None or total != len(rows):
            return None
        return _Listing(rows, swept._replace(rows=rows, last_total=total, failed=0, full=swept.full), 0, 0, [])

    def _total_now(self, known: dict[int, Row]) -> int | None:
        """The site's total as its plainest list gives it; null where that shows an item that is not known."""
        listed = self._requests.plain(None)
        if listed.verdict != "rows" or not {row.id for row in listed.rows if row is not None} <= known.keys():
            return None
        return listed.total

    def _refreshed(self, earlier: Earlier) -> Finding:
        collection = self._requests.collection
        if not collection.is_dated and (collection.name != "comments" or self._is_due(earlier.read_at)):
            return self._all_read(earlier)
        if collection.states("modified_after") and not self._is_due(earlier.swept_at):
            finding = self._modified(earlier)
            if finding is not None:
                return finding
        return self._compared(earlier)

    def _is_due(self, last: datetime | None) -> bool:
        return last is None or self._times.at - last >= self._times.full_sweep

    def _all_read(self, earlier: Earlier) -> Finding:
        """Lists without times of change are short (terms, users): all items are read again."""

        def seen(rows: list[Row], total: int | None) -> None:
            self._bodies.note(row.id for row in rows)
            self._told(rows, total)

        listing = self._listing(seen, whole=True)
        self._ask_vanished([number for number in earlier.items if number not in listing.rows], listing.rows)
        return self._finding(
            "items", listing.swept.first_total, listing, len(listing.rows.keys() | earlier.items.keys())
        )

    def _modified(self, earlier: Earlier) -> Finding | None:
        """Ask for what was modified since. Null where the site's total says that more has happened than that.

        What leaves no trace in modified_gmt shows in the total, unless as much came as went; and where an item moved,
        others may have moved with it.
        """
        if earlier.since is None or earlier.total is None or not self._requests.clocks_agree:
            return None
        swept = self._modified_since(earlier.since)
        if swept is None:
            return None
        new = [number for number in swept.rows if number not in earlier.items]
        differing = [number for number, row in swept.rows.items() if self._differs(row, earlier)]
        total = self._total_now(earlier.items | swept.rows)
        if self._moved or not swept.proven or swept.hidden or total is None or total != earlier.total + len(new):
            return None
        self._bodies.note(swept.full)
        self._bodies.fetch([number for number in differing if number not in swept.full])
        self._finish_bodies()
        self._bodies.ask_singly(self._bodies.waiting)
        hidden = max(total - len(earlier.items) - len(new), 0)
        listing = _Listing(swept.rows, swept._replace(last_total=total), 0, hidden, [])
        return self._finding("modified", earlier.total, listing, len(swept.rows.keys() | earlier.items.keys()))

    def _modified_since(self, moment: datetime) -> Swept | None:
        """What was modified since a moment; null where the site does not take the question."""
        # An offset has to be written as Z: in a query a plus is a space (WP_REST_Request, rest_parse_date).
        after = (moment - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        plan = self._requests.plan
        try:
            return Sweep(self._requests, self._pool, self._told, modified_after=after).run()
        except (ClosedError, BrokenError):
            self._requests.plan = plan
            return None

    def _compared(self, earlier: Earlier) -> Finding:
        waiting: list[int] = []

        def seen(rows: list[Row], total: int | None) -> None:
            differing = [row.id for row in rows if self._differs(row, earlier)]
            self._same += len(rows) - len(differing)
            waiting.extend(differing)
            self._fetch_full(waiting, total)

        listing = first = self._listing(seen)
        if not first.swept.proven:
            listing = self._listing(seen)
        full = first.swept.full | listing.swept.full
        self._bodies.note(full)
        self._bodies.fetch([number for number in waiting if number not in full])
        self._finish_bodies()
        rows = first.rows | listing.rows
        vanished = [number for number in earlier.items if number not in rows]
        # Two sweeps that are not proven: what only the first one saw may have vanished between them.
        vanished += [number for number in first.rows if number not in listing.rows]
        self._ask_vanished(list(dict.fromkeys((*vanished, *self._bodies.waiting))), listing.rows)
        return self._finding("ids", first.swept.first_total, listing, len(rows.keys() | earlier.items.keys()))

    def _ask_vanished(self, numbers: list[int], listed: dict[int, Row]) -> None:
        """Ask for what is not listed any more, by itself.

        Where that is much, the single route is tried on an item that is listed: a route that refuses that one too says
        nothing of the others, and its refusal would be read as their withdrawal.
        """
        known = len(self._earlier.items) if self._earlier else 0
        if (
            len(numbers) > max(_SUSPICIOUS * known, 1)
            and listed
            and self._requests.single(next(iter(listed)))[0] != "fetched"
        ):
            self._bodies.note(numbers, "failed")
            return
        self._bodies.ask_singly(numbers)

    def _differs(self, row: Row, earlier: Earlier) -> bool:
        """Whether the archive lacks this state of an item. Where nothing tells when it changed, it may have."""
        known = earlier.items.get(row.id)
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
        """Fetch as many full pages of bodies as there are ids waiting, unless the lists hold the bodies."""
        size = self._requests.plan.batch if self._requests.plan.fields else 0
        if size:
            full = len(waiting) - len(waiting) % size
            self._bodies.fetch(waiting[:full])
            del waiting[:full]
        self._told([], total)

    def _finish_bodies(self) -> None:
        """Wait for the bodies; where the site ignores `include`, take them from whole lists."""
        self._bodies.finish()
        if not self._requests.plan.batch and self._bodies.waiting:
            swept = Sweep(self._requests, self._pool, self._told, whole=True).run()
            self._bodies.note(number for number in swept.full if self._bodies.state.get(number) == "asked")

    def _finding(self, way: Way, advertised: int | None, listing: _Listing, known: int) -> Finding:
        """The receipt: `known` items are accounted for by their state; those that nobody asked for are unchanged."""
        failed = [number for number, state in self._bodies.state.items() if state == "failed"]
        if 0 < len(failed) <= _MOST_AGAIN:
            self._bodies.ask_singly(failed)
        bodies = self._bodies
        self._progress(self._name, known, known)
        receipt = CollectionReceipt(
            collection=self._name,
            sweep=way,
            advertised_start=advertised,
            advertised_end=listing.swept.last_total,
            swept=known + listing.failed + listing.hidden,
            fetched=bodies.count("fetched"),
            unchanged=known - len(bodies.state),
            unreadable=bodies.count("unreadable") + listing.hidden,
            gone=bodies.count("gone"),
            failed=bodies.count("failed") + listing.failed,
        )
        return self._finding_of(receipt, list(self._remarks(listing)))._replace(listed=frozenset(listing.rows))

    def _remarks(self, listing: _Listing) -> Iterable[str]:
        if (remark := self._bodies.remark()) is not None:
            yield remark
        if listing.hidden:
            yield f"{_COUNTED} {listing.hidden} more than it shows, and does not say why"
        if listing.failed:
            yield from listing.remarks
            yield f"{listing.failed} of its rows could not be listed"
