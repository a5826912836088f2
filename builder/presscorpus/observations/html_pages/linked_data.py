"""What JSON-LD on a page says.

The articles that it describes, and the people and organisations that it names.

https://schema.org/Article https://schema.org/author
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from presscorpus.content import bylines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_ARTICLES: Final = frozenset({"Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "ItemPage"})
_OF_AUTHORS: Final = frozenset({"author", "creator", "contributor"})
_OF_READERS: Final = frozenset({"comment", "comments", "review", "reviews"})
_NAMED: Final = ("Person", "Organi", "WebSite")
_DEEPEST: Final = 12


def nodes(page: LexborHTMLParser) -> list[Any]:
    """Return the objects of all scripts of a page."""
    found: list[Any] = []
    for script in page.css('script[type="application/ld+json"]'):
        try:
            # Line ends in texts, which plugins leave there, are no JSON.
            data = json.loads((script.text() or "").strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        graph = data.get("@graph", [data]) if isinstance(data, dict) else data
        found += graph if isinstance(graph, list) else []
    return found


def articles(told: list[Any]) -> list[dict[str, Any]]:
    """Return the articles among objects.

    Args:
        told: From `nodes`.
    """
    return [each for each in told if isinstance(each, dict) and not _ARTICLES.isdisjoint(_kinds(each))]


def _kinds(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return list(map(str, kinds if isinstance(kinds, list) else [kinds]))


def people(value: Any, depth: int = 0, *, inside: bool = False) -> Iterator[str | dict[str, str]]:
    """Yield the people and organisations that JSON-LD names.

    But for those who comment.

    Args:
        value: From `nodes`, or a value in it.
        depth: How deep it is.
        inside: Whether it is the value of an author.

    Yields:
        Names, or objects with a kind and a name.
    """
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and inside:
        yield from bylines.names(value)
    elif isinstance(value, list):
        for each in value:
            yield from people(each, depth + 1, inside=inside)
    elif isinstance(value, dict):
        kind, name = str(value.get("@type") or ""), value.get("name")
        if isinstance(name, str) and (inside or any(each in kind for each in _NAMED)):
            yield {"@type": kind, "name": name}
        for key, each in value.items():
            if key not in _OF_READERS:
                yield from people(each, depth + 1, inside=key in _OF_AUTHORS)
