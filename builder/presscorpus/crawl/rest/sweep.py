"""A sweep: the list of a collection, page by page, so that no item is missed.

Ordered by date, a database may return posts of one date in another order on each page; and whatever is deleted on an
earlier page pulls the next page up by one. Ordered by id nothing changes places, and because each page begins with the
last row of the one before, a deletion shows and the sweep steps back. Where every page joined the one before, the sweep
is proven: each page is a stretch of the list at one moment, the stretches touch, so no item that was there from the
first page to the last lies between them. That holds in whatever order the pages came, so some are asked for ahead.

Rows are the truth and totals are hints. A full page is never the last one; a total below what was seen does not count;
rows that are counted and not shown are looked for in `recovery.py` before they are called hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.pages import DOUBTS, MOST_FAILURES, Pages, Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row

# Pages that are requested ahead.
_AHEAD = 4
# How often a list is started again with a plainer plan.
_MOST_PLANS = 8
# After so many pages in a row without anything new the list counts as ended, whatever its total says.
_BARREN = 20


# Rows that pages by number may show again, since new ones push them to later pages.
_MOST_MET = 5


# After so many rows, and ten times as many again, a list whose total does not say where it ends is looked at so far on:
# no site has as many items, so that rows there are made up as they are asked for.
_FIRST_LOOK, _FARTHEST = 500, 5_000_000


class _PlanChangedError(Exception):
    """The list has to be read again with another plan."""


class Swept(NamedTuple):
    """What a sweep listed.

    `rows` are what was listed by id; `full` the ids whose whole item came with it; `failed` counts rows that could not
    be had, `hidden` those that the site counts and does not show. The totals are the site's own, null where it named
    none. `proven` is as above; `ordered` whether ids rose throughout; `is_open` whether the end of the list was not
    reached, or its order is none, so that more may be there. `why` are remarks, for the receipt.
    """

    rows: dict[int, Row]
    full: set[int]
    failed: int
    hidden: int
    first_total: int | None
    last_total: int | None
    proven: bool
    ordered: bool = True
    is_open: bool = False
    why: tuple[str, ...] = ()


class Sweep:
    """One sweep of one collection.

    Args:
        requests: The requests of the collection.
        pool: The threads that request pages ahead.
        seen: Called with the rows of each page that were not known before, and with the site's total.
        whole: Whether the pages hold whole items, not ids alone.
        wary: Whether the list goes on until it shows nothing new, whatever its total says.
        **narrowed: Further parameters, such as modified_after; then nothing plainer is tried.
    """

    def __init__(
        self,
        requests: Requests,
        pool: ThreadPoolExecutor,
        seen: Callable[[list[Row], int | None], None],
        *,
        whole: bool = False,
        wary: bool = False,
        **narrowed: str,
    ) -> None:
        self._requests, self._pool, self._seen, self._whole = requests, pool, seen, whole
        self._wary = wary
        self._pages = Pages(requests, whole=whole, **narrowed)
        self._known: dict[int, Row] = {}
        self._full: set[int] = set()
        self._reset()
        self._ahead: dict[int, Future[Window]] = {}
        self._look = _FIRST_LOOK
        self._endless = False

    def _reset(self) -> None:
        self._failed: set[int] = set()
        self._unusable = 0
        self._first: Window | None = None
        self._total: int | None = None
        self._places = 0
        self._largest = 0
        self._ordered = self._joined = True
        self._cut = False
        self._met_again = 0

    def run(self) -> Swept:
        """List everything.

        Returns:
            What was listed.

        Raises:
            ClosedError: The list is refused however plainly it is asked for.
            BrokenError: It gives no rows however plainly it is asked for.
            SourceError: As `Client.get` does, and where the site as a whole is closed.
        """
        for _ in range(_MOST_PLANS):
            try:
                self._reset()
                first = self._pages.first()
                (self._by_offset if self._requests.plan.offset else self._by_page)(first)
                return self._swept()
            except _PlanChangedError:
                continue
            finally:
                self._forget()
        self._cut = True
        return self._swept()

    def _by_offset(self, window: Window) -> None:
        """Go on by offset, each page beginning with the last row of the one before."""
        self._first, offset, barren = window, 0, 0
        while True:
            size = self._requests.plan.size
            top, last = max(self._known, default=None), window.ids[-1:]
            fresh = self._take(window, offset, size)
            barren = 0 if fresh or window.failed else barren + 1
            if self._is_last(window, offset, size, fresh=fresh) or barren == _BARREN or self._is_hopeless():
                self._cut = self._cut or barren == _BARREN
                return
            short = window.shown if 0 < window.shown < size and not window.failed else size
            if self._ordered and short == size:
                self._ask_ahead(offset, size)
            top = max(self._known, default=top)
            offset, window = self._next(offset + max(short - 1, 1), top, last or None, size)
            if offset and window.ids and window.ids == self._first.ids:
                self._requests.plan = self._requests.plan._replace(offset=False)
                raise _PlanChangedError
            if window.failed and self._pages.is_numbered(max(window.failed), size):
                self._pages.remarks.clear()
                raise _PlanChangedError
            if 2 * short <= size and any(row.id not in self._known for row in window.rows):
                # The site sends at most so many rows.
                plan = self._requests.plan
                # Pages of one row cannot overlap.
                plan = plan._replace(per_page=short, batch=min(plan.batch, short), offset=short > 1)
                self._requests.plan = plan
                if not plan.offset:
                    raise _PlanChangedError
            if window.shown == 0 and self._cut:
                return

    def _is_hopeless(self) -> bool:
        """Whether so many places in a row failed, or the list has no end."""
        return sum(place >= self._places for place in self._failed) >= MOST_FAILURES or self._has_no_end()

    def _has_no_end(self) -> bool:
        """Whether rows come where no site has any, as of endless dates."""
        if len(self._known) < self._look or len(self._known) <= (self._total or 0) <= _FARTHEST:
            return False
        self._look *= 10
        top, size = max(self._known), self._requests.plan.size
        for place in (_FARTHEST, _FARTHEST + 10 * size) if len(self._known) < _FARTHEST else ():
            ids = self._pages.ids_at(place, size)
            if not ids or min(ids) <= top:
                # A site that knows no such place shows nothing there, or one page for all.
                return False
            top = max(ids)
        self._endless = True
        self._pages.remarks[f"its list has no end: rows come even at place {_FARTHEST:,}"] = None
        return True

    def _take(self, window: Window, place: int, size: int) -> bool:
        """Note what a page showed. Returns whether anything in it was new."""
        ids = window.ids
        if ids != sorted(ids) or not self._requests.plan.orderby or window.shown > size:
            self._ordered = False
        fresh = [row for row in window.rows if row.id not in self._known]
        self._known |= {row.id: row for row in window.rows}
        if self._whole or not self._requests.plan.fields:
            self._full |= set(ids)
        self._failed |= window.failed
        self._unusable += window.unusable
        if window.shown:
            self._places = max(self._places, place + min(window.shown, size))
        self._largest = max(self._largest, window.shown)
        if window.total is not None:
            self._total = window.total
        self._seen(fresh, self._total)
        return bool(fresh)

    @property
    def _believed(self) -> int | None:
        """The site's total, unless more rows than that were seen, or it misled before."""
        if self._total is None or self._wary or self._endless or self._total < len(self._known):
            return None
        return self._total

    def _is_last(self, window: Window, offset: int, size: int, *, fresh: bool) -> bool:
        total = self._believed
        if window.shown >= size or window.failed:
            return False
        end = offset + window.shown
        if total is not None:
            # A short page ends the list where it reaches the total; else the next one shows whether rows are hidden.
            if end >= total or (offset > 0 and not fresh and offset + size >= total):
                return True
            # One page should hold all of it: the other end of the list tells what is missing, by as many requests.
            return offset == 0 and total <= size and 2 * window.shown > total and self._ordered
        return not fresh and (offset > 0 or not window.shown)

    def _ask_ahead(self, offset: int, size: int) -> None:
        """Request the pages behind this one, as many as the site's total promises."""
        step = max(size - 1, 1)
        for place in range(offset + step, min(offset + _AHEAD * size, (self._total or 0) - 1), step):
            if place not in self._ahead:
                self._ahead[place] = self._pool.submit(self._pages.window, place, size)

    def _forget(self) -> None:
        for future in self._ahead.values():
            future.cancel()
        self._ahead.clear()

    def _next(self, offset: int, top: int | None, last: list[int] | None, size: int) -> tuple[int, Window]:
        """The next page and its offset, further back where it does not join known rows."""
        before = self._total
        asked = self._ahead.pop(offset, None)
        straight = asked.result() if asked else self._pages.window(offset, size)
        if straight.failed or self._joins(straight, top, last):
            return offset, straight
        # The pages asked for ahead lie behind the gap, and the next ones elsewhere.
        self._forget()
        for _ in range(DOUBTS if not straight.rows and straight.total is None else 0):
            straight = self._pages.window(offset, size)
            if self._joins(straight, top, last):
                return offset, straight
        if not self._ordered:
            self._joined = False
            self._cut = self._cut or not straight.rows
            return offset, straight
        fell = 0 if before is None or straight.total is None else max(before - straight.total, 0)
        # Less than a page back first, so that the sweep moves on even if the row that should overlap is merely hidden.
        # Only a falling total means that more rows went than a page holds; from the start everything joins.
        for back in (size // 2, size - 2, *((size + fell, offset) if fell else ())):
            place = max(offset - back, 0)
            window = self._pages.window(place, size)
            if window.rows and self._joins(window, top, last) and (window.ids[-1] > (top or 0) or not straight.rows):
                return place, window
        # Here is a long run of hidden rows, or the end of the list.
        at_end = not straight.rows and (self._believed is None or offset + size >= (self._believed or 0))
        self._joined = self._joined and at_end
        self._cut = self._cut or not straight.rows
        return offset, straight

    def _joins(self, window: Window, top: int | None, last: list[int] | None) -> bool:
        """Whether no row can lie between those known so far and this page."""
        if not self._ordered:
            return last is None or last[0] in window.ids
        return top is None or (bool(window.rows) and window.ids[0] <= top)

    def _by_page(self, window: Window) -> None:
        """Go on by page numbers, where only a falling total shows a deletion."""
        self._first, page, barren = window, 1, 0
        while True:
            size = self._requests.plan.size
            before, met = self._total, sum(row.id in self._known for row in window.rows)
            fresh = self._take(window, (page - 1) * size, size)
            self._met_again += met if fresh else 0
            if page > 1:
                self._joined = False
            barren = 0 if fresh or window.failed else barren + 1
            if self._is_last_page(window, size, page) or barren == _BARREN or self._is_hopeless():
                # The same page again is the end, or as far as the site goes: where no total tells, full it is no end.
                is_repeating = barren == _BARREN and self._believed is None
                self._cut = self._cut or (is_repeating and window.shown >= self._largest)
                break
            fell = max((before or 0) - (self._total or 0), 0) if before is not None and self._total is not None else 0
            page = max(page + 1 - -(-fell // size), 1)
            window = self._pages.window((page - 1) * size, self._requests.plan.per_page)
            if page > 1 and window.ids and window.ids == self._first.ids:
                self._pages.remarks["answers each page with the same rows, so that no parameter reaches it"] = None
                self._cut = True
                return
        self._check_pages(size)

    def _is_last_page(self, window: Window, size: int, page: int) -> bool:
        if window.failed:
            return False
        if window.ended or not window.shown:
            return True
        total = self._believed
        # Core's default page is ten, but a bare request may get pages of any size.
        largest = size if self._requests.plan.per_page else max(self._largest, 1 if page > 1 else window.shown)
        if window.shown >= largest:
            return False
        return total is not None and len(self._known) + len(self._failed) + self._unusable >= total

    def _check_pages(self, size: int) -> None:
        """Read the list again with pages as small as the site makes them.

        This is for a site that left rows out of larger pages.
        """
        missing = (self._believed or 0) - len(self._known) - len(self._failed)
        if missing > 0 and 0 < self._largest < size and self._requests.plan.per_page:
            self._requests.plan = self._requests.plan._replace(per_page=self._largest)
            raise _PlanChangedError

    def _swept(self) -> Swept:
        within = [place for place in self._failed if self._believed is None or place < self._believed]
        failed = len(within) + self._unusable + self._endless
        is_joined = self._ordered and self._joined
        # A list may show one row twice: where it is in order, places are counted.
        accounted = max(len(self._known) + failed, self._places if is_joined else 0)
        missing = max((self._believed or 0) - accounted, 0)
        agrees = self._believed is not None and not missing
        # Pages by number that show many rows again have an order of their own each time.
        is_shuffled = self._requests.plan.offset or self._met_again > _MOST_MET
        is_loose = not self._ordered and not self._joined and is_shuffled and not agrees
        return Swept(
            rows=self._known,
            full=self._full,
            failed=failed,
            hidden=missing,
            first_total=self._first.total if self._first else None,
            last_total=self._total,
            proven=is_joined and not failed and not self._cut,
            ordered=self._ordered,
            is_open=not self._endless and (self._cut or bool(missing) or is_loose),
            why=tuple(self._pages.remarks),
        )
