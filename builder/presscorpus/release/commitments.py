"""`evidence.jsonl`: what a release commits to.

Its crawls and the rows of its tables.

The first line is the statement of the release, whose digest is signed and time-stamped. Each further line is a leaf of
the tree whose root the statement has: first the tables, by name, then the crawls, by site and name.
docs/explanation/evidence.md is the specification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presscorpus.archive.receipt import statement
from presscorpus.commitments import canonical, merkle, proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.dataset import Dataset

NAME: Final = "evidence.jsonl"
"""The file in the folder of a release."""


class Rows(NamedTuple):
    """The tree over the rows of a table: how many there are, and its root in hex."""

    rows: int
    root: str


class Entries(NamedTuple):
    """The lines of `evidence.jsonl`, read.

    Attributes:
        statement: The statement of the release.
        lines: All further lines, exactly.
        tables: The tree of each table, by name.
        crawls: The digest of each crawl's statement, by site and name.
    """

    statement: dict[str, Any]
    lines: list[bytes]
    tables: dict[str, Rows]
    crawls: dict[tuple[str, str], str]

    @property
    def hashes(self) -> list[bytes]:
        """The leaves of the tree of the release."""
        return [merkle.leaf(line) for line in self.lines]

    @property
    def digest(self) -> str:
        """The SHA-256 of the statement, in hex."""
        return canonical.digest(self.statement)


def entry_of(receipt: Receipt) -> dict[str, Any]:
    """Return the entry of a crawl.

    Its statement's digest, and the root over its records.
    """
    told = statement(receipt)
    return {"crawl": receipt.crawl, "digest": canonical.digest(told), "root": told["root"], "site": receipt.site}


def text(dataset: Dataset, tables: Mapping[str, Rows], crawls: Iterable[Receipt]) -> str:
    """Write `evidence.jsonl`.

    Args:
        dataset: The dataset, which names version and previous release.
        tables: The tree of each table of the release.
        crawls: The receipts of all crawls that its tables were made of.

    Returns:
        Lines of canonical JSON.
    """
    entries: list[dict[str, Any]] = [
        {"root": rows.root, "rows": rows.rows, "table": name} for name, rows in sorted(tables.items())
    ]
    entries += sorted(map(entry_of, crawls), key=lambda entry: (entry["site"], entry["crawl"]))
    lines = [canonical.encode(entry) for entry in entries]
    made = {
        "dataset": dataset.name,
        "entries": len(lines),
        "format": proof.RELEASE,
        "previous": dataset.previous.sha256 if dataset.previous else None,
        "root": merkle.root(map(merkle.leaf, lines)).hex(),
        "version": dataset.version,
    }
    return "".join(f"{line.decode()}\n" for line in (canonical.encode(made), *lines))


def read(path: Path) -> Entries:
    """Read `evidence.jsonl` and compute its root.

    Args:
        path: The file.

    Returns:
        What it holds.

    Raises:
        ValueError: It is no such file, or its root is not that of its lines.
        OSError: It cannot be read.
    """
    first, *lines, rest = path.read_bytes().split(b"\n")
    made, entries = canonical.decode(first), [canonical.decode(line) for line in lines]
    try:
        tables = {each["table"]: Rows(each["rows"], each["root"]) for each in entries if "table" in each}
        crawls = {(each["site"], each["crawl"]): each["digest"] for each in entries if "crawl" in each}
        root = merkle.root(map(merkle.leaf, lines)).hex()
        same = (made["format"], made["entries"], made["root"]) == (proof.RELEASE, len(lines), root)
    except (KeyError, TypeError):
        same = False
    if not same or rest:
        raise ValueError("is not what its first line commits to")
    return Entries(made, lines, tables, crawls)
