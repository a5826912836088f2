"""What the API of a site does not show, from its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from presscorpus.crawl.html_pages.earlier_posts import EarlierPosts
from presscorpus.crawl.rest.result import CollectionResult
from presscorpus.errors import AccessError, BlockedError, TooOldError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from presscorpus.config.params import Site
    from presscorpus.crawl.html_pages import harvest as html_pages
    from presscorpus.crawl.html_pages.harvest import Gathered
    from presscorpus.crawl.http.client import Client
    from presscorpus.errors import SourceError
else:
    html_pages = lazy("presscorpus.crawl.html_pages.harvest")

NO_API: Final = (AccessError, BlockedError, TooOldError)
"""Errors of a site that may show its pages all the same."""

_OFF: Final = re.compile(r"the REST API is switched off(?:: |, or a block page stands before it )\(?(.*?)\)?")
_OF_POSTS: Final = "posts:"


class WithoutApi:
    """The pages of one site, asked for what its API does not show.

    `says` are sentences for the receipt, `remarks` what is missing. `is_listed` tells whether a sitemap lists what was
    asked for as pages, so that it can be told whether all came.

    Args:
        site: The site, from params.yaml.
        client: Its client.
        told: Called with a collection, how many of its items are there, and how many it has.
        before: Makes what earlier crawls saw of its posts.
    """

    def __init__(
        self,
        site: Site,
        client: Client,
        told: Callable[[str, int, int | None], None],
        before: Callable[[], EarlierPosts] = EarlierPosts,
    ) -> None:
        self._site, self._client, self._told, self._before = site, client, told, before
        self.says: list[str] = []
        self.remarks: list[str] = []
        self.is_listed = True

    @property
    def may_be_asked(self) -> bool:
        """Whether pages may stand for the API.

        With credentials they would show what not everybody may see.
        """
        return not self._client.credentials.headers

    def instead(
        self, closed: SourceError, pool: ThreadPoolExecutor
    ) -> tuple[list[CollectionResult], SourceError | None]:
        """Fetch all pages of a site whose API is closed.

        Args:
            closed: Why there is no API.
            pool: The threads that make requests.

        Returns:
            Results, and the error that ends the crawl: the given one where no page of a post came.
        """
        gathered = html_pages.gather(html_pages.Request(self._site, self._before), self._client, pool, self._told)
        results = self._results(gathered)
        if not gathered.got:
            return results, gathered.error or closed
        found = _OFF.fullmatch(closed.what)
        self.says.append(f"The REST API is closed ({found[1] if found else closed.what}). {gathered.says}")
        return results, gathered.error

    def besides(
        self, results: list[CollectionResult], pool: ThreadPoolExecutor, *, types_unknown: bool
    ) -> SourceError | None:
        """Fetch the pages of what some lists of the API lack.

        Args:
            results: What came of the lists; closed ones whose pages all came are booked as such, and new results added.
            pool: The threads that make requests.
            types_unknown: Whether the site may have post types that no list names.

        Returns:
            The error that ended it early; null for none.
        """
        of_posts = [each for each in results if each.receipt.collection.startswith(_OF_POSTS)]
        lacking = [each for each in of_posts if each.lacks]
        if not self.may_be_asked or not (lacking or types_unknown):
            return None
        whole = {each.receipt.collection.removeprefix(_OF_POSTS) for each in of_posts if not each.lacks}
        shown = frozenset[str]().union(*(each.links for each in results))
        request = html_pages.Request(self._site, self._before, frozenset(whole), shown)
        gathered = html_pages.gather(request, self._client, pool, self._told)
        if gathered.receipts:
            self.says.append(f"What the REST API does not show was asked for as pages: {gathered.says}")
        for place, each in enumerate(results):
            results[place] = _covered(each, gathered) if each in lacking and each.lacks == "closed" else each
        results += self._results(gathered)
        return gathered.error

    def _results(self, gathered: Gathered) -> list[CollectionResult]:
        self.remarks += gathered.remarks
        self.is_listed = gathered.is_listed or not gathered.receipts
        return [
            CollectionResult(each, [f"{each.collection}: {each.note}"] if each.failed and each.note else [])
            for each in gathered.receipts
        ]


def _covered(result: CollectionResult, gathered: Gathered) -> CollectionResult:
    """The result of a closed list whose pages all came.

    What it lacks is counted with them.
    """
    kind = result.receipt.collection.removeprefix(_OF_POSTS)
    pages = next((each for each in gathered.receipts if each.collection == html_pages.collection(kind)), None)
    if pages is None or not pages.fetched + pages.unchanged or not pages.balanced:
        return result
    return result._replace(receipt=msgspec.structs.replace(result.receipt, swept=0, failed=0))
