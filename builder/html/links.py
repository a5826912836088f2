"""The URLs that a post's HTML carries, out of the start tags that may carry one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.html.characters import one_line
from builder.html.tree import attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.html.text import Flow

KINDS: Final = ("base", "citation", "data", "embed", "form", "image", "link", "media", "resource", "style")
"""What a URL is used for, a closed list, sorted.

base
    `base[href]`, against which browsers resolve all others.
citation
    `cite` of `blockquote`, `q`, `ins` and `del`: where the words come from.
data
    Any other `data-` attribute whose whole value is an http, https or protocol-relative URL: nothing says what for.
embed
    Another page or program shown within this one: `iframe`, `frame`, `embed`, `object`.
form
    Where a form is sent: `form[action]`, `formaction`.
image
    A picture: `img`, `picture > source`, `srcset`, `poster`, SVG `image`, and what lazy loading keeps ready.
link
    A hyperlink: `a`, `area`, `longdesc`.
media
    Sound, film or their subtitles: `video`, `audio`, `source`, `track`.
resource
    What the page is made with: `link`, `script`, SVG `use`.
style
    `url(...)` in a `style` attribute: mostly background pictures.
"""

# https://html.spec.whatwg.org/multipage/indices.html#attributes-3, the attributes whose value is a URL.
_URLS: Final[dict[tuple[str, str], str]] = {
    **{(name, "href"): "link" for name in ("a", "area")},
    **{(name, "cite"): "citation" for name in ("blockquote", "del", "ins", "q")},
    **{(name, "background"): "image" for name in ("body", "table", "tbody", "td", "tfoot", "th", "thead", "tr")},
    **{(name, "src"): "embed" for name in ("embed", "frame", "iframe")},
    **{(name, "src"): "media" for name in ("audio", "source", "track", "video")},
    **{(name, "formaction"): "form" for name in ("button", "input")},
    **{("image", name): "image" for name in ("href", "xlink:href")},
    **{("use", name): "resource" for name in ("href", "xlink:href")},
    ("a", "xlink:href"): "link",
    ("base", "href"): "base",
    ("form", "action"): "form",
    ("iframe", "longdesc"): "link",
    ("img", "longdesc"): "link",
    ("img", "src"): "image",
    ("input", "src"): "image",
    ("link", "href"): "resource",
    ("object", "data"): "embed",
    ("script", "src"): "resource",
    ("video", "poster"): "image",
}
_SETS: Final = {("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")}

# Where plugins for lazy loading put what belongs into src and srcset; of the element's own kind, relative URLs too.
_LAZY: Final = ("data-src", "data-lazy-src", "data-original", "data-lazy")
_LAZY_SETS: Final = ("data-srcset", "data-lazy-srcset", "data-original-set")
for _element in ("audio", "embed", "iframe", "img", "source", "video"):
    _URLS.update({(_element, _name): _URLS[_element, "src"] for _name in _LAZY})
_SETS.update((_element, _name) for _element in ("img", "source") for _name in _LAZY_SETS)

CARRIERS: Final = frozenset(element for element, _ in _URLS | dict.fromkeys(_SETS, ""))
"""Elements that have an attribute of their own for a URL."""

_PLAIN: Final = frozenset(("alt", "class", "decoding", "height", "id", "loading", "rel", "target", "title", "width"))
_WHOLE_URL: Final = re.compile(r"\s*(?:https?:)?//[^\s/][^\s]*\s*", re.IGNORECASE)
_CSS_URL: Final = re.compile(r"""\burl\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"'()]*))\s*\)""", re.IGNORECASE)
_CANDIDATE: Final = re.compile(r"[ \t\n\f\r,]*+([^ \t\n\f\r]++)(?:[^,(]++|\([^)]*+\)?+)*+")


class Link(NamedTuple):
    """One URL in one post's content.

    `kind` is one of `KINDS`. `element` and `attribute` name in lower case where it stands. `url` is the attribute's
    value, character references decoded and otherwise as written, spaces around it included; for `srcset` and `style`
    the part of it that is the URL. `text` is the text of a link, hidden words included, and the `alt` of a picture or
    area, on one line by the text convention; None where there is none or nothing but spaces. Where a link stands in
    another, the outer one's text ends there. `rel` is that attribute as written, None where absent.
    """

    kind: str
    element: str
    attribute: str
    url: str
    text: str | None
    rel: str | None


def found(flow: Flow) -> list[Link]:
    """Every link of the content, in document order, within one element in the order its attributes are written.

    URLs that are mere text are not among them.
    """
    links: list[Link] = []
    for place in flow.carriers:
        tag = flow.tags[place]
        element = tag.partition(" ")[0]
        values = attributes(tag)
        urls: list[tuple[str, str, str]] = []
        for attribute, value in values.items():
            if attribute in _PLAIN:
                continue
            kind = _URLS.get((element, attribute))
            if kind:
                urls.append((kind, attribute, value))
            else:
                urls += [(kind, attribute, url) for kind, url in _urls_in(element, attribute, value)]
        if urls:
            text = flow.within(place) if element == "a" else one_line(values["alt"]) if "alt" in values else None
            rel = values.get("rel")
            links += [Link(kind, element, attribute, url, text or None, rel) for kind, attribute, url in urls]
    return links


def _urls_in(element: str, attribute: str, value: str) -> list[tuple[str, str]]:
    """Kind and URL of each URL in an attribute that is not a URL as such."""
    if (element, attribute) in _SETS:
        return [("image", url) for url in candidates(value)]
    if attribute.startswith("data-"):
        return [("data", value)] if _WHOLE_URL.fullmatch(value) else []
    if attribute == "style":
        urls = [match[match.lastindex or 3] for match in _CSS_URL.finditer(value)]
        return [("style", url) for url in urls if url]
    return []


def candidates(srcset: str) -> Iterator[str]:
    """The URLs of a `srcset`, https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute.

    A URL may hold commas but not end in one; a descriptor may hold commas within brackets. Candidates with descriptors
    that browsers do not accept are given too: the URL is there.
    """
    place = 0
    while match := _CANDIDATE.match(srcset, place):
        url = match[1]
        yield url.rstrip(",")
        # After a comma at its end there are no descriptors: the next candidate follows.
        place = match.end(1) if url.endswith(",") else match.end()
