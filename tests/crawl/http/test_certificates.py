"""What a real TLS server on loopback presents, with a chain that openssl made, is kept with the crawl, once."""

from __future__ import annotations

import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from presscorpus.archive.commitment import check, recorded
from presscorpus.archive.receipt import Receipt
from presscorpus.archive.receipt_file import read_receipt
from presscorpus.archive.writer import CrawlWriter
from presscorpus.config.params import Limits
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.retries import AttemptError, Pace
from presscorpus.errors import NetworkError
from tests.archive.test_archive import AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAF = "subjectAltName=IP:127.0.0.1\n"
ABOVE = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n"


def _openssl(*options: object) -> None:
    subprocess.run(["openssl", *map(str, options)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root, an authority below it and a server's certificate; `chain.pem` is what the server presents."""
    folder = tmp_path_factory.mktemp("chain")
    for name, above in (("root", None), ("between", "root"), ("server", "between")):
        (folder / "extensions").write_text(LEAF if name == "server" else ABOVE)
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / f"{name}.key"]
        _openssl("req", *key, "-subj", f"/CN={name}", "-out", folder / "request")
        by = ["-signkey", folder / "root.key"] if above is None else [
            "-CA", folder / f"{above}.pem", "-CAkey", folder / f"{above}.key", "-CAcreateserial",
        ]  # fmt: skip
        _openssl(
            "x509", "-req", "-in", folder / "request", *by, "-days", "36500", "-extfile", folder / "extensions",
            "-out", folder / f"{name}.pem",
        )  # fmt: skip
    (folder / "chain.pem").write_text((folder / "server.pem").read_text() + (folder / "between.pem").read_text())
    return folder


@pytest.fixture
def server(chain: Path) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain / "chain.pem", chain / "server.key")
    with HTTPServer(("127.0.0.1", 0), Answer) as found:
        found.socket = context.wrap_socket(found.socket, server_side=True)
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"https://127.0.0.1:{found.server_port}/"
        found.shutdown()
        thread.join()


def _asked(root: Path, address: str, paths: list[str], *, closed: bool = True) -> Path | None:
    with CrawlWriter(root / "raw", root / "work", "a", "20260101T000000Z", resume=True) as writer:
        with Client(writer.exchange, Limits(), allow_private=True, pace=Pace(0.0)) as client:
            for path in paths:
                client.get(address + path)
        receipt = Receipt("a", writer.crawl, "wordpress", address, AT, AT, "complete", [])
        return writer.close(receipt) if closed else None


def test_the_chain_that_a_server_presented_is_kept_once(
    server: str, chain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(chain / "root.pem"))
    _asked(tmp_path / "killed", server, ["1"], closed=False)
    for root in (tmp_path / "whole", tmp_path / "killed"):
        warc = _asked(root, server, ["1", "2"])
        assert warc is not None
        committed = check(warc, read_receipt(warc))
        assert committed is not None
        with warc.open("rb") as file:
            records = list(recorded(file))
        kept = [each for each in records if each.payload.startswith(b"-----BEGIN")]
        assert [(each.url, each.payload.decode()) for each in kept] == [(server, (chain / "chain.pem").read_text())]
        assert records[0] == kept[0]
        assert len(records) == committed.records


def test_a_server_that_nobody_vouches_for_is_not_asked(server: str, tmp_path: Path) -> None:
    with pytest.raises((NetworkError, AttemptError), match="certificate"):
        _asked(tmp_path, server, ["1"])
