"""Receipts of published releases, in `releases/`, each with its ledger.

`presscorpus publish` writes `<version>.json` and `<version>.parquet`, and git keeps them. The receipt of a release says
where it went, its digests, and how many rows each table has of each site. The ledger beside it has the key, digest and
state of every post, and nothing of its content. params.yaml names the receipt of the release before by its SHA-256
(`dataset.previous`), and the receipt names the ledger: so the parameters settle what a release is compared with,
whatever else lies in the folder. See docs/decisions/0020-versions-of-the-data.md.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import polars as pl

from presscorpus.config.dataset import is_version
from presscorpus.config.params import Previous
from presscorpus.errors import RefusedError
from presscorpus.storage import atomic, parquet

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "releases"
"""The folder of a dataset that holds the receipts of its releases."""

POST = ("site", "type", "id")
"""The key of a ledger."""

LEDGER = (*POST, "digest", "state", "takedown_reason")
"""The columns of a ledger."""


class Tally(msgspec.Struct, frozen=True):
    """How many posts of a site differ between two releases, by what became of them."""

    site: str
    new: int = 0
    edited: int = 0
    gone: int = 0
    back: int = 0
    taken_down: int = 0
    restored: int = 0
    missing: int = 0


class Entry(msgspec.Struct, frozen=True):
    """What one release changed.

    `against` is the version that it was compared with, null for the first one. `columns` and `sites` are lines such as
    "+ posts.title".
    """

    version: str
    against: str | None
    posts: list[Tally] = []
    columns: list[str] = []
    sites: list[str] = []


class ReleaseReceipt(msgspec.Struct, frozen=True):
    """One published release.

    `commit` is the one that the tag stands on, null for a folder. `sums` is the SHA-256 of its SHA256SUMS, and with it
    of every file. `rows` are by table and site, `columns` by table, with their types. `ledger` is the SHA-256 of the
    ledger. `history` has what each release changed, the newest first. `accepted` are the labels of objections that the
    publisher overruled. `statement` is the digest of the release's statement (`evidence.jsonl`), `roots` that of the
    rows of each table, and `crawls` the digest of the statement of each crawl, by "site/crawl"; receipts from before
    there were commitments have none of them.
    """

    version: str
    previous: Previous | None
    target: str
    commit: str | None
    sums: str
    rows: dict[str, dict[str, int]]
    columns: dict[str, dict[str, str]]
    ledger: str
    history: list[Entry]
    accepted: list[str] = []
    statement: str = ""
    roots: dict[str, str] = {}
    crawls: dict[str, str] = {}


_decode = msgspec.json.Decoder(ReleaseReceipt).decode


class Before(NamedTuple):
    """The release before, from its receipt and its ledger."""

    receipt: ReleaseReceipt
    posts: pl.DataFrame


def read_previous(root: Path, previous: Previous | None) -> Before | None:
    """Read the receipt and ledger of the release that params.yaml names.

    Args:
        root: The folder of the dataset.
        previous: `dataset.previous` of params.yaml.

    Returns:
        That release; null where params.yaml names none.

    Raises:
        RefusedError: Its receipt or ledger is missing, or has another digest than is named.
    """
    if previous is None:
        return None
    path = root / FOLDER / f"{previous.version}.json"
    data = _proven(path, previous.sha256)
    try:
        receipt = _decode(data)
    except (ValueError, RecursionError):
        raise RefusedError(
            "is no receipt of a release", where=str(path), advice="`presscorpus advance` names the right one."
        ) from None
    ledger = path.with_suffix(".parquet")
    return Before(receipt, parquet.read(_proven(ledger, receipt.ledger)))


def receipt_paths(root: Path) -> list[Path]:
    """List the receipts of all releases that were published from a dataset.

    Args:
        root: The folder of the dataset.

    Returns:
        Their paths by name; what is no name of a version is no receipt.
    """
    return sorted(path for path in (root / FOLDER).glob("v*.json") if is_version(path.stem))


def read_release(path: Path) -> tuple[ReleaseReceipt, pl.DataFrame] | None:
    """Read a receipt and its ledger as they are, whatever dataset.previous names.

    Args:
        path: One of `receipt_paths`.

    Returns:
        Both; null where one of them is missing or damaged.
    """
    try:
        receipt = _decode(path.read_bytes())
        posts = parquet.read(path.with_suffix(".parquet"))
        return receipt, posts.select(LEDGER)
    except (OSError, ValueError, RecursionError, pl.exceptions.PolarsError):
        return None


def _proven(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise RefusedError(
            "is missing, and dataset.previous names it",
            where=str(path),
            advice=f"Bring it back (`git checkout {FOLDER}`), or set dataset.previous to a release that is here.",
        ) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RefusedError(
            "is not the file that dataset.previous means",
            where=str(path),
            advice=f"`git checkout {FOLDER}` restores it.",
        )
    return data


def write_receipt(root: Path, receipt: ReleaseReceipt, posts: pl.DataFrame) -> Path:
    """Write the ledger of a release, and then its receipt.

    Args:
        root: The folder of the dataset.
        receipt: The receipt; its `ledger` is filled in.
        posts: The ledger.

    Returns:
        The path of the receipt.
    """
    path = root / FOLDER / f"{receipt.version}.json"
    # Made in memory, so that a full disk is the system's error and not one of the library's.
    made = io.BytesIO()
    posts.write_parquet(made, compression="zstd")
    atomic.write(path.with_suffix(".parquet"), made.getvalue())
    ledger = hashlib.sha256(made.getbuffer()).hexdigest()
    text = msgspec.json.format(msgspec.json.encode(msgspec.structs.replace(receipt, ledger=ledger)), indent=2)
    atomic.write(path, text + b"\n")
    return path
