"""Receive a body, as it came and decoded, both within a limit."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

import httpcore2
import msgspec

from presscorpus.archive.reader import decoded

if TYPE_CHECKING:
    import httpx2

# zlib's window for gzip or zlib streams, told apart by their header. RFC 1950, RFC 1952.
_EITHER = zlib.MAX_WBITS | 32
_COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP = b"\x1f\x8b"
_STEP = 256 * 1024


class Body(NamedTuple):
    """A body, as received (`raw`) and with its content codings undone (`decoded`).

    `truncated` is "length" where the limit cut it, null otherwise. What no coding explains stays as it is received: it
    is evidence, and whoever reads it decides what it holds.
    """

    raw: bytes
    decoded: bytes
    truncated: str | None


def receive(response: httpx2.Response, limit: int) -> Body:
    """Read a streamed body to its end, or until `limit` bytes of it are there.

    The bytes count, not their label: plain JSON that is called gzip, gzip within gzip, and gzip without its trailer are
    read where a whole JSON value comes of it.

    Args:
        response: A response whose body was not read yet.
        limit: The most bytes to take, of the body as received and decoded.

    Returns:
        The body, cut at the limit where it is larger.

    Raises:
        httpcore2.RemoteProtocolError: The compressed stream is cut short or damaged.
        httpx2.TransportError: The body ends before its Content-Length or its last chunk.
    """
    raw, truncated = bytearray(), None
    for chunk in response.iter_raw():
        space = limit - len(raw)
        raw += chunk[:space]
        if len(chunk) > space:
            truncated = "length"
            break
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    body = decoded(bytes(raw), coding, limit + 1)
    if len(body) > limit:
        return Body(bytes(raw), body[:limit], "length")
    if truncated is None and coding in _COMPRESSED and _is_cut(bytes(raw), coding) and not _is_json(body):
        raise httpcore2.RemoteProtocolError("the compressed body ends too early or is damaged")
    return Body(bytes(raw), body, truncated)


def announced(response: httpx2.Response) -> int:
    """Return the size that an answer names before it comes (Content-Length).

    Args:
        response: A response whose body was not read yet.

    Returns:
        Bytes; 0 where it names none.
    """
    length = response.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() else 0


def _is_cut(raw: bytes, coding: str) -> bool:
    """Whether a stream that begins as its label says does not end as one."""
    if not raw or (coding != "deflate" and not raw.startswith(_GZIP)):
        return False
    inflate = zlib.decompressobj(_EITHER)
    try:
        rest = raw
        while rest and not inflate.eof:
            inflate.decompress(rest, _STEP)
            rest = inflate.unconsumed_tail
    except zlib.error:
        # What many servers call deflate lacks the header of RFC 1950, and no checksum ends it.
        return coding != "deflate"
    return not inflate.eof


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True
