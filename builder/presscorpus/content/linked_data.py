"""What JSON-LD on a page says.

The articles that it describes, and the people and organisations that it names.

https://schema.org/Article https://schema.org/author
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from presscorpus.content import bylines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_ARTICLES: Final = frozenset({"Article", "NewsArticle", "BlogPosting", "Report", "WebPage", "ItemPage"})
_OF_AUTHORS: Final = frozenset({"author", "creator", "contributor"})
# Keys of those who comment, and of whom or what an article is about.
_OF_OTHERS: Final = frozenset({
    "about", "actor", "actors", "alumni", "athlete", "byArtist", "character", "children", "citation", "comment",
    "comments", "director", "directors", "isBasedOn", "itemReviewed", "mentions", "musicBy", "parent", "performer",
    "performers", "recipient", "review", "reviews", "spouse", "subjectOf", "winner",
})  # fmt: skip
# Kinds of works that an article tells of, and of what readers wrote.
_WORKS: Final = frozenset({
    "Book", "Movie", "TVSeries", "TVEpisode", "MusicAlbum", "MusicRecording", "MusicGroup", "Play", "Quotation", "Game",
    "VideoGame", "Comment", "UserComments", "Answer", "Question", "SocialMediaPosting",
})  # fmt: skip
# Marks of CDATA and comments around a script, tags for lines, and a comma behind the last member.
_ADDED: Final = re.compile(r"(?:/[/*] ?)?(?:<!\[CDATA\[|\]\]>)(?: ?\*/)?|<!--|-->|<br ?/?>|</?p>", re.IGNORECASE)
_LOOSE_COMMA: Final = re.compile(r",(?=\s{0,100}[}\]])")
_NAMED: Final = ("Person", "Organi", "WebSite")
_DEEPEST: Final = 12


def nodes(page: LexborHTMLParser) -> list[Any]:
    """Return the objects of all scripts of a page."""
    found: list[Any] = []
    for script in page.css('script[type^="application/ld+json"]'):
        data = decoded(script.text() or "")
        graph = data.get("@graph", [data]) if isinstance(data, dict) else data
        found += graph if isinstance(graph, list) else []
    return found


def decoded(written: str) -> Any:
    """Decode JSON without what editors of WordPress add to it.

    Args:
        written: The text of a script or an attribute.

    Returns:
        The value; null for none.
    """
    for source in (written, _LOOSE_COMMA.sub("", _ADDED.sub("", written))):
        try:
            # Line ends in texts, which plugins leave there, are no JSON.
            return json.loads(source.strip(), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def articles(told: list[Any]) -> list[dict[str, Any]]:
    """Return the articles among objects.

    Args:
        told: From `nodes`.
    """
    return [each for each in told if isinstance(each, dict) and not _ARTICLES.isdisjoint(_kinds(each))]


def is_of_others(kind: str) -> bool:
    """Whether who made a thing of a kind is no author of the page that tells of it.

    Args:
        kind: As in https://schema.org, without the address.
    """
    return kind in _WORKS


def _name(node: dict[str, Any]) -> str | None:
    """What an object is called, in one or in two parts."""
    if isinstance(name := node.get("name"), str) and name.strip():
        return name
    halves = node.get("givenName"), node.get("familyName")
    return " ".join(map(str, halves)) if all(isinstance(each, str) for each in halves) else None


def _kinds(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return list(map(str, kinds if isinstance(kinds, list) else [kinds]))


def people(value: Any, depth: int = 0, *, inside: bool = False) -> Iterator[str | dict[str, str]]:
    """Yield the people and organisations that JSON-LD names.

    But for those who comment, and whom an article is about.

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
        kind, name = str(value.get("@type") or ""), _name(value)
        if any(map(is_of_others, _kinds(value))):
            return
        if name is not None and (inside or any(each in kind for each in _NAMED)):
            yield {"@type": kind, "name": name}
        for key, each in value.items():
            if key not in _OF_OTHERS:
                yield from people(each, depth + 1, inside=key in _OF_AUTHORS)
