"""What may leave: the one door out, by each field's `exposure` and by the policy of each row's site.

`public` leaves always: addresses, times, numbers, digests. `content`, what was published, leaves with `text: full`;
with `text: excerpt` only the columns of `IN_EXCERPT` do. `person`, what names or shows somebody and whatever a plugin
added, leaves with `authors: named`. Since a person's column of text may repeat the content (plugins copy it, a comment
is one), it needs `text: full` besides, except in the table of authors, whose rows are about those who are named.

Rows of `authors` leave where authors are named, rows of `comments` where `comments` is true. So comments with authors
withheld are rows without names and words: what was answered, and when.

Nothing here knows a column by its name but for `IN_EXCERPT`. A row whose site has no policy, a column that no schema
declares and an exposure that is not understood end in an error, never in a release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.errors import RefusedError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from builder.params import Policy
    from builder.spec import Field, Schema

SITE = "site"
IN_EXCERPT = frozenset({"title", "excerpt"})
"""The content columns that stay with `text: excerpt`: what a site itself shows in its lists and feeds."""

_PEOPLE = "authors"
_COMMENTS = "comments"
# What cannot hold a word of anybody's: a person's column of such a type is a number or a time.
_WORDLESS = frozenset({"integer", "number", "boolean", "datetime"})


def released(table: str, frame: pl.LazyFrame, schema: Schema, policies: Mapping[str, Policy]) -> pl.LazyFrame:
    """The rows and values of `frame` that may leave; columns, their order and types stay the same.

    A withheld value is null, a withheld row is missing, the order of the others is kept. `policies` maps the names of
    sites to their policies. The column `site` is read at once; all else stays lazy.

    Raises RefusedError for a row whose site has no policy, SchemaError for columns other than the schema's and for an
    exposure that is not understood.
    """
    import polars as pl

    found = frame.collect_schema().names()
    if found != schema.names or SITE not in schema.by_name:
        strange = sorted(set(found) ^ set(schema.names)) or found
        raise SchemaError(f"columns are not those of the schema: {strange}", where=table)
    _check_sites(table, frame, policies)

    def of(sites: list[str]) -> pl.Expr:
        return pl.col(SITE).is_in(sites)

    columns = []
    for field in schema.fields:
        # Asked of each policy, so that an exposure nobody understands is met even where there are no rows.
        allowed = [site for site, policy in policies.items() if _leaves(table, field, policy)]
        if len(allowed) < len(policies) or not policies:
            kept = pl.when(of(allowed)).then(pl.col(field.name)) if allowed else pl.lit(None)
            columns.append(kept.cast(schema.polars[field.name]).alias(field.name))
    rows = [site for site, policy in policies.items() if _rows_leave(table, policy)]
    return frame.filter(of(rows)).with_columns(columns)


def withheld(schema: Schema, policy: Policy) -> list[str]:
    """The columns of a table that are null throughout under a policy, in order; all of them where no row leaves.

    Raises SchemaError for an exposure that is not understood.
    """
    if not _rows_leave(schema.name, policy):
        return schema.names
    return [field.name for field in schema.fields if not _leaves(schema.name, field, policy)]


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
