"""Proofs of 1,000 random rows, of the sample and of a build of 20,000 posts; and how long a million rows take.

Prints its figures: `.ci/long -k proofs`.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.commitments import canonical, proof
from presscorpus.config import params as settings
from presscorpus.config.layout import Layout
from presscorpus.pipeline import stages, verify_commitments
from presscorpus.pipeline.prove import Prover, Wanted
from presscorpus.release import commitments
from presscorpus.storage.frames import TableWriter
from tests.commitments.test_proof import both
from tests.corpus import PACKAGE, ROOT, Corpus, post, quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from presscorpus.config.params import Params

ROWS, POSTS, SEED = 1000, 20_000, 21
MOST_BESIDE = 4096
Built = tuple["Params", Layout]


def _sample(root: Path) -> Built:
    for name in ("params.yaml", "takedown.yaml", "datapackage.json", "dvc.yaml"):
        shutil.copy(ROOT / name, root / name)
    for name in ("schemas", "data/sources"):
        shutil.copytree(ROOT / name, root / name)
    params, layout = settings.load(root / "params.yaml"), Layout.of(root)
    stages.fetch.run(params, layout, quiet)
    stages.normalise.run(PACKAGE, params, layout, quiet)
    stages.validate.run(PACKAGE, params, layout)
    stages.report.run(PACKAGE, params, layout)
    stages.package.run(PACKAGE, params, layout)
    return params, layout


def _large(root: Path) -> Built:
    built = Corpus(root, a=[post(number) for number in range(1, POSTS + 1)])
    return built.build(), built.layout


@pytest.mark.parametrize("make", [_sample, _large], ids=["sample", "20,000 posts"])
def test_proofs_of_1000_random_rows(make: Callable[[Path], Built], tmp_path: Path) -> None:
    params, layout = make(tmp_path)
    seeded = random.Random(SEED)
    keys: list[tuple[str, int, str]] = []
    for table, kind in (("posts", "type"), ("terms", "taxonomy"), ("media", None)):
        rows = pl.read_parquet(layout.release / table / "*.parquet")
        if "takedown_reason" in rows.columns:
            rows = rows.filter(pl.col("takedown_reason").is_null())
        named = pl.col(kind) if kind else pl.lit("attachment")
        keys += [(site, number, str(of)) for site, number, of in rows.select("site", "id", named).iter_rows()]
    prover, beside, taken = Prover(PACKAGE, params, layout), [], 0
    begun, checked = time.monotonic(), 0.0
    for place in range(ROWS):
        site, number, kind_ = seeded.choice(keys)
        data = prover.prove(Wanted(site, number, kind_), with_item=place % 2 == 0)
        since = time.monotonic()
        taken += both(data) == (True, True)
        checked += time.monotonic() - since
        found = canonical.decode(data[:-1])
        own = [found["row"]["value"], *([found["part"].get("text", "")] if found["part"] else [])]
        beside.append(len(data) - sum(len(canonical.encode(each)) for each in own))
        assert proof.check(data).row["id"] == number
    sys.stdout.write(
        f"\n{len(keys):,} rows of items: {taken:,} of {ROWS:,} proofs taken by both; beside row and item "
        f"{statistics.median(beside):,.0f} bytes in the middle, {max(beside):,} at most; "
        f"{(time.monotonic() - begun - checked) / ROWS * 1000:.0f} ms to make one, "
        f"{checked / ROWS * 1000:.1f} ms to check one twice; seed {SEED}\n"
    )
    assert taken == ROWS
    assert max(beside) <= MOST_BESIDE


def test_a_million_rows_of_a_release_are_verified(tmp_path: Path) -> None:
    """Rows of the table of links, the longest of any corpus."""
    corpus = Corpus(tmp_path, a=[post(1, content={"rendered": '<p><a href="https://b.example/x/y?z=1">a</a></p>'})])
    corpus.build()
    release, schema = corpus.layout.release, PACKAGE.schema("links")
    one = corpus.table("links")
    assert one.height == 1
    # As many rows as that, each with a number of its own.
    rows = pl.concat([one] * 10_000).with_columns(pl.int_range(1, 10_001, dtype=pl.Int64).alias("ordinal"))
    path = next((release / "links").glob("*.parquet"))
    with TableWriter(path, schema.arrow) as writer:
        for number in range(100):
            writer.write(rows.with_columns(pl.col("id") + number).select(schema.names).to_arrow())
    parts = {name: sorted((release / name).glob("*.parquet")) for name in PACKAGE.resources}
    begun, worked = time.monotonic(), time.process_time()
    faults = list(verify_commitments.release(PACKAGE, release, parts))
    seconds, processor = time.monotonic() - begun, time.process_time() - worked
    told = commitments.read(release / commitments.NAME).tables["links"]
    sys.stdout.write(f"\n1,000,000 rows of links: {seconds:.1f} s, {processor:.1f} s of processor time\n")
    assert [each.what for each in faults] == ["has other rows than evidence.jsonl commits to"]
    assert told.rows == 1
