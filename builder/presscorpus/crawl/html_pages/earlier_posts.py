"""What earlier crawls saw of the pages of a site.

And whether a listing tells of a change since.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.lazy import lazy
from presscorpus.observations import moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from presscorpus.crawl.html_pages.addresses import Home
else:
    pl = lazy("polars")

# Clocks differ, and a page may come from a cache.
_OVERLAP: Final = timedelta(hours=2)
# A time without an offset may be of any zone, from -12 to +14 hours (RFC 9557, tz database).
_ANY_ZONE: Final = timedelta(hours=14)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


class EarlierPost(NamedTuple):
    """A post that an earlier crawl saw.

    Its type and number, its address, and when it was last seen, UTC.
    """

    type: str
    id: int
    address: str
    seen_at: datetime


class EarlierPosts:
    """The posts that closed crawls saw, and that nothing said to be gone.

    Args:
        posts: The posts.
    """

    def __init__(self, posts: tuple[EarlierPost, ...] = ()) -> None:
        self.posts = posts
        self._by_address: dict[str, EarlierPost] = {}

    def __bool__(self) -> bool:
        return bool(self.posts)

    def resolve(self, home: Home) -> None:
        """Write their addresses as listings of the site are written."""
        found = ((home.resolved(home.root, each.address), each) for each in self.posts)
        self._by_address = {address: each for address, each in found if address}

    def at(self, address: str) -> EarlierPost | None:
        """Return the post that was seen at an address, as `Home.resolved` writes it.

        Null for none.
        """
        return self._by_address.get(address)


def earlier_posts(current: pl.DataFrame, observed: pl.DataFrame) -> EarlierPosts:
    """Collect what the crawls of one site show of its posts.

    Args:
        current: The items that `observations/versions.py` chose from all of them.
        observed: All observations, by the schema of that name.

    Returns:
        Posts of all types that have an address.
    """
    key = ["type", "id"]
    shown = observed.filter(pl.col("table") == "posts", pl.col("state") == "published", ~pl.col("embedded"))
    last = shown.group_by(key).agg(pl.col("observed_at").max().alias("seen_at"))
    posts = current.filter(pl.col("table") == "posts", pl.col("state") == "published", pl.col("url").is_not_null())
    rows = posts.join(last, on=key).sort(key).select(*key, "url", "seen_at")
    return EarlierPosts(tuple(EarlierPost(*row) for row in rows.iter_rows()))


def is_unchanged(seen: EarlierPost | None, lastmod: str | None) -> bool:
    """Tell whether a listing says that a post is as it was when it was last seen.

    Args:
        seen: The post; null for one that was never seen.
        lastmod: The time of its last change as the sitemap has it
            (https://www.sitemaps.org/protocol.html#lastmoddef, https://www.w3.org/TR/NOTE-datetime).

    Returns:
        False also where the sitemap has no time, or one that cannot be read: then only the page itself tells.
    """
    moment = _latest(lastmod)
    return seen is not None and moment is not None and moment + _OVERLAP < seen.seen_at


def _latest(lastmod: str | None) -> datetime | None:
    """The latest moment that a time may mean."""
    moment = moments.of_iso(lastmod)
    if moment is None:
        return None
    if _DAY.fullmatch(lastmod or ""):
        moment += timedelta(days=1)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC) + _ANY_ZONE


def unlisted(before: EarlierPosts, listed: Mapping[str, str | None], but: frozenset[str]) -> list[EarlierPost]:
    """Return the posts that were seen before and are not listed any more.

    Args:
        before: What was seen.
        listed: All addresses that are listed now.
        but: Post types that are not asked for.
    """
    now = {id(found) for each in listed if (found := before.at(each))}
    return [each for each in before.posts if id(each) not in now and each.type not in but]
