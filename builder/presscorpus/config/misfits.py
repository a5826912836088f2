"""Reasons, in plain words, why a file of settings cannot be read.

The messages of libraries are for programmers: they name types of Python, and change with each release.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import msgspec
import yaml

from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from pathlib import Path

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
# YAML reads an unquoted date as a date, and DVC takes no unquoted time.
_QUOTES: Final = {
    "date": 'Write it in quotes, like "2026-11-23T00:00:00Z".',
    "bool": 'YAML takes NO, no, off, yes and on without quotes for true or false: write it in quotes, like "NO".',
    "int": "Write it in quotes.",
    "float": "Write it in quotes.",
}
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


def misfit(error: msgspec.ValidationError, kind: Any = None) -> str:
    """Say why a value does not fit the fields that it is read into.

    Args:
        error: What msgspec raised.
        kind: The type that the whole was to be; with it the message names what was probably meant. Null names nothing.

    Returns:
        A clause that begins with the place, such as `sites[0].name: has a whole number where text is expected`.
    """
    said, _, place = str(error).partition(" - at ")
    path = place.rpartition("$")[2].strip("`.")
    clause = "holds something else than is expected"
    if found := _MISSING.fullmatch(said):
        clause = f"has no field {found[1]!r}, which is required"
    elif found := _UNKNOWN.fullmatch(said):
        known = _expected(kind, path).get("properties", ())
        meant = "".join(f"; {name!r} is" for name in get_close_matches(found[1], known, 1))
        clause = f"has a field {found[1]!r} that is not known{meant}"
    elif found := _KIND.fullmatch(said):
        clause = f"has {_words(found[2])} where {_words(found[1])} is expected"
    elif found := _RANGE.fullmatch(said):
        clause = f"is not {_THAN[found[2]]} {found[3]}"
    elif found := _CHOICE.fullmatch(said):
        known = [repr(value) for value in _expected(kind, path).get("enum", ()) if value is not None]
        clause = f"{found[1]} is none of {', '.join(known) or 'the values that are known'}"
    elif "datetime" in said:
        clause = "is no time like 2026-11-23T00:00:00Z"
    return f"{path}: {clause}" if path else clause


def remedy(error: msgspec.ValidationError) -> str | None:
    """Say what to write where YAML took a text for something else.

    Args:
        error: What msgspec raised.

    Returns:
        A sentence for the user; null where no quotes are missing.
    """
    found = _KIND.fullmatch(str(error).partition(" - at ")[0])
    if found is None or (found[2] != "date" and "str" not in found[1].split(" | ")):
        return None
    return _QUOTES.get(found[2])


def _expected(kind: Any, path: str) -> dict[str, Any]:
    """The JSON schema of what a type has at a path such as `sites[0].policy`.

    Empty where nobody named the type.
    """
    if kind is None:
        return {}
    (schema,), named = msgspec.json.schema_components([kind], ref_template="{name}")
    schema = _plain(schema, named)
    for key in re.findall(r"\w+|\.\.\.", path):  # the keys of mappings msgspec writes as dots
        within = schema.get("properties", {}).get(key) or schema.get("items") or schema.get("additionalProperties")
        schema = _plain(within or {}, named)
    return schema


def _plain(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """A schema that is neither a reference nor a choice between one and null."""
    for each in schema.get("anyOf", ()):
        if each.get("type") != "null":
            schema = each
    plain: dict[str, Any] = named.get(schema.get("$ref", ""), schema)
    return plain


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(each, each) for each in types.split(" | "))
