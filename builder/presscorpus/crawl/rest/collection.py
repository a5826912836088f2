"""The walk through one collection that cannot lose an item.

The first time: sweep the ids, fetch the bodies, look again, reconcile. Later: compare a sweep with what the archive
knows and fetch what differs; or, where the site can be asked for what was modified since, only that. Whatever vanished
is asked for by itself: the answer is the evidence.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.archive.receipts import CollectionReceipt
from presscorpus.crawl.rest.requests import HIDDEN, PAGE, Asking, ClosedError, refusal
from presscorpus.crawl.rest.sweep import Sweep, Swept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor
    from typing import Literal

    from presscorpus.crawl.rest.baseline import Earlier
    from presscorpus.crawl.rest.rows import Row

    Way = Literal["ids", "modified", "items"]

# modified_after compares local times, which jump where summer time ends; and two clocks are never one.
_OVERLAP = timedelta(hours=2)
FEW = 3 * PAGE
"""A list of so many items is swept again as soon as asked for anything else."""
_NAMED = 5


class Finding(NamedTuple):
    """What came of a collection: its receipt, and remarks for the reason of the crawl's receipt.

    `moved` says that an item has another permalink than before, `grew` that one is there that was not.
    """

    receipt: CollectionReceipt
    remarks: list[str]
    moved: bool = False
    grew: bool = False


class Times(NamedTuple):
    """What a walk has to know of time.

    `at` is the as_of of its crawl; `began` when the first request of that was made, UTC, be it before it was killed and
    resumed; `full_sweep` after how long a list of what was modified is not enough any more.
    """

    at: datetime
    began: datetime
    full_sweep: timedelta


class Walk:
    """One walk through one collection.

    `earlier` is what closed crawls told of it, null for nothing. `progress` is told (collection, items accounted for,
    advertised or null).
    """

    def __init__(
        self,
        asking: Asking,
        pool: ThreadPoolExecutor,
        progress: Callable[[str, int, int | None], None],
        *,
        earlier: Earlier | None,
        times: Times,
    ) -> None:
        self._asking, self._pool, self._progress = asking, pool, progress
        self._earlier, self._times = earlier, times
        self._state: dict[int, str] = {}
        self._tasks: list[Future[None]] = []
        self._total: int | None = None
        self._same = 0
        self._moved = self._grew = False

    def run(self) -> Finding:
        """Walk. Raises NetworkError or BlockedError when the site stops answering; the rest of it goes on record."""
        name = self._asking.collection.name
        try:
            if self._earlier is None:
                return self._first()
            return self._refreshed(self._earlier)
        except ClosedError as closed:
            lost = int(closed.odd)
            return Finding(
                CollectionReceipt(collection=name, swept=lost, failed=lost), [f"{name}: not offered, {closed}"]
            )
        finally:
            for task in self._tasks:
                task.cancel()

    def _first(self) -> Finding:
        waiting: list[int] = []

        def seen(rows: list[Row], total: int | None) -> None:
            waiting.extend(row.id for row in rows)
            self._fetch_full(waiting, total)

        first = Sweep(self._asking, self._pool, seen).run()
        self._fetch(waiting)
        self._finish()
        second = self._modified_meanwhile(first) or Sweep(self._asking, self._pool, self._told).run()
        self._fetch([number for number, row in second.rows.items() if first.rows.get(number) != row])
        self._finish()
        vanished = [number for number in first.rows if number not in second.rows]
        self._ask_singly(dict.fromkeys((*vanished, *self._lost())))
        return self._finding("ids", first.first_total, second, len(first.rows | second.rows))

    def _modified_meanwhile(self, first: Swept) -> Swept | None:
        """In place of a second sweep, what was modified since the crawl began. Null where that may not tell all.

        The first sweep was proven, so that nothing is missing of what was there throughout; this is about what came,
        changed or went meanwhile, and the total has to agree.
        """
        told = self._asking.collection.states("modified_after")
        if len(first.rows) <= FEW or not first.proven or first.hidden or not told or not self._asking.clocks_agree:
            return None
        swept = self._modified_since(self._times.began)
        total = self._asking.listed(per_page=1, _fields="id").total
        rows = first.rows | swept.rows
        if not swept.proven or swept.hidden or total != len(rows):
            return None
        return swept._replace(rows=rows, last_total=total)

    def _refreshed(self, earlier: Earlier) -> Finding:
        collection = self._asking.collection
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
            self._state.update((row.id, "fetched") for row in rows)
            self._told(rows, total)

        swept = Sweep(self._asking, self._pool, seen, whole=True).run()
        self._ask_singly(number for number in earlier.items if number not in swept.rows)
        return self._finding("items", swept.first_total, swept, len(swept.rows.keys() | earlier.items.keys()))

    def _modified(self, earlier: Earlier) -> Finding | None:
        """Ask for what was modified since. Null where the site's total says that more has happened than that.

        What leaves no trace in modified_gmt shows in the total, unless as much came as went; and where an item moved,
        others may have moved with it.
        """
        if earlier.since is None or earlier.total is None or not self._asking.clocks_agree:
            return None
        swept = self._modified_since(earlier.since)
        total = self._asking.listed(per_page=1, _fields="id").total
        new = [number for number in swept.rows if number not in earlier.items]
        differing = [number for number, row in swept.rows.items() if self._differs(row, earlier)]
        if self._moved or not swept.proven or swept.hidden or total != earlier.total + len(new):
            return None
        self._fetch(differing)
        self._finish()
        self._ask_singly(self._lost())
        counted = swept._replace(last_total=total, hidden=max(total - len(earlier.items) - len(new), 0))
        return self._finding("modified", earlier.total, counted, len(swept.rows.keys() | earlier.items.keys()))

    def _modified_since(self, moment: datetime) -> Swept:
        # An offset has to be written as Z: in a query a plus is a space (WP_REST_Request, rest_parse_date).
        after = (moment - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Sweep(self._asking, self._pool, self._told, modified_after=after).run()

    def _compared(self, earlier: Earlier) -> Finding:
        waiting: list[int] = []

        def seen(rows: list[Row], total: int | None) -> None:
            differing = [row.id for row in rows if self._differs(row, earlier)]
            self._same += len(rows) - len(differing)
            waiting.extend(differing)
            self._fetch_full(waiting, total)

        swept = first = Sweep(self._asking, self._pool, seen).run()
        if not first.proven:
            swept = Sweep(self._asking, self._pool, seen).run()
        self._fetch(waiting)
        self._finish()
        rows = first.rows | swept.rows
        vanished = [number for number in earlier.items if number not in rows]
        # Two sweeps that are not proven: what only the first one saw may have vanished between them.
        vanished += [number for number in first.rows if number not in swept.rows]
        self._ask_singly(dict.fromkeys((*vanished, *self._lost())))
        return self._finding("ids", first.first_total, swept, len(rows.keys() | earlier.items.keys()))

    def _differs(self, row: Row, earlier: Earlier) -> bool:
        """Whether the archive lacks this state of an item. Where nothing tells when it changed, it may have."""
        known = earlier.items.get(row.id)
        if known is None:
            self._grew = True
            return True
        if not self._asking.collection.is_dated:
            return False
        self._moved = self._moved or known.link not in (None, row.link)
        return row.modified_gmt is None or known != row

    def _told(self, _rows: list[Row], total: int | None) -> None:
        self._total = total
        self._progress(self._asking.collection.name, len(self._state) + self._same, total)

    def _fetch_full(self, waiting: list[int], total: int | None) -> None:
        """Fetch as many full pages of bodies as there are ids waiting."""
        full = len(waiting) - len(waiting) % PAGE
        self._fetch(waiting[:full])
        del waiting[:full]
        self._told([], total)

    def _fetch(self, ids: list[int]) -> None:
        self._state.update(dict.fromkeys(ids, "asked"))
        self._tasks.extend(
            self._pool.submit(self._bodies, ids[start : start + PAGE]) for start in range(0, len(ids), PAGE)
        )

    def _lost(self) -> list[int]:
        """Ids that were asked for in a list of ids and did not come."""
        return [number for number, state in self._state.items() if state == "asked"]

    def _ask_singly(self, numbers: Iterable[int]) -> None:
        self._tasks.extend(self._pool.submit(self._single, number) for number in numbers)
        self._finish()

    def _finish(self) -> None:
        for task in self._tasks:
            task.result()
            self._told([], self._total)
        self._tasks.clear()

    def _bodies(self, ids: list[int]) -> None:
        """Fetch items by their ids; a page that fails is halved, down to the one that is to blame."""
        if not self._asking.collection.knows("include"):
            for number in ids:
                self._single(number)
            return
        answer = self._asking.listed(include=",".join(map(str, ids)), per_page=PAGE, orderby="include")
        rows = self._asking.rows(answer)
        if rows is not None:
            wanted = set(ids)
            self._state.update((row.id, "fetched") for row in rows if row is not None and row.id in wanted)
            return
        if answer.status in HIDDEN:
            raise refusal(answer, started=True)
        self._asking.endure(answer)
        if len(ids) == 1:
            self._state[ids[0]] = "failed"
            return
        middle = len(ids) // 2
        self._bodies(ids[:middle])
        self._bodies(ids[middle:])

    def _single(self, number: int) -> None:
        self._state[number] = self._asking.single(number)

    def _finding(self, way: Way, advertised: int | None, swept: Swept, known: int) -> Finding:
        """The receipt: `known` items are accounted for by their state; those that nobody asked for are unchanged."""
        states = list(self._state.values())
        self._progress(self._asking.collection.name, known, known)
        receipt = CollectionReceipt(
            collection=self._asking.collection.name,
            sweep=way,
            advertised_start=advertised,
            advertised_end=swept.last_total,
            swept=known + swept.failed + swept.hidden,
            fetched=states.count("fetched"),
            unchanged=known - len(states),
            unreadable=states.count("unreadable") + swept.hidden,
            gone=states.count("gone"),
            failed=states.count("failed") + swept.failed,
            requests=self._asking.tally.requests,
            bytes=self._asking.tally.bytes,
        )
        return Finding(receipt, list(self._remarks(swept)), self._moved, self._grew)

    def _remarks(self, swept: Swept) -> Iterable[str]:
        name = self._asking.collection.name
        failed = sorted(number for number, state in self._state.items() if state == "failed")
        if failed:
            more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
            yield f"{name}: no body to be had of {', '.join(map(str, failed[:_NAMED]))}{more}"
        if swept.failed:
            yield f"{name}: {swept.failed} failed even in the list of ids, so that their ids are unknown"
