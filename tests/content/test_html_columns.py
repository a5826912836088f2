# Markup reads best whole.
# ruff: noqa: E501
"""Reading many posts at once gives what reading each by itself gives: texts, flags and links, whatever the HTML."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from presscorpus.content.html import Link, Parsed, columns, parse, read

SEED = json.loads((Path(__file__).parents[2] / "data/sources/uyghurmovement/882.json").read_bytes())["content"][
    "rendered"
]
URL = st.sampled_from(
    [
        "https://news.example/a/b?c=1&amp;d=2#e", "/p/1/", "//cdn.example/x.png", "HTTP://Müller.Example/ä b", "mailto:a@b.example",
        " TEL:+1", "", "  ", "javascript:void(0)", "/cdn-cgi/l/email-protection#aa", "https://x.example/&quot;q&quot;", "a\u00a0b",
    ]
)  # fmt: skip
WORD = st.sampled_from(
    [
        "word, two words", "x", "İstanbul’da", "ئۇيغۇر خەلقى", "维吾尔族", "e\u0301tude", "co&shy;op", "a&nbsp;b", "\xa0", "&amp;lt;", "&lt;b&gt;",
        "\u3000全角\u3000", "a\u202f%", "\ufeffbom", "[gallery ids='1']", "[sic]", "see https://t.example/a?b=1.", "https:", "//x.example/y", "://",
        "\n", "\n\t ", "  spaced   out  ", "a\u2028b", "ctrl\x0b&#7;x", "\ud800", "\x00", "<", "&#13;", "\r\n", "\f", "/", "|", "\u2003",
    ]
)  # fmt: skip
START = st.one_of(
    st.sampled_from(
        ["p", "div", "span", "a", "b", "i", "em", "strong", "ul", "li", "table", "tr", "td", "th", "tbody", "caption", "pre", "textarea", "br", "hr", "img", "h1", "blockquote", "svg", "math", "mi", "select", "option", "button", "object", "noscript", "details", "summary", "ruby", "rt", "iframe", "script", "style", "template", "title", "video", "audio", "xmp", "listing", "dialog", "a<b", "figure", "figcaption", "plaintext", "<!--x-->", "<!--", "<p>", "-->", "<a<!--", "<x--"]
    ).map(lambda name: name if name.startswith("<!") else f"<{name}>"),
    st.builds('<a href="{}"{}>'.format, URL, st.sampled_from(["", ' rel="NoFollow me"', ' hreflang="ug" rel=alternate', " data-x='//h/i'", ' data-x="//h i"'])),
    st.builds(
        '<img src="{}" alt="{}"{}>'.format, URL, st.sampled_from(["", "A  picture\n", "&quot;q&quot;", "e\u0301"]),
        st.sampled_from(["", ' srcset="a.jpg 1x, b.jpg 2x"', ' srcset="a,b 1w , c.jpg"', ' data-src="//l/z.png" data-srcset="q 1w, r 2w"', " longdesc=/d", ' srcset=""', ' srcset="a.jpg 300w, a.jpg 2x"']),
    ),
    st.sampled_from(
        [
            '<figure class="wp-caption">', '<figcaption class="wp-caption-text">', '<div class="wp-caption x">', '<p class="wp-caption-text">',
            '<dl class="gallery-item">', '<dd class="gallery-caption">', '<blockquote cite="/c" class="wp-embedded-content">', '<blockquote cite="/c">',
            '<div class="wp-block-embed__wrapper">', '<iframe src="https://v.example/e"></iframe>', "<iframe src=v>x</iframe>", "<p hidden>", '<div style="display:none">',
            '<span style="display:block">', '<div style="display:flex">', "<p style=\"background:url('//i.example/b.png')\">", '<p style="width:calc(1px)">',
            '<span data-cfemail="aa">', "<p x=y =<>", "<p a'b\" c=d>", '<a href="/q" rel="x"">', '<p title="a &gt; b <i>">', "<dialog open>", '<source srcset="a 1w, b 2w">', '<video poster="/p" src="/v">',
            '<form action="/f">', "<pre><table><tr><td>", "<details open>", '<td background="/b">', "<br style='display:none'>", '<object data="/o"><a href=q>',
        ]
    ),
)  # fmt: skip
END = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "a",
        "b",
        "em",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "pre",
        "textarea",
        "figure",
        "figcaption",
        "blockquote",
        "dl",
        "dd",
        "svg",
        "math",
        "template",
        "script",
        "dialog",
        "object",
        "video",
    ]
).map("</{}>".format)
HTML = st.lists(st.one_of(START, START, END, WORD), max_size=24).map("".join)


def check(htmls: list[str]) -> None:
    parsed: list[Parsed | None] = [None, *map(parse, htmls)]
    few = columns(parsed)
    with mock.patch("presscorpus.content.html.columns.FEW_CHARACTERS", 0):
        found = columns(parsed)
    assert (few.texts.to_list(), few.flags) == (found.texts.to_list(), found.flags)
    with mock.patch("presscorpus.content.html.captions._STEPS", 0):
        assert columns(parsed).links.equals(few.links)
    assert few.links.equals(found.links)
    alone = [read(html) for html in htmls]
    assert found.texts[0] is None
    assert found.texts.to_list()[1:] == [content.text for content in alone]
    assert found.flags == [(), *(content.flags for content in alone)]
    links = [(place, Link(**row)) for row in found.links.to_dicts() for place in (row.pop("place"),)]
    assert links == [(place, link) for place, content in enumerate(alone, 1) for link in content.links]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(HTML, min_size=1, max_size=4))
@example(
    ["<figure><img src=a><figcaption>c <figure><img src=b><figcaption>d</figcaption></figure></figcaption></figure>"]
)
@example(
    [
        "<figcaption>x</figcaption><figure><img src=a></figure><figure><a href=u><img src=b></a><figcaption><a href=v>w</a></figcaption></figure>"
    ]
)
@example(["http:<b>//a.example/</b>x", "http:<p>//a.example/</p>x", "<a href='https://a.example/'>https://a.exam…</a>"])
@example(["<pre>a\n  b<pre>c</pre></pre>", "<pre><table>\n<tr>\n<td> x  y", "<video>f<audio>g</audio></video>z"])
@example(['<a href=b target="_blank"">c</a>', "<a href=d>e</a>", '<img src=f g"h><a href=i "j>k</a>'])
@example(["", " ", "<p></p>", "<a href=x>\u3000b</a>", "<p>a\u3000</p>\u3000b \u2003<br>"])
@example(["<a<!-- >x</a<!-->y", '<p data-x=" hidden="">a', "<!-- a --><a<!b>c"])
def test_many_at_once_are_read_as_each_by_itself(htmls: list[str]) -> None:
    check(htmls)


def test_the_seed() -> None:
    check([SEED, SEED.replace("<p", "<pre><p", 1), f"<table><tr><td>{SEED}</td></tr></table>"])


def test_more_than_one_batch() -> None:
    check([f"<p>{number} <a href=/{number}>x</a></p>" for number in range(1100)])


def test_nothing_is_nothing() -> None:
    assert columns([]).links.is_empty()
    assert columns([None, None]).texts.to_list() == [None, None]


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p>\n",
        "<p>a &amp; b [&hellip;]</p>\n",
        "<p>a</p><",
        "<p>a<p",
        "<p>a</p>b",
        "<p>",
        "<p>a\x0b\u3000</p>",
        "<p>a<b</p>",
    ],
)
def test_an_excerpt_is_read_as_any_html(html: str) -> None:
    from presscorpus.content.html import plain

    assert plain(html) == " ".join(read(html).text.split()) or read(html).text.strip() == plain(html)
