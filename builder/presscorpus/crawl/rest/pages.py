"""The pages of a list, requested by the richest plan that works."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.request_plan import bare, plainer, without

if TYPE_CHECKING:
    from presscorpus.crawl.rest.request_plan import RequestPlan
    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.crawl.rest.rows import Row
    from presscorpus.crawl.rest.verdicts import Listed

# A page size that nearly every server can answer.
_MODEST = 20
DOUBTS = 3
"""How often an empty page is asked for again where nothing else tells that the list ends there."""
MOST_FAILURES = 12
"""After so many failures of places in a row a list counts as broken from there on."""


class ClosedError(Exception):
    """The site does not offer a list: 401, 403 or 404, from its API where `by_api`."""

    def __init__(self, why: str, *, by_api: bool) -> None:
        super().__init__(why)
        self.by_api = by_api

    @property
    def is_no_route(self) -> bool:
        """Whether the API says that it has no such route."""
        return "rest_no_route" in str(self)


class BrokenError(Exception):
    """A list gives no rows at all, however plainly it is asked for."""


class Window(NamedTuple):
    """A page of a list.

    `rows` are in the order that they came, `unusable` counts those without a usable id. `failed` are places whose row
    could not be had. `total` is the site's. With `ended` the site said that nothing lies there.
    """

    rows: list[Row]
    unusable: int
    failed: set[int]
    total: int | None
    ended: bool = False

    @property
    def shown(self) -> int:
        """How many rows came."""
        return len(self.rows) + self.unusable

    @property
    def ids(self) -> list[int]:
        """The ids of the rows, in their order."""
        return [row.id for row in self.rows]


class Pages:
    """The pages of one list. `remarks` are what failed, by first occurrence.

    Args:
        requests: The requests of the collection.
        whole: Whether the pages hold whole items, not ids alone.
        **narrowed: Further parameters, such as modified_after; then nothing plainer is tried.
    """

    def __init__(self, requests: Requests, *, whole: bool = False, **narrowed: str) -> None:
        self._requests, self._whole, self._narrowed = requests, whole, narrowed
        self.remarks: dict[str, None] = {}

    def first(self) -> Window:
        """Request the first page, by the richest plan that works.

        The requests keep that plan.

        Returns:
            The page.

        Raises:
            ClosedError: The list is refused however plainly it is asked for.
            BrokenError: It gives no rows however plainly it is asked for.
            SourceError: The site as a whole is closed.
        """
        listed = self._listed(0, self._requests.plan.per_page)
        while listed.verdict == "invalid" and not self._narrowed:
            changed = without(self._requests.plan, listed.refused)
            if changed is None:
                break
            self._requests.plan = changed
            listed = self._listed(0, changed.per_page)
        if listed.verdict in {"refused", "closed"}:
            # Once more: the refusal may be temporary.
            listed = self._listed(0, self._requests.plan.per_page)
        if listed.verdict in {"rows", "end"}:
            return self._doubted(listed)
        if not self._narrowed:
            plan = self._requests.plan
            if listed.verdict == "failed" and (window := self._smaller_pages(plan.size)) is not None:
                return window
            if plan != bare(plan) and (found := self._plainer(plan)) is not None:
                return self._doubted(found)
        if listed.verdict in {"closed", "refused"}:
            raise ClosedError(listed.why, by_api=listed.verdict == "closed")
        raise BrokenError(listed.why)

    def _smaller_pages(self, size: int) -> Window | None:
        """The first page by smaller ones; null where a page of one row fails too."""
        if self._listed(0, 1).verdict != "rows":
            return None
        modest = self._listed(0, min(_MODEST, size))
        if modest.verdict != "rows":
            return self._in_parts(0, size)
        self._requests.plan = self._requests.plan._replace(per_page=min(_MODEST, size))
        return _window_of(modest)

    def _plainer(self, plan: RequestPlan) -> Listed | None:
        """The first page by the richest plan that works; null where the bare one fails."""
        self._requests.plan = bare(plan)
        last = self._listed(0, None)
        if last.verdict not in {"rows", "end"}:
            self._requests.plan = plan
            return None
        for changed in plainer(plan):
            self._requests.plan = changed
            listed = self._listed(0, changed.per_page)
            if listed.verdict in {"rows", "end"} and (listed.rows or not last.rows):
                return listed
        self._requests.plan = bare(plan)
        return last

    def _doubted(self, listed: Listed) -> Window:
        """A first page; an empty one without a total is asked for again."""
        for _ in range(DOUBTS):
            if listed.rows or listed.total is not None:
                break
            listed = self._listed(0, self._requests.plan.per_page)
        return _window_of(listed)

    def _listed(self, place: int, size: int | None) -> Listed:
        plan = self._requests.plan
        if plan.per_page is None and size == plan.size:
            size = None  # the site's default, where it refuses the parameter itself
        return self._requests.page(place, size, whole=self._whole, **self._narrowed)

    def window(self, place: int, size: int | None) -> Window:
        """Request the rows from a place on; a page that fails is asked for in parts.

        Args:
            place: That of the first row, from 0.
            size: How many rows; null for the site's default.

        Returns:
            The page.

        Raises:
            SourceError: The site as a whole is closed.
        """
        listed = self._listed(place, size)
        if listed.verdict in {"closed", "refused"}:
            listed = self._listed(place, size)
        if listed.verdict in {"rows", "end"}:
            return _window_of(listed)
        self.remarks[f"a part of its list fails: {listed.why}"] = None
        if size is None or size == 1:
            return Window([], 0, {place}, None)
        return self._in_parts(place, size)

    def ids_at(self, place: int, size: int) -> list[int]:
        """Request the rows from a place on, and no part of them where they fail.

        Args:
            place: That of the first row, from 0.
            size: How many rows.

        Returns:
            The ids of the rows that came.

        Raises:
            SourceError: The site as a whole is closed.
        """
        return [row.id for row in self._listed(place, size).rows if row is not None]

    def is_numbered(self, place: int, size: int) -> bool:
        """Try to get by the number of its page what an offset does not give.

        Where that works the plan is changed.

        Args:
            place: A place that failed, from 0.
            size: Rows of a page.

        Returns:
            Whether rows came.

        Raises:
            SourceError: The site as a whole is closed.
        """
        plan = self._requests.plan
        if self._narrowed or not plan.offset:
            return False
        self._requests.plan = plan._replace(offset=False)
        listed = self._listed(place - place % size, size)
        if not listed.rows:
            self._requests.plan = plan
        return bool(listed.rows)

    def _in_parts(self, place: int, size: int) -> Window:
        """A page that fails, in parts; after many failures the rest counts as failed."""
        smaller = next(each for each in range(size // 2, 0, -1) if size % each == 0)
        parts: list[Window] = []
        for start in range(place, place + size, smaller):
            lost = sum(len(part.failed) for part in parts)
            if lost > MOST_FAILURES and all(part.failed for part in parts):
                parts.append(Window([], 0, set(range(start, start + smaller)), None))
            else:
                parts.append(self.window(start, smaller))
        return Window(
            [row for part in parts for row in part.rows],
            sum(part.unusable for part in parts),
            {each for part in parts for each in part.failed},
            next((part.total for part in reversed(parts) if part.total is not None), None),
        )


def _window_of(listed: Listed) -> Window:
    rows = [row for row in listed.rows if row is not None]
    return Window(rows, len(listed.rows) - len(rows), set(), listed.total, listed.verdict == "end")
