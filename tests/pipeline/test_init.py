"""A dataset's own repository: begun, given sites, moved on, checked, and written in other formats."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import yaml

from presscorpus import __main__
from presscorpus.config import params
from presscorpus.config.dataset import Creator
from presscorpus.config.layout import Layout
from presscorpus.errors import ArchiveError, FindingsError, NetworkError, ParamsError, StorageError, UsageError
from presscorpus.pipeline import export, gaps, init, verify

ROOT = Path(__file__).parents[2]
NOVEMBER, DECEMBER = (datetime(2026, month, 2, tzinfo=UTC) for month in (11, 12))


def command(*words: object) -> int:
    """Run a command within this process, and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        __main__.main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of the closed crawls that ship, begun by the command and built by DVC. Not to be changed."""
    folder = tmp_path_factory.mktemp("datasets") / "caravan"
    assert (
        command("init", folder, "--title", "Caravan: a test", "--creator", "Lovelace, Ada", "--as-of", "2026-11-02")
        == 0
    )
    shutil.copytree(ROOT / "data/sources/kervan", folder / "sources/kervan")
    words = ("--rights", "Anybody may do anything.", "--license", "CC0-1.0")
    assert command("--repository", folder, "add", folder / "sources/kervan", *words) == 0
    done = subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "caravan"))


def test_a_new_dataset_is_built_without_a_clone_of_the_program(built: Path) -> None:
    said = params.load(built / params.FILE)
    assert (said.dataset.title, said.dataset.version) == ("Caravan: a test", "v2026.11.02")
    assert said.dataset.creators == (Creator("Ada Lovelace", given="Ada", family="Lovelace"),)
    (site,) = said.sites
    assert (site.name, site.files, site.rights.license) == ("kervan", "sources/kervan", "CC0-1.0")
    assert "# How many" not in (built / params.FILE).read_text()
    assert "# Who made it" in (built / params.FILE).read_text()
    assert not (built / "builder").exists()
    card = (built / "data/release/README.md").read_text()
    assert "Lovelace, Ada" in card
    assert "presscorpus developers" not in card.split("## Rights")[0]


def test_the_stages_depend_on_the_version_of_the_program_that_one_line_pins(copied: Path) -> None:
    pin = copied / "requirements.txt"
    pin.write_text(pin.read_text().replace("presscorpus==", "presscorpus==9."))
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "status", "--json"], cwd=copied, capture_output=True, text=True, check=True
    )
    assert sorted(json.loads(done.stdout)) == ["normalise", "package", "report", "validate"]
    assert command("--repository", copied, "normalise") == ParamsError.exit_code


def test_a_second_dataset_in_the_same_folder_is_refused(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (copied / params.FILE).read_bytes()
    assert command("init", copied) == UsageError.exit_code
    assert "there `presscorpus add SITE` adds a site" in capsys.readouterr().err
    assert (copied / params.FILE).read_bytes() == before


def test_a_site_that_cannot_be_added_keeps_no_other_from_a_new_dataset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my news"
    shutil.copytree(ROOT / "data/sources/kervan", folder / "sources/kervan")
    (folder / "sources/README.md").touch()
    assert command("init", folder, "nowhere", "none") == UsageError.exit_code
    assert not (folder / params.FILE).exists()
    (folder / "sources/README.md").unlink()
    assert command("init", folder, "nowhere", folder / "sources/kervan", "none") == UsageError.exit_code
    said = capsys.readouterr()
    assert f"next: cd '{folder}'; presscorpus add SITE; dvc repro\n" in said.out
    assert [line.split(":")[1] for line in said.err.splitlines() if line.startswith("presscorpus: no")] == [
        " nowhere", " none",
    ]  # fmt: skip
    assert [site.name for site in params.load(folder / params.FILE).sites] == ["kervan"]


def test_a_site_that_cannot_be_meant_changes_nothing(copied: Path) -> None:
    before = (copied / params.FILE).read_bytes()
    assert command("--repository", copied, "add", "no such file") == UsageError.exit_code
    assert command("--repository", copied, "add", copied / "sources/kervan") == UsageError.exit_code
    assert command("--repository", copied, "add", ROOT / "data/sources/uyghurmovement") == UsageError.exit_code
    for address in ("http://127.0.0.1:9/", "http://127.0.0.1:9/a-post/"):
        with pytest.raises(NetworkError):
            init.add(copied, init.NewSite(address, DECEMBER, allow_private=True))
    with pytest.raises(UsageError, match="is there already\nGive another site a --name; more files"):
        init.add(copied, init.NewSite(str(copied / "sources/kervan"), DECEMBER))
    other = shutil.copytree(copied / "sources/kervan", copied / "sources/other")
    with pytest.raises(UsageError, match="several sources: kervan\nAdd one folder at a time"):
        init.add(copied, init.NewSite(str(copied / "sources"), DECEMBER))
    for receipt in other.glob("*.json"):
        receipt.chmod(0o644)
        receipt.write_text(receipt.read_text().replace('"site": "kervan"', '"site": "other"'))
    with pytest.raises(UsageError, match="several sources: kervan, other\nAdd one folder at a time"):
        init.add(copied, init.NewSite(str(copied / "sources"), DECEMBER))
    assert (copied / params.FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "creator"),
    [
        ("Lovelace, Ada", Creator("Ada Lovelace", given="Ada", family="Lovelace")),
        ("Ada Lovelace 0000-0002-1825-0097", Creator("Ada Lovelace", "Ada", "Lovelace", "0000-0002-1825-0097")),
        ("Ada B. Lovelace (https://orcid.org/0000-0002-1694-233x)",
         Creator("Ada B. Lovelace", "Ada B.", "Lovelace", "0000-0002-1694-233X")),
        ("Example Lab", Creator("Example Lab")),
        ("ئالىم", Creator("ئالىم")),
    ],
)  # fmt: skip
def test_creators_are_read_as_people_write_them(text: str, creator: Creator) -> None:
    assert init.creator(text) == creator


def test_advancing_asks_live_sites_again_and_names_the_release_before(copied: Path) -> None:
    text = (copied / params.FILE).read_text()
    live = (
        "  - {name: live, address: 'https://live.example/', as_of: '2026-11-02T00:00:00Z', rights: {statement: A.}}\n"
    )
    (copied / params.FILE).write_text(text.replace("sites:\n", f"sites:\n{live}", 1))
    (copied / "releases").mkdir()
    for version in ("v2026.11.02", "v2026.10.01", "v-notes", "v2026.11.02-draft"):
        (copied / f"releases/{version}.json").write_text(version)
    said = init.advance(copied, DECEMBER)
    assert said.dataset.version == "v2026.12.02"
    assert said.dataset.previous is not None
    assert said.dataset.previous.version == "v2026.11.02"
    assert {site.name: site.as_of for site in said.sites} == {
        "live": DECEMBER, "kervan": datetime(2026, 11, 1, 8, tzinfo=UTC),
    }  # fmt: skip
    written = (copied / params.FILE).read_text()
    assert "# Who made it" in written
    with pytest.raises(UsageError, match="not before"):
        init.advance(copied, DECEMBER)
    again = init.advance(copied, DECEMBER.replace(hour=5))
    assert again.dataset.version == "v2026.12.02.2"


def test_no_version_is_older_than_what_is_in_it(copied: Path) -> None:
    before = (copied / params.FILE).read_text()
    for day in (datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)):
        with pytest.raises(UsageError, match=f"a version of {day:%Y-%m-%d} would be older"):
            init.advance(copied, day)
    assert (copied / params.FILE).read_text() == before


def test_a_whole_dataset_is_told_to_be_whole(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (built, built / "data/release"):
        assert command("verify", folder) == 0
        told = capsys.readouterr().out
        assert told.startswith("whole: ")
        assert len(told.splitlines()) == 1
    with pytest.raises(UsageError):
        verify.run(built / "sources", lambda *_: None)


def test_every_kind_of_damage_is_found(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = Layout.of(copied)
    warc = min((layout.raw / "kervan").glob("*.warc.gz"))
    good = warc.read_bytes()
    warc.chmod(0o644)
    warc.write_bytes(good[:2000] + bytes([good[2000] ^ 1]) + good[2001:])
    assert command("verify", copied) == ArchiveError.exit_code
    assert capsys.readouterr().out.startswith("damaged: 1 fault; whole are 2 crawls")
    warc.write_bytes(good)
    card = layout.release / "README.md"
    card.write_bytes(card.read_bytes() + b" ")
    (layout.release / "more.txt").write_text("x")
    assert command("verify", layout.release) == ArchiveError.exit_code
    assert capsys.readouterr().out.startswith("damaged: 2 faults")
    table = layout.tables / "posts.parquet"
    pl.concat([pl.read_parquet(table)] * 2).write_parquet(table)
    found, problems = verify.run(copied, lambda *_: None)
    assert {type(each) for each in problems} == {ArchiveError, FindingsError}
    assert found.crawls == 3


def test_damage_at_one_place_hides_none_elsewhere(copied: Path) -> None:
    layout = Layout.of(copied)
    receipt = max((layout.raw / "kervan").glob("*.json"))
    receipt.chmod(0o644)
    receipt.write_bytes(b'{"site": "\xff')
    table = layout.tables / "terms.parquet"
    table.chmod(0o644)
    data = table.read_bytes()
    table.write_bytes(data[:4] + bytes(100) + data[104:])
    sums = layout.release / "SHA256SUMS"
    sums.chmod(0o644)
    sums.write_bytes(b"\xff" + sums.read_bytes())
    found, problems = verify.run(copied, lambda *_: None)
    assert [each.what for each in problems] == [
        "the receipt is damaged", "1 row breaks terms//schema", "is not the file that SHA256SUMS names",
    ]  # fmt: skip
    assert (found.crawls, found.open_) == (2, ())


def test_the_data_may_lie_behind_a_link_but_not_for_dvc(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "data").rename(tmp_path / "disk")
    (copied / "data").symlink_to(tmp_path / "disk", target_is_directory=True)
    for name in ("fetch", "normalise", "validate", "report", "package", "verify"):
        assert command("--repository", copied, name) == 0, capsys.readouterr().err
    monkeypatch.setenv("DVC_STAGE", "fetch")
    assert command("--repository", copied, "fetch") == UsageError.exit_code
    assert "data: is a link, and DVC keeps nothing behind one\nTo keep the data" in capsys.readouterr().err
    (copied / "data").unlink()
    (tmp_path / "disk").rename(copied / "data")
    assert command("--repository", copied, "fetch") == 0


def test_gaps_are_listed_with_what_is_known_of_each(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = gaps.gaps(Layout.of(built).tables)
    assert [(each.what, each.id, each.items) for each in found] == [
        ("hidden", None, 1), ("vanished", 89, 1), ("vanished", 149, 1), ("vanished", 150, 1),
    ]  # fmt: skip
    assert command("--repository", built, "gaps") == 0
    assert capsys.readouterr().out.splitlines()[0] == "1 hidden, 3 vanished"
    assert command("--repository", built, "gaps", "--json") == 0
    assert json.loads(capsys.readouterr().out)[1]["why"] == "unpublished"


@pytest.mark.parametrize("form", export.FORMATS)
def test_every_row_is_in_every_format(built: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / ("tables" if form in {"csv", "jsonl"} else f"tables.{form}")
    assert command("--repository", built, "export", "--format", form, "--out", out, "--table", "posts") == 0
    posts = pl.read_parquet(built / "data/release/posts/*.parquet")
    texts = {
        "csv": lambda: pl.read_csv(out / "posts.csv")["text"],
        "jsonl": lambda: pl.read_ndjson(out / "posts.jsonl")["text"],
        "sqlite": lambda: pl.Series([row[0] for row in sqlite3.connect(out).execute("SELECT text FROM posts")]),
        "xlsx": lambda: pl.read_excel(out, engine="openpyxl")["text"],
    }[form]()
    assert texts.to_list() == posts["text"].to_list()


@pytest.mark.parametrize("form", export.FORMATS)
def test_an_export_writes_over_nothing(
    built: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ("--repository", built, "export", "--format", form, "--out", out, "--table", "posts")
    assert command(*words) == 0
    written = out / f"posts.{form}" if form in {"csv", "jsonl"} else out
    before = written.read_bytes()
    assert command(*words) == UsageError.exit_code
    assert f"{written}: is there already" in capsys.readouterr().err
    assert (written.read_bytes(), [path.name for path in written.parent.iterdir()]) == (before, [written.name])
    (tmp_path / "file").write_text("mine")
    assert command(*words[:-3], tmp_path / "file") == UsageError.exit_code
    assert (tmp_path / "file").read_text() == "mine"


# XlsxWriter has files in another folder as well, which the limit hits first.
@pytest.mark.parametrize("form", ["csv", "jsonl", "sqlite"])
def test_a_full_disk_leaves_no_half_of_an_export(built: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / ("tables.sqlite" if form == "sqlite" else "tables")
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, before[1]))
    try:
        with pytest.raises(StorageError) as caught:
            export.export(built / "data/release", out, form, ["posts"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.where == str(out)
    assert caught.value.what in {"File too large", "database or disk is full", "disk I/O error"}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nothing_that_begins_like_a_formula_becomes_one(built: Path, tmp_path: Path) -> None:
    release = tmp_path / "release/posts"
    release.mkdir(parents=True)
    hostile = ["=1+1", "https://example.org/", "+49", "x" * 40_000]
    pl.read_parquet(built / "data/release/posts/*.parquet").head(4).with_columns(
        title=pl.Series(hostile)
    ).write_parquet(release / "posts-00000.parquet")
    done = export.export(tmp_path / "release", tmp_path / "x.xlsx", "xlsx")
    assert done.remarks == ["posts.title: a cell holds 32,767 characters; longer texts are cut"]
    titles = pl.read_excel(tmp_path / "x.xlsx", engine="openpyxl")["title"].to_list()
    assert titles == [*hostile[:3], "x" * 32_767]


def test_params_of_a_new_dataset_hold_every_parameter_that_its_stages_name() -> None:
    stages = yaml.safe_load((init.PROJECT / "dvc.template.yaml").read_text())["stages"]
    said = yaml.safe_load((init.PROJECT / "params.yaml").read_text())
    for stage in stages.values():
        for name in stage.get("params", []):
            first, _, rest = name.partition(".")
            assert first in said
            assert not rest or rest in said[first]
