"""The requests of one collection, and what their answers mean.

A verdict stays with what was asked for: a route that refuses or fails says nothing of its neighbours. Only when another
route, which worked before, fails as well does the site itself count as closed or down.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from presscorpus.crawl.http.obstacles import ObstacleError, obstacle
from presscorpus.crawl.http.redirects import RedirectError
from presscorpus.crawl.http.response import Response, Tally
from presscorpus.crawl.http.retries import NoAnswerError, Patience
from presscorpus.crawl.rest import permalinks
from presscorpus.crawl.rest.request_plan import first_plan
from presscorpus.crawl.rest.rows import is_answer, json_in, kinds_in
from presscorpus.crawl.rest.verdicts import MISSING, Listed, judged, reason_of
from presscorpus.errors import BlockedError, NetworkError, SourceError

if TYPE_CHECKING:
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.rest.api import Api, Collection
    from presscorpus.crawl.rest.request_plan import RequestPlan

HIDDEN = frozenset({401, 403})
# Seconds for any answer, and more for each of its rows.
_SECONDS, _SECONDS_A_ROW = 6.0, 0.06
# Attempts at a list, at one item and at the control, after which an answer is final.
_ATTEMPTS_OF_LIST, _ATTEMPTS_OF_ITEM, _ATTEMPTS_AT_CONTROL, _ATTEMPTS_AFTER_FAILURE = 4, 3, 2, 2
_LONGEST_ADDRESS = 160
# After so many failures in a row the index alone is no sign of life.
_MANY, _DOWN = 20, range(500, 600)
_OF_CONTROL = Patience(20.0, 4, silence=4)


class Health:
    """Whether a site as a whole still answers.

    A route that worked is asked once others fail in a row; and after many of these, since a cache may answer for that
    one, the list that worked last, by an address that no cache knows.

    Args:
        client: The site's client.
        control: The address of that route; null where none is known.
    """

    def __init__(self, client: Client, control: str | None) -> None:
        self._client, self._control = client, control
        self._lock = threading.Lock()
        self._failures = self._in_row = 0
        self._list: str | None = None
        self._error: SourceError | None = None

    def worked(self, where: str | None = None) -> None:
        """Note that an answer was what it should be.

        Args:
            where: The address of the list that gave it; null for an item.
        """
        self._failures = self._in_row = 0
        self._list = where or self._list

    def failed(self, why: str, where: str) -> None:
        """Note that an answer was not, and ask the control from the second one in a row.

        Args:
            why: What was wrong with the answer, in words.
            where: The address that gave it.

        Raises:
            BlockedError: The control is refused as well, so that the site is closed.
            NetworkError: It gives no answer either.
        """
        with self._lock:
            self.check()
            self._failures += 1
            self._in_row += 1
            if self._control is None or self._failures <= 1:
                return
            self._error = self._asked(why, where[:_LONGEST_ADDRESS])
            if self._error is None and self._list and self._in_row >= _MANY:
                self._error = self._asked_list(self._list, why)
                self._in_row = 0
        self.check()

    def check(self) -> None:
        """Stop a route from going on with a site that is closed.

        Raises:
            SourceError: What ended the crawl.
        """
        if self._error is not None:
            raise self._error

    def _asked_list(self, url: str, why: str) -> SourceError | None:
        """Ask the list that worked last.

        Returns the error that ends the crawl, null where it works still.
        """
        try:
            # Core ignores what it does not know. A firewall may refuse it, and then says nothing of the list.
            for address in (f"{url}{'&' if '?' in url else '?'}_={self._in_row}", url):
                response = self._client.get(address, patience=_OF_CONTROL)
                if is_answer(response) and json_in(response.body) is not None:
                    return None
                if response.status in _DOWN:
                    break
        except SourceError as error:
            return error
        return NetworkError(
            f"answers {why} to {_MANY} requests in a row, and so do lists that were open",
            where=url[:_LONGEST_ADDRESS],
            advice="Run the same command again later: it goes on with what is missing.",
        )

    def _asked(self, why: str, where: str) -> SourceError | None:
        """Ask the control; the error that ends the crawl, null where the site is there."""
        try:
            for _ in range(_ATTEMPTS_AT_CONTROL):
                response = self._client.get(self._control or where, patience=_OF_CONTROL)
                if is_answer(response) and json_in(response.body) is not None:
                    self._failures = 0
                    return None
        except SourceError as error:
            return error
        found = obstacle(response)
        if found is not None:
            return ObstacleError(found.what, where=where, advice=found.advice)
        return BlockedError(
            f"answers {why}, and so do routes that were open",
            where=where,
            advice="The site has blocked the crawl; ask its owner, or run the same command again later and slower.",
        )


class Requests:
    """The requests for one collection.

    `plan` may lose parameters; `tally` counts what the requests cost; `refusals` are the reasons for which the API
    refused the list. `stored_at` is when a cache stored the oldest of the lists that it answered with, UTC; null where
    none came from a cache that says so.

    Args:
        client: The site's client.
        api: Its API.
        collection: The collection.
        health: Shared by all collections of the site.
        kinds: The post types and taxonomies of the site; a list of items of another one than its own is none.
    """

    def __init__(
        self,
        client: Client,
        api: Api,
        collection: Collection,
        health: Health,
        kinds: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self._client, self._api, self.collection, self.health = client, api, collection, health
        self._foreign = kinds - {collection.kind}
        self.stored_at: datetime | None = None
        self.tally = Tally()
        self.refusals: set[str] = set()
        self._attempts = _ATTEMPTS_OF_LIST
        self.plan: RequestPlan = first_plan(collection)

    @property
    def described(self) -> str | None:
        """How the site had to be asked, in words; null for the full request."""
        plan = self.plan if self.collection.knows("offset") else self.plan._replace(offset=True)
        return None if str(plan) == "full" else str(plan)

    @property
    def clocks_agree(self) -> bool:
        """Whether the site's times may be compared with ours."""
        return not self._client.clocks_differ

    def page(self, place: int, size: int | None, *, whole: bool = False, order: str = "asc", **more: str) -> Listed:
        """Request a page of the list.

        Args:
            place: The place of the first row, from 0; without `offset` a multiple of the size.
            size: Rows asked for; null for the site's default.
            whole: Whether whole items are wanted, not ids alone.
            order: asc or desc, by id.
            **more: Further parameters, such as modified_after.

        Returns:
            The page.

        Raises:
            SourceError: The site as a whole is closed, or gave no answer so far.
        """
        plan = self.plan
        sent: dict[str, str | int] = {"orderby": "id", "order": order} if plan.orderby else {}
        if size is not None:
            sent["per_page"] = size
        if plan.fields and not whole:
            sent["_fields"] = self.collection.fields
        sent |= more | ({"offset": place} if plan.offset else {"page": place // (size or plan.size) + 1})
        return self.listed(sent, size or plan.size)

    def plain(self, size: int | None, **more: str) -> Listed:
        """Request the list in the site's own order, with as few parameters as possible.

        Args:
            size: Rows asked for; null for the site's default.
            **more: Further parameters.

        Returns:
            The page.

        Raises:
            SourceError: As `page` does.
        """
        sent: dict[str, str | int] = {"per_page": size} if size is not None else {}
        fields: dict[str, str | int] = {"_fields": self.collection.fields} if self.plan.fields else {}
        return self.listed(sent | more | fields, size or 10)

    def included(self, ids: list[int], *, whole: bool = True) -> Listed:
        """Request items by their ids. No order is asked for: rows are matched by id.

        Args:
            ids: At most `plan.batch`.
            whole: Whether whole items are wanted, not ids alone.

        Returns:
            Rows in any order.

        Raises:
            SourceError: As `page` does.
        """
        sent: dict[str, str | int] = {"include": ",".join(map(str, ids))}
        if self.plan.per_page is not None:
            sent["per_page"] = self.plan.per_page
        if not whole and self.plan.fields:
            sent["_fields"] = self.collection.fields
        return self.listed(sent, len(ids))

    def listed(self, sent: dict[str, str | int], rows: int) -> Listed:
        """Request the list with some parameters.

        Args:
            sent: The parameters, beside those of the plan.
            rows: About how many rows are expected, for the time limit.

        Returns:
            The rows.

        Raises:
            SourceError: As `page` does.
        """
        response = self._get(
            self.collection.route,
            {**dict(self.plan.parameters), **sent},
            Patience(self._client.patience_for(_SECONDS + _SECONDS_A_ROW * rows), self._attempts),
        )
        listed = self._own(judged(response))
        stored = response.stored_at(datetime.now(UTC))
        if listed.verdict == "rows" and stored is not None:
            self.stored_at = min(self.stored_at or stored, stored)
        # A list that failed after so many attempts is not asked as often for less.
        self._attempts = _ATTEMPTS_AFTER_FAILURE if listed.verdict == "failed" else _ATTEMPTS_OF_LIST
        if listed.verdict == "closed":
            self.refusals.add(listed.why)
        if listed.verdict in {"rows", "end", "invalid"}:
            self.health.worked(response.url if listed.rows else None)
        else:
            self.health.failed(listed.why, response.url)
        return listed

    def _own(self, listed: Listed) -> Listed:
        """The rows of a list, unless all are of another collection.

        A cache that mixes addresses up gives such.
        """
        if not listed.rows or self.collection.kind is None:
            return listed
        field, _ = self.collection.kind
        found = {(field, kind) for kind in kinds_in(listed.body, field)}
        if not found or not found <= self._foreign:
            return listed
        others = ", ".join(sorted(kind for _, kind in found))
        return Listed(
            "failed", [], None, f"gives items of another kind ({others}), as a cache that mixes up addresses", {}
        )

    def single(self, number: int) -> tuple[str, str]:
        """Request one item by itself, the only way to learn why no list has it.

        Args:
            number: Its id.

        Returns:
            fetched, gone, unreadable or failed, and the reason in words.

        Raises:
            SourceError: As `page` does.
        """
        route, patience = f"{self.collection.route}/{number}", self._client.patience_for(_SECONDS)
        response = self._get(route, dict(self.plan.parameters), Patience(patience, _ATTEMPTS_OF_ITEM))
        said = json_in(response.body)
        code = said.get("code") if isinstance(said, dict) else None
        why = reason_of(response, code)
        if is_answer(response) and isinstance(said, dict) and str(said.get("id")) == str(number):
            self.health.worked()
            return "fetched", ""
        if response.status in MISSING and isinstance(code, str) and code != "rest_no_route":
            return "gone", why
        if response.status in HIDDEN and isinstance(code, str):
            return "unreadable", why
        self.health.failed(why, response.url)
        return "failed", why

    def _get(self, route: str, sent: dict[str, str | int], patience: Patience) -> Response:
        """The response; where none came, one with the status 0 and the reason for a body."""
        self.health.check()
        url = self._api.url(route, **sent)
        try:
            response = permalinks.get(self._client, self._api, route, sent, self.tally, patience)
        except NoAnswerError as error:
            if not error.alive:
                raise
            return Response(url, 0, [], error.what.encode())
        except (ObstacleError, RedirectError) as error:
            return Response(url, 0, [], error.what.encode())
        return response
