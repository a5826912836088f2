"""Writing a crawl: responses and files as WARC records, closed by a receipt."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from datetime import datetime
from typing import IO, TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlsplit

import msgspec

from presscorpus.archive import permissions, warc_record
from presscorpus.archive.commitment import commit, described, recorded
from presscorpus.archive.reader import AUTHENTICATED, REVISIT, counted, read_open
from presscorpus.archive.receipt_file import as_file, encode, receipt_path
from presscorpus.archive.resume import Kept, Recalled, recall, remains
from presscorpus.archive.revisit import Files, date_of, referred
from presscorpus.commitments.records import Records
from presscorpus.errors import ArchiveError, StorageError, reason_of
from presscorpus.storage import atomic
from presscorpus.storage.checksum import sha256_of
from presscorpus.storage.lock import locked
from presscorpus.storage.move import move

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from presscorpus.archive.reader import Capture
    from presscorpus.archive.receipt import Receipt

# Headers that may hold a credential: their names stay, their values do not. RFC 9110 section 11, RFC 6265.
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-wp-nonce"})
REDACTED = "[redacted]"
# The body is stored with the transfer coding undone, so the header that names it must not mislead a reader.
_TRANSFER = "transfer-encoding"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "presscorpus:record")
# A segment of an imported JSON Lines file ends at the first line end after this many bytes.
SEGMENT_BYTES = 4 * 1024 * 1024
CERTIFICATES: Final = "application/pem-certificate-chain"
"""Media type of the record that holds what a server presented (RFC 8555 section 9.1)."""
_CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"


class Exchange(msgspec.Struct, frozen=True):
    """One complete HTTP exchange.

    `body` is as received with the transfer coding undone and the content coding (gzip, ...) intact. `truncated` is a
    WARC-Truncated reason where a limit cut the body short, null otherwise. `certificates` are those that the server
    presented, in PEM, its own first; empty without TLS. `file` is the address of a media file as an item names it,
    where the exchange is about one, redirects included; null for all others.
    """

    url: str
    requested_at: datetime
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: str | None = None
    certificates: bytes = b""
    file: str | None = None


class Original(msgspec.Struct, frozen=True):
    """The record of another web archive that an answer was taken from, as it says.

    `file` is relative to the import's root, `offset` the record's place in it. `date` is its WARC-Date and `digest` its
    WARC-Payload-Digest (null for none), both as written there. `authenticated` says that the archive shows that whoever
    asked was logged in.
    """

    file: str
    offset: int
    record_id: str | None
    date: str
    digest: str | None
    authenticated: bool = False


class CrawlWriter:
    """Writer of one crawl of one site, below `work`; `close` moves it into `raw`.

    Entering it raises ArchiveError for a crawl that is closed, and LockedError beside another writer of the site; the
    lock of a process that died is free. What writes raises StorageError where the disk is full. Record ids follow from
    site, crawl, place and content, so that the same import gives the same archive. With `resume` what a killed crawl of
    that name left is kept, as far as it is whole; `kept` are its answers.
    """

    def __init__(self, raw: Path, work: Path, site: str, crawl: str, *, resume: bool = False) -> None:
        self.site, self.crawl = site, crawl
        self._resume = resume
        self.kept: list[Kept] = []
        self._final = raw / site / f"{crawl}.warc.gz"
        self._partial = work / site / f"{crawl}.warc.gz"
        self._lock_path = work / site / "lock"
        self._records = 0
        self._digests = hashlib.sha256()
        self._tree = Records()
        self._certificates: set[tuple[str, bytes]] = set()
        self._files = Files()

    def __enter__(self) -> Self:
        if self._final.exists() and receipt_path(self._final).exists():
            raise ArchiveError("this crawl is closed", where=str(self._final))
        self._partial.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            held.enter_context(locked(self._lock_path, where=self.site, what="crawling this site"))
            self._file = held.enter_context(self._opened())
            self._held = held.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def _opened(self) -> IO[bytes]:
        if not (self._resume and self._partial.exists()):
            return permissions.open_private(self._partial)
        left = remains(self._partial)
        file = self._partial.open("r+b")
        file.truncate(left.size)
        file.seek(left.size)
        self._records, self.kept = left.records, left.answers
        for each in left.answers:
            if each.file is not None:
                self._files.note(each.status, each.digest, referred(each.record_id, each.url, each.requested_at))
        self._digests.update("".join(left.digests).encode())
        with self._partial.open("rb") as kept:
            for record in recorded(kept, left.records):
                self._tree.add(record)
                if record.payload.startswith(_CERTIFICATE):
                    self._certificates.add((record.url, record.payload))
        return file

    def recall(self, kept: Kept) -> Recalled:
        """Read one of the `kept` answers again, as `resume.recall` does.

        Args:
            kept: Where an answer of an interrupted crawl lies.

        Returns:
            The answer as it came.
        """
        return recall(self._partial, kept, self.kept)

    def captures(self) -> Iterator[Capture]:
        """Read what was stored so far.

        Yields:
            Captures as `reader.read_crawl` yields them, media files left out.
        """
        with _explained(self._partial):
            self._file.flush()
        return read_open(self._partial)

    def exchange(self, exchange: Exchange) -> str:
        """Store a response and its request, safe from a kill; return its record id.

        Args:
            exchange: A request and its response.

        Returns:
            The id of the response record.
        """
        extra = {} if exchange.truncated is None else {"WARC-Truncated": exchange.truncated}
        self._keep_certificates(exchange)
        kind, status = "response", _status(exchange)
        if exchange.file is not None:
            kind, of_file = self._files.described(exchange.file, exchange.status, exchange.body)
            extra |= of_file
        record_id = self._write(kind, exchange.url, exchange.requested_at, exchange.body, status, extra)
        if exchange.file is not None:
            digest = hashlib.sha256(exchange.body).hexdigest()
            self._files.note(exchange.status, digest, referred(record_id, exchange.url, exchange.requested_at))
        asked = [(name, _value(name, value)) for name, value in exchange.request_headers]
        request = warc_record.http_header(f"GET {exchange.url} HTTP/1.1", asked)
        self._write(
            "request", exchange.url, exchange.requested_at, b"", request, {"WARC-Concurrent-To": f"<{record_id}>"}
        )
        with _explained(self._partial):
            self._file.flush()
        return record_id

    def _keep_certificates(self, exchange: Exchange) -> None:
        """Store what the server presented, once for each server."""
        parts = urlsplit(exchange.url)
        met = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/", exchange.certificates
        if exchange.certificates and met not in self._certificates:
            self._certificates.add(met)
            self._write("metadata", met[0], exchange.requested_at, met[1], b"", {"Content-Type": CERTIFICATES})

    def captured(self, exchange: Exchange, original: Original) -> str:
        """Store an answer out of another web archive, without a request.

        Args:
            exchange: The answer. Status 0 means that the archive kept the content alone, which becomes a resource
                record.
            original: Its record there.

        Returns:
            The record id.
        """
        extra = {
            "X-Presscorpus-Origin-File": quote(original.file.encode("utf-8", "surrogateescape")),
            "X-Presscorpus-Origin-Offset": str(original.offset),
            "X-Presscorpus-Origin-Date": original.date,
        }
        if original.record_id is not None:
            extra["X-Presscorpus-Origin-Record-ID"] = f"<{original.record_id}>"
        if original.digest is not None:
            extra["X-Presscorpus-Origin-Payload-Digest"] = original.digest
        if original.authenticated:
            extra[AUTHENTICATED] = "yes"
        if exchange.truncated is not None:
            extra["WARC-Truncated"] = exchange.truncated
        if not exchange.status:
            return self._write("resource", exchange.url, exchange.requested_at, exchange.body, b"", extra)
        return self._write("response", exchange.url, exchange.requested_at, exchange.body, _status(exchange), extra)

    def imported(self, path: str, at: datetime, data: bytes, *, origin: str | None = None, aside: bool = False) -> str:
        """Store the whole of an imported file.

        Args:
            path: Relative to the import's root.
            at: When it was captured.
            data: Its content, without compression.
            origin: SHA-256 of the compressed file that `data` was in, null for one that is stored as it lay.
            aside: Whether the file is no capture of anything, so that nobody reads it for items.

        Returns:
            The record id.
        """
        return self._write("metadata" if aside else "resource", _uri(path), at, data, b"", _origin(origin))

    def segment(
        self, path: str, at: datetime, data: bytes, *, number: int, first: str | None, media: str = "application/json"
    ) -> str:
        """Store one piece of a long file as a WARC segment (ISO 28500 section 7).

        `number` counts from 1; `first` is the record id of segment 1, null for that one. `media` is its media type. The
        rest is as in `imported`.

        Args:
            path: The long file, as its source names it.
            at: When it was captured.
            data: The bytes of this piece.
            number: Which piece, from 1.
            first: Record id of piece 1, null for that.
            aside: Whether the piece belongs to what is archived and not read.

        Returns:
            The record id.
        """
        headers = {"WARC-Segment-Number": str(number), "Content-Type": media}
        if first is not None:
            headers["WARC-Segment-Origin-ID"] = f"<{first}>"
        kind = "resource" if first is None else "continuation"
        return self._write(kind, _uri(path), at, data, b"", headers)

    def close(self, receipt: Receipt) -> Path:
        """Write the receipt into the archive and beside it, and move both into `raw`.

        The archive file moves last: a crawl without it is not closed.

        Args:
            receipt: What the crawl came to; number of records and digests are filled in here.

        Returns:
            The archive file.
        """
        at = receipt.ended_at
        record_id = self._write(
            "metadata", _uri("receipt"), at, encode(receipt), b"", {"Content-Type": "application/json"}
        )
        self._file.flush()
        os.fsync(self._file.fileno())
        receipt = msgspec.structs.replace(
            receipt,
            records=self._records,
            content_digest=self._digests.hexdigest(),
            record_id=record_id,
            file_digest=sha256_of(self._partial),
            commitment=commit(self._tree, self._final),
        )
        self._final.parent.mkdir(parents=True, exist_ok=True)
        beside = receipt_path(self._final)
        atomic.write(beside, as_file(receipt), durable=True)
        move(self._partial, self._final)
        permissions.set_mode(self._final, receipt, beside)
        permissions.set_mode(beside, receipt, beside)
        atomic.sync(self._final.parent)
        return self._final

    def _write(self, kind: str, uri: str, at: datetime, data: bytes, http: bytes, extra: dict[str, str]) -> str:
        digest = hashlib.sha256(data).hexdigest()
        data = b"" if kind == REVISIT else data
        self._records += 1
        record_id = f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self.site}/{self.crawl}/{self._records}/{digest}')}"
        headers = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<{record_id}>",
            "WARC-Target-URI": uri,
            "WARC-Date": date_of(at),
            "WARC-Payload-Digest": f"sha256:{digest}",
            **extra,
        }
        lines = warc_record.lines(kind, headers, http, data)
        with _explained(self._partial):
            warc_record.write(self._file, lines, http, data)
        self._digests.update(counted(digest, repeats=kind == REVISIT).encode())
        body = headers["WARC-Payload-Digest"].encode() if kind == REVISIT else data
        self._tree.add(described(lines, http, body))
        return record_id


def _status(exchange: Exchange) -> bytes:
    """Return status line and headers, without secrets and true of the stored body."""
    lines = [
        (name if name.lower() != _TRANSFER else f"X-Archive-Orig-{name}", _value(name, value))
        for name, value in exchange.headers
    ]
    return warc_record.http_header(f"HTTP/1.1 {exchange.status} {exchange.reason}".strip(), lines)


def _value(name: str, value: str) -> str:
    return REDACTED if name.lower() in _SECRET else value


def _uri(path: str) -> str:
    # A file name may be any bytes; Python represents bytes that are not UTF-8 as lone surrogates.
    return "file:///" + quote(path.encode("utf-8", "surrogateescape"))


def _origin(digest: str | None) -> dict[str, str]:
    return {} if digest is None else {"X-Presscorpus-Origin-Digest": f"sha256:{digest}"}


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot be written: {reason_of(error)}", where=str(path)) from None
