"""A fast test of whole columns for telephone numbers that are known. Pure.

What stands between the digits of a number does not count here, nor how it is grouped: `known_numbers` looks closely at
what is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from presscorpus.dtypes import TRUTH
from presscorpus.privacy.known_numbers import LONGEST, SHORTEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_FIRST: Final = 4  # digits of a number that are looked up in all places
_NINE: Final = np.uint8(9)
_STRETCH: Final = 1 << 22  # bytes looked up together
_REFERENCE: Final = 9  # bytes of the longest numeric character reference, without its semicolon
_HASH: Final = b"#"
_NAMES: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?\\"
_EVENTS: Final = bytes(sign in b"0123456789<>&;" for sign in range(256))


class Index:
    """A fast test of whole columns for the digits of numbers.

    Args:
        numbers: The digits that are looked for (`KnownNumbers`).
    """

    def __init__(self, numbers: Iterable[str]) -> None:
        self._known: dict[str, list[str]] = {}
        for each in sorted(numbers):
            self._known.setdefault(each[:SHORTEST], []).append(each)
        self._begins = np.zeros(10**_FIRST, np.bool_)
        self._begins[[int(each[:_FIRST]) for each in self._known]] = True

    def __bool__(self) -> bool:
        return bool(self._known)

    def suspects(self, values: pl.Series) -> pl.Series:
        """Find the values that hold the digits of a number in a row.

        Within texts, whatever stands between them, and within all, whatever is no digit.

        Args:
            values: Strings, none of them null.

        Returns:
            Whether each may hold a number.
        """
        # A character reference without its semicolon ends where another digit may begin.
        found = values.str.contains("&#[0-9xX][0-9a-fA-F]*(?:[^0-9a-fA-F;]|$)").to_numpy().copy()
        rows = max(1, len(values) * _STRETCH // (int(values.str.len_bytes().sum()) or 1))
        for start in range(0, len(values), rows):
            for place in self._places(values.slice(start, rows)):
                found[start + place] = True
        return pl.Series(values.name, found, dtype=TRUTH)

    def _places(self, values: pl.Series) -> Iterator[int]:
        _, _, buffer = values.to_arrow().buffers()
        written = np.frombuffer(buffer or b"", np.uint8)
        places = np.flatnonzero(np.frombuffer(written.tobytes().translate(_EVENTS), np.bool_))
        signs = written[places]
        counts = np.diff(np.searchsorted(places, values.str.len_bytes().cum_sum().to_numpy()), prepend=0)
        rows = np.repeat(np.arange(len(values)), counts)
        digits = ((signs - np.uint8(ord("0"))) <= _NINE) & ~_in_references(written, places, signs)
        for those in (digits, digits & ~_in_tags(written, places, signs, rows)):
            yield from self._begun(signs[those], rows[those])

    def _begun(self, digits: NDArray[np.uint8], rows: NDArray[np.intp]) -> Iterator[int]:
        """The rows in which the digits of a number follow each other."""
        windows = len(digits) - SHORTEST + 1
        if windows < 1:
            return
        begun = np.zeros(windows, np.int16)
        for place in range(_FIRST):
            begun = begun * np.int16(10) + (digits[place : place + windows] - np.uint8(ord("0")))
        for hit in np.flatnonzero(self._begins[begun]):
            same = digits[hit : hit + LONGEST][rows[hit : hit + LONGEST] == rows[hit]].tobytes().decode()
            if any(same.startswith(each) for each in self._known.get(same[:SHORTEST], ())):
                yield int(rows[hit])


def _in_references(written: NDArray[np.uint8], places: NDArray[np.intp], signs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which signs stand within a character reference by number."""
    begun, ended = _pairs(signs, places, written, ord("&"), _HASH, ord(";"))
    return _between(begun, ended, places[ended] - places[begun] <= _REFERENCE, len(signs))


def _in_tags(
    written: NDArray[np.uint8], places: NDArray[np.intp], signs: NDArray[np.uint8], rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Which signs stand within a tag, which ends in the same value."""
    begun, ended = _pairs(signs, places, written, ord("<"), _NAMES, ord(">"))
    return _between(begun, ended, rows[ended] == rows[begun], len(signs))


def _pairs(
    signs: NDArray[np.uint8], places: NDArray[np.intp], written: NDArray[np.uint8], begin: int, behind: bytes, end: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where something begins, by a sign and what is behind it, and where that ends."""
    begun = np.flatnonzero(signs == begin)
    begun = begun[np.isin(written.take(places[begun] + 1, mode="clip"), np.frombuffer(behind, np.uint8))]
    ends = np.flatnonzero(signs == end)
    number = np.searchsorted(ends, begun)
    return begun[number < len(ends)], ends[number[number < len(ends)]]


def _between(
    begun: NDArray[np.intp], ended: NDArray[np.intp], meant: NDArray[np.bool_], length: int
) -> NDArray[np.bool_]:
    """Which of some places are between the beginnings and ends that are meant."""
    depth = np.bincount(begun[meant], minlength=length) - np.bincount(ended[meant], minlength=length)
    inside: NDArray[np.bool_] = np.cumsum(depth) > 0
    return inside
