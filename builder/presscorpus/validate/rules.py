"""The rules of the schemas about single cells, as expressions over columns. Pure."""

from __future__ import annotations

import operator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from presscorpus.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    "required": lambda column, _, value: column.is_null() if value is True else column.is_null() & pl.lit(value),
    # A pattern is about the whole value, as in XML Schema, which has no anchors of its own.
    "pattern": lambda column, _, pattern: ~column.str.contains(f"^(?:{pattern})$"),
    "enum": lambda column, _, values: ~column.is_in(values),
    "minimum": _bound(operator.lt),
    "maximum": _bound(operator.gt),
    "minLength": lambda column, field, limit: _length(column, field) < limit,
    "maxLength": lambda column, field, limit: _length(column, field) > limit,
}


def cell_rules(schemas: Sequence[Schema]) -> list[list[Rule]]:
    """Return the rules of schemas about single cells.

    `unique` and keys are not among them: they are about several rows.

    Args:
        schemas: The schemas of tables.

    Returns:
        For each schema one rule a constraint, in the order of the columns.

    Raises:
        SchemaError: A constraint is unknown or makes no sense for its column.
    """
    found = [_rules(schema) for schema in schemas]
    try:
        # All at once: to begin takes longer than to evaluate.
        pl.collect_all([_tried(schema, rules) for schema, rules in zip(schemas, found, strict=True)])
    except pl.exceptions.PolarsError:
        each = ((schema, rule) for schema, rules in zip(schemas, found, strict=True) for rule in rules)
        schema, wrong = next((schema, rule) for schema, rule in each if not _is_sensible(schema, rule))
        raise _senseless(schema, wrong.fields[0], wrong.name) from None
    return found


def _rules(schema: Schema) -> list[Rule]:
    rules = []
    for field in schema.fields:
        for name, value in field.constraints.items():
            if name != "unique":
                try:
                    rules.append(Rule((field.name,), name, _CONSTRAINTS[name](pl.col(field.name), field, value)))
                except (KeyError, TypeError, ValueError):
                    raise _senseless(schema, field.name, name) from None
    return rules


def _tried(schema: Schema, rules: list[Rule]) -> pl.LazyFrame:
    """Rules on a table with the right columns and without rows.

    polars refuses them if it cannot evaluate one.
    """
    counts = (rule.broken.sum().alias(str(number)) for number, rule in enumerate(rules))
    return schema.polars.to_frame().lazy().select(counts)


def _is_sensible(schema: Schema, rule: Rule) -> bool:
    try:
        _tried(schema, [rule]).collect()
    except pl.exceptions.PolarsError:
        return False
    return True


def _senseless(schema: Schema, field: str, name: str) -> SchemaError:
    value = schema.by_name[field].constraints[name]
    return SchemaError(f"constraint {name!r}: {value!r} cannot be checked", where=f"{schema.name}: {field}")
