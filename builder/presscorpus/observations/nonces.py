"""Nonces of WordPress in content: new at each request, so that none is an edit.

`wp_create_nonce` gives ten hexadecimal digits (https://developer.wordpress.org/reference/functions/wp_create_nonce/).
They stand in hidden fields of forms, in addresses, in attributes and in scripts, always beside the word nonce. The
attribute `nonce` of a script or style is another one, of the page's content security policy.
"""

from __future__ import annotations

import re
from typing import Final

_QUOTE: Final = rb"""(?:\\?["']|&quot;|&#0?3[49];|%22)"""
_TOKEN: Final = rb"[0-9a-f]{10}(?![0-9A-Za-z])"
_NAMED: Final = re.compile(
    rb"(?i)(nonce[\w\]\[-]{0,40}" + _QUOTE + rb"?\s{0,3}(?:=|:|%3d|&#0?61;)\s{0,3}" + _QUOTE + rb"?)" + _TOKEN
)
_FIELD: Final = re.compile(rb"(?i)<input\b[^<>]{0,600}>")
_VALUE: Final = re.compile(rb"(?i)(\bvalue\s{0,3}=\s{0,3}" + _QUOTE + rb"?)" + _TOKEN)
_POLICY: Final = re.compile(rb"""(?i)(\snonce=\\?["'])[\w+/=-]{8,100}(?=\\?["'])""")


def without_nonces(content: bytes) -> bytes:
    """Remove each nonce from JSON or HTML.

    Args:
        content: Text in UTF-8.

    Returns:
        The text without the tokens; the names of their fields stay.
    """
    if b"nonce" not in content.lower():
        return content
    content = _FIELD.sub(_of_field, content)
    return _POLICY.sub(rb"\1", _NAMED.sub(rb"\1", content))


def _of_field(field: re.Match[bytes]) -> bytes:
    return _VALUE.sub(rb"\1", field[0]) if b"nonce" in field[0].lower() else field[0]
