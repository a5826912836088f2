"""Workers that hold too much or take too long are ended, and only what they were at is lost."""

from __future__ import annotations

import pytest

from builder import engine
from builder.params import Engine

# Said to `eval`, which every worker knows without having to find this module.
SLOW, LARGE = "__import__('time').sleep(30)", "len(bytearray(2_000_000_000))"


@pytest.mark.case(18)
def test_a_worker_that_takes_too_long_loses_its_task_alone() -> None:
    ended = list(engine.run(eval, ["1", SLOW, "2"], Engine(1, task_seconds=3), apart=True))
    assert ended == [1, engine.Lost(SLOW, engine.DIED), 2]


@pytest.mark.case(18)
def test_a_worker_that_holds_too_much_loses_its_task_alone() -> None:
    ended = list(engine.run(eval, ["1", LARGE, "2"], Engine(1, worker_bytes=1_000_000_000), apart=True))
    assert ended == [1, engine.Lost(LARGE, "reading it raised MemoryError"), 2]
