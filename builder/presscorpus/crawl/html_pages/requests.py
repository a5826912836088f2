"""One request for a listing or a page, and what its answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from presscorpus.archive.reader import link_of
from presscorpus.crawl.html_pages.addresses import body_classes, names_another
from presscorpus.crawl.http.obstacles import ObstacleError, obstacle
from presscorpus.crawl.http.response import Response, Tally
from presscorpus.crawl.http.retries import BusyError, NoAnswerError, Patience, StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.errors import NetworkError
from presscorpus.observations import html_pages

if TYPE_CHECKING:
    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.client import Client

State = Literal["fetched", "list", "gone", "refused", "failed"]
_OK: Final = 200
GONE: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({401, 403, 451})
_SECONDS, _ATTEMPTS = 20.0, 3
# get_body_class() of pages that show no single post.
_LISTS: Final = frozenset({"home", "blog", "archive", "search", "attachment", "paged"})


class Verdict(NamedTuple):
    """What an answer to the request for a page means.

    `state` is fetched (a page that says which post it shows); list (a page of WordPress that shows no post of its own);
    gone (404, 410); refused (401, 403); or failed. `why` says it in words, `key` is the post's type and number, `ill`
    whether the answer may be one of the site as a whole, `is_dated` whether the page says when its post was published.
    """

    state: State
    why: str = ""
    key: tuple[str, int] | None = None
    ill: bool = False
    is_dated: bool = False


class _Key(msgspec.Struct):
    """The key of a post, and the time of its publication."""

    type: str
    id: int
    date_gmt: str | None = None


_key = msgspec.json.Decoder(_Key).decode


def get(client: Client, url: str, tally: Tally) -> Response:
    """Request an address of the site.

    Args:
        client: The site's client.
        url: The address.
        tally: Counts what the request costs.

    Returns:
        The answer; where none came, or none may be asked for, one with the status 0 and the reason for a body.

    Raises:
        SourceError: The crawl was stopped, or the site is down, busy, or cannot be reached.
    """
    try:
        return client.get(url, tally, Patience(client.patience_for(_SECONDS), _ATTEMPTS))
    except (StoppedError, BusyError):
        raise
    except NoAnswerError as error:
        if not error.alive:
            raise
        return Response(url, 0, [], error.what.encode())
    except (NetworkError, ObstacleError, ForbiddenError) as error:
        return Response(url, 0, [], error.what.encode())


def why(response: Response) -> str:
    """Say what an answer is that is not what was asked for."""
    if response.status == 0:
        return response.body.decode("utf-8", "replace")
    found = obstacle(response, expected_json=response.status == _OK)
    return found.what if found else f"{response.status}"


def judged(response: Response, home: Home, most_bytes: int) -> Verdict:
    """Judge the answer to a request for a page.

    Args:
        response: The answer, from `get`.
        home: The site.
        most_bytes: How many bytes of a body are read.

    Returns:
        What it means.
    """
    if response.status != _OK:
        return _not_shown(response)
    if len(response.body) >= most_bytes:
        return Verdict("failed", f"longer than {most_bytes} bytes")
    piece = html_pages.piece(response.body, response.url, link_of(response.headers))
    if names_another(response, home):
        return Verdict("failed", "names a post of another site")
    if piece is None:
        return _without_key(response)
    key = _key(piece.body)
    return Verdict("fetched", key=(key.type, key.id), is_dated=key.date_gmt is not None)


def _not_shown(response: Response) -> Verdict:
    if response.status in GONE:
        return Verdict("gone", f"{response.status}")
    said = why(response)
    refused = response.status in _REFUSED and obstacle(response, expected_json=False) is None
    return Verdict("refused" if refused else "failed", said, ill=response.status != 0 or "robots.txt" not in said)


def _without_key(response: Response) -> Verdict:
    if (found := obstacle(response)) is not None:
        return Verdict("failed", found.what, ill=True)
    classes = body_classes(response)
    if "error404" in classes:
        return Verdict("gone", "a page that says that there is none")
    if not _LISTS.isdisjoint(classes):
        return Verdict("list", "shows no post of its own")
    return Verdict("failed", "does not say which post it shows")
