"""The lists of a collection: swept, completed by recovery, and looked at again until two views agree."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.pages import BrokenError, ClosedError
from presscorpus.crawl.rest.recovery import Recovery
from presscorpus.crawl.rest.request_plan import LARGEST_PAGE
from presscorpus.crawl.rest.sweep import Sweep, Swept

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from datetime import datetime

    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row

    Seen = Callable[[list[Row], int | None], None]

# modified_after compares local times, which jump where summer time ends; and two clocks are never one.
_OVERLAP = timedelta(hours=2)
FEW = 3 * LARGEST_PAGE
"""A list of so many items is swept again as soon as asked for anything else."""
# How often a list is swept that shows something else each time.
_MOST_SWEEPS = 4


class Listing(NamedTuple):
    """What one or several sweeps and a recovery listed: `rows` of all of them, and what the receipt says.

    With `twice` the list was seen from both of its ends, each in one page, and showed the same.
    """

    rows: dict[int, Row]
    swept: Swept
    failed: int
    hidden: int
    remarks: list[str]
    twice: bool = False


class Lists:
    """The lists of one collection. `told` hears of rows that were seen again, and of the site's total."""

    def __init__(self, requests: Requests, pool: ThreadPoolExecutor, told: Seen) -> None:
        self._requests, self._pool, self._told = requests, pool, told

    def listing(self, seen: Seen, *, whole: bool = False) -> Listing:
        """Sweep the list, and look for what the sweep left open."""
        swept = Sweep(self._requests, self._pool, seen, whole=whole).run()
        remarks = list(swept.why)
        if not swept.is_open:
            return Listing(swept.rows, swept, swept.failed, swept.hidden, remarks)
        found = Recovery(self._requests, swept, seen).run()
        rows = swept.rows | found.rows
        missing = max((swept.last_total or 0) - len(rows) - swept.failed, 0)
        if found.rows and found.is_whole:
            remarks = []
        swept = swept._replace(full=swept.full | found.full, rows=rows, proven=swept.proven and not found.rows)
        if found.is_whole:
            twice = found.how == "ends" and not found.rows and len(rows) < self._requests.plan.size
            return Listing(rows, swept, swept.failed, missing, remarks, twice)
        beyond = f"{missing or 'some'} of {max(swept.last_total or 0, len(rows))} rows cannot be reached"
        remarks.append(f"{beyond}: the list ends before them, or has no order to rely on")
        return Listing(rows, swept, swept.failed + max(missing, 1), 0, remarks)

    def second(self, first: Listing) -> Listing:
        """Look again: in the site's own order where one page holds all, else by another sweep, until two agree."""
        plan = self._requests.plan
        if first.twice:
            return first
        if first.swept.ordered and not first.failed and len(first.rows) < plan.size and plan.per_page:
            listed = self._requests.plain(plan.per_page)
            rows = {row.id: row for row in listed.rows if row is not None}
            if listed.verdict == "rows" and rows.keys() == first.rows.keys():
                total = listed.total if listed.total is not None else first.swept.last_total
                swept = first.swept._replace(rows=rows, last_total=total, full=set() if plan.fields else set(rows))
                return Listing(rows, swept, 0, max((total or 0) - len(rows), 0) if first.hidden else 0, first.remarks)
        known, listing = first.rows, first
        for _ in range(_MOST_SWEEPS):
            listing = self.listing(self._told)
            if not listing.rows.keys() - known.keys() or listing.swept.proven:
                break
            known = known | listing.rows
        return listing

    def modified_meanwhile(self, first: Swept, began: datetime) -> Listing | None:
        """In place of a second sweep, what was modified since the crawl began. Null where that may not tell all.

        The first sweep was proven, so that nothing is missing of what was there throughout; this is about what came,
        changed or went meanwhile, and the total has to agree.
        """
        told = self._requests.collection.states("modified_after")
        if len(first.rows) <= FEW or not first.proven or first.hidden or not told or not self._requests.clocks_agree:
            return None
        swept = self.modified_since(began)
        if swept is None or not swept.proven or swept.hidden:
            return None
        rows = first.rows | swept.rows
        total = self.total_now(rows)
        if total is None or total != len(rows):
            return None
        return Listing(rows, swept._replace(rows=rows, last_total=total, failed=0, full=swept.full), 0, 0, [])

    def total_now(self, known: dict[int, Row]) -> int | None:
        """The site's total as its plainest list gives it; null where that shows an item that is not known."""
        listed = self._requests.plain(None)
        if listed.verdict != "rows" or not {row.id for row in listed.rows if row is not None} <= known.keys():
            return None
        return listed.total

    def modified_since(self, moment: datetime) -> Swept | None:
        """What was modified since a moment; null where the site does not take the question."""
        # An offset has to be written as Z: in a query a plus is a space (WP_REST_Request, rest_parse_date).
        after = (moment - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        plan = self._requests.plan
        try:
            return Sweep(self._requests, self._pool, self._told, modified_after=after).run()
        except (ClosedError, BrokenError):
            self._requests.plan = plan
            return None
