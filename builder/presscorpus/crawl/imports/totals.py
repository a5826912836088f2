"""The totals in imported responses, and the items that are there.

A total (`X-WP-Total`) counts where it is that of a whole collection: a search, or the list of one category, has one of
its own. It is given by route, while receipts are by table, so that the total of a table is known where all its items
came by routes that have one. https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from presscorpus.content.url_parts import parts_of
from presscorpus.observations import advertised, wrappers
from presscorpus.observations.shapes import collection_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.observations.items import Seen

# Parameters that change the form of a list, not its items.
_OF_PAGING: Final = frozenset({
    "page", "per_page", "offset", "order", "orderby", "_embed", "_fields", "_envelope", "_links", "_locale", "context",
    "rest_route",
})  # fmt: skip


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
        total = _of_headers(headers)
        total = wrappers.total(payload) if total is None and payload[:1] == b"{" else total
        if total is None or len(kinds) != 1 or not _is_whole(url):
            return
        (kind,) = kinds
        first = self._told.get(kind, ("", total, total))[1]
        self._told[kind] = (collection_name(url), first, total)

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
        lacking = [
            (name, last, last - len(self._ids[kind])) for kind, name, _, last in told if last > len(self._ids[kind])
        ]
        reasons = tuple(
            f"{name}: the site counts {last}, and {last - missing} are here: {missing} missing"
            for name, last, missing in lacking
        )
        missing = sum(missing for *_, missing in lacking)
        if not kinds or len(told) < len(kinds):
            return Total(items, None, None, missing, reasons)
        return Total(items, sum(each[2] for each in told), sum(each[3] for each in told), missing, reasons)


def _of_headers(headers: Iterable[tuple[str, str]]) -> int | None:
    return advertised.total_of(next((value for name, value in headers if name.lower() == advertised.NAME), None))


def _is_whole(url: str) -> bool:
    """Whether an address asks for a whole collection."""
    parts = parts_of(url if "://" in url else f"file://x/{unquote(url)}")
    query = parse_qsl(parts.query, keep_blank_values=True) if parts else []
    return parts is not None and {name.partition("[")[0] for name, _ in query} <= _OF_PAGING
