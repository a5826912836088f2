"""Excerpts that nobody wrote by hand, as WordPress cuts them from the content.

The steps are those of https://developer.wordpress.org/reference/functions/wp_trim_excerpt/: what stands before "more"
on the first page, without core's shortcodes and without blocks that are no text, rendered, stripped of its tags, and
cut behind 55 words. Sites in Chinese, Japanese or Thai count characters, by their translation of WordPress.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from presscorpus.content.rendering import blocks

_WORDS: Final = 55
_MORE: Final = " [&hellip;]"
_END: Final = re.compile(r"<!--(?:more.*?|nextpage)-->", re.DOTALL)
_SHORTCODE: Final = re.compile(
    r"\[(audio|caption|embed|gallery|playlist|video|wp_caption)(?=[\s\]/])[^\[\]]*\](?:(?:(?!\[/?\1\b).)*\[/\1\])?",
    re.DOTALL,
)
_UNSEEN: Final = re.compile(r"<(script|style)[^>]*?>.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<!--.*?-->|</?[A-Za-z!][^>]*>", re.DOTALL)
# https://developer.wordpress.org/reference/functions/excerpt_remove_blocks/
_TEXTS: Final = frozenset({
    None, "freeform", "heading", "html", "list", "media-text", "paragraph", "preformatted", "pullquote", "quote",
    "table", "verse",
})  # fmt: skip
_WRAPPERS: Final = frozenset({"columns", "column", "group"})
_DEEPEST: Final = 64


class _Block(NamedTuple):
    """A block: its name without `core/`, null for what stands between blocks.

    Its source, and the blocks in it.
    """

    name: str | None
    source: str
    inner: list[_Block]


def source_of(content: str) -> str:
    """Return the part of a content that its excerpt is cut from.

    Comments of blocks are left out.

    Args:
        content: The content as it is stored.

    Returns:
        Source, to be rendered.
    """
    begin = _SHORTCODE.sub("", _END.split(content, maxsplit=1)[0])
    if not blocks.has_blocks(begin):
        return begin
    return blocks.without_comments("".join(_texts(_parsed(begin)))).html


def cut(html: str) -> str:
    """Return the first words of a rendered content, as text with character references.

    Args:
        html: The rendered part.

    Returns:
        At most 55 words, and a sign behind them where there are more.
    """
    plain = _TAG.sub("", _UNSEEN.sub("", html.replace("]]>", "]]&gt;"))).strip(" \t\n\r\0\x0b")
    words = [word for word in re.split(r"[\n\r\t ]+", plain) if word]
    return " ".join(words[:_WORDS]) + (_MORE if len(words) > _WORDS else "")


def _texts(found: list[_Block]) -> list[str]:
    """The sources of blocks that are text."""
    kept: list[str] = []
    for block in found:
        if block.name in _WRAPPERS and block.inner:
            kept += _inner_texts(block)
        elif block.name in _TEXTS or block.name in _WRAPPERS:
            if any(inner.name not in _TEXTS or inner.inner for inner in block.inner):
                continue
            kept.append(block.source)
    return kept


def _inner_texts(wrapper: _Block) -> list[str]:
    kept: list[str] = []
    for inner in wrapper.inner:
        if inner.name in _TEXTS or inner.name in _WRAPPERS:
            kept += _inner_texts(inner) if inner.inner else [inner.source]
    return kept


def _parsed(source: str) -> list[_Block]:
    """The blocks of a content; what is not closed is a block to the end."""
    top = _Block(None, "", [])
    stack: list[tuple[_Block, int, str]] = [(top, 0, "")]
    end = 0
    for found in blocks.DELIMITER.finditer(source):
        name = found["name"].removeprefix("core/")
        if len(stack) == 1 and source[end : found.start()].strip():
            top.inner.append(_Block(None, source[end : found.start()], []))
        if found["end"]:
            if len(stack) > 1 and stack[-1][2] == name:
                block, start, _ = stack.pop()
                stack[-1][0].inner.append(_Block(name, source[start : found.end()], block.inner))
        elif found["alone"]:
            stack[-1][0].inner.append(_Block(name, found[0], []))
        elif len(stack) < _DEEPEST:
            stack.append((_Block(name, "", []), found.start(), name))
        end = found.end()
    while len(stack) > 1:
        block, start, name = stack.pop()
        stack[-1][0].inner.append(_Block(name, source[start:], block.inner))
        end = len(source)
    if source[end:].strip():
        top.inner.append(_Block(None, source[end:], []))
    return top.inner
