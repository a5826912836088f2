"""Building shards in processes that die, in place of `build_shards.build`. Words in a post say how."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from presscorpus.normalise import build_shards, shards

HOARD = 4_000_000_000


def build(task: shards.Task) -> int:
    for shard in task.shards:
        for read in build_shards._read(shard, task.raw):
            if read.id in task.excluded:
                continue
            if b"KILLS" in read.piece.body:
                os.kill(os.getpid(), signal.SIGKILL)
            if b"RAISES" in read.piece.body:
                raise RecursionError("not to be shown")
            if b"HOARDS" in read.piece.body:
                bytearray(HOARD)
            if b"DAWDLES" in read.piece.body:
                time.sleep(60)
            marker = Path(os.environ["PRESSCORPUS_TEST_FOLDER"]) / "killed"
            if b"KILLED" in read.piece.body and not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
    return build_shards.build(task)
