"""The lists of a collection: swept, completed, and swept again until two agree."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.pages import BrokenError, ClosedError
from presscorpus.crawl.rest.recovery import Recovery
from presscorpus.crawl.rest.request_plan import LARGEST_PAGE, bare
from presscorpus.crawl.rest.sweep import Sweep, Swept

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from datetime import datetime

    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row
    from presscorpus.crawl.rest.verdicts import Listed

    Seen = Callable[[list[Row], int | None], None]

# modified_after compares local times, which jump where summer time ends; and clocks differ.
_OVERLAP = timedelta(hours=2)
FEW = 3 * LARGEST_PAGE
"""A list of so many items is swept again as soon as asked for anything else."""
# The most sweeps of a list that is different each time.
_MOST_SWEEPS = 4
# Items that a list lacks and that are asked for by themselves, where there is no other way.
_FEW_SINGLY = 3


class Listing(NamedTuple):
    """What one or several sweeps and a recovery listed.

    `rows` are those of all of them, by id. `failed` counts rows that could not be listed, `hidden` those that the site
    counts and does not show. `remarks` are for the receipt. With `twice` the list was seen from both of its ends, each
    in one page, and showed the same.
    """

    rows: dict[int, Row]
    swept: Swept
    failed: int
    hidden: int
    remarks: list[str]
    twice: bool = False


class Lists:
    """The lists of one collection.

    Args:
        requests: The requests of the collection.
        pool: The threads that make them.
        told: Called with rows of later sweeps, and with the site's total.
    """

    def __init__(self, requests: Requests, pool: ThreadPoolExecutor, told: Seen) -> None:
        self._requests, self._pool, self._told = requests, pool, told
        self._shown: dict[int, Row] = {}
        self._counted = 0

    def listing(self, seen: Seen, *, whole: bool = False, wary: bool = False) -> Listing:
        """Sweep the list, and look for the rows that the sweep did not reach.

        Args:
            seen: Called with new rows, and with the site's total.
            whole: Whether the pages hold whole items, not ids alone.
            wary: Whether totals misled before.

        Returns:
            What was listed.

        Raises:
            ClosedError: The list is refused.
            BrokenError: It gives no rows.
            SourceError: The site as a whole is closed.
        """
        swept = Sweep(self._requests, self._pool, seen, whole=whole, wary=wary).run()
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
        """List again, in another order where one page holds all, until two lists agree.

        Args:
            first: The first listing.

        Returns:
            The last one.

        Raises:
            ClosedError: The list is refused.
            BrokenError: It gives no rows.
            SourceError: The site as a whole is closed.
        """
        plan = self._requests.plan
        if first.twice:
            return first
        if first.swept.ordered and not first.failed and len(first.rows) < plan.size and plan.per_page:
            listed = self._requests.plain(plan.per_page)
            rows = self._noted(listed)
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
        if self._requests.collection.is_dated and not self._shown:
            self.look()
        return self.checked(listing)

    def checked(self, listing: Listing) -> Listing:
        """Compare a listing with the site's plain lists, and list what it lacks.

        A list in the site's own order may show items that a list by id does not: an index of a search engine that lags
        behind, a total that counts the rows of one answer, a cache that holds the end of the list.

        Args:
            listing: What was listed by id.

        Returns:
            The same where nothing is missing; else with what the wary and plainer lists showed.

        Raises:
            SourceError: The site as a whole is closed.
        """
        lacking = self._shown.keys() - listing.rows.keys()
        if lacking and not self._are_there(sorted(lacking)):
            lacking = set()
        if not lacking and self._agrees(listing):
            return listing
        plan, rows = self._requests.plan, listing.rows | {number: self._shown[number] for number in lacking}
        for changed in (plan, plan._replace(orderby=False), bare(plan)):
            self._requests.plan = changed
            try:
                found = self.listing(self._told, wary=True)
            except (BrokenError, ClosedError):
                continue
            rows = rows | found.rows
            if lacking <= found.rows.keys() and not found.failed and self._agrees(found):
                full = listing.swept.full | found.swept.full
                return found._replace(rows=rows, swept=found.swept._replace(rows=rows, full=full, proven=False))
        self._requests.plan = plan
        lost = listing.failed + 1
        told = f"shows {len(lacking)} items beyond" if lacking else f"counts {self._counted} items, more than"
        remarks = [*listing.remarks, f"its plain list {told} its lists by id"]
        return listing._replace(rows=rows, failed=lost, swept=listing.swept._replace(rows=rows), remarks=remarks)

    def _agrees(self, listing: Listing) -> bool:
        """Whether a listing accounts for as many items as the site's plain lists counted."""
        return self._counted <= max(listing.swept.last_total or 0, len(listing.rows) + listing.failed + listing.hidden)

    def _are_there(self, numbers: list[int]) -> bool:
        """Whether items that a list lacks exist, or were deleted since they were shown."""
        few = numbers[: max(self._requests.plan.batch, 1)]
        if self._requests.plan.batch:
            listed = self._requests.included(few, whole=False)
            if listed.verdict in {"rows", "end"}:
                return any(row is not None and row.id in few for row in listed.rows)
        return any(self._requests.single(number)[0] != "gone" for number in few[:_FEW_SINGLY])

    def look(self) -> None:
        """Ask for the site's plainest list, for `checked` to compare with.

        Raises:
            SourceError: The site as a whole is closed.
        """
        self._noted(self._requests.plain(None))

    def _noted(self, listed: Listed) -> dict[int, Row]:
        """The rows of a plain list, by id."""
        rows = {row.id: row for row in listed.rows if row is not None} if listed.verdict == "rows" else {}
        self._shown |= rows
        self._counted = (listed.total or 0) if rows else 0
        return rows

    def modified_meanwhile(self, first: Swept, began: datetime) -> Listing | None:
        """In place of a second sweep, list what was modified since the crawl began.

        The first sweep was proven, so that nothing is missing of what was there throughout; this is about what came,
        changed or went meanwhile, and the total has to agree.

        Args:
            first: The first sweep.
            began: When the crawl began, UTC.

        Returns:
            Both together; null where that may not be all.

        Raises:
            SourceError: The site as a whole is closed.
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

    def total_now(self, known: dict[int, Row], *, by_change: bool = False) -> int | None:
        """The site's total, as its plainest list gives it.

        Args:
            known: All known rows, by id.
            by_change: Whether what was modified last is listed first, where the site can.

        Returns:
            The total; null for none, and where the list shows an item that is not known, or a later state of one.

        Raises:
            SourceError: The site as a whole is closed.
        """
        order = {"orderby": "modified"} if by_change and "modified" in self._requests.collection.orders else {}
        listed = self._requests.plain(None, **order)
        rows = self._noted(listed)
        if listed.verdict != "rows" or any(_is_news(row, known.get(row.id)) for row in rows.values()):
            return None
        return listed.total

    def modified_since(self, moment: datetime) -> Swept | None:
        """List what was modified since a moment.

        Args:
            moment: In UTC; two hours more are listed.

        Returns:
            The sweep; null where the site does not take `modified_after`.

        Raises:
            SourceError: The site as a whole is closed.
        """
        # An offset has to be written as Z: in a query a plus is a space (WP_REST_Request, rest_parse_date).
        after = (moment - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        plan = self._requests.plan
        try:
            return Sweep(self._requests, self._pool, self._told, modified_after=after).run()
        except (ClosedError, BrokenError):
            self._requests.plan = plan
            return None


def _is_news(row: Row, known: Row | None) -> bool:
    """Whether a row shows an item that is not known, or one that was modified since."""
    return known is None or (
        None not in {row.modified_gmt, known.modified_gmt} and row.modified_gmt != known.modified_gmt
    )
