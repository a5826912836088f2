"""Nothing left out: what became of each item that the lists of a site name.

A crawl commits to its records, and so to the lists that it was given: whoever takes an item out of the archive changes
a root. Whoever takes it out of the tables alone is found out here: each list of the API is read again for its ids, each
record for its items, sitemaps for their addresses (`pipeline/listed_pages.py`), and each of them has to be in a table,
or the archive has to show why it is in none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.errors import ArchiveError
from presscorpus.lazy import lazy
from presscorpus.observations import publicness, shapes
from presscorpus.observations.below import Below
from presscorpus.observations.items import kinds, observe
from presscorpus.pipeline.listed_pages import ListedPages
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import polars as pl

    from presscorpus.archive.reader import Capture
    from presscorpus.archive.receipt import Receipt
    from presscorpus.crawl.rest import rows
    from presscorpus.observations.items import Item
else:
    pl = lazy("polars")
    rows = lazy("presscorpus.crawl.rest.rows")

ROW, GONE, REFUSED = "in the tables", "gone", "refused"
HIDDEN, QUARANTINED, ERASED, WITHHELD = "not public", "in quarantine", "erased", "withheld"
NO_POST, FAILED, LEFT_OUT = "no post", "failed", "left out"
OUTCOMES: Final = (ROW, GONE, REFUSED, HIDDEN, QUARANTINED, ERASED, WITHHELD, NO_POST, FAILED, LEFT_OUT)
"""What can become of an item.

In the tables; in the tables, and gone from the site since; listed and then refused, when it was asked for; not for
everybody to see; in quarantine; erased from the archive; an account of a site whose authors the policy withholds; an
address in a sitemap whose page shows no post; one of those that the receipt counts as failed; and left out, of which
nothing shows why.
"""
_OK: Final = 200
_LIST: Final = re.compile(r"(?:^|/)wp/v2/(?:sites/[^/]+/)?([^/]+)/?$")
_TABLES: Final = {"posts": "type", "media": None, "terms": "taxonomy", "comments": None, "authors": None}
_PREFIX: Final = {"posts": "posts:", "terms": "terms:", "media": "media", "comments": "comments", "authors": "users"}


class Key(NamedTuple):
    """An item of a site.

    Its table, its type (null for a tombstone that tells none) and its number.
    """

    table: str
    type: str | None
    id: int


class Listed(NamedTuple):
    """What became of an item.

    Attributes:
        site: A site of params.yaml.
        type: Post type, taxonomy, attachment, user or comment; `page` for an address of a sitemap that shows no item.
        id: Its number; null for such an address.
        crawl: The last crawl in which a list or record names it.
        record_id: That record.
        outcome: One of `OUTCOMES`.
        evidence: The record that shows it; null where that is the row, the quarantine or the receipt.
        address: An address in a sitemap at which no item came; null for an item.
    """

    site: str
    type: str
    id: int | None
    crawl: str
    record_id: str
    outcome: str
    evidence: str | None
    address: str | None = None


class _Named(NamedTuple):
    crawl: str
    record_id: str


class _Below(msgspec.Struct):
    """The post that a comment or attachment belongs to; null for none."""

    post: int | None = None


_decode = msgspec.json.Decoder(_Below).decode


def accounted(raw: Path, tables: Path) -> Iterator[Listed]:
    """Yield what became of each item that the crawls of the tables name.

    Args:
        raw: The archive folder; damaged crawls are passed over, which are faults by themselves.
        tables: The folder of built tables.

    Yields:
        Items by site, table and type.
    """
    frame = parquet.read(tables / "crawls.parquet", columns=["site", "crawl"])
    last = dict(frame.group_by("site").agg(pl.col("crawl").max()).iter_rows())
    for site in sorted(last):
        # What came after the tables were built cannot be in them.
        crawls = [warc for warc in closed_crawls(raw, site) if warc.name.removesuffix(".warc.gz") <= last[site]]
        found = _Site(site, crawls)
        for warc in crawls:
            try:
                found.read(warc)
            except ArchiveError:
                continue
        yield from found.outcomes(tables)
        yield from (Listed(site, "page", None, *each) for each in found.pages.outcomes())


class _Site:
    """The items of one site. In memory are keys."""

    def __init__(self, site: str, crawls: list[Path]) -> None:
        self._site = site
        self._named: defaultdict[tuple[str, str], dict[int, _Named]] = defaultdict(dict)
        self._told: dict[Key, tuple[str, str]] = {}
        self._received: set[Key] = set()
        self._closed: set[int] = set()
        self._open: set[int] = set()
        self._below: dict[Key, int] = {}
        self._receipts: dict[str, Receipt] = {}
        self.pages = ListedPages(crawls)

    def read(self, warc: Path) -> None:
        """Read one crawl.

        Its lists, its items, and what it shows to be gone or not public.
        """
        receipt = read_receipt(warc)
        self._receipts[receipt.crawl] = receipt
        self.pages.read(warc, receipt)
        routes: dict[str, tuple[str, str]] = {
            **{base: ("posts", name) for base, name in shapes.TYPES.items()},
            **{base: ("terms", name) for base, name in shapes.TAXONOMIES.items()},
            "media": ("media", "attachment"), "users": ("authors", "user"), "comments": ("comments", "comment"),
        }  # fmt: skip
        login = not publicness.of_crawl(receipt)
        hanging = Below[_Named]()
        for capture in read_crawl(warc):
            if capture.http_status is not None:
                for (of, base), slug in kinds(capture.payload, capture.url).items():
                    routes.setdefault(base, (of, slug))
            place = _Named(receipt.crawl, capture.record_id)
            self._observed(capture, place, hanging, login=login)
            list_ = _LIST.search(shapes.route(capture.url)) if capture.http_status == _OK else None
            if list_ is None or list_[1] not in routes:
                continue
            table, kind = routes[list_[1]]
            for row in rows.rows_in(capture.payload) or ():
                if row is not None:
                    self._named[table, kind][row.id] = place
                    if login or capture.authenticated:
                        self._told.setdefault(Key(table, kind, row.id), (HIDDEN, capture.record_id))
        for _, settled in hanging.settled():
            self._judge(**settled)
        self._erased(receipt)

    def _erased(self, receipt: Receipt) -> None:
        for each in receipt.erasures:
            fixed = [name for name, kind in shapes.FIXED.items() if kind == each.type]
            for name in fixed or ("posts", "terms"):
                self._told[Key(name, each.type, each.id)] = (ERASED, each.record_id)

    def _observed(self, capture: Capture, place: _Named, hanging: Below[_Named], *, login: bool) -> None:
        seen = observe(capture.payload, capture.url, capture.http_status)
        login = login or capture.authenticated or any(item.hidden == publicness.LOGIN for item in seen.items)
        judged: list[tuple[Item, dict[str, Any]]] = []
        for item in seen.items:
            key = Key(item.table, item.type, item.id)
            if item.state != "published":
                self._told[key] = (GONE if item.state == "deleted" else REFUSED, place.record_id)
            elif not item.embedded and item.type is not None:
                self._named[item.table, item.type][item.id] = place
                self.pages.show(capture.url, item.url)
                hidden = publicness.LOGIN if login else item.hidden
                judged.append((item, {"item": item, "key": key, "place": place, "hidden": hidden}))
        for row in hanging.ready(place, judged):
            self._judge(**row)
        for fault in seen.faults:
            if fault.item_id is not None and fault.table is not None:
                self._told.setdefault(Key(fault.table, None, fault.item_id), (QUARANTINED, place.record_id))

    def _judge(self, item: Item, key: Key, place: _Named, *, hidden: str | None) -> None:
        """Note whether everybody may see an item, and below which post it stands."""
        if item.table == "posts":
            (self._closed if hidden else self._open).add(item.id)
        if hidden:
            self._told.setdefault(key, (HIDDEN, place.record_id))
        else:
            self._received.add(key)
        if item.table in {"media", "comments"}:
            try:
                post = _decode(item.body).post
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                post = None
            if post is not None:
                self._below[key] = post

    def outcomes(self, tables: Path) -> Iterator[Listed]:
        """Compare what the crawls name with the tables."""
        quarantined = _quarantined(tables, self._site)
        for (table, kind), items in sorted(self._named.items()):
            there, gone = _rows(tables, self._site, table, kind)
            withheld = table == "authors" and not there and not gone
            missing: list[int] = []
            for number, named in sorted(items.items()):
                if number in there:
                    yield self._listed(kind, number, named, (ROW, None))
                elif number in gone:
                    yield self._listed(kind, number, named, (GONE, self._evidence(Key(table, kind, number))))
                elif (table, number) in quarantined or ("", number) in quarantined:
                    yield self._listed(kind, number, named, (QUARANTINED, None))
                elif (told := self._why(Key(table, kind, number))) is not None:
                    yield self._listed(kind, number, named, told)
                elif withheld:
                    yield self._listed(kind, number, named, (WITHHELD, None))
                else:
                    missing.append(number)
            left: Counter[str] = Counter()
            for number in missing:
                named = items[number]
                left[named.crawl] += Key(table, kind, number) not in self._received
                is_failed = Key(table, kind, number) not in self._received and left[named.crawl] <= self._failed(
                    named.crawl, table, kind
                )
                yield self._listed(kind, number, named, (FAILED if is_failed else LEFT_OUT, None))

    def _listed(self, kind: str, number: int, named: _Named, told: tuple[str, str | None]) -> Listed:
        return Listed(self._site, kind, number, named.crawl, named.record_id, *told)

    def _evidence(self, key: Key) -> str | None:
        told = self._told.get(key) or self._told.get(key._replace(type=None))
        return told[1] if told and told[0] in {GONE, REFUSED} else None

    def _why(self, key: Key) -> tuple[str, str | None] | None:
        """Why an item is in no table; null where the archive shows nothing of that."""
        told = self._told.get(key) or self._told.get(key._replace(type=None))
        post = self._below.get(key)
        if told is None and post in self._closed and post not in self._open:
            return HIDDEN, None
        if told is not None and (key not in self._received or told[0] == ERASED):
            return told
        return None

    def _failed(self, crawl: str, table: str, kind: str) -> int:
        """How many items of a type the receipt counts as failed.

        An import without a total promises nothing.
        """
        receipt = self._receipts[crawl]
        if receipt.source == "files" and receipt.verdict != "complete":
            return 1 << 62
        name = _PREFIX[table] + (kind if _PREFIX[table].endswith(":") else "")
        return sum(each.failed for each in receipt.collections if each.collection in {name, table})


def _rows(tables: Path, site: str, table: str, kind: str) -> tuple[set[int], set[int]]:
    """The numbers of the rows of a type.

    Of those that are there, and of those that are gone.
    """
    frame = parquet.scan(tables / f"{table}.parquet")
    columns = set(frame.collect_schema().names())
    frame = frame.filter(pl.col("site") == site)
    if (column := _TABLES[table]) is not None:
        frame = frame.filter(pl.col(column) == kind)
    is_there = pl.col("state") == "published" if "state" in columns else pl.lit(value=True)
    found = frame.select("id", there=is_there).collect()
    there = set(found.filter(pl.col("there"))["id"])
    return there, set(found["id"]) - there


def _quarantined(tables: Path, site: str) -> set[tuple[str, int]]:
    frame = parquet.read(tables / "quarantine.parquet", columns=["site", "table", "item_id"])
    frame = frame.filter(pl.col("site") == site, pl.col("item_id").is_not_null())
    return set(frame.select(pl.col("table").fill_null(""), "item_id").iter_rows())


def counted(found: Iterable[Listed]) -> tuple[dict[str, int], list[ArchiveError]]:
    """Count what became of items.

    Args:
        found: What `accounted` yields.

    Returns:
        Items by outcome, and a fault for each type of a site of which some are left out.
    """
    counts: Counter[str] = Counter()
    left: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for each in found:
        counts[each.outcome] += 1
        if each.outcome == LEFT_OUT:
            left[each.site, each.type].append(each.address or str(each.id))
    return {name: counts[name] for name in OUTCOMES if counts[name]}, [_fault(*key, ids) for key, ids in left.items()]


_SHOWN: Final = 5


def _fault(site: str, kind: str, ids: list[str]) -> ArchiveError:
    shown = ", ".join(ids[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")
    return ArchiveError(
        f"{kind} {shown} {'is' if len(ids) == 1 else 'are'} named by the site's lists and left out of the tables",
        where=site,
        advice="Build the tables again (dvc repro), and ask who changed them.",
    )


def lines(found: Iterable[Listed]) -> Iterator[bytes]:
    """Write what became of items as JSON Lines.

    Args:
        found: What `accounted` yields.

    Yields:
        An object a line, with the fields of `Listed`.
    """
    yield from chain.from_iterable((msgspec.json.encode(each._asdict()), b"\n") for each in found)
