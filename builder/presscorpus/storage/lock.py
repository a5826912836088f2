"""A lock of the operating system that allows one run at a time in one place.

It ends with the process that holds it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from presscorpus.errors import LockedError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import filelock
else:
    filelock = lazy("filelock")


@contextmanager
def locked(path: Path, *, where: str, what: str) -> Iterator[None]:
    """Hold a lock file while the block runs.

    Args:
        path: The lock file, made where it is missing and left there.
        where: The place that is locked, for the message.
        what: What another run is doing there, for the message.

    Yields:
        Nothing. The lock is free when the block or the process ends.

    Raises:
        LockedError: Another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where the system has no locks the file itself is one, and goes with it.
    is_soft = filelock.FileLock is filelock.SoftFileLock
    lock = filelock.FileLock(path) if is_soft else filelock.FileLock(path, preserve_lock_file=True)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise LockedError(f"another run is {what}", where=where, advice="Wait until it has ended.") from None
    try:
        yield
    finally:
        lock.release()
