"""Counts of a release for its card: languages, times, states, redactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.lazy import lazy
from presscorpus.privacy.policy import redactable
from presscorpus.privacy.redaction import EMAIL, NAME, PHONE, TAKEN
from presscorpus.release import period

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from presscorpus.config.schema import Schema
else:
    pl = lazy("polars")

_MARKS = {EMAIL: "e-mail addresses", PHONE: "telephone numbers", NAME: "names of authors", TAKEN: "mentions"}
_ANY_MARK = "|".join(map(re.escape, _MARKS))


class Kind(NamedTuple):
    """How many posts are in a language and script, each null where not known."""

    language: str | None
    script: str | None
    posts: int


class Redacted(NamedTuple):
    """How many redactions a column has.

    `what` names the kind of what was redacted, in the plural.
    """

    what: str
    table: str
    column: str
    times: int


class Composition(NamedTuple):
    """What the posts of a release are.

    `kinds` are the most frequent first. `first` and `last` are the months of publication (2026-11), null where no post
    has a time, without the `strays` of `release/period.py`. `states` counts posts by state, `taken_down` those without
    content for that reason. `redacted` counts redactions, in the order of tables and columns.
    """

    kinds: tuple[Kind, ...] = ()
    first: str | None = None
    last: str | None = None
    strays: int = 0
    states: tuple[tuple[str, int], ...] = ()
    taken_down: int = 0
    redacted: tuple[Redacted, ...] = ()


def compose(posts: pl.LazyFrame, tables: Iterable[tuple[Schema, pl.LazyFrame]]) -> Composition:
    """Count the released posts by kind, and the redactions of all released tables.

    Args:
        posts: The released table.
        tables: All released tables, each with its schema.

    Returns:
        The counts.
    """
    kinds = (
        posts.group_by("language", "script")
        .len("posts")
        .sort(-pl.col("posts").cast(posts.collect_schema()["id"]), "language", "script", nulls_last=True)
        .collect()
    )
    down = posts.select(pl.col("takedown_reason").count()).collect().item()
    when = period.period(posts)
    states = posts.group_by("state").len().sort("state").collect()
    return Composition(
        tuple(Kind(*row) for row in kinds.rows()),
        f"{when.first:%Y-%m}" if when.first else None,
        f"{when.last:%Y-%m}" if when.last else None,
        when.strays,
        tuple((str(state), int(count)) for state, count in states.iter_rows()),
        down,
        tuple(each for schema, frame in tables for each in _redacted(schema, frame)),
    )


def _redacted(schema: Schema, frame: pl.LazyFrame) -> list[Redacted]:
    """The redactions of a table by column, but for lists, which hold slugs."""
    names = [field.name for field in schema.fields if not field.item and redactable(field)]
    counts = frame.select(
        # Nearly no value holds a mark, which one pass tells.
        pl.col(name)
        .filter(pl.col(name).str.contains(_ANY_MARK))
        .str.count_matches(mark, literal=True)
        .sum()
        .alias(f"{number}/{name}")
        for name in names
        for number, mark in enumerate(_MARKS)
    ).collect(engine="streaming")
    found = []
    for column, count in counts.row(0, named=True).items() if names else ():
        number, _, name = column.partition("/")
        if count:
            found.append(Redacted(list(_MARKS.values())[int(number)], schema.name, name, count))
    return found
