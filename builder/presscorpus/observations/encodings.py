"""Encodings of Unicode: a byte order mark is believed, and so are the zeros of JSON that has none."""

from __future__ import annotations

import codecs
from typing import Final

# Encodings by the mark that a file begins with; that of UTF-32 begins as that of UTF-16 does.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# JSON begins with two characters of ASCII, so that its zeros tell its encoding (RFC 4627 section 3).
_ZEROS: Final = {(False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be",
          (False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be"}  # fmt: skip


def utf8(payload: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The payload in UTF-8, and the name of that repair where it was UTF-16 or UTF-32.

    What of it is no character becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(encoding, "replace").encode(), ("utf16_decoded",)
    encoding = next((name for zeros, name in _ZEROS.items() if zeros == tuple(not byte for byte in payload[:4])), "")
    return (payload.decode(encoding, "replace").encode(), ("utf16_decoded",)) if encoding else (payload, ())
