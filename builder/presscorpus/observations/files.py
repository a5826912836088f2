"""Media files.

The addresses that items name, and the bytes that a crawl got from them.

A crawl asks for files where `media` of its site in params.yaml says so. Their records bear the address as an item
names it, and nobody reads them for items.
"""

from __future__ import annotations

import hashlib
import mimetypes
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from presscorpus.content.html import Unreadable
from presscorpus.content.html import read as read_html
from presscorpus.content.urls import resolve
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    import polars as pl

    from presscorpus.archive.reader import Capture
    from presscorpus.config.schema import Package
    from presscorpus.observations.items import Item

    Role = Literal["file", "size", "shown", "linked", "featured"]
else:
    pl = lazy("polars")

_OK: Final = 200
_PAGE: Final = (b"<!doctype html", b"<html")
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
# Without the lists of the machine, which differ.
_KINDS: Final = mimetypes.MimeTypes()
_decode = msgspec.json.Decoder(dict[str, Any])


class Name(NamedTuple):
    """What one item says of one file.

    Attributes:
        role: `file`, the attachment's own; `size`, a smaller copy of that; `shown` in the content of a post; `linked`
            there; `featured`, the picture of a post, which is told by the number of its attachment alone.
        url: The address, absolute and as it is asked for; null where `role` is `featured`.
        kind: Its media type as the site or the name tells it; null for unknown.
        size: Its size in bytes as the site tells it; null for unknown.
        attachment: The number of the attachment for `file`, `size` and `featured`; null for the others.
    """

    role: Role
    url: str | None
    kind: str | None = None
    size: int | None = None
    attachment: int | None = None


def names(item: Item) -> list[Name]:
    """Return the files that an item names.

    Args:
        item: An item of any table, as a response has it.

    Returns:
        Each address once; nothing for tombstones, terms, authors and comments.
    """
    if item.state != "published" or item.table not in {"posts", "media"}:
        return []
    try:
        told = _decode.decode(item.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    found = _of_attachment(told, item.id) if item.table == "media" else _of_post(told)
    return list({(each.role, each.url, each.attachment): each for each in found}.values())


def _of_attachment(told: dict[str, Any], number: int) -> Iterator[Name]:
    details = told.get("media_details")
    details = details if isinstance(details, dict) else {}
    url, kind, size = _absolute(told.get("source_url"), ""), told.get("mime_type"), details.get("filesize")
    if url is not None:
        yield Name(
            "file", url, kind if isinstance(kind, str) else None, size if isinstance(size, int) else None, number
        )
    sizes = details.get("sizes")
    for each in sizes.values() if isinstance(sizes, dict) else ():
        if isinstance(each, dict) and (smaller := _absolute(each.get("source_url"), "")) not in {None, url}:
            weight = each.get("filesize")
            yield Name("size", smaller, None, weight if isinstance(weight, int) else None, number)


def _of_post(told: dict[str, Any]) -> Iterator[Name]:
    featured = told.get("featured_media")
    if isinstance(featured, int) and featured > 0:
        yield Name("featured", None, attachment=featured)
    content, link = told.get("content"), told.get("link")
    html = content.get("rendered") if isinstance(content, dict) else content
    if not isinstance(html, str) or not html:
        return
    try:
        links = read_html(html).links
    except Unreadable:
        return
    base = link if isinstance(link, str) else ""
    for each in links:
        # Of the sizes that `srcset` offers, which one a reader gets hangs on the screen; `src` is for all.
        shown = each.kind in {"image", "media"} and not each.attribute.endswith("srcset")
        url = _absolute(each.url, base) if shown or each.kind == "link" else None
        kind = kind_by_name(url) if url else None
        if url is not None and shown:
            yield Name("shown", url, kind or ("image" if each.kind == "image" else None))
        elif url is not None and kind is not None and kind not in _HTML:
            yield Name("linked", url, kind)


def _absolute(written: Any, base: str) -> str | None:
    """An address as it is asked for: http or https, without credentials and fragment."""
    url = resolve(written, base) if isinstance(written, str) else None
    if url is None or url.resolved is None or url.scheme not in {"http", "https"}:
        return None
    return url.resolved.partition("#")[0]


def kind_by_name(url: str) -> str | None:
    """Return the media type that the end of an address suggests.

    Only to choose what is asked for: what came is told by its content.

    Args:
        url: An absolute address.

    Returns:
        As `image/png`; null where the ending is none that the standard library knows.
    """
    path = urlsplit(url).path
    return _KINDS.guess_type(path.rpartition("/")[2])[0]


def is_page(payload: bytes) -> bool:
    """Tell whether bytes are an HTML page, which is no media file.

    Args:
        payload: The body of an answer.

    Returns:
        True for what begins as a page does.
    """
    return payload[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE)


class Files:
    """The media files of one crawl, as rows of the internal table `files`.

    Args:
        site: Name of the site.
        crawl: Name of the crawl.
    """

    def __init__(self, site: str, crawl: str) -> None:
        self._site, self._crawl = site, crawl
        self._rows: list[dict[str, Any]] = []
        self._read: dict[str, tuple[str, int]] = {}

    def add(self, capture: Capture) -> None:
        """Add a record about a media file.

        Redirects are left out: what they led to has a record of its own.

        Args:
            capture: The record, in the order of the archive.
        """
        digest: tuple[str, int] | None = None
        if capture.http_status == _OK and not capture.erased and not is_page(capture.payload):
            if not capture.repeats:
                self._read[capture.digest] = (hashlib.sha256(capture.payload).hexdigest(), len(capture.payload))
            digest = self._read.get(capture.digest)
        if capture.http_status is None or not 300 <= capture.http_status < 400:  # noqa: PLR2004 - redirects
            self._rows.append({
                "site": self._site, "crawl": self._crawl, "record_id": capture.record_id,
                "observed_at": capture.requested_at, "url": capture.file, "http_status": capture.http_status,
                "digest": digest and digest[0], "bytes": digest and digest[1], "erased": capture.erased,
            })  # fmt: skip

    def without(self, captures: Iterable[Capture]) -> Iterator[Capture]:
        """Add the records about media files, and yield all others.

        Args:
            captures: The records of the archive, in order.

        Yields:
            Those that may hold items.
        """
        for capture in captures:
            if capture.file is None:
                yield capture
            else:
                self.add(capture)

    def frame(self, package: Package) -> pl.DataFrame:
        """Return the rows by the schema `files`.

        Args:
            package: Descriptor and schemas.

        Returns:
            One row a file that was asked for, in the order of the archive.
        """
        schema = package.schema("files").polars
        return pl.DataFrame({name: [row[name] for row in self._rows] for name in schema}, schema=schema)


def beside(media: pl.DataFrame, fetched: pl.DataFrame) -> pl.DataFrame:
    """Add to attachments the file that came from their `source_url`.

    Args:
        media: Rows of the table `media`.
        fetched: What `newest` returned.

    Returns:
        The rows with digest, bytes and fetched_at, in their order.
    """
    media = media.drop("digest", "bytes", "fetched_at", strict=False)
    came = fetched.filter(pl.col("digest").is_not_null()).select(
        "site", "digest", "bytes", fetched_at="observed_at", __url="url"
    )
    if came.is_empty():
        return media
    asked = pl.Series("__url", [_absolute(url, "") for url in media["source_url"]], dtype=came.schema["__url"])
    return media.with_columns(asked).join(came, on=["site", "__url"], how="left", maintain_order="left").drop("__url")


def newest(fetched: Iterable[pl.DataFrame], package: Package) -> pl.DataFrame:
    """Return what is known of each address.

    The last file that came, or else the last answer.

    Args:
        fetched: Frames `files` of some crawls.
        package: Descriptor and schemas.

    Returns:
        One row a site and address.
    """
    whole = pl.concat([package.schema("files").polars.to_frame(), *fetched])
    order = whole.with_columns(came=pl.col("digest").is_not_null() | pl.col("erased")).sort(
        "came", "observed_at", "record_id"
    )
    return order.unique(["site", "url"], keep="last", maintain_order=True).drop("came").sort("site", "url")
