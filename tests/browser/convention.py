"""The browser's `innerText` brought into the form of the text convention (`builder/presscorpus/content/html/__init__.py`).

`as_convention` is all that stands between the two. What `innerText` leaves out, though a reader gets to see it, and what
a string of it cannot tell, the script `LOOK` changes in the page before it asks a second time, each change under its
name in `STEPS`. Why each: docs/decisions/0013-browser.md.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

BASE: Final = "https://site.example/2024/post/"
# The content stands in `body` and nothing follows: a `</div>` too many closes nothing, as in the parser's fragment, and
# an element that swallows the rest finds none.
PAGE: Final = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src-attr 'unsafe-inline'\">"
    f'<base href="{BASE}"></head><body>'
)
LOOK: Final = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
STEPS: Final = ("cells", "details", "edges", "found", "math", "preformatted", "rp", "styles", "textarea")
"""Every change that `LOOK` makes before it reads again, sorted."""

_SPACES: Final = re.compile("[ \f\r\v\x1c-\x1f\x85\xa0\u2028\u2029]+")
_DROPPED: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\ufeff]")
_KEPT: Final = {"\ue002": " ", "\ue003": "\n", "\ue004": "\t"}


_DENSITIES: Final = (1, 2, 3)
_SIZES: Final = [f"{10 * 1.25**step:.0f}px" for step in range(30)]
_PUT: Final = """
document.body.replaceChildren(...arguments[0].flatMap(srcset => arguments[1].map(sizes => {
  const image = document.createElement("img");
  image.sizes = sizes;
  image.srcset = srcset;
  return image;
})));
"""
_PICKED: Final = """
const urls = [...document.images].map(image => image.currentSrc);
return Array.from({ length: urls.length / arguments[0] }, (_, i) => urls.slice(i * arguments[0], (i + 1) * arguments[0]));
"""


# An object that loads nothing comes to its fallback some time after its box was first laid out. No document here has one
# that loads (`PAGE` forbids it), so it is settled when an element within it has a box.
_SETTLED: Final = """
return [...document.querySelectorAll("object")].every(object => {
  const probe = object.appendChild(document.createElement("span"));
  const settled = probe.checkVisibility() || !object.checkVisibility();
  probe.remove();
  return settled;
});
"""


class Seen(NamedTuple):
    """What the browser says of one document.

    `shown` is `innerText` as it is, `revealed` the same after the changes named in `steps`. `urls` are the URLs that
    elements carry, resolved by the browser, `srcsets` the values of that attribute.
    """

    shown: str
    revealed: str
    steps: list[str]
    urls: list[str]
    srcsets: list[str]


def look(browser: Browser, html: str) -> Seen:
    """Show a document and ask for everything."""
    browser.show(PAGE + html)
    settle(browser, html)
    said = browser.ask(LOOK)
    settle(browser, html)
    return Seen(**said, revealed=browser.ask("return document.body.innerText"))


def settle(browser: Browser, html: str) -> None:
    """Wait until what a document's objects hold is laid out."""
    if "<object" in html.lower():
        browser.wait(_SETTLED)


def chosen(browser: Browser, srcsets: list[str]) -> list[set[str]]:
    """For each `srcset` all URLs that the browser picks from it, on screens and in places of many sizes.

    The browser parses it but shows only its choice, https://html.spec.whatwg.org/multipage/images.html#select-an-image-source.
    """
    picked: list[set[str]] = [set() for _ in srcsets]
    browser.show(PAGE)
    for density in _DENSITIES:
        screen = {"width": 1000, "height": 800, "deviceScaleFactor": density, "mobile": False}
        browser.command("Emulation.setDeviceMetricsOverride", **screen)
        browser.ask(_PUT, srcsets, _SIZES)
        for urls, more in zip(picked, browser.ask(_PICKED, len(_SIZES)), strict=True):
            urls.update(more)
    browser.command("Emulation.clearDeviceMetricsOverride")
    return picked


def as_convention(text: str) -> str:
    """What `innerText` gives, as the convention writes it.

    Private characters, set by the script alone, are the borders of cells and white space that is to be kept.
    """
    text = _SPACES.sub(" ", _DROPPED.sub("", text))
    # A block within a cell has no line break to the cell's border.
    text = re.sub("[ \n]*\ue001\t", "\t", text)
    text = re.sub("[ \n]*\ue001|\ue000[ \n]*", "", text)
    lines = (re.sub(r"^[^\S\t]+|[^\S\t]+$", "", line).strip("\ue003") for line in text.split("\n"))
    text = "\n".join(line for line in lines if line.strip(" \t\ue002\ue003\ue004"))
    for mark, space in _KEPT.items():
        text = text.replace(mark, space)
    return unicodedata.normalize("NFC", text)
