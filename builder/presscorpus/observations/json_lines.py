"""JSON Lines: whether a file or body is that, and its lines."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from presscorpus.observations.json_scan import SPACE, fault_of, repaired
from presscorpus.observations.noise import BOM, CLOSE, OPEN, TRIES

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES = (".jsonl", ".ndjson")
_COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
JOINTS: Final = SPACE + b"," + BOM + b"\x1e"
"""What joining files leaves around values: marks, the commas of a list, and the signs of a text sequence (RFC 7464)."""


def is_lines(name: str) -> bool:
    """Tell whether a file name or address promises JSON Lines.

    Args:
        name: A name, which may end in `.gz` or `.zst` besides.

    Returns:
        True for `.jsonl` and `.ndjson`, in any case.
    """
    name = name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return name.endswith(_LINES)


def has_lines(body: bytes, *, promised: bool = False) -> bool:
    """Tell whether a body is JSON Lines.

    Its first line is a whole value then, and another one follows.

    Args:
        body: The body, or its beginning as far as the end of a line.
        promised: Whether the name says so. Then a broken first line is one of lines still, and only JSON that is laid
            out over several lines is not.

    Returns:
        Whether to read it line by line.
    """
    lines = list(itertools.islice(_lines_of(body), TRIES))
    if promised:
        return not lines or lines[0] not in OPEN
    if not lines or not lines[0].startswith(OPEN) or not any(line.startswith(OPEN) for line in lines[1:]):
        return False
    if _is_whole(lines[0]):
        return True
    return lines[0].startswith(b"{") and any(map(_is_whole, lines)) and fault_of(body) is not None


def _lines_of(body: bytes) -> Iterator[bytes]:
    """The lines that are not blank, without the space around them."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        line = body[start : end if end >= 0 else len(body)].strip(JOINTS)
        if line:
            yield line
        start = end + 1 if end >= 0 else len(body)


def _is_whole(line: bytes) -> bool:
    return line[:1] in OPEN and line[-1:] in CLOSE and fault_of(repaired(line)[0]) is None
