"""One run at a time in one place: a lock of the operating system, which dies with the process that holds it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from presscorpus.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path, *, where: str, what: str) -> Iterator[None]:
    """Hold the lock file `path`, made where it is missing. Raises LockedError where another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError(f"another run is {what}", where=where, advice="Wait until it has ended.") from None
        yield
