"""What came of asking sites, in words: a line for one site, a table for many, with what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.archive.receipts import CollectionReceipt
    from presscorpus.crawl.fetch import Outcome
    from presscorpus.crawl.rest.probe import Probe

_HEAD = ("site", "outcome", "items", "fetched", "gone", "failed", "requests", "what to do next")


def told(outcomes: list[Outcome]) -> list[str]:
    """The lines to print: for one site what it holds by collection, for several an aligned table."""
    if len(outcomes) == 1:
        return [_line(outcome) for outcome in outcomes if outcome.receipt]
    rows = [_HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD) - 1)]
    return ["  ".join([*(_set(row, widths)), row[-1]]).rstrip() for row in rows]


def _set(row: tuple[str, ...], widths: list[int]) -> Iterable[str]:
    """Words to the left, figures to the right."""
    for place, (cell, width) in enumerate(zip(row, widths, strict=False)):
        yield cell.ljust(width) if place < 2 else cell.rjust(width)  # noqa: PLR2004 - site and outcome are words


def _line(outcome: Outcome) -> str:
    collections = outcome.receipt.collections if outcome.receipt else []
    counts = ", ".join(_counted(each) for each in collections)
    reason = outcome.receipt.reason if outcome.receipt and not outcome.error else None
    told = f"\n{outcome.site}: {reason}" if reason else ""
    return f"{outcome.site}: {_state(outcome)}: {counts or 'nothing'}{told}"


def _counted(receipt: CollectionReceipt) -> str:
    """What was fetched out of what is known, and what became of the rest."""
    others = {
        "unchanged": receipt.unchanged, "not shown": receipt.unreadable, "gone": receipt.gone, "failed": receipt.failed,
    }  # fmt: skip
    rest = ", ".join(f"{count} {what}" for what, count in others.items() if count)
    if receipt.unreadable and receipt.note and not receipt.failed:
        rest = f"{rest}: {receipt.note}"
    if not receipt.swept and receipt.note:
        return f"{receipt.collection} ({receipt.note})"
    return f"{receipt.fetched} of {receipt.swept} {receipt.collection}{f' ({rest})' if rest else ''}"


def _row(outcome: Outcome) -> tuple[str, ...]:
    receipt = outcome.receipt
    if receipt is None:
        return (outcome.site, "failed" if outcome.error else "stopped", "", "", "", "", "", _advice(outcome))
    sums = [sum(getattr(each, name) for each in receipt.collections) for name in ("swept", "fetched", "gone", "failed")]
    return (outcome.site, _state(outcome), *map(str, sums), str(receipt.requests), _advice(outcome))


def _state(outcome: Outcome) -> str:
    if not outcome.new:
        return "already there"
    return outcome.receipt.outcome if outcome.receipt else "failed"


def _advice(outcome: Outcome) -> str:
    if outcome.error:
        return " ".join(str(outcome.error).split("\n"))
    if outcome.receipt and not outcome.receipt.balanced:
        return f"Move its as_of forward to ask again: {outcome.receipt.reason or 'items are unaccounted for'}"
    return ""


def probed(found: Probe) -> list[str]:
    """What a site has and what a crawl of it would take, line by line."""
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
        "",
        f"A crawl takes about {found.requests} requests{spaced}, and about {minutes}:{seconds:02} minutes.",
    ]
