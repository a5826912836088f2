"""Paragraphs and line breaks of posts that were written without them.

What WordPress keeps of the classic editor has blank lines where readers see paragraphs. The rules are those that
`wpautop` follows (https://developer.wordpress.org/reference/functions/wpautop/), written anew: the source is cut into
pieces at blank lines and around block-level tags, and each piece gets what it lacks.
"""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address|"
    "math|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details|"
    "menu|summary"
)
_BLOCK: Final = rf"</?(?:{_NAMES})[^>]*>"
_KEPT: Final = re.compile(r"<pre.*?</pre>", re.DOTALL)
_TAG: Final = re.compile(r"<(?:!--.*?(?:-->|\Z)|[^>]*>?)", re.DOTALL)
_BLOCK_AHEAD: Final = re.compile(rf"<p>\s*(?={_BLOCK})")
_BLOCK_BEHIND: Final = re.compile(rf"({_BLOCK})\s*</p>")
_TWO_BREAKS: Final = re.compile(r"<br\s*/?>\s*<br\s*/?>")
_BEFORE: Final = re.compile(rf"(?=<(?:{_NAMES})[\s/>])")
_BEHIND: Final = re.compile(rf"(</(?:{_NAMES})>|<hr\s*/?>)")
_LEADS: Final = re.compile(rf"\s*(?={_BLOCK})")
_QUOTED: Final = re.compile(r"<blockquote([^>]*)>", re.IGNORECASE)
_ENDS: Final = re.compile(rf"{_BLOCK}\s*\Z")
_UNCLOSED: Final = re.compile(r"([^<]+)(</(?:div|address|form)>)\Z")
# White space around these is no paragraph.
_TIGHT: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\s*<option", "<option"), (r"</option>\s*", "</option>"), (r"(<object[^>]*>)\s*", r"\1"),
        (r"\s*</object>", "</object>"), (r"\s*(</?(?:param|embed)[^>]*>)\s*", r"\1"),
        (r"([<\[](?:audio|video)[^>\]]*[>\]])\s*(?=<(?:source|track))", r"\1"),
        (r"\s*(<(?:source|track)[^>]*>)\s*", r"\1"),
        (r"\s*(<figcaption[^>]*>)", r"\1"), (r"</figcaption>\s*", "</figcaption>"),
    )
)  # fmt: skip
_ISLAND: Final = re.compile(r"<(script|style|svg).*?</\1>", re.DOTALL)
_NEWLINE: Final = re.compile(r"(?<!<br />)\s*\n")
_BREAK_BEHIND: Final = re.compile(rf"({_BLOCK})\s*<br />")
_BREAK_BEFORE: Final = re.compile(r"<br />(\s*</?(?:p|li|div|dl|dd|dt|th|pre|td|ul|ol)[^>]*>)")
# Stand-ins: a line end within a tag, one that is no break, and an element that is put back at the end.
_IN_TAG, _NO_BREAK, _AWAY = "\ue000", "\ue001", "\ue002"


def paragraphed(html: str) -> str:
    """Return HTML with the paragraphs and line breaks that its blank lines mean.

    Args:
        html: The source of a post, without block comments.

    Returns:
        HTML; "" for a source of white space.
    """
    if not html.strip():
        return ""
    away: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        away.append(found[0])
        return f"<pre {_AWAY}{len(away) - 1}></pre>"

    source = _KEPT.sub(put_away, html) + "\n"
    source = _BEHIND.sub("\\1\n\n", _BEFORE.sub("\n\n", _TWO_BREAKS.sub("\n\n", source)))
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source = _TAG.sub(lambda tag: tag[0].replace("\n", _IN_TAG), source)
    for pattern, replacement in _TIGHT:
        source = pattern.sub(replacement, source)
    pieces = [piece.strip("\n") for piece in re.split(r"\n\s*\n", source)]
    done = "".join(f"{_piece(piece)}\n" for piece in pieces if piece.strip())
    # A paragraph that only opens or only closes beside a block is none.
    done = _broken(_BLOCK_BEHIND.sub(r"\1", _BLOCK_AHEAD.sub("", done)))
    for place, element in enumerate(away):
        done = done.replace(f"<pre {_AWAY}{place}></pre>", element)
    return done.replace(_IN_TAG, "\n")


def _piece(piece: str) -> str:
    """A piece between two blank lines, as a paragraph or part of a block."""
    if lead := _LEADS.match(piece):
        inner = piece[lead.end() :]
        if (quote := _QUOTED.match(inner)) and (rest := inner[quote.end() :]).strip():
            start = _LEADS.match(rest)
            inner = f"{quote[0]}{rest.lstrip() if start else '<p>' + rest}"
        opened = inner
    elif (unclosed := _UNCLOSED.match(piece)) is not None:
        return f"<p>{unclosed[1]}</p>{unclosed[2]}"
    else:
        opened = f"<p>{piece}"
    if opened.endswith("</blockquote>") and not _ENDS.search(opened.removesuffix("</blockquote>")):
        return f"{opened.removesuffix('</blockquote>')}</p></blockquote>"
    if _ENDS.search(opened):
        return opened.rstrip()
    return opened if opened.startswith("<li") else f"{opened}</p>"


def _broken(html: str) -> str:
    """The line ends within paragraphs as breaks."""
    html = _ISLAND.sub(lambda island: island[0].replace("\n", _NO_BREAK), html)
    html = html.replace("<br>", "<br />").replace("<br/>", "<br />")
    html = _NEWLINE.sub("<br />\n", html).replace(_NO_BREAK, "\n")
    return re.sub(r"\n</p>\Z", "</p>", _BREAK_BEFORE.sub(r"\1", _BREAK_BEHIND.sub(r"\1", html)))
