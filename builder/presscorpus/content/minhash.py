"""Texts that say the same: exact repeats by digest, near ones by MinHash.

What is compared is not `text` as it stands but its words, by the convention `REPEAT_RULE`:

1. Joiners, bidi marks, soft hyphens and other format characters (Cf, but for U+200B, which parts words), the Arabic
   tatweel and the vowel signs U+064B to U+065F and U+0670 are dropped.
2. Every run of what is neither letter nor mark nor number is one space: punctuation and layout say nothing.
3. A Han, Hiragana or Katakana character stands by itself, as in `word_count`.
4. NFKC (https://www.unicode.org/reports/tr15/), so that presentation forms, ligatures and full width are as their
   letters; then casefolding; the dot above that is left of the Turkish capital goes, and dotless i counts as i.
5. A word is what then stands between spaces.

Equal words in equal order are an exact repeat. Texts are near when they share enough of their shingles, three words in
a row. The share (Jaccard: shared over all) is estimated from signatures of fixed length, so that what is held of a
post does not grow with it. Why this library and these numbers, and how well they do: docs/decisions/0010-repeats.md.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import polars as pl

from presscorpus.content.words import words_of
from presscorpus.dtypes import ARROW_TEXT, SIGNATURE, TEXT
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa
    import pyarrow.compute as pc
    import rensa
else:
    np = lazy("numpy")
    pa = lazy("pyarrow")
    pc = lazy("pyarrow.compute")
    rensa = lazy("rensa")

REPEAT_RULE: Final = 1
"""Version of the convention; a change of it, or of the numbers below or in normalise/near_duplicates.py,
that changes results raises it."""

MIN_WORDS: Final = 20
"""Texts of fewer words are not compared: "Photo: archive" repeats without being a repost."""

SHINGLE: Final = 3
"""Words in a row that make a shingle."""

SLOTS: Final = 128
"""Numbers of 32 bits in a signature. The standard error of an estimate is at most 0.045."""

_SPACE: Final = ord(" ")
_SEED: Final = 20261123
_WORDS_AT_ONCE: Final = 1 << 20
_KNOWN_WORDS: Final = 1 << 17
_KNOWN_LENGTH: Final = 64
# Odd and without a pattern: the primes of XXH64, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
_ODD: Final = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


def sketch(texts: Iterable[str | None]) -> pl.DataFrame:
    """Return what is kept of each text to compare it with others.

    Args:
        texts: Texts, or nulls.

    Returns:
        One row a text, in order. `text_digest` is the SHA-256 of the words with single spaces between them, in UTF-8,
        as 64 hexadecimal digits; null for null and for texts without words. `signature` is 4 x `SLOTS` bytes, whole
        numbers of 32 bits with the lowest byte first; null where there are fewer than `MIN_WORDS` words. Two signatures
        agree in as many numbers, on average, as the texts share shingles.
    """
    words = [each.encode() if each else b"" for each in words_of(texts)]
    digests = [hashlib.sha256(each).hexdigest() if each else None for each in words]
    heights = [int(np.count_nonzero(np.frombuffer(each, np.uint8) == _SPACE)) + 1 if each else 0 for each in words]
    signatures: list[bytes | None] = [None] * len(words)
    for rows in _stretches(heights):
        found = _signatures([words[row] for row in rows], [heights[row] for row in rows])
        for row, signature in zip(rows, found, strict=True):
            signatures[row] = signature
    return pl.DataFrame(
        {"text_digest": pl.Series(digests, dtype=TEXT), "signature": pl.Series(signatures, dtype=SIGNATURE)}
    )


def _stretches(heights: list[int]) -> Iterator[list[int]]:
    """Yield the rows that have words enough, a stretch at a time.

    Numbers are made of no more words at once.
    """
    stretch: list[int] = []
    size = 0
    for row, height in enumerate(heights):
        if height < MIN_WORDS:
            continue
        if stretch and size + height > _WORDS_AT_ONCE:
            yield stretch
            stretch, size = [], 0
        stretch.append(row)
        size += height
    if stretch:
        yield stretch


def _signatures(texts: Sequence[bytes], heights: Sequence[int]) -> list[bytes]:
    """The signatures of texts that have words enough, given as their words."""
    hashed, bounds = shingles(texts, heights)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(hashed, bounds, SLOTS, _SEED)
    return [row.tobytes() for row in np.array(matrix.to_rows(), "<u4")]


def shingles(texts: Sequence[bytes], heights: Sequence[int]) -> tuple[npt.NDArray[np.uint64], list[int]]:
    """Return a number of 64 bits for every three words in a row.

    A number is a sum of the words' own, each times an odd constant of its place, modulo 2^64: the same words have the
    same number on every machine.

    Args:
        texts: The words of each text in UTF-8 with single spaces between them, three at least.
        heights: How many words each text has.

    Returns:
        The numbers of all texts; and the places where those of each text begin, and the end of the last one's.
    """
    data = b" ".join(texts) + b" "
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _SPACE) + 1
    buffers = [None, pa.py_buffer(np.concatenate([[0], ends])), pa.py_buffer(data)]
    coded = pc.dictionary_encode(pa.Array.from_buffers(ARROW_TEXT, len(ends), buffers))
    known = np.fromiter(map(_number_of, coded.dictionary.to_pylist()), np.uint64, len(coded.dictionary))
    # Through the buffer: `to_numpy` imports pandas first.
    numbers = known.take(np.frombuffer(coded.indices.buffers()[1], np.int32, len(coded)))
    total = np.zeros(len(numbers) - SHINGLE + 1, np.uint64)
    for place, odd in enumerate(_ODD):
        total += numbers[place : place + len(total)] * np.uint64(odd)
    last = np.cumsum(heights)
    inside = np.ones(len(total), np.bool_)
    for before in range(1, SHINGLE):  # these reach into the next text
        inside[last[:-1] - before] = False
    return total[inside], [0, *(last - (SHINGLE - 1) * np.arange(1, len(texts) + 1)).tolist()]


class _Numbers(dict[str, int]):
    """The first eight bytes of a word's BLAKE2b as a number.

    Computed once a process, within bounds. A word is given with the space behind it, which does not count.
    """

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        number = int.from_bytes(hashlib.blake2b(word[:-1].encode(), digest_size=8).digest(), "little")
        if len(word) <= _KNOWN_LENGTH:
            self[word] = number
        return number


_number_of: Final = _Numbers().__getitem__
