"""Languages and translations that a site claims, and its terms, from captured files to tables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.config.schema import load_package
from presscorpus.pipeline import stages
from presscorpus.tables import translations
from tests import factories

ROOT = Path(__file__).parents[2]
HOME = "https://www.uyghurmovement.com"


def post(number: int, path: str, html: str = "<p>x</p>", kind: str = "post", **more: Any) -> dict[str, Any]:
    own = {"type": kind, "link": f"{HOME}{path}", "categories": [], "tags": []}
    return factories.post(number, html, **own | more)


ALTERNATE = "<a rel=alternate hreflang=tr href='/tr/iki/'>Türkçe</a><a rel=alternate hreflang=de href='/de/nie/'>x</a>"
POSTS = [
    post(1, "/en/one/", lang="en", translations={"en": 1, "ug": 2, "fr": 99, "kk": 7}),
    post(2, "/ug/bir/", lang="ug", translations={"en": 1, "ug": 2}),
    post(3, "/en/two/", ALTERNATE, categories=[21, 22], class_list=["category-asia", "category-kashgar"]),
    post(4, "/tr/iki/", wpml_current_locale="tr_TR", wpml_translations={
        "en_US": {"locale": "en_US", "id": 3}, "ug_CN": {"locale": "ug_CN", "translation": False},
        "tr_TR": {"locale": "tr_TR", "translation": "current"}}),
    post(5, "/about/us/", categories=[22], class_list=["category-kashgar"]),
    post(6, "/en/three/", ALTERNATE, lang="en", translations={"tr": 4}),
    post(7, "/kk/bet/", kind="page"),
]  # fmt: skip
CATEGORIES = [
    {"id": 31, "taxonomy": "category", "slug": "world", "name": "World", "parent": 0, "count": 7},
    {"id": 32, "taxonomy": "category", "slug": "europe", "name": "Europe", "parent": 31, "count": 3},
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = tmp_path_factory.mktemp("translations")
    source = folder / "data/sources/uyghurmovement"
    source.mkdir(parents=True)
    (source / "posts.json").write_text(json.dumps(POSTS))
    (source / "categories.json").write_text(json.dumps(CATEGORIES))
    for name in ("params.yaml", "dvc.yaml", "datapackage.json"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shipped, layout = params.load(folder / "params.yaml"), Layout.of(folder)
    settled = msgspec.structs.replace(shipped, sites=shipped.sites[:1])
    package = load_package(folder)
    stages.fetch.run(settled, layout, lambda *_: None)
    stages.normalise.run(package, settled, layout, lambda *_: None)
    assert stages.validate.run(package, settled, layout) == {}
    return layout


def table(built: Layout, name: str) -> pl.DataFrame:
    return pl.read_parquet(built.tables / f"{name}.parquet")


def test_the_language_that_the_site_claims(built: Layout) -> None:
    posts = table(built, "posts").select("id", "language_claimed", "language_claim_source").sort("id")
    assert posts.rows() == [
        (1, "en", "polylang"), (2, "ug", "polylang"), (3, "en", "path"), (4, "tr-TR", "wpml"), (5, None, None),
        (6, "en", "polylang"), (7, None, None),
    ]  # fmt: skip


def test_what_the_plugins_said_stays_in_extra(built: Layout) -> None:
    extra = table(built, "posts").filter(pl.col("id") == 2)["extra"].item()
    assert json.loads(extra) == {"lang": "ug", "translations": {"en": 1, "ug": 2}}


def test_the_translations(built: Layout) -> None:
    found = table(built, "translations")
    rows = found.select("type", "id", "other_id", "other_type", "other_language", "source").rows()
    assert rows == [
        ("post", 1, 2, "post", "ug", "polylang"),
        # A page of the same site, and a post that no crawl has seen.
        ("post", 1, 7, "page", "kk", "polylang"),
        ("post", 1, 99, None, "fr", "polylang"),
        ("post", 2, 1, "post", "en", "polylang"),
        ("post", 3, 4, "post", "tr", "hreflang"),
        ("post", 4, 3, "post", "en-US", "wpml"),
        # Two sources name one post; the address /de/nie/ is of none.
        ("post", 6, 4, "post", "tr", "polylang"),
    ]
    posts = table(built, "posts").select("site", "type", "id", "crawl", "record_id", "observed_at")
    assert found.join(posts, on=posts.columns, how="semi", nulls_equal=True).height == found.height


def test_translations_are_groups(built: Layout) -> None:
    posts = table(built, "posts").drop_nulls("translation_group").sort("id")
    assert posts.select("id", "translation_group").rows() == [
        # 7 is a page, and comes before posts; 99 is not in posts.
        (1, "uyghurmovement/page/7"), (2, "uyghurmovement/page/7"), (3, "uyghurmovement/post/3"),
        (4, "uyghurmovement/post/3"), (6, "uyghurmovement/post/3"), (7, "uyghurmovement/page/7"),
    ]  # fmt: skip


def test_the_terms(built: Layout) -> None:
    terms = table(built, "terms").select("id", "slug", "origin", "slug_certainty", "path", "path_reason", "depth")
    assert terms.rows() == [
        (21, "asia", "inferred", "certain", None, "unlisted", None),
        (22, "kashgar", "inferred", "certain", None, "unlisted", None),
        (31, "world", "listed", None, "world", None, 0),
        (32, "europe", "listed", None, "world/europe", None, 1),
    ]
    posts = table(built, "posts").filter(pl.col("id") == 3)
    assert posts["categories"].to_list() == [["asia", "kashgar"]]


def test_where_two_types_share_a_number_the_posts_own_type_is_meant() -> None:
    schema = load_package(ROOT).schema("translations").polars
    claimed = pl.DataFrame(
        {"site": ["s", "s"], "type": ["post", "post"], "id": [1, 1], "other_id": [2, 1], "source": ["wpml", "wpml"],
         "other_language": [None, None], "address": [None, None]},
        schema={name: schema[name] for name in ("site", "type", "id", "other_id", "source", "other_language")}
        | {"address": schema["site"]},
    )  # fmt: skip
    addresses = pl.DataFrame(
        schema={"site": schema["site"], "address": schema["site"], "target_table": schema["site"],
                "target_id": schema["id"]},
    )  # fmt: skip
    posts = pl.DataFrame({"site": ["s", "s", "t"], "type": ["event", "post", "page"], "id": [2, 2, 2]})
    found = translations.complete(claimed, addresses, posts)
    # A post is no translation of itself.
    assert found.select("id", "other_id", "other_type").rows() == [(1, 2, "post")]
