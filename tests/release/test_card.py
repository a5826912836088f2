"""The card: metadata that survives every title, and data that is shown and never acts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest
import yaml
from huggingface_hub import DatasetCard
from markdown_it import MarkdownIt

from presscorpus.config.params import Part, Policy
from presscorpus.release import card, credits, summary, writer  # noqa: A004 - our module, not the builtin
from presscorpus.release.dictionary import dictionary
from presscorpus.release.markdown import block, code, escape, line, table
from presscorpus.release.safe_yaml import dump
from tests import good_tables
from tests.release.conftest import SITES, parameters

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from tests.release.conftest import Laid

HOSTILE = [
    "plain",
    "---",
    "a\n---\nb",
    "a: b # c",
    "!!python/object:os.system",
    "x\u2028---\u2028y\x85---\x85z\x0b\x0c\x1c---",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) `code` | pipe | *bold* __x__ ~~y~~ $$z$$",
    "`" * 5,
    "ئۇيغۇر \u202e tersi \u200f",
    "\ud800",
    "{{ jinja }} %}",
    "'\"\\",
    "yes",
    " lead and trail ",
]


# What the card is made of, and the links that it writes itself.
SAFE = {
    "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "pre", "strong",
    "a",  # each of its targets is compared with WRITTEN
}  # fmt: skip
WRITTEN = {
    "DICTIONARY.md", "LICENSE.md", "CHANGES.md", "CITATION.cff", "CITATION.bib", "SHA256SUMS", "croissant.json",
    "datacite.json", "datapackage.json", "zenodo.json", "report.html",
}  # fmt: skip


class Elements(HTMLParser):
    """The tags, links and text of a rendered page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        links = {value for key, value in attrs if key in {"href", "src"} and value}
        self.links |= links
        if not (tag == "a" and {link.partition("#")[0] for link in links} <= WRITTEN):
            self.tags.add(tag)
        assert not [key for key, _ in attrs if key.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def contents(package: Package, **rows: int) -> card.Contents:
    schemas = {name: resource.schema for name, resource in package.resources.items()}
    return card.Contents(
        schemas=schemas,
        rows=dict.fromkeys(schemas, 0) | rows,
        digests=dict.fromkeys(schemas, "0" * 64),
        summary=summary.Summary((), (), ()),
        has_report=False,
    )


def metadata(package: Package, params: Params, **rows: int) -> dict[str, Any]:
    text = card.card(credits.gather(package.descriptor, params.dataset), params, contents(package, **rows))
    return dict(DatasetCard(text).data.to_dict())  # type: ignore[no-untyped-call]


@pytest.mark.case(23)
@pytest.mark.parametrize("title", HOSTILE)
def test_the_metadata_comes_back_as_it_was_whatever_the_title(package: Package, title: str) -> None:
    params = parameters(title=title, statement=title)
    credits_ = credits.gather(package.descriptor, params.dataset)
    held = contents(package, posts=1, sites=1)
    text = card.card(credits_, params, held)
    text.encode()
    expected = card.front_matter(credits_, params, held)
    assert expected["pretty_name"] == title.replace("\ud800", "\ufffd").strip()
    read = DatasetCard(text)
    assert read.data.to_dict() == expected  # type: ignore[no-untyped-call]
    assert read.text.lstrip().startswith("# ")
    # datasets ends the front matter at the first line "---" that str.splitlines finds.
    lines = text.splitlines()
    end = lines[1:].index("---") + 1
    assert yaml.safe_load("\n".join(lines[1:end])) == expected


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_loads_and_acts_nowhere(package: Package, tables: Path, tmp_path: Path, title: str) -> None:
    writer.write(package, parameters(title=title, statement=title), tables, tmp_path / "out", report=None)
    for name in ("README.md", "LICENSE.md"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        body = text.split("\n---\n", 1)[1] if name == "README.md" else text
        page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(body)
        found = Elements(page)
        assert found.tags <= SAFE, name
        assert {link for link in found.links if link.partition("#")[0] not in WRITTEN} == set(), name
        # Nothing of it is lost either: what the statement says is there to be read.
        if name == "LICENSE.md":
            assert line(title) in " ".join(found.text.split())
        assert "\u202e" not in body


def test_what_escapes_protects() -> None:
    assert escape("a|b `c` <i> & [x](y) *z*\n# d") == r"a\|b \`c\` &lt;i&gt; &amp; \[x\](y) \*z\* # d"
    assert escape("snake_case _em_ https://e.org/a_b/#c") == r"snake_case \_em\_ https://e.org/a_b/#c"
    assert escape("\u202eevil\u200f\x00") == "\\[U+202E\\] evil\u200f"
    assert code("a`b") == "``a`b``"
    assert code("`a") == "`` `a ``"
    assert code("a|b\nc") == r"`a\|b c`"
    assert code("") == ""
    assert block("```\nx", "text") == "````text\n```\nx\n````\n"
    assert table(["a", "b"], [["1", "2"]], right=[1]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |\n"


@pytest.mark.case(23)
@pytest.mark.parametrize("text", HOSTILE)
def test_yaml_is_one_line_a_scalar_and_comes_back(text: str) -> None:
    document = {"first": text, "list": [text, {"deep": text}], "last": 1}
    dumped = dump(document)
    assert yaml.safe_load(dumped) == document
    assert len(dumped.splitlines()) == 5


def test_languages_licences_and_sizes_are_those_that_the_hub_knows(package: Package) -> None:
    params = parameters()
    found = metadata(package, params, posts=1000, sites=6)
    assert found["language"] == ["ug", "en"]
    assert found["language_bcp47"] == ["ug-Arab"]
    assert (found["license"], found["license_link"]) == ("other", "LICENSE.md")
    assert found["size_categories"] == ["1K<n<10K"]
    rights = msgspec.structs.replace(params.sites[0].rights, license="CC-BY-4.0")
    sites = tuple(msgspec.structs.replace(site, rights=rights) for site in params.sites)
    licensed = msgspec.structs.replace(params, sites=sites)
    assert metadata(package, licensed, posts=1)["license"] == "cc-by-4.0"
    assert "license_link" not in metadata(package, licensed, posts=1)
    mixed = msgspec.structs.replace(params, sites=(sites[0], *params.sites[1:]))
    assert metadata(package, mixed, posts=1)["license"] == "other"
    assert metadata(package, params, posts=999)["size_categories"] == ["n<1K"]
    assert metadata(package, params, posts=10**13)["size_categories"] == ["n>1T"]


def test_a_table_without_rows_has_no_config_and_the_first_with_rows_is_the_default(package: Package) -> None:
    found = metadata(package, parameters(), sites=6, links=2)
    assert [each["config_name"] for each in found["configs"]] == ["links", "sites"]
    assert [each.get("default", False) for each in found["configs"]] == [True, False]
    assert "dataset_info" not in found
    assert found["configs"][0]["description"].endswith("0" * 64)
    everything = metadata(package, parameters(), **dict.fromkeys(package.resources, 1))
    names = [each["config_name"] for each in everything["configs"]]
    assert names[:3] == ["posts", "terms", "links"]
    assert names[3:] == [name for name in package.resources if name not in card.FIRST]
    assert [each["default"] for each in everything["configs"] if "default" in each] == [True]
    assert "configs" not in metadata(package, parameters())


def test_the_card_says_what_is_withheld_by_which_policy(package: Package) -> None:
    params = parameters(policy=Policy(text="excerpt"))
    open_ = Policy(authors="named", comments=True)
    params = msgspec.structs.replace(
        params, sites=(msgspec.structs.replace(params.sites[0], policy=open_), *params.sites[1:])
    )
    text = card.card(credits.gather(package.descriptor, params.dataset), params, contents(package, posts=1))
    section = text.split("## What is withheld")[1].split("\n## ")[0]
    first, second = section.split("\n\n`site-1`")
    assert "`site-0`: text full, authors named, comments yes, redacted: email and phone.\n\n- nothing" in first
    assert "text excerpt, authors withheld, comments no, redacted: email and phone." in second
    assert "- `posts`: `text`, `content_html`, `author_id`, `publisher_url`, `extra`\n" in second
    assert "- `authors`: all rows\n- `comments`: all rows\n" in second


def test_a_part_is_called_one_before_anything_else(package: Package, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    good_tables.write(package, folder)
    said = parameters()
    first, *others = said.sites
    asked = msgspec.structs.replace(first, part=Part(limit=100))
    writer.write(package, msgspec.structs.replace(said, sites=(asked, *others)), folder, tmp_path / "out", report=None)
    text = (tmp_path / "out/README.md").read_text()
    assert "**A part, not all:** asked for was only the newest 100 items of each collection." in text.split("\n## ")[0]


def test_receipts_gaps_and_quarantine_are_told_as_the_tables_have_them(package: Package, tmp_path: Path) -> None:
    frames = good_tables.frames(package)
    row = frames["crawls"].row(0, named=True)
    good = {"site": "site-0", "outcome": "complete", "balanced": True, "reason": None, "failed": 0, "gone": 0}
    rows = [
        row | good | {"crawl": "20261101T000000Z", "collection": "posts", "swept": 9, "fetched": 9, "unreadable": 0},
        row | good | {
            "crawl": "20261102T000000Z", "collection": "posts", "swept": 1234, "fetched": 1233, "unreadable": 1,
        },
        row | good | {"crawl": "20261102T000000Z", "collection": "terms", "swept": 5, "fetched": 5, "unreadable": 0},
        row | good | {
            "site": "site-2", "crawl": "20261101T000000Z", "collection": "posts", "swept": 1, "fetched": 1,
            "unreadable": 0, "outcome": "unknown",
        },
        row | good | {
            "site": "site-1", "crawl": "20261101T000000Z", "collection": "posts", "swept": 3, "fetched": 1,
            "unreadable": 0, "failed": 2, "balanced": False, "outcome": "incomplete", "reason": "time | is <b>up</b>",
        },
    ]  # fmt: skip
    folder = tmp_path / "tables"
    good_tables.write(package, folder)
    crawls = pl.DataFrame(rows, schema=package.schema("crawls").polars)
    good_tables.save(package.schema("crawls"), crawls, folder / "crawls.parquet")
    quarantine = frames["quarantine"].with_columns(rule=pl.Series(["id_invalid"] * 4 + ["too_large"] * 2))
    good_tables.save(package.schema("quarantine"), quarantine, folder / "quarantine.parquet")
    writer.write(package, parameters(), folder, tmp_path / "out", report=None)
    text = (tmp_path / "out/README.md").read_text()
    assert (
        "| site-0 | `https://site-0.example/` | 2 Nov 2026, 00:00 | 2 | 1,239 | 1,238 | 1 | 0 | 0 | yes |\n"
        "| site-1 | `https://site-1.example/` | 1 Nov 2026, 00:00 | 1 | 3 | 1 | 0 | 0 | 2 | no |\n"
        "| site-2 | `https://site-2.example/` | 1 Nov 2026, 00:00 | 1 | 1 | 1 | 0 | 0 | 0 | yes, total unknown |\n"
    ) in text
    assert (
        "incomplete: 1.\n\n- `site-1`, crawl `20261101T000000Z`, `posts`: time \\| is &lt;b&gt;up&lt;/b&gt;\n" in text
    )
    assert "could not become rows: 6, by the rule that they broke:\n\n- `id_invalid`: 4\n- `too_large`: 2\n" in text


def test_long_lists_end_and_say_where_the_rest_is(package: Package) -> None:
    params = parameters()
    many = tuple(msgspec.structs.replace(params.sites[0], name=f"site-{n}") for n in range(3000))
    receipts = tuple(summary.Receipts(site.name, 1, "20261101T000000Z", 1, 1, 0, 0, 0, 0, 0) for site in many)
    gaps = tuple(summary.Gap(site.name, "20261101T000000Z", "posts", None) for site in many)
    held = contents(package, posts=1)._replace(summary=summary.Summary(receipts, gaps, ()))
    wide = msgspec.structs.replace(params, sites=many)
    text = card.card(credits.gather(package.descriptor, params.dataset), wide, held)
    assert len(text) < 60_000
    assert text.count("\n2,950 more stand in the table `crawls`.\n") == 2
    assert "2,950 more sites" in text
    assert card.license_text(credits.gather(package.descriptor, params.dataset), many).count("\n- `site-") == 3000


def test_the_card_links_the_report_only_where_there_is_one(laid: Laid, package: Package) -> None:
    assert "(report.html)" in (laid.folder / "README.md").read_text()
    params = parameters()
    bare = card.card(credits.gather(package.descriptor, params.dataset), params, contents(package, posts=1))
    assert "report.html" not in bare
    assert all(f"`{site}`" in bare for site in SITES)


def test_the_dictionary_has_every_column_of_every_table(laid: Laid) -> None:
    text = (laid.folder / "DICTIONARY.md").read_text()
    for name, resource in laid.package.resources.items():
        section = text.split(f"\n## `{name}`\n")[1].split("\n## ")[0]
        rows = [row for row in section.splitlines() if row.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == resource.schema.names
        for row, field in zip(rows, resource.schema.fields, strict=True):
            cells = row.replace("\\|", "").split(" | ")
            assert len(cells) == 7, row
            assert escape(field.description) in row
            assert cells[3:5] == ["no" if field.required else "yes", field.exposure]
            assert ("†" in cells[0]) == field.observation
    assert text == dictionary([laid.package.schema(name) for name in card.order(laid.package.resources)])
