"""One site, taken by four tools: what each dump holds of it, and where they differ. The tools are the real ones.

docs/dumps.md tells users what is measured here.
"""

from __future__ import annotations

import gzip
import html
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl
import pytest

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Import, Policy, Rights, Site
from presscorpus.pipeline import stages
from tests.wordpress.packages import tool, wget
from tests.wordpress.server import WordPress, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.archive.receipt import Receipt

# Three tools are installed, and crawl one after the other.
pytestmark = pytest.mark.long

PACKAGE = schema.load_package(Path(__file__).parents[3])
HOME = "http://news.example"
AS_OF = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=6)  # after all that is dumped here
# What tells one import from another, and no reader of the content.
PROVENANCE = ("crawl", "record_id", "observed_at")
WGOT = ("posts", "pages", "books", "media", "categories", "tags", "genres")


class Dumps(NamedTuple):
    """The folder that holds what each tool wrote, and the server that it asked."""

    folder: Path
    server: WordPress


class Built(NamedTuple):
    receipt: Receipt
    troubles: list[str]
    tables: dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dumps]:
    """One site, dumped by WPextract, wparc and Wget."""
    folder = tmp_path_factory.mktemp("dumps")
    with running(posts=160, version="nightly", home=HOME) as server:
        server.set_permalinks("pretty")
        server.sql(
            "UPDATE wp_posts SET post_content = '<p>Escaped: &amp;lt;b&amp;gt; and &lt;em&gt;.</p>', "
            f"post_title = 'Tom &amp;amp; Ay\u015fe' WHERE ID = {server.seeded.posts[3]}"
        )
        environment = os.environ | {"http_proxy": server.proxy, "no_proxy": ""}
        wpextract = tool("wpextract", "wpextract==1.1.1")
        wparc = tool("wparc", "wparc==1.0.8")
        pages = [
            f"{HOME}/wp-json/wp/v2/{route}?per_page=100&orderby=id&order=asc&page={page}"
            for route in WGOT for page in (1, 2, 3)
        ]  # fmt: skip
        gone = f"{HOME}/wp-json/wp/v2/posts/999999"
        # Wget ends with 8 where one of the answers was an error: pages behind the last one are.
        commands: list[tuple[list[str | Path], int]] = [
            ([wpextract.with_name("python"), wpextract, "download", server.url, folder / "wpextract"], 0),
            ([wparc.with_name("python"), wparc, "dump", "news.example", "--no-https"], 0),
            ([*wget(), "--quiet", "--tries=1", "--delete-after", "--warc-file=site", *pages, gone], 8),
        ]
        for command, ends in commands:
            done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == ends, done.stdout + done.stderr
        yield Dumps(folder, server)


def build(work: Path, **of_site: Any) -> Built:
    site = Site(
        name="news", address=f"{HOME}/", rights=Rights("A test."), allow_private=True, **{"as_of": AS_OF} | of_site
    )
    dataset = params.Dataset(name="test", title="Test", version="v2026.11.23")
    policy = Policy(authors="named", comments=True)
    settled = params.judge(params.Params(dataset=dataset, sites=(site,), policy=policy), where="a test")
    layout = Layout(work, work)
    (outcome,) = stages.fetch.run(settled, layout, lambda *_: None)
    assert outcome.error is None
    assert outcome.receipt
    stages.normalise.run(PACKAGE, settled, layout, lambda *_: None)
    return Built(
        outcome.receipt,
        outcome.troubles,
        {path.stem: pl.read_parquet(path) for path in layout.tables.glob("*.parquet")},
    )


@pytest.fixture(scope="module")
def built(dumps: Dumps, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The tables of each dump, and those of a harvest of our own."""
    sources = {"wpextract": "wpextract", "wparc": "news.example", "wget": "site.warc.gz"}
    made = {
        name: build(tmp_path_factory.mktemp(name), files=str(dumps.folder / source)) for name, source in sources.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRESSCORPUS_PROXY", dumps.server.proxy)
        made["harvest"] = build(tmp_path_factory.mktemp("harvest"))
    return made


def posts(built: Built) -> pl.DataFrame:
    return built.tables["posts"].filter(pl.col("type") == "post").sort("id")


def test_every_tool_gives_the_same_posts(built: dict[str, Built], dumps: Dumps) -> None:
    public = dumps.server.public_ids()["posts:post"]
    assert set(posts(built["harvest"])["id"]) == public
    assert set(posts(built["wparc"])["id"]) == public
    assert set(posts(built["wget"])["id"]) == public
    # WPextract walks by date. Where dates tie the database may show a post twice and another one never.
    got = set(posts(built["wpextract"])["id"])
    tied = set(posts(built["harvest"]).filter(pl.len().over("published_at") > 1)["id"])
    assert got <= public
    assert public - got <= tied
    assert len(tied) >= 57


@pytest.mark.parametrize("name", ["wpextract", "wparc", "harvest"])
def test_what_came_balances_and_needs_no_quarantine(built: dict[str, Built], name: str) -> None:
    assert built[name].receipt.balanced
    assert built[name].receipt.outcome == ("complete" if name == "harvest" else "unknown")
    assert (built[name].troubles, built[name].tables["quarantine"].height) == ([], 0)


def test_a_picture_of_a_draft_is_counted_by_the_site_and_shown_to_nobody(built: dict[str, Built]) -> None:
    """Only responses tell the site's totals. A harvest asks for the picture by its number and is refused."""
    wget = built["wget"]
    missing = "media: the site counts 5, and 4 are here: 1 missing"
    assert (wget.receipt.outcome, wget.receipt.reason, wget.troubles) == ("incomplete", missing, [missing])
    balances = [each for each in wget.receipt.collections if each.collection != "media"]
    assert all(each.balanced for each in balances)
    assert wget.tables["quarantine"].is_empty()
    (harvested,) = (each for each in built["harvest"].receipt.collections if each.collection == "media")
    assert (harvested.fetched, harvested.unreadable) == (4, 1)


@pytest.mark.parametrize("name", ["wparc", "wget"])
def test_the_rows_are_those_of_a_harvest(built: dict[str, Built], name: str) -> None:
    ours, theirs = (posts(built[which]).drop(PROVENANCE) for which in ("harvest", name))
    assert theirs.equals(ours)


def test_wpextract_undoes_entities_in_the_html(built: dict[str, Built], dumps: Dumps) -> None:
    ours, theirs = (posts(built[name]).drop(PROVENANCE) for name in ("harvest", "wpextract"))
    both = ours.join(theirs, on="id", suffix="_theirs")
    differing = {
        name for name in ours.columns if name != "id" and not both[name].equals(both[f"{name}_theirs"], null_equal=True)
    }
    # Quotes and dashes are the same characters either way; what was escaped to be read becomes an element.
    assert {"content_html", "text", "digest"} <= differing
    assert differing <= {"content_html", "text", "digest", "text_digest", "title", "excerpt", "word_count"}
    for row in both.select("content_html", "content_html_theirs").drop_nulls().to_dicts():
        assert row["content_html_theirs"] == html.unescape(row["content_html"])
    odd = both.filter(pl.col("id") == dumps.server.seeded.posts[3]).to_dicts()[0]
    assert "Escaped: &lt;b&gt; and <em>." in odd["text"]
    assert "<em>" not in odd["text_theirs"]


def test_what_each_tool_leaves_out(built: dict[str, Built]) -> None:
    def kinds(name: str, table: str, column: str) -> set[str]:
        return set(built[name].tables[table].filter(pl.col("state") == "published")[column])

    assert kinds("harvest", "posts", "type") == {"post", "page", "book", "event"}
    assert kinds("wparc", "posts", "type") == {"post", "page", "book", "event"}
    assert kinds("wpextract", "posts", "type") == {"post", "page"}
    # Wget takes what it is told to.
    assert kinds("wget", "posts", "type") == {"post", "page", "book"}
    rows = {
        name: {table: each.tables[table].height for table in ("media", "authors", "comments")}
        for name, each in built.items()
    }
    assert rows["wpextract"] == {
        "media": rows["harvest"]["media"],
        "authors": rows["harvest"]["authors"],
        "comments": 0,
    }
    assert rows["wparc"] == rows["harvest"]
    assert rows["wget"] == {"media": rows["harvest"]["media"], "authors": 0, "comments": 0}
    listed = {name: each.tables["terms"].filter(pl.col("origin") == "listed").height for name, each in built.items()}
    assert listed["wparc"] == listed["harvest"]
    # Of custom taxonomies WPextract has numbers alone, and the index of the API neither it nor Wget.
    assert listed["wpextract"] < listed["harvest"]
    titles = {name: each.tables["sites"]["title"].to_list() for name, each in built.items()}
    assert titles == {
        "harvest": ["Presscorpus test site"], "wparc": ["Presscorpus test site"], "wpextract": [None], "wget": [None],
    }  # fmt: skip


def test_each_row_of_a_web_archive_is_dated_by_it(dumps: Dumps, built: dict[str, Built]) -> None:
    assert set(posts(built["wparc"])["observed_at"]) == {AS_OF}
    dates = posts(built["wget"])["observed_at"]
    stored = gzip.decompress((dumps.folder / "site.warc.gz").read_bytes())
    told = {date.decode() for date in re.findall(rb"\r\nWARC-Date: (\S+)", stored)}
    assert {f"{date:%Y-%m-%dT%H:%M:%SZ}" for date in dates} <= told


def test_two_sources_make_one_site(dumps: Dumps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dump and, after edits, a harvest: what was seen last holds, and what was only in the dump is asked for."""
    server = dumps.server
    edited, deleted, drafted = server.seeded.posts[10:13]
    server.act("edit", edited)
    server.act("delete", deleted)
    server.act("draft", drafted)
    monkeypatch.setenv("PRESSCORPUS_PROXY", server.proxy)
    dump = Import(str(dumps.folder / "news.example"), datetime(2020, 1, 1, tzinfo=UTC))
    made = build(tmp_path, imports=(dump,), as_of=datetime(2026, 11, 25, tzinfo=UTC))
    of_posts = posts(made)
    assert of_posts.height == len(server.public_ids()["posts:post"]) + 2
    states = dict(of_posts.filter(pl.col("state") != "published").select("id", "state").rows())
    assert states == {deleted: "deleted", drafted: "unpublished"}
    assert "Edited." in of_posts.filter(pl.col("id") == edited)["text"].item()
    versions = made.tables["versions"].filter((pl.col("type") == "post") & (pl.col("id") == edited)).sort("ordinal")
    assert versions["crawl"].to_list() == [dump.as_of.strftime(params.CRAWL_NAME), "20261125T000000Z"]
    # What the harvest found as the dump had it is one version, seen twice.
    rest = made.tables["versions"].filter((pl.col("type") == "post") & ~pl.col("id").is_in([edited, deleted, drafted]))
    assert set(rest["ordinal"]) == {1}
    assert set(rest["observations"]) == {2}
    assert made.tables["crawls"]["crawl"].n_unique() == 2
    assert msgspec.json.decode((tmp_path / "raw/news/20200101T000000Z.json").read_bytes())["source"] == "files"
