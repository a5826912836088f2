"""The command line as a person meets it: what it says, where, and with which exit code."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

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
        timeout=120,
    )


def post(number: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "type": "post", "link": f"https://www.example.org/?p={number}", "date_gmt": "2026-01-01T00:00:00",
        "date": "2026-01-01T00:00:00", "title": {"rendered": f"T{number}"}, "content": {"rendered": "<p>x</p>"},
    } | more  # fmt: skip


def posts(out: Path) -> list[int]:
    return pl.read_parquet(out / "release/posts/*.parquet")["id"].to_list()


def test_a_file_becomes_a_release_in_one_go(tmp_path: Path) -> None:
    done = run("build", SEED, "--out", "corpus", "--as-of", "2026-11-23", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "uyghurmovement-com: complete: 1 of 1 posts\n"
        "release: corpus/release\n"
    )  # fmt: skip
    assert posts(tmp_path / "corpus") == [882]
    raw = subprocess.run(
        [COMMAND, "--repository", "corpus", "raw", "uyghurmovement-com", "post", "882"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    assert raw.stdout == SEED.read_bytes()
    refused = run("--repository", "corpus", "publish", "lab/corpus", cwd=tmp_path)
    assert refused.returncode == 11


def test_building_again_later_adds_history(tmp_path: Path) -> None:
    source = tmp_path / "posts.json"
    for day, title in (("2026-01-01", "a"), ("2026-01-02", "b"), ("2026-01-03", "a")):
        source.write_text(json.dumps([post(1, title={"rendered": title})]))
        assert run("build", source, "--out", "corpus", "--as-of", day, cwd=tmp_path).returncode == 0
    versions = pl.read_parquet(tmp_path / "corpus/release/versions/*.parquet")
    assert versions["ordinal"].to_list() == [1, 2, 3]
    assert versions["digest"].n_unique() == 2


def test_good_posts_beside_bad_ones_are_built_and_the_bad_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = json.dumps([post(1), post(2)]).encode()
    (folder / "a.json").write_bytes(good)
    (folder / "b-cut.json").write_bytes(json.dumps([post(3), post(4)]).encode()[:-40])
    (folder / "c-page.json").write_text("<!doctype html>")
    (folder / "d-string.json").write_text(json.dumps([post("5"), post(6), post(7, author="admin")]))
    (folder / "e-torn.json.gz").write_bytes(gzip.compress(good)[:-12])
    done = run("build", folder, "--out", "corpus", cwd=tmp_path)
    assert done.returncode == 9
    assert posts(tmp_path / "corpus") == [1, 2, 3, 6]
    for name in ("b-cut.json", "c-page.json", "d-string.json", "e-torn.json.gz"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr
    quarantine = pl.read_parquet(tmp_path / "corpus/release/quarantine/*.parquet")
    assert sorted(quarantine["rule"]) == ["id_invalid", "not_json", "truncated", "type_mismatch"]


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


def test_a_place_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(post(1)))
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o500)
    done = run("build", "in.json", "--out", "out", cwd=tmp_path, drop=True)
    (tmp_path / "out").chmod(0o700)
    assert (done.returncode, done.stderr) == (13, "presscorpus: out/.presscorpus: Permission denied\n")


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
        (["build", "http://127.0.0.1:9/", "--allow-private", "--out", "c"], 5),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_where_a_folder_belongs_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / ".presscorpus").write_text("a file where a folder belongs")
    (tmp_path / "dvc.yaml").touch()
    source = tmp_path / "data/sources/uyghurmovement"
    source.mkdir(parents=True)
    (source / "882.json").write_bytes(SEED.read_bytes())
    quiet = run("fetch", cwd=tmp_path)
    assert (quiet.returncode, quiet.stderr.count("\n")) == (13, 1)


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
    assert pl.read_parquet(out / "versions/*.parquet")["observations"].unique().to_list() == [2]


def test_help_is_there_for_every_command(tmp_path: Path) -> None:
    for name in ("build", "fetch", "normalise", "validate", "report", "package", "publish", "raw"):
        done = run(name, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert "exit codes:" in done.stdout
    assert run("--version", cwd=tmp_path).stdout.startswith("presscorpus 0.")


def test_an_installed_wheel_needs_no_repository(tmp_path: Path) -> None:
    options = ("-q", "--no-deps", "--no-build-isolation", "-w")
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, tmp_path, ROOT], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-m", "builder", "build", SEED, "--out", "corpus"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "corpus/release/frictionless_presscorpus.py").exists()
    assert posts(tmp_path / "corpus") == [882]
