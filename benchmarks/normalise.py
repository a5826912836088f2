"""Normalise against a floor: what any program must do that turns the same posts into the same Parquet.

`python -m benchmarks.normalise [POSTS] [KILOBYTES] [ROUNDS]` makes a site from a seed and takes, in turn, the floor and
`stages.normalise` with one worker and an empty cache. The floor is, for the same posts: typed decoding by msgspec, one
lexbor parse, one `css` for links and one `text()`, and pyarrow writing the tables that normalise wrote, with the same
options. Language and repeats are left out of both; each is measured against the bare call of its library. Ratios are of
CPU time, because other work on a machine changes that least; those of the wall clock stand beside. Beside them also
stands where normalise would be if turning HTML into texts and links took no time at all.

The floor leaves out calls that no program can do without that makes these tables of this archive. `necessary` makes
them, and nothing else: it is how near to the floor anything could come.
"""

from __future__ import annotations

import gzip
import hashlib
import pkgutil
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import msgspec
import polars as pl
import pyarrow.parquet as pq
from selectolax.lexbor import LexborHTMLParser

from benchmarks import posts
from benchmarks.results import figure
from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.config.schema import load_package
from presscorpus.content import minhash
from presscorpus.content.language import Language, detect_all
from presscorpus.content.words import words_of
from presscorpus.pipeline import stages
from presscorpus.tables.post_item import PostItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from presscorpus.config.params import Params

ROOT = Path(__file__).parent.parent
PACKAGE = load_package(ROOT)


class Took(NamedTuple):
    """Seconds of CPU time of this process, and of the clock."""

    cpu: float
    wall: float


def took(function: Callable[[], object]) -> Took:
    cpu, wall = time.process_time(), time.perf_counter()
    function()
    return Took(time.process_time() - cpu, time.perf_counter() - wall)


def params_of(*sites: posts.Site, workers: int = 1, scheduler: str = "local") -> Params:
    """What params.yaml of these sites would say."""
    document: dict[str, Any] = {
        "dataset": {"name": "bench", "title": "Bench", "version": "v2026.01.01", "language": ["en"]},
        "sites": [
            {"name": site.name, "address": site.address, "as_of": site.as_of, "rights": {"statement": "Made up."}}
            for site in sites
        ],
        # With one worker in this process, where time is taken and what is left out can be left out.
        "engine": {"workers": workers, "scheduler": scheduler, "isolate": workers > 1},
        "validate": {"frictionless_rows": 0},
    }
    return params.judge(msgspec.convert(document, params.Params), where="benchmark")


def normalise(folder: Path, site: posts.Site = posts.SITE, *, cold: bool = True, workers: int = 1) -> None:
    if cold:
        shutil.rmtree(folder / ".presscorpus", ignore_errors=True)
    stages.normalise.run(PACKAGE, params_of(site, workers=workers), Layout(folder, folder / "data"), lambda *_: None)


@contextmanager
def without_language_and_repeats() -> Iterator[None]:
    def nothing(texts: pl.Series) -> list[Language]:
        return [Language(None, None, None)] * len(texts)

    def no_sketch(texts: pl.Series) -> pl.DataFrame:
        schema = {"text_digest": pl.String, "signature": pl.Binary}
        return pl.DataFrame({name: [None] * len(texts) for name in schema}, schema=schema)

    with mock.patch("presscorpus.tables.posts.detect_all", nothing), mock.patch.object(minhash, "sketch", no_sketch):
        yield


@contextmanager
def stopwatch(module: str, *names: str) -> Iterator[list[float]]:
    """The CPU time that each call of these functions takes; none of them calls another."""
    spent: list[float] = []

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                spent.append(time.process_time() - start)

        return call

    replaced: dict[str, Any] = {name: timed(pkgutil.resolve_name(f"{module}.{name}")) for name in names}
    with mock.patch.multiple(module, **replaced):
        yield spent


def read_least(bodies: list[bytes]) -> None:
    decoder = msgspec.json.Decoder(PostItem)
    for body in bodies:
        content = decoder.decode(body).content
        tree = LexborHTMLParser(getattr(content, "rendered", "") or "")
        tree.css("[href],[src]")
        tree.text()


def write_least(tables: dict[str, Any], folder: Path) -> None:
    for name, table in tables.items():
        pq.write_table(
            table, folder / f"{name}.parquet", compression="zstd", use_content_defined_chunking=True,
            write_page_index=True, row_group_size=8192,
        )  # fmt: skip


def least(bodies: list[bytes], tables: dict[str, Any], folder: Path) -> None:
    read_least(bodies)
    write_least(tables, folder)


def necessary(warc: Path, bodies: list[bytes], tables: dict[str, Any], folder: Path) -> None:
    """Bare library calls: gunzip the archive; decode each post, digest its canonical JSON, parse and write its HTML."""
    with gzip.open(warc) as archive:
        while archive.read(1 << 20):
            pass
    decoder = msgspec.json.Decoder(PostItem)
    for body in bodies:
        content = decoder.decode(body).content
        hashlib.sha256(msgspec.json.encode(msgspec.json.decode(body), order="sorted"))
        # Without blocks lexbor's text() runs words together; whoever needs more has to see the tags.
        written = LexborHTMLParser(getattr(content, "rendered", "") or "", is_fragment=True).html
        (written or "").replace(">", "<").split("<")
    write_least(tables, folder)


def ratios(function: Callable[[], Took], floor: Callable[[], Took], rounds: int) -> tuple[list[float], list[float]]:
    """Floor divided by function, of CPU time and of the clock, taken in turn."""
    cpu, wall = [], []
    for _ in range(rounds):
        least, whole = floor(), function()
        cpu.append(least.cpu / whole.cpu)
        wall.append(least.wall / whole.wall)
        print(f"  floor {least.cpu:.1f} s CPU {least.wall:.1f} s; normalise {whole.cpu:.1f} s CPU {whole.wall:.1f} s")
    return cpu, wall


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    size = int(float(sys.argv[2]) * 1000) if len(sys.argv) > 2 else 16_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    shape = posts.Shape(size)
    bodies = list(posts.posts(range(1, total + 1), shape, total))
    print(f"{total} posts, {sum(map(len, bodies)) / total / 1000:.1f} KB of JSON each, seed {posts.SEED}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        posts.crawl(folder / "data/raw", folder / "work", posts.SITE, {"categories": posts.terms(), "posts": bodies})
        with without_language_and_repeats():
            normalise(folder)
            tables = {path.stem: pq.read_table(path) for path in sorted((folder / "data/tables").glob("*.parquet"))}
            cpu, wall = ratios(
                lambda: took(lambda: normalise(folder)),
                lambda: took(lambda: least(bodies, tables, folder)),
                rounds,
            )
            with stopwatch("presscorpus.tables.posts", "read") as html:
                others = took(lambda: normalise(folder)).cpu - sum(html)
        figure("floor / normalise, CPU time", cpu, ">= 0.5")
        figure("floor / normalise, by the clock", wall)
        (warc,) = (folder / "data/raw").rglob("*.warc.gz")
        calls = [took(lambda: necessary(warc, bodies, tables, folder)).cpu for _ in range(rounds)]
        least_ = [took(lambda: least(bodies, tables, folder)).cpu for _ in range(rounds)]
        figure("floor / normalise without its reading of HTML, CPU time", [each / others for each in least_])
        figure(
            "floor / calls that nothing can do without, CPU time", [a / b for a, b in zip(least_, calls, strict=True)]
        )
        texts = tables["posts"].column("text").to_pylist()
    beside_bare(texts)


def beside_bare(texts: list[str]) -> None:
    """What was left out of both sides: each as presscorpus does it, beside the bare call of its library."""
    import py3langid
    import rensa

    def bare_language() -> None:
        for text in texts:
            py3langid.classify(text[:300])

    folded = [each or "" for each in words_of(pl.Series(texts))]
    words = [each.encode() for each in folded if each.count(" ") + 1 >= minhash.MIN_WORDS]
    hashed, bounds = minhash.shingles(words, [each.count(b" ") + 1 for each in words])

    def bare_repeats() -> None:
        rensa.RMinHash.digest_matrix_from_flat_token_hashes(hashed, bounds, minhash.SLOTS, 1)

    language = took(lambda: detect_all(texts))
    figure("language / the bare call of py3langid, CPU time", [language.cpu / took(bare_language).cpu])
    sketched = took(lambda: minhash.sketch(pl.Series(texts)))
    figure("sketches of repeats / the bare MinHash of rensa, CPU time", [sketched.cpu / took(bare_repeats).cpu])


if __name__ == "__main__":
    main()
