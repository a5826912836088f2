"""Apply a function to many tasks in processes, with results in order.

The processes are those of a pool on this machine, or the workers of a Dask cluster
(https://distributed.dask.org/en/stable/). Tasks are idempotent: each writes its result under a name of its own and
renames it into place, so that one whose worker died is done again. A task that ends its worker again and again, or
raises what nobody expected, becomes `Lost`; all others are done.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from presscorpus.errors import ClusterError, ParamsError, PresscorpusError
from presscorpus.lazy import lazy
from presscorpus.normalise import memory
from presscorpus.normalise.supervision import is_supervised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import distributed
    import psutil

    from presscorpus.config.params import Engine
    from presscorpus.normalise import shards
    from presscorpus.storage import fingerprint
else:
    distributed = lazy("distributed")
    psutil = lazy("psutil")
    shards = lazy("presscorpus.normalise.shards")
    fingerprint = lazy("presscorpus.storage.fingerprint")

Task = TypeVar("Task")
Result = TypeVar("Result")
LOCAL = "local"
# Windows has no such module.
_resource: Any = import_module("resource") if find_spec("resource") else None
DIED = "reading it ended the process that read it"
# Seconds between two measurements of a process's memory, where the system sets no limit.
_LOOK_SECONDS = 0.2
# A worker may die because others use up memory; after three deaths the task is to blame.
_DEATHS = 3
# What a task may take beyond its time: a process takes some to start, and to end by itself.
_GRACE_SECONDS = 15
# Errors about the machine or the data as a whole, not about one task.
_EVERYBODYS = (PresscorpusError, OSError)


class _Pool(NamedTuple):
    """How many processes of this machine work, and within which bounds."""

    processes: int
    engine: Engine


class Lost(NamedTuple, Generic[Task]):
    """A task that could not be done, and why, in words that quote no content."""

    task: Task
    why: str


def run(
    function: Callable[[Task], Result], tasks: Sequence[Task], engine: Engine, *, apart: bool = False
) -> Iterator[Result | Lost[Task]]:
    """Apply a function to each task, in this process, in a pool or on a cluster.

    An engine without isolation means this process for one worker or one task. What is wrong with the machine or the
    data as a whole, a PresscorpusError or an OSError of the function, is raised here.

    Args:
        function: Idempotent, since a task whose worker died is done again.
        tasks: What it is called with.
        engine: Who works, within which bounds of memory and time.
        apart: Whether each task is alone in a process, so that it is known which of them ended it.

    Returns:
        The results in the order of tasks; `Lost` for those that could not be done.

    Raises:
        ClusterError: The cluster does not answer, or its workers run other code.
    """
    if engine.scheduler != LOCAL:
        return _on_cluster(function, tasks, engine.scheduler)
    # With two tasks or more a second process, which takes a second to start, is worth it.
    count = 1 if apart else min(processes(engine) or 1, len(tasks))
    if count > 1:
        return _in_pool(function, tasks, _Pool(count, engine), most=_DEATHS)
    if apart or (engine.isolate and not is_supervised()):
        return _in_pool(function, tasks, _Pool(1, engine), most=1)
    if is_supervised():
        return (_bounded(function, task, engine) for task in tasks)
    return (_tried(function, task) for task in tasks)


def require(function: Callable[[Task], Result], task: Task, engine: Engine) -> None:
    """Check that a process can do a harmless task, before another is blamed.

    Args:
        function: What a process of this machine is to call.
        task: What it is called with.
        engine: Who works, within which bounds. Of a cluster nothing is checked.

    Raises:
        ParamsError: None can.
    """
    if engine.scheduler != LOCAL:
        return
    (done,) = _in_pool(function, [task], _Pool(1, engine), most=1)
    if isinstance(done, Lost):
        raise ParamsError(
            f"a process that may use {engine.worker_bytes} bytes of memory cannot read any post",
            where="params.yaml",
            advice="Raise engine.worker_bytes. In a script of your own, call presscorpus below "
            '`if __name__ == "__main__":`, since each process runs the script\'s other lines again.',
        )


def processes(engine: Engine) -> int | None:
    """Return how many processes of this machine may work at once.

    Args:
        engine: Who works.

    Returns:
        The number that it gives, else that of the processors that this process may use; null for a cluster, whose
        workers come and go.
    """
    if engine.scheduler != LOCAL:
        return None
    return engine.workers or _processors()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def bound_threads(most: int) -> None:
    """Bound the threads of polars in this process, which wait busily for each other.

    Args:
        most: How many there may be. Nothing changes once polars is imported, or where the user bounds them
            (https://docs.pola.rs/api/python/stable/reference/api/polars.thread_pool_size.html).
    """
    os.environ.setdefault("POLARS_MAX_THREADS", str(most))


def _bounded(function: Callable[[Task], Result], task: Task, engine: Engine) -> Result | Lost[Task]:
    """Do a task in this process, which a signal ends beyond the bounds of a worker."""
    soft, hard = _resource.getrlimit(_resource.RLIMIT_DATA)
    _resource.setrlimit(_resource.RLIMIT_DATA, (_bound(engine.worker_bytes, hard), hard))
    try:
        return _tried(partial(_timed, function, seconds=engine.task_seconds), task)
    finally:
        _resource.setrlimit(_resource.RLIMIT_DATA, (soft, hard))


def _bound(most_bytes: int, hard: int) -> int:
    return most_bytes if hard == _resource.RLIM_INFINITY else min(most_bytes, hard)


def _tried(function: Callable[[Task], Result], task: Task) -> Result | Lost[Task]:
    try:
        return function(task)
    except _EVERYBODYS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this task's, and stands in quarantine
        return Lost(task, _why(error))


def _why(error: BaseException) -> str:
    return f"reading it raised {type(error).__name__}"


def _in_pool(
    function: Callable[[Task], Result], tasks: Sequence[Task], pool: _Pool, *, most: int
) -> Iterator[Result | Lost[Task]]:
    """Do tasks in a pool, a new one after each death; `most` deaths lose a task."""
    deaths: Counter[int] = Counter()
    done: dict[int, Result | Lost[Task]] = {}
    following = 0
    while following < len(tasks):
        left = deque(number for number in range(following, len(tasks)) if number not in done)
        for number, result in _pooled(function, tasks, left, pool):
            if result is None:
                deaths[number] += 1
                if deaths[number] < most:
                    continue
            done[number] = Lost(tasks[number], DIED) if result is None else result
            while following in done:
                yield done.pop(following)
                following += 1


def _pooled(
    function: Callable[[Task], Result], tasks: Sequence[Task], left: deque[int], limits: _Pool
) -> Iterator[tuple[int, Result | Lost[Task] | None]]:
    """The results of one pool until a process dies, then null for unfinished tasks."""
    # Spawned, not forked: threads of polars and pyarrow do not survive a fork.
    spawn = multiprocessing.get_context("spawn")
    count = limits.processes
    started = (limits.engine.worker_bytes, max(1, _processors() // count))
    others = {child.pid for child in multiprocessing.active_children()}
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=_start, initargs=started) as pool:
        working: dict[int, Future[Result]] = {}
        ends: dict[int, float] = {}
        try:
            while left or working:
                # No more tasks than processes: when one dies, only the running tasks may be to blame.
                while left and len(working) < count:
                    number = left.popleft()
                    working[number] = pool.submit(_timed, function, tasks[number], limits.engine.task_seconds)
                    ends[number] = time.monotonic() + limits.engine.task_seconds + _GRACE_SECONDS
                number = _first_done(working, min(ends[each] for each in working), others)
                result: Result | Lost[Task] = _outcome(working.pop(number), tasks[number])
                yield number, result
        except BrokenProcessPool:
            yield from ((number, None) for number in working)


def _outcome(future: Future[Result], task: Task) -> Result | Lost[Task]:
    return _tried(lambda _: future.result(), task)


def _first_done(working: dict[int, Future[Any]], end: float, others: set[int | None]) -> int:
    """The number of a task that is done.

    A process that was stopped cannot end itself. So all of the pool's are ended here, if none is done at `end`.
    """
    while not (done := wait(working.values(), max(0.0, end - time.monotonic()), FIRST_COMPLETED).done):
        for child in multiprocessing.active_children():
            if child.pid not in others:
                child.kill()
        wait(working.values())
    number = next(number for number, future in working.items() if future in done)
    error = working[number].exception()
    if isinstance(error, BrokenProcessPool):
        raise error
    return number


def _start(most_bytes: int, most_threads: int) -> None:
    """Set up a worker: bound what it uses, and end it when its parent ends."""
    bound_threads(most_threads)
    _bound_memory(most_bytes)
    memory.release_freed()
    memory.collect_rarely()
    _leave_with_parent()


def _bound_memory(most_bytes: int) -> None:
    """Bound the memory of this process, by the system or (on Windows) by a thread."""
    if _resource is None:
        threading.Thread(target=_watch_memory, args=(most_bytes,), daemon=True).start()
        return
    _, hard = _resource.getrlimit(_resource.RLIMIT_DATA)
    _resource.setrlimit(_resource.RLIMIT_DATA, (_bound(most_bytes, hard), hard))


def _watch_memory(most_bytes: int) -> None:
    here = psutil.Process()
    while here.memory_info().rss <= most_bytes:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def _timed(function: Callable[[Task], Result], task: Task, seconds: int) -> Result:
    """Do a task; end the process after so many seconds, whatever library it is in."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return function(task)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    # Windows has no alarm; a library that keeps the interpreter busy delays this thread.
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()
    try:
        return function(task)
    finally:
        timer.cancel()


def _leave_with_parent() -> None:
    """End this worker when its parent is gone, which a killed parent cannot ask for."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def leave() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=leave, daemon=True).start()


def _on_cluster(
    function: Callable[[Task], Result], tasks: Sequence[Task], scheduler: str
) -> Iterator[Result | Lost[Task]]:
    """Do tasks on a Dask cluster, whose launcher replaces dead workers."""
    with _client(scheduler) as client:
        count = max(1, sum(client.nthreads().values()))
        futures: deque[Any] = deque()
        waiting = deque(range(len(tasks)))
        while futures or waiting:
            # A few more tasks than threads, so that none waits; not all, so that the scheduler does not hold a million.
            while waiting and len(futures) < 4 * count:
                task = tasks[waiting.popleft()]
                futures.append((task, client.submit(function, task, pure=False)))
            task, future = futures.popleft()
            try:
                result: Result | Lost[Task] = future.result()
            except _EVERYBODYS:
                raise
            except distributed.KilledWorker:
                result = Lost(task, DIED)
            except Exception as error:  # noqa: BLE001 - as in `_tried`
                result = Lost(task, _why(error))
            future.release()
            yield result


def _client(scheduler: str) -> distributed.Client:
    if find_spec("distributed") is None:
        raise ClusterError("Dask is not installed", advice="Install presscorpus[cluster], here and on all workers.")
    try:
        client: distributed.Client = distributed.Client(  # type: ignore[no-untyped-call]
            **({"address": scheduler} if "://" in scheduler else {"scheduler_file": scheduler}), set_as_default=False
        )
    except (OSError, ValueError):
        raise ClusterError(
            "does not answer",
            where=scheduler,
            advice="Start a scheduler and workers, or set engine.scheduler to local.",
        ) from None
    own = code()
    others = {worker: digest for worker, digest in client.run(code).items() if digest != own}
    if others:
        client.close()  # type: ignore[no-untyped-call]
        raise ClusterError(
            f"{len(others)} workers run another version of presscorpus or of its libraries",
            where=scheduler,
            advice="Workers have to be installed from the same lock file, or their tables would not be the same.",
        )
    return client


def code() -> str:
    """Digest the code and libraries that determine the bytes of shards.

    Returns:
        SHA-256 in hex; workers with another one are refused.
    """
    return fingerprint.of_code(shards.CODE)
