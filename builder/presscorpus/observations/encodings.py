"""Encodings of Unicode, told by a byte order mark or by the zeros of JSON."""

from __future__ import annotations

import codecs
from typing import Final

# Encodings by byte order mark. UTF-32 comes first, because its mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# JSON begins with two characters of ASCII, so that its zeros tell its encoding (RFC 4627 section 3).
_ZEROS: Final = {(False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be",
          (False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be"}  # fmt: skip


def utf8(payload: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return a payload in UTF-8.

    Args:
        payload: Bytes as received.

    Returns:
        The bytes, as they are unless they were UTF-16 or UTF-32; what of those is no character becomes U+FFFD. And the
        names of repairs: `utf16_decoded` or none.
    """
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(encoding, "replace").encode(), ("utf16_decoded",)
    encoding = next((name for zeros, name in _ZEROS.items() if zeros == tuple(not byte for byte in payload[:4])), "")
    return (payload.decode(encoding, "replace").encode(), ("utf16_decoded",)) if encoding else (payload, ())
