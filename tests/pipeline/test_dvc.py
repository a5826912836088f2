"""The pipeline as a user runs it: a real DVC in a clone, a real `load_dataset`, the same bytes everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from presscorpus.release import hub

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
BUILT = ("data/raw", "data/tables", "data/reports/findings.parquet", "data/reports/index.html", "data/release")


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "DVC_", "GIT_"))}
    # A proxy that answers nothing: whoever asks the network fails at once.
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    env |= dead | {"PATH": f"{BIN}:{env['PATH']}", "HF_HUB_OFFLINE": "1"} | environment
    return subprocess.run([*command], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=500)


def done(*command: str | Path, cwd: Path, **environment: str) -> str:
    ended = run(*command, cwd=cwd, **environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def commit(repository: Path) -> None:
    done("git", "add", "-A", cwd=repository)
    done(
        "git",
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "commit",
        "-qm",
        "state",
        "--allow-empty",
        cwd=repository,
    )


def digests(repository: Path, *folders: str) -> dict[str, str]:
    return {
        path.relative_to(repository).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in hub.files(repository / folder)
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git would clone, this working tree's changes included, with one `dvc repro` run in it."""
    folder = tmp_path_factory.mktemp("pipeline") / "repository"
    names = done("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT).splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    done("git", "init", "-q", cwd=folder)
    commit(folder)
    done("dvc", "repro", cwd=folder)
    commit(folder)
    return folder


def outputs(lock: str) -> dict[str, Any]:
    """What each stage of a dvc.lock made, by digest."""
    stages = yaml.safe_load(lock)["stages"]
    # Raw is compressed by this machine's zlib, so that its digests prove nothing about another machine.
    return {name: stage["outs"] for name, stage in stages.items() if name != "fetch"}


def test_what_is_committed_is_what_comes_out(repository: Path) -> None:
    # A change of code that changes data has to renew dvc.lock (`dvc repro`), and to say so in CHANGELOG.md.
    committed = done("git", "show", "HEAD~1:dvc.lock", cwd=repository)
    assert outputs((repository / "dvc.lock").read_text()) == outputs(committed)


def test_a_second_repro_does_nothing(repository: Path) -> None:
    said = done("dvc", "repro", cwd=repository)
    assert said.count("didn't change, skipping") == 5
    assert "Running stage" not in said


def test_a_comment_in_the_code_of_the_report_or_release_rebuilds_nothing_before_them(
    repository: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository, copy, symlinks=True)
    own = str(copy / "builder")
    done("presscorpus", "normalise", cwd=copy, PYTHONPATH=own)
    cached = {path: path.stat().st_mtime_ns for path in (copy / ".presscorpus").rglob("*.arrows")}
    assert {path.parent.parent.name for path in cached} == {"index", "shards"}
    changes = {
        "report/page.py": {"report"}, "release/card.py": {"report", "package"},
        "pipeline/stages/package.py": {"package"},
    }  # fmt: skip
    for module, stages in changes.items():
        path = copy / "builder/presscorpus" / module
        before = path.read_text()
        path.write_text(before + "# A comment.\n")
        assert set(json.loads(done("dvc", "status", "--json", cwd=copy))) == stages, module
        done("presscorpus", "normalise", cwd=copy, PYTHONPATH=own)
        after = {path: path.stat().st_mtime_ns for path in (copy / ".presscorpus").rglob("*.arrows")}
        assert after == cached, module
        path.write_text(before)
    path = copy / "builder/presscorpus/tables/posts.py"
    path.write_text(path.read_text() + "# A comment.\n")
    assert "normalise" in json.loads(done("dvc", "status", "--json", cwd=copy))
    done("presscorpus", "normalise", cwd=copy, PYTHONPATH=own)
    assert not cached.keys() & set((copy / ".presscorpus/shards").rglob("*.arrows"))


LOAD = """
import json, os, sys
import datasets
datasets.disable_progress_bars()
release, tables = sys.argv[1], json.loads(sys.argv[2])
for name, rows in tables.items():
    normal = datasets.load_dataset(release, name, split="train")
    assert normal.num_rows == rows, (name, normal.num_rows)
    streamed = next(iter(datasets.load_dataset(release, name, split="train", streaming=True)))
    assert streamed == normal[0], name
    assert "large" not in str(normal.features), name
posts = datasets.load_dataset(release, "posts")["train"]
print(next(post["title"] for post in posts if post["site"] == "uyghurmovement"))
print(datasets.get_dataset_config_names(release))
# Threads that datasets streams with may abort an interpreter that ends while they do; all has been said.
sys.stdout.flush()
os._exit(0)
"""


def test_every_table_with_rows_loads_by_name_normal_and_streaming(repository: Path, tmp_path: Path) -> None:
    rows = json.loads((repository / "data/reports/validation.json").read_bytes())["rows"]
    filled = {name: count for name, count in rows.items() if count}
    assert set(rows) - set(filled) == {"authors", "comments", "quarantine"}
    said = done(
        sys.executable, "-c", LOAD, "data/release", json.dumps(filled), cwd=repository, HF_HOME=str(tmp_path)
    ).splitlines()  # fmt: skip
    assert said[0].startswith("Chinese-made cameras implicated in spying on the country’s Uyghur community")
    shown = ["posts", "terms", "links", "post_terms", "media", "versions", "repeats", "translations", "sites", "crawls"]
    assert said[1] == str(shown)


def test_the_sample_shows_every_table_with_life_in_it(repository: Path) -> None:
    """The site was crawled three times, while posts were edited, unpublished, published again and deleted."""
    frames = {path.stem: pl.read_parquet(path) for path in (repository / "data/tables").glob("*.parquet")}
    posts = frames["posts"].filter(pl.col("site") == "kervan")
    assert dict(posts.group_by("type", "state").len().select(pl.concat_str("type", "state"), "len").rows()) == {
        "postpublished": 152, "postdeleted": 2, "postunpublished": 1, "pagepublished": 6,
    }  # fmt: skip
    assert dict(posts["language"].value_counts().rows()) == {"en": 54, "tr": 44, "ug": 32, "zh": 31}
    versions = frames["versions"].filter(pl.col("site") == "kervan")
    assert versions.height == 173
    histories = versions.sort("id", "ordinal").group_by("id", maintain_order=True).agg("state")["state"].to_list()
    assert ["published", "unpublished", "published"] in histories
    assert histories.count(["published", "deleted"]) == 2
    assert histories.count(["published", "published", "published"]) == 1
    crawls = frames["crawls"].filter((pl.col("site") == "kervan") & (pl.col("collection") == "posts:post"))
    assert crawls.sort("crawl").select("swept", "fetched", "unchanged", "unreadable", "gone").rows() == [
        (147, 147, 0, 0, 0), (151, 8, 142, 1, 0), (155, 8, 144, 1, 2),
    ]  # fmt: skip
    heights = {name: frame.height for name, frame in frames.items()}
    assert {name: heights[name] for name in ("media", "terms", "links", "repeats", "translations")} == {
        "media": 9, "terms": 98, "links": 229, "repeats": 71, "translations": 280,
    }  # fmt: skip
    links = frames["links"].filter((pl.col("site") == "kervan") & pl.col("internal"))
    assert links["target_table"].null_count() == 0
    assert not posts["text"].str.contains("127.0.0.1", literal=True).any()


def test_frictionless_passes_by_hand_in_the_repository_and_in_the_release(repository: Path) -> None:
    done("frictionless", "validate", "datapackage.json", cwd=repository)
    done(sys.executable, "-m", "frictionless", "validate", "datapackage.json", cwd=repository / "data/release")


def test_a_clone_of_the_built_state_has_nothing_to_do_after_a_pull(repository: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    done("dvc", "remote", "add", "--local", "here", str(remote), cwd=repository)
    done("dvc", "push", "-r", "here", cwd=repository)
    clone = tmp_path / "clone"
    done("git", "clone", "-q", str(repository), str(clone), cwd=tmp_path)
    done("dvc", "remote", "add", "--local", "here", str(remote), cwd=clone)
    done("dvc", "pull", "-r", "here", cwd=clone)
    said = done("dvc", "repro", cwd=clone)
    assert "Running stage" not in said
    assert digests(clone, *BUILT) == digests(repository, *BUILT)


@pytest.mark.case(33)
def test_built_again_from_nothing_elsewhere_in_the_world_every_byte_is_the_same(
    repository: Path, tmp_path: Path
) -> None:
    before = digests(repository, "data/raw", "data/tables", "data/reports", "data/release")
    again = tmp_path / "again"
    shutil.copytree(repository, again, ignore=shutil.ignore_patterns(".presscorpus", "cache"))
    for name in ("raw", "tables", "release"):
        shutil.rmtree(again / "data" / name)
    for name in ("findings.parquet", "index.html", "validation.json"):
        (again / "data/reports" / name).unlink()
    (again / "dvc.lock").unlink()
    done(
        "dvc", "repro", cwd=again, LC_ALL="tr_TR.UTF-8", TZ="Asia/Kathmandu", PYTHONHASHSEED="1", POLARS_MAX_THREADS="1"
    )
    assert digests(again, "data/raw", "data/tables", "data/reports", "data/release") == before


@pytest.mark.case(33)
def test_a_warm_cache_gives_the_same_bytes_as_an_empty_one(repository: Path) -> None:
    before = digests(repository, "data/tables")
    assert list((repository / ".presscorpus/shards").glob("*/*.arrows"))
    done("presscorpus", "normalise", cwd=repository)
    assert digests(repository, "data/tables") == before
    shutil.rmtree(repository / ".presscorpus")
    done("presscorpus", "normalise", cwd=repository)
    assert digests(repository, "data/tables") == before


@pytest.fixture(scope="module")
def changed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository one day and one edit later, not yet built again; HEAD is still the first state."""
    folder = tmp_path_factory.mktemp("changed") / "repository"
    shutil.copytree(repository, folder)
    seed = folder / "data/sources/uyghurmovement/882.json"
    seed.write_bytes(seed.read_bytes().replace(b"Whitehall", b"Whitewall"))
    return folder


def test_files_that_changed_under_the_same_as_of_are_refused(changed: Path) -> None:
    ended = run("dvc", "repro", cwd=changed)
    assert ended.returncode != 0
    assert "its files changed and its as_of did not" in ended.stderr


def test_two_versions_compared_by_dvc_differ_as_their_pages_do(changed: Path) -> None:
    params = changed / "params.yaml"
    settled = yaml.safe_load(params.read_text())
    (seed,) = (site for site in settled["sites"] if site["name"] == "uyghurmovement")
    seed["as_of"] = "2026-11-24T00:00:00Z"
    settled["dataset"]["version"] = "v2026.11.24"
    params.write_text(yaml.safe_dump(settled, sort_keys=False))
    before = json.loads((changed / "data/reports/figures.json").read_bytes())
    done("dvc", "repro", cwd=changed)
    after = json.loads((changed / "data/reports/figures.json").read_bytes())
    commit(changed)
    assert after["rows"]["versions"] == before["rows"]["versions"] + 1
    versions = pl.read_parquet(changed / "data/tables/versions.parquet")
    assert versions.filter(pl.col("site") == "uyghurmovement").height == 2
    page = (changed / "data/reports/index.html").read_text()
    assert "version <bdi>v2026.11.24</bdi>" in page
    assert (
        f"<code>versions</code> Observed states over time <span class=rows>{after['rows']['versions']}</span>" in page
    )
    shown = done("dvc", "metrics", "show", "--json", cwd=changed)
    assert after == json.loads(shown)[""]["data"]["data/reports/figures.json"]["data"]
    told = json.loads(done("dvc", "metrics", "diff", "--json", "HEAD~1", "HEAD", cwd=changed))
    figures = told["diff"]["data/reports/figures.json"] if "diff" in told else told["data/reports/figures.json"]
    rows = {"old": before["rows"]["versions"], "new": after["rows"]["versions"], "diff": 1}
    assert figures["rows.versions"] == rows
    assert figures["sizes.bytes"]["diff"] == after["sizes"]["bytes"] - before["sizes"]["bytes"] > 0
    assert "rows.posts" not in figures
    drawn = json.loads(done("dvc", "plots", "diff", "--json", "HEAD~1", "HEAD", "--out", "drawn", cwd=changed))
    names = set(drawn.get("data", drawn))
    for name in ("posts_over_time.csv", "changes.csv", "languages.csv", "linked_domains.csv", "posts_over_time.png"):
        assert any(each.endswith(f"data/reports/{name}") for each in names), names
    done("dvc", "plots", "diff", "HEAD~1", "HEAD", "--out", "drawn", cwd=changed)
    html = (changed / "drawn/index.html").read_text()
    assert "HEAD~1" in html
    assert "Edits and disappearances" in html
    done("dvc", "plots", "show", "--out", "shown", cwd=changed)
    assert "Posts over time" in (changed / "shown/index.html").read_text()


def test_the_shipped_record_is_refused_by_publish_before_anything_is_asked(repository: Path) -> None:
    for more in ([], ["--dry-run"]):
        ended = run("presscorpus", "publish", "lab/corpus", *more, cwd=repository)
        assert ended.returncode == 11
        assert "A third party's article." in ended.stderr
        assert ended.stderr.count("\n") == 2
