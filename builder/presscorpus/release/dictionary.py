"""The data dictionary: every column of every table, from the schemas alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presscorpus.release.markdown import code, escape, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.config.schema import Field, Schema

_HEAD = ("Column", "Type", "Unit", "Null", "Exposure", "Meaning", "Follows")
_INTRODUCTION = """\
# Data dictionary

One section a table, one line a column. *Null*: whether a value may be missing. *Exposure*: `public` leaves always,
`content` and `person` as the policy of the site allows; a withheld value is null. *Follows*: the rule that the value
follows. Columns marked † depend on when we looked; all others depend on what the site published.
"""


def dictionary(schemas: Iterable[Schema]) -> str:
    """Write the text of `DICTIONARY.md`.

    Args:
        schemas: The schemas of all tables, in the order of the sections.

    Returns:
        Markdown.
    """
    return "\n".join([_INTRODUCTION, *(_section(schema) for schema in schemas)])


def _section(schema: Schema) -> str:
    keys = [f"Key: {_names(schema.primary_key)}."]
    keys += [f"Also unique: {_names(key)}." for key in schema.unique_keys]
    keys += [
        f"{_names(key.fields)} points at {_names(key.reference.fields)} of {code(key.reference.resource)}."
        for key in schema.foreign_keys
    ]
    rows = [_row(field) for field in schema.fields]
    about = f"{escape(schema.title)}. {escape(schema.description)}"
    return f"## {code(schema.name)}\n\n{about}\n\n{' '.join(keys)}\n\n{table(_HEAD, rows)}"


def _row(field: Field) -> tuple[str, ...]:
    return (
        code(field.name) + (" †" if field.observation else ""),
        field.kind,
        escape(field.unit or ""),
        "no" if field.required else "yes",
        field.exposure,
        escape(field.description) + _rules(field.constraints),
        escape(field.source),
    )


def _rules(constraints: dict[str, Any]) -> str:
    rules = []
    for key, value in constraints.items():
        if key == "enum":
            rules.append("one of " + ", ".join(code(str(each)) for each in value))
        elif key != "required":
            rules.append(f"{key} {code(str(value))}")
    return f" ({'; '.join(rules)})" if rules else ""


def _names(names: Iterable[str]) -> str:
    return ", ".join(code(name) for name in names)
