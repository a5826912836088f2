"""Find the rows that a sweep did not reach: from the other end, by time, by id.

A list may end before its rows do (a search engine's window), or come in an order of its own on each page. Each way here
proves what it finds by itself: two ends that meet; slices of time that each fit one page; ids that were each asked for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.rows import dates_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row
    from presscorpus.crawl.rest.sweep import Swept
    from presscorpus.crawl.rest.verdicts import Listed

# What a column of MySQL can hold, but for the last moment: the site's own time.
_FIRST, _LAST = datetime(1000, 1, 1), datetime(9999, 12, 31)  # noqa: DTZ001
_SECOND = timedelta(seconds=1)
# Requests that a search may take, beside those that its list would.
_MOST_BESIDE, _TIMES = 60, 4


class Recovered(NamedTuple):
    """The rows that were found beside those of the sweep.

    `full` are the ids that came as whole items. `is_whole` tells whether the way proves that nothing else is there;
    `how` is ends, dates or ids, empty where none was whole.
    """

    rows: dict[int, Row]
    full: set[int]
    is_whole: bool
    how: str


class Recovery:
    """A search for the rows that a sweep did not reach.

    Args:
        requests: The requests of the collection.
        swept: The sweep.
        seen: Called with rows that were not known before, and with the site's total.
    """

    def __init__(self, requests: Requests, swept: Swept, seen: Callable[[list[Row], int | None], None]) -> None:
        self._requests, self._swept, self._seen = requests, swept, seen
        self._rows: dict[int, Row] = {}
        self._full: set[int] = set()
        self._size = requests.plan.size
        expected = max(len(swept.rows), swept.last_total or 0)
        self._left = _MOST_BESIDE + _TIMES * -(-expected // self._size)

    def run(self) -> Recovered:
        """Search until one way is whole.

        Returns:
            What was found.

        Raises:
            SourceError: The site as a whole is closed.
        """
        for how, way in (("ends", self._from_the_other_end), ("dates", self._by_dates), ("ids", self._by_ids)):
            if way():
                return Recovered(self._rows, self._full, is_whole=True, how=how)
        return Recovered(self._rows, self._full, is_whole=False, how="")

    def _take(self, rows: list[Row | None]) -> list[int]:
        usable = [row for row in rows if row is not None]
        fresh = [row for row in usable if row.id not in self._swept.rows and row.id not in self._rows]
        self._rows |= {row.id: row for row in fresh}
        if not self._requests.plan.fields:
            self._full |= {row.id for row in fresh}
        self._seen(fresh, self._swept.last_total)
        return [row.id for row in usable]

    def _from_the_other_end(self) -> bool:
        """Go down from the highest id until the rows of the sweep are met."""
        plan = self._requests.plan
        if not (self._swept.ordered and plan.orderby and plan.offset and self._swept.rows) or self._swept.failed:
            return False
        top, place, last = max(self._swept.rows), 0, None
        while self._spend():
            listed = self._requests.page(place, self._size, order="desc")
            ids = self._take(listed.rows)
            is_falling = ids == sorted(ids, reverse=True)
            if not ids or not is_falling or (place == 0 and ids[0] < top) or (last is not None and ids[0] < last):
                return False
            if ids[-1] <= top:
                return True
            last, place = ids[-1], place + max(len(ids) - 1, 1)
        return False

    def _by_dates(self) -> bool:
        """Ask for slices of time, each halved until it fits one page, in whatever order."""
        collection = self._requests.collection
        if not (collection.is_dated and collection.knows("after") and collection.knows("before")):
            return False
        # First a slice that can hold nothing: a site that shows rows there ignores the parameters.
        slices = [(_FIRST, _LAST), (_LAST, _LAST + _SECOND)]
        counts = True
        while slices and self._spend():
            start, end = slices.pop()
            # Both ends are exclusive: WP_Date_Query with `inclusive` unset.
            between: dict[str, str | int] = {"after": (start - _SECOND).isoformat(), "before": end.isoformat()}
            fields: dict[str, str | int] = (
                {"_fields": f"{collection.fields},date"} if self._requests.plan.fields else {}
            )
            size: dict[str, str | int] = {"per_page": self._size} if self._requests.plan.per_page else {}
            asked = fields | size | between
            listed = self._requests.listed(asked, self._size)
            if listed.verdict != "rows" or None in listed.rows:
                return False
            dates = [each for each in map(_moment, dates_in(listed.body)) if each is not None]
            if any(not start <= each < end for each in dates) or (listed.rows and not dates):
                # The site ignores the parameters.
                return False
            self._take(listed.rows)
            # Where a slice without rows counts some, totals are not those of slices.
            counts = counts and (start != _LAST or not listed.total)
            is_short = len(listed.rows) < self._size
            if is_short and self._nothing_behind(listed, asked) and not (counts and (listed.total or 0) > self._size):
                continue
            middle = _split(start, end, sorted(dates))
            if middle is None:
                return False
            slices += [(start, middle), (middle, end)]
        return not slices

    def _nothing_behind(self, listed: Listed, asked: dict[str, str | int]) -> bool:
        """Whether a short page is all that its list shows.

        The list counts no more, or shows none of what else it counts.
        """
        if (listed.total or 0) <= len(listed.rows):
            return True
        if not self._requests.plan.offset or not self._spend():
            return False
        behind = self._requests.listed(asked | {"offset": len(listed.rows)}, self._size)
        return behind.verdict == "rows" and set(self._take(behind.rows)) <= {row.id for row in listed.rows if row}

    def _by_ids(self) -> bool:
        """Ask for every id up to the highest one that is known."""
        batch = self._requests.plan.batch
        known = self._swept.rows.keys() | self._rows.keys()
        if not batch or not known or self._swept.failed:
            return False
        unknown = (number for number in range(1, max(known) + 1) if number not in known)
        if (max(known) - len(known)) // batch > self._left:
            return False
        # With a known id: an answer without it is not one to this request.
        anchor = next(iter(known))
        while ids := [number for _, number in zip(range(max(batch - 1, 1)), unknown, strict=False)]:
            listed = self._requests.included([anchor, *ids], whole=False)
            came = set(self._take(listed.rows))
            if listed.verdict != "rows" or anchor not in came or came - {anchor, *ids}:
                return False
        # Only the site's total shows whether there are higher ids.
        return 0 < (self._swept.last_total or 0) <= len(self._swept.rows) + len(self._rows)

    def _spend(self) -> bool:
        self._left -= 1
        return self._left >= 0


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _split(start: datetime, end: datetime, dates: list[datetime]) -> datetime | None:
    """Where to halve a slice: in the middle of its dates; null for one moment."""
    middle = dates[len(dates) // 2] if dates else start + (end - start) / 2
    middle = middle.replace(microsecond=0)
    if not start < middle < end:
        middle = (start + (end - start) / 2).replace(microsecond=0)
    return middle if start < middle < end else None
