"""The figures in a terminal and as DVC's files: the same ones, and nothing that a terminal or sheet would run."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from presscorpus.config import params
from presscorpus.config.params import Part
from presscorpus.report import Report, plots
from presscorpus.report.completeness import completeness
from presscorpus.report.terminal import summary
from tests.report import corpus, test_page

if TYPE_CHECKING:
    from presscorpus.config.layout import Layout

SETTLED = corpus.dataset(datetime(2026, 11, 23, tzinfo=UTC))


def test_it_tells_the_figures_and_what_to_do_next() -> None:
    told = list(summary(Report(Path("data/reports/index.html"), test_page.facts().figures), SETTLED, Path("release")))
    assert told[0] == "Two societies, v2026.11.23"
    assert "posts            6" in told
    assert "findings: 1,203: posts/site,type,id/primaryKey 1,200, posts/state/enum 3" in told
    assert any(line.startswith("quarantine: 6: ") for line in told)
    assert "page: data/reports/index.html" in told
    assert [line.split(":")[0] for line in told].count("next") >= 2
    assert any("mend what breaks the schemas" in line for line in told)
    assert max(map(len, told)) < 160


def test_a_clean_build_is_told_to_be_published() -> None:
    empty = {name: frame.clear() for name, frame in test_page.GOOD.items()}
    told = list(summary(Report(Path("p"), test_page.facts(empty, {}).figures), SETTLED, Path("release")))
    assert "findings: none" in told
    assert "quarantine: none" in told
    assert told[-1].startswith("next: ")
    for repository, words in ((None, "publish ORG/d --dry-run"), ("lab/news", "publish --dry-run")):
        makers = (params.Creator("A Lab"),)
        said = msgspec.structs.replace(SETTLED.dataset, repository=repository, creators=makers)
        settled = msgspec.structs.replace(SETTLED, dataset=said)
        told = list(summary(Report(Path("p"), test_page.facts(empty, {}).figures), settled, Path("release")))
        assert told[-1] == f"next: `dvc repro`, then `presscorpus {words}`"


def test_flags_are_told_beside_findings() -> None:
    posts = test_page.GOOD["posts"].head(2).with_columns(flags=pl.Series([["shortcode", "hidden_text"], ["shortcode"]]))
    figures = test_page.facts({**test_page.GOOD, "posts": posts}, {}).figures
    told = list(summary(Report(Path("p"), figures), SETTLED, Path("release")))
    assert "findings: none" in told
    assert "posts with flags: shortcode 2, hidden_text 1 (docs/flags.md)" in told


def test_a_part_is_called_a_part_and_never_complete() -> None:
    figures = test_page.facts({name: frame.clear() for name, frame in test_page.GOOD.items()}, {}).figures
    figures = figures._replace(complete={**dict.fromkeys(figures.complete, 0), "known": 162, "fetched": 100})
    site, *others = SETTLED.sites
    asked = msgspec.structs.replace(site, part=Part(limit=100), files=None)
    told = list(
        summary(Report(Path("p"), figures), msgspec.structs.replace(SETTLED, sites=(asked, *others)), Path("r"))
    )
    assert (
        "a part, not all: 100 of 162 known items are here; asked for was only the newest 100 items of each collection"
    ) in told
    assert any(line.startswith("next: build without --limit") for line in told)
    assert not any("complete" in line for line in told)


def test_completeness_has_a_word_for_each_state() -> None:
    figures = test_page.facts().figures
    crawls = figures.crawls.filter("last").with_columns(balanced=True, outcome=pl.lit("complete"))
    quarantine = figures.quarantine.clear()
    numbers = dict.fromkeys(figures.complete, 0)

    def told(*, refused: bool = False, balanced: bool = True, **counts: int) -> tuple[str, str]:
        return completeness(
            figures._replace(
                complete={**numbers, **counts},
                crawls=crawls.with_columns(balanced=pl.lit(balanced)),
                quarantine=figures.quarantine if refused else quarantine,
            )
        )

    assert told() == ("empty", "nothing was found")
    assert told(known=1, fetched=1) == ("complete", "complete: the one known item is here")
    assert told(known=9, fetched=4, unchanged=5) == ("complete", "complete: all 9 known items are here")
    assert told(known=9, fetched=8, gone=1) == (
        "accounted for", "all accounted for: 8 of 9 known items are here; 1 vanished meanwhile",
    )  # fmt: skip
    assert told(known=9, fetched=8, failed=1, balanced=False) == (
        "incomplete", "incomplete: 8 of 9 known items are here; 1 failed",
    )  # fmt: skip
    # What nobody asked for is in no number, and not here.
    assert told(known=9, fetched=4, balanced=False) == ("incomplete", "incomplete: 4 of 9 known items are here")
    assert told(known=9, fetched=9, refused=True)[1].startswith("incomplete: 9 of 9 known items were received, but 6")


def test_an_import_speaks_for_itself_alone() -> None:
    of_files = test_page.GOOD["crawls"].head(1).with_columns(
        source=pl.lit("files"), balanced=True, outcome=pl.lit("complete"), swept=2, fetched=2, unchanged=0,
        unreadable=0, gone=0, failed=0,
    )  # fmt: skip
    quarantine = test_page.GOOD["quarantine"].clear()

    def told(*crawls: pl.DataFrame) -> str:
        tables = test_page.GOOD | {"crawls": pl.concat(crawls), "quarantine": quarantine}
        return completeness(test_page.facts(tables).figures).sentence

    earlier = of_files.with_columns(crawl=pl.lit("20010101T000000Z"), swept=4, fetched=4)
    asked = of_files.with_columns(site=pl.lit("other"), source=pl.lit("wordpress"))
    assert told(of_files) == "complete: all 2 known items are here"
    assert told(of_files, earlier) == "complete: all 2 items of the last import are here"
    assert told(of_files, earlier, asked) == ("complete: all 4 items of the last crawl or import of each site are here")
    untold = of_files.with_columns(outcome=pl.lit("unknown"))
    assert told(untold) == "total unknown: all 2 known items are here"
    # One collection without a total is enough.
    beside = of_files.with_columns(collection=pl.lit("zebras"))
    assert told(untold, beside) == told(beside, untold) == "total unknown: all 4 known items are here"
    assert told(untold.with_columns(unreadable=1, fetched=1, site=pl.lit("dump")), asked) == (
        "total unknown: 3 of 4 known items are here; 1 not shown by the site; nothing told a total of dump"
    )
    # A crawl asks for what earlier ones knew.
    assert told(asked, earlier.with_columns(site=pl.lit("other"))) == "complete: all 2 known items are here"


def test_a_site_that_never_answered_is_missing_beside_one_that_is_whole() -> None:
    whole, dead = (pl.lit(name) for name in ("whole", "dead"))
    first = test_page.GOOD["crawls"].head(1).with_columns(
        balanced=True, outcome=pl.lit("complete"), reason=pl.lit(None, dtype=pl.String), swept=2, fetched=2,
        unchanged=0, unreadable=0, gone=0, failed=0,
    )  # fmt: skip
    nothing = first.with_columns(
        site=dead, outcome=pl.lit("incomplete"), reason=pl.lit("no answer\nTry later."), swept=0, fetched=0
    )
    crawls = pl.concat([first.with_columns(site=whole), nothing])
    quarantine = test_page.GOOD["quarantine"].clear()
    figures = test_page.facts(test_page.GOOD | {"crawls": crawls, "quarantine": quarantine}).figures
    told = list(summary(Report(Path("p"), figures), SETTLED, Path("r")))
    assert "incomplete: 2 of 2 known items are here; nothing came of dead" in told
    assert any(line.startswith("  dead ") and line.endswith(": no answer") for line in told)


def test_no_text_moves_the_cursor() -> None:
    figures = test_page.hostile().figures
    named = pl.Series("rule", ["\x1b[2J\u202erule"] * figures.quarantine.height, dtype=pl.String)
    figures = figures._replace(quarantine=figures.quarantine.with_columns(named), findings={"a\x1b]0;x\x07/b/c": 1})
    told = "\n".join(summary(Report(Path("p"), figures), SETTLED, Path("release")))
    assert all(character.isprintable() or character == "\n" for character in told)
    assert "\\x1b[2J\\u202erule" in told


def test_metrics_and_plots_are_the_figures_of_the_page(built: Layout) -> None:
    metrics = json.loads((built.reports / plots.METRICS).read_bytes())
    tables = {path.stem: pl.read_parquet(path) for path in built.tables.glob("*.parquet")}
    assert metrics["rows"] == {name: tables[name].height for name in metrics["rows"]}
    assert metrics["sizes"] == {"words": tables["posts"]["word_count"].sum(), "bytes": tables["crawls"]["bytes"].sum()}
    assert metrics["completeness"]["held_share"] == 1
    over_time = pl.read_csv(built.reports / "posts_over_time.csv")
    for dimension in ("site", "language", "type"):
        mine = over_time.filter(pl.col("by") == dimension)
        assert mine["posts"].sum() == tables["posts"].height
    (edited,) = pl.read_csv(built.reports / "changes.csv").group_by("series").agg(pl.col("posts").sum()).rows()
    assert edited == ("edited", tables["versions"].filter(pl.col("ordinal") > 1).height)
    for name in ("posts_over_time.png", "languages.png", "linked_domains.png"):
        assert (built.reports / name).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert params.load(built.root / params.FILE).dataset.version in (built.reports / "index.html").read_text()


@pytest.mark.case(21)
def test_a_spreadsheet_runs_nothing() -> None:
    figures = test_page.facts().figures
    terms = pl.DataFrame(
        {"taxonomy": ["category"], "name": ['=HYPERLINK("http://x.example","x")'], "sites": [1], "posts": [2]}
    )
    text = plots.tables(figures._replace(terms=terms))["terms.csv"].write_csv()
    ((_, row)) = list(csv.reader(io.StringIO(text)))
    assert row == ["category", '\'=HYPERLINK("http://x.example","x")', "1", "2"]
