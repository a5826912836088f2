"""From texts and tags to the text of `TEXT_RULE`, which `builder/html/__init__.py` writes down.

Each tag becomes a mark, a control character that no text holds; then the whole is put in order by a few replacements
over one string. Only what is rare costs a step of Python each: elements that are hidden, keep their white space, or
say in their style how they are displayed.
"""

from __future__ import annotations

import html as stdlib_html
import re
import unicodedata
from typing import Final

from builder.html.guard import VOID
from builder.html.links import CARRIERS
from builder.html.tree import attributes

# Marks. White space within preformatted text is written as three of them until all other white space is in order.
_BREAK, _CELL, _ROW_END, _LINK_END, _RANGE = "\x01", "\x02", "\x03", "\x04", "\x05"
_KEPT_SPACE, _KEPT_LINE, _KEPT_TAB = "\x06", "\x07", "\x08"
_NO_WORD: Final = " \n\t\r\f" + _BREAK + _CELL + _ROW_END + _LINK_END + _RANGE
_KEPT: Final = _KEPT_SPACE + _KEPT_LINE + _KEPT_TAB

# https://html.spec.whatwg.org/multipage/rendering.html#flow-content-3 and the sections after it; options as in
# https://html.spec.whatwg.org/multipage/dom.html#rendered-text-collection-steps.
_BLOCKS: Final = (
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol "
    "optgroup option p plaintext pre search section select summary table tbody tfoot thead tr ul xmp"
)
_PREFORMATTED: Final = ("listing", "pre", "textarea")
_UNSEEN_NAMES: Final = (
    "annotation annotation-xml audio canvas datalist desc dialog head metadata noembed noframes title video"
)
_INLINE: Final = (
    "a abbr acronym b bdi bdo big button cite code del dfn em embed font i iframe img input ins kbd label map mark "
    "meter noscript object output picture progress q rp rt ruby s samp script small source span strike strong style "
    "sub sup svg time track tt u var wbr"
)

_UNSEEN: Final = frozenset(_UNSEEN_NAMES.split())
_MARKS: Final[dict[str, str]] = (
    {f"{slash}{name}": "" for name in _INLINE.split() for slash in ("", "/")}
    | {f"{slash}{name}": _BREAK for name in _BLOCKS.split() for slash in ("", "/")}
    | dict.fromkeys(_UNSEEN, _RANGE)
    | {"pre": _BREAK + _RANGE, "listing": _BREAK + _RANGE, "textarea": _RANGE, "dialog": _BREAK + _RANGE}
    | {"br": _BREAK, "td": "", "th": "", "/td": _CELL, "/th": _CELL, "/tr": _ROW_END, "/a": _LINK_END}
)

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_CONTROL_SPACE: Final = re.compile("[\x0b\x1c-\x1f\x85]")
_LAST_CELLS: Final = re.compile(f"{_CELL}[ {_BREAK}]*{_ROW_END}")
_AROUND_CELL: Final = re.compile(f"[ {_BREAK}]*{_CELL}[ {_BREAK}]*")
_FLAT: Final = re.compile(f"[ \t\n\f\r\xa0\u2028\u2029{_BREAK}{_CELL}{_ROW_END}]+")
_DISPLAY: Final = re.compile(
    r"(?:^|;)\s*display\s*:\s*(none|contents|initial|unset|ruby|list-item|flow-root|run-in"
    r"|(?:-(?:webkit|moz|ms)-)?(?:inline|block|flex|flexbox|grid|table|box)[a-z-]*)"
    r"(?![\w-])([^;]*!\s*important)?"
)

# A name from the core, https://github.com/WordPress/wordpress-develop/blob/trunk/src/wp-includes/media.php, or anything
# that closes itself or carries an attribute. "[sic]" and "[1]" are none.
_SHORTCODE: Final = re.compile(
    r"\[(?:/[A-Za-z][\w-]*|(?:audio|caption|embed|gallery|playlist|video|wp_caption)\b[^\[\]]*"
    r"|[A-Za-z][\w-]*(?:\s[^\[\]]*)?\s[\w-]+=[^\[\]]+)\]"
)


class Flow:
    """The texts and tags of one post, on their way to a text.

    `tags` are the tags as the parser wrote them. `carriers` are the places, counted in tags, of those start tags that
    may carry a URL. `flags` are the flags found so far.
    """

    __slots__ = ("_parts", "_special", "carriers", "flags", "tags")

    def __init__(self, parts: list[str]) -> None:
        self.flags: set[str] = set()
        self.tags = tags = parts[1::2]
        self._parts = parts
        if not _printable("".join(parts[::2])):
            self._clean()
        self.carriers: list[int] = []
        self._special = False
        marks: list[str] = []
        known = _MARKS.get
        for place, tag in enumerate(tags):
            mark = known(tag)
            if mark is None:
                name, _, written = tag.partition(" ")
                mark = known(name, "")
                if name in CARRIERS or "//" in written or ('style="' in written and "(" in written):
                    self.carriers.append(place)
                if not self._special and ("style=" in written or "hidden=" in written):
                    self._special = "hidden=" in written or "display" in written.lower()
            marks.append(mark)
        parts[1::2] = marks

    def _clean(self) -> None:
        """Drop from the texts what would be taken for a mark; turn odd separators into spaces."""
        texts = self._parts[::2]
        if any(map(_CONTROL.search, texts)):
            self.flags.add("control_stripped")
        self._parts[::2] = map(_cleaned, texts)

    def within(self, place: int) -> str:
        """Text of the `a` whose start tag is at `place`, on one line, hidden words included; "" if it has none.

        To be asked for before `text`.
        """
        start = 2 * place + 2
        end = self._parts.index(_LINK_END, start)
        inner = self.tags[place + 1 : end // 2]
        if "a" in inner or any(tag.startswith("a ") for tag in inner):  # links nest across object, marquee, td
            end = 2 * _ends(self.tags)[place] + 1
        text = "".join(self._parts[start:end]).replace(_RANGE, "").replace(_LINK_END, "").replace("&nbsp;", " ")
        return _decoded(_FLAT.sub(" ", text).strip(" "))

    def text(self) -> str:
        """The whole text by the convention. Uses the flow up."""
        marked = "".join(self._parts)
        if self._special or _RANGE in marked:
            self._ranges()
            marked = "".join(self._parts).replace(_RANGE, "")
        marked = marked.replace(_LINK_END, "").replace("&nbsp;", " ").replace("\n", " ")
        for odd in "\t\r\f":
            if odd in marked:
                marked = marked.replace(odd, " ")
        while "  " in marked:
            marked = marked.replace("  ", " ")
        if _ROW_END in marked:
            marked = _AROUND_CELL.sub("\t", _LAST_CELLS.sub(_BREAK, marked).replace(_ROW_END, _BREAK))
        lines = [line for part in marked.split(_BREAK) if (line := part.strip(" ")) and not line.isspace()]
        if any(kept in marked for kept in _KEPT):
            lines = [_unkept(line) for line in lines if line.strip(_KEPT + " \t")]
        text = _decoded("\n".join(lines))
        if "[" in text and _SHORTCODE.search(text):
            self.flags.add("shortcode")
        return text

    def _ranges(self) -> None:
        """Blank what is hidden, keep white space where it is kept, and obey `display`."""
        parts, tags = self._parts, self.tags
        ends = _ends(tags)
        hidden_until = kept_until = -1
        for place, tag in enumerate(tags):
            end = ends[place]
            if place < hidden_until or end == place:
                continue
            name, _, written = tag.partition(" ")
            values = dict(attributes(tag)) if written else {}
            display = _display(values.get("style", ""))
            if _is_hidden(name, values, display):
                if name not in _UNSEEN and "".join(parts[2 * place + 2 : 2 * end + 1]).strip(_NO_WORD):
                    self.flags.add("hidden_text")
                parts[2 * place + 1 : 2 * end + 2] = [""] * (2 * (end - place) + 1)
                hidden_until = end
                continue
            if display:
                self._redisplay(place, end, display)
            if name in _PREFORMATTED and place >= kept_until:
                kept_until = end
                for text in range(2 * place + 2, 2 * end + 2, 2):
                    parts[text] = _kept(parts[text])

    def _redisplay(self, place: int, end: int, display: str) -> None:
        """Make an element a block or none, unless it is part of a table."""
        parts = self._parts
        closing = parts[2 * end + 1]
        if closing in (_CELL, _ROW_END) or display == "contents":
            return
        mark = "" if display in ("initial", "unset", "ruby") or "inline" in display else _BREAK
        parts[2 * place + 1] = mark
        parts[2 * end + 1] = mark + closing.replace(_BREAK, "")


def one_line(text: str) -> str:
    """Text without marks or escapes on one line: runs of spaces and line breaks are one space, as in the convention."""
    return _FLAT.sub(" ", text).strip(" ")


def decoded_line(escaped: str) -> str:
    """A string that holds no tag, on one line, its character references decoded, by the convention."""
    text = stdlib_html.unescape(escaped)
    if not _printable(text):
        text = _cleaned(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    return unicodedata.normalize("NFC", one_line(text))


def _printable(text: str) -> bool:
    """Whether a text is free of all that `_cleaned` would change; True for most, and cheap."""
    return text.replace("\n", " ").replace("\t", " ").isprintable()


def _cleaned(text: str) -> str:
    """Without controls and invisible characters that the convention drops; odd separators are spaces."""
    text = _CONTROL.sub("", _CONTROL_SPACE.sub(" ", text))
    return text.replace("\u2028", " ").replace("\u2029", " ").replace("\xad", "").replace("\ufeff", "")


def _decoded(text: str) -> str:
    """The lexbor serialiser's escapes undone, in NFC."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _kept(text: str) -> str:
    """Preformatted text with its white space as marks."""
    text = text.replace("&nbsp;", _KEPT_SPACE).replace(" ", _KEPT_SPACE).replace("\t", _KEPT_TAB)
    return text.replace("\r\n", _KEPT_LINE).replace("\r", _KEPT_LINE).replace("\n", _KEPT_LINE)


def _unkept(line: str) -> str:
    line = line.strip(_KEPT_LINE)
    return line.replace(_KEPT_SPACE, " ").replace(_KEPT_LINE, "\n").replace(_KEPT_TAB, "\t")


def _ends(tags: list[str]) -> list[int]:
    """For each start tag the place of its end tag; for end tags and void elements their own place."""
    ends = list(range(len(tags)))
    still_open: list[int] = []
    for place, tag in enumerate(tags):
        if tag.startswith("/"):
            if still_open and tag[1:] == tags[still_open[-1]].partition(" ")[0]:
                ends[still_open.pop()] = place
        elif tag.partition(" ")[0] not in VOID:
            still_open.append(place)
    return ends


def _display(style: str) -> str:
    """The `display` that a style attribute sets; "" for none."""
    found: list[tuple[str, str]] = _DISPLAY.findall(style.lower()) if style else []
    for value, important in reversed(found):
        if important:
            return value
    return found[-1][0] if found else ""


def _is_hidden(name: str, values: dict[str, str], display: str) -> bool:
    if name in _UNSEEN:
        return name != "dialog" or "open" not in values
    if display:
        return display == "none"
    return values.get("hidden", "until-found").lower() != "until-found"
