"""Run a stage in a forked child, and again with workers if a signal ends it.

Parsers written in C and C++ may end the process that they run in. Work that can end so is done in worker processes, and
the first of these costs a second of imports, which is most of a small build. So the command forks once before it has
imported anything large. The child goes on and reads the posts itself. This process waits, and ends as the child ends.
Only when a signal ended the child does it go on, with workers. The raw archive and all finished shards are still there.

Python and polars may deadlock in the child of a process that has threads
(https://docs.python.org/3/library/os.html#os.fork), so that there is a fork only where there is a single one. Elsewhere
workers read the posts, as they do in all builds with more than one task.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Final

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import ctypes
    import pathlib
    from types import FrameType
else:
    ctypes = lazy("ctypes")
    pathlib = lazy("pathlib")

_PR_SET_PDEATHSIG: Final = 1
_LOOKS, _LOOK_SECONDS = 10, 0.01
# Windows has no SIGHUP, and no fork either.
_FORWARDED: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

_state = {"permitted": False, "supervised": False}


def permit() -> None:
    """Allow `begin` to fork once.

    Only the command line does: a program that calls a stage keeps one process.
    """
    _state["permitted"] = True


def is_supervised() -> bool:
    """Whether this is the child: a parent does its work again if a signal ends it.

    Returns:
        True after a fork, in the child.
    """
    return _state["supervised"]


def begin() -> int | None:
    """Fork, where that is safe, and return in the child.

    Returns:
        None in the child, and where there was no fork. In the parent, which returns only after a signal ended the
        child, the number of that signal.
    """
    if not hasattr(os, "fork") or not _state["permitted"] or is_supervised() or not _is_alone():
        return None
    _state["permitted"] = False
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    # A signal waits until whoever it is for is ready for it. Who ignores SIGCHLD is not told of the child's end.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, (*_FORWARDED, signal.SIGCHLD))
    child = os.fork()
    if child:
        return _wait(child)
    _state["supervised"] = True
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, _interrupt_once)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*_FORWARDED, signal.SIGCHLD))
    return None


def _is_alone() -> bool:
    """Whether this process has one thread, and no library that starts more when used."""
    tasks = pathlib.Path("/proc/self/task")
    if not tasks.is_dir() or "polars" in sys.modules:
        return False
    # A thread that has been joined may take a moment to leave.
    for _ in range(_LOOKS):
        if len(list(tasks.iterdir())) == 1:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def _wait(child: int) -> int:
    """Forward signals to the child until it has ended, and end as it ended.

    Signals are taken one by one and handled by nothing, so that none is lost between two instructions.

    Returns:
        The number of the signal that ended it, unless it was one that asks a program to end.
    """
    waited = (*_FORWARDED, signal.SIGCHLD)
    ended = status = 0
    while not ended:
        number = signal.sigwait(waited)
        if number != signal.SIGCHLD:
            os.kill(child, number)
        ended, status = os.waitpid(child, os.WNOHANG)
    code = os.waitstatus_to_exitcode(status)
    if code >= 0 or -code in _FORWARDED:
        os._exit(code if code >= 0 else 128 - code)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, waited)
    return -code


def _interrupt_once(_number: int, _frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt for the first of two interrupts.

    A terminal interrupts both processes, and the parent forwards its own.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt
