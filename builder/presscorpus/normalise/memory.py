"""Memory: freed blocks go back to the system, cycles are looked for rarely."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import TYPE_CHECKING

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import ctypes
else:
    ctypes = lazy("ctypes")

_M_MMAP_THRESHOLD, _LARGE = -3, 1 << 20
# More than all imports of a build make: to look through these takes 0.03 s.
_OBJECTS_BETWEEN_COLLECTIONS = 250_000


def collect_rarely() -> None:
    """Look for cycles of objects rarely, and not at the end of the process.

    That is after 250,000 new objects, not after 700. Rows are freed as they are done with; to look so often takes 7 %
    of a crawl's time, and next to nothing is found. At its end Python would look through all that was imported, for a
    tenth of a second.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)


def keep_imported() -> None:
    """Look for no cycles among what is there already, mostly what was imported.

    In a process of `collect_rarely` alone: other programs have objects of their own.
    """
    if gc.get_threshold()[0] == _OBJECTS_BETWEEN_COLLECTIONS:
        gc.freeze()


def free_cycles() -> None:
    """Free what only cycles of young objects hold, which may be whole frames.

    To be called where much was read and is done with, since `collect_rarely` lets such cycles wait.
    """
    gc.collect(0)


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
