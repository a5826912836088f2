"""Atomic file writing: a file has its name only once it is whole."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from presscorpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


_WINDOWS: Final = os.name == "nt"


def output(path: Path) -> Path:
    """Judge a path that a user gave for a file to be written.

    Args:
        path: The path, whether or not anything is there.

    Returns:
        Where to write: what a link leads to, so that the link stays one.

    Raises:
        UsageError: A folder, a device or a pipe is there.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise UsageError("is a folder, and a file is to be written", where=str(path), advice="Name a file in it.")
    if target.exists() and not target.is_file():
        raise UsageError("is no regular file", where=str(path), advice="Name a new file.")
    return target


@contextmanager
def replacing(path: Path, *, durable: bool = False, shared: bool = False) -> Iterator[Path]:
    """Yield a path to write to, and rename it to `path` when the block ends.

    After an exception the partial file is deleted and `path` stays as it was.

    Args:
        path: The file to write or replace. Its folder is made where it is missing.
        durable: Whether the file has to outlast a power cut from then on, which takes a write to disk (fsync).
        shared: Whether several processes may write the file at once. Then each has a path of its own; else the next run
            overwrites what a killed one left.

    Yields:
        A path in the same folder.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    own = f".{os.getpid()}" if shared else ""
    partial = path.with_name(f".{path.name}{own}.partial")
    try:
        yield partial
        if durable:
            sync(partial)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


def write(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a whole file atomically, as `replacing` does.

    Args:
        path: The file to write or replace.
        data: All that it is to hold.
        durable: As in `replacing`.

    Raises:
        OSError: The file cannot be written.
    """
    with replacing(path, durable=durable) as partial:
        partial.write_bytes(data)


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk (fsync).

    Args:
        path: A file or folder on this machine.

    Raises:
        OSError: It is missing, or the disk does not take it.
    """
    if _WINDOWS and path.is_dir():
        return  # NTFS keeps its entries in a journal, and opens no folder
    descriptor = os.open(path, os.O_RDWR if _WINDOWS else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
