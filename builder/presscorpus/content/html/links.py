"""The URLs that a post's HTML carries, in attributes and in its text."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.content.html.captions import captions
from presscorpus.content.html.characters import one_line
from presscorpus.content.html.plain_urls import addresses, is_shown_by
from presscorpus.content.html.tree import attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.content.html.text import Flow

KINDS: Final = (
    "base",
    "citation",
    "data",
    "email",
    "email_protected",
    "embed",
    "form",
    "image",
    "link",
    "media",
    "phone",
    "resource",
    "style",
    "text",
)
"""What a URL is used for, a closed list, sorted.

base
    `base[href]`, against which browsers resolve all others.
citation
    `cite` of `blockquote`, `q`, `ins` and `del`: where the words come from.
data
    Any other `data-` attribute whose whole value is an http, https or protocol-relative URL: nothing says what for.
email
    An address to write to: `mailto:` in `a` or `area`.
email_protected
    An e-mail address that Cloudflare has veiled: `/cdn-cgi/l/email-protection` in a link, or `data-cfemail`, whose
    value is no URL. It is not decoded. One address is one row: within such a link nothing else counts as one,
    https://developers.cloudflare.com/waf/tools/scrape-shield/email-address-obfuscation/.
embed
    Another page or program shown within this one: `iframe`, `frame`, `embed`, `object`; the link within WordPress's
    `blockquote.wp-embedded-content`; and the bare address in `div.wp-block-embed__wrapper` that nothing was made of.
form
    Where a form is sent: `form[action]`, `formaction`.
image
    A picture: `img`, `picture > source`, `srcset`, `poster`, SVG `image`, and what lazy loading keeps ready.
link
    A hyperlink: `a`, `area`, `longdesc`.
media
    Sound, film or their subtitles: `video`, `audio`, `source`, `track`.
phone
    A number to call: `tel:`, `callto:` or `sms:` in `a` or `area`.
resource
    What the page is made with: `link`, `script`, SVG `use`.
style
    `url(...)` in a `style` attribute: mostly background pictures.
text
    An http or https address in the text (`content/html/plain_urls.py`), unless it stands in the link to itself.
"""

# https://html.spec.whatwg.org/multipage/indices.html#attributes-3, the attributes whose value is a URL.
URLS: Final[dict[tuple[str, str], str]] = {
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
SETS: Final = {("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")}

# Where plugins for lazy loading put what belongs into src and srcset; of the element's own kind, relative URLs too.
_LAZY: Final = ("data-src", "data-lazy-src", "data-original", "data-lazy")
_LAZY_SETS: Final = ("data-srcset", "data-lazy-srcset", "data-original-set")
for _element in ("audio", "embed", "iframe", "img", "source", "video"):
    URLS.update({(_element, _name): URLS[_element, "src"] for _name in _LAZY})
SETS.update((_element, _name) for _element in ("img", "source") for _name in _LAZY_SETS)

CARRIERS: Final = frozenset(element for element, _ in URLS | dict.fromkeys(SETS, ""))
"""Elements that have an attribute of their own for a URL."""

_OWN: Final = {name: {attribute: kind for (each, attribute), kind in URLS.items() if each == name} for name in CARRIERS}
_NONE: Final[dict[str, str]] = {}

PLAIN: Final = frozenset(("alt", "class", "decoding", "height", "id", "loading", "rel", "target", "title", "width"))
_WHOLE_URL: Final = re.compile(r"\s*(?:https?:)?//[^\s/][^\s]*\s*", re.IGNORECASE)
# https://drafts.csswg.org/css-syntax-3/#consume-url-token and #consume-escaped-code-point
_CSS_URL: Final = re.compile(
    r"""\burl\(\s*+(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|((?:[^\s"'()\\]|\\.)*+))\s*+\)""",
    re.IGNORECASE | re.DOTALL,
)
_CSS_ESCAPE: Final = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
_NO_PAGE: Final = re.compile(
    r"[\x00-\x20]*(?:(?P<email>mailto:)|(?P<phone>(?:callto|sms|tel):)"
    r"|(?P<email_protected>(?:https?://[^/?#]*)?/cdn-cgi/l/email-protection(?![^?#\s])))",
    re.IGNORECASE,
)
_EMBED: Final = "wp-embedded-content"  # https://developer.wordpress.org/reference/functions/get_post_embed_html/
CAPTIONED: Final = frozenset(("embed", "image", "media"))
_CANDIDATE: Final = re.compile(r"[ \t\n\f\r,]*+([^ \t\n\f\r]++)(?:[^,(]++|\([^)]*+\)?+)*+")


class Link(NamedTuple):
    """One URL in one post's content.

    Attributes:
        kind: One of `KINDS`.
        element: Name of the element in lower case; `#text` for a URL that is mere text.
        attribute: Name of its attribute in lower case; `#text` likewise.
        url: The attribute's value, character references decoded and otherwise as written, spaces around it included;
            for `srcset`, `style` and text the part of it that is the URL.
        text: The text of a link, hidden words included, and the `alt` of a picture or area, on one line by the text
            convention; None where there is none or nothing but spaces. Where a link stands in another, the outer one's
            text ends there.
        rel: That attribute as written, None where absent.
        caption: The caption of the figure around a picture, film or embedded page, on one line; None where there is
            none and for all other kinds.
    """

    kind: str
    element: str
    attribute: str
    url: str
    text: str | None
    rel: str | None
    caption: str | None = None


def found(flow: Flow) -> list[Link]:
    """Return every link of the content.

    Args:
        flow: A post's content, before its text is taken.

    Returns:
        Links in document order, within one element in the order its attributes are written.
    """
    carried = _carried(flow)
    texts = list(_bare(flow))
    if not texts:
        return [link for _, link in carried]
    # A text stands before the tag that follows it.
    placed = [((place, 0), link) for place, link in texts] + [((place, 1), link) for place, link in carried]
    return [link for _, link in sorted(placed, key=lambda one: one[0])]


def _carried(flow: Flow) -> list[tuple[int, Link]]:
    """Links that elements carry, each with the place of its tag."""
    links: list[tuple[int, Link]] = []
    captioned = captions(flow)
    veiled_until = embedded_until = -1
    for place in flow.carriers:
        tag = flow.tags[place]
        element = tag.partition(" ")[0]
        values = attributes(tag)
        urls = _urls(element, values)
        if place < veiled_until or len(urls) > 1:
            urls = _veiled_once(urls, within=place < veiled_until)
        if element == "blockquote" and place >= embedded_until and _EMBED in values.get("class", "").split():
            embedded_until = flow.tags.index("/blockquote", place)
        if not urls:
            continue
        text = one_line(values["alt"]) if "alt" in values else None
        if element == "a":
            text = flow.within(place)
            if urls[0][0] == "email_protected":
                veiled_until = flow.tags.index("/a", place)
            elif place < embedded_until:
                urls = [("embed" if kind == "link" else kind, attribute, url) for kind, attribute, url in urls]
        caption, rel = captioned.get(place), values.get("rel")
        for kind, attribute, url in urls:
            own = caption if kind in CAPTIONED else None
            links.append((place, Link(kind, element, attribute, url, text or None, rel, own)))
    return links


def _bare(flow: Flow) -> Iterator[tuple[int, Link]]:
    """Yield the URLs that are mere text, each with a place.

    It is that of the tag before which the text begins.
    """
    open_links: list[str] = []
    passed = 0
    for place, text in flow.runs():
        for tag in flow.tags[passed:place]:
            if tag == "a" or tag.startswith("a "):
                open_links.append(tag)
            elif tag == "/a" and open_links:
                open_links.pop()
        passed = place
        wrapped = place > 0 and "wp-block-embed__wrapper" in flow.tags[place - 1]
        href = attributes(open_links[-1]).get("href", "") if open_links else ""
        for url, cut in addresses(text):
            if not is_shown_by(url, cut, href):
                yield place, Link("embed" if wrapped else "text", "#text", "#text", url, None, None)


def _urls(element: str, values: dict[str, str]) -> list[tuple[str, str, str]]:
    """Kind, attribute and URL of each URL in a start tag."""
    urls: list[tuple[str, str, str]] = []
    own = _OWN.get(element, _NONE)
    for attribute, value in values.items():
        if kind := own.get(attribute):
            urls.append((_link_kind(value) if kind == "link" else kind, attribute, value))
        elif attribute not in PLAIN:
            urls += [(kind, attribute, url) for kind, url in _urls_in(element, attribute, value)]
    return urls


def _link_kind(url: str) -> str:
    if url.startswith(("http", "/")) and "cdn-cgi" not in url.lower():
        return "link"
    match = _NO_PAGE.match(url)
    return (match.lastgroup if match else None) or "link"


def _veiled_once(urls: list[tuple[str, str, str]], *, within: bool) -> list[tuple[str, str, str]]:
    """Leave out the second and further rows for one obfuscated e-mail address.

    `within` says that the link around has one.
    """
    kept: list[tuple[str, str, str]] = []
    for kind, attribute, url in urls:
        if kind != "email_protected" or not within:
            kept.append((kind, attribute, url))
        within = within or kind == "email_protected"
    return kept


def _urls_in(element: str, attribute: str, value: str) -> list[tuple[str, str]]:
    """Kind and URL of each URL in an attribute that is not a URL as such."""
    if (element, attribute) in SETS:
        return [("image", url) for url in candidates(value)]
    if attribute == "data-cfemail":
        return [("email_protected", value)] if value else []
    if attribute.startswith("data-"):
        return [("data", value)] if _WHOLE_URL.fullmatch(value) else []
    if attribute == "style":
        urls = [_CSS_ESCAPE.sub(_css_character, match[match.lastindex or 3]) for match in _CSS_URL.finditer(value)]
        return [("style", url) for url in urls if url]
    return []


def _css_character(escape: re.Match[str]) -> str:
    if escape[2]:
        return "" if escape[2] == "\n" else escape[2]
    number = int(escape[1], 16)
    is_none = number == 0 or number > sys.maxunicode or 0xD800 <= number < 0xE000  # noqa: PLR2004 - the surrogates
    return "\ufffd" if is_none else chr(number)


def candidates(srcset: str) -> Iterator[str]:
    """Yield the URLs of a `srcset`.

    https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute. A URL may hold commas but not end in
    one; a descriptor may hold commas within brackets.

    Args:
        srcset: The value of the attribute, character references decoded.

    Yields:
        URLs in order, those with descriptors that browsers do not accept included: the URL is there.
    """
    place = 0
    while match := _CANDIDATE.match(srcset, place):
        url = match[1]
        yield url.rstrip(",")
        # After a comma at its end there are no descriptors: the next candidate follows.
        place = match.end(1) if url.endswith(",") else match.end()
