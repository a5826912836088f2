"""What may be published of each row and column, by exposure, policy and people.

`public` columns always are: addresses, times, numbers, digests. `content`, what was published, is with `text: full`;
with `text: excerpt` only the columns of `IN_EXCERPT` are. `person`, what names or shows somebody and whatever a plugin
added, is with `authors: named`. Since a person's column of text may repeat the content (plugins copy it, a comment
is one), it needs `text: full` besides, except in the table of authors, whose rows are about those who are named. With
`authors: pseudonym` the columns that the schema marks so become pseudonyms, and no other. Of JSON that a plugin
added, the keys that `policy.extra` lists are published all the same.

Rows of `authors` are published where authors are named, rows of `comments` where `comments` is true. Terms that are
people, and what ties posts to them, are where authors are named. So comments with authors withheld are rows without
names and words: what was answered, and when.

Every column of words is redacted (`privacy/redaction.py`), whatever its exposure, but for keys, codes and what
params.yaml says itself.

What a column is follows from its schema. By name are known only `IN_EXCERPT`, `extra`, the list of exceptions, and what
says whose a row is, what kind it is of and where it leads. A row whose site has no policy, a column that no schema
declares and an unknown exposure end in an error, never in a release.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from presscorpus.content import bylines
from presscorpus.content.bylines import TAXONOMIES
from presscorpus.dtypes import TEXT, record
from presscorpus.errors import RefusedError, SchemaError
from presscorpus.lazy import lazy
from presscorpus.privacy.address_marks import EMAIL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from presscorpus.config.params import Policy
    from presscorpus.config.schema import Field, Schema
    from presscorpus.privacy import columns, pseudonyms, redaction
    from presscorpus.privacy.columns import Columns
else:
    pl = lazy("polars")
    columns = lazy("presscorpus.privacy.columns")
    pseudonyms = lazy("presscorpus.privacy.pseudonyms")
    redaction = lazy("presscorpus.privacy.redaction")

SITE = "site"
IN_EXCERPT = frozenset({"title", "excerpt"})
"""The content columns that stay with `text: excerpt`: what a site itself shows in its lists and feeds."""

_PEOPLE = "authors"
_COMMENTS = "comments"
_TAXONOMY = "taxonomy"
_EXTRA = "extra"
# Names columns, each before a colon.
_EXCEPTIONS = "origin_exceptions"
# The columns of a link that say where it leads, published together or not at all.
_OF_LINK = ("url", "resolved", "fragment")
_KIND = "kind"
# The kind of a link that Cloudflare made of an e-mail address (content/html/links.py).
_VEILED = "email_protected"
_LED = "__led"
_TARGET = ("target_table", "target_type", "target_id", "target_reason")
# Types that cannot hold words.
_WORDLESS = frozenset({"integer", "number", "boolean", "datetime"})


class ReleasePolicy:
    """Everything that decides what of a dataset is published.

    Attributes:
        policies: The policy of each site, by its name.
        key: That of pseudonyms; without one a pseudonym is null.
        columns: What is taken out of texts, by site.
        nameless: Sites whose authors are not named, and of which no author's name is known.
        own_named: Those of them of which names are known that are the site's own, an organisation's, or none of people.
        strangers: Entries of `policy.not_people` that match nobody, by site.
    """

    def __init__(
        self,
        policies: Mapping[str, Policy],
        treatments: Mapping[str, redaction.Treatment] | None = None,
        key: bytes | None = None,
    ) -> None:
        made = {site: redaction.Treatment(frozenset(policy.redact)) for site, policy in policies.items()}
        self.policies, self.key = policies, key
        self.nameless: list[str] = [
            site
            for site, treatment in (treatments or {}).items()
            if treatment.authors is not None and not treatment.authors.names and not treatment.authors.logins
        ]
        self.own_named: list[str] = [
            site for site in self.nameless if (authors := (treatments or {})[site].authors) is not None and authors.own
        ]
        self.strangers: dict[str, tuple[int | str, ...]] = {
            site: authors.strangers
            for site, treatment in (treatments or {}).items()
            if (authors := treatment.authors) is not None and authors.strangers
        }
        self.columns: columns.Columns = columns.Columns(made | dict(treatments or {}))

    def hidden(self) -> list[str]:
        """The sites whose authors are not named.

        Returns:
            Their names.
        """
        return [site for site, policy in self.policies.items() if policy.authors != "named"]


def released(
    table: str, frame: pl.LazyFrame, schema: Schema, policy: Mapping[str, Policy] | ReleasePolicy
) -> pl.LazyFrame:
    """The rows and values of a table that may be published.

    Args:
        table: The name of the table.
        frame: Rows of it. The column `site` is read at once; all else stays lazy, so that columns nobody asks for cost
            nothing.
        schema: What its columns are.
        policy: What decides. Policies alone know no names and no key.

    Returns:
        The same columns in the same order and types. A withheld value is null, a withheld row is missing, the order of
        the others is kept.

    Raises:
        RefusedError: A row's site has no policy.
        SchemaError: The columns are not those of the schema, or have an unknown exposure.
    """
    policy = policy if isinstance(policy, ReleasePolicy) else ReleasePolicy(policy)
    return _redacted(_let_out(table, frame, schema, policy), schema, policy)


def released_whole(table: str, frame: pl.DataFrame, schema: Schema, policy: ReleasePolicy) -> pl.DataFrame:
    """Apply `released` to rows in memory, looking through all columns together.

    Args:
        table: The name of the table.
        frame: Rows of it.
        schema: What its columns are.
        policy: What decides.

    Returns:
        What `released` gives.

    Raises:
        RefusedError: A row's site has no policy.
        SchemaError: The columns are not those of the schema, or have an unknown exposure.
    """
    kept = _let_out(table, frame.lazy(), schema, policy).collect()
    words = {field.name: (kept[field.name], field.syntax or "text") for field in _words(schema)}
    linked = {name: (kept[name], "url") for name in _OF_LINK[:2]} if _is_of_links(schema) else {}
    if linked:
        words = {name: each for name, each in words.items() if name not in _OF_LINK}
    changed = policy.columns.together(kept[SITE], words | linked)
    if linked:
        left = {name: changed.pop(name, kept[name]) for name in linked}
        kept = kept.with_columns(_link(kept.select(SITE, _KIND, *_OF_LINK), left, policy.columns).struct.unnest())
    return kept.with_columns(series.alias(name) for name, series in changed.items())


def _let_out(table: str, frame: pl.LazyFrame, schema: Schema, policy: ReleasePolicy) -> pl.LazyFrame:
    """Keep the rows that leave, with null in the place of values that do not."""
    found = frame.collect_schema().names()
    if found != schema.names or SITE not in schema.by_name:
        strange = sorted(set(found) ^ set(schema.names)) or found
        raise SchemaError(f"columns are not those of the schema: {strange}", where=table)
    _check_sites(table, frame, policy.policies)
    kept = _without_people(table, frame, schema, policy)
    columns = []
    for field in schema.fields:
        # Asked of each policy, so that an exposure nobody understands is met even where there are no rows.
        allowed = [site for site, each in policy.policies.items() if _leaves(table, field, each)]
        if len(allowed) < len(policy.policies) or not policy.policies:
            kind = schema.polars[field.name]
            columns.append(_limited(field, allowed, policy, kind).cast(kind).alias(field.name))
    return _exceptions(kept.with_columns(columns), schema, policy.policies)


def _exceptions(kept: pl.LazyFrame, schema: Schema, policies: Mapping[str, Policy]) -> pl.LazyFrame:
    """The rows without what the list of exceptions says of columns that do not leave."""
    if _EXCEPTIONS not in schema.by_name:
        return kept
    gone = {site: [f"{name}:" for name in withheld(schema, policy)] for site, policy in policies.items()}
    left = pl.col(_EXCEPTIONS)
    for names in {tuple(each) for each in gone.values() if each}:
        sites = [site for site, each in gone.items() if tuple(each) == names]
        said = pl.any_horizontal(pl.element().str.starts_with(name) for name in names)
        left = pl.when(pl.col(SITE).is_in(sites)).then(left.list.eval(pl.element().filter(~said))).otherwise(left)
    return kept.with_columns(left.alias(_EXCEPTIONS))


def _without_people(table: str, frame: pl.LazyFrame, schema: Schema, policy: ReleasePolicy) -> pl.LazyFrame:
    """The rows that may be published; none is about, or leads to, an unnamed person."""
    rows = [site for site, each in policy.policies.items() if _rows_leave(table, each)]
    kept = frame.filter(pl.col(SITE).is_in(rows))
    hidden = policy.hidden()
    if not hidden:
        return kept
    of_hidden = pl.col(SITE).is_in(hidden)
    if _TAXONOMY in schema.by_name:
        kept = kept.filter(~(of_hidden & pl.col(_TAXONOMY).is_in(list(TAXONOMIES))))
    if set(_TARGET) <= schema.by_name.keys():
        to_people = (pl.col(_TARGET[0]) == _PEOPLE) | pl.col(_TARGET[1]).is_in(list(TAXONOMIES))
        away = of_hidden & to_people.fill_null(value=False)
        kept = kept.with_columns(pl.when(~away).then(pl.col(name)).alias(name) for name in _TARGET)
    return kept


def _limited(field: Field, allowed: list[str], policy: ReleasePolicy, kind: pl.DataType) -> pl.Expr:
    """A column that is published for some sites, for others as pseudonyms or in part."""
    kept = pl.when(pl.col(SITE).is_in(allowed)).then(pl.col(field.name)) if allowed else pl.lit(None, dtype=kind)
    if field.name == _EXTRA:
        keys = {site: each.extra for site, each in policy.policies.items() if each.extra and site not in allowed}
        if keys:
            parts = pl.struct(site=SITE, value=field.name).map_batches(partial(_parts, keys=keys), return_dtype=kind)
            kept = pl.coalesce(kept, pl.when(pl.col(SITE).is_in(list(keys))).then(parts))
    behind = [site for site, each in policy.policies.items() if each.authors == "pseudonym"]
    if field.pseudonym is None or policy.key is None or not behind:
        return kept
    make = partial(_pseudonyms, kind=field.pseudonym, key=policy.key)
    made = pl.struct(site=SITE, value=field.name).map_batches(make, return_dtype=kind)
    return pl.coalesce(kept, pl.when(pl.col(SITE).is_in(behind)).then(made))


def _parts(values: pl.Series, keys: Mapping[str, tuple[str, ...]]) -> pl.Series:
    """Of each JSON object the members that may be published; null for none.

    Names of authors are never among them.
    """
    made: list[str | None] = []
    for site, value in values.struct.unnest().iter_rows():
        try:
            told = msgspec.json.decode(value, type=dict[str, msgspec.Raw]) if value and site in keys else {}
        except RecursionError:
            told = {}  # nested as no plugin nests
        part = {name: each for name, each in told.items() if name in keys.get(site, ()) and name != bylines.KEY}
        made.append(msgspec.json.encode(part).decode() if part else None)
    return pl.Series(made, dtype=TEXT)


def _pseudonyms(values: pl.Series, kind: str, key: bytes) -> pl.Series:
    return pseudonyms.pseudonyms(values.struct.unnest(), kind, key)


def redactable(field: Field) -> bool:
    """Whether a column may hold a person's words.

    Args:
        field: The column.

    Returns:
        True for strings and lists of strings that are no code (pattern, enum) and not from params.yaml.
    """
    kind = field.item["type"] if field.item else field.type
    coded = field.constraints.keys() & {"pattern", "enum"}
    return kind == "string" and not coded and not field.source.startswith("params.yaml")


def _words(schema: Schema) -> list[Field]:
    """List the columns that are read for what their site takes out."""
    keys = {*schema.primary_key, *(name for key in schema.foreign_keys for name in key.fields)}
    return [field for field in schema.fields if field.name not in keys and redactable(field)]


def _is_of_links(schema: Schema) -> bool:
    return set(_OF_LINK) <= schema.by_name.keys()


def _redacted(frame: pl.LazyFrame, schema: Schema, policy: ReleasePolicy) -> pl.LazyFrame:
    """Redact every column of words."""
    linked = _is_of_links(schema)
    made = []
    if linked:
        kind = record({name: schema.polars[name] for name in _OF_LINK})
        led = partial(_of_link, columns=policy.columns)
        given = pl.struct(SITE, _KIND, *_OF_LINK).map_batches(led, return_dtype=kind)
        frame = frame.with_columns(given.alias(_LED))
        made = [pl.col(_LED).struct.field(name).alias(name) for name in _OF_LINK]
    for field in _words(schema):
        if not linked or field.name not in _OF_LINK:
            treat = partial(_treated, syntax=field.syntax or "text", columns=policy.columns)
            value = pl.struct(site=SITE, value=field.name).map_batches(treat, return_dtype=schema.polars[field.name])
            made.append(value.alias(field.name))
    return frame.with_columns(made).select(schema.names)


def _treated(values: pl.Series, syntax: str, columns: Columns) -> pl.Series:
    frame = values.struct.unnest()
    return columns(frame[SITE], frame["value"], syntax)


def _of_link(values: pl.Series, columns: Columns) -> pl.Series:
    frame = values.struct.unnest()
    left = columns.together(frame[SITE], {name: (frame[name], "url") for name in _OF_LINK[:2]})
    return _link(frame, {name: left.get(name, frame[name]) for name in _OF_LINK[:2]}, columns)


def _link(frame: pl.DataFrame, left: Mapping[str, pl.Series], columns: Columns) -> pl.Series:
    """Redact the columns of links that say where it leads, all of them together."""
    changed = [left[name].ne_missing(frame[name]) for name in left]
    veiled = (frame[_KIND] == _VEILED) & frame[SITE].is_in(columns.sites_with("email"))
    gone = changed[0] | changed[1] | veiled
    if not gone.any():
        return frame.select(_OF_LINK).to_struct()
    marks = (pl.when(each).then(left[name]) for name, each in zip(left, changed, strict=True))
    mark = pl.coalesce(*marks, pl.when(veiled).then(pl.lit(EMAIL)))
    return frame.select(
        pl.when(pl.lit(gone) & pl.col(name).is_not_null()).then(mark).otherwise(name).alias(name) for name in _OF_LINK
    ).to_struct()


def withheld(schema: Schema, policy: Policy) -> list[str]:
    """The columns of a table that are null in every row under a policy.

    Args:
        schema: The table.
        policy: The policy of a site.

    Returns:
        Their names in order, without those that become pseudonyms; all columns where no row is published.

    Raises:
        SchemaError: A column has an unknown exposure.
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
