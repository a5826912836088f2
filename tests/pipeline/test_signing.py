"""Signatures by real tools: ssh-keygen and minisign; and what they find out."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from presscorpus.archive.receipt_file import as_file, closed_crawls, read_receipt, receipt_path
from presscorpus.commitments import proof
from presscorpus.crawl.imports.closed_crawls import adopt
from presscorpus.errors import ArchiveError, RefusedError, UsageError
from presscorpus.pipeline import prove, signing, verify
from presscorpus.pipeline.prove import Wanted
from presscorpus.release import verify as second
from tests.corpus import PACKAGE, Corpus, post, quiet

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.params import Params


class Keys(NamedTuple):
    """A key, the file by which it counts, and one by which others count."""

    secret: Path
    signers: Path
    others: Path


def _run(*command: object) -> None:
    subprocess.run(list(map(str, command)), check=True, capture_output=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module", params=["ssh", "minisign"])
def keys(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("mine", "other"):
        if request.param == "minisign":
            _run("minisign", "-G", "-W", "-p", folder / f"{name}.signers", "-s", folder / name)
        else:
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
            key = (folder / f"{name}.pub").read_text().split(" ")[:2]
            (folder / f"{name}.signers").write_text(f"{name}@example.org {' '.join(key)}\n")
    return Keys(folder / "mine", folder / "mine.signers", folder / "other.signers")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> tuple[Corpus, Params]:
    built = Corpus(tmp_path_factory.mktemp("signed"), a=[post(1), post(2)])
    built.build()
    built.day = 2
    built.write("a", [post(1), post(2, title={"rendered": "Other"})])
    return built, built.build()


@pytest.fixture
def signed(dataset: tuple[Corpus, Params], keys: Keys, tmp_path: Path) -> tuple[Corpus, Params]:
    """A copy of the dataset, signed."""
    built, settled = dataset
    root = shutil.copytree(built.layout.root, tmp_path / "copy")
    copy = Corpus.__new__(Corpus)
    copy.layout, copy.sites, copy.day = type(built.layout).of(root), built.sites, built.day
    said = signing.run(settled, copy.layout, keys.secret)
    assert said == ["a 20260102T000000Z: signed", "release v2026.01.01: signed"]
    assert signing.run(settled, copy.layout, keys.secret) == [f"{line} before" for line in said]
    return copy, settled


def test_a_proof_holds_the_signatures_and_both_programs_check_them(
    signed: tuple[Corpus, Params], keys: Keys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built, settled = signed
    data = prove.prove(PACKAGE, settled, built.layout, Wanted("a", 1))
    found = proof.check(data)
    assert len(found.signatures) == 2
    told = signing.checked(found.signatures, keys.signers)
    assert all("mine@example.org" in each or each.startswith("minisign key ") for each in told)
    assert f"signed by {told[0]}, signed by {told[1]};" in prove.sentence(found, (), told)
    assert all("not checked whose" in each for each in signing.checked(found.signatures, None))
    with pytest.raises(ArchiveError, match="wrong signature"):
        signing.checked(found.signatures, keys.others)
    path = tmp_path / "p.json"
    path.write_bytes(data)
    assert second.main([str(path), "--signers", str(keys.signers)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 3
    assert all("ignature" in line for line in told[:2])
    assert {line.rpartition(" ")[2] for line in told[:2]} == set(found.digests)
    assert second.main([str(path), "--signers", str(keys.others)]) == 1
    assert second.main([str(path)]) == 0
    swapped = msgspec.json.decode(data)
    del swapped["checksum"]
    first, last = swapped["signatures"]
    first["text"], last["text"] = last["text"], first["text"]
    path.write_bytes(proof.write(swapped))
    with pytest.raises(ArchiveError, match="wrong signature"):
        signing.checked(proof.check(path.read_bytes()).signatures, keys.signers)
    assert second.main([str(path), "--signers", str(keys.signers)]) == 1


def test_verify_compares_signatures_with_archive_and_release(signed: tuple[Corpus, Params], keys: Keys) -> None:
    root, raw = signed[0].layout.root, signed[0].layout.raw / "a"
    assert verify.run(root, quiet, verify.Trusted(signers=keys.signers))[1] == []
    wrong = verify.run(root, quiet, verify.Trusted(signers=keys.others))[1]
    assert [each.what for each in wrong] == ["is no signature by those signers"] * 2
    warc = list(closed_crawls(raw.parent, "a"))[-1]
    changed = msgspec.structs.replace(read_receipt(warc), address="https://b.example.org/")
    receipt_path(warc).write_bytes(as_file(changed))
    said = [str(each) for each in signing.wrong(signed[0].layout, keys.signers)]
    assert len(said) == 1
    assert "is another one than was signed" in said[0] or "is no signature by those signers" in said[0]
    receipt_path(warc).unlink()
    assert "is the signature of a crawl that is not here" in str(next(signing.wrong(signed[0].layout, None)))


def test_a_signature_of_something_else_is_not_kept_for_one(signed: tuple[Corpus, Params], keys: Keys) -> None:
    built, settled = signed
    (path,) = (built.layout.raw / "a").glob("*.sig")
    path.write_text("-----BEGIN SSH SIGNATURE-----\nAAAA\n")
    with pytest.raises(RefusedError, match="has a signature of something else"):
        signing.run(settled, built.layout, keys.secret)
    path.unlink()
    with pytest.raises(UsageError, match="cannot be read: the key"):
        signing.run(settled, built.layout, keys.secret.with_name("none"))
    with pytest.raises(RefusedError, match="gave no signature"):
        signing.run(settled, built.layout, keys.signers)
    assert not path.exists()


def test_closed_crawls_bring_their_attestations_along(signed: tuple[Corpus, Params], tmp_path: Path) -> None:
    source = signed[0].layout.raw / "a"
    (source / "20260102T000000Z.tsr").write_bytes(b"a time stamp")
    for _ in range(2):
        adopt(source, tmp_path / "raw", tmp_path / "work", "a", "20260102T000000Z")
        for suffix in ("sig", "tsr"):
            name = f"20260102T000000Z.{suffix}"
            assert (tmp_path / "raw/a" / name).read_bytes() == (source / name).read_bytes()
            # What comes later is taken over later.
            (source / name).write_bytes(b"another")
        for suffix in ("sig", "tsr"):
            (source / f"20260102T000000Z.{suffix}").write_bytes(
                (tmp_path / f"raw/a/20260102T000000Z.{suffix}").read_bytes()
            )


def test_without_the_tools_it_says_so(keys: Keys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="is not installed"):
        signing._signed(b"{}", keys.secret)
