"""Captures that somebody already has: a JSON file, a folder of them, JSON Lines; plain, gzip or Zstandard.

Each file goes into the archive whole, whatever it holds; a long JSON Lines file in segments that end at line ends.
What is in them is judged by `builder/tables/observed.py`, as for any other response.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import zstandard

from builder.archive.write import SEGMENT_BYTES
from builder.errors import SourceError
from builder.receipts import CollectionReceipt, Receipt
from builder.tables.observed import observe
from builder.tables.payload import is_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from builder.archive import CrawlWriter

ENDINGS = tuple(kind + packed for kind in (".json", ".jsonl", ".ndjson") for packed in ("", ".gz", ".zst"))


def find(source: Path) -> tuple[list[Path], list[str]]:
    """The files of a source, in the order of their names: the file itself, or all JSON below a folder.

    The second list has a line for each folder below that may not be read. Raises SourceError when there is nothing
    there, or nothing that may be read.
    """
    if source.is_file():
        if not os.access(source, os.R_OK):
            raise _shut(source)
        return [source], []
    if not source.is_dir():
        raise SourceError("there is no such file or folder", where=str(source))
    shut: list[OSError] = []
    # Walking, not globbing: a folder that may not be read must not look like an empty one.
    found = [
        Path(folder, name)
        for folder, _, names in os.walk(source, onerror=shut.append)
        for name in names
        if name.lower().endswith(ENDINGS) and Path(folder, name).is_file()
    ]
    if not found and shut:
        raise _shut(Path(shut[0].filename))
    if not found:
        raise SourceError(
            "holds no JSON", where=str(source), advice=f"Looked for files ending in {', '.join(ENDINGS)}."
        )
    ordered = sorted(found, key=lambda path: os.fsencode(path.relative_to(source).as_posix()))
    return ordered, [f"{_shown(os.path.relpath(error.filename, source))}: may not be read" for error in shut]


def _shut(path: Path) -> SourceError:
    return SourceError("may not be read", where=str(path), advice="Check its permissions.")


def _shown(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


class Import:
    """An import in progress: what was read, what it held, and what could not be read."""

    def __init__(self, source: Path, crawl: CrawlWriter, as_of: datetime, max_bytes: int, shut: list[str]) -> None:
        self._root = source if source.is_dir() else source.parent
        self._crawl, self._as_of, self._max_bytes = crawl, as_of, max_bytes
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
            with path.open("rb") as raw, _unpacked(raw, name) as file:
                if is_lines(name):
                    self._take_lines(name, file)
                else:
                    self._take_whole(name, file, path)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            self.bad["files"] += 1
            self.troubles.append(f"{_shown(name)}: cannot be read: {getattr(error, 'strerror', None) or error}")
            return
        self.files += 1

    def _take_whole(self, name: str, file: IO[bytes], path: Path) -> None:
        data = file.read(self._max_bytes + 1)
        if len(data) > self._max_bytes:
            raise OSError(f"larger than {self._max_bytes} bytes; as JSON Lines it may have any length")
        origin = None if name.lower().endswith(".json") else _digest(path)
        self._crawl.imported(name, self._as_of, data, origin=origin)
        self._count(name, data)

    def _take_lines(self, name: str, file: IO[bytes]) -> None:
        first: str | None = None
        for number, data in enumerate(_segments(file, self._max_bytes), 1):
            record_id = self._crawl.segment(name, self._as_of, data, number=number, first=first)
            first = first or record_id
            self._count(name, data)

    def _count(self, name: str, data: bytes) -> None:
        self.bytes += len(data)
        seen = observe(data, name, None)
        self.good.update(item.table for item in seen.items)
        self._files.update({item.table for item in seen.items})
        for item in seen.items:
            self._bytes[item.table] += len(item.raw)
        for fault in seen.faults:
            self.bad[fault.table or "unrecognised"] += 1
            place = f"item {fault.ordinal}: " if fault.ordinal else ""
            self.troubles.append(f"{_shown(name)}: {place}{fault.reason}")

    def receipt(self, address: str, source_digest: str) -> Receipt:
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
            site=self._crawl.site, crawl=self._crawl.crawl, source="files", address=address,
            started_at=self._as_of, ended_at=self._as_of, source_digest=source_digest,
            outcome="incomplete" if self.troubles else "complete", reason="; ".join(self.troubles[:3]) or None,
            requests=self.files, bytes=self.bytes, collections=collections,
        )  # fmt: skip


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
    files, shut = find(source)
    work = Import(source, crawl, as_of, max_bytes, shut)
    for done, path in enumerate(files, 1):
        work.take(path)
        progress(done, len(files))
    if not work.good:
        raise _nothing(source, work.troubles)
    return work.receipt(address, digest(source, files)), work.troubles


def digest(source: Path, files: list[Path]) -> str:
    """SHA-256 over names and bytes of the files of a source: it changes when any of them does."""
    whole = hashlib.sha256()
    for path in files:
        name = path.name if path == source else path.relative_to(source).as_posix()
        try:
            of_file = _digest(path)
        except OSError as error:
            of_file = str(error.strerror)
        whole.update(os.fsencode(name) + f" {of_file}\n".encode())
    return whole.hexdigest()


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    if name.lower().endswith(".gz"):
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if name.lower().endswith(".zst"):
        return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    return raw


def _segments(file: IO[bytes], max_bytes: int) -> Iterator[bytes]:
    """Pieces of about SEGMENT_BYTES that end at line ends. Raises OSError for a line longer than `max_bytes`."""
    rest = b""
    while block := file.read(SEGMENT_BYTES):
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end]
        rest = data[end:]
        if len(rest) > max_bytes:
            raise OSError(f"a line is longer than {max_bytes} bytes")
    if rest:
        yield rest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def address(source: Path, max_bytes: int) -> str | None:
    """The origin of the site that a source is of, as the first item with a permalink shows it; null where none does.

    Raises SourceError as `find` does, and where nothing in the source is an item of a WordPress site.
    """
    seen_any = False
    files, troubles = find(source)
    for path in files:
        try:
            with path.open("rb") as raw, _unpacked(raw, path.name) as file:
                data = next(_segments(file, max_bytes), b"") if is_lines(path.name) else file.read(max_bytes + 1)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            troubles.append(f"{_shown(path.name)}: cannot be read: {getattr(error, 'strerror', None) or error}")
            continue
        if len(data) > max_bytes and not is_lines(path.name):
            troubles.append(f"{_shown(path.name)}: cannot be read: larger than {max_bytes} bytes")
            continue
        seen = observe(data, path.name, None)
        seen_any = seen_any or bool(seen.items)
        troubles += [f"{_shown(path.name)}: {fault.reason}" for fault in seen.faults]
        origins = (_origin_of(item.body) for item in seen.items)
        if origin := next((each for each in origins if each), None):
            return origin
    if not seen_any:
        raise _nothing(source, troubles)
    return None


def _origin_of(body: bytes) -> str | None:
    """The origin of an item's permalink; null where it has none."""
    try:
        parts = urlsplit(str(msgspec.json.decode(body).get("link") or ""))
        has_origin = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/" if has_origin else None


def _nothing(source: Path, troubles: list[str]) -> SourceError:
    return SourceError(
        f"holds no post, term or other item of a WordPress site: {troubles[0] if troubles else 'only empty lists'}",
        where=str(source),
        advice="Expected is JSON as the REST API gives it, for example from /wp-json/wp/v2/posts.",
    )
