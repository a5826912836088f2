"""`python -m tests.pages [POSTS] [captured|closed]`: the tables of CONTRIBUTING.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tests.pages import captures, closed, measure
from tests.wordpress.packages import THEMES
from tests.wordpress.server import running

if TYPE_CHECKING:
    from tests.wordpress.server import WordPress

CAPTURED: Final = "captured"
PARTS: Final = (CAPTURED, "closed")
BOUNDS: Final = {
    "keys": 0.99, "url": 0.995, "title": 0.995, "published_at": 0.995, "published_local": 0.995, "terms": 0.99,
    "words": 0.985,
}  # fmt: skip


def main(posts: int, parts: tuple[str, ...]) -> int:
    """Measure and print; 1 where a share is below its bound."""
    bad = 0
    with tempfile.TemporaryDirectory() as made, running(posts=posts) as server:
        for part in parts:
            (folder := Path(made) / part).mkdir()
            bad += of_captured(server, folder) if part == CAPTURED else of_closed(server, folder)
    return int(bad > 0)


def of_closed(server: WordPress, folder: Path) -> int:
    """Build from the live site with a closed API; how many figures are below their bounds."""
    bad = 0
    for form in measure.FORMS:
        server.set_permalinks(form)
        with server.switched(**closed.SWITCHES):
            oracle = closed.built(server, folder / form)
        if form == measure.FORMS[0]:
            kinds = oracle.tables["posts"]["type"].value_counts(sort=True).rows()
            print(f"API closed (401), the live site; {oracle.tables['posts'].height} posts: {kinds}")
            print(f"{'':26}" + "".join(f"{name:>14}" for name in closed.SHOWN))
        for theme in THEMES:
            told, pages = closed.compared(server, folder / f"{theme}-{form}", theme, form, oracle)
            told |= measure.of_rivals(pages)
            print(f"{theme:18}{form:8}" + "".join(f"{round(told[each], 4):>14}" for each in closed.SHOWN), flush=True)
            bad += sum(told[each] < bound for each, bound in closed.BOUNDS.items())
    server.set_permalinks("plain")
    return bad


def of_captured(server: WordPress, folder: Path) -> int:
    """Build from pages that three tools archived; how many figures are below their bounds."""
    bad = 0
    with server.switched(appended=1):
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
    return bad


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each not in PARTS]
    sys.exit(main(numbers[0] if numbers else 1000, tuple(each for each in PARTS if each in sys.argv[1:]) or PARTS))
