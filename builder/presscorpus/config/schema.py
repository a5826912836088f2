"""The descriptor and the schemas: the tables and what their columns mean.

`datapackage.json` (Data Package v2, https://datapackage.org/standard/data-package/) lists the tables and
`schemas/*.json` (Table Schema, https://datapackage.org/standard/table-schema/) their columns. Nothing else in this
project states a column's type. `Field.arrow` is the only type map; polars types, Hub features, the data dictionary and
the checks are derived from it or from the fields themselves.

Beyond the standard a field carries `exposure` (public, content or person: who may see it, see `privacy/policy.py`),
`source` (the rule that it follows), `unit`, `observation` (true where the value depends on when we looked), `pseudonym`
(whose name or number it is, where a pseudonym may stand for it: see `privacy/pseudonyms.py`), `syntax` (html, url, slug
or json, where a text is one: see `privacy/redaction.py`) and, for datetimes, `timezone` (UTC, or absent for the site's
own clock).
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from presscorpus.config.misfits import misfit
from presscorpus.errors import SchemaError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
else:
    pl = lazy("polars")
    pa = lazy("pyarrow")

DESCRIPTOR = "datapackage.json"
EXPOSURES = ("public", "content", "person")


class Field(msgspec.Struct, frozen=True, rename={"item": "arrayItem"}):
    """One column of a table, as its schema declares it."""

    name: str
    type: str
    description: str
    source: str
    exposure: str
    unit: str | None = None
    timezone: str | None = None
    observation: bool = False
    pseudonym: str | None = None
    syntax: str | None = None
    item: dict[str, str] | None = None
    constraints: dict[str, Any] = {}

    @property
    def required(self) -> bool:
        """Whether null is forbidden."""
        return bool(self.constraints.get("required", False))

    @property
    def kind(self) -> str:
        """The type in words, for a data dictionary: string, list of integers, ...

        A datetime is told with its time zone: UTC, or local time of the site.
        """
        if self.type == "datetime":
            return f"datetime, {self.timezone or 'local time of the site'}"
        return f"list of {self.item['type']}s" if self.item else self.type

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column: the only type map of the project.

        Raises:
            SchemaError: A type that Table Schema knows and this project has no use for.
        """
        if self.type == "datetime":
            return pa.timestamp("us", tz=self.timezone)
        if self.type == "array" and self.item is not None:
            return pa.list_(_scalar(self.item["type"], self.name))
        return _scalar(self.type, self.name)


def _scalar(name: str, field: str) -> pa.DataType:
    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    if name not in types:
        raise SchemaError(f"type {name!r} has no column type here", where=f"field {field!r}")
    return types[name]


class Reference(msgspec.Struct, frozen=True):
    """The far end of a foreign key."""

    resource: str
    fields: tuple[str, ...]


class ForeignKey(msgspec.Struct, frozen=True):
    """Columns whose values, unless one is null, must exist in another table."""

    fields: tuple[str, ...]
    reference: Reference


class Schema(msgspec.Struct, frozen=True, rename="camel", dict=True):
    """What one row of a table is, and its columns and keys."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The columns by their names, in order."""
        return {field.name: field for field in self.fields}

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.by_name)

    @cached_property
    def arrow(self) -> pa.Schema:
        """The columns as an Arrow schema: what the Parquet files hold."""
        return pa.schema([pa.field(f.name, f.arrow, nullable=not f.required) for f in self.fields])

    @cached_property
    def polars(self) -> pl.Schema:
        """The columns as a polars schema, derived from the Arrow one."""
        return pl.Schema(self.arrow)

    @cached_property
    def emitted(self) -> pl.Schema:
        """The columns as items give them: a time that a site wrote is still its text.

        Times that presscorpus itself noted (marked `observation`) are times already.
        """
        text = {f.name for f in self.fields if f.type == "datetime" and not f.observation}
        return pl.Schema({name: pl.String() if name in text else kind for name, kind in self.polars.items()})


# Before any thread asks: see archive/receipt.py.
msgspec.json.Decoder(Schema)


class Resource(NamedTuple):
    """A table that the descriptor names.

    `path` is where it is built, relative to the repository; `schema` its schema.
    """

    path: Path
    schema: Schema


class Package(NamedTuple):
    """The descriptor and the schemas.

    `resources` are the tables that the descriptor names; `internal` the schemas of all others, by name.
    """

    descriptor: dict[str, Any]
    resources: dict[str, Resource]
    internal: dict[str, Schema]

    def schema(self, table: str) -> Schema:
        """Return the schema of a published or internal table.

        Args:
            table: Name of the table, as `posts`.

        Returns:
            Its schema.

        Raises:
            KeyError: There is no such table, which is a fault of the caller.
        """
        return self.resources[table].schema if table in self.resources else self.internal[table]


def package_home() -> Path:
    """Return the folder of the descriptor and schemas that belong to this code.

    Returns:
        The copy in the wheel, or the repository where the code runs from one.
    """
    carried = Path(__file__).parents[1] / "package"
    return carried if carried.is_dir() else Path(__file__).parents[3]


def package_at(root: Path) -> Package:
    """Read the descriptor and schemas that hold in a folder.

    Args:
        root: The folder of a dataset.

    Returns:
        Its own, where it has a datapackage.json, else those of this code.

    Raises:
        SchemaError: As in `load_package`.
    """
    return load_package(root if (root / DESCRIPTOR).exists() else package_home())


def load_package(root: Path) -> Package:
    """Read the descriptor and all schemas of a folder.

    Args:
        root: The folder that holds datapackage.json and schemas/.

    Returns:
        Descriptor and schemas, whose keys are checked against each other.

    Raises:
        SchemaError: A file is missing, is not JSON, or contradicts itself or another one.
    """
    descriptor = _read_json(root / DESCRIPTOR)
    schemas = {path.stem: _read_schema(path) for path in sorted((root / "schemas").glob("*.json"))}
    resources = {}
    for entry in descriptor.get("resources", []):
        name = entry["name"]
        if entry["schema"] != f"schemas/{name}.json" or name not in schemas:
            raise SchemaError(f"resource {name!r} does not name schemas/{name}.json", where=str(root / DESCRIPTOR))
        resources[name] = Resource(Path(entry["path"]), schemas.pop(name))
    if not resources:
        raise SchemaError("names no resources", where=str(root / DESCRIPTOR))
    package = Package(descriptor, resources, schemas)
    for resource in resources.values():
        _check_references(resource.schema, package)
    return package


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise SchemaError("is missing", where=str(path), advice="Run presscorpus in its repository.") from None
    except (ValueError, RecursionError) as error:
        at = f" from line {error.lineno}, column {error.colno} on" if isinstance(error, json.JSONDecodeError) else ""
        raise SchemaError(f"is not JSON{at}", where=str(path)) from None


def _read_schema(path: Path) -> Schema:
    try:
        schema = msgspec.convert(_read_json(path), Schema)
    except msgspec.ValidationError as error:
        raise SchemaError(f"is no schema of presscorpus: {misfit(error)}", where=str(path)) from None
    if schema.name != path.stem:
        raise SchemaError(f"calls itself {schema.name!r}", where=str(path))
    if len(schema.by_name) != len(schema.fields):
        raise SchemaError("declares a column twice", where=str(path))
    for field in schema.fields:
        if field.exposure not in EXPOSURES:
            raise SchemaError(f"exposure {field.exposure!r} is none of {EXPOSURES}", where=f"{path}: {field.name}")
        # A column that may be withheld must allow null.
        if field.exposure != "public" and field.required:
            raise SchemaError("is required, so that it cannot be withheld", where=f"{path}: {field.name}")
    _check_keys(schema, path)
    return schema


def _check_keys(schema: Schema, path: Path) -> None:
    keys = [schema.primary_key, *schema.unique_keys, *(key.fields for key in schema.foreign_keys)]
    for key in keys:
        for name in key:
            if name not in schema.by_name:
                raise SchemaError(f"a key names {name!r}, which is no column", where=str(path))
    for name in schema.primary_key:
        if not schema.by_name[name].required:
            raise SchemaError(f"column {name!r} of the primary key may be null", where=str(path))


def _check_references(schema: Schema, package: Package) -> None:
    for key in schema.foreign_keys:
        far = package.resources.get(key.reference.resource)
        if far is None or any(name not in far.schema.by_name for name in key.reference.fields):
            raise SchemaError(f"a foreign key of {schema.name!r} points nowhere: {key.reference}")
