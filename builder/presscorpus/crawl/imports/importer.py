"""Import files of JSON and web archives of other tools into an open crawl.

Each file of JSON becomes a record as a whole, whatever it holds; a long one of JSON Lines becomes segments that end at
line ends, an export (WXR) segments that end at the ends of items. Of web archives each answer of the site's API becomes
a record. `observations/items.py` reads what is in them, as of any other response.
"""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.archive.reader import decoded, link_of
from presscorpus.archive.receipt import CollectionReceipt, Receipt
from presscorpus.crawl.imports import export_files, files, reading, warc
from presscorpus.crawl.imports.several_sites import Hosts
from presscorpus.crawl.imports.totals import Totals
from presscorpus.observations import publicness
from presscorpus.observations.items import observe
from presscorpus.observations.payload import split
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from presscorpus.archive.writer import CrawlWriter, Exchange, Original
    from presscorpus.observations.items import Seen

_OK = 200
_SHOWN = 3


class Imported(NamedTuple):
    """The outcome of an import.

    `troubles` has a line for each thing that is missing, `notes` one for what was passed over and lacks nothing.
    """

    receipt: Receipt
    troubles: list[str]
    notes: list[str]


def capture(
    source: Path,
    crawl: CrawlWriter,
    as_of: datetime,
    *,
    address: str,
    max_bytes: int,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Imported:
    """Import a file or folder into an open crawl.

    Args:
        source: The file or folder.
        crawl: The open crawl.
        as_of: When JSON files count as observed; answers after it are refused.
        address: That of the site, whose answers are taken from web archives.
        max_bytes: The greatest size of a response.
        progress: Called after each file with how many are done, and how many there are.

    Returns:
        The receipt and its remarks.

    Raises:
        SourceError: There is nothing to read, nothing in it is an item of a WordPress site, or it holds posts of
            several sites under the same numbers.
    """
    found = files.find(source)
    work = Import(source, crawl, as_of, address=address, max_bytes=max_bytes, shut=found.shut)
    for done, path in enumerate(found.files, 1):
        work.take(path)
        progress(done, len(found.files))
    work.end()
    if not work.has_items:
        raise files.nothing(source, [*work.reasons(), *_elsewhere(work.others, address)])
    work.hosts.require_one_site(source)
    receipt, troubles = work.receipt(files.digest(source, found.files))
    return Imported(receipt, troubles, [*files.passed_over(source, found.passed), *work.unread()])


class Import:
    """An import in progress: what was read, what it held, and what could not be read.

    Attributes:
        hosts: The hosts of the posts that were read.
    """

    def __init__(
        self, source: Path, crawl: CrawlWriter, as_of: datetime, *, address: str, max_bytes: int, shut: list[str]
    ) -> None:
        self._root = source if source.is_dir() else source.parent
        self._crawl, self._as_of, self._address, self._max_bytes = crawl, as_of, address, max_bytes
        self._archives = warc.Reader(warc.bare(address), max_bytes)
        self._bad: Counter[str] = Counter({"files": len(shut)} if shut else {})
        self._troubles = list(shut)
        self._hidden: Counter[str] = Counter()
        self._public = False
        self._totals = Totals()
        self.hosts = Hosts()
        self._others: dict[str, list[str]] = {}
        self._files: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._read = self._size = 0

    def take(self, path: Path) -> None:
        """Import one file, and count its items. A fault in it is noted, never raised.

        Args:
            path: The file.
        """
        name = path.relative_to(self._root).as_posix()
        try:
            with path.open("rb") as file:
                if warc.holds(file):
                    self._take_answers(self._archives.read(name, file))
                else:
                    self._take_json(name, path, file)
        except reading.BROKEN as error:
            self._note("files", f"{files.shown(name)}: {reading.why(error)}")
            return
        self._read += 1

    def end(self) -> None:
        """Import the answers that equal one in another archive, which had to wait for it."""
        self._take_answers(self._archives.rest())
        self._archives.close()

    @property
    def others(self) -> list[str]:
        """Other sites whose answers the web archives hold, without scheme."""
        return sorted(self._archives.others)

    @property
    def has_items(self) -> bool:
        """Whether anything that was read is an item."""
        return bool(self._files)

    def reasons(self) -> list[str]:
        """Why nothing is an item.

        Returns:
            Sentences, the most telling first.
        """
        without = [warc.without_api(self._archives.pages)] if self._archives.pages else []
        return [*self._troubles, *without, *self.unread()]

    def unread(self) -> list[str]:
        """Write a line about responses without items, of which nothing is missing.

        Returns:
            One line; nothing for none.
        """
        pages = self._archives.pages if self.has_items else 0
        keyless = [f"left out {pages} HTML pages of a WordPress that do not say which post they show"] if pages else []
        if not self._others:
            return keyless
        names = [name for of_kind in self._others.values() for name in of_kind]
        kinds = ", ".join(f"{len(of_kind)} {kind}" for kind, of_kind in sorted(self._others.items()))
        more = ", ..." if len(names) > _SHOWN else ""
        return [
            *keyless,
            f"kept without reading, since no item is in them: {kinds} ({', '.join(names[:_SHOWN])}{more})",
        ]

    def _take_answers(self, answers: Iterator[warc.Answer | warc.Trouble]) -> None:
        for each in answers:
            if isinstance(each, warc.Answer):
                self._take_answer(*each)
            else:
                self._note("records", str(each))

    def _take_answer(self, exchange: Exchange, original: Original) -> None:
        place = f"{files.shown(original.file)}: offset {original.offset}"
        coding = next((value for name, value in exchange.headers if name.lower() == "content-encoding"), None)
        payload = decoded(exchange.body, coding, self._max_bytes + 1)
        if len(payload) > self._max_bytes:
            self._note("records", f"{place}: the answer is larger than {self._max_bytes} bytes")
        elif exchange.requested_at.replace(microsecond=0) > self._as_of:
            self._note("records", f"{place}: is dated {original.date}, after the as_of of its site")
        else:
            self._crawl.captured(exchange, original)
            seen = observe(payload, exchange.url, exchange.status or None, link_of(exchange.headers))
            self._count(place, payload, seen, login=original.authenticated)
            if exchange.status in {0, _OK}:
                self._totals.told(exchange.url, exchange.headers, payload, seen)
            if exchange.status == _OK and not seen.items and not seen.faults:
                self._explain(place, payload, exchange.url)

    def _explain(self, place: str, payload: bytes, url: str) -> None:
        """Note an answer that should have been JSON and is not."""
        pieces, unreadable = split(payload, url)
        if unreadable and not pieces:
            self._note("unrecognised", f"{place}: {unreadable[0].reason}")

    def _take_json(self, name: str, path: Path, file: IO[bytes]) -> None:
        with reading.unpacked(file) as plain:
            rest, is_lines = reading.lines_or_whole(plain, name)
            if export_files.is_export(rest):
                self._take_export(name, rest)
            elif is_lines:
                self._take_lines(name, rest)
            else:
                self._take_whole(name, path, rest)

    def _take_whole(self, name: str, path: Path, file: IO[bytes]) -> None:
        most = reading.most_bytes(path, self._max_bytes)
        data, damage = reading.as_far_as_whole(file, most + 1)
        if damage is not None and not data:
            raise damage
        if len(data) > most:
            raise OSError(f"unpacks to more than {most} bytes; as JSON Lines it may have any length")
        origin = None if name.lower().endswith(".json") else sha256_of(path)
        seen = observe(data, name, None)
        # What holds no item is kept, and never read again.
        aside = not seen.items and not seen.faults and seen.site_index is None
        self._crawl.imported(name, self._as_of, data, origin=origin, aside=aside)
        self._count_file(name, data, seen)
        self._totals.told(name, (), data, seen)
        if damage is not None:
            self._note("files", f"{files.shown(name)}: {reading.why(damage)}")

    def _take_lines(self, name: str, file: IO[bytes]) -> None:
        first: str | None = None
        for number, data in enumerate(reading.segments(file, self._max_bytes), 1):
            record_id = self._crawl.segment(name, self._as_of, data, number=number, first=first)
            first = first or record_id
            seen = observe(data, name, None)
            self._count_file(name, data, seen)
            self._totals.told(name, (), b"", seen)

    def _take_export(self, name: str, file: IO[bytes]) -> None:
        first, later = None, name
        for number, data in enumerate(export_files.segments(file, self._max_bytes), 1):
            url = name if first is None else later
            record_id = self._crawl.segment(
                url, self._as_of, data, number=number, first=first, media=export_files.MEDIA
            )
            if first is None:
                first, later = record_id, export_files.later_name(name, data)
            seen = observe(data, url, None)
            self._count_file(name, data, seen)
            self._totals.told(name, (), b"", seen)

    def _count_file(self, name: str, data: bytes, seen: Seen) -> None:
        """Count what a file holds, or a segment of it.

        Web archives say themselves which site answered.
        """
        self._count(files.shown(name), data, seen)
        self.hosts.add(files.shown(name), seen.items)

    def _count(self, place: str, data: bytes, seen: Seen, *, login: bool = False) -> None:
        self._size += len(data)
        self._hidden.update(item.table for item in seen.items if login or item.hidden)
        self._public |= any(not login and item.hidden != publicness.LOGIN for item in seen.items)
        listed = [item for item in seen.items if not item.embedded]
        self._files.update({item.table for item in listed})
        for item in listed:
            self._bytes[item.table] += len(item.raw)
        for fault in seen.faults:
            number = f"item {fault.ordinal}: " if fault.ordinal else ""
            self._note(fault.table or "unrecognised", f"{place}: {number}{fault.reason}")
        for kind in seen.others:
            self._others.setdefault(kind, []).append(place)

    def _note(self, collection: str, trouble: str) -> None:
        self._bad[collection] += 1
        self._troubles.append(trouble)

    def receipt(self, source_digest: str) -> tuple[Receipt, list[str]]:
        """Make the receipt of the import.

        Args:
            source_digest: SHA-256 of its files.

        Returns:
            The receipt, and a line for each thing that is missing.
        """
        collections: list[CollectionReceipt] = []
        missing: list[str] = []
        for name in sorted(self._totals.tables() | self._bad.keys()):
            total = self._totals.of(name)
            missing += total.reasons
            failed = self._bad[name] + total.missing
            collections.append(
                CollectionReceipt(
                    collection=name,
                    advertised_start=total.first,
                    advertised_end=total.last,
                    swept=total.items + failed,
                    fetched=total.items,
                    failed=failed,
                    requests=self._files[name],
                    bytes=self._bytes[name],
                    hidden=self._hidden[name] or msgspec.UNSET,
                )
            )
        troubles = [*missing, *self._troubles]
        known = all(each.advertised_end is not None for each in collections)
        return Receipt(
            site=self._crawl.site, crawl=self._crawl.crawl, source="files", address=self._address,
            started_at=self._as_of, ended_at=self._as_of, source_digest=source_digest,
            outcome="incomplete" if troubles else "complete" if known else "unknown",
            reason="; ".join(troubles[:_SHOWN]) or None,
            requests=self._read, bytes=self._size, collections=collections,
            authenticated=bool(self._hidden) and not self._public,
        ), troubles  # fmt: skip


def _elsewhere(others: list[str], address: str) -> list[str]:
    named = ", ".join(others[:_SHOWN]) + (f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else "")
    return [f"its web archives have answers of {named}, and none of {address}"] if others else []
