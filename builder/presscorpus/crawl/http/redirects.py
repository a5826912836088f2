"""Which redirects are followed: a few, in the site, to an address no less safe."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import httpx2

from presscorpus.errors import NetworkError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that lead to another address."""
_SCHEMES = frozenset({"http", "https"})
_ASCII = bytes(range(128)).decode()


class RedirectError(NetworkError):
    """A redirect that is not followed: a verdict on the address that gave it."""


def followed(base: str, location: str, seen: list[str], most: int, *, anywhere: bool = False) -> str:
    """The address that a redirect leads to (RFC 9110 section 10.2.2).

    Args:
        base: The address that redirects.
        location: Its Location header, a character for each byte. Bytes that are not ASCII are read as UTF-8, as
            browsers read them; those that are none are percent-encoded.
        seen: The addresses asked so far.
        most: The redirects allowed.
        anywhere: Whether another site may be meant: robots.txt may lie there (RFC 9309 section 2.3.1.2).

    Returns:
        The absolute address to ask next, without credentials and fragment.

    Raises:
        RedirectError: The redirect leads to no address, another scheme than http(s), from https to http, to another
            site, in a circle, or is one too many.
    """
    try:
        origin = httpx2.URL(base)
        target = origin.join(_read(location.encode("latin-1")))
    except (httpx2.InvalidURL, ValueError):
        raise RedirectError("redirects to something that is no address", where=base) from None
    what = f"{target.scheme}://{target.host}"
    if target.scheme not in _SCHEMES or (origin.scheme == "https" and target.scheme == "http"):
        raise RedirectError(f"redirects from {origin.scheme} to {what}, which is not safe to follow", where=base)
    same_port = origin.port == target.port or origin.scheme != target.scheme
    if not anywhere and not (akin(origin.host, target.host) and same_port):
        raise RedirectError(
            f"redirects to another site, {what}", where=base, advice="If that is the site meant, name its address."
        )
    plain = str(target.copy_with(userinfo=b"", fragment=None))
    if plain in seen:
        raise RedirectError("redirects in a circle", where=base)
    if len(seen) > most:
        raise RedirectError(f"redirects more than {most} times", where=base)
    return plain


def _read(location: bytes) -> str:
    try:
        return location.decode()
    except UnicodeDecodeError:
        return quote_from_bytes(location, safe=_ASCII)


def akin(one: str, other: str) -> bool:
    """Whether two hosts are one site: equal, or one below the other.

    Args:
        one: A host.
        other: Another one, such as www.example.org for example.org.

    Returns:
        Whether they are.
    """
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
