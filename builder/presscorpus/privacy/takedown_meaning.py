"""Which items an entry of takedown.yaml means, for all that asks it.

Build, gates, publish and erase ask it here. An entry by number means the item of that number. An entry by address means
whatever that address leads to, however it is written: a permalink, earlier ones, `?p=`, a further page, its feed, its
AMP form or its address in the API, and for a picture that of its file or of a smaller one made of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

import polars as pl

from presscorpus.config.takedown import FILE
from presscorpus.dtypes import TEXT
from presscorpus.errors import ParamsError
from presscorpus.tables.addresses import originals, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presscorpus.config.takedown import Takedown
    from presscorpus.tables.addresses import Home

ITEM: Final = ["site", "table", "type", "id"]
"""What tells one item from all others."""

TABLES: Final = ("posts", "media", "comments")
"""Tables of what can be taken down."""

SHARED_NUMBERS: Final = frozenset({"posts", "media"})
"""Tables whose rows are of wp_posts, of which each number is one item at a time."""

_ROUTE: Final = re.compile(r"(?:^|/)wp/v2/(?:sites/[^/]+/)?([\w-]+)/(\d{1,18})(?:$|[/?&])")
_TABLE_OF_ROUTE: Final = {"media": "media", "comments": "comments"}
_FEED: Final = re.compile(r"/(?:comments/)?(?:feed|rdf|rss|rss2|atom)(?:/(?:rdf|rss|rss2|atom))?/?$")
_TRANSLATED: Final = re.compile(r"\s*(?:https?:)?//([\w-]+)\.translate\.goog(?::\d+)?(/?[^#]*)", re.IGNORECASE)
_CACHED: Final = re.compile(r"\bcache:(?:[\w-]{1,40}:)?((?:[\w-]++\.)++[\w-]++/[^\s\"'<>+&#]*)", re.IGNORECASE)
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
    bare, mark, query = local.partition("?")
    local = _FEED.sub("", bare) + (mark + query if query and not query.startswith("feed=") else "")
    candidates = frozenset(read(local).candidates if local else ())
    numbers = [int(each.removeprefix("?p=")) for each in candidates if re.fullmatch(r"\?p=\d{1,18}", each)]
    files = originals(bare) if _UPLOAD.search(bare) else ()
    return Meant(candidates | frozenset(files), numbers[0] if numbers else None, SHARED_NUMBERS)


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


def find(
    entries: Iterable[Takedown], portions: Iterable[pl.DataFrame], homes: dict[str, Home], *, all_known: bool
) -> pl.DataFrame:
    """Find the items that entries mean.

    An entry by number of an item that was not observed yet waits for it.

    Args:
        entries: What takedown.yaml says.
        portions: All that is known of items: frames with the columns of `ITEM` and `url`, at least one. They may hold
            an item several times, under all its addresses.
        homes: Where the sites of the dataset are, by name.
        all_known: Whether an address that means none of these items is mistyped.

    Returns:
        The columns of `ITEM` and `reason`, each item once, in their order.

    Raises:
        ParamsError: An address of a site of this dataset means no known item, if `all_known`: what it means would be
            published.
    """
    entries = list(entries)
    met = [False] * len(entries)
    found: dict[tuple[str, str, str, int], str] = {}
    items = pl.DataFrame()
    for known in portions:
        items = known.filter(pl.col("table").is_in(TABLES), pl.col("type").is_not_null()).select(*ITEM, "url").unique()
        for place, entry in enumerate(entries):
            keys = list(_by_url(entry.url, items, homes) if entry.url else _by_number(entry, items))
            met[place] = met[place] or bool(keys)
            for key in keys:
                found.setdefault(key, entry.reason.strip())
    for entry, known_ in zip(entries, met, strict=True):
        if entry.url and not known_ and all_known and any(home.local(entry.url) is not None for home in homes.values()):
            raise ParamsError(
                f"no item was ever observed under {entry.url}",
                where=FILE,
                advice="Name it by site and id, or mend the address: as it is, nothing would be taken down.",
            )
    rows = [(*key, reason) for key, reason in sorted(found.items())]
    return pl.DataFrame(rows, schema={**items.select(ITEM).schema, "reason": TEXT}, orient="row")


def _by_number(entry: Takedown, items: pl.DataFrame) -> Iterator[Any]:
    mine = items.filter(pl.col("site") == entry.site, pl.col("id") == entry.id)
    if entry.type is None:
        mine = mine.filter(pl.col("table").is_in(SHARED_NUMBERS))
    else:
        mine = mine.filter(pl.col("type") == entry.type)
    return mine.select(ITEM).unique().iter_rows()


def _by_url(url: str, items: pl.DataFrame, homes: dict[str, Home]) -> Iterator[Any]:
    for site, home in homes.items():
        wanted = meant(url, home)
        if wanted is None:
            continue
        for *key, known in items.filter(pl.col("site") == site).iter_rows():
            numbered = key[1] in wanted.tables and key[3] == wanted.number
            if numbered or (known and home.local(known) in wanted.addresses):
                yield tuple(key)
