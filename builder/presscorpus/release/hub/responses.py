"""Requests to the Hub: time limits, waits after 429, and failures as HubError."""

from __future__ import annotations

import json
import logging
import os
import re
from typing import TYPE_CHECKING, TypeVar

from presscorpus.errors import HubError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2
    import huggingface_hub
    import huggingface_hub.utils._http as http
    import tenacity
    from huggingface_hub import errors
else:
    httpx2 = lazy("httpx2")
    huggingface_hub = lazy("huggingface_hub")
    errors = lazy("huggingface_hub.errors")
    http = lazy("huggingface_hub.utils._http")
    tenacity = lazy("tenacity")

AGAIN = "Run it again: it goes on where it stopped."

_TRIES = 5
_LONGEST_WAIT = 300.0  # a longer wait is an error, which says how long
_PATIENCE = {"connect": 30.0, "read": 600.0, "write": 600.0, "pool": 600.0}  # the client itself has no limit
_SECRET = re.compile(r"hf_[\w.-]{16,}|(?<=Bearer )\S+")
_TOO_MANY, _FAULT = 429, 500
_STATUS = {
    401: ("the Hub does not accept the token, or there is none", "Log in with `hf auth login`, or set HF_TOKEN."),
    403: ("the token may not do this", "Use a token with write access to this repository's owner."),
    404: ("there is no such thing on the Hub, or the token may not see it", "Look at the name and the token."),
    409: ("something else stands or happens there; nothing was changed", "Look at the repository, then publish again."),
    412: ("the repository moved; nothing was changed", "Look at what came in, then publish again."),
    429: ("the Hub asks for patience; nothing was changed", "Publish again later."),
}

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class LostError(HubError):
    """No answer, or a fault of the Hub: the request may have been carried out."""


def ask(repo: str, step: str, call: Callable[[], _T]) -> _T:
    """Call the Hub's client within time limits, and wait and repeat after a 429.

    Args:
        repo: ORGANISATION/NAME, for messages.
        step: What is being done, for messages.
        call: A call of the client.

    Returns:
        What the call returns.

    Raises:
        HubError: The Hub or the client refused; the message has no secret.
        LostError: There was no answer, or the Hub failed.
    """
    _bound()
    try:
        return _patiently(call)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, RuntimeError, ValueError, LookupError) as error:
        failure = _explain(error, repo, step)
    # Outside of the except clause: a traceback would lead to the client's frames, which hold the token.
    raise failure


def _explain(error: BaseException, repo: str, step: str) -> HubError:
    """Convert any failure of the client to a HubError, without secrets."""
    chain = [error]
    while chain[-1].__cause__ is not None:  # an upload that failed is wrapped in a RuntimeError
        chain.append(chain[-1].__cause__)
    answered = next((link for link in chain if isinstance(link, errors.HfHubHTTPError)), None)
    if answered is None:
        said = _scrub(" ".join(str(chain[-1]).split())) or type(chain[-1]).__name__
        # The client's own refusal, of a path for example; an answer that is not JSON comes from something in between.
        if isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError):
            return HubError(f"{step}: {said}; nothing was changed", where=repo)
        what = f"no answer ({said})" if any(isinstance(link, httpx2.TransportError) for link in chain) else said
        return LostError(f"{step}: {what}", where=repo, advice=AGAIN)
    status = answered.response.status_code
    said = _scrub(" ".join((answered.server_message or "").split()))[:200]
    detail = f" ({status}: {said})" if said else f" ({status})"
    if status >= _FAULT:
        return LostError(f"{step}: the Hub failed{detail}", where=repo, advice=AGAIN)
    what, advice = _STATUS.get(status, ("the Hub refused", AGAIN))
    if status == _TOO_MANY:
        advice = f"Publish again in {_told(answered):.0f} seconds."
    return HubError(f"{step}: {what}{detail}", where=repo, advice=advice)


def _scrub(text: str) -> str:
    token = os.environ.get("HF_TOKEN", "").strip()
    return _SECRET.sub("<token>", text.replace(token, "<token>") if token else text)


def _patiently(call: Callable[[], _T]) -> _T:
    """Call, and after an answer 429 wait as long as it says and call again."""

    def say(state: tenacity.RetryCallState) -> None:
        _log.warning("the Hub asks for patience: waiting %.0f seconds", state.upcoming_sleep)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: _limited(error) and _told(error) <= _LONGEST_WAIT),
        wait=tenacity.wait_exception(_told),
        stop=tenacity.stop_after_attempt(_TRIES),
        before_sleep=say,
        reraise=True,
    )(call)


def _limited(error: BaseException) -> bool:
    return isinstance(error, errors.HfHubHTTPError) and error.response.status_code == _TOO_MANY


def _told(error: BaseException) -> float:
    """The seconds that a 429 says to wait.

    From RateLimit, else from Retry-After in seconds (RFC 9110, 10.2.3,
    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3), else 30.
    """
    headers = error.response.headers if isinstance(error, errors.HfHubHTTPError) else {}
    limit = http.parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return float(limit.reset_in_seconds)
    after = headers.get("Retry-After", "")
    return float(after[:9]) if after.isascii() and after.isdigit() else 30.0


def _bound() -> None:
    """Set a time limit for every request of the client's session, which has none."""
    session = huggingface_hub.get_session()
    hooks = session.event_hooks
    if _limit not in hooks["request"]:
        session.event_hooks = {**hooks, "request": [*hooks["request"], _limit]}


def _limit(request: httpx2.Request) -> None:
    request.extensions = {**request.extensions, "timeout": _PATIENCE}
