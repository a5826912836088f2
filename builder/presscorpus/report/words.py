"""The special words of the page, each explained where it stands. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presscorpus.report.markup import Html, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

MEANINGS: Final = {
    "Crawl": "One time of asking a site for all that it shows to everybody, named after its moment in UTC.",
    "Collection": "One list that a site offers: the posts of one type, the terms of one taxonomy, media.",
    "Receipt": "What a crawl says of itself: how many items it knows of, has, or lacks, and why.",
    "Balance": "A receipt balances when every known item was fetched, or it is recorded why not, and none failed.",
    "Advertised": "How many items the site itself says it has.",
    "Known": "Items of which there is evidence: they stood in a list, or an earlier crawl had them.",
    "Fetched": "Known items that were received in this crawl.",
    "Unchanged": "Known items that an earlier crawl received, and that are as they were.",
    "Not shown": "Items that the site counts and does not show to everybody.",
    "Gone": "Items that an earlier crawl saw and that the site no longer shows: deleted or unpublished.",
    "Failed": "Known items that could not be had, though the site may have them.",
    "Not asked for": "Items that the site has and that were left out on purpose, as in a first look.",
    "Quarantine": "Records that could not become rows, each with the rule that it broke. Their bytes are kept.",
    "Finding": "A value in a table that breaks the table's schema. Tables with findings are not released.",
}
"""What each special word means, in the order in which one needs them."""


def word(name: str) -> Html:
    """Mark up a special word, with its meaning for whoever points at it.

    Args:
        name: A word, of `MEANINGS` or not.

    Returns:
        An `abbr` element; a word without a meaning there is returned escaped.
    """
    meaning = MEANINGS.get(name)
    return Html(f'<abbr title="{safe(meaning)}">{safe(name)}</abbr>' if meaning else safe(name))


def explained(names: Iterable[str]) -> Html:
    """List what words mean, folded away until somebody asks.

    Args:
        names: Words of `MEANINGS`.

    Returns:
        A `details` element.
    """
    listed = "".join(f"<div><dt>{safe(name)}</dt><dd>{safe(MEANINGS[name])}</dd></div>" for name in names)
    return Html(f"<details class=words><summary>What these words mean</summary><dl>{listed}</dl></details>")
