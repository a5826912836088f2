r"""The text and the links of a post's rendered HTML, from one parse.

The parser is lexbor, which builds the tree that browsers build, https://html.spec.whatwg.org/multipage/parsing.html,
for a fragment within a `div`, scripting off. Why it, and how the tree is read: docs/decisions/0004-html-and-urls.md.

The text convention, version `TEXT_RULE`
----------------------------------------
Compared with what Chromium shows, rule by rule: docs/decisions/0013-browser.md.

1. Every visible word stands once, in document order. Only character data is text: no attribute is (`alt`, `title`,
   `aria-label`, `value`, `data-*`).
2. A block begins and ends a line: headings, paragraphs, list items, captions, quotes, `summary`, options and the other
   elements that https://html.spec.whatwg.org/multipage/rendering.html displays as blocks; so do `br` and `hr`. A
   line ends in `\n`; none is blank, begins or ends with white space (but see 3 and 5). Inline elements, `button`,
   `wbr` and comments separate nothing. SVG's `text` and `foreignObject` are blocks; a formula of MathML stays in its
   line, its tokens (`mi`, `mn`, `mo`, `ms`, `mtext`) divided by spaces.
3. A table row is a line and `\t` stands between its cells, empty ones included. Blocks within a cell keep their line
   breaks, because whole articles stand in layout tables. A row of nothing but empty cells is no line.
4. Runs of space, tab, line break, form feed and U+00A0 are one space. So are U+000B, U+001C to U+001F, U+0085, U+2028
   and U+2029: a line of the text is a line for `str.splitlines` as well. Other spaces (U+202F, U+3000) stay.
5. In `pre`, `listing`, `xmp`, `plaintext` and `textarea` white space stays as written, blank lines inside them too.
6. Not text, because browsers do not show it: what is in `script`, `style`, `template`, `datalist`, `title`, `iframe`,
   `noembed`, `noframes`, in a `dialog` that is not open, in `video`, `audio`, `meter` and `progress` (fallbacks), in
   MathML annotations and SVG descriptions; and elements with `hidden` or with an inline style `display: none`, which
   set the flag `hidden_text`. Their links count.
7. Text, because a reader gets to see it: `noscript` and the fallback of `canvas` (scripting is off), a closed
   `details`, `hidden=until-found`, what a `textarea` holds, the fallback of `object`, and `rp`, whose brackets were
   written for plain text.
8. An inline style's `display` decides whether an element is a block, `inline-block` counting as inline; what stands
   directly in `flex` or `grid` is a block. It does not reach the parts of tables, nor options and, but for `contents`,
   paragraphs, which always stand on a line of their own. No other style does anything: not `visibility`,
   `white-space`, `text-transform`, `float`, nor any class.
9. Character references are decoded once: `&amp;amp;` is the text `&amp;`. Unrendered shortcodes stay as written, with
   the flag `shortcode`. Lone surrogates, and references to them, are U+FFFD. C0 and C1 controls that rule 4 does not
   name are dropped.
10. Soft hyphens (U+00AD) and U+FEFF are dropped: both are invisible and cut words in two for a machine. Joiners, ZWSP,
    RLM, LRM and bidi controls stay. The whole is in Unicode's NFC, https://www.unicode.org/reports/tr15/.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from presscorpus.content.html.characters import one_line, without_tags
from presscorpus.content.html.limits import MAX_CHARACTERS, MAX_DEPTH, Unreadable
from presscorpus.content.html.links import KINDS, Link, found
from presscorpus.content.html.shortcodes import without_shortcodes
from presscorpus.content.html.text import Flow
from presscorpus.content.html.tree import pieces

__all__ = [
    "FLAGS",
    "KINDS",
    "MAX_CHARACTERS",
    "TEXT_RULE",
    "Content",
    "Link",
    "Unreadable",
    "plain",
    "read",
    "without_shortcodes",
]

TEXT_RULE: Final = 2
"""Version of the text convention above. It rises when the same HTML would give another text."""

FLAGS: Final = ("control_stripped", "hidden_text", "shortcode", "surrogate_replaced")
"""Every flag that `read` can give, sorted.

control_stripped
    The text held control characters, which are dropped or, where they mean white space, became a space.
hidden_text
    Words were left out because `hidden` or `display: none` hides them.
shortcode
    The text holds what looks like a WordPress shortcode that no plugin rendered,
    https://developer.wordpress.org/plugins/shortcodes/.
surrogate_replaced
    The HTML held lone surrogates, which are no characters; each is U+FFFD.
"""


class Content(NamedTuple):
    """The text, links and flags of one HTML string.

    `text` follows the convention `TEXT_RULE`; "" where nothing is visible. `links` are in document order. `flags` are
    sorted codes out of `FLAGS`.
    """

    text: str
    links: list[Link]
    flags: tuple[str, ...]


def read(html: str, *, limit: int = MAX_CHARACTERS, depth: int = MAX_DEPTH) -> Content:
    """Return text, links and flags of one post's content, from one parse.

    Nothing of the tree stays alive.

    Args:
        html: The content as rendered.
        limit: The greatest length in characters.
        depth: How many elements may be open at once.

    Returns:
        The text by the convention `TEXT_RULE`, the links in document order, and the flags.

    Raises:
        Unreadable: The HTML is longer, deeper, or so built that parsing would not end in reasonable time.
    """
    parts, surrogates = pieces(html, limit, depth)
    flow = Flow(parts)
    links = found(flow)
    text = flow.text()
    if surrogates:
        flow.flags.add("surrogate_replaced")
    if "\x00" in html:  # the parser drops it unasked
        flow.flags.add("control_stripped")
    return Content(text, links, tuple(sorted(flow.flags)))


def plain(html: str, *, limit: int = MAX_CHARACTERS) -> str:
    """Return a title, an excerpt or a name as one line of text, by `TEXT_RULE`.

    Args:
        html: The field as rendered.
        limit: The greatest length in characters.

    Returns:
        The line; "" where nothing is visible.

    Raises:
        Unreadable: As in `read`.
    """
    if html.startswith("<p>") and html.count("<") == 2:  # noqa: PLR2004 - what an excerpt is: one paragraph
        inner = html.rstrip(" \n").removesuffix("</p>")
        if inner.count("<") == 1 and len(html) <= limit:
            return without_tags(inner[3:])
    if "<" in html or len(html) > limit:
        return one_line(Flow(pieces(html, limit)[0]).text())
    return without_tags(html)
