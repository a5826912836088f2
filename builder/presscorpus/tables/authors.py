"""The table `authors`.

Fields: https://developer.wordpress.org/rest-api/reference/users/#schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.tables.typed_columns import text_of, text_or_null

if TYPE_CHECKING:
    from presscorpus.tables.typed_columns import Origin


class AuthorItem(msgspec.Struct, frozen=True):
    """A user as the REST API gives it to everybody."""

    id: int
    name: str | None = None
    slug: str | None = None
    url: str | None = None
    link: str | None = None
    description: str | None = None


KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(AuthorItem)) | {"_links", "_embedded"}


def row(item: AuthorItem, extra: str | None, _origin: Origin) -> dict[str, Any]:
    """Return the columns of one author.

    Args:
        item: The author.
        extra: JSON of the fields without columns, null for none.
        _origin: Not used; all tables take it.

    Returns:
        Values by column, without provenance, flags and origin.

    Raises:
        Unreadable: The HTML of the description must not be given to the parser.
    """
    return {
        "id": item.id, "name": text_of(item.name), "slug": item.slug, "url": item.url or None, "link": item.link,
        "description": text_or_null(item.description), "extra": extra,
    }  # fmt: skip
