"""The walk through one collection that cannot lose an item: sweep the ids, fetch the bodies, sweep again, reconcile.

Why so: ordered by date, a database may return posts of one date in another order on each page; and whatever is deleted
on an earlier page pulls the next page up by one. Ordered by id nothing changes places, and because each page begins
with the last id of the one before, a deletion shows and the walk steps back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from builder.archive import CollectionReceipt
from builder.errors import BlockedError, NetworkError
from builder.sources.http import Answer, Client, Tally
from builder.sources.rows import json_in, rows_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor

    from builder.sources.discovery import Api, Collection
    from builder.sources.rows import Row

# The most that per_page allows: WP_REST_Controller::get_collection_params.
PAGE = 100
# A page that fails is asked for in parts of the next size: each divides the one before, so that `page` can name them.
_SMALLER = {100: 50, 50: 25, 25: 5, 5: 1}
# Failures in a row after which the site counts as broken, not the item. Seven isolate one bad post.
_PATIENCE = 64
_OK = 200
_MISSING = frozenset({404, 410})
_HIDDEN = frozenset({401, 403})
_NAMED = 5


class Finding(NamedTuple):
    """What came of a collection: its receipt, and remarks for the reason of the crawl's receipt."""

    receipt: CollectionReceipt
    remarks: list[str]


class _ClosedError(Exception):
    """The site does not offer this collection to us."""


class _Window(NamedTuple):
    """Rows of the list in the order of their ids, places whose row could not be had, and the site's total."""

    rows: list[Row]
    failed: set[int]
    total: int | None

    def joins(self, top: int | None) -> bool:
        """Whether no row can lie between the highest id known so far and this window."""
        return top is None or (bool(self.rows) and self.rows[0].id <= top)


class _Sweep(NamedTuple):
    """Every id with its modified_gmt; how many rows failed; how many the site counts and does not show."""

    rows: dict[int, str | None]
    failed: int
    hidden: int
    first_total: int | None
    last_total: int | None


class Walk:
    """One walk through one collection. `progress` is told (collection, fetched so far, advertised or null)."""

    def __init__(
        self,
        client: Client,
        api: Api,
        collection: Collection,
        pool: ThreadPoolExecutor,
        progress: Callable[[str, int, int | None], None],
    ) -> None:
        self._client, self._api, self._collection, self._pool = client, api, collection, pool
        self._progress = progress
        self._tally = Tally()
        self._state: dict[int, str] = {}
        self._failures = 0
        self._total: int | None = None

    def run(self) -> Finding:
        """Walk. Raises NetworkError or BlockedError when the site stops answering; the rest of it goes on record."""
        name = self._collection.name
        tasks: list[Future[None]] = []
        waiting: list[int] = []

        def submit(ids: list[int]) -> None:
            waiting.extend(ids)
            while len(waiting) >= PAGE:
                tasks.append(self._pool.submit(self._bodies, waiting[:PAGE]))
                del waiting[:PAGE]

        try:
            first = self._sweep(submit)
        except _ClosedError as closed:
            return Finding(self._receipt(None, None), [f"{name}: not offered, {closed}"])
        if waiting:
            tasks.append(self._pool.submit(self._bodies, waiting))
        self._finish(tasks)
        second = self._sweep(lambda _: None)
        changed = [number for number, at in second.rows.items() if number not in first.rows or first.rows[number] != at]
        tasks.extend(self._pool.submit(self._bodies, batch) for batch in _batches(changed))
        # Whatever was swept and is not there any more, or did not come, is asked for by itself: the answer is evidence.
        vanished = [number for number in first.rows if number not in second.rows]
        self._finish(tasks)
        lost = [number for number in (first.rows | second.rows) if number not in self._state]
        tasks.extend(self._pool.submit(self._single, number) for number in dict.fromkeys((*vanished, *lost)))
        self._finish(tasks)
        return Finding(self._receipt(first, second), list(self._remarks(second)))

    def _finish(self, tasks: list[Future[None]]) -> None:
        for task in tasks:
            task.result()
            self._progress(self._collection.name, len(self._state), self._total)
        tasks.clear()

    def _receipt(self, first: _Sweep | None, second: _Sweep | None) -> CollectionReceipt:
        failed, hidden = (second.failed, second.hidden) if second else (0, 0)
        states = list(self._state.values())
        return CollectionReceipt(
            collection=self._collection.name,
            advertised_start=first.first_total if first else None,
            advertised_end=second.last_total if second else None,
            swept=len(first.rows | second.rows) + failed + hidden if first and second else 0,
            fetched=states.count("fetched"),
            unreadable=states.count("unreadable") + hidden,
            gone=states.count("gone"),
            failed=states.count("failed") + failed,
            requests=self._tally.requests,
            bytes=self._tally.bytes,
        )

    def _remarks(self, second: _Sweep) -> Iterable[str]:
        name = self._collection.name
        failed = sorted(number for number, state in self._state.items() if state == "failed")
        if failed:
            more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
            yield f"{name}: no body to be had of {', '.join(map(str, failed[:_NAMED]))}{more}"
        if second.failed:
            yield f"{name}: {second.failed} failed even in the list of ids, so that their ids are unknown"

    def _sweep(self, seen: Callable[[list[int]], None]) -> _Sweep:
        """List all ids. `seen` gets those of each page that were not known before."""
        known: dict[int, str | None] = {}
        failed: set[int] = set()
        first_total: int | None = None
        top: int | None = None
        offset = 0
        step = PAGE - 1 if self._overlaps else PAGE
        window = self._window(0, PAGE)
        first_total = total = window.total
        while True:
            fresh = [row.id for row in window.rows if row.id not in known]
            known.update((row.id, row.modified_gmt) for row in window.rows)
            failed |= window.failed
            top = max(known, default=None)
            self._total = window.total
            if fresh:
                seen(fresh)
            self._progress(self._collection.name, len(self._state), window.total)
            if self._is_last(window, offset):
                break
            total = window.total
            offset, window = self._next(offset + step, top, total)
        hidden = max((window.total or 0) - len(known) - len(failed), 0)
        return _Sweep(known, len(failed), hidden, first_total, window.total)

    @property
    def _overlaps(self) -> bool:
        """Whether windows may begin anywhere.

        Hierarchical taxonomies know no `offset` (WP_REST_Terms_Controller::get_collection_params): their pages lie
        side by side, and only a falling total shows a deletion.
        """
        return self._collection.knows("offset")

    def _is_last(self, window: _Window, offset: int) -> bool:
        if window.total is None:
            # No total, no way to tell a short page from the last one, but for an empty one.
            return not window.rows and not window.failed
        return offset + PAGE >= window.total

    def _next(self, offset: int, top: int | None, total: int | None) -> tuple[int, _Window]:
        """The next window and where it begins: further back where the ids do not join those known so far."""
        straight = self._window(offset, PAGE)
        fell = 0 if total is None or straight.total is None else max(total - straight.total, 0)
        if not self._overlaps:
            back = -(-fell // PAGE) * PAGE
            return (
                (offset, straight) if back == 0 else (max(offset - back, 0), self._window(max(offset - back, 0), PAGE))
            )
        if straight.joins(top):
            return offset, straight
        # Less than a page back first, so that the walk moves on even if the row that should overlap is merely hidden.
        # Only a falling total means that more rows went than a page holds; from the start everything joins.
        for back in (PAGE // 2, PAGE - 2, *((PAGE + fell, offset) if fell else ())):
            place = max(offset - back, 0)
            if (window := self._window(place, PAGE)).joins(top):
                return place, window
        return offset, straight

    def _window(self, offset: int, size: int) -> _Window:
        place = {"offset": offset} if self._overlaps else {"page": offset // size + 1}
        # `offset` silently wins over `page`, and 0 counts as none: WP_REST_Posts_Controller::get_items.
        url = self._url(orderby="id", order="asc", per_page=size, _fields=self._collection.fields, **place)
        answer = self._client.get(url, self._tally)
        rows = rows_in(answer.body) if answer.status == _OK else None
        if rows is not None:
            self._failures = 0
            return _Window(rows, set(), answer.total)
        if _code(answer) == "rest_post_invalid_page_number":
            return _Window([], set(), answer.total)
        if 400 <= answer.status < 500:  # noqa: PLR2004 - the class of client errors
            raise self._refusal(answer, started=offset > 0 or size < PAGE)
        self._endure(answer)
        if size not in _SMALLER:
            return _Window([], {offset}, None)
        parts = [self._window(part, _SMALLER[size]) for part in range(offset, offset + size, _SMALLER[size])]
        return _Window(
            [row for part in parts for row in part.rows],
            {place for part in parts for place in part.failed},
            next((part.total for part in reversed(parts) if part.total is not None), None),
        )

    def _bodies(self, ids: list[int]) -> None:
        """Fetch items by their ids; a page that fails is halved, down to the one that is to blame."""
        if not self._collection.knows("include"):
            for number in ids:
                self._single(number)
            return
        listed = ",".join(map(str, ids))
        answer = self._client.get(self._url(include=listed, per_page=PAGE, orderby="include"), self._tally)
        rows = rows_in(answer.body) if answer.status == _OK else None
        if rows is not None:
            self._failures = 0
            wanted = set(ids)
            self._state.update((row.id, "fetched") for row in rows if row.id in wanted)
            return
        if answer.status in _HIDDEN:
            raise self._refusal(answer, started=True)
        self._endure(answer)
        if len(ids) == 1:
            self._state[ids[0]] = "failed"
            return
        middle = len(ids) // 2
        self._bodies(ids[:middle])
        self._bodies(ids[middle:])

    def _single(self, number: int) -> None:
        """Ask for one item by itself: the only way to learn why it is not in a list."""
        answer = self._client.get(self._api.url(f"{self._collection.route}/{number}"), self._tally)
        said = json_in(answer.body)
        code = said.get("code") if isinstance(said, dict) else None
        if answer.status == _OK and isinstance(said, dict) and said.get("id") == number:
            state = "fetched"
        elif answer.status in _MISSING and isinstance(code, str) and code != "rest_no_route":
            state = "gone"
        elif answer.status in _HIDDEN and isinstance(code, str):
            state = "unreadable"
        else:
            state = "failed"
        self._state[number] = state

    def _url(self, **parameters: str | int) -> str:
        # Global parameters (_fields) stand in no route's list. Of the others only those that the route names are sent.
        sent = {key: value for key, value in parameters.items() if key.startswith("_") or self._collection.knows(key)}
        return self._api.url(self._collection.route, **sent)

    def _endure(self, answer: Answer) -> None:
        """Count a failure. Raises when there were so many in a row that the site must be what is broken."""
        self._failures += 1
        if self._failures < _PATIENCE:
            return
        advice = "Open the address in a browser, then run the same command again later."
        if answer.status == _OK:
            raise BlockedError("answers without JSON again and again", where=answer.url, advice=advice)
        raise NetworkError(f"answers {answer.status} again and again", where=answer.url, advice=advice)

    def _refusal(self, answer: Answer, *, started: bool) -> Exception:
        """What a client error means: a collection that is closed to us, or, midway or without JSON, a block."""
        code = _code(answer)
        if code is not None and not started:
            return _ClosedError(f"{answer.status} {code}")
        return BlockedError(
            f"answers {answer.status}{f' {code}' if code else ' and no JSON'}",
            where=answer.url,
            advice="The site has blocked the crawl; ask its owner, or run the same command again later and slower.",
        )


def _code(answer: Answer) -> str | None:
    """The error code in a refusal, such as rest_forbidden; null where the body is not WordPress's."""
    said = json_in(answer.body)
    code = said.get("code") if isinstance(said, dict) else None
    return code[:80] if isinstance(code, str) else None


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))
