"""Languages of a multilingual site: whether its lists hold all of them.

WPML and Polylang list one language unless asked with `lang` (https://wpml.org/documentation/,
https://polylang.pro/doc/). Where the front page links other languages (hreflang) or the index has a namespace of such a
plugin, `lang=all` is tried once a collection; where it brings more, it goes with every request. Otherwise what was
listed has to show each language by its newest posts, or the receipt says that one is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from presscorpus.crawl.http.redirects import akin
from presscorpus.crawl.http.retries import StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.api import NAMESPACE, Api, as_list, as_mapping
from presscorpus.crawl.rest.rows import is_answer, json_in, rows_in
from presscorpus.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response
    from presscorpus.crawl.rest.api import Collection
    from presscorpus.crawl.rest.discovery import Found

_POLYLANG, _WPML = "pll/", "wpml/"
_PLUGINS = (_WPML, _POLYLANG, "polylang/", "trp/", "weglot/")
_ALL = (("lang", "all"),)
# Posts whose own word on their translations is heard.
_HEARD = 5


class Languages(NamedTuple):
    """The collections with the parameters that bring all languages.

    `unproven` are languages, by code and address, that no request so far showed to be in the lists. `unnamed` says that
    a plugin for languages is there, and nothing so far told which ones.
    """

    collections: list[Collection]
    api: Api
    unproven: dict[str, str]
    unnamed: str | None = None

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
        if self.unnamed is not None:
            return list(_of_translations(client, self.api, listed, self.unnamed))
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
    plugin = next((prefix.rstrip("/") for prefix in _PLUGINS for space in spaces if space.startswith(prefix)), None)
    own = {code: url for code, url in found.languages.items() if akin(urlsplit(url).hostname or "", _host(api))}
    if plugin is not None and any(space.startswith(_POLYLANG) for space in spaces):
        own = dict(_of_polylang(client, api)) | own
    if len(own) <= 1 and plugin is None:
        return Languages(collections, api, {})
    asked = [
        each._replace(always=_ALL, parameters=each.parameters) if _brings_more(client, api, each) else each
        for each in collections
    ]
    if any(each.always for each in asked):
        return Languages(asked, api, {})
    return Languages(asked, api, own, plugin if len(own) <= 1 else None)


def _host(api: Api) -> str:
    return urlsplit(api.root).hostname or ""


def _of_polylang(client: Client, api: Api) -> Iterator[tuple[str, str]]:
    """The languages that Polylang's own route lists, by code and address."""
    answer = _get(client, api.url("pll/v1/languages"))
    for each in as_list(json_in(answer.body)) if answer is not None and is_answer(answer) else []:
        told = as_mapping(each)
        code, address = told.get("slug"), told.get("home_url")
        if isinstance(code, str) and code:
            yield code, address if isinstance(address, str) else str(api.index.get("home", ""))


def _of_translations(client: Client, api: Api, listed: frozenset[int], plugin: str) -> Iterator[str]:
    """The languages that the newest posts name in their translations.

    Asked where nothing else names the languages of a site.
    """
    answer = _get(client, api.url(f"{NAMESPACE}/posts", per_page=_HEARD))
    posts = [as_mapping(each) for each in as_list(json_in(answer.body))] if answer and is_answer(answer) else []
    told = [pair for post in posts for pair in _translations(post)]
    for code in dict.fromkeys(code for code, _ in told):
        if {number for said, number in told if said == code} - listed:
            yield f"one language of several: posts in {code!r} are in no list"
    if not told and posts and plugin == _WPML.rstrip("/"):
        yield "one language of several: the site has a plugin for languages (WPML), and nothing names the others"


def _translations(post: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The translations of a post, by language and id.

    As Polylang Pro and the REST add-ons of WPML write them.
    """
    for code, number in as_mapping(post.get("translations")).items():
        if isinstance(number, int):
            yield code, number
    for each in map(as_mapping, as_list(post.get("wpml_translations"))):
        if isinstance(each.get("id"), int):
            yield str(each.get("locale", "?")), each["id"]


def _brings_more(client: Client, api: Api, collection: Collection) -> bool:
    if not (collection.is_dated or collection.name.startswith("terms:")):
        return False
    one, everything = (
        _get(client, api.url(collection.route, per_page=1, _fields="id", **dict(always))) for always in ((), _ALL)
    )
    return _total(everything) > _total(one)


def _total(response: Response | None) -> int:
    return (response.total or 0) if response is not None and is_answer(response) else 0


def _newest(client: Client, api: Api, code: str, address: str) -> set[int]:
    """The ids of the newest posts in a language, with `lang` and below its address."""
    route = f"{NAMESPACE}/posts"
    below = Api(f"{address.rstrip('/')}/wp-json/", {})
    asked = (api.url(route, _fields="id", lang=code), below.url(route, _fields="id"))
    answers = [_get(client, url) for url in asked]
    lists = [rows_in(answer.body) for answer in answers if answer is not None and is_answer(answer)]
    return {row.id for rows in lists for row in rows or [] if row is not None}


def _get(client: Client, url: str) -> Response | None:
    try:
        return client.get(url)
    except StoppedError:
        raise
    except (NetworkError, ForbiddenError):
        return None
