"""The rules of the schemas about single cells, as expressions over columns. Pure."""

from __future__ import annotations

import operator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from presscorpus.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.config.schema import Field, Schema


class Rule(NamedTuple):
    """A rule of one column.

    `fields` names the column and `name` the constraint of Table Schema. `broken` is true where a cell breaks it; a null
    cell breaks nothing but `required`.
    """

    fields: tuple[str, ...]
    name: str
    broken: pl.Expr


def _length(column: pl.Expr, field: Field) -> pl.Expr:
    return column.list.len() if field.type == "array" else column.str.len_chars()


def _bound(beyond: Callable[[Any, Any], Any]) -> Callable[[pl.Expr, Field, Any], pl.Expr]:
    def broken(column: pl.Expr, field: Field, limit: Any) -> pl.Expr:
        outside: pl.Expr = beyond(column, datetime.fromisoformat(limit) if field.type == "datetime" else limit)
        # NaN lies within no bounds; polars orders it above all numbers.
        return outside | column.is_nan() if field.type == "number" else outside

    return broken


# Each constraint as an expression: true where a cell breaks it, null or false where it does not.
_CONSTRAINTS: dict[str, Callable[[pl.Expr, Field, Any], pl.Expr]] = {
    "required": lambda column, _, value: column.is_null() & pl.lit(value),
    # A pattern is about the whole value, as in XML Schema, which has no anchors of its own.
    "pattern": lambda column, _, pattern: ~column.str.contains(f"^(?:{pattern})$"),
    "enum": lambda column, _, values: ~column.is_in(values),
    "minimum": _bound(operator.lt),
    "maximum": _bound(operator.gt),
    "minLength": lambda column, field, limit: _length(column, field) < limit,
    "maxLength": lambda column, field, limit: _length(column, field) > limit,
}


def cell_rules(schema: Schema) -> list[Rule]:
    """Return the rules of a schema about single cells.

    `unique` and keys are not among them: they are about several rows.

    Args:
        schema: The schema of a table.

    Returns:
        One rule a constraint, in the order of the columns.

    Raises:
        SchemaError: A constraint is unknown or makes no sense for its column.
    """
    rules = []
    for field in schema.fields:
        for name, value in field.constraints.items():
            if name != "unique":
                try:
                    rules.append(Rule((field.name,), name, _CONSTRAINTS[name](pl.col(field.name), field, value)))
                except (KeyError, TypeError, ValueError):
                    raise _senseless(schema, field.name, name) from None
    if not _sensible(schema, rules):
        wrong = next(rule for rule in rules if not _sensible(schema, [rule]))
        raise _senseless(schema, wrong.fields[0], wrong.name)
    return rules


def _sensible(schema: Schema, rules: list[Rule]) -> bool:
    """Tell whether polars can evaluate all these rules.

    They are tried on a table with the right columns and without rows.
    """
    try:
        schema.polars.to_frame().lazy().select(
            rule.broken.sum().alias(str(n)) for n, rule in enumerate(rules)
        ).collect()
    except pl.exceptions.PolarsError:
        return False
    return True


def _senseless(schema: Schema, field: str, name: str) -> SchemaError:
    value = schema.by_name[field].constraints[name]
    return SchemaError(f"constraint {name!r}: {value!r} cannot be checked", where=f"{schema.name}: {field}")
