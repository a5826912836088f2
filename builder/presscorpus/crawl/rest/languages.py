"""Languages of a multilingual site: whether its lists hold all of them.

WPML and Polylang list one language unless asked with `lang` (https://wpml.org/documentation/,
https://polylang.pro/doc/). Where the front page links other languages (hreflang) or the index has a namespace of such a
plugin, `lang=all` is tried once a collection; where it brings more, it goes with every request. Otherwise what was
listed has to show each language by its address, or the receipt says that one is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from presscorpus.crawl.http.redirects import akin
from presscorpus.crawl.http.retries import StoppedError
from presscorpus.crawl.rest.api import NAMESPACE, Api, as_list
from presscorpus.crawl.rest.rows import rows_in
from presscorpus.errors import NetworkError

if TYPE_CHECKING:
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response
    from presscorpus.crawl.rest.api import Collection
    from presscorpus.crawl.rest.discovery import Found

_PLUGINS = ("wpml/", "pll/", "polylang/", "trp/", "weglot/")
_ALL = (("lang", "all"),)
_OK = 200


class Languages(NamedTuple):
    """The collections with the parameters that bring all languages.

    `unproven` are languages, by code and address, that no request so far showed to be in the lists.
    """

    collections: list[Collection]
    api: Api
    unproven: dict[str, str]

    def missing(self, client: Client, listed: frozenset[int]) -> list[str]:
        """Find the languages whose newest posts exist and are in no list.

        Args:
            client: The site's client.
            listed: The ids of all posts that were listed.

        Returns:
            One remark each.

        Raises:
            StoppedError: The crawl was stopped.
        """
        return [
            f"one language of several: posts in {code!r} ({address}) are in no list"
            for code, address in self.unproven.items()
            if _newest(client, self.api, code, address) - listed
        ]


def languages(client: Client, found: Found, collections: list[Collection]) -> Languages:
    """Find out how to ask a multilingual site for all its languages.

    Args:
        client: The site's client.
        found: Its API, and the languages that its front page links.
        collections: What is to be asked for.

    Returns:
        The collections, with `lang=all` where that brings more.

    Raises:
        StoppedError: The crawl was stopped.
    """
    api = found.api
    spaces = [each for each in as_list(api.index.get("namespaces")) if isinstance(each, str)]
    own = {code: url for code, url in found.languages.items() if akin(urlsplit(url).hostname or "", _host(api))}
    if len(own) <= 1 and not any(space.startswith(_PLUGINS) for space in spaces):
        return Languages(collections, api, {})
    asked = [
        each._replace(always=_ALL, parameters=each.parameters) if _brings_more(client, api, each) else each
        for each in collections
    ]
    is_told = any(each.always for each in asked)
    return Languages(asked, api, {} if is_told else own)


def _host(api: Api) -> str:
    return urlsplit(api.root).hostname or ""


def _brings_more(client: Client, api: Api, collection: Collection) -> bool:
    if not (collection.is_dated or collection.name.startswith("terms:")):
        return False
    one, everything = (
        _get(client, api.url(collection.route, per_page=1, _fields="id", **dict(always))) for always in ((), _ALL)
    )
    return _total(everything) > _total(one)


def _total(response: Response | None) -> int:
    return (response.total or 0) if response is not None and response.status == _OK else 0


def _newest(client: Client, api: Api, code: str, address: str) -> set[int]:
    """The ids of the newest posts in a language, with `lang` and below its address."""
    route = f"{NAMESPACE}/posts"
    below = Api(f"{address.rstrip('/')}/wp-json/", {})
    asked = (api.url(route, _fields="id", lang=code), below.url(route, _fields="id"))
    answers = [_get(client, url) for url in asked]
    lists = [rows_in(answer.body) for answer in answers if answer is not None and answer.status == _OK]
    return {row.id for rows in lists for row in rows or [] if row is not None}


def _get(client: Client, url: str) -> Response | None:
    try:
        return client.get(url)
    except StoppedError:
        raise
    except NetworkError:
        return None
