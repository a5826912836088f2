"""Which items an entry of takedown.yaml means, for all that asks it.

Build, gates, publish and erase ask it here. An entry by number means the item of that number. An entry by address means
whatever that address leads to, however it is written: a permalink, earlier ones, `?p=`, a further page, its feed, its
AMP form or its address in the API, and for a picture that of its file or of a smaller one made of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

import polars as pl

from presscorpus.config.takedown import FILE, SAME
from presscorpus.content.urls import address_key
from presscorpus.dtypes import TEXT
from presscorpus.errors import ParamsError
from presscorpus.observations.html_pages.replays import original
from presscorpus.tables.addresses import originals, read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from presscorpus.config.takedown import Takedown
    from presscorpus.tables.addresses import Home

    Key = tuple[str, str, str, int]
    Portions = Callable[[], Iterable[pl.DataFrame]]

ITEM: Final = ["site", "table", "type", "id"]
"""What tells one item from all others."""

TABLES: Final = ("posts", "media", "comments")
"""Tables of what can be taken down."""

CORE: Final = frozenset({"post", "page", "attachment", "comment"})
"""Types that every site may have, though none was observed."""

AT: Final = "at"
"""Column of items that no entry names: the address in whose states an item is the one that was taken down."""

_SHOWN: Final = 12
_MOST_NUMBERS: Final = 3

SHARED_NUMBERS: Final = frozenset({"posts", "media"})
"""Tables whose rows are of wp_posts, of which each number is one item at a time."""

_ROUTE: Final = re.compile(r"(?:^|/)wp/v2/(?:sites/[^/]+/)?([\w-]+)/(\d{1,18})(?:$|[/?&])")
_TABLE_OF_ROUTE: Final = {"media": "media", "comments": "comments"}
_FEED: Final = re.compile(r"/(?:comments/)?(?:feed|rdf|rss|rss2|atom)(?:/(?:rdf|rss|rss2|atom))?/?$")
_TRANSLATED: Final = re.compile(r"\s*(?:https?:)?//([\w-]+)\.translate\.goog(?::\d+)?(/?[^#]*)", re.IGNORECASE)
_CACHED: Final = re.compile(r"\bcache:(?:[\w-]{1,40}:)?((?:[\w-]++\.)++[\w-]++/[^\s\"'<>+&#]*)", re.IGNORECASE)
_ARCHIVED: Final = re.compile(
    r"(?:https?://)?web\.archive\.org/(?:web/)?(?:[\d*]{1,15}(?:[a-z]{2}_)?/)?(.+)", re.IGNORECASE
)
_SCHEME: Final = re.compile("[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_HOST: Final = re.compile("[^/?]*")
_UPLOAD: Final = re.compile(r"\.[a-zA-Z0-9]{2,5}$")


class Meant(NamedTuple):
    """What an address of a site may mean.

    `addresses` are local addresses of items; `number` is one in `tables`, null for none.
    """

    addresses: frozenset[str]
    number: int | None = None
    tables: frozenset[str] = frozenset()


def meant(url: str, home: Home) -> Meant | None:
    """Find out what an address may mean on a site.

    Args:
        url: The address.
        home: The address of the site, and its paths.

    Returns:
        What it may mean; null where it is no address of the site, or that of its front page.
    """
    local = home.local(url)
    if not local:
        return None
    route = _ROUTE.search(unquote(local))
    if route is not None:
        return Meant(frozenset(), int(route[2]), frozenset({_TABLE_OF_ROUTE.get(route[1], "posts")}))
    candidates, files = _forms(local)
    numbers = [int(each.removeprefix("?p=")) for each in candidates if re.fullmatch(r"\?p=\d{1,18}", each)]
    return Meant(candidates | files, numbers[0] if numbers else None, SHARED_NUMBERS)


def _forms(local: str) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses of items that a local address may mean, and those of files."""
    bare, mark, query = local.partition("?")
    local = _FEED.sub("", bare) + (mark + query if query and not query.startswith("feed=") else "")
    files = originals(bare) if _UPLOAD.search(bare) else ()
    return frozenset(read(local).candidates if local else ()), frozenset(files)


def named(url: str, home: Home) -> str | None:
    """Return an item's address as `leading` has it, also on a host of no site.

    Args:
        url: The address, as observed.
        home: The address of the item's site.

    Returns:
        The local address, elsewhere the normal form; null where it is no address.
    """
    key = address_key(url)
    return None if key is None else home.named(key)


def leading(url: str, home: Home) -> Meant | None:
    """Find out what an address may mean on a site, also on a host of no site.

    A site that moved, or one with a host for each language, has items on hosts that neither params.yaml nor its index
    names. There an address means what has that address, and a number nothing, for it may be another site's.

    Args:
        url: The address.
        home: The address of the site, and its paths.

    Returns:
        What it may mean, items as `named` has them; null where it is no address.
    """
    wanted = meant(url, home)
    key = address_key(url)
    if wanted is not None or key is None:
        return wanted
    host = _HOST.match(key)
    before = host[0] if host else ""
    candidates, files = _forms(key.removeprefix(before))
    return Meant(frozenset({key}) | {before + each for each in candidates | files})


def copied(url: str) -> Iterator[str]:
    """Find the addresses of which an address shows a copy.

    Args:
        url: The address.

    Yields:
        What a page of Google Translate (`www-example-org.translate.goog`) or a copy in a cache (`cache:example.org/1`)
        was made of.
    """
    translated = _TRANSLATED.match(url)
    if translated is not None:
        # A hyphen of the host is written twice, a dot as one.
        host = "-".join(part.replace("-", ".") for part in translated[1].split("--"))
        yield f"https://{host}{translated[2]}"
    yield from (f"https://{match[1]}" for match in _CACHED.finditer(url))


def readings(written: str) -> list[str]:
    """Return the addresses that the address of an entry may stand for.

    Args:
        written: As people write it: perhaps without a scheme, or that of a copy.

    Returns:
        The address, and what a web archive, Google Translate or a cache shows under it.
    """
    url = written.strip()
    archived = _ARCHIVED.fullmatch(url)
    own = [url, original(url), *([archived[1]] if archived else []), *copied(url)]
    whole = (each if _SCHEME.match(each) else f"https://{each.lstrip('/')}" for each in own)
    return list(dict.fromkeys(re.sub(r"\A(https?):/+", r"\1://", each) for each in whole))


def find(entries: Iterable[Takedown], portions: Portions, homes: dict[str, Home], *, all_known: bool) -> pl.DataFrame:
    """Find the items that entries mean.

    An entry by number of an item that was not observed yet waits for it. An item that has the address of one that was
    taken down is the same under another number, as after a move to another installation.

    Args:
        entries: What takedown.yaml says.
        portions: Returns all that is known of items: frames with the columns of `ITEM` and `url`, at least one. They
            may hold an item several times, under all its addresses.
        homes: Where the sites of the dataset are, by name.
        all_known: Whether an entry that can mean none of these items is mistyped.

    Returns:
        The columns of `ITEM`, `reason` and `AT`, each item once, in their order.

    Raises:
        ParamsError: An address means no known item, or a number is of a site or type that there is not, if `all_known`:
            what it means would be published.
    """
    entries = list(entries)
    met = [False] * len(entries)
    found: dict[Key, str] = {}
    types: dict[str, set[str]] = {}
    items = pl.DataFrame()
    for known in portions():
        items = _items(known)
        for site, kind in items.select("site", "type").unique().iter_rows():
            types.setdefault(site, set()).add(kind)
        places = _Places(items, homes) if any(entry.url for entry in entries) else None
        for place, entry in enumerate(entries):
            keys = list(places.of(entry.url) if entry.url and places else _by_number(entry, items))
            met[place] = met[place] or bool(keys)
            for key in keys:
                found.setdefault(key, entry.reason.strip())
    for entry, known_ in zip(entries, met, strict=True):
        if all_known and not known_:
            _refuse(entry, homes, types)
    same = _renumbered(found, portions, homes) if found else {}
    rows = [(*key, reason, None) for key, reason in found.items()] + [(*key, *told) for key, told in same.items()]
    schema = {**items.select(ITEM).schema, "reason": TEXT, AT: TEXT}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(ITEM)


def _items(known: pl.DataFrame) -> pl.DataFrame:
    only = known.filter(pl.col("table").is_in(TABLES), pl.col("type").is_not_null())
    return only.select(*ITEM, "url").unique(maintain_order=True)


def _renumbered(found: Mapping[Key, str], portions: Portions, homes: Mapping[str, Home]) -> dict[Key, tuple[str, str]]:
    """The items that now have an address of one that was taken down: reason, address.

    Their earlier addresses tell nothing, for a number that is used again was another item's. An address that many items
    have is that of a list, as plugins give it to all of a type.
    """
    taken = {
        (site, table, address): (kind, number)
        for (site, table, kind, number), address in _addressed(portions, homes)
        if (site, table, kind, number) in found
    }
    sharing: defaultdict[tuple[str, str, str], set[Key]] = defaultdict(set)
    for key, address in _addressed(portions, homes, last=True):
        if (key[0], key[1], address) in taken:
            sharing[key[0], key[1], address].add(key)
    same: dict[Key, tuple[str, str]] = {}
    for (site, table, address), keys in sharing.items():
        kind, number = taken[site, table, address]
        reason = found[site, table, kind, number]
        for key in keys - found.keys() if len(keys) <= _MOST_NUMBERS else ():
            same[key] = f"{reason}{SAME}{kind} {number}, whose address it has.)", address
    return same


def _addressed(portions: Portions, homes: Mapping[str, Home], *, last: bool = False) -> Iterator[tuple[Key, str]]:
    """The addresses of posts and pictures, all or the last of each.

    A comment has the address of its post.
    """
    for known in portions():
        rows = known.filter(pl.col("table").is_in(list(SHARED_NUMBERS)), pl.col("url").is_not_null())
        if last and "observed_at" in rows.columns:
            order = ["observed_at", "modified", "crawl", "offset", "ordinal"]
            rows = rows.sort(order, nulls_last=False).unique(ITEM, keep="last", maintain_order=True)
        for site, table, kind, number, url in _items(rows).iter_rows():
            address = named(url, homes[site]) if site in homes else None
            if address:
                yield (site, table, kind, number), address


def _refuse(entry: Takedown, homes: Collection[str], types: Mapping[str, set[str]]) -> None:
    """Refuse an entry that means nothing, and is none that waits for its item."""
    if entry.url:
        raise ParamsError(
            f"no item was ever observed under {entry.url}",
            where=FILE,
            advice="Name it by site and id, or mend the address: as it is, nothing would be taken down. If its site is "
            "no more in params.yaml, take the entry out.",
        )
    if entry.site is None or entry.site not in homes:
        raise ParamsError(f"{entry}: params.yaml names no such site", where=FILE, advice=_there_are(homes))
    there = types.get(entry.site, set()) | CORE
    if entry.type is not None and entry.type not in there:
        raise ParamsError(f"{entry}: {entry.site} has no such type", where=FILE, advice=_there_are(there))


def _there_are(names: Collection[str]) -> str:
    shown = sorted(names)[:_SHOWN]
    more = " and others" if len(names) > _SHOWN else ""
    return f"There are {', '.join(shown)}{more}: as it is, nothing would be taken down."


class _Places:
    """Where some items are, by address and number."""

    def __init__(self, items: pl.DataFrame, homes: Mapping[str, Home]) -> None:
        self._homes = homes
        self._by_address: defaultdict[tuple[str, str], set[Key]] = defaultdict(set)
        self._by_number: defaultdict[tuple[str, str, int], set[Key]] = defaultdict(set)
        for site, table, kind, number, url in items.iter_rows():
            key = (site, table, kind, number)
            self._by_number[site, table, number].add(key)
            address = named(url, homes[site]) if url and site in homes else None
            if address:
                self._by_address[site, address].add(key)

    def of(self, written: str) -> Iterator[Any]:
        """The items that an address means, in a fixed order."""
        for site, home in self._homes.items():
            for url in readings(written):
                wanted = leading(url, home)
                if wanted is None:
                    continue
                numbered = (self._by_number.get((site, table, wanted.number or 0), ()) for table in wanted.tables)
                addressed = (self._by_address.get((site, address), ()) for address in wanted.addresses)
                yield from sorted({*chain(*numbered, *addressed)})


def _by_number(entry: Takedown, items: pl.DataFrame) -> Iterator[Any]:
    mine = items.filter(pl.col("site") == entry.site, pl.col("id") == entry.id)
    if entry.type is None:
        mine = mine.filter(pl.col("table").is_in(SHARED_NUMBERS))
    else:
        mine = mine.filter(pl.col("type") == entry.type)
    return mine.select(ITEM).unique().iter_rows()
