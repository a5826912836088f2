"""What a release withholds, counted for the card and the terminal.

Rows, values by column, and the fields of plugins.

Counts of values come from the statistics that Parquet files carry, so that no column is read for them. A list counts
as nothing here, since its statistics count elements.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from presscorpus.content import bylines
from presscorpus.lazy import lazy
from presscorpus.privacy import policy
from presscorpus.release.markdown import code, table
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl
    import pyarrow.parquet as pq

    from presscorpus.config.params import Params, Policy
    from presscorpus.config.schema import Schema
    from presscorpus.privacy.policy import ReleasePolicy
    from presscorpus.release.composition import Redacted
else:
    pl = lazy("polars")
    pq = lazy("pyarrow.parquet")

_LISTED: Final = 50
_OF_FILES: Final = " Media files leave as they came (`files/`, by `media.digest`): nothing in them is redacted."
_SHOWN: Final = 6
_MANY: Final = 20  # posts from which on a share of them says something
_EXTRA: Final = "extra"
# WordPress's own field (https://developer.wordpress.org/rest-api/reference/posts/), which plugins fill.
_META: Final = "meta"
_POSTS: Final = "posts"
_ADVICE: Final = "Where texts name them, give a saved list of users (/wp-json/wp/v2/users) as a further source."
# What a key of a plugin may look like that is shown: others may hold anything.
_KEY: Final = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Missing(NamedTuple):
    """What of a table does not leave.

    Whole rows where `column` is null, else values of that column.

    `by_policy` tells values that a policy withholds from those that name or reach somebody, or lead to what was taken
    down.
    """

    table: str
    column: str | None
    number: int
    by_policy: bool


class Withholding(NamedTuple):
    """What a release withholds.

    `missing` is in the order of tables and columns. `plugins` are the fields that plugins added to posts and that are
    withheld, with the number of posts that have them, the most frequent first; `let_out` are those that
    `policy.extra` lets out. `strange` counts fields whose names are not shown, `meta` the posts with WordPress's own.
    """

    missing: tuple[Missing, ...] = ()
    plugins: tuple[tuple[str, int], ...] = ()
    let_out: tuple[str, ...] = ()
    strange: int = 0
    meta: int = 0


def measure(
    schemas: Mapping[str, Schema], tables: Path, parts: Mapping[str, Sequence[Path]], rules: ReleasePolicy
) -> Withholding:
    """Compare the tables with what left of them.

    Args:
        schemas: The schema of each table.
        tables: The folder of the tables.
        parts: The files of each table in the release.
        rules: The policy that the release was made with.

    Returns:
        What does not leave, in numbers.
    """
    missing = tuple(
        each
        for name, schema in schemas.items()
        for each in _of_table(schema, tables / f"{name}.parquet", parts[name], rules)
    )
    counts = _plugin_fields(tables / f"{_POSTS}.parquet", rules)
    meta = counts.pop(_META, 0)
    shown = {name: counts[name] for name in _shown(list(counts), rules)}
    return Withholding(
        missing,
        tuple(sorted(shown.items(), key=lambda each: (-each[1], each[0]))),
        tuple(sorted({name for each in rules.policies.values() for name in each.extra})),
        len(counts) - len(shown),
        meta,
    )


def _of_table(schema: Schema, source: Path, parts: Sequence[Path], rules: ReleasePolicy) -> Iterator[Missing]:
    rows, values = _counted([source])
    left, kept = _counted(parts)
    if rows > left:
        yield Missing(schema.name, None, rows - left, by_policy=True)
    if not left:
        return
    for field in schema.fields:
        gone = values.get(field.name, 0) - kept.get(field.name, 0)
        if gone > 0:
            withheld = any(field.name in policy.withheld(schema, each) for each in rules.policies.values())
            yield Missing(schema.name, field.name, gone, withheld)


def _counted(paths: Sequence[Path]) -> tuple[int, Counter[str]]:
    """Rows of some Parquet files, and values of each column that is no list."""
    rows, values = 0, Counter[str]()
    for path in paths:
        metadata = pq.read_metadata(path)
        rows += metadata.num_rows
        for group in range(metadata.num_row_groups):
            values.update(_values(metadata.row_group(group)))
    return rows, values


def _values(group: pq.RowGroupMetaData) -> Counter[str]:
    return Counter({
        column.path_in_schema: column.num_values - column.statistics.null_count
        for column in map(group.column, range(group.num_columns))
        if "." not in column.path_in_schema and column.statistics is not None and column.statistics.has_null_count
    })  # fmt: skip


def _plugin_fields(posts: Path, rules: ReleasePolicy) -> Counter[str]:
    """The fields of plugins that some policy withholds, and how many posts have each.

    Without that of the names that pages and feeds tell, which no policy lets out.
    """
    listed = {
        site: frozenset(each.extra)
        for site, each in rules.policies.items()
        if each.authors != "named" or each.text != "full"
    }
    counts: Counter[str] = Counter()
    if not listed:
        return counts
    with pq.ParquetFile(posts) as file:
        for batch in file.iter_batches(columns=["site", _EXTRA]):
            for site, extra in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if extra and site in listed:
                    counts.update(_names(extra) - listed[site] - {bylines.KEY})
    return counts


def _names(extra: str) -> set[str]:
    """The names of the fields of a JSON object.

    None of anything else, which no table of ours holds.
    """
    try:
        return set(_fields.decode(extra))
    except msgspec.DecodeError:
        return set()


def _shown(names: list[str], rules: ReleasePolicy) -> list[str]:
    """The names of fields that may stand in the card.

    They are written as names of fields are, and name nobody.
    """
    fit = [name for name in names if _KEY.fullmatch(name)]
    if not fit:
        return []
    asked = pl.Series("name", fit * len(rules.policies))
    left = rules.columns(pl.Series("site", [site for site in rules.policies for _ in fit]), asked, "text")
    changed = set(asked.filter(left.ne_missing(asked)))
    return [name for name in fit if name not in changed]


def withheld(params: Params, schemas: Sequence[Schema], told: Withholding) -> str:
    """The part of the card that says what is withheld: by which policy, and how much.

    Args:
        params: params.yaml.
        schemas: The schemas of the tables, in the order of the card.
        told: The same in numbers.

    Returns:
        A section in Markdown.
    """
    groups: dict[Policy, list[str]] = {}
    for site in params.sites:
        groups.setdefault(params.policy_of(site), []).append(site.name)
    text = "## What is withheld\n\nA withheld value is null, a withheld row is missing.\n"
    for rule, sites in groups.items():
        named = ", ".join(code(site) for site in sites[:_LISTED])
        named += f" and {len(sites) - _LISTED:,} more" if len(sites) > _LISTED else ""
        redacted = " and ".join(rule.redact) or "nothing"
        text += (
            f"\n{named}: text {rule.text}, authors {rule.authors}, comments {'yes' if rule.comments else 'no'}, "
            f"redacted: {redacted}.{_OF_FILES if rule.media_files else ''}\n\n"
        )
        text += "".join(_columns(schema, rule) for schema in schemas) or "- nothing\n"
    return text + _in_numbers(told)


def _columns(schema: Schema, rule: Policy) -> str:
    columns = policy.withheld(schema, rule)
    if columns == schema.names:
        return f"- {code(schema.name)}: all rows\n"
    return f"- {code(schema.name)}: {', '.join(code(name) for name in columns)}\n" if columns else ""


def _in_numbers(told: Withholding) -> str:
    """What is withheld, counted; nothing where nothing is."""
    by_policy = [each for each in told.missing if each.by_policy]
    emptied = [each for each in told.missing if not each.by_policy]
    text = ""
    if by_policy:
        text += f"\nBy these policies do not leave:\n\n{_table(by_policy)}"
    if emptied:
        text += (
            "\nEmptied, because the value as a whole names or reaches somebody who is withheld, such as the address of "
            f"an author's page:\n\n{_table(emptied)}"
        )
    if told.plugins or told.strange:
        rows = [(code(name), f"{count:,}") for name, count in told.plugins[:_LISTED]]
        more = len(told.plugins) - len(rows) + told.strange
        text += (
            f"\nPlugins added {len(told.plugins) + told.strange:,} fields to posts that exist in the archive and are "
            "withheld, since nobody knows whom they name. Whoever looked at one and found that it names nobody can let "
            f"it out by `policy.extra` in params.yaml.\n\n{table(('Field', 'Posts'), rows, right=[1])}"
        )
        text += f"\nand {more:,} more.\n" if more else ""
    if told.meta:
        text += f"\n{code(_META)}, WordPress's own field, which plugins fill, is withheld in {told.meta:,} posts.\n"
    if told.let_out:
        text += f"\nLet out by `policy.extra`: {', '.join(map(code, told.let_out[:_LISTED]))}.\n"
    return text


def _table(missing: Iterable[Missing]) -> str:
    rows = [(code(_where(each)), _what(each), f"{each.number:,}") for each in missing]
    return table(("Where", "What", "Number"), rows, right=[2])


def _where(missing: Missing) -> str:
    return missing.table if missing.column is None else f"{missing.table}.{missing.column}"


def _what(missing: Missing) -> str:
    return "rows" if missing.column is None else "values"


def lines(told: Withholding, redacted: Sequence[Redacted]) -> Iterator[str]:
    """The same in short, for a terminal.

    Args:
        told: What is withheld.
        redacted: What was taken out of words that leave.

    Yields:
        A line for what the policy withholds, one for what was taken out, one for plugins; none where there is nothing.
    """
    by_policy = [
        f"{each.number:,} {_what(each)} of {_where(each)}"
        for each in sorted(told.missing, key=lambda each: -each.number)
        if each.by_policy
    ]
    if by_policy:
        yield f"withheld by the policy: {_listed(by_policy)}"
    out: Counter[str] = Counter()
    for each in redacted:
        out[each.what] += each.times
    emptied = sum(each.number for each in told.missing if not each.by_policy)
    taken_out = [f"{count:,} {what}" for what, count in out.items()]
    taken_out += [f"{emptied:,} whole addresses and slugs"] if emptied else []
    if taken_out:
        yield f"taken out of what is released: {', '.join(taken_out)}"
    fields = [f"{name} ({count:,} posts)" for name, count in told.plugins]
    fields += [f"{told.strange:,} with names of other forms"] if told.strange else []
    own = [f"meta, WordPress's own, which plugins fill ({told.meta:,} posts)"] if told.meta else []
    if fields or own:
        listed = ([f"fields of plugins that exist and are withheld: {_listed(fields)}"] if fields else []) + [
            f"{'withheld, too' if fields else 'withheld'}: {each}" for each in own
        ]
        yield "; ".join([*listed, "policy.extra in params.yaml lets out those that name nobody"])


def struck(rules: ReleasePolicy, tables: Path) -> Iterator[str]:
    """Say in how many posts each author was taken out, by number.

    How often names were taken out, `lines` says. And ask where that is implausible for a person.

    Args:
        rules: The policy, once the release was made with it.
        tables: The folder of the tables.

    Yields:
        A line for entries of `policy.not_people` that match nobody, for the sites of which no name is known, one for
        each other site, and a question for each author whose name stands in more than half of the posts.
    """
    by_site: dict[str, list[tuple[Hashable, int]]] = {}
    for site, owner, _, documents in rules.columns.struck():
        by_site.setdefault(site, []).append((owner, documents))
    for site, strangers in rules.strangers.items():
        yield (
            f"{site}: policy.not_people lists {_listed(list(map(str, strangers)))}, and no author is known by that: it "
            "changes nothing."
        )
    if not by_site and not rules.nameless:
        return
    posts = parquet.scan(tables / f"{_POSTS}.parquet").group_by("site").len().collect()
    in_all: dict[str, int] = dict(posts.iter_rows())
    if nameless := [site for site in rules.nameless if site in in_all]:
        own = [site for site in nameless if site in rules.own_named]
        if none := [site for site in nameless if site not in rules.own_named]:
            yield (
                f"no name of an author is known of {_listed(none)}, so that none was taken out of texts: a crawl that "
                f"withholds authors does not ask for the list of users. {_ADVICE}"
            )
        if own:
            yield (
                f"of {_listed(own)} no author is known by a name of a person: what is known is the site's own name, an "
                f"organisation's or no name, and stays in texts. {_ADVICE}"
            )
    for site, authors in sorted(by_site.items()):
        told = [
            f"{_named(owner)} in {documents:,} posts" if documents else f"{_named(owner)} outside of contents alone"
            for owner, documents in authors
        ]
        yield f"{site}: names of authors taken out, by number: {_listed(told)}"
        for owner, documents in authors:
            if documents >= _MANY and documents * 2 > in_all.get(site, 0):
                asked, listed = (
                    (f"is {_named(owner)} a person? The name stands", "the number")
                    if isinstance(owner, int)
                    else (f"are {_named(owner)} people? A name stands", "the name")
                )
                yield (
                    f"{site}: {asked} in {documents:,} of {in_all.get(site, 0):,} posts. If it is the site's own or an "
                    f"organisation's, list {listed} under policy.not_people."
                )


def _named(owner: Hashable) -> str:
    """An author by number; those whom only bylines and plugins name have none."""
    return f"author {owner}" if isinstance(owner, int) else str(owner or "authors without a number")


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _SHOWN:,} more (see the card)" if len(parts) > _SHOWN else ""
    return ", ".join(parts[:_SHOWN]) + more
