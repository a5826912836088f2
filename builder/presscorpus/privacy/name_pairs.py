"""Patterns of two words in a row, by which a name is suspected. Pure.

They find whatever `name_forms` finds, and more: what matches is looked at closely.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.privacy.name_forms import ANYTHING, MARK, NAME
from presscorpus.privacy.units import ESCAPE, MARKS, PERCENT, REFERENCE, TAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presscorpus.privacy.name_forms import Pair

# What may stand between two words, however it is written.
_WRITTEN: Final = rf"[{MARKS}]|{REFERENCE}|{ESCAPE}|{PERCENT}|[/\\][tnr]|{TAG}"
# Of the signs of ASCII those that are not between the words of a name; the parts of a query are.
_OTHERS: Final = r"!\"$%()*/:<>@\[\\\]^{|}~"
_BETWEEN: Final = {
    ANYTHING: rf"(?:[^\p{{L}}\p{{N}}]|{_WRITTEN})",
    NAME: rf"(?:[^\p{{L}}\p{{N}}{_OTHERS}]|{_WRITTEN})",
    MARK: rf"(?:[^\p{{L}}\p{{N}}\s{_OTHERS}]|{_WRITTEN})",
}
# Of words in one pattern, a third of what the regex crate compiles in the worst script (10 MiB of states).
_MOST_BYTES: Final = 8192
_BEGINNING: Final = r"(?:^|[^a-z]|[/\\][nrt]|&#?[0-9a-z]{1,32})"
# A genitive may stand at the end, and an apostrophe that was decoded wrongly.
_END: Final = "(?:a?s?(?:$|[^a-z])|a[\u20ac\x80&])"


def following(pairs: Iterable[Pair], *, whole: bool) -> list[str]:
    """Write the patterns of two words in a row.

    Any first of a pair counts before any second of one of the same kind and pattern.

    Args:
        pairs: Folded words.
        whole: Whether no letter of ASCII may stand before or behind them, nor nothing between them. Where tags were
            taken out words run together, and only part of them may be one.

    Returns:
        Patterns of Rust's regex crate, whatever the case, none larger than it compiles.
    """
    return [_one(part, whole=whole) for part in _in_parts(pairs)]


def _in_parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """The pairs in parts, each of which one pattern may hold."""
    part: list[Pair] = []
    words: set[str] = set()
    size = 0
    for pair in pairs:
        if part and size > _MOST_BYTES:
            yield part
            part, words, size = [], set(), 0
        size += sum(len(word.encode()) for word in {*pair[:2]} - words)
        words.update(pair[:2])
        part.append(pair)
    if part:
        yield part


def _one(pairs: list[Pair], *, whole: bool) -> str:
    kinds: dict[_Kind, list[Pair]] = {}
    for pair in pairs:
        kinds.setdefault(_Kind.of(pair, whole), []).append(pair)
    return f"(?i)(?:{'|'.join(_of_kind(*each) for each in kinds.items())})"


class _Kind(NamedTuple):
    """What pairs share that one pattern looks for.

    `parted`, `begins` and `ends` say whether letters of ASCII meet between, before and behind the words, which then are
    no words by themselves.
    """

    between: str
    parted: bool
    begins: bool
    ends: bool
    initials: tuple[bool, bool]

    @classmethod
    def of(cls, pair: Pair, whole: bool) -> _Kind:  # noqa: FBT001 - the same for all
        """The kind of a pair."""
        signs = [whole and _is_letter(word[place]) for word in pair[:2] for place in (0, -1)]
        initials = len(pair.first) == 1, len(pair.second) == 1
        return cls(pair.between, signs[1] and signs[2], signs[0], signs[3], initials)


def _is_letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _of_kind(kind: _Kind, pairs: list[Pair]) -> str:
    first, second = ("|".join(sorted({re.escape(pair[place]) for pair in pairs})) for place in (0, 1))
    sign = _BETWEEN[ANYTHING if kind.between == ANYTHING else NAME]
    if kind.between == MARK:
        apart = f"{sign}*{_BETWEEN[MARK]}{sign}*"
    elif kind.parted:  # an initial or a digit may stand between the words of a name
        apart = rf"(?:{sign}+(?:[\p{{L}}\p{{N}}]{sign}*)?|[[\p{{L}}\p{{N}}]--[a-zA-Z]]{sign}*)"
    else:
        apart = rf"{sign}*(?:[\p{{L}}\p{{N}}]{sign}*)?"
    return f"{_BEGINNING if kind.begins else ''}(?:{first}){apart}(?:{second}){_END if kind.ends else ''}"
