"""Groups of posts that belong together: connected components over pairs of posts.

A group is named after the first of its posts in key order, so that its name does not depend on posts outside of it, on
the order of pairs or on a machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from presscorpus.dtypes import PLACE, TEXT
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Places = npt.NDArray[np.uint32]
else:
    np = lazy("numpy")

POST: Final = ["site", "type", "id"]
_OTHER: Final = [f"other_{name}" for name in POST]

MIN_SIMILARITY: Final = 0.6
"""Least `similarity` of a near repeat that makes a group (docs/decisions/0010-repeats.md)."""


def columns(repeats: pl.DataFrame, translations: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of posts that name their groups.

    Args:
        repeats: The table.
        translations: site, type, id, other_type and other_id of posts that are in posts, both of them.

    Returns:
        site, type, id, repeat_group and translation_group, in key order; no row for a post without a group.
    """
    repeated = grouped(repeats.filter(pl.col("similarity") >= MIN_SIMILARITY), "repeat_group")
    translated = grouped(translations.with_columns(other_site="site"), "translation_group")
    return repeated.join(translated, on=POST, how="full", coalesce=True).sort(POST)


def grouped(pairs: pl.DataFrame, name: str) -> pl.DataFrame:
    """Find the connected components of pairs.

    Args:
        pairs: The keys of two different posts: site, type, id, other_site, other_type and other_id.
        name: Name of the column with the groups.

    Returns:
        site, type and id of each post of a pair, in key order, and the name of its group: the site, type and id of the
        group's first post, with slashes between them.
    """
    ends = [pairs.select(POST), pairs.select(pl.col(far).alias(near) for far, near in zip(_OTHER, POST, strict=True))]
    posts = pl.concat(ends).unique().sort(POST).with_columns(place=pl.int_range(pl.len(), dtype=PLACE))
    first, second = (end.join(posts, on=POST, how="left", maintain_order="left")["place"].to_numpy() for end in ends)
    names = posts.select(pl.concat_str(POST, separator="/").cast(TEXT)).to_series()
    lowest = pl.Series(_components(first, second, posts.height), dtype=PLACE)
    return posts.select(POST).with_columns(names.gather(lowest).alias(name))


def _components(first: Places, second: Places, height: int) -> Places:
    """Return the lowest place that each place is connected with.

    Every round each tree whose root has a lower neighbour is hung below the lowest one, and flattened; that takes
    O(log² n) steps (algorithm S of Liu and Tarjan 2022, https://doi.org/10.1145/3543546). Memory is that of the pairs.
    """
    root = np.arange(height, dtype=np.uint32)
    while len(first):
        low, high = np.minimum(first, second), np.maximum(first, second)
        np.minimum.at(root, high, low)
        while (root[root] != root).any():
            root = root[root]
        first, second = root[low], root[high]
        apart = first != second
        first, second = first[apart], second[apart]
    return root
