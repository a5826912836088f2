"""History as a person reads it: versions over several crawls, `presscorpus diff`, and `presscorpus as-of`."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
import yaml

from presscorpus.archive.receipt import CollectionReceipt, Receipt
from presscorpus.archive.writer import CrawlWriter, Exchange
from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.config.option_values import end
from presscorpus.observations.diff import Span, compare, lines, words
from presscorpus.observations.evidence import newest
from presscorpus.pipeline import stages
from tests import factories

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "presscorpus"
PACKAGE = schema.load_package(ROOT)
START = datetime(2026, 1, 1, tzinfo=UTC)
API = "https://www.example.org/wp-json/wp/v2"
GONE = (404, "rest_post_invalid_id")
HIDDEN = (401, "rest_forbidden")
COLOUR = re.compile(r"\x1b\[\d*m")


def post(number: int = 1, text: str = "<p>x</p>", **more: Any) -> dict[str, Any]:
    times = dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"), "2025-01-01T00:00:00")
    own = {"slug": f"p{number}", "categories": [3], **times}
    made = factories.post(number, text, home="https://www.example.org", **own | more)
    return made if "status" in more else {key: value for key, value in made.items() if key != "status"}


class Corpus:
    """A folder with params.yaml and an archive, to which one crawl a day is added."""

    def __init__(self, root: Path) -> None:
        self.root, self.layout = root, Layout.of(root)
        self.sites = {"example": START}
        root.mkdir()

    def settled(self) -> params.Params:
        rights = {"statement": "Ours.", "license": "CC0-1.0"}
        sites = [
            {"name": name, "address": "https://www.example.org/", "files": f"in/{name}", "as_of": at, "rights": rights}
            for name, at in self.sites.items()
        ]
        dataset = {"name": "test", "title": "Test", "version": "v2026.01.01"}
        (self.root / params.FILE).write_text(yaml.safe_dump({"dataset": dataset, "sites": sites}))
        return params.load(self.root / params.FILE)

    def imported(self, day: float, *posts: dict[str, Any], site: str = "example", name: str = "posts.json") -> None:
        self.sites[site] = START + timedelta(days=day)
        source = self.root / "in" / site / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(json.dumps(posts))
        settled = self.settled()
        (done,) = [outcome for outcome in stages.fetch.run(settled, self.layout, quiet) if outcome.new]
        assert (done.site, done.troubles, done.error) == (site, [], None)

    def asked(self, day: float, *answers: tuple[str, int, Any], hours: float = 1, site: str = "example") -> None:
        """A live crawl: (route, status, body or error code), spread evenly over some hours."""
        began, ended = START + timedelta(days=day), START + timedelta(days=day, hours=hours)
        name = began.strftime("%Y%m%dT%H%M%SZ")
        with CrawlWriter(self.layout.raw, self.layout.work / "crawls", site, name) as crawl:
            for place, (route, status, said) in enumerate(answers):
                body = json.dumps({"code": said} if isinstance(said, str) else said).encode()
                at = began + (ended - began) * place / len(answers)
                crawl.exchange(Exchange(f"{API}/{route}", at, (), status, "", (), body))
            crawl.close(
                Receipt(
                    site=site,
                    crawl=name,
                    source="wordpress",
                    address="https://www.example.org/",
                    started_at=began,
                    ended_at=ended,
                    outcome="complete",
                    collections=[CollectionReceipt("posts:post", requests=1)],
                )
            )

    def built(self) -> dict[str, bytes]:
        stages.normalise.run(PACKAGE, self.settled(), self.layout, quiet)
        return tables(self.root)

    def versions(self, number: int = 1) -> list[tuple[Any, ...]]:
        self.built()
        frame = pl.read_parquet(self.layout.tables / "versions.parquet").filter(pl.col("id") == number)
        days = [((pl.col(name) - START).dt.total_hours() / 24) for name in ("first_seen", "last_seen")]
        return frame.select("type", "ordinal", *days, "observations", "state").rows()

    def run(self, *arguments: str | Path, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        self.settled()
        done = subprocess.run(
            [COMMAND, *arguments], cwd=self.root, env=os.environ | environment, capture_output=True, text=True,
            check=False, timeout=500,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def diff(self, *arguments: str) -> str:
        done = self.run("diff", "example", *arguments)
        assert done.stderr == ""
        return done.stdout

    def as_json(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.diff(*arguments, "--json"))
        return found


def quiet(*_: object) -> None:
    return None


def tables(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted((folder / "tables").glob("*.parquet"))}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


# Versions


def test_a_b_and_a_again_are_three_over_real_crawls(corpus: Corpus) -> None:
    for day, text in enumerate(("a", "a", "b", "a", "a")):
        corpus.imported(day, post(text=text, views=day))
    assert corpus.versions() == [
        ("post", 1, 0, 1, 2, "published"), ("post", 2, 2, 2, 1, "published"), ("post", 3, 3, 4, 2, "published"),
    ]  # fmt: skip


def test_a_crawl_of_an_earlier_moment_takes_its_place_in_history(corpus: Corpus) -> None:
    corpus.imported(0, post(text="a"))
    corpus.imported(9, post(text="a"))
    corpus.imported(5, post(text="b"))
    assert [row[2:4] for row in corpus.versions()] == [(0, 0), (5, 5), (9, 9)]
    assert b'"a"' in newest(corpus.layout.raw, "example", "post", 1)


def test_a_vanished_post_and_its_return_are_versions(corpus: Corpus) -> None:
    corpus.asked(0, ("posts?include=1", 200, [post()]))
    corpus.asked(1, ("posts/1", *HIDDEN))
    corpus.asked(2, ("posts/1", *GONE), ("posts/1", 410, GONE[1]), hours=48)
    corpus.asked(6, ("posts?include=1", 200, [post()]))
    assert corpus.versions() == [
        ("post", 1, 0, 0, 1, "published"), ("post", 2, 1, 1, 1, "unpublished"), ("post", 3, 2, 3, 2, "deleted"),
        ("post", 4, 6, 6, 1, "published"),
    ]  # fmt: skip


def test_a_tombstone_seen_before_the_post_is_its_first_version(corpus: Corpus) -> None:
    corpus.asked(0, ("posts/1", *HIDDEN))
    corpus.asked(1, ("posts/1", 200, post()))
    assert [row[1:] for row in corpus.versions()] == [(1, 0, 0, 1, "unpublished"), (2, 1, 1, 1, "published")]


def test_the_same_folder_of_old_and_new_captures_imported_twice_tells_of_no_edit(corpus: Corpus) -> None:
    old, new = post(text="old"), post(text="new", modified_gmt="2025-06-01T00:00:00")
    corpus.imported(0, new, old)
    corpus.imported(1, new, old, name="posts.json")
    corpus.imported(2, new, old, new)
    assert corpus.versions() == [("post", 1, 0, 0, 1, "published"), ("post", 2, 0, 2, 4, "published")]
    assert b"new" in newest(corpus.layout.raw, "example", "post", 1)


def test_of_one_moment_and_one_modification_the_later_place_counts(corpus: Corpus) -> None:
    # The order of record ids is chance; ten posts with three records each would hardly all fall right by it.
    corpus.sites["example"] = START
    folder = corpus.root / "in/example"
    folder.mkdir(parents=True)
    for name in ("a", "b", "c"):
        for number in range(1, 11):
            (folder / f"{name}{number}.json").write_text(json.dumps(post(number, text=name)))
    stages.fetch.run(corpus.settled(), corpus.layout, quiet)
    corpus.built()
    posts = pl.read_parquet(corpus.layout.tables / "posts.parquet")
    assert posts["text"].to_list() == ["c"] * 10
    assert b'"c"' in newest(corpus.layout.raw, "example", "post", 7)


def test_the_newest_bytes_are_what_was_observed_last_even_if_modified_earlier(corpus: Corpus) -> None:
    corpus.imported(0, post(text="edited", modified_gmt="2025-06-01T00:00:00"))
    corpus.imported(1, post(text="restored"))
    corpus.built()
    text = pl.read_parquet(corpus.layout.tables / "posts.parquet")["text"].to_list()
    assert text == ["restored"]
    assert b"restored" in newest(corpus.layout.raw, "example", "post", 1)


def test_an_answer_about_something_else_is_no_tombstone_of_the_post(corpus: Corpus) -> None:
    corpus.asked(
        0, ("posts/1", 200, post()), ("comments/1", 401, "rest_cannot_read"), ("users/1", *HIDDEN),
        ("categories/1", *HIDDEN), ("media/1", *GONE),
    )  # fmt: skip
    assert corpus.versions() == [("post", 1, 0, 0, 1, "published")]


def test_a_post_that_became_a_page_is_gone_as_a_post_only(corpus: Corpus) -> None:
    corpus.asked(0, ("posts/1", 200, post()))
    corpus.asked(1, ("pages/1", 200, post(type="page")), ("posts/1", *GONE))
    assert [(row[0], row[5]) for row in corpus.versions()] == [
        ("page", "published"), ("post", "published"), ("post", "deleted"),
    ]  # fmt: skip
    corpus.asked(2, ("books/1", *GONE))
    assert [(row[0], row[5]) for row in corpus.versions()][1] == ("page", "deleted")


# diff


def test_each_field_that_differs_is_shown_with_the_evidence_of_both(corpus: Corpus) -> None:
    text = "<p>The quick brown fox.</p><p>Stays.</p><p>Goes <a href='/a'>a</a>.</p>"
    corpus.imported(0, post(text=text, views=1, acf={"x": 1}, tags=[5], featured_media=7))
    corpus.imported(1, post(text=text, views=2, acf={"x": 1}, tags=[5], featured_media=7))
    after = "<p>The quick red fox.</p><p>Stays.</p><p>New one <a href='/b'>b</a>.</p><p>More.</p>"
    corpus.imported(
        3, post(text=after, views=2, acf={"x": 2}, tags=[6, 5], slug="other", status="publish", featured_media=0,
                title={"rendered": "T1 <b>anew</b>"}, excerpt={"rendered": "<p>Short.</p>"},
                modified_gmt="2026-01-03T00:00:00"),
    )  # fmt: skip
    corpus.built()
    rows = pl.read_parquet(corpus.layout.tables / "versions.parquet").to_dicts()
    assert corpus.diff("1") == (
        "example: post 1: version 1 -> 2, of 2\n"
        "- 1 published (imported)\n"
        "    seen 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z, 2 times\n"
        f"    {rows[0]['record_id']} in 20260101T000000Z.warc.gz\n"
        "+ 2 published (imported)\n"
        "    seen 2026-01-04T00:00:00Z to 2026-01-04T00:00:00Z, 1 time\n"
        f"    {rows[1]['record_id']} in 20260104T000000Z.warc.gz\n"
        "\ntitle\n  T1{+ anew+}\n"
        "\nexcerpt\n- (none)\n+ Short.\n"
        "\nslug\n- p1\n+ other\n"
        "\nstatus\n- (none)\n+ publish\n"
        "\nmodified_gmt\n- 2025-01-01T00:00:00\n+ 2026-01-03T00:00:00\n"
        "\nfeatured_media\n- 7\n+ 0\n"
        "\ntags\n+ 6\n"
        "\ntext\n"
        "  line 1 -> 1\n  The quick [-brown-]{+red+} fox.\n"
        "  line 3 -> 3\n- Goes a.\n+ New one b.\n+ More.\n"
        "\nlinks\n- /a\n+ /b\n"
        "\nalso changed: acf, views\n"
    )
    found = corpus.as_json("1")
    assert (found["from"]["record_id"], found["to"]["digest"]) == (rows[0]["record_id"], rows[1]["digest"])
    assert (found["versions"], found["others"]) == (2, ["acf", "views"])
    changes = {change.pop("field"): change for change in found["changes"]}
    assert changes["tags"] == {"before": [5], "after": [6, 5]}
    assert changes["text"]["hunks"][1] == {
        "line_before": 3, "line_after": 3, "removed": ["Goes a."], "added": ["New one b.", "More."],
    }  # fmt: skip
    assert "content_html" in changes


def test_versions_are_chosen_by_number_and_the_last_two_by_default(corpus: Corpus) -> None:
    for day, text in enumerate(("one", "two", "three")):
        corpus.imported(day, post(text=text))

    def shown(*arguments: str) -> tuple[int, int]:
        found = corpus.as_json("1", *arguments)
        return found["from"]["ordinal"], found["to"]["ordinal"]

    assert shown() == (2, 3)
    assert shown("--to", "2") == (1, 2)
    assert shown("--from", "1") == (1, 3)
    assert shown("--from", "3", "--to", "1") == (3, 1)


def test_one_version_is_said_to_be_the_only_one(corpus: Corpus) -> None:
    corpus.imported(0, post())
    said = corpus.diff("1")
    assert said.startswith("example: post 1 has one version\n  1 published (imported)\n    seen 2026-01-01T00:00:00Z")
    assert said.count("\n") == 4
    found = corpus.as_json("1")
    assert (found["from"], found["changes"], found["to"]["ordinal"]) == (None, None, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diff", "example", "9"], "example: no post 9 was ever observed"),
        (["diff", "nosite", "1"], "nosite: has no closed crawl"),
        (["diff", "example", "1", "--type", "page"], "example: no page 1 was ever observed"),
        (["diff", "example", "1", "--to", "3"], "post 1 has no version 3; the last is 2"),
        (["diff", "example", "1", "--from", "0"], "post 1 has no version 0; the last is 2"),
        (["diff", "example", "1", "--to", "1"], "version 1 of post 1 is the first"),
        (["diff", "example", "1", "--from", "2"], "--from and --to name one version of post 1"),
        (["diff", "example", "2"], "2 was of the types page and post\nName one: --type page"),
        (["diff", "example", "one"], "invalid int value"),
        (["as-of", "2025-12-31", "--out", "x"], "by 2025-12-31T23:59:59Z\nThe first observation is of 2026-01-01T00:"),
        (["as-of", "yesterday", "--out", "x"], "is no date like 2026-11-23"),
        (["as-of", "2026-01-01", "--out", "."], ".: belongs to a corpus, whose tables this would replace"),
        (["as-of", "2026-01-01", "--out", "release/x"], "release/x: belongs to a corpus"),
        (["as-of", "2026-01-01", "--out", "params.yaml"], "params.yaml: is not a folder"),
    ],
)
def test_what_makes_no_sense_is_said(corpus: Corpus, arguments: list[str], said: str) -> None:
    corpus.imported(0, post(), post(2))
    corpus.imported(1, post(text="other"), post(2, type="page"))
    done = corpus.run(*arguments, code=2)
    assert said in done.stderr
    assert not (corpus.root / "x").exists()


def test_the_type_is_named_where_a_number_had_several(corpus: Corpus) -> None:
    corpus.imported(0, post(text="a"), post(text="x", type="page"))
    corpus.imported(1, post(text="b"), post(text="x", type="page"))
    assert corpus.as_json("1", "--type", "post")["versions"] == 2
    assert "page 1 has one version" in corpus.diff("1", "--type", "page")


def test_a_tombstone_is_shown_with_its_evidence(corpus: Corpus) -> None:
    corpus.asked(0, ("posts/1", 200, post()))
    corpus.asked(1, ("posts/1", *GONE))
    said = corpus.diff("1").splitlines()
    assert said[1] == "- 1 published (HTTP 200)"
    assert said[4:6] == [
        "+ 2 deleted (HTTP 404, rest_post_invalid_id)", "    seen 2026-01-02T00:00:00Z to 2026-01-02T00:00:00Z, 1 time",
    ]  # fmt: skip
    assert len(said) == 7
    found = corpus.as_json("1")
    assert (found["to"]["http_status"], found["to"]["code"], found["changes"]) == (404, "rest_post_invalid_id", None)


def test_text_of_a_site_cannot_move_the_terminal_and_colour_is_for_terminals(corpus: Corpus) -> None:
    corpus.imported(0, post(text="<p>safe and sound</p>"))
    corpus.imported(
        1, post(text="<p>safe \x1b[2J\u202eand sound\u2066</p>", title={"rendered": "\x9b2J"}, **{"\x1b]0;x\x07": 1})
    )
    said = corpus.diff("1")
    assert not {c for c in said if not c.isprintable()} - {"\n"}
    assert "\\u202e" in said
    assert "\\x1b]0;x\\x07" in said
    assert corpus.run("diff", "example", "1", "--json").stdout.isascii()
    coloured = on_a_terminal(corpus, TERM="xterm")
    assert COLOUR.search(coloured)
    assert COLOUR.sub("", coloured) == said
    assert on_a_terminal(corpus, TERM="xterm", NO_COLOR="1") == said
    assert on_a_terminal(corpus, TERM="dumb") == said


def on_a_terminal(corpus: Corpus, **environment: str) -> str:
    leader, follower = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [COMMAND, "diff", "example", "1"], cwd=corpus.root, stdout=follower, env=kept | environment
    ) as running:
        os.close(follower)
        said = b""
        while True:
            try:
                block = os.read(leader, 65536)
            except OSError:  # Linux says so when the last writer is gone
                break
            said += block
        assert running.wait() == 0
    os.close(leader)
    return said.decode().replace("\r\n", "\n")


def test_a_terminal_without_the_letters_gets_their_numbers(corpus: Corpus) -> None:
    corpus.imported(0, post(text="ئۇيغۇر"))
    corpus.imported(1, post(text="维吾尔"))
    done = corpus.run("diff", "example", "1", PYTHONIOENCODING="ascii")
    assert "\\u7ef4" in done.stdout


def test_a_change_that_no_text_shows_is_shown_all_the_same(corpus: Corpus) -> None:
    corpus.imported(0, post(text="<p>Same <b>words</b></p>", title={"rendered": "T"}))
    corpus.imported(1, post(text="<p>Same <i>words</i></p>", title={"rendered": "<i>T</i>"}))
    corpus.imported(2, post(text="", content={"rendered": "", "protected": True}))
    assert "content_html\n  line 1 -> 1\n" in corpus.diff("1", "--to", "2")
    assert "also changed: title\n" in corpus.diff("1", "--to", "2")
    assert "\nprotected\n- False\n+ True\n\ntext\n  line 1 -> 1\n" in corpus.diff("1")


def test_a_post_in_json_lines_beyond_the_first_segment_is_found(corpus: Corpus) -> None:
    padding = "<p>" + "word " * 1_000_000 + "</p>"
    folder = corpus.root / "in/example"
    folder.mkdir(parents=True)
    for day, text in enumerate(("a", "b")):
        corpus.sites["example"] = START + timedelta(days=day)
        (folder / "posts.jsonl").write_text(
            "\n".join(map(json.dumps, (post(1, padding), post(2, padding), post(3, text))))
        )
        stages.fetch.run(corpus.settled(), corpus.layout, quiet)
    assert "\ntext\n  line 1 -> 1\n- a\n+ b\n" in corpus.diff("3")


# Comparing


def body(**fields: Any) -> bytes:
    return msgspec.json.encode(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": [1], "content": 7, "categories": "x", "class_list": {"1": "a"}, "guid": {"rendered": 1}},
        {"title": None, "content": {"rendered": None}, "categories": [[1]], "meta": {"a": [1]}},
        {"content": {"rendered": "<div>" * 100_000}, "excerpt": {"rendered": "<"}},
        {},
    ],
)
def test_comparing_never_fails_for_what_a_post_holds(fields: dict[str, Any]) -> None:
    plain = json.loads(json.dumps(post()))
    for before, after in ((fields, plain), (plain, fields)):
        found = compare(body(**before), body(**after))
        named = {change.field for change in found.changes} | set(found.others)
        assert named >= {key for key in ("title", "slug", "categories") if before.get(key) != after.get(key)}
    assert compare(body(**fields), body(**fields)) == ([], [])
    assert compare(b'{"x":1e999}', b'{"x":2}').others == ["x"]


def test_words_are_compared_within_a_line_in_scripts_with_and_without_spaces() -> None:
    assert words("one two three", "one 2 three") == [Span("one ", "one "), Span("two", "2"), Span(" three", " three")]
    assert words("这是旧文章", "这是新文章") == [Span("这是", "这是"), Span("旧", "新"), Span("文章", "文章")]
    assert words("all of it", "else now here") is None


def test_lines_put_the_old_text_right() -> None:
    before, after = "a\nb\nc\nd", "b\nB\nc\ne\nf"
    found = lines(before, after)
    assert found is not None
    put = before.split("\n")
    for hunk in reversed(found):
        start = hunk.line_before - 1
        assert tuple(put[start : start + len(hunk.removed)]) == hunk.removed
        put[start : start + len(hunk.removed)] = hunk.added
    assert "\n".join(put) == after


@pytest.mark.parametrize(
    ("before", "after", "aligned"),
    [
        ([f"{n}" for n in range(200_000)], [f"{n}{'x' * (n == 100_000)}" for n in range(200_000)], True),
        ([f"{n}" for n in range(3_000)], [f"{n}{'x' * (n % 2)}" for n in range(3_000)], True),
        ([f"{n}" for n in range(100_000)], [f"{n}{'x' * (n % 2)}" for n in range(100_000)], False),
        (["a", "b"] * 220, ["b", "b", "a", "a"] * 110, True),
        (["a", "b"] * 700, ["b", "b", "a", "a"] * 350, False),
        (["a", "b"] * 50_000, ["b", "b", "a", "a"] * 25_000, False),
    ],
)
def test_huge_texts_are_compared_in_little_time(before: list[str], after: list[str], aligned: bool) -> None:  # noqa: FBT001
    old, new = (body(content={"rendered": "<pre>" + "\n".join(each) + "</pre>"}) for each in (before, after))
    began = time.process_time()
    found = next(change for change in compare(old, new).changes if change.field == "text")
    assert found.aligned is aligned
    assert time.process_time() - began < 20
    began = time.process_time()
    words(" ".join(before), " ".join(after))
    assert time.process_time() - began < 20


def test_of_very_many_replaced_lines_the_first_are_compared_by_words(corpus: Corpus) -> None:
    corpus.imported(0, post(text="".join(f"<p>{n} {'old ' * 9} {'x' * 900}</p>" for n in range(1_000))))
    corpus.imported(1, post(text="".join(f"<p>{n} {'new ' * 9} {'x' * 900}</p>" for n in range(1_000))))
    said = corpus.diff("1")
    assert 0 < said.count("{+new") < said.count("\n+ ") * 12
    assert "\n+ 999 new" in said


# as-of


def test_the_tables_of_a_day_are_those_that_a_build_on_that_day_gave(corpus: Corpus) -> None:
    first = post(1, "<p>one <a href='/?p=2'>two</a></p>", class_list=["category-news"])
    corpus.asked(0, ("posts?include=1,2,3", 200, [first, post(2, "<div>" * 300_000), post(3)]))
    then = corpus.built()
    corpus.asked(5, ("posts?include=1,4", 200, [post(1, "<p>edited</p>"), post(4)]), ("posts/3", *GONE))
    now = corpus.built()
    assert then["posts"] != now["posts"]
    work = {path: path.stat().st_mtime_ns for path in (corpus.layout.work / "shards").rglob("*.arrows")}

    done = corpus.run("as-of", "2026-01-01", "--out", "then")
    assert done.stderr == ""
    assert "posts: 2\n" in done.stdout
    assert done.stdout.endswith("\ntables: then/tables\n")
    assert tables(corpus.root / "then") == then
    assert tables(corpus.root) == now
    posts = pl.read_parquet(corpus.root / "then/tables/posts.parquet")
    assert posts.select("id", "state", "gone_at").rows() == [(1, "published", None), (3, "published", None)]
    # Neither does the past cost the present its intermediates.
    assert work.items() <= {path: path.stat().st_mtime_ns for path in work}.items()

    corpus.run("as-of", "2026-02-01", "--out", "today")
    assert tables(corpus.root / "today") == now
    shutil.rmtree(corpus.layout.work)
    corpus.run("as-of", "2026-01-01", "--out", "then")
    assert tables(corpus.root / "then") == then


def test_a_moment_counts_itself_and_no_later_one(corpus: Corpus) -> None:
    for day in range(3):
        corpus.imported(day, post(text=f"{day}"))
    for moment, days in (("2026-01-01T23:59:59Z", 1), ("2026-01-02T00:00:00Z", 2)):
        corpus.run("as-of", moment, "--out", "then")
        assert pl.read_parquet(corpus.root / "then/tables/versions.parquet").height == days


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", datetime(2026, 1, 2, 23, 59, 59, 999_999, UTC)),
        ("2026-01-02T00:00", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T01:00:00.5+02:00", datetime(2026, 1, 1, 23, 0, 0, 500_000, UTC)),
        ("9999-12-31", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_day_means_its_end_in_utc(text: str, moment: datetime) -> None:
    assert end(text) == moment


def test_a_site_not_seen_by_then_has_its_row_in_sites_and_no_other(corpus: Corpus) -> None:
    corpus.imported(0, post())
    corpus.imported(5, post(), site="later")
    corpus.sites["never"] = START
    done = corpus.run("as-of", "2026-01-03", "--out", "then")
    assert done.stderr == "".join(
        f"presscorpus: {site}: nothing had been observed by then; it has its row in sites and no other\n"
        for site in ("later", "never")
    )
    seen = pl.read_parquet(corpus.root / "then/tables/sites.parquet")
    assert seen.select("site", "crawl", "rights").rows() == [
        ("example", None, "Ours."), ("later", None, "Ours."), ("never", None, "Ours."),
    ]  # fmt: skip
    for name in ("posts", "versions", "crawls"):
        assert set(pl.read_parquet(corpus.root / f"then/tables/{name}.parquet")["site"]) == {"example"}
    assert json.loads((corpus.root / "then/reports/validation.json").read_bytes())["findings"] == 0


def test_a_crawl_that_was_running_counts_as_far_as_it_had_come(corpus: Corpus) -> None:
    corpus.asked(0, ("posts?include=1,2", 200, [post(1), post(2)]))
    corpus.asked(1, ("posts/1", 200, post(1, "new")), ("posts/2", 200, post(2, "new")), hours=48)
    done = corpus.run("as-of", "2026-01-02", "--out", "then")
    assert (
        done.stderr
        == "presscorpus: example: crawl 20260102T000000Z was running then; what it had seen by then counts\n"
    )
    posts = pl.read_parquet(corpus.root / "then/tables/posts.parquet")
    assert posts["text"].to_list() == ["new", "x"]
    assert pl.read_parquet(corpus.root / "then/tables/crawls.parquet")["crawl"].to_list() == ["20260101T000000Z"]


def test_help_is_there(corpus: Corpus) -> None:
    assert corpus.run("--help").stdout.count("exit codes:") == 1
    for name in ("diff", "as-of"):
        assert "exit codes:" not in corpus.run(name, "--help").stdout
        assert f"\n    {name} " in corpus.run("--help").stdout
