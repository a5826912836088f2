"""Small tables that keep every rule of their schemas, made from the schemas alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from presscorpus.config.schema import Field, Package, Schema

ROWS = 6
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
# A value for each pattern that the schemas use, by the number of the row.
SAMPLES: dict[str, Callable[[int], str]] = {
    "[a-z0-9][a-z0-9-]{0,62}": lambda row: f"site-{row}",
    "[0-9]{8}T[0-9]{6}Z": lambda row: f"202611{row + 10}T000000Z",
    "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": (
        lambda row: f"urn:uuid:{row:08x}-0000-4000-8000-000000000000"
    ),
    r"[a-z0-9][a-z0-9-]{0,62}/[\s\S]+/[1-9][0-9]*": lambda row: f"site-{row % 2}/post/{row + 1}",
    "[0-9a-f]{64}": lambda row: f"{row:064x}",
    "[a-z]{2,3}": lambda row: ("ug", "en", "zho")[row % 3],
    "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{4,8})*": (
        lambda row: ("ug", "en-US", "zh-Hans-CN")[row % 3]
    ),
    "[A-Z][a-z]{3}": lambda row: ("Arab", "Latn", "Hans")[row % 3],
    "[a-z][a-z0-9_]*": lambda row: f"rule_{row}",
}
TEXTS = ["ئۇيغۇر تىلى", "", 'a "quoted" line\nand another', "’"]


def frames(package: Package) -> dict[str, pl.DataFrame]:
    """Good tables for all resources: rows in key order, nulls and empty strings where they are allowed."""
    made: dict[str, pl.DataFrame] = {}
    while len(made) < len(package.resources):
        for name, resource in package.resources.items():
            if name not in made and all(key.reference.resource in made for key in resource.schema.foreign_keys):
                made[name] = _frame(resource.schema, made)
    return made


def write(package: Package, folder: Path) -> dict[str, pl.DataFrame]:
    """Write good tables into a folder, one Parquet file each, and give them back."""
    made = frames(package)
    for name, frame in made.items():
        save(package.schema(name), frame, folder / f"{name}.parquet")
    return made


def save(schema: Schema, frame: pl.DataFrame, path: Path) -> None:
    """Write one table in its schema's types, but for columns that the schema lacks or has in another type."""
    fields = []
    for name, column in frame.to_dict().items():
        fits = name in schema.by_name and column.dtype == schema.polars[name]
        fields.append(pa.field(name, schema.by_name[name].arrow if fits else column.to_arrow().type))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(frame.to_arrow().cast(pa.schema(fields)), path, row_group_size=4)


def _frame(schema: Schema, made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    pointing = {
        name: made[key.reference.resource][far]
        for key in schema.foreign_keys
        for name, far in zip(key.fields, key.reference.fields, strict=True)
    }
    # Two rows point at one wherever that leaves the primary key unique.
    share = 1 if pointing.keys() >= set(schema.primary_key) else 2
    columns: dict[str, Any] = {}
    for number, field in enumerate(schema.fields):
        if field.name in pointing:
            columns[field.name] = [pointing[field.name][row // share] for row in range(ROWS)]
        elif field.required:
            columns[field.name] = [_value(field, row) for row in range(ROWS)]
        else:
            columns[field.name] = [None if (row + number) % 3 == 1 else _value(field, row) for row in range(ROWS)]
    return pl.DataFrame(columns, schema=schema.polars).sort(schema.primary_key)


def _value(field: Field, row: int) -> Any:
    rules = field.constraints
    low = rules.get("minimum", 0)
    if "enum" in rules:
        return rules["enum"][row % len(rules["enum"])]
    if "pattern" in rules:
        return SAMPLES[rules["pattern"]](row)
    values: dict[str, Any] = {
        "integer": low + row,
        "number": low + (rules.get("maximum", 100) - low) * row / (ROWS - 1),
        "boolean": row % 2 == 0,
        "datetime": (NOON + timedelta(days=row)).replace(tzinfo=UTC if field.timezone else None),
        "array": [[], ["news", ""], ["news", None, "كىتاب"]][row % 3],
        "string": f"{field.name}-{row}" if field.required else TEXTS[row % len(TEXTS)],
    }
    return values[field.type]
