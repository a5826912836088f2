"""Media files in a crawl: their mark, and revisits (ISO 28500:2017 section 6.7).

A revisit is a record of bytes that an earlier record of the crawl holds already.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from presscorpus.archive.reader import FILE, REVISIT

_PROFILE: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_OK: Final = 200


class Files:
    """The first record of each media file of a crawl, by the digest of its bytes."""

    def __init__(self) -> None:
        self._first: dict[str, dict[str, str]] = {}

    def described(self, file: str, status: int, body: bytes) -> tuple[str, dict[str, str]]:
        """Return what kind of record an answer becomes, and its headers.

        Args:
            file: The address of the file as an item names it.
            status: The status of the answer.
            body: Its body as received.

        Returns:
            `response`, or `revisit` where the bytes are there already.
        """
        headers = {FILE: quote(file.encode("utf-8", "replace"), safe="/:?&=")}
        first = self._first.get(hashlib.sha256(body).hexdigest()) if status == _OK else None
        return ("response", headers) if first is None else (REVISIT, headers | first)

    def note(self, status: int, digest: str, referring: dict[str, str]) -> None:
        """Remember a record.

        Args:
            status: The status of its answer.
            digest: SHA-256 of its body, in hex.
            referring: The headers that refer to it, from `referred`.
        """
        if status == _OK:
            self._first.setdefault(digest, referring)


def referred(record_id: str, url: str, at: datetime) -> dict[str, str]:
    """Return the headers that refer to an earlier record.

    Args:
        record_id: Its id.
        url: Its address.
        at: Its time.

    Returns:
        The profile, and id, address and date of the record that holds the bytes.
    """
    return {
        "WARC-Profile": _PROFILE,
        "WARC-Refers-To": f"<{record_id}>",
        "WARC-Refers-To-Target-URI": url,
        "WARC-Refers-To-Date": date_of(at),
    }


def date_of(at: datetime) -> str:
    """Return a time as WARC-Date has it, in UTC with microseconds.

    Args:
        at: A time with its zone.

    Returns:
        As `2026-11-23T12:30:00.000000Z`.
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
