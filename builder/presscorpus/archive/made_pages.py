"""Pages that presscorpus makes itself, as records of a web archive.

They are never mixed with what a site sent.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from presscorpus.archive import warc_record
from presscorpus.archive.revisit import date_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MADE_FROM = "X-Presscorpus-Made-From"
"""Header of a page that presscorpus made: the record that holds what the site sent."""
_KIND: Final = "resource"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "presscorpus:made-page")


class MadePage(NamedTuple):
    """A page that was made, and what it was made from.

    Its address, which is none of the site's, its HTML, and the record and time of its source.
    """

    url: str
    html: bytes
    record_id: str
    at: datetime


def write(file: IO[bytes], pages: Iterable[MadePage]) -> None:
    """Write pages as `resource` records, each compressed by itself.

    Args:
        file: A file that is open for writing.
        pages: The pages, in order.
    """
    for page in pages:
        digest = f"sha256:{hashlib.sha256(page.html).hexdigest()}"
        headers = {
            "WARC-Type": _KIND,
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{page.url} {page.record_id} {digest}')}>",
            "WARC-Target-URI": page.url,
            "WARC-Date": date_of(page.at),
            "Content-Type": "text/html; charset=utf-8",
            "WARC-Payload-Digest": digest,
            MADE_FROM: f"<{page.record_id}>",
        }
        warc_record.write(file, warc_record.lines(_KIND, headers, b"", page.html), b"", page.html)
