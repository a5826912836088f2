"""From text to HTML: everything that comes from a site is escaped here. Pure.

No other module writes such text into the page, and an address becomes a link only if it is one of the web. Such text
stands in an element of its own with `dir="auto"`. Characters that would reverse a line, end it or steer a terminal are
written as [U+202E]; the joiners and marks that Uyghur, Persian or Hebrew need are kept.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from presscorpus.content import dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# C0 and C1 controls but for white space, separators of lines, embeddings, overrides and isolates
# (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters), the byte order mark, lone surrogates.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

# Escaped bytes beyond ASCII.
_ESCAPED = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")


class Html(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


Value = str | int | float | None


def visible(text: str) -> str:
    """Write out characters that hide or move other text, as [U+202E].

    Args:
        text: Text from a site.

    Returns:
        The text without controls, line separators, bidirectional controls, byte order marks and lone surrogates.
    """
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def safe(text: str) -> str:
    """Escape a text for an HTML element or for an attribute in quotes.

    Args:
        text: Text from a site, or `Html`.

    Returns:
        HTML; `Html` is returned as it is.
    """
    return text if isinstance(text, Html) else escape(visible(text))


def code(text: str) -> Html:
    """Mark up a name or code, in the direction of its own letters.

    Args:
        text: Text from a site, or `Html`.

    Returns:
        A `code` element.
    """
    return Html(f'<code dir="auto">{safe(text)}</code>')


def long(text: str) -> Html:
    """Mark up a long text in a cell.

    Args:
        text: Text from a site, or `Html`.

    Returns:
        A `div` element, which the style of the page bounds.
    """
    return Html(f'<div class=long dir="auto">{safe(text)}</div>')


def prose(text: str) -> Html:
    """Mark up a sentence in which names stand between backticks.

    Args:
        text: A description from a schema or from the user.

    Returns:
        HTML with the names as `code` elements; with an odd number of backticks they stay as they are.
    """
    parts = safe(text).split("`")
    if len(parts) % 2 == 0:
        return Html("`".join(parts))
    return Html("".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)))


def link(address: str) -> Html:
    """Mark up an address: a link if it is one of the web, otherwise text.

    Args:
        address: An address as a site wrote it.

    Returns:
        HTML. The link tells its target nothing of this page (`REL`,
        https://html.spec.whatwg.org/multipage/links.html#link-type-noreferrer).
    """
    shown = f"<bdi>{safe(readable(address))}</bdi>"
    return Html(f'<a href="{safe(address)}" rel="{REL}">{shown}</a>' if is_web(address) else shown)


def readable(address: str) -> str:
    """Decode the letters of an address, as browsers show them.

    Args:
        address: An address as a site wrote it.

    Returns:
        The address with each run of escaped letters beyond ASCII as these letters; escapes of anything else, such as
        spaces, slashes or what is no UTF-8, stay.
    """
    return _ESCAPED.sub(_letters, address)


def _letters(found: re.Match[str]) -> str:
    decoded = unquote(found[0], errors="replace")
    return decoded if decoded.isprintable() and "\ufffd" not in decoded and visible(decoded) == decoded else found[0]


def moment(crawl: str) -> Html:
    """Mark up the moment that a crawl is named after, as people write it.

    Args:
        crawl: As 20261123T080000Z.

    Returns:
        A `span` element with the name of the crawl for whoever points at it.
    """
    return Html(f'<span class=moment title="{safe(crawl)}">{safe(dates.crawl(crawl))}</span>')


REL = "noopener nofollow noreferrer"


def is_web(address: str) -> bool:
    """Whether an address is one of http or https, with a host.

    Args:
        address: An address as a site wrote it.

    Returns:
        False also where the address holds a character that `visible` writes out.
    """
    if visible(address) != address:
        return False
    try:
        return urlsplit(address).scheme in {"http", "https"} and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def section(name: str, title: str, note: str, body: str) -> str:
    """Mark up a section of the page, which its table of contents names.

    Args:
        name: The id of the section, which links name.
        title: The heading, as text.
        note: A sentence below the heading, as text; empty for none.
        body: The rest, as HTML.

    Returns:
        A `section` element.
    """
    said = f'<p class=note dir="auto">{safe(note)}</p>\n' if note else ""
    return f'<section id="{name}" aria-labelledby="head-{name}">\n<h2 id="head-{name}">{safe(title)}</h2>\n{said}{body}\n</section>'  # noqa: E501


def table(name: str, caption: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Mark up a table that scrolls by itself, by keyboard too, on a narrow screen.

    Args:
        name: A name that no other table of the page has.
        caption: The caption, as text.
        head: The titles of columns, as text or `Html`.
        rows: As many cells as `head` has, each; numbers are written with separators, null as a dash.

    Returns:
        A `div` element.
    """
    cells = [list(row) for row in rows]
    numeric = {place for row in cells for place, cell in enumerate(row) if isinstance(cell, int | float)}
    kinds = [" class=number" if place in numeric else "" for place in range(len(head))]
    titles = "".join(
        f'<th scope=col{kind} dir="auto">{safe(title)}</th>' for title, kind in zip(head, kinds, strict=True)
    )
    lines = []
    for row in cells:
        first, *others = [f"{kind}{_inside(cell)}" for cell, kind in zip(row, kinds, strict=True)]
        lines.append(f"<tr><th scope=row{first}</th>{''.join(f'<td{other}</td>' for other in others)}</tr>")
    body = "\n".join(lines)
    return (
        f'<div class=scroll role=region tabindex=0 aria-labelledby="caption-{name}">\n'
        f'<table>\n<caption id="caption-{name}">{safe(caption)}</caption>\n'
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _inside(cell: Value) -> str:
    """The end of a cell's opening tag, and the content of the cell."""
    if isinstance(cell, Html):
        return f">{cell}"
    if isinstance(cell, str):
        return f' dir="auto">{safe(cell)}'
    return ">–" if cell is None else f">{cell:,}"
