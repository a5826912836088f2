"""Redact whole columns.

A cheap test of all values (`prefilter`), then a close one of the few that it suspects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.privacy.contacts import PHONE
from presscorpus.privacy.decoder import none
from presscorpus.privacy.prefilter import Prefilter
from presscorpus.privacy.units import HTML, JSON, SLUG, TEXT, URL

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from presscorpus.privacy.name_forms import Pair
    from presscorpus.privacy.redaction import Treatment

__all__ = ("HTML", "JSON", "SLUG", "TEXT", "URL", "Columns")


class _Column(NamedTuple):
    """A column of strings, or of lists of strings.

    The strings stand apart from their rows.

    `rows` says of each string, in order, which row it is of; null where the column is no list.
    """

    whole: pl.Series
    strings: pl.Series
    rows: pl.Series | None
    syntax: str


class Columns:
    """The treatments of all sites of a dataset, applied to whole columns."""

    def __init__(self, treatments: Mapping[str, Treatment]) -> None:
        self._treatments = treatments
        rules = {rule for each in treatments.values() for rule in each.rules}
        needles: set[str] = set()
        pairs: set[Pair] = set()
        for each in treatments.values():
            for names, _ in each.sought:
                singles, more = names.signs()
                needles |= singles
                pairs |= more
            needles |= each.taken.signs if each.taken else frozenset()
        self._prefilter = Prefilter(
            frozenset(rules),
            national=any(each.country for each in treatments.values()),
            needles=needles,
            pairs=pairs,
            bylines=any(each.authors is not None for each in treatments.values()),
            numbers={digits for each in treatments.values() for digits in each.numbers},
        )

    def struck(self) -> Iterator[tuple[str, Hashable, int, int]]:
        """Count how often each author's name was taken out so far.

        Yields:
            The site, the author, how often, and in how many posts; one tuple for each author that was met.
        """
        for site, treatment in self._treatments.items():
            each = treatment.strikes
            yield from ((site, owner, times, each.documents[owner]) for owner, times in each.times.most_common())

    def sites_with(self, rule: str) -> list[str]:
        """The sites for which a rule holds.

        Args:
            rule: `email` or `phone`.

        Returns:
            Their names.
        """
        return [site for site, each in self._treatments.items() if rule in each.rules]

    def sites_without_country(self) -> list[str]:
        """The sites whose national telephone numbers are left.

        Returns:
            Names of those that redact telephone numbers, and of which no country is known.
        """
        return [site for site in self.sites_with(PHONE) if self._treatments[site].country is None]

    def __call__(self, sites: pl.Series, values: pl.Series, syntax: str) -> pl.Series:
        """Apply to each value of a column the treatment of its site.

        Args:
            sites: The site of each value.
            values: Strings or lists of strings.
            syntax: How they are read: html, url, slug, json or text.

        Returns:
            The redacted values, null where a value may not be published at all.
        """
        return self.together(sites, {"": (values, syntax)}).get("", values)

    def together(self, sites: pl.Series, columns: Mapping[str, tuple[pl.Series, str]]) -> dict[str, pl.Series]:
        """Apply to columns of the same rows what each site redacts.

        That costs less than one column after the other.

        Args:
            sites: The site of each row.
            columns: Values and their syntax, by a name.

        Returns:
            The columns in which something may have been taken out, by the same names.
        """
        apart = {name: _apart(values, syntax) for name, (values, syntax) in columns.items()}
        suspects = self._suspects(apart.values())
        changed: dict[str, pl.Series] = {}
        for name, column in apart.items():
            those = suspects.get(column.syntax)
            if those is None or not len(those):
                continue
            places = column.strings.is_in(those.implode()).fill_null(value=False).arg_true()
            if len(places):
                own = sites if column.rows is None else sites.gather(column.rows)
                changed[name] = _joined(column, self._treated(own, column, places))
        return changed

    def suspects(self, values: pl.Series, syntax: str) -> pl.Series:
        """Test values for anything that could be redacted; false for null.

        Args:
            values: Strings.
            syntax: How they are read: html, url, slug, json or text.

        Returns:
            Whether each value has to be read closely.
        """
        those = self._suspects([_apart(values, syntax)]).get(syntax)
        if those is None:
            return none(values)
        return values.is_in(those.implode()).fill_null(value=False)

    def _suspects(self, columns: Iterable[_Column]) -> dict[str, pl.Series]:
        """The distinct strings that may hold something, by syntax."""
        strings: dict[str, list[pl.Series]] = {}
        for column in columns:
            strings.setdefault(column.syntax, []).append(column.strings.alias(""))
        found = {}
        for syntax, parts in strings.items():
            distinct = pl.concat(parts).drop_nulls().unique(maintain_order=True)
            if len(distinct):
                found[syntax] = distinct.filter(self._prefilter.suspects(distinct, syntax))
        return found

    def _treated(self, sites: pl.Series, column: _Column, places: pl.Series) -> pl.Series:
        """The strings of a column, those at some places treated as their sites say."""
        treated = [
            self._one(self._treatments[site], value, column.syntax)
            for site, value in zip(sites.gather(places), column.strings.gather(places), strict=True)
        ]
        return column.strings.clone().scatter(places, pl.Series(treated, dtype=column.strings.dtype))

    def _one(self, treatment: Treatment, value: str, syntax: str) -> str | None:
        by: dict[str, Callable[[str], str | None]] = {
            HTML: treatment.html, URL: treatment.url, SLUG: treatment.slug, JSON: treatment.json, TEXT: treatment.text,
        }  # fmt: skip
        return by[syntax](value)


def _apart(values: pl.Series, syntax: str) -> _Column:
    """Split a column into its strings and their rows.

    All lists at once, since list.eval calls for each by itself.
    """
    if not values.dtype.is_nested():
        return _Column(values, values, None, syntax)
    frame = pl.DataFrame({"values": values}).with_row_index("row").filter(pl.col("values").list.len() > 0)
    flat = frame.explode("values", empty_as_null=True)
    return _Column(values, flat["values"], flat["row"], syntax)


def _joined(column: _Column, strings: pl.Series) -> pl.Series:
    """A column with other strings in the places of its own."""
    if column.rows is None:
        return strings
    new = pl.DataFrame({"row": column.rows, "new": strings}).group_by("row", maintain_order=True).agg("new")
    frame = pl.DataFrame({"old": column.whole}).with_row_index("row")
    joined = frame.join(new, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("new", "old").alias(column.whole.name))[column.whole.name]
