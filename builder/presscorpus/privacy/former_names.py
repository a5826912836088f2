"""Names of people and numbers that only earlier states told, beside the tables.

A text names an author as the account was called when it was written. The tables hold the last state of an item, so that
the names of all others are kept beside them, where nothing releases them (privacy/earlier_states.py collects them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from presscorpus.errors import UsageError
from presscorpus.privacy import inputs
from presscorpus.storage import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FILE: Final = "former_names.json"
"""The file beside the tables."""


CALLED: Final = "called"
"""The kind of an address that calls a number."""


class Told(NamedTuple):
    """A name, and what it is.

    `kind` is `name`, `login`, `organisation`, `human` (said to be a person), `profile`, `title` or `CALLED`.
    `owner` is whose it is: the number of an account, a term or a guest; null where not known.
    """

    kind: str
    name: str
    owner: int | str | None = None


decode = msgspec.json.Decoder(dict[str, list[Told]]).decode
"""Decode names by site."""


def write(tables: Path, found: Mapping[str, Sequence[Told]]) -> None:
    """Write names beside tables.

    Args:
        tables: The folder of the tables.
        found: Names by site.
    """
    atomic.write(tables / FILE, msgspec.json.encode(found, order="sorted"))


def read(tables: Path) -> dict[str, list[Told]]:
    """Read the names that were kept beside tables.

    Args:
        tables: The folder of the tables.

    Returns:
        Names by site.

    Raises:
        UsageError: The tables were not built, or by an earlier version.
    """
    try:
        return decode((tables / FILE).read_bytes())
    except FileNotFoundError:
        raise UsageError(
            "is missing: the tables were not built by this version",
            where=str(tables / FILE),
            advice=f"{inputs.BUILD_AGAIN.capitalize()}.",
        ) from None
