"""Documents of every sort that a post's content may be, well-formed and not, for hypothesis to put together."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

WORDS: Final = st.sampled_from(
    [
        "word, two words",
        "x",
        "İstanbul’da",
        "ئۇيغۇر خەلقى",
        "维吾尔族",
        "می\u200cخواهم",
        "Ünïcödé",
        "étude",
        "co&shy;ope\xadrate",
        "a&nbsp;b",
        "\xa0",
        "&amp;",
        "&lt;b&gt;",
        "&amp;amp;",
        "&copy;2024",
        "&#8217;s",
        "&notit;",
        "&#x80;",
        "\u202bرتل\u202c",
        "\u200fa\u200e",
        "\u3000全角",
        "a\u202f%",
        "\ufeffbom",
        "zero\u200bwidth",
        "👩\u200d👩\u200d👧",
        "[gallery ids='1']",
        "see https://t.example/a?b=1.",
        "1 < 2 > 0",
        "\n",
        "\n\t ",
        "  spaced   out  ",
        "end.",
        "a\u2028b",
        "ctrl\x0b&#7;x",
    ]
)
URLS: Final = st.sampled_from(
    [
        "https://news.example/a/b?c=1&amp;d=2#e",
        "/p/1/",
        "../up/",
        "page.html",
        "?p=7",
        "#top",
        "//cdn.example/x.png",
        "HTTP://Müller.Example:80/ä b",
        "mailto:a@b.example",
        "tel:+1 23",
        "javascript:void(0)",
        "https://مثال.example/ئۇيغۇر",
        "data:image/gif;base64,R0lGOD==",
        " https://space.example/ ",
        "https://x.example/%zz%41",
        "\\\\back\\slash",
        "https://bad host/",
        "https:rel",
        "ftp://f.example/x",
    ]
)
_PLAIN_URLS: Final = st.sampled_from(["/img/a.png", "https://cdn.example/b,c.jpg", "../d(1).webp?x=y", "é.png"])


_INLINE_FORMS: Final = [
    "<bdo dir=rtl>{}</bdo>",
    "<button>{}</button> ".replace("{}", "push<b>{}</b>ed"),
    "<span hidden>{}</span>",
    "<span style='display:none'>{}</span>",
    "<span style='display:block'>{}</span>",
    "<b style='display:inline-block'>(</b>{}",
    "<span style='display: contents'>{}</span>",
    " <span style='visibility:hidden'>{}</span> ",
    "<span style='white-space:pre-line'>{}</span>",
    "<noscript>{}</noscript>",
    "<canvas>{}</canvas>",
]
_LEAF_FORMS: Final = [
    "<br>",
    "<br><br>",
    "<wbr>",
    "<!-- no text -->",
    "<script>document.body.append('no text')</script>",
    "<style>p { display: none }</style>",
    "<template>no text</template>",
    "<input value='no text'>",
    "<meter value=1>no text</meter>",
    "<progress>no text</progress>",
    "<select><option>one<option>two</select>",
    "<select><optgroup label='no text'><option>three</optgroup></select>",
    "<datalist><option>no text</datalist>",
    " <textarea>written\n  here</textarea> ",
    " <math><mi>alpha</mi><mo>=</mo><mfrac><mn>12</mn><mtext>b c</mtext></mfrac></math> ",
    "<ruby>漢<rt>kan</rt></ruby>",
    "<svg><text>one</text><text>two<tspan>three</tspan></text><desc>no text</desc></svg>",
]
_BLOCK_FORMS: Final = [
    "<ul><li>{}</li>\n<li>second<ol><li>nested</ol></ul>",
    "<ol reversed><li>one<li>{}</ol>",
    "<dl><dt>term<dd>{}</dl>",
    "<figure>{}<figcaption>caption</figcaption></figure>",
    " <details><summary>summary</summary>{}</details> ",
    "<details open><summary>summary</summary>{}</details>",
    "<hr><div hidden=until-found>{}</div><hr>",
    "<dialog>{}</dialog>",
    "<dialog open>{}</dialog>",
    "<noscript><p>{}</p></noscript>",
    "<hr>{}<hr>",
    "<pre>\n  kept   white\n\n\tspace {}\n</pre>",
    "<pre class=wp-block-code><code>if (a &lt; b) {\n    return;  }</code></pre>{}",
    "<table><tr><td>outer<td><table><tr><td>{}<td>inner</table><td></table>",
    "<table>fostered<tr><td>{}</table>",
    "<svg><foreignObject><p>{}</p></foreignObject></svg>",
]


def _tag(names: str, attributes: str = "") -> st.SearchStrategy[str]:
    return st.sampled_from([f"<{name}{attributes}>{{}}</{name}>" for name in names.split()])


def _filled(frames: st.SearchStrategy[str], content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda frame, inner: frame.replace("{}", inner), frames, content)


def _joined(parts: st.SearchStrategy[str], most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=least, max_size=most).map("".join)


_SRCSETS: Final = st.one_of(
    st.lists(_PLAIN_URLS, min_size=1, max_size=4, unique=True).map(
        lambda urls: ", ".join(f"{url} {width}w" for url, width in zip(urls, (300, 768, 1024, 2048), strict=False))
    ),
    st.lists(_PLAIN_URLS, min_size=1, max_size=3, unique=True).map(
        lambda urls: ",".join(f"{url} {density}x" for url, density in zip(urls, (1, 2, 3), strict=False))
    ),
    _PLAIN_URLS,
)
_CARRIERS: Final = st.one_of(
    st.builds("<img src='{}' alt='no text'>".format, URLS),
    st.builds("<img srcset='{}' src='{}' sizes=100vw alt=x>".format, _SRCSETS, URLS),
    st.builds("<picture><source srcset='{}'><img src='{}'></picture>".format, _SRCSETS, URLS),
    st.builds("<map><area href='{}'></map>".format, URLS),
    st.builds("<iframe src='{}'><p>no text</p></iframe><embed src='{}'>".format, URLS, URLS),
    st.builds("<object data='{}'>fallback</object>".format, URLS),
    st.builds("<video src='{}' poster='{}'><track src='{}'>no text</video>".format, URLS, URLS, URLS),
    st.builds("<audio><source src='{}'>no text</audio>".format, URLS),
    st.builds("<q cite='{}'>quoted</q><ins cite='{}'>new</ins><del cite='{}'>old</del>".format, URLS, URLS, URLS),
    st.builds("<span style='color:red;background:#fff url(\"{}\") no-repeat'>styled</span>".format, URLS),
    st.builds("<input type=image src='{}' formaction='{}'>".format, URLS, URLS),
    st.builds(
        "<svg><image href='{}' /><a href='{}'><text>drawn</text></a><title>no text</title></svg>".format, URLS, URLS
    ),
)
_INLINE_FRAMES: Final = st.one_of(
    _tag("b strong i em u s span small sub sup code kbd mark font bdi abbr cite time label nobr unknown-x"),
    st.builds("<a href='{}'>{{}}</a>".format, URLS.map(lambda url: url.replace("{", ""))),
    st.sampled_from(_INLINE_FORMS),
)
_LEAVES: Final = st.one_of(
    WORDS,
    WORDS,
    WORDS,
    _CARRIERS,
    st.sampled_from(_LEAF_FORMS),
)
_INLINE: Final = st.recursive(_LEAVES, lambda inner: _filled(_INLINE_FRAMES, _joined(inner, 4)), max_leaves=6)
_PHRASES: Final[st.SearchStrategy[str]] = st.deferred(lambda: _joined(_INLINE, 4))
_CELLS: Final = st.one_of(
    st.just(""), _PHRASES, _PHRASES.map("<p>{}</p>\n<p>second</p>".format), _PHRASES.map("<ul><li>{}</ul>".format)
)


def _table(rows: list[list[str]], caption: str, head: str) -> str:
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>\n" for cell in row) + "</tr>" for row in rows)
    return f"<table>\n<caption>{caption}</caption><thead><tr><th>{head}<th>H</thead>\n<tbody>{body}</tbody></table>"


_BLOCK_FRAMES: Final = st.one_of(
    _tag("p div h1 h2 h3 h6 section article aside header footer main nav address center hgroup search form fieldset"),
    _tag("figure", " class=wp-block-image"),
    _tag("div", " style='display:flex'"),
    _tag("p", " style='display:inline'"),
    _tag("div", " style='display:inline'"),
    _tag("div", " style='DISPLAY : Grid ;color:red'"),
    _tag("p div", " hidden"),
    _tag("div", " style='display:none'"),
    _tag("pre listing", ""),
    st.builds("<blockquote cite='{}'>{{}}<footer>who</footer></blockquote>".format, URLS),
    st.builds("<form action='{}'><legend>legend</legend>{{}}</form>".format, URLS),
    st.sampled_from(_BLOCK_FORMS),
)
_TABLES: Final = st.builds(
    _table, st.lists(st.lists(_CELLS, min_size=1, max_size=3), min_size=1, max_size=3), _PHRASES, _PHRASES
)
_BLOCKS: Final = st.recursive(
    st.one_of(_PHRASES, _TABLES), lambda inner: _filled(_BLOCK_FRAMES, _joined(inner, 3)), max_leaves=6
)
TREES: Final[st.SearchStrategy[str]] = st.deferred(lambda: _joined(_BLOCKS, 5, 1))
"""Well-formed, everything nested in everything that may hold it and in some that may not."""

_FILLERS: Final = ("one two", " <p>three</p>\n<b>four</b> ", "")
COMBINATIONS: Final = [
    *(f"before{block.replace('{}', filler)}after" for block in _BLOCK_FORMS for filler in _FILLERS),
    *(f"<p>a{form.replace('{}', 'b')}c{leaf}d</p>" for form, leaf in zip(_INLINE_FORMS * 3, _LEAF_FORMS, strict=False)),
    *(outer.replace("{}", inner.replace("{}", "x y")) for outer, inner in pairwise(_BLOCK_FORMS)),
]
"""Each form by itself and in another, so that none is left to chance."""

_SOUP_NAMES: Final = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "a",
        "b",
        "i",
        "em",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "caption",
        "pre",
        "h1",
        "h2",
        "blockquote",
        "font",
        "center",
        "section",
        "nobr",
        "form",
        "figure",
        "address",
        "label",
        "small",
    ]
)
SOUP: Final[st.SearchStrategy[str]] = _joined(
    st.one_of(
        st.builds("<{}>".format, _SOUP_NAMES),
        st.builds("</{}>".format, _SOUP_NAMES),
        WORDS,
        st.sampled_from(
            ["<br>", "</br>", "<hr>", "<a<b c>", "<p", "</>", "<!x>", "<?php ?>", "<!-- > --", "<a href='/s'>"]
        ),
    ),
    30,
    5,
)
"""Tags opened and closed as it comes."""
