"""HTML pages in web archives.

Which records are pages of a site, at which address and time they were captured.

A replay of the Internet Archive that was captured again names the original in its address:
`https://web.archive.org/web/20200102030405id_/https://example.org/`; `id_` is the page as it was, without it links are
rewritten. https://en.wikipedia.org/wiki/Help:Using_the_Wayback_Machine#Specific_archive_copy
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from presscorpus.archive.reader import decoded
from presscorpus.observations import html_pages

if TYPE_CHECKING:
    from presscorpus.archive.writer import Exchange

_REPLAYED: Final = re.compile(r"https?://web\.archive\.org/web/(\d{14})(?:[a-z]{2}_)?/(https?://.+)", re.DOTALL)
_OK: Final = 200
# What pages of a WordPress hold, whatever their theme: WordPress core rest_output_link_wp_head, wp_generator, and its
# folders.
_WORDPRESS: Final = (b"https://api.w.org/", b"/wp-content/", b"/wp-includes/", b"/wp-json/")
_KINDS: Final = frozenset({"response", "resource", "revisit"})


def original(url: str) -> str:
    """Return the address of what a replay shows; any other address as it is."""
    found = _REPLAYED.fullmatch(url)
    return found[2] if found else url


def replayed_at(url: str) -> datetime | None:
    """Return when a replay's original was captured.

    Null for any other address, and for a time that is none.
    """
    found = _REPLAYED.fullmatch(url)
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def may_be(record: Any, url: str, site: str | None) -> bool:
    """Tell whether a record may be a page of a site.

    Args:
        record: A record of warcio.
        url: Its address, from `original`.
        site: The site as `warc.bare` writes it; null for any.
    """
    if record.rec_type not in _KINDS or not (site is None or _is_of(url, site)):
        return False
    headers = record.http_headers
    kind = (headers or record.rec_headers).get_header("Content-Type") or ""
    return "html" in kind.lower() or (record.rec_type == "revisit" and headers is None)


def _is_of(url: str, site: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    for port in (":80", ":443"):
        host = host.removesuffix(port)
    return f"{host}{parts.path or '/'}".startswith(site)


def shows_a_post(exchange: Exchange, max_bytes: int) -> bool:
    """Tell whether an answer is a page that says which post it shows."""
    if exchange.status not in {0, _OK} or exchange.truncated is not None:
        return False
    return html_pages.piece(_payload(exchange, max_bytes), exchange.url) is not None


def is_wordpress(body: bytes) -> bool:
    """Tell whether a page is of a WordPress, by addresses that every theme has."""
    return any(sign in body for sign in _WORDPRESS)


def home(exchange: Exchange, max_bytes: int) -> str | None:
    """Return the address of the API that a page names; null where it names none."""
    return html_pages.api_of(_payload(exchange, max_bytes))


def _payload(exchange: Exchange, max_bytes: int) -> bytes:
    coding = next((value for name, value in exchange.headers if name.lower() == "content-encoding"), None)
    return decoded(exchange.body, coding, max_bytes + 1)
