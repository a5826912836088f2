"""The difference between two observations of one post. Pure.

Fields are compared one by one, its text line by line and word by word. Where an honest comparison would cost more than
it tells (very long texts, the same line a thousand times) it is done without order, in one pass, and says so. Why
difflib: docs/decisions/0012-history.md.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from presscorpus.content.html import Unreadable, plain, read
from presscorpus.errors import UsageError
from presscorpus.tables.typed_columns import Rendered, html_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

# Fields that are shown with what they hold, in this order; the names are those of the REST API.
_PLAIN = ("title", "excerpt")
_VALUES = (
    "slug", "link", "status", "date_gmt", "date", "modified_gmt", "modified", "featured_media", "author", "parent",
    "menu_order", "sticky", "format", "template", "comment_status", "ping_status", "guid",
)  # fmt: skip
_LISTS = ("categories", "tags", "class_list")
# Copies of other items that _embed asked for are no part of the post.
_NOT_OF_THE_POST = frozenset({"_embedded"})
# Bounds of a comparison in order. difflib looks at each pair of equal pieces, at worst once for every block it finds.
_MAX_PIECES = 3_000
_MAX_PAIRS = 200_000
# Pieces of a line: white space, one Han or Kana character, or what stands together between them.
_SPACELESS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"\s+|[{_SPACELESS}]|[^\s{_SPACELESS}]+")


class Version(NamedTuple):
    """One row of `versions`; `offset` is where its record starts, in bytes."""

    type: str
    id: int
    ordinal: int
    first_seen: datetime
    last_seen: datetime
    observations: int
    state: str
    http_status: int | None
    code: str | None
    digest: str | None
    modified_at: datetime | None
    crawl: str
    record_id: str
    offset: int


class Pair(NamedTuple):
    """Two versions of one post, out of `total`; `old` is null for an only one."""

    old: Version | None
    new: Version
    total: int


class Hunk(NamedTuple):
    """Lines replaced by others, where either may be none, and their numbers from 1."""

    line_before: int
    line_after: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


class Change(NamedTuple):
    """One field that differs.

    A value, or a list of values, has `before` and `after`, null where the field is absent, protected or cannot be
    read. A long text has `hunks` instead; `aligned` is false where it was too long to be compared in order, and the
    hunk then holds the lines that stand in one of the two only.
    """

    field: str
    before: Any = None
    after: Any = None
    hunks: tuple[Hunk, ...] = ()
    aligned: bool = True


class Comparison(NamedTuple):
    """All that differs: `changes` of known fields, and the names of `others`."""

    changes: list[Change]
    others: list[str]


class Span(NamedTuple):
    """A stretch of one line before and after; equal where nothing changed."""

    before: str
    after: str


def pair(known: Sequence[Version], kind: str | None, old: int | None, new: int | None, *, where: str) -> Pair:
    """Choose the two versions that a user means.

    Args:
        known: All versions of the posts of one number, oldest first; at least one.
        kind: The post type, null where there is only one.
        old: Number of the earlier version, from 1; null means the one before `new`.
        new: Number of the later one; null means the last.
        where: The site, for error messages.

    Returns:
        The two; only the later one where the post has a single version.

    Raises:
        UsageError: `kind` is null and there are several types, or a version is not there, or both are the same.
    """
    types = sorted({version.type for version in known})
    number = known[0].id
    if kind is None and len(types) > 1:
        raise UsageError(
            f"{number} was of the types {' and '.join(types)}", where=where, advice=f"Name one: --type {types[0]}"
        )
    mine = [version for version in known if version.type == (kind or types[0])]
    if not mine:
        raise UsageError(f"no {kind} {number} was ever observed", where=where)
    name, last = f"{mine[0].type} {number}", len(mine)
    for given in (old, new):
        if given is not None and not 1 <= given <= last:
            raise UsageError(f"{name} has no version {given}; the last is {last}", where=where)
    end = last if new is None else new
    start = end - 1 if old is None else old
    if start == end:
        raise UsageError(f"--from and --to name one version of {name}", where=where)
    if start == 0 and last > 1:
        raise UsageError(f"version 1 of {name} is the first", where=where, advice="Name another one with --from.")
    return Pair(mine[start - 1] if start else None, mine[end - 1], last)


def compare(before: bytes, after: bytes) -> Comparison:
    """Compare the JSON of two observations of one post.

    Args:
        before: `Item.body` of the earlier one.
        after: `Item.body` of the later one.

    Returns:
        What differs, `_embedded` left out. Nothing is raised for what the fields hold.
    """
    old, new = _decoded(before), _decoded(after)
    differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)} - _NOT_OF_THE_POST
    changes = [*_of_values(old, new), *_of_content(old.get("content"), new.get("content"))]
    shown = {change.field for change in changes}
    if shown & {"protected", "text", "links", "content_html"}:
        shown.add("content")
    return Comparison(changes, sorted(differing - shown))


def _decoded(body: bytes) -> dict[str, Any]:
    """The fields of a post. A value that no JSON reader can hold stands as its bytes."""
    fields: dict[str, Any] = {}
    for key, raw in msgspec.json.decode(body, type=dict[str, msgspec.Raw]).items():
        try:
            fields[key] = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            fields[key] = bytes(raw)
    return fields


def _of_values(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in _PLAIN:
        yield from _differing(name, _plain(_html(old.get(name))), _plain(_html(new.get(name))))
    for name in _VALUES:
        yield from _differing(name, _value(old.get(name)), _value(new.get(name)))
    for name in _LISTS:
        yield from _differing(name, _list(old.get(name)), _list(new.get(name)))


def _of_content(old: Any, new: Any) -> Iterator[Change]:
    """Compare the content: its protection, its text, its addresses, its HTML."""
    yield from _differing("protected", _is_protected(old), _is_protected(new))
    before, after = _html(old), _html(new)
    if before == after:
        return
    (text_before, links_before), (text_after, links_after) = _read(before), _read(after)
    for change in _differing("text", text_before, text_after):
        yield _long("text", change.before or "", change.after or "")
    yield from _differing("links", links_before, links_after)
    yield _long("content_html", before or "", after or "")


def _differing(field: str, before: Any, after: Any) -> Iterator[Change]:
    if before != after:
        yield Change(field, before, after)


def _html(value: Any) -> str | None:
    """Return the HTML of a text field; null where it is protected or malformed."""
    try:
        return html_of(msgspec.convert(value, Rendered | str | None))
    except msgspec.ValidationError:
        return None


def _plain(html: str | None) -> str | None:
    try:
        return None if html is None else plain(html)
    except Unreadable:
        return None


def _is_protected(value: Any) -> bool:
    return isinstance(value, dict) and value.get("protected") is True


def _read(html: str | None) -> tuple[str | None, list[str]]:
    try:
        content = None if html is None else read(html)
    except Unreadable:
        content = None
    return (None, []) if content is None else (content.text, [link.url for link in content.links])


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return _html(value)
    return value if isinstance(value, str | int | float) else None


def _list(value: Any) -> list[Any] | None:
    """Return a list of numbers or names, which PHP may write as an object."""
    values = list(value.values()) if isinstance(value, dict) else value
    if isinstance(values, list) and all(isinstance(each, str | int) for each in values):
        return values
    return None


def _long(field: str, before: str, after: str) -> Change:
    hunks = lines(before, after)
    if hunks is None:
        return Change(field, hunks=tuple(_without_order(before, after)), aligned=False)
    return Change(field, hunks=tuple(hunks))


def lines(before: str, after: str) -> list[Hunk] | None:
    """Return the lines that differ, in order.

    Args:
        before: The older text.
        after: The newer text.

    Returns:
        Hunks; null where the texts are too long or too monotonous to be compared in order.
    """
    old, new = before.split("\n"), after.split("\n")
    blocks = _blocks(old, new)
    if blocks is None:
        return None
    return [
        Hunk(start + 1, new_start + 1, tuple(old[start:end]), tuple(new[new_start:new_end]))
        for start, end, new_start, new_end in blocks
    ]


def _without_order(before: str, after: str) -> Iterator[Hunk]:
    """Yield the lines that one text holds more often than the other, as one hunk."""
    old, new = before.split("\n"), after.split("\n")
    removed, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if removed or added:
        yield Hunk(1, 1, tuple(removed.elements()), tuple(added.elements()))


def words(before: str, after: str) -> list[Span] | None:
    """Compare one line with the one that replaced it, word by word.

    Args:
        before: A line of the older text.
        after: The line in its place.

    Returns:
        Stretches in order; null where hardly anything is left of the line, or it is too long.
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    blocks = _blocks(old, new)
    if blocks is None:
        return None
    spans, done = [], 0
    for start, end, new_start, new_end in blocks:
        spans += [Span(kept, kept) for kept in ["".join(old[done:start])] if kept]
        spans.append(Span("".join(old[start:end]), "".join(new[new_start:new_end])))
        done = end
    spans += [Span(kept, kept) for kept in ["".join(old[done:])] if kept]
    kept = sum(len(span.before.strip()) for span in spans if span.before == span.after)
    return spans if 3 * kept >= min(len(before), len(after)) else None


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]] | None:
    """Return where two sequences differ; null where that would cost too much."""
    head = 0
    shorter = min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if left and right:
        counts = Counter(left)
        pairs = sum(times * counts[piece] for piece, times in Counter(right).items())
        if max(len(left), len(right)) > _MAX_PIECES or pairs > _MAX_PAIRS:
            return None
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return [
        (start + head, end + head, new_start + head, new_end + head)
        for kind, start, end, new_start, new_end in matcher.get_opcodes()
        if kind != "equal"
    ]
