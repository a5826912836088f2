"""The pages of a site as three tools archive them: GNU Wget, browsertrix, and a replay that rewrites links."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.wordpress.packages import wget

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LINK: Final = re.compile(rb"""((?:href|src|action)=["'])(https?://[^"']*)""")
REPLAY: Final = "https://web.archive.org/web/20260102030405"
_TOOLBAR: Final = b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><h1>Captures</h1><!-- END WAYBACK TOOLBAR INSERT -->"


def by_wget(urls: Iterable[str], file: Path) -> Path:
    """Fetch pages into a WARC."""
    listed = file.with_suffix(".txt")
    listed.write_text("\n".join(urls))
    command = (*wget(), "--quiet", "--tries=1", f"--warc-file={file}", "--output-document=/dev/null")
    done = subprocess.run((*command, f"--input-file={listed}"), capture_output=True, text=True, check=False)
    if done.returncode not in {0, 8}:  # 8: a server answered with an error
        raise RuntimeError(done.stderr)
    return file.with_name(f"{file.name}.warc.gz")


def as_wacz(warcs: Iterable[Path], file: Path) -> Path:
    """Pack WARC files as browsertrix does (https://specs.webrecorder.net/wacz/1.1.1/)."""
    with zipfile.ZipFile(file, "w") as packed:
        for number, warc in enumerate(warcs):
            packed.write(warc, f"archive/rec-{number}.warc.gz")
        packed.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n')
        packed.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1", "resources": []}')
    return file


def rewritten(warcs: Iterable[Path], file: Path) -> Path:
    """Archive the pages again as the Internet Archive replays them: with its links, toolbar and headers."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for warc in warcs:
        with warc.open("rb") as source:
            for record in ArchiveIterator(source):
                kind = record.http_headers and record.http_headers.get_header("Content-Type")
                if record.rec_type != "response" or "html" not in (kind or ""):
                    continue
                body = _LINK.sub(rb"\1" + REPLAY.encode() + rb"/\2", record.content_stream().read())
                body = re.sub(rb"(<body[^>]*>)", rb"\1" + _TOOLBAR, body, count=1)
                headers = [("Content-Type", kind), *(("X-Archive-Orig-Link", value) for value in _links(record))]
                http = StatusAndHeaders(record.http_headers.statusline, headers, protocol="HTTP/1.1")
                url = f"{REPLAY}/{record.rec_headers.get_header('WARC-Target-URI').strip('<>')}"
                writer.write_record(
                    writer.create_warc_record(url, "response", io.BytesIO(body), length=len(body), http_headers=http)
                )
    file.write_bytes(out.getvalue())
    return file


def _links(record: object) -> list[str]:
    headers: list[tuple[str, str]] = record.http_headers.headers  # type: ignore[attr-defined]  # of warcio
    return [value for name, value in headers if name.lower() == "link"]


def html_of(warcs: Iterable[Path]) -> dict[str, str]:
    """The pages of WARC files by their addresses."""
    found: dict[str, str] = {}
    for warc in warcs:
        with warc.open("rb") as source:
            for record in ArchiveIterator(source):
                if record.rec_type == "response":
                    url = record.rec_headers.get_header("WARC-Target-URI").strip("<>")
                    found[url] = record.content_stream().read().decode("utf-8", "replace")
    return found
