"""Who may read an archive file.

The owner alone, where it may hold what is not public.

A crawl with a login, and captures in which something was found that not everybody may see, hold private posts. Until
a crawl is closed nobody knows, so that one that is being written is for its owner too. On Windows, where the bits of
POSIX mean nothing, the folder's own rights hold.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt

_FILE: Final = 0o600
_FOLDER: Final = 0o700


def open_private(path: Path) -> IO[bytes]:
    """Open a new file for writing that its owner alone may read.

    Args:
        path: A file that does not exist yet.

    Returns:
        The file, open for writing bytes.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=_FILE)
    return path.open("r+b")


def is_private(receipt: Receipt) -> bool:
    """Tell whether a crawl holds, or may hold, what is not public.

    Args:
        receipt: The receipt of a crawl, closed or not.

    Returns:
        True also where it is not known.
    """
    return receipt.authenticated or any(each.hidden not in {msgspec.UNSET, 0} for each in receipt.collections)


def set_mode(path: Path, receipt: Receipt, like: Path) -> None:
    """Give a file the rights that its crawl asks for.

    The folder around a private one is closed to others.

    Args:
        path: A file of the crawl.
        receipt: The receipt of the crawl.
        like: A file whose rights a public one gets.
    """
    if is_private(receipt):
        path.chmod(_FILE)
        path.parent.chmod(_FOLDER)
    else:
        path.chmod(like.stat().st_mode & 0o666)
