"""What a site shows of a source: WordPress' own results (tests/wordpress/test_rendering.py asks it again)."""

from __future__ import annotations

import pytest

from presscorpus.content import rendering
from presscorpus.content.rendering.blocks import without_comments
from presscorpus.content.rendering.paragraphs import paragraphed
from presscorpus.content.rendering.typography import typeset

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""), (" \n\t", ""), ("one", "<p>one</p>\n"), ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("one\ntwo", "<p>one<br />\ntwo</p>\n"), ("one\r\n\r\n\r\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("a<br><br/>b", "<p>a</p>\n<p>b</p>\n"), ("<div>one\n\ntwo</div>", "<div>one</p>\n<p>two</p></div>\n"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>\nz", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>z</p>\n"),
        ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p></blockquote>\n"),
        ("<pre>a\n\nb</pre>\nc", "<pre>a\n\nb</pre>\n<p>c</p>\n"),
        ("x\n<p>a</p>\ny", "<p>x</p>\n<p>a</p>\n<p>y</p>\n"),
        ('<img\nalt="a" />', '<p><img\nalt="a" /></p>\n'),
        ("<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>", "<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n"),
    ],
)  # fmt: skip
def test_blank_lines_are_paragraphs(source: str, html: str) -> None:
    assert paragraphed(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('He said "yes".', "He said &#8220;yes&#8221;."),
        ("it's the '90s", "it&#8217;s the &#8217;90s"),
        ("6' 2\" tall", "6&#8242; 2&#8243; tall"),
        ("a -- b---c--d - e", "a &#8212; b&#8212;c&#8211;d &#8211; e"),
        ("wait...", "wait&#8230;"),
        ("3x4 but 0x12", "3&#215;4 but 0x12"),
        ("AT&T &amp; Co", "AT&#038;T &amp; Co"),
        ('<code>"a" -- \'b\'</code> "c"', "<code>\"a\" -- 'b'</code> &#8220;c&#8221;"),
        ('<a title="x">"y"</a>', '<a title="x">&#8220;y&#8221;</a>'),
        ("'tis (tm)", "&#8217;tis &#8482;"),
        ('[caption width="3"]"a"[/caption]', '[caption width="3"]&#8220;a&#8221;[/caption]'),
    ],
)
def test_quotes_dashes_and_dots_are_set(source: str, html: str) -> None:
    assert typeset(source) == html


def test_static_blocks_are_their_html_and_others_are_named() -> None:
    source = (
        '<!-- wp:paragraph {"align":"left"} -->\n<p>a</p>\n<!-- /wp:paragraph -->\n\n'
        '<!-- wp:latest-posts {"a":{"b":1}} /-->'
        "<!-- wp:acme/map /--><!-- wp:more -->\n<!--more-->\n<!-- /wp:more --><!-- a comment -->"
    )
    done = without_comments(source)
    assert done.html == "\n<p>a</p>\n\n\n\n<!--more-->\n<!-- a comment -->"
    assert done.dynamic == ("acme/map", "latest-posts")
    # Blocks have their paragraphs.
    assert rendering.content(source, quotes=True).html == done.html


def test_captions_and_embedded_addresses_need_no_plugin() -> None:
    source = '[caption id="attachment_5" align="alignleft" width="300"]<img src="a.jpg" /> A mill[/caption]'
    assert rendering.content(source, quotes=True).html == (
        '<figure id="attachment_5" aria-describedby="caption-attachment-5" style="width: 300px" '
        'class="wp-caption alignleft"><img src="a.jpg" /><figcaption id="caption-attachment-5" '
        'class="wp-caption-text">A mill</figcaption></figure>\n'
    )
    assert rendering.content("[embed]https://v.example/1[/embed]", quotes=True).html == (
        '<p><a href="https://v.example/1">https://v.example/1</a></p>\n'
    )
    assert "[gallery ids" in rendering.content('[gallery ids="1,2"]', quotes=True).html


@pytest.mark.parametrize("source", ["<" * 20_000, "<!--" * 9_000, "[caption " * 9_000, "'\"" * 9_000, "<p>" * 9_000])
def test_time_does_not_grow_by_the_square(source: str) -> None:
    assert rendering.content(source, quotes=True).html
