"""11,000 seeded changes of single bytes in proofs, releases, ledgers, archives and receipts: refused by both programs.

The second program reads proofs and releases; archives and receipts are the first one's alone.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.archive import commitment
from presscorpus.archive.receipt import statement_digest
from presscorpus.archive.receipt_file import closed_crawls, receipt_path
from presscorpus.archive.receipt_file import verify as verify_crawl
from presscorpus.config.params import Previous
from presscorpus.errors import ArchiveError, RefusedError
from presscorpus.pipeline.prove import Wanted, prove
from presscorpus.release import commitments, whole
from presscorpus.release import verify as second
from presscorpus.release.receipt import LEDGER, ReleaseReceipt, read_previous, write_receipt
from tests.commitments.test_proof import both
from tests.corpus import PACKAGE, Corpus, post

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.params import Params

SEED = 21
Made = tuple[Corpus, "Params"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    built = Corpus(tmp_path_factory.mktemp("changes"), a=[post(number) for number in range(1, 30)])
    return built, built.build()


def _flipped(data: bytes, seeded: random.Random) -> bytes:
    changed = bytearray(data)
    changed[seeded.randrange(len(data))] ^= 1 << seeded.randrange(8)
    return bytes(changed)


def test_6000_changes_of_proofs(made: Made) -> None:
    built, settled = made
    seeded, taken = random.Random(SEED), 0
    for number in range(1, 21):
        data = prove(PACKAGE, settled, built.layout, Wanted("a", number), with_item=number % 2 == 0)
        assert both(data) == (True, True)
        taken += sum(both(_flipped(data, seeded)) != (False, False) for _ in range(300))
    told = f"proofs: {taken} of 6,000 changes were taken, seed {SEED}"
    assert taken == 0, told


def test_2000_changes_of_a_release(made: Made, tmp_path: Path) -> None:
    release = shutil.copytree(made[0].layout.release, tmp_path / "release")
    files = sorted(path for path in release.rglob("*") if path.is_file())
    seeded, taken = random.Random(SEED), [0, 0]
    assert whole.files(release)[1] == []
    assert second.whole(release)
    for _ in range(2000):
        path = seeded.choice(files)
        data = path.read_bytes()
        path.write_bytes(_flipped(data, seeded) if data else b"x")
        taken[0] += not whole.files(release)[1]
        try:
            second.whole(release)
            taken[1] += 1
        except second.MALFORMED:
            pass
        path.write_bytes(data)
    told = f"release: {taken} of 2,000 changes were taken, seed {SEED}"
    assert taken == [0, 0], told


def test_1000_changes_of_a_ledger(made: Made, tmp_path: Path) -> None:
    """The receipt of a release and its ledger, against what params.yaml names."""
    layout = made[0].layout
    told = commitments.read(layout.release / commitments.NAME)
    empty = ReleaseReceipt("v2026.01.01", None, "folder", None, "0" * 64, {}, {}, "", [], statement=told.digest)
    path = write_receipt(tmp_path, empty, pl.DataFrame({name: ["x"] for name in LEDGER}))
    previous = Previous("v2026.01.01", hashlib.sha256(path.read_bytes()).hexdigest())
    assert read_previous(tmp_path, previous) is not None
    seeded, taken = random.Random(SEED), 0
    for _ in range(500):
        for file in (path, path.with_suffix(".parquet")):
            data = file.read_bytes()
            file.write_bytes(_flipped(data, seeded))
            try:
                read_previous(tmp_path, previous)
                taken += 1
            except RefusedError:
                pass
            file.write_bytes(data)
    told_ = f"ledger: {taken} of 1,000 changes were taken, seed {SEED}"
    assert taken == 0, told_


def test_2000_changes_of_an_archive_and_its_receipt(made: Made) -> None:
    """What neither digests, root, the copy of the receipt in the archive nor the release's entry commit to is told."""
    layout = made[0].layout
    (warc,) = closed_crawls(layout.raw, "a")
    entry = commitments.read(layout.release / commitments.NAME).crawls
    seeded, taken = random.Random(SEED), []

    def is_whole() -> bool:
        try:
            receipt = verify_crawl(warc)
            commitment.check(warc, receipt)
        except ArchiveError:
            return False
        return entry.get((receipt.site, receipt.crawl)) == statement_digest(receipt)

    assert is_whole()
    for _ in range(1000):
        for path in (warc, receipt_path(warc)):
            data = path.read_bytes()
            changed = _flipped(data, seeded)
            path.write_bytes(changed)
            if is_whole():
                place = next(at for at, (old, new) in enumerate(zip(data, changed, strict=True)) if old != new)
                taken.append(data[: data.find(b"\n", place)].rsplit(b"\n", 1)[-1].strip())
            path.write_bytes(data)
    told = f"archive and receipt: {len(taken)} of 2,000 changes were taken, seed {SEED}: {Counter(taken)}"
    print(told)  # noqa: T201
    assert taken == [], told
