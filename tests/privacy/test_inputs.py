"""Tables and release are refused where params.yaml was changed since, in what they are made of and in nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from presscorpus.config.layout import Layout
from presscorpus.config.params import Limits, Policy
from presscorpus.errors import RefusedError
from presscorpus.privacy import inputs
from tests.corpus import Corpus
from tests.factories import post

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.params import Params


def renamed(params: Params) -> Params:
    return msgspec.structs.replace(params, dataset=msgspec.structs.replace(params.dataset, title="Another title"))


def test_tables_stand_when_a_dataset_is_renamed_and_a_release_does_not(tmp_path: Path) -> None:
    # `dvc repro` makes no tables again for a title, so that package may not ask for that.
    built = Corpus(tmp_path, a=[post(1)])
    params = built.params()
    for made in (inputs.TABLES, inputs.RELEASE):
        inputs.note(built.layout, params, made)
    assert inputs.check(built.layout, renamed(params), inputs.TABLES) == ()
    with pytest.raises(RefusedError, match="was changed after the build"):
        inputs.check(built.layout, renamed(params), inputs.RELEASE)


def test_tables_of_another_policy_or_limit_are_refused(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(1)])
    inputs.note(built.layout, built.params(), inputs.TABLES)
    for other in (
        built.params(policy=Policy(redact=())),
        msgspec.structs.replace(built.params(), limits=Limits(max_post_bytes=999_999)),
    ):
        with pytest.raises(RefusedError, match="was changed after the build"):
            inputs.check(built.layout, other, inputs.TABLES)


def test_in_a_repository_the_note_of_another_release_says_nothing_of_this_one(tmp_path: Path) -> None:
    # DVC brings back a release that it made before, where params.yaml is again as it was then.
    built = Corpus(tmp_path, a=[post(1)])
    (built.layout.root / "dvc.yaml").touch()
    layout = Layout(built.layout.root, built.layout.root / "data")
    layout.release.mkdir(parents=True)
    sums = layout.release / "SHA256SUMS"
    sums.write_text("of the first")
    inputs.note(layout, renamed(built.params()), inputs.RELEASE)
    with pytest.raises(RefusedError, match="was changed after the build"):
        inputs.check(layout, built.params(), inputs.RELEASE)
    sums.write_text("of the second")
    assert inputs.check(layout, built.params(), inputs.RELEASE) == ()
