"""The HTTP message and the date in a WARC record, as its writer left them."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from warcio import bufferedreaders
else:
    bufferedreaders = lazy("warcio.bufferedreaders")

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_CHUNKS = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")


def status_and_headers(lines: Any) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """Read status, reason and headers.

    Args:
        lines: warcio's headers of the message; null for none.

    Returns:
        Them; the status is 0 where there is no valid one. Of HTTP/2 it may be among the headers, as `:status`.
    """
    if lines is None:
        return 0, "", ()
    code, _, reason = lines.statusline.partition(" ")
    if not code.isdigit():
        pseudo = (value for name, value in lines.headers if not name and value.startswith("status:"))
        code, reason = next(pseudo, "").removeprefix("status:").strip(), ""
    headers = ((name, _CONTROL.sub(" ", value)) for name, value in lines.headers if _TOKEN.fullmatch(name))
    is_status = re.fullmatch(r"[1-5]\d\d", code)
    return (int(code) if is_status else 0), _CONTROL.sub(" ", reason), tuple(headers)


def unchunked(body: bytes) -> bytes:
    """Undo chunked transfer coding (RFC 9112 section 7.1).

    Args:
        body: The body as it is stored.

    Returns:
        The body; as it is where the coding was undone before.

    Raises:
        ValueError: The chunks never end: an incomplete answer is no capture.
    """
    if not _CHUNKS.match(body):
        return body
    try:
        return bytes(bufferedreaders.ChunkedDataReader(io.BytesIO(body), raise_exceptions=True).read())
    except bufferedreaders.ChunkedDataException:
        raise ValueError("its chunks do not end, so that the answer is not whole") from None


def moment_of(written: str | None) -> datetime:
    """Read a WARC-Date (W3C-DTF, https://www.w3.org/TR/NOTE-datetime).

    Args:
        written: The header; null for none.

    Returns:
        The time in UTC.

    Raises:
        ValueError: It is missing or malformed.
    """
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        raise ValueError("its date is none") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
