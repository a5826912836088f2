"""What a site lists: its sitemaps, walked from the first one to the last address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from presscorpus.crawl.html_pages.addresses import folders, neighbours
from presscorpus.crawl.html_pages.requests import get, why
from presscorpus.crawl.http.response import Tally
from presscorpus.observations import sitemaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from presscorpus.crawl.html_pages.addresses import Home
    from presscorpus.crawl.http.client import Client
    from presscorpus.observations.sitemaps import Sitemap

PREFIX: Final = "pages"
Way = Literal["sitemap", "feed", "archives"]
# An index of indexes is not in the protocol, and met all the same.
_DEEPEST: Final = 3
_MOST_FILES: Final = 5_000
_OK: Final = 200
_NAMED: Final = 3


class Listed(NamedTuple):
    """The addresses of one kind of listing.

    `name` of its collection, `way` as in the receipt.

    `addresses` have the time of the last change as the sitemap has it, null where there is none.
    """

    name: str
    way: Way
    addresses: dict[str, str | None]


class Listing:
    """The addresses that a site lists, each once.

    They are in the order in which they were listed.

    Attributes:
        kinds: Addresses by the name of their collection.
        files: How many sitemaps were read.
        others: How many addresses name another site; they are not requested.
        elsewhere: The sitemaps that robots.txt names and that are of another site; they are not requested.
        remarks: What of the listing is missing, in words.
        tally: What the requests cost.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, Listed] = {}
        self.files = self.others = 0
        self.elsewhere: list[str] = []
        self.remarks: list[str] = []
        self.tally = Tally()
        self.known: dict[str, str | None] = {}

    def add(self, name: str, way: Way, address: str, lastmod: str | None = None) -> bool:
        """Add an address; tell whether it is new."""
        if address in self.known:
            return False
        self.known[address] = lastmod
        self.kinds.setdefault(name, Listed(name, way, {})).addresses[address] = lastmod
        return True

    def count(self, way: Way) -> int:
        """Count the addresses that were listed in one way."""
        return sum(len(each.addresses) for each in self.kinds.values() if each.way == way)


def collection(kind: str | None) -> str:
    """Return the name of the collection of pages of a post type.

    Null stands for a type that is not known.
    """
    return PREFIX if kind is None else f"{PREFIX}:{kind}"


class _Walk:
    def __init__(self, client: Client, home: Home, wanted: Callable[[str | None], bool]) -> None:
        self._client, self._home, self._wanted = client, home, wanted
        self.listing = Listing()
        self._met: set[str] = set()
        self._broken: list[str] = []

    def first(self, address: str) -> bool:
        """Read the sitemap at an address that may hold none; whether it does."""
        found, _ = self._read(address)
        if found is not None:
            self._take(address, found, 0)
        return found is not None

    def named(self, addresses: Iterable[str]) -> bool:
        """Read the sitemaps that robots.txt names; whether one is there."""
        found = [self.first(address) for address in sorted(addresses, key=sitemaps.may_repeat)]
        return any(found)

    def end(self) -> Listing:
        """The listing, with what of it is missing."""
        if self._broken:
            more = f" and {len(self._broken) - _NAMED} more" if len(self._broken) > _NAMED else ""
            self.listing.remarks.append(f"sitemaps could not be read: {', '.join(self._broken[:_NAMED])}{more}")
        return self.listing

    def _read(self, address: str) -> tuple[Sitemap | None, str]:
        if address in self._met:
            return None, ""
        self._met.add(address)
        response = get(self._client, address, self.listing.tally)
        self._met.add(response.url)
        if response.status != _OK:
            return None, why(response)
        found = sitemaps.read(sitemaps.unpacked(response.body, self._client.most_bytes))
        return found, "" if found else "no sitemap, but another page"

    def _take(self, address: str, found: Sitemap, depth: int) -> None:
        self.listing.files += 1
        if not found.whole:
            self._broken.append(f"{address} (its XML is broken, read as far as it goes)")
        if not found.is_index:
            self._add(sitemaps.kind_of(address), address, found)
            return
        # An address counts where it is first met: under its own post type.
        for entry in sorted(found.entries, key=lambda each: sitemaps.may_repeat(each.address)):
            target = self._home.resolved(address, entry.address)
            if target is None:
                self.listing.others += 1
            elif self._wanted(sitemaps.kind_of(target)):
                self._descend(target, depth)

    def _descend(self, target: str, depth: int) -> None:
        if depth >= _DEEPEST or self.listing.files >= _MOST_FILES:
            self._broken.append(f"{target} (one of too many, or nested too deep)")
            return
        found, because = self._read(target)
        if found is not None:
            self._take(target, found, depth + 1)
        elif because:
            self._broken.append(f"{target} ({because})")

    def _add(self, kind: str | None, address: str, found: Sitemap) -> None:
        if not self._wanted(kind):
            return
        for entry in found.entries:
            target = self._home.resolved(address, entry.address)
            if target is None:
                self.listing.others += 1
            else:
                self.listing.add(collection(kind), "sitemap", target, entry.lastmod)


def listed(client: Client, home: Home, address: str, wanted: Callable[[str | None], bool]) -> Listing:
    """Walk the sitemaps of a site.

    Those that robots.txt names come first; where none of them is one, the places are tried at which WordPress and
    common plugins have theirs. What a sitemap says is a claim: one of another host is not requested, one is read once,
    and an HTML page is none.

    Args:
        client: The site's client.
        home: The site.
        address: The address that its user named.
        wanted: Tells of a kind of sitemap (a post type, null for unknown) whether it is to be read; never asked of
            lists of what is no post.

    Returns:
        What they list.

    Raises:
        SourceError: The crawl was stopped, or the site is down, busy, or cannot be reached.
    """
    walk = _Walk(client, home, lambda kind: kind != "" and wanted(kind))
    resolved = {each: home.resolved(address, each) for each in client.sitemaps(address)}
    of_others = neighbours([each for each in resolved.values() if each], home)
    walk.listing.elsewhere = [each for each, at in resolved.items() if at is None or at in of_others]
    if not walk.named(dict.fromkeys(at for at in resolved.values() if at and at not in of_others)):
        for place in sitemaps.candidates(folders(address, home)):
            if walk.first(place):
                break
    return walk.end()
