"""Values of options: each function reads one.

Or raises ArgumentTypeError with what is wrong with it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import datetime as dt
    import pathlib
else:
    dt = lazy("datetime")
    pathlib = lazy("pathlib")


def path(text: str) -> pathlib.Path:
    """Return the path that a text names."""
    return pathlib.Path(text)


def count(text: str) -> int:
    """Return a whole number of processes, 0 included."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def positive(text: str) -> int:
    """Return a whole number of items, above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of items")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas, each once."""
    return tuple(dict.fromkeys(filter(None, (each.strip() for each in text.split(",")))))


def named(text: str) -> str:
    """Return a text that is not blank."""
    if not text.strip():
        raise argparse.ArgumentTypeError("names nobody: write who allowed it, and when")
    return text.strip()


def _utc(text: str, like: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no {like}") from None
    return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def moment(text: str) -> dt.datetime:
    """Return a moment in UTC, to the second."""
    return _utc(text, "time like 2026-11-23T00:00:00Z").replace(microsecond=0)


def end(text: str) -> dt.datetime:
    """Return a moment to its microsecond; of a date alone its last one, UTC."""
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max, dt.UTC)
    except ValueError:
        return _utc(text, "date like 2026-11-23 or 2026-11-23T12:00:00Z")
