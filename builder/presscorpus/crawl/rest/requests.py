"""The questions that a walk asks about one collection, and what the answers mean for the collection as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.crawl.http.client import BrokenAnswerError
from presscorpus.crawl.http.response import Answer, Tally
from presscorpus.crawl.rest.rows import json_in, rows_in
from presscorpus.errors import BlockedError, NetworkError

if TYPE_CHECKING:
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.rest.discovery import Api, Collection
    from presscorpus.crawl.rest.rows import Row

# The most that per_page allows: WP_REST_Controller::get_collection_params.
PAGE = 100
# Failures in a row after which the site counts as broken, not the item. Seven isolate one bad post.
_PATIENCE = 64
# An answer that is never whole was waited for many times: it counts for more, yet seven still isolate one bad post.
_COST_OF_NONE = 8
_OK = 200
_MISSING = frozenset({404, 410})
HIDDEN = frozenset({401, 403})


class ClosedError(Exception):
    """The site does not offer this collection to us; with `odd`, though it named the route itself."""

    def __init__(self, what: str, *, odd: bool = False) -> None:
        super().__init__(what)
        self.odd = odd


class Asking:
    """One collection being asked about. `tally` counts what it cost."""

    def __init__(self, client: Client, api: Api, collection: Collection) -> None:
        self._client, self._api, self.collection = client, api, collection
        self.tally = Tally()
        self._failures = 0

    def listed(self, **parameters: str | int) -> Answer:
        """The answer to the collection's list. Of the parameters only those are sent that the route names.

        Global ones (`_fields`) stand in no route's list, and always go.
        """
        sent = {key: value for key, value in parameters.items() if key.startswith("_") or self.collection.knows(key)}
        return self._get(self._api.url(self.collection.route, **sent))

    @property
    def clocks_agree(self) -> bool:
        """Whether what the site says of the time may be compared with ours."""
        return not self._client.clocks_differ

    def single(self, number: int) -> str:
        """Ask for one item by itself, the only way to learn why no list has it.

        Returns fetched, gone, unreadable or failed.
        """
        answer = self._get(self._api.url(f"{self.collection.route}/{number}"))
        said = json_in(answer.body)
        code = said.get("code") if isinstance(said, dict) else None
        if answer.status == _OK and isinstance(said, dict) and said.get("id") == number:
            return "fetched"
        if answer.status in _MISSING and isinstance(code, str) and code != "rest_no_route":
            return "gone"
        return "unreadable" if answer.status in HIDDEN and isinstance(code, str) else "failed"

    def _get(self, url: str) -> Answer:
        """The answer; one that is never whole counts as a failure of that page, with the status 0."""
        try:
            return self._client.get(url, self.tally)
        except BrokenAnswerError:
            return Answer(url, 0, [], b"")

    def rows(self, answer: Answer) -> list[Row | None] | None:
        """The items that an answer lists; null where it is a failure of the site."""
        rows = rows_in(answer.body) if answer.status == _OK else None
        if rows is not None:
            self._failures = 0
        return rows

    def endure(self, answer: Answer) -> None:
        """Count a failure. Raises when there were so many in a row that the site must be what is broken."""
        self._failures += 1 if answer.status else _COST_OF_NONE
        if self._failures < _PATIENCE:
            return
        advice = "Open the address in a browser, then run the same command again later."
        if answer.status == _OK:
            raise BlockedError("answers without JSON again and again", where=answer.url, advice=advice)
        what = f"answers {answer.status} again and again" if answer.status else "gives no whole answer again and again"
        raise NetworkError(what, where=answer.url, advice=advice)


def refusal(answer: Answer, *, started: bool) -> Exception:
    """What a client error means: a collection that is closed to us, or, midway or without JSON, a block."""
    code = code_of(answer)
    if code is not None and not started:
        return ClosedError(f"{answer.status} {code}")
    if answer.status in _MISSING and not started:
        return ClosedError(f"{answer.status} and no JSON", odd=True)
    return BlockedError(
        f"answers {answer.status}{f' {code}' if code else ' and no JSON'}",
        where=answer.url,
        advice="The site has blocked the crawl; ask its owner, or run the same command again later and slower.",
    )


def code_of(answer: Answer) -> str | None:
    """The error code in a refusal, such as rest_forbidden; null where the body is not WordPress's."""
    said = json_in(answer.body)
    code = said.get("code") if isinstance(said, dict) else None
    return code[:80] if isinstance(code, str) else None
