"""HTML pages in web archives: which records are pages of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from presscorpus.archive.reader import decoded, link_of
from presscorpus.observations import html_pages

if TYPE_CHECKING:
    from presscorpus.archive.writer import Exchange

_OK: Final = 200
# What pages of a WordPress hold, whatever their theme: WordPress core rest_output_link_wp_head, wp_generator, and its
# folders.
_WORDPRESS: Final = (b"https://api.w.org/", b"/wp-content/", b"/wp-includes/", b"/wp-json/")
_KINDS: Final = frozenset({"response", "resource", "revisit"})


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
    payload = _payload(exchange, max_bytes)
    return html_pages.piece(payload, exchange.url, link_of(exchange.headers)) is not None


def is_wordpress(body: bytes) -> bool:
    """Tell whether a page is of a WordPress, by addresses that every theme has."""
    return any(sign in body for sign in _WORDPRESS)


def home(exchange: Exchange, max_bytes: int) -> str | None:
    """Return the front page of the site that a page says it is of.

    Null where it names none.
    """
    return html_pages.home_of(_payload(exchange, max_bytes), exchange.url, link_of(exchange.headers))


def _payload(exchange: Exchange, max_bytes: int) -> bytes:
    coding = next((value for name, value in exchange.headers if name.lower() == "content-encoding"), None)
    return decoded(exchange.body, coding, max_bytes + 1)
