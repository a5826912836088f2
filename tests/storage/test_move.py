"""A finished file goes to its place, be that on another disk."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from presscorpus.storage.move import move


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_file_is_moved_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool) -> None:  # noqa: FBT001
    source, target = tmp_path / "a/x", tmp_path / "b/x"
    for path in (source, target):
        path.parent.mkdir()
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    rename = Path.replace

    def replace(path: Path, other: Path) -> Any:
        if elsewhere and path.parent != other.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, other)

    monkeypatch.setattr(Path, "replace", replace)
    move(source, target)
    assert target.read_bytes() == b"new"
    assert not source.exists()
    assert [path.name for path in target.parent.iterdir()] == ["x"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "x", tmp_path / "b" / "x"
    target.parent.mkdir()
    source.write_bytes(b"new")
    target.write_bytes(b"old")

    def replace(*_: Path) -> Any:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def copyfile(_: Path, partial: Path, **__: Any) -> None:
        partial.write_bytes(b"n")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("presscorpus.storage.move.shutil.copyfile", copyfile)
    with pytest.raises(OSError, match="No space left"):
        move(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"new", b"old")
    assert [path.name for path in target.parent.iterdir()] == ["x"]
