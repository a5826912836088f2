"""Limits on HTML: refuses what would take the parser unreasonable time.

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
"""Greatest number of elements open at once, unless a caller says otherwise, those not counted that the parser closes by
itself: a tenth of a second."""

MAX_ATTRIBUTES: Final = 20_000
"""Greatest number of attributes in one tag: half a second."""

MAX_REOPENED: Final = 2_000_000
"""Greatest number of elements that formatting left open may cause, about two seconds' worth."""

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
_SELF_CLOSED: Final = frozenset(_words("p li dd dt option optgroup tr td th tbody thead tfoot colgroup"))
_FORMATTING: Final = frozenset(_words("a b big code em font i nobr s small strike strong tt u"))
_SCOPES: Final = frozenset(
    _words("annotation-xml applet caption desc foreignobject marquee mtext object table td template th title")
)
_LEAVES_FOREIGN: Final = frozenset(_words("b big center code div em font i p pre small span strong table u ul"))
# https://html.spec.whatwg.org/multipage/parsing.html#push-onto-the-list-of-active-formatting-elements
_ALIKE: Final = 3
_NEAR: Final = 64  # how far up an end tag looks for its formatting element
_LOOKS: Final = 16  # looking at so many open elements costs no more than opening one


class Unreadable(ValueError):  # noqa: N818 - said of the HTML, as one says "invalid"
    """HTML that is not parsed. `rule` is a stable code for the quarantine table.

    too_long
        More characters than the limit.
    too_deep
        More elements open at once than allowed.
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


def survey(html: str, depth: int = MAX_DEPTH) -> None:
    """Check that HTML can be parsed in reasonable time.

    HTML of no more than `HARMLESS_LENGTH` and `HARMLESS_TAGS` always can.

    Args:
        html: The content as rendered.
        depth: How many elements may be open at once.

    Raises:
        Unreadable: A tag has too many attributes, too many elements are open at once, or formatting that was left open
            would be opened again too often.
    """
    stack = _Stack(depth)
    for closing, written, attributes in _COMMENT_OR_TAG.findall(html):
        name = written.lower()
        if not name or name in VOID:
            pass
        elif closing:
            stack.close(name)
        elif not (attributes.endswith("/") and stack.is_foreign() and name not in _LEAVES_FOREIGN):
            stack.open(name, attributes)
        if len(attributes) > 2 * MAX_ATTRIBUTES and sum(1 for _ in _ATTRIBUTE.finditer(attributes)) > MAX_ATTRIBUTES:
            raise Unreadable("too_many_attributes", f"a tag has more than {MAX_ATTRIBUTES} attributes")


class _Stack:
    """The open elements, near enough.

    https://html.spec.whatwg.org/multipage/parsing.html#the-stack-of-open-elements. An end tag reaches no further up
    than the table cell or the like that it stands in: its scope.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._elements: list[tuple[str, str]] = []
        self._scopes: list[Counter[str]] = [Counter()]
        self._reopened = 0

    def is_foreign(self) -> bool:
        """Whether SVG or MathML is being read, where `/>` ends an element."""
        return bool(self._scopes[-1]["svg"] or self._scopes[-1]["math"])

    def open(self, name: str, attributes: str) -> None:
        """A start tag."""
        again: list[tuple[str, str]] = []
        if name in _SELF_CLOSED:
            if self._is_near(name):
                again = self._pop_to(name)
        elif name in ("a", "nobr"):
            self._close_formatting(name)
        while name in _LEAVES_FOREIGN and self.is_foreign():
            self._pop()
        self._push((name, attributes if name in _FORMATTING else ""))
        self._open_again(again)
        if len(self._elements) > self._depth:
            raise Unreadable("too_deep", f"more than {self._depth} elements are open at once")

    def close(self, name: str) -> None:
        """Take an end tag: what is open within goes too.

        Formatting elements open again behind it.
        """
        if name in _FORMATTING:
            self._close_formatting(name)
            return
        while name in _SCOPES and not self._scopes[-1][name] and len(self._scopes) > 1:
            self._pop()
        if self._scopes[-1][name]:
            self._open_again(self._pop_to(name))

    def _is_near(self, name: str) -> bool:
        """Tell whether an element of the kind is open and can be closed from here.

        Nothing may be within it that the parser would not close for it.
        """
        looked_at = 0
        last = ""
        for last, _ in reversed(self._elements):
            looked_at += 1
            if last == name or (last not in _SELF_CLOSED and last not in _FORMATTING):
                break
        self._count(looked_at // _LOOKS)
        return last == name

    def _pop_to(self, name: str) -> list[tuple[str, str]]:
        """Close the element and what is open within.

        Returns:
            The formatting elements that open again, at most three alike.
        """
        again: list[tuple[str, str]] = []
        alike: Counter[tuple[str, str]] = Counter()
        last = ""
        while last != name:
            element = self._pop()
            last = element[0]
            if last in _SCOPES:
                again.clear()
            elif last in _FORMATTING and alike[element] < _ALIKE:
                alike[element] += 1
                again.append(element)
        return again

    def _open_again(self, elements: list[tuple[str, str]]) -> None:
        for element in reversed(elements):
            self._push(element)
        self._count(len(elements))

    def _count(self, reopened: int) -> None:
        self._reopened += reopened
        if self._reopened > MAX_REOPENED:
            raise Unreadable("too_many_elements", f"formatting left open is opened again over {MAX_REOPENED} times")

    def _close_formatting(self, name: str) -> None:
        """Take one away where it stands; what is open within stays."""
        for place in range(len(self._elements) - 1, max(len(self._elements) - _NEAR, 0) - 1, -1):
            last = self._elements[place][0]
            if last in _SCOPES:
                return
            if last == name:
                del self._elements[place]
                self._scopes[-1][name] -= 1
                return

    def _push(self, element: tuple[str, str]) -> None:
        self._elements.append(element)
        if element[0] in _SCOPES:
            self._scopes.append(Counter())
        self._scopes[-1][element[0]] += 1

    def _pop(self) -> tuple[str, str]:
        element = self._elements.pop()
        self._scopes[-1][element[0]] -= 1
        if element[0] in _SCOPES:
            self._scopes.pop()
        return element
