"""Which item each address of a site means, of all that have or had it.

Claims come shard by shard. A single table of them would hold each address of each post as text, several times while it
is sorted. So they are put aside in parts, by a number that is made of the address, each part is settled by itself, and
what is held is for each address 128 bits of such numbers and a number of the item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from presscorpus.dtypes import PLACE
from presscorpus.lazy import lazy
from presscorpus.tables.addresses import FRONT
from presscorpus.tables.links import TARGET
from presscorpus.tables.url_columns import locals_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from presscorpus.config.schema import Package
    from presscorpus.tables.addresses import Home
else:
    np = lazy("numpy")

EARLIER: Final = "earlier"
ROWS: Final = 1 << 17
"""Claims of a part, about."""

_ITEM: Final = ["site", "table", "type", "id"]
_WHERE: Final = ["site", "address"]
_SEEDS: Final = (20261125, 882)


def observed_under(observed: pl.DataFrame) -> pl.DataFrame:
    """Return the permalinks that items were observed under.

    Args:
        observed: Rows by the schema `observed`: every observation of each item that is in it.

    Returns:
        One row an item and permalink: site, table, type, id, `url`, `seen_at` (when last), and whether there are
        `others`.
    """
    return (
        observed.filter(pl.col("url").is_not_null(), pl.col("type").is_not_null())
        .group_by(*_ITEM, "url")
        .agg(seen_at=pl.col("observed_at").max())
        .with_columns(others=pl.len().over(_ITEM) > 1)
    )


def earlier(package: Package, known_by: pl.DataFrame, home: Home) -> pl.DataFrame:
    """Return the claims of items to addresses that they were observed under.

    Args:
        package: Descriptor and schemas.
        known_by: Rows of one site, table and type, from `observed_under`.
        home: The site's own addresses.

    Returns:
        site, address, basis (`EARLIER`), seen_at, target_table, target_type and target_id.
    """
    schema = package.schema("addresses")
    address = locals_of(known_by["url"], home).cast(schema.polars["address"])
    named = dict(zip(TARGET, _ITEM[1:], strict=True))
    return (
        known_by.with_columns(address.alias("address"), basis=pl.lit(EARLIER, dtype=schema.polars["basis"]))
        .drop_nulls("address")
        .select(*_WHERE, "basis", "seen_at", **named)
    )


def settled(package: Package, claims: pl.DataFrame) -> pl.DataFrame:
    """Choose the one item that each address means.

    The stronger basis wins, then what is not gone, then posts before media before terms before authors, then what was
    observed last, then type and number. Of items that had the same address earlier it is that of the one seen there
    last, and counts only where that became a row.

    Args:
        package: Descriptor and schemas.
        claims: Rows of the addresses, with `gone` and `observed_at` of the item, and those of an earlier address with
            `seen_at` and whether the item became a row (`there`).

    Returns:
        The winning claims: one row an address.
    """
    before = pl.col("basis") == EARLIER
    there = claims.filter(~before)
    past = (
        claims.filter(before)
        .sort(*_WHERE, "seen_at", *TARGET, descending=[False, False, True, False, False, False])
        .unique(_WHERE, keep="first", maintain_order=True)
        .filter("there")
        .join(there, on=[*_WHERE, *TARGET], how="anti")
    )
    order = {
        "basis": _rank(package, "basis"), "gone": pl.col("gone").fill_null(value=False),
        "table": _rank(package, "target_table"), "observed_at": pl.col("observed_at"), "type": pl.col("target_type"),
        "id": pl.col("target_id"),
    }  # fmt: skip
    newest_first = [False, False, *(name == "observed_at" for name in order)]
    return (
        pl.concat([there, past])
        .sort(*_WHERE, *order.values(), descending=newest_first, nulls_last=True)
        .unique(_WHERE, keep="first", maintain_order=True)
    )


def _rank(package: Package, name: str) -> pl.Expr:
    """The place of a value in its schema's enumeration."""
    values = package.schema("addresses").by_name[name].constraints["enum"]
    return pl.col(name).replace_strict({value: place for place, value in enumerate(values)})


def with_fronts(items: pl.DataFrame, sites: list[str]) -> pl.DataFrame:
    """Add the front page of each site, unless that is the permalink of a page.

    Args:
        items: Winning claims, from `settled`.
        sites: Names of the sites to add.

    Returns:
        site, address, target_table, target_type and target_id; a front page is of the table sites and has no number.
    """
    columns = [*_WHERE, *TARGET]
    pages = items.filter(
        pl.col("address") == FRONT, pl.col("basis") == "permalink", ~pl.col("gone").fill_null(value=False)
    )
    front = items.select(columns).clear().select("site").vstack(pl.DataFrame({"site": sites}))
    front = front.join(pages, on="site", how="anti").with_columns(address=pl.lit(FRONT), target_table=pl.lit("sites"))
    others = items.select(columns).join(front, on=_WHERE, how="anti")
    return pl.concat([others, front], how="diagonal")


class Known:
    """The items that addresses mean, held small: a table from addresses to keys.

    The numbers by which addresses are told apart differ between versions of polars; only whether they are equal counts.
    Two addresses of a billion have the same 128 bits with a chance of one in 10^20.

    Args:
        package: Descriptor and schemas.
        sites: Names of all sites.
        parts: Claims as for `settled`, each part with all that claim an address; at least one.
    """

    def __init__(self, package: Package, sites: list[str], parts: Iterator[pl.DataFrame]) -> None:
        self._kinds: list[tuple[str | None, str | None]] = []
        schema = package.schema("addresses").polars
        self._types = {name: schema[name] for name in TARGET}
        held = [
            self._small(with_fronts(settled(package, claims), [] if number else sites))
            for number, claims in enumerate(parts)
        ]
        whole = pl.concat(held).sort("first")
        self._first, self._second, self._kind, self._id = (
            whole[name].to_numpy() for name in ("first", "second", "kind", "id")
        )
        # The greatest number of rows with equal first numbers: 1, but for a chance of one in millions.
        begins = np.flatnonzero(np.append(np.append(True, self._first[1:] != self._first[:-1]), True))
        self._alike = int(np.diff(begins).max()) if len(self._first) else 1

    def _small(self, items: pl.DataFrame) -> pl.DataFrame:
        """Return for each address its two numbers, its kind and its item's number.

        The kind is a number for table and type.
        """
        for kind in items.select(TARGET[:2]).unique().rows():
            if kind not in self._kinds:
                self._kinds.append(kind)
        kinds = pl.DataFrame(self._kinds, schema={name: self._types[name] for name in TARGET[:2]}, orient="row")
        return items.join(kinds.with_row_index("kind"), on=list(TARGET[:2]), how="left", nulls_equal=True).select(
            *_numbers(), "kind", id=pl.col("target_id").fill_null(0)
        )

    def meant(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return the addresses that mean an item.

        Args:
            asked: Columns site and address, each pair once.

        Returns:
            The rows that mean one, with target_table, target_type and target_id.
        """
        if not len(self._first):
            return asked.clear().with_columns(
                pl.lit(None, dtype=kind).alias(name) for name, kind in self._types.items()
            )
        numbers = asked.select(*_numbers())
        first, second = numbers["first"].to_numpy(), numbers["second"].to_numpy()
        start = np.searchsorted(self._first, first)
        found = np.full(len(first), -1, np.int64)
        for step in range(self._alike):
            place = np.minimum(start + step, len(self._first) - 1)
            found = np.where((self._first[place] == first) & (self._second[place] == second), place, found)
        hit = found >= 0
        place = found[hit]
        tables, types = zip(*self._kinds, strict=True)
        kind = pl.Series(self._kind[place], dtype=PLACE)
        columns = [
            pl.Series(TARGET[0], tables, dtype=self._types[TARGET[0]]).gather(kind),
            pl.Series(TARGET[1], types, dtype=self._types[TARGET[1]]).gather(kind),
            pl.Series(TARGET[2], self._id[place], dtype=self._types[TARGET[2]]),
        ]
        # A front page has no number.
        no_number = pl.when(pl.col(TARGET[0]) != "sites").then(TARGET[2])
        return asked.filter(pl.Series(hit)).hstack(columns).with_columns(no_number)


def _numbers() -> list[pl.Expr]:
    text = pl.concat_str(_WHERE, separator="\n")
    return [text.hash(seed).alias(name) for name, seed in zip(("first", "second"), _SEEDS, strict=True)]


def part_of(parts: int) -> pl.Expr:
    """Return the part that a claim belongs to.

    All front pages are in the first.

    Args:
        parts: How many parts there are.

    Returns:
        An expression over site and address: from 0 to one less than `parts`.
    """
    text = pl.concat_str(_WHERE, separator="\n")
    return pl.when(pl.col("address") != FRONT).then(text.hash(_SEEDS[0]) % parts).otherwise(pl.lit(0))
