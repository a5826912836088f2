"""A file appears when it is whole."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from presscorpus.errors import UsageError
from presscorpus.storage import atomic
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path, *, durable: bool, shared: bool) -> None:
    path = tmp_path / "folder/file"
    atomic.write(path, b"old")
    with atomic.replacing(path, durable=durable, shared=shared) as partial:
        partial.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_left_of_a_failed_write(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def interrupted() -> None:
        with atomic.replacing(path) as partial:
            partial.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    data = b"x" * 3_000_001
    (tmp_path / "file").write_bytes(data)
    more = hashlib.sha256(b"before")
    assert sha256_of(tmp_path / "file", more) == hashlib.sha256(data).hexdigest()
    assert more.hexdigest() == hashlib.sha256(b"before" + data).hexdigest()


def test_a_path_that_a_user_gave_is_a_file_or_the_end_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a")
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "broken").symlink_to("new")
    os.mkfifo(tmp_path / "pipe")
    for name, target in (("link", "kept"), ("broken", "new"), ("other", "other")):
        assert atomic.output(tmp_path / name) == (tmp_path / target).resolve()
    for place, what in ((tmp_path, "is a folder"), (tmp_path / "pipe", "is no regular file")):
        with pytest.raises(UsageError, match=what):
            atomic.output(place)
