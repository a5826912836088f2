"""Proofs of one row: format and check.

A proof is checked without network and archive.

docs/explanation/evidence.md is the specification. `release/verify.py` is a second program for the same check, which
shares no code with this one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presscorpus.commitments import canonical, merkle
from presscorpus.commitments.item import item_of
from presscorpus.commitments.records import PAYLOAD

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT: Final = "presscorpus proof 1"
"""The format of a proof."""
CRAWL: Final = "presscorpus crawl 1"
"""The format of a crawl's statement."""
RELEASE: Final = "presscorpus release 1"
"""The format of a release's statement."""
CONTENT: Final = (
    "categories", "content", "date_gmt", "excerpt", "featured_media", "link", "slug", "status", "tags", "title",
)  # fmt: skip
"""The fields of a post that its `digest` is made from."""
_KEYS: Final = {
    "": {"format", "checksum", "release", "row", "table", "crawl", "record", "part", "later", "timestamps",
         "signatures"},
    "release": {"format", "dataset", "version", "previous", "entries", "root"},
    "row": {"table", "number", "rows", "value", "path"},
    "table": {"number", "path"},
    "crawl": {
        "format", "site", "crawl", "address", "started_at", "ended_at", "outcome", "authenticated", "records", "root",
        "previous", "number", "path",
    },
    "later": {
        "format", "site", "crawl", "address", "started_at", "ended_at", "outcome", "authenticated", "records", "root",
        "previous",
    },
    "record": {"number", "salt", "head", "path"},
    "head": {"record_id", "type", "url", "date", "status", "parts", "body"},
    "timestamps": {"statement", "token"},
    "signatures": {"statement", "text"},
}  # fmt: skip
_HASH = re.compile(r"[0-9a-f]{64}")
_BYTES: Final = 32


class Timestamp(NamedTuple):
    """A time stamp of a statement.

    Its digest, and the response of the authority (RFC 3161), which is not checked.
    """

    digest: str
    token: bytes


class Signature(NamedTuple):
    """A signature of a statement.

    The statement's canonical JSON, which is what was signed, and the signature as a file of its tool, which is not
    checked.
    """

    statement: bytes
    text: str


class Proved(NamedTuple):
    """What a proof shows.

    Attributes:
        release: The statement of the release.
        table: The table of the row.
        row: The row.
        crawl: The statement of the crawl.
        head: The head of the record; null where the crawl is from before there were commitments.
        item: The item as the site sent it: an object, or the bytes of an item of an export or of a page; null where
            the proof leaves it out.
        same: Whether the digest of a post is that of the item's content; null where there is none to compare.
        digests: The digests of all statements: of the release, of the crawl, of later crawls.
        timestamps: Time stamps of these.
        signatures: Signatures of these.
    """

    release: dict[str, Any]
    table: str
    row: dict[str, Any]
    crawl: dict[str, Any]
    head: dict[str, Any] | None
    item: Any
    same: bool | None
    digests: tuple[str, ...]
    timestamps: tuple[Timestamp, ...]
    signatures: tuple[Signature, ...]


def write(value: dict[str, Any]) -> bytes:
    """Write a proof, with its checksum.

    Args:
        value: All keys but `checksum`.

    Returns:
        The content of the file.
    """
    return canonical.encode(value | {"checksum": canonical.digest(value)}) + b"\n"


def check(data: bytes) -> Proved:
    """Check a proof: everything but its time stamps and signatures.

    Args:
        data: The content of the file.

    Returns:
        What it shows.

    Raises:
        ValueError: It is no proof, or one of its hashes does not follow from what it holds; the text says which.
    """
    if not data.endswith(b"\n"):
        raise ValueError("has no line end")
    value = canonical.decode(data[:-1])
    _shaped(value, "")
    told = value.pop("checksum")
    if told != canonical.digest(value):
        raise ValueError("is damaged: its checksum is another one")
    if value["format"] != FORMAT:
        raise ValueError("has a format that this version does not know")
    release, row, crawl = value["release"], value["row"], value["crawl"]
    for name in ("release", "row", "table", "crawl"):
        _shaped(value[name], name)
    if (release["format"], crawl["format"]) != (RELEASE, CRAWL):
        raise ValueError("has statements that this version does not know")
    root = _climbed(merkle.leaf(canonical.encode(row["value"])), row["number"], row["rows"], row["path"], "row")
    entry = {"root": root, "rows": row["rows"], "table": row["table"]}
    _in_release(entry, value["table"], release, "table")
    statement = {name: each for name, each in crawl.items() if name not in {"number", "path"}}
    digest = canonical.digest(statement)
    entry = {"crawl": crawl["crawl"], "digest": digest, "root": crawl["root"], "site": crawl["site"]}
    _in_release(entry, crawl, release, "crawl")
    _same(row["value"], crawl, ("site", "crawl"), "crawl")
    head = _record(value, crawl, row["value"])
    item = None if value["part"] is None else _part(value, head)
    later = _later(value["later"], crawl, digest)
    digests = (canonical.digest(release), digest, *map(canonical.digest, later))
    stamps = tuple(_stamped(each, digests) for each in _list(value["timestamps"]))
    statements = dict(zip(digests, (release, statement, *later), strict=True))
    signatures = tuple(_signed(each, statements) for each in _list(value["signatures"]))
    same = _is_same(row["value"], item) if row["table"] == "posts" and isinstance(item, dict) else None
    return Proved(release, row["table"], row["value"], statement, head, item, same, digests, stamps, signatures)


def content_digest(item: dict[str, Any]) -> str:
    """Return the digest of a post's content, as the column `digest` has it."""
    return canonical.digest({name: item.get(name) for name in CONTENT})


def _is_same(row: dict[str, Any], item: dict[str, Any]) -> bool:
    try:
        return bool(row.get("digest") == content_digest(item))
    except UnicodeEncodeError:  # half of a character
        return False


def _shaped(value: object, name: str) -> None:
    if not isinstance(value, dict) or value.keys() != _KEYS[name]:
        raise ValueError(f"has other keys than a proof has{f' in {name}' if name else ''}")
    for key, each in value.items() if name else ():
        if key in _KINDS and not _KINDS[key](each):
            raise ValueError(f"has a value in {name} that cannot be its {key}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_previous(value: object) -> bool:
    """Whether something may name the statement before.

    Null, a digest, or a crawl and its digest.
    """
    if isinstance(value, dict):
        return value.keys() == {"crawl", "digest"} and _is_text(value["crawl"]) and _is_hash(value["digest"])
    return value is None or _is_hash(value)


_KINDS: Final = {
    **dict.fromkeys(
        ("dataset", "version", "site", "crawl", "address", "started_at", "ended_at", "outcome", "table", "record_id",
         "type", "url", "date"),
        _is_text,
    ),
    **dict.fromkeys(("entries", "records", "rows", "parts", "number"), _is_count),
    "authenticated": lambda value: isinstance(value, bool),
    "status": lambda value: value is None or _is_count(value),
    "root": lambda value: value is None or _is_hash(value),
    "previous": _is_previous,
}  # fmt: skip


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("has no list where one has to be")  # noqa: TRY004 - what is wrong is the file
    return value


def _hash(value: object) -> bytes:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError("has a hash that is not 64 lower-case hexadecimal digits")
    return bytes.fromhex(value)


def _climbed(leaf: bytes, number: object, size: object, path: object, what: str) -> str:
    if type(number) is not int or type(size) is not int:
        raise ValueError(f"has no number of its {what}")
    found = merkle.climbed(leaf, number, size, _steps(path))
    if found is None:
        raise ValueError(f"has a path of its {what} that cannot be")
    return found.hex()


def path_of(steps: Sequence[bytes]) -> str:
    """Write an audit path: base64 of its hashes, one after the other."""
    return base64.b64encode(b"".join(steps)).decode()


def _steps(path: object) -> list[bytes]:
    try:
        data = base64.b64decode(path, validate=True) if isinstance(path, str) else b"?"
    except ValueError:
        data = b"?"
    steps = [data[at : at + _BYTES] for at in range(0, len(data), _BYTES)]
    if any(len(step) != _BYTES for step in steps) or path_of(steps) != path:
        raise ValueError("has a path that is not base64 of whole hashes")
    return steps


def _in_release(entry: dict[str, Any], place: dict[str, Any], release: dict[str, Any], what: str) -> None:
    leaf = merkle.leaf(canonical.encode(entry))
    if _climbed(leaf, place["number"], release["entries"], place["path"], what) != release["root"]:
        raise ValueError(f"has a {'row' if what == 'table' else what} that is not in its release")


def _same(row: dict[str, Any], other: dict[str, Any], names: tuple[str, ...], what: str) -> None:
    if not isinstance(row, dict) or any(row.get(name) != other[name] for name in names):
        raise ValueError(f"has the {what} of another row")


def _record(value: dict[str, Any], crawl: dict[str, Any], row: dict[str, Any]) -> dict[str, Any] | None:
    record = value["record"]
    if record is None:
        if value["part"] is not None:
            raise ValueError("has a part without a record")
        return None
    _shaped(record, "record")
    head: dict[str, Any] = record["head"]
    _shaped(head, "head")
    digest = hashlib.sha256(canonical.encode(head)).digest()
    leaf = merkle.leaf(_hash(record["salt"]) + digest)
    if _climbed(leaf, record["number"], crawl["records"], record["path"], "record") != crawl["root"]:
        raise ValueError("has a record that its crawl does not hold")
    if head["type"] not in _ANSWERS:
        raise ValueError("has a record that is no answer of the site and no imported file")
    _same(row, head, ("record_id",), "record")
    return head


def _part(value: dict[str, Any], head: dict[str, Any] | None) -> dict[str, Any] | bytes:
    part, row = value["part"], value["row"]
    if head is None or not isinstance(part, dict) or part.keys() not in (_PART | {"text"}, _PART | {"base64"}):
        raise ValueError("has other keys than a proof has in part")
    try:
        data = part["text"].encode() if "text" in part else base64.b64decode(part["base64"], validate=True)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise ValueError("has a part that is no item") from None
    leaf = merkle.leaf(_hash(part["salt"]) + hashlib.sha256(data).digest())
    if _climbed(leaf, part["number"], head["parts"], part["path"], "part") != head["body"]:
        raise ValueError("has a part that its record does not hold")
    if part["number"] < PAYLOAD:
        raise ValueError("has a part that is no item")
    if "base64" in part and (_is_utf8(data) or base64.b64encode(data).decode() != part["base64"]):
        raise ValueError("has a part that could be written otherwise")
    item = item_of(row["value"], row["table"], data, head["parts"])
    if item is None:
        raise ValueError("has a part that is not the item of its row")
    return item


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


_ANSWERS: Final = {"response", "revisit", "resource", "continuation"}
"""The kinds of records that rows are read from."""
_PART: Final = {"number", "salt", "path"}


def _later(value: object, first: dict[str, Any], digest: str) -> list[dict[str, Any]]:
    """The statements of later crawls of the site, each of which names the one before."""
    found: list[dict[str, Any]] = []
    before = {"crawl": first["crawl"], "digest": digest}
    for statement in _list(value):
        _shaped(statement, "later")
        if statement["format"] != CRAWL:
            raise ValueError("has statements that this version does not know")
        if (statement["previous"], statement["site"]) != (before, first["site"]):
            raise ValueError("has a later crawl that does not follow")
        before = {"crawl": statement["crawl"], "digest": canonical.digest(statement)}
        found.append(statement)
    return found


def _stamped(value: object, digests: tuple[str, ...]) -> Timestamp:
    _shaped(value, "timestamps")
    if not isinstance(value, dict) or value["statement"] not in digests:
        raise ValueError("has a time stamp of something else")
    try:
        token = base64.b64decode(value["token"], validate=True)
    except (ValueError, TypeError):
        token = b""
    if not token or base64.b64encode(token).decode() != value["token"]:
        raise ValueError("has a time stamp that is not base64")
    return Timestamp(value["statement"], token)


def _signed(value: object, statements: dict[str, dict[str, Any]]) -> Signature:
    _shaped(value, "signatures")
    if not isinstance(value, dict) or not isinstance(value["text"], str):
        raise ValueError("has a signature that is no text")  # noqa: TRY004 - what is wrong is the file
    if not isinstance(value["statement"], str) or value["statement"] not in statements:
        raise ValueError("has a signature of something else")
    return Signature(canonical.encode(statements[value["statement"]]), value["text"])
