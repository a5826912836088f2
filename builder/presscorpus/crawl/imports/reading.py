"""Reading a file as it lies on disk.

Unpacked, as lines or as a whole, and as far as it is not damaged.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final

import zstandard

from presscorpus.archive.writer import SEGMENT_BYTES
from presscorpus.observations.formats import HEAD
from presscorpus.observations.json_lines import has_lines, is_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP, _ZSTD, _BZIP2, _XZ = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00"
PACKINGS: Final = (_GZIP, _ZSTD, _BZIP2, _XZ)
"""How packed files begin."""
_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, gzip.BadGzipFile)
BROKEN: Final = (OSError, *_DAMAGED, zipfile.BadZipFile)
"""What reading a file may raise because of what is in it, or because the disk fails."""
MOST_PACKED: Final = 64
"""How many times its size on disk a packed file may hold. JSON of posts packs to a tenth."""


def unpacked(raw: IO[bytes]) -> IO[bytes]:
    """Unpack a file whose first bytes say gzip, Zstandard, bzip2 or xz.

    Args:
        raw: The file, at its beginning.

    Returns:
        A reader of its content; the file itself where it is not packed.
    """
    mark = raw.read(len(_XZ))
    raw.seek(0)
    if not mark.startswith(PACKINGS):
        return raw
    plain = _opened(mark, raw)
    # Packed once more on the way, as by a server that packs what is packed.
    mark = plain.read(len(_XZ))
    inner: IO[bytes] = io.BufferedReader(_Rest(mark, plain), HEAD)
    return _opened(mark, inner) if mark.startswith(PACKINGS) else inner


def _opened(mark: bytes, packed: IO[bytes]) -> IO[bytes]:
    if mark.startswith(_GZIP):
        return gzip.GzipFile(fileobj=packed)  # type: ignore[return-value]
    if mark.startswith(_ZSTD):
        return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
    return bz2.BZ2File(packed) if mark.startswith(_BZIP2) else lzma.LZMAFile(packed)


def as_far_as_whole(file: IO[bytes], most: int) -> tuple[bytes, Exception | None]:
    """The bytes of a file up to `most`.

    With the reason why there are no more of them, where it is damaged or cut.

    Args:
        file: A file that is open for reading bytes.
        most: How many bytes at most.

    Returns:
        The bytes, and the error that ended them or null.
    """
    read = io.BytesIO()
    # One read at a time: a longer one that fails would lose what came before.
    one = getattr(file, "read1", file.read)
    try:
        while read.tell() < most and (block := one(min(SEGMENT_BYTES, most - read.tell()))):
            read.write(block)
    except _DAMAGED as error:
        return read.getvalue(), error
    return read.getvalue(), None


def most_bytes(path: Path, max_bytes: int) -> int:
    """The number of bytes that a file may unpack to.

    Args:
        path: The file.
        max_bytes: The greatest size of a response.

    Returns:
        The size of the file; of a packed one, which may be a bomb, `MOST_PACKED` times that. At least `max_bytes`.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        is_packed = file.read(len(_XZ)).startswith(PACKINGS)
    return max(max_bytes, path.stat().st_size * (MOST_PACKED if is_packed else 1))


def lines_or_whole(plain: IO[bytes], name: str) -> tuple[IO[bytes], bool]:
    """Whether a file is JSON Lines, by its beginning.

    Args:
        plain: The file, unpacked.
        name: Its name.

    Returns:
        A reader of the whole file, and whether it is.
    """
    more, damage = as_far_as_whole(plain, HEAD)
    begun = bytearray(more)
    while more and b"\n" not in more and len(begun) < SEGMENT_BYTES and damage is None:
        more, damage = as_far_as_whole(plain, HEAD)
        begun += more
    head = bytes(begun)
    whole = _Rest(head, plain, damage)
    # A first line longer than that means no JSON Lines, unless the name promises them.
    told = has_lines(head.removeprefix(b"\xef\xbb\xbf"), promised=is_lines(name))
    return io.BufferedReader(whole, HEAD), told and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


class _Rest(io.RawIOBase):
    """A file whose beginning was read before."""

    def __init__(self, head: bytes, file: IO[bytes], damage: Exception | None = None) -> None:
        self._head, self._file, self._damage = memoryview(head), file, damage

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._damage is not None and not self._head:
            raise self._damage
        data: memoryview | bytes = self._head[: len(buffer)]
        self._head = self._head[len(data) :]
        data = data or getattr(self._file, "read1", self._file.read)(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def segments(file: IO[bytes], max_bytes: int) -> Iterator[bytes]:
    """Split JSON Lines into segments that end at line ends.

    Args:
        file: The file.
        max_bytes: The longest line.

    Yields:
        About `SEGMENT_BYTES` at a time.

    Raises:
        OSError: A line is longer. What else is in `BROKEN` is raised behind the last segment of a damaged file.
    """
    rest = b""
    damage: Exception | None = None
    while damage is None:
        block, damage = as_far_as_whole(file, SEGMENT_BYTES)
        if not block:
            break
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end]
        rest = data[end:]
        if len(rest) > max_bytes:
            raise OSError(f"a line is longer than {max_bytes} bytes")
    if rest:
        yield rest
    if damage is not None:
        raise damage


def why(error: Exception) -> str:
    """Say in our own words why a file cannot be read.

    Args:
        error: What was raised; the message of a library is for programmers.

    Returns:
        A clause.
    """
    if isinstance(error, gzip.BadGzipFile | zlib.error | lzma.LZMAError | zstandard.ZstdError | zipfile.BadZipFile):
        return "cannot be unpacked: the file is damaged"
    if isinstance(error, EOFError):
        return "cannot be unpacked: the file ends too early"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return "cannot be read"
