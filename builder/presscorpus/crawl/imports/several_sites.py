"""Files of several sites in one import, whose posts would pass for versions.

Numbers of posts are those of one database. Where two hosts have a post of the same type and number, it is one post if
they give it the same title, or the same slug and another time of modification, as after a move of the site.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from presscorpus.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from presscorpus.observations.items import Item

_MOST: Final = 50_000  # posts that are remembered
# The beginning of a title as JSON or an export writes it; no more is needed to tell two posts apart.
_IN_JSON: Final = re.compile(rb'"title"\s*:\s*(?:\{\s*"(?:rendered|raw)"\s*:\s*)?"((?:[^"\\]|\\.){0,99})')
_IN_EXPORT: Final = re.compile(rb"<title>\s*(?:<!\[CDATA\[)?([^<\]]{0,99})")


class _Met(NamedTuple):
    """A post as it was met first.

    Its host, the file, and what tells whether another is the same: the title as written, the slug, and when it was
    modified.
    """

    host: str
    place: str
    title: bytes
    slug: str
    modified: str | None


class Hosts:
    """The hosts of the posts of an import, and whether they are of one site.

    Of many posts some are remembered, by their numbers, so that memory is bounded.
    """

    def __init__(self) -> None:
        self._met: dict[tuple[str | None, int], _Met] = {}
        self._stride = 1
        self._agreed = 0
        self._differing: Counter[tuple[str, str]] = Counter()

    def add(self, place: str, items: Iterable[Item]) -> None:
        """Take note of what a file holds.

        Args:
            place: The file, as messages name it.
            items: Its items, of any table.
        """
        for item in items:
            if item.table != "posts" or item.embedded or item.url is None or item.id % self._stride:
                continue
            host, slug = _host_and_slug(item.url)
            if not host:
                continue
            here = _Met(host, place, _title(item.raw), slug, item.modified)
            there = self._met.setdefault((item.type, item.id), here)
            if there.host != host:
                self._compare(there, here)
        while len(self._met) > _MOST:
            self._stride *= 2
            self._met = {key: met for key, met in self._met.items() if key[1] % self._stride == 0}

    def _compare(self, there: _Met, here: _Met) -> None:
        edited = here.slug and here.slug == there.slug and here.modified != there.modified
        if edited or here.title == there.title:
            self._agreed += 1
        else:
            self._differing[f"{there.host} in {there.place}", f"{here.host} in {here.place}"] += 1

    def require_one_site(self, source: Path) -> None:
        """Check that the posts of different hosts are not different posts.

        Args:
            source: The file or folder.

        Raises:
            SourceError: Most posts that two hosts have under the same number are not the same.
        """
        if self._differing.total() <= self._agreed:
            return
        (one, other), _ = self._differing.most_common(1)[0]
        raise SourceError(
            f"holds posts of several sites under the same numbers: {one}, {other}",
            where=str(source),
            advice="Name the files of each site as a source of their own.",
        )


def _title(raw: bytes) -> bytes:
    for mark, written in ((b'"title"', _IN_JSON), (b"<title>", _IN_EXPORT)):
        place = raw.find(mark)
        if place >= 0 and (match := written.match(raw, place)):
            return match[1]
    return b""


def _host_and_slug(url: str) -> tuple[str, str]:
    """The host without `www.`, and the last part of the path; "" where there is none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return host.removeprefix("www."), parts.path.rstrip("/").rpartition("/")[2]
