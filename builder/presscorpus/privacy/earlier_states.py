"""Collect names of people and numbers from states that the tables do not hold.

These are earlier ones, and those of what was taken down.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import polars as pl

from presscorpus.archive.reader import read_at
from presscorpus.content import html, page_bylines
from presscorpus.content.bylines import TAXONOMIES
from presscorpus.content.urls import resolve
from presscorpus.dtypes import WORDS
from presscorpus.observations.items import pieces
from presscorpus.privacy import accounts, addresses, calling, display_names, former_names
from presscorpus.privacy.contacts import PHONE
from presscorpus.privacy.former_names import Told
from presscorpus.privacy.people import ORGANISATIONS, People
from presscorpus.privacy.rust_patterns import matches
from presscorpus.storage import atomic, fingerprint
from presscorpus.tables import one_row_tables, post_item

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path


CODE: Final = (
    "archive", "commitments", "config", "content", "dtypes.py", "errors.py", "lazy.py", "observations", "privacy",
    "storage", "tables",
)  # fmt: skip
"""The packages and modules whose code determines what is read (tests/test_architecture.py checks)."""

_PLACE: Final = ["site", "crawl", "offset", "ordinal"]
_ITEM: Final = ["site", "table", "type", "id"]
_PEOPLE: Final = pl.col("type").is_in(list(TAXONOMIES))
_LINKED: Final = re.compile(f"(?i)author|{accounts.BASES}")
_CALLS: Final = frozenset((PHONE,))
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class _Places(NamedTuple):
    """Where names are in a crawl, and a digest of what is there."""

    frames: list[pl.DataFrame]
    digest: hashlib._Hash

    def add(self, places: pl.DataFrame) -> None:
        """Add those of a portion."""
        self.digest.update(places.write_csv().encode())
        short = [pl.col(name).cast(WORDS) for name in ("table", "type")]
        self.frames.append(places.select("offset", "ordinal", "id", *short))


class FormerNames:
    """The names in states that the tables do not hold, collected by portions.

    What was read of a crawl is remembered in the work folder, so that a build reads again only what has changed since.
    Memory grows by distinct names, and by the keys of what is read.

    Args:
        sites: Names of the sites whose authors are not named, or numbers redacted; nothing is read of others.
        raw: The folder of the archive.
        work: The work folder.
    """

    def __init__(self, sites: Container[str], raw: Path, work: Path) -> None:
        self._sites, self._raw, self._work = sites, raw, work
        self._waiting: dict[tuple[str, str], _Places] = {}
        self._found: dict[str, dict[Told, None]] = {}
        self._used: set[Path] = set()

    def look(self, observed: pl.DataFrame, current: pl.DataFrame, taken: pl.DataFrame) -> None:
        """Note where the names of a portion are.

        Args:
            observed: Every observation of each item that is in it.
            current: Those of them that tables are built from.
            taken: The items that were taken down, of which tables hold nothing.
        """
        for (site, crawl), places in _others(observed, current, taken).group_by("site", "crawl", maintain_order=True):
            if site in self._sites:
                self._waiting.setdefault((str(site), str(crawl)), _Places([], hashlib.sha256())).add(places)

    def read(self) -> None:
        """Read the names of all portions, each record once.

        Raises:
            ArchiveError: The archive does not hold what its index says.
        """
        for (site, crawl), places in self._waiting.items():
            self._add(site, self._of_crawl(site, crawl, places))
        self._waiting.clear()

    def titles(self, seen: pl.DataFrame) -> None:
        """Add what the sites called themselves, which names nobody.

        Args:
            seen: Rows with `site` and `title`, all that were seen.
        """
        for site, title in seen.select("site", "title").drop_nulls().unique(maintain_order=True).iter_rows():
            if site in self._sites:
                self._add(site, [Told("title", title)])

    def write(self, tables: Path) -> None:
        """Write what was found beside the tables.

        Args:
            tables: Their folder.
        """
        former_names.write(tables, {site: sorted(told, key=str) for site, told in self._found.items()})

    def prune(self) -> None:
        """Delete what is remembered of crawls and states that no longer count."""
        for path in (self._work / "names").glob("*/*"):
            if path not in self._used:
                path.unlink()

    def _add(self, site: str, told: list[Told]) -> None:
        self._found.setdefault(site, {}).update(dict.fromkeys(told))

    def _of_crawl(self, site: str, crawl: str, places: _Places) -> list[Told]:
        """The names in some observations of a crawl."""
        made_by = fingerprint.of_code(CODE)
        path = self._work / "names" / site / f"{crawl}-{places.digest.hexdigest()[:16]}-{made_by[:16]}.json"
        self._used.add(path)
        try:
            return former_names.decode(path.read_bytes())[site]
        except (OSError, ValueError, LookupError):
            found = _read(self._raw / site / f"{crawl}.warc.gz", pl.concat(places.frames))
        atomic.write(path, msgspec.json.encode({site: found}))
        return found


def _others(observed: pl.DataFrame, current: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Where names may be that the tables do not hold."""
    of_people = pl.col("table").is_in(["posts", "authors"]) | ((pl.col("table") == "terms") & _PEOPLE)
    shown = observed.filter(of_people, pl.col("state") == "published")
    shown = shown.select(*_PLACE, *_ITEM[1:], "record_id", "digest")
    kept = current.join(taken, on=_ITEM, how="anti")
    others = shown.join(kept, on=_PLACE, how="anti")
    # Lists of posts hold the same account again and again, and its digest is of all that is said of it.
    same = (pl.col("table") != "posts") & pl.struct(*_ITEM, "digest").is_duplicated()
    first = pl.struct(*_ITEM, "digest").is_first_distinct()
    known = kept.filter(pl.col("table") != "posts").select(*_ITEM, "digest")
    return others.filter(~same | first).join(known, on=[*_ITEM, "digest"], how="anti").sort(_PLACE)


def _read(warc: Path, places: pl.DataFrame) -> list[Told]:
    """Read the names in some items of a crawl, and the numbers that they call."""
    people = People((), ())
    called: dict[str, None] = {}
    for (offset,), rows in places.sort("offset", "ordinal").group_by("offset", maintain_order=True):
        capture = read_at(warc, int(str(offset)))
        wanted: dict[int, tuple[str, str, int]] = {
            ordinal: (table, kind, number)
            for ordinal, table, kind, number in rows.select("ordinal", "table", "type", "id").iter_rows()
        }
        for piece in pieces(capture.payload, capture.url, capture.link):
            if piece.ordinal in wanted:
                told = dict(_values(piece.body))
                _look(people, *wanted[piece.ordinal], told)
                called |= dict.fromkeys(_called(told) if wanted[piece.ordinal][0] == "posts" else ())
    return [*(Told(*told) for told in people.known()), *(Told(former_names.CALLED, each) for each in called)]


def _called(told: dict[str, Any]) -> Iterator[str]:
    """The addresses in a content that call a number."""
    content = _html(told.get("content"))
    found = calling.within(content) if content else ()
    yield from (each for each in found if addresses.reaches(addresses.read(each), _CALLS) is not None)


def _look(people: People, table: str, kind: str, number: int, told: dict[str, Any]) -> None:
    """Add the names in an item, as dataset_policy.gather does from its row."""
    known = post_item.KNOWN if table == "posts" else one_row_tables.KINDS[table].known
    name, owner = _plain(told.get("title" if table == "posts" else "name")), _owner(table, number)
    if table == "posts" and kind in ORGANISATIONS:
        people.add_organisation(name)
    elif table != "posts" or kind in TAXONOMIES:
        people.add(name, owner)
    slug, described = told.get("slug"), _plain(told.get("description"))
    if table != "posts" and isinstance(slug, str):
        people.add_login(slug, owner)
    for each in display_names.of_co_author(described) if table == "terms" and described else ():
        people.add(each, None)
    if isinstance(login := told.get("presscorpus_author"), str):
        people.add_login(login, None)
    people.add_fields({key: value for key, value in told.items() if key not in known})
    if table == "posts":
        content = _html(told.get("content"))
        people.add_fields(page_bylines.within(content) if content and matches(page_bylines.SIGNS, content) else {})
        link = told.get("link")
        host = resolve(link, link).host if isinstance(link, str) else None
        for text, rel, address in _bylines(told):
            people.add_byline(text, rel, address, {host.removeprefix("www.")} if host else ())


def _owner(table: str, number: int) -> int | str:
    return number if table == "authors" else f"{'term' if table == 'terms' else 'guest'} {number}"


def _values(body: bytes) -> Iterator[tuple[str, Any]]:
    """The fields of an item whose values can be read."""
    for key, raw in _decode_keys(body).items():
        try:
            yield key, msgspec.json.decode(raw)
        except (msgspec.DecodeError, ValueError, RecursionError):
            continue


def _html(field: Any) -> str | None:
    rendered = field.get("rendered") if isinstance(field, dict) else field
    return rendered if isinstance(rendered, str) else None


def _plain(field: Any) -> str | None:
    written = _html(field)
    try:
        return None if written is None else html.plain(written)
    except html.Unreadable:
        return None


def _bylines(told: dict[str, Any]) -> Iterator[tuple[str | None, str | None, str | None]]:
    """The links in a content that may be bylines."""
    content, link = _html(told.get("content")), told.get("link")
    if content is None or not _LINKED.search(content):
        return
    try:
        links = html.read(content).links
    except html.Unreadable:
        return
    base = link if isinstance(link, str) else ""
    yield from ((each.text, each.rel, resolve(each.url, base).resolved or each.url) for each in links)
