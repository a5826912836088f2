"""The address of the site that files are of, from their content."""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from presscorpus.crawl.imports import export_files, files, reading, warc, warc_pages
from presscorpus.errors import SourceError
from presscorpus.observations.items import observe
from presscorpus.observations.shapes import value

if TYPE_CHECKING:
    from pathlib import Path


def address(source: Path, max_bytes: int) -> str | None:
    """Find the front page of the site that a source is of.

    JSON shows it by the first permalink (its origin), an export in its head, a web archive by the API that answered.

    Args:
        source: A file or folder.
        max_bytes: The greatest size of a response.

    Returns:
        An absolute address; null where nothing shows it.

    Raises:
        SourceError: There is nothing to read, nothing is an item of a WordPress site, or an archive has several sites.
    """
    look = _Look(source, max_bytes)
    there = files.find(source)
    look.troubles = there.shut
    for path in there.files:
        try:
            with path.open("rb") as file:
                shown = look.into_archive(path, file) if warc.holds(file) else look.into_json(path, file)
        except reading.BROKEN as error:
            look.trouble(path, reading.why(error))
            continue
        if shown:
            return shown
    if not look.seen_any:
        raise files.nothing(source, [*look.troubles, *look.others])
    return None


class _Look:
    """The files of a source: whether any held an item, and what was wrong with them."""

    def __init__(self, source: Path, max_bytes: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self.seen_any = False
        self.troubles: list[str] = []
        self.others: list[str] = []

    def trouble(self, path: Path, what: str) -> None:
        self.troubles.append(f"{files.shown(path.name)}: {what}")

    def into_json(self, path: Path, file: IO[bytes]) -> str | None:
        limit = reading.most_bytes(path, self._max_bytes)
        with reading.unpacked(file) as plain:
            rest, is_lines = reading.lines_or_whole(plain, path.name)
            if export_files.is_export(rest):
                return self._into_export(path, next(export_files.segments(rest, limit), b""))
            data = next(reading.segments(rest, limit), b"") if is_lines else reading.as_far_as_whole(rest, limit + 1)[0]
        if len(data) > limit and not is_lines:
            raise OSError(f"unpacks to more than {limit} bytes")
        seen = observe(data, path.name, None)
        self.seen_any = self.seen_any or bool(seen.items)
        for fault in seen.faults:
            self.trouble(path, fault.reason)
        self.others += [f"{files.shown(path.name)}: {each}, and no item" for each in seen.others]
        return next((origin for item in seen.items if (origin := _origin_of(item.body))), None)

    def _into_export(self, path: Path, data: bytes) -> str | None:
        seen = observe(data, path.name, None)
        self.seen_any = self.seen_any or bool(seen.items)
        for fault in seen.faults:
            self.trouble(path, fault.reason)
        return export_files.address(data) or next(filter(None, (_origin_of(item.body) for item in seen.items)), None)

    def into_archive(self, path: Path, file: IO[bytes]) -> str | None:
        shown: dict[str, Counter[str]] = {}
        reader = warc.Reader(None, self._max_bytes)
        try:
            for each in reader.read(path.name, file):
                if isinstance(each, warc.Trouble):
                    self.troubles.append(str(each))
                    continue
                url = each.exchange.url
                bare = warc.home(url)
                if bare is None:
                    url = warc_pages.home(each.exchange, self._max_bytes) or urljoin(url, "/")
                    bare = warc.bare(url)
                scheme = urlsplit(url).scheme
                shown.setdefault(bare, Counter())[f"{scheme}://{_as_written(url, bare)}"] += 1
        finally:
            reader.close()
        if len(shown) > 1:
            raise SourceError(
                f"holds answers of several sites: {', '.join(sorted(shown))}",
                where=str(path),
                advice="Name the one that is meant: --address https://...",
            )
        self.seen_any = self.seen_any or bool(shown)
        if not shown:
            self.trouble(path, warc.without_api(reader.pages))
        return next((spellings.most_common(1)[0][0] for spellings in shown.values()), None)


def _as_written(url: str, bare: str) -> str:
    """The site that `warc.home` names, with the `www.` that its address has."""
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    return f"www.{bare}" if host.startswith(f"www.{bare.partition('/')[0]}") else bare


def _origin_of(body: bytes) -> str | None:
    """The origin of an item's permalink, or else of its guid."""
    try:
        keys = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None
    guid = value(keys, "guid")
    for written in (value(keys, "link"), guid.get("rendered") if isinstance(guid, dict) else guid):
        try:
            parts = urlsplit(written if isinstance(written, str) else "")
            if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
                return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
        except ValueError:
            continue
    return None
