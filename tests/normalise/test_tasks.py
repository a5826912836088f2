"""How shards are shared out among processes: tasks of `shards.batch`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.config.params import Engine
from presscorpus.normalise import workers
from presscorpus.normalise.shards import TASK_ITEMS, Planned, batch
from presscorpus.observations.portions import SHARD_IDS
from presscorpus.storage.frames import SpillFile

if TYPE_CHECKING:
    from pathlib import Path


def _heights(folder: Path, shards: int, height: int, processes: int | None) -> list[int]:
    spill = SpillFile(folder)
    planned = [
        Planned("site", "posts", "post", number, height, folder / str(number), spill, {}) for number in range(shards)
    ]
    return [sum(shard.height for shard in task) for task in batch(planned, processes)]


def test_of_one_process_a_task_is_as_large_as_may_be(tmp_path: Path) -> None:
    assert _heights(tmp_path, 10, SHARD_IDS, 1) == [TASK_ITEMS, TASK_ITEMS, 2 * SHARD_IDS]


@pytest.mark.parametrize(
    ("shards", "processes", "most"), [(5, 2, SHARD_IDS), (24, 2, 3 * SHARD_IDS), (24, 16, SHARD_IDS)]
)
def test_several_processes_have_as_much_to_do_as_each_other(
    tmp_path: Path, shards: int, processes: int, most: int
) -> None:
    heights = _heights(tmp_path, shards, SHARD_IDS, processes)
    assert max(heights) == most
    assert sum(heights) == shards * SHARD_IDS


def test_what_is_one_task_is_not_shared_out(tmp_path: Path) -> None:
    assert _heights(tmp_path, 4, SHARD_IDS, 2) == [TASK_ITEMS]


def test_of_a_cluster_a_task_is_a_full_shard_or_many_small_ones(tmp_path: Path) -> None:
    """However many workers there are, and in a corpus of any size."""
    assert _heights(tmp_path, 3, SHARD_IDS, None) == [SHARD_IDS] * 3
    assert _heights(tmp_path, 100, 40, None) == [1000, 1000, 1000, 1000]


def _threads(_task: int) -> int:
    return pl.thread_pool_size()


def test_processes_of_a_pool_share_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    assert set(workers.run(_threads, range(4), Engine(workers=2))) == {max(1, processors // 2)}
