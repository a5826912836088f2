"""A sweep: the whole list of a collection by id, page by page, so that nothing that was there throughout can be missed.

Ordered by date, a database may return posts of one date in another order on each page; and whatever is deleted on an
earlier page pulls the next page up by one. Ordered by id nothing changes places, and because each page begins with the
last id of the one before, a deletion shows and the sweep steps back. Where every page joined the one before, the sweep
is proven: each page is a stretch of the list at one moment, the stretches touch, so no item that was there from the
first page to the last lies between them. That holds in whatever order the pages came, so some are asked for ahead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.requests import PAGE, Asking, code_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

    from presscorpus.crawl.rest.rows import Row

# Pages that are asked for before it is their turn.
_AHEAD = 4
# A page that fails is asked for in parts of the next size: each divides the one before, so that `page` can name them.
_SMALLER = {100: 50, 50: 25, 25: 5, 5: 1}
# After so many pages in a row without anything new the list counts as ended, whatever its total says.
_BARREN = 20


class Swept(NamedTuple):
    """What a sweep listed.

    `rows` are what was listed by id, `failed` counts rows that could not be had, `hidden` those that the
    site counts and does not show. The totals are the site's own, null where it named none. `proven` is as above.
    """

    rows: dict[int, Row]
    failed: int
    hidden: int
    first_total: int | None
    last_total: int | None
    proven: bool


class _Window(NamedTuple):
    """Rows of the list in the order of their ids, places whose row could not be had, and the site's total."""

    rows: list[Row]
    failed: set[int]
    total: int | None

    def joins(self, top: int | None) -> bool:
        """Whether no row can lie between the highest id known so far and this window."""
        return top is None or (bool(self.rows) and self.rows[0].id <= top)


class Sweep:
    """One sweep of one collection, its pages asked for by `pool`.

    `seen` gets the rows of each page that were not known before, and the site's total. With `whole` the pages hold the
    items themselves, else their ids alone. `narrowed` are further parameters, such as modified_after.
    """

    def __init__(
        self,
        asking: Asking,
        pool: ThreadPoolExecutor,
        seen: Callable[[list[Row], int | None], None],
        *,
        whole: bool = False,
        **narrowed: str,
    ) -> None:
        self._asking, self._pool, self._seen, self._narrowed = asking, pool, seen, narrowed
        self._fields = {} if whole else {"_fields": asking.collection.fields}
        # Hierarchical taxonomies know no `offset` (WP_REST_Terms_Controller::get_collection_params): their pages lie
        # side by side, and only a falling total shows a deletion.
        self._overlaps = asking.collection.knows("offset")
        self._proven = True
        self._ahead: dict[int, Future[_Window]] = {}

    def run(self) -> Swept:
        """List everything. Raises ClosedError where the list is refused at once, else as `Client.get` does."""
        try:
            return self._run()
        finally:
            self._forget()

    def _run(self) -> Swept:
        known: dict[int, Row] = {}
        failed: set[int] = set()
        offset = 0
        step = PAGE - 1 if self._overlaps else PAGE
        barren = 0
        first = window = self._window(0, PAGE)
        while True:
            fresh = [row for row in window.rows if row.id not in known]
            known.update((row.id, row) for row in window.rows)
            failed |= window.failed
            self._seen(fresh, window.total)
            barren = 0 if fresh or window.failed else barren + 1
            if self._is_last(window, offset) or barren == _BARREN:
                break
            if self._overlaps:
                self._ask_ahead(offset, window.total)
            offset, window = self._next(offset + step, max(known, default=None), window.total)
        missing = max((window.total or 0) - len(known) - len(failed), 0)
        # Rows that are not shown leave pages short. Where the list never ended, or its last page is the first one over
        # again (as from a cache that knows no parameters), what is missing was never looked at.
        unseen = barren == _BARREN or (offset > 0 and len(window.rows) > 1 and window.rows == first.rows)
        failures = len(failed) + (max(missing, 1) if unseen else 0)
        hidden = 0 if unseen else missing
        return Swept(known, failures, hidden, first.total, window.total, self._proven and not failures)

    def _ask_ahead(self, offset: int, total: int | None) -> None:
        """Let the pages behind this one be asked for, as many as there are by the site's total."""
        for place in range(offset + PAGE - 1, min(offset + _AHEAD * PAGE, (total or 0) - 1), PAGE - 1):
            if place not in self._ahead:
                self._ahead[place] = self._pool.submit(self._window, place, PAGE)

    def _forget(self) -> None:
        for future in self._ahead.values():
            future.cancel()
        self._ahead.clear()

    def _is_last(self, window: _Window, offset: int) -> bool:
        if window.total is None:
            # No total, no way to tell a short page from the last one, but for an empty one.
            return not window.rows and not window.failed
        return offset + PAGE >= window.total

    def _next(self, offset: int, top: int | None, total: int | None) -> tuple[int, _Window]:
        """The next window and where it begins: further back where the ids do not join those known so far."""
        asked = self._ahead.pop(offset, None)
        straight = asked.result() if asked else self._window(offset, PAGE)
        fell = 0 if total is None or straight.total is None else max(total - straight.total, 0)
        if not self._overlaps:
            self._proven = False
            place = max(offset - -(-fell // PAGE) * PAGE, 0)
            return (offset, straight) if place == offset else (place, self._window(place, PAGE))
        if straight.joins(top):
            return offset, straight
        # The pages asked for ahead lie behind the gap, and the next ones elsewhere.
        self._forget()
        # Less than a page back first, so that the walk moves on even if the row that should overlap is merely hidden.
        # Only a falling total means that more rows went than a page holds; from the start everything joins.
        for back in (PAGE // 2, PAGE - 2, *((PAGE + fell, offset) if fell else ())):
            place = max(offset - back, 0)
            if (window := self._window(place, PAGE)).joins(top):
                return place, window
        # Rows that nobody shows lie here in a long row; or there is nothing behind.
        self._proven = self._proven and not straight.rows and self._is_last(straight, offset)
        return offset, straight

    def _window(self, offset: int, size: int) -> _Window:
        place = {"offset": offset} if self._overlaps else {"page": offset // size + 1}
        # `offset` silently wins over `page`, and 0 counts as none: WP_REST_Posts_Controller::get_items.
        answer = self._asking.listed(
            orderby="id", order="asc", per_page=size, **self._fields, **self._narrowed, **place
        )
        rows = self._asking.rows(answer)
        if rows is not None:
            broken = {offset + place for place, row in enumerate(rows) if row is None}
            return _Window([row for row in rows if row is not None], broken, answer.total)
        if code_of(answer) == "rest_post_invalid_page_number":
            return _Window([], set(), answer.total)
        if 400 <= answer.status < 500:  # noqa: PLR2004 - the class of client errors
            raise refusal(answer, started=offset > 0 or size < PAGE)
        self._asking.endure(answer)
        if size not in _SMALLER:
            return _Window([], {offset}, None)
        parts = [self._window(part, _SMALLER[size]) for part in range(offset, offset + size, _SMALLER[size])]
        return _Window(
            [row for part in parts for row in part.rows],
            {place for part in parts for place in part.failed},
            next((part.total for part in reversed(parts) if part.total is not None), None),
        )
