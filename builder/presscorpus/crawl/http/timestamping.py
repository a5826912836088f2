"""The question to a time-stamping authority, over HTTP (RFC 3161 section 3.4)."""

from __future__ import annotations

from typing import Final

import httpx2

from presscorpus.errors import NetworkError

_SECONDS: Final = 30.0
_MOST: Final = 1 << 20


def ask(authority: str, query: bytes) -> bytes:
    """Send a query to a time-stamping authority and return its response.

    Which is not checked.

    Args:
        authority: Its address.
        query: A time-stamp query, DER.

    Returns:
        The time-stamp response, DER.

    Raises:
        NetworkError: There is no answer, or one that is no time-stamp response.
    """
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    later = "Nothing is lost: what has no time stamp yet can get one later."
    try:
        with (
            httpx2.Client(timeout=_SECONDS, trust_env=False) as client,
            client.stream("POST", authority, content=query, headers=headers) as response,
        ):
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > _MOST:
                    raise NetworkError("answers with more than a time stamp", where=authority, advice=later)
    except (httpx2.HTTPError, httpx2.InvalidURL):
        raise NetworkError("the time-stamping authority gave no answer", where=authority, advice=later) from None
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not response.is_success or kind != "application/timestamp-reply":
        raise NetworkError(
            f"the authority answered with status {response.status_code} and no time stamp",
            where=authority,
            advice=later,
        )
    return body
