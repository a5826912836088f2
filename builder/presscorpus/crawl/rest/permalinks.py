"""A route of the API under both forms of its address.

These are `/wp-json/wp/v2/posts` and `?rest_route=/wp/v2/posts`.

Rules of a web server for pretty addresses (a slash added here and taken away there, a plugin for redirects) do not
reach the other form. It is tried where a redirect leads away or in a circle, and kept for the routes that it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.crawl.http.redirects import RedirectError
from presscorpus.crawl.http.retries import StoppedError
from presscorpus.crawl.rest.rows import is_answer, json_in
from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response, Tally
    from presscorpus.crawl.http.retries import Patience
    from presscorpus.crawl.rest.api import Api


def get(
    client: Client,
    api: Api,
    route: str,
    parameters: dict[str, str | int],
    tally: Tally | None = None,
    patience: Patience | None = None,
) -> Response:
    """Request a route, in its other form where the first leads away or in a circle.

    Args:
        client: The site's client.
        api: Its API.
        route: The path of the route below the root.
        parameters: Query parameters.
        tally: Counts what the requests cost.
        patience: How long and how often to try.

    Returns:
        The answer.

    Raises:
        RedirectError: Neither form answers.
        SourceError: As `Client.get` does.
    """
    try:
        return client.get(api.url(route, **parameters), tally, patience)
    except RedirectError:
        plain = api.plain(route)
        response = _answer(client, plain.url(route, **parameters), tally, patience) if plain else None
        if response is None:
            raise
        api.keep_plain(route)
        return response


def _answer(client: Client, url: str, tally: Tally | None, patience: Patience | None) -> Response | None:
    """What an address answers with JSON; null where it does not."""
    try:
        response = client.get(url, tally, patience)
    except StoppedError:
        raise
    except SourceError:
        return None
    return response if is_answer(response) and json_in(response.body) is not None else None
