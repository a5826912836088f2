"""Shards built, whatever happens to the processes that build them.

A task that is lost is taken apart until the item is found that it was lost by. Every other one is built as if that one
had never been there, and it stands in quarantine, where whoever looks finds its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder import engine, seal, shards
from builder.engine import Lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from builder.params import Engine
    from builder.shards import Task

    Build = Callable[[Task], int]


def build(tasks: Sequence[Task], by: Engine, *, function: Build = shards.build) -> Iterator[int]:
    """Build the shards of all tasks, and yield after each task how many are done. `function` builds those of one.

    Raises what `engine.run` raises.
    """
    for done, result in enumerate(engine.run(function, tasks, by), 1):
        if isinstance(result, Lost):
            _rescue(result.task, result.why, by, function)
        yield done


def _rescue(task: Task, why: str, by: Engine, function: Build) -> None:
    """Build the shards of a lost task one by one, each without the items that cannot be read."""
    singles = [task._replace(shards=[shard]) for shard in task.shards if not seal.is_final(shard.path)]
    for result in engine.run(function, singles, by, apart=True):
        if isinstance(result, Lost):
            _isolate(result.task, result.why or why, by, function)


def _isolate(task: Task, why: str, by: Engine, function: Build) -> None:
    """Build a shard without the items by which it is lost, found by halving."""
    shard = task.shards[0]
    poison: dict[int, str] = {}
    suspects = [(shard.items["id"].to_list(), why)]
    while suspects:
        numbers, reason = suspects.pop()
        if len(numbers) == 1:
            poison[numbers[0]] = reason
            continue
        middle = len(numbers) // 2
        halves = [numbers[:middle], numbers[middle:]]
        tried = [task._replace(shards=[shard.trial(half)]) for half in halves]
        for half, result in zip(halves, engine.run(function, tried, by, apart=True), strict=True):
            if isinstance(result, Lost):
                suspects.append((half, result.why))
        for each in tried:
            each.shards[0].path.unlink(missing_ok=True)
    for result in engine.run(function, [task._replace(poison=poison)], by, apart=True):
        if isinstance(result, Lost):
            # Each half is built and the whole is not: memory, most likely. All of it is set apart.
            everything = dict.fromkeys(shard.items["id"].to_list(), result.why)
            function(task._replace(poison=everything))
