"""Accounts of authors where WordPress and themes write them. Pure.

In addresses of their pages, in classes and in data attributes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from presscorpus.privacy.addresses import Address

BASES: Final = (
    r"/(?:authors|writers?|contributors?|columnists?|journalist(?:a|e|en)?s?|bylines?|forums?/users|reda[ck]teure?s?"
    r"|aut(?:or(?:as?|en?|es|i)?|eure?s?)|avtor|forfatter|penulis|periodistas?|schrijver|skribenter?|verfasser"
    r"|yazar(?:lar)?)/"
)
"""A pattern of Rust's regex crate and of Python: what stands before the slug of an author's page of a theme."""

PAGE: Final = rf"{BASES}([^/?#\s]+)/?(?:[?#]|$)"
"""A pattern of Rust's regex crate and of Python: an address that may be an author's page of a theme."""

_PAGE: Final = re.compile(PAGE)
_AUTHOR: Final = re.compile(r"/author/([^/]+)")
_ACCOUNT: Final = re.compile(r"(?<!\S)(?P<mark>(?:[\w-]*[_-])?author[_-])?(?P<login>\S+)")


def is_byline(read: Address, logins: Container[str], hosts: Container[str]) -> bool:
    """Tell whether an address names an account.

    As the site's own page of an author, or by a login that is known.

    Args:
        read: The address in its parts.
        logins: The accounts of the site, folded.
        hosts: The site's own hosts, without `www.`.

    Returns:
        Whether it does.
    """
    own = not read.host or read.host.removeprefix("www.") in hosts
    named = [match[1] for match in _AUTHOR.finditer(read.path)]
    named += [value for name, value in read.query if name == "author_name"]
    page = _PAGE.search(read.path)
    # Other pages stand beside those of authors there ("/writers/guidelines/").
    return any(own or login in logins for login in named) or (page is not None and page[1] in logins)


def within(name: str, value: str, logins: Container[str]) -> Iterator[tuple[int, int]]:
    """Find the accounts in an attribute that themes write for an author.

    As `class="author-jdoe"` or `data-author="jdoe"`.

    Args:
        name: The name of the attribute.
        value: Its value, folded.
        logins: The accounts of the site, folded.

    Yields:
        Where each account begins and ends in the value.
    """
    if "author" not in name + value:
        return
    for match in _ACCOUNT.finditer(value):
        whole = name != "class" and "author" in name and match[0] == value
        if match["login"] in logins and (whole or match["mark"]):
            yield match.span("login")
