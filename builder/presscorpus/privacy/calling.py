"""The addresses in a document that call a number. Pure.

Those of links, of JSON-LD, and of attributes of plugins.
"""

from __future__ import annotations

import contextlib
import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Final

from presscorpus.content import html
from presscorpus.content.urls import CALL_SCHEMES
from presscorpus.lazy import lazy
from presscorpus.privacy import described, markup, plugin_data
from presscorpus.privacy.addresses import MISTYPED, SERVICES, TELEGRAM
from presscorpus.privacy.folding import Folded
from presscorpus.privacy.rust_patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax import lexbor
else:
    lexbor = lazy("selectolax.lexbor")

HOSTS: Final = (*SERVICES, *TELEGRAM)
"""The ends of hosts of services that may make an address of a number."""

_LITERALS: Final = (
    described.LINKED_DATA, "data-number", "joinchat", "ht-ctc", "ht_ctc", "wa.me/", "whatsapp", "msisdn", "itemprop",
    *(f"{key}{sign}" for key in ("phone", "number", "tel", "fax") for sign in ("'", '"', "&quot;", "=", " =", "&#")),
    "[phone", "[tel", "[call", "tel;", "p-tel", "vcard", "phone:", "fax:", "tel:",
)  # fmt: skip
TOLD: Final = f"(?i){'|'.join(map(re.escape, _LITERALS))}"
"""A pattern of Rust's regex crate, which each document matches that `told` finds a number in."""

_SIGNS: Final = (
    f"{TOLD}|(?:{'|'.join(sorted(CALL_SCHEMES))}):|{'|'.join(map(re.escape, HOSTS))}|{MISTYPED.removeprefix('(?i)')}"
)
_PLUGINS: Final = re.compile(plugin_data.PHONE_SIGNS)
_NUMBER: Final = r"\+?[0-9(][0-9 ()./-]{5,20}[0-9]"
# In JSON of scripts and comments, in shortcodes and in vCards, by what each begins with.
_BEHIND: Final = rf"(?:[_-]?number)?[\"']? ?[:=] ?[\[\"']{{1,2}}({_NUMBER})"
_WRITTEN: Final = {
    **{key: rf"{key}(?<![a-z0-9]{key}){_BEHIND}" for key in ("telephone", "phone", "tel", "whatsapp", "msisdn", "fax")},
    **{f"[{key}": rf"\[{key}[^\[\]]{{0,80}} number{_BEHIND}" for key in ("phone", "tel", "whatsapp", "call")},
    "tel;": rf"tel;[^:\s]{{1,60}}:({_NUMBER})",
}
# In scripts and texts.
_ADDRESS: Final = {
    **{host: rf"{re.escape(host)}/[^\s\"'<>\\]{{1,200}}" for host in HOSTS},
    **{f"{scheme}:": f"{scheme}:{_NUMBER}" for scheme in ("tel", "callto", "sms", "smsto")},
}
# Microdata and hCards.
_SIGNS_OF_CARDS: Final = ("itemprop", "vcard", "p-tel")
_CARDS: Final = '[itemprop~="telephone"], [itemprop~="faxNumber"], .vcard .tel, .p-tel'
_IN_TEXT: Final = re.compile(_NUMBER)
_MOST: Final = 1000
_LONGEST: Final = 200


def within(source: str) -> Iterator[str]:
    """Yield the addresses of a document that may call a number.

    Args:
        source: HTML; of one that cannot be read only what its attributes and JSON-LD tell.

    Yields:
        The addresses of its links, which need not call, and what `told` yields.
    """
    if not matches(_SIGNS, source):
        return
    with contextlib.suppress(html.Unreadable):
        yield from (link.url for link in html.read(source).links)
    yield from told(source)


def told(source: str) -> Iterator[str]:
    """Yield as addresses the numbers that no link of a document has.

    Args:
        source: HTML.

    Yields:
        One of the scheme `tel` for each number of JSON-LD, microdata, an hCard, an attribute of a plugin, a shortcode,
        or a key in a script; and what calls a number in a script or a text.
    """
    yield from (f"tel:{each}" for each in described.telephones(source))
    plain = unescape(source).lower()
    yield from (f"tel:{each}" for sign, form in _WRITTEN.items() if sign in plain for each in re.findall(form, plain))
    for sign, form in _ADDRESS.items():
        found = re.findall(form, plain) if sign in plain else ()
        yield from (each if sign.endswith(":") else f"//{each}" for each in found)
    for stretch in markup.stretches(source) if "data-" in plain and _PLUGINS.search(plain) else ():
        if stretch.kind == markup.ATTRIBUTE:
            text = Folded(stretch.runs).text
            yield from (f"tel:{text[start:end]}" for start, end, _ in plugin_data.numbers(stretch.name, text))
    yield from _on_cards(source) if any(sign in plain for sign in _SIGNS_OF_CARDS) else ()


def _on_cards(source: str) -> Iterator[str]:
    """The numbers of elements that say by property or class that they are one."""
    for node in islice(lexbor.LexborHTMLParser(source).css(_CARDS), _MOST):
        written = node.attributes.get("content") or node.text()
        yield from (f"tel:{each}" for each in _IN_TEXT.findall(written[:_LONGEST]))
