"""Periods of a time axis: days, months or years, as a chart has room. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

import polars as pl

Unit = Literal["day", "month", "year"]
# The most bars of one picture by unit; with more, the next larger unit is used.
_MOST_DAYS, _MOST_MONTHS, _MOST_YEARS = 62, 96, 60
_FORMATS: dict[Unit, str] = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_LABELS = 6


class Calendar(NamedTuple):
    """The periods of one time axis, in order and without a gap.

    They are named as 2026-11-23, 2026-11 or 2026.
    """

    unit: Unit
    periods: list[str]

    def period(self, moment: pl.Expr) -> pl.Expr:
        """The period that a time lies in.

        Args:
            moment: An expression of dates or datetimes.

        Returns:
            An expression of names of periods; null where the axis does not have the time.
        """
        named = moment.dt.strftime(_FORMATS[self.unit])
        return pl.when(named.is_in(self.periods)).then(named)

    def labels(self, most: int = _LABELS) -> list[str]:
        """The periods that a picture names.

        Args:
            most: How many names there is room for.

        Returns:
            All periods, or every n-th; of many months only Januaries are named, where there are several.
        """
        return _labels(self.unit, self.periods, most)


def calendar(first: date | None, last: date | None, observed: date | None, *, whole_years: bool) -> Calendar:
    """The time axis from the first to the last day.

    Days beyond the year after the last observation, or in a year more than 59 before it, cannot be meant and are left
    out.

    Args:
        first: The first day; null for none.
        last: The last day; null for none.
        observed: The day of the last observation; null for none.
        whole_years: Whether days become months, and months begin in January and end in December.

    Returns:
        The axis in days, months or years; empty where one of the three days is null.
    """
    if first is None or last is None or observed is None:
        return Calendar("month", [])
    latest = date(min(observed.year + 1, 9999), 12, 31)
    earliest = date(max(observed.year - _MOST_YEARS + 1, 1), 1, 1)
    first, last = min(max(first, earliest), latest), max(min(last, latest), earliest)
    if not whole_years and (last - first).days < _MOST_DAYS:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return Calendar("day", [f"{day:%Y-%m-%d}" for day in days])
    if (last.year - first.year) * 12 + last.month - first.month < _MOST_MONTHS:
        start, end = (1, 12) if whole_years else (first.month, last.month)
        months = range(first.year * 12 + start - 1, last.year * 12 + end)
        return Calendar("month", [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in months])
    return Calendar("year", [f"{year:04d}" for year in range(first.year, last.year + 1)])


def _labels(unit: Unit, periods: list[str], most: int) -> list[str]:
    if len(periods) <= most:
        return periods
    rounds = [period for period in periods if unit != "month" or period.endswith("-01")]
    # A single January would not label an axis.
    chosen = rounds if rounds[1:] else periods
    step = -(-len(chosen) // most)
    return chosen[::step]
