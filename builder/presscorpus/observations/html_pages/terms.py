"""The terms that a page names for its post.

Classic themes give the article a class for each term (`category-news`, `tag-river`), with the number of the term where
its slug has other letters than ASCII (https://developer.wordpress.org/reference/functions/get_post_class/). Links to
terms have `rel="tag"`, with `category` for categories; block themes name the taxonomy around them. On plain permalinks
the link to a category has its number (`?cat=5`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presscorpus.content.url_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_PREFIXES: Final = {"category-": "category", "tag-": "post_tag"}
_KEYS: Final = {"category": "categories", "post_tag": "tags"}
# Blocks that show other posts.
_OTHERS: Final = frozenset({"wp-block-query", "wp-block-post-template", "wp-block-latest-posts", "jp-relatedposts"})
_AROUND: Final = "taxonomy-"
_OF_POST: Final = re.compile(r"post-\d+")


class Term(NamedTuple):
    """A term by its slug or number, and its taxonomy."""

    taxonomy: str
    name: str | int


def read(article: LexborNode | None) -> dict[str, Any]:
    """Return the terms of a post.

    Args:
        article: What the page shows of the post; null for nothing.

    Returns:
        `presscorpus_terms` with slugs by taxonomy, and `categories` and `tags` with numbers where only these are known.
        Nothing for a page that names no term: its theme may show none.
    """
    if article is None:
        return {}
    by_class, by_link = list(_classes(article)), list(dict.fromkeys(_links(article)))
    chosen: list[Term] = []
    for taxonomy in dict.fromkeys(each.taxonomy for each in (*by_class, *by_link)):
        told = [each for each in by_class if each.taxonomy == taxonomy]
        linked = [each for each in by_link if each.taxonomy == taxonomy]
        unclear = not told or any(isinstance(each.name, int) for each in told)
        chosen += linked if unclear and len(linked) >= len(told) else told
    if not chosen:
        return {}
    slugs: dict[str, list[str]] = {}
    numbers: dict[str, list[int]] = {}
    for each in chosen:
        if isinstance(each.name, str):
            slugs.setdefault(each.taxonomy, []).append(each.name)
        elif each.taxonomy in _KEYS:
            numbers.setdefault(_KEYS[each.taxonomy], []).append(each.name)
    return {"presscorpus_terms": slugs, **numbers}


def is_of_another(node: LexborNode, article: LexborNode) -> bool:
    """Tell whether a node stands in another post than the page's.

    Within the article or the body; a block that shows other posts counts.
    """
    parent = node.parent
    while parent is not None and parent.mem_id != article.mem_id:
        classes = (parent.attributes.get("class") or "").split()
        if not _OTHERS.isdisjoint(classes) or any(_OF_POST.fullmatch(each) for each in classes):
            return True
        parent = parent.parent
    return False


def _classes(article: LexborNode) -> Iterator[Term]:
    for each in (article.attributes.get("class") or "").split():
        for prefix, taxonomy in _PREFIXES.items():
            name = each.removeprefix(prefix)
            if name != each and name:
                yield Term(taxonomy, int(name) if name.isascii() and name.isdigit() else name)


def _links(article: LexborNode) -> Iterator[Term]:
    for link in article.css('a[rel~="tag"]'):
        if is_of_another(link, article):
            continue
        around = _around(link)
        of_block = next((each.removeprefix(_AROUND) for each in around if each.startswith(_AROUND)), None)
        by_rel = "category" if "category" in (link.attributes.get("rel") or "").split() else "post_tag"
        found = led_to(link.attributes.get("href") or "", of_block or by_rel)
        if found is not None:
            yield found


def _around(node: LexborNode) -> list[str]:
    """The classes of the elements around a node, the nearest first."""
    classes: list[str] = []
    parent = node.parent
    while parent is not None:
        classes += (parent.attributes.get("class") or "").split()
        parent = parent.parent
    return classes


def led_to(href: str, taxonomy: str) -> Term | None:
    """Return the term that a link leads to.

    Args:
        href: The address, as it is written.
        taxonomy: The taxonomy that the term is of where the address does not tell.

    Returns:
        Its slug, or its number where the address has that; null for an address of no term.
    """
    parts = parts_of(href)
    if parts is None:
        return None
    # As they are written: a slug keeps its percent-encoding.
    query = dict(each.partition("=")[::2] for each in parts.query.split("&"))
    if (number := query.get("cat", "")).isdecimal() and number.isascii():
        return Term("category", int(number))
    if slug := query.get("tag") or query.get(taxonomy):
        return Term(taxonomy, slug)
    above, _, slug = parts.path.strip("/").rpartition("/")
    is_author = above.rpartition("/")[2] == "author" and "category" not in above.split("/")
    return Term(taxonomy, slug) if slug and not parts.query and not is_author else None
