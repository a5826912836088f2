"""The media files of a site: what its items name is asked for, within a budget.

What is asked for, and in which order, follows from the items alone, so that a crawl that was killed asks for the same
again. A file that an earlier crawl got is not asked for while the attachment is as it was. A file costs no other one
anything: only a site that is closed or down as a whole ends them all.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.content.urls import domain_of, same_site
from presscorpus.crawl.http.obstacles import ObstacleError
from presscorpus.crawl.http.response import Response, Tally
from presscorpus.crawl.http.retries import NoAnswerError, Patience, StoppedError, TooLargeError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.result import CollectionResult
from presscorpus.errors import NetworkError, SourceError
from presscorpus.observations import files
from presscorpus.observations.items import observe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor
    from datetime import datetime

    import polars as pl

    from presscorpus.archive.reader import Capture
    from presscorpus.config.params import Limits, Site
    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.rest.requests import Health
    from presscorpus.observations.files import Name

COLLECTION = "media_files"
"""The name of the collection in receipts."""
_OK = 200
_GONE, _REFUSED = frozenset({404, 410}), frozenset({401, 402, 403, 451})
_ATTEMPTS = 3
# What a file counts as whose size nothing tells, before it is asked for.
_UNKNOWN_BYTES = 64 * 1024


class Before(NamedTuple):
    """What closed crawls know of an address: its last answer.

    Attributes:
        status: The status of that answer.
        came: Whether a file came, be it erased since.
        at: When it was asked for, UTC.
    """

    status: int | None
    came: bool
    at: datetime

    @property
    def state(self) -> str:
        """What a later crawl that does not ask again counts it as."""
        if self.came:
            return "unchanged"
        return "gone" if self.status in _GONE else "unreadable"


class Earlier(NamedTuple):
    """What a crawl needs to know for the files of its site.

    Attributes:
        named: The files that the items of closed crawls name, to which those of this crawl are added.
        before: What closed crawls know, by address.
        captures: Reads what this crawl stored so far.
    """

    named: Named
    before: dict[str, Before]
    captures: Callable[[], Iterable[Capture]]


class Named:
    """The files that the items of a site name, each item as it was observed last.

    Items are added in the order of the crawls, and within a crawl in that of its archive.
    """

    def __init__(self) -> None:
        self._items: dict[tuple[str, int], tuple[str | None, list[Name]]] = {}

    def add(self, captures: Iterable[Capture]) -> None:
        """Add what a crawl observed.

        Args:
            captures: Its captures.
        """
        for capture in captures:
            seen = observe(capture.payload, capture.url, capture.http_status, capture.link).items
            for item in () if capture.authenticated else seen:
                if item.table not in {"posts", "media"} or item.embedded:
                    continue
                key = (item.table, item.id)
                if item.state != "published" or item.hidden:
                    self._items.pop(key, None)
                else:
                    self._items[key] = (item.modified, files.names(item))

    def wanted(self, *, everything: bool) -> dict[str, Wanted]:
        """Return the files to ask for.

        Args:
            everything: Whether every attachment counts; otherwise only those that a post shows, links to, or has as
                its featured picture.

        Returns:
            Files by address: those of attachments by number, then what posts show and link to, by address.
        """
        of_posts = [each for (table, _), (_, names) in self._items.items() if table == "posts" for each in names]
        shown = {each.url: each for each in of_posts if each.url is not None}
        featured = {each.attachment for each in of_posts if each.role == "featured"}
        sizes = {each.url: each.size for (table, _), (_, names) in self._items.items() if table == "media"
                 for each in names}  # fmt: skip
        found: dict[str, Wanted] = {}
        for (table, number), (modified, names) in sorted(self._items.items()):
            if table != "media":
                continue
            if everything or number in featured or any(each.url in shown for each in names):
                found |= {each.url: Wanted(each.url, each.kind, each.size, modified)
                          for each in names if each.role == "file" and each.url}  # fmt: skip
        for url, name in sorted(shown.items()):
            found.setdefault(url, Wanted(url, name.kind, sizes.get(url), None))
        return found


class Wanted(NamedTuple):
    """A file to ask for.

    Its address, what the site says of it, and when its attachment was modified.

    `kind`, `size` and `modified` are null where nothing tells them.
    """

    url: str
    kind: str | None
    size: int | None
    modified: str | None

    def is_as_before(self, before: Before) -> bool:
        """Whether an earlier crawl settled this file."""
        if not (before.came or before.status == _OK or before.status in _GONE):
            return False
        return self.modified is None or self.modified[:19] <= before.at.strftime("%Y-%m-%dT%H:%M:%S")


class MediaFiles:
    """The media files of one site in one crawl.

    Args:
        site: The site.
        limits: How much is taken, and of which kinds.
        client: The site's client.
        health: Whether the site as a whole still answers.
        pool: The threads that ask.
    """

    def __init__(self, site: Site, limits: Limits, client: Client, health: Health, pool: ThreadPoolExecutor) -> None:
        self._site, self._limits, self._client, self._health, self._pool = site, limits, client, health, pool
        self._left = limits.media_bytes
        self._tally = Tally()
        self._count: Counter[str] = Counter()
        self._why: Counter[str] = Counter()
        self._running: dict[Future[tuple[str, str, Tally]], str] = {}

    def run(
        self,
        wanted: dict[str, Wanted],
        before: dict[str, Before],
        progress: Callable[[str, int, int | None], None] = lambda *_: None,
    ) -> CollectionResult:
        """Ask for the files that are not there yet.

        Args:
            wanted: From `Named.wanted`.
            before: What closed crawls know, by address.
            progress: Called with the collection, how many files are settled, and how many there are.

        Returns:
            The outcome; whatever the site does is in it.
        """
        chosen = [each for each in wanted.values() if self._is_chosen(each)]
        error: SourceError | None = None
        try:
            for each in chosen:
                known = before.get(each.url)
                if known is not None and each.is_as_before(known):
                    self._count[known.state] += 1
                    continue
                self._ask(each)
                progress(COLLECTION, sum(self._count.values()), len(chosen))
            self._settle(0)
        except SourceError as problem:
            error = problem
            for future in self._running:
                future.cancel()
        progress(COLLECTION, sum(self._count.values()), len(chosen))
        return self._result(len(chosen), error)

    def _is_chosen(self, wanted: Wanted) -> bool:
        """Whether a file lies on the site, and is of a kind that is wanted."""
        host, own = (urlsplit(each).hostname or "" for each in (wanted.url, self._site.address))
        if not same_site(host, own) and (domain_of(host) is None or domain_of(host) != domain_of(own)):
            self._count["elsewhere"] += 1
            return False
        kinds, kind = self._limits.media_types, (wanted.kind or "").lower()
        fits = not kinds or any(kind == each or kind.startswith(f"{each}/") for each in kinds)
        self._count["other kinds"] += not fits
        return fits

    def _ask(self, wanted: Wanted) -> None:
        """Ask for a file, beside others where whatever they hold fits into the budget."""
        most = self._limits.max_bytes
        if self._left < most * (len(self._running) + 1):
            self._settle(0)
            most = min(most, self._left)
        if (wanted.size or _UNKNOWN_BYTES) > most:
            self._count["left"] += 1
            return
        self._running[self._pool.submit(self._fetched, wanted.url, most)] = wanted.url
        self._settle(self._limits.concurrency * 2)

    def _settle(self, most: int) -> None:
        """Wait until at most so many files are under way."""
        while len(self._running) > most:
            for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                self._running.pop(future)
                state, why, tally = future.result()
                self._count[state] += 1
                self._why[why] += state == "failed"
                self._left = max(0, self._left - tally.bytes)
                self._tally.requests += tally.requests
                self._tally.bytes += tally.bytes

    def _fetched(self, url: str, most: int) -> tuple[str, str, Tally]:
        tally = Tally()
        self._health.check()
        try:
            answer = self._client.get(url, tally, Patience(None, _ATTEMPTS, file=url, most=most))
        except StoppedError:
            raise
        except TooLargeError:
            return "left", "", tally
        except (ForbiddenError, ObstacleError) as error:
            return "unreadable", error.what, tally
        except NetworkError as error:
            if isinstance(error, NoAnswerError) and not error.alive:
                raise
            return self._failed(error.what, url, tally)
        state = _state(answer)
        if state == "failed":
            return self._failed(f"status {answer.status}", url, tally)
        if state == "fetched":
            self._health.worked()
        return state, "", tally

    def _failed(self, why: str, url: str, tally: Tally) -> tuple[str, str, Tally]:
        self._health.failed(why, url)
        return "failed", why, tally

    def _result(self, chosen: int, error: SourceError | None) -> CollectionResult:
        count = self._count
        swept = chosen - count["left"]
        failed = swept - sum(count[name] for name in ("fetched", "unchanged", "unreadable", "gone"))
        said = [
            f"{count['left']:,} files left out: the budget is {self._limits.media_bytes:,} bytes, and "
            f"{self._limits.max_bytes:,} a file" if count["left"] else "",
            f"{count['other kinds']:,} of other kinds" if count["other kinds"] else "",
            f"{count['elsewhere']:,} on other sites" if count["elsewhere"] else "",
        ]  # fmt: skip
        receipt = CollectionReceipt(
            COLLECTION,
            swept=swept,
            fetched=count["fetched"],
            unchanged=count["unchanged"],
            unreadable=count["unreadable"],
            gone=count["gone"],
            failed=failed,
            requests=self._tally.requests,
            bytes=self._tally.bytes,
            note="; ".join(filter(None, said)) or None,
        )
        why = next((f" ({each})" for each, _ in self._why.most_common(1)), "")
        remarks = [f"{COLLECTION}: {failed} could not be fetched{why}"] if failed else []
        return CollectionResult(receipt, remarks, error=error)


def _state(answer: Response) -> str:
    """What an answer says of a file."""
    if answer.status == _OK and not files.is_page(answer.body):
        return "fetched"
    if answer.status in _GONE:
        return "gone"
    return "unreadable" if answer.status in _REFUSED or answer.status == _OK else "failed"


def asked_before(fetched: pl.DataFrame) -> dict[str, Before]:
    """Return what closed crawls know of each address.

    Args:
        fetched: What `files.newest` returned for the site.

    Returns:
        What is known, by address. A file that was erased counts as come: nobody fetches it again.
    """
    came = fetched["digest"].is_not_null() | fetched["erased"]
    rows = zip(fetched["url"], fetched["http_status"], came, fetched["observed_at"], strict=True)
    return {url: Before(status, there, at) for url, status, there, at in rows}
