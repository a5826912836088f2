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
import struct
import unicodedata
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

REPEAT_RULE: Final = 1
"""Version of the convention; a change of it, or of the numbers below or in builder/pairs.py,
that changes results raises it."""

MIN_WORDS: Final = 20
"""Texts of fewer words are not compared: "Photo: archive" repeats without being a repost."""

SHINGLE: Final = 3
"""Words in a row that make a shingle."""

SLOTS: Final = 128
"""Numbers of 32 bits in a signature. The standard error of an estimate is at most 0.045."""

_SEED: Final = 20261123
_KNOWN_WORDS: Final = 1 << 17
_KNOWN_LENGTH: Final = 64
# Odd and without a pattern: the primes of XXH64, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
_ODD: Final = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_DROPPED: Final = r"[\p{Cf}\x{640}\x{64B}-\x{65F}\x{670}--\x{200B}]"
_BETWEEN: Final = r"[^\p{L}\p{M}\p{N}]+"
_ALONE: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}]"


def words(texts: pl.Series) -> list[list[str] | None]:
    """The words of each text by the convention, in order. Null where the text is null."""
    bare = texts.str.replace_all(_DROPPED, "").str.replace_all(_BETWEEN, " ").str.replace_all(_ALONE, " ${0} ")
    return [None if text is None else _words(text) for text in bare]


def _words(bare: str) -> list[str]:
    if not bare.isascii():
        bare = unicodedata.normalize("NFKC", bare)
    return bare.casefold().replace("\u0307", "").replace("ı", "i").split()


def sketch(texts: pl.Series) -> pl.DataFrame:
    """What is kept of each text to compare it: `text_digest` and `signature`, one row a text, in order.

    `text_digest` is the SHA-256 of the words with single spaces between them, in UTF-8, as 64 hexadecimal digits; null
    for null and for texts without words. `signature` is 4 x `SLOTS` bytes, whole numbers of 32 bits with the lowest
    byte first; null where there are fewer than `MIN_WORDS` words. Two signatures agree in as many numbers, on average,
    as the texts share shingles.
    """
    import rensa

    pack = struct.Struct(f"<{SLOTS}I").pack
    digests: list[str | None] = []
    signatures: list[str | None] = []
    for found in words(texts):
        digests.append(hashlib.sha256(" ".join(found).encode()).hexdigest() if found else None)
        if found is None or len(found) < MIN_WORDS:
            signatures.append(None)
        else:
            # One text at a time, so that memory is that of the longest text.
            hashed = shingles(found)
            matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(hashed, [0, len(hashed)], SLOTS, _SEED)
            signatures.append(pack(*matrix.to_rows()[0]).hex())
    made = {"text_digest": digests, "signature": signatures}
    as_text = pl.DataFrame([pl.Series(name, values, dtype=texts.dtype) for name, values in made.items()])
    return as_text.with_columns(pl.col("signature").str.decode("hex"))


def shingles(found: list[str]) -> npt.NDArray[np.uint64]:
    """A number of 64 bits for every three words in a row; the same words give the same number on every machine.

    It is a sum of the words' own numbers, each times an odd constant of its place, modulo 2^64.
    """
    import numpy as np

    numbers = np.fromiter(map(_number_of, found), np.uint64, len(found))
    number = len(found) - SHINGLE + 1
    total = np.zeros(number, np.uint64)
    for place, odd in enumerate(_ODD):
        total += numbers[place : place + number] * np.uint64(odd)
    return total


class _Numbers(dict[str, int]):
    """The first eight bytes of a word's BLAKE2b as a number, computed once a process, within bounds."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
        if len(word) <= _KNOWN_LENGTH:
            self[word] = number
        return number


_number_of: Final = _Numbers().__getitem__
