"""The harvest of pages.

What the API of a site does not show, by what the site lists.

Sitemaps come first, since they alone claim to be whole. Feeds list further posts, and give their content. Each listed
page is requested once; on a later crawl only where it is new, or where its sitemap does not say that it is as it was. A
post that is not listed any more is asked for by its number: the answer is the evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.crawl.html_pages.addresses import home_of
from presscorpus.crawl.html_pages.beyond import Beyond
from presscorpus.crawl.html_pages.earlier_posts import EarlierPosts, is_unchanged, unlisted
from presscorpus.crawl.html_pages.fetching import Pages
from presscorpus.crawl.html_pages.listing import Listed, Listing, collection, listed
from presscorpus.crawl.html_pages.requests import get
from presscorpus.crawl.html_pages.vanished import Vanished
from presscorpus.crawl.http.obstacles import obstacle
from presscorpus.crawl.http.response import Tally
from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import ThreadPoolExecutor

    from presscorpus.config.params import Site
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.http.response import Response

_OK: Final = 200
_POST: Final = "post"
_COUNTED: Final = ("list", "same", "elsewhere", "fetched", "refused", "gone")


class Request(NamedTuple):
    """What is asked for of pages.

    Attributes:
        site: What to ask, from params.yaml.
        before: Makes what earlier crawls saw.
        but: The post types that the API shows already.
        shown: The addresses of items that the API shows.
    """

    site: Site
    before: Callable[[], EarlierPosts] = EarlierPosts
    but: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()

    def wants(self, kind: str | None) -> bool:
        """Tell whether pages of a post type are asked for.

        Null stands for a type that is not known.
        """
        types = self.site.part.types if self.site.part else ()
        return kind not in self.but and (kind is None or not types or kind in types)


class Gathered(NamedTuple):
    """What came of a harvest of pages.

    Attributes:
        receipts: One a kind of listing; none where the site lists nothing.
        says: The figures in one sentence, "" where the site lists nothing.
        remarks: What of its listings is missing, in words.
        error: What ended it early; null for nothing.
        is_listed: Whether the site itself lists its posts, so that it can be told whether all came.
    """

    receipts: list[CollectionReceipt]
    says: str
    remarks: list[str]
    error: SourceError | None = None
    is_listed: bool = False

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
    run = _Run(request, client)
    error: SourceError | None = None
    try:
        front = get(client, request.site.address, Tally())
        if obstacle(front, expected_json=False) is None:
            run.harvest(front if front.status == _OK else None, pool, told)
    except SourceError as problem:
        error = problem
    return run.gathered(error)


def count_listed(address: str, client: Client) -> int:
    """Count the pages that the sitemaps of a site list.

    Args:
        address: The address of the site.
        client: Its client.

    Returns:
        How many addresses of posts there are; 0 where the site lists nothing.

    Raises:
        SourceError: The site is down, busy, or cannot be reached.
    """
    front = get(client, address, Tally())
    home = home_of(address, front if front.status == _OK else None)
    return len(listed(client, home, address, lambda _: True).known)


class _Run:
    """One harvest of pages."""

    def __init__(self, request: Request, client: Client) -> None:
        self._request, self._client = request, client
        self._listing = Listing()
        self._before = EarlierPosts()
        self._pages: Pages | None = None
        self._vanished: Vanished | None = None
        self._unchanged: set[str] = set()

    def harvest(
        self, front: Response | None, pool: ThreadPoolExecutor, told: Callable[[str, int, int | None], None]
    ) -> None:
        """Walk the listings, and fetch the pages."""
        request, client = self._request, self._client
        home = home_of(request.site.address, front)
        self._before = request.before()
        self._before.resolve(home)
        self._listing = listed(client, home, request.site.address, request.wants)
        self._pages = pages = Pages(client, home, pool, told)
        self._fetch(pages)
        if request.site.part is None:
            beyond = Beyond(client, home, front, self._listing)
            if _POST not in request.but:
                self._go_beyond(beyond, pages)
            for kind, undated in pages.undated().items():
                beyond.dates(kind, undated)
        if self._before and request.site.part is None:
            missing = unlisted(self._before, self._listing.known, request.but)
            self._vanished = Vanished(client, home, pages, told)
            self._vanished.ask(missing, [each for each in self._before.posts if each not in missing])

    def gathered(self, error: SourceError | None) -> Gathered:
        """What came so far."""
        if self._pages:
            seen = (self._before.at(each) for each in self._unchanged)
            self._pages.settle(self._listing.known, frozenset((each.type, each.id) for each in seen if each))
        names = dict.fromkeys([*self._listing.kinds, *(self._vanished.kinds if self._vanished else ())])
        receipts = [self._receipt(name) for name in names]
        is_listed = bool(self._listing.files)
        says = self._sentence(receipts) if receipts else ""
        return Gathered(receipts, says, self._listing.remarks, error, is_listed)

    def _fetch(self, pages: Pages) -> None:
        for each in list(self._listing.kinds.values()):
            wanted = self._wanted(each)
            if not self._client.clocks_differ:
                same = (at for at in wanted if is_unchanged(self._before.at(at), each.addresses[at]))
                self._unchanged.update(at for at in same if at not in pages.verdicts)
            pages.fetch(each.name, [at for at in wanted if at not in self._unchanged])

    def _wanted(self, of: Listed) -> list[str]:
        found = [each for each in of.addresses if each not in self._request.shown]
        part = self._request.site.part
        if part is None or part.limit is None or len(found) <= part.limit:
            return found
        # WordPress lists the oldest first, plugins often the newest: the time of the last change tells.
        times = {at: of.addresses[at] or "" for at in found}
        return sorted(found, key=times.__getitem__)[-part.limit :]

    def _go_beyond(self, beyond: Beyond, pages: Pages) -> None:
        """Add what only the feed lists.

        Where that ends too early, also what feeds and lists of groups and years do.
        """
        pages.look = beyond.look
        beyond.by_feed(lambda found: bool(self._before) and all(self._before.at(each) for each in found))
        self._fetch(pages)
        if beyond.may_reach_further:
            beyond.by_groups()
            beyond.by_archives(self._request.site.as_of)
            self._fetch(pages)

    def _receipt(self, name: str) -> CollectionReceipt:
        of, pages, vanished = self._listing.kinds.get(name), self._pages, self._vanished
        wanted = self._wanted(of) if of else []
        asked = [each for each in wanted if each not in self._unchanged]
        counts = {state: pages.count(asked, state) if pages else 0 for state in _COUNTED}
        tally = pages.tallies.get(name, Tally()) if pages else Tally()
        advertised = len(of.addresses) if of and of.way == "sitemap" else None
        receipt = CollectionReceipt(
            collection=name,
            sweep=of.way if of else "sitemap",
            advertised_start=advertised,
            advertised_end=advertised,
            swept=len(wanted) - counts["list"] - counts["same"],
            fetched=counts["fetched"],
            unchanged=len(wanted) - len(asked),
            unreadable=counts["refused"] + counts["elsewhere"],
            gone=counts["gone"],
            failed=len(asked) - sum(counts.values()),
            requests=tally.requests,
            bytes=tally.bytes,
            note="; ".join(_notes(asked, counts, pages)) or None,
        )
        return vanished.added(receipt) if vanished else receipt

    def _sentence(self, receipts: list[CollectionReceipt]) -> str:
        names = ("fetched", "unchanged", "unreadable", "gone", "failed")
        total = {name: sum(getattr(each, name) for each in receipts) for name in names}
        others = {"unchanged": "unchanged", "unreadable": "not shown", "gone": "gone", "failed": "failed"}
        in_feed, in_lists = self._listing.count("feed"), self._listing.count("archives")
        words = [f"{self._listing.count('sitemap')} addresses listed in sitemaps"]
        words += [f"{in_feed} more in feeds"] if in_feed else []
        words += [f"{in_lists} more in archives"] if in_lists else []
        words += [f"{total['fetched']} pages fetched"]
        words += [f"{total[name]} {word}" for name, word in others.items() if total[name]]
        words += [f"{self._listing.others} addresses of other sites not asked"] if self._listing.others else []
        if elsewhere := self._listing.elsewhere:
            some = f"{len(elsewhere)} sitemap{'s' * (len(elsewhere) > 1)} of other sites not asked"
            words += [f"{some} ({elsewhere[0]}{', ...' * (len(elsewhere) > 1)})"]
        return ", ".join(words)


def _notes(asked: list[str], counts: dict[str, int], pages: Pages | None) -> Iterable[str]:
    for state, words in (("list", "no post of their own"), ("same", "a post that another address gives")):
        if count := counts[state]:
            yield f"{count} of the listed addresses {'show' if count > 1 else 'shows'} {words}"
    for state, words in (("elsewhere", "lead elsewhere"), ("refused", "refused"), ("failed", "could not be fetched")):
        named = pages.why(asked, state) if pages else None
        if named and pages:
            yield f"{pages.count(asked, state)} {words}: {named}"


__all__ = ["Gathered", "Request", "collection", "gather"]
