"""Reading what a killed crawl left: the whole records of a partial file.

The answers in them need not be asked for again. A kill tears the last record at most, since each exchange is flushed as
it is stored. An exchange counts when both of its records are whole; whatever stands behind the last such pair is cut
off. A receipt at the end, of a crawl that died while it was being closed, is cut off too, and written again.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from presscorpus.archive import warc_record
from presscorpus.archive.reader import FILE, REVISIT, broken, counted, decoded
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from warcio import archiveiterator
else:
    archiveiterator = lazy("warcio.archiveiterator")

_GZIP = zlib.MAX_WBITS | 16
_CHUNK = 64 * 1024


class Kept(NamedTuple):
    """An answer that a killed crawl stored, and where in the partial file.

    `status` is 0 where the record has none. `start` and `end` are the extent of its record in bytes. `record_id`,
    `digest`, `file` and `repeats` are as in `reader.Capture`.
    """

    url: str
    status: int
    content_type: str
    requested_at: datetime
    start: int
    end: int
    record_id: str = ""
    digest: str = ""
    file: str | None = None
    repeats: bool = False


class Recalled(NamedTuple):
    """A stored answer read again.

    `raw` is its body as received, `body` the same without content coding. `at` is when it was asked for, UTC.
    """

    url: str
    status: int
    headers: list[tuple[str, str]]
    raw: bytes
    body: bytes
    at: datetime


class Remains(NamedTuple):
    """The whole part of a partial file.

    `size` is its length in bytes, `records` how many records it holds, `digests` the SHA-256 of each payload in order,
    `answers` the responses among them.
    """

    size: int
    records: int
    digests: list[str]
    answers: list[Kept]


def remains(partial: Path) -> Remains:
    """Find the whole part of a partial file.

    Args:
        partial: The archive file of a crawl that is not closed; it may be missing.

    Returns:
        The part that can be kept; a `size` of 0 where nothing can.

    Raises:
        OSError: The file cannot be read.
    """
    size, digests, answers = 0, list[str](), list[Kept]()
    before: list[str] = []
    waiting: tuple[Kept, str] | None = None
    if not partial.exists():
        return Remains(0, 0, [], [])
    with partial.open("rb") as file:
        for start, end, member in _members(file):
            found = _record(member)
            if found is None:
                break
            record, http, body = found
            digest = hashlib.sha256(body).hexdigest()
            claimed = str(record.rec_headers.get_header("WARC-Payload-Digest")).removeprefix("sha256:")
            if claimed != digest and (record.rec_type != REVISIT or body):
                break
            if record.rec_type in {"response", REVISIT}:
                waiting = _kept(record, http, start, end), counted(claimed, repeats=record.rec_type == REVISIT)
            elif record.rec_type == "request" and waiting is not None:
                answers.append(waiting[0])
                digests += [*before, waiting[1], digest]
                size, waiting, before = end, None, []
            elif record.rec_type == "metadata" and waiting is None:
                before.append(digest)  # the certificates of a server, which stand before its first answer
            else:
                break
    return Remains(size, len(digests), digests, answers)


def recall(partial: Path, kept: Kept, others: Sequence[Kept] = ()) -> Recalled:
    """Read a stored answer again.

    Args:
        partial: The partial file.
        kept: An answer in it, from `remains`.
        others: All answers in it, one of which holds the bytes of one that `repeats`.

    Returns:
        The answer with its headers and its body.

    Raises:
        OSError: The file cannot be read.
        ValueError: The record is no longer there, which only a change of the file from outside brings about.
    """
    with partial.open("rb") as file:
        file.seek(kept.start)
        found = _record(zlib.decompress(file.read(kept.end - kept.start), _GZIP))
    if found is None:  # pragma: no cover - it was whole a moment ago
        raise ValueError(kept.url)
    _, http, body = found
    headers = warc_record.http_lines(http)
    if kept.repeats:
        same = (each for each in others if each.digest == kept.digest and each.file and not each.repeats)
        first = recall(partial, next(same))
        return Recalled(kept.url, kept.status, headers, first.raw, first.body, kept.requested_at)
    whole = decoded(body, warc_record.first(headers, "content-encoding"))
    return Recalled(kept.url, kept.status, headers, body, whole, kept.requested_at)


def _members(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Yield the whole gzip members of a file: start, end, and what is in each.

    Ends before the first that is not whole.
    """
    start = 0
    while True:
        file.seek(start)
        inflate, member, end = zlib.decompressobj(_GZIP), bytearray(), start
        while not inflate.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return
            try:
                member += inflate.decompress(chunk)
            except zlib.error:
                return
            end += len(chunk)
        end -= len(inflate.unused_data)
        yield start, end, bytes(member)
        start = end


def _record(member: bytes) -> tuple[Any, bytes, bytes] | None:
    """The record in a gzip member, its HTTP header and body; null if not whole."""
    try:
        record = next(iter(archiveiterator.ArchiveIterator(BytesIO(member), no_record_parse=True)))
        block = bytes(record.raw_stream.read())
        return record, *warc_record.parted(record.rec_type, block)
    except broken(StopIteration):
        return None


def _kept(record: Any, http: bytes, start: int, end: int) -> Kept:
    headers = record.rec_headers
    return Kept(
        headers.get_header("WARC-Target-URI"),
        warc_record.status_of(http) or 0,
        warc_record.first(warc_record.http_lines(http), "content-type") or "",
        datetime.fromisoformat(headers.get_header("WARC-Date")),
        start,
        end,
        headers.get_header("WARC-Record-ID").strip("<>"),
        headers.get_header("WARC-Payload-Digest").removeprefix("sha256:"),
        None if (named := headers.get_header(FILE)) is None else unquote(named),
        repeats=record.rec_type == REVISIT,
    )
