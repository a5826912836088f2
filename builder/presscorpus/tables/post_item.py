"""A post, page or item of a custom type as the REST API gives it, and its terms.

The fields are those of https://developer.wordpress.org/rest-api/reference/posts/#schema.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, NamedTuple
from urllib.parse import parse_qs

import msgspec

from presscorpus.content.url_parts import parts_of
from presscorpus.tables import coercion
from presscorpus.tables.typed_columns import Count, Rendered, Text, Whole

_CORE = {"category": "categories", "post_tag": "tags"}


class Relation(msgspec.Struct, frozen=True):
    """One link of a response's `_links` (WordPress core WP_REST_Response::add_link)."""

    href: str | None = None
    count: Count | None = None
    id: Count | None = None
    taxonomy: str | None = None


class Relations(msgspec.Struct, frozen=True):
    """The parts of `_links` that say something which no field says."""

    revisions: list[Relation] = msgspec.field(default=[], name="version-history")
    newest: list[Relation] = msgspec.field(default=[], name="predecessor-version")
    terms: list[Relation] = msgspec.field(default=[], name="wp:term")


class PostItem(msgspec.Struct, frozen=True):
    """A post as the REST API gives it. `coercion.read` reads values of other types."""

    id: int
    type: str
    date: str | None = None
    date_gmt: str | None = None
    modified: str | None = None
    modified_gmt: str | None = None
    slug: str | None = None
    status: str | None = None
    link: str | None = None
    guid: Text = None
    title: Text = None
    content: Text = None
    excerpt: Text = None
    author: Count | None = None
    featured_media: Count | None = None
    parent: Count | None = None
    menu_order: Whole | None = None
    comment_status: str | None = None
    ping_status: str | None = None
    sticky: bool | None = None
    template: str | None = None
    format: str | None = None
    class_list: list[str] | dict[str, str] | None = None
    links: Relations = msgspec.field(default=Relations(), name="_links")
    # What exports have instead of numbers (observations/exports): slugs of terms by taxonomy, slug of the author.
    slugs: dict[str, list[str]] | None = msgspec.field(default=None, name="presscorpus_terms")
    login: str | None = msgspec.field(default=None, name="presscorpus_author")
    # The content of a page without what plugins append to it (observations/html_pages/container.py).
    own: str | None = msgspec.field(default=None, name="presscorpus_own")
    guessed: bool = msgspec.field(default=False, name="presscorpus_guessed")
    partial: bool = msgspec.field(default=False, name="presscorpus_partial")
    # The language of a page and the addresses of the post in others (tables/language_claims.py).
    page_language: str | None = msgspec.field(default=None, name="presscorpus_language")
    alternates: list[list[str]] = msgspec.field(default=[], name="presscorpus_alternates")


# Fields that come from no plugin: those above, and copies of other items that _embed asked for.
KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(PostItem)) | {"_embedded"}
DECODER = msgspec.json.Decoder(PostItem)
decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_LARGEST = 2**63 - 1
TermId = Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
# Keys that hold a term's number where an object stands for it (WP_Term, and terms of the REST API).
_TERM_KEYS = frozenset({"id", "term_id"})
# PHP turns a list with gaps into an object.
_decode_ids: msgspec.json.Decoder[list[int] | dict[str, int]] = msgspec.json.Decoder(list[TermId] | dict[str, TermId])


def is_protected(item: PostItem) -> bool:
    """Tell whether a password stands before the post's words.

    Args:
        item: The post.

    Returns:
        True where content or excerpt says so.
    """
    return any(isinstance(text, Rendered) and text.protected for text in (item.content, item.excerpt))


def is_missing(text: Text) -> bool:
    """Tell whether the response has no such text at all.

    Args:
        text: A text field of the post.

    Returns:
        False for a text behind a password: the response has it.
    """
    return text is None or (isinstance(text, Rendered) and text.rendered is None and not text.protected)


def taxonomies_of(item: PostItem, keys: dict[str, msgspec.Raw]) -> dict[str, str]:
    """Return the taxonomies of a post.

    `_links[wp:term]` names them; the last part of a route is the key (WordPress core
    WP_REST_Posts_Controller::prepare_links). Without `_links` only the two of core are known.

    Args:
        item: The post.
        keys: Its members.

    Returns:
        By taxonomy the key whose array holds the numbers of its terms.
    """
    named = {each.taxonomy: _rest_base(each.href) for each in item.links.terms if each.taxonomy and each.href}
    return {taxonomy: key for taxonomy, key in (_CORE | named).items() if key in keys}


class TermIds(NamedTuple):
    """The numbers of a post's terms of one taxonomy.

    `loss` says what had to be done to read them: "" for nothing, else the end of a flag, as in tables/coercion.py.
    """

    numbers: list[int]
    loss: str = ""


def term_ids(raw: msgspec.Raw) -> TermIds:
    """Return the numbers of a post's terms of one taxonomy.

    Numbers as text, a single number, several in one text with commas, and terms as objects are read as well.

    Args:
        raw: The value of the key that `taxonomies_of` names.

    Returns:
        Numbers in order; the same number twice is one term.
    """
    try:
        numbers = _decode_ids.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _odd_term_ids(raw)
    return TermIds(list(dict.fromkeys(numbers.values() if isinstance(numbers, dict) else numbers)))


def _odd_term_ids(raw: msgspec.Raw) -> TermIds:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return TermIds([], coercion.UNREADABLE)
    if value is None:
        return TermIds([])
    if isinstance(value, dict) and not _TERM_KEYS.isdisjoint(value):
        value = [value]
    parts = value.split(",") if isinstance(value, str) else value.values() if isinstance(value, dict) else value
    numbers: list[int] = []
    loss = coercion.CONVERTED
    for part in parts if not isinstance(parts, int | float) else [parts]:
        named = next((part[key] for key in _TERM_KEYS if key in part), part) if isinstance(part, dict) else part
        number = coercion.whole(named)
        if number is not None and 0 < number <= _LARGEST:
            numbers.append(number)
        # 0 is what WordPress writes for no item.
        elif number != 0 and not coercion.is_nothing(named):
            loss = coercion.UNREADABLE
    return TermIds(list(dict.fromkeys(numbers)), loss)


def _rest_base(href: str) -> str:
    """Return the last part of a route.

    The query names the post; only the plain form of permalinks has the route there.
    """
    return _last_part(href if "rest_route" in href else href.partition("?")[0])


@lru_cache(maxsize=1024)
def _last_part(href: str) -> str:
    parts = parts_of(href)
    if parts is None:  # no address: it names no route
        return ""
    routes = parse_qs(parts.query).get("rest_route")
    return (routes[0] if routes else parts.path).rstrip("/").rpartition("/")[2]
