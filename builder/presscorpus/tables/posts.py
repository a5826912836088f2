"""Posts, pages and custom types: one parse gives text, links and names of terms.

The fields are those of https://developer.wordpress.org/rest-api/reference/posts/#schema; whatever else a response holds
goes into `extra`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from presscorpus.content import minhash
from presscorpus.content.html import TEXT_RULE, Link, read, without_shortcodes
from presscorpus.content.language import detect_all
from presscorpus.tables import coercion, language_claims, named, typed_columns
from presscorpus.tables.post_item import DECODER, KNOWN, decode_keys, is_missing, is_protected, taxonomies_of, term_ids
from presscorpus.tables.typed_columns import html_of, number, text_of

if TYPE_CHECKING:
    from presscorpus.config.params import Limits
    from presscorpus.config.schema import Package, Schema
    from presscorpus.content.html import Content
    from presscorpus.tables.language_claims import Claims
    from presscorpus.tables.post_item import PostItem
    from presscorpus.tables.typed_columns import Origin

    Derived = list[pl.Expr | pl.Series]

# A word is a run of letters, marks and digits, with apostrophes inside; in scripts that write no spaces each character
# counts (docs/decisions/0003-tables.md).
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}"
_LETTER = rf"[\p{{L}}\p{{M}}\p{{N}}--[{_SPACELESS}]]"
_WORD = rf"[{_SPACELESS}]|{_LETTER}+(?:['’ʼ]{_LETTER}+)*"
# Columns of posts that come from other columns, from other tables or from where the post was observed.
_LATER = frozenset(
    {
        "site", "crawl", "record_id", "observed_at", "state", "gone_at", "utc_offset_minutes", "word_count",
        "link_count", "text_digest", "publisher_domain", "publisher_url", "publisher_evidence",
        "language_claimed", "language_claim_source", "origin_exceptions", "takedown_reason", "repeat_group",
        "translation_group",
    }
)  # fmt: skip
_QUARTER = 15  # minutes
_ALL_IN_QUARTERS = 1972
_LINK_COLUMNS = ("ordinal", "kind", "element", "attribute", "text", "caption", "rel", "url")
_TERM_COLUMNS = ("type", "id", "taxonomy", "term_id", "ordinal")
_SLUG_COLUMNS = ("site", "type", "id", "taxonomy", "slug")
_SKETCH_COLUMNS = ("site", "type", "id", "crawl", "record_id", "observed_at", "text_digest", "signature")
_TRANSLATION_COLUMNS = ("type", "id", "other_id", "other_language", "source")


AT_ONCE: Final = 512
BYTES_AT_ONCE: Final = 16_000_000
"""Posts that are turned into columns together: so many, or so many bytes of JSON."""


class _Taken(NamedTuple):
    """One post that was read: what of it is not yet columns.

    `content` is what its HTML says; null without HTML. `source` is the kind of source, as the column `origin` has it.
    """

    item: PostItem
    origin: Origin
    digest: str
    repairs: tuple[str, ...]
    listed: tuple[bool, bool]
    terms: dict[str, list[int]]
    html: str | None
    content: Content | None
    texts: tuple[str | None, str | None, str | None]
    claimed: Claims
    extra: str | None
    source: str


class Batch:
    """Posts of one site on their way to columns: `add` each one, then take `frames`.

    The rows of a post in all frames come from one reading of its response. A batch that is `alone` makes the frame
    `posts` and no other, without digests of texts.
    """

    def __init__(self, package: Package, limits: Limits, *, alone: bool = False) -> None:
        self._package, self._limits, self._alone = package, limits, alone
        self._waiting: list[_Taken] = []
        self._bytes = 0
        self._frames: dict[str, list[pl.DataFrame]] = {}

    def add(
        self,
        key: tuple[str, int],
        body: bytes,
        origin: Origin,
        digest: str,
        repairs: tuple[str, ...],
        source: str = "api",
    ) -> typed_columns.Refused | None:
        """Read one post's JSON.

        Args:
            key: Type and number that it was observed under.
            body: JSON of the post, an object.
            origin: Where it was observed.
            digest: `Item.digest` of the observation.
            repairs: Names of what had to be done to decode it; they become flags.
            source: The kind of source, as `Item.origin` has it.

        Returns:
            Why it cannot become a row, so that nothing of it is kept; null where it did.
        """
        if len(body) > self._limits.max_post_bytes:
            return typed_columns.Refused("too_large", f"the post is larger than {self._limits.max_post_bytes} bytes")
        try:
            item, flags = coercion.read(DECODER, body, {"type": key[0], "id": key[1]}, "content")
            keys = decode_keys(body)
            taxonomies = taxonomies_of(item, keys)
            numbered = {taxonomy: term_ids(keys[name]) for taxonomy, name in taxonomies.items()}
            terms = {taxonomy: found.numbers for taxonomy, found in numbered.items()}
            flags += [taxonomies[taxonomy] + found.loss for taxonomy, found in numbered.items() if found.loss]
            extra = typed_columns.leftover(keys, KNOWN.union(taxonomies.values()))
            html = html_of(item.content)
            own = html if item.own is None or source == "api" else item.own
            content = None if own is None else read(own, depth=self._limits.max_depth)
            texts = text_of(item.guid), text_of(item.title), text_of(item.excerpt)
            alternates = own if content and _has_alternate(content) else None
            claimed = language_claims.of_post(keys, item.id, item.link, alternates)
        except typed_columns.REFUSED as error:
            return typed_columns.refused(error)
        listed = "categories" in keys, "tags" in keys
        odd = (*repairs, *flags, *extra.flags)
        self._waiting.append(
            _Taken(item, origin, digest, odd, listed, terms, html, content, texts, claimed, extra.json, source)
        )
        self._bytes += len(body)
        if len(self._waiting) == AT_ONCE or self._bytes > BYTES_AT_ONCE:
            self._turn()
        return None

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the columns of all posts that became rows.

        Returns:
            `posts`, `links` (URLs as written) and `post_terms`; `named_terms` (terms that are known by their slugs
            alone), `named_authors` likewise; `class_slugs` (slugs that a class_list names), `claims`
            (of language), `translations` as the site names them, by number or `address`, and `sketches`: what is needed
            to find repeats, of the posts that are long enough to be compared.
        """
        if self._waiting or not self._frames:
            self._turn()
        return {name: pl.concat(frames, rechunk=False) for name, frames in self._frames.items()}

    def _turn(self) -> None:
        """Turn the posts that wait into columns, so that few are in memory at once."""
        taken, self._waiting, self._bytes = self._waiting, [], 0
        posts = _posts(self._package, taken)
        schema = self._package.schema("posts")
        derived: Derived = [*_derived(schema), _words(posts).cast(schema.polars["word_count"])]
        made = {"posts": posts.with_columns(*derived)} if self._alone else self._all(posts, derived, taken)
        for name, frame in made.items():
            self._frames.setdefault(name, []).append(frame)

    def _all(self, posts: pl.DataFrame, derived: Derived, taken: list[_Taken]) -> dict[str, pl.DataFrame]:
        sketched = posts.hstack(minhash.sketch(_texts(taken)))
        return {
            "posts": sketched.drop("signature").with_columns(*derived),
            "sketches": sketched.select(_SKETCH_COLUMNS).drop_nulls("signature"),
            "links": _links(self._package, posts, taken),
            **_of_terms(self._package, taken),
            **named.frames(self._package, ((each.item, each.origin) for each in taken if each.source != "api")),
            **_of_claims(self._package, taken),
        }


def _has_alternate(content: Content) -> bool:
    """Tell whether a link of a content may be an alternate one.

    Few are, and the HTML of those only is searched again.
    """
    return any("alternate" in rel.lower() for rel in {link.rel for link in content.links} if rel)


def _posts(package: Package, taken: list[_Taken]) -> pl.DataFrame:
    """The columns of posts that each post has by itself."""
    items = [each.item for each in taken]
    texts = _texts(taken)
    languages = detect_all(texts)
    made: dict[str, Any] = {
        "type": [item.type for item in items], "id": [item.id for item in items], "url": [item.link for item in items],
        "guid": [each.texts[0] for each in taken], "slug": [item.slug for item in items],
        "status": [item.status for item in items],
        "published_at": [item.date_gmt for item in items], "published_local": [item.date for item in items],
        "modified_at": [item.modified_gmt for item in items], "modified_local": [item.modified for item in items],
        "title": [each.texts[1] for each in taken], "excerpt": [each.texts[2] for each in taken],
        "text": texts, "text_rule": [None if each.html is None else TEXT_RULE for each in taken],
        "content_html": [each.html for each in taken],
        "protected": [is_protected(item) for item in items], "sticky": [item.sticky for item in items],
        "format": [item.format for item in items], "template": [item.template or None for item in items],
        "comment_status": [item.comment_status for item in items], "ping_status": [item.ping_status for item in items],
        "parent_id": [number(item.parent) for item in items], "menu_order": [item.menu_order for item in items],
        "featured_media_id": [number(item.featured_media) for item in items],
        "author_id": [number(item.author) for item in items],
        "categories": [_slugs(each, "category", listed=each.listed[0]) for each in taken],
        "tags": [_slugs(each, "post_tag", listed=each.listed[1]) for each in taken],
        "language": [language.code for language in languages],
        "language_confidence": [language.confidence for language in languages],
        "script": [language.script for language in languages],
        "revision_count": [item.links.revisions[0].count if item.links.revisions else None for item in items],
        "newest_revision_id": [number(item.links.newest[0].id) if item.links.newest else None for item in items],
        "flags": [_flags(each) for each in taken],
        "digest": [each.digest for each in taken], "extra": [each.extra for each in taken],
        "origin": [each.source for each in taken],
    }  # fmt: skip
    schema = package.schema("posts")
    provenance = typed_columns.provenance([each.origin for each in taken])
    return typed_columns.frame(schema, provenance | {name: made[name] for name in schema.names if name not in _LATER})


def _texts(taken: list[_Taken]) -> list[str | None]:
    return [each.content and each.content.text for each in taken]


def _slugs(each: _Taken, taxonomy: str, *, listed: bool) -> list[str] | None:
    """The slugs that a post names itself.

    Of one that gives numbers an empty list, to be filled.
    """
    if each.source != "api" and each.item.slugs is not None:
        return each.item.slugs.get(taxonomy, [])
    return [] if listed else None


def _links(package: Package, posts: pl.DataFrame, taken: list[_Taken]) -> pl.DataFrame:
    """The links of the posts as rows of that table, URLs as written."""
    schema = package.schema("links")
    found = [each.content.links if each.content else () for each in taken]
    rows = [place for place, links in enumerate(found) for _ in links]
    own = posts.select("site", "crawl", "record_id", "observed_at", "type", "id")[rows]
    columns: dict[str, Any] = dict.fromkeys(Link._fields, ())
    columns |= zip(Link._fields, zip(*chain.from_iterable(found), strict=True), strict=False)
    columns["ordinal"] = [ordinal for links in found for ordinal in range(1, len(links) + 1)]
    return own.hstack(typed_columns.columns({name: columns[name] for name in _LINK_COLUMNS}, schema.emitted))


def _of_terms(package: Package, taken: list[_Taken]) -> dict[str, pl.DataFrame]:
    """The frames `post_terms` and `class_slugs`."""
    schema = package.schema("post_terms")
    terms: dict[str, list[Any]] = {name: [] for name in _TERM_COLUMNS}
    slugs: dict[str, list[Any]] = {name: [] for name in _SLUG_COLUMNS}
    origins: list[Origin] = []
    for item, origin, of_post in ((each.item, each.origin, each.terms) for each in taken):
        classes = item.class_list or []
        names = list(classes.values()) if isinstance(classes, dict) else classes
        for taxonomy, numbers in of_post.items():
            origins += [origin] * len(numbers)
            terms["type"] += [item.type] * len(numbers)
            terms["id"] += [item.id] * len(numbers)
            terms["taxonomy"] += [taxonomy] * len(numbers)
            terms["term_id"] += numbers
            terms["ordinal"] += range(1, len(numbers) + 1)
            # WordPress core get_post_class: tag- for post_tag, otherwise the taxonomy's own name.
            prefix = ("tag" if taxonomy == "post_tag" else taxonomy) + "-"
            named = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
            slugs["site"] += [origin.site] * len(named)
            slugs["type"] += [item.type] * len(named)
            slugs["id"] += [item.id] * len(named)
            slugs["taxonomy"] += [taxonomy] * len(named)
            slugs["slug"] += named
    return {
        "post_terms": typed_columns.frame(schema, typed_columns.provenance(origins) | terms),
        "class_slugs": typed_columns.frame(schema, slugs),
    }


def _of_claims(package: Package, taken: list[_Taken]) -> dict[str, pl.DataFrame]:
    """The frames `claims` and `translations`."""
    claimed: dict[str, list[Any]] = {name: [] for name in language_claims.COLUMNS}
    made: dict[str, list[Any]] = {name: [] for name in _TRANSLATION_COLUMNS}
    addresses: list[str | None] = []
    origins: list[Origin] = []
    for each in taken:
        item = each.item
        for source, language in each.claimed.languages:
            row: tuple[Any, ...] = (each.origin.site, item.type, item.id, source, language)
            for column, value in zip(language_claims.COLUMNS, row, strict=True):
                claimed[column].append(value)
        for one in each.claimed.translations:
            origins.append(each.origin)
            addresses.append(one.address)
            row = (item.type, item.id, one.other_id, one.other_language, one.source)
            for column, value in zip(_TRANSLATION_COLUMNS, row, strict=True):
                made[column].append(value)
    translations = typed_columns.frame(package.schema("translations"), typed_columns.provenance(origins) | made)
    known = typed_columns.frame(package.schema("addresses"), {"address": addresses})
    return {"claims": language_claims.frame(package, claimed), "translations": translations.hstack(known)}


def _derived(schema: Schema) -> list[pl.Expr]:
    """Times, counts and flags of posts, over whole columns."""
    times = ("published_at", "published_local", "modified_at", "modified_local")
    parsed = {name: typed_columns.moment(schema, name) for name in times}
    offset = (parsed["published_local"] - parsed["published_at"].dt.replace_time_zone(None)).dt.total_minutes()
    bounds = schema.by_name["utc_offset_minutes"].constraints
    # All zones keep to quarters of an hour since Liberia does; earlier local time was that of the sun.
    quarters = (offset % _QUARTER == 0) | (parsed["published_local"].dt.year() < _ALL_IN_QUARTERS)
    plausible = offset.is_between(bounds["minimum"], bounds["maximum"]) & quarters
    flags = {
        "date_unreadable": pl.any_horizontal(typed_columns.unreadable_time(name) for name in times),
        "modified_before_published": parsed["modified_at"] < parsed["published_at"],
        "offset_implausible": ~plausible,
    }
    found = [pl.when(test).then(pl.lit(name)) for name, test in flags.items()]
    return [
        *parsed.values(),
        pl.when(plausible).then(offset).alias("utc_offset_minutes"),
        pl.concat_list("flags", pl.concat_list(*found).list.drop_nulls()).list.sort().alias("flags"),
    ]


def _words(posts: pl.DataFrame) -> pl.Series:
    """Return how many words each text has, without those in shortcodes."""
    texts = posts["text"]
    rows = posts["flags"].list.contains("shortcode").arg_true()
    if len(rows):
        texts = texts.clone().scatter(rows, [without_shortcodes(text) for text in texts.gather(rows)])
    return texts.str.count_matches(_WORD).alias("word_count")


def _flags(taken: _Taken) -> list[str]:
    if "taken_down" in taken.repairs:  # what is missing here was not missing in the response
        return ["taken_down"]
    item = taken.item
    flags = {*taken.repairs, *(taken.content.flags if taken.content else ())}
    if isinstance(item.class_list, dict):
        flags.add("class_list_object")
    if taken.source != "api":
        told = {"appended_left_out": item.own, "container_guessed": item.guessed, "content_partial": item.partial}
        flags |= {name for name, there in told.items() if there is not None and there is not False}
    if is_missing(item.content):
        flags.add("content_missing")
    if is_missing(item.title):
        flags.add("title_missing")
    return sorted(flags)
