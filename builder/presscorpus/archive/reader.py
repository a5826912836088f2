"""Reading a closed crawl: records in order, verified by digest and decoded."""

from __future__ import annotations

import hashlib
import sys
import zlib
from datetime import datetime
from functools import partial
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import zstandard
from zlib_ng import zlib_ng

from presscorpus.archive.receipt_file import read_receipt, restore_advice
from presscorpus.errors import ArchiveError, reason_of
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa
    from warcio import archiveiterator, exceptions
else:
    pa = lazy("pyarrow")
    archiveiterator = lazy("warcio.archiveiterator")
    exceptions = lazy("warcio.exceptions")

AUTHENTICATED = "X-Presscorpus-Authenticated"
"""Header of a record whose answer somebody got who was logged in."""
FILE = "X-Presscorpus-File"
"""Header of a record about a media file: the address as the item names it, percent-encoded once more."""
BEFORE = "X-Presscorpus-Erased-Digest"
"""Header of a record that something was erased from: the digest of its body before."""
REVISIT = "revisit"
"""Type of a record whose payload is that of an earlier record of the same crawl."""
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_STEP = 256 * 1024
_GZIP, _MOST_LAYERS = b"\x1f\x8b", 2
# How JSON begins, after a byte order mark as well.
_JSON = (b"{", b"[", b"\xef")
_LINK = frozenset({"link", "x-archive-orig-link"})
_KINDS = frozenset({"response", "resource", "continuation", REVISIT})


# A body that unpacks to more bytes is a decompression bomb: it is cut here, so that it is no whole JSON.
MOST_PAYLOAD = 256 * 1024 * 1024


class Capture(NamedTuple):
    """One response or imported file (or a segment of one).

    Attributes:
        record_id: WARC-Record-ID without angle brackets.
        url: WARC-Target-URI: the address asked for, or `file:///` and the path of an imported file.
        requested_at: WARC-Date, in UTC.
        http_status: Null for an imported file.
        payload: The body with its content coding undone, where that can be done: JSON, or whatever else came.
        offset: Where the record starts in the compressed file; of use on this machine only.
        digest: SHA-256 of the body as it is stored, in hex.
        authenticated: Whether the web archive that it came from holds a sign of a login.
        link: The HTTP header `Link`, several joined by commas; null where there is none.
        file: The address of a media file as an item names it, where the record is about one; null for all others.
        repeats: Whether the payload is that of an earlier record with this digest, and stands there alone.
        erased: Whether something was erased from the record.
    """

    record_id: str
    url: str
    requested_at: datetime
    http_status: int | None
    payload: bytes
    offset: int
    digest: str
    authenticated: bool = False
    link: str | None = None
    file: str | None = None
    repeats: bool = False
    erased: bool = False


def broken(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """Return the errors that warcio raises on damaged bytes, and `others`."""
    accidents = (zlib.error, EOFError, ValueError, AttributeError, TypeError, LookupError, OverflowError)
    return exceptions.ArchiveLoadFailed, *accidents, *others


def read_crawl(warc: Path, *, files: bool = False) -> Iterator[Capture]:
    """Yield all captures of a closed crawl, in order.

    Args:
        warc: The archive file, which has its receipt beside it.
        files: Whether media files come as well. Nobody reads those for items, whatever is in them.

    Yields:
        Responses, imported files and segments; requests and metadata are verified and left out.

    Raises:
        ArchiveError: A record does not match its digest or cannot be read (the message names file and offset), the
            records are not those that the receipt counts, or either file is missing.
    """
    receipt = read_receipt(warc)
    digests = hashlib.sha256()
    count = 0
    with _open(warc) as file:
        for record, offset in _records(file, warc):
            body = _body(record, warc, offset)
            digest = _digest(body, record, warc, offset)
            digests.update(counted(digest, repeats=record.rec_type == REVISIT).encode())
            count += 1
            if record.rec_type in _KINDS and (files or record.rec_headers.get_header(FILE) is None):
                yield _described(record, body, warc, offset, digest)
    if count != receipt.records or digests.hexdigest() != receipt.content_digest:
        raise ArchiveError(
            f"holds {count} whole records where its receipt counts {receipt.records}",
            where=str(warc),
            advice=restore_advice(warc),
        )


def read_open(warc: Path, *, files: bool = False) -> Iterator[Capture]:
    """Yield the captures of a crawl that is still being written.

    Args:
        warc: The archive file, which ends with a whole record.
        files: As in `read_crawl`.

    Yields:
        Captures as `read_crawl` yields them, each verified by its digest.

    Raises:
        ArchiveError: A record does not match its digest or cannot be read.
    """
    with _open(warc) as file:
        for record, offset in _records(file, warc):
            body = _body(record, warc, offset)
            digest = _digest(body, record, warc, offset)
            if record.rec_type in _KINDS and (files or record.rec_headers.get_header(FILE) is None):
                yield _described(record, body, warc, offset, digest)


def read_at(warc: Path, offset: int) -> Capture:
    """Return the capture that starts at an offset.

    Args:
        warc: The archive file.
        offset: Position in the compressed file, in bytes, from a `Capture`.

    Returns:
        The capture, verified by its digest.

    Raises:
        ArchiveError: The file cannot be read, or no whole record starts there.
    """
    with _open(warc) as file:
        file.seek(offset)
        for record, _ in _records(file, warc):
            body = _body(record, warc, offset)
            return _described(record, body, warc, offset, _digest(body, record, warc, offset))
    raise _damaged(warc, offset, "there is no record")


def _open(warc: Path) -> IO[bytes]:
    try:
        return warc.open("rb")
    except OSError as error:
        raise ArchiveError(f"cannot be read: {reason_of(error)}", where=str(warc)) from None


def _records(file: IO[bytes], warc: Path) -> Iterator[tuple[Any, int]]:
    iterator = archiveiterator.ArchiveIterator(file)
    # warcio's own zlib takes twice the time.
    iterator.reader.DECOMPRESSORS = {"gzip": partial(zlib_ng.decompressobj, wbits=_WINDOWS["gzip"])}
    iterator.reader.set_decomp("gzip")
    offset = file.tell()
    while True:
        try:
            record = next(iterator)
        except StopIteration:
            return
        except broken():
            raise _damaged(warc, offset, "there is no whole record") from None
        start = iterator.offset
        yield record, start
        # Read on to the next member, so that its start is known.
        iterator.read_to_end()
        offset = iterator.offset


def _body(record: Any, warc: Path, offset: int) -> bytes:
    try:
        return bytes(record.raw_stream.read())
    except broken():
        raise _damaged(warc, offset, "the record cannot be read to its end") from None


def _digest(body: bytes, record: Any, warc: Path, offset: int) -> str:
    claimed = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    if record.rec_type == REVISIT and not body:
        return str(claimed.removeprefix("sha256:"))
    actual = hashlib.sha256(body).hexdigest()
    if claimed != f"sha256:{actual}":
        raise _damaged(warc, offset, "the payload does not match its digest")
    return actual


def counted(digest: str, *, repeats: bool) -> str:
    """Return the digest of a record that its receipt's `content_digest` counts.

    Args:
        digest: That of its payload, in hex.
        repeats: Whether it is a revisit, whose body stands elsewhere.

    Returns:
        The digest itself; for a revisit that of what the tree takes for its body (docs/explanation/evidence.md).
    """
    return hashlib.sha256(f"sha256:{digest}".encode()).hexdigest() if repeats else digest


def _described(record: Any, body: bytes, warc: Path, offset: int, digest: str) -> Capture:
    """The capture of a record.

    Raises ArchiveError where a header that it needs is missing or malformed.
    """
    try:
        return _capture(record, body, offset, digest)
    except (AttributeError, TypeError, ValueError):
        raise _damaged(warc, offset, "its headers are not those of a response") from None


def _capture(record: Any, body: bytes, offset: int, digest: str) -> Capture:
    headers = record.rec_headers
    status = record.http_headers.get_statuscode() if record.http_headers else None
    coding = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    # What was cut at a limit, perhaps that of the unpacked size, is kept as evidence, and is no whole JSON.
    return Capture(
        record_id=headers.get_header("WARC-Record-ID").strip("<>"),
        url=headers.get_header("WARC-Target-URI"),
        requested_at=datetime.fromisoformat(headers.get_header("WARC-Date")),
        http_status=int(status) if status else None,
        payload=body if headers.get_header("WARC-Truncated") else decoded(body, coding, MOST_PAYLOAD),
        offset=offset,
        digest=digest,
        authenticated=headers.get_header(AUTHENTICATED) is not None,
        link=link_of(record.http_headers.headers) if record.http_headers else None,
        file=None if (named := headers.get_header(FILE)) is None else unquote(named),
        repeats=record.rec_type == REVISIT,
        erased=headers.get_header(BEFORE) is not None,
    )


def link_of(headers: Iterable[tuple[str, str]]) -> str | None:
    """Return the header `Link` of a response, several joined (RFC 9110 section 5.3).

    A replay of the Internet Archive has that of the original under a name of its own.

    Args:
        headers: Names and values.

    Returns:
        The value; null where there is none.
    """
    return ", ".join(value for name, value in headers if name.lower() in _LINK) or None


def decoded(body: bytes, coding: str | None, limit: int = sys.maxsize) -> bytes:
    """Return a body with its content codings undone (RFC 9110 section 8.4).

    Known are gzip, deflate, br (RFC 7932) and zstd (RFC 8878), one upon the other as well. gzip that is named once and
    was applied twice is undone twice, and JSON is unpacked where nothing says that it is packed. A body that was cut
    short is undone as far as it goes.

    Args:
        body: The body as received.
        coding: The value of Content-Encoding; null where there was none.
        limit: The most bytes to make of it, against decompression bombs.

    Returns:
        The decoded bytes. A body in another coding, or that is not what its header says, comes back as it is: it was
        stored because it came, and whether it holds anything is for the caller to judge.
    """
    names = [name.strip() for name in (coding or "").lower().split(",")]
    for name in reversed(names):
        body = undone(body, name, limit)
    # A cache before a server that compresses by itself names gzip once and applies it twice, or not at all.
    for _ in range(_MOST_LAYERS):
        if not body.startswith(_GZIP):
            break
        inner = undone(body, "gzip", limit)
        if names[-1] not in _WINDOWS and inner.lstrip()[:1] not in _JSON:
            break
        body = inner
    return body


def undone(body: bytes, coding: str, limit: int) -> bytes:
    """Return a body with one content coding undone.

    As it is where that cannot be done.
    """
    try:
        if coding in _WINDOWS:
            return _inflated(body, _WINDOWS[coding], limit)
        if coding == "zstd":
            return _read(zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True), limit)
        if coding == "br":
            with pa.CompressedInputStream(pa.BufferReader(body), "brotli") as stream:
                return _read(stream, limit)
    except (zlib.error, zstandard.ZstdError, OSError):
        pass
    return body


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(body, limit)
    except zlib.error:
        if window != zlib.MAX_WBITS:
            raise
        # Many servers send deflate without the zlib header that RFC 9110 section 8.4.1.2 asks for.
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, limit)


def _read(stream: Any, limit: int) -> bytes:
    found = bytearray()
    while len(found) < limit and (piece := stream.read(min(_STEP, limit - len(found)))):
        found += piece
    return bytes(found)


def _damaged(warc: Path, offset: int, why: str) -> ArchiveError:
    return ArchiveError(
        f"is damaged at offset {offset}: {why}",
        where=str(warc),
        advice=restore_advice(warc),
    )
