"""A bag: complete, the same each time, accepted by bagit and an RO-Crate validator, and honest about what it holds."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest
import rocrate

from presscorpus.archive.receipt_file import closed_crawls, receipt_path
from presscorpus.config.layout import Layout
from presscorpus.errors import ArchiveError, RefusedError, UsageError
from presscorpus.pipeline import bag
from presscorpus.pipeline.request import BuildRequest, to_params
from tests.corpus import PACKAGE, Corpus, post
from tests.pipeline import archivists

AT = datetime(2026, 11, 23, tzinfo=UTC)
# Fills the cache of an HTTP client with one answer.
_WORDS = """
import io, sys
import requests
from requests_cache import CachedSession
from urllib3 import HTTPResponse

class Local(requests.adapters.HTTPAdapter):
    def send(self, request, **more):
        body = open(sys.argv[1], "rb").read()
        headers = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(io.BytesIO(body), headers, 200, preload_content=False))

session = CachedSession(sys.argv[2], backend="sqlite", expire_after=-1)
session.mount("https://", Local())
print(session.get("https://w3id.org/ro/crate/1.1/context"))
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dataset")
    built = Corpus(root, a=[post(1), post(2)])
    built.build()
    (root / "params.yaml").write_text("# as the commands read it\n")
    receipt_path(next(closed_crawls(root / "raw", "a"))).with_suffix(".tsr").write_bytes(b"a time stamp")
    return root


def bagged(root: Path, out: Path, *, release_only: bool = False) -> Path:
    made = bag.bag(PACKAGE, Corpus(root).params(), Layout.of(root), out, release_only=release_only)
    assert made.files == sum(path.is_file() for path in (out / "data").rglob("*"))
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dataset_a_bag_and_a_release_are_no_sources_and_say_what_is(dataset: Path, tmp_path: Path) -> None:
    whole = bagged(dataset, tmp_path / "bag")
    released = bagged(dataset, tmp_path / "released", release_only=True)

    def told(source: Path) -> str:
        with pytest.raises(UsageError) as caught:
            to_params(BuildRequest([str(source)], AT), tmp_path / "new")
        return str(caught.value)

    for source, kind, archive in (
        (dataset, "is a dataset of presscorpus", dataset / "raw"),
        (whole, "is a bag of presscorpus", whole / "data/raw"),
        (whole / "data", "is the payload of a bag of presscorpus", whole / "data/raw"),
    ):
        assert told(source).startswith(f"{source}: {kind}")
        assert f"Name its archive, {archive}." in told(source)
        assert [site.name for site in to_params(BuildRequest([str(archive)], AT), tmp_path / "new").sites] == ["a"]
    for source in (dataset / "release", released, released / "data"):
        assert "is a release of presscorpus" in told(source)
    warc = next(closed_crawls(dataset / "raw", "a"))
    alone = tmp_path / warc.name
    alone.write_bytes(warc.read_bytes())
    for file in (warc, receipt_path(warc), alone):
        assert f"Name the folder, {file.parent}," in told(file)
    assert f"Put its receipt there before, {receipt_path(warc).name}." in told(alone)


def test_a_bag_holds_archive_proofs_and_release_and_says_for_whom(dataset: Path, tmp_path: Path) -> None:
    out = bagged(dataset, tmp_path / "bag")
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", out], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "custody of an archive, not for readers" in bagit.Bag(str(out)).info["Internal-Sender-Description"]
    held = contents(out / "data")
    assert held.keys() - {"ro-crate-metadata.json"} >= {
        *(f"raw/a/{path.name}" for path in (dataset / "raw/a").iterdir()),
        *(f"release/{name}" for name in contents(dataset / "release")),
        "params.yaml",
    }
    assert any(name.endswith(".tsr") for name in held)
    crate = {each["@id"]: each for each in json.loads(held["ro-crate-metadata.json"])["@graph"]}
    assert held.keys() - {"ro-crate-metadata.json"} == {each["@id"] for each in crate["./"]["hasPart"]}
    (crawl,) = (each for each in crate.values() if each["@type"] == "CreateAction")
    assert crawl["result"]["@id"].startswith("raw/a/")
    # A byte that changes is found.
    path = next((out / "data/raw/a").glob("*.warc.gz"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(out)).validate()


def test_the_same_dataset_gives_the_same_bag(dataset: Path, tmp_path: Path) -> None:
    first, second = (contents(bagged(dataset, tmp_path / name)) for name in ("one", "two"))
    assert first == second
    assert b"Bagging-Date: 2026-" in first["bag-info.txt"]


def test_for_readers_there_is_the_release_alone(dataset: Path, tmp_path: Path) -> None:
    held = contents(bagged(dataset, tmp_path / "bag", release_only=True) / "data")
    assert not any(name.startswith("raw/") for name in held)
    assert "params.yaml" not in held
    assert "release/README.md" in held
    assert bagit.Bag(str(tmp_path / "bag")).is_valid()


def test_nothing_damaged_or_outdated_is_bagged(tmp_path: Path) -> None:
    root = tmp_path / "dataset"
    root.mkdir()
    Corpus(root, a=[post(1), post(2)]).build()
    with pytest.raises(UsageError, match="is there already"):
        bagged(root, root)
    (root / "takedown.yaml").write_text("- site: a\n  type: post\n  id: 1\n  reason: asked\n")
    with pytest.raises(RefusedError, match="has entries that the release does not know"):
        bagged(root, tmp_path / "bag")
    (root / "takedown.yaml").unlink()
    (part,) = (root / "release/posts").iterdir()
    part.rename(tmp_path / part.name)
    for release_only in (False, True):
        with pytest.raises(ArchiveError, match=r"posts-00000\.parquet: is missing, and SHA256SUMS names it"):
            bagged(root, tmp_path / "bag", release_only=release_only)
    (tmp_path / part.name).rename(part)
    warc = next(closed_crawls(root / "raw", "a"))
    warc.write_bytes(warc.read_bytes() + b"x")
    with pytest.raises(ArchiveError):
        bagged(root, tmp_path / "bag")
    assert not list(tmp_path.glob("*bag*"))


@pytest.mark.long
def test_an_ro_crate_validator_accepts_it_without_a_network(dataset: Path, tmp_path: Path) -> None:
    out = bagged(dataset, tmp_path / "bag")
    # The validator asks the network for the words of RO-Crate; those that the library brings stand in their place.
    words = Path(rocrate.__file__).with_name("data") / "ro-crate.jsonld"
    archivists.run("python", "-c", _WORDS, words, tmp_path / "cache")
    command = ("validate", "--no-paging", "--offline", "--cache-path", tmp_path / "cache", "-p", "ro-crate-1.1")
    done = archivists.run("rocrate-validator", "-y", *command, out / "data")
    assert done.returncode == 0, done.stdout + done.stderr
    crate = out / "data/ro-crate-metadata.json"
    crate.write_text(crate.read_text().replace('"datePublished"', '"datePrinted"'))
    done = archivists.run("rocrate-validator", "-y", *command, out / "data")
    assert done.returncode == 1, done.stdout + done.stderr
