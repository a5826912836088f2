"""The report over hostile facts: whatever a site calls itself, the page stays a page."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from builder import spec
from builder.report.page import SHOWN, Facts, page
from tests import good_tables

REPO = Path(__file__).parents[2]
PACKAGE = spec.load(REPO)
GOOD = good_tables.frames(PACKAGE)
HOSTILE = "</title></style><script>alert('1')</script><img src=x onerror=\"alert(2)\"> & \u202eمۇساپىر"


def facts(**changes: Any) -> Facts:
    whole = Facts(
        title="A corpus",
        version="v2026.11.23",
        description="Posts of some sites.",
        tables=[(name, each.schema.title, 1000 * n) for n, (name, each) in enumerate(PACKAGE.resources.items())],
        sites=GOOD["sites"],
        crawls=GOOD["crawls"],
        quarantine=GOOD["quarantine"],
        findings={"posts/site,type,id/primaryKey": 1200, "posts/state/enum": 3},
    )
    return whole._replace(**changes)


def hostile() -> Facts:
    frames = {
        name: GOOD[name].with_columns(
            pl.lit(HOSTILE).alias(column)
            for column, kind in GOOD[name].schema.items()
            if kind == GOOD["sites"].schema["site"]
        )
        for name in ("sites", "crawls", "quarantine")
    }
    return facts(
        title=HOSTILE,
        version=HOSTILE,
        description=HOSTILE,
        tables=[(HOSTILE, HOSTILE, 1)],
        findings={f"{HOSTILE.replace('/', '')}/a/b": 1},
        **frames,
    )


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text(strip=True) for node in tree.css(selector)]


def first(tree: LexborHTMLParser, selector: str) -> LexborNode:
    node = tree.css_first(selector)
    assert node is not None
    return node


def test_what_the_page_tells() -> None:
    tree = LexborHTMLParser(page(facts()))
    assert texts(tree, "h1") == ["A corpus"]
    assert texts(tree, "h2") == ["Tables", "Findings", "Receipts", "Quarantine", "Sites and rights"]
    assert "v2026.11.23" in texts(tree, ".version")[0]
    assert texts(tree, "#caption-tables ~ tbody th") == list(PACKAGE.resources)
    assert texts(tree, "#caption-tables ~ tbody td.number")[:3] == ["0", "1,000", "2,000"]
    assert texts(tree, "#caption-findings ~ tbody tr") == ["postssite,type,idprimaryKey1,200", "postsstateenum3"]
    assert texts(tree, ".figures dd") == ["6", "0", "2,000", "6", "1,203"]
    assert len(tree.css("#caption-receipts ~ tbody tr")) == len(GOOD["crawls"])
    assert texts(tree, "#caption-quarantine ~ tbody th") == sorted(GOOD["quarantine"]["rule"])
    assert texts(tree, "#caption-sites ~ tbody th") == GOOD["sites"]["site"].to_list()
    assert all(right in texts(tree, ".long") for right in GOOD["sites"]["rights"])


def test_unbalanced_receipts_come_first_and_say_why() -> None:
    crawls = (
        GOOD["crawls"]
        .head(2)
        .with_columns(
            site=pl.Series(["a", "b"]),
            balanced=pl.Series([True, False]),
            outcome=pl.Series(["complete", "incomplete"]),
            reason=pl.Series([None, "the site stopped answering"], dtype=GOOD["crawls"].schema["reason"]),
            advertised_end=pl.Series([None, 7], dtype=GOOD["crawls"].schema["advertised_end"]),
        )
    )
    tree = LexborHTMLParser(page(facts(crawls=crawls)))
    rows = tree.css("#caption-receipts ~ tbody tr")
    assert [row.css("td")[2].text() for row in rows] == [
        "does not balance, incomplete: the site stopped answering",
        "balances",
    ]
    assert [row.css("td.number")[0].text() for row in rows] == ["7", "–"]
    assert "1 of 2 collections balance" in first(tree, "main").text()


def test_nothing_to_tell() -> None:
    empty = {name: GOOD[name].clear() for name in ("sites", "crawls", "quarantine")}
    tree = LexborHTMLParser(page(facts(findings={}, tables=[("posts", "Posts", 0)], **empty)))
    assert texts(tree, "p.good") == [
        "Every table keeps its schema: types, required values, patterns, bounds, keys and foreign keys.",
        "Every record became a row.",
    ]


def test_hostile_text_stays_text() -> None:
    source = page(hostile())
    tree = LexborHTMLParser(source)
    assert not tree.css("script, img, iframe, object, embed, link, base, form, input")
    assert len(tree.css("style")) == len(tree.css("title")) == len(tree.css("h1")) == 1
    for node in tree.css("*"):
        assert not any(name.startswith("on") or name in {"style", "src", "srcdoc"} for name in node.attributes)
    assert first(tree, "h1").text() == HOSTILE
    assert first(tree, "title").text() == f"{HOSTILE} {HOSTILE}"
    assert texts(tree, "#caption-sites ~ tbody th")[0] == HOSTILE
    # What is foreign stands in an element whose direction is its own.
    for node in tree.css("body *"):
        if HOSTILE in (node.text(deep=False) or "") and node.tag != "bdi":
            assert node.attributes.get("dir") == "auto", node.html


@pytest.mark.parametrize(
    ("address", "link"),
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
        ("", False),
    ],
)
def test_only_web_addresses_are_links(address: str, link: bool) -> None:  # noqa: FBT001
    sites = GOOD["sites"].head(1).with_columns(address=pl.lit(address))
    tree = LexborHTMLParser(page(facts(sites=sites)))
    assert [node.attributes["href"] for node in tree.css("a")] == ([address] if link else [])
    assert address in texts(tree, "#caption-sites ~ tbody bdi") or not address.strip() or address != address.strip()


def test_the_policy_forbids_everything_but_the_one_style() -> None:
    source = page(facts())
    tree = LexborHTMLParser(source)
    policy = first(tree, "meta[http-equiv='Content-Security-Policy']").attributes["content"]
    digest = base64.b64encode(hashlib.sha256(first(tree, "style").text().encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in source
    assert "@import" not in source


def test_it_can_be_read_by_everybody() -> None:
    tree = LexborHTMLParser(page(facts()))
    assert first(tree, "html").attributes["lang"] == "en"
    assert tree.css_first("meta[name=viewport]")
    assert len(tree.css("table")) == len(tree.css("table > caption")) == 5
    for table in tree.css("table"):
        assert all(head.attributes.get("scope") == "col" for head in table.css("thead th"))
        assert all(head.attributes.get("scope") == "row" for head in table.css("tbody th"))
        widths = {len(row.css("th, td")) for row in table.css("tr")}
        assert len(widths) == 1
    for region in tree.css("[role=region]"):
        assert region.attributes["tabindex"] == "0"
        assert tree.css_first(f"#{region.attributes['aria-labelledby']}")
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))


def test_long_tables_are_cut_and_say_so() -> None:
    many = SHOWN + 10
    crawls = pl.concat([GOOD["crawls"].head(1)] * many).with_columns(
        collection=pl.format("terms:{}", pl.int_range(pl.len()))
    )
    tree = LexborHTMLParser(page(facts(crawls=crawls)))
    assert len(tree.css("#caption-receipts ~ tbody tr")) == SHOWN
    assert texts(tree, "#caption-receipts") == [f"Receipts: the first {SHOWN} of {many:,}"]


def test_the_same_facts_give_the_same_page() -> None:
    shuffled = {name: GOOD[name].sample(fraction=1, shuffle=True, seed=7) for name in ("sites", "crawls", "quarantine")}
    again = facts(findings=dict(reversed(facts().findings.items())), **shuffled)
    assert page(facts()) == page(facts()) == page(again)


def test_the_page_knows_no_clock_and_no_hash_seed() -> None:
    program = (
        "from tests.report.test_page import facts, page; import sys; sys.stdout.buffer.write(page(facts()).encode())"
    )
    pages = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=REPO,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, locale in [("1", "UTC", "C"), ("2", "Asia/Urumqi", "de_DE.UTF-8")]
    }
    assert pages == {page(facts()).encode()}
