"""The descriptor and the schemas of the project, and what `load_package` says of contradictory ones.

The JSON schemas of Data Package v2 are on no registry and frictionless ships none, so that they cannot be asked
offline; frictionless's own reading of the standard is asked instead.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frictionless
import pytest

from presscorpus.config.schema import DESCRIPTOR, EXPOSURES, Field, load_package
from presscorpus.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPO = Path(__file__).parents[2]
PACKAGE = load_package(REPO)
SCHEMAS = {**{name: each.schema for name, each in PACKAGE.resources.items()}, **PACKAGE.internal}
FIELDS = [(table, field) for table, schema in SCHEMAS.items() for field in schema.fields]
PROVENANCE = ("crawl", "record_id", "observed_at")

pytestmark = pytest.mark.fast


def test_frictionless_takes_the_descriptor_and_every_schema() -> None:
    package = frictionless.Package.from_descriptor(str(REPO / DESCRIPTOR))
    assert package.resource_names == list(PACKAGE.resources)
    for path in (REPO / "schemas").glob("*.json"):
        schema = frictionless.Schema.from_descriptor(str(path))
        assert schema.field_names == SCHEMAS[path.stem].names


def test_the_descriptor_says_what_data_package_v2_asks_for() -> None:
    assert PACKAGE.descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert "profile" not in PACKAGE.descriptor
    for resource in PACKAGE.descriptor["resources"]:
        assert resource["type"] == "table"
        assert resource["path"] == f"data/tables/{resource['name']}.parquet"
        schema = PACKAGE.schema(resource["name"])
        assert (resource["title"], resource["description"]) == (schema.title, schema.description)


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_schema_uses_only_what_is_known(table: str) -> None:
    document = json.loads((REPO / f"schemas/{table}.json").read_bytes())
    assert document["$schema"] == "https://datapackage.org/profiles/2.0/tableschema.json"
    # Without it an empty string would count as missing, by the standard's default.
    assert document["missingValues"] == []
    known = {"$schema", "name", "title", "description", "fields", "missingValues"}
    assert document.keys() <= known | {"primaryKey", "uniqueKeys", "foreignKeys"}
    about = {
        "name",
        "type",
        "arrayItem",
        "timezone",
        "description",
        "unit",
        "source",
        "exposure",
        "observation",
        "pseudonym",
        "syntax",
    }
    for field in document["fields"]:
        assert field.keys() <= about | {"constraints"}, field["name"]


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=lambda value: getattr(value, "name", value))
def test_every_field_says_what_it_is_and_whence(table: str, field: Field) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert field.description.strip().endswith((".", ")")), table
    assert field.source.strip()
    assert field.exposure in EXPOSURES
    assert (field.type == "array") == (field.item is not None)
    if field.timezone is not None:
        assert (field.type, field.timezone) == ("datetime", "UTC")
    if field.type == "datetime":
        assert field.unit


def test_no_column_is_declared_twice() -> None:
    for table in SCHEMAS:
        names = [field["name"] for field in json.loads((REPO / f"schemas/{table}.json").read_bytes())["fields"]]
        assert len(names) == len({name.lower() for name in names}), table


def test_columns_of_one_name_are_of_one_type() -> None:
    types: dict[str, dict[str, list[str]]] = {}
    for table, field in FIELDS:
        types.setdefault(field.name, {}).setdefault(str(field.arrow), []).append(table)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


@pytest.mark.parametrize("column", PROVENANCE)
def test_provenance_is_the_same_everywhere(column: str) -> None:
    described = {}
    for table, resource in PACKAGE.resources.items():
        field = resource.schema.by_name[column]
        rules = {name: value for name, value in field.constraints.items() if name != "required"}
        described[table] = (field.type, field.timezone, field.unit, field.source, field.exposure, rules)
        assert field.observation, table
        # A site that was never reached has a row, and nothing that it could have come from.
        assert field.required == (table != "sites"), table
    assert len({repr(each) for each in described.values()}) == 1, described


def test_foreign_keys_join_columns_of_one_type() -> None:
    for schema in SCHEMAS.values():
        for key in schema.foreign_keys:
            far = PACKAGE.schema(key.reference.resource)
            assert [schema.polars[name] for name in key.fields] == [far.polars[name] for name in key.reference.fields]
            assert set(key.reference.fields) == set(far.primary_key)


def test_polars_types_come_from_the_arrow_ones() -> None:
    for schema in SCHEMAS.values():
        assert schema.polars.names() == schema.arrow.names == schema.names
        assert [schema.arrow.field(field.name).nullable for field in schema.fields] == [
            not field.required for field in schema.fields
        ]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(REPO / DESCRIPTOR, tmp_path)
    shutil.copytree(REPO / "schemas", tmp_path / "schemas")
    return tmp_path


def test_a_copy_loads(copy: Path) -> None:
    assert load_package(copy) == PACKAGE


Document = dict[str, Any]


def _of(document: Document, name: str) -> Document:
    return next(field for field in document["fields"] if field["name"] == name)


CONTRADICTIONS: dict[str, tuple[str, Callable[[Document], Any], str]] = {
    "no resources": ("datapackage", lambda d: d.pop("resources"), "names no resources"),
    "another schema": (
        "datapackage",
        lambda d: d["resources"][0].update(schema="schemas/terms.json"),
        "'posts' does not",
    ),
    "a lost schema": (
        "datapackage",
        lambda d: d["resources"][0].update(name="lost", schema="schemas/lost.json"),
        "'lost'",
    ),
    "a name": ("schemas/posts", lambda d: d.update(name="pages"), "calls itself 'pages'"),
    "no key": ("schemas/posts", lambda d: d.pop("primaryKey"), "has no field 'primaryKey'"),
    "no source": ("schemas/posts", lambda d: _of(d, "url").pop("source"), "has no field 'source'"),
    "a column twice": ("schemas/posts", lambda d: d["fields"].append(d["fields"][0]), "declares a column twice"),
    "exposure": ("schemas/posts", lambda d: _of(d, "url").update(exposure="secret"), "exposure 'secret' is none of"),
    "withheld": ("schemas/posts", lambda d: _of(d, "site").update(exposure="person"), "cannot be withheld"),
    "primary key": (
        "schemas/posts",
        lambda d: d.update(primaryKey=["site", "nothing"]),
        "'nothing', which is no column",
    ),
    "nullable key": ("schemas/posts", lambda d: d.update(primaryKey=["url"]), "'url' of the primary key may be null"),
    "unique key": ("schemas/posts", lambda d: d.update(uniqueKeys=[["nothing"]]), "'nothing', which is no column"),
    "foreign key": ("schemas/posts", lambda d: d["foreignKeys"][0].update(fields=["nothing"]), "'nothing', which is"),
    "far table": (
        "schemas/posts",
        lambda d: d["foreignKeys"][0]["reference"].update(resource="nothing"),
        "'posts' points nowhere",
    ),
    "far column": (
        "schemas/posts",
        lambda d: d["foreignKeys"][0]["reference"].update(fields=["nothing"]),
        "'posts' points nowhere",
    ),
}


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_a_contradiction_is_an_error(copy: Path, contradiction: str) -> None:
    file, change, message = CONTRADICTIONS[contradiction]
    path = copy / f"{file}.json"
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SchemaError, match=re.escape(message)):
        load_package(copy)


@pytest.mark.parametrize("file", ["datapackage.json", "schemas/posts.json"])
def test_a_file_that_is_not_there_or_not_json(copy: Path, file: str) -> None:
    (copy / file).write_text("{", encoding="utf-8")
    with pytest.raises(SchemaError, match="is not JSON"):
        load_package(copy)
    (copy / file).unlink()
    with pytest.raises(SchemaError):
        load_package(copy)


def test_a_type_that_has_no_use_here() -> None:
    field = Field("a", "geopoint", "A place.", "nowhere", "public")
    with pytest.raises(SchemaError, match="field 'a': type 'geopoint' has no column type here"):
        _ = field.arrow


# Everything by which polars or pyarrow states a column's type. Predicates (pa.types), selectors and `pl.Schema`, which
# takes types from elsewhere, are none of it.
TYPES = {
    "polars": r"(U?Int\d+|Float\d+|Decimal|String|Utf8|Boolean|Binary|Date|Datetime|Time|Duration|List|Array|Struct"
    r"|Null|Categorical|Enum|Object)",
    "pyarrow": r"((u?int|float|date|time|month_day_nano_interval|decimal)\d*|bool_|(large_)?(string|utf8|binary|list)_?"
    r"|(string|binary|list)_view|timestamp|duration|struct|map_|dictionary|null)",
}
ALIASES = {"pl": "polars", "polars": "polars", "pa": "pyarrow", "pyarrow": "pyarrow"}


def _typed(source: str) -> Iterator[tuple[int, str]]:
    """The lines that name a type of polars or pyarrow, and the name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            library = ALIASES.get(node.value.id)
            if library and re.fullmatch(TYPES[library], node.attr):
                yield node.lineno, f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in TYPES:
            yield from ((node.lineno, each.name) for each in node.names if re.fullmatch(TYPES[node.module], each.name))


def test_the_search_for_types_finds_them() -> None:
    source = "import polars as pl\nx = pl.Utf8\ny = pl.col('a')\nfrom pyarrow import int64\nz = pa.list_(pa.string())\n"
    assert sorted(_typed(source)) == [(2, "pl.Utf8"), (4, "int64"), (5, "pa.list_"), (5, "pa.string")]
    assert list(_typed((REPO / "builder/presscorpus/config/schema.py").read_text(encoding="utf-8")))


def test_types_are_stated_in_one_place_each() -> None:
    found = {
        f"{path.relative_to(REPO)}:{line}: {name}"
        for path in sorted((REPO / "builder/presscorpus").rglob("*.py"))
        # schema.py types the tables by the schemas; dtypes.py types what stands in no table.
        if path not in {REPO / "builder/presscorpus/config/schema.py", REPO / "builder/presscorpus/dtypes.py"}
        for line, name in _typed(path.read_text(encoding="utf-8"))
    }
    assert found == set()
