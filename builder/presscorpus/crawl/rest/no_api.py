"""Why no address of a site holds an API that answers, as the error to raise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from presscorpus.crawl.http.obstacles import ObstacleError, obstacle
from presscorpus.crawl.rest.api import NAMESPACE
from presscorpus.crawl.rest.rows import json_in
from presscorpus.errors import AccessError, BlockedError, NotWordPressError, TooOldError

if TYPE_CHECKING:
    from presscorpus.crawl.http.response import Response
    from presscorpus.errors import NetworkError

_GENERATOR = re.compile(rb"""<meta\b[^<>]{0,500}content=["']WordPress (\d{1,4})\.(\d{1,4})""", re.IGNORECASE)
_SIGNS = (b"/wp-content/", b"/wp-includes/", b"wp-emoji", b"https://api.w.org/")
_HEAD_BYTES = 1024 * 1024
_NOT_FOUND = 404
_REFUSED = frozenset({401, 403, 406, 418, 451})
# The first version whose core holds the namespace wp/v2.
_FIRST = (4, 7)


def explained(
    address: str, front: Response | None, answers: list[Response], error: NetworkError | None, *, named: bool
) -> Exception:
    """Tell why there is no API.

    Args:
        address: The address that the user named.
        front: Its answer; null where none came.
        answers: What the roots answered that were tried.
        error: Why the first address gave no answer; null where all did.
        named: Whether the front page names an API.

    Returns:
        The error, to be raised.
    """
    responses = [*([front] if front else []), *answers]
    if (stopped := _obstructed(address, responses)) is not None:
        return stopped
    if not answers and front is None and error is not None:
        return error
    if (off := _switched_off(address, answers)) is not None:
        return off
    if not answers and error is not None and named:
        return BlockedError(
            f"names a REST API that {error.what}",
            where=address,
            advice="Open the address in a browser; ask the site's owner to open the API, or for an export.",
        )
    return _no_api(address, front, responses, named=named)


def _no_api(address: str, front: Response | None, responses: list[Response], *, named: bool) -> Exception:
    """Why no address holds an API, where nothing says so by itself."""
    version = _GENERATOR.search(front.body[:_HEAD_BYTES]) if front else None
    if version is not None and (int(version[1]), int(version[2])) < _FIRST:
        return TooOldError(
            f"is WordPress {int(version[1])}.{int(version[2])}, which has no REST API with {NAMESPACE}",
            where=address,
            advice="WordPress 4.7 was the first with it; ask the site's owner for an export instead.",
        )
    refused = [response.status for response in responses if response.status in _REFUSED]
    if refused and len(refused) == len(responses):
        return BlockedError(
            f"answers {refused[0]} to everything: it refuses the agent presscorpus, or this network, or everybody",
            where=address,
            advice="Open the address in a browser; ask the site's owner to allow that agent, or for an export.",
        )
    if named or refused or version is not None or any(front is not None and sign in front.body for sign in _SIGNS):
        why = f"({refused[0]})" if refused else f"(no JSON comes from {len(responses)} addresses)"
        return BlockedError(
            f"the REST API is switched off, or a block page stands before it {why}",
            where=address,
            advice="Open the address in a browser; ask the site's owner to open the API, or for an export.",
        )
    return NotWordPressError(
        f"answers {responses[0].status}, but shows no sign of WordPress",
        where=address,
        advice="Check the address; a WordPress in a subfolder needs the subfolder named.",
    )


def _obstructed(address: str, responses: list[Response]) -> Exception | None:
    for response in responses:
        found = obstacle(response, expected_json=response is not responses[0])
        if found is not None and found.kind == "password":
            return AccessError(found.what, where=address, advice=found.advice)
        if found is not None:
            return ObstacleError(found.what, where=address, advice=found.advice)
    return None


def _switched_off(address: str, answers: list[Response]) -> Exception | None:
    for response in answers:
        said = json_in(response.body)
        if not isinstance(said, dict):
            continue
        if "code" in said and response.status != _NOT_FOUND:
            return BlockedError(
                f"the REST API is switched off: {response.status} {str(said['code'])[:80]}",
                where=address,
                advice="Ask the site's owner to open it, or for an export.",
            )
    return None
