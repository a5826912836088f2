"""HTML as a source to edit: the places of its texts and attribute values. Pure.

What a browser shows as one text is one `Stretch` here, whatever elements interrupt it, with the place of each part in
the source; the values of attributes, comments and the contents of scripts are stretches of their own. So a name can be
found in the text and taken out of the source, and no tag is touched. Tags are told apart as in
https://html.spec.whatwg.org/multipage/parsing.html#tokenization.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.privacy.folding import BREAK, Run

if TYPE_CHECKING:
    from collections.abc import Iterator


TEXT: Final = "text"
COMMENT: Final = "comment"
SCRIPT: Final = "script"
ATTRIBUTE: Final = "attribute"


class Stretch(NamedTuple):
    """A text of a document in runs, and where it is as a whole.

    `kind` is TEXT, COMMENT, SCRIPT or ATTRIBUTE; `name` is that of an attribute, and `bare` says that no quotes are
    around its value.
    """

    runs: list[Run]
    kind: str
    start: int
    end: int
    name: str = ""
    bare: bool = False

    @property
    def text(self) -> str:
        """The text as it is meant, references decoded."""
        return "".join(run.text for run in self.runs)

    def address(self, source: str) -> str:
        """The text as an address is read: without the line breaks and tabs of the source.

        Args:
            source: The document.

        Returns:
            The text, references decoded; a reference to a line break is none either.
        """
        texts = (
            run.text if run.length is not None else source[run.start : run.start + len(run.text)] for run in self.runs
        )
        return _BROKEN.sub("", "".join(texts))


_BROKEN: Final = re.compile(r"[\t\n\r]")
_OPEN: Final = re.compile(r"<(?:(?P<tag>/?[a-zA-Z][^\s/>]*)|(?P<comment>!--)|[!?/])")
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*(?:(?P<end>>)|(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)(?:"|\Z)|'(?P<single>[^']*)(?:'|\Z)|(?P<bare>[^\s>"'][^\s>]*))?)?)"""
)
_COMMENT_END: Final = re.compile(r"--!?>|\Z")
_EMPTY_COMMENT: Final = re.compile("-?>")
_LINK_END: Final = re.compile(r"</a\b", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?:#[xX][0-9a-fA-F]+;?|#[0-9]+;?|[a-zA-Z][a-zA-Z0-9]*;?)")
_ESCAPE: Final = re.compile(_REFERENCE.pattern + r"|\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|/|[nrt])")
_RAW: Final = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_INLINE: Final = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "input", "ins", "kbd", "label", "mark", "nobr", "noscript", "output", "picture", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "svg", "time", "tt", "u", "var", "wbr",
    "button", "select", "slot", "math", "mi", "mo", "mn", "path", "g", "tspan", "map", "object", "embed", "script",
    "style", "template",
))  # fmt: skip
_CELLS: Final = frozenset(("td", "th"))


def stretches(source: str) -> list[Stretch]:
    """Split a document into its texts. Never raises.

    Args:
        source: HTML, well-formed or not.

    Returns:
        All of its flow first, then attribute values, comments and scripts in order.
    """
    flow: list[Run] = []
    others: list[Stretch] = []
    place = 0
    while (found := _OPEN.search(source, place)) is not None:
        flow.extend(_runs(source, place, found.start()))
        if found["tag"] is None:
            place = _aside(source, found, others)
            continue
        name = found["tag"].lower()
        _name(source, found.span("tag"), others)
        place = _attributes(source, found.end(), others)
        if separator := _separator(name):
            flow.append(Run(separator, found.start(), 0))
        if name in _RAW:
            closed = re.compile(f"</{name}", re.IGNORECASE).search(source, place)
            end = len(source) if closed is None else closed.start()
            kind = TEXT if name in {"textarea", "title", "xmp"} else SCRIPT
            runs = _runs(source, place, end, _REFERENCE if kind == TEXT else _ESCAPE)
            others.append(Stretch(list(runs), kind, place, end))
            place = end
    flow.extend(_runs(source, place, len(source)))
    return [Stretch(flow, TEXT, 0, len(source)), *others]


def _separator(name: str) -> str:
    """What a tag separates in the text: nothing, cells by a space, or lines."""
    bare = name.lstrip("/")
    if bare in _INLINE or "-" in bare:
        return ""
    return " " if bare in _CELLS else BREAK


def _aside(source: str, found: re.Match[str], others: list[Stretch]) -> int:
    """Read a comment, or what is no tag. Returns where it ends."""
    if found["comment"] is None:
        end = source.find(">", found.end())
        end = len(source) if end < 0 else end
        others.append(Stretch(list(_runs(source, found.end(), end, _ESCAPE)), SCRIPT, found.end(), end))
        return min(end + 1, len(source))
    if (empty := _EMPTY_COMMENT.match(source, found.end())) is not None:
        return empty.end()
    ended = _COMMENT_END.search(source, found.end())
    end = len(source) if ended is None else ended.start()
    others.append(Stretch(list(_runs(source, found.end(), end)), COMMENT, found.end(), end))
    return len(source) if ended is None else ended.end()


def _name(source: str, span: tuple[int, int], others: list[Stretch]) -> None:
    """Read the name of a tag or attribute that may be an address, as <a@b.org>."""
    if "@" in source[slice(*span)]:
        others.append(Stretch(list(_runs(source, *span)), SCRIPT, *span))


def _attributes(source: str, place: int, others: list[Stretch]) -> int:
    """Read the values of a tag, from the end of its name. Returns where the tag ends."""
    while (found := _ATTRIBUTE.match(source, place)) is not None:
        if found["end"]:
            return found.end()
        if found["name"]:
            _name(source, found.span("name"), others)
        for quote in ("double", "single", "bare"):
            if found[quote]:
                start, end = found.span(quote)
                runs = list(_runs(source, start, end))
                others.append(Stretch(runs, ATTRIBUTE, start, end, found["name"].lower(), bare=quote == "bare"))
        if found.end() == place:
            return place + 1
        place = found.end()
    return len(source)


def _runs(source: str, start: int, end: int, references: re.Pattern[str] = _REFERENCE) -> Iterator[Run]:
    """The text between two places, each decoded reference as a run of its own.

    Line breaks of the source are spaces.
    """
    if start == end:
        return
    text = source[start:end]
    if "\n" in text or "\r" in text:
        text = text.replace("\n", " ").replace("\r", " ")
    if "&" not in text and "\\" not in text:
        yield Run(text, start)
        return
    place = 0
    for match in references.finditer(text):
        decoded = html.unescape(match[0]) if match[0][0] == "&" else _unescaped(match[0])
        if decoded == match[0]:
            continue
        # A name without a semicolon may be shorter than what was matched: "&copyright" is a sign and letters.
        length = len(match[0]) - _tail(match[0], decoded)
        yield Run(text[place : match.start()], start + place)
        written = match[0][:length]
        meant = html.unescape(written) if written[0] == "&" else decoded
        yield Run(meant, start + match.start(), length)
        place = match.start() + length
    yield Run(text[place:], start + place)


def escaped(source: str) -> Stretch:
    """Read a text as a script, in which characters may be written as escapes.

    Args:
        source: The text.

    Returns:
        All of it, escapes and references decoded.
    """
    return Stretch(list(_runs(source, 0, len(source), _ESCAPE)), SCRIPT, 0, len(source))


def _unescaped(written: str) -> str:
    """What an escape of a script stands for: a slash, a character, or a space."""
    return "/" if written == "\\/" else chr(int(written.lstrip("\\ux"), 16)) if written[1] in "ux" else " "


def _tail(written: str, decoded: str) -> int:
    """How many letters behind a reference do not belong to it."""
    if not written.startswith("&") or written.startswith("&#") or written.endswith(";"):
        return 0
    tail = 0
    while (
        tail < len(decoded)
        and decoded[-1 - tail] == written[-1 - tail]
        and html.unescape(written[: -1 - tail]) + written[-1 - tail :] == decoded
    ):
        tail += 1
    return tail


def within_link(source: str, target: Stretch, flow: Stretch) -> list[tuple[int, int]]:
    """Find the words of a link.

    Args:
        source: The document.
        target: The value of the link's `href`.
        flow: The first of the document's stretches.

    Returns:
        Starts and ends in the source, in order; white space alone is left out.
    """
    start = _attributes(source, target.end + (not target.bare), [])
    closed = _LINK_END.search(source, start)
    end = len(source) if closed is None else closed.start()
    places = ((run.start, run.start + (len(run.text) if run.length is None else run.length)) for run in flow.runs)
    words = [(max(first, start), min(last, end)) for first, last in places if first < end and last > start]
    return [(first, last) for first, last in words if source[first:last].strip()]


def edited(source: str, changes: list[tuple[int, int, str]]) -> str:
    """Replace parts of a document.

    Args:
        source: The document.
        changes: Start, end and replacement of each part; of two that overlap the first one counts, and covers both.

    Returns:
        The new document.
    """
    parts: list[str] = []
    place = 0
    for start, end, text in sorted(changes, key=lambda change: (change[0], -change[1])):
        if start < place:
            place = max(place, end)
            continue
        parts += [source[place:start], text]
        place = end
    return "".join([*parts, source[place:]])


def apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The same without overlaps: the first or longer of two grows to cover both.

    Args:
        found: Start, end and what stands in the place, in any order.

    Returns:
        The same in order.
    """
    apart: list[tuple[int, int, str]] = []
    for start, end, mark in sorted(found, key=lambda each: (each[0], -each[1])):
        if apart and start < apart[-1][1]:
            if end > apart[-1][1]:
                apart[-1] = apart[-1][0], end, apart[-1][2]
            continue
        apart.append((start, end, mark))
    return apart
