"""Stages killed, starved and run beside one another, a few times; `.ci/long` tries every place."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from tests.hostile import killer
from tests.hostile.killer import Kill, Story, command, digests, disturbed, environment, plain

if TYPE_CHECKING:
    from pathlib import Path

# Half a minute of processes a test; .ci/long runs them, and every place besides.
pytestmark = pytest.mark.long
SEED = 20261123


def tables(found: dict[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in found.items() if name.startswith("tables/")}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return killer.told(tmp_path_factory.mktemp("killer"))


@pytest.mark.case(28)
def test_killed_anywhere_the_next_run_ends_with_the_same_bytes(story: Story, tmp_path: Path) -> None:
    print(f"killer: {'strace' if killer.traces() else 'write shim'}, seed {SEED}")
    chance = random.Random(SEED)
    points = [Kill("fetch", call, chance.randint(1, story.calls["fetch"][call])) for call in ("write", "rename")]
    # Tracing the other stages takes minutes: here the shim kills them.
    points += [Kill("normalise", "rename", 3), Kill("package", "write", 3)]
    died = 0
    for kill in points:
        dead, differences = killer.survived(story, kill, tmp_path, traced=kill.stage == "fetch")
        assert differences == [], kill
        died += dead
    assert died == len(points)


@pytest.mark.case(29)
def test_a_full_disk_is_an_error_and_the_next_run_ends_right(story: Story, tmp_path: Path) -> None:
    stage = "normalise"
    repository = tmp_path / "repository"
    shutil.copytree(story.before[stage], repository)
    # Whatever is the third thing written to: RLIMIT_FSIZE would kill, a full disk says so.
    done = disturbed(repository, Kill(stage, "rename", 1), "ENOSPC")
    assert done.returncode in {7, 13}, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 3
    assert plain(repository, stage).returncode == 0
    assert tables(digests(repository)) == tables(story.end)


@pytest.mark.case(30)
def test_a_flipped_bit_in_raw_is_told_by_file(story: Story, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(story.before["normalise"], repository)
    (warc, *_) = sorted(repository.rglob("*.warc.gz"))
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)
    done = plain(repository, "normalise")
    assert done.returncode == 7
    assert str(warc) in done.stderr
    assert not (repository / "tables").exists()


@pytest.mark.case(31)
def test_of_two_runs_at_once_one_is_refused_and_the_bytes_are_the_same(story: Story, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(story.before["normalise"], repository)
    codes: list[int] = []

    def run() -> None:
        ended = subprocess.run(
            command(repository, "normalise"), env=environment(repository), capture_output=True, check=False
        )
        codes.append(ended.returncode)

    both = [threading.Thread(target=run) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    # Where the machine is so slow that they ran one after the other, both did their work.
    assert sorted(codes) in ([0, 8], [0, 0])
    assert tables(digests(repository)) == tables(story.end)


@pytest.mark.case(29)
def test_a_folder_that_may_not_be_written_is_an_error(story: Story, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(story.before["normalise"], repository)
    # A file where the folder would be stops root too, whom modes do not.
    (repository / "tables").write_text("in the way")
    done = plain(repository, "normalise")
    assert done.returncode == 13, done.stderr
    assert (repository / "tables").read_text() == "in the way"
    os.remove(repository / "tables")  # noqa: PTH107
    assert plain(repository, "normalise").returncode == 0
