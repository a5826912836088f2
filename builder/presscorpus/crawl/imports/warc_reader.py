"""Read WARC files of other tools, so that a damaged record costs itself alone.

A file may be plain, gzip with a member for each record (ISO 28500 annex D), gzip as one whole, or Zstandard. Each part
that cannot be read is reported with its offset, and reading goes on at the next record that can be found.
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import re
import zlib
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import zstandard
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from presscorpus.crawl.imports.warc_sign import GZIP, WARC, ZSTD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEMBER = re.compile(rb"\x1f\x8b\x08")
_RECORD = re.compile(rb"\n(?=WARC/[01]\.\d+\r?\n)")
_SIGN = 32
_STEP = 64 * 1024
# The most bytes of headers of one record, WARC's and HTTP's.
_HEADERS = 1024 * 1024
# After this many damaged places a file counts as damaged to its end, which bounds the time.
_DAMAGES = 1000
# What warcio raises for damaged bytes, some of it by accident.
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, zlib.error, zstandard.ZstdError, EOFError, ValueError,
           AttributeError, TypeError, LookupError, OverflowError, AssertionError)  # fmt: skip


class Found(NamedTuple):
    """A wanted record: its offset, warcio's record, and its body as stored.

    `offset` is that of the gzip member that the record is in; in a Zstandard file, that in the unpacked bytes.
    """

    offset: int
    record: Any
    body: bytes


class Damage(NamedTuple):
    """A place where no record could be read, and why. `offset` is as in `Found`."""

    offset: int
    reason: str


class _Loader(ArcWarcRecordLoader):  # type: ignore[misc]  # warcio has no types
    """warcio's loader without its messages, which could steer a terminal."""

    def _ensure_target_uri_format(self, rec_headers: Any) -> str | None:
        """Strip angle brackets (Wget 1.19) and percent-encode spaces, as warcio does."""
        uri: str | None = rec_headers.get_header("WARC-Target-URI")
        if uri is None:
            return None
        plain = uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri
        plain = plain.replace(" ", "%20")
        if plain != uri:
            rec_headers.replace_header("WARC-Target-URI", plain)
        return plain


class _BrokenError(Exception):
    """There is no record here, or no complete one."""


def records(file: IO[bytes], wanted: Callable[[Any], bool], limit: int) -> Iterator[Found | Damage]:
    """Read the wanted records of a WARC file, in order, and its damaged places.

    Args:
        file: A file that can seek. Nothing that it holds raises an error.
        wanted: Asked about warcio's record before its body is read.
        limit: The most bytes of a body; a larger one, or one unlike its digest, counts as damage.

    Yields:
        Records and damages.
    """
    kind = file.read(len(ZSTD))
    file.seek(0)
    reading = _Reading(wanted, limit)
    if kind.startswith(ZSTD):
        yield from _unpacked(file, reading)
        return
    is_gzip = kind.startswith(GZIP)
    told = False
    for _ in range(_DAMAGES):
        start = file.tell()
        for found in (_members if is_gzip else _plain)(file, reading):
            told = False
            yield found
        if reading.failed is None:
            return
        # Between two whole records there is one damage, however often reading was tried there.
        if not told:
            told = True
            yield reading.failed
        if not _forward(file, max(reading.failed.offset, start) + 1, _MEMBER if is_gzip else _RECORD):
            return
    yield Damage(file.tell(), "so many places before it are damaged that the rest was not looked at")


class _Reading:
    """What is wanted, and where reading failed; null as long as it did not."""

    def __init__(self, wanted: Callable[[Any], bool], limit: int) -> None:
        self.wanted, self.limit = wanted, limit
        self.failed: Damage | None = None


class _Source:
    """Bytes for warcio's reader, counted, and bounded while headers are read."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self.given = 0
        self.begun = 0
        self.allowance: int | None = None

    def read(self, size: int) -> bytes:
        data = self._read(size)
        self.given += len(data)
        if self.allowance is not None:
            self.allowance -= len(data)
            if self.allowance < 0:
                raise _BrokenError("its headers do not end")
        return data


class _Member:
    """One member of a gzip file, unpacked piece by piece (RFC 1952)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def read(self, size: int) -> bytes:
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._file.read(_STEP)
            if not packed:
                raise _BrokenError("the file ends within it")
            if data := self._inflate.decompress(packed, size):
                return data
        return b""

    def end(self) -> None:
        """Read to the end, where the checksum is, and seek to the next member."""
        while self.read(_STEP):
            pass
        self._file.seek(self._file.tell() - len(self._inflate.unused_data))


def _members(file: IO[bytes], reading: _Reading) -> Iterator[Found | Damage]:
    """The records of gzip members: one each, as the standard asks, or all in one."""
    reading.failed = None
    while True:
        start = file.tell()
        if not file.read(1):
            return
        file.seek(start)
        member = _Member(file)
        held: Found | Damage | None = None
        try:
            # Each is held back until the next one begins, the last one until the checksum was judged.
            for found in _records(_Source(member.read), reading, apart=True):
                if held is not None:
                    yield held._replace(offset=start)
                held = found
            member.end()
        except (*_BROKEN, _BrokenError) as error:
            reading.failed = Damage(start, _why(error))
            if isinstance(held, Found) and held.record.digest_checker.passed:
                yield held._replace(offset=start)
            return
        if held is not None:
            yield held._replace(offset=start)


def _plain(file: IO[bytes], reading: _Reading) -> Iterator[Found | Damage]:
    reading.failed = None
    start = file.tell()
    source = _Source(file.read)
    try:
        for found in _records(source, reading, apart=False):
            yield found._replace(offset=start + found.offset)
    except (*_BROKEN, _BrokenError) as error:
        reading.failed = Damage(start + source.begun, _why(error))


def _unpacked(file: IO[bytes], reading: _Reading) -> Iterator[Found | Damage]:
    source = _Source(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read)
    try:
        yield from _records(source, reading, apart=True)
    except (*_BROKEN, _BrokenError) as error:
        yield Damage(source.begun, _why(error))


def _why(error: BaseException) -> str:
    """Say in our own words why a record cannot be read."""
    if isinstance(error, _BrokenError):
        return str(error)
    is_packing = isinstance(error, zlib.error | zstandard.ZstdError)
    return "it cannot be unpacked" if is_packing else "no whole record stands here"


def _records(source: _Source, reading: _Reading, *, apart: bool) -> Iterator[Found | Damage]:
    """The records of a stream; raises _BROKEN or _BrokenError where it cannot go on.

    `apart` says that lengths can be relied on; where they cannot, an altered record may have swallowed the next ones.
    """
    reader = BufferedReader(source, block_size=_STEP)
    while (record := _next_record(source, reader)) is not None:
        body = record.raw_stream.read(reading.limit + 1) if reading.wanted(record) else None
        while record.raw_stream.read(_STEP):
            pass
        if record.raw_stream.limit > 0:
            raise _BrokenError("the file ends within the record")
        if body is None:
            continue
        if len(body) > reading.limit:
            yield Damage(source.begun, f"the record is larger than {reading.limit} bytes")
        elif not _is_altered(record):
            yield Found(source.begun, record, body)
        elif apart:
            yield Damage(source.begun, "the record does not match its digest")
        else:
            raise _BrokenError("the record does not match its digest")


def _next_record(source: _Source, reader: BufferedReader) -> Any:
    """The next record, its headers read; null at the end."""
    source.allowance = _HEADERS
    line = _first_line(reader)
    if not line:
        return None
    source.begun = source.given - reader.rem_length() - len(line)
    if not line.startswith(WARC):
        raise _BrokenError("no record begins where one should")
    record = _Loader(verify_http=False).parse_record_stream(
        reader, statusline=line, known_format="warc", check_digests=True
    )
    source.allowance = None
    if not (record.rec_headers.get_header("Content-Length") or "").strip().isdigit():
        raise _BrokenError("the record does not say how long it is")
    return record


def _first_line(reader: BufferedReader) -> bytes:
    """The next line that is not blank; empty at the end."""
    while line := bytes(reader.readline()):
        if line.strip():
            return line
    return b""


def _is_altered(record: Any) -> bool:
    """Whether a record breaks its digest.

    That of the block is plain; that of the payload is not: some crawlers take it before they undo the transfer coding,
    some after. So it counts only where there is no other.
    """
    if record.digest_checker.passed is not False:
        return False
    problems = " ".join(record.digest_checker.problems)
    if record.rec_headers.get_header("WARC-Block-Digest"):
        return "block digest failed" in problems
    coded = record.http_headers is not None and record.http_headers.get_header("Transfer-Encoding")
    return "payload digest failed" in problems and not coded


def _forward(file: IO[bytes], offset: int, begin: re.Pattern[bytes]) -> bool:
    """Seek to where, from `offset` on, a record may begin. False where none does."""
    place = offset - 1
    file.seek(place)
    piece = file.read(_STEP)
    start = 1
    while piece:
        if found := begin.search(piece, start):
            file.seek(place + (found.end() if begin is _RECORD else found.start()))
            return True
        # The sign may lie across two pieces.
        kept = piece[-_SIGN:]
        more = file.read(_STEP)
        if not more:
            return False
        place += len(piece) - len(kept)
        piece, start = kept + more, 0
    return False
