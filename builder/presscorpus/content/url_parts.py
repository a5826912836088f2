"""Addresses cut into their parts, whoever wrote them."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def parts_of(address: str) -> SplitResult | None:
    """Cut an address into its parts, as they are written.

    `content/urls.py` says what an address means to a browser; here nothing is resolved, so that the parts can be looked
    for in what was written.

    Args:
        address: Any text.

    Returns:
        Its parts; null where `urlsplit` cannot tell the host, as in `http://[x/`.
    """
    try:
        return urlsplit(address)
    except ValueError:
        return None
