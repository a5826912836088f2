"""Section 10: shortcodes, and URLs by the current standard."""

from __future__ import annotations

from tests.inputs.case import Case
from tests.inputs.samples import post

_SHORTCODES = (
    "[cta_to_website]", "[newsletter_form]", "[vc_row]", "[vc_row][vc_column]x[/vc_column][/vc_row]",
    "as said [sic] in [1] and [Figure 2]",
)  # fmt: skip
_FLAGGED = [["shortcode"]] * 4 + [[]]


def _link(name: str, url: str, column: str, value: str | None) -> Case:
    """One link, and one column of its row."""
    return Case(
        10, name, {"posts.json": [post(1, f'<p><a href="{url}">x</a></p>')]}, cells={f"links.{column}": [value]}
    )


CASES = [
    Case(10, "shortcodes", {"posts.json": [post(number, f"<p>{each}</p>") for number, each in enumerate(_SHORTCODES, 1)]},
         rows={"posts": 5}, cells={"posts.flags": _FLAGGED}),
    _link("another's domain", "https://STRAẞE.de/", "host", "xn--strae-oqa.de"),
    _link("caret", "https://finance.example/quote/^GSPC", "resolved", "https://finance.example/quote/%5EGSPC"),
    _link("opaque, blank", "skype:valley ?call", "resolved", "skype:valley%20?call"),
    _link("ASCII host", "https://xn--zn7c.com/", "resolved", "https://xn--zn7c.com/"),
    _link("ASCII host, again", "https://xn--1ug.example/a", "resolved", "https://xn--1ug.example/a"),
    _link("letters that are nothing", "https://look\u206bout.net/", "host", "lookout.net"),
    _link("letters of another script", "https://Ӏ.com/", "host", "xn--s5a.com"),
    _link("control", "https://faß.de/", "host", "xn--fa-hia.de"),
]  # fmt: skip
