"""The data dictionary on the page: tables and columns from the schemas. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.report.markup import Html, code, long, prose, safe, section, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from presscorpus.config.schema import Field, Schema

_HEAD = ("Column", "Type", "Unit", "Null", "Leaves", "Meaning", "Follows")


def section_of(schemas: Sequence[Schema], rows: Mapping[str, int]) -> str:
    """The section of the page that lists all tables, each with its columns.

    Args:
        schemas: The schemas of the released tables, in the order of the descriptor.
        rows: Rows of each table, by its name.

    Returns:
        HTML.
    """
    note = (
        "Open a table for its columns. Leaves: public always, content and person as the policy of the site "
        "allows; what is withheld is null. † depends on when we looked."
    )
    return section("tables", "Tables and columns", note, "\n".join(_table(each, rows[each.name]) for each in schemas))


def _table(schema: Schema, rows: int) -> str:
    summary = f"<code>{safe(schema.name)}</code> {safe(schema.title)} <span class=rows>{rows:,}</span>"
    key = ", ".join(f"<code>{safe(name)}</code>" for name in schema.primary_key)
    columns = table(f"columns-{schema.name}", f"Columns of {schema.name}", _HEAD, map(_row, schema.fields))
    about = f"<p>{prose(schema.description)} Key: {key}.</p>"
    return f"<details class=columns><summary>{summary}</summary>{about}{columns}</details>"


def _row(field: Field) -> tuple[str, ...]:
    name = Html(f"{code(field.name)}{' †' if field.observation else ''}")
    null = "no" if field.required else "yes"
    return (
        name,
        field.kind,
        field.unit or "",
        null,
        field.exposure,
        long(prose(field.description)),
        long(field.source),
    )
