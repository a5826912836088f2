"""A second check by frictionless: no fault of the checker can hide itself.

It shares nothing with `validate/checker.py` but the schemas: other code, other people, other way (cells of rows, not
columns). It needs the plugin `frictionless_presscorpus`, which gives it rows from Parquet; frictionless finds that by
itself. In tests it checks always, in the build all or a sample (validate/sample.py), because it is a hundred times
slower.

Where its verdict differs from the standard or leaves something out (frictionless 5.21), this module says so:

- `uniqueKeys` are not enforced (`UNENFORCED`).
- A column of a wrong Arrow type is noticed by cells that do not fit, so "7" passes as an integer, and a large string
  or a timestamp in milliseconds as what the schema asks for. `confirm` takes the checker's word there.
- A pattern is matched up to a line break at the end of the value; it gets the pattern with its end made fast.
- A primary key made of nulls is reported although it is already `required`, a foreign key with only some nulls
  although SQL does not look at it: both are left out.
- Rows of a table whose columns are not the schema's are read by position, and whatever refers to that table fails as
  a whole. So such a table gets one verdict, `schema`, and nothing in it or pointing at it is judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

from presscorpus.errors import FindingsError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import frictionless
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq
    from frictionless import Error, Row
    from frictionless.resources import TableResource

    from presscorpus.config.schema import Package, Schema
else:
    frictionless = lazy("frictionless")
    pa = lazy("pyarrow")
    pq = lazy("pyarrow.parquet")

# Rules that frictionless reads and does not enforce.
UNENFORCED = frozenset({"uniqueKey"})
_KEYS = {"primary-key": "primaryKey", "foreign-key": "foreignKey"}
_CONSTRAINT = re.compile(r'constraint "(\w+)" is ')


class Fault(NamedTuple):
    """One way in which a table breaks its schema, as in schemas/findings.json.

    `field` holds the columns of a key joined by commas; it is empty, and `row` 0, for a rule about the table, and `row`
    is 0 for one about the column. Rows are counted from 1.
    """

    table: str
    field: str
    rule: str
    row: int


class Verdict(Protocol):
    """The result of a check by columns: see `presscorpus.validate.checker.Findings`."""

    @property
    def frame(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def counts(self) -> dict[str, int]: ...  # noqa: D102


def judge(package: Package, folder: Path) -> set[Fault]:
    """Return what frictionless finds wrong with the tables of a folder.

    Args:
        package: Descriptor and schemas.
        folder: Where `<table>.parquet` lies for each table.

    Returns:
        The faults. A table whose file or columns are not the schema's gives one, of the rule `schema`.
    """
    heights = {name: _height(folder / f"{name}.parquet", package.schema(name)) for name in package.resources}
    readable = [name for name, height in heights.items() if height is not None]
    faults = {Fault(name, "", "schema", 0) for name, height in heights.items() if height is None}
    # Opening a table costs frictionless 30 ms, and one without rows has nothing to be judged.
    filled = [name for name in readable if heights[name]]
    for name in filled:
        faults.update(_faults(package, folder, name, set(readable)))
    return _settle(package, faults)


def confirm(package: Package, folder: Path, findings: Verdict) -> None:
    """Compare what the checker found with what frictionless finds.

    Args:
        package: Descriptor and schemas.
        folder: Where `<table>.parquet` lies for each table.
        findings: What the checker found in these tables.

    Raises:
        FindingsError: The two disagree, so that one of them is wrong.
    """
    compare(package, findings, judge(package, folder))


def compare(package: Package, findings: Verdict, judged: set[Fault]) -> None:
    """Compare what the checker found with faults from `judge`.

    Args:
        package: Descriptor and schemas.
        findings: What the checker found.
        judged: What frictionless found in the same tables.

    Raises:
        FindingsError: The two disagree, so that one of them is wrong.
    """
    columns = findings.frame.select("table", "field", "rule", "row")
    checked = _settle(package, {Fault(*row) for row in columns.iter_rows()})
    untyped = {fault for fault in checked if fault.rule == "type"}
    judged = _settle(package, judged | untyped)
    expected = _by_rule(fault for fault in checked if fault.rule not in UNENFORCED)
    actual = _by_rule(judged)
    for rule in sorted(expected.keys() | actual.keys()):
        listed, oracle = expected.get(rule, set()), actual.get(rule, set())
        # Only the first findings of a rule are listed, but all are counted; a broken table counts as one.
        count = len(listed) if rule[2] == "schema" else findings.counts.get("/".join(rule), 0)
        if not listed <= oracle or len(oracle) != count:
            raise FindingsError(
                f"the checker finds {count} rows and frictionless {len(oracle)}",
                where=" / ".join(part for part in rule if part),
                advice="One of the two judges is wrong. Please report it, with the table if you may.",
            )


def _by_rule(faults: Iterable[Fault]) -> dict[tuple[str, str, str], set[int]]:
    rows: dict[tuple[str, str, str], set[int]] = {}
    for fault in faults:
        rows.setdefault(fault[:3], set()).add(fault.row)
    return rows


def _settle(package: Package, faults: set[Fault]) -> set[Fault]:
    """Leave out what follows from another fault.

    That is all else in a broken table, and all else about an untyped column.
    """
    broken = {fault.table for fault in faults if fault.rule == "schema"}
    untyped = {(fault.table, fault.field) for fault in faults if fault.rule == "type"}

    def follows(fault: Fault) -> bool:
        concerned = {(fault.table, name) for name in fault.field.split(",")}
        if fault.rule == "foreignKey":
            for key in package.schema(fault.table).foreign_keys:
                if ",".join(key.fields) == fault.field:
                    concerned.update((key.reference.resource, name) for name in key.reference.fields)
        if any(table in broken for table, _ in concerned):
            return True
        return fault.rule != "type" and not untyped.isdisjoint(concerned)

    kept = {fault for fault in faults if not follows(fault)}
    return kept | {Fault(table, "", "schema", 0) for table in broken}


def _resource(package: Package, folder: Path, name: str, readable: set[str]) -> TableResource:
    """A table as frictionless sees it.

    In a package with the tables that its foreign keys lead to.

    Of these the package has the columns of the keys alone: frictionless would read each of them as a whole for each
    table that refers to it, texts and all.
    """
    schema = _described(package.schema(name), readable)
    version = {"$schema": package.descriptor["$schema"], "name": package.descriptor["name"]}
    table = {"name": name, "type": "table", "path": f"{name}.parquet", "format": "parquet", "schema": schema}
    whole = frictionless.Package.from_descriptor(version | {"resources": [table]}, basepath=str(folder))
    columns: dict[str, dict[str, None]] = {}
    for key in schema["foreignKeys"]:
        columns.setdefault(key["reference"]["resource"], {}).update(dict.fromkeys(key["reference"]["fields"]))
    for other, fields in columns.items():
        if other != name:
            whole.add_resource(_keys(folder / f"{other}.parquet", other, list(fields)))
    return whole.get_table_resource(name)


def _keys(path: Path, name: str, fields: list[str]) -> TableResource:
    """Some columns of a table, as they are."""
    with pq.ParquetFile(path) as file:
        columns = file.read(columns=fields).select(fields)
    rows = zip(*(column.to_pylist() for column in columns.columns), strict=True)
    described = {"fields": [{"name": field, "type": "any"} for field in fields], "missingValues": []}
    schema = frictionless.Schema.from_descriptor(described)
    return frictionless.resources.TableResource(name=name, data=[fields, *map(list, rows)], schema=schema)


def _described(schema: Schema, linked: set[str]) -> dict[str, Any]:
    """A schema as a Table Schema descriptor, for frictionless to read on its own."""
    described: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schema))
    # In a typed file an empty string is a value; the standard's default is meant for text files.
    described["missingValues"] = []
    described["foreignKeys"] = [key for key in described["foreignKeys"] if key["reference"]["resource"] in linked]
    for field in described["fields"]:
        for name in [name for name, value in field.items() if value is None]:
            del field[name]
        if "pattern" in field["constraints"]:
            field["constraints"]["pattern"] = rf"(?:{field['constraints']['pattern']})\Z"
    return described


def _height(path: Path, schema: Schema) -> int | None:
    """Return how many rows a table has.

    Null where it cannot be read or has not the columns of its schema, in order.
    """
    try:
        with pq.ParquetFile(path) as file:
            return int(file.metadata.num_rows) if file.schema_arrow.names == schema.names else None
    except (OSError, pa.ArrowException):
        return None


def _reads(path: Path) -> bool:
    """Whether every page of a table can be read."""
    try:
        with pq.ParquetFile(path) as file:
            return all(batch is not None for batch in file.iter_batches())
    except (OSError, pa.ArrowException):
        return False


def _faults(package: Package, folder: Path, name: str, readable: set[str]) -> Iterator[Fault]:
    # Row by row and not by `validate`, which keeps a copy of all cells with each error.
    try:
        with _resource(package, folder, name, readable) as resource:
            for row in resource.row_stream:
                for error in row.errors:
                    yield from _fault(resource, row, error)
    except (frictionless.FrictionlessException, OSError, pa.ArrowException):
        # A table that it refers to may be the damaged one, which gives a fault of its own.
        if not _reads(folder / f"{name}.parquet"):
            yield Fault(name, "", "schema", 0)


def _fault(resource: TableResource, row: Row, error: Error) -> Iterator[Fault]:
    """An error of frictionless as a fault; none where it is no fault by the standard."""
    # The header was row 1.
    table, row_number = str(resource.name), row.row_number - 1
    named = _CONSTRAINT.search(error.note)
    column = getattr(error, "field_name", "")
    if error.type == "type-error":
        yield Fault(table, column, "type", 0)
    elif error.type == "constraint-error" and named:
        yield Fault(table, column, named[1], row_number)
    elif error.type == "unique-error":
        yield Fault(table, column, "unique", row_number)
    elif error.type == "blank-row":
        yield from (
            Fault(table, field.name, "required", row_number) for field in resource.schema.fields if field.required
        )
    elif error.type in _KEYS:
        columns = resource.schema.primary_key if error.type == "primary-key" else getattr(error, "field_names", [])
        if all(row[name] is not None for name in columns):
            yield Fault(table, ",".join(columns), _KEYS[error.type], row_number)
    else:
        yield Fault(table, "", "schema", 0)
