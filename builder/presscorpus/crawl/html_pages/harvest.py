"""The harvest of pages: what the API of a site does not show, by what the site lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.crawl.html_pages.addresses import home_of
from presscorpus.crawl.html_pages.asking import get
from presscorpus.crawl.html_pages.fetching import Pages
from presscorpus.crawl.html_pages.listing import Listing, listed
from presscorpus.crawl.http.obstacles import obstacle
from presscorpus.crawl.http.response import Tally
from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor

    from presscorpus.config.params import Site
    from presscorpus.crawl.http.client import Client

PREFIX: Final = "pages"
_OK: Final = 200


class Request(NamedTuple):
    """What is asked for of pages.

    Attributes:
        site: What to ask, from params.yaml.
        but: The post types that the API shows already.
        shown: The addresses of items that the API shows.
    """

    site: Site
    but: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


class Gathered(NamedTuple):
    """What came of a harvest of pages.

    Attributes:
        receipts: One a kind of listing; none where the site lists nothing.
        says: The figures in one sentence, "" where the site lists nothing.
        remarks: What of its listings is missing, in words.
        error: What ended it early; null for nothing.
    """

    receipts: list[CollectionReceipt]
    says: str
    remarks: list[str]
    error: SourceError | None = None

    @property
    def got(self) -> int:
        """How many pages of posts are in the archive."""
        return sum(each.fetched + each.unchanged for each in self.receipts)


def gather(
    request: Request, client: Client, pool: ThreadPoolExecutor, told: Callable[[str, int, int | None], None]
) -> Gathered:
    """Fetch the pages that a site lists, but for what its API shows.

    Args:
        request: What is asked for.
        client: The site's client.
        pool: The threads that make requests.
        told: Called with the name of a collection, how many of its pages came, and how many it has.

    Returns:
        What came of it; whatever the site does is in it.
    """
    listing, pages, error = Listing(), None, None
    try:
        front = get(client, request.site.address, Tally())
        if obstacle(front, expected_json=False) is not None:
            return Gathered([], "", [])
        home = home_of(request.site.address, front if front.status == _OK else None)
        listing = listed(client, home, request.site.address, lambda kind: kind not in request.but)
        pages = Pages(client, home, pool, told)
        for kind in listing.kinds:
            pages.fetch(_named(kind), _wanted(listing, kind, request))
    except SourceError as problem:
        error = problem
    if not len(listing):
        return Gathered([], "", listing.remarks, error)
    receipts = [_receipt(listing, kind, request, pages) for kind in listing.kinds]
    return Gathered(receipts, _sentence(listing, receipts), listing.remarks, error)


def _named(kind: str | None) -> str:
    return PREFIX if kind is None else f"{PREFIX}:{kind}"


def _wanted(listing: Listing, kind: str | None, request: Request) -> list[str]:
    found = [each for each in listing.kinds[kind] if each not in request.shown]
    part = request.site.part
    return found[: part.limit] if part and part.limit else found


def _receipt(listing: Listing, kind: str | None, request: Request, pages: Pages | None) -> CollectionReceipt:
    wanted = _wanted(listing, kind, request)
    counts = {state: pages.count(wanted, state) if pages else 0 for state in ("list", "fetched", "refused", "gone")}
    known = len(wanted) - counts["list"]
    tally = pages.tallies.get(_named(kind), Tally()) if pages else Tally()
    return CollectionReceipt(
        collection=_named(kind),
        sweep="sitemap",
        advertised_start=len(listing.kinds[kind]),
        advertised_end=len(listing.kinds[kind]),
        swept=known,
        fetched=counts["fetched"],
        unreadable=counts["refused"],
        gone=counts["gone"],
        failed=known - counts["fetched"] - counts["refused"] - counts["gone"],
        requests=tally.requests,
        bytes=tally.bytes,
        note="; ".join(_notes(wanted, counts["list"], pages)) or None,
    )


def _notes(wanted: list[str], lists: int, pages: Pages | None) -> Iterable[str]:
    if lists:
        yield f"{lists} of the listed addresses show no post of their own"
    for state, words in (("refused", "are refused"), ("failed", "could not be fetched")):
        named = pages.why(wanted, state) if pages else None
        if named and pages:
            yield f"{pages.count(wanted, state)} {words}: {named}"


def _sentence(listing: Listing, receipts: list[CollectionReceipt]) -> str:
    total = {name: sum(getattr(each, name) for each in receipts) for name in (
        "advertised_end", "fetched", "unchanged", "unreadable", "gone", "failed")}  # fmt: skip
    others = {"unchanged": "unchanged", "unreadable": "refused", "gone": "gone", "failed": "failed"}
    words = [f"{total['advertised_end']} addresses listed in sitemaps", f"{total['fetched']} pages fetched"]
    words += [f"{total[name]} {word}" for name, word in others.items() if total[name]]
    words += [f"{listing.others} addresses of other sites not asked"] if listing.others else []
    return ", ".join(words)
