"""The garbage collector: what a process of ours imported is looked through once, and no other program is touched."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOK = """
import gc
from presscorpus.normalise import memory
{first}
memory.keep_imported()
print(gc.get_freeze_count() > 0)
"""


@pytest.mark.parametrize(("first", "kept"), [("memory.collect_rarely()", "True"), ("", "False")])
def test_only_a_command_keeps_what_it_imported(first: str, kept: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(first=first)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == kept
