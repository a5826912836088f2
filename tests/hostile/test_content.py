"""Every hostile post, alone on its site and among good ones on one, through the whole pipeline."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl
import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Engine, Params, Rights, Site, Validation
from presscorpus.observations.evidence import newest
from presscorpus.pipeline import stages
from presscorpus.release import gates
from presscorpus.tables import sites
from presscorpus.terminal import printable
from tests.hostile.corpus import HYPERLINK, RTL, SITE, YAML_TITLE, Hostile, corpus, post

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = schema.load_package(Path(__file__).parent.parent.parent)
MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
CORPUS = corpus()
AMONG = "among"
TERMS = '[{"id":1,"taxonomy":"category","slug":"c","name":"C"}]'
# What a post is alone or among on its site must not matter to any of these.
PLACED = {"site", "crawl", "record_id", "observed_at"}
SPREADSHEET = {".csv", ".tsv", ".xls", ".xlsx", ".ods", ".html", ".xml"}


class Built(NamedTuple):
    layout: Layout
    sites: dict[str, Hostile]

    def table(self, name: str, *, site: str | None = None) -> pl.DataFrame:
        frame = pl.read_parquet(self.layout.tables / f"{name}.parquet")
        return frame if site is None else frame.filter(pl.col("site") == site)


def named(case: Hostile) -> str:
    return f"case{case.case}-" + re.sub(r"[^a-z0-9]+", "-", case.name.lower()).strip("-")


def number_in(case: Hostile) -> int:
    """The place of a case among the good posts: a number of its own."""
    return 1_000 + CORPUS.index(case)


def digest(item: bytes) -> str:
    return hashlib.sha256(item).hexdigest()


def placed(case: Hostile) -> bytes:
    """The post with the number that it has among the good ones."""
    return re.sub(rb'"id": ("?)9(\.0)?\1(?=[,}])', rb'"id": \g<1>%d\2\1' % number_in(case), case.item, count=1)


def good_of(case: Hostile) -> tuple[int, int]:
    """The numbers of the good posts before and behind it."""
    return 2 * CORPUS.index(case) + 1, 2 * CORPUS.index(case) + 2


def site(name: str) -> Site:
    return Site(name, f"{SITE}/", MOMENT, Rights(YAML_TITLE, "CC0-1.0"), files=f"in/{name}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One dataset: a site for each hostile post, with nothing else, and one with all of them among good ones."""
    layout = Layout.of(tmp_path_factory.mktemp("hostile"))
    sites = {named(case): case for case in CORPUS}
    assert len(sites) == len(CORPUS)
    for name, case in sites.items():
        (layout.root / "in" / name).mkdir(parents=True)
        # With a term: a site from which no item at all comes is an error, not a site.
        (layout.root / "in" / name / "categories.json").write_text(
            '[{"id":1,"taxonomy":"category","slug":"c","name":"C"}]'
        )
        (layout.root / "in" / name / "posts.json").write_bytes(b"[" + case.item + b"]")
    (layout.root / "in" / AMONG).mkdir()
    for name, case in sites.items():
        before, behind = (json.dumps(post(number)).encode() for number in good_of(case))
        items = b",\n".join([before, placed(case), behind])
        (layout.root / "in" / AMONG / f"{name}.json").write_bytes(b"[" + items + b"]")
    settled = Params(
        dataset=Dataset("hostile", YAML_TITLE.replace("\n", " "), "v2026.01.02"),
        sites=tuple(site(name) for name in [*sites, AMONG]),
        engine=Engine(2),
        # The oracle judges these rows too: the two judges must agree on all that hostile content gives.
        validate=Validation(1_000_000),
    )
    (layout.root / params.FILE).write_text(yaml.safe_dump(msgspec.to_builtins(settled)))

    def quiet(*_: object) -> None:
        return None

    outcomes = stages.fetch.run(settled, layout, quiet)
    assert not [outcome.error for outcome in outcomes if outcome.error]
    stages.normalise.run(PACKAGE, settled, layout, quiet)
    assert stages.validate.run(PACKAGE, settled, layout) == {}
    stages.report.run(PACKAGE, settled, layout)
    stages.package.run(PACKAGE, settled, layout)
    assert gates.reservations(settled, layout) is not None
    return Built(layout, sites)


def check(case: Hostile, rows: list[dict[str, Any]], quarantine: list[dict[str, Any]]) -> None:
    if case.rule is not None:
        assert rows == []
        assert [row["rule"] for row in quarantine] == [case.rule]
        assert quarantine[0]["reason"]
        return
    (row,) = rows
    assert quarantine == []
    assert set(case.flags) <= set(row["flags"])
    for name, value in case.shows.items():
        column, _, part = name.partition(".")
        assert (getattr(row[column], part) if part else row[column]) == value, name


@pytest.mark.case(14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
@pytest.mark.parametrize("case", CORPUS, ids=named)
def test_a_hostile_post_alone_is_a_row_or_in_quarantine(built: Built, case: Hostile) -> None:
    name = named(case)
    rows = built.table("posts", site=name).to_dicts()
    quarantine = built.table("quarantine", site=name).to_dicts()
    if case.name in {"a number in a list", "an error in a list"}:
        # With nothing else in the file they are a list of numbers and an error: archived, and no items.
        assert rows == quarantine == []
        return
    check(case, rows, quarantine)
    for row in rows:
        assert newest(built.layout.raw, name, row["type"], 9) == case.item


@pytest.mark.case(14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
@pytest.mark.parametrize("case", CORPUS, ids=named)
def test_among_good_posts_it_is_the_same_and_they_are_all_there(built: Built, case: Hostile) -> None:
    posts, quarantine = built.table("posts", site=AMONG), built.table("quarantine", site=AMONG)
    mine = posts.filter(pl.col("id") == number_in(case))
    expected = case._replace(shows={name: value for name, value in case.shows.items() if name != "id"})
    check(expected, mine.to_dicts(), quarantine.filter(evidence_digest=digest(placed(case))).to_dicts())
    # The neighbours before and behind are what they are alone.
    good = posts.filter(pl.col("id").is_in(good_of(case)))
    assert good.select("title", "text", "flags").rows() == [(f"T{n}", "x", []) for n in good["id"].to_list()]
    assert good.height == 2
    alone = built.table("posts", site=named(case)).drop(PLACED, "id", "digest")
    assert alone.to_dicts() == mine.drop(PLACED, "id", "digest").to_dicts()


@pytest.mark.case(14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
def test_every_record_is_a_row_or_in_quarantine_and_every_good_one_is_a_row(built: Built) -> None:
    posts, quarantine = built.table("posts", site=AMONG), built.table("quarantine", site=AMONG)
    assert posts.height + quarantine.height == 3 * len(CORPUS)
    assert posts.filter(pl.col("id") <= 2 * len(CORPUS)).height == 2 * len(CORPUS)
    assert set(quarantine["evidence_digest"]) == {digest(placed(case)) for case in CORPUS if case.rule}


@pytest.mark.case(19, 20)
def test_no_text_holds_a_control_character(built: Built) -> None:
    posts = built.table("posts")
    for column in ("text", "title", "excerpt"):
        assert not posts.filter(pl.col(column).str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{FEFF}]")).height


@pytest.mark.case(20)
def test_bidi_is_escaped_on_a_terminal_and_joiners_are_not_lost_in_data(built: Built) -> None:
    shown = printable(built.table("posts").filter(pl.col("title").str.contains("evil"))["title"][0])
    assert "\\u202e" in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f]", shown)
    assert RTL in built.table("posts", site="case20-bidi-overrides")["text"][0]


@pytest.mark.case(21)
def test_nothing_that_a_spreadsheet_opens_begins_a_cell_with_a_formula(built: Built) -> None:
    assert HYPERLINK in built.table("posts")["title"].to_list()
    for folder in (built.layout.release, built.layout.reports):
        for path in folder.rglob("*"):
            if path.suffix in SPREADSHEET:
                for cell in re.split(r"[<>,;\t\n]", path.read_text(encoding="utf-8")):
                    assert not cell.strip().startswith("=HYPERLINK"), path


@pytest.mark.case(22)
def test_the_report_runs_loads_and_links_nothing_hostile(built: Built) -> None:
    source = (built.layout.reports / "index.html").read_text(encoding="utf-8")
    tree = LexborHTMLParser(source)
    assert not tree.css("iframe, object, embed, base, [src], script[type=module]")
    (allowed,) = (node.attributes["content"] or "" for node in tree.css("meta[http-equiv=Content-Security-Policy]"))
    assert "default-src 'none'" in allowed
    for script in tree.css("script:not([type='application/json'])"):
        # The page's own, by its digest; nothing else would run.
        mark = base64.b64encode(hashlib.sha256(script.text().encode()).digest()).decode()
        assert f"'sha256-{mark}'" in allowed
    for node in tree.css("*"):
        attributes: Mapping[str, str | None] = node.attributes
        assert not any(name.startswith("on") for name in attributes)
        assert not re.match(r"\s*(javascript|data|vbscript):", attributes.get("href") or "", re.IGNORECASE)


@pytest.mark.case(23)
def test_the_card_and_the_citation_parse_and_give_the_title_back(built: Built) -> None:
    card = (built.layout.release / "README.md").read_text(encoding="utf-8")
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["pretty_name"].split() == YAML_TITLE.split()
    citation = yaml.safe_load((built.layout.release / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["title"].split() == YAML_TITLE.split()


@pytest.mark.case(24)
def test_no_file_is_named_after_content(built: Built) -> None:
    names = [path.relative_to(built.layout.root).as_posix() for path in built.layout.root.rglob("*")]
    assert not [name for name in names if re.search(r"passwd|\bCON\b|\baux\b|%d8|x{20}|\.\.|\\", name)]
    assert not (built.layout.root.parent / "etc").exists()


@pytest.mark.case(25)
def test_no_password_of_an_address_is_in_anything_but_the_raw_archive(built: Built) -> None:
    links = built.table("links", site="case25-addresses-that-are-none").sort("ordinal")
    assert links.select("resolved", "reason").rows()[0] == (None, "malformed") or links["resolved"][0] is None
    assert links["reason"][0]
    for folder in (built.layout.tables, built.layout.reports, built.layout.release):
        for path in folder.rglob("*"):
            if path.suffix == ".parquet":
                # HTML and unknown fields are as the site published them.
                words = pl.read_parquet(path).drop("content_html", "extra", strict=False).select(pl.col(pl.String))
                assert not words.select(pl.any_horizontal(pl.all().str.contains("secretpassword")).any()).item(), path
            elif path.is_file():
                assert b"secretpassword" not in path.read_bytes(), path


@pytest.mark.case(25)
@pytest.mark.parametrize("href", ["http://[", "http://[\udc00x", "//]"])
def test_a_post_whose_own_address_is_none_shows_nothing_of_its_site(href: str) -> None:
    item = json.dumps({"id": 1, "_links": {"self": [{"href": href}]}}).encode()
    assert sites.from_item(item) is None


@pytest.mark.case(25)
def test_a_data_url_is_kept_as_its_digest(built: Built) -> None:
    (url,) = built.table("links", site="case25-a-data-url-of-1-mb")["url"].to_list()
    assert len(url) < 200


LOAD = """
import json, os, sys
import datasets
names = ("posts", "quarantine", "links")
rows = {name: datasets.load_dataset(sys.argv[1], name, split="train").num_rows for name in names}
streamed = sum(1 for _ in datasets.load_dataset(sys.argv[1], "posts", split="train", streaming=True))
print(json.dumps([rows, streamed]))
# Threads that datasets streams with may abort an interpreter that ends while they do; all has been said.
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.case(14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
def test_the_release_loads(built: Built, tmp_path: Path) -> None:
    env = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    command = [sys.executable, "-c", LOAD, str(built.layout.release)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows, streamed = json.loads(done.stdout.splitlines()[-1])
    assert rows == {name: built.table(name).height for name in rows}
    assert streamed == rows["posts"]
