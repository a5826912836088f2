"""Taking what somebody else captured into an open crawl: files of JSON, and web archives.

Each file of JSON goes in whole, whatever it holds; a long one of JSON Lines in segments that end at line ends. Of web
archives each answer of the site's API becomes a record. What is in them is judged by `observations/items.py`, as
for any other response.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from functools import cache
from typing import IO, TYPE_CHECKING

import msgspec
import zstandard

from presscorpus.archive.reader import decoded
from presscorpus.archive.receipts import CollectionReceipt, Receipt
from presscorpus.crawl.imports import files, warc
from presscorpus.observations.items import observe
from presscorpus.observations.payload import is_lines, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from presscorpus.archive.writer import CrawlWriter, Exchange, Original
    from presscorpus.observations.items import Seen

_OK = 200
# Faults that a whole file of another kind has, and a damaged file of items has not.
_OTHER = frozenset({"unrecognised", "not_an_object", "id_invalid"})


def capture(
    source: Path,
    crawl: CrawlWriter,
    as_of: datetime,
    *,
    address: str,
    max_bytes: int,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Receipt, list[str]]:
    """Import a file or folder into an open crawl. Returns its receipt and a line for each trouble met.

    Raises SourceError when there is nothing to read, or nothing in it is an item of a WordPress site.
    """
    found, shut = files.find(source)
    work = Import(source, crawl, as_of, address=address, max_bytes=max_bytes, shut=shut)
    for done, path in enumerate(found, 1):
        work.take(path)
        progress(done, len(found))
    work.end()
    if not work.good:
        raise files.nothing(source, [*work.troubles, *_elsewhere(work.others, address)])
    return work.receipt(files.digest(source, found)), work.troubles


class Import:
    """An import in progress: what was read, what it held, and what could not be read."""

    def __init__(
        self, source: Path, crawl: CrawlWriter, as_of: datetime, *, address: str, max_bytes: int, shut: list[str]
    ) -> None:
        self._root = source if source.is_dir() else source.parent
        self._crawl, self._as_of, self._address, self._max_bytes = crawl, as_of, address, max_bytes
        self._archives = warc.Reader(warc.bare(address), max_bytes)
        self.good: Counter[str] = Counter()
        self.bad: Counter[str] = Counter({"files": len(shut)} if shut else {})
        self.troubles = list(shut)
        self._files: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self.files = self.bytes = 0

    def take(self, path: Path) -> None:
        """Put one file into the archive and count what it holds. Trouble with it is noted, never raised."""
        name = path.relative_to(self._root).as_posix()
        try:
            with path.open("rb") as file:
                if warc.holds(file):
                    self._take_answers(self._archives.read(name, file))
                else:
                    self._take_json(name, path, file)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile) as error:
            self._bad("files", f"{files.shown(name)}: cannot be read: {getattr(error, 'strerror', None) or error}")
            return
        self.files += 1

    def end(self) -> None:
        """Take what had to wait for the other files: answers that say that they equal one in another archive."""
        self._take_answers(self._archives.rest())
        self._archives.close()

    @property
    def others(self) -> list[str]:
        """The sites, without scheme, whose answers were met in web archives and left there."""
        return sorted(self._archives.others)

    def _take_answers(self, answers: Iterator[warc.Answer | warc.Trouble]) -> None:
        for each in answers:
            if isinstance(each, warc.Answer):
                self._take_answer(*each)
            else:
                self._bad("records", str(each))

    def _take_answer(self, exchange: Exchange, original: Original) -> None:
        place = f"{files.shown(original.file)}: offset {original.offset}"
        coding = next((value for name, value in exchange.headers if name.lower() == "content-encoding"), None)
        payload = decoded(exchange.body, coding, self._max_bytes + 1)
        if len(payload) > self._max_bytes:
            self._bad("records", f"{place}: the answer is larger than {self._max_bytes} bytes")
        elif exchange.requested_at.replace(microsecond=0) > self._as_of:
            self._bad("records", f"{place}: is dated {original.date}, after the as_of of its site")
        else:
            self._crawl.captured(exchange, original)
            seen = observe(payload, exchange.url, exchange.status or None)
            self._count(place, payload, seen)
            if exchange.status == _OK and not seen.items and not seen.faults and _is_no_json(payload, exchange.url):
                self._bad("unrecognised", f"{place}: the answer is no JSON")

    def _take_json(self, name: str, path: Path, file: IO[bytes]) -> None:
        with files.unpacked(file, name) as plain:
            if is_lines(name):
                self._take_lines(name, path, plain)
            else:
                self._take_whole(name, path, plain)

    def _take_whole(self, name: str, path: Path, file: IO[bytes]) -> None:
        data = file.read(self._max_bytes + 1)
        if len(data) > self._max_bytes:
            raise OSError(f"larger than {self._max_bytes} bytes; as JSON Lines it may have any length")
        origin = None if name.lower().endswith(".json") else files.digest_of(path)
        seen = observe(data, name, None)
        aside = self._is_aside(path, seen)
        self._crawl.imported(name, self._as_of, data, origin=origin, aside=aside)
        if not aside:
            self._count(files.shown(name), data, seen)

    def _take_lines(self, name: str, path: Path, file: IO[bytes]) -> None:
        first: str | None = None
        aside = False
        for number, data in enumerate(files.segments(file, self._max_bytes), 1):
            seen = observe(data, name, None)
            aside = aside or (first is None and self._is_aside(path, seen))
            record_id = self._crawl.segment(name, self._as_of, data, number=number, first=first, aside=aside)
            first = first or record_id
            if not aside:
                self._count(files.shown(name), data, seen)

    def _is_aside(self, path: Path, seen: Seen) -> bool:
        """Whether a file is a dump of a route that has no items, such as the list of statuses.

        wparc saves every route of an API, each under its name, and beside them the index that lists them. Such a file
        is kept as it is, and owes no explanation.
        """
        is_other = not seen.items and seen.site_index is None and {fault.rule for fault in seen.faults} <= _OTHER
        return is_other and bool(seen.faults) and path.name.partition(".json")[0] in _routes(path.parent)

    def _count(self, place: str, data: bytes, seen: Seen) -> None:
        self.bytes += len(data)
        self.good.update(item.table for item in seen.items)
        self._files.update({item.table for item in seen.items})
        for item in seen.items:
            self._bytes[item.table] += len(item.raw)
        for fault in seen.faults:
            number = f"item {fault.ordinal}: " if fault.ordinal else ""
            self._bad(fault.table or "unrecognised", f"{place}: {number}{fault.reason}")

    def _bad(self, collection: str, trouble: str) -> None:
        self.bad[collection] += 1
        self.troubles.append(trouble)

    def receipt(self, source_digest: str) -> Receipt:
        """The receipt of the import so far."""
        collections = [
            CollectionReceipt(
                collection=name,
                swept=self.good[name] + self.bad[name],
                fetched=self.good[name],
                failed=self.bad[name],
                requests=self._files[name],
                bytes=self._bytes[name],
            )
            for name in sorted(self.good.keys() | self.bad.keys())
        ]
        return Receipt(
            site=self._crawl.site, crawl=self._crawl.crawl, source="files", address=self._address,
            started_at=self._as_of, ended_at=self._as_of, source_digest=source_digest,
            outcome="incomplete" if self.troubles else "complete", reason="; ".join(self.troubles[:3]) or None,
            requests=self.files, bytes=self.bytes, collections=collections,
        )  # fmt: skip


@cache
def _routes(folder: Path) -> frozenset[str]:
    """The routes that the index in a folder of wparc's lists, written as wparc names its files; none without one."""
    try:
        index = msgspec.json.decode((folder / "wp-json.json").read_bytes(), type=dict[str, msgspec.Raw])
        listed = msgspec.json.decode(index["routes"], type=dict[str, msgspec.Raw])
    except (OSError, msgspec.DecodeError, KeyError, UnicodeDecodeError, RecursionError):
        return frozenset()
    return frozenset(route.strip("/").replace("/", "_") for route in listed)


def _is_no_json(payload: bytes, url: str) -> bool:
    pieces, unreadable = split(payload, url)
    return bool(unreadable) and not pieces


def _elsewhere(others: list[str], address: str) -> list[str]:
    named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")  # noqa: PLR2004
    return [f"its web archives have answers of {named}, and none of {address}"] if others else []
