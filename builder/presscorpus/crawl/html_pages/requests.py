"""One request for a listing or a page, and what its answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from presscorpus.archive.reader import link_of
from presscorpus.crawl.html_pages.addresses import alike, body_classes, names_another
from presscorpus.crawl.http.obstacles import ObstacleError, obstacle
from presscorpus.crawl.http.response import Response, Tally
from presscorpus.crawl.http.retries import BusyError, NoAnswerError, Patience, StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.errors import NetworkError
from presscorpus.observations import html_pages

if TYPE_CHECKING:
    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.client import Client

State = Literal["fetched", "list", "same", "elsewhere", "gone", "refused", "failed"]
_OK: Final = 200
GONE: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({401, 403, 451})
_SECONDS, _ATTEMPTS = 20.0, 3
# get_body_class() of pages that show no single post.
_LISTS: Final = frozenset({"home", "blog", "archive", "search", "attachment", "paged"})


class Verdict(NamedTuple):
    """What an answer to the request for a page means.

    `state` is fetched (a page that says which post it shows); list (a page of WordPress that shows no post of its own);
    same (it shows a post that another address gave); elsewhere (the address redirects to the front page, a list, or a
    post that is another address'); gone (404, 410); refused (401, 403); or failed. `why` says it in words, `key` is the
    post's type and number, `ill` whether the answer may be one of the site as a whole, `is_dated` whether the page says
    when its post was published, `target` where the address redirects to, "" for none or for another form of itself.
    """

    state: State
    why: str = ""
    key: tuple[str, int] | None = None
    ill: bool = False
    is_dated: bool = False
    target: str = ""

    def elsewhere(self) -> Verdict:
        """The same of an address that redirects to what is not its own."""
        return self._replace(state="elsewhere", why=f"redirects to {self.target}")


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


def judged(asked: str, response: Response, home: Home, most_bytes: int) -> Verdict:
    """Judge the answer to a request for a page.

    Args:
        asked: The address of the request.
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
        verdict = _without_key(response)._replace(target="" if alike(asked, response.url) else response.url)
    else:
        key = _key(piece.body)
        verdict = Verdict("fetched", key=(key.type, key.id), is_dated=key.date_gmt is not None)
        verdict = verdict._replace(target="" if alike(asked, response.url, key.id) else response.url)
    is_front = alike(response.url, f"{home.root}{home.folder}") or "home" in body_classes(response)
    is_list = verdict.state == "list" or (is_front and verdict.state != "gone" and not verdict.ill)
    return verdict.elsewhere() if verdict.target and is_list else verdict


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
