"""The release's `datapackage.json` and its schemas.

They follow Data Package v2 (https://datapackage.org/standard/data-package/) and Table Schema
(https://datapackage.org/standard/table-schema/).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from presscorpus.config.params import Site
    from presscorpus.config.schema import Schema
    from presscorpus.release.composition import Redacted
    from presscorpus.release.credits import Credits

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLE_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"


class Part(NamedTuple):
    """One Parquet file of a table: path in the release, rows, bytes, SHA-256 in hex."""

    path: str
    rows: int
    bytes: int
    sha256: str


class Table(NamedTuple):
    """One table of the release.

    `sha256` is that of its parts, one after the other, `redacted` what was redacted in its columns, and
    `national` counts telephone numbers that were left, by site (release/national_numbers.py).
    """

    schema: Schema
    parts: tuple[Part, ...]
    sha256: str
    redacted: tuple[Redacted, ...] = ()
    national: tuple[tuple[str, int], ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all parts."""
        return sum(part.rows for part in self.parts)


def descriptor(
    credits_: Credits, entries: list[dict[str, Any]], tables: Mapping[str, Table], sites: tuple[Site, ...]
) -> str:
    """Write the text of `datapackage.json`.

    A resource in one part names it as `path`, one in several names all. `bytes` and `hash` are those of the parts as
    they follow each other, which is how Data Package reads several paths; what each part has stands in `parts`. `rows`
    is the count of rows.

    Args:
        credits_: The dataset, as it is to be cited.
        entries: The resources as the repository's descriptor has them.
        tables: All tables of the release, by name.
        sites: The sites that the dataset is derived from.

    Returns:
        JSON.
    """
    document = {
        "$schema": PROFILE,
        "name": credits_.name,
        "title": credits_.title,
        "version": credits_.version,
        "description": credits_.description,
        "keywords": list(credits_.keywords),
        "contributors": list(credits_.contributors),
        "licenses": [{"path": "LICENSE.md", "title": "Rights in the content, site by site"}, *credits_.licenses],
        "sources": [{"title": site.name, "path": site.address} for site in sites],
        "resources": [_resource(entry, tables[entry["name"]]) for entry in entries],
    }
    return _text(document)


def schema_text(schema: Schema) -> str:
    """Write the schema of a table as Table Schema.

    Args:
        schema: The schema.

    Returns:
        JSON, without properties that have their default value.
    """
    document = _without_defaults(msgspec.to_builtins(schema))
    document["fields"] = [_without_defaults(field) for field in document["fields"]]
    # By default an empty string would mean null; in Parquet null is null.
    return _text({"$schema": _TABLE_PROFILE, **document, "missingValues": []})


def _resource(entry: dict[str, Any], table: Table) -> dict[str, Any]:
    paths = [part.path for part in table.parts]
    resource = {
        **entry,
        "path": paths[0] if len(paths) == 1 else paths,
        "bytes": sum(part.bytes for part in table.parts),
        "hash": f"sha256:{table.sha256}",
        "rows": table.rows,
    }
    if len(paths) > 1:
        resource["parts"] = [
            {"path": part.path, "rows": part.rows, "bytes": part.bytes, "hash": f"sha256:{part.sha256}"}
            for part in table.parts
        ]
    return resource


def _without_defaults(document: dict[str, Any]) -> dict[str, Any]:
    # Drops only defaults of Schema and Field, so that a missing property means the same.
    return {key: value for key, value in document.items() if value not in (None, False, {}, [], ())}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
