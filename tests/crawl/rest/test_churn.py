"""Posts change at random throughout a crawl: none that was there from its start to its end is missing."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from presscorpus.config.params import Policy
from presscorpus.crawl.rest.harvest import harvest
from tests.crawl.rest.test_harvest import PACE, Memory, site
from tests.wordpress.packages import SITE
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.wordpress.server import WordPress

SEEDS = [int(seed) for seed in os.environ.get("PRESSCORPUS_SEEDS", "1").split()]


@pytest.fixture(scope="module")
def busy() -> Iterator[WordPress]:
    with running(posts=600) as server:
        yield server


def started(wordpress: WordPress, seed: int, stop: Path, said: Path) -> subprocess.Popen[bytes]:
    command = [*wordpress._programs.php, str(SITE / "churn.php"), str(wordpress._core), str(seed), str(stop)]
    with said.open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=wordpress._environment)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_post_that_was_there_throughout_is_missing(busy: WordPress, tmp_path: Path, seed: int) -> None:
    stop, said = tmp_path / "stop", tmp_path / "said"
    process = started(busy, seed, stop, said)
    try:
        while not said.exists() or not said.read_bytes():
            assert process.poll() is None
        begun = len(said.read_text().splitlines())
        before = busy.public_ids()["posts:post"]
        memory = Memory()
        done = harvest(site(busy.url), memory, policy=Policy(), pace=PACE)
        after = busy.public_ids()["posts:post"]
    finally:
        stop.touch()
        process.wait(timeout=300)
    assert process.returncode == 0, said.read_text()[-500:]
    changes = [line.split() for line in said.read_text().splitlines()][max(begun - 1, 0) :]
    touched = {int(number) for action, number in changes if action not in {"edit", "insert"}}
    throughout = (before & after) - touched
    got = set(memory.ids()["posts:post"])
    posts = next(each for each in done.receipt.collections if each.collection == "posts:post")
    print(  # noqa: T201
        f"seed {seed}: {len(changes)} changes, {len(throughout)} posts throughout, {len(got)} fetched, "
        f"{posts.gone} gone, {posts.unreadable} unreadable"
    )
    assert len(changes) > 10
    assert len(throughout) > 100
    assert throughout - got == set()
    assert done.error is None
    # A site that shrinks while a slow machine lists it has counted more before. Then the receipt doubts, and says so.
    assert posts.balanced or "its plain list counts" in (posts.note or ""), posts
