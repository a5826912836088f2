"""Counts of a release for its card: languages, times, states, redactions."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.lazy import lazy
from presscorpus.privacy.address_marks import EMAIL, NAME, PHONE, TAKEN
from presscorpus.privacy.policy import redactable
from presscorpus.release import period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def compose(posts: pl.LazyFrame, redacted: Iterable[Redacted]) -> Composition:
    """Count the released posts by kind.

    Args:
        posts: The released table.
        redacted: The redactions of all released tables.

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
        tuple(redacted),
    )


def marks(schema: Schema, rows: pl.DataFrame) -> Counter[tuple[str, str]]:
    """Count the marks of redaction in rows that are released.

    Args:
        schema: Their table.
        rows: Some of its rows, as they are written.

    Returns:
        How often each mark stands in each column, by column and mark, without those that stand nowhere.
    """
    names = _of_words(schema)
    counted: Counter[tuple[str, str]] = Counter()
    # Nearly no value holds a mark, which one pass tells.
    holds = rows.select(pl.col(names).str.contains(_ANY_MARK).any()).row(0, named=True) if names else {}
    for name in (name for name, any_mark in holds.items() if any_mark):
        for mark in _MARKS:
            counted[name, mark] = int(rows[name].str.count_matches(mark, literal=True).sum())
    return +counted


def redacted(schema: Schema, counted: Mapping[tuple[str, str], int]) -> tuple[Redacted, ...]:
    """List the redactions of a table.

    Args:
        schema: The table.
        counted: What `marks` counted in all its rows.

    Returns:
        Redactions in the order of columns.
    """
    return tuple(
        Redacted(what, schema.name, name, counted[name, mark])
        for name in _of_words(schema)
        for mark, what in _MARKS.items()
        if (name, mark) in counted
    )


def _of_words(schema: Schema) -> list[str]:
    """The columns that may hold marks, without lists, which hold slugs."""
    return [field.name for field in schema.fields if not field.item and redactable(field)]
