"""Refusing, before the parser sees it, HTML on which parsing would not end in reasonable time.

A correct HTML parser is slow on three things: its time grows with the square of the depth of open elements and of the
number of attributes in one tag, and every paragraph opens again what formatting elements were left open
(https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements). Small HTML cannot do
harm, and that it is small is seen for next to nothing. Larger HTML is cut into tags once, roughly: what the count says
too much of, it says on the safe side, but for markup that is made to deceive it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

MAX_CHARACTERS: Final = 10_000_000
"""Greatest length in characters, unless a caller says otherwise."""

MAX_DEPTH: Final = 10_000
"""Greatest number of elements open at once, those not counted that the parser closes by itself: a tenth of a second."""

MAX_ATTRIBUTES: Final = 20_000
"""Greatest number of attributes in one tag: half a second."""

MAX_REOPENED: Final = 1_000_000
"""Greatest number of elements that formatting left open may cause: tags times open formatting elements."""

_USUAL_FORMATTING: Final = 16  # so many open formatting elements are no cause for worry, however many tags there are

HARMLESS_LENGTH: Final = 65_536
"""HTML of so many bytes and `HARMLESS_TAGS` at most is parsed in a second, whatever is in it."""

HARMLESS_TAGS: Final = 1_000
"""See `HARMLESS_LENGTH`; tags are counted as `<`."""

_COMMENT_OR_TAG: Final = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-zA-Z][^\s/>]*+)((?:[\s/]++|"""
    r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?+)?+)*+)""",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?+)?+""", re.DOTALL
)


def _words(*words: str) -> list[str]:
    return " ".join(words).split()


VOID: Final = frozenset(
    _words(
        "area base basefont bgsound br col embed frame hr image img input", "keygen link meta param source track wbr"
    )
)
"""Elements without content or end tag, https://html.spec.whatwg.org/multipage/syntax.html#void-elements."""

# Elements that the parser closes by itself at the next of their kind, so that leaving them open is no depth.
_SELF_CLOSED: Final = frozenset(
    _words("a nobr p li dd dt option optgroup tr td th tbody thead", "tfoot colgroup rt rp rb rtc")
)
_FORMATTING: Final = frozenset(_words("b big code em font i s small strike strong tt u"))


class Unreadable(ValueError):  # noqa: N818 - said of the HTML, as one says "invalid"
    """HTML that is not parsed. `rule` is a stable code for the quarantine table.

    too_long
        More characters than the limit.
    too_deep
        More elements open at once than `MAX_DEPTH`.
    too_many_attributes
        A tag with more attributes than `MAX_ATTRIBUTES`.
    too_many_elements
        Formatting elements left open would be opened again and again, more than `MAX_REOPENED` times.
    """

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(rule, what)
        self.rule = rule
        self.what = what

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


def survey(html: str) -> None:
    """Return when `html` can be parsed in reasonable time; raise `Unreadable` otherwise.

    HTML of no more than `HARMLESS_LENGTH` and `HARMLESS_TAGS` always can.
    """
    still_open: Counter[str] = Counter()
    depth = formatting = most_formatting = tags = 0
    for closing, written, attributes in _COMMENT_OR_TAG.findall(html):
        if not written:
            continue
        name = written.lower()
        tags += 1
        if name in VOID or name in _SELF_CLOSED:
            step = 0
        elif closing:
            step = -1 if still_open[name] else 0
        elif attributes.endswith("/") and (still_open["svg"] or still_open["math"]):
            step = 0
        else:
            step = 1
        still_open[name] += step
        depth += step
        if name in _FORMATTING:
            formatting += step
            most_formatting = max(most_formatting, formatting)
        if depth > MAX_DEPTH:
            raise Unreadable("too_deep", f"more than {MAX_DEPTH} elements are open at once")
        if len(attributes) > 2 * MAX_ATTRIBUTES and sum(1 for _ in _ATTRIBUTE.finditer(attributes)) > MAX_ATTRIBUTES:
            raise Unreadable("too_many_attributes", f"a tag has more than {MAX_ATTRIBUTES} attributes")
    if most_formatting > max(_USUAL_FORMATTING, MAX_REOPENED // max(tags, 1)):
        raise Unreadable("too_many_elements", f"{most_formatting} formatting elements stay open over {tags} tags")
