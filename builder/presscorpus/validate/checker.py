"""Tables checked against their schemas, whole columns at a time.

The rules are those of Table Schema (https://datapackage.org/standard/table-schema/) and stand in `schemas/`; here is
how each is asked of a column. A first pass counts what breaks each rule, in one streaming scan a table that reads no
column without a rule; only where something broke, a second pass says which rows. Memory grows by the keys of one table,
and stays flat for a key that its table is sorted by.

Parquet is typed, so `type` is a rule about a column, not about cells, and an empty string is a value, not a missing one
(the schemas say `"missingValues": []`). What SQL says of keys holds here, as the standard has it: no part of a primary
key is null (config/schema.py demands that such columns are `required`, and that is the rule they break), and a unique
or foreign key with a null in it is not looked at.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from presscorpus.storage import parquet
from presscorpus.validate.rules import cell_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Parts = Mapping[str, Sequence[Path]]
    Told = Callable[[int, int], None]

    from presscorpus.config.schema import ForeignKey, Package, Schema
    from presscorpus.validate.rules import Rule

# Findings of one rule that are listed; all others are only counted.
LISTED = 1000
VALUE_CHARACTERS = 200
_ROW, _HASHES = "#row", ["#hash", "#other hash"]
_UNREADABLE = (pl.exceptions.PolarsError, OSError)
_NOT_READ = "cannot be read"
_OPENING, _CLOSING = '{"v":', "}"


class Findings(NamedTuple):
    """The result of a check.

    Attributes:
        frame: The table of schemas/findings.json, sorted by its key, with at most `LISTED` rows for each table, field
            and rule.
        counts: The number of all faults by "table/field/rule", empty where there are none.
        rows: The number of rows of each table that could be opened.
    """

    frame: pl.DataFrame
    counts: dict[str, int]
    rows: dict[str, int]


class _Table(NamedTuple):
    """A table that can be read; `sound` are its columns of the right type.

    Only those can be checked.
    """

    name: str
    schema: Schema
    rows: int
    sound: frozenset[str]
    scan: pl.LazyFrame

    def has(self, fields: tuple[str, ...]) -> bool:
        """Whether all these columns can be asked."""
        return self.sound.issuperset(fields)


def check(package: Package, folder: Path, *, parts: Parts | None = None, told: Told = lambda *_: None) -> Findings:
    """Check each table that the descriptor names against its schema.

    Args:
        package: Descriptor and schemas.
        folder: Where `<table>.parquet` lies for each table.
        parts: The files of each table, where tables are cut into several as a release is; their rows count in that
            order. `folder` is not read then.
        told: Called with the number of tables that are done, and of all.

    Returns:
        What was found; a file that is missing or damaged is a finding too.

    Raises:
        SchemaError: A schema holds a rule that cannot be checked, so that none goes unchecked in silence.
    """
    found = _Found(package.schema("findings"))
    tables: dict[str, _Table] = {}
    ruled = cell_rules([resource.schema for resource in package.resources.values()])
    for done, ((name, resource), rules) in enumerate(zip(package.resources.items(), ruled, strict=True)):
        told(done, len(package.resources))
        table = _open(name, resource.schema, parts[name] if parts else [folder / f"{name}.parquet"], found)
        if table is not None:
            with _reading(name, found):
                if table.rows:
                    _check_cells(table, rules, found)
                    _check_keys(table, found)
                tables[name] = table
    for table in (each for each in tables.values() if each.rows):
        for key in table.schema.foreign_keys:
            far = tables.get(key.reference.resource)
            if table.rows and far is not None and table.has(key.fields) and far.has(key.reference.fields):
                try:
                    _check_foreign_key(table, key, far, found)
                except _UNREADABLE:
                    found.note(_damaged(table, key, far), "schema", value=_NOT_READ)
    told(len(package.resources), len(package.resources))
    return found.findings()


class _Found:
    """Findings as they come."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._frames: list[pl.DataFrame] = []
        self._counts: dict[str, int] = {}
        self._rows: dict[str, int] = {}

    def opened(self, table: str, rows: int) -> None:
        """Note how many rows a table has."""
        self._rows[table] = rows

    def note(self, table: str, rule: str, field: str = "", value: str | None = None) -> None:
        """Take a finding about a table or a column as a whole."""
        label = f"{table}/{field}/{rule}"
        if label not in self._counts:
            row = {"table": table, "field": field, "rule": rule, "row": 0, "key": None, "value": value}
            self._frames.append(pl.DataFrame([row], schema=self._schema.polars))
            self._counts[label] = 1

    def add(self, table: _Table, fields: tuple[str, ...], rule: str, count: int, broken: pl.LazyFrame) -> None:
        """Add the faults of one rule: how many, and the rows that hold them.

        The rows are numbered in a column `_ROW`.
        """
        kinds = self._schema.polars
        if table.has(table.schema.primary_key):
            key = _json(table.schema.primary_key)
        else:
            key = pl.lit(None, dtype=kinds["key"])
        if len(fields) == 1 and table.schema.polars[fields[0]] == kinds["value"]:
            value = pl.col(fields[0])
        elif len(fields) == 1:
            value = pl.when(pl.col(fields[0]).is_not_null()).then(_cell(fields[0]))
        else:
            value = _json(fields)
        listed = broken.sort(_ROW).head(LISTED)
        columns = {"table": pl.lit(table.name), "field": pl.lit(",".join(fields)), "rule": pl.lit(rule)}
        columns |= {"row": pl.col(_ROW).cast(kinds["row"]), "key": key, "value": value.str.head(VALUE_CHARACTERS)}
        self._frames.append(listed.select(**columns).collect(engine="streaming"))
        self._counts[f"{table.name}/{','.join(fields)}/{rule}"] = count

    def findings(self) -> Findings:
        """All that was taken, in order."""
        frame = pl.concat([self._schema.polars.to_frame(), *self._frames]).sort(self._schema.primary_key)
        return Findings(frame, dict(sorted(self._counts.items())), self._rows)


@contextmanager
def _reading(table: str, found: _Found) -> Iterator[None]:
    """Note a file that turns out to be damaged, so that the others are still checked."""
    try:
        yield
    except _UNREADABLE:
        found.note(table, "schema", value=_NOT_READ)


def _damaged(table: _Table, key: ForeignKey, far: _Table) -> str:
    """The one of two tables that could not be read when their keys were compared."""
    try:
        table.scan.select(key.fields).collect(engine="streaming")
    except _UNREADABLE:
        return table.name
    return far.name


def _cell(name: str) -> pl.Expr:
    """A column's cells as JSON."""
    wrapped = pl.struct(pl.col(name).alias("v")).struct.json_encode()
    return wrapped.str.strip_prefix(_OPENING).str.strip_suffix(_CLOSING)


def _json(names: tuple[str, ...]) -> pl.Expr:
    """Columns as one JSON array a row."""
    return pl.format("[{}]", pl.concat_str([_cell(name) for name in names], separator=","))


def _open(name: str, schema: Schema, paths: Sequence[Path], found: _Found) -> _Table | None:
    """Open a table and note how its columns differ from the schema.

    Null where nothing can be read.
    """
    if not paths or not all(path.exists() for path in paths):
        found.note(name, "schema", value="is missing")
        return None
    try:
        schemas, counts = zip(*(_footer(path) for path in paths), strict=True)
    except (pa.ArrowException, OSError):
        found.note(name, "schema", value="is no Parquet file")
        return None
    actual, rows = schemas[0], sum(counts)
    if any(not each.equals(actual) for each in schemas):
        found.note(name, "schema", value="its parts have other columns than each other")
        return None
    found.opened(name, rows)
    for column in sorted(set(schema.names) - set(actual.names)):
        found.note(name, "schema", column, "is missing")
    for column in sorted(set(actual.names) - set(schema.names)):
        found.note(name, "schema", column, "is not in the schema")
    if sorted(actual.names) == sorted(schema.names) and actual.names != schema.names:
        found.note(name, "schema", value=f"in another order: {', '.join(actual.names)}"[:VALUE_CHARACTERS])
    if len(set(actual.names)) != len(actual.names):
        found.note(name, "schema", value="a column stands there twice")
        return None
    for field in schema.arrow:
        if field.name in actual.names and actual.field(field.name).type != field.type:
            found.note(name, "type", field.name, str(actual.field(field.name).type))
    scan = parquet.scan(paths)
    # A column of another Arrow type may still be the same to polars (large strings), and its cells can be judged.
    kinds = scan.collect_schema()
    sound = frozenset(column for column, kind in schema.polars.items() if kinds.get(column) == kind)
    return _Table(name, schema, rows, sound, scan)


def _footer(path: Path) -> tuple[pa.Schema, int]:
    with pq.ParquetFile(path) as file:
        return file.schema_arrow, file.metadata.num_rows


def _numbered(table: _Table) -> pl.LazyFrame:
    """The rows with their numbers; the first is 1."""
    return table.scan.with_row_index(_ROW, 1)


def _check_cells(table: _Table, rules: list[Rule], found: _Found) -> None:
    asked = [rule for rule in rules if table.has(rule.fields)]
    sums = [rule.broken.sum().alias(str(number)) for number, rule in enumerate(asked)]
    counts = table.scan.select(sums).collect(engine="streaming").row(0) if sums else ()
    for rule, count in zip(asked, counts, strict=True):
        if count:
            found.add(table, rule.fields, rule.name, count, _numbered(table).filter(rule.broken))


def _check_keys(table: _Table, found: _Found) -> None:
    """Check the primary key, unique keys and unique columns.

    The first of equal rows is no fault, and a row alone has no equal.
    """
    schema = table.schema
    if table.rows == 1:
        return
    keys = [(schema.primary_key, "primaryKey"), *((key, "uniqueKey") for key in schema.unique_keys)]
    keys += [((field.name,), "unique") for field in schema.fields if field.constraints.get("unique")]
    for fields, rule in keys:
        ordered = all(schema.by_name[name].type != "array" for name in fields)
        if not table.has(fields) or (ordered and _rises(table.scan, fields)):
            continue
        known = table.scan.select(fields).drop_nulls()
        count = known.select(pl.len() - pl.struct(fields).n_unique()).collect(engine="streaming").item()
        if count:
            repeated = ~pl.struct(fields).is_first_distinct()
            found.add(table, fields, rule, count, _numbered(table).drop_nulls(fields).filter(repeated))


def _rises(scan: pl.LazyFrame, fields: tuple[str, ...]) -> bool:
    """Tell whether each row's key is greater than the one before.

    That proves a key unique without remembering any.
    """
    greater = pl.lit(value=False)
    for name in reversed(fields):
        here, before = pl.col(name), pl.col(name).shift(1)
        greater = (here > before) | ((here == before) & greater)
    # A comparison with null is null, so that keys with a null are counted row by row.
    return bool(scan.select(greater.slice(1).fill_null(value=False).all()).collect(engine="streaming").item())


def _check_foreign_key(table: _Table, key: ForeignKey, far: _Table, found: _Found) -> None:
    there = far.scan.select(_hashed(key.reference.fields))

    def lost(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.join(there, on=_HASHES, how="anti")

    # Many rows point at one: each distinct key is looked up once, with the number of rows that have it.
    pointing = table.scan.drop_nulls(key.fields).select(_hashed(key.fields)).group_by(_HASHES).len(_ROW)
    count = lost(pointing).select(pl.col(_ROW).sum()).collect(engine="streaming").item()
    if count:
        rows = _numbered(table).drop_nulls(key.fields).with_columns(_hashed(key.fields))
        found.add(table, key.fields, "foreignKey", count, lost(rows))


def _hashed(fields: tuple[str, ...]) -> list[pl.Expr]:
    """Return a key as 128 bits.

    Of a billion keys two have the same with a chance of one in 10^20.
    """
    return [pl.struct(fields).hash(seed).alias(name) for seed, name in enumerate(_HASHES)]
