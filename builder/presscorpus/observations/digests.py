"""Digests by which two observations of an item are the same or differ."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from presscorpus.observations.nonces import without_nonces
from presscorpus.observations.shapes import value

# The fields whose change makes a new version of a post. Plugin fields are left out: view counters move every hour.
CONTENT_FIELDS = (
    "title", "content", "excerpt", "slug", "link", "status", "date_gmt", "featured_media", "categories", "tags",
)  # fmt: skip
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])
_decode_content = msgspec.json.Decoder(
    msgspec.defstruct("Content", [(name, Any, None) for name in sorted(CONTENT_FIELDS)], gc=False)
)
_encode = msgspec.json.Encoder(order="sorted").encode


def of_content(body: bytes) -> str:
    """Return the digest of a post as the API gives it.

    Args:
        body: JSON of the post, an object.

    Returns:
        SHA-256 over its content fields, in hex.
    """
    try:
        content = _encode(_decode_content.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # One value that cannot be decoded counts as none; the others count still.
        keys = _decode_keys.decode(body)
        content = _encode({key: value(keys, key) for key in CONTENT_FIELDS})
    return sha(without_nonces(content))


def of_named(body: bytes) -> str:
    """Return the digest of a post whose terms are named by their slugs.

    Args:
        body: JSON of the post, an object.

    Returns:
        SHA-256 over its content fields and the names, in hex.
    """
    keys = _decode_keys.decode(body)
    told = {key: value(keys, key) for key in (*CONTENT_FIELDS, "presscorpus_terms")}
    if (own := value(keys, "presscorpus_own")) is not None:
        # Counts of buttons and related posts change without any edit.
        told["content"] = own
    return sha(without_nonces(_encode(told)))


def sha(data: bytes) -> str:
    """Return the SHA-256 of bytes in hex."""
    return hashlib.sha256(data).hexdigest()
