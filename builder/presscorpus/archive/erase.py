"""Erasing items from a closed crawl: the only code that rewrites an archive file.

It runs only when a person asks for it. A record that holds such an item gets a body in which a note stands in the
item's place: its number and type, why it is gone, and the SHA-256 of what was there. Its id, address, time and status
stay, and its headers name the digest of the body before (`X-Presscorpus-Erased-Digest`). Every other record stays as it
is, byte for byte. The receipt lists what was erased, and its digests are those of the new file, so that the archive can
be verified as before. The root that it commits to stays, and with it, for each record that was changed, the hashes of
what was there: everything else can still be proved.
"""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from presscorpus.archive import permissions
from presscorpus.archive.commitment import keeping
from presscorpus.archive.reader import BEFORE, FILE, REVISIT, counted, decoded, link_of
from presscorpus.archive.receipt import decode, encode, receipt_path, verify
from presscorpus.storage import atomic
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from presscorpus.archive.receipt import Erasure

    Edit = Callable[[bytes, str, int | None, str | None, str | None], tuple[bytes, list[Erasure]]]

# Headers of the response that are no longer true of the body that is stored.
_OF_BODY = frozenset({"content-encoding", "content-length"})


def erase(warc: Path, edit: Edit) -> list[Erasure]:
    """Remove items from a closed crawl and note each erasure in its receipt.

    A file from which nothing is removed is not touched. Archive file and receipt are replaced one after the other; the
    next call completes what a killed one left between the two.

    Args:
        warc: The archive file.
        edit: Called with payload, address and status (null for an imported file) of each record that holds items, and
            with the address as an item names it where the record is a media file; returns the payload without the
            items, and what it removed. `erase` fills in `record_id` and `body_digest`.

    Returns:
        What was removed, in the order of the archive; empty where nothing was.

    Raises:
        ArchiveError: The file or its receipt is missing or damaged.
        OSError: The disk is full, or the folder may not be written.
    """
    finish(warc)
    receipt, waiting = verify(warc), _waiting(warc)
    partial = warc.with_name(f".{warc.name}.partial")
    try:
        erasures, content = _copy(warc, partial, edit)
        if erasures:
            done = msgspec.structs.replace(
                receipt,
                content_digest=content,
                file_digest=sha256_of(partial),
                erasures=[*receipt.erasures, *erasures],
                replaces=[*(receipt.replaces or []), receipt.file_digest],
                commitment=keeping(warc, receipt, {each.record_id for each in erasures}),
            )
            atomic.write(waiting, encode(done), durable=True)
            for path in (partial, waiting):
                permissions.set_mode(path, receipt, warc)
            partial.replace(warc)
            waiting.replace(receipt_path(warc))
    finally:
        partial.unlink(missing_ok=True)
    return erasures


def finish(warc: Path) -> None:
    """Install the new receipt of an archive file that a killed `erase` had replaced.

    Args:
        warc: The archive file. Nothing happens where no receipt waits, or where it is damaged or belongs to another
            content.

    Raises:
        OSError: The file cannot be read, or its folder may not be written.
    """
    waiting = _waiting(warc)
    try:
        expected = decode(waiting.read_bytes()).file_digest
    except (FileNotFoundError, ValueError):
        return
    if expected == sha256_of(warc):
        waiting.replace(receipt_path(warc))


def _waiting(warc: Path) -> Path:
    return receipt_path(warc).with_suffix(".json.erased")


def _copy(warc: Path, partial: Path, edit: Edit) -> tuple[list[Erasure], str]:
    """Copy the records, edited where they hold what is erased.

    Returns:
        The erasures and the new content digest.
    """
    found: list[Erasure] = []
    digests = hashlib.sha256()
    with warc.open("rb") as file, warc.open("rb") as plain, permissions.open_private(partial) as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        iterator = ArchiveIterator(file)
        for record in iterator:
            start = iterator.offset
            body = bytes(record.raw_stream.read())
            edited, erasures = _edited(record, body, edit)
            iterator.read_to_end()
            if erasures:
                found += erasures
                writer.write_record(_rebuilt(writer, record, edited))
            else:
                plain.seek(start)
                out.write(plain.read(iterator.offset - start))
            digests.update((hashlib.sha256(edited).hexdigest() if erasures else _stored(record, body)).encode())
        out.flush()
        os.fsync(out.fileno())
    return found, digests.hexdigest()


def _stored(record: Any, body: bytes) -> str:
    """The payload digest of a record that stays as it is."""
    if record.rec_type == REVISIT:
        claimed = record.rec_headers.get_header("WARC-Payload-Digest").removeprefix("sha256:")
        return counted(claimed, repeats=True)
    return hashlib.sha256(body).hexdigest()


def _edited(record: Any, body: bytes, edit: Edit) -> tuple[bytes, list[Erasure]]:
    if record.rec_type not in {"response", "resource", "continuation"}:
        return body, []
    status = record.http_headers.get_statuscode() if record.http_headers else None
    coding = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    headers = record.rec_headers
    file = headers.get_header(FILE)
    edited, erasures = edit(
        decoded(body, coding),
        headers.get_header("WARC-Target-URI"),
        int(status) if status else None,
        link_of(record.http_headers.headers) if record.http_headers else None,
        None if file is None else unquote(file),
    )
    identity = headers.get_header("WARC-Record-ID").strip("<>")
    digest = hashlib.sha256(body).hexdigest()
    return edited, [msgspec.structs.replace(each, record_id=identity, body_digest=digest) for each in erasures]


def _rebuilt(writer: WARCWriter, record: Any, body: bytes) -> Any:
    """The record with another body: same id, address, time and status."""
    digest = hashlib.sha256(body).hexdigest()
    old = dict(record.rec_headers.headers)
    headers = {
        name: value for name, value in old.items() if name.lower() not in {"content-length", "warc-block-digest"}
    }
    headers.setdefault(BEFORE, old["WARC-Payload-Digest"])
    headers["WARC-Payload-Digest"] = f"sha256:{digest}"
    http = None
    if record.http_headers is not None:
        lines = [
            (f"X-Archive-Orig-{name}" if name.lower() in _OF_BODY else name, value)
            for name, value in record.http_headers.headers
        ]
        http = StatusAndHeaders(record.http_headers.statusline, lines, protocol=record.http_headers.protocol)
        http.compute_headers_buffer()
    block = hashlib.sha256((http.headers_buff if http else b"") + body).hexdigest()
    return writer.create_warc_record(
        old["WARC-Target-URI"],
        record.rec_type,
        payload=BytesIO(body),
        length=len(body),
        warc_headers_dict=headers | {"WARC-Block-Digest": f"sha256:{block}"},
        http_headers=http,
    )
