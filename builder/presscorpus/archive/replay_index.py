"""The index of archive files that replay programs read.

CDXJ: https://specs.webrecorder.net/cdxj/0.1.0/
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_KINDS: Final = frozenset({"response", "revisit", "resource"})
_WWW: Final = re.compile(r"www\d*\.")
_PORTS: Final = {"http": 80, "https": 443}


def index(warcs: Iterable[Path]) -> str:
    """Return the index of some archive files.

    Args:
        warcs: The files, each under a name of its own.

    Returns:
        One line a record that can be shown, sorted.
    """
    return "".join(sorted(line for warc in warcs for line in _lines(warc)))


def _lines(warc: Path) -> Iterator[str]:
    with warc.open("rb") as file:
        iterator = ArchiveIterator(file)
        for record in iterator:
            iterator.read_to_end(record)
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type in _KINDS and url.startswith(("http://", "https://")):
                at = re.sub(r"\D", "", record.rec_headers.get_header("WARC-Date"))[:14]
                place = {"offset": str(iterator.get_record_offset()), "length": str(iterator.get_record_length())}
                told = {"url": url, **_said(record), **place, "filename": warc.name}
                yield f"{key(url)} {at} {json.dumps(told, ensure_ascii=False)}\n"


def _said(record: Any) -> dict[str, str]:
    http = record.http_headers
    mime = (http or record.rec_headers).get_header("Content-Type") or ""
    return {
        "mime": "warc/revisit" if record.rec_type == "revisit" else mime.partition(";")[0].strip(),
        "status": str(http.get_statuscode() or 200) if http else "200",
        "digest": record.rec_headers.get_header("WARC-Payload-Digest") or "",
    }


def key(url: str) -> str:
    """Return what an address is sorted by.

    Its host from the right, then path and query, in lower case.

    Args:
        url: An http or https address.

    Returns:
        As `org,example)/2026/a?b=1`, which has no spaces.
    """
    parts = urlsplit(url)
    host = ",".join(reversed(_WWW.sub("", (parts.hostname or "").lower(), count=1).split(".")))
    try:
        port = f":{parts.port}" if parts.port not in {None, _PORTS.get(parts.scheme)} else ""
    except ValueError:
        port = ""
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{host}{port}){parts.path.lower() or '/'}{'?' if query else ''}{query}".replace(" ", "%20")
