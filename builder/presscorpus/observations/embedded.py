"""Items that stand below `_embedded` of others.

https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/#_embed
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec

from presscorpus.observations.payload import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

# A repeated key takes the last value, as in PHP.
_DECODER = msgspec.json.Decoder(dict[str, msgspec.Raw])
# What `_embedded` holds in full, by relation (WP_REST_Server::embed_links), and the table of each.
EMBEDDED = {"author": "authors", "wp:featuredmedia": "media", "wp:term": "terms"}


def embedded(found: list[Piece]) -> list[Piece]:
    """Return the items below `_embedded` of others: authors, pictures and terms.

    Args:
        found: The items of one response.

    Returns:
        Each item that is the same byte for byte once, with ordinals that count on from the highest of `found`.
    """
    copies: dict[bytes, Piece] = {}
    place = itertools.count(max((piece.ordinal for piece in found), default=0) + 1)
    for piece in found:
        if b'"_embedded"' in piece.body:
            for raw in _below_embedded(piece.body):
                if raw not in copies:
                    copies[raw] = Piece(next(place), raw, raw, piece.repairs)
    return list(copies.values())


def _below_embedded(body: bytes) -> Iterator[bytes]:
    try:
        below = _DECODER.decode(_DECODER.decode(body).get("_embedded", b"{}"))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return
    for relation in sorted(EMBEDDED.keys() & below.keys()):  # a set has no order of its own
        yield from _objects(below[relation])


def _objects(raw: msgspec.Raw, depth: int = 0) -> Iterator[bytes]:
    """Yield the objects in a list, or in lists in a list.

    Terms are embedded as the latter: a list for each taxonomy.
    """
    try:
        listed = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return
    for each in listed:
        written = bytes(each)
        if written.startswith(b"{"):
            yield written
        elif written.startswith(b"[") and depth == 0:
            yield from _objects(each, 1)
