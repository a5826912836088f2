"""Sitemaps.

The addresses that a site lists, of its own accord, for whoever crawls it.

WordPress core lists its public posts since 5.5 (https://developer.wordpress.org/reference/classes/wp_sitemaps/), with
the time of the last change since 6.5; Yoast SEO, Rank Math and others put lists of their own in their place. The format
is that of https://www.sitemaps.org/protocol.html.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEEPEST: Final = 16
_GZIP: Final = b"\x1f\x8b"
_EITHER: Final = zlib.MAX_WBITS | 32
_LONGEST: Final = 2048
"""Characters of an address (https://www.sitemaps.org/protocol.html#locdef)."""
_ROOTS: Final = {"urlset": "url", "sitemapindex": "sitemap"}
_NAMESPACES: Final = frozenset({
    "", "http://www.sitemaps.org/schemas/sitemap/0.9", "https://www.sitemaps.org/schemas/sitemap/0.9",
})  # fmt: skip
_CORE: Final = re.compile(r"wp-sitemap-(posts|taxonomies|users)(?:-(.+?))?-\d+\.xml")
_OF_PLUGINS: Final = re.compile(r"(.+?)-sitemap-?\d*\.xml(?:\.gz)?")
# Lists of what is no post: terms, people, files and lists.
_NO_POSTS: Final = frozenset({
    "category", "post_tag", "tag", "author", "authors", "users", "user", "post_format", "product_cat", "product_tag",
    "attachment", "post-archive", "date-archives", "bp_members", "bp_groups",
})  # fmt: skip
# Lists of plugins for one search engine, of addresses that other lists hold too; or of a post type of that name.
_EITHER_WAY: Final = frozenset({
    "image", "images", "video", "videos", "news", "google-news", "local", "locations", "archives",
})  # fmt: skip
# Files that plugins list as pages, such as the places of a firm (locations.kml).
_FILE: Final = re.compile(r"\.(?:kml|jpe?g|png|gif|webp|avif|svg|mp4|webm)$", re.IGNORECASE)


class Entry(NamedTuple):
    """An address that a sitemap lists.

    `lastmod` as it is written there, null where there is none.
    """

    address: str
    lastmod: str | None


class Sitemap(NamedTuple):
    """A sitemap: addresses of pages, or of further sitemaps where it is an index.

    `whole` says whether its XML was read to the end.
    """

    is_index: bool
    entries: list[Entry]
    whole: bool


class RefusedError(ValueError):
    """XML that is not read: it declares entities, or nests deeper than any sitemap."""


def unpacked(body: bytes, most: int) -> bytes:
    """Return a sitemap without gzip, which many are packed in; anything else as it is.

    Args:
        body: The body of an answer, its content coding undone.
        most: The most bytes to unpack.
    """
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(_EITHER).decompress(body, most)
    except zlib.error:
        return body


def read(body: bytes) -> Sitemap | None:
    """Read a sitemap.

    Args:
        body: XML; entities of its own are not expanded, and what stands behind an error is not read.

    Returns:
        The sitemap; null where the document is none, such as the page that a site shows for every address.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
        whole = True
    except (expat.ExpatError, RefusedError):
        whole = False
    if reader.item is None:
        return None
    return Sitemap(reader.item == "sitemap", reader.entries, whole)


class _Reader:
    """A reader of XML that keeps addresses and times only.

    `item` is the name of the elements that hold them, null before the root of a sitemap was met.
    """

    def __init__(self) -> None:
        self.item: str | None = None
        self.entries: list[Entry] = []
        self._path: list[str] = []
        self._told: dict[str, str] = {}
        self._text: list[str] = []
        self.parser = parser = expat.ParserCreate(None, " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.EntityDeclHandler = self._declared

    def _declared(self, *_: object) -> None:
        raise RefusedError

    def _start(self, name: str, _attributes: object) -> None:
        space, _, local = name.rpartition(" ")
        if len(self._path) >= _DEEPEST:
            raise RefusedError
        if not self._path:
            self.item = _ROOTS.get(local)
            if self.item is None:
                raise RefusedError
        # Extensions for pictures and films have elements called `loc` too.
        self._path.append(local if space in _NAMESPACES else f"{space} {local}")
        self._text.clear()

    def _data(self, data: str) -> None:
        self._text.append(data)

    def _end(self, _name: str) -> None:
        name = self._path.pop()
        if len(self._path) == 2 and self._path[1] == self.item and name in {"loc", "lastmod"}:  # noqa: PLR2004 - below an entry
            self._told.setdefault(name, "".join(self._text).strip())
        elif len(self._path) == 1 and name == self.item:
            address = self._told.get("loc", "")
            if 0 < len(address) <= _LONGEST and not _FILE.search(address):
                self.entries.append(Entry(address, self._told.get("lastmod") or None))
            self._told.clear()
        self._text.clear()


def kind_of(address: str) -> str | None:
    """Tell what a sitemap lists, by its address.

    Args:
        address: As core, Yoast SEO, Rank Math and those who follow them write it: `wp-sitemap-posts-page-1.xml`,
            `?sitemap=posts&sitemap-subtype=page`, `page-sitemap2.xml`.

    Returns:
        The post type; "" for lists of what is no post; null where the address does not tell.
    """
    parts = urlsplit(address)
    name = parts.path.rpartition("/")[2]
    query = parse_qs(parts.query)
    if (of_core := query.get("sitemap")) and of_core[0] != "index":
        return query.get("sitemap-subtype", [""])[0] if of_core[0] == "posts" else ""
    if found := _CORE.fullmatch(name):
        return found[2] or "" if found[1] == "posts" else ""
    found = _OF_PLUGINS.fullmatch(name)
    if found is None:
        return None
    return "" if found[1] in _NO_POSTS else found[1]


def may_repeat(address: str) -> bool:
    """Tell whether a sitemap may list only what others list, by its address."""
    return kind_of(address) in _EITHER_WAY


def candidates(folders: Iterable[str]) -> list[str]:
    """Return the addresses at which WordPress and common plugins have their sitemap.

    Args:
        folders: Addresses of folders with a slash at the end, the likeliest first.
    """
    names = ("wp-sitemap.xml", "sitemap_index.xml", "sitemap.xml", "?sitemap=index")
    return [folder + name for folder in folders for name in names]
