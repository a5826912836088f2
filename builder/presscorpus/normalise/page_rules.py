"""Where the pages of each site have their content.

It is learned from posts that another source shows as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from presscorpus.archive.reader import read_at
from presscorpus.observations import html_pages
from presscorpus.observations.html_pages import learning
from presscorpus.observations.items import pieces
from presscorpus.tables.typed_columns import Rendered, Text, html_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from presscorpus.archive.reader import Capture
    from presscorpus.observations.html_pages.container import Rule

_KEY: Final = ["site", "type", "id"]
_PLACE: Final = ["crawl", "offset", "ordinal"]


class _Content(msgspec.Struct):
    """What is needed of a post."""

    content: Text = None


_decode = msgspec.json.Decoder(_Content).decode


def learned(observed: pl.DataFrame, raw: Path) -> dict[str, Rule]:
    """Learn where pages have their content.

    Args:
        observed: All observations of each item that is in it.
        raw: The folder of the archive.

    Returns:
        By site what was learned. Nothing is read of a site of which no post is known from its page and from another
        source.

    Raises:
        ArchiveError: The archive does not hold what its index says.
    """
    posts = observed.filter(
        (pl.col("table") == "posts") & (pl.col("state") == "published") & pl.col("hidden").is_null()
    )
    pages = posts.filter(pl.col("origin") == html_pages.ORIGIN)
    if pages.is_empty():
        return {}
    others = posts.filter((pl.col("origin") != html_pages.ORIGIN) & ~pl.col("embedded"))
    order = [*_KEY, "observed_at", *_PLACE]
    last_page, last_other = (
        each.sort(order).unique(_KEY, keep="last").select(*_KEY, *_PLACE) for each in (pages, others)
    )
    pairs = last_page.join(last_other, on=_KEY, how="inner", suffix="_known").sort(_KEY)
    found: dict[str, Rule] = {}
    for (site,), of_site in pairs.group_by("site", maintain_order=True):
        if of_site.height < 2 * learning.FEWEST:
            continue
        step = max(1, of_site.height // learning.MOST)
        rule = learning.learn(list(_lessons(of_site.gather_every(step).head(learning.MOST), raw / str(site))))
        if rule is not None:
            found[str(site)] = rule
    return found


def _lessons(pairs: pl.DataFrame, folder: Path) -> Iterator[learning.Lesson]:
    """Read the page of each post, and its content from the other source.

    A record that many are in is read once.
    """
    last: tuple[str, int, Capture] | None = None
    for row in pairs.sort("crawl_known", "offset_known", "id").iter_rows(named=True):
        crawl, offset = row["crawl_known"], row["offset_known"]
        if last is None or last[:2] != (crawl, offset):
            last = (crawl, offset, read_at(folder / f"{crawl}.warc.gz", offset))
        known = last[2]
        item = next(
            (each for each in pieces(known.payload, known.url, known.link) if each.ordinal == row["ordinal_known"]),
            None,
        )
        content = _content(item.body) if item is not None else None
        page = read_at(folder / f"{row['crawl']}.warc.gz", row["offset"])
        lesson = html_pages.lesson(page.payload, row["id"], content) if content else None
        if lesson is not None:
            yield lesson


def _content(body: bytes) -> str | None:
    try:
        content = _decode(body).content
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return None if isinstance(content, Rendered) and content.protected else html_of(content)
