"""Which addresses belong to the site that is harvested."""

from __future__ import annotations

import re
from html import unescape
from posixpath import commonpath
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import httpx2

from presscorpus.archive.reader import link_of
from presscorpus.crawl.http.redirects import akin
from presscorpus.observations.other_sites import without_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.crawl.http.response import Response

_LINK: Final = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\b(rel|href|type)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# The HTTP header has the same links: <address>; rel="...".
_HEADER: Final = re.compile(r"<([^<>]*)>([^<]*)")
_HEAD_BYTES: Final = 1024 * 1024
_BODY: Final = re.compile(rb"""<body\b[^<>]{0,4000}?\bclass\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
# A sitemap of that name lies in the folder of its site.
_OF_SITE: Final = re.compile(r"(?P<folder>.*/)(?:wp-sitemap|sitemap_index)\.xml")
_API: Final = "https://api.w.org/"
_OF_ITEM: Final = re.compile(r"/wp/v2/[^/?&]+/\d+/?$")
# The prefix that get_rest_url() puts behind the home address; sites may rename wp-json.
_PREFIX: Final = re.compile(r"(?:index\.php/)?(?:wp-json/?)?$")
# What two addresses of one page differ by.
_FORMS: Final = re.compile(r"^https?://(?:www\.)?|(?<=/)amp/?$|[?&]amp(?:=1)?$", re.IGNORECASE)
_NUMBERS: Final = frozenset({"p", "page_id", "attachment_id"})
_STANDARD: Final = {"http": 80, "https": 443}
_MOST_FOLDERS: Final = 6


class Home(NamedTuple):
    """Where a site begins.

    Its host, port, and the folder that it lies in, with slashes around.

    `scheme` is that of the address that answers, `api` the folder of the API that the front page names, and `front`
    that of its short address, or its own where it says that it is the front page of a WordPress; null for none.
    """

    scheme: str
    host: str
    port: int
    folder: str = "/"
    api: str | None = None
    front: str | None = None

    @property
    def root(self) -> str:
        """The address of the host, without a slash at the end."""
        port = "" if _STANDARD.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    def holds(self, address: str) -> bool:
        """Tell whether an address is one of this site.

        Of its host, or one below it, and in its folder.
        """
        try:
            url = httpx2.URL(address)
        except (httpx2.InvalidURL, ValueError):
            return False
        own = _STANDARD.get(self.scheme) == self.port
        same_port = own and url.port in {None, *_STANDARD.values()} if own else url.port == self.port
        return url.scheme in _STANDARD and akin(self.host, url.host) and same_port and (
            f"{url.path.rstrip('/')}/".startswith(self.folder)
        )  # fmt: skip

    def resolved(self, base: str, written: str) -> str | None:
        """Return the absolute address that a listing means.

        It has https where the site has it.

        Sites behind a proxy name themselves with http.

        Args:
            base: The address of the listing.
            written: What it says.

        Returns:
            The address without its fragment; null where it is none, or of another site.
        """
        try:
            url = httpx2.URL(base).join(unescape(written.strip())).copy_with(userinfo=b"", fragment=None)
        except (httpx2.InvalidURL, ValueError):
            return None
        if not self.holds(str(url)):
            return None
        return str(url.copy_with(scheme="https") if self.scheme == "https" else url)


def home_of(address: str, front: Response | None) -> Home:
    """Return where a site begins.

    Args:
        address: The address that its user named.
        front: The answer to it; null where none came.

    Returns:
        The folder that both addresses share with the API that the front page names, even where that is closed, or
        with its short address; the whole host where it names neither.
    """
    url = httpx2.URL(front.url if front else address)
    port = url.port or _STANDARD.get(url.scheme, 0)
    named = next(iter(_roots(front)), None) if front else None
    api = None if named is None else _PREFIX.sub("", urlsplit(named).path) or "/"
    short = next(_shortlinks(front), None) if front else None
    own = short
    if own is None and front and "home" in body_classes(front):
        own = without_language(url.path[: url.path.rfind("/") + 1])
    if api is None and short is None:
        return Home(url.scheme, url.host, port, front=own)
    paths = [api or short or "/", urlsplit(address).path or "/", url.path]
    shared = commonpath([path[: path.rfind("/") + 1] for path in paths])
    return Home(url.scheme, url.host, port, f"{shared.rstrip('/')}/", api, own)


def folders(address: str, home: Home) -> list[str]:
    """Return the folders of an address in which the site may lie, the deepest first."""
    parts = urlsplit(address)
    names = [name for name in parts.path.split("/") if name][:_MOST_FOLDERS]
    paths = ["/".join(["", *names[:count], ""]) for count in range(len(names), -1, -1)]
    first = [home.folder] if home.folder != "/" else []
    return [f"{parts.scheme}://{parts.netloc}{path}" for path in dict.fromkeys([*first, *paths]) if "." not in path]


def neighbours(sitemaps: list[str], home: Home) -> set[str]:
    """Tell which sitemaps are of other sites on the host.

    The robots.txt of a network in subfolders names those of all its sites, whose posts have the same numbers.

    Args:
        sitemaps: Addresses of sitemaps.
        home: The site.

    Returns:
        Those in the folders of others; none where the site has none in its own.
    """
    own = home.front or home.api or home.folder
    found = {each: match["folder"] for each in sitemaps if (match := _OF_SITE.fullmatch(urlsplit(each).path))}
    if own not in found.values():
        return set()
    return {each for each, folder in found.items() if own not in {folder, without_language(folder)}}


def names_another(response: Response, home: Home) -> bool:
    """Tell whether a page says of itself that it is a post of another site.

    Args:
        response: A page.
        home: The site.

    Returns:
        Whether the address of the post in the API is none of the site's API; where it names none, whether its API or
        its short address is of another folder than the site's.
    """
    for attributes in _elements(response):
        if attributes.get("type") == "application/json" and "alternate" in attributes.get("rel", "").split():
            api = attributes.get("href", "")
            route = next((value for key, value in parse_qsl(urlsplit(api).query) if key == "rest_route"), None)
            path = unquote(urlsplit(api).path)
            if _OF_ITEM.search(route or path):
                folder = _PREFIX.sub("", path if route else _OF_ITEM.sub("/", path))
                return not (_is_host(api, home) and home.api in {None, folder, without_language(folder)})
    own = {home.api, home.front} - {None}
    paths = [urlsplit(root).path for root in _roots(response)]
    # A prefix that is none of core's does not tell where the folder ends.
    found = [_PREFIX.sub("", path) for path in paths if path.endswith(("/wp-json", "/wp-json/"))]
    found += _shortlinks(response)
    return bool(own) and any(own.isdisjoint({each, without_language(each)}) for each in found)


def _is_host(address: str, home: Home) -> bool:
    return home._replace(folder="/").holds(address)


def _roots(front: Response) -> Iterator[str]:
    for attributes in _elements(front):
        if _API in attributes.get("rel", "").split() and home_like(attributes.get("href", ""), front.url):
            yield str(httpx2.URL(front.url).join(attributes["href"]))


def _shortlinks(page: Response) -> Iterator[str]:
    """The folders of the short addresses of a page.

    That of a front page is the folder itself (wp_get_shortlink).
    """
    for attributes in _elements(page):
        href = attributes.get("href", "")
        if "shortlink" in attributes.get("rel", "").split() and home_like(href, page.url):
            parts = urlsplit(urljoin(page.url, href))
            number = dict(parse_qsl(parts.query)).get("p", "")
            if number.isdecimal() or (not parts.query and urlsplit(page.url).path.startswith(parts.path or "/")):
                yield parts.path[: parts.path.rfind("/") + 1] or "/"


def alike(asked: str, answered: str, number: int | None = None) -> bool:
    """Tell whether an address that answers is a form of the one asked for.

    Args:
        asked: The one.
        answered: The other, which it redirects to.
        number: That of the post that is shown; null for none.

    Returns:
        Whether they differ by scheme, `www.`, a slash at the end and the form for telephones (AMP) alone, or `asked`
        names the post by this number.
    """
    numbers = {value for name, value in parse_qsl(urlsplit(asked).query) if name in _NUMBERS}
    one, other = (_FORMS.sub("", unquote(each)).replace("/?", "?").rstrip("/") for each in (asked, answered))
    return one.casefold() == other.casefold() or str(number) in numbers


def body_classes(page: Response) -> set[str]:
    """Return the classes of `<body>` (get_body_class)."""
    body = _BODY.search(page.body)
    return set((body[1] or body[2] or b"").decode("utf-8", "replace").split()) if body else set()


def home_like(named: str, base: str) -> bool:
    """Tell whether the API that a page names is on the host of the page."""
    try:
        return akin(httpx2.URL(base).host, httpx2.URL(base).join(named).host)
    except (httpx2.InvalidURL, ValueError):
        return False


def _elements(page: Response) -> Iterator[dict[str, str]]:
    for element in _LINK.findall(page.body[:_HEAD_BYTES]):
        yield _attributes(element.decode("utf-8", "replace"))
    for href, parameters in _HEADER.findall(link_of(page.headers) or ""):
        yield {name: value.strip(";,") for name, value in _attributes(parameters).items()} | {"href": href}


def _attributes(written: str) -> dict[str, str]:
    return {
        name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(written)
    }
