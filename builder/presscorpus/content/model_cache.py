"""Arrays that take long to unpack, kept for the next process.

The model of languages takes 0.9 seconds of CPU time to unpack, a sixth of the build of one post. So it is kept, once
unpacked, in the cache folder of the user (`platformdirs.user_cache_path`: ~/.cache/presscorpus, or below
XDG_CACHE_HOME), 69 MB, and every later process maps the file into memory, where all share it.

A kept file is a line of JSON, filled up to 4,096 bytes, and the arrays behind it. The line states the CRC-32 of all
arrays, which is compared each time: a damaged file is made anew. Where nothing can be kept everything works the same.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from zlib_ng import zlib_ng

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt
    import platformdirs

    Arrays = dict[str, npt.NDArray[Any]]
else:
    platformdirs = lazy("platformdirs")

_HEAD: Final = 4096


def folder() -> Path:
    """Return the cache folder of the user, which need not exist.

    Returns:
        Its path by the rules of the operating system.
    """
    return platformdirs.user_cache_path("presscorpus", appauthor=False)


def kept(name: str, key: str, make: Callable[[], Arrays]) -> Arrays:
    """Return arrays from the user's cache, made and put there if need be.

    Args:
        name: What the arrays are, as part of a file's name. Other keys of this name are deleted when one is written.
        key: What determines the arrays, as part of a file's name: a digest of what they are made of and by.
        make: Makes them. None may hold objects.

    Returns:
        The arrays that `make` returns, or once returned. They are not to be changed. Nothing is raised where the cache
        cannot be read or written.
    """
    path = folder() / f"{name}-{key}.arrays"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return _mapped(path)
    made = make()
    with contextlib.suppress(OSError):
        _write(path, made)
        for other in path.parent.glob(f"{name}-*.arrays"):
            if other != path:
                other.unlink()
    return made


def _mapped(path: Path) -> Arrays:
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    head = json.loads(bytes(whole[:_HEAD]))
    if zlib_ng.crc32(whole[_HEAD:].data) != head["crc"]:
        raise ValueError(path)
    plain = np.asarray(whole)
    return {
        name: plain[start:end].view(kind).reshape(shape) for name, (kind, shape, start, end) in head["arrays"].items()
    }


def _write(path: Path, made: Arrays) -> None:
    places: dict[str, tuple[str, tuple[int, ...], int, int]] = {}
    check, end = 0, _HEAD
    for name, array in made.items():
        start, end = end, end + array.nbytes
        places[name] = (array.dtype.str, array.shape, start, end)
        check = zlib_ng.crc32(np.ascontiguousarray(array).data, check)
    head = json.dumps({"crc": check, "arrays": places}).encode().ljust(_HEAD)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Several processes may come here at once; each writes a file of its own.
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(head)
            for array in made.values():
                file.write(np.ascontiguousarray(array).data)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
