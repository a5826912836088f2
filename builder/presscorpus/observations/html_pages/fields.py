"""What a page says of its post, each from the place that is trusted most.

title
    The heading of the theme (`entry-title`, `wp-block-post-title`), JSON-LD `headline`, OpenGraph, the only `h1`.
times
    `article:published_time` and `article:modified_time`, JSON-LD, then `<time datetime>` of the theme. One without an
    offset from UTC is a local time only.
content
    The container (html_pages/container.py), as it stands.
terms
    Classes of the article, then links to terms (html_pages/terms.py).
address
    `rel="canonical"`, OpenGraph, the address of the capture.

https://schema.org/Article https://ogp.me/
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import msgspec

from presscorpus.content.html import plain
from presscorpus.observations.html_pages import container, terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from presscorpus.observations.html_pages.container import Rule

_ARTICLES: Final = frozenset({"Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "ItemPage"})
_TITLES: Final = ("h1.entry-title", "h1.wp-block-post-title", ".entry-title", ".wp-block-post-title", "h1.post-title")
_PUBLISHED: Final = ("time.entry-date.published", "time.entry-date", "time.published", ".wp-block-post-date time")
_UPDATED: Final = ("time.updated:not(.published)", ".wp-block-post-date__modified-date time")
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
    told = list(_linked_data(page))
    article = container.article_of(page, number)
    shown = container.find(article, page, rule)
    protected = shown is not None and shown.node.css_first("form.post-password-form") is not None
    title = _title(page, article, told)
    keys: dict[str, Any] = {
        "status": "publish", "link": _address(page, url),
        **terms.read(article), "presscorpus_author": _author(article),
    }  # fmt: skip
    if title is not None:
        keys["title"] = {"rendered": _without_prefix(page, title) if protected else title}
    published = _meta(page, "article:published_time") or _of(told, "datePublished") or _time(article, page, _PUBLISHED)
    modified = _meta(page, "article:modified_time") or _of(told, "dateModified") or _time(article, page, _UPDATED)
    keys["date"], keys["date_gmt"] = _moment(published)
    keys["modified"], keys["modified_gmt"] = _moment(modified)
    if shown is not None:
        # At last: it changes the page.
        if shown.is_guess:
            keys["presscorpus_guessed"] = True
        keys["content"] = {"rendered": "" if protected else shown.html(), "protected": protected}
        own = None if protected else shown.own()
        if own is not None:
            keys["presscorpus_own"] = own
    return keys


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
    written = (canonical.attributes.get("href") if canonical else None) or _meta(page, "og:url")
    try:
        return urljoin(url, written) if written else url
    except ValueError:
        return url


def _author(article: LexborNode | None) -> str | None:
    links = article.css('a[rel~="author"], .author a, .wp-block-post-author a') if article is not None else []
    found = (_AUTHOR.search(link.attributes.get("href") or "") for link in links)
    return next((match[1] for match in found if match), None)


def _meta(page: LexborHTMLParser, name: str) -> str | None:
    found = page.css_first(f'meta[property="{name}"]')
    return (found.attributes.get("content") if found else None) or None


def _time(article: LexborNode | None, page: LexborHTMLParser, paths: tuple[str, ...]) -> str | None:
    for path in paths:
        for found in container.inside(article, page, path):
            if written := found.attributes.get("datetime"):
                return written
    return None


def _moment(written: str | None) -> tuple[str | None, str | None]:
    """A time as the site's own clock shows it, and in UTC where it has an offset."""
    try:
        moment = datetime.fromisoformat(written.strip()) if written else None
    except ValueError:
        moment = None
    if moment is None:
        return None, None
    local = moment.replace(tzinfo=None, microsecond=0)
    if moment.tzinfo is None:
        return local.isoformat(), None
    utc = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    # A plugin that writes UTC says nothing of the site's own clock.
    return (local.isoformat() if moment.utcoffset() else None), utc.isoformat()


def _linked_data(page: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The articles that JSON-LD describes."""
    for script in page.css('script[type="application/ld+json"]'):
        try:
            data = msgspec.json.decode((script.text() or "").strip())
        except (msgspec.DecodeError, ValueError, RecursionError):
            continue
        graph = data.get("@graph", [data]) if isinstance(data, dict) else data
        for each in graph if isinstance(graph, list) else []:
            kinds = each.get("@type") if isinstance(each, dict) else None
            if not _ARTICLES.isdisjoint(kinds if isinstance(kinds, list) else [kinds]):
                yield each


def _of(told: list[dict[str, Any]], name: str) -> str | None:
    return next((each[name] for each in told if isinstance(each.get(name), str) and each[name]), None)
