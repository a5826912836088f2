"""The total that a response advertises, as far as it can be one."""

from __future__ import annotations

from typing import Final

NAME: Final = "x-wp-total"
"""The header, in lower case. https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/"""

PAGES: Final = "x-wp-totalpages"
"""That of how many pages a list has."""

# No site has a thousand million items of one kind.
_DIGITS: Final = 9


def total_of(value: object) -> int | None:
    """Read the value of an X-WP-Total header.

    Args:
        value: A header as text, or the number or text in the headers of an envelope; null for none. A header that was
            sent twice has two values, with a comma between them.

    Returns:
        The total; null for no plausible number, and for two that differ.
    """
    texts = {text.strip() for text in str(value).split(",")}
    text = texts.pop()
    return int(text) if not texts and text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
