"""The page as HTML: whatever a site calls itself, it stays a page; and the same facts give the same page."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from presscorpus.config import params, schema
from presscorpus.release.composition import compose
from presscorpus.report import sample
from presscorpus.report.figures import figures
from presscorpus.report.markup import is_web, link, prose, visible
from presscorpus.report.page import Facts, page
from presscorpus.report.page import _json as page_of_json
from tests import good_tables

REPO = Path(__file__).parents[2]
PACKAGE = schema.load_package(REPO)
GOOD = good_tables.frames(PACKAGE)
HOSTILE = "</title></style></script><script>alert('1')</script><img src=x onerror=\"alert(2)\"> & \u202eمۇساپىر"
SHOWN = HOSTILE.replace("\u202e", "[U+202E]")
_AT, _FREE = datetime(2026, 11, 23, tzinfo=UTC), params.Rights("Free.", "CC0-1.0")
SETTLED = params.Params(
    params.Dataset("a", "A corpus", "v2026.11.23"),
    tuple(params.Site(name, f"https://{name}.example/", _AT, _FREE) for name in GOOD["sites"]["site"]),
)
KEYS = {"site", "type", "id", "state", "taxonomy", "outcome", "crawl"}
FAULTS = {"posts/site,type,id/primaryKey": 1200, "posts/state/enum": 3}


def facts(frames: dict[str, pl.DataFrame] | None = None, faults: dict[str, int] | None = None, **more: Any) -> Facts:
    tables = {name: frame.lazy() for name, frame in (frames or GOOD).items()}
    chosen = sample.choose(tables["posts"], tables["versions"])
    nothing = PACKAGE.schema("posts").polars.to_frame().with_columns(ordinal=pl.lit(None, dtype=pl.Int64)).clear()
    whole = Facts(
        params=SETTLED,
        made=compose(tables["posts"], ()),
        description="Posts of some `sites`.",
        citation="Somebody (2026). A corpus.",
        bibtex="@misc{a}",
        schemas=[resource.schema for resource in PACKAGE.resources.values()],
        sites=tables["sites"].collect(),
        figures=figures(tables, FAULTS if faults is None else faults, {"site-0": "site-0.example"}),
        sample=sample.gather(tables, chosen, nothing),
    )
    return whole._replace(**more)


def hostile() -> Facts:
    """Every text that no key needs is hostile."""
    frames = {
        name: frame.with_columns(
            pl.lit(HOSTILE).alias(column)
            for column, kind in frame.schema.items()
            if kind == pl.String() and column not in KEYS
        )
        for name, frame in GOOD.items()
    }
    words = dict.fromkeys(("description", "citation", "bibtex"), HOSTILE)
    dataset = params.Dataset("a", HOSTILE, HOSTILE)
    sites = tuple(msgspec.structs.replace(site, rights=params.Rights(HOSTILE, HOSTILE)) for site in SETTLED.sites)
    said = msgspec.structs.replace(SETTLED, dataset=dataset, sites=sites)
    return facts(frames, {f"{HOSTILE.replace('/', '')}/a/b": 1}, params=said, **words)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text(strip=True) for node in tree.css(selector)]


def first(tree: LexborHTMLParser, selector: str) -> LexborNode:
    node = tree.css_first(selector)
    assert node is not None
    return node


def test_what_the_page_tells() -> None:
    tree = LexborHTMLParser(page(facts()))
    assert texts(tree, "h1") == ["A corpus"]
    assert texts(tree, "main h2") == [
        "Over time", "Look inside", "Words and media", "Links", "History", "Receipts", "Quality", "Sites and rights",
        "Tables and columns",
    ]  # fmt: skip
    assert [each.attributes["href"] for each in tree.css("nav a")] == [
        f"#{section.attributes['id']}" for section in tree.css("main section")
    ]
    assert texts(tree, ".lead code") == ["sites"]
    assert texts(tree, "#bibtex") == ["@misc{a}"]
    cards = dict(zip(texts(tree, ".figures dt"), texts(tree, ".figures dd"), strict=True))
    assert [cards[name] for name in ("Sites", "Posts", "Links", "Languages")] == ["6", "6", "6", "2"]
    assert texts(tree, ".answer h2") == [
        "What is in here?", "Is it complete?", "Can I trust it?", "May I use it, and how do I load it?",
    ]  # fmt: skip
    assert [node.attributes["class"] for node in tree.css(".answer strong")] == ["bad", "bad", "good"]
    assert texts(tree, ".answer strong") == ["No, incomplete.", "Faults found.", "Yes, under CC0-1.0."]
    assert texts(tree, "#load") == ['import datasets\nposts = datasets.load_dataset("release", "posts", split="train")']
    assert texts(tree, "#caption-findings ~ tbody tr") == ["postssite,type,idprimaryKey1,200", "postsstateenum3"]
    assert texts(tree, "#caption-quarantine ~ tbody th") == sorted(GOOD["quarantine"]["rule"])
    assert texts(tree, "#caption-sites-each ~ tbody th") == GOOD["sites"]["site"].to_list()
    assert texts(tree, "details.columns summary > code") == list(PACKAGE.resources)
    columns = texts(tree, "#caption-columns-posts ~ tbody th")
    assert [name.removesuffix(" †").removesuffix("†") for name in columns] == PACKAGE.schema("posts").names
    shown = json.loads(first(tree, "#sample").text())
    assert [post["id"] for post in shown["posts"]] == GOOD["posts"]["id"].to_list()
    assert shown["total"] == 6


def test_the_last_crawl_is_told_also_of_a_site_that_only_files_are_of() -> None:
    undescribed = GOOD["sites"].with_columns(crawl=pl.lit(None, dtype=pl.String()))
    told = [page(facts(GOOD | {"sites": sites})) for sites in (GOOD["sites"], undescribed)]
    assert told[0] == told[1]
    crawled = set(GOOD["crawls"]["site"])
    rows = LexborHTMLParser(told[1]).css("#caption-sites-each ~ tbody tr")
    assert {row.css_first("th").text() for row in rows if row.css_first(".moment")} == crawled  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/%D8%AE%D8%A7%D8%AA%D9%89%D8%B1%DB%95/", "https://a.example/خاتىرە/"),
        ("https://a.example/a%20b%2Fc%25", "https://a.example/a%20b%2Fc%25"),
        ("https://a.example/%E2%80%AEx", "https://a.example/%E2%80%AEx"),
        ("https://a.example/%FF%E6%96", "https://a.example/%FF%E6%96"),
        ("https://a.example/%C2%A0%C2%85", "https://a.example/%C2%A0%C2%85"),
    ],
)
def test_addresses_are_read_as_browsers_show_them(address: str, shown: str) -> None:
    assert f"<bdi>{shown}</bdi>" in link(address)
    assert f'href="{address}"' in link(address)


def test_nothing_to_tell() -> None:
    empty = {name: frame.clear() for name, frame in GOOD.items()}
    tree = LexborHTMLParser(page(facts(empty, {})))
    assert texts(tree, "p.good") == [
        "Every table keeps its schema: types, required values, patterns, bounds, keys and foreign keys.",
        "Every record became a row: the quarantine is empty.",
    ]
    assert not tree.css("figure svg")
    assert len(tree.css("p.none")) == len(tree.css("figure")) == 11


@pytest.mark.case(20, 22)
def test_hostile_text_stays_text() -> None:
    source = page(hostile())
    tree = LexborHTMLParser(source)
    assert not tree.css("img, iframe, object, embed, link, base, form, foreignObject, image")
    assert [node.attributes.get("type") for node in tree.css("script")] == ["application/json", None]
    assert len(tree.css("style")) == len(tree.css("title")) == len(tree.css("h1")) == 1
    for node in tree.css("*"):
        assert not any(name.startswith("on") or name in {"style", "src", "srcdoc"} for name in node.attributes)
    assert first(tree, "h1").text() == SHOWN
    assert first(tree, "title").text() == f"{SHOWN} {SHOWN}"
    assert "\u202e" not in source
    shown = json.loads(first(tree, "#sample").text())["posts"][0]
    assert shown["title"] == shown["text"] == shown["url"] == SHOWN
    # What is foreign stands in an element whose direction is its own.
    for node in tree.css("body *"):
        if SHOWN in (node.text(deep=False) or "") and node.tag not in {"bdi", "code", "script"}:
            assert node.attributes.get("dir") == "auto", node.html


@pytest.mark.case(22)
def test_the_sample_holds_nothing_that_html_would_read() -> None:
    words = "</script x <!-- <script &lt;"
    text = page_of_json(sample.Sample([{"id": 1, "title": words}], 1))
    assert not set("<>&") & set(text)
    assert json.loads(text)["posts"][0]["title"] == words


@pytest.mark.case(22)
@pytest.mark.parametrize(
    ("address", "web"),
    [
        ('https://www.example.org/a?b=1&c="2"', True),
        ("http://ئۇيغۇر.example/", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("javascript://example.org/%0aalert(1)", False),
        ("ftp://example.org/", False),
        ("https://", False),
        ("https://[", False),
        ("https://example.org/\u202egpj.exe", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(address: str, web: bool) -> None:  # noqa: FBT001
    assert is_web(address) == web
    tree = LexborHTMLParser(link(address))
    assert [node.attributes["href"] for node in tree.css("a")] == ([address] if web else [])
    assert texts(tree, "bdi") == [visible(address).strip()]
    assert all(node.attributes["rel"] == "noopener nofollow noreferrer" for node in tree.css("a"))


def test_hidden_characters_are_written_out_and_joiners_kept() -> None:
    assert visible("a\u202eb\u2066c\u0000d\ud800e\u2028f") == "a[U+202E]b[U+2066]c[U+0000]d[U+D800]e[U+2028]f"
    assert visible("می\u200cخواهم \u200f! \u200d\n\t") == "می\u200cخواهم \u200f! \u200d\n\t"


def test_names_in_a_sentence_are_code_and_a_lone_backtick_is_itself() -> None:
    assert prose("in `a<b` and `c`") == "in <code>a&lt;b</code> and <code>c</code>"
    assert prose("one ` only") == "one ` only"


@pytest.mark.case(22)
def test_the_policy_allows_the_one_style_and_the_one_script() -> None:
    source = page(facts())
    tree = LexborHTMLParser(source)

    def digest(selector: str) -> str:
        return base64.b64encode(hashlib.sha256(first(tree, selector).text().encode()).digest()).decode()

    policy = first(tree, "meta[http-equiv='Content-Security-Policy']").attributes["content"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest('style')}'; "
        f"script-src 'sha256-{digest('script:not([type])')}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert "url(" not in source
    assert "@import" not in source


def test_it_can_be_read_by_everybody() -> None:
    tree = LexborHTMLParser(page(facts()))
    assert first(tree, "html").attributes["lang"] == "en"
    assert len(tree.css("table")) == len(tree.css("table > caption"))
    for table in tree.css("table"):
        assert all(head.attributes.get("scope") == "col" for head in table.css("thead th"))
        assert all(head.attributes.get("scope") == "row" for head in table.css("tbody th"))
        widths = {len(row.css("th, td")) for row in table.css("tr")}
        assert len(widths) == 1
    for region in tree.css(".scroll"):
        assert region.attributes["tabindex"] == "0"
        assert tree.css_first(f"#{region.attributes['aria-labelledby']}")
    for figure in tree.css("figure"):
        assert all(plot.attributes["aria-label"] for plot in figure.css(".plot[role=img]"))
        assert figure.css_first("details table") or figure.css_first("p.none")
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))


def test_unbalanced_receipts_come_first_and_say_why() -> None:
    crawls = GOOD["crawls"].head(2).with_columns(
        site=pl.Series(["a", "b"]),
        balanced=pl.Series([True, False]),
        outcome=pl.Series(["complete", "incomplete"]),
        reason=pl.Series([None, "the site stopped answering"]),
        advertised_end=pl.Series([None, 7], dtype=pl.Int64),
    )  # fmt: skip
    tree = LexborHTMLParser(page(facts(GOOD | {"crawls": crawls})))
    rows = tree.css("#caption-crawls ~ tbody tr")
    assert [row.css("td")[1].text() for row in rows] == [
        "does not balance, incomplete: the site stopped answering",
        "balances",
    ]
    assert [row.css("td.number")[0].text() for row in rows] == ["7", "–"]
    assert "1 of 2 crawls balance" in first(tree, "main").text()


def test_what_no_total_was_told_of_is_not_called_complete() -> None:
    untold = GOOD["crawls"].head(1).with_columns(
        source=pl.lit("files"), outcome=pl.lit("unknown"), balanced=True, swept=2, fetched=2, unchanged=0, unreadable=0,
        gone=0, failed=0,
    )  # fmt: skip
    frames = GOOD | {"crawls": untold, "quarantine": GOOD["quarantine"].clear()}
    tree = LexborHTMLParser(page(facts(frames)))
    assert texts(tree, ".answer strong")[0] == "Unknown, no total was told."
    assert next(node.attributes["class"] for node in tree.css(".answer strong")) == "care"
    assert texts(tree, "#caption-crawls ~ tbody td")[1] == "balances, total unknown"


def test_the_same_facts_give_the_same_page_in_any_order_of_rows() -> None:
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=7) for name, frame in GOOD.items()}
    again = facts(shuffled, dict(reversed(FAULTS.items())))
    assert page(facts()) == page(again)


def test_the_page_knows_no_clock_and_no_hash_seed() -> None:
    program = (
        "from tests.report.test_page import facts, page; import sys; sys.stdout.buffer.write(page(facts()).encode())"
    )
    pages = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=REPO,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PATH": os.environ["PATH"]},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, locale in [("1", "UTC", "C"), ("2", "Asia/Urumqi", "de_DE.UTF-8")]
    }
    assert pages == {page(facts()).encode()}


def test_a_chart_of_one_mark_is_a_sentence() -> None:
    one = {name: frame.head(1) for name, frame in GOOD.items()}
    made = facts(one | {"posts": one["posts"].with_columns(language=pl.lit("en"), state=pl.lit("published"))})
    tree = LexborHTMLParser(page(made))
    assert not tree.css("#languages svg, #time-site svg, #lengths svg")
    assert texts(tree, "#languages .none") == ["Posts: 1, English."]
    # The figures are there as a table all the same, and two bars are a chart.
    assert texts(tree, "#languages tbody th") == ["English"]
    assert LexborHTMLParser(page(facts())).css("#languages svg")
