"""The table `comments`.

Fields: https://developer.wordpress.org/rest-api/reference/comments/#schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.content.html import read
from presscorpus.tables.typed_columns import Count, Text, html_of, number

if TYPE_CHECKING:
    from presscorpus.tables.typed_columns import Origin


class CommentItem(msgspec.Struct, frozen=True):
    """A comment as the REST API gives it to everybody."""

    id: int
    post: Count | None = None
    parent: Count | None = None
    author: Count | None = None
    author_name: str | None = None
    author_url: str | None = None
    date_gmt: str | None = None
    content: Text = None
    link: str | None = None
    type: str | None = None


KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(CommentItem)) | {
    "_links", "_embedded", "date", "status",
}  # fmt: skip


def row(item: CommentItem, extra: str | None, _origin: Origin) -> dict[str, Any]:
    """Return the columns of one comment.

    Args:
        item: The comment.
        extra: JSON of the fields without columns, null for none.
        _origin: Not used; all tables take it.

    Returns:
        Values by column, without provenance and flags.

    Raises:
        Unreadable: The HTML of the content must not be given to the parser.
    """
    html = html_of(item.content)
    return {
        "id": item.id, "post_id": number(item.post), "parent_id": number(item.parent), "type": item.type,
        "url": item.link, "published_at": item.date_gmt, "author_id": number(item.author),
        "author_name": item.author_name, "author_url": item.author_url or None,
        "text": None if html is None else read(html).text, "content_html": html, "extra": extra,
    }  # fmt: skip
