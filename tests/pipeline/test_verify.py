"""`presscorpus verify` on whole datasets: what somebody with write access changes, digests included, is found."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from presscorpus.archive.receipt_file import closed_crawls, read_receipt, receipt_path
from presscorpus.archive.writer import CrawlWriter
from presscorpus.errors import ArchiveError
from presscorpus.pipeline import verify
from presscorpus.pipeline.export import export
from presscorpus.release import whole
from presscorpus.storage.checksum import sums_in
from tests.corpus import Corpus, post, quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two crawls of three posts, built and laid out."""
    root = tmp_path_factory.mktemp("dataset")
    built = Corpus(root, a=[post(1), post(2), post(3)])
    built.build()
    built.day = 2
    built.write("a", [post(1), post(2, title={"rendered": "Other"}), post(3)])
    built.build()
    return root


def test_what_nobody_changed_is_whole(dataset: Path) -> None:
    found, problems = verify.run(dataset, quiet)
    assert (found.crawls, problems) == (2, [])
    released, problems = verify.run(dataset / "release", quiet)
    assert (released.rows > 0, problems) == (True, [])


def _row(root: Path) -> None:
    """Another title in the release, with the digests of the file as they should be."""
    path = root / "release/posts/posts-00000.parquet"
    schema = pl.Schema(pl.read_parquet_schema(path))
    pl.read_parquet(path).with_columns(title=pl.lit("Forged")).cast(schema).write_parquet(path)
    sums = sums_in(root / "release/SHA256SUMS") | {
        "posts/posts-00000.parquet": hashlib.sha256(path.read_bytes()).hexdigest()
    }
    (root / "release/SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))


def _crawl(root: Path) -> None:
    """The first crawl without a post, with a receipt that is right."""
    warc = next(closed_crawls(root / "raw", "a"))
    old = read_receipt(warc)
    with CrawlWriter(root / "forged", root / "work", "a", old.crawl) as writer:
        writer.imported("a.json", datetime(2026, 1, 1, tzinfo=UTC), b"[]")
        forged = writer.close(msgspec.structs.replace(old, commitment=msgspec.UNSET))
    shutil.copy(forged, warc)
    shutil.copy(receipt_path(forged), receipt_path(warc))
    shutil.rmtree(root / "forged")


def _gone(root: Path) -> None:
    """The first crawl is removed."""
    warc = next(closed_crawls(root / "raw", "a"))
    receipt_path(warc).unlink()
    warc.unlink()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_row, ["has other rows than evidence.jsonl commits to"]),
        (_crawl, ["has another receipt than when", "is another crawl than the release was made of"]),
        (_gone, ["is missing, and the receipt of", "the crawl has no receipt"]),
    ],
)
def test_a_change_with_right_digests_is_found(
    dataset: Path, tmp_path: Path, change: Callable[[Path], None], told: list[str]
) -> None:
    root = shutil.copytree(dataset, tmp_path / "copy")
    change(root)
    said = "\n".join(str(problem) for problem in verify.run(root, quiet)[1])
    for each in told:
        assert each in said
    if change is _row:
        assert told[0] in "\n".join(str(problem) for problem in verify.run(root / "release", quiet)[1])


@pytest.mark.parametrize("lost", ["posts", "links", "crawls"])
def test_a_release_without_a_table_is_told_and_not_handed_on(dataset: Path, tmp_path: Path, lost: str) -> None:
    root = shutil.copytree(dataset, tmp_path / "copy")
    shutil.rmtree(root / "release" / lost)
    missing = f"{lost}-00000.parquet: is missing, and SHA256SUMS names it"
    for place in (root, root / "release"):
        assert missing in "\n".join(str(problem) for problem in verify.run(place, quiet)[1])
    with pytest.raises(ArchiveError, match=missing):
        export(root / "release", tmp_path / "out", "csv")
    assert not (tmp_path / "out").exists()


def test_a_file_that_was_added_matters_where_it_is_handed_on(dataset: Path, tmp_path: Path) -> None:
    release = shutil.copytree(dataset / "release", tmp_path / "copy")
    (release / ".DS_Store").touch()
    assert export(release, tmp_path / "out", "csv", ["posts"]).rows == {"posts": 3}
    with pytest.raises(ArchiveError, match="SHA256SUMS does not name it"):
        whole.require(release)
    shutil.copy(release / "posts/posts-00000.parquet", release / "posts/posts-00001.parquet")
    with pytest.raises(ArchiveError, match=r"posts-00001\.parquet: is in the release, and SHA256SUMS does not"):
        export(release, tmp_path / "other", "csv", ["posts"])


def test_a_name_that_is_a_pattern_means_its_own_folder(tmp_path: Path) -> None:
    for name, posts in (("run1", [post(1, title={"rendered": "Other"}), post(5), post(6)]), ("run[12]", [post(1)])):
        (tmp_path / name).mkdir()
        Corpus(tmp_path / name, a=posts).build()
    release = tmp_path / "run[12]/release"
    assert pl.read_parquet((release / "posts/posts-00000.parquet").read_bytes())["id"].to_list() == [1]
    assert verify.run(release.parent, quiet)[1] == []
    assert export(release, tmp_path / "out", "csv", ["posts"]).rows == {"posts": 1}


@pytest.mark.parametrize("lost", ["newest", "all"])
def test_a_crawl_that_only_the_tables_name_is_missing(dataset: Path, tmp_path: Path, lost: str) -> None:
    root = shutil.copytree(dataset, tmp_path / "copy")
    shutil.rmtree(root / "release")
    assert verify.run(root, quiet)[1] == []
    for warc in list(closed_crawls(root / "raw", "a"))[-1 if lost == "newest" else 0 :]:
        receipt_path(warc).unlink()
        warc.unlink()
    said = [str(problem) for problem in verify.run(root, quiet)[1]]
    assert sum("is missing, and the tables were made of it" in each for each in said) == (1 if lost == "newest" else 2)
