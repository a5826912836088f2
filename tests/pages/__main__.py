"""`python -m tests.pages [POSTS]`: the table of CONTRIBUTING.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from tests.pages import captures, measure
from tests.wordpress.packages import THEMES
from tests.wordpress.server import running

BOUNDS: Final = {
    "keys": 0.99, "url": 0.995, "title": 0.995, "published_at": 0.995, "published_local": 0.995, "terms": 0.99,
    "words": 0.985,
}  # fmt: skip


def main(posts: int) -> int:
    """Measure and print; 1 where a share is below its bound."""
    bad = 0
    with tempfile.TemporaryDirectory() as made, running(posts=posts) as server, server.switched(appended=1):
        folder = Path(made)
        captured = measure.capture(server, folder, sys.maxsize)
        kinds = captured.posts["type"].value_counts(sort=True).rows()
        print(f"{captured.posts.height} posts: {kinds}; themes: {', '.join(THEMES)}; plain and pretty permalinks")
        files = {
            "WARC of wget": folder / "warcs",
            "WACZ": captures.as_wacz(captured.warcs, folder / "pages.wacz"),
            "rewritten": captures.rewritten(captured.warcs, folder / "rewritten.warc.gz"),
        }
        files["WARC of wget"].mkdir()
        for warc in captured.warcs:
            (files["WARC of wget"] / warc.name).write_bytes(warc.read_bytes())
        print(f"{'':14}" + "".join(f"{name:>16}" for name in ("rows", *BOUNDS)))
        for number, (name, file) in enumerate(files.items()):
            told = measure.figures(captured, measure.built(folder / f"out{number}", server.url, file))
            print(f"{name:14}{told['rows']:16d}" + "".join(f"{told[each]:16.4f}" for each in BOUNDS), flush=True)
            bad += sum(told[each] < bound for each, bound in BOUNDS.items())
        print("words, " + ", ".join(f"{name}: {score:.4f}" for name, score in measure.of_rivals(captured).items()))
        changed = measure.edited(server, captured, folder)
        tables = measure.built(folder / "twice", server.url, captures.as_wacz(captured.warcs, folder / "twice.wacz"))
        twice = tables["versions"].filter(pl.col("ordinal") == 2).select("type", "id").sort("type", "id").rows()
        print(f"edited and captured again: {len(changed)}; posts with two versions: {len(twice)}")
        bad += sorted(changed) != twice
        api = (f"{server.url}?rest_route=/wp/v2/posts&per_page=100&page={page}" for page in range(1, 3))
        captured.warcs.append(captures.by_wget(api, folder / "api"))
        mixed = measure.built(folder / "mixed", server.url, captures.as_wacz(captured.warcs, folder / "mixed.wacz"))
        once = mixed["posts"].select("type", "id").is_unique().all()
        origins = dict(mixed["posts"]["origin"].value_counts().rows())
        listed = min(200, dict(kinds)["post"])
        print(f"with {listed} posts of the API beside: {mixed['posts'].height} rows, {origins}, each once: {once}")
        bad += not once or mixed["posts"].height != tables["posts"].height or origins.get("api") != listed
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
