"""Receiving a body: as it came for the archive, decoded for us, and never more than the limit of either."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

import httpcore2

if TYPE_CHECKING:
    import httpx2

# zlib's window for gzip or zlib streams, told apart by their header. RFC 1950, RFC 1952.
_EITHER = zlib.MAX_WBITS | 32
_UNDONE = frozenset({"gzip", "x-gzip", "deflate"})
_STEP = 256 * 1024


class Body(NamedTuple):
    """A body: `raw` as received, `decoded` with gzip undone.

    `truncated` is "length" where the limit cut it, null otherwise. In a coding that we never asked for (RFC 9110
    section 12.5.3) `decoded` is as received: it is evidence, and nobody can read it.
    """

    raw: bytes
    decoded: bytes
    truncated: str | None


def receive(response: httpx2.Response, limit: int) -> Body:
    """Read a streamed body to its end, or until `limit` bytes of it, decoded or not, are there.

    Raises httpx2's and httpcore2's errors when the body ends before it is complete: shorter than its Content-Length,
    chunks that never end, gzip without its trailer.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    raw, decoded = bytearray(), bytearray()
    inflate = zlib.decompressobj(_EITHER) if coding in _UNDONE else None
    for chunk in response.iter_raw():
        room = limit - len(raw)
        raw += chunk[:room]
        if inflate is not None and not _inflate(inflate, chunk, decoded, limit):
            return Body(bytes(raw), bytes(decoded), "length")
        if len(chunk) > room:
            return Body(bytes(raw), bytes(decoded if inflate else raw), "length")
    if inflate is None:
        return Body(bytes(raw), bytes(raw), None)
    if raw and not inflate.eof:
        raise httpcore2.RemoteProtocolError("the compressed body ends too early")
    return Body(bytes(raw), bytes(decoded), None)


def _inflate(inflate: zlib._Decompress, chunk: bytes, decoded: bytearray, limit: int) -> bool:
    """Undo a piece of gzip, step by step so that a bomb cannot go off. False when it would pass the limit."""
    while chunk:
        try:
            decoded += inflate.decompress(chunk, min(_STEP, limit - len(decoded) + 1))
        except zlib.error as error:
            raise httpcore2.RemoteProtocolError(f"the compressed body is damaged: {error}") from None
        if len(decoded) > limit:
            del decoded[limit:]
            return False
        chunk = inflate.unconsumed_tail
    return True
