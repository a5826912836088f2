"""The table `media`.

Fields: https://developer.wordpress.org/rest-api/reference/media/#schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.tables.typed_columns import Count, Text, number, text_of, text_or_null

if TYPE_CHECKING:
    from presscorpus.tables.typed_columns import Origin


class Details(msgspec.Struct, frozen=True):
    """`media_details`, as wp_get_attachment_metadata keeps them.

    Width and height in pixels, file size in bytes; null where unknown.
    """

    width: Count | None = None
    height: Count | None = None
    filesize: Count | None = None


class MediaItem(msgspec.Struct, frozen=True):
    """An attachment as the REST API gives it."""

    id: int
    date_gmt: str | None = None
    modified_gmt: str | None = None
    slug: str | None = None
    link: str | None = None
    guid: Text = None
    title: Text = None
    caption: Text = None
    description: Text = None
    alt_text: str | None = None
    author: Count | None = None
    media_type: str | None = None
    mime_type: str | None = None
    source_url: str | None = None
    post: Count | None = None
    media_details: Details | list[None] | None = None


# Known besides the fields with columns: these repeat what the columns say.
KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(MediaItem)) | {
    "_links", "_embedded", "type", "date", "modified", "class_list",
}  # fmt: skip


def row(item: MediaItem, extra: str | None, _origin: Origin) -> dict[str, Any]:
    """Return the columns of one attachment.

    Args:
        item: The attachment.
        extra: JSON of the fields without columns, null for none.
        _origin: Not used; all tables take it.

    Returns:
        Values by column, without provenance, flags and origin.

    Raises:
        Unreadable: The HTML of a text must not be given to the parser.
    """
    details = item.media_details if isinstance(item.media_details, Details) else Details()
    return {
        "id": item.id, "url": item.link, "slug": item.slug, "source_url": item.source_url,
        "title": text_of(item.title), "alt_text": item.alt_text or None,
        "caption": text_or_null(item.caption), "description": text_or_null(item.description),
        "media_type": item.media_type, "mime_type": item.mime_type,
        "width": details.width, "height": details.height, "file_size": details.filesize,
        "post_id": number(item.post), "author_id": number(item.author),
        "published_at": item.date_gmt, "modified_at": item.modified_gmt, "extra": extra,
    }  # fmt: skip
