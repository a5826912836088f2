"""Posts, pages and custom types: one parse a post gives its text, its links and what its terms are called.

The fields are those of https://developer.wordpress.org/rest-api/reference/posts/#schema; whatever else a response
holds goes into `extra`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import polars as pl

from builder import repeats
from builder.html import TEXT_RULE, read
from builder.language import detect
from builder.tables import claims, emit
from builder.tables.emit import Count, Rendered, Text, Whole

if TYPE_CHECKING:
    from builder.html import Content, Link
    from builder.spec import Package, Schema
    from builder.tables.claims import Claims
    from builder.tables.emit import Origin

# A word is a run of letters, marks and digits, with apostrophes inside; in scripts that write no spaces each character
# counts (docs/decisions/0003-tables.md).
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}"
_LETTER = rf"[\p{{L}}\p{{M}}\p{{N}}--[{_SPACELESS}]]"
_WORD = rf"[{_SPACELESS}]|{_LETTER}+(?:['’ʼ]{_LETTER}+)*"
_CORE = {"category": "categories", "post_tag": "tags"}
_FURTHEST_WEST, _FURTHEST_EAST = -720, 840
# Columns of posts that come from other columns, from other tables or from where the post was observed.
_LATER = frozenset(
    {
        "site", "crawl", "record_id", "observed_at", "state", "gone_at", "utc_offset_minutes", "word_count",
        "link_count", "text_digest", "publisher_domain", "publisher_url", "publisher_evidence",
        "language_claimed", "language_claim_source", "takedown_reason",
    }
)  # fmt: skip
_LINK_COLUMNS = ("type", "id", "ordinal", "kind", "element", "attribute", "text", "caption", "rel", "url")
_TERM_COLUMNS = ("type", "id", "taxonomy", "term_id", "ordinal")
_SLUG_COLUMNS = ("site", "type", "id", "taxonomy", "slug")
_SKETCH_COLUMNS = ("site", "type", "id", "crawl", "record_id", "observed_at", "text_digest", "signature")
_TRANSLATION_COLUMNS = ("type", "id", "other_id", "other_language", "source")


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
    """A post as the REST API gives it; a value of another type is a ValidationError."""

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


# What is no plugin's: the fields above, and copies of other items that _embed asked for.
_KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(PostItem)) | {"_embedded"}
_decode = msgspec.json.Decoder(PostItem)
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])
TermId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
# PHP turns a list with gaps into an object, and plugins turn an empty one into null.
_decode_ids: msgspec.json.Decoder[list[int] | dict[str, int] | None] = msgspec.json.Decoder(
    list[TermId] | dict[str, TermId] | None
)


class Batch:
    """Posts of one site being turned into columns: `add` each one, then take `frames`.

    The rows of a post in `posts`, `links`, `post_terms`, `class_slugs` (slugs that its class_list names), `claims`
    (what it says of its language) and `translations` come from one reading of its response.
    """

    def __init__(self, package: Package, max_post_bytes: int) -> None:
        self._package, self._max = package, max_post_bytes
        self._origins: list[Origin] = []
        self._posts: dict[str, list[Any]] = {name: [] for name in package.schema("posts").names if name not in _LATER}
        self._links: dict[str, list[Any]] = {name: [] for name in _LINK_COLUMNS}
        self._link_origins: list[Origin] = []
        self._terms: dict[str, list[Any]] = {name: [] for name in _TERM_COLUMNS}
        self._term_origins: list[Origin] = []
        self._slugs: dict[str, list[Any]] = {name: [] for name in _SLUG_COLUMNS}
        self._claims: dict[str, list[Any]] = {name: [] for name in claims.COLUMNS}
        self._translations: dict[str, list[Any]] = {name: [] for name in _TRANSLATION_COLUMNS}
        self._addresses: list[str | None] = []
        self._translation_origins: list[Origin] = []

    def add(self, body: bytes, origin: Origin, digest: str, repairs: tuple[str, ...]) -> emit.Refused | None:
        """Take one post's JSON. Returns why it cannot become a row, null where it did; then nothing of it is kept."""
        if len(body) > self._max:
            return emit.Refused("too_large", f"the post is larger than {self._max} bytes")
        try:
            item = _decode.decode(body)
            keys = _decode_keys.decode(body)
            taxonomies = _taxonomies(item, keys)
            terms = {taxonomy: _term_ids(keys[key]) for taxonomy, key in taxonomies.items()}
            extra = emit.leftover(keys, _KNOWN.union(taxonomies.values()))
            html = emit.html_of(item.content)
            content = None if html is None else read(html)
            title, excerpt = emit.text_of(item.title), emit.text_of(item.excerpt)
            guid = emit.text_of(item.guid)
            claimed = claims.of_post(keys, item.id, item.link, html)
        except emit.REFUSED as error:
            return emit.refused(error)
        row = _row(item, keys, content, repairs) | {
            "guid": guid, "title": title, "excerpt": excerpt, "content_html": html, "digest": digest, "extra": extra,
        }  # fmt: skip
        self._origins.append(origin)
        for name, column in self._posts.items():
            column.append(row[name])
        if content is not None:
            self._add_links(item, content.links, origin)
        self._add_terms(item, terms, origin)
        self._add_claims(item, claimed, origin)
        return None

    def _add_links(self, item: PostItem, links: list[Link], origin: Origin) -> None:
        columns = self._links
        for ordinal, link in enumerate(links, 1):
            self._link_origins.append(origin)
            columns["type"].append(item.type)
            columns["id"].append(item.id)
            columns["ordinal"].append(ordinal)
            columns["kind"].append(link.kind)
            columns["element"].append(link.element)
            columns["attribute"].append(link.attribute)
            columns["text"].append(link.text)
            columns["caption"].append(link.caption)
            columns["rel"].append(link.rel)
            columns["url"].append(link.url)

    def _add_terms(self, item: PostItem, terms: dict[str, list[int]], origin: Origin) -> None:
        classes = item.class_list or []
        for taxonomy, numbers in terms.items():
            for ordinal, term_id in enumerate(numbers, 1):
                self._term_origins.append(origin)
                row = {"type": item.type, "id": item.id, "taxonomy": taxonomy, "term_id": term_id, "ordinal": ordinal}
                for name, value in row.items():
                    self._terms[name].append(value)
            # WordPress core get_post_class: tag- for post_tag, otherwise the taxonomy's own name.
            prefix = ("tag" if taxonomy == "post_tag" else taxonomy) + "-"
            for name in classes.values() if isinstance(classes, dict) else classes:
                if name.startswith(prefix):
                    row = {"site": origin.site, "type": item.type, "id": item.id, "taxonomy": taxonomy}
                    for column, value in (row | {"slug": name.removeprefix(prefix)}).items():
                        self._slugs[column].append(value)

    def _add_claims(self, item: PostItem, claimed: Claims, origin: Origin) -> None:
        for source, language in claimed.languages:
            for column, value in zip(claims.COLUMNS, (origin.site, item.type, item.id, source, language), strict=True):
                self._claims[column].append(value)
        for each in claimed.translations:
            self._translation_origins.append(origin)
            self._addresses.append(each.address)
            row = (item.type, item.id, each.other_id, each.other_language, each.source)
            for column, value in zip(_TRANSLATION_COLUMNS, row, strict=True):
                self._translations[column].append(value)

    def frames(self) -> dict[str, pl.DataFrame]:
        """The columns of all posts taken: `posts`, `links` (URLs as written), `post_terms`, and what serves the whole.

        That is `class_slugs`, `claims`, `translations` as the site names them, by number or `address`, and `sketches`:
        what is needed to find repeats, of the posts that are long enough to be compared.
        """
        posts, links, terms = (self._package.schema(name) for name in ("posts", "links", "post_terms"))
        translations, addresses = self._package.schema("translations"), self._package.schema("addresses")
        others = emit.frame(translations, emit.provenance(self._translation_origins) | self._translations)
        taken = emit.frame(posts, emit.provenance(self._origins) | self._posts)
        sketched = taken.hstack(repeats.sketch(taken["text"]))
        return {
            "posts": sketched.drop("signature").with_columns(_derived(posts)),
            "sketches": sketched.select(_SKETCH_COLUMNS).drop_nulls("signature"),
            "links": emit.frame(links, emit.provenance(self._link_origins) | self._links),
            "post_terms": emit.frame(terms, emit.provenance(self._term_origins) | self._terms),
            "class_slugs": emit.frame(terms, self._slugs),
            "claims": claims.frame(self._package, self._claims),
            "translations": others.with_columns(emit.frame(addresses, {"address": self._addresses})["address"]),
        }


def _row(
    item: PostItem, keys: dict[str, msgspec.Raw], content: Content | None, repairs: tuple[str, ...]
) -> dict[str, Any]:
    text = None if content is None else content.text
    language = detect(text)
    return {
        "type": item.type, "id": item.id, "url": item.link, "slug": item.slug, "status": item.status,
        "published_at": item.date_gmt, "published_local": item.date,
        "modified_at": item.modified_gmt, "modified_local": item.modified,
        "text": text, "text_rule": None if text is None else TEXT_RULE,
        "protected": _is_protected(item), "sticky": item.sticky, "format": item.format,
        "template": item.template or None, "comment_status": item.comment_status, "ping_status": item.ping_status,
        "parent_id": emit.number(item.parent), "menu_order": item.menu_order,
        "featured_media_id": emit.number(item.featured_media), "author_id": emit.number(item.author),
        "categories": [] if "categories" in keys else None, "tags": [] if "tags" in keys else None,
        "language": language.code, "language_confidence": language.confidence, "script": language.script,
        "revision_count": item.links.revisions[0].count if item.links.revisions else None,
        "newest_revision_id": item.links.newest[0].id if item.links.newest else None,
        "flags": _flags(item, content.flags if content else (), repairs),
    }  # fmt: skip


def _derived(schema: Schema) -> list[pl.Expr]:
    """Times, counts and flags of posts, over whole columns."""
    times = ("published_at", "published_local", "modified_at", "modified_local")
    parsed = {name: emit.moment(schema, name) for name in times}
    offset = (parsed["published_local"] - parsed["published_at"].dt.replace_time_zone(None)).dt.total_minutes()
    flags = {
        "date_unreadable": pl.any_horizontal(emit.unreadable_time(name) for name in times),
        "modified_before_published": parsed["modified_at"] < parsed["published_at"],
        "offset_implausible": ~offset.is_between(_FURTHEST_WEST, _FURTHEST_EAST),
    }
    found = [pl.when(test).then(pl.lit(name)) for name, test in flags.items()]
    return [
        *parsed.values(),
        offset.alias("utc_offset_minutes"),
        pl.col("text").str.count_matches(_WORD).cast(schema.polars["word_count"]).alias("word_count"),
        pl.concat_list("flags", pl.concat_list(*found).list.drop_nulls()).list.sort().alias("flags"),
    ]


def _is_protected(item: PostItem) -> bool:
    return any(isinstance(text, Rendered) and text.protected for text in (item.content, item.excerpt))


def _flags(item: PostItem, content: tuple[str, ...], repairs: tuple[str, ...]) -> list[str]:
    flags = {*content, *repairs}
    if isinstance(item.class_list, dict):
        flags.add("class_list_object")
    if item.content is None:
        flags.add("content_missing")
    if item.title is None:
        flags.add("title_missing")
    return sorted(flags)


def _taxonomies(item: PostItem, keys: dict[str, msgspec.Raw]) -> dict[str, str]:
    """The taxonomies of a post, each with the key whose array holds its terms' numbers.

    `_links[wp:term]` names them; the last part of a route is the key (WordPress core
    WP_REST_Posts_Controller::prepare_links). Without `_links` only the two of core are known.
    """
    named = {each.taxonomy: _rest_base(each.href) for each in item.links.terms if each.taxonomy and each.href}
    return {taxonomy: key for taxonomy, key in (_CORE | named).items() if key in keys}


def _term_ids(raw: msgspec.Raw) -> list[int]:
    """The numbers of a post's terms of one taxonomy, in order; the same number twice is one term."""
    numbers = _decode_ids.decode(raw) or []
    return list(dict.fromkeys(numbers.values() if isinstance(numbers, dict) else numbers))


def _rest_base(href: str) -> str:
    parts = urlsplit(href)
    routes = parse_qs(parts.query).get("rest_route")
    return (routes[0] if routes else parts.path).rstrip("/").rpartition("/")[2]
