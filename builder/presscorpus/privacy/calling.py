"""The addresses in a document that call a number. Pure.

Those of links, of JSON-LD, and of attributes of plugins.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final

from presscorpus.content import html
from presscorpus.content.urls import CALL_SCHEMES
from presscorpus.privacy import described, markup, plugin_data
from presscorpus.privacy.addresses import MISTYPED, SERVICES, TELEGRAM
from presscorpus.privacy.folding import Folded

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTS: Final = (*SERVICES, *TELEGRAM)
"""The ends of hosts of services that may make an address of a number."""

TOLD: Final = rf"(?i){re.escape(described.LINKED_DATA)}|{plugin_data.PHONE_SIGNS}"
"""A pattern of Rust's regex crate, which each document matches that `told` finds a number in."""

_SIGNS: Final = re.compile(
    f"{TOLD}|(?:{'|'.join(sorted(CALL_SCHEMES))}):|{'|'.join(map(re.escape, HOSTS))}|{MISTYPED.removeprefix('(?i)')}"
)
_PLUGINS: Final = re.compile(plugin_data.PHONE_SIGNS, re.IGNORECASE)


def within(source: str) -> Iterator[str]:
    """Yield the addresses of a document that may call a number.

    Args:
        source: HTML; of one that cannot be read only what its attributes and JSON-LD tell.

    Yields:
        The addresses of its links, which need not call, and what `told` yields.
    """
    if not _SIGNS.search(source):
        return
    with contextlib.suppress(html.Unreadable):
        yield from (link.url for link in html.read(source).links)
    yield from told(source)


def told(source: str) -> Iterator[str]:
    """Yield as addresses the numbers that no link of a document has.

    Args:
        source: HTML.

    Yields:
        One of the scheme `tel` for each number of JSON-LD, and of an attribute of a plugin.
    """
    yield from (f"tel:{each}" for each in described.telephones(source))
    for stretch in markup.stretches(source) if _PLUGINS.search(source) else ():
        if stretch.kind == markup.ATTRIBUTE:
            text = Folded(stretch.runs).text
            yield from (f"tel:{text[start:end]}" for start, end, _ in plugin_data.numbers(stretch.name, text))
