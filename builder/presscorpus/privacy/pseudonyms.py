"""Pseudonyms of people. Pure.

A pseudonym is HMAC-SHA256 (RFC 2104) with a key that only the publisher has, from the environment variable
`PRESSCORPUS_PSEUDONYM_KEY`: without it nobody can try all numbers or names until one fits. The parameters hold the id
of the key, a digest that tells one key from another and nothing about it, so that equal parameters give equal bytes.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

VARIABLE = "PRESSCORPUS_PSEUDONYM_KEY"
_SHORTEST = 32
_LARGEST = 2**63 - 1


def key_of(environ: Mapping[str, str], expected: str) -> bytes:
    """The publisher's key, from the environment, once it is known to be the one that params.yaml means.

    Raises ParamsError where it is missing, too short or another one; the message holds the id of it and nothing else.
    """
    key = environ.get(VARIABLE, "").encode()
    if len(key) < _SHORTEST:
        raise ParamsError(
            f"authors: pseudonym needs a key of {_SHORTEST} characters or more in {VARIABLE}",
            where="policy",
            advice="Make one with `openssl rand -hex 32`, and keep it: without it no pseudonym can be made again.",
        )
    if (found := key_id(key)) != expected:
        raise ParamsError(
            f"pseudonym_key is not the id of the key in {VARIABLE}, which is {found}",
            where="policy",
            advice="Set the key that the earlier releases were made with, or write its id into params.yaml.",
        )
    return key


def key_id(key: bytes) -> str:
    """What tells a key from another one: 16 hexadecimal digits."""
    return _mac(key, "id", "", "")[:16]


def pseudonyms(values: pl.DataFrame, kind: str, key: bytes) -> pl.Series:
    """A pseudonym for each value of a frame with the columns site and value: a number for numbers, else a name.

    The same person of the same site has the same one in every table and release that was made with the key. Null and
    empty values have none.
    """
    import polars as pl

    numbers = values.schema["value"].is_integer()
    distinct = values.unique().drop_nulls()
    made: list[Any] = []
    for site, value in distinct.select("site", "value").iter_rows():
        mac = _mac(key, kind, site, str(value))
        made.append((int(mac[:16], 16) % _LARGEST + 1 if numbers else f"author-{mac[:16]}") if value else None)
    known = distinct.select("site", "value").with_columns(pl.Series("new", made, dtype=values.schema["value"]))
    return values.join(known, on=["site", "value"], how="left", maintain_order="left")["new"]


def _mac(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()
