"""`presscorpus prove`: a file that shows one row by itself.

Whoever checks it needs neither the archive nor this program.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from presscorpus.archive import commitment
from presscorpus.archive.reader import read_at
from presscorpus.archive.receipt import Receipt, statement
from presscorpus.archive.receipt_file import read_receipt
from presscorpus.commitments import canonical, merkle, proof, records, rows
from presscorpus.commitments.item import item_of
from presscorpus.errors import ArchiveError, RefusedError, UsageError
from presscorpus.lazy import lazy
from presscorpus.observations.index import index_crawl
from presscorpus.observations.items import observe
from presscorpus.pipeline import statements
from presscorpus.privacy import inputs
from presscorpus.release import commitments, whole
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import polars as pl
    import pyarrow.parquet as pq

    from presscorpus.archive.commitment import Committed
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package, Schema
    from presscorpus.release.commitments import Entries
else:
    pl = lazy("polars")
    pq = lazy("pyarrow.parquet")

# The tables that hold items, and the type of those whose rows name none.
_TABLES: Final = {"posts": None, "media": "attachment", "terms": None, "comments": "comment", "authors": "user"}
_NAME: Final = "Name its type: --type post, page, attachment, category, ..."
_AGAIN: Final = "Build the release again: dvc repro."
_ROUTE: Final = re.compile(r"/wp/v2/(?:sites/[^/]+/)?[a-z0-9_-]+(?:/\d+)?/?$")
# Parameters whose values are numbers, times, orders and names of fields.
_PLAIN: Final = frozenset((
    "_embed", "_envelope", "_fields", "_links", "_locale", "after", "before", "context", "exclude", "include", "lang",
    "modified_after", "modified_before", "offset", "order", "orderby", "page", "per_page", "rest_route", "status",
))  # fmt: skip


class Wanted(NamedTuple):
    """The row that somebody asks for.

    `kind` is null where only one post has that number.
    """

    site: str
    number: int
    kind: str | None = None


class _Row(NamedTuple):
    """A row of the release.

    Its table, its number there, its columns as the release commits to them, and the hashes of all rows.
    """

    table: str
    number: int
    value: dict[str, Any]
    leaves: list[bytes]


class Prover:
    """Proofs of rows of one release.

    What several of them need (archives, trees of tables) is read once.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where archive and release are.

    Raises:
        UsageError: The release was not built.
        RefusedError: It is older than takedown.yaml or params.yaml.
        ArchiveError: It is not what it commits to.
    """

    def __init__(self, package: Package, params: Params, layout: Layout) -> None:
        self._package, self._params, self._layout = package, params, layout
        self._told = _release(layout.release)
        self._hashes = self._told.hashes
        if inputs.check(layout, params, inputs.RELEASE):
            raise RefusedError("takedown.yaml has entries that the release does not know", advice=_AGAIN)
        self._leaves: dict[str, list[bytes]] = {}
        self._crawls: dict[Path, Committed | None] = {}

    def prove(self, wanted: Wanted, *, with_item: bool = False) -> bytes:
        """Write the proof of a row.

        Args:
            wanted: Which row.
            with_item: Whether the proof holds the item as the site sent it, with what the policy withholds from the
                row, and the address of its record whatever that says.

        Returns:
            The content of the file. It has no record where the crawl was closed before there were commitments, or
            where the record's address may say what the policy withholds, and no item where that is not a part of its
            own in the archive.

        Raises:
            UsageError: No row of the release is meant, or several are.
            RefusedError: The row was taken down.
            ArchiveError: Archive or release are not what they commit to.
        """
        self._params.site(wanted.site)
        told, row = self._told, self._row(wanted)
        if row.value.get("takedown_reason") is not None:
            raise RefusedError(f"{wanted.number} was taken down: {row.value['takedown_reason']}", where=wanted.site)
        warc = self._layout.raw / wanted.site / f"{row.value['crawl']}.warc.gz"
        receipt = read_receipt(warc)
        crawl = statement(receipt)
        if told.crawls.get((receipt.site, receipt.crawl)) != canonical.digest(crawl):
            raise ArchiveError("is another crawl than the release was made of", where=str(warc), advice=_AGAIN)
        record = part = None
        if (committed := self._committed(warc, receipt)) is not None:
            number = _numbered(committed, str(row.value["record_id"]))
            if with_item or _says_nothing(str(committed.tree.says(number)["url"]), row.value):
                record = _record(committed, number)
            item = _item(self._package, self._layout, warc, row) if with_item else None
            part = _part(committed, number, item, row) if item else None
        later, stamps, signatures = statements.attesting(self._layout, told.statement, warc)
        table, entry = _place(told, "table", row.table), _place(told, "crawl", receipt)
        return proof.write(
            {
                "format": proof.FORMAT,
                "release": told.statement,
                "row": {
                    "table": row.table, "number": row.number, "rows": len(row.leaves), "value": row.value,
                    "path": proof.path_of(merkle.path(row.leaves, row.number)),
                },
                "table": {"number": table, "path": proof.path_of(merkle.path(self._hashes, table))},
                "crawl": crawl | {"number": entry, "path": proof.path_of(merkle.path(self._hashes, entry))},
                "record": record,
                "part": part,
                "later": later,
                "timestamps": stamps,
                "signatures": signatures,
            }
        )  # fmt: skip

    def _committed(self, warc: Path, receipt: Receipt) -> Committed | None:
        if warc not in self._crawls:
            self._crawls[warc] = commitment.check(warc, receipt)
        return self._crawls[warc]

    def _row(self, wanted: Wanted) -> _Row:
        """The row of the release that is wanted.

        Raises UsageError for none, and for several.
        """
        found: list[_Row] = []
        for table, kind in _TABLES.items():
            if table == "posts" or wanted.kind is not None:
                schema = self._package.schema(table)
                parts = whole.parts(self._layout.release, table)
                number = None if kind not in {None, wanted.kind} else _number(schema, parts, wanted)
                if number is not None:
                    found.append(_Row(table, number, _value(schema, parts, number), self._tree(schema, parts)))
        if len(found) != 1:
            what = f"{wanted.kind or 'post'} {wanted.number}"
            raise UsageError(
                f"no {what} is in the release, or the policy withholds it" if not found else f"{what} is several",
                where=wanted.site, advice=_NAME,
            )  # fmt: skip
        return found[0]

    def _tree(self, schema: Schema, parts: Sequence[Path]) -> list[bytes]:
        """The hashes of all rows of a table, which are those that the release commits to."""
        name = schema.name
        if name not in self._leaves:
            leaves = [leaf for frame in _groups(parts) for leaf in rows.leaves(frame, schema)]
            if self._told.tables.get(name) != commitments.Rows(len(leaves), merkle.root(leaves).hex()):
                raise ArchiveError(f"has other rows than {commitments.NAME} commits to", where=name, advice=_AGAIN)
            self._leaves[name] = leaves
        return self._leaves[name]


def prove(package: Package, params: Params, layout: Layout, wanted: Wanted, *, with_item: bool = False) -> bytes:
    """Write the proof of one row of the release, as `Prover.prove` does.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where archive and release are.
        wanted: Which row.
        with_item: Whether the proof holds the item as the site sent it.

    Returns:
        The content of the file.

    Raises:
        UsageError: No row of the release is meant, several are, or the release was not built.
        RefusedError: The row was taken down, or the release is older than takedown.yaml or params.yaml.
        ArchiveError: Archive or release are not what they commit to.
    """
    return Prover(package, params, layout).prove(wanted, with_item=with_item)


def _says_nothing(url: str, row: dict[str, Any]) -> bool:
    """Whether the address of a record says nothing that the row may not say.

    It is one of the row's own, or a list of the API with parameters that hold numbers, times and names of fields.
    """
    if url in row.values():
        return True
    try:
        parts = urlsplit(url)
        is_bare = parts.scheme in {"http", "https"} and not (parts.username or parts.password or parts.fragment)
    except ValueError:
        return False
    asked = parse_qsl(parts.query, keep_blank_values=True)
    route = dict(asked).get("rest_route", parts.path)
    return is_bare and _ROUTE.search(route) is not None and all(name.partition("[")[0] in _PLAIN for name, _ in asked)


def _release(folder: Path) -> Entries:
    try:
        return commitments.read(folder / commitments.NAME)
    except FileNotFoundError:
        raise UsageError(f"has no {commitments.NAME}", where=str(folder), advice=_AGAIN) from None
    except (OSError, ValueError) as error:
        raise ArchiveError(str(error), where=str(folder / commitments.NAME), advice=_AGAIN) from None


def _number(schema: Schema, parts: Sequence[Path], wanted: Wanted) -> int | None:
    """The number of a row in its table; null where there is none."""
    kind = next((name for name in ("type", "taxonomy") if name in schema.by_name), None)
    rows_ = parquet.scan(parts).with_row_index("row")
    rows_ = rows_.filter(pl.col("site") == wanted.site, pl.col("id") == wanted.number)
    if kind and wanted.kind is not None:
        rows_ = rows_.filter(pl.col(kind) == wanted.kind)
    numbers = rows_.select("row").collect()["row"].to_list()
    if len(numbers) > 1:
        raise UsageError(f"{wanted.number} is several", where=wanted.site, advice=_NAME)
    return numbers[0] if numbers else None


def _groups(parts: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """The rows of a table, a row group at a time."""
    for path in parts:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield pl.DataFrame(file.read_row_group(group))


def _value(schema: Schema, parts: Sequence[Path], number: int) -> dict[str, Any]:
    """A row as the release commits to it."""
    row = parquet.scan(parts).slice(number, 1).collect()
    value: dict[str, Any] = canonical.decode(str(rows.texts(row, schema)[0]).encode())
    return value


def _place(told: Entries, kind: str, which: Any) -> int:
    """The number of a table's or a crawl's line in `evidence.jsonl`."""
    key = {"table": which} if kind == "table" else {"site": which.site, "crawl": which.crawl}
    for number, line in enumerate(told.lines):
        entry = canonical.decode(line)
        if all(entry.get(name) == value for name, value in key.items()):
            return number
    raise AssertionError(key)  # both were looked up before


def _numbered(committed: Committed, record_id: str) -> int:
    ids = (committed.tree.says(number)["record_id"] for number in range(len(committed.tree.heads)))
    return next(number for number, each in enumerate(ids) if each == record_id)


def _record(committed: Committed, number: int) -> dict[str, Any]:
    tree = committed.tree
    return {
        "number": number,
        "salt": records.salt(tree.secret, number).hex(),
        "head": canonical.decode(tree.heads[number]),
        "path": proof.path_of(merkle.path(tree.hashes(), number)),
    }


def _item(package: Package, layout: Layout, warc: Path, row: _Row) -> tuple[int, bytes] | None:
    """The part of the record that is the row's item, and its number.

    Null where no part is that item alone.
    """
    observed = index_crawl(package, warc, layout.work)["observed"]
    capture = read_at(warc, observed.filter(pl.col("record_id") == row.value["record_id"])["offset"][0])
    kind = row.value.get("type") or row.value.get("taxonomy") or _TABLES[row.table]
    for item in observe(capture.payload, capture.url, capture.http_status, capture.link).items:
        if (item.type, item.id) == (kind, row.value["id"]) and item.digest is not None:
            for number, part in enumerate(records.cut(capture.payload)):
                if part == item.raw or part.lstrip(b" \t\r\n[,").rstrip(b" \t\r\n") == item.raw:
                    return number + records.PAYLOAD, part
    return None


def _part(committed: Committed, record: int, item: tuple[int, bytes], row: _Row) -> dict[str, Any] | None:
    number, data = item
    leaves, salt = committed.tree.leaves(record), records.salt(committed.tree.secret, record, number)
    if number >= len(leaves) or records.hash_of(salt, hashlib.sha256(data).digest()) != leaves[number]:
        return None  # something was erased from the record, or it was packed more often than its headers say
    if item_of(row.value, row.table, data, len(leaves)) is None:
        return None  # nobody else could tell that it is the row's
    try:
        content = {"text": data.decode()}
    except UnicodeDecodeError:
        content = {"base64": base64.b64encode(data).decode()}
    return {"number": number, "salt": salt.hex(), "path": proof.path_of(merkle.path(leaves, number)), **content}


def sentence(found: proof.Proved, times: Sequence[str] = (), signers: Sequence[str] = ()) -> str:
    """Say in one sentence what a proof shows and what it does not.

    Args:
        found: What was checked.
        times: What its time stamps show, in words.
        signers: Who signed, in words.

    Returns:
        A sentence without a full stop.
    """
    row, release, crawl, head = found.row, found.release, found.crawl, found.head
    name = " ".join(str(row[key]) for key in ("site", "type", "taxonomy", "id") if key in row)
    told = [f"proved: {name} is a row of {found.table} in {release['dataset']} {release['version']}"]
    status = f" (status {head['status']})" if head and head["status"] else ""
    told.append(
        f"read from {head['url']} of {head['date']}{status}, one of the "
        f"{crawl['records']:,} records that crawl {crawl['crawl']} committed to"
        if head
        else f"read in crawl {crawl['crawl']}, {_without(crawl)}"
    )
    if found.item is not None:
        same = {True: ", whose content has the digest that the row names", False: "", None: ""}[found.same]
        told.append(f"where the item stands as it is in the proof{same}")
    told += [f"time-stamped {time}" for time in times] + [f"signed by {each}" for each in signers]
    lacking = ["that the site sent this, for which whoever crawled is the only witness"]
    lacking += ["that text and other columns follow from it, which a build of the archive shows"]
    if found.item is None:
        lacking.insert(0, "what the record says, which the proof leaves out")
    if not times:
        lacking.append("when this was committed to, without a time stamp")
    return f"{', '.join(told)}; not proved: {'; '.join(lacking)}. Release {found.digests[0]}, crawl {found.digests[1]}"


def _without(crawl: dict[str, Any]) -> str:
    return "which commits to no records" if crawl["root"] is None else "from a record that the proof leaves out"
