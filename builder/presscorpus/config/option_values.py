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

    from presscorpus.config import moments
else:
    dt = lazy("datetime")
    moments = lazy("presscorpus.config.moments")
    pathlib = lazy("pathlib")


def path(text: str) -> pathlib.Path:
    """Read the path of a file or folder.

    Args:
        text: What was typed.

    Returns:
        The path, whether or not anything is there.

    Raises:
        argparse.ArgumentTypeError: It is blank, as of a variable that is not set.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("is blank: name a file or folder, `.` for this one")
    return pathlib.Path(text)


def count(text: str) -> int:
    """Read a whole number of processes, 0 included.

    Args:
        text: What was typed.

    Returns:
        The number.

    Raises:
        argparse.ArgumentTypeError: It is no such number.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def positive(text: str) -> int:
    """Read a whole number of items, above 0.

    Args:
        text: What was typed.

    Returns:
        The number.

    Raises:
        argparse.ArgumentTypeError: It is no such number.
    """
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of items, 1 or more")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """Read a list of names with commas between them.

    Args:
        text: What was typed, as `post,page`.

    Returns:
        The names in order, each once, without blanks around them.

    Raises:
        argparse.ArgumentTypeError: It names nothing.
    """
    found = tuple(dict.fromkeys(filter(None, (each.strip() for each in text.split(",")))))
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} names nothing")
    return found


def named(text: str) -> str:
    """Read who allowed something.

    Args:
        text: What was typed.

    Returns:
        The text without blanks around it.

    Raises:
        argparse.ArgumentTypeError: It is blank.
    """
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
    """Read a moment.

    Args:
        text: What was typed: a time or a date in ISO 8601. One without a time zone is in UTC, a date its first moment.

    Returns:
        The moment in UTC, to the second.

    Raises:
        argparse.ArgumentTypeError: It is no such time.
    """
    return _utc(text, "time like 2026-11-23T00:00:00Z").replace(microsecond=0)


def seen(text: str) -> dt.datetime:
    """Read when something was observed.

    Args:
        text: What was typed, as for `moment`.

    Returns:
        The moment in UTC, to the second.

    Raises:
        argparse.ArgumentTypeError: It is no such time, in the future, or before there was WordPress.
    """
    found = moment(text)
    if why := moments.impossible(found):
        raise argparse.ArgumentTypeError(f"{text!r} {why}")
    return found


def end(text: str) -> dt.datetime:
    """Read a moment, of a date alone its last one.

    Args:
        text: What was typed, as for `moment`.

    Returns:
        The moment in UTC, to the microsecond.

    Raises:
        argparse.ArgumentTypeError: It is no date and no time.
    """
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max, dt.UTC)
    except ValueError:
        return _utc(text, "date like 2026-11-23 or 2026-11-23T12:00:00Z")
