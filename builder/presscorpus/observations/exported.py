"""Attachments of an export, which are as public as the item that they hang below.

A picture has the status `inherit`: it can be read where its parent can (WordPress core
WP_REST_Posts_Controller::check_read_permission). The API shows no other; an export holds all, and the parent may stand
anywhere in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.observations.publicness import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.observations.items import Item
    from presscorpus.tables.typed_columns import Origin


class _Below(msgspec.Struct):
    """The parent of an attachment; null for none."""

    post: int | None = None


_decode = msgspec.json.Decoder(_Below).decode


class Attached:
    """Attachments of the exports of one crawl.

    Which wait until all their parents were seen. In memory are keys.
    """

    def __init__(self) -> None:
        self._closed: set[int] = set()
        self._waiting: list[tuple[int, Origin, dict[str, Any]]] = []

    def ready(self, origin: Origin, rows: list[tuple[Item, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        """Yield the rows whose publicness depends on nothing else.

        The others wait for `settled`.

        Args:
            origin: Where the items were observed.
            rows: The items of one record, each with its row of the index.
        """
        for item, row in rows:
            parent = _decode(item.body).post if item.origin == "export" and item.table == "media" else None
            if parent:
                self._waiting.append((parent, origin, row))
                continue
            if item.origin == "export" and item.table == "posts" and item.hidden is not None:
                self._closed.add(item.id)
            yield row

    def settled(self) -> Iterator[tuple[Origin, dict[str, Any]]]:
        """Yield the items that waited, with their rows.

        Those below a closed item are closed.
        """
        for parent, origin, row in self._waiting:
            closed = STATUS if parent in self._closed else None
            yield origin, row | {"hidden": row["hidden"] or closed}
