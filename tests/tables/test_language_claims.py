"""What sites say of languages: the fields of the plugins, links, permalinks and folders, and which of them counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.config import schema
from presscorpus.tables import language_claims
from presscorpus.tables.language_claims import Translation

PACKAGE = schema.load_package(Path(__file__).parent.parent.parent)
HOME = "https://www.example.org"

pytestmark = pytest.mark.fast


def said(
    fields: dict[str, Any], permalink: str | None = f"{HOME}/a-post/", html: str | None = None
) -> language_claims.Claims:
    keys = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in fields.items()}
    return language_claims.of_post(keys, 12, permalink, html)


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"), ("EN", "en"), ("en_US", "en-US"), ("zh_TW", "zh-TW"), ("zh-hans", "zh-Hans"),
        ("ZH_HANT_hk", "zh-Hant-HK"), ("es-419", "es-419"), ("de_DE_formal", "de-DE-formal"), ("uig", "uig"),
        ("pt_PT_ao90", "pt-PT-ao90"), ("sl-rozaj-1994", "sl-rozaj-1994"),
        ("", None), ("english", None), ("e", None), ("en-", None), ("x-default", None), ("en US", None),
        (None, None), (False, None), (["en"], None), (5, None),
    ],
)  # fmt: skip
def test_a_tag_has_the_case_of_bcp_47(written: object, tag: str | None) -> None:
    assert language_claims.tag(written) == tag


@given(st.text(alphabet="abczABC019-_", max_size=14))
def test_every_tag_keeps_the_pattern_of_its_column(written: str) -> None:
    pattern = PACKAGE.schema("posts").by_name["language_claimed"].constraints["pattern"]
    found = language_claims.tag(written)
    if found is not None:
        assert pl.Series([found]).str.contains(f"^(?:{pattern})$").all()
        assert found.lower() == written.lower().replace("_", "-")
        assert language_claims.tag(found) == found


def test_polylang_pro() -> None:
    # https://polylang.pro/doc/rest-api/: the post itself is always among its translations.
    found = said({"lang": "en", "translations": {"en": 12, "ug": 34, "zh-hans": 56}})
    assert found.languages == [("polylang", "en")]
    assert found.translations == [
        Translation(34, None, "ug", "polylang"), Translation(56, None, "zh-Hans", "polylang"),
    ]  # fmt: skip
    assert said({"lang": "", "translations": []}) == ([], [])


def test_languages_of_polylang_that_are_no_tags_are_known_by_the_post_among_its_translations() -> None:
    found = said({"lang": "uyghur", "translations": {"english": 12, "uyghur": 34}})
    assert found == ([], [Translation(34, None, None, "polylang")])
    assert said({"translations": {"count": 34}}) == ([], [])


def test_wp_rest_polylang() -> None:
    others = [{"locale": "en_US", "id": 12}, {"locale": "fr_FR", "id": 34}, {"locale": False, "id": 56}]
    found = said({"polylang_current_lang": "en_US", "polylang_translations": others})
    assert found.languages == [("polylang", "en-US")]
    assert found.translations == [Translation(34, None, "fr-FR", "polylang"), Translation(56, None, None, "polylang")]
    assert said({"polylang_current_lang": False, "polylang_translations": None}) == ([], [])


@pytest.mark.parametrize("keyed", [False, True])
def test_wpml_rest_api_as_a_list_and_since_its_second_version_by_locale(keyed: bool) -> None:  # noqa: FBT001
    others: Any = [
        {"locale": "fr_FR", "id": 34, "slug": "un", "post_title": "Un", "href": f"{HOME}/fr/un/"},
        {"locale": "de_DE", "translation": False},
        {"locale": "en_US", "translation": "current"},
        {"locale": "tr_TR", "href": f"{HOME}/tr/bir/"},
    ]
    if keyed:
        others = {each["locale"]: each for each in others}
    found = said({"wpml_current_locale": "en_US", "wpml_translations": others})
    assert found.languages == [("wpml", "en-US")]
    assert found.translations == [
        Translation(34, None, "fr-FR", "wpml"), Translation(None, "example.org/tr/bir", "tr-TR", "wpml"),
    ]  # fmt: skip


@pytest.mark.parametrize("odd", [0, -1, True, "34", 1.5, None, [], {}, {"id": None}, {"id": "x", "href": 5}, [[]]])
def test_what_is_no_reference_to_a_post_is_none(odd: object) -> None:
    assert said({"translations": {"fr": odd}, "wpml_translations": odd, "lang": odd, "yoast_head_json": odd}) == (
        [],
        [],
    )


def test_alternate_links_of_the_content() -> None:
    html = (
        "<p><a rel='nofollow ALTERNATE' hreflang='tr' href='/tr/bir/?utm_source=x'>Türkçe</a>"
        "<link rel=alternate hreflang=en_GB href='http://example.org/a-post'>"
        "<link rel=alternate hreflang=x-default href=/><a hreflang=fr href=/fr/>French page, no translation</a></p>"
    )
    found = said({}, html=html)
    assert found.languages == [("hreflang", "en-GB")]
    assert found.translations == [Translation(None, "example.org/tr/bir", "tr", "hreflang")]
    assert said({}, None, "<a rel=alternate hreflang=tr href=/tr/>x</a>") == ([], [])


@pytest.mark.parametrize(
    ("permalink", "languages"),
    [
        ("/tr/haber/", [("path", "tr")]), ("/index.php/zh-hans/x/", [("path", "zh-Hans")]),
        ("/blog/ug/x/", [("path", "ug")]), ("/?p=5&lang=ug", [("query", "ug")]),
        ("/tr/", []), ("/a/b/tr/x/", []), ("/us/x/", []), ("/news/x/", []), ("/?p=5&lang=all", []), ("/2022/05/x/", []),
        ("/tr/it/x/", [("path", "tr")]),
    ],
)  # fmt: skip
def test_permalinks(permalink: str, languages: list[tuple[str, str]]) -> None:
    assert said({}, HOME + permalink).languages == languages


def test_a_permalink_that_is_none_says_nothing() -> None:
    assert said({}, "http://[/tr/x/") == said({}, None) == ([], [])


def test_yoast() -> None:
    assert said({"yoast_head_json": {"og_locale": "ug_CN", "title": "x"}}).languages == [("yoast", "ug-CN")]


def settled(
    rows: list[tuple[str, int, str, str]],
    terms: list[tuple[str, str, int, str | None]] | None = None,
    post_terms: list[tuple[str, int, str, int]] | None = None,
) -> dict[tuple[str, int], tuple[str, str]]:
    made = language_claims.frame(PACKAGE, {
        "site": [row[0] for row in rows], "type": ["post" for _ in rows], "id": [row[1] for row in rows],
        "source": [row[2] for row in rows], "language": [row[3] for row in rows],
    })  # fmt: skip
    kinds = PACKAGE.schema("post_terms").polars
    known = pl.DataFrame(
        terms or [],
        schema={"site": kinds["site"], "taxonomy": kinds["taxonomy"], "id": kinds["id"], "slug": kinds["slug"]},
        orient="row",
    )
    of_posts = pl.DataFrame(
        [(site, "post", *rest) for site, *rest in post_terms or []],
        schema={name: kinds[name] for name in ("site", "type", "id", "taxonomy", "term_id")},
        orient="row",
    )
    found = language_claims.settle(made, known, of_posts)
    assert found.equals(language_claims.settle(made.reverse(), known.reverse(), of_posts.reverse()))
    return {(site, number): (language, source) for site, _, number, language, source in found.iter_rows()}


def test_the_first_source_wins() -> None:
    rows = [("s", 1, source, "en") for source in reversed(language_claims.SOURCES)] + [("s", 1, "wpml", "fr")]
    assert settled(rows) == {("s", 1): ("en", "polylang")}
    assert settled([("s", 1, "yoast", "en-US"), ("s", 1, "query", "ug")]) == {("s", 1): ("ug", "query")}
    assert settled([]) == {}


def test_a_term_of_the_taxonomy_language() -> None:
    terms = [("s", "language", 5, "ug"), ("s", "language", 6, "uyghurche"), ("s", "category", 7, "tr"),
             ("s", "language", 8, None)]  # fmt: skip
    post_terms = [("s", 1, "language", 5), ("s", 2, "language", 6), ("s", 3, "language", 5), ("s", 3, "language", 6),
                  ("s", 4, "category", 7), ("s", 5, "language", 8), ("t", 6, "language", 5)]  # fmt: skip
    assert settled([], terms, post_terms) == {("s", 1): ("ug", "taxonomy")}


def test_folders_mean_languages_where_the_site_says_so_elsewhere() -> None:
    rows = [("s", 1, "polylang", "tr-TR"), ("s", 2, "path", "tr"), ("s", 3, "path", "it"), ("t", 4, "path", "tr")]
    assert settled(rows) == {("s", 1): ("tr-TR", "polylang"), ("s", 2): ("tr", "path")}
    others = [("s", 5, "path", "it"), ("s", 6, "path", "fr"), ("s", 7, "path", "fr")]
    assert settled([*rows, *others]) == settled(rows)


def test_folders_mean_languages_by_themselves_where_there_are_several_with_several_posts() -> None:
    rows = [("s", 1, "path", "tr"), ("s", 2, "path", "tr"), ("s", 3, "path", "ug"), ("s", 4, "path", "ug")]
    assert settled(rows) == {("s", number): (rows[number - 1][3], "path") for number in (1, 2, 3, 4)}
    assert settled(rows[:3]) == {}
    assert settled(rows[:2]) == {}
    # "it" is a category, as under /%category%/%postname%/.
    assert settled([*rows[:2], ("s", 3, "path", "it"), ("s", 4, "path", "it")], [("s", "category", 1, "it")]) == {}


def test_what_yoast_says_proves_no_folder() -> None:
    rows = [("s", 1, "path", "it"), ("s", 1, "yoast", "it-IT"), ("s", 2, "yoast", "it-IT")]
    assert settled(rows) == {("s", 1): ("it-IT", "yoast"), ("s", 2): ("it-IT", "yoast")}
