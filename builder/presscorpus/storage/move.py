"""Moving a finished file to its place, also from one disk to another."""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

from presscorpus.storage import atomic

if TYPE_CHECKING:
    from pathlib import Path


def move(source: Path, target: Path) -> None:
    """Move a finished file to its place atomically.

    On one file system the file is renamed. From one to another (`data/` may be a link to a larger disk) it is copied
    beside its place first.

    Args:
        source: The file, which is gone afterwards.
        target: Its place; a file that is there is replaced.

    Raises:
        OSError: The disk is full, or one of the two folders may not be written.
    """
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    with atomic.replacing(target, durable=True) as partial:
        partial.touch(mode=0o600)
        shutil.copy(source, partial)  # with its rights
    source.unlink()
