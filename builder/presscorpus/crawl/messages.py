"""Outcomes of crawls in words: a line for one site, a table for several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from presscorpus.archive.receipt import CollectionReceipt, Receipt
    from presscorpus.crawl.fetch import Outcome
    from presscorpus.crawl.rest.probe import Probe

_TABLES = frozenset({"posts", "terms", "media", "authors", "comments"})
_HEAD = ("site", "outcome", "items", "fetched", "gone", "failed", "requests", "what to do next")


class Held(NamedTuple):
    """What the tables hold of one table of one site: rows, and records in quarantine."""

    rows: int
    refused: int


def told(outcomes: list[Outcome], held: Mapping[tuple[str, str], Held] | None = None) -> list[str]:
    """Write the outcomes of crawls.

    Args:
        outcomes: The outcome of each site.
        held: What the tables hold, by site and table, where they were built; then imported files are described by their
            rows, so that what was refused later, or came twice, is not counted.

    Returns:
        For one site its items by collection; for several an aligned table with what to do next.
    """
    if len(outcomes) == 1:
        return [_line(outcome, held or {}) for outcome in outcomes if outcome.receipt]
    rows = [_HEAD, *(_row(outcome, held or {}) for outcome in outcomes)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD) - 1)]
    return ["  ".join([*(_set(row, widths)), row[-1]]).rstrip() for row in rows]


def _set(row: tuple[str, ...], widths: list[int]) -> Iterable[str]:
    """Align words to the left, figures to the right."""
    for place, (cell, width) in enumerate(zip(row, widths, strict=False)):
        yield cell.ljust(width) if place < 2 else cell.rjust(width)  # noqa: PLR2004 - site and outcome are words


def _line(outcome: Outcome, held: Mapping[tuple[str, str], Held]) -> str:
    if _is_imported(outcome) and held:
        counts = [_in_tables(name, figures) for name, figures in _of_tables(outcome, held).items()]
    else:
        counts = [_counted(each) for each in (outcome.receipt.collections if outcome.receipt else [])]
        refused = _refused(outcome, held)
        counts += [f"{refused} of them in quarantine"] if refused else []
    # What imports lack has lines of its own.
    is_told = _is_imported(outcome) or outcome.error or not outcome.receipt
    reason = "" if is_told or not outcome.receipt else outcome.receipt.reason
    told = f"\n{outcome.site}: {reason}" if reason else ""
    return f"{outcome.site}: {_state(outcome, held)}: {', '.join(counts) or 'nothing'}{told}"


def _is_imported(outcome: Outcome) -> bool:
    return bool(_parts(outcome)) and all(part.source == "files" for part in _parts(outcome))


def _parts(outcome: Outcome) -> tuple[Receipt, ...]:
    return outcome.parts or ((outcome.receipt,) if outcome.receipt else ())


def _refused(outcome: Outcome, held: Mapping[tuple[str, str], Held]) -> int:
    return sum(each.refused for (site, _), each in held.items() if site == outcome.site)


class _Figures(NamedTuple):
    """The counts of one table.

    Rows, known items, items in quarantine, and items that not everybody may see.
    """

    rows: int
    known: int
    refused: int
    withheld: int


def _of_tables(outcome: Outcome, held: Mapping[tuple[str, str], Held]) -> dict[str, _Figures]:
    """The figures of each collection of a site's imports, known tables or not."""
    collections = [each for part in _parts(outcome) for each in part.collections]
    found: dict[str, _Figures] = {}
    for name in sorted({each.collection for each in collections}):
        of_name = [each for each in collections if each.collection == name]
        rows, refused = held.get((outcome.site, name), Held(0, 0))
        if name not in _TABLES:
            refused = sum(each.failed for each in of_name)
        advertised = max(each.advertised_end or 0 for each in of_name)
        withheld = sum(each.withheld for each in of_name)
        found[name] = _Figures(rows, max(rows + refused + withheld, advertised), refused, withheld)
    return found


def _in_tables(name: str, figures: _Figures) -> str:
    missing = figures.known - figures.rows - figures.refused - figures.withheld
    refused = "in quarantine" if name in _TABLES else "failed"
    rest = [f"{figures.refused} {refused}"] if figures.refused else []
    rest += [f"{figures.withheld} not public"] if figures.withheld else []
    rest += [f"{missing} missing"] if missing else []
    joined = ", ".join(rest)
    return f"{figures.rows} of {figures.known} {name}{f' ({joined})' if joined else ''}"


def _counted(receipt: CollectionReceipt) -> str:
    """What was fetched of a collection, and what became of the rest."""
    others = {
        "unchanged": receipt.unchanged, "not shown": receipt.unreadable, "gone": receipt.gone, "failed": receipt.failed,
        "not public": receipt.withheld,
    }  # fmt: skip
    rest = ", ".join(f"{count} {what}" for what, count in others.items() if count)
    if receipt.unreadable and receipt.note and not receipt.failed:
        rest = f"{rest}: {receipt.note}"
    if not receipt.swept and receipt.note:
        return f"{receipt.collection} ({receipt.note})"
    shown = receipt.fetched - receipt.withheld
    return f"{shown} of {receipt.swept} {receipt.collection}{f' ({rest})' if rest else ''}"


def _row(outcome: Outcome, held: Mapping[tuple[str, str], Held]) -> tuple[str, ...]:
    receipt = outcome.receipt
    if receipt is None:
        return (outcome.site, "failed" if outcome.error else "stopped", "", "", "", "", "", _advice(outcome))
    sums = [sum(getattr(each, name) for each in receipt.collections) for name in ("swept", "fetched", "gone", "failed")]
    if _is_imported(outcome) and held:
        figures = _of_tables(outcome, held).values()
        sums[:2] = sum(each.known for each in figures), sum(each.rows for each in figures)
    return (outcome.site, _state(outcome, held), *map(str, sums), str(receipt.requests), _advice(outcome))


def _state(outcome: Outcome, held: Mapping[tuple[str, str], Held]) -> str:
    if not outcome.new:
        return "already there"
    if outcome.receipt is None:
        return "failed"
    states = {part.verdict for part in _parts(outcome)}
    if "incomplete" in states or _refused(outcome, held):
        return "incomplete"
    if states == {"complete"}:
        return "complete"
    # Files do not tell how many items a site has.
    return "all of the files, total unknown" if _is_imported(outcome) else "total unknown"


def _advice(outcome: Outcome) -> str:
    if outcome.error:
        return " ".join(str(outcome.error).split("\n"))
    if outcome.receipt and not outcome.receipt.balanced:
        return f"Move its as_of forward to ask again: {outcome.receipt.reason or 'items are unaccounted for'}"
    return ""


def probed(found: Probe) -> list[str]:
    """Describe what a site offers, and what a crawl of it would take.

    Args:
        found: What a probe learnt.

    Returns:
        Lines.
    """
    since = "yes" if found.modified_after else "no: each later crawl lists all ids"
    lines = [
        f"site      {found.title or 'without a title'}",
        f"home      {found.home}",
        f"API       {found.root} ({found.permalink_form or 'an address of its own'})",
        f"zone      {found.time_zone or 'unknown'}",
        f"spaces    {', '.join(found.namespaces)}",
        f"modified  {since}",
        "",
    ]
    width = max((len(offer.collection) for offer in found.offers), default=0)
    for offer in found.offers:
        items = str(offer.items) if offer.items is not None else "unknown"
        remarks = [*([f"asked as: {offer.request}"] if offer.request else []), *([offer.note] if offer.note else [])]
        told = f"  ({'; '.join(remarks)})" if remarks else ""
        lines.append(f"{offer.collection.ljust(width)}  {items.rjust(9)}  {offer.route}{told}")
    minutes, seconds = divmod(round(found.seconds), 60)
    spaced = f", {found.delay:g} s apart as robots.txt asks" if found.delay else ""
    return [
        *lines,
        *([""] if found.remarks else []),
        *found.remarks,
        "",
        f"A crawl takes about {found.requests} requests{spaced}, and about {minutes}:{seconds:02} minutes.",
    ]
