"""The record that the project began with, exactly: every figure here was read off 882.json by hand."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl
import pytest

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.observations.evidence import lines, newest
from presscorpus.pipeline import stages

ROOT = Path(__file__).parents[2]
SEED = ROOT / "data/sources/uyghurmovement/882.json"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = tmp_path_factory.mktemp("seed")
    shutil.copytree(SEED.parent, folder / "data/sources/uyghurmovement")
    for name in ("params.yaml", "dvc.yaml", "datapackage.json"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    settled, layout = params.load(folder / "params.yaml"), Layout.of(folder)
    settled = msgspec.structs.replace(settled, sites=(settled.site("uyghurmovement"),))
    stages.fetch.run(settled, layout, lambda *_: None)
    stages.normalise.run(schema.load_package(folder), settled, layout, lambda *_: None)
    return layout


def table(built: Layout, name: str) -> pl.DataFrame:
    return pl.read_parquet(built.tables / f"{name}.parquet")


def test_the_post(built: Layout) -> None:
    (post,) = table(built, "posts").to_dicts()
    expected = {
        "site": "uyghurmovement",
        "type": "post",
        "id": 882,
        "url": "https://www.uyghurmovement.com/?p=882",
        "guid": "https://www.uyghurmovement.com/?p=882",
        "state": "published",
        "gone_at": None,
        "status": "publish",
        "title": "Chinese-made cameras implicated in spying on the country’s Uyghur community and banned by the US are "
        "still being used in Whitehall",
        "published_at": datetime(2022, 4, 25, 23, 39, 20, tzinfo=UTC),
        "published_local": datetime(2022, 4, 26, 2, 39, 20),  # noqa: DTZ001 - the site's own clock
        "modified_at": datetime(2022, 4, 25, 23, 39, 20, tzinfo=UTC),
        "modified_local": datetime(2022, 4, 26, 2, 39, 20),  # noqa: DTZ001 - the site's own clock
        "utc_offset_minutes": 180,
        "origin_exceptions": [],
        "featured_media_id": None,
        "parent_id": None,
        "author_id": 1,
        "revision_count": 1,
        "newest_revision_id": 883,
        "categories": ["news"],
        "tags": [],
        "language": "en",
        "script": "Latn",
        "protected": False,
        "sticky": False,
        "format": "standard",
        "template": None,
        "link_count": 5,
        "publisher_domain": "dailymail.co.uk",
        "publisher_url": "https://www.dailymail.co.uk/news/article-10745221/"
        "Chinese-cameras-implicated-spying-Uyghurs-banned-used-Whitehall.html",
        "publisher_evidence": "data_attribute",
        "flags": [],
        "origin": "api",
        "observed_at": datetime(2026, 11, 23, tzinfo=UTC),
        "crawl": "20261123T000000Z",
    }
    assert {name: post[name] for name in expected} == expected
    assert post["excerpt"].startswith("The Department of Health is still using")
    assert post["excerpt"].endswith("Amendment to health bill will stop […]")


def test_plugin_fields_are_kept_as_canonical_json(built: Layout) -> None:
    (extra,) = table(built, "posts")["extra"].to_list()
    seed = json.loads(SEED.read_bytes())
    assert json.loads(extra) == {"meta": seed["meta"]}
    assert extra == json.dumps({"meta": seed["meta"]}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_the_content_is_kept_as_received(built: Layout) -> None:
    (html,) = table(built, "posts")["content_html"].to_list()
    assert html == json.loads(SEED.read_bytes())["content"]["rendered"]


def test_the_text_has_every_visible_word_once_and_in_order(built: Layout) -> None:
    (text,) = table(built, "posts")["text"].to_list()
    lines_ = text.split("\n")
    assert lines_[0] == "The Department of Health is still using Chinese-made cameras despite NHS ban"
    assert lines_[4:6] == ["By KUMAIL JAFFER FOR THE DAILY MAIL", "Tuesday, Apr 26th 2022"]
    assert "China ‘attempting to cut Uyghur population’" in lines_
    assert "Please approve cookie policy in order to watch the video" in lines_
    assert lines_[-1].endswith("said they had ‘concerns’ over 176 contracts worth a total of £3.9billion.")
    assert text.count("Donald Trump says") == 1
    assert "Pause" not in text
    assert "Seekbar" not in text
    assert len(lines_) == 26
    assert all(line == line.strip() and line for line in lines_)


def test_the_links(built: Layout) -> None:
    links = table(built, "links")
    assert links["ordinal"].to_list() == [1, 2, 3, 4, 5]
    assert links.select("kind", "element", "attribute").rows() == [
        ("link", "a", "href"), ("link", "a", "href"), ("link", "a", "href"), ("image", "img", "src"),
        ("data", "div", "data-permabox-url"),
    ]  # fmt: skip
    site = "https://www.dailymail.co.uk"
    assert links["url"].to_list() == [
        f"{site}/home/search.html?s=&authornamef=Kumail+Jaffer+For+The+Daily+Mail",
        f"{site}/news/nhs/index.html",
        f"{site}/news/sajid-javid/index.html",
        "https://i.dailymail.co.uk/1s/2022/04/23/01/56946179-0-image-a-36_1650672492752.jpg",
        f"{site}/news/article-10745221/Chinese-cameras-implicated-spying-Uyghurs-banned-used-Whitehall.html",
    ]
    assert links["resolved"].to_list() == links["url"].to_list()
    assert links["domain"].unique().to_list() == ["dailymail.co.uk"]
    assert links["internal"].to_list() == [False] * 5
    assert links["text"].to_list()[:3] == ["KUMAIL JAFFER FOR THE DAILY MAIL", "NHS", "Sajid Javid"]
    assert links["rel"].to_list()[:2] == ["nofollow", None]


def test_the_term_is_inferred_from_class_list(built: Layout) -> None:
    terms = table(built, "terms").select("taxonomy", "id", "slug", "name", "origin", "count_claimed", "count_observed")
    assert terms.rows() == [("category", 15, "news", None, "inferred", None, 1)]
    post_terms = table(built, "post_terms").select("type", "id", "taxonomy", "term_id", "ordinal", "slug")
    assert post_terms.rows() == [("post", 882, "category", 15, 1, "news")]


def test_the_other_tables(built: Layout) -> None:
    assert {name: table(built, name).height for name in ("media", "authors", "comments", "quarantine", "repeats")} == {
        "media": 0, "authors": 0, "comments": 0, "quarantine": 0, "repeats": 0,
    }  # fmt: skip
    (site,) = table(built, "sites").to_dicts()
    assert (site["address"], site["permalink_form"]) == ("https://www.uyghurmovement.com/", "plain")
    assert site["rights"].startswith("A third party's article.")
    (crawl,) = table(built, "crawls").to_dicts()
    assert (crawl["collection"], crawl["swept"], crawl["fetched"], crawl["balanced"]) == ("posts", 1, 1, True)
    (version,) = table(built, "versions").to_dicts()
    assert (version["ordinal"], version["state"], version["observations"]) == (1, "published", 1)


def test_every_row_leads_back_to_the_bytes_it_came_from(built: Layout) -> None:
    assert newest(built.raw, "uyghurmovement", "post", 882) == SEED.read_bytes()
    (line,) = lines(built.raw, "uyghurmovement")
    assert json.loads(line) == json.loads(SEED.read_bytes())
    records = {table(built, name)["record_id"].to_list()[0] for name in ("posts", "links", "terms", "versions")}
    assert len(records) == 1
