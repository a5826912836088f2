"""Memory that goes back to the system."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD, _LARGE = -3, 1 << 20


def release_freed() -> None:
    """Return large freed blocks of memory to the system.

    Otherwise a process keeps what its longest post took: with each such block that is freed glibc raises the size from
    which blocks are large, up to 32 MiB (https://man7.org/linux/man-pages/man3/mallopt.3.html). Other C libraries are
    left as they are.
    """
    if sys.platform == "win32":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
