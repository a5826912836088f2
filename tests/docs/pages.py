"""A page of the documentation as something to be run: its files, commands and programs, in order.

A fenced block of `console` is commands for a shell, one of `python` a program, one with a comment such as
`<!-- takedown.yaml -->` before it is that file, and with `<!-- params.yaml: dataset, sites -->` these parts of it.
Other blocks are to be read only, and hold no command of ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- (?P<file>[\w./-]+)(?P<parts>: [\w, ]+)? -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN = frozenset({"console", "python"})


class Block(NamedTuple):
    """One fenced block: its language, its text, the file that it is, if any, and its line in the page.

    `parts` are the keys of the file that it replaces; none where it is the whole of it.
    """

    kind: str
    text: str
    file: str | None
    parts: tuple[str, ...]
    line: int


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found["kind"],
            found["text"],
            found["file"],
            tuple(re.findall(r"\w+", found["parts"] or "")),
            text.count("\n", 0, found.start("text")),
        )
        for found in _BLOCK.finditer(text)
    ]


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
