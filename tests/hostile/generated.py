"""Strategies: posts, terms, HTML and whole responses, from what WordPress sends to what nobody should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = st.one_of(
    st.integers(1, 9),
    st.sampled_from([0, -1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**400]),
    st.integers(),
    st.floats(),
)
LETTERS = st.text(st.characters(), max_size=12)
ODD = st.sampled_from(
    ["", " ", "\x00", "\ud800", "\udc00x", "\u202e", "\ufeff", "\x1b[2J", "../", "=1+1", "---\n", "!!a", "<", ">", "&", "]]>",
     "http://[", "//", "javascript:x", "data:,x", "\u00ad", "ئۇيغۇر", "漢字", "\U0010ffff", "a" * 300, "&#xD800;", "[x]", "\u0085"]
)  # fmt: skip
TEXT = st.lists(st.one_of(LETTERS, ODD), max_size=4).map("".join)
TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "b",
        "i",
        "a",
        "br",
        "hr",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "pre",
        "textarea",
        "script",
        "style",
        "template",
        "svg",
        "math",
        "noscript",
        "select",
        "option",
        "dialog",
        "details",
        "summary",
        "figure",
        "figcaption",
        "img",
        "iframe",
        "video",
        "source",
        "blockquote",
        "h1",
        "title",
        "plaintext",
        "xmp",
        "form",
        "button",
        "input",
    ]
)
ATTRIBUTES = st.sampled_from(
    ["href", "src", "srcset", "style", "hidden", "class", "title", "alt", "rel", "cite", "poster", "data", "hreflang",
     "onerror", "id", "data-cfemail", "open", "type"]
)  # fmt: skip
VALUES = st.one_of(
    TEXT, st.sampled_from(["display:none", "display: block", "a.jpg 1x, b.jpg 2x", "wp-caption", "url(x)", "7a1b"])
)


@st.composite
def html(draw: Callable[[Any], Any]) -> str:
    """HTML, more or less: tags opened, closed, crossed and cut, with anything in between."""
    parts: list[str] = []
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.integers(0, 9))
        if kind < 5:
            attributes = draw(st.lists(st.tuples(ATTRIBUTES, VALUES, st.sampled_from("\"' ")), max_size=3))
            written = "".join(f" {name}={quote}{value}{quote}" for name, value, quote in attributes)
            repeated = draw(st.sampled_from([1, 1, 1, 1, 2, 40]))
            parts.append(f"<{draw(TAGS)}{written}{draw(st.sampled_from(['>', '>', '>', '/>', '']))}" * repeated)
        elif kind < 7:
            parts.append(f"</{draw(TAGS)}>")
        else:
            parts.append(
                draw(st.one_of(TEXT, st.sampled_from(["<!--", "-->", "<![CDATA[", "<?x ", "<!doctype a>", "&amp;"])))
            )
    return "".join(parts)


RENDERED = st.one_of(
    st.none(), TEXT, html(), st.builds(lambda text: {"rendered": text}, st.one_of(st.none(), TEXT, html())),
    st.builds(lambda text: {"rendered": text, "protected": True}, TEXT), st.just([]), st.just({}),
)  # fmt: skip
TIMES = st.one_of(
    st.sampled_from(["2026-01-01T00:00:00", "0000-00-00T00:00:00", "-0001-11-30T00:00:00", "9999-12-31T23:59:59",
                     "2026-02-30T00:00:00", "0001-01-01T00:00:00", "2026-01-01T00:00:00Z", "2026-01-01"]),
    TEXT, st.none(), NUMBERS,
)  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda each: st.one_of(st.lists(each, max_size=3), st.dictionaries(TEXT, each, max_size=3)), max_leaves=8,
)  # fmt: skip
IDS = st.one_of(st.integers(1, 40), NUMBERS)
MANY_IDS = st.one_of(
    st.lists(st.integers(1, 9), max_size=4),
    st.lists(NUMBERS, max_size=3),
    st.none(),
    st.dictionaries(TEXT, NUMBERS, max_size=2),
)
RELATIONS = st.fixed_dictionaries({}, optional={
    "self": st.lists(st.fixed_dictionaries({"href": TEXT}), max_size=1),
    "version-history": st.lists(st.fixed_dictionaries({"count": NUMBERS}), max_size=2),
    "predecessor-version": st.lists(st.fixed_dictionaries({"id": NUMBERS}), max_size=2),
    "wp:term": st.lists(st.fixed_dictionaries({}, optional={"taxonomy": st.one_of(TEXT, st.just("category")),
                        "href": st.one_of(TEXT, st.just("https://x.example/wp-json/wp/v2/tags?post=1"))}), max_size=3),
})  # fmt: skip
LINKS = st.one_of(TEXT, st.none(), st.builds("https://www.example.org/{}".format, TEXT))
POSTS = st.fixed_dictionaries(
    {"id": IDS, "type": st.one_of(st.just("post"), st.just("page"), TEXT)},
    optional={
        "title": RENDERED, "content": RENDERED, "excerpt": RENDERED, "guid": RENDERED, "date": TIMES, "date_gmt": TIMES,
        "modified": TIMES, "modified_gmt": TIMES, "link": LINKS, "slug": st.one_of(TEXT, st.none()), "status": TEXT,
        "author": NUMBERS, "featured_media": NUMBERS, "parent": NUMBERS, "menu_order": NUMBERS, "categories": MANY_IDS,
        "tags": MANY_IDS, "class_list": st.one_of(st.lists(TEXT, max_size=4), st.dictionaries(TEXT, TEXT, max_size=3),
                                                 st.lists(st.builds("category-{}".format, TEXT), max_size=3)),
        "sticky": st.one_of(st.booleans(), NUMBERS), "format": TEXT, "template": TEXT, "meta": JSON, "acf": JSON,
        "lang": TEXT, "translations": JSON, "yoast_head_json": JSON, "_links": RELATIONS, "plugin": JSON,
    },
)  # fmt: skip
TERMS = st.fixed_dictionaries(
    {"id": IDS, "taxonomy": st.one_of(st.sampled_from(["category", "post_tag", "language"]), TEXT), "slug": st.one_of(TEXT, st.none())},
    optional={"name": TEXT, "parent": NUMBERS, "count": NUMBERS, "link": LINKS, "description": TEXT, "lang": JSON, "meta": JSON},
)  # fmt: skip
MEDIA = st.fixed_dictionaries(
    {"id": IDS, "source_url": LINKS},
    optional={"media_details": JSON, "caption": RENDERED, "title": RENDERED, "post": NUMBERS, "link": LINKS, "date_gmt": TIMES},
)  # fmt: skip
ITEMS = st.one_of(POSTS, POSTS, POSTS, TERMS, MEDIA, JSON)


def encoded(value: Any) -> bytes:
    """JSON as the lax would write it: lone surrogates escaped, NaN and infinities as words."""
    return json.dumps(value).encode()


@st.composite
def response(draw: Callable[[Any], Any]) -> bytes:
    """A body: a list or an object, damaged or not, with or without noise around it."""
    items = [encoded(item) for item in draw(st.lists(ITEMS, max_size=6))]
    joined = draw(st.sampled_from([b",", b",\n", b",,", b" "]) if draw(st.integers(0, 9)) == 0 else st.just(b","))
    body: bytes = b"[" + joined.join(items) + b"]"
    kind = draw(st.integers(0, 11))
    if kind == 0 and items:
        body = items[0]
    elif kind == 1:
        body = body[: draw(st.integers(0, len(body)))]
    elif kind == 2:
        place = draw(st.integers(0, len(body) - 1))
        body = body[:place] + draw(st.binary(min_size=1, max_size=3)) + body[place + 1 :]
    elif kind == 3:
        body = b"\xef\xbb\xbf<br />\n<b>Warning</b>: [x] {y}\n" + body + b"\n<!-- cached -->"
    elif kind == 4:
        body = b"{" + b",".join(b'"%d":' % n + item for n, item in enumerate(items)) + b"}"
    elif kind == 5:
        body = draw(st.binary(max_size=60))
    return body
