"""Files that appear under their name when they are whole, and never before."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(path: Path, *, durable: bool = False, shared: bool = False) -> Iterator[Path]:
    """Give a path to write to, which takes the place of `path` at the end; after an exception it is deleted.

    Args:
        path: The file to write or replace. Its folder is made where it is missing.
        durable: Whether the file has to outlast a power cut from then on, which takes a write to disk.
        shared: Whether several processes may write the file at once. Then each has a path of its own; else the next
            run overwrites what a killed one left.

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
    """Write a file as `replacing` does.

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
    """Write a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
