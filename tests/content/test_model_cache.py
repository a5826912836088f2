"""What takes long to unpack is unpacked once, and nothing depends on whether it could be kept."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from presscorpus.content import model_cache

if TYPE_CHECKING:
    from pathlib import Path

MADE = {"words": np.array(["ab", "cde"]), "numbers": np.arange(6, dtype=np.int16).reshape(2, 3), "x": np.array([0.5])}


def kept(key: str = "1", *, makes: bool = True) -> Any:
    def make() -> dict[str, Any]:
        assert makes, "it was made again"
        return MADE

    found = model_cache.kept("m", key, make)
    assert list(found) == list(MADE)
    for name, array in MADE.items():
        assert found[name].dtype == array.dtype
        assert found[name].tolist() == array.tolist()
    return found


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "cache" / "presscorpus"
    monkeypatch.setattr(model_cache, "folder", lambda: place)
    return place


def test_it_is_made_once_for_each_key_and_only_the_last_is_kept(cache: Path) -> None:
    kept()
    found = kept(makes=False)
    with pytest.raises(ValueError, match="read-only"):
        found["numbers"][0, 0] = 9
    kept("2")
    assert [path.name for path in cache.iterdir()] == ["m-2.arrays"]
    kept("1")


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1] + b"?", lambda data: data[:-9], lambda _: b"", lambda _: b"[]"]
)
def test_a_damaged_file_is_made_anew(cache: Path, damage: Any) -> None:
    kept()
    path = cache / "m-1.arrays"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    kept()
    assert path.read_bytes() == whole


def test_where_nothing_can_be_kept_it_works_the_same(cache: Path) -> None:
    cache.parent.write_text("a file where the folder would be")
    kept()
    cache.parent.unlink()
    # As on a full disk: the file ends in its middle.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4100, hard))
    try:
        kept()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(cache.iterdir()) == []


def test_the_folder_is_that_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert model_cache.folder() == tmp_path / "presscorpus"
