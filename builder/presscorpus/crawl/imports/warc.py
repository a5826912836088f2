"""Answers of a WordPress REST API, and pages of its posts.

In WARC and WACZ files of other tools.

Only the answers of one site's API are taken, and pages that say which post they show, each as a record of its own that
names its origin: file, offset, record id, date and digest as they stand there. Other pages, pictures and other sites
are left out.
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from presscorpus.archive.writer import Exchange, Original
from presscorpus.crawl.imports import warc_pages
from presscorpus.crawl.imports.http_message import moment_of, status_and_headers, unchunked
from presscorpus.crawl.imports.warc_sign import is_warc
from presscorpus.lazy import lazy
from presscorpus.observations import publicness
from presscorpus.observations.html_pages import replays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.crawl.imports import warc_reader
    from presscorpus.crawl.imports.warc_reader import Damage, Found
else:
    warc_reader = lazy("presscorpus.crawl.imports.warc_reader")

# Hosts of WordPress.com name the site in the path: https://developer.wordpress.com/docs/api/
_COM_HOST, _COM = "public-api.wordpress.com", re.compile(r"/wp/v2/sites/([^/]+)(?:/|$)")
_API = re.compile(r"(?P<home>.*?)(?:/index\.php)?/wp-json(?:/|$)")
_TYPES = frozenset({"response", "resource", "revisit"})
_PORTS = {"http": ":80", "https": ":443"}


class Answer(NamedTuple):
    """An answer of the API and its record; status 0 where the archive has none."""

    exchange: Exchange
    original: Original


class Trouble(NamedTuple):
    """A place in a file that could not be read, and why."""

    file: str
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: offset {self.offset}: {self.reason}"


def holds(file: IO[bytes]) -> bool:
    """Whether a file is WARC or WACZ, by its content. It is left at its beginning.

    Args:
        file: A file that is open for reading bytes.

    Returns:
        True for any version of WARC, packed or not.
    """
    found = is_warc(file) or (zipfile.is_zipfile(file) and bool(_packed(file)))
    file.seek(0)
    return found


def home(url: str) -> str | None:
    """Find the site whose API an address belongs to.

    All three forms of an API's address are known, and that of WordPress.com.

    Args:
        url: The address of a record.

    Returns:
        The front page without scheme and `www.`; null for an address of no API.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            return None
        host = parts.netloc.rpartition("@")[2].lower().removesuffix(_PORTS[parts.scheme]).removeprefix("www.")
        if host == _COM_HOST:
            found = _COM.match(parts.path)
            return f"{found[1].lower().removeprefix('www.')}/" if found else None
        if found := _API.match(parts.path):
            return f"{host}{found['home']}/"
        if any(name == "rest_route" for name, _ in parse_qsl(parts.query)):
            return f"{host}{parts.path.removesuffix('index.php').rstrip('/')}/"
    except ValueError:
        pass
    return None


def bare(address: str) -> str:
    """A site's address in the form of `home`.

    Args:
        address: An address as a user or an archive writes it.

    Returns:
        Host and path without scheme, `www.` and final slash.
    """
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(_PORTS[parts.scheme]).removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}/"


def without_api(pages: int) -> str:
    """Say that a web archive holds no answer of an API, but so many pages.

    Args:
        pages: How many HTML pages it holds.

    Returns:
        One sentence for the user.
    """
    if not pages:
        return "a web archive (WARC) without any response of a WordPress REST API"
    many = f"{pages} HTML pages" if pages > 1 else "1 HTML page"
    return (
        f"a web archive (WARC) with {many} of a WordPress, none of which says which post it shows, and no response of "
        "its REST API: capture the pages of single posts, or /wp-json/wp/v2/posts"
    )


class Reader:
    """Reads web archives of one site; use it once.

    `others` are other sites whose answers it met. `pages` counts the HTML pages of a WordPress that do not say which
    post they show.
    """

    def __init__(self, site: str | None, max_bytes: int) -> None:
        self._site, self._max_bytes = site, max_bytes
        self._bodies = _Bodies()
        self._waiting: list[tuple[str, Found, bool]] = []
        self._logins: frozenset[str] = frozenset()
        self.others: set[str] = set()
        self.pages = 0

    def read(self, name: str, file: IO[bytes]) -> Iterator[Answer | Trouble]:
        """Read the answers in a file.

        Args:
            name: Its name, for troubles and originals.
            file: The file.

        Yields:
            Answers, and places that could not be read, in order.
        """
        for inner, warc in _warcs(name, file):
            self._logins = _logins(warc, self._max_bytes)
            warc.seek(0)
            for found in warc_reader.records(warc, self._is_wanted, self._max_bytes):
                yield from self._taken(inner, found)

    def rest(self) -> Iterator[Answer | Trouble]:
        """Answers that equal one of a later file. Call it after all files were read.

        Yields:
            Answers in the order of their files.
        """
        for name, found, login in self._waiting:
            yield from self._revisit(name, found, login=login, last=True)
        self._waiting.clear()

    def close(self) -> None:
        """Delete what was kept to look up equal answers."""
        self._bodies.close()

    def _is_wanted(self, record: Any) -> bool:
        url = _address(record)
        site = home(url) if record.rec_type in _TYPES else None
        if site is None:
            return warc_pages.may_be(record, url, self._site)
        if site != self._site:
            self.others.add(site)
        return self._site in {None, site}

    def _taken(self, name: str, found: Found | Damage) -> Iterator[Answer | Trouble]:
        if isinstance(found, warc_reader.Damage):
            yield Trouble(name, found.offset, found.reason)
            return
        login = _is_of_login(found, self._logins)
        if found.record.rec_type == "revisit":
            yield from self._revisit(name, found, login=login, last=False)
            return
        try:
            answer = _answer(name, found, login=login)
        except ValueError as error:
            yield Trouble(name, found.offset, str(error))
            return
        if self._is_kept(answer):
            self._bodies.keep(answer)
            yield answer

    def _is_kept(self, answer: Answer) -> bool:
        """Whether an answer is one of the API, or a page that says which post it shows."""
        if home(answer.exchange.url) is not None:
            return True
        if warc_pages.shows_a_post(answer.exchange, self._max_bytes):
            front = warc_pages.home(answer.exchange, self._max_bytes)
            if self._site is None or front is None or bare(front) == self._site:
                return True
            # A WordPress in a subfolder is another site.
            self.others.add(bare(front))
        self.pages += warc_pages.is_wordpress(answer.exchange.body)
        return False

    def _revisit(self, name: str, found: Found, *, login: bool, last: bool) -> Iterator[Answer | Trouble]:
        """An answer that was not stored again, being equal (ISO 28500 section 6.7.2)."""
        headers = found.record.rec_headers
        if (headers.get_header("WARC-Profile") or "").rstrip("/").endswith("server-not-modified"):
            # 304 is an answer to a question that named the earlier one: nothing was observed of the content anew.
            return
        earlier = self._bodies.find(headers)
        if earlier is None and not last:
            self._waiting.append((name, found, login))
            return
        if earlier is None and home(_address(found.record)) is None:
            return  # of a page without a key, or of another site
        try:
            if earlier is None:
                raise ValueError("it says that it equals another record, which is not here")  # noqa: TRY301
            yield _answer(name, found, earlier, login=login)
        except ValueError as error:
            yield Trouble(name, found.offset, str(error))


class _Bodies:
    """Bodies of answers on disk, by the names that a later record may give them."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._kept: dict[str, tuple[int, int, Exchange]] = {}

    def keep(self, answer: Answer) -> None:
        """Keep the first answer of each record id, address with date, and digest."""
        exchange, original = answer
        place = self._file.seek(0, io.SEEK_END)
        self._file.write(exchange.body)
        kept = (place, len(exchange.body), msgspec.structs.replace(exchange, body=b""))
        for name in (original.record_id, f"{exchange.url} {original.date}", original.digest):
            if name:
                self._kept.setdefault(name, kept)

    def find(self, headers: Any) -> Exchange | None:
        """The answer that a revisit refers to; null where it was not read (yet)."""
        said = headers.get_header
        address, date, record_id = (said(f"WARC-Refers-To{which}") for which in ("-Target-URI", "-Date", ""))
        dated = f"{address} {date}" if address and date else None
        for name in (_bare_id(record_id), dated, said("WARC-Payload-Digest")):
            if name in self._kept:
                place, length, exchange = self._kept[name]
                self._file.seek(place)
                return msgspec.structs.replace(exchange, body=self._file.read(length))
        return None

    def close(self) -> None:
        """Delete the bodies."""
        self._file.close()


def _warcs(name: str, file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """The WARC files of a file: itself, or those in it where it is a WACZ."""
    if is_warc(file):
        yield name, file
        return
    with zipfile.ZipFile(file) as packed:
        for inner in _packed(file):
            with packed.open(inner) as warc:
                yield f"{name}/{inner}", warc


def _packed(file: IO[bytes]) -> list[str]:
    """The WARC files in a WACZ, sorted; none in another kind of zip file."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except zipfile.BadZipFile:
        return []
    return sorted(name for name in names if re.fullmatch(r"archive/[^/]+\.warc(\.gz|\.zst)?", name))


def _logins(warc: IO[bytes], max_bytes: int) -> frozenset[str]:
    """The ids, and addresses with dates, of answers to logged-in users.

    A request may stand before its answer or behind it, and name it or be named by it (ISO 28500 section 5.7).
    """
    found: set[str] = set()
    for request in warc_reader.records(warc, lambda record: record.rec_type == "request", max_bytes):
        if isinstance(request, warc_reader.Damage) or request.record.http_headers is None:
            continue
        if publicness.of_request(request.record.http_headers.headers):
            found |= _names(request.record.rec_headers)
    return frozenset(found)


def _is_of_login(found: Found, logins: frozenset[str]) -> bool:
    return bool(logins) and not logins.isdisjoint(_names(found.record.rec_headers))


def _names(headers: Any) -> set[str]:
    """What a request and its answer share: their ids, or their address and date."""
    said = headers.get_header
    ids = {_bare_id(said(name)) for name in ("WARC-Record-ID", "WARC-Concurrent-To")}
    return {each for each in ids if each} | {f"{said('WARC-Target-URI')} {said('WARC-Date')}"}


def _answer(name: str, found: Found, earlier: Exchange | None = None, *, login: bool = False) -> Answer:
    """The answer in a record, with the body of `earlier` for a revisit."""
    record = found.record
    said = record.rec_headers.get_header
    status, reason, headers = status_and_headers(record.http_headers)
    body = found.body
    if earlier is not None:
        body = earlier.body
        if not status:
            status, reason, headers = earlier.status, earlier.reason, earlier.headers
    elif any(key.lower() == "transfer-encoding" and "chunked" in value.lower() for key, value in headers):
        body = unchunked(body)
    if record.rec_type == "response" and not status:
        raise ValueError("it is no answer of HTTP")
    replayed = said("WARC-Target-URI")
    at = replays.replayed_at(replayed or "") or moment_of(said("WARC-Date"))
    exchange = Exchange(
        url=_address(record), requested_at=at, request_headers=(), status=status,
        reason=reason, headers=headers, body=body, truncated=said("WARC-Truncated"),
    )  # fmt: skip
    digest = said("WARC-Payload-Digest")
    record_id = _bare_id(said("WARC-Record-ID"))
    return Answer(exchange, Original(name, found.offset, record_id, said("WARC-Date"), digest, login))


def _address(record: Any) -> str:
    return replays.original(record.rec_headers.get_header("WARC-Target-URI") or "")


def _bare_id(written: str | None) -> str | None:
    return written.strip("<> ") if written else None
