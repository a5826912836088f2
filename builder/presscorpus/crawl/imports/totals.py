"""The totals in imported responses, and the items that are there.

A total (`X-WP-Total`) counts where it is that of a whole collection: a search, or the list of one category, has one of
its own. It is given by route, while receipts are by table, so that the total of a table is known where all its items
came by routes that have one. https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from presscorpus.content.url_parts import parts_of
from presscorpus.observations import advertised, wrappers
from presscorpus.observations.shapes import collection_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from presscorpus.observations.items import Seen

# Parameters that change the form of a list, not its items. jQuery's `_` keeps caches out.
_OF_PAGING: Final = frozenset({
    "page", "per_page", "offset", "order", "orderby", "_embed", "_fields", "_envelope", "_links", "_locale", "context",
    "rest_route", "_", "_jsonp", "_pretty", "_wpnonce",
})  # fmt: skip
# Parameters that choose items, and do not where they are empty. An empty `sticky` is one: it leaves out sticky posts.
_CHOOSING: Final = frozenset({
    "search", "exclude", "include", "author", "author_exclude", "categories", "categories_exclude", "tags",
    "tags_exclude", "parent", "parent_exclude", "slug", "status", "hide_empty",
})  # fmt: skip
# And those that have a value which chooses what everybody is shown without them: of media, `inherit`.
_DEFAULTS: Final = frozenset(
    {("status", "publish"), ("status", "inherit"), ("hide_empty", "0"), ("hide_empty", "false")}
)


_NEXT: Final = re.compile(r"""\brel=["']?next\b""", re.IGNORECASE)


class Total(NamedTuple):
    """The items and totals of one table.

    `items` counts distinct ones. `first` and `last` are the totals given first and last, null where one of its types
    has none. `missing` is how many items the last totals have beyond those, with `reasons`.
    """

    items: int
    first: int | None = None
    last: int | None = None
    missing: int = 0
    reasons: tuple[str, ...] = ()


class Totals:
    """Distinct items by table and type, and the totals that were advertised of them."""

    def __init__(self) -> None:
        self._ids: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._told: dict[tuple[str, str], tuple[str, int, int]] = {}
        self._pages: dict[tuple[str, str], _Pages] = {}
        self._at_least: dict[tuple[str, str], tuple[str, int]] = {}

    def told(self, url: str, headers: Iterable[tuple[str, str]], payload: bytes, seen: Seen) -> None:
        """Add the items of a response, and the total in its headers or envelope.

        Args:
            url: Its address, or the name of its file.
            headers: Its HTTP headers; empty for a file.
            payload: Its decoded body.
            seen: What was observed in it.
        """
        listed = [item for item in seen.items if item.state == "published" and not item.embedded]
        for item in listed:
            self._ids[item.table, item.type or ""].add(item.id)
        kinds = {(item.table, item.type or "") for item in listed}
        if len(kinds) != 1 or not _is_whole(url):
            return
        (kind,), name, fields = kinds, collection_name(url), _joined(headers)
        self._pages.setdefault(kind, _Pages(name)).add(url, fields)
        total = advertised.total_of(fields.get(advertised.NAME))
        total = wrappers.total(payload) if total is None and payload[:1] == b"{" else total
        if total is not None:
            self._told[kind] = (name, self._told.get(kind, ("", total))[1], total)
        elif payload[:1] == b"{" and (least := wrappers.counted(payload)):
            self._at_least[kind] = max(self._at_least.get(kind, ("", 0)), (name, least), key=itemgetter(1))

    def tables(self) -> set[str]:
        """The tables that have items.

        Returns:
            Their names.
        """
        return {table for table, _ in self._ids}

    def of(self, table: str) -> Total:
        """Sum up a table.

        Args:
            table: Its name.

        Returns:
            Its items and totals.
        """
        kinds = [kind for kind in self._ids if kind[0] == table]
        items = sum(len(self._ids[kind]) for kind in kinds)
        # A total below what is there, as out of an old cache, is none.
        told = [
            (kind, *self._told[kind]) for kind in kinds if self._told.get(kind, ("", 0, -1))[2] >= len(self._ids[kind])
        ]
        proved = {kind for kind, *_ in told}
        # What a wrapper counts proves that something is missing, never that nothing is.
        counts = [
            *((kind, name, last) for kind, name, _, last in told),
            *((kind, *self._at_least[kind]) for kind in kinds if kind in self._at_least and kind not in proved),
        ]
        short = {kind: (name, last) for kind, name, last in counts if last > len(self._ids[kind])}
        lacking = [(name, last, last - len(self._ids[kind])) for kind, (name, last) in short.items()]
        reasons = tuple(
            f"{name}: the site counts {last}, and {last - missing} are here: {missing} missing"
            for name, last, missing in lacking
        )
        missing = sum(missing for *_, missing in lacking)
        for kind in kinds:
            left = self._pages[kind].missing if kind in self._pages else 0
            if left and kind not in self._told and kind not in short:
                # Each has an item at least.
                missing, reasons = missing + left, (*reasons, self._pages[kind].reason())
        if not kinds or len(told) < len(kinds):
            return Total(items, None, None, missing, reasons)
        return Total(items, sum(each[2] for each in told), sum(each[3] for each in told), missing, reasons)


class _Pages:
    """Which pages of a list are there, and how many the site says it has."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._here: set[int] = set()
        self._told: list[int] = []

    def add(self, url: str, fields: Mapping[str, str]) -> None:
        """Add a page with items: its address and the fields of its head, in lower case."""
        query = dict(_query(url) or ())
        page = advertised.total_of(query.get("page") or 1)
        if page is None or query.get("offset", "0") != "0":
            return
        self._here.add(page)
        told = advertised.total_of(fields.get(advertised.PAGES))
        self._told.append(told if told is not None else page + (_NEXT.search(fields.get("link", "")) is not None))

    @property
    def missing(self) -> int:
        """How many pages are not there."""
        last = min(self._told, default=0)
        return last - sum(page <= last for page in self._here)

    def reason(self) -> str:
        """What is missing, in words."""
        first = next(page for page in count(1) if page not in self._here)
        more = f", nor {self.missing - 1:,} more that the site tells of" if self.missing > 1 else ""
        return f"{self._name}: page {first} is not here{more}"


def _query(url: str) -> list[tuple[str, str]] | None:
    parts = parts_of(url if "://" in url else f"file://x/{unquote(url)}")
    return parse_qsl(parts.query, keep_blank_values=True) if parts else None


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The fields of a head by their names in lower case.

    The values of one that was sent twice stand in a row.
    """
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in headers:
        fields[name.lower()].append(value)
    return {name: ", ".join(values) for name, values in fields.items()}


def _is_whole(url: str) -> bool:
    """Whether an address asks for a whole collection."""
    query = _query(url)
    return query is not None and not any(_narrows(name.partition("[")[0], value) for name, value in query)


def _narrows(name: str, value: str) -> bool:
    """Whether a parameter leaves out items that everybody is shown without it."""
    return name not in _OF_PAGING and (name, value) not in _DEFAULTS and (name not in _CHOOSING or value != "")
