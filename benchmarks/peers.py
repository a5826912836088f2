"""presscorpus beside its peers, as ratios of CPU time in one run.

`python -m benchmarks.peers help|validate|noop|load|wpextract [SIZE]`

help        `presscorpus --help` beside `python -c pass`.
validate    `presscorpus.validate.checker` beside frictionless with the Arrow plugin; verdicts compared.
noop        `dvc repro` with nothing to do beside the same pipeline of `true` commands. SIZE is the number of sites.
load        `datasets.load_dataset` of a release, and its first row streaming, beside pyarrow reading the same files.
wpextract   the whole of normalise beside `wpextract extract` of the same posts. It has to be in an environment of its
            own, because it pins other versions: WPEXTRACT names its program.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from benchmarks import posts
from benchmarks.normalise import PACKAGE, ROOT, least, normalise, params_of, took
from benchmarks.results import figure
from presscorpus.config.layout import Layout
from presscorpus.pipeline import stages
from presscorpus.validate import checker, frictionless_check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BIN = Path(sys.executable).parent


def cpu_of(command: Sequence[str | Path], **more: object) -> float:
    """CPU seconds of a command and all that it starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def compare(title: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int, wanted: str = "") -> None:
    figure(title, [ours() / theirs() for _ in range(rounds)], wanted or None)


def help_(_size: int) -> None:
    compare(
        "presscorpus --help / python -c pass",
        lambda: cpu_of([_BIN / "presscorpus", "--help"]),
        lambda: cpu_of([sys.executable, "-c", "pass"]),
        21,
        "<= 4",
    )


def site(folder: Path, total: int, size: int) -> Layout:
    """A site from a seed, normalised."""
    made = posts.posts(range(1, total + 1), posts.Shape(size), total)
    posts.crawl(folder / "data/raw", folder / "work", posts.SITE, {"categories": posts.terms(), "posts": made})
    normalise(folder)
    return Layout(folder, folder / "data")


def validate(size: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        layout = site(Path(name), size or 1000, 4000)
        findings = checker.check(PACKAGE, layout.tables)
        frictionless_check.confirm(PACKAGE, layout.tables, findings)
        print(f"{sum(findings.rows.values())} rows, verdicts equal, {len(findings.counts)} rules broken")
        compare(
            "frictionless / presscorpus.validate.checker",
            lambda: took(lambda: frictionless_check.judge(PACKAGE, layout.tables)).cpu,
            lambda: took(lambda: checker.check(PACKAGE, layout.tables)).cpu,
            3,
            ">= 20",
        )


def noop(size: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name) / "ours", Path(name) / "true"
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()
        for path in filter(None, files.split("\0")):
            if not path.startswith(("tests/", "dvc.lock")):
                (ours / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, ours / path)
        if size > 1:
            _sites(ours, size)
        environment = os.environ | {"PATH": f"{_BIN}:{os.environ['PATH']}"}
        subprocess.run(["git", "init", "-q"], cwd=ours, check=True)
        subprocess.run([_BIN / "dvc", "repro", "-q"], cwd=ours, check=True, env=environment)
        shutil.copytree(ours, theirs, symlinks=True)
        for named in (theirs / "dvc.yaml", theirs / "dvc.lock"):
            lines = named.read_text().splitlines()
            named.write_text(
                # Unquoted it is a truth value to YAML.
                "\n".join(f"{line.split('cmd:')[0]}cmd: 'true'" if "cmd:" in line else line for line in lines)
            )
        compare(
            f"dvc repro with nothing to do / the same of true commands, {size or 1} sites",
            lambda: cpu_of([_BIN / "dvc", "repro"], cwd=ours, env=environment),
            lambda: cpu_of([_BIN / "dvc", "repro"], cwd=theirs, env=environment),
            5,
            "<= 1.3",
        )


def _sites(folder: Path, count: int) -> None:
    """Many sites of one post each, in place of the captured one."""
    import yaml

    document = yaml.safe_load((folder / "params.yaml").read_text())
    document["sites"] = []
    for number in range(count):
        there = folder / f"data/sources/s{number}"
        there.mkdir(parents=True)
        (there / "posts.json").write_bytes(posts.post(1, posts.Shape(2000, seed=number), 1))
        document["sites"].append({
            "name": f"s{number}", "address": f"https://s{number}.example/", "files": f"data/sources/s{number}",
            "as_of": "2026-01-01T00:00:00Z", "rights": {"statement": "Made up."},
        })  # fmt: skip
    (folder / "params.yaml").write_text(json.dumps(document))


def load(size: int) -> None:
    from datasets import load_dataset

    with posts.made(size or 20_000, 2000) as folder, tempfile.TemporaryDirectory() as name:
        layout, params = Layout(folder, folder / "data"), params_of(posts.SITE)
        if not layout.release.exists():
            normalise(folder)
            stages.validate.run(PACKAGE, params, layout)
            stages.report.run(PACKAGE, params, layout)
            stages.package.run(PACKAGE, params, layout)
        parts = sorted((layout.release / "posts").glob("*.parquet"))
        cache = Path(name) / "cache"

        def whole() -> float:
            shutil.rmtree(cache, ignore_errors=True)
            return took(lambda: load_dataset(str(layout.release), "posts", cache_dir=str(cache))).cpu

        def first() -> float:
            return took(
                lambda: next(iter(load_dataset(str(layout.release), "posts", streaming=True, split="train")))
            ).cpu

        compare(
            "load_dataset / pyarrow reading the same files",
            whole,
            lambda: took(lambda: list(map(pq.read_table, parts))).cpu,
            3,
        )
        compare(
            "first row when streaming / first batch by pyarrow",
            first,
            lambda: took(lambda: next(pq.ParquetFile(parts[0]).iter_batches(1))).cpu,
            3,
        )


def wpextract(size: int) -> None:
    program = os.environ.get("WPEXTRACT", "wpextract")
    total = size or 2000
    with tempfile.TemporaryDirectory() as name:
        folder, shape = Path(name), posts.Shape(16_000)
        bodies = list(posts.posts(range(1, total + 1), shape, total))
        given = folder / "json"
        given.mkdir()
        (given / "posts.json").write_bytes(b"[" + b",".join(bodies) + b"]")
        for empty in ("categories", "comments", "media", "pages", "tags", "users"):
            (given / f"{empty}.json").write_text("[]")
        posts.crawl(folder / "data/raw", folder / "work", posts.SITE, {"categories": posts.terms(), "posts": bodies})
        normalise(folder)
        tables = {path.stem: pq.read_table(path) for path in sorted((folder / "data/tables").glob("*.parquet"))}
        command = [program, "extract", str(given), str(folder / "out")]
        began = time.perf_counter()
        theirs = cpu_of(command)
        their_time = time.perf_counter() - began
        title = f"wpextract extract / normalise, {total} posts"
        figure(f"{title}, one worker, CPU time", [theirs / took(lambda: normalise(folder)).cpu], ">= 40")
        two = took(lambda: normalise(folder, workers=2)).wall
        figure(f"{title}, two workers, by the clock", [their_time / two], ">= 60")
        # Nothing that parses these posts and writes these tables can be further ahead of it than this.
        figure(
            "wpextract extract / the floor of benchmarks.normalise",
            [theirs / took(lambda: least(bodies, tables, folder)).cpu],
        )


def main() -> None:
    what, size = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    {"help": help_, "validate": validate, "noop": noop, "load": load, "wpextract": wpextract}[what](size)


if __name__ == "__main__":
    main()
