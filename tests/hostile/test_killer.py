"""Stages killed, starved and run beside one another, a few times; `.ci/long` tries every stage at many places."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.hostile import disturbances, killer
from tests.hostile.faults import SHIM, STRACE, traces
from tests.hostile.pipeline import Story, told

if TYPE_CHECKING:
    from tests.hostile.disturbances import Came

# Half a minute of processes a test.
pytestmark = pytest.mark.long
SEED = 20261123


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(tmp_path_factory.mktemp("killer"))


@pytest.mark.case(28)
@pytest.mark.parametrize("stage", ["fetch", "normalise", "package", "publish"])
@pytest.mark.parametrize("layer", [STRACE, SHIM])
def test_killed_anywhere_the_next_run_ends_with_the_same_bytes(story: Story, stage: str, layer: str) -> None:
    if layer == STRACE and not traces():
        pytest.skip("nothing may be traced here")
    rows = list(killer.tried(story, stage, layer, 4, random.Random(SEED)))
    assert sum(row.tried for row in rows) == 4
    assert sum(row.differences for row in rows) == 0
    assert sum(row.survivors for row in rows) < 4


def disturbed(story: Story, stage: str, name: str) -> set[int]:
    """The codes that a stage ended with, disturbed in that way."""
    came: list[Came] = list(disturbances.ALL[name](story, stage, random.Random(SEED)))
    assert [each for each in came if each.wrong] == []
    return {code for each in came for code in each.codes}


@pytest.mark.case(29)
@pytest.mark.parametrize("name", ["full disk", "closed folder"])
def test_what_cannot_be_written_is_an_error_and_the_next_run_ends_right(story: Story, name: str) -> None:
    assert disturbances.STORAGE in disturbed(story, "normalise", name)


@pytest.mark.case(30)
def test_a_flipped_bit_in_raw_is_told_by_file(story: Story) -> None:
    assert disturbed(story, "normalise", "flipped bit") == {disturbances.ARCHIVE}


@pytest.mark.case(31)
def test_of_two_runs_at_once_one_is_refused_and_the_bytes_are_the_same(story: Story) -> None:
    # Where the machine is so slow that they ran one after the other, both did their work.
    assert disturbed(story, "normalise", "second run") <= {0, disturbances.LOCKED}
