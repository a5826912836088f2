"""Canonical JSON (RFC 8785) of statements.

What is hashed, signed and time-stamped.

Statements hold strings, whole numbers below 2^53, booleans, null, lists and objects with ASCII keys, and no fractions,
so that sorted keys, no white space and the shortest escapes are all that RFC 8785 asks for.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def encode(value: object) -> bytes:
    """Write a value as canonical JSON.

    Args:
        value: Strings, whole numbers, booleans, null, lists and dicts of them.

    Returns:
        UTF-8 without white space and without a line end.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a value, in hex."""
    return hashlib.sha256(encode(value)).hexdigest()


def decode(data: bytes) -> Any:
    """Read JSON that is canonical, and nothing else.

    Args:
        data: UTF-8 without a line end.

    Returns:
        Its value.

    Raises:
        ValueError: It is no JSON, or the same value has another canonical form: keys twice, white space, escapes.
    """
    try:
        value = json.loads(data.decode())
        if encode(value) == data:
            return value
    except (ValueError, RecursionError, UnicodeEncodeError):
        pass
    raise ValueError("is no canonical JSON")
