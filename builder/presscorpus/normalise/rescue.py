"""Build all shards, even where an item ends the process that reads it.

A task that is lost is split until the item is found that ended it. All other items are built as if that one had never
been there, and it goes to quarantine, which names the record with its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.normalise import build_shards, reuse, workers
from presscorpus.normalise.workers import Lost
from presscorpus.storage import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from presscorpus.config.params import Engine
    from presscorpus.normalise.shards import Task

    Build = Callable[[Task], int]


def build(tasks: Sequence[Task], by: Engine, *, function: Build = build_shards.build) -> Iterator[int]:
    """Build the shards of all tasks.

    Args:
        tasks: The tasks.
        by: Who works, within which bounds.
        function: Builds the shards of one task.

    Yields:
        How many tasks are done, after each.

    Raises:
        ClusterError: The Dask cluster does not answer, or its workers run other code.
        ParamsError: Within the bounds of memory no post can be read at all.
        ArchiveError: The archive does not hold what its index says.
        OSError: The disk is full, or a folder may not be written.
    """
    for done, result in enumerate(workers.run(function, tasks, by), 1):
        if isinstance(result, Lost):
            _rescue(result.task, result.why, by, function)
        yield done


def _rescue(task: Task, why: str, by: Engine, function: Build) -> None:
    """Build the shards of a lost task singly, without the items that end a worker."""
    workers.require(build_shards.rehearse, task._replace(shards=[]), by)
    singles = [task._replace(shards=[shard]) for shard in task.shards if not checksum.is_final(shard.path)]
    for result in workers.run(function, singles, by, apart=True):
        if isinstance(result, Lost):
            _isolate(result.task, result.why or why, by, function)


def _isolate(task: Task, why: str, by: Engine, function: Build) -> None:
    """Build a shard without the items that end its worker, found by halving."""
    shard = task.shards[0]
    numbers = shard.items["id"].to_list()
    excluded: dict[int, str] = {numbers[0]: why} if len(numbers) == 1 else {}
    parts = [] if excluded else _suspects(numbers, set(reuse.fatal_items(shard.path)))
    while parts:
        tried = [task._replace(shards=[shard.trial(part)]) for part in parts]
        results = zip(parts, workers.run(function, tried, by, apart=True), strict=True)
        lost = [(part, result.why) for part, result in results if isinstance(result, Lost)]
        for each in tried:
            each.shards[0].path.unlink(missing_ok=True)
        excluded |= {part[0]: reason for part, reason in lost if len(part) == 1}
        parts = [half for part, _ in lost if len(part) > 1 for half in _halves(part)]
    for result in workers.run(function, [task._replace(excluded=excluded)], by, apart=True):
        if isinstance(result, Lost):
            # Each half can be built and the whole cannot, most likely for memory. All of it goes to quarantine.
            everything = dict.fromkeys(shard.items["id"].to_list(), result.why)
            function(task._replace(excluded=everything))


def _suspects(numbers: list[int], fallen: set[int]) -> list[list[int]]:
    """The groups to try first: each item that ended a worker before, and the rest.

    Without such items the groups are both halves.
    """
    known = [[number] for number in numbers if number in fallen]
    others = [number for number in numbers if number not in fallen]
    return [*known, *([others] if others else [])] if known else _halves(numbers)


def _halves(numbers: list[int]) -> list[list[int]]:
    middle = len(numbers) // 2
    return [numbers[:middle], numbers[middle:]]
