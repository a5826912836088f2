"""A file without a name that is read and written at offsets."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

AT_OFFSETS: Final = hasattr(os, "pread")
"""Whether the system reads and writes at offsets; Windows moves a position, of which a file has one."""


class ScratchFile:
    """A temporary file, read and written at offsets by any number of threads.

    Its space is free again when it is closed or the process ends. It may be sparse. Where the system allows it
    (`AT_OFFSETS`) no thread waits for another.

    Args:
        folder: Where the file lies; it is made where it is missing.

    Raises:
        OSError: The folder may not be written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - open as long as the object
        self._lock = threading.Lock()

    def write(self, data: bytes | memoryview, start: int) -> None:
        """Write all bytes, from an offset on.

        Args:
            data: The bytes.
            start: The offset; it may lie after the end of the file.

        Raises:
            OSError: The disk is full.
        """
        view = memoryview(data)
        while view:
            done = self._write_some(view, start)
            view, start = view[done:], start + done

    def read(self, length: int, start: int) -> bytes:
        """Read so many bytes, however long the system's own limit is (2 GiB on Linux).

        Args:
            length: How many.
            start: The offset of the first.

        Returns:
            That many bytes.

        Raises:
            OSError: The file ends before.
        """
        data = self._read_some(length, start)
        if len(data) == length:
            return data
        parts = [data]
        done = len(data)
        while done < length:
            if not (data := self._read_some(length - done, start + done)):
                raise OSError(errno.EIO, "A temporary file ends too early")
            parts.append(data)
            done += len(data)
        return b"".join(parts)

    def close(self) -> None:
        """Free the space on disk."""
        self._file.close()

    def _read_some(self, length: int, start: int) -> bytes:
        if AT_OFFSETS:
            return os.pread(self._file.fileno(), length, start)
        with self._lock:
            self._file.seek(start)
            return self._file.read(length)

    def _write_some(self, view: memoryview, start: int) -> int:
        if AT_OFFSETS:
            return os.pwrite(self._file.fileno(), view, start)
        with self._lock:
            self._file.seek(start)
            return self._file.write(view)
