"""The kept corpus, read again: inputs that reach much code, and those that once failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in FILES} == TARGETS.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}-{path.name[:24]}")
@pytest.mark.timeout(60)
def test_an_input_that_once_failed_is_read(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())
