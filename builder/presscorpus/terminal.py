"""Text for a terminal: nothing that a site or a file says can move the cursor or change a colour."""

from __future__ import annotations


def printable(text: str) -> str:
    """Escape every character that is not printable, but for line breaks.

    Args:
        text: Text of any origin, also of a library's message.

    Returns:
        The text with control, format and bidirectional characters written as Python escapes.
    """
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
