"""How a WARC file begins."""

from __future__ import annotations

import io
import zlib
from typing import IO, Final

import zstandard

GZIP: Final = b"\x1f\x8b"
"""How gzip begins."""
ZSTD: Final = b"\x28\xb5\x2f\xfd"
"""How a Zstandard frame begins."""
WARC: Final = b"WARC/"
"""How a record begins that is not packed."""
_ZSTD_BLOCK: Final = 128 * 1024


def is_warc(file: IO[bytes]) -> bool:
    """Whether a file begins as WARC, packed or not. It is left at its beginning.

    Args:
        file: A file that can seek.

    Returns:
        Whether it does.
    """
    # The first block of a Zstandard frame is unpacked as a whole, and may be this large (RFC 8878 section 3.1.1.2.4).
    head = file.read(2 * _ZSTD_BLOCK)
    file.seek(0)
    try:
        if head.startswith(GZIP):
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, len(WARC))
        elif head.startswith(ZSTD):
            head = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(head)).read(len(WARC))
    except (zlib.error, zstandard.ZstdError):
        return False
    return head.startswith(WARC)
