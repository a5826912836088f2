"""Marks: control characters that stand for tags until a text is lines.

No text holds them. The whole is put in order by a few replacements over one string, by `TEXT_RULE`, which
`content/html/__init__.py` writes down.
"""

from __future__ import annotations

import re
from typing import Final

from presscorpus.content.html.characters import composed
from presscorpus.content.html.display import BEFORE_NO_TEXT, UNSEEN

# Marks. White space within preformatted text is written as three of them until all other white space is in order.
BREAK, CELL, ROW_END, LINK_END, RANGE = "\x01", "\x02", "\x03", "\x04", "\x05"
_KEPT_SPACE, _KEPT_LINE, _KEPT_TAB, ROW_START = "\x06", "\x07", "\x08", "\x0e"
NO_WORD: Final = " \n\t\r\f" + BREAK + CELL + ROW_START + ROW_END + LINK_END + RANGE
"""What stands in a text without words."""
_KEPT: Final = " " + CELL + _KEPT_SPACE + _KEPT_LINE + _KEPT_TAB

# https://html.spec.whatwg.org/multipage/rendering.html#flow-content-3 and the sections after it; options as in
# https://html.spec.whatwg.org/multipage/dom.html#rendered-text-collection-steps.
_BLOCKS: Final = (
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer foreignObject form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing "
    "main menu nav ol optgroup option p plaintext pre search section summary table tbody text tfoot thead tr ul xmp"
)
# The words of a formula, https://w3c.github.io/mathml-core/#token-elements.
_TOKENS: Final = "mi mn mo ms mtext"
_INLINE: Final = (
    "a abbr acronym b bdi bdo big button canvas cite code del dfn em embed font i iframe img input ins kbd label map "
    "mark noscript object output picture q rp rt ruby s samp script select small source span strike strong style sub "
    "sup svg time track tt u var wbr"
)

MARKS: Final[dict[str, str]] = (
    {f"{slash}{name}": "" for name in _INLINE.split() for slash in ("", "/")}
    | {f"{slash}{name}": BREAK for name in _BLOCKS.split() for slash in ("", "/")}
    | {f"{slash}{name}": " " for name in _TOKENS.split() for slash in ("", "/")}
    | dict.fromkeys(UNSEEN, RANGE)
    | {"pre": BREAK + RANGE, "listing": BREAK + RANGE, "textarea": RANGE, "dialog": BREAK + RANGE}
    | {"br": BREAK, "td": "", "th": "", "/td": CELL, "/th": CELL, "tr": ROW_START, "/tr": ROW_END, "/a": LINK_END}
)

_ROWS_IN_CELL: Final = re.compile(f"{ROW_END}+{CELL}")
_FLAT: Final = re.compile(f"[ \t\n\f\r\xa0\u2028\u2029{BREAK}{CELL}{ROW_START}{ROW_END}]+")


def in_order(marked: str) -> str:
    """Turn a marked text into lines by the convention.

    Args:
        marked: Escaped text with marks; those of links and ranges are taken out already.

    Returns:
        Decoded text in NFC, lines divided by line feeds, cells by tabs.
    """
    marked = marked.replace("&nbsp;", " ").replace("\n", " ")
    for odd in "\t\r\f":
        if odd in marked:
            marked = marked.replace(odd, " ")
    if ROW_END in marked:
        marked = _around_cells(marked).replace(CELL + ROW_END, ROW_END)
        # A row's end just before a cell's is that of a table within the cell.
        if ROW_END + CELL in marked:
            marked = _ROWS_IN_CELL.sub(CELL, marked)
        marked = marked.replace(ROW_END, BREAK).replace(ROW_START, BREAK)
    # Most spaces that follow each other stand around blocks, and are gone now.
    text = "\n".join(filter(None, map(str.strip, marked.split(BREAK))))
    while "  " in text:
        text = text.replace("  ", " ")
    if _KEPT_SPACE in text or _KEPT_LINE in text or _KEPT_TAB in text:
        text = "\n".join(_unkept(line) for line in text.split("\n") if line.strip(_KEPT))
    elif CELL in text:
        text = "\n".join(line for line in text.split("\n") if line.strip(_KEPT)).replace(CELL, "\t")
    return decoded(text)


def _around_cells(marked: str) -> str:
    """Drop spaces and line breaks around the ends of cells.

    Behind one a row can only begin within the next cell.
    """
    first, *others = marked.split(CELL)
    parts = [first, *(part.lstrip(f" {BREAK}{ROW_START}") for part in others)]
    return CELL.join([*(part.rstrip(f" {BREAK}") for part in parts[:-1]), parts[-1]])


def may_stand_behind(tag: str) -> bool:
    """Tell whether what follows a tag can be visible text.

    Args:
        tag: A tag from `tree.pieces`, without brackets.

    Returns:
        False between the parts of a table, where there is only white space, which is not shown.
    """
    return tag.partition(" ")[0] not in BEFORE_NO_TEXT


def flat(text: str) -> str:
    """Put a marked text on one line.

    Args:
        text: Escaped text; marks of blocks and cells count as white space.

    Returns:
        The line, still escaped.
    """
    if "&" not in text and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _FLAT.sub(" ", text.replace("&nbsp;", " ")).strip()


def decoded(text: str) -> str:
    """Undo the escapes of lexbor's serialiser in texts.

    Args:
        text: Text in which `&nbsp;` is replaced already.

    Returns:
        The text in NFC.
    """
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return composed(text)


def kept_space(text: str) -> str:
    """Write the white space of preformatted text as marks, so that it is kept.

    Args:
        text: Escaped text within `pre` or the like.

    Returns:
        The text with a mark for each space, tab and line end.
    """
    text = text.replace("&nbsp;", _KEPT_SPACE).replace(" ", _KEPT_SPACE).replace("\t", _KEPT_TAB)
    return text.replace("\r\n", _KEPT_LINE).replace("\r", _KEPT_LINE).replace("\n", _KEPT_LINE)


def _unkept(line: str) -> str:
    """A line with its marks as the white space they stand for."""
    line = line.strip(_KEPT_LINE)
    return line.replace(_KEPT_SPACE, " ").replace(_KEPT_LINE, "\n").replace(_KEPT_TAB, "\t").replace(CELL, "\t")
