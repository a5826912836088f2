"""The model of py3langid, applied to many texts at once in whole numbers.

The library walks an automaton over the bytes of a text, in Python, and adds up 32-bit fractions in the order that the
machine's linear algebra chooses. Here the automaton goes over all texts in step, a stretch of each at a time, and the
weights, which are 16-bit fractions, are whole numbers: every sum is exact, so that every machine finds the same.
https://github.com/adbar/py3langid
"""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from presscorpus.content import model_cache
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from py3langid import langid, modelio
else:
    langid = lazy("py3langid.langid")
    modelio = lazy("py3langid.modelio")

_STRETCH: Final = 64  # bytes that one place of the automaton covers
_WEIGHT: Final = 512  # the weights are multiples of 1/512: 16-bit fractions between 2 and 16
_COUNT: Final = 1024  # logarithms of counts are rounded to 1/1024
_MOST: Final = 1 << 14  # greatest count of one feature that counts
REACH: Final = 6
"""How many bytes the state of the automaton depends on: the length of the longest feature of the model."""


NO_LANGUAGE: Final = "zxx"
"""The code of what is no language at all, https://www.loc.gov/standards/iso639-2/php/code_list.php."""

# Labels of the model whose probabilities are added up, by the code that counts: languages of one macrolanguage,
# https://iso639-3.sil.org/code_tables/macrolanguage_mappings, and codes of two letters where there are such.
_CODES: Final = {
    "ary": "ar", "arz": "ar", "fuv": "ff", "gug": "gn", "hbo": "he", "kik": "ki", "sdh": "ku", "uzs": "uz",
    "wuu": "zh", "yue": "zh",
}  # fmt: skip


class Guess(NamedTuple):
    """The most probable language of a text by the model.

    Attributes:
        code: A code out of `codes`, or `NO_LANGUAGE`.
        percent: Its probability in per cent, whole and calibrated.
        second: The code that comes next.
        second_percent: Its probability in per cent.
    """

    code: str
    percent: int
    second: str
    second_percent: int


class _Model(NamedTuple):
    """The automaton and the weights of the features.

    The automaton says where each state leads, and which feature is found there.
    """

    row: npt.NDArray[np.intp]
    following: npt.NDArray[np.uint32]
    feature: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int16]
    prior: npt.NDArray[np.float64]
    codes: list[str]


@cache
def _model() -> _Model:
    packed = langid.MODEL_DIR / langid.MODEL_FILE
    # The code that unpacks it, too, says what the arrays are.
    made_of = hashlib.sha256(packed.read_bytes() + Path(__file__).read_bytes())
    arrays = model_cache.kept("languages", made_of.hexdigest()[:16], lambda: _unpacked(packed))
    labels = arrays.pop("labels").tolist()
    return _Model(**arrays, codes=[_CODES.get(label, label) for label in labels])


def _unpacked(packed: Path) -> dict[str, Any]:
    weights, prior, labels, following, row, feature = modelio.load_model(packed)
    return {
        "row": np.asarray(row, dtype=np.intp) << 8,
        "prior": np.rint(prior.astype(np.float64) * _WEIGHT * _COUNT),
        "following": np.asarray(following, dtype=np.uint32),
        "feature": np.asarray(feature, dtype=np.int32),
        "weights": (weights.astype(np.float32) * _WEIGHT).astype(np.int16),
        "labels": np.array(labels),
    }


def codes() -> list[str]:
    """Return every code that a guess can have.

    Returns:
        Sorted codes: of two letters (ISO 639-1) where there is such, else of three; `NO_LANGUAGE` among them.
    """
    return sorted(set(_model().codes))


def guess(texts: Sequence[str]) -> list[Guess]:
    """Guess the language of texts, each independently of the others.

    Args:
        texts: Samples, in NFC. Whether any is long enough to tell is the caller's business.

    Returns:
        One guess a text, in their order.
    """
    if not texts:
        return []
    samples = [(text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass") for text in texts]
    names = _model().codes
    scores = np.array(list(_scores(samples)))
    sizes = np.array([max(len(sample), 1) for sample in samples])
    # Divided by the square root of the text's length, scores become calibrated probabilities.
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / (_WEIGHT * _COUNT * np.sqrt(sizes))[:, None])
    for place, name in enumerate(names):
        if (first := names.index(name)) != place:
            powers[:, first] += powers[:, place]
            powers[:, place] = 0
    percents = np.rint(100 * powers / powers.sum(axis=1, keepdims=True)).astype(int)
    rows = np.arange(len(samples))
    best = powers.argmax(axis=1)
    powers[rows, best] = 0
    second = powers.argmax(axis=1)
    columns = (best, percents[rows, best], second, percents[rows, second])
    every = zip(*(column.tolist() for column in columns), strict=True)
    return [Guess(names[one], percent, names[other], rest) for one, percent, other, rest in every]


def _scores(samples: list[bytes]) -> Iterator[npt.NDArray[np.float64]]:
    """For each sample the score of each class: a logarithm, in whole numbers."""
    model = _model()
    found, bounds = _features(samples)
    for start, end in pairwise(bounds.tolist()):
        found[start:end].sort()
    begins = np.ones(len(found) + 1, np.bool_)
    np.not_equal(found[1:], found[:-1], out=begins[1:-1])
    begins[bounds] = True
    places = np.flatnonzero(begins)
    logarithms = np.rint(np.log1p(np.minimum(np.diff(places), _MOST)) * _COUNT)
    rows = found[places[:-1]].astype(np.intp)
    bounds = np.searchsorted(places, bounds)
    # Weights are copied to the same place for each sample: new memory each time would cost more than the sums.
    narrow = np.empty((int(np.diff(bounds).max()), model.weights.shape[1]), model.weights.dtype)
    wide = np.empty(narrow.shape)
    for start, end in pairwise(bounds.tolist()):
        few = narrow[: end - start]
        np.take(model.weights, rows[start:end], axis=0, out=few, mode="clip")
        np.copyto(wide[: end - start], few)
        yield logarithms[start:end] @ wide[: end - start] + model.prior


def _features(samples: list[bytes]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]]:
    """Return the features in all samples, one sample after another.

    The second array is where those of each sample begin, and the end of the last one's. The automaton stands at the
    beginning of each stretch of each sample at once, and enters it from so far before that it is in the state in which
    it would have come from the very beginning.
    """
    model = _model()
    sizes = np.array([len(sample) for sample in samples], dtype=np.intp)
    begins = np.cumsum(sizes) - sizes
    stretches = -(-sizes // _STRETCH)
    owner = np.repeat(np.arange(len(samples)), stretches)
    begin = begins[owner]
    start = begin + _STRETCH * (np.arange(len(owner)) - (np.cumsum(stretches) - stretches)[owner])
    written = np.frombuffer(b"".join(samples) + bytes(_STRETCH), dtype=np.uint8)
    state = np.zeros(len(owner), dtype=np.intp)
    met = np.empty((_STRETCH, len(owner)), np.int32)
    for step in range(-REACH, _STRETCH):
        place = start + step
        moved = model.following.take(model.row.take(state) + written.take(place, mode="clip"))
        state = np.where(place >= begin, moved, 0) if step < 0 else moved
        if step >= 0:
            model.feature.take(state, out=met[step], mode="clip")
    by_stretch = np.ascontiguousarray(met.T)
    there = by_stretch >= 0
    there &= np.arange(_STRETCH) < ((begins + sizes)[owner] - start)[:, None]
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    return by_stretch[there], ends[np.concatenate([[0], np.cumsum(stretches)])]
