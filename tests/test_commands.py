"""The command line as a person meets it: what it says, where, and with which exit code."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml

from presscorpus.storage.lock import locked
from tests import factories
from tests.crawl.imports.test_warc import PAGES, warc_of

if TYPE_CHECKING:
    from tests.wordpress.server import WordPress

ROOT = Path(__file__).parent.parent
SEED = ROOT / "data/sources/uyghurmovement/882.json"
COMMAND = Path(sys.executable).parent / "presscorpus"


def run(*arguments: str | Path, cwd: Path, drop: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    # Root reads everything, so where permissions matter the two capabilities that let it are dropped.
    without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if drop and os.geteuid() == 0 else []
    return subprocess.run(
        [*without, COMMAND, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def post(number: Any, **more: Any) -> dict[str, Any]:
    return factories.post(number, home="https://www.example.org", **more)


def posts(out: Path) -> list[int]:
    return pl.read_parquet(out / "release/posts/*.parquet")["id"].to_list()


def test_a_file_becomes_a_release_in_one_go(tmp_path: Path) -> None:
    done = run("build", SEED, "--out", "corpus", "--as-of", "2026-11-23", cwd=tmp_path)
    # A slow machine is told how far it is, every quarter of a minute.
    assert (done.returncode, [line for line in done.stderr.splitlines() if " a second" not in line]) == (0, [])
    said = done.stdout.splitlines()
    assert said[:3] == [
        "uyghurmovement-com: all of the files, total unknown: 1 of 1 posts",
        "www.uyghurmovement.com, v2026.11.23",
        "",
    ]
    for line in (
        "total unknown: the one known item is here",
        "page: corpus/reports/index.html",
        "release: corpus/release",
        'load: datasets.load_dataset("corpus/release", "posts", split="train")',
        "next: state in params.yaml who made the dataset (dataset.creators), before you publish",
    ):
        assert line in said
    assert posts(tmp_path / "corpus") == [882]
    raw = subprocess.run(
        [COMMAND, "--repository", "corpus", "raw", "uyghurmovement-com", "post", "882"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    assert raw.stdout == SEED.read_bytes()
    refused = run("--repository", "corpus", "publish", "lab/corpus", cwd=tmp_path)
    assert refused.returncode == 11


def test_the_help_loads_next_to_nothing() -> None:
    program = (
        "import sys; before = set(sys.modules); from presscorpus import __main__, command_line; "
        "command_line.parser().format_help(); print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # pathlib brings urllib and ipaddress with it: a tenth of the whole time.
    assert not {"pathlib", "json", "datetime", "msgspec", "polars", "rich"} & set(done.stdout.split())


def test_what_is_imported_is_never_looked_through_for_cycles() -> None:
    program = """
import atexit, gc
from presscorpus.__main__ import settle
atexit.register(lambda: print(gc.get_freeze_count() > 50_000))
settle()
before = gc.get_stats()[0]["collections"]
import frictionless, presscorpus.pipeline.stages.normalise
print(gc.get_stats()[0]["collections"] - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]


def test_files_of_json_are_taken_without_a_reader_of_web_archives(tmp_path: Path) -> None:
    (tmp_path / "posts.json").write_text(json.dumps([post(1)]))
    program = (
        "import sys; from pathlib import Path; from presscorpus.crawl.imports import files, importer, site_address; "
        "source = Path('posts.json'); print(files.find(source).files == [source]); "
        "print(site_address.address(source, 9999)); print('warcio' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == ["True", "https://www.example.org/", "False"]


def test_a_damaged_web_archive_becomes_a_release_of_what_is_whole(tmp_path: Path) -> None:
    (tmp_path / "crawl.warc.gz").write_bytes(warc_of(PAGES)[:-200])
    done = run("build", "crawl.warc.gz", "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 9
    assert "crawl.warc.gz: offset " in done.stderr
    assert ": the file ends within" in done.stderr
    assert posts(tmp_path / "corpus") == [1, 2, 3, 4]


def test_building_again_later_adds_history(tmp_path: Path) -> None:
    source = tmp_path / "posts.json"
    for day, title in (("2026-01-01", "a"), ("2026-01-02", "b"), ("2026-01-03", "a")):
        source.write_text(json.dumps([post(1, title={"rendered": title})]))
        assert run("build", source, "--out", "corpus", "--as-of", day, cwd=tmp_path).returncode == 0
    versions = pl.read_parquet(tmp_path / "corpus/release/versions/*.parquet")
    assert versions["ordinal"].to_list() == [1, 2, 3]
    assert versions["digest"].n_unique() == 2
    # What is older adds history too, and makes the dataset no older.
    source.write_text(json.dumps([post(1), post(2), post(3)]))
    done = run("build", source, "--out", "corpus", "--as-of", "2025-12-01", cwd=tmp_path)
    assert "www.example.org, v2026.01.03" in done.stdout
    assert "total unknown: the one item of the last import is here" in done.stdout
    assert posts(tmp_path / "corpus") == [1, 2, 3]


@pytest.mark.parametrize("names", ["a b", "b a"])
def test_the_newest_state_is_the_row_whatever_the_order_of_the_files(tmp_path: Path, names: str) -> None:
    closed = {"rendered": "", "protected": True}
    now = post(1, content=closed, excerpt=closed, modified_gmt="2026-03-01T00:00:00")
    (tmp_path / "a.json").write_text(json.dumps([now]))
    (tmp_path / "b.json").write_text(json.dumps([post(1, content={"rendered": "<p>Once</p>", "protected": False})]))
    files = [tmp_path / f"{name}.json" for name in names.split()]
    assert run("build", *files, "--out", "corpus", "--as-of", "2026-06-01", cwd=tmp_path).returncode == 0
    rows = pl.read_parquet(tmp_path / "corpus/release/posts/*.parquet")
    assert (rows["protected"].to_list(), rows["text"].to_list()) == ([True], [None])


def test_building_again_keeps_what_was_settled_in_params(tmp_path: Path) -> None:
    source = tmp_path / "posts.json"
    source.write_text(json.dumps([post(1)]))
    assert run("build", source, "--out", "corpus", "--as-of", "2026-01-01", cwd=tmp_path).returncode == 0
    file = tmp_path / "corpus/params.yaml"
    said = yaml.safe_load(file.read_text())
    said["policy"]["text"] = "none"
    said["dataset"]["creators"] = [{"name": "A. Researcher"}]
    said["sites"][0]["rights"] = {"statement": "Free to use.", "publishable": True}
    file.write_text(f"{file.read_text().partition(chr(10))[0]}\n{yaml.safe_dump(said)}")
    source.write_text(json.dumps([post(1), post(2)]))
    again = run("build", source, "--out", "corpus", "--as-of", "2026-01-02", "--title", "New", cwd=tmp_path)
    assert again.returncode == 0
    assert "next: state" not in again.stdout
    kept = yaml.safe_load(file.read_text())
    assert kept["dataset"]["creators"][0]["name"] == "A. Researcher"
    assert (kept["dataset"]["version"], kept["dataset"]["title"]) == ("v2026.01.02", "New")
    assert kept["policy"] == said["policy"]
    assert kept["sites"][0]["rights"]["statement"] == "Free to use."
    assert kept["sites"][0]["as_of"] != said["sites"][0]["as_of"]
    assert posts(tmp_path / "corpus") == [1, 2]
    released = pl.read_parquet(tmp_path / "corpus/release/posts/*.parquet")
    assert released["text"].null_count() == released["content_html"].null_count() == 2
    file.write_text(file.read_text().replace("text: none", "text: some"))
    refused = run("build", source, "--out", "corpus", cwd=tmp_path)
    assert (refused.returncode, "params.yaml" in refused.stderr) == (3, True)


def test_good_posts_beside_bad_ones_are_built_and_the_bad_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = json.dumps([post(1), post(2)]).encode()
    (folder / "a.json").write_bytes(good)
    (folder / "b-cut.json").write_bytes(json.dumps([post(3), post(4)]).encode()[:-40])
    (folder / "c-page.json").write_text("<!doctype html>")
    (folder / "d-string.json").write_text(json.dumps([post("5a"), post(6), post(7, author="admin")]))
    (folder / "e-torn.json.gz").write_bytes(gzip.compress(good)[:-12])
    done = run("build", folder, "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 9
    assert posts(tmp_path / "corpus") == [1, 2, 3, 6, 7]
    for name in ("b-cut.json", "c-page.json", "d-string.json", "e-torn.json.gz"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr
    quarantine = pl.read_parquet(tmp_path / "corpus/release/quarantine/*.parquet")
    # What came packed and cut short is read as far as it goes, and its end is told as that of the plain file is.
    assert sorted(quarantine["rule"]) == ["id_invalid", "not_json", "truncated", "truncated"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.json", "<html>", "holds no post"),
        ("x.json", "", "holds no post"),
        ("x.json", "[", "holds no post"),
        ("x.json", '[{"id":7,"type":"post","link":""}]', "does not show which site"),
        ("none.json", None, "there is no such file"),
    ],
)
def test_a_source_that_gives_nothing_is_an_error_in_two_lines(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    done = run("build", name, "--out", "corpus", cwd=tmp_path)
    assert done.returncode in {2, 4}
    assert done.stderr.startswith(f"presscorpus: {name}: {said}")
    assert done.stderr.count("\n") <= 2
    assert not (tmp_path / "corpus" / "release").exists()


def test_an_empty_folder_and_a_shut_one_are_different_errors(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("build", "empty", "--out", "corpus", cwd=tmp_path)
    assert (done.returncode, "holds no JSON" in done.stderr) == (4, True)
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "a.json").write_text(json.dumps(post(1)))
    (tmp_path / "shut").chmod(0)
    done = run("build", "shut", "--out", "corpus", cwd=tmp_path, drop=True)
    (tmp_path / "shut").chmod(0o700)
    assert (done.returncode, "shut: may not be read" in done.stderr) == (4, True)


@pytest.mark.case(29)
def test_a_place_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o500)
    done = run("build", "in.json", "--out", "out", cwd=tmp_path, drop=True)
    (tmp_path / "out").chmod(0o700)
    assert (done.returncode, done.stderr.count("\n")) == (13, 2)
    assert done.stderr.startswith("presscorpus: out/.presscorpus: Permission denied\nFree some space or mend")


@pytest.mark.case(20)
def test_text_from_a_file_cannot_move_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(post(1)))
    (tmp_path / "in" / "b\x1b[2J\u202e.json").write_text("<")
    done = run("build", "in", "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 9
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["raw", "nosite", "post", "1"], 2),
        (["raw", "nosite"], 2),
        (["normalise"], 3),
        (["nothing"], 2),
        (["build", "a", "b", "--address", "https://example.org", "--out", "c"], 2),
        (["build", "http://127.0.0.1:9/", "--out", "c"], 5),
        # A name that a variable was to give, and none that is there.
        (["build", "", "--out", "c"], 2),
        (["build", "a", "--out", ""], 2),
        (["init", ""], 2),
        (["export", "--format", "csv", "--out", " "], 2),
        (["build", "https://example.org", "--out", "c", "--types", ",,"], 2),
        # Nothing was observed then.
        (["build", str(SEED), "--out", "c", "--as-of", "2099-01-05"], 2),
        (["build", str(SEED), "--out", "c", "--as-of", "0001-01-01"], 2),
        (["advance", "2099-01-05"], 2),
        # It is asked six times, over most of a minute, before it is given up.
        pytest.param(["build", "http://127.0.0.1:9/", "--allow-private", "--out", "c"], 5, marks=pytest.mark.long),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code == 2:
        assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_belongs_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / ".presscorpus").write_text("a file where a folder belongs")
    (tmp_path / "dvc.yaml").touch()
    source = tmp_path / "data/sources/uyghurmovement"
    source.mkdir(parents=True)
    (source / "882.json").write_bytes(SEED.read_bytes())
    quiet = run("fetch", cwd=tmp_path)
    assert (quiet.returncode, quiet.stderr.count("\n")) == (13, 2)


def test_a_live_site_becomes_a_release_in_one_go(wordpress: WordPress, tmp_path: Path) -> None:
    done = run("build", wordpress.url, "--allow-private", "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    counts = wordpress.database_counts()
    out = tmp_path / "corpus" / "release"
    by_type = dict(pl.read_parquet(out / "posts/*.parquet").group_by("type").len().rows())
    assert by_type == {kind.removeprefix("posts:"): n for kind, n in counts.items() if kind.startswith("posts:")}
    by_taxonomy = dict(pl.read_parquet(out / "terms/*.parquet").group_by("taxonomy").len().rows())
    assert by_taxonomy == {kind.removeprefix("terms:"): n for kind, n in counts.items() if kind.startswith("terms:")}
    assert pl.read_parquet(out / "media/*.parquet").height == counts["media"]
    assert pl.read_parquet(out / "crawls/*.parquet")["balanced"].all()
    assert pl.read_parquet(out / "authors/*.parquet").height == 0
    again = run("build", wordpress.url, "--allow-private", "--out", "corpus", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    # Nothing had changed: no body came again.
    crawls = pl.read_parquet(out / "crawls/*.parquet").filter(collection="posts:post").sort("crawl")
    assert crawls.select("fetched", "unchanged").rows() == [(by_type["post"], 0), (0, by_type["post"])]
    assert pl.read_parquet(out / "versions/*.parquet")["observations"].unique().to_list() == [1]


def test_help_is_there_for_every_command(tmp_path: Path) -> None:
    for name in ("build", "fetch", "normalise", "validate", "report", "package", "publish", "raw"):
        done = run(name, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert f"usage: presscorpus {name}" in done.stdout
    assert "exit codes:" in run("--help", cwd=tmp_path).stdout
    assert run("--version", cwd=tmp_path).stdout.startswith("presscorpus 0.")


def test_no_value_of_one_post_stops_the_build(tmp_path: Path) -> None:
    odd: list[tuple[dict[str, Any], str | None]] = [
        ({"categories": ["1"]}, "categories_converted"),
        ({"categories": [-3, 0]}, "categories_unreadable"),
        ({"menu_order": 10**400}, "menu_order_unreadable"),
        ({"featured_media": 2**64}, "featured_media_unreadable"),
        ({"parent": -1}, "parent_unreadable"),
        ({"title": ["a list"]}, "title_missing title_unreadable"),
        ({"plugin": 10**400}, None),
        ({"categories": None}, None),
        ({"categories": {"1": 15}}, None),
        ({"link": "http://["}, None),
        ({"_links": {"wp:term": [{"taxonomy": "x", "href": "http://["}]}}, None),
    ]
    # Between good neighbours, each, and one that says no number of its own.
    items = [item for n, (value, _) in enumerate(odd) for item in (post(10 * n + 10), post(10 * n + 11, **value))]
    (tmp_path / "in.json").write_text(json.dumps([*items, post(500), post(501) | {"id": None}]))
    done = run("build", "in.json", "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 9, done.stderr
    rows = pl.read_parquet(tmp_path / "corpus/release/posts/*.parquet")
    assert sorted(rows["id"]) == sorted(item["id"] for item in [*items, post(500)])
    shown = dict(rows.select("id", "flags").iter_rows())
    for n, (_, flag) in enumerate(odd):
        assert [each for each in shown[10 * n + 11] if "_" in each] == (flag or "").split(), n
    quarantine = pl.read_parquet(tmp_path / "corpus/release/quarantine/*.parquet")
    assert quarantine.select("rule").rows() == [("id_invalid",)]
    assert "1 in quarantine" in done.stdout


def test_a_folder_of_somebody_else_is_not_built_into(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    for name in ("release/thesis.txt", "params.yaml", "dvc.yaml"):
        out = tmp_path / name.replace("/", "-")
        (out / name).parent.mkdir(parents=True)
        (out / name).write_text("mine")
        done = run("build", "in.json", "--out", out, cwd=tmp_path)
        assert done.returncode == 2
        assert "did not make" in done.stderr
        assert [path.read_text() for path in out.rglob("*") if path.is_file()] == ["mine"]


def test_a_dataset_whose_settings_were_edited_is_built_again(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(post(1)))
    assert run("build", "a.json", "--out", "corpus", "--as-of", "2026-01-01", cwd=tmp_path).returncode == 0
    settings = tmp_path / "corpus/params.yaml"
    head, _, rest = settings.read_text().partition("\n")
    for day, text in enumerate((rest, f"{head}\n{rest}".replace("\n", "\r\n"), f"\ufeff{head}\n{rest}"), 2):
        settings.write_bytes(text.encode())
        done = run("build", "a.json", "--out", "corpus", "--as-of", f"2026-01-0{day}", cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_comments_in_the_settings_outlive_the_next_build(tmp_path: Path) -> None:
    for name, number, home in (("a", 1, "a.example"), ("b", 2, "b.example")):
        item = factories.post(number, home=f"https://{home}")
        (tmp_path / f"{name}.json").write_text(json.dumps([item]))
    assert run("build", "a.json", "--out", "corpus", "--as-of", "2026-01-01", cwd=tmp_path).returncode == 0
    settings = tmp_path / "corpus/params.yaml"
    text = settings.read_text().replace("sites:\n", "# What is in here.\nsites:\n")
    settings.write_text(text.replace("  country: null\n", "  country: 'NO' # where its readers are\n"))
    before = settings.read_text()
    again = ("build", "a.json", "--out", "corpus", "--as-of")
    assert run(*again, "2026-01-01", cwd=tmp_path).returncode == 0
    assert settings.read_text() == before
    assert run(*again, "2026-01-02", "--title", "Yes", cwd=tmp_path).returncode == 0
    assert run("build", "b.json", *again[1:], "2026-01-03", cwd=tmp_path).returncode == 0
    after = settings.read_text()
    assert all(each in after for each in ("# What is in here.\n", "country: 'NO' # where its readers are\n"))
    told = yaml.safe_load(after)
    assert [(site["name"], site["as_of"]) for site in told["sites"]] == [
        ("b-example", "2026-01-03T00:00:00Z"), ("a-example", "2026-01-03T00:00:00Z"),
    ]  # fmt: skip
    assert (told["dataset"]["title"], told["dataset"]["version"]) == ("Yes", "v2026.01.03")
    assert after.startswith("# Written by `presscorpus build`.\n")


def test_a_crawl_that_lies_there_under_two_names_is_told_with_both(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(post(1)))
    assert run("build", "a.json", "--out", "corpus", "--as-of", "2026-01-01", cwd=tmp_path).returncode == 0
    raw = tmp_path / "corpus/raw/example-org"
    for ending in ("json", "warc.gz"):
        shutil.copy(raw / f"20260101T000000Z.{ending}", raw / f"20260101T000000Z copy.{ending}")
    for command in (("build", "a.json", "--out", "corpus", "--as-of", "2026-01-02"), ("verify", "corpus")):
        done = run(*command, cwd=tmp_path)
        assert done.returncode == 7, done.stderr
        assert "20260101T000000Z.warc.gz: is the same crawl as 20260101T000000Z copy.warc.gz" in done.stderr
        assert "Delete the copy, 20260101T000000Z copy.warc.gz, and its receipt" in done.stderr


def test_a_dataset_of_another_site_is_not_built_over(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(post(1)))
    assert run("build", "a.json", "--out", "corpus", cwd=tmp_path).returncode == 0
    done = run("build", "a.json", "--address", "https://other.org", "--out", "corpus", cwd=tmp_path)
    assert (done.returncode, "holds a dataset of example-org" in done.stderr) == (2, True)
    within = run("build", tmp_path, "--out", "new", cwd=tmp_path)
    assert (within.returncode, "lies within the source" in within.stderr) == (2, True)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://[", 2),
        ("https://x:99999/", 2),
        ("ftp://x/", 2),
        ("https://user:secretpw@example.org/", 3),
        ("https://:@example.org/", 3),
    ],
)
def test_a_bad_address_is_told_before_anything_is_written(tmp_path: Path, address: str, code: int) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    done = run("build", "in.json", "--out", "corpus", "--address", address, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert not (tmp_path / "corpus").exists()
    assert "secretpw" not in done.stderr


@pytest.mark.case(31)
def test_a_second_run_in_the_same_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    assert run("build", "in.json", "--out", "corpus", cwd=tmp_path).returncode == 0
    with locked(tmp_path / "corpus/.presscorpus/lock", where="x", what="x"):
        for command in (["build", "in.json", "--out", "corpus"], ["--repository", "corpus", "normalise"]):
            done = run(*command, cwd=tmp_path)
            assert (done.returncode, "another run is at work here" in done.stderr) == (8, True)
    assert run("--repository", "corpus", "normalise", cwd=tmp_path).returncode == 0


@pytest.mark.case(30)
def test_a_damaged_archive_is_found_out_though_everything_is_cached(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    assert run("build", "in.json", "--out", "corpus", cwd=tmp_path).returncode == 0
    (warc,) = (tmp_path / "corpus/raw").rglob("*.warc.gz")
    data = bytearray(warc.read_bytes())
    data[100] ^= 1
    warc.write_bytes(data)
    for command in ("fetch", "normalise"):
        done = run("--repository", "corpus", command, cwd=tmp_path)
        assert done.returncode == 7
        assert str(warc.relative_to(tmp_path)) in done.stderr
        assert done.stderr.count("\n") == 2


def test_the_credits_of_a_stranger_s_dataset_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    assert run("build", "in.json", "--out", "corpus", "--contact", "Ada Example", cwd=tmp_path).returncode == 0
    citation = (tmp_path / "corpus/release/CITATION.cff").read_text()
    # Whom a site's owner may ask is nobody's author.
    assert "Ada Example" not in citation
    assert "presscorpus developers" not in citation
    assert "uyghur" not in (tmp_path / "corpus/release/README.md").read_text().lower()


def test_much_trouble_is_told_in_few_lines(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps([post(1), *({"odd": n} for n in range(500))]))
    done = run("build", "in.json", "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 9
    assert done.stderr.count("\n") < 15
    assert "and 490 more" in done.stderr
    assert pl.read_parquet(tmp_path / "corpus/release/quarantine/*.parquet").height == 500


def test_a_machine_without_what_only_unix_has_builds_the_same(tmp_path: Path) -> None:
    words = ("build", SEED, "--out", "corpus", "--workers", "1")
    command = [sys.executable, str(ROOT / "tests/without_unix.py"), *map(str, words)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert posts(tmp_path / "corpus") == [882]


def test_an_installed_wheel_needs_no_repository(tmp_path: Path) -> None:
    options = ("-q", "--no-deps", "--no-build-isolation", "-w")
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, tmp_path, ROOT], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-m", "presscorpus", "build", SEED, "--out", "corpus"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "corpus/release/frictionless_presscorpus.py").exists()
    assert posts(tmp_path / "corpus") == [882]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")
def test_numpy_starts_no_threads_in_a_command() -> None:
    code = """
import os, sys
from presscorpus.__main__ import main
sys.argv = ["presscorpus", "--version"]
try:
    main()
except SystemExit:
    import numpy
print(len(os.listdir("/proc/self/task")))
"""
    alone = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=alone, capture_output=True, text=True, check=True, timeout=500
    )
    assert done.stdout.splitlines()[-1] == "1"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not say how many processors it has")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_by_one_worker_has_one_thread_of_polars(workers: int, tmp_path: Path) -> None:
    code = """
import sys
from presscorpus.__main__ import main
sys.argv = ["presscorpus", "build", "nowhere.json", "--out", "corpus", "--workers", sys.argv[1]]
try:
    main()
except SystemExit:
    import polars
print(polars.thread_pool_size())
"""
    alone = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(workers)],
        cwd=tmp_path, env=alone, capture_output=True, text=True, check=True, timeout=500,
    )  # fmt: skip
    every = len(os.sched_getaffinity(0))
    assert done.stdout.splitlines()[-1] == str(1 if workers == 1 else every)
