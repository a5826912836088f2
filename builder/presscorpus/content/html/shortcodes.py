"""Shortcodes that no plugin rendered and that therefore stand in the text.

https://developer.wordpress.org/plugins/shortcodes/
"""

from __future__ import annotations

import re
from typing import Final

# https://github.com/WordPress/wordpress-develop/blob/trunk/src/wp-includes/media.php
_CORE: Final = frozenset({"audio", "caption", "embed", "gallery", "playlist", "video", "wp_caption"})
# Text in brackets. Possessive quantifiers keep the search linear where a bracket does not close.
_BRACKETED: Final = re.compile(r"\[(?P<end>/?+)(?P<name>[A-Za-z][\w-]*+)(?P<rest>[^\[\]]*+)\]")
_ATTRIBUTE: Final = re.compile(r"\s[\w-]++=.", re.DOTALL)


def has_shortcode(text: str) -> bool:
    """Tell whether a text holds what looks like a shortcode.

    Args:
        text: Text by the convention.

    Returns:
        Whether anything in brackets has a name of the core, a name with an underscore, an attribute, or is the end of
        one. `[sic]`, `[1]` and `[Figure 2]` are words.

    """
    return any(map(_is_shortcode, _BRACKETED.finditer(text)))


def without_shortcodes(text: str) -> str:
    """Replace each shortcode by a space; what stands between two of them stays.

    Args:
        text: Text by the convention.

    Returns:
        The text without the brackets that `has_shortcode` would see and what is in them.
    """
    return _BRACKETED.sub(lambda found: " " if _is_shortcode(found) else found[0], text)


def _is_shortcode(found: re.Match[str]) -> bool:
    name, rest = found["name"], found["rest"]
    if found["end"]:
        return not rest
    if name.partition("-")[0] in _CORE:
        return True
    if "_" in name and rest[:1].strip("/ \t\n") == "":
        return True
    return rest[:1].isspace() and _ATTRIBUTE.search(rest) is not None
