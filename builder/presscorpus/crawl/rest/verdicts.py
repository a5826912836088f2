"""What an answer to a request for a list means.

Rows, its end, a refusal or a failure, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.crawl.http.obstacles import obstacle
from presscorpus.crawl.rest.rows import is_answer, json_in, rows_in

if TYPE_CHECKING:
    from typing import Any, Literal

    from presscorpus.crawl.http.response import Response
    from presscorpus.crawl.rest.rows import Row

    Verdict = Literal["rows", "end", "invalid", "closed", "refused", "failed"]

_OK, _BAD_REQUEST, _CLIENT_ERRORS, _ERRORS = 200, 400, range(400, 500), range(400, 600)
MISSING = frozenset({404, 410})
"""Statuses of an item that is not there."""
_ENDS = frozenset({"rest_post_invalid_page_number", "rest_term_invalid_page_number", "rest_invalid_page_number"})


class Listed(NamedTuple):
    """The outcome of one request for a list.

    `verdict` is rows; end (the page number is too large); invalid (400, with the `refused` parameters by name); closed
    (401, 403, 404 with an error of the API); refused (the same without, as from a firewall); failed (anything else).
    `rows` has null for a row without a usable id. `why` says it in words.
    """

    verdict: Verdict
    rows: list[Row | None]
    total: int | None
    why: str
    refused: dict[str, str]
    body: bytes = b""


def judged(response: Response) -> Listed:
    """Judge an answer to a request for a list.

    Args:
        response: The answer; its status is 0 where none came, and its body the reason.

    Returns:
        The rows, or what came in their place.
    """
    # Behind the last page of a list the rows under a wrong status are none.
    is_end = response.status in MISSING and response.total is not None
    rows = rows_in(response.body) if is_answer(response) or is_end else None
    if rows is not None:
        return Listed("rows", rows, response.total, "", {}, response.body)
    said = json_in(response.body) if response.status else None
    code = said.get("code") if isinstance(said, dict) else None
    code = code[:80] if isinstance(code, str) else None
    if response.status == _OK and code is not None and isinstance(said, dict):
        response = _with_its_status(response, said)
    because = reason_of(response, code)
    if code in _ENDS:
        return Listed("end", [], response.total, because, {})
    if response.status == _BAD_REQUEST and code is not None:
        data = said.get("data") if isinstance(said, dict) else None
        params = data.get("params") if isinstance(data, dict) else None
        refused = {str(name): str(text) for name, text in params.items()} if isinstance(params, dict) else {}
        return Listed("invalid", [], None, because, refused)
    if response.status in _CLIENT_ERRORS:
        return Listed("closed" if code else "refused", [], None, because, {})
    return Listed("failed", [], None, because, {})


def _with_its_status(response: Response, said: dict[str, Any]) -> Response:
    """An error that came with 200, under the status that it names itself.

    As WP_REST_Server::error_to_response writes it.
    """
    data = said.get("data")
    status = data.get("status") if isinstance(data, dict) else None
    return msgspec.structs.replace(response, status=status) if status in _ERRORS else response


def reason_of(response: Response, code: object) -> str:
    """Describe an answer for a receipt.

    Args:
        response: The answer.
        code: The error code of the API in it; anything but a text for none.

    Returns:
        Its status and code, or what kind of page it is.
    """
    if response.status == 0:
        return response.body.decode("utf-8", "replace")
    if isinstance(code, str):
        return f"{response.status} {code[:80]}"
    if isinstance(json_in(response.body), dict):
        return f"{response.status} and JSON that is no list"
    found = obstacle(response)
    if found is not None:
        return found.what
    return f"{response.status} and no JSON"
