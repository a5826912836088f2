"""People: whose names a site's tables hold, and pseudonyms that stand for them. Pure.

**Names.** Where authors are not named, their names are looked for in what was collected (the table of authors, bylines
among the links, and what plugins say about authors), and `privacy/policy.py` strikes them from all that leaves. A name
is struck if it has two words or more; a single word is as likely to be a word. Who is mentioned only in a text, as a
subject of it, is no author and stays.

**Pseudonyms** are HMAC-SHA256 (RFC 2104) with a key that only the publisher has, from the environment variable
`PRESSCORPUS_PSEUDONYM_KEY`: without it nobody can try all numbers or names until one fits. The parameters hold the id
of the key, a digest that tells one key from another and nothing about it, so that equal parameters give equal bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl

VARIABLE = "PRESSCORPUS_PSEUDONYM_KEY"
_SHORTEST = 32
_LARGEST = 2**63 - 1
_BYLINE = re.compile(r"/author/([^/?#\s]+)|[?&]author_name=([^&#\s]+)")
# Keys under which plugins and themes put an author: Yoast, Rank Math, Co-Authors Plus, PublishPress, Jetpack, Parse.ly.
_KEYS = frozenset({
    "author", "authors", "author_name", "author_info", "byline", "coauthors", "creator", "display_name",
    "ppma_author", "user_nicename", "written by",
})  # fmt: skip
_OF_PERSON = ("name", "display_name", "nickname", "slug", "user_nicename")
_DEEPEST = 12
_FEWEST, _MOST = 2, 6  # words of a name
# Before or after a name, and no part of it; and what plugins say where there is none.
_LEAD = re.compile(r"^(?:by|von|par|por|di|yazar:?|автор:?)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


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


def learned(authors: pl.DataFrame, links: pl.DataFrame, extras: Iterable[str]) -> set[str]:
    """The names of a site's authors, in all forms in which they may stand in a text, and the slugs made of them.

    `authors` are rows of that table, `links` those with the columns text, rel and resolved that may be bylines, and
    `extras` JSON of plugins.
    """
    found: set[str] = set()
    for row in authors.select("name", "slug").iter_rows():
        found.update(name for name in row if name)
    for text, rel, resolved in links.select("text", "rel", "resolved").iter_rows():
        byline = _BYLINE.search(resolved or "")
        if byline:
            found.add(unquote(byline[1] or byline[2]))
        if text and (byline or "author" in (rel or "").lower().split()):
            found.add(text)
    for extra in extras:
        found.update(_named(msgspec.json.decode(extra), 0))
    return {form for name in found for form in _forms(name)}


def _named(value: Any, depth: int, *, inside: bool = False) -> Iterator[str]:
    """The names in a value of a plugin: strings under an author's key, and what objects of people are called."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        if inside:
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, depth + 1, inside=inside)
    elif isinstance(value, dict):
        person = inside or value.get("@type") == "Person"
        for key, each in value.items():
            own = person and key in _OF_PERSON
            yield from _named(each, depth + 1, inside=own or key.strip().lower() in _KEYS)


def _forms(name: str) -> Iterator[str]:
    """A name as written, and what links make of it; nothing for a single word, an address or a sentence."""
    name = _LEAD.sub("", " ".join(name.split())).strip(" ,;:|")
    parts = name.split("-") if " " not in name else name.split(" ")
    if not _FEWEST <= len(parts) <= _MOST or "/" in name or not all(_WORD.match(part) for part in parts):
        return
    yield from (name, name.replace("&", "&amp;"), name.replace("'", "&#8217;"), name.replace("'", "’"))
    if " " in name:
        words = [word.strip(".").lower() for word in parts]
        yield from ("-".join(words), "_".join(words), "%20".join(parts), "+".join(parts))
        if len(parts) == _FEWEST:  # a given name and a family name, as catalogues turn them
            yield f"{parts[1]}, {parts[0]}"
