"""The seal of an intermediate file: its last bytes, by which one that is as it was written is told from any other.

A power cut leaves files that are empty, cut short or full of zeros, and disks turn bits. Arrow takes some of that for
the end of a stream, and some of it for numbers. So an intermediate file ends with a word, its length and its XXH3 of 64
bits (https://github.com/Cyan4973/xxHash), at which whole files are checked as fast as they are read. The word says
whether the file is final: what could not be read for want of memory or time may be readable the next time.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Final

from presscorpus.errors import FrameDamagedError
from presscorpus.storage.location import is_here

if TYPE_CHECKING:
    from pathlib import Path

_SEAL: Final = struct.Struct("<8sQQ")
_WORDS: Final = {b"presscor": True, b"pc-again": False}
_AT_ONCE: Final = 1 << 20


def sealed(data: bytes, *, final: bool) -> bytes:
    """The bytes of a file with their seal behind them."""
    import xxhash

    return data + _written(len(data), xxhash.xxh3_64_intdigest(data), final=final)


def seal(path: Path, *, final: bool) -> None:
    """Put the seal behind what is in a file of this machine."""
    length = path.stat().st_size
    end = _written(length, _digest(path, length), final=final)
    with path.open("ab") as file:
        file.write(end)


def unsealed(data: bytes, path: Path) -> memoryview:
    """What stands before the seal in the bytes of a file. Raises FrameDamagedError where they are not as written."""
    import xxhash

    length = len(data) - _SEAL.size
    content = memoryview(data)[: max(length, 0)]
    if _read(data[max(length, 0) :], length) != xxhash.xxh3_64_intdigest(content):
        raise _damaged(path)
    return content


def length(path: Path) -> int:
    """How many bytes stand before the seal. Raises FrameDamagedError where the length is not that of the seal."""
    found, end = _end(path)
    if _read(end, found) is None:
        raise _damaged(path)
    return found


def is_whole(path: Path) -> bool:
    """Whether a file is there as it was written. Of storage elsewhere only the length is looked at."""
    try:
        found, end = _end(path)
        digest = _read(end, found)
        return digest is not None and (not is_here(path) or digest == _digest(path, found))
    except FrameDamagedError:
        return False


def is_final(path: Path) -> bool:
    """Whether a file is there as it was written, and is not to be made again."""
    try:
        return _WORDS.get(_end(path)[1][:8], False) and is_whole(path)
    except FrameDamagedError:
        return False


def _written(length: int, digest: int, *, final: bool) -> bytes:
    return _SEAL.pack(next(word for word, says in _WORDS.items() if says is final), length, digest)


def _read(end: bytes, found: int) -> int | None:
    """The digest that a seal tells of a file with so many bytes before it; null where it is none of such a file."""
    if len(end) != _SEAL.size or end[:8] not in _WORDS:
        return None
    _, length, digest = _SEAL.unpack(end)
    return int(digest) if length == found else None


def _end(path: Path) -> tuple[int, bytes]:
    try:
        found = path.stat().st_size - _SEAL.size
        with path.open("rb") as file:
            file.seek(max(found, 0))
            return found, file.read()
    except OSError as error:
        raise FrameDamagedError(f"cannot be read: {error}", where=str(path)) from None


def _digest(path: Path, length: int) -> int:
    import xxhash

    digest = xxhash.xxh3_64()
    room = memoryview(bytearray(min(_AT_ONCE, length)))
    try:
        with path.open("rb", buffering=0) as file:
            while length > 0 and (count := file.readinto(room[:length])):
                digest.update(room[:count])
                length -= count
    except OSError as error:
        raise FrameDamagedError(f"cannot be read: {error}", where=str(path)) from None
    return int(digest.intdigest())


def _damaged(path: Path) -> FrameDamagedError:
    return FrameDamagedError("is damaged", where=str(path), advice="Delete it: it is made again.")


def sha256_of(path: Path, *others: hashlib._Hash) -> str:
    """Give the SHA-256 of a file.

    Args:
        path: The file.
        others: Digests of more than this file, which its bytes are added to.

    Returns:
        The digest in hex.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_AT_ONCE):
            for each in (digest, *others):
                each.update(block)
    return digest.hexdigest()
