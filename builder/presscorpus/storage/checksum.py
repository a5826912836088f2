"""The footer of an intermediate file: length and checksum, which show it whole.

A power cut leaves files that are empty, cut short or full of zeros, and disks turn bits. Arrow takes some of that for
the end of a stream, and some of it for numbers. So an intermediate file ends with a mark, its length and its XXH3 of 64
bits (https://github.com/Cyan4973/xxHash), by which a file is checked as fast as it is read. The mark says whether the
file is final: what could not be read for want of memory or time may be readable the next time.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Final

from presscorpus.errors import FrameDamagedError, reason_of
from presscorpus.lazy import lazy
from presscorpus.storage.location import is_here

if TYPE_CHECKING:
    from pathlib import Path

    import xxhash
else:
    xxhash = lazy("xxhash")

_FOOTER: Final = struct.Struct("<8sQQ")
_MARKS: Final = {b"presscor": True, b"pc-again": False}
_AT_ONCE: Final = 1 << 20


def with_footer(data: bytes, *, final: bool) -> bytes:
    """Append the footer to the bytes of a file.

    Args:
        data: The content.
        final: Whether the file need not be made again.

    Returns:
        Content and footer.
    """
    return data + _footer(len(data), xxhash.xxh3_64_intdigest(data), final=final)


def append_footer(path: Path, *, final: bool) -> None:
    """Append the footer to a file on this machine.

    Args:
        path: The file, which has none yet.
        final: Whether the file need not be made again.

    Raises:
        OSError: The file cannot be written.
        FrameDamagedError: The file cannot be read.
    """
    length = path.stat().st_size
    end = _footer(length, _digest(path, length), final=final)
    with path.open("ab") as file:
        file.write(end)


def without_footer(data: bytes, path: Path) -> memoryview:
    """Check the bytes of a file against their footer.

    Args:
        data: All bytes of the file.
        path: Where they come from, for the error.

    Returns:
        The content, without the footer.

    Raises:
        FrameDamagedError: The bytes are not as they were written.
    """
    length = len(data) - _FOOTER.size
    content = memoryview(data)[: max(length, 0)]
    if _read(data[max(length, 0) :], length) != xxhash.xxh3_64_intdigest(content):
        raise _damaged(path)
    return content


def length(path: Path) -> int:
    """Return the number of bytes before the footer. The checksum is not verified.

    Args:
        path: An intermediate file, here or in storage elsewhere.

    Returns:
        The length of the content in bytes.

    Raises:
        FrameDamagedError: The file cannot be read, or is of another length than its footer says.
    """
    found, end = _end(path)
    if _read(end, found) is None:
        raise _damaged(path)
    return found


def is_whole(path: Path) -> bool:
    """Tell whether a file exists exactly as it was written.

    Reads every byte of a file on this machine. In storage elsewhere only the length is checked.

    Args:
        path: An intermediate file; it may be missing.

    Returns:
        False for a file that is missing, unreadable or damaged.
    """
    try:
        found, end = _end(path)
        digest = _read(end, found)
        return digest is not None and (not is_here(path) or digest == _digest(path, found))
    except FrameDamagedError:
        return False


def is_final(path: Path) -> bool:
    """Tell whether a file exists exactly as it was written and is marked final.

    Args:
        path: An intermediate file; it may be missing.

    Returns:
        False also for a whole file that the next build is to make again.
    """
    try:
        return _MARKS.get(_end(path)[1][:8], False) and is_whole(path)
    except FrameDamagedError:
        return False


def _footer(length: int, digest: int, *, final: bool) -> bytes:
    return _FOOTER.pack(next(mark for mark, says in _MARKS.items() if says is final), length, digest)


def _read(end: bytes, found: int) -> int | None:
    """Read the checksum from a footer; null if it is none of a file of that length."""
    if len(end) != _FOOTER.size or end[:8] not in _MARKS:
        return None
    _, length, digest = _FOOTER.unpack(end)
    return int(digest) if length == found else None


def _end(path: Path) -> tuple[int, bytes]:
    try:
        found = path.stat().st_size - _FOOTER.size
        with path.open("rb") as file:
            file.seek(max(found, 0))
            return found, file.read()
    except OSError as error:
        raise FrameDamagedError(f"cannot be read: {reason_of(error)}", where=str(path)) from None


def _digest(path: Path, length: int) -> int:
    digest = xxhash.xxh3_64()
    buffer = memoryview(bytearray(min(_AT_ONCE, length)))
    try:
        with path.open("rb", buffering=0) as file:
            while length > 0 and (count := file.readinto(buffer[:length])):
                digest.update(buffer[:count])
                length -= count
    except OSError as error:
        raise FrameDamagedError(f"cannot be read: {reason_of(error)}", where=str(path)) from None
    return int(digest.intdigest())


def _damaged(path: Path) -> FrameDamagedError:
    return FrameDamagedError("is damaged", where=str(path), advice="Delete it: it is made again.")


def sums_in(path: Path) -> dict[str, str]:
    """Read a file as `sha256sum` writes it.

    Args:
        path: The file. A damaged line names a file that is not there, or another digest.

    Returns:
        The digests in hex, by the paths of their files.

    Raises:
        OSError: The file cannot be read.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def sha256_of(path: Path, *others: hashlib._Hash) -> str:
    """Return the SHA-256 of a file.

    Args:
        path: The file, which is read in pieces of 1 MiB.
        others: Digests of more than this file, which its bytes are added to.

    Returns:
        The digest as 64 hex digits.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_AT_ONCE):
            for each in (digest, *others):
                each.update(block)
    return digest.hexdigest()
