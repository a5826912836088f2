"""Views of a difference: lines for a terminal, or JSON. Pure.

No text of a site may move the terminal's cursor.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from presscorpus.lazy import lazy
from presscorpus.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presscorpus.observations import diff
    from presscorpus.observations.diff import Change, Comparison, Hunk, Pair, Span, Version
else:
    diff = lazy("presscorpus.observations.diff")

_RED, _GREEN, _BOLD, _END = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
# Characters shown at either end of an unchanged stretch within a line.
_AROUND = 40
# Characters compared word by word; replaced lines after that many are shown whole.
_BY_WORDS = 1_000_000


class Screen:
    """A difference as lines for a terminal.

    Colour repeats what the signs `-`, `+`, `[-` `-]` and `{+` `+}` say, and adds nothing.

    Args:
        colour: Whether to write ANSI colours.
    """

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._left = _BY_WORDS

    def difference(self, site: str, chosen: Pair, found: Comparison | None) -> Iterator[str]:
        """Yield the lines about two versions of a post; or about the only one.

        Args:
            site: Name of the site.
            chosen: The versions.
            found: What differs, null where there is nothing to compare.

        Yields:
            Lines of printable characters, without a line end.
        """
        post = _one_line(f"{site}: {chosen.new.type} {chosen.new.id}")
        if chosen.old is None:
            yield f"{post} has one version"
            yield from self._version(chosen.new, "  ", "")
            return
        yield f"{post}: version {chosen.old.ordinal} -> {chosen.new.ordinal}, of {chosen.total}"
        yield from self._version(chosen.old, "- ", _RED)
        yield from self._version(chosen.new, "+ ", _GREEN)
        if found is not None:
            yield from self._comparison(found)

    def _version(self, version: Version, mark: str, paint: str) -> Iterator[str]:
        evidence = ["imported" if version.http_status is None else f"HTTP {version.http_status}"]
        evidence += [_one_line(version.code)] if version.code else []
        yield self._painted(paint, f"{mark}{version.ordinal} {version.state} ({', '.join(evidence)})")
        times = "time" if version.observations == 1 else "times"
        seen = f"{_iso(version.first_seen)} to {_iso(version.last_seen)}, {version.observations} {times}"
        yield f"    seen {seen}"
        yield f"    {version.record_id} in {version.crawl}.warc.gz"

    def _comparison(self, comparison: Comparison) -> Iterator[str]:
        """All that differs, field after field."""
        fields = {change.field for change in comparison.changes}
        for change in comparison.changes:
            if change.field == "content_html" and fields & {"text", "links"}:
                # Text and links have been shown; `--json` has the lines of HTML.
                continue
            yield ""
            yield self._painted(_BOLD, change.field)
            yield from self._change(change)
        if comparison.others:
            yield ""
            yield f"also changed: {', '.join(_one_line(name) for name in comparison.others)}"
        if not comparison.changes and not comparison.others:
            yield "no field differs"

    def _change(self, change: Change) -> Iterator[str]:
        if not change.aligned:
            yield "too long to compare in order; lines that only one of the two holds:"
            if not change.hunks:
                yield "none: only their order differs"
        if change.hunks or not change.aligned:
            for hunk in change.hunks:
                yield from self._hunk(hunk, numbered=change.aligned)
        elif isinstance(change.before, list) and isinstance(change.after, list):
            yield from self._lists(change.before, change.after)
        elif isinstance(change.before, str) and isinstance(change.after, str):
            yield from self._replaced(change.before, change.after)
        else:
            yield self._removed(_value(change.before))
            yield self._added(_value(change.after))

    def _lists(self, before: list[Any], after: list[Any]) -> Iterator[str]:
        gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
        yield from (self._removed(_value(each)) for each in gone.elements())
        yield from (self._added(_value(each)) for each in new.elements())
        if not gone and not new:
            yield "  in another order"

    def _hunk(self, hunk: Hunk, *, numbered: bool) -> Iterator[str]:
        if numbered:
            yield f"  line {hunk.line_before} -> {hunk.line_after}"
        if len(hunk.removed) == len(hunk.added) and numbered:
            for before, after in zip(hunk.removed, hunk.added, strict=True):
                yield from self._replaced(before, after)
        else:
            yield from map(self._removed, hunk.removed)
            yield from map(self._added, hunk.added)

    def _replaced(self, before: str, after: str) -> Iterator[str]:
        self._left -= len(before) + len(after)
        spans = diff.words(before, after) if self._left >= 0 else None
        if spans is None:
            yield self._removed(before)
            yield self._added(after)
        else:
            yield "  " + "".join(self._spans(spans))

    def _spans(self, spans: Iterable[Span]) -> Iterator[str]:
        for span in spans:
            if span.before == span.after:
                yield _shortened(span.before)
                continue
            if span.before:
                yield self._painted(_RED, f"[-{_one_line(span.before)}-]")
            if span.after:
                yield self._painted(_GREEN, f"{{+{_one_line(span.after)}+}}")

    def _removed(self, text: str) -> str:
        return self._painted(_RED, f"- {_one_line(text)}")

    def _added(self, text: str) -> str:
        return self._painted(_GREEN, f"+ {_one_line(text)}")

    def _painted(self, paint: str, text: str) -> str:
        return f"{paint}{text}{_END}" if self._colour and paint else text


def as_json(site: str, chosen: Pair, found: Comparison | None) -> str:
    """Return two versions and everything that differs as JSON.

    Args:
        site: Name of the site.
        chosen: The versions.
        found: What differs, null where there is nothing to compare: only one version, or no post in one of them.

    Returns:
        An object in ASCII, indented by 2. `changes` and `others` are null where `found` is.
    """
    whole = {
        "site": site, "type": chosen.new.type, "id": chosen.new.id, "versions": chosen.total,
        "from": _described(chosen.old), "to": _described(chosen.new),
        "changes": None if found is None else [_noted(change) for change in found.changes],
        "others": None if found is None else found.others,
    }  # fmt: skip
    return json.dumps(whole, indent=2)


def _described(version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    # Site, type and number stand once, the offset is of use on one machine only.
    left = {name: value for name, value in version._asdict().items() if name not in {"type", "id", "offset"}}
    return {name: _iso(value) if isinstance(value, datetime) else value for name, value in left.items()}


def _noted(change: Change) -> dict[str, Any]:
    if change.hunks or not change.aligned:
        return {"field": change.field, "aligned": change.aligned, "hunks": [hunk._asdict() for hunk in change.hunks]}
    return {"field": change.field, "before": change.before, "after": change.after}


def _one_line(text: str) -> str:
    return printable(text).replace("\n", "\\n")


def _shortened(text: str) -> str:
    if len(text) > 2 * _AROUND + 3:
        return f"{_one_line(text[:_AROUND])} … {_one_line(text[-_AROUND:])}"
    return _one_line(text)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _value(value: Any) -> str:
    return "(none)" if value is None else str(value)
