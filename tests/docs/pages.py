"""A page of the documentation as something to be run: its files, commands and programs, in order.

A fenced block of `console` is commands for a shell, one of `python` a program, one with a comment such as
`<!-- takedown.yaml -->` before it is that file, and with `<!-- params.yaml: dataset, sites -->` these parts of it.
Other blocks are to be read only, and hold no command of ours.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- (?P<file>[\w./-]+)(?P<parts>: [\w, ]+)? -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
RUN = frozenset({"console", "python"})


class Block(NamedTuple):
    """One fenced block: its language, its text, the file that it is, if any, its line and section in the page.

    `parts` are the keys of the file that it replaces; none where it is the whole of it. The section is the heading of
    the second level above it, empty before the first.
    """

    kind: str
    text: str
    file: str | None
    parts: tuple[str, ...]
    line: int
    section: str


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
            "".join(re.findall(r"^## (.+)$", text[: found.start()], re.MULTILINE)[-1:]),
        )
        for found in _BLOCK.finditer(text)
    ]


def commands(block: Block) -> Iterator[list[str]]:
    """Split the commands of a block into words, as a shell does; variables stay as they stand."""
    words: list[str] = []
    for line in block.text.replace("\\\n", " ").splitlines():
        read = shlex.shlex(line, posix=True, punctuation_chars=True)
        read.whitespace_split = True
        for word in [*read, ";"]:
            if word in {";", "|", "||", "&&", ">", "&"}:
                if words:
                    yield words
                words = []
            else:
                words.append(word)


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
