"""Tables whose items become one row each: terms, media, authors, comments.

Posts have a module of their own.
"""

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
    """How the items of one table are read.

    Attributes:
        decoder: Decoder of their struct.
        known: The fields that have columns or say nothing more; all others go into `extra`.
        row: Returns the columns of an item.
        essential: The field that has to be readable where there is one, null for none.
    """

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
# What the API lists is called so in these tables, beside what posts embed, name or show.
_THAT_ARE_LISTED, _LISTED = frozenset({"terms", "media", "authors"}), "listed"
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Batch:
    """Items of one table and site on their way to columns.

    `add` each item, then take `frames`.

    Args:
        package: Descriptor and schemas.
        table: One of `KINDS`.
    """

    def __init__(self, package: Package, table: str) -> None:
        self._package, self._table, self._kind = package, table, KINDS[table]
        self._origins: list[Origin] = []
        self._columns: defaultdict[str, list[Any]] = defaultdict(list)

    def add(
        self, key: tuple[str, int], body: bytes, origin: Origin, repairs: tuple[str, ...] = (), source: str = "api"
    ) -> typed_columns.Refused | None:
        """Read one item's JSON.

        Args:
            key: Type (of a term the taxonomy) and number that it was observed under.
            body: JSON of the item, an object.
            origin: Where it was observed.
            repairs: Names of what had to be done to decode it; those of an export become flags.
            source: The kind of source, as `Item.origin` has it, or `embedded` for a copy that another item holds.

        Returns:
            Why it cannot become a row; null where it did.
        """
        certain = {"id": key[1]} | ({"taxonomy": key[0]} if self._table == "terms" else {})
        try:
            item, flags = coercion.read(self._kind.decoder, body, certain, self._kind.essential)
            extra = typed_columns.leftover(_decode_keys.decode(body), self._kind.known)
            row = self._kind.row(item, extra.json, origin)
            row["flags"] = sorted({*flags, *extra.flags, *(repairs if source == "export" else ())})
            row["origin"] = _LISTED if source == "api" and self._table in _THAT_ARE_LISTED else source
        except typed_columns.REFUSED as error:
            return typed_columns.refused(error)
        self._origins.append(origin)
        for name, value in row.items():
            self._columns[name].append(value)
        return None

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the columns of all items that became rows.

        Returns:
            One frame under the name of the table; times are times.
        """
        schema = self._package.schema(self._table)
        # Where every item was refused there are no columns yet.
        columns: dict[str, list[Any]] = dict(self._columns) or {name: [] for name in schema.names}
        frame = typed_columns.frame(schema, typed_columns.provenance(self._origins) | columns)
        times = [name for name, kind in schema.emitted.items() if kind != schema.polars[name] and name in frame.columns]
        return {self._table: frame.with_columns(typed_columns.moment(schema, name) for name in times)}
