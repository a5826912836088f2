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
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from presscorpus.archive import permissions, warc_record
from presscorpus.archive.commitment import keeping
from presscorpus.archive.reader import BEFORE, FILE, REVISIT, counted, decoded, link_of
from presscorpus.archive.receipt import decode
from presscorpus.archive.receipt_file import as_file, receipt_path, verify
from presscorpus.lazy import lazy
from presscorpus.storage import atomic
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warcio import archiveiterator

    from presscorpus.archive.receipt import Erasure

    Edit = Callable[[bytes, str, int | None, str | None, str | None], tuple[bytes, list[Erasure]]]
else:
    archiveiterator = lazy("warcio.archiveiterator")

# Headers of the response that are no longer true of the body that is stored.
_OF_BODY = frozenset({"content-encoding", "content-length"})
_OF_BLOCK = frozenset({"Content-Length", "WARC-Block-Digest"})


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
            atomic.write(waiting, as_file(done), durable=True)
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
        iterator = archiveiterator.ArchiveIterator(file, no_record_parse=True)
        for record in iterator:
            start = iterator.offset
            http, body = warc_record.parted(record.rec_type, bytes(record.raw_stream.read()))
            edited, erasures = _edited(record, http, body, edit)
            iterator.read_to_end()
            if erasures:
                found += erasures
                _write(out, record, http, edited)
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


def _edited(record: Any, http: bytes, body: bytes, edit: Edit) -> tuple[bytes, list[Erasure]]:
    if record.rec_type not in {"response", "resource", "continuation"}:
        return body, []
    of_answer = warc_record.http_lines(http)
    headers = record.rec_headers
    file = headers.get_header(FILE)
    edited, erasures = edit(
        decoded(body, warc_record.first(of_answer, "content-encoding")),
        headers.get_header("WARC-Target-URI"),
        warc_record.status_of(http),
        link_of(of_answer),
        None if file is None else unquote(file),
    )
    identity = headers.get_header("WARC-Record-ID").strip("<>")
    digest = hashlib.sha256(body).hexdigest()
    return edited, [msgspec.structs.replace(each, record_id=identity, body_digest=digest) for each in erasures]


def _write(out: IO[bytes], record: Any, http: bytes, body: bytes) -> None:
    """Write the record with another body: same id, address, time and status."""
    old = {name: value for name, value in record.rec_headers.headers if name not in _OF_BLOCK}
    headers = {
        **old,
        BEFORE: old.get(BEFORE, old["WARC-Payload-Digest"]),
        "WARC-Payload-Digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
    }
    if http:
        lines = [
            (f"X-Archive-Orig-{name}" if name.lower() in _OF_BODY else name, value)
            for name, value in warc_record.http_lines(http)
        ]
        http = warc_record.http_header(http.decode("latin-1").split("\r\n", 1)[0], lines)
    warc_record.write(out, warc_record.lines(record.rec_type, headers, http, body), http, body)
