"""The tree over the records of a crawl.

Parts of each record, salts, heads and the root.

Each record is cut into parts, so that one item of a list can be shown without its neighbours, and so that an item that
is erased takes no other one's proof along. Every hash that somebody sees without its data is salted: whoever has one
item and the paths cannot test guesses of what stands beside it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from presscorpus.commitments import canonical, merkle

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADERS, RECEIVED, PAYLOAD = 0, 1, 2
"""Numbers of the parts of a record: its headers, the SHA-256 of its body as received, the first of its payload."""
_DOMAIN: Final = b"presscorpus crawl 1\n"
_MARK: Final = b"\xef\xbb\xbf"
_ITEM, _END = b"<item>", b"</item>"
_Said = tuple[str, str, str, str, int | None, str | None]
_list = msgspec.json.Decoder(list[msgspec.Raw])
_sha = hashlib.sha256


class Recorded(NamedTuple):
    """A record of an archive, as it is committed to.

    `kind` is its WARC-Type, `date` its WARC-Date as written, `status` null where it is no response. `headers` are its
    other WARC headers, a line each, and its HTTP header with the empty line at its end where there is one. `received`
    is the body as stored, `payload` the same without its content coding. `file` is the address of a media file as an
    item names it, as written in the record; null for all others.
    """

    record_id: str
    kind: str
    url: str
    date: str
    status: int | None
    headers: bytes
    received: bytes
    payload: bytes
    file: str | None = None


class Kept(msgspec.Struct, frozen=True):
    """What remains of a record that something was erased from.

    Its number, its head, and the hashes of its parts.
    """

    record: int
    head: str
    leaves: list[str]


def cut(payload: bytes) -> list[bytes]:
    """Cut a payload into its parts, which together are the payload.

    A JSON array that is not empty gives one part for each element, which begins with the bracket or comma before it,
    and a last one with what follows the last element. JSON Lines give one for each object that begins a line, and an
    export (WXR) one for each item, one for what stands before the first and one for what follows the last. Every other
    payload is one part.

    Args:
        payload: The body of a record without its content coding.

    Returns:
        At least one part.
    """
    first = payload.removeprefix(_MARK).lstrip(b" \t\r\n")[:1]
    if first == b"{":
        return _lines(payload)
    if first == b"<":
        return _items(payload)
    if first != b"[":
        return [payload]
    try:
        elements = _list.decode(payload)
    except (ValueError, RecursionError):
        return [payload]
    parts, at = list[bytes](), 0
    for element in map(bytes, elements):
        # Nearly always right behind the bracket or comma; to search for something long takes far longer.
        start = at + 1 if payload.startswith(element, at + 1) else payload.index(element, at)
        end = start + len(element)
        parts.append(payload[at:end])
        at = end
    return [*parts, payload[at:]]


def _lines(payload: bytes) -> list[bytes]:
    """Cut before each brace that begins a line."""
    found = payload.split(b"\n{")
    last = len(found) - 1
    return [b"{" * (at > 0) + each + b"\n" * (at < last) for at, each in enumerate(found)]


def _items(payload: bytes) -> list[bytes]:
    """Cut before each item of an export, and after the last one."""
    end = payload.rfind(_END) + len(_END)
    if end < len(_END):
        return [payload]
    first, *rest = payload[:end].split(_ITEM)
    return [part for part in (first, *(_ITEM + each for each in rest), payload[end:]) if part]


class Records:
    """The records of a crawl, added in the order of the archive."""

    def __init__(self) -> None:
        self._said: list[_Said] = []
        self._parts: list[bytes] = []
        self._secret = _sha(_DOMAIN)
        self._content = _sha()

    def __len__(self) -> int:
        return len(self._said)

    @property
    def content_digest(self) -> str:
        """The `content_digest` of a receipt.

        SHA-256 over the digests of all bodies as they lie there.
        """
        return self._content.hexdigest()

    def add(self, record: Recorded) -> None:
        """Add the next record. Of its content only digests stay in memory."""
        received = _sha(record.received).digest()
        parts = cut(record.payload)
        same = len(parts) == 1 and record.payload is record.received
        digests = [received] if same else [_sha(part).digest() for part in parts]
        headers = _sha(record.headers).digest()
        self._secret.update(headers + received)
        self._content.update(received.hex().encode())
        self._said.append((*record[:5], record.file))
        self._parts.append(b"".join((headers, _sha(received).digest(), *digests)))

    def tree(self, secret: bytes | None = None, kept: Mapping[int, Kept] | None = None) -> RecordTree:
        """Compute heads and hashes.

        Args:
            secret: What the salts are made from; null for a crawl that is being closed, whose records give it.
            kept: What stands for records that something was erased from, by number.

        Returns:
            The tree.
        """
        secret, kept = secret or self._secret.digest(), kept or {}
        heads = [
            kept[number].head.encode() if number in kept else _head(said, _leaves(secret, number, parts))
            for number, (said, parts) in enumerate(zip(self._said, self._parts, strict=True))
        ]
        return RecordTree(secret, heads, self._parts, dict(kept))


class RecordTree(NamedTuple):
    """The tree of a closed crawl.

    Attributes:
        secret: What the salts are made from, 32 bytes; whoever knows it can test guesses.
        heads: The head of each record, canonical JSON.
        parts: The SHA-256 of the parts of each record, one after the other.
        kept: What stands for records that something was erased from, by number.
    """

    secret: bytes
    heads: list[bytes]
    parts: list[bytes]
    kept: dict[int, Kept]

    def hashes(self) -> list[bytes]:
        """Return the hash of each record."""
        return [hash_of(salt(self.secret, number), _sha(head).digest()) for number, head in enumerate(self.heads)]

    def says(self, number: int) -> dict[str, object]:
        """Return what the head of a record says of it, without its parts."""
        head = canonical.decode(self.heads[number])
        return {name: head.get(name) for name in ("record_id", "type", "url", "date", "status", "file")}

    def root(self) -> str:
        """Return the root in hex."""
        return merkle.root(self.hashes()).hex()

    def leaves(self, number: int) -> list[bytes]:
        """Return the hashes of the parts of a record."""
        if number in self.kept:
            return [bytes.fromhex(each) for each in self.kept[number].leaves]
        return _leaves(self.secret, number, self.parts[number])

    def keep(self, number: int) -> Kept:
        """Return what has to stay of a record when something is erased from it."""
        return Kept(number, self.heads[number].decode(), [each.hex() for each in self.leaves(number)])


def salt(secret: bytes, record: int, part: int | None = None) -> bytes:
    """Return the salt of a part of a record, or of its head.

    HMAC-SHA-256 of its numbers, 32 bytes.
    """
    name = f"{record}" if part is None else f"{record}/{part}"
    return hmac.digest(secret, name.encode(), "sha256")


def hash_of(salted: bytes, digest: bytes) -> bytes:
    """Return the leaf of a part: salt and SHA-256 of the part are its data."""
    return merkle.leaf(salted + digest)


def _leaves(secret: bytes, record: int, digests: bytes) -> list[bytes]:
    return [
        hash_of(salt(secret, record, part), digests[at : at + 32]) for part, at in enumerate(range(0, len(digests), 32))
    ]


def _head(said: _Said, leaves: list[bytes]) -> bytes:
    record_id, kind, url, date, status, file = said
    # Whoever marks another record as that of a file would hide what it holds.
    of_file = {} if file is None else {"file": file}
    return canonical.encode(
        {
            "body": merkle.root(leaves).hex(), "date": date, "parts": len(leaves), "record_id": record_id,
            "status": status, "type": kind, "url": url, **of_file,
        }
    )  # fmt: skip
