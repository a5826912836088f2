"""Text of unknown origin in Markdown: shown as it is, without effect as markup.

The dialect is CommonMark with the tables of GitHub (https://github.github.com/gfm/#tables-extension-).
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Characters that turn the direction of text (Unicode UAX 9, explicit formatting) and other invisible controls. Joiners
# and the simple marks stay: Uyghur and Persian need them.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
# An underscore inside a word emphasises nothing, and escaped it would break an address.
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")


def sound(text: str) -> str:
    """Replace lone surrogates, which no encoding can hold, by U+FFFD.

    Args:
        text: Any text.

    Returns:
        Text that can be encoded.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def line(text: str) -> str:
    """Write a text on one line.

    Args:
        text: Any text.

    Returns:
        The text with each run of white space as one space, and invisible controls as [U+202E].
    """
    visible = _HIDDEN.sub(lambda found: f" [U+{ord(found[0]):04X}] " if found[0] > "\x1f" else " ", sound(text))
    return " ".join(visible.split())


def escape(text: str) -> str:
    """Escape a text for a sentence or a table cell.

    It must not begin a paragraph, where "1." or "#" would mean something.

    Args:
        text: Any text.

    Returns:
        One line, which Markdown and HTML show as it is.
    """
    return _MARKUP.sub(r"\\\g<0>", html.escape(line(text), quote=False))


def code(text: str) -> str:
    """Write a text as an inline code span, for a sentence or a table cell.

    Args:
        text: Any text.

    Returns:
        One line; nothing for empty text.
    """
    shown = line(text)
    if not shown:
        return ""
    fence = "`" * (_longest(shown) + 1)
    room = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{room}{shown}{room}{fence}".replace("|", "\\|")


def block(text: str, language: str) -> str:
    """Write a text as a fenced code block.

    Args:
        text: Any text.
        language: That of the code, for highlighting.

    Returns:
        The block, with a line break at its end.
    """
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Write a table.

    Args:
        head: The titles of columns, as Markdown.
        rows: The cells, as Markdown.
        right: Indexes of the columns that are aligned to the right.

    Returns:
        Markdown lines.
    """
    to_the_right = set(right)
    rule = ["---:" if number in to_the_right else "---" for number in range(len(head))]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *rows))


def _longest(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
