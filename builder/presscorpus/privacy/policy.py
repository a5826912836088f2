"""What may leave: the one door out, by each field's `exposure` and by the policy of each row's site.

`public` leaves always: addresses, times, numbers, digests. `content`, what was published, leaves with `text: full`;
with `text: excerpt` only the columns of `IN_EXCERPT` do. `person`, what names or shows somebody and whatever a plugin
added, leaves with `authors: named`. Since a person's column of text may repeat the content (plugins copy it, a comment
is one), it needs `text: full` besides, except in the table of authors, whose rows are about those who are named. With
`authors: pseudonym` the columns that the schema marks so leave as pseudonyms, and no other.

Rows of `authors` leave where authors are named, rows of `comments` where `comments` is true. So comments with authors
withheld are rows without names and words: what was answered, and when.

What leaves as text has been read by `privacy/redaction.py` before: e-mail addresses and telephone numbers by `redact`,
and the names that `privacy/names.py` knows where authors are not named. That holds for every column of words, whatever
its exposure, but for keys and for what params.yaml says itself.

Nothing here knows a column by its name but for `IN_EXCERPT`. A row whose site has no policy, a column that no schema
declares and an exposure that is not understood end in an error, never in a release.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.errors import RefusedError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from presscorpus.config.params import Policy
    from presscorpus.config.schema import Field, Schema

SITE = "site"
IN_EXCERPT = frozenset({"title", "excerpt"})
"""The content columns that stay with `text: excerpt`: what a site itself shows in its lists and feeds."""


class Door(NamedTuple):
    """Everything that decides what leaves.

    `policies` maps the names of sites to their policies, `names` those whose authors are not named to the names that
    are struck. `key` makes pseudonyms; without one a pseudonym is null.
    """

    policies: Mapping[str, Policy]
    names: Mapping[str, Sequence[str]] = {}
    key: bytes | None = None


_PEOPLE = "authors"
_LINKS = "links"
_COMMENTS = "comments"
# What cannot hold a word of anybody's: a person's column of such a type is a number or a time.
_WORDLESS = frozenset({"integer", "number", "boolean", "datetime"})


def released(table: str, frame: pl.LazyFrame, schema: Schema, door: Mapping[str, Policy] | Door) -> pl.LazyFrame:
    """The rows and values of `frame` that may leave; columns, their order and types stay the same.

    A withheld value is null, a withheld row is missing, the order of the others is kept. Policies alone are a door
    that knows no names and no key. The column `site` is read at once; all else stays lazy.

    Raises RefusedError for a row whose site has no policy, SchemaError for columns other than the schema's and for an
    exposure that is not understood.
    """
    import polars as pl

    door = door if isinstance(door, Door) else Door(door)
    found = frame.collect_schema().names()
    if found != schema.names or SITE not in schema.by_name:
        strange = sorted(set(found) ^ set(schema.names)) or found
        raise SchemaError(f"columns are not those of the schema: {strange}", where=table)
    _check_sites(table, frame, door.policies)
    rows = [site for site, policy in door.policies.items() if _rows_leave(table, policy)]
    kept = frame.filter(pl.col(SITE).is_in(rows))
    columns = []
    for field in schema.fields:
        # Asked of each policy, so that an exposure nobody understands is met even where there are no rows.
        allowed = [site for site, policy in door.policies.items() if _leaves(table, field, policy)]
        if len(allowed) < len(door.policies) or not door.policies:
            kind = schema.polars[field.name]
            columns.append(_limited(field, allowed, door, kind).cast(kind).alias(field.name))
    return _redacted(table, kept.with_columns(columns), schema, door)


def _limited(field: Field, allowed: list[str], door: Door, kind: pl.DataType) -> pl.Expr:
    """A column whose values leave for some sites only; for others perhaps as pseudonyms."""
    import polars as pl

    kept = pl.when(pl.col(SITE).is_in(allowed)).then(pl.col(field.name)) if allowed else pl.lit(None)
    behind = [site for site, policy in door.policies.items() if policy.authors == "pseudonym"]
    if field.pseudonym is None or door.key is None or not behind:
        return kept
    make = partial(_pseudonyms, kind=field.pseudonym, key=door.key)
    made = pl.struct(site=SITE, value=field.name).map_batches(make, return_dtype=kind)
    return pl.coalesce(kept, pl.when(pl.col(SITE).is_in(behind)).then(made))


def _pseudonyms(values: pl.Series, kind: str, key: bytes) -> pl.Series:
    from presscorpus.privacy.names import pseudonyms

    return pseudonyms(values.struct.unnest(), kind, key)


def _redacted(table: str, frame: pl.LazyFrame, schema: Schema, door: Door) -> pl.LazyFrame:
    """The frame with every column of words read for what its site blots out."""
    import polars as pl

    from presscorpus.privacy.redaction import of_kind, redactable

    keys = {*schema.primary_key, *(name for key in schema.foreign_keys for name in key.fields)}
    words = [field.name for field in schema.fields if field.name not in keys and redactable(field)]
    if table == _LINKS:
        for rules in {policy.redact for policy in door.policies.values()}:
            frame = of_kind(frame, rules, [site for site, policy in door.policies.items() if policy.redact == rules])
    blot = partial(_blotted, door=door)
    return frame.with_columns(
        pl.struct(site=SITE, value=name).map_batches(blot, return_dtype=schema.polars[name]).alias(name)
        for name in words
    )


def _blotted(values: pl.Series, door: Door) -> pl.Series:
    """The field `value` of a series with the fields site and value, read by the rules and names of each site."""
    from presscorpus.privacy.redaction import NAME, redact, strike

    frame = values.struct.unnest()
    sites = frame[SITE]
    there = sites.unique().to_list()
    ruled = _alike(sites, {site: door.policies[site].redact for site in there}, frame["value"], redact)
    names = {site: tuple(door.names.get(site, ())) for site in there}
    return _alike(sites, names, ruled, partial(strike, mark=NAME))


def _alike(
    sites: pl.Series,
    treatments: Mapping[str, tuple[str, ...]],
    values: pl.Series,
    treat: Callable[[pl.Series, tuple[str, ...]], pl.Series],
) -> pl.Series:
    """The values, each stretch of rows whose sites have the same treatment treated at once.

    A dataset has thousands of sites and a few policies, so that most stretches are long.
    """
    import polars as pl

    from presscorpus.dtypes import PLACE

    kinds = list(dict.fromkeys(treatments.values()))
    if len(kinds) <= 1:
        return treat(values, kinds[0]) if kinds else values
    number = {site: kinds.index(treatment) for site, treatment in treatments.items()}
    stretches = sites.replace_strict(number, return_dtype=PLACE).rle().struct.unnest()
    treated, start = [], 0
    for length, kind in stretches.iter_rows():
        treated.append(treat(values.slice(start, length), kinds[kind]))
        start += length
    return pl.concat(treated)


def withheld(schema: Schema, policy: Policy) -> list[str]:
    """The columns of a table that are null throughout under a policy, in order; all of them where no row leaves.

    Columns of pseudonyms are not among them where the policy makes some.

    Raises SchemaError for an exposure that is not understood.
    """
    if not _rows_leave(schema.name, policy):
        return schema.names
    stand_ins = policy.authors == "pseudonym"
    return [
        field.name
        for field in schema.fields
        if not _leaves(schema.name, field, policy) and not (stand_ins and field.pseudonym)
    ]


def _check_sites(table: str, frame: pl.LazyFrame, policies: Mapping[str, Policy]) -> None:
    import polars as pl

    sites = frame.select(pl.col(SITE).unique()).collect()[SITE].to_list()
    strange = sorted(str(site) for site in sites if site not in policies)
    if strange:
        raise RefusedError(
            f"rows are of sites without a policy: {', '.join(strange[:5])}",
            where=table,
            advice="Name these sites in params.yaml, or build the tables again.",
        )


def _rows_leave(table: str, policy: Policy) -> bool:
    if table == _PEOPLE:
        return policy.authors == "named"
    if table == _COMMENTS:
        return policy.comments
    return True


def _leaves(table: str, field: Field, policy: Policy) -> bool:
    if field.exposure == "public":
        return True
    if field.exposure == "content":
        return policy.text == "full" or (policy.text == "excerpt" and field.name in IN_EXCERPT)
    if field.exposure == "person":
        wordless = field.type in _WORDLESS or table == _PEOPLE
        return policy.authors == "named" and (wordless or policy.text == "full")
    raise SchemaError(f"exposure {field.exposure!r} is not understood", where=f"{table}.{field.name}")
