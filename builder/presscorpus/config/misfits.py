"""Reasons, in plain words, why a file of settings cannot be read.

The messages of libraries are for programmers: they name types of Python, and change with each release.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from pathlib import Path

    import msgspec

_WORDS: Final = {
    "array": "a list", "bool": "true or false", "date": "a date", "datetime": "a date with time", "float": "a number",
    "int": "a whole number", "null": "nothing", "object": "a mapping", "str": "text",
}  # fmt: skip
# What msgspec says (src/msgspec/_core.c), and the same in words.
_MISSING: Final = re.compile(r"Object missing required field `(.+)`")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.+)`")
_KIND: Final = re.compile(r"Expected `(.+)`, got `(.+)`")
_RANGE: Final = re.compile(r"Expected `(.+)` (>=|<=|>|<) (\S+)")
_CHOICE: Final = re.compile(r"Invalid enum value (.+)", re.DOTALL)
_THAN: Final = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def read_yaml(path: Path) -> Any:
    """Read a file of YAML.

    Args:
        path: The file.

    Returns:
        What it holds, as mappings, lists and values.

    Raises:
        FileNotFoundError: It is missing.
        ParamsError: It is not YAML, or not in UTF-8.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ParamsError("is not in UTF-8", where=str(path), advice="Save it as UTF-8 in your editor.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        at = f" from line {mark.line + 1}, column {mark.column + 1} on" if mark else ""
        raise ParamsError(
            f"is not YAML{at}",
            where=str(path),
            advice="Look for a bracket or quote that does not end, a tab, or a colon in a text without quotes.",
        ) from None


def misfit(error: msgspec.ValidationError) -> str:
    """Say why a value does not fit the fields that it is read into.

    Args:
        error: What msgspec raised.

    Returns:
        A clause that begins with the place, such as `sites[0].name: has a whole number where text is expected`.
    """
    said, _, place = str(error).partition(" - at ")
    path = place.rpartition("$")[2].strip("`.")
    clause = "holds something else than is expected"
    if found := _MISSING.fullmatch(said):
        clause = f"has no field {found[1]!r}, which is required"
    elif found := _UNKNOWN.fullmatch(said):
        clause = f"has a field {found[1]!r} that is not known"
    elif found := _KIND.fullmatch(said):
        clause = f"has {_words(found[2])} where {_words(found[1])} is expected"
    elif found := _RANGE.fullmatch(said):
        clause = f"is not {_THAN[found[2]]} {found[3]}"
    elif found := _CHOICE.fullmatch(said):
        clause = f"{found[1]} is none of the values that are known"
    elif "datetime" in said:
        clause = "is no time like 2026-11-23T00:00:00Z"
    return f"{path}: {clause}" if path else clause


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(each, each) for each in types.split(" | "))
