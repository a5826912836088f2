"""What became of each address that the sitemaps of a site list.

Only where pages were fetched by them.

A page that shows an item counts as that item (`pipeline/listed.py`); here are the others.
"""

from __future__ import annotations

from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from presscorpus.archive.commitment import recorded
from presscorpus.archive.reader import MOST_PAYLOAD, broken
from presscorpus.archive.receipt_file import read_receipt
from presscorpus.crawl.html_pages.listing import collection
from presscorpus.crawl.http.redirects import akin
from presscorpus.errors import ArchiveError
from presscorpus.observations import sitemaps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt
    from presscorpus.commitments.records import Recorded

_OK: Final = 200
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({401, 403, 451})
_HOPS: Final = 10


class _Answer(NamedTuple):
    """An answer to a page: its status, where it leads to, and its record."""

    status: int
    location: str | None
    record_id: str


def bare(address: str) -> str:
    """Return an address as it is compared.

    Without scheme, fragment and a slash at the end.
    """
    try:
        parts = urlsplit(unescape(address.strip()))
    except ValueError:
        return address
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}{query}"


class ListedPages:
    """The addresses of one site.

    In memory are addresses, of a site of which a crawl went by sitemaps.

    Args:
        crawls: The archive files of the site's crawls, which are not read yet.
    """

    def __init__(self, crawls: Iterable[Path]) -> None:
        self._any = any(_names(warc) for warc in crawls)
        self._shown: set[str] = set()
        self._answers: dict[str, _Answer] = {}
        self._listed: dict[str, tuple[str, str, str]] = {}
        self._failed: Counter[str] = Counter()

    def show(self, *addresses: str | None) -> None:
        """Note where an item was seen, and what it says its address is; null for nothing."""
        if self._any:
            self._shown.update(bare(each) for each in addresses if each)

    def read(self, warc: Path, receipt: Receipt) -> None:
        """Read the sitemaps of a crawl, and what the site answered to pages.

        Args:
            warc: Its archive file; damage ends the reading, which is a fault by itself.
            receipt: Its receipt.
        """
        names = _names(warc)
        if not names:
            return
        self._failed[receipt.crawl] = sum(each.failed for each in receipt.collections if each.collection in names)
        home = urlsplit(receipt.address)
        try:
            with warc.open("rb") as file:
                for record in recorded(file):
                    if record.status is not None:
                        location = _location(record) if record.status in _MOVED else None
                        self._answers[bare(record.url)] = _Answer(record.status, location, record.record_id)
                    for address in _addresses(record, names) if record.status == _OK else ():
                        parts = urlsplit(address)
                        folder = home.path[: home.path.rfind("/") + 1]
                        if akin(home.hostname or "", parts.hostname or "") and parts.path.startswith(folder):
                            self._listed[bare(address)] = receipt.crawl, record.record_id, address
        except broken(OSError):
            return

    def outcomes(self) -> Iterator[tuple[str, str, str, str | None, str]]:
        """Yield what became of each address at which no item was seen.

        Yields:
            Crawl and record of the sitemap, the outcome, the record that shows it or null, and the address.
        """
        left: Counter[str] = Counter()
        for address, (crawl, record_id, written) in sorted(self._listed.items()):
            told, evidence = self._became(address)
            if told is None:
                continue
            if told == "failed":
                left[crawl] += 1
                told = "failed" if left[crawl] <= self._failed[crawl] else "left out"
            yield crawl, record_id, told, evidence, written

    def _became(self, address: str) -> tuple[str | None, str | None]:
        """The outcome, null where an item was seen there, and the record that shows it."""
        place = address
        for _ in range(_HOPS):
            answer = self._answers.get(place)
            if place in self._shown:
                return None, None
            if answer is None or answer.location is None:
                break
            place = answer.location
        if answer is None:
            return "failed", None
        by_status = {_OK: "no post", **dict.fromkeys(_GONE, "gone"), **dict.fromkeys(_REFUSED, "refused")}
        return by_status.get(answer.status, "failed"), answer.record_id


def _names(warc: Path) -> set[str]:
    """The collections that a crawl found by sitemaps.

    None where only a part was asked for.
    """
    try:
        receipt = read_receipt(warc)
    except ArchiveError:
        return set()
    is_part = "only a part was asked for" in (receipt.reason or "")
    return set() if is_part else {each.collection for each in receipt.collections if each.sweep == "sitemap"}


def _addresses(record: Recorded, names: set[str]) -> Iterator[str]:
    """The addresses of pages in a sitemap of one of these collections."""
    body = sitemaps.unpacked(record.payload, MOST_PAYLOAD)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return
    kind = sitemaps.kind_of(record.url)
    if kind == "" or collection(kind) not in names:
        return
    found = sitemaps.read(body)
    for each in found.entries if found and not found.is_index else ():
        yield urljoin(record.url, unescape(each.address))


def _location(record: Recorded) -> str | None:
    lines = record.headers.decode("utf-8", "replace").split("\r\n")
    found = next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("location:")), None)
    try:
        return bare(urljoin(record.url, found)) if found else None
    except ValueError:
        return None
