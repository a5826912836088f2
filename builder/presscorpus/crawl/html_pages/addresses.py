"""Which addresses belong to the site that is harvested."""

from __future__ import annotations

import re
from html import unescape
from posixpath import commonpath
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2

from presscorpus.crawl.http.redirects import akin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.crawl.http.response import Response

_LINK: Final = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\b(rel|href|type)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HEAD_BYTES: Final = 1024 * 1024
_API: Final = "https://api.w.org/"
_OF_ITEM: Final = re.compile(r"/wp/v2/[^/?&]+/\d+/?$")
# The prefix that get_rest_url() puts behind the home address; sites may rename wp-json.
_PREFIX: Final = re.compile(r"(?:index\.php/)?(?:wp-json/?)?$")
_LANGUAGE: Final = re.compile(r"^/[a-z]{2}(?:-[a-z]{2,4})?(?=/)", re.IGNORECASE)
_STANDARD: Final = {"http": 80, "https": 443}
_MOST_FOLDERS: Final = 6


class Home(NamedTuple):
    """Where a site begins.

    Its host, port, and the folder that it lies in, with slashes around.

    `scheme` is that of the address that answers, `api` the folder of the API that the front page names, null for none.
    """

    scheme: str
    host: str
    port: int
    folder: str = "/"
    api: str | None = None

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
        The folder that both addresses share with the API that the front page names, even where that is closed; the
        whole host where it names none.
    """
    url = httpx2.URL(front.url if front else address)
    port = url.port or _STANDARD.get(url.scheme, 0)
    named = next(iter(_roots(front)), None) if front else None
    if named is None:
        return Home(url.scheme, url.host, port)
    api = _PREFIX.sub("", urlsplit(named).path) or "/"
    paths = [api, urlsplit(address).path or "/", url.path]
    shared = commonpath([path[: path.rfind("/") + 1] for path in paths])
    return Home(url.scheme, url.host, port, f"{shared.rstrip('/')}/", api)


def folders(address: str, home: Home) -> list[str]:
    """Return the folders of an address in which the site may lie, the deepest first."""
    parts = urlsplit(address)
    names = [name for name in parts.path.split("/") if name][:_MOST_FOLDERS]
    paths = ["/".join(["", *names[:count], ""]) for count in range(len(names), -1, -1)]
    first = [home.folder] if home.folder != "/" else []
    return [f"{parts.scheme}://{parts.netloc}{path}" for path in dict.fromkeys([*first, *paths]) if "." not in path]


def names_another(response: Response, home: Home) -> bool:
    """Tell whether a page says of itself that it is a post of another site.

    Args:
        response: A page.
        home: The site.

    Returns:
        Whether the address of the post in the API, in `<head>`, is none of the site's API.
    """
    for attributes in _elements(response):
        if attributes.get("type") == "application/json" and "alternate" in attributes.get("rel", "").split():
            api = attributes.get("href", "")
            route = next((value for key, value in parse_qsl(urlsplit(api).query) if key == "rest_route"), None)
            path = unquote(urlsplit(api).path)
            if _OF_ITEM.search(route or path):
                folder = _PREFIX.sub("", path if route else _OF_ITEM.sub("/", path))
                return not (_is_host(api, home) and home.api in {None, folder, _LANGUAGE.sub("", folder)})
    return False


def _is_host(address: str, home: Home) -> bool:
    return home._replace(folder="/").holds(address)


def _roots(front: Response) -> Iterator[str]:
    for attributes in _elements(front):
        if _API in attributes.get("rel", "").split() and home_like(attributes.get("href", ""), front.url):
            yield str(httpx2.URL(front.url).join(attributes["href"]))


def home_like(named: str, base: str) -> bool:
    """Tell whether the API that a page names is on the host of the page."""
    try:
        return akin(httpx2.URL(base).host, httpx2.URL(base).join(named).host)
    except (httpx2.InvalidURL, ValueError):
        return False


def _elements(page: Response) -> Iterator[dict[str, str]]:
    for element in _LINK.findall(page.body[:_HEAD_BYTES]):
        yield {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(element.decode("utf-8", "replace"))
        }
