"""A live WordPress whose API is closed, built by the command line, beside what its open API gives."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec
import polars as pl

from presscorpus.observations import feeds
from tests.pages import captures, measure

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wordpress.server import WordPress

SWITCHES: Final = {"appended": 1, "unnamed": 1, "longer": 1, "lists": 1}
"""What makes the pages of the site harder to read, and lists of categories and tags on its front page."""

BOUNDS: Final = {
    "keys": 0.995, "url": 0.995, "title": 0.995, "published_at": 0.995, "terms": 0.99, "equal": 1.0, "words": 0.985,
}  # fmt: skip
"""The least share of each figure."""

SHOWN: Final = (
    "rows", "keys", "url", "title", "published_at", "terms", "named", "in feed", "equal", "equal, rest", "words, rest",
    "words", ">=0.985", "requests", *measure.RIVALS,
)  # fmt: skip
"""The columns of the table, in their order.

`published_at` is of all types, with what feeds tell; `named` is the share of the categories and tags of posts that are
rows with their name; `equal` is the share of those that a feed has in full whose text is that of the API, `>=0.985` the
share of rows with such a word F1; `requests` are a post.
"""

_RESERVATIONS: Final = frozenset({0, 9, 11})
_ENOUGH: Final = 0.985
_KEYS: Final = ["type", "id"]


class Built(NamedTuple):
    """What `presscorpus build` made of the live site: tables, archive files, and how many requests it made."""

    tables: dict[str, pl.DataFrame]
    warcs: list[Path]
    requests: int


def built(server: WordPress, folder: Path) -> Built:
    """Build a dataset of the site as it stands, as a user would."""
    before = len(server.requests())
    command = (sys.executable, "-m", "presscorpus", "build", server.url, "--out", str(folder), "--allow-private")
    done = subprocess.run((*command, "--workers", "2"), capture_output=True, text=True, check=False)
    if done.returncode not in _RESERVATIONS:
        raise RuntimeError(f"`{' '.join(command)}` ended with {done.returncode}: {done.stdout}{done.stderr}")
    tables = {path.stem: pl.read_parquet(path) for path in (folder / "tables").glob("*.parquet")}
    return Built(tables, sorted((folder / "raw").rglob("*.warc.gz")), len(server.requests()) - before)


def compared(
    server: WordPress, folder: Path, theme: str, form: Literal["plain", "pretty"], oracle: Built
) -> tuple[dict[str, float], measure.Captured]:
    """Close the API, build the dataset, and compare it with that of the open API.

    Args:
        server: The site.
        folder: A new folder to build in.
        theme: The theme that the site shows.
        form: Its permalinks.
        oracle: The dataset of the open API, in the same form of permalinks.

    Returns:
        Shares by name, and the pages as the crawl has them with the posts as the API has them.
    """
    server.set_permalinks(form)
    with server.themed(theme), server.switched(block=401, **SWITCHES):
        closed = built(server, folder)
    captured = measure.Captured(with_terms(oracle.tables["posts"]), closed.warcs, slugs(oracle.tables["terms"]))
    told = measure.figures(captured, closed.tables)
    both = captured.posts.join(closed.tables["posts"], on=_KEYS, how="inner", suffix="_found")
    in_feed = both.filter(pl.col("url").is_in(in_full(closed.warcs)))
    rest = both.join(in_feed, on=_KEYS, how="anti")
    scores = [measure.f1([pair]) for pair in zip(both["text"], both["text_found"], strict=True)]
    told |= {
        "requests": closed.requests / captured.posts.height,
        "published_at": _same(both, "published_at"),
        "named": _named(oracle.tables["terms"], closed.tables["terms"]),
        "in feed": in_feed.height,
        "equal": _same(in_feed, "text"),
        "equal, rest": _same(rest, "text"),
        "words, rest": measure.f1(zip(rest["text"], rest["text_found"], strict=True)),
        ">=0.985": sum(score >= _ENOUGH for score in scores) / captured.posts.height,
    }
    return told, captured


def with_terms(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts with the slugs of their categories and tags in one column."""
    named = pl.concat_list(pl.col(name).fill_null([]) for name in ("categories", "tags"))
    return posts.with_columns(terms=named.list.drop_nulls().list.sort()).sort(_KEYS)


def slugs(terms: pl.DataFrame) -> dict[tuple[str, int], str]:
    """The slugs of terms by taxonomy and number."""
    return {(taxonomy, number): slug for taxonomy, number, slug in terms.select("taxonomy", "id", "slug").rows()}


def in_full(warcs: list[Path]) -> list[str]:
    """The addresses of posts whose whole content stands in a feed of a crawl."""
    found = set()
    for url, body in captures.html_of(warcs).items():
        payload = body.encode()
        for piece in feeds.pieces(payload, url) if feeds.is_feed(payload) else ():
            item = msgspec.json.decode(piece.body)
            if "content" in item and not item["content"]["protected"]:
                found.add(item["link"])
    return sorted(found)


def _named(of_api: pl.DataFrame, of_pages: pl.DataFrame) -> float:
    """The share of categories and tags that posts have, of which there is a row with the right name."""
    wanted = of_api.filter(pl.col("taxonomy").is_in(["category", "post_tag"]), pl.col("count_observed") > 0)
    return wanted.join(of_pages, on=["taxonomy", "id", "name"], how="semi").height / wanted.height


def _same(both: pl.DataFrame, name: str) -> float:
    """The share of rows that have what the API has; 1 of none."""
    told = both[name].eq_missing(both[f"{name}_found"])
    return float(told.sum() / told.len()) if told.len() else 1.0
