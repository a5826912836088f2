"""Blocks of the editor, as far as they are stored as HTML.

A block stands between comments: `<!-- wp:paragraph --> ... <!-- /wp:paragraph -->`. Static ones are their HTML; of
dynamic ones a program on the site makes the HTML, so that nothing or a part of it is stored.
https://developer.wordpress.org/block-editor/explanations/architecture/key-concepts/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# https://developer.wordpress.org/reference/classes/wp_block_parser/ : name, attributes, and "/" for one without HTML.
DELIMITER: Final = re.compile(
    r"<!--\s++(?P<end>/)?wp:(?P<name>[a-z][a-z0-9_-]*+(?:/[a-z][a-z0-9_-]*+)?)\s++"
    r"(?P<attributes>\{(?:(?!\}\s++/?-->).)*+\}\s++)?(?P<alone>/)?-->",
    re.DOTALL,
)
# A block that many posts share (https://wordpress.org/documentation/article/reusable-blocks/).
_SHARED: Final = re.compile(r'<!--\s+wp:(?:core/)?block\s+\{"ref":(\d{1,18})[^{}]*\}\s+/-->')
_NESTED: Final = 8
# Blocks of core that show nothing by themselves.
_SILENT: Final = frozenset({"more", "nextpage", "spacer", "separator", "missing", "footnotes"})


class Rendered(NamedTuple):
    """HTML without block comments.

    `dynamic` are names of blocks that it lacks, sorted.
    """

    html: str
    dynamic: tuple[str, ...] = ()


def has_blocks(source: str) -> bool:
    """Tell whether a post was written with the block editor."""
    return "<!-- wp:" in source


def with_shared(source: str, shared: Mapping[int, str]) -> str:
    """Return a content with its shared blocks in their places.

    Args:
        source: The content as it is stored.
        shared: The contents of shared blocks by their numbers.

    Returns:
        The content; a block that is not known stays, and so does one that contains itself.
    """
    for _ in range(_NESTED):
        filled = _SHARED.sub(lambda found: shared.get(int(found[1]), found[0]), source)
        if filled == source:
            break
        source = filled
    return source


def without_comments(source: str) -> Rendered:
    """Return the HTML of a post's blocks.

    Args:
        source: The content as it is stored.

    Returns:
        The HTML, and which blocks a program on the site would have to render.
    """
    dynamic: set[str] = set()

    def replaced(found: re.Match[str]) -> str:
        name = found["name"].removeprefix("core/")
        if found["alone"] and name not in _SILENT:
            dynamic.add(name)
        return ""

    html = DELIMITER.sub(replaced, source)
    return Rendered(html, tuple(sorted(dynamic)))
