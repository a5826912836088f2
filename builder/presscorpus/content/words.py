"""The words of many texts at once, by the convention of `content/minhash.py`.

Nearly all characters fold to one character whatever stands beside them. For texts of such characters the convention is
a table by code point, which numpy looks up for a hundred thousand characters at a time. A text with any other character
(a combining mark, a ligature, a jamo) is folded by itself. Both ways give the same words, which a test proves.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from presscorpus.content.html.characters import composed
from presscorpus.dtypes import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

DROPPED: Final = r"[\p{Cf}\x{640}\x{64B}-\x{65F}\x{670}--\x{200B}]"
BETWEEN: Final = r"[^\p{L}\p{M}\p{N}]+"
ALONE: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}]"

_CODE_POINTS: Final = 0x110000
_AT_ONCE: Final = 1 << 17
_SPACE, _END = ord(" "), ord("\n")
# What a character is: not looked up yet, dropped, between words, part of a word, a word, or to be seen in its context.
_UNKNOWN, _DROPPED, _BETWEEN, _LETTER, _ALONE, _OTHER = range(6)
# Conjoining jamo, which compose with those before them though they are no marks: Unicode 16, section 3.12.
_JAMO: Final = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))


def words_of(texts: Iterable[str | None]) -> list[str | None]:
    """Return the words of each text in order, with single spaces between them.

    Args:
        texts: Texts, or nulls.

    Returns:
        One string a text; null where the text is.
    """
    values = list(texts)
    found: list[str | None] = list(values)
    hard: list[int] = []
    for rows in _stretches(values):
        folded, odd = _fold([values[row] or "" for row in rows])
        for row, text in zip(rows, folded, strict=True):
            found[row] = text
        hard += [rows[number] for number in odd]
    if hard:
        for row, text in zip(hard, one_by_one(pl.Series([values[row] for row in hard], dtype=TEXT)), strict=True):
            found[row] = text
    return found


def one_by_one(texts: pl.Series) -> pl.Series:
    """Return what `words_of` does, by the steps of the convention as written.

    Args:
        texts: Texts, or nulls.

    Returns:
        One string a text; null where the text is.
    """
    bare = _replaced(_replaced(texts, DROPPED, "").str.replace_all(BETWEEN, " "), ALONE, " ${0} ")
    return pl.Series([None if text is None else _folded(text) for text in bare], dtype=texts.dtype)


def _replaced(texts: pl.Series, pattern: str, by: str) -> pl.Series:
    """Replace where there is anything to replace.

    To see whether there is takes a quarter of the time.
    """
    rows = texts.str.contains(pattern).arg_true()
    return texts.clone().scatter(rows, texts.gather(rows).str.replace_all(pattern, by)) if len(rows) else texts


def _folded(bare: str) -> str:
    folded = composed(bare, "NFKC").casefold().replace("\u0307", "").replace("ı", "i").strip()
    return " ".join(folded.split()) if "  " in folded else folded


def _stretches(texts: Sequence[str | None]) -> Iterator[list[int]]:
    """Yield the rows that have a text, in stretches of about `_AT_ONCE` characters.

    That many fit the processor's cache.
    """
    stretch: list[int] = []
    size = 0
    for row, text in enumerate(texts):
        if text:
            stretch.append(row)
            size += len(text)
        if size >= _AT_ONCE:
            yield stretch
            stretch, size = [], 0
    if stretch:
        yield stretch


def _fold(texts: Sequence[str]) -> tuple[list[str], set[int]]:
    """Fold texts by table.

    Returns:
        The folded texts, and the places of those with characters that a table cannot fold.
    """
    joined = "\n".join([text.replace("\n", " ") for text in texts])
    codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    kinds, letters = _tables()
    kind = kinds.take(codes)
    if not kind.all():
        _learn(np.unique(codes[kind == _UNKNOWN]))
        kind = kinds.take(codes)
    letter = letters.take(codes)
    odd = np.flatnonzero(kind == _OTHER)
    hard = set(np.searchsorted(np.flatnonzero(codes == _END), odd).tolist()) if len(odd) else set()
    dropped = kind == _DROPPED
    if dropped.any():
        kind, letter = kind[~dropped], letter[~dropped]
    single = _spaced(kind, letter).tobytes().decode("utf-32-le").split("\n")
    return [text.strip() for text in single], hard


def _spaced(kind: npt.NDArray[np.uint8], letter: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Reduce what is between words to one space.

    One is put around each character that is a word.
    """
    between, alone = kind == _BETWEEN, kind == _ALONE
    kept: npt.NDArray[np.bool_] = letter == _END
    kept[:1] = True
    kept[1:] |= ~(between[1:] & between[:-1])
    # By places, which takes half the time of a mask.
    places = np.flatnonzero(kept)
    if not alone.any():
        return letter.take(places)
    missing = np.zeros(len(kind), np.bool_)
    missing[1:] = (alone[1:] & ~between[:-1]) | (alone[:-1] & ~between[1:])
    return np.insert(letter.take(places), np.flatnonzero(missing.take(places)), _SPACE)


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """Return the kind of each code point and what it folds to.

    Both are filled as code points are met.
    """
    kinds, letters = np.zeros(_CODE_POINTS, np.uint8), np.zeros(_CODE_POINTS, np.uint32)
    kinds[_END], letters[_END] = _BETWEEN, _END
    return kinds, letters


def _learn(codes: npt.NDArray[np.uint32]) -> None:
    kinds, letters = _tables()
    characters = pl.Series([chr(code) for code in codes])
    found = [characters.str.contains(pattern) for pattern in (DROPPED, BETWEEN, ALONE)]
    for code, character, dropped, between, alone in zip(codes, characters, *found, strict=True):
        folded = _folded(character)
        if dropped:
            kinds[code] = _DROPPED
        elif between:
            kinds[code], letters[code] = _BETWEEN, _SPACE
        elif len(folded) != 1 or " " in unicodedata.normalize("NFKC", character) or _composes(character + folded):
            kinds[code] = _OTHER
        else:
            kinds[code], letters[code] = _ALONE if alone else _LETTER, ord(folded)


def _composes(characters: str) -> bool:
    """Tell whether any of the characters may become one with another beside it.

    That is a mark, or a jamo.
    """
    return any(
        unicodedata.category(each).startswith("M") or any(first <= ord(each) <= last for first, last in _JAMO)
        for each in characters
    )
