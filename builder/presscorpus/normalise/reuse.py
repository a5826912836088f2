"""Incremental shard rebuild: reuse rows of unchanged items, read only the rest.

Each row of a shard is made of one item alone, of where its site is and of the code. The name of a shard's file begins
with a digest of all these but the items, so that an earlier shard with the same beginning holds rows that reading the
same items again would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from presscorpus.errors import FrameDamagedError
from presscorpus.storage import checksum, frames

if TYPE_CHECKING:
    from pathlib import Path

    Built = dict[str, pl.DataFrame]

ITEMS: Final = "items"
"""The frame of a shard's items, one row each, as they were chosen, but for their place in a file."""

UNBUILDABLE: Final = "unbuildable"
"""The rule of quarantine for items that ended or broke whoever read them: they are read again by each build."""

# What a row belongs to, where it is not an item's `id`.
_ITEM: Final = {"addresses": "target_id", "quarantine": "item_id", "candidates": "address"}
# The candidates of an address depend on the address alone.
_OF_ADDRESSES: Final = "candidates"


def taken_over(path: Path, items: pl.DataFrame) -> tuple[Built, pl.DataFrame]:
    """Find the rows of unchanged items in an earlier version of a shard.

    Items that ended or broke their reader are not taken over: they may be readable now.

    Args:
        path: The file of the shard to be built.
        items: Its items.

    Returns:
        The frames of unchanged items, empty where there are none, and the items that are still to be read.
    """
    told = without_offsets(items)
    for earlier in sorted(path.parent.glob(f"{_begin(path)}-*.arrows")):
        built = _whole(earlier)
        if built is None:
            continue
        # Items that exceeded memory or time may be readable now.
        again = _fatal_items(built).implode()
        same = told.join(
            built[ITEMS].filter(~pl.col("id").is_in(again)), on=told.columns, how="semi", nulls_equal=True
        )["id"]
        if len(same):
            return _of_items(built, same), items.filter(~pl.col("id").is_in(same.implode()))
    return {}, items


def fatal_items(path: Path) -> list[int]:
    """The items that ended or broke their reader in earlier versions of a shard.

    Args:
        path: The file of the shard.

    Returns:
        Their ids.
    """
    found = map(_whole, sorted(path.parent.glob(f"{_begin(path)}-*.arrows")))
    return [number for built in found if built is not None for number in _fatal_items(built)]


def _begin(path: Path) -> str:
    return path.name.partition("-")[0]


def _whole(path: Path) -> Built | None:
    if not checksum.is_whole(path):
        return None
    try:
        return frames.load(path)
    except FrameDamagedError:  # damage on remote storage shows once the bytes are here
        return None


def _fatal_items(built: Built) -> pl.Series:
    return built["quarantine"].filter(pl.col("rule") == UNBUILDABLE)["item_id"]


def without_offsets(items: pl.DataFrame) -> pl.DataFrame:
    """All that the rows of items depend on.

    Args:
        items: The chosen items of a shard.

    Returns:
        The items without their position in the archive file.
    """
    return items.drop("offset")


def merged(kept: Built, built: Built) -> Built:
    """Join the frames of unchanged items with those of items that were read.

    Args:
        kept: What `taken_over` found.
        built: The frames of the items that were read.

    Returns:
        The frames, with rows in the order that reading all items would give.
    """
    if not kept:
        return built
    whole = {}
    for name, frame in built.items():
        both = frames.together([frame, kept[name]])
        whole[name] = (both.unique(maintain_order=True) if name == _OF_ADDRESSES else both).sort(
            _of(name), maintain_order=True
        )
    return whole


def _of_items(built: Built, numbers: pl.Series) -> Built:
    """The rows of some items, by their ids."""
    chosen = {
        name: frame.filter(pl.col(_of(name)).is_in(numbers.implode()))
        for name, frame in built.items()
        if name not in {ITEMS, _OF_ADDRESSES}
    }
    if _OF_ADDRESSES in built:
        chosen[_OF_ADDRESSES] = _led_to(built[_OF_ADDRESSES], chosen["links"])
    return chosen


def apart(built: Built, begins: pl.Series) -> list[Built]:
    """Split what was read of several shards together.

    Args:
        built: The frames of the items of all of them.
        begins: The first id of each shard, ascending.

    Returns:
        The frames of each shard, as they would be if it had been read alone.
    """
    if len(begins) == 1:
        return [built]
    parts: list[Built] = [{} for _ in begins]
    for name, frame in built.items():
        if name == _OF_ADDRESSES:
            continue
        shard = begins.search_sorted(frame[_of(name)], side="right").alias("shard")
        found = frame.with_columns(shard).partition_by("shard", maintain_order=True, as_dict=True, include_key=False)
        for number, part in enumerate(parts, 1):
            part[name] = found.get((number,), frame.clear())
    if _OF_ADDRESSES in built:
        for part in parts:
            part[_OF_ADDRESSES] = _led_to(built[_OF_ADDRESSES], part["links"])
    return parts


def _led_to(candidates: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The candidates of the addresses that links lead to."""
    return candidates.filter(pl.col("address").is_in(links["address"].drop_nulls().unique().implode()))


def _of(name: str) -> str:
    return _ITEM.get(name, "id")
