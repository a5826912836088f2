"""What changed from one version of a post to the next, bounded, for JSON. Pure.

The comparison is that of `presscorpus diff` (`observations/diff.py`), of texts that the policy has released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presscorpus.observations import diff
from presscorpus.report.markup import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from presscorpus.observations.diff import Hunk

FIELDS = ("title", "excerpt", "text")
# Hunks shown of one field, characters shown at either end of unchanged text, and the longest line.
_HUNKS, _AROUND, _LINE = 40, 60, 4000

Spans = list[list[str]]
"""One line: each span is [what stayed] or [what went, what came]."""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Compare title, excerpt and text of two versions of a post.

    Args:
        before: A released row of `posts`: the earlier version.
        after: The later version.

    Returns:
        One object for each field that differs: `field`, its `hunks`, and a `note`, empty or why hunks are missing.
        Hunks are missing where the field is null in one of the two, or too long to compare.
    """
    found: list[dict[str, Any]] = []
    for field in FIELDS:
        old, new = before[field], after[field]
        if old == new:
            continue
        if old is None or new is None:
            found.append({"field": field, "hunks": [], "note": "not there, or withheld, in one of the two"})
            continue
        hunks = diff.lines(old, new)
        if hunks is None:
            found.append({"field": field, "hunks": [], "note": "too long to be compared here"})
            continue
        left = len(hunks) - _HUNKS
        note = f"{left} more changes: see presscorpus diff" if left > 0 else ""
        found.append({"field": field, "hunks": [_hunk(hunk) for hunk in hunks[:_HUNKS]], "note": note})
    return found


def _hunk(hunk: Hunk) -> dict[str, Any]:
    lines: list[Spans] = []
    if len(hunk.removed) == len(hunk.added):
        for old, new in zip(hunk.removed, hunk.added, strict=True):
            spans = diff.words(old, new) if len(old) + len(new) <= _LINE else None
            pairs = [(old, new)] if spans is None else [(span.before, span.after) for span in spans]
            lines.append([_span(*pair) for pair in pairs])
    else:
        lines += [[[visible(old[:_LINE]), ""]] for old in hunk.removed]
        lines += [[["", visible(new[:_LINE])]] for new in hunk.added]
    return {"at": [hunk.line_before, hunk.line_after], "lines": lines}


def _span(before: str, after: str) -> list[str]:
    if before != after:
        return [visible(before[:_LINE]), visible(after[:_LINE])]
    if len(before) > 2 * _AROUND + 3:
        return [visible(f"{before[:_AROUND]} … {before[-_AROUND:]}")]
    return [visible(before)]
