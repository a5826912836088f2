"""Collections that earlier crawls know and the site names no more.

A role filter, or a plugin that is switched off, takes a type out of every list of types: that is no word on its items.
Their list is asked by the route that showed them; where nobody can tell that, they count as failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.archive.receipt import CollectionReceipt
from presscorpus.crawl.rest.catalogue import is_catalogued
from presscorpus.crawl.rest.result import CollectionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from presscorpus.crawl.rest.api import Api, Collection
    from presscorpus.crawl.rest.baseline import Baseline


class Unoffered(NamedTuple):
    """What the site names no more.

    `collections` have a route to ask, `lost` are the results of those that have none. `notes` name the former.
    """

    collections: list[Collection]
    lost: list[CollectionResult]
    notes: list[str]


def unoffered(
    api: Api, offered: list[Collection], known: Mapping[str, Baseline], routes: Callable[[str], Iterable[str]]
) -> Unoffered:
    """Find the collections that are known and not offered.

    Args:
        api: The site's API.
        offered: What it offers.
        known: What earlier crawls observed, by collection.
        routes: The routes that showed the items of a collection then.

    Returns:
        What to ask, and what to say.
    """
    found = Unoffered([], [], [])
    names, taken = {each.name for each in offered}, {each.route for each in offered}
    for name, baseline in known.items():
        if name in names or not baseline.items or not is_catalogued(name):
            continue
        told = list(routes(name))
        # Rows of other types may stand in a list that is offered: they come with it.
        route = next((each for each in told if each not in taken), None)
        if not told:
            found.lost.append(_lost(name, len(baseline.items)))
        elif route is not None:
            found.collections.append(api.collection(name, route))
            found.notes.append(f"{name}: the site names it no more; {route}, where it was, was asked")
    return found


def _lost(name: str, known: int) -> CollectionResult:
    note = f"the site names it no more: {known} known items can be seen no more"
    receipt = CollectionReceipt(name, swept=known, failed=known, note=note)
    return CollectionResult(receipt, [f"{name}: {note}"], lacks="closed")
