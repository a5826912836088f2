"""Work spread over processes: the same function on many tasks, results in the order of the tasks.

Tasks are idempotent: each writes its result under a name of its own and renames it into place.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Task = TypeVar("Task")
Result = TypeVar("Result")
# Below this many tasks a pool of processes costs more than it saves.
_WORTH_A_POOL = 4


def run(
    function: Callable[[Task], Result], tasks: Sequence[Task], *, workers: int, done: Callable[[], None] = lambda: None
) -> Iterator[Result]:
    """Apply `function` to each task and yield the results in order. `workers` 0 is one a processor.

    `done` is called after each task. What the function raises is raised here.
    """
    count = workers or os.process_cpu_count() if hasattr(os, "process_cpu_count") else workers or os.cpu_count() or 1
    if count <= 1 or len(tasks) < _WORTH_A_POOL:
        for task in tasks:
            yield function(task)
            done()
        return
    # Spawned, not forked: polars and pyarrow hold threads that do not survive a fork.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=_leave_with_parent) as pool:
        for result in pool.map(function, tasks):
            yield result
            done()


def _leave_with_parent() -> None:
    """End this worker when its parent is gone: a parent that was killed cannot tell it to."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def leave() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=leave, daemon=True).start()
