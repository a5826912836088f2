"""What a case is: files that somebody may have, and what has to come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# What no outcome of any case may say: words of Python in the place of a reason.
NEVER = (
    "Traceback", "a fault of presscorpus", "object has no attribute", "NoneType", "invalid character (byte",
    "is malformed", "Error:", "codec can't", "Expected `", "list index", "KeyError", "invalid literal",
)  # fmt: skip


class Case(NamedTuple):
    """One input, and what is required of it.

    `files` are laid into the folder `in`: bytes, text, or a value that is written as JSON. `sources` is what is named
    on the command line. `rows` are required by table, `cells` by "table.column" in the order of keys, `quarantine` is
    how many rows it must have (null: any). `says` must all be printed, `never` not; `any_of` at least one of them.
    `whole` makes the release too, and `kept` must then be somewhere in its tables, `struck` nowhere. A `scenario` is
    run in place of a build and returns what is wrong.
    """

    section: int
    name: str
    files: Mapping[str, object] = {}
    exits: tuple[int, ...] = (0,)
    rows: Mapping[str, int] = {}
    cells: Mapping[str, list[Any]] = {}
    quarantine: int | None = 0
    says: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("in",)
    whole: bool = False
    kept: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    scenario: Callable[[Path], list[str]] | None = None
