"""Lists that a site refused, asked for once more when everything else is done.

A plugin that is being updated, a limit of requests or one backend of several refuses for a moment what is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.crawl.rest.api import Collection
    from presscorpus.crawl.rest.collection import CollectionHarvest
    from presscorpus.crawl.rest.pages import ClosedError
    from presscorpus.crawl.rest.result import CollectionResult

# Collections that no list of types names.
_UNTYPED = frozenset({"users", "comments"})


def ask_again(harvests: list[CollectionHarvest], results: list[CollectionResult], rest: Callable[[], None]) -> None:
    """Ask for the refused lists again, and harvest those that are open now.

    Args:
        harvests: The harvests of all collections.
        results: What came of them, in the same order; those of refused lists are replaced.
        rest: Waits for a moment.

    Raises:
        SourceError: The site as a whole is closed.
    """
    refused = [place for place, each in enumerate(results) if each.refused]
    if not refused:
        return
    rest()
    # Where a list that was open is refused now, a wall came down before all of them, and none is closed by itself.
    open_ = next((each for each, result in zip(harvests, results, strict=True) if result.lacks is None), None)
    if open_ is not None and not open_.is_open():
        return
    doubted = frozenset[str]().union(*(each.refusals for place, each in enumerate(harvests) if place not in refused))
    for place in refused:
        results[place] = harvests[place].ask_again(doubted)


def torn_by(closed: ClosedError, collection: Collection) -> str:
    """Tell whether a refusal contradicts the index, as during an update.

    Args:
        closed: The refusal.
        collection: What the index says of the list.

    Returns:
        Words for a remark where the index names the route that the API denies; else nothing.
    """
    is_torn = closed.is_no_route and bool(collection.parameters) and collection.name not in _UNTYPED
    return ", though the index names it" if is_torn else ""
