"""What a page says of its post, each from the place that is trusted most.

title
    The heading of the theme (`entry-title`, `wp-block-post-title`, `p-name` of an h-entry), JSON-LD `headline`,
    OpenGraph, the only `h1`.
times
    `article:published_time` and `article:modified_time`, JSON-LD, then `<time datetime>` of the theme and what
    microformats have. One without an offset from UTC is a local time only. The site's own clock is that of the first
    that has an offset; UTC counts as one only in the theme, because plugins write UTC on every site.
content
    The container (html_pages/container.py), as it stands.
terms
    Classes of the article, then links to terms (html_pages/terms.py).
author
    The theme's link to the author's page, JSON-LD: the slug, or the number on plain permalinks. All names of authors
    (content/page_bylines.py) go along, so that they can be withheld.
address
    `rel="canonical"`, OpenGraph, the address of the capture: the first that is of the site of the capture, since a
    post that stands elsewhere as well may name the other place.
picture
    OpenGraph, JSON-LD, the theme's `wp-post-image`: an address, in `extra`. Its number where the theme shows it and a
    picture of the same file on the page has one (`wp-image-7`, `data-attachment-id`): what OpenGraph names alone may be
    the first picture of the content.
language
    `<html lang>`, and alternate links of the head (`hreflang`) for translations.

https://schema.org/Article https://ogp.me/ https://microformats.org/wiki/h-entry
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from presscorpus.content import linked_data, page_bylines
from presscorpus.content.html import plain
from presscorpus.content.url_parts import parts_of
from presscorpus.observations import moments
from presscorpus.observations.html_pages import container, key, terms
from presscorpus.tables.addresses import originals

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from presscorpus.observations.html_pages.container import Rule, Shown

# Statuses of core that only editors see, and the class of a post whose password was not given (get_post_class).
_NOT_PUBLIC: Final = ("private", "draft", "pending", "future", "auto-draft", "trash")
_LOCKED: Final = "post-password-required"
_TITLES: Final = (
    "h1.entry-title", "h1.wp-block-post-title", ".entry-title", ".wp-block-post-title", "h1.post-title", "h1.p-name",
)  # fmt: skip
_PUBLISHED: Final = ("time.entry-date.published", "time.entry-date", "time.published", ".wp-block-post-date time",
              "time.dt-published", "abbr.published[title]")  # fmt: skip
_UPDATED: Final = ("time.updated:not(.published)", ".wp-block-post-date__modified-date time", "time.dt-updated",
            "abbr.updated[title]:not(.published)")  # fmt: skip
_TIMES: Final = (
    ("date", "article:published_time", "datePublished", _PUBLISHED),
    ("modified", "article:modified_time", "dateModified", _UPDATED),
)
_PICTURE: Final = re.compile(r"(?:^|(?:^|\s)wp-image-)([1-9]\d{0,17})(?=\s|$)")
_AUTHOR_NUMBER: Final = re.compile(r"[?&]author=([1-9]\d{0,17})(?:[&#]|$)")
_AUTHOR: Final = re.compile(r"/author/([^/?#]+)/?(?:[?#]|$)")


def read(page: LexborHTMLParser, url: str, number: int, rule: Rule | None = None) -> dict[str, Any]:
    """Return what a page says of its post.

    Args:
        page: The page, parsed.
        url: The address of the capture.
        number: The number of the post; other posts may stand on the page too.
        rule: Where pages of this site have their content, as far as it was learned.

    Returns:
        Fields of the REST API, but for id and type.
    """
    nodes = linked_data.nodes(page)
    told = linked_data.articles(nodes)
    article = container.article_of(page, number)
    shown = container.find(article, page, rule)
    classes = own_classes(page, number)
    locked = shown is not None and shown.node.css_first("form.post-password-form") is not None
    protected = locked or _LOCKED in classes
    status = next((each for each in _NOT_PUBLIC if f"status-{each}" in classes), "publish")
    title = _title(page, article, told)
    keys: dict[str, Any] = {
        "status": status, "link": _address(page, url), **terms.read(article), **_author(article, told),
        **_picture(page, article, told), **_languages(page, url), **page_bylines.read(page, nodes),
    }  # fmt: skip
    if title is not None:
        keys["title"] = {"rendered": _without_prefix(page, title) if protected else title}
    for name, of_meta, of_data, paths in _TIMES:
        claims = [_meta(page, of_meta), _of(told, of_data)]
        keys[name], keys[f"{name}_gmt"] = _moment(claims, _times(article, page, paths))
    if shown is not None:
        # wp_link_pages: the post goes on on other pages, which have no key.
        if not protected and _goes_on(article, shown):
            keys["presscorpus_partial"] = True
        # At last: it changes the page.
        if shown.is_guess:
            keys["presscorpus_guessed"] = True
        keys["content"] = {"rendered": "" if protected else shown.html(), "protected": protected}
        own = None if protected else shown.own()
        if own is not None:
            keys["presscorpus_own"] = own
    elif protected:
        keys["content"] = {"rendered": "", "protected": True}
    return keys


def own_classes(page: LexborHTMLParser, number: int) -> frozenset[str]:
    """Return the classes that WordPress gives a post (get_post_class).

    Args:
        page: The page, parsed.
        number: The number of the post.

    Returns:
        Nothing where no element has the number.
    """
    own = page.css(f"#post-{number}, .post-{number}")
    return frozenset(name for each in own for name in (each.attributes.get("class") or "").split())


def _goes_on(article: LexborNode | None, shown: Shown) -> bool:
    """Tell whether a page has links to further pages of its post (wp_link_pages)."""
    found = (node.css_first("a.post-page-numbers") for node in (article, shown.node) if node is not None)
    return any(each is not None for each in found)


def _without_prefix(page: LexborHTMLParser, title: str) -> str:
    """The title of a protected post as its author wrote it.

    Without what a theme says before it in its language, and `<title>` does not.
    """
    rest, whole = title.partition(": ")[2], page.css_first("head title")
    return rest if rest and whole is not None and whole.text().strip().startswith(plain(rest)) else title


def _title(page: LexborHTMLParser, article: LexborNode | None, told: list[dict[str, Any]]) -> str | None:
    """The title as HTML."""
    for path in _TITLES:
        for heading in container.inside(article, page, path):
            return (heading.inner_html or "").strip()
    headline = _of(told, "headline") or _meta(page, "og:title")
    if headline:
        return headline.replace("<", "&lt;")
    headings = page.css("h1")
    return (headings[0].inner_html or "").strip() if len(headings) == 1 else None


def _address(page: LexborHTMLParser, url: str) -> str:
    canonical = page.css_first('link[rel="canonical"]')
    for written in (canonical.attributes.get("href") if canonical else None, _meta(page, "og:url")):
        try:
            address = urljoin(url, written) if written else url
        except ValueError:
            continue
        if written and key.host(address) == key.host(url):
            return address
    return url


def _author(article: LexborNode | None, told: list[dict[str, Any]]) -> dict[str, Any]:
    """The slug of the author's page, or the author's number."""
    links = article.css('a[rel~="author"], .author a, .wp-block-post-author a') if article is not None else []
    of_data = [found for each in told for found in _several(each.get("author")) if isinstance(found, dict)]
    for href in (*(link.attributes.get("href") for link in links), *(found.get("url") for found in of_data)):
        if not isinstance(href, str):
            continue
        if (found := _AUTHOR.search(href)) is not None:
            return {"presscorpus_author": found[1]}
        if (found := _AUTHOR_NUMBER.search(href)) is not None:
            return {"author": int(found[1])}
    return {}


def _picture(page: LexborHTMLParser, article: LexborNode | None, told: list[dict[str, Any]]) -> dict[str, Any]:
    """The picture that stands for the post: its address and its number."""
    shown = article.css_first("img.wp-post-image, .wp-block-post-featured-image img") if article is not None else None
    of_data = (found for each in told for found in _several(each.get("image")))
    claims = [
        _meta(page, "og:image"),
        *(found.get("url") if isinstance(found, dict) else found for found in of_data),
        shown.attributes.get("src") if shown is not None else None,
    ]
    found: dict[str, Any] = next(({"featured_image": each} for each in claims if isinstance(each, str) and each), {})
    number = _number(page, shown) if shown is not None else None
    return found | ({"featured_media": number} if number else {})


def _number(page: LexborHTMLParser, shown: LexborNode) -> int | None:
    """The number of a picture, by itself or another one of the same file."""
    file = _file(shown)
    for each in (shown, *page.css('img[class*="wp-image-"], img[data-attachment-id]')):
        told = each.attributes.get("data-attachment-id") or each.attributes.get("class") or ""
        if (named := _PICTURE.search(told)) is not None and file and _file(each) == file:
            return int(named[1])
    return None


def _file(picture: LexborNode) -> str:
    """The path of the file that a picture was made from."""
    parts = parts_of(picture.attributes.get("src") or "")
    return originals(parts.path)[-1] if parts is not None else ""


def _languages(page: LexborHTMLParser, url: str) -> dict[str, Any]:
    """The language of the page, and the addresses of the post in others."""
    root = page.css_first("html")
    language = (root.attributes.get("lang") if root is not None else None) or ""
    found: dict[str, Any] = {"presscorpus_language": language} if language else {}
    others = []
    for link in page.css('head link[rel~="alternate"][hreflang][href]'):
        try:
            others.append([link.attributes["hreflang"] or "", urljoin(url, link.attributes["href"] or "")])
        except ValueError:
            continue
    return found | ({"presscorpus_alternates": others} if others else {})


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _meta(page: LexborHTMLParser, name: str) -> str | None:
    found = page.css_first(f'meta[property="{name}"]')
    return (found.attributes.get("content") if found else None) or None


def _times(article: LexborNode | None, page: LexborHTMLParser, paths: tuple[str, ...]) -> list[str]:
    """What the theme says of a time, in the order of trust."""
    told = (found.attributes for path in paths for found in container.inside(article, page, path))
    return [written for each in told if (written := each.get("datetime") or each.get("title"))]


def _moment(claims: list[str | None], of_theme: list[str]) -> tuple[str | None, str | None]:
    """A time as the site's own clock shows it, and in UTC where it has an offset."""
    machine = [moment for each in claims if (moment := moments.of_iso(each))]
    shown = [moment for each in of_theme if (moment := moments.of_iso(each))]
    utc = next((each.astimezone(UTC) for each in (*machine, *shown) if each.tzinfo is not None), None)
    if utc is None:
        return next((_written(each) for each in (*machine, *shown)), None), None
    same = [each for each in (*machine, *shown) if each.tzinfo is not None and each == utc]
    own = [each for each in same if each.utcoffset() or each in shown]
    # A plugin that writes UTC says nothing of the site's own clock.
    local = next((each for each in own if each.utcoffset()), None) or next(
        (each for each in same if each in shown), None
    )
    return (_written(local) if local else None), _written(utc)


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def _of(told: list[dict[str, Any]], name: str) -> str | None:
    return next((each[name] for each in told if isinstance(each.get(name), str) and each[name]), None)
