"""Exact and near repeats among texts, by their MinHash signatures.

Signatures are larger than all else that is known of a text besides itself. They are on disk, each as a whole and the
bands of all texts one after another, so that in memory are one band of all texts and the signatures that are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import pyarrow as pa

from presscorpus.content.minhash import SLOTS
from presscorpus.dtypes import ARROW_BAND, PLACE
from presscorpus.storage.scratch import ScratchFile

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

BANDS: Final = 42
"""Pieces of a signature of which one has to agree for two texts to be looked at."""

WINDOW: Final = 10
"""How many neighbours a text is compared with among those that agree in one piece."""

MOST: Final = 10
"""Near repeats that are kept of a post with posts before it, the most similar ones."""

MIN_SIMILARITY: Final = 0.4
"""Least estimated share of shingles that makes a near repeat."""

_SIGNATURE: Final = 4 * SLOTS
_BAND: Final = int(ARROW_BAND.byte_width)  # three numbers of four bytes
_DIGEST: Final = 32  # hexadecimal digits: two texts of a billion share 128 bits with a chance of one in 10^20
_AT_ONCE: Final = 1 << 16


class Sketches:
    """The sketches of texts in the order in which they were added.

    Texts without a signature, which have few words, count as rows and are not kept. Of the others half of the digest
    and the row are in memory, the signature is in a file without a name below `work`.

    Args:
        work: The folder of the file.
        most: How many texts may be added.
    """

    def __init__(self, work: Path, most: int) -> None:
        self._file = ScratchFile(work)
        # The file is sparse: each band has room for `most` texts, and takes only what was written.
        self._most = most
        self._kept: list[npt.NDArray[np.uint64]] = []
        self.rows = self.height = 0

    def close(self) -> None:
        """Delete the file."""
        self._file.close()

    def add(self, sketches: pl.DataFrame) -> None:
        """Add the next texts.

        Args:
            sketches: Their `text_digest` (SHA-256 in hex) and `signature` (bytes, null for none).
        """
        there = sketches.with_row_index("row", self.rows).drop_nulls("signature")
        self.rows += sketches.height
        digests = there["text_digest"].str.head(_DIGEST).str.decode("hex")
        halves = np.frombuffer(b"".join(digests), np.uint64).reshape(-1, 2)
        self._kept.append(np.column_stack([halves, there["row"].to_numpy().astype(np.uint64)]))
        signatures = np.frombuffer(b"".join(there["signature"]), np.uint8).reshape(-1, _SIGNATURE)
        for band in range(BANDS):
            of_all = np.ascontiguousarray(signatures[:, band * _BAND : (band + 1) * _BAND])
            self._file.write(of_all.tobytes(), self._place(band) + self.height * _BAND)
        self._file.write(signatures.tobytes(), self._place(BANDS) + self.height * _SIGNATURE)
        self.height += there.height

    def kept(self) -> pl.DataFrame:
        """List the kept texts.

        Returns:
            The columns `place` (their number among kept texts), `row` (among all), `high` and `low` (half of the
            digest).
        """
        whole = np.concatenate([np.empty((0, 3), np.uint64), *self._kept])
        columns = {"high": whole[:, 0], "low": whole[:, 1], "row": whole[:, 2].astype(np.uint32)}
        return pl.DataFrame({"place": np.arange(len(whole), dtype=np.uint32), **columns})

    def band(self, number: int) -> pl.Series:
        """Read one piece of the signatures of all kept texts.

        Args:
            number: From 0 to `BANDS` - 1.

        Returns:
            Binary values, by place.
        """
        data = self._file.read(self.height * _BAND, self._place(number))
        band = pl.from_arrow(pa.FixedSizeBinaryArray.from_buffers(ARROW_BAND, self.height, [None, pa.py_buffer(data)]))
        if not isinstance(band, pl.Series):  # pragma: no cover - from_arrow of an array gives a series
            raise TypeError(type(band))
        return band

    def signatures(self, places: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """Read the signatures of some kept texts.

        Args:
            places: Their places.

        Returns:
            A row of `SLOTS` numbers for each.
        """
        start = self._place(BANDS)
        found = [self._file.read(_SIGNATURE, start + int(place) * _SIGNATURE) for place in places]
        return np.frombuffer(b"".join(found), dtype="<u4").reshape(-1, SLOTS)

    def _place(self, band: int) -> int:
        return band * self._most * _BAND


def pair(sketches: Sketches) -> pl.DataFrame:
    """Pair the rows that repeat one another.

    Of rows with one digest each is paired with the first of them only, and only that one has near repeats: ten thousand
    copies are 9,999 pairs. A row is the second of at most `MOST` near ones, the most similar, of equals the lowest. So
    pairs, time and memory grow with the number of rows, not with its square.

    Args:
        sketches: All texts.

    Returns:
        The columns `first` and `second` (rows, the lower first), `kind` ("exact" or "near") and `similarity` (estimated
        share of shingles, two decimals, 1.0 for exact), in order of rows.
    """
    kept = sketches.kept()
    copied = kept.filter(pl.struct("high", "low").is_duplicated())
    exact = (
        copied.with_columns(first=pl.col("row").first().over("high", "low"))
        .filter(pl.col("first") != pl.col("row"))
        .select("first", second="row", kind=pl.lit("exact"), similarity=pl.lit(1.0))
    )
    firsts = kept["place"].filter(~kept["row"].is_in(exact["second"].implode()))
    near = _judged(sketches, _candidates(sketches, firsts))
    rows = kept["row"]
    near = near.with_columns(rows.gather(near[name]).alias(name) for name in ("first", "second"))
    return pl.concat([exact, near.select(exact.columns)]).sort("first", "second")


def _candidates(sketches: Sketches, places: pl.Series) -> pl.DataFrame:
    """Pairs of places, the lower first, that agree in a band.

    Of many that agree each is paired with `WINDOW` neighbours only. Neighbours are those whose next bands are closest
    in order, so that among many texts made from one template the most alike are compared.
    """
    found = pl.DataFrame(schema={"first": PLACE, "second": PLACE})
    for number in range(BANDS):
        band = sketches.band(number).gather(places)
        alike = band.is_duplicated()
        if not alike.any():
            continue
        chosen = places.filter(alike)
        after = sketches.band((number + 1) % BANDS).gather(chosen)
        agreeing = pl.DataFrame({"place": chosen, "band": band.filter(alike), "after": after}).sort(
            "band", "after", "place"
        )
        run, place = agreeing["band"].rle_id().to_numpy(), agreeing["place"].to_numpy()
        near = []
        for lag in range(1, min(WINDOW + 1, agreeing.height)):
            same = run[lag:] == run[:-lag]
            near.append(np.column_stack([place[lag:][same], place[:-lag][same]]))
        ends = np.concatenate(near)
        pairs = pl.DataFrame({"first": ends.min(axis=1), "second": ends.max(axis=1)}, schema=found.schema)
        found = pl.concat([found, pairs]).unique()
    return found.sort("second", "first")


def _judged(sketches: Sketches, candidates: pl.DataFrame) -> pl.DataFrame:
    """The candidates that are similar enough, at most `MOST` for each second."""
    # Candidates are ordered by `second`, so that a slice of them needs few signatures.
    equal = np.zeros(candidates.height, dtype=np.int64)
    for start in range(0, candidates.height, _AT_ONCE):
        first, second = (candidates[name].slice(start, _AT_ONCE).to_numpy() for name in ("first", "second"))
        asked = np.unique(np.concatenate([first, second]))
        numbers = sketches.signatures(asked)
        same = numbers[np.searchsorted(asked, first)] == numbers[np.searchsorted(asked, second)]
        equal[start : start + _AT_ONCE] = same.sum(axis=1)
    # Rounded as whole numbers, so that every machine gets the same result.
    hundredths = (equal * 100 + SLOTS // 2) // SLOTS
    return (
        candidates.with_columns(hundredths=hundredths, similarity=hundredths / 100)  # numpy divides; polars multiplies
        .filter(pl.col("hundredths") >= round(MIN_SIMILARITY * 100))
        .sort("second", "hundredths", "first", descending=[False, True, False])
        .group_by("second", maintain_order=True)
        .head(MOST)
        .select("first", "second", "similarity", kind=pl.lit("near"))
    )
