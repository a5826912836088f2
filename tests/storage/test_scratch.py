"""A scratch file is read and written at offsets, on every system and past its limits."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from presscorpus.content.minhash import SLOTS
from presscorpus.normalise.near_duplicates import Sketches
from presscorpus.storage import scratch
from presscorpus.storage.frames import SpillFile
from presscorpus.storage.scratch import ScratchFile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fast


@pytest.fixture(params=["at offsets", "by a position", "a few bytes at once"])
def folder(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, on a system of each kind; the last one writes and reads less than it was asked for."""
    if request.param == "by a position":
        monkeypatch.setattr(scratch, "AT_OFFSETS", False)
        monkeypatch.delattr(os, "pread")
        monkeypatch.delattr(os, "pwrite")
    elif request.param == "a few bytes at once":
        pread, pwrite = os.pread, os.pwrite
        monkeypatch.setattr(os, "pread", lambda file, length, start: pread(file, min(length, 7), start))
        monkeypatch.setattr(os, "pwrite", lambda file, data, start: pwrite(file, data[:5], start))
    return tmp_path / "work"


def test_bytes_come_back_from_wherever_they_were_put(folder: Path) -> None:
    file = ScratchFile(folder)
    file.write(b"later, and longer than what is read at once", 100)
    file.write(b"first", 0)
    assert file.read(5, 0) == b"first"
    assert file.read(43, 100) == b"later, and longer than what is read at once"
    assert file.read(4, 50) == bytes(4)
    assert list(folder.iterdir()) == []
    with pytest.raises(OSError, match="ends too early"):
        file.read(100, 100)
    file.close()


def test_threads_do_not_read_what_others_asked_for(folder: Path) -> None:
    file = ScratchFile(folder)
    for number in range(200):
        file.write(number.to_bytes(8, "big") * 8, number * 64)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: file.read(64, number * 64), range(200)))
    assert found == [number.to_bytes(8, "big") * 8 for number in range(200)]
    file.close()


def test_frames_and_sketches_come_back(folder: Path) -> None:
    spill = SpillFile(folder)
    frames = [pl.DataFrame({"a": list(range(count)), "b": ["x" * count] * count}) for count in (3, 50)]
    places = [spill.put(frame) for frame in frames]
    for place, frame in reversed(list(zip(places, frames, strict=True))):
        assert spill.take(place).equals(frame)
    spill.close()
    numbers = np.arange(2 * SLOTS, dtype="<u4").reshape(2, SLOTS)
    sketches = Sketches(folder, 2)
    sketches.add(pl.DataFrame({"text_digest": ["0" * 64, "1" * 64], "signature": [row.tobytes() for row in numbers]}))
    assert sketches.signatures(np.array([1, 0], np.uint32)).tolist() == numbers[::-1].tolist()
    assert sketches.band(1).to_list() == [row[3:6].tobytes() for row in numbers]
    sketches.close()
