"""The newest items of a collection, for a first look at a site.

A part is never proven and never complete: its receipt counts what the site advertises, and does not balance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.crawl.rest.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.config.params import Part
    from presscorpus.crawl.rest.requests import Requests

_TERMS = "terms:"


def newest(
    requests: Requests, part: Part, told: Callable[[str, int, int | None], None]
) -> tuple[CollectionReceipt, list[str]] | None:
    """Read the newest items of a collection, of terms the most used.

    Args:
        requests: The requests of the collection.
        part: How many at most, and since when.
        told: Called with the collection, how many items are there, and how many there will be (null for unknown).

    Returns:
        The receipt, in which what was not asked for is known and in no other number, with a remark on each page that
        failed. Null where the collection is no larger than the part: it is to be harvested whole.

    Raises:
        ClosedError: The list is refused.
        BrokenError: It gives no rows.
        SourceError: The site as a whole is closed.
    """
    # This page settles how the site can be asked, and shows its total.
    total = Pages(requests).first().total
    narrowed = _narrowed(requests, part)
    if "after" not in narrowed and (part.limit is None or (total is not None and total <= part.limit)):
        return None
    pages = Pages(requests, whole=True, **narrowed)
    ids, lost = _read(pages, requests, part, lambda there: told(requests.collection.name, there, part.limit))
    if not lost and len(ids) == total:
        return None
    known = max(total or 0, len(ids) + lost)
    if total is None and known == len(ids):
        known += 1  # how many there are nobody said, and more may be there
    receipt = CollectionReceipt(
        requests.collection.name,
        advertised_start=total,
        advertised_end=total,
        swept=known,
        fetched=len(ids),
        failed=lost,
    )
    return receipt, list(pages.remarks)


def _read(pages: Pages, requests: Requests, part: Part, told: Callable[[int], None]) -> tuple[set[int], int]:
    """The ids of the items that came, and how many rows could not be had."""
    ids: set[int] = set()
    place = lost = 0
    while part.limit is None or place < part.limit:
        size = _size(requests, part.limit, place)
        window = pages.window(place, size)
        fresh = set(window.ids) - ids
        ids |= fresh
        lost += len(window.failed)
        told(len(ids))
        place += size
        if place == size and 0 < window.shown < size and (window.total or 0) > window.shown:
            # The site sends at most so many rows.
            requests.plan = requests.plan._replace(per_page=window.shown)
            place = window.shown
        elif not window.failed and (not fresh or window.shown < size):
            break
    return ids, lost


def _narrowed(requests: Requests, part: Part) -> dict[str, str]:
    """The parameters that bring the newest first.

    Only those since a moment where the route knows that.
    """
    collection, plan = requests.collection, requests.plan
    narrowed = {"order": "desc"} if plan.orderby else {}
    if plan.orderby and collection.name.startswith(_TERMS):
        narrowed["orderby"] = "count"
    if part.since is not None and collection.states("after"):
        narrowed["after"] = part.since.strftime("%Y-%m-%dT%H:%M:%SZ")
    return narrowed


def _size(requests: Requests, limit: int | None, place: int) -> int:
    """Rows to ask for; where pages are numbered all are of one size.

    The smallest that makes no further page.
    """
    most = requests.plan.size
    if limit is None:
        return most
    return min(most, limit - place) if requests.plan.offset else -(-limit // -(-limit // most))
