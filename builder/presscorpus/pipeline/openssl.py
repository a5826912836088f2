"""Time stamps by the tool openssl.

Queries and the check of responses (`openssl ts`, RFC 3161).

No cryptography of our own: https://docs.openssl.org/3.0/man1/openssl-ts/
"""

from __future__ import annotations

import calendar
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from presscorpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME: Final = re.compile(rb"^Time stamp: (.+)$", re.MULTILINE)
_PARTS: Final = re.compile(r"(?P<month>[A-Z][a-z]{2}) +(\d+) (\d+):(\d+):(\d+)(?:\.\d+)? (?P<year>\d+) GMT")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def query(digest: str) -> bytes:
    """Write the query for a time stamp of a digest.

    Which asks for the authority's certificate too.

    Args:
        digest: SHA-256 in hex.

    Returns:
        A time-stamp query, DER.

    Raises:
        UsageError: There is no openssl here.
    """
    return _run(["-query", "-digest", digest, "-sha256", "-cert"], b"").stdout


def time_of(response: bytes, digest: str) -> str | None:
    """Return the time that a response states for a digest.

    Its signature is not checked.

    Args:
        response: A time-stamp response, DER.
        digest: SHA-256 in hex.

    Returns:
        The time in words of openssl; null where the response grants no time stamp of that digest, or seems to state
        several times.

    Raises:
        UsageError: There is no openssl here.
    """
    found = _TIME.findall(_run(["-reply", "-text"], response).stdout)
    # The text of the status comes first, is signed by nobody, and may have a line that looks like the time.
    is_of = len(found) == 1 and bytes.fromhex(digest) in response
    return found[0].decode("ascii", "replace").strip() if is_of else None


def is_by(response: bytes, digest: str, authority: Path, *, at: str | None) -> bool:
    """Tell whether a response is a time stamp of a digest, signed by an authority.

    Args:
        response: A time-stamp response, DER.
        digest: SHA-256 in hex.
        authority: A file with the certificate of the authority or of those above it, PEM.
        at: When the certificate has to be valid, as `time_of` says it: one that has expired after it signed is as good
            as its key was kept. Null for now.

    Returns:
        False also for a response that is none.

    Raises:
        UsageError: There is no openssl here, or no such file.
    """
    if not authority.is_file():
        raise UsageError("is missing: the certificate of the time-stamping authority", where=str(authority))
    moment = [] if at is None else ["-attime", str(_seconds(at))]
    return _run(["-verify", "-digest", digest, "-CAfile", str(authority), *moment], response).returncode == 0


def _seconds(time: str) -> int:
    """A time in words of openssl, in seconds since 1970.

    0, when no certificate was valid, for other words.
    """
    found = _PARTS.fullmatch(time)
    if found is None or found["month"] not in _MONTHS:
        return 0
    clock = map(int, found.group(2, 3, 4, 5))
    return calendar.timegm((int(found["year"]), _MONTHS.index(found["month"]) + 1, *clock))


def _run(options: Sequence[str], response: bytes) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "response.tsr")
        path.write_bytes(response)
        given = ["-in", str(path)] if response else []
        command = ["openssl", "ts", *options, *given]
        try:
            return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - openssl, with our options
        except FileNotFoundError:
            raise UsageError("openssl is not installed", advice="Time stamps are made and checked with it.") from None
