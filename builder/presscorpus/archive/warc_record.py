"""A WARC record as bytes, with the HTTP header in it as it came.

The format: ISO 28500:2017, section 4.

Reading is the business of warcio. Its writer is not used: it writes other bytes than came where a header is not ASCII,
and cannot write a status line that is not.
"""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING, Final

from zlib_ng import zlib_ng

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_VERSION: Final = "WARC/1.1"
_END: Final = b"\r\n\r\n"
_PIECE: Final = 16 * 1024
GZIP_LEVEL: Final = 5
"""Level of zlib-ng: 3 % more bytes than level 9 of zlib, which warcio uses, in an eighth of the time."""
_TYPES: Final = {"request": "application/http; msgtype=request", "response": "application/http; msgtype=response",
                 "revisit": "application/http; msgtype=response"}  # fmt: skip


def http_header(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """Return the header of an HTTP message (RFC 9112 section 2.1).

    Args:
        first: Its request line or status line.
        headers: Names and values. A character stands for one byte as in ISO 8859-1 (RFC 9110 section 5.5); where one
            is no such character, its line is written in UTF-8.

    Returns:
        The lines with the empty one at the end.
    """
    lines = (first, *(f"{name}: {value}" for name, value in headers), "", "")
    return b"\r\n".join(map(_bytes, lines))


def http_lines(header: bytes) -> list[tuple[str, str]]:
    """Return the headers of an HTTP message.

    Args:
        header: What `http_header` returned.

    Returns:
        Names and values, a character for each byte.
    """
    pairs = (line.split(": ", 1) for line in header.decode("latin-1").split("\r\n")[1:-2])
    return [(pair[0], pair[1] if len(pair) > 1 else "") for pair in pairs]


def first(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """Return the value of the first header of a name; null where there is none."""
    return next((value for each, value in headers if each.lower() == name), None)


def status_of(header: bytes) -> int | None:
    """Return the status of a response; null for a request and for no header."""
    return int(header.split(maxsplit=2)[1]) if header.startswith(b"HTTP/") else None


def parted(kind: str, block: bytes) -> tuple[bytes, bytes]:
    """Part the block of a record into HTTP header and body.

    Args:
        kind: Its WARC-Type.
        block: The block.

    Returns:
        The header with the empty line at its end, empty where that type has none, and what follows.

    Raises:
        ValueError: There is no empty line.
    """
    if kind not in _TYPES:
        return b"", block
    end = block.index(_END) + len(_END)
    return block[:end], block[end:]


def lines(kind: str, headers: Mapping[str, str], http: bytes, body: bytes) -> list[tuple[str, str]]:
    """Return the WARC headers of a record, those included that follow from its block.

    Args:
        kind: Its WARC-Type.
        headers: The others, in their order; Content-Type may be among them.
        http: The HTTP header; empty where the record has none.
        body: What follows in the block.

    Returns:
        Names and values as they are written.
    """
    block = hashlib.sha256(http)
    block.update(body)
    told = {
        "WARC-Block-Digest": f"sha256:{block.hexdigest()}",
        "Content-Type": headers.get("Content-Type") or _TYPES.get(kind, "application/json"),
        "Content-Length": str(len(http) + len(body)),
    }
    return list((dict(headers) | told).items())


def write(file: IO[bytes], headers: Iterable[tuple[str, str]], http: bytes, body: bytes) -> None:
    """Write a record as a gzip member of its own (ISO 28500:2017 annex D).

    Args:
        file: A file that is open for writing; it is not flushed.
        headers: What `lines` returned.
        http: The HTTP header; empty where the record has none.
        body: What follows in the block.

    Raises:
        OSError: The disk is full.
    """
    header = "\r\n".join([_VERSION, *(f"{name}: {value}" for name, value in headers), "", ""]).encode()
    member = zlib_ng.compressobj(GZIP_LEVEL, wbits=zlib_ng.MAX_WBITS | 16)
    # The size of the pieces shows in the compressed bytes, which an import made again has to have.
    pieces = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    for piece in (header, http, *pieces, _END):
        file.write(member.compress(piece))
    file.write(member.flush())


def _bytes(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape")
