"""Tables whose items become one row each: terms, media, authors, comments. Posts have a module of their own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from presscorpus.tables import authors, coercion, comments, media, terms, typed_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from presscorpus.config.schema import Package
    from presscorpus.tables.typed_columns import Origin


class Kind(NamedTuple):
    """How the items of one table are read: their type, the fields that have columns, and the row of one."""

    decoder: msgspec.json.Decoder[Any]
    known: frozenset[str]
    row: Callable[[Any, str | None, Origin], dict[str, Any]]
    essential: str | None = None


KINDS = {
    "terms": Kind(msgspec.json.Decoder(terms.TermItem), terms.KNOWN, terms.row),
    "media": Kind(msgspec.json.Decoder(media.MediaItem), media.KNOWN, media.row),
    "authors": Kind(msgspec.json.Decoder(authors.AuthorItem), authors.KNOWN, authors.row),
    "comments": Kind(msgspec.json.Decoder(comments.CommentItem), comments.KNOWN, comments.row, "content"),
}
_WITH_ORIGIN = frozenset({"terms", "media", "authors"})
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Batch:
    """Items of one table and site being turned into columns: `add` each one, then take `frames`."""

    def __init__(self, package: Package, table: str) -> None:
        self._package, self._table, self._kind = package, table, KINDS[table]
        self._origins: list[Origin] = []
        self._columns: defaultdict[str, list[Any]] = defaultdict(list)

    def add(self, key: tuple[str, int], body: bytes, origin: Origin, *, embedded: bool) -> typed_columns.Refused | None:
        """Take one item's JSON. Returns why it cannot become a row, null where it did.

        `key` is the type (of a term the taxonomy) and number that it was observed under; `embedded` says that it is a
        copy that another item holds.
        """
        certain = {"id": key[1]} | ({"taxonomy": key[0]} if self._table == "terms" else {})
        try:
            item, flags = coercion.read(self._kind.decoder, body, certain, self._kind.essential)
            extra = typed_columns.leftover(_decode_keys.decode(body), self._kind.known)
            row = self._kind.row(item, extra.json, origin)
            row["flags"] = sorted({*flags, *extra.flags})
            if self._table in _WITH_ORIGIN:
                row["origin"] = "embedded" if embedded else "listed"
        except typed_columns.REFUSED as error:
            return typed_columns.refused(error)
        self._origins.append(origin)
        for name, value in row.items():
            self._columns[name].append(value)
        return None

    def frames(self) -> dict[str, pl.DataFrame]:
        """The columns of all items taken, under the name of their table, with times as times."""
        schema = self._package.schema(self._table)
        # Where every item was refused there are no columns yet.
        columns: dict[str, list[Any]] = dict(self._columns) or {name: [] for name in schema.names}
        frame = typed_columns.frame(schema, typed_columns.provenance(self._origins) | columns)
        times = [name for name, kind in schema.emitted.items() if kind != schema.polars[name] and name in frame.columns]
        return {self._table: frame.with_columns(typed_columns.moment(schema, name) for name in times)}
