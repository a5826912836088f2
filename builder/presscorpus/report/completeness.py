"""Whether a corpus has all that its sites are known to have.

In a word and a sentence. Pure.

The page, the terminal and the last lines of a build say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from presscorpus.config.params import Site
    from presscorpus.report.figures import Figures

State = Literal["complete", "accounted for", "unknown", "incomplete", "a part", "empty"]


# Sites that are listed by name.
_SHOWN = 5


class Completeness(NamedTuple):
    """How complete a corpus is.

    `state` is `complete`; `accounted for`, where every known item is here or it is recorded why not; `unknown`, where
    that is so and nothing told how many there are; `incomplete`, where something is missing without that; `a part`,
    where only that was asked for; or `empty`. `sentence` says it with figures, without a full stop.
    """

    state: State
    sentence: str


def completeness(figures: Figures, sites: Iterable[Site] = ()) -> Completeness:
    """Say how much of what the sites are known to have is in the dataset.

    Args:
        figures: The figures of the corpus; the last crawl of each site counts.
        sites: Those of params.yaml, which say whether only a part of one was asked for.

    Returns:
        The state and the sentence.
    """
    counts = figures.complete
    known, held = counts["known"] or 0, (counts["fetched"] or 0) + (counts["unchanged"] or 0)
    parts = {
        "failed": counts["failed"] or 0,
        "not shown by the site": counts["not_shown"] or 0,
        "vanished meanwhile": counts["gone"] or 0,
    }
    missing = "".join(f"; {count:,} {what}" for what, count in parts.items() if count)
    of = _counted_of(figures)
    items = f"{held:,} of {known:,} {of}"
    asked = sorted({str(site.part) for site in sites if site.part is not None})
    if not known:
        return Completeness("empty", "nothing was found")
    if asked:
        return Completeness("a part", f"a part, not all: {items} are here; asked for was only {' and '.join(asked)}")
    open_ = figures.crawls.filter(pl.col("last") & ~pl.col("balanced"))
    if open_.height:
        silent = open_.filter(pl.col("known") == 0)["site"].sort().to_list()
        nothing = f"; nothing came of {_names(silent)}" if silent else ""
        return Completeness("incomplete", f"incomplete: {items} are here{missing}{nothing}")
    if refused := int(figures.quarantine["records"].sum()):
        return Completeness(
            "incomplete", f"incomplete: {items} were received, but {refused:,} are in quarantine{missing}"
        )
    whole = f"all {known:,} {of} are here" if known > 1 else f"the one {of.replace('items', 'item', 1)} is here"
    said = f"{items} are here{missing}" if missing else whole
    return _with_totals(figures, said, some_are_missing=bool(missing))


def _with_totals(figures: Figures, said: str, *, some_are_missing: bool) -> Completeness:
    """Name the state of a corpus of which everything known is accounted for."""
    last = figures.crawls.filter("last")
    untold = last.filter(pl.col("outcome") == "unknown")["site"].sort().to_list()
    if untold:
        of_some = f"; nothing told a total of {_names(untold)}" if len(untold) < last.height else ""
        return Completeness("unknown", f"total unknown: {said}{of_some}")
    if some_are_missing:
        return Completeness("accounted for", f"all accounted for: {said}")
    return Completeness("complete", f"complete: {said}")


def _names(sites: Sequence[str]) -> str:
    more = f" and {len(sites) - _SHOWN:,} more" if len(sites) > _SHOWN else ""
    return f"{', '.join(sites[:_SHOWN])}{more}"


def _counted_of(figures: Figures) -> str:
    """What the figures count.

    A crawl asks for what earlier ones knew as well; an import says nothing of what its files do not hold.
    """
    last = figures.crawls.filter("last")
    imported = last.filter(pl.col("source") == "files").join(
        figures.crawls.filter(~pl.col("last")), on="site", how="semi"
    )
    if imported.is_empty():
        return "known items"
    return "items of the last import" if last.height == 1 else "items of the last crawl or import of each site"
