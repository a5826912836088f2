"""From all observations to the current state of each item and its history. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.observations.publicness import WITHDRAWN
from presscorpus.tables import typed_columns

if TYPE_CHECKING:
    from presscorpus.config.schema import Package

_KEY = ["site", "table", "type", "id"]
# The latest observation wins; of those of one moment (an import) the newest modified_gmt, then the last in place.
# Offsets differ between machines, their order does not. `observations/evidence.py` keeps to the same order.
# Where even that is one, the state that fewer people may read is the newer one, as far as anybody knows.
_ORDER = [
    pl.col("observed_at"), pl.col("modified"), pl.col("state") != "published", pl.col("locked"),
    pl.col("crawl"), pl.col("offset"), pl.col("ordinal"),
]  # fmt: skip
# An item that a response lists outranks a copy in another item, which lacks fields, and an export of the same state,
# which knows what its site's programs make of it no more than that copy does.
_RANK = [(pl.col("embedded") | pl.col("confirmed")).not_(), *_ORDER]
# Columns that a chosen page has of the post in a feed.
_OF_FEED = ("published", "bylines")
_API, _PAGE, _FEED = "api", "page", "feed"
_PUBLISHED, _UNPUBLISHED = "published", "unpublished"
# Columns that a run of equal observations takes from its first.
_OF_RUN = ("state", "http_status", "code", "digest", "modified", "crawl", "record_id", "observed_at")


class Chosen(NamedTuple):
    """The observations to build tables from.

    `current` has one row an item: its last readable observation, in key order, with the columns of `observed`, the
    `state` it is in now and `gone_at`, the time since when, null for one that is not gone. `versions` is the table of
    that name.
    """

    current: pl.DataFrame
    versions: pl.DataFrame


def public(observed: pl.DataFrame, *, or_else: pl.Expr | None = None) -> pl.DataFrame:
    """Return what everybody may know of observations.

    Of an item whose own status says that nobody may see it, that alone: the number, where it was seen, and when.

    Args:
        observed: Rows by the schema `observed`.
        or_else: Which hidden ones count as they are; null for none.

    Returns:
        Rows by that schema; those that still say why they are `hidden` are tombstones.
    """
    as_is = pl.col("hidden").is_null() if or_else is None else pl.col("hidden").is_null() | or_else
    content = ("url", "digest", "http_status", "code", "published", "bylines")
    withdrawn = observed.filter(~as_is, pl.col("hidden") == WITHDRAWN, ~pl.col("embedded")).with_columns(
        state=pl.lit(_UNPUBLISHED, dtype=observed.schema["state"]),
        **{name: pl.lit(None, dtype=observed.schema[name]) for name in content},
    )
    return pl.concat([observed.filter(as_is), withdrawn])


def choose(package: Package, observed: pl.DataFrame) -> Chosen:
    """Pick the current observation of each item, and tell the states it went through.

    A tombstone (an answer that says that an item is gone) belongs to the item of that table and number, of its type
    where its address told it, and means nothing where no such item was ever seen.

    Args:
        package: Descriptor and schemas.
        observed: Rows by the schema `observed`: every observation of each item that is in it.

    Returns:
        Current observations of all items, and the versions of posts.
    """
    # Most items were seen once: their current state needs no sorting.
    often = pl.struct("site", "table", "id").is_duplicated() | (pl.col("state") != _PUBLISHED)
    once, several = observed.filter(~often), observed.filter(often)
    current, runs = _settled(several)
    current = _dated(current, several)
    current_once = once.with_columns(gone_at=pl.lit(None, dtype=observed.schema["observed_at"]))
    runs_once = once.select(
        *_KEY,
        ordinal=pl.lit(1, dtype=runs.schema["ordinal"]),
        first_seen="observed_at",
        last_seen="observed_at",
        observations=pl.lit(1, dtype=runs.schema["observations"]),
        **{name: name for name in _OF_RUN},
    )
    posts = pl.concat([runs_once, runs]).filter(pl.col("table") == "posts")
    return Chosen(
        pl.concat([current_once.select(current.columns), current]).sort(_KEY),
        _versions(package, posts),
    )


def _settled(observed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the current observation of each item, and the runs it went through.

    Of all observations of an item.
    """
    observed = _confirmed(_without_pages(observed))
    readable = observed.filter(pl.col("state") == _PUBLISHED)
    runs = _runs(_once_shown(_with_tombstones(observed, readable).sort(*_KEY, *_ORDER, nulls_last=False)))
    last = (
        readable.sort(*_KEY, *_RANK, nulls_last=False)
        .unique(_KEY, keep="last", maintain_order=True)
        .drop("state", "confirmed")
    )
    states = runs.sort([*_KEY, "ordinal"]).group_by(_KEY, maintain_order=True).agg(
        pl.col("state").last(),
        gone_at=pl.when(pl.col("state").last() != _PUBLISHED).then(_since(pl.col("first_seen"))),
    )  # fmt: skip
    return last.join(states, on=_KEY, how="left"), runs


def _dated(current: pl.DataFrame, observed: pl.DataFrame) -> pl.DataFrame:
    """The chosen pages with the newest time and authors that feeds have of each.

    Themes show none of many posts.
    """
    fed = observed.filter(pl.col("origin").eq_missing(_FEED)).sort(*_KEY, *_ORDER)
    # Each by itself: an entry whose time cannot be read names its authors all the same.
    newest = fed.group_by(_KEY).agg(pl.col(name).drop_nulls().last().alias(f"fed_{name}") for name in _OF_FEED)
    joined = current.join(newest, on=_KEY, how="left", maintain_order="left")
    is_page = pl.col("origin").eq_missing(_PAGE)
    given = {name: pl.when(is_page).then(f"fed_{name}") for name in _OF_FEED}
    return joined.with_columns(**given).drop(f"fed_{name}" for name in _OF_FEED)


def _without_pages(observed: pl.DataFrame) -> pl.DataFrame:
    """The observations without feeds and pages of items that something better shows.

    The API or an export says all that a page does, and a page what a feed does. A page shows a state that they do not,
    and stays, where it was captured before the last change of every state of theirs, or says of itself that it was
    changed after all of them.
    """
    is_shown = ~pl.col("embedded") & (pl.col("state") == _PUBLISHED)
    is_fed = pl.col("origin").eq_missing(_FEED)
    others = observed.filter(pl.col("origin").ne_missing(_PAGE), ~is_fed, is_shown)
    shown = others.group_by(_KEY).agg(
        changed=pl.when(_moment().is_not_null().all()).then(_moment().min()),
        latest=pl.when(_moment().is_not_null().all()).then(_moment().max()),
        is_shown=pl.lit(value=True),
    )
    is_page = pl.col("origin").eq_missing(_PAGE) & (pl.col("state") == _PUBLISHED)
    pages = observed.filter(is_page).join(shown, on=_KEY, how="left", maintain_order="left")
    own = pages.filter(
        pl.col("is_shown").is_null()
        | (pl.col("observed_at") < pl.col("changed"))
        | ((_moment() > pl.col("latest")) & (pl.col("observed_at") > pl.col("latest")))
    )
    rest = observed.filter(~is_page, ~is_fed)
    fed = observed.filter(is_fed).join(observed.filter(~is_fed, is_shown), on=_KEY, how="anti")
    return pl.concat([rest, own.select(observed.columns), fed])


def _moment() -> pl.Expr:
    return pl.col("modified").str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_zone="UTC", time_unit="us")


def _confirmed(observed: pl.DataFrame) -> pl.DataFrame:
    """The observations; an export of a state known from the API has its digest.

    The state is the same where the time of the last change is, and whether a password is asked for, which does not
    change that time: the export's content is rendered by other code, so that its own digest differs where nothing was
    changed. `confirmed` says which these are.
    """
    same = [*_KEY, "modified", "locked"]
    of_api = observed.filter((pl.col("origin") == _API) & ~pl.col("embedded") & (pl.col("state") == _PUBLISHED))
    known = of_api.sort(*_KEY, *_ORDER).unique(same, keep="last").select(*same, known="digest").drop_nulls("modified")
    joined = observed.join(known, on=same, how="left", nulls_equal=True, maintain_order="left")
    is_shown = pl.col("state") == _PUBLISHED
    confirmed = is_shown & (pl.col("origin") != _API) & pl.col("known").is_not_null()
    return joined.with_columns(
        digest=pl.when(confirmed).then("known").otherwise("digest"), confirmed=confirmed.fill_null(value=False)
    ).drop("known")


def _with_tombstones(observed: pl.DataFrame, readable: pl.DataFrame) -> pl.DataFrame:
    seen = readable.select("site", "table", "id", "type").unique()
    tombstones = observed.filter(pl.col("state") != _PUBLISHED).join(seen, on=["site", "table", "id"], suffix="_seen")
    own = tombstones.filter(pl.col("type").is_null() | (pl.col("type") == pl.col("type_seen")))
    return pl.concat([readable, own.with_columns(type="type_seen").select(readable.columns)])


def _once_shown(history: pl.DataFrame) -> pl.DataFrame:
    """The sorted observations; of what was withdrawn only what was shown before.

    An older state that lies beside a newer one is past, and of a draft that was never shown nobody may know.
    """
    withdrawn = (pl.col("state") != _PUBLISHED) & pl.col("hidden").is_not_null()
    is_last = pl.col("ordinal").cum_count().over(*_KEY, "observed_at") == pl.len().over(*_KEY, "observed_at")
    was_shown = (pl.col("state") == _PUBLISHED).cum_sum().over(_KEY) > 0
    # Its time of change is one of a text that nobody may see.
    return history.filter(~withdrawn | (is_last & was_shown)).with_columns(
        modified=pl.when(~withdrawn).then("modified")
    )


def _since(first_seen: pl.Expr) -> pl.Expr:
    """When the last stretch of states that are not `published` began."""
    gone = pl.col("state") != _PUBLISHED
    after = gone.cum_sum() - pl.when(~gone).then(gone.cum_sum()).forward_fill().fill_null(0)
    return first_seen.filter(gone & (after == 1)).last()


def _runs(history: pl.DataFrame) -> pl.DataFrame:
    """Merge observations of one item in a row that show the same state and content.

    Of several contents of one moment with one `modified` only the last counts: the item stands in a list and by itself.
    Of several with different ones (an import of old and new captures) all but the last are past. Where one was seen
    before, that it still lies there is no return to it: else importing the same folder twice would tell of edits.
    """
    moment = [*_KEY, "observed_at"]
    of_moment = pl.col("digest").last().over(*moment, "modified", "state")
    history = history.filter((pl.col("state") != _PUBLISHED) | pl.col("digest").eq_missing(of_moment))
    last = pl.col("digest").last().over(moment)
    first_time = pl.struct("digest").is_first_distinct().over(_KEY)
    telling = history.filter((pl.col("state") != _PUBLISHED) | pl.col("digest").eq_missing(last) | first_time)
    changes = [pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ("state", "digest")]
    numbered = telling.with_columns(ordinal=pl.any_horizontal(changes).cum_sum().over(_KEY))
    return numbered.group_by([*_KEY, "ordinal"], maintain_order=True).agg(
        pl.col("observed_at").first().alias("first_seen"),
        pl.col("observed_at").last().alias("last_seen"),
        pl.len().alias("observations"),
        pl.col(_OF_RUN).first(),
    )


def _versions(package: Package, runs: pl.DataFrame) -> pl.DataFrame:
    schema = package.schema("versions")
    counted = runs.rename({"modified": "modified_at"}).with_columns(
        typed_columns.moment(schema, "modified_at"),
        *(pl.col(name).cast(schema.polars[name]) for name in ("ordinal", "observations")),
    )
    return typed_columns.conform(counted.lazy(), schema).sort(schema.primary_key).collect()
