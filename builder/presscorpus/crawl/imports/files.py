"""Captures that somebody already has, as they lie on disk: JSON files, JSON Lines, web archives, folders of them."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

import zstandard

from presscorpus.archive.writer import SEGMENT_BYTES
from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDINGS = (
    *(kind + packed for kind in (".json", ".jsonl", ".ndjson", ".warc") for packed in ("", ".gz", ".zst")),
    ".wacz",
)


def find(source: Path) -> tuple[list[Path], list[str]]:
    """The files of a source, in the order of their names: the file itself, or all JSON and web archives below a folder.

    The second list has a line for each folder below that may not be read. Raises SourceError when there is nothing
    there, or nothing that may be read.
    """
    if source.is_file():
        if not os.access(source, os.R_OK):
            raise _shut(source)
        return [source], []
    if not source.is_dir():
        raise SourceError("there is no such file or folder", where=str(source))
    shut: list[OSError] = []
    # Walking, not globbing: a folder that may not be read must not look like an empty one.
    found = [
        Path(folder, name)
        for folder, _, names in os.walk(source, onerror=shut.append)
        for name in names
        if name.lower().endswith(ENDINGS) and Path(folder, name).is_file()
    ]
    if not found and shut:
        raise _shut(Path(shut[0].filename))
    if not found:
        raise SourceError(
            "holds no JSON and no web archive",
            where=str(source),
            advice=f"Looked for files ending in {', '.join(ENDINGS)}.",
        )
    ordered = sorted(found, key=lambda path: os.fsencode(path.relative_to(source).as_posix()))
    return ordered, [f"{shown(os.path.relpath(error.filename, source))}: may not be read" for error in shut]


def _shut(path: Path) -> SourceError:
    return SourceError("may not be read", where=str(path), advice="Check its permissions.")


def shown(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def digest(source: Path, files: list[Path]) -> str:
    """SHA-256 over names and bytes of the files of a source: it changes when any of them does."""
    whole = hashlib.sha256()
    for path in files:
        name = path.name if path == source else path.relative_to(source).as_posix()
        try:
            of_file = digest_of(path)
        except OSError as error:
            of_file = str(error.strerror)
        whole.update(os.fsencode(name) + f" {of_file}\n".encode())
    return whole.hexdigest()


def unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    """What a file of JSON holds, by the ending of its name: unpacked from gzip or Zstandard, or as it is."""
    if name.lower().endswith(".gz"):
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if name.lower().endswith(".zst"):
        return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    return raw


def segments(file: IO[bytes], max_bytes: int) -> Iterator[bytes]:
    """Pieces of about SEGMENT_BYTES that end at line ends. Raises OSError for a line longer than `max_bytes`."""
    rest = b""
    while block := file.read(SEGMENT_BYTES):
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end]
        rest = data[end:]
        if len(rest) > max_bytes:
            raise OSError(f"a line is longer than {max_bytes} bytes")
    if rest:
        yield rest


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def nothing(source: Path, troubles: list[str]) -> SourceError:
    """The error about a source in which nothing is an item; the first of its troubles tells why."""
    return SourceError(
        f"holds no post, term or other item of a WordPress site: {troubles[0] if troubles else 'only empty lists'}",
        where=str(source),
        advice="Expected are answers of a REST API, such as /wp-json/wp/v2/posts gives, as JSON or in a web archive.",
    )
