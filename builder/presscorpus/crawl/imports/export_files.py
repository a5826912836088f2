"""WordPress exports as they lie on disk.

Recognised, and cut into segments that end at the ends of items.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final
from urllib.parse import urlsplit

from presscorpus.archive.writer import SEGMENT_BYTES
from presscorpus.crawl.imports.reading import as_far_as_whole
from presscorpus.observations import exports
from presscorpus.observations.exports import scan
from presscorpus.observations.formats import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA: Final = "application/rss+xml"
"""Media type of an export."""
_OF_ASCII: Final = frozenset({"utf-8", "utf8", "us-ascii"})


def is_export(file: IO[bytes]) -> bool:
    """Tell whether a file is an export, by its beginning.

    Args:
        file: A buffered file at its beginning, where it is left.
    """
    return exports.is_export(file.peek(HEAD)[:HEAD])  # type: ignore[attr-defined]  # of a BufferedReader


def segments(file: IO[bytes], max_bytes: int) -> Iterator[bytes]:
    """Split an export into segments that end at the ends of items.

    Args:
        file: The file, unpacked.
        max_bytes: The longest item, and the longest file in another encoding than UTF-8, which is not split.

    Yields:
        About `SEGMENT_BYTES` at a time. Each but the first begins with an item.

    Raises:
        OSError: An item or such a file is longer. Whatever else `reading.BROKEN` names is raised behind the last
            segment of a damaged file.
    """
    rest, damage = as_far_as_whole(file, SEGMENT_BYTES)
    splits = rest[:2] not in {b"\xff\xfe", b"\xfe\xff"} and exports.encoding(rest[:1024]) in _OF_ASCII
    ready = b""
    while damage is None:
        end = scan.last_end(rest) if splits and len(rest) >= SEGMENT_BYTES else 0
        if end:
            if ready:
                yield ready
            ready, rest = rest[:end], rest[end:]
        elif len(rest) > max_bytes:
            raise OSError(f"an item is longer than {max_bytes} bytes")
        block, damage = as_far_as_whole(file, SEGMENT_BYTES)
        if not block:
            break
        rest += block
    # What stands behind the last item is no segment of its own.
    if ready and exports.is_export(rest):
        yield ready
        ready = b""
    if ready or rest:
        yield ready + rest
    if damage is not None:
        raise damage


def later_name(name: str, first: bytes) -> str:
    """Return the name of the segments behind the first one.

    Which holds the language of the site.
    """
    return exports.part_name(name, exports.said(scan.head(first), "language"))


def address(first: bytes) -> str | None:
    """Return the front page of the site that an export is of.

    Null where it does not say.

    Args:
        first: Its first segment.
    """
    head = scan.head(first)
    for element in ("wp:base_blog_url", "wp:base_site_url", "link"):
        written = exports.said(head, element)
        try:
            parts = urlsplit(written)
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.hostname:
            return f"{written.rstrip('/')}/"
    return None
