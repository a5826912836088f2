"""What a user runs: from JSON files, or a live WordPress, to a dataset that is loaded.

`python -m benchmarks.build files POSTS KILOBYTES [ROUNDS]`, `python -m benchmarks.build given FOLDER [ROUNDS]` or
`python -m benchmarks.build live POSTS [ROUNDS]`

files   `presscorpus build` of posts as files, beside `wpextract extract`, a script of thirty lines (json, BeautifulSoup
        and pandas) and the bare library calls (zlib-ng, msgspec, hashlib, lexbor, pyarrow) that nobody can do without
        who makes the same archive, tables and release. Fixed seconds are those of a build of one post; milliseconds are
        those that each further post adds, in all and by stage.
given   the same of posts of your own, such as real ones: a folder of JSON files, each an array of posts of one site.
live    `presscorpus build URL` and its first row by `datasets`, beside `wpextract download` and `extract`.

All figures are of one run, in turns, after a build of one post that compiles modules and does not count. CPU time is
that of a command and all that it starts. WPextract comes from the package index into an environment of its own, which
the script uses as well. With `PRESSCORPUS_BEFORE` naming the `presscorpus` command of an earlier version its builds
stand beside.
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
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import posts
from benchmarks.results import figure
from tests.wordpress.packages import tool

Command = Sequence[str | Path]
PER_FILE = 100
STAGES = ("fetch", "normalise", "validate", "report", "package")
_PRESSCORPUS = Path(sys.executable).with_name("presscorpus")
_ADDRESS, _AS_OF = "https://www.bench.example/", "2026-01-01T00:00:00Z"
_BEFORE = os.environ.get("PRESSCORPUS_BEFORE")
_UNKNOWN_TO_US = ("categories", "comments", "media", "pages", "tags", "users")

SCRIPT = """
import glob, json, sys
import pandas as pd
from bs4 import BeautifulSoup

rows, links = [], []
for name in sorted(glob.glob(sys.argv[1] + "/*.json")):
    for post in json.load(open(name)):
        soup = BeautifulSoup(post["content"]["rendered"], "lxml")
        for a in soup.find_all("a", href=True):
            links.append({"id": post["id"], "url": a["href"], "text": a.get_text()})
        rows.append({
            "id": post["id"], "date": post["date_gmt"], "link": post["link"],
            "title": BeautifulSoup(post["title"]["rendered"], "lxml").get_text(),
            "text": soup.get_text("\\n", strip=True), "html": post["content"]["rendered"],
            "categories": post.get("categories"), "tags": post.get("tags"),
        })
pd.DataFrame(rows).to_json(sys.argv[2] + "/posts.jsonl", orient="records", lines=True)
pd.DataFrame(links).to_json(sys.argv[2] + "/links.jsonl", orient="records", lines=True)
"""

# Calls of libraries, and not a line of ours, that nobody can do without who makes an archive, tables and a release of
# these posts: the archive is packed and unpacked, each post decoded, hashed and parsed once, its rows hashed, and both
# the tables and the release written. Which columns there are comes from the tables of a build.
BARE = """
import glob, hashlib, json, sys
import msgspec
import pyarrow.parquet as pq
from selectolax.lexbor import LexborHTMLParser
from zlib_ng import zlib_ng

digests = []
decode = msgspec.json.Decoder(list[msgspec.Raw]).decode
class Text(msgspec.Struct):
    rendered: str
class Post(msgspec.Struct):
    id: int
    link: str
    title: Text
    content: Text
    excerpt: Text
read = msgspec.json.Decoder(Post).decode
for name in sorted(glob.glob(sys.argv[1] + "/*.json")):
    page = open(name, "rb").read()
    packer = zlib_ng.compressobj(5, wbits=31)
    packed = packer.compress(page) + packer.flush()
    with open(sys.argv[2] + "/archive.gz", "ab") as archive:
        archive.write(packed)
    for raw in decode(zlib_ng.decompressobj(wbits=31).decompress(packed)):
        body = bytes(raw)
        digests.append(hashlib.sha256(body).digest())
        tree = LexborHTMLParser(read(body).content.rendered, is_fragment=True)
        links = [node.attributes.get("href") for node in tree.css("a,img")]
        text = tree.text()
for name in sorted(glob.glob(sys.argv[3] + "/*.parquet")):
    table = pq.read_table(name)
    for time in range(2):
        pq.write_table(table, sys.argv[2] + "/written.parquet", compression="zstd", row_group_size=8192,
                       use_content_defined_chunking=True, write_page_index=True)
    for batch in table.to_batches():
        row = b"x" * (batch.nbytes // max(1, batch.num_rows))
        for _ in range(batch.num_rows):
            digests.append(hashlib.sha256(row).digest())
"""

# Runs in a process of its own: a build as the command does it, with the CPU seconds of each stage at the end.
TIMED = """
import json, resource, sys
from presscorpus.__main__ import main
from presscorpus.pipeline import stages

def cpu():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)

class Stage:
    def __init__(self, name):
        self.name = name
    def run(self, *given, **more):
        began = cpu()
        try:
            return stages.__getattr__(self.name).run(*given, **more)
        finally:
            times[self.name] = cpu() - began

_, names, kept, *given = sys.argv
times = {}
for name in names.split(","):
    setattr(stages, name, Stage(name))
sys.argv = ["presscorpus", *given]
try:
    main()
finally:
    with open(kept, "w") as file:
        json.dump(times, file)
"""


class Took(NamedTuple):
    """CPU seconds of a command and all that it started, and seconds by the clock."""

    cpu: float
    wall: float


def took(command: Command, **more: object) -> Took:
    """Run a command to its end."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, text=True, **more)  # type: ignore[call-overload]
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stdout}{done.stderr}"[-2000:])
    return Took(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def written(folder: Path, total: int, size: int) -> Path:
    """Posts as files of a hundred, as a walk through an API gives them."""
    folder.mkdir(parents=True)
    bodies = list(posts.posts(range(1, total + 1), posts.Shape(size), total))
    for start in range(0, total, PER_FILE):
        page = b"[" + b",".join(bodies[start : start + PER_FILE]) + b"]"
        (folder / f"posts-{start // PER_FILE:06}.json").write_bytes(page)
    return folder


def for_wpextract(given: Path, folder: Path) -> Path:
    """The same posts as one file each collection, which is what WPextract reads."""
    folder.mkdir(parents=True)
    pages = [path.read_bytes()[1:-1] for path in sorted(given.iterdir())]
    (folder / "posts.json").write_bytes(b"[" + b",".join(pages) + b"]")
    for name in _UNKNOWN_TO_US:
        (folder / f"{name}.json").write_text("[]")
    return folder


def build(given: str | Path, out: Path, workers: int, *more: str) -> list[str | Path]:
    """The command that builds a release, into an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    return [_PRESSCORPUS, "build", given, "--out", out, "--workers", str(workers), *more]


def by_stage(given: Path, out: Path) -> dict[str, float]:
    """CPU seconds of each stage of a build with one worker."""
    arguments = [str(each) for each in build(given, out, 1, "--address", _ADDRESS, "--as-of", _AS_OF)[1:]]
    with tempfile.NamedTemporaryFile("r") as file:
        took([sys.executable, "-c", TIMED, ",".join(STAGES), file.name, *arguments])
        found: dict[str, float] = json.load(file)
    return found


def files(total: int, kilobytes: float, rounds: int) -> None:
    """`presscorpus build` of files, beside others that read them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given, one = (
            written(folder / each, count, int(kilobytes * 1000)) for each, count in (("all", total), ("1", 1))
        )
        _compared(f"{total} posts of {kilobytes:g} KB", total, given, one, rounds)


def given(posts_of_others: Path, rounds: int) -> None:
    """The same of posts that are no part of the project."""
    with tempfile.TemporaryDirectory() as name:
        whole, one = Path(name) / "all", Path(name) / "1"
        shutil.copytree(posts_of_others, whole)
        pages = [json.loads(path.read_bytes()) for path in sorted(whole.iterdir())]
        one.mkdir()
        (one / "posts-000000.json").write_text(json.dumps(pages[0][:1]))
        size = sum(path.stat().st_size for path in whole.iterdir())
        total = sum(map(len, pages))
        _compared(f"{total} given posts of {size / total / 1000:.0f} KB", total, whole, one, rounds)


def _compared(title: str, total: int, given: Path, one: Path, rounds: int) -> None:
    program = tool("wpextract", "wpextract==1.1.1")
    folder = given.parent
    theirs = for_wpextract(given, folder / "theirs")
    about = ("--address", _ADDRESS, "--as-of", _AS_OF)
    ours: list[Took] = []
    two: list[Took] = []
    fixed: list[Took] = []
    their: list[Took] = []
    naive: list[Took] = []
    earlier: list[Took] = []
    bare: list[Took] = []
    took(build(given, folder / "kept", 0, *about))
    took(build(one, folder / "out", 1, *about))
    for _ in range(rounds):
        turn: list[tuple[list[Took], Command]] = [
            (ours, build(given, folder / "out", 1, *about)),
            (two, build(given, folder / "out", 2, *about)),
            (fixed, build(one, folder / "out", 1, *about)),
            (their, [program.with_name("python"), program, "extract", theirs, folder / "extracted"]),
            (naive, [program.with_name("python"), "-c", SCRIPT, given, folder]),
            (bare, [sys.executable, "-c", BARE, given, folder, folder / "kept/tables"]),
        ]
        if _BEFORE:
            turn.append((earlier, [_BEFORE, *build(given, folder / "before", 1, *about)[1:]]))
        for kept, command in turn:
            for made in ("out", "before", "extracted"):
                shutil.rmtree(folder / made, ignore_errors=True)
            (folder / "archive.gz").unlink(missing_ok=True)
            kept.append(took(command))
    _tell(title, total, (ours, two, fixed, their, naive, bare))
    if earlier:
        ratios = [a.cpu / b.cpu for a, b in zip(ours, earlier, strict=True)]
        figure(f"presscorpus build / the same by an earlier version, {title}, CPU time", ratios)
    stages = [(by_stage(given, folder / "out"), by_stage(one, folder / "out")) for _ in range(rounds)]
    for stage in STAGES:
        each = [1000 * (many[stage] - single[stage]) / max(1, total - 1) for many, single in stages]
        if total > 1:
            figure(f"{stage} of {title}, CPU milliseconds a post", each)
        figure(f"{stage} of {title}, fixed CPU seconds", [single[stage] for _, single in stages])


def _tell(title: str, total: int, taken: tuple[list[Took], ...]) -> None:
    ours, two, fixed, their, naive, bare = taken
    goal = {True: ">= 3.5", False: ">= 2"}[total > 1000] if " posts of 16 KB" in title and total >= 1000 else None
    pairs = list(zip(ours, their, strict=True))
    figure(f"wpextract extract / presscorpus build, {title}, CPU time", [b.cpu / a.cpu for a, b in pairs], goal)
    clocks = [b.wall / a.wall for a, b in zip(two, their, strict=True)]
    figure(f"the same with two workers, by the clock, {title}", clocks, ">= 5" if goal == ">= 3.5" else None)
    figure(
        f"naive script / presscorpus build, {title}, CPU time",
        [b.cpu / a.cpu for a, b in zip(ours, naive, strict=True)],
    )
    calls = [a.cpu / b.cpu for a, b in zip(ours, bare, strict=True)]
    figure(f"presscorpus build / bare calls of its libraries, {title}, CPU time", calls)
    each = [1000 * (a.cpu - b.cpu) / max(1, total - 1) for a, b in zip(ours, fixed, strict=True)]
    if total > 1:
        figure(f"presscorpus build, {title}, CPU milliseconds a post", each)
    figure(f"presscorpus build of one post of {title.split(' of ')[1]}, CPU seconds", [each.cpu for each in fixed])


LOADED = (
    "import sys; from datasets import load_dataset; print(load_dataset(sys.argv[1], 'posts', split='train')[0]['id'])"
)


def live(total: int, rounds: int) -> None:
    """From an address to a loaded dataset, beside `wpextract download` and `extract`."""
    from tests.wordpress.server import running

    program = tool("wpextract", "wpextract==1.1.1")
    with tempfile.TemporaryDirectory() as name, running(posts=total) as server:
        server.set_permalinks("pretty")
        server.sql("UPDATE wp_posts SET post_modified = post_date, post_modified_gmt = post_date_gmt")
        folder = Path(name)
        clocks, cpus = [], []
        for number in range(rounds + 1):
            there = folder / f"theirs-{number}"
            words: Command = [program.with_name("python"), program, "download", server.url, there]
            parts = [took(words), took([*words[:2], "extract", there, folder / f"extracted-{number}"])]
            home = os.environ | {"HF_HOME": str(folder / f"hub-{number}"), "HF_HUB_OFFLINE": "1"}
            own = [took(build(server.url, folder / "out", 0, "--allow-private"))]
            own.append(took([sys.executable, "-c", LOADED, folder / "out/release"], env=home))
            if number:
                clocks.append(sum(each.wall for each in parts) / sum(each.wall for each in own))
                cpus.append(sum(each.cpu for each in parts) / sum(each.cpu for each in own))
        title = f"wpextract download and extract / presscorpus build and load, {total} items"
        figure(f"{title}, by the clock", clocks, ">= 4" if total >= 5000 else None)
        figure(f"{title}, CPU time of the clients", cpus)


def main() -> None:
    what, *sizes = sys.argv[1:]
    if what == "files":
        files(int(sizes[0]), float(sizes[1]), int(sizes[2]) if len(sizes) > 2 else 3)
    elif what == "given":
        given(Path(sizes[0]), int(sizes[1]) if len(sizes) > 1 else 3)
    else:
        live(int(sizes[0]), int(sizes[1]) if len(sizes) > 1 else 3)


if __name__ == "__main__":
    main()
