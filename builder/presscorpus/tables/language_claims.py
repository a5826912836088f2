"""What a site itself says of the language and translations of its posts.

WordPress core knows no language of a post. What is read here: Polylang Pro's `lang` and `translations`
(https://polylang.pro/doc/rest-api/), `polylang_current_lang` and `polylang_translations` of wp-rest-polylang
(https://github.com/maru3l/wp-rest-polylang), `wpml_current_locale` and `wpml_translations` of WPML REST API
(https://github.com/shawnhooper/wpml-rest-api), alternate links in the content
(https://html.spec.whatwg.org/multipage/links.html#rel-alternate), the permalink, and Yoast's `og_locale`. What counts,
and which of several claims wins: docs/decisions/0011-terms.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs

import msgspec
import polars as pl
from selectolax.lexbor import LexborHTMLParser

from presscorpus.content.url_parts import parts_of
from presscorpus.content.urls import address_key, resolve
from presscorpus.tables import typed_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from presscorpus.config.schema import Package

SOURCES: Final = ("polylang", "wpml", "taxonomy", "hreflang", "query", "path", "yoast", "html_lang")
"""Where a site may claim a language; the first that says anything counts."""

MIN_POSTS: Final = 2
"""Posts below a folder, and folders beside each other, that it takes for folders to mean languages by themselves."""

# Two-letter codes of ISO 639-1, https://www.loc.gov/standards/iso639-2/php/code_list.php: what a folder may mean.
_CODES: Final = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_ISO_639_1: Final = frozenset(_CODES.split())
_TAG: Final = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}|[a-z]{2}[0-9]{2}))*)",
    re.IGNORECASE,
)
_LANGUAGES: Final = {"polylang": ("lang", "polylang_current_lang"), "wpml": ("wpml_current_locale",)}
_TRANSLATIONS: Final = {"polylang": ("translations", "polylang_translations"), "wpml": ("wpml_translations",)}
_LARGEST: Final = 2**63 - 1
_ALTERNATE: Final = "a[hreflang][href], link[hreflang][href], area[hreflang][href]"
# What a page has (observations/html_pages/fields.py).
_LANGUAGE, _ALTERNATES = "presscorpus_language", "presscorpus_alternates"
TAXONOMY: Final = "language"
"""The taxonomy by which Polylang says the language of a post."""

COLUMNS: Final = ("site", "type", "id", "source", "language")
"""The columns of what all posts claim, before `settle`."""

_POST = ["site", "type", "id"]


class Translation(NamedTuple):
    """A post that a site calls the translation of another.

    `other_id` is its number; where the site gives none, `address` is the normal form of its address. `other_language`
    is its language (BCP 47), null where not said. `source` is one of `SOURCES`.
    """

    other_id: int | None
    address: str | None
    other_language: str | None
    source: str


class Claims(NamedTuple):
    """The language and translations that one post claims.

    `languages` are pairs of source and language. Folders in a permalink are not yet judged: `settle` does that.
    """

    languages: list[tuple[str, str]]
    translations: list[Translation]


class _Yoast(msgspec.Struct, frozen=True):
    og_locale: str | None = None


_decode_yoast = msgspec.json.Decoder(_Yoast).decode


def tag(written: object) -> str | None:
    """Return a language as BCP 47 writes it: `en-US` for `en_us`.

    Case by RFC 5646 section 2.1.1. Nothing is translated: a code that no registry knows stays as written.

    Args:
        written: Any value that a plugin gives.

    Returns:
        The tag; null for what has no such form.
    """
    found = _TAG.fullmatch(written.replace("_", "-")) if isinstance(written, str) else None
    if found is None:
        return None
    language, script, region, variants = found.groups()
    parts = (language.lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part) + variants.lower()


def of_post(keys: Mapping[str, msgspec.Raw], number: int, permalink: str | None, html: str | None) -> Claims:
    """Return what the response of one post says of its language and translations.

    Args:
        keys: The post's members.
        number: Its id.
        permalink: Its address, null where it has none.
        html: The content, where it may hold an alternate link, null elsewhere. `content.html.read` has read it before,
            so that a parser may have it.

    Returns:
        All claims, the post itself left out of its translations.
    """
    languages: list[tuple[str, str]] = []
    for source, names in _LANGUAGES.items():
        languages += [(source, found) for name in names if (found := tag(_value(keys, name)))]
    translations = [
        each
        for source, names in _TRANSLATIONS.items()
        for name in names
        for each in _listed(_value(keys, name), source, number, permalink)
    ]
    for address, language in (*_alternates(html, permalink), *_of_head(keys, permalink)):
        if permalink and address == address_key(permalink):
            languages.append(("hreflang", language))
        else:
            translations.append(Translation(None, address, language, "hreflang"))
    languages += _in_permalink(permalink)
    if "yoast_head_json" in keys and (found := tag(_yoast(keys["yoast_head_json"]))):
        languages.append(("yoast", found))
    if found := tag(_value(keys, _LANGUAGE)):
        languages.append(("html_lang", found))
    return Claims(languages, [each for each in translations if each.other_id != number])


def _value(keys: Mapping[str, msgspec.Raw], name: str) -> Any:
    return msgspec.json.decode(keys[name]) if name in keys else None


def _yoast(raw: msgspec.Raw) -> str | None:
    try:
        return _decode_yoast(raw).og_locale
    except msgspec.ValidationError:
        return None


def _listed(value: object, source: str, own: int, permalink: str | None) -> Iterator[Translation]:
    """Yield translations as plugins list them.

    By language, or one after another; as numbers, or as objects. Numbers below keys that are no language tags are
    translations where the post's own number is among them, as Polylang always has it; a site may call its Uyghur
    `uyghur`.
    """
    entries: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        with_itself = own in value.values()
        entries = ((key, each) for key, each in value.items() if with_itself or tag(key) or isinstance(each, dict))
    elif isinstance(value, list):
        entries = ((None, each) for each in value)
    for key, each in entries:
        about = each if isinstance(each, dict) else {"id": each}
        language = next((found for name in ("locale", "lang") if (found := tag(about.get(name)))), tag(key))
        number = about.get("id")
        if type(number) is int and 0 < number <= _LARGEST:
            yield Translation(number, None, language, source)
        elif isinstance(href := about.get("href"), str) and (address := _address(href, permalink)):
            yield Translation(None, address, language, source)


def _alternates(html: str | None, permalink: str | None) -> Iterator[tuple[str, str]]:
    """Yield address and language of each alternate link in the content.

    Few posts have one: only those are parsed again.
    """
    if html is None or "hreflang" not in html.lower():
        return
    for node in LexborHTMLParser(html).css(_ALTERNATE):
        values = node.attributes
        if "alternate" in (values.get("rel") or "").lower().split():
            language = tag(values.get("hreflang"))
            address = _address(values.get("href") or "", permalink)
            if language and address:
                yield address, language


def _of_head(keys: Mapping[str, msgspec.Raw], permalink: str | None) -> Iterator[tuple[str, str]]:
    """Yield address and language of each alternate link in the head of a page."""
    for written, href in _value(keys, _ALTERNATES) or ():
        language, address = tag(written), _address(href, permalink)
        if language and address:
            yield address, language


def _address(href: str, permalink: str | None) -> str | None:
    resolved = resolve(href, permalink or "").resolved
    return address_key(resolved) if resolved else None


def _in_permalink(permalink: str | None) -> Iterator[tuple[str, str]]:
    parts = parts_of(permalink or "")
    if parts is None:
        return
    for written in parse_qs(parts.query).get("lang", [])[:1] if parts.query else ():
        if (found := _plausible(written)) is not None:
            yield "query", found
    # Below a site's own folder the language is the second; the last part is the post's own name.
    folders = [part for part in parts.path.split("/") if part and part != "index.php"][:-1]
    for folder in folders[:2]:
        if (found := _plausible(folder)) is not None:
            yield "path", found
            return


@lru_cache(maxsize=4096)
def _plausible(written: str) -> str | None:
    found = tag(written)
    return found if found is not None and found.partition("-")[0] in _ISO_639_1 else None


def frame(package: Package, columns: dict[str, list[Any]]) -> pl.DataFrame:
    """Return claims as a frame.

    Args:
        package: Descriptor and schemas.
        columns: One list for each of `COLUMNS`.

    Returns:
        Those columns, by the types that the schema of posts has for them.
    """
    renamed = {"source": "language_claim_source", "language": "language_claimed"}
    named = {renamed.get(name, name): columns[name] for name in COLUMNS}
    return typed_columns.frame(package.schema("posts"), named).rename({new: name for name, new in renamed.items()})


def settle(claims: pl.DataFrame, terms: pl.DataFrame, post_terms: pl.DataFrame) -> pl.DataFrame:
    """Return the language that the site claims for each post.

    A post with several terms of the taxonomy `language` claims none by it. A folder counts where it is a language that
    the site claims elsewhere; where the site claims none elsewhere, when it is no slug of a term and one of at least
    MIN_POSTS such folders with MIN_POSTS posts each.

    Args:
        claims: `COLUMNS` of all posts.
        terms: site, taxonomy, id and slug of all terms.
        post_terms: The table of that name.

    Returns:
        site, type, id, language_claimed and language_claim_source; no row for a post without a claim.
    """
    explicit = pl.concat([claims.filter(pl.col("source") != "path"), _by_taxonomy(claims, terms, post_terms)])
    everything = pl.concat([explicit, _by_folder(claims, explicit, terms)])
    rank = pl.col("source").replace_strict(list(SOURCES), list(range(len(SOURCES))))
    return (
        everything.sort(*_POST, rank, "language")
        .unique(_POST, keep="first", maintain_order=True)
        .select(*_POST, language_claimed="language", language_claim_source="source")
    )


def _by_taxonomy(claims: pl.DataFrame, terms: pl.DataFrame, post_terms: pl.DataFrame) -> pl.DataFrame:
    slugs = terms.filter(pl.col("taxonomy") == TAXONOMY).select("site", "slug", term_id="id")
    of_posts = (
        post_terms.filter(pl.col("taxonomy") == TAXONOMY)
        .select(*_POST, "term_id")
        .filter(pl.len().over(_POST) == 1)
        .join(slugs, on=["site", "term_id"])
    )
    tags = {slug: tag(slug) for slug in of_posts["slug"].drop_nulls().unique(maintain_order=True)}
    known = pl.DataFrame(
        {"slug": [*tags], "language": [*tags.values()]},
        schema={"slug": claims.schema["language"], "language": claims.schema["language"]},
    ).drop_nulls()
    named = of_posts.join(known, on="slug").with_columns(source=pl.lit("taxonomy"))
    return named.select(claims.columns)


def _by_folder(claims: pl.DataFrame, explicit: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    primary = pl.col("language").str.split("-").list.first()
    folders = claims.filter(pl.col("source") == "path").with_columns(primary=primary)
    # Yoast and `<html lang>` often give the site's setting, not the post's language, so that they confirm no folder.
    said = explicit.filter(~pl.col("source").is_in(["yoast", "html_lang"])).select("site", primary=primary).unique()
    confirmed = folders.join(said, on=["site", "primary"], how="semi")
    names = terms.filter(pl.col("taxonomy") != TAXONOMY).select("site", language="slug").drop_nulls()
    alone = (
        folders.join(said, on="site", how="anti")
        .join(names, on=["site", "language"], how="anti")
        .filter(pl.len().over("site", "language") >= MIN_POSTS)
        .filter(pl.col("language").n_unique().over("site") >= MIN_POSTS)
    )
    return pl.concat([confirmed, alone]).select(claims.columns)
