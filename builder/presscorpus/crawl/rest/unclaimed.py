"""What a list route holds that no type or taxonomy claims.

Posts, terms, or nothing that belongs here.

Its first row tells. One bad answer tells nothing: the route is asked again, with no parameters. What then stays
refused is named, for it may hold posts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.http.obstacles import ObstacleError
from presscorpus.crawl.http.response import Response
from presscorpus.crawl.http.retries import StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest import permalinks
from presscorpus.crawl.rest.api import as_mapping
from presscorpus.crawl.rest.rows import json_in
from presscorpus.crawl.rest.verdicts import judged
from presscorpus.errors import NetworkError

if TYPE_CHECKING:
    from typing import Any

    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.rest.api import Api, Collection
    from presscorpus.crawl.rest.verdicts import Listed

# A route that needs a parameter is no list that anybody could walk.
_NEEDS_PARAMETER = "rest_missing_callback_param"


class Unclaimed(NamedTuple):
    """What a list route showed.

    `collection` is null where it shows neither posts nor terms. `refusal` says why it showed nothing, null where it
    did; `by_api` tells that the API itself refused, which is a fact about the site as with any other list.
    """

    collection: Collection | None = None
    refusal: str | None = None
    by_api: bool = False


def answer(client: Client, api: Api, route: str, **parameters: str | int) -> Response:
    """Request a route whose failure is a verdict on it alone.

    Args:
        client: The site's client.
        api: Its API.
        route: The path of the route below the root.
        **parameters: Query parameters.

    Returns:
        The answer; where none came, one with the status 0 and the reason for a body.

    Raises:
        StoppedError: The crawl was stopped.
    """
    try:
        return permalinks.get(client, api, route, parameters)
    except StoppedError:
        raise
    except (NetworkError, ForbiddenError, ObstacleError) as error:
        return Response(api.url(route), 0, [], error.what.encode())


def unclaimed(client: Client, api: Api, route: str) -> Unclaimed:
    """Read what a list route holds by its first row.

    Args:
        client: The site's client.
        api: Its API.
        route: The path of the route below the root.

    Returns:
        The collection behind it, or why it is not known.

    Raises:
        StoppedError: The crawl was stopped.
    """
    response = answer(client, api, route, per_page=1)
    listed, value = judged(response), json_in(response.body)
    if response.status and not _tells(listed, value):
        # A firewall may refuse by chance, a schema so small a page, and a filter may take the first row away.
        response = answer(client, api, route)
        listed, value = judged(response), json_in(response.body)
    if _tells(listed, value):
        return Unclaimed(next((each for row in _objects(value) if (each := _collection(api, route, row))), None))
    is_fact = listed.verdict == "closed" or _NEEDS_PARAMETER in listed.why
    return Unclaimed(refusal=listed.why or f"{response.status} and no usable row", by_api=is_fact)


def _tells(listed: Listed, value: Any) -> bool:
    """Whether an answer shows what a route holds, or that it holds nothing."""
    if listed.verdict == "rows":
        return bool(_objects(value)) or not (listed.rows or listed.total)
    return listed.verdict == "failed" and isinstance(value, dict) and "code" not in value


def _objects(value: Any) -> list[dict[str, Any]]:
    """The rows of a list, or of the object that PHP makes of it."""
    rows = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [row for row in map(as_mapping, rows) if row]


def _collection(api: Api, route: str, row: dict[str, Any]) -> Collection | None:
    if isinstance(row.get("taxonomy"), str):
        return api.collection(f"terms:{row['taxonomy']}", route)
    if isinstance(row.get("type"), str) and {"title", "content", "link"} & row.keys():
        return api.collection(f"posts:{row['type']}", route)
    return None
