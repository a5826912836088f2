"""Merkle trees with SHA-256, as in RFC 9162 section 2.1.

Roots, audit paths and their check.

https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_sha = hashlib.sha256
EMPTY = _sha(b"").digest()
"""The root of a tree without leaves."""


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 of the byte 0x00 and its data."""
    return _sha(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node.

    SHA-256 of the byte 0x01 and both hashes below it.
    """
    return _sha(b"\1" + left + right).digest()


class Tree:
    """A tree to which leaves are appended.

    Its memory grows with the logarithm of their number.

    Attributes:
        size: How many leaves it has.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaves.

        Args:
            leaves: Their hashes, as `leaf` returns them.
        """
        level, size = list(leaves), self.size
        self.size += len(level)
        lower: list[bytes] = []
        # One height after the other, the lowest first: two whole trees of a height become one of the next.
        while level:
            if size & 1:
                level.insert(0, self._peaks.pop())
            if len(level) & 1:
                lower.append(level.pop())
            level = [_sha(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
            size >>= 1
        self._peaks += reversed(lower)

    def root(self) -> bytes:
        """Return the root over all leaves so far, 32 bytes."""
        if not self._peaks:
            return EMPTY
        *rest, found = self._peaks
        for peak in reversed(rest):
            found = node(peak, found)
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over the hashes of leaves.

    Args:
        leaves: Hashes as `leaf` returns them, in order.

    Returns:
        32 bytes; `EMPTY` where there are no leaves.
    """
    tree = Tree()
    tree.extend(leaves)
    return tree.root()


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of a leaf (RFC 9162 section 2.1.3.1).

    Args:
        leaves: The hashes of all leaves.
        index: The number of the leaf, from 0.

    Returns:
        The hashes that lead from the leaf to the root, the lowest first.
    """
    found: list[bytes] = []
    level, place = list(leaves), index
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            found.append(level[beside])
        paired = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        # The last of an odd number moves up as it is, which gives the tree of RFC 9162.
        level = paired + level[len(level) & ~1 :]
        place >>= 1
    return found


def climbed(hashed: bytes, index: int, size: int, steps: Sequence[bytes]) -> bytes | None:
    """Return the root that an audit path leads to (RFC 9162 section 2.1.3.2).

    Args:
        hashed: The hash of the leaf.
        index: The number of the leaf, from 0.
        size: How many leaves the tree has.
        steps: The audit path.

    Returns:
        32 bytes; null where the path is not one of a leaf with that number in a tree of that size.
    """
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, hashed
    for step in steps:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, step)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None
