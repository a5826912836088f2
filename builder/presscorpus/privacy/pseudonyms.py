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
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
else:
    pl = lazy("polars")

VARIABLE = "PRESSCORPUS_PSEUDONYM_KEY"
_SHORTEST = 32
_LARGEST = 2**63 - 1


def key_of(environ: Mapping[str, str], expected: str) -> bytes:
    """Read the publisher's key from the environment.

    Args:
        environ: The environment.
        expected: The id of the key in params.yaml.

    Returns:
        The key.

    Raises:
        ParamsError: It is missing, too short or another one; the message holds the id of it and nothing else.
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
    """The id of a key, which tells it from another one and nothing about it.

    Args:
        key: The key.

    Returns:
        16 hexadecimal digits.
    """
    return _mac(key, "id", "", "")[:16]


def pseudonyms(values: pl.DataFrame, kind: str, key: bytes) -> pl.Series:
    """Make a pseudonym for each value.

    The same person of the same site has the same one in every table and release that was made with the key.

    Args:
        values: The columns site and value.
        kind: What the values are, as `Field.pseudonym` says: equal values of two kinds have different pseudonyms.
        key: The publisher's key.

    Returns:
        Positive numbers for numbers, otherwise names; null for null, 0 and empty values.
    """
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
