"""Time stamps by a real authority: `openssl ts` behind a server on loopback; and what they find out."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from presscorpus.archive.receipt_file import closed_crawls, read_receipt, receipt_path
from presscorpus.archive.writer import CrawlWriter
from presscorpus.commitments import proof
from presscorpus.config.params import Params, Timestamping
from presscorpus.crawl.imports import files
from presscorpus.errors import ArchiveError, NetworkError, UsageError
from presscorpus.pipeline import openssl, prove, timestamp, verify
from presscorpus.pipeline.prove import Wanted
from presscorpus.release import verify as second
from tests.corpus import PACKAGE, Corpus, post, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONFIG = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = this
[this]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
"""


class Authority(NamedTuple):
    """A time-stamping authority on loopback: its address, its certificate, and that of another one."""

    address: str
    certificate: Path
    other: Path


def _openssl(*options: object) -> None:
    subprocess.run(["openssl", *map(str, options)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    folder = tmp_path_factory.mktemp("authority")
    config = folder / "openssl.cnf"
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    for name in ("this", "other"):
        _openssl(
            "req", "-x509", "-config", config, "-extensions", "authority", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem",
            "-subj", f"/CN={name}", "-days", "36500",
        )  # fmt: skip

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, response = folder / "query.tsq", folder / "response.tsr"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/closed":
                self.send_error(503)
                return
            signer = ["-signer", folder / "this.pem", "-inkey", folder / "this.key"]
            _openssl("ts", "-reply", "-config", config, "-queryfile", query, *signer, "-out", response)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(response.read_bytes())

        def log_message(self, *_: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Authority(f"http://127.0.0.1:{server.server_port}/", folder / "this.pem", folder / "other.pem")
        server.shutdown()
        thread.join()


class Dataset(NamedTuple):
    """Two crawls, a release, and time stamps of the newest crawl and of the release."""

    built: Corpus
    params: Params
    said: list[str]


@pytest.fixture(scope="module")
def dataset(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    built = Corpus(tmp_path_factory.mktemp("stamped"), a=[post(1), post(2)])
    built.build()
    built.day = 2
    built.write("a", [post(1), post(2, title={"rendered": "Other"})])
    shutil.copy(authority.certificate, built.layout.root / "authority.pem")
    stamping = Timestamping(authority.address, "authority.pem")
    settled = msgspec.structs.replace(built.params(), timestamp=stamping)
    built.build(settled)
    return Dataset(built, settled, timestamp.run(settled, built.layout))


def test_the_newest_crawl_and_the_release_are_stamped_once(dataset: Dataset) -> None:
    raw = dataset.built.layout.raw / "a"
    assert [line.split(":")[0] for line in dataset.said] == ["a 20260102T000000Z", "release v2026.01.01"]
    assert [path.name for path in raw.glob("*.tsr")] == ["20260102T000000Z.tsr"]
    again = timestamp.run(dataset.params, dataset.built.layout)
    assert again == [f"{line}, as before" for line in dataset.said]


def test_a_proof_holds_the_time_stamps_and_both_programs_check_them(
    dataset: Dataset, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One post is of the first crawl, which the time stamp of the second dates."""
    data = prove.prove(PACKAGE, dataset.params, dataset.built.layout, Wanted("a", 1))
    found = proof.check(data)
    stamps = list(found.timestamps)
    assert {each.digest for each in stamps} <= set(found.digests)
    assert len(stamps) == 2
    told = timestamp.checked(stamps, authority.certificate)
    assert f"time-stamped {told[0]}" in prove.sentence(found, told)
    assert "without a time stamp" not in prove.sentence(found, told)
    assert "not checked" in timestamp.checked(stamps, None)[0]
    with pytest.raises(ArchiveError, match="wrong time stamp"):
        timestamp.checked(stamps, authority.other)
    path = tmp_path / "p.json"
    path.write_bytes(data)
    assert second.main([str(path), "--ca", str(authority.certificate)]) == 0
    assert capsys.readouterr().out.count("Time stamp: ") == 2
    assert second.main([str(path), "--ca", str(authority.other)]) == 1
    assert second.main([str(path)]) == 0
    value = {name: each for name, each in json.loads(data).items() if name != "checksum"}
    value["timestamps"][0]["token"], value["timestamps"][1]["token"] = (
        value["timestamps"][1]["token"], value["timestamps"][0]["token"],
    )  # fmt: skip
    path.write_bytes(proof.write(value))
    with pytest.raises(ArchiveError, match="wrong time stamp"):
        timestamp.checked(list(proof.check(path.read_bytes()).timestamps), authority.certificate)
    assert second.main([str(path), "--ca", str(authority.certificate)]) == 1


def test_a_time_stamp_outlives_the_certificate_of_its_authority(tmp_path: Path) -> None:
    """The certificate is valid for some seconds; a time stamp of after that counts for nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "short")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(seconds=3))
    for usage, is_critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
    ):
        made = made.add_extension(usage, critical=is_critical)
    certificate, private, query = (tmp_path / each for each in ("short.pem", "short.key", "query.tsq"))
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    config, digest = tmp_path / "openssl.cnf", "ab" * 32
    config.write_text(_CONFIG.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01\n")
    query.write_bytes(openssl.query(digest))

    def stamped() -> bytes:
        signer = ["-signer", certificate, "-inkey", private]
        _openssl("ts", "-reply", "-config", config, "-queryfile", query, *signer, "-out", tmp_path / "r.tsr")
        return (tmp_path / "r.tsr").read_bytes()

    response = stamped()
    assert timestamp.checked([(digest, response)], certificate) == [openssl.time_of(response, digest)]
    time.sleep(max(0.0, (now + timedelta(seconds=4.5) - datetime.now(UTC)).total_seconds()))
    (told,) = timestamp.checked([(digest, response)], certificate)
    assert told.startswith(str(openssl.time_of(response, digest)))
    assert "has expired since" in told
    with pytest.raises(ArchiveError, match="wrong time stamp"):
        timestamp.checked([(digest, stamped())], certificate)


def test_a_time_in_the_text_of_the_status_is_not_taken_for_that_of_the_time_stamp(
    dataset: Dataset, authority: Authority, tmp_path: Path
) -> None:
    """Nobody signs that text, and openssl prints it as it is."""
    value = json.loads(prove.prove(PACKAGE, dataset.params, dataset.built.layout, Wanted("a", 1)))
    del value["checksum"]
    for each in value["timestamps"]:
        response = base64.b64decode(each["token"])
        lies = b"x\nTime stamp: Jan  1 00:00:00 1999 GMT"
        text = b"\x30" + bytes([len(lies) + 2]) + b"\x0c" + bytes([len(lies)]) + lies
        granted = b"\x30\x03\x02\x01\x00"
        at = response.index(granted)
        content = b"\x30" + bytes([3 + len(text)]) + granted[2:] + text + response[at + len(granted) :]
        each["token"] = base64.b64encode(b"\x30\x82" + len(content).to_bytes(2, "big") + content).decode()
        assert openssl.is_by(base64.b64decode(each["token"]), each["statement"], authority.certificate, at=None)
    path = tmp_path / "p.json"
    path.write_bytes(proof.write(value))
    with pytest.raises(ArchiveError, match="wrong time stamp"):
        timestamp.checked(list(proof.check(path.read_bytes()).timestamps), authority.certificate)
    assert second.main([str(path), "--ca", str(authority.certificate)]) == 1


def test_a_post_that_somebody_removes_from_archive_receipt_and_tables_is_found_out(
    dataset: Dataset, authority: Authority, tmp_path: Path
) -> None:
    """Everything is made anew as a crawl and a build would have made it, but the time stamp is of another statement."""
    root = shutil.copytree(dataset.built.layout.root, tmp_path / "copy")
    trusted = verify.Trusted(authority.certificate)
    assert verify.run(root, quiet, trusted)[1] == []
    others = verify.run(root, quiet, verify.Trusted(authority.other))[1]
    assert ["is no time stamp by that authority" in str(each) for each in others] == [True, True]
    rewritten = Corpus(root, a=[post(1)])
    rewritten.day = 2
    for warc in list(closed_crawls(root / "raw", "a")):
        old = read_receipt(warc)
        warc.unlink()
        with CrawlWriter(root / "raw", root / "work", "a", old.crawl) as writer:
            receipt_path(warc).unlink()
            writer.imported("a.json", old.started_at, json.dumps([post(1)]).encode())
            filled = {"records": 0, "content_digest": "", "record_id": "", "file_digest": ""}
            source = files.digest(root / "a.json", [root / "a.json"])
            again = msgspec.structs.replace(old, **filled, commitment=msgspec.UNSET, source_digest=source)
            writer.close(again)
    shutil.rmtree(root / "release")
    rewritten.build(msgspec.structs.replace(dataset.params, sites=rewritten.params().sites))
    assert rewritten.table("posts")["id"].to_list() == [1]
    found, problems = verify.run(root, quiet, trusted)
    assert [each.outcome for each in found.listed] == ["in the tables"]
    said = [str(problem) for problem in problems]
    assert len(said) == 2
    assert "a 20260102T000000Z is another one than was time-stamped" in said[0]
    assert "release v2026.01.01 is another one than was time-stamped" in said[1]
    receipt_path(warc).unlink()
    warc.unlink()
    assert "is the time stamp of a crawl that is not here" in str(next(timestamp.wrong(rewritten.layout, None)))


def test_without_an_answer_it_can_be_done_later(dataset: Dataset, authority: Authority, tmp_path: Path) -> None:
    root = shutil.copytree(dataset.built.layout.root, tmp_path / "copy")
    built = Corpus(root, a=[post(1)])
    stamp = next((root / "raw/a").glob("*.tsr"))
    stamp.unlink()
    for address in (f"{authority.address}closed", "http://127.0.0.1:9/", "http://[/", "nowhere"):
        asked = msgspec.structs.replace(dataset.params, timestamp=Timestamping(address))
        with pytest.raises(NetworkError) as error:
            timestamp.run(asked, built.layout)
        assert "can get one later" in str(error.value)
        assert not stamp.exists()
    with pytest.raises(UsageError, match="no time-stamping authority is named"):
        timestamp.run(msgspec.structs.replace(dataset.params, timestamp=Timestamping()), built.layout)
    (root / "authority.pem").write_bytes(authority.other.read_bytes())
    with pytest.raises(NetworkError, match="gave no good time stamp of a 20260102T000000Z"):
        timestamp.run(dataset.params, built.layout)
    assert not stamp.exists()
    (root / "authority.pem").unlink()
    with pytest.raises(UsageError, match="is missing: the certificate"):
        timestamp.run(dataset.params, built.layout)


def test_without_openssl_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="openssl is not installed"):
        openssl.query("0" * 64)
