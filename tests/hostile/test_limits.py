"""Workers that hold too much or take too long are ended, and only what they were at is lost."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from presscorpus.config.params import Engine
from presscorpus.content.html import Unreadable, read
from presscorpus.normalise import workers
from presscorpus.normalise.workers import DIED, Lost, run

if TYPE_CHECKING:
    from pathlib import Path

STOPPED = "__import__('os').kill(__import__('os').getpid(), 19)"
# Said to `eval`, which every worker knows without having to find this module.
SLOW, LARGE = "__import__('time').sleep(15) or 'in the end'", "len(bytearray(2_000_000_000))"


@pytest.mark.case(18)
def test_a_worker_that_takes_too_long_loses_its_task_alone() -> None:
    ended = list(run(eval, ["1", SLOW, "2"], Engine(1, task_seconds=3), apart=True))
    assert ended == [1, Lost(SLOW, DIED), 2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process; CI has other systems")
@pytest.mark.case(18)
def test_a_worker_that_was_stopped_is_ended_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_GRACE_SECONDS", 6)
    ended = list(run(eval, ["1", STOPPED, "2"], Engine(1, task_seconds=2), apart=True))
    assert ended == [1, Lost(STOPPED, DIED), 2]


@pytest.mark.case(18)
def test_a_worker_that_holds_too_much_loses_its_task_alone() -> None:
    ended = list(run(eval, ["1", LARGE, "2"], Engine(1, worker_bytes=1_000_000_000), apart=True))
    assert ended == [1, Lost(LARGE, "reading it raised MemoryError"), 2]


# A long post, then as many blocks of three MiB as a batch has, with small ones between them that stay.
_HELD = """
import ctypes, pathlib
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
held = lambda: int(pathlib.Path("/proc/self/statm").read_text().split()[1])
libc.free(libc.malloc(30 << 20))
before, blocks = held(), []
for _ in range(30):
    blocks.append(libc.malloc(3 << 20))
    libc.memset(blocks[-1], 1, 3 << 20)
    libc.malloc(1 << 16)
full = held()
for block in blocks:
    libc.free(block)
print((full - held()) / (full - before))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps large blocks; CI has it")
def test_what_a_long_post_took_goes_back_to_the_system() -> None:
    def given_back(first: str) -> float:
        done = subprocess.run([sys.executable, "-c", first + _HELD], capture_output=True, text=True, check=True)
        return float(done.stdout)

    assert given_back("") < 0.1
    assert given_back("from presscorpus.normalise import memory; memory.release_freed()") > 0.9


@pytest.mark.case(17)
@pytest.mark.parametrize("workers", [1, 2])
def test_even_a_single_task_is_read_in_a_process_that_may_die(workers: int) -> None:
    assert list(run(eval, ["__import__('os').abort()"], Engine(workers))) == [Lost("__import__('os').abort()", DIED)]
    assert list(run(eval, ["__import__('os').getpid()"], Engine(workers))) != [os.getpid()]
    assert list(run(eval, ["__import__('os').getpid()"], Engine(1, isolate=False))) == [os.getpid()]


def test_two_tasks_are_reason_enough_for_two_processes(tmp_path: Path) -> None:
    # Each waits for the other, a minute at most: a process may take long to start on a busy machine.
    meet = (
        "(lambda os, time, folder: (open(os.path.join(folder, str(os.getpid())), 'w').close(),"
        " next((1 for _ in range(600) if len(os.listdir(folder)) > 1 or time.sleep(0.1)), 0), os.getpid())[2])"
        f"(__import__('os'), __import__('time'), {str(tmp_path)!r})"
    )
    assert len(set(run(eval, [meet, meet], Engine(2)))) == 2
    who = "__import__('os').getpid()"
    assert len(set(run(eval, [who, who], Engine(1)))) == 1


@pytest.mark.case(18)
def test_the_bounds_hold_for_a_single_task_too() -> None:
    assert list(run(eval, [SLOW], Engine(1, task_seconds=2))) == [Lost(SLOW, DIED)]
    (lost,) = run(eval, [LARGE], Engine(1, worker_bytes=1_000_000_000))
    assert lost == Lost(LARGE, "reading it raised MemoryError")


@pytest.mark.case(17)
def test_the_depth_that_is_allowed_holds_for_small_html_too() -> None:
    assert read("<div>" * 50 + "x", depth=60)
    with pytest.raises(Unreadable, match="too_deep: more than 40 "):
        read("<div>" * 50 + "x", depth=40)
