"""What can be looked into: chosen by content alone, from every site and language, and never too much."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from presscorpus import report
from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.config.params import Policy
from presscorpus.config.schema import load_package
from presscorpus.pipeline import stages
from presscorpus.privacy import dataset_policy, policy
from presscorpus.privacy.policy import ReleasePolicy
from presscorpus.report import edits, sample
from presscorpus.report.page import Facts, page
from tests.report import corpus, test_page

PACKAGE = load_package(Path(__file__).parents[2])
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def frame(name: str, columns: dict[str, Any]) -> pl.DataFrame:
    schema = PACKAGE.schema(name)
    made = pl.DataFrame(columns)
    return made.select(
        (pl.col(key) if key in columns else pl.lit(None)).cast(kind).alias(key) for key, kind in schema.polars.items()
    )


def many(posts: int, text: str, links: int = 0) -> dict[str, pl.DataFrame]:
    """Tables of many posts: nine in ten of one site and language, the others of forty sites."""
    numbers = range(1, posts + 1)
    sites = [f"site-{n % 40}" if n % 10 == 0 else "large" for n in numbers]
    seen = {
        "crawl": "20260101T000000Z",
        "record_id": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "observed_at": NOW,
    }
    of_post = {"site": sites, "type": ["post"] * posts, "id": list(numbers)}
    flags: list[list[str]] = [[]] * posts
    digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in numbers]
    made = {
        "posts": of_post | {
            "title": [f"{text[:60]} {n}" for n in numbers], "text": [text] * posts,
            "word_count": [len(text) // 6] * posts,
            "language": [("ug", "en", "zh")[n % 3] if n % 10 == 0 else "ug" for n in numbers],
            "state": ["published"] * posts, "flags": flags, "digest": digests, "protected": [False] * posts,
            "published_at": [NOW - timedelta(hours=n) for n in numbers],
            "url": [f"https://a.example/{n}" for n in numbers],
        },
        "versions": of_post | {
            "ordinal": [1] * posts, "observations": [1] * posts,
            "first_seen": [NOW] * posts, "last_seen": [NOW] * posts,
            "state": ["published"] * posts, "digest": digests,
        },
        "links": {
            "site": [site for site in sites for _ in range(links)], "type": ["post"] * posts * links,
            "id": [n for n in numbers for _ in range(links)], "ordinal": list(range(1, links + 1)) * posts,
            "kind": ["link"] * posts * links, "text": [text[:80]] * posts * links, "internal": [False] * posts * links,
            "resolved": [f"https://d{n % 99}.example/{'x' * 60}" for n in range(posts * links)],
            "domain": [f"d{n % 99}.example" for n in range(posts * links)],
        },
    }  # fmt: skip
    tables = {name: test_page.GOOD[name].clear() for name in PACKAGE.resources}
    return tables | {
        name: frame(name, columns).with_columns(**{k: pl.lit(v) for k, v in seen.items()})
        for name, columns in made.items()
    }


def test_every_site_and_language_is_there_and_the_choice_is_of_the_content_alone() -> None:
    tables = many(3000, "ئۇيغۇر " * 20)
    posts, versions = tables["posts"], tables["versions"]
    chosen = sample.choose(posts.lazy(), versions.lazy())
    assert (chosen.keys.height, chosen.total) == (sample.POSTS, 3000)
    both = posts.join(chosen.keys, on=sample.KEY, how="semi")
    assert set(both["site"]) == set(posts["site"])
    assert set(both.select("site", "language").rows()) == set(posts.select("site", "language").rows())
    shuffled = sample.choose(posts.sample(fraction=1, shuffle=True, seed=3).lazy(), versions.reverse().lazy())
    assert shuffled.keys.equals(chosen.keys)
    fewer = sample.choose(posts.filter(pl.col("site") != "large").lazy(), versions.lazy())
    assert fewer.keys.height == fewer.total == 300


def test_the_choice_is_the_same_from_many_small_pieces(tmp_path: Path) -> None:
    tables = many(3000, "x")
    posts, versions = tables["posts"], tables["versions"].lazy()
    posts.write_parquet(tmp_path / "posts.parquet", row_group_size=100)
    pieces = sample.choose(pl.scan_parquet(tmp_path / "posts.parquet"), versions)
    whole = sample.choose(posts.lazy(), versions)
    assert pieces.keys.equals(whole.keys)
    assert pieces.total == whole.total


@pytest.mark.parametrize("text", ["ئۇيغۇر تىلىدىكى خەۋەر ", "新闻与历史", "a < b & c > d "])
def test_a_page_of_many_long_posts_stays_below_five_megabytes(text: str) -> None:
    tables = many(500, text * 1500, links=40)
    facts: Facts = test_page.facts(tables)
    assert 0 < len(facts.sample.posts) < 500
    size = len(page(facts).encode())
    assert size < 5_000_000
    assert size > 1_000_000
    assert all(len(post["links"]) == sample.LINKS and post["linksInAll"] == 40 for post in facts.sample.posts)


def test_few_posts_are_there_in_whole(built: Layout) -> None:
    source = LexborHTMLParser((built.reports / "index.html").read_text())
    node = source.css_first("#sample")
    assert node is not None
    shown = json.loads(node.text())
    posts = pl.read_parquet(built.tables / "posts.parquet")
    assert shown["total"] == len(shown["posts"]) == posts.height
    by_key = {(post["site"], post["id"]): post for post in shown["posts"]}
    edited = by_key["archive", 14]
    assert [version["n"] for version in edited["versions"]] == [1, 2, 3]
    assert edited["versions"][0]["changes"] is None
    fields = [change["field"] for change in edited["versions"][1]["changes"]]
    assert fields == ["title", "excerpt", "text"]
    (title, _, text) = edited["versions"][1]["changes"]
    assert title["hunks"][0]["lines"] == [[["خاتىرە 14"], ["", " (1)"]]]
    assert text["hunks"][0]["at"] == [1, 1]
    whole = posts.filter((pl.col("site") == "archive") & (pl.col("id") == 14))
    assert edited["text"] == whole["text"].item()
    assert edited["linksInAll"] == whole["link_count"].item()
    assert {len(post["versions"]) for post in shown["posts"]} == {1, 2, 3}


def policies(settled: params.Params) -> dict[str, Policy]:
    return {site.name: settled.policy_of(site) for site in settled.sites}


def test_versions_pass_the_policy_as_posts_do(built: Layout, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(built.root, root)
    layout = Layout.of(root)
    settled = msgspec.structs.replace(params.load(root / params.FILE), policy=Policy(text="none"))
    made = report.write(PACKAGE, settled, layout, ReleasePolicy(policies(settled)), {})
    source = made.page.read_text()
    for words in ("stove", "مەشنىڭ", "sobanın", "笔记", "Notlar"):
        assert words not in source
    assert '"n":3,' in source
    excerpt = msgspec.structs.replace(settled, policy=Policy(text="excerpt"))
    source = report.write(PACKAGE, excerpt, layout, ReleasePolicy(policies(excerpt)), {}).page.read_text()
    assert "Notlar 21 (2)" in source
    assert '"field":"text"' not in source
    assert set(edits.FIELDS) >= policy.IN_EXCERPT


@pytest.mark.parametrize("name", sample.COLUMNS)
def test_no_column_that_is_shown_depends_on_one_that_is_not(built: Layout, name: str) -> None:
    settled = params.load(built.root / params.FILE)
    chosen = Policy(redact=("email", "phone"))
    rules = dataset_policy.of_dataset(msgspec.structs.replace(settled, policy=chosen), built.tables, {})
    rows, columns = pl.read_parquet(built.tables / f"{name}.parquet"), sample.COLUMNS[name]
    # As they are, and as if each value of a column led to somebody.
    for key in ("", "url", "resolved", "caption", "text", "content_html"):
        each = rows.with_columns(pl.lit("mailto:a@b.example").alias(key)) if key in rows.columns else rows
        whole = policy.released_whole(name, each, PACKAGE.schema(name), rules)
        assert report._shown(PACKAGE, rules, name, each.select(columns)).equals(whole.select(columns)), key


def test_edits_are_told_line_by_line_and_never_too_long() -> None:
    before = {"title": "a", "excerpt": None, "text": "one line\nsame\nlast words here"}
    after = {"title": "a", "excerpt": "x", "text": "one more line\nsame\nlast words\u202e here\nnew"}
    excerpt, text = edits.changes(before, after)
    assert excerpt == {"field": "excerpt", "hunks": [], "note": "not there, or withheld, in one of the two"}
    assert text["hunks"][0] == {"at": [1, 1], "lines": [[["one "], ["", "more "], ["line"]]]}
    assert text["hunks"][1]["lines"] == [[["last words here", ""]], [["", "last words[U+202E] here"]], [["", "new"]]]
    long = edits.changes(
        {"title": None, "excerpt": None, "text": "\n".join(f"line {n}" for n in range(200))},
        {"title": None, "excerpt": None, "text": "\n".join(f"line {n}{'!' if n % 2 else ''}" for n in range(200))},
    )[0]
    assert len(long["hunks"]) == 40
    assert long["note"] == "60 more changes: see presscorpus diff"
    assert edits.changes(before, before) == []


def test_nothing_of_what_was_taken_down_is_in_any_version(built: Layout, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(built.root, root)
    layout, settled = Layout.of(root), params.load(root / params.FILE)
    assert "خاتىرە 14" in (layout.reports / "index.html").read_text()
    (root / "takedown.yaml").write_text("- site: archive\n  id: 14\n  reason: Asked for.\n")
    stages.normalise.run(PACKAGE, settled, layout, corpus.quiet)
    stages.validate.run(PACKAGE, settled, layout)
    source = stages.report.run(PACKAGE, settled, layout).page.read_text()
    # The other site has a post of that title, which was not taken down.
    shown = json.loads(LexborHTMLParser(source).css_first("#sample").text())["posts"]  # type: ignore[union-attr]
    (gone,) = [post for post in shown if (post["site"], post["id"]) == ("archive", 14)]
    assert (gone["title"], gone["text"], gone["terms"], gone["links"]) == (None, None, [], [])
    assert [version["changes"] for version in gone["versions"]] == [None, None, None]
    assert any(version["changes"] for post in shown for version in post["versions"])
