"""Which post a page shows, as WordPress itself says it, whatever the theme.

The address in the API
    `rel="alternate"` of type `application/json`, in the HTTP header `Link` and in `<head>`
    (https://developer.wordpress.org/reference/functions/rest_output_link_wp_head/).
The short address
    `rel="shortlink"` with `?p=7`, in both places (https://developer.wordpress.org/reference/functions/wp_get_shortlink/):
    it has the number, not the type.
The classes
    `postid-7 single-book` or `page-id-7` of `<body>` (https://developer.wordpress.org/reference/functions/get_body_class/),
    `post-7 type-book` of the article (https://developer.wordpress.org/reference/functions/get_post_class/).

One of them is enough. Where two contradict each other, or one is of another site, there is no key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs, unquote, urljoin

from presscorpus.content.url_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborHTMLParser

_ROUTE: Final = re.compile(r"(?P<home>.*)/wp/v2/(?P<base>[a-z0-9_-]+)/(?P<id>[1-9]\d{0,17})/?")
_API: Final = re.compile(r"(?:/index\.php)?/wp-json\Z")
_LISTS: Final = frozenset({"categories", "tags", "users"})
_TYPES: Final = {"posts": "post", "pages": "page", "media": "attachment"}
_ATTACHMENT: Final = "attachment"
# Pages that show a list, a file or nothing. The front page that lists posts is `home blog`.
_NO_ITEM: Final = frozenset({"blog", "archive", "search", "error404", "attachment", "paged"})
_PART: Final = re.compile(r"(?:single|page)-paged-\d+")
_NUMBER: Final = re.compile(r"[1-9]\d{0,17}")
# https://www.rfc-editor.org/rfc/rfc8288#section-3
_LINK: Final = re.compile(r"""<([^<>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]+))?)*)""")
_PARAMETER: Final = re.compile(r""";\s*(\w+)\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""")
_PORTS: Final = {"http": ":80", "https": ":443"}


class Key(NamedTuple):
    """The type and number of the post that a page shows."""

    type: str
    id: int


class _Named(NamedTuple):
    """What a page names as other forms of itself.

    `routes` are of the API, each by its last part but the number, `shortlinks` numbers. `homes` are the sites that
    they, and the API itself, are of.
    """

    routes: set[tuple[str, int]]
    shortlinks: set[int]
    homes: list[str]


def find(page: LexborHTMLParser, url: str, header: str | None) -> Key | None:
    """Return the key that a page gives.

    Args:
        page: The page.
        url: The address that it was captured at.
        header: The HTTP header `Link`; null for none.

    Returns:
        Null where nothing names the post, and where what names it is contradictory.
    """
    classes = classes_of(page)
    if not _NO_ITEM.isdisjoint(classes) or any(_PART.fullmatch(each) for each in classes):
        return None
    named, own = _named(page, url, header), host(url)
    if any(host(home) != own for home in named.homes):
        return None
    by_class = _by_class(classes)
    bases, numbers = {base for base, _ in named.routes}, {number for _, number in named.routes} | named.shortlinks
    if by_class is not None:
        numbers.add(by_class.id)
    if len(numbers) != 1 or len(bases) > 1 or not bases.isdisjoint(_LISTS):
        return None
    (number,) = numbers
    of_route = next((_TYPES[base] for base in bases if base in _TYPES), None)
    singular = bool(named.shortlinks) or by_class is not None
    kind = of_route or (by_class and by_class.type) or _by_article(page, number, singular=singular)
    if kind is None or kind == _ATTACHMENT or (by_class is not None and by_class.type != kind):
        return None
    return Key(kind, number)


def home_of(page: LexborHTMLParser, url: str, header: str | None) -> str | None:
    """Return the front page of the site that a page says it is of.

    Args:
        page: The page.
        url: The address that it was captured at.
        header: The HTTP header `Link`; null for none.

    Returns:
        By the first address in the API, or short address, that it names; null where it names none.
    """
    return next(iter(_named(page, url, header).homes), None)


def classes_of(page: LexborHTMLParser) -> list[str]:
    """Return the classes of `<body>`."""
    body = page.css_first("body")
    return ((body.attributes.get("class") if body else None) or "").split()


def _named(page: LexborHTMLParser, url: str, header: str | None) -> _Named:
    found = _Named(set(), set(), [])
    for rel, kind, href in _links(page, url, header):
        parts = parts_of(href)
        if parts is None or parts.scheme not in _PORTS:
            continue
        query = parse_qs(parts.query)
        if "alternate" in rel and kind == "application/json":
            for written in (parts.path, *query.get("rest_route", [])):
                if (route := _ROUTE.fullmatch(unquote(written))) is not None:
                    found.routes.add((route["base"], int(route["id"])))
                    found.homes.append(
                        _front(href, _API.sub("", route["home"]) if written == parts.path else parts.path)
                    )
        elif "shortlink" in rel and _NUMBER.fullmatch(number := query.get("p", [""])[0]):
            found.shortlinks.add(int(number))
            found.homes.append(_front(href, parts.path))
        elif "https://api.w.org/" in rel and (home := _home_of_api(href)) is not None:
            found.homes.append(home)
    return found


def _links(page: LexborHTMLParser, url: str, header: str | None) -> Iterator[tuple[list[str], str, str]]:
    """The links of a page as a whole and of its header.

    Relations, media type and address.
    """
    for link in page.css("link[rel][href]"):
        told = link.attributes
        yield (told["rel"] or "").lower().split(), told.get("type") or "", _absolute(url, told["href"] or "")
    for href, written in _LINK.findall(header or ""):
        parameters = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(written)}
        yield parameters.get("rel", "").lower().split(), parameters.get("type", ""), _absolute(url, href)


def _absolute(url: str, href: str) -> str:
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return href


def _home_of_api(href: str) -> str | None:
    parts = parts_of(href)
    if parts is None or parts.scheme not in _PORTS:
        return None
    if "rest_route" in parse_qs(parts.query):
        return _front(href, parts.path)
    path = parts.path.rstrip("/")
    return _front(href, _API.sub("", path)) if _API.search(path) else None


def _front(address: str, path: str) -> str:
    """The front page of a site.

    The origin of an address, and the path that the site lies below.
    """
    parts = parts_of(address)
    origin = f"{parts.scheme}://{parts.netloc}" if parts else ""
    return f"{origin}/{path.removesuffix('index.php').strip('/')}".rstrip("/") + "/"


def host(address: str) -> str:
    """Return the host of an address and its port, as far as they tell sites apart.

    "" for none.
    """
    parts = parts_of(address)
    if parts is None:
        return ""
    written = parts.netloc.rpartition("@")[2].lower().removesuffix(_PORTS.get(parts.scheme, ""))
    return written.removeprefix("www.")


def _by_class(classes: list[str]) -> Key | None:
    if (number := _number(classes, "postid-")) and "single" in classes:
        kinds = [each.removeprefix("single-") for each in classes if each.startswith("single-")]
        # `post-template-default` names the type as well, since WordPress 4.7.
        sure = [each for each in kinds if not {f"{each}-template-default", f"{each}-template"}.isdisjoint(classes)]
        others = [each for each in kinds if not each.startswith(("format-", "paged-"))]
        return Key((sure or others)[0], number) if sure or others else None
    number = _number(classes, "page-id-")
    return Key("page", number) if number else None


def _by_article(page: LexborHTMLParser, number: int, *, singular: bool) -> str | None:
    """The type that the post of a page has in its classes (get_post_class).

    A route of a custom type may have another name than the type, or be one of terms: that of a page that lists posts.
    So it has to be the only post, unless it is certain that the page shows one post.
    """
    shown = {each.mem_id: each for each in page.css(".hentry, article[id^='post-']")}
    if not singular and len(shown) != 1:
        return None
    for each in shown.values():
        classes = (each.attributes.get("class") or "").split()
        if f"post-{number}" in classes:
            return next((name.removeprefix("type-") for name in classes if name.startswith("type-")), None)
    return None


def _number(classes: Iterable[str], prefix: str) -> int | None:
    written = next((each.removeprefix(prefix) for each in classes if each.startswith(prefix)), "")
    return int(written) if _NUMBER.fullmatch(written) else None
