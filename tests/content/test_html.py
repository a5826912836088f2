# A table of cases reads best with one case a line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import contextlib
import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from presscorpus.content.html import FLAGS, KINDS, Content, Link, Unreadable, plain, read, without_shortcodes
from presscorpus.content.html.links import candidates
from presscorpus.content.html.tree import attributes, pieces
from presscorpus.content.urls import resolve

SEED = json.loads((Path(__file__).parents[2] / "data/sources/uyghurmovement/882.json").read_bytes())
RENDERED: str = SEED["content"]["rendered"]


# The seed

pytestmark = pytest.mark.fast


def test_the_links_of_the_seed() -> None:
    links = read(RENDERED).links
    daily_mail = "https://www.dailymail.co.uk/"
    photo = "Surveillance cameras built in China have been used to oppress Uyghur minorities in camps"
    author = daily_mail + "home/search.html?s=&authornamef=Kumail+Jaffer+For+The+Daily+Mail"
    article = daily_mail + "news/article-10745221/Chinese-cameras-implicated-spying-Uyghurs-banned-used-Whitehall.html"
    picture = "https://i.dailymail.co.uk/1s/2022/04/23/01/56946179-0-image-a-36_1650672492752.jpg"
    assert links == [
        Link("link", "a", "href", author, "KUMAIL JAFFER FOR THE DAILY MAIL", "nofollow"),
        Link("link", "a", "href", daily_mail + "news/nhs/index.html", "NHS", None),
        Link("link", "a", "href", daily_mail + "news/sajid-javid/index.html", "Sajid Javid", None),
        Link("image", "img", "src", picture, photo, None),
        Link("data", "div", "data-permabox-url", article, None, None),
    ]
    assert {resolve(link.url, SEED["link"]).domain for link in links} == {"dailymail.co.uk"}


def test_the_text_of_the_seed() -> None:
    content = read(RENDERED)
    lines = content.text.split("\n")
    assert lines[:2] == [
        "The Department of Health is still using Chinese-made cameras despite NHS ban",
        "Last week Sajid Javid ordered staff to stop buying Communist Party-linked tech",
    ]
    assert lines[4] == "By KUMAIL JAFFER FOR THE DAILY MAIL"
    assert "China ‘attempting to cut Uyghur population’" in lines
    assert lines[-1].endswith("‘concerns’ over 176 contracts worth a total of £3.9billion.")
    assert content.text.count("Donald Trump says") == 1
    assert "Pause" not in content.text
    assert "Seekbar" not in content.text
    assert len(lines) == 26
    assert content.flags == ()
    # Every word once, in order, none glued: cut the source at its tags by hand.
    words = LexborHTMLParser(RENDERED.replace("<", " <")).body
    assert words is not None
    assert content.text.split() == words.text().split()


def test_the_title_and_excerpt_of_the_seed() -> None:
    assert plain(SEED["title"]["rendered"]).startswith(
        "Chinese-made cameras implicated in spying on the country’s Uyghur"
    )
    assert plain(SEED["excerpt"]["rendered"]).endswith("health bill will stop […]")


# The text convention, rule by rule


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        # 2, blocks and what is none
        ("<h2>a</h2><p>b</p>c", "a\nb\nc"),
        ("a<p>b</p>c", "a\nb\nc"),
        ("<ul><li>a<li>b</ul><dl><dt>c<dd>d</dl>", "a\nb\nc\nd"),
        ("<figure><img alt=x><figcaption>a</figcaption></figure>b", "a\nb"),
        ("<blockquote>a</blockquote>b<address>c</address>", "a\nb\nc"),
        ("<details><summary>a</summary>b</details>", "a\nb"),
        ("a<br>b<br><br>c<hr>d", "a\nb\nc\nd"),
        ("<p>un<b>be</b><a href=x>liev</a><span>able</span></p>", "unbelievable"),
        ("a<wbr>b<!-- c --><img src=x>d<unknown-x>e</unknown-x>", "abde"),
        ("<select><option>a<option>b</select>", "a\nb"),
        ('<p title="t" aria-label="l" data-tooltip="d"><input value="v"><img alt="a">x</p>', "x"),
        # 3, tables
        ("<table><caption>t</caption><tr><th>a<th>b<tr><td>c<td>d</table>e", "t\na\tb\nc\td\ne"),
        ("<table><tr><td></td><td>b</td><td></td><td>d</td><td></td></tr></table>", "\tb\t\td\t"),
        ("<table><tr><td>a<td><tr><td>b</table>", "a\t\nb"),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table><td></table>d", "a\tb\tc\t\nd"),
        ("<table>\n<tr>\n<td> a </td>\n<td>\n<p>b</p>\n<p>c</p>\n</td>\n<td>d</td></tr>\n</table>", "a\tb\nc\td"),
        ("<table><tr><td></td><td> </td></tr><tr><td>a</td></tr></table>", "a"),
        ("<table><tr><td>a<td>b<table><tr><td>c<td>d</table><td>e</table>", "a\tb\nc\td\te"),
        ("a<table><tr><td></td><td>b</td></tr></table>", "a\n\tb"),
        ("<table><caption>a</caption><tr>\n<th></th><th>b</table>", "a\n\tb"),
        ("a<table><tr><td> <td><table><tr><td></td><td>b</table></table>", "a\n\t\tb"),
        # 4, white space
        (" a \n b\t\r\n\fc  <b> d</b> ", "a b c d"),
        ("a&nbsp;b\xa0 &nbsp;c<p>&nbsp;</p>d", "a b c\nd"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\u202fb\u3000c", "a\u202fb\u3000c"),
        # 5, preformatted
        ("x<pre>\n a\n\n\tb  c\n</pre>y", "x\n a\n\n\tb  c\ny"),
        ("<pre> \n </pre>x", "x"),
        ("<pre><table>\n <tr>\n<td>a  b</td>\n<td>\nc</td>\n</tr>\n </table> d</pre>", "a  b\t\nc\n d"),
        ("<pre>a<br>b&nbsp; c</pre>", "a\nb  c"),
        ("<textarea>a  b\nc</textarea>", "a  b\nc"),
        ("<xmp><b>a</b>  b</xmp>", "<b>a</b>  b"),
        ("a<plaintext>b</p><i>", "a\nb</p><i>"),
        # 6, not text
        ("a<script>if (a<b) '</p>'</script><style>p{}</style>b", "ab"),
        ("a<script><!--<script></script>x--></script>b", "ab"),
        ("a<template><p>b</p><template>c</template></template>d", "ad"),
        ("a<iframe src=x><p>b</p></iframe>c<noframes>d</noframes><noembed>e</noembed>", "ac"),
        (
            "a<video>b</video><audio>c</audio><meter>d</meter><progress>d</progress><datalist><option>e</datalist>f",
            "af",
        ),
        ("a<dialog>b</dialog><dialog open>c</dialog>", "a\nc"),
        ("a<svg><title>b</title><desc>c</desc><text>d</text><style>e</style></svg>", "a\nd"),
        ("<svg><text>a<tspan>b</tspan></text><text>c</text><foreignObject><b>d</b></foreignObject></svg>", "ab\nc\nd"),
        ("<math><semantics><mi>x</mi><annotation>tex</annotation></semantics></math>", "x"),
        ("<math><mfrac><mi>x</mi><mn>2</mn></mfrac><mo>=</mo><mtext>a b</mtext></math>", "x 2 = a b"),
        ("a<?php echo 1 ?>b<!DOCTYPE html>c", "abc"),
        # 7, text all the same
        ("<noscript><p>a</p></noscript>b", "a\nb"),
        ("<p hidden=until-found>a</p><object data=x>b</object>", "a\nb"),
        ("a<canvas>b</canvas>", "ab"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        # 8, display
        ("<span style='color:red;DISPLAY : Block'>a</span><span style='display:flex'>b</span>", "a\nb"),
        ("<div style='display:inline-block'>a</div><div style='display:inline'>b</div>", "ab"),
        (
            "a<p style='display:inline'>b</p><p style='display:contents'>c</p><div style='display:contents'>d</div>",
            "a\nb\ncd",
        ),
        ("<p style='display:flex'>a<b>b</b><i style='display:inline'>c</i><img><u>d</u></p>", "a\nb\nc\nd"),
        ("<span style='display:inline-grid'><b>a</b>b</span>c", "a\nbc"),
        ("<tr style='display:flex'><table><tr style='display:flex'><td>a<td>b</table>", "a\tb"),
        ("a<br style='display:none'>b<br hidden>c", "abc"),
        ("<span style='display:-moz-box'>a</span>b<select></select>c", "abc"),
        ("<p style='display:none;display:bogus;visibility:hidden' hidden>a</p>b", "b"),
        ("a<span hidden>b<b style='display:block'>c</b></span>d", "ad"),
        ("<p hidden style='display:block'>a</p>b", "a\nb"),
        ("<span style='display:block!important;display:inline'>a</span>b", "a\nb"),
        ("<td style='display:block'>a</td><table><tr><td style='display:block'>b<td>c</table>", "a\nb\tc"),
        # 9, references
        ("&amp;amp; &lt;b&gt; &#8217; &#x20AC; &notit; &#x80;", "&amp; <b> ’ € ¬it; €"),
        ("&#xD800; &#0;", "\ufffd \ufffd"),
        ("[gallery ids='1']", "[gallery ids='1']"),
        # 10, characters
        ("co\xadop&shy;er\ufeffate", "cooperate"),
        ("می\u200cخواهم \u202ba\u202c\u200f\u200d\u200b", "می\u200cخواهم \u202ba\u202c\u200f\u200d\u200b"),
        ("e\u0301 A&#778;", "é Å"),
        # The parser
        ("a</body></html>b<body><html><frameset>c", "abc"),
        ("</div></p>a</div>", "a"),
        ("<a<b \"q\"='1' =f>x</a<b> y &lt;", "x y <"),
        ("<table>a<tr><td>b</table>", "a\nb"),
        ("a < b > c <3", "a < b > c <3"),
    ],
)
def test_the_text_convention(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "flags"),
    [
        ("a b", ()),
        ("<p aria-hidden=true>a</p><script>b</script><video>c</video>", ()),
        ("<p hidden></p><p style='display:none'> <img src=x> </p>", ()),
        ("<p hidden>a</p>", ("hidden_text",)),
        ("<p style='display:none'>a</p>", ("hidden_text",)),
        ("a\x01b", ("control_stripped",)),
        ("a\x00b", ("control_stripped",)),
        ("a&#7;b", ("control_stripped",)),
        ("a\x85b", ("control_stripped",)),
        ("a\u200cb\xad\u2028", ()),
        ("a\ud800b", ("surrogate_replaced",)),
        ("[gallery]", ("shortcode",)),
        ("[vc_row el_class='x']", ("shortcode",)),
        ("[box]x[/box]", ("shortcode",)),
        ("[sic] [1] [&hellip;] [a b] [[", ()),
        ("<p hidden>a</p>\ud800\x02[/x]", FLAGS),
    ],
)
def test_flags(html: str, flags: tuple[str, ...]) -> None:
    assert read(html).flags == flags


@pytest.mark.case(19, 27)
def test_surrogates_and_controls() -> None:
    assert read("a\ud800b \ud83d\ude00").text == "a\ufffdb \U0001f600"
    assert read("a\x00\x01\x02\x03\x04\x05\x06\x07\x08b\x0bc\x1fd\x7f\x9f\x85e&#1;&#8;").text == "ab c d e"
    assert plain("\ud800\x01a&#x2;\xad") == "\ufffda"
    assert plain("\ud83d\ude00") == "\U0001f600"


@pytest.mark.case(27)
def test_a_title_is_one_line_of_text() -> None:
    assert plain(" It&#8217;s <em>so</em>:\n a&nbsp;&lt;b&gt; &amp;amp; ") == "It’s so: a <b> &amp;"
    assert plain("AT&T ’s\n\n x") == "AT&T ’s x"
    assert plain("<p>a</p><p>b</p><pre> c  d</pre>") == "a b c d"
    assert plain("e\u0301") == "é"
    assert plain("") == plain("\u1680\u3000") == plain("<p>\u3000</p>") == ""


# Links


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a href=' x&amp;y\n' rel='nofollow me'> a <b>b</b> </a>", [("link", "a", "href", " x&y\n", "a b", "nofollow me")]),
        ("<a href><img src=i alt=' A\n B '></a>", [("link", "a", "href", "", None, None), ("image", "img", "src", "i", "A B", None)]),
        ("<a name=x>a</a><a href=#>b</a>", [("link", "a", "href", "#", "b", None)]),
        ("<a href=x><p>a</p><p>b</p>&lt;&nbsp;c</a>", [("link", "a", "href", "x", "a b < c", None)]),
        ("<p hidden><a href=x>a</a></p>", [("link", "a", "href", "x", "a", None)]),
        ("<a href=x>a<object><a href=y>b</a>c</object></a>", [("link", "a", "href", "x", "a", None), ("link", "a", "href", "y", "b", None)]),
        ("<a href=x>a<object><a>b</a>c</object></a>", [("link", "a", "href", "x", "a", None)]),
        ("<map><area href=x alt=A></map>", [("link", "area", "href", "x", "A", None)]),
        ("<img srcset='a 1x, b,c 2x,d, data:x,y 3w' src=e>", [("image", "img", "srcset", u, None, None) for u in ("a", "b,c", "d", "data:x,y")] + [("image", "img", "src", "e", None, None)]),
        ("<img src=a data-src=b data-lazy-src=c data-original=d data-srcset='e 1x'>", [("image", "img", n, u, None, None) for n, u in (("src", "a"), ("data-src", "b"), ("data-lazy-src", "c"), ("data-original", "d"), ("data-srcset", "e"))]),
        ("<picture><source srcset='a 1x'></picture><input src=b>", [("image", "source", "srcset", "a", None, None), ("image", "input", "src", "b", None, None)]),
        ("<iframe src=a data-src=b></iframe><embed src=c><object data=d></object>", [("embed", "iframe", "src", "a", None, None), ("embed", "iframe", "data-src", "b", None, None), ("embed", "embed", "src", "c", None, None), ("embed", "object", "data", "d", None, None)]),
        ("<video src=a poster=b><source src=c><track src=d><a href=e>f</a></video><audio src=g></audio>", [("media", "video", "src", "a", None, None), ("image", "video", "poster", "b", None, None), ("media", "source", "src", "c", None, None), ("media", "track", "src", "d", None, None), ("link", "a", "href", "e", "f", None), ("media", "audio", "src", "g", None, None)]),
        ("<form action=a><button formaction=b></form>", [("form", "form", "action", "a", None, None), ("form", "button", "formaction", "b", None, None)]),
        ("<blockquote cite=a><q cite=b></q></blockquote><ins cite=c></ins><del cite=d></del>", [("citation", e, "cite", u, None, None) for e, u in (("blockquote", "a"), ("q", "b"), ("ins", "c"), ("del", "d"))]),
        ("<div style='background: URL( \"a b\" ), url(c);x:url(&apos;d&apos;)'></div>", [("style", "div", "style", u, None, None) for u in ("a b", "c", "d")]),
        (r"""<div style='background:url("a\"b\20 c\d800\ffffff"),url(d\)e)'></div>""", [("style", "div", "style", u, None, None) for u in ('a"b c\ufffd\ufffd', "d)e")]),
        ("<div data-a='https://x.example/?a&amp;b' data-b='//y.example' data-c='// no' data-d='see https://z' data-e='x' data-f='https://x y'>", [("data", "div", "data-a", "https://x.example/?a&b", None, None), ("data", "div", "data-b", "//y.example", None, None)]),
        ("<script src=a>b</script><link href=c rel=stylesheet><base href=d>", [("resource", "script", "src", "a", None, None), ("resource", "link", "href", "c", None, "stylesheet"), ("base", "base", "href", "d", None, None)]),
        ("<svg><image xlink:href=a /><use href='#b'/><a xlink:href=c>d</a></svg>", [("image", "image", "xlink:href", "a", None, None), ("resource", "use", "href", "#b", None, None), ("link", "a", "xlink:href", "c", "d", None)]),
        ("<noscript><img src=a></noscript><template><img src=b></template><!-- <img src=c> -->", [("image", "img", "src", "a", None, None)]),
        ("<td background=a>b</td><table background=c></table>", [("image", "table", "background", "c", None, None)]),
        ("<A HREF=x>a</A>", [("link", "a", "href", "x", "a", None)]),
    ],
)  # fmt: skip
def test_links(html: str, links: list[tuple[str, ...]]) -> None:
    found = read(html).links
    assert [link[:6] for link in found] == links
    assert not any(link.caption for link in found)
    assert {link.kind for link in found} <= set(KINDS)


@pytest.mark.parametrize(
    ("srcset", "urls"),
    [
        ("", []),
        (" , ,", []),
        ("a", ["a"]),
        ("a,b", ["a,b"]),
        ("a, b", ["a", "b"]),
        ("a 1x,b 2x", ["a", "b"]),
        ("a,,, b", ["a", "b"]),
        ("a calc(1, 2) , b", ["a", "b"]),
        ("a calc(1, b 2x", ["a"]),
        ("data:image/gif;base64,AA== 1x, b\t2w\n,\fc", ["data:image/gif;base64,AA==", "b", "c"]),
    ],
)
def test_srcset_by_its_grammar(srcset: str, urls: list[str]) -> None:
    assert list(candidates(srcset)) == urls


CF = "/cdn-cgi/l/email-protection"
EMBEDDED = "<blockquote class='wp-embedded-content' data-secret=x><a href=p>T</a></blockquote><iframe class='wp-embedded-content' src=p/embed/></iframe><a href=q>u</a>"


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a href=' MailTo:a@b.example?x'>w</a><map><area href=mailto:c@d></map>", [("email", "a", " MailTo:a@b.example?x"), ("email", "area", "mailto:c@d")]),
        ("<a href=tel:+1>w</a><a href=sms:2>w</a><a href=callto:3>w</a><form action=mailto:x></form>", [("phone", "a", "tel:+1"), ("phone", "a", "sms:2"), ("phone", "a", "callto:3"), ("form", "form", "mailto:x")]),
        (f"<a href='{CF}#5a'>w</a>", [("email_protected", "a", f"{CF}#5a")]),
        (f"<a href='{CF}' class=__cf_email__ data-cfemail=5a>[email&#160;protected]</a><a href=x>y</a>", [("email_protected", "a", CF), ("link", "a", "x")]),
        (f"<a href='https://x.example{CF}#5a'><span data-cfemail=5b>w</span><img src=i></a><span class=__cf_email__ data-cfemail=5c>w</span>", [("email_protected", "a", f"https://x.example{CF}#5a"), ("image", "img", "i"), ("email_protected", "span", "5c")]),
        (f"<a href='{CF}s'>w</a><a href='/x{CF}'>w</a><i data-cfemail>w</i>", [("link", "a", f"{CF}s"), ("link", "a", f"/x{CF}")]),
        (EMBEDDED, [("embed", "a", "p"), ("embed", "iframe", "p/embed/"), ("link", "a", "q")]),
        ("<blockquote class=not-wp-embedded-content><a href=p>T</a></blockquote>", [("link", "a", "p")]),
        ("<figure class=wp-block-embed><div class='wp-block-embed__wrapper'>\nhttps://e.example/1\n</div></figure>", [("embed", "#text", "https://e.example/1")]),
        ("x <a href=a>b</a> https://t.example/ <img src=i>", [("link", "a", "a"), ("text", "#text", "https://t.example/"), ("image", "img", "i")]),
        ("<p hidden>http<b>s://t.ex</b>ample/<wbr>a?b=1&amp;c&lt;d<p>http://u.example", [("text", "#text", "https://t.example/a?b=1&c"), ("text", "#text", "http://u.example")]),
        ("https://a.example<br>/x <td>https://b.example<img src=i>/y", [("text", "#text", "https://a.example"), ("text", "#text", "https://b.example"), ("image", "img", "i")]),
        # The text of a link is no second link, unless it says another address than the link has.
        ("<a href=' https://t.example/a/'>see https://T.example/a</a>", [("link", "a", " https://t.example/a/")]),
        ("<a href=https://t.example/long/way>https://t.example/lo…</a>", [("link", "a", "https://t.example/long/way")]),
        ("<a href=https://bank.example.evil.example>https://bank.example</a>", [("link", "a", "https://bank.example.evil.example"), ("text", "#text", "https://bank.example")]),
        ("<script>'https://a.example'</script><!-- https://b.example --><i title='https://c.example'>d</i>", []),
        ("<video>https://a.example</video><pre>https://b.example\n\tx</pre>", [("text", "#text", "https://a.example"), ("text", "#text", "https://b.example")]),
    ],
)  # fmt: skip
def test_addresses_that_are_no_plain_links(html: str, links: list[tuple[str, str, str]]) -> None:
    found = read(html).links
    assert [(link.kind, link.element, link.url) for link in found] == links
    assert {link.kind for link in found} <= set(KINDS)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("http:// https://. ://x nothttp://x.example", []),
        ("(see HTTPS://x.example/a_(b)), then http://y.example:80/?q#f.", ["HTTPS://x.example/a_(b)", "http://y.example:80/?q#f"]),
        ("https://x.example/a!?; “https://y.example/b”, «https://z.example»…", ["https://x.example/a", "https://y.example/b", "https://z.example"]),
        ("[embed]https://x.example/[/embed] https://y.example'dan https://z.example’in", ["https://x.example/", "https://y.example", "https://z.example"]),
        ("见https://x.example/页。https://y.example是 https://z.example/wiki/维吾尔族，x", ["https://x.example/页", "https://y.example", "https://z.example/wiki/维吾尔族"]),
        ("https://x.exampleدىن https://y.example/ئۇيغۇر، https://z.example/می\u200cخواهم", ["https://x.example", "https://y.example/ئۇيغۇر", "https://z.example/می\u200cخواهم"]),
        ("https://x.example/café https://müller.example/ https://web.example/https://x.example", ["https://x.example/café", "https://müller.example/", "https://web.example/https://x.example"]),
        ("https://x.example/\u200f https://y.example\xad/z\u2028https://z.example\xa0a", ["https://x.example/", "https://y.example/z", "https://z.example"]),
        ("https://" + "a" * 50_000 + "(" * 50_000 + " https://x.example", ["https://" + "a" * 50_000 + "(" * 50_000, "https://x.example"]),
        ("https://x.example/" + ").!" * 500_000, ["https://x.example/"]),
    ],
    ids=range(10),
)  # fmt: skip
def test_where_an_address_in_text_ends(text: str, urls: list[str]) -> None:
    assert [link.url for link in read(text).links] == urls


@pytest.mark.parametrize(
    ("html", "captions"),
    [
        ("<figure><a href=p><img src=i srcset='j 1x'></a><figcaption> a <b>b</b><br><a href=q>c</a></figcaption></figure><img src=k>", [None, "a b c", "a b c", None, None]),
        ("<div class='wp-caption alignleft'><img src=i><p class='x wp-caption-text'>a</p></div>", ["a"]),
        ("<figure class=gallery><dl class='gallery-item'><dt><img src=i></dt><dd class='wp-caption-text gallery-caption'>a</dd></dl><dl class=gallery-item><img src=j></dl></figure>", ["a", None]),
        ("<figure><figure><img src=i><figcaption>a</figcaption></figure><figure><img src=j></figure><figcaption>all</figcaption></figure>", ["a", None]),
        ("<figure><figcaption>a <img src=i></figcaption><iframe src=e></iframe><video src=v poster=p></video><blockquote cite=c></figure>", [None, "a", "a", "a", None]),
        ("<figure><img src=i><figcaption> </figcaption></figure><p class=wp-caption-text>a</p>", [None]),
        ("<figure><img src=i><figcaption>a</figcaption><figcaption>b</figcaption></figure>", ["a"]),
        ("<figure><figcaption hidden>a&amp;b</figcaption><p style='background:url(s)'></p><img src=i></figure>", [None, "a&b"]),
    ],
)  # fmt: skip
def test_captions(html: str, captions: list[str | None]) -> None:
    assert [link.caption for link in read(html).links] == captions


# Depth and size


@pytest.mark.case(17)
@pytest.mark.parametrize("depth", [300, 3_000])
@pytest.mark.parametrize("element", ["div", "span", "b id={0}", "b id={0}><div", "blockquote", "table><tr><td"])
def test_depth_loses_nothing(depth: int, element: str) -> None:
    opened = "".join(f"<{element.format(number)}>word{number} " for number in range(depth))
    closed = "".join(f"</{name.split()[0]}>" for name in reversed(element.split("><"))) * depth
    content = read(f"{opened}<a href=deep>deepest</a>{closed}<p>after</p>")
    assert content.text.split() == [*(f"word{number}" for number in range(depth)), "deepest", "after"]
    assert [link.text for link in content.links] == ["deepest"]


def bombs() -> dict[str, tuple[str, str]]:
    return {
        "300,000 nested": ("<div>" * 300_000 + "x", "too_deep"),
        "nested, named in capitals": ("<DIV a='>'>" * 30_000 + "x", "too_deep"),
        "nested, closed in comments only": ("<div><!-- </div> -->" * 30_000, "too_deep"),
        "nested, other things closed": ("<div></span>" * 30_000, "too_deep"),
        "a million attributes": ("<p " + " ".join(f"a{number}" for number in range(1_000_000)) + ">x", "too_many_attributes"),
        "quoted brackets": ("<p " + " ".join(f"a{number}='<>'" for number in range(30_000)) + ">x", "too_many_attributes"),
        "20 MB": ("a" * 20_000_000, "too_long"),
        "nested in cells": ("<div><table><tr><td></div>" * 30_000, "too_deep"),
        "nested in lists": ("<ul><li>" * 30_000, "too_deep"),
        "nested, unknown, said to be closed": ("<svg><p><x/>" + "<x/>" * 30_000, "too_deep"),
        "nested, unknown, in a foreign object": ("<svg><foreignObject>" + "<x/>" * 30_000, "too_deep"),
        "formatting": ("<p>" + "".join(f"<b id={n}>" for n in range(3_000)) + "<p>x" * 3_000, "too_many_elements"),
    }  # fmt: skip


@pytest.mark.case(17, 18)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.thorough if name == "formatting" else ()) for name in bombs()]
)
def test_what_would_take_minutes_is_refused_at_once(name: str) -> None:
    html, rule = bombs()[name]
    started = time.process_time()
    with pytest.raises(Unreadable) as caught:
        read(html)
    assert caught.value.rule == rule
    assert time.process_time() - started < 30
    with pytest.raises(Unreadable):
        plain(html)


@pytest.mark.case(17)
@pytest.mark.parametrize("name", ["figure", "x{0} class=wp-caption"])
def test_pictures_within_pictures_cost_no_more_than_their_length(name: str) -> None:
    html = "".join(f"<{name.format(number)}>" for number in range(5_000)) + "<img src=i><figcaption>a</figcaption>"
    started = time.process_time()
    assert [link.caption for link in read(html).links] == ["a"]
    assert time.process_time() - started < 20


@pytest.mark.case(18)
@pytest.mark.parametrize(
    "html",
    [
        "<p>word <b>b</b></p>" * 50_000,
        "<p>x<li>y<option>z<td>" * 20_000,
        "<a href=x>y" * 20_000,
        "<svg>" + "<path d='M0'/>" * 20_000 + "</svg>x",
        "<br>x" * 50_000,
        "<select>" + "<option>x" * 50_000,
        "<img srcset='" + "x(," * 100_000 + "'>x",
        "[" * 100_000 + "[a " * 50_000,
        "<table><tr>" + "<td>x" * 50_000,
        "<b>" * 16 + "<p>x" * 5_000,
        "<p><b><i>x</b></i><span>y</p>" * 5_000,
        "<p><b>x" * 5_000,
        "<table>" + "<tr><td><b id=1>x<td><font color=red>y</td></tr>" * 5_000,
        "".join(f"<b id={n}>x" for n in range(400)) + "<p>x" * 400,
        " " * 1_000_000 + "x",
        "<span style='display:block'>x" * 5_000,
    ],
    ids=range(16),
)
def test_what_is_merely_long_is_read(html: str) -> None:
    started = time.process_time()
    assert read(html).text
    assert time.process_time() - started < 60


def test_a_limit_of_ones_own() -> None:
    assert read("12345", limit=5).text == "12345"
    with pytest.raises(Unreadable, match="too_long: 6 characters, 5 allowed"):
        read("123456", limit=5)
    with pytest.raises(ValueError, match="too_long"):
        plain("123456", limit=5)


# Properties

NAMES = st.sampled_from(
    "p div span a b i em ul li table tr td th tbody caption pre br hr img h1 blockquote svg math text select option button "
    "form object noscript details summary font nobr ruby rt center iframe script style template textarea title video "
    "xmp noembed dialog a<b frameset body html head".split()
)
ATTRIBUTES = st.sampled_from(
    ["", " hidden", " href=u", " src='a b'", ' style="display:none"', " style=display:block", ' x="<p>"', " =<", " a'b\"", ' data-x="//h"']
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "a",
        "b c",
        " ",
        "\n",
        "&amp;",
        "&lt;p&gt;",
        "&nbsp;",
        "é",
        "ئۇ",
        "\x01",
        "\ud800",
        "<",
        ">",
        "&#3;",
        "]]>",
        "-->",
        "<!--",
    ]
)
SOUP = st.lists(
    st.one_of(
        st.builds("<{}{}>".format, NAMES, ATTRIBUTES), st.builds("</{}>".format, NAMES), WORDS, st.just("<!-- > -->")
    ),
    max_size=25,
).map("".join)

SEEN = "p div span a b i ul li pre br hr img h1 blockquote font center section table tr td th tbody caption".split()
TAME = st.lists(
    st.one_of(
        st.builds("<{}>".format, st.sampled_from(SEEN)),
        st.builds("</{}>".format, st.sampled_from(SEEN)),
        st.sampled_from(["w1", "w2 w3", " ", "\n", "&amp;", "é", "ئۇ", "<!-- no -->", "<a href=u>", "<img src=v>"]),
    ),
    max_size=40,
).map("".join)


@pytest.mark.thorough
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(SOUP, st.text(max_size=60), st.text("<>/!-a= \"'&;#x0", max_size=60)))
@example("<a href=x>\u3000b</a>")
@example("<a<!-- >x</a<!-->y")
@example("<svg><style><script>x</style>y")
@example("<template><xmp></template>a<xmp><template></xmp>")
@example("<b id=1><xmp>a</b></xmp>")
@example('<p data-x=" hidden="">a')
def test_any_html_is_read_by_the_convention(html: str) -> None:
    content = read(html)
    assert content == read(html)
    assert list(content.flags) == sorted(content.flags)
    assert set(content.flags) <= set(FLAGS)
    assert unicodedata.is_normalized("NFC", content.text)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in content.text)
    if not any(element in html for element in ("<pre", "<xmp", "<textarea", "<plaintext", "<listing")):
        assert all(line.strip("\n ") == line and line.strip() for line in content.text.split("\n") if content.text)
        assert content.text.split("\n") == (content.text.splitlines() or [""])
    for link in content.links:
        assert link.kind in KINDS
        assert link.text is None or (link.text == link.text.strip() != "" and "\n" not in link.text)
    line = plain(html)
    assert line == line.strip()
    assert "  " not in line
    assert len(line.splitlines()) <= 1


@pytest.mark.thorough
@settings(max_examples=400)
@given(TAME)
def test_no_character_is_lost_added_or_moved(html: str) -> None:
    body = LexborHTMLParser(html, is_fragment=True)
    assert "".join(read(html).text.split()) == "".join((body.text() or "").split())


@pytest.mark.thorough
@settings(max_examples=200)
@given(TAME)
def test_no_link_is_lost(html: str) -> None:
    tree = LexborHTMLParser(html, is_fragment=True)
    expected = [node.attributes.get("href") or node.attributes.get("src") for node in tree.css("[href],[src]")]
    assert [link.url for link in read(html).links] == expected


INLINE = st.recursive(
    st.sampled_from(["w", "x y", " ", " z"]).map(lambda word: (word, word)),
    lambda inner: st.builds(
        lambda name, parts: (f"<{name}>{''.join(p[0] for p in parts)}</{name}>", "".join(p[1] for p in parts)),
        st.sampled_from(["span", "b", "em", "small"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
BLOCKS = st.recursive(
    INLINE,
    lambda inner: st.builds(
        lambda name, parts: (f"<{name}>{''.join(p[0] for p in parts)}</{name}>", "\n" + "".join(p[1] for p in parts) + "\n"),
        st.sampled_from(["div", "section", "blockquote", "center"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.thorough
@settings(max_examples=300)
@given(st.lists(BLOCKS, max_size=4))
def test_generated_trees_give_the_lines_they_were_made_of(parts: list[tuple[str, str]]) -> None:
    lines = (" ".join(line.split()) for line in "".join(expected for _, expected in parts).split("\n"))
    assert read("".join(html for html, _ in parts)).text == "\n".join(line for line in lines if line)


@given(st.lists(st.sampled_from(["one", "two three", "vier"]), min_size=1, max_size=6), st.integers(1, 40))
def test_nested_divs_read_as_flat_ones(words: list[str], depth: int) -> None:
    flat = "".join(f"<div>{word}</div>" for word in words)
    nested = "".join("<div>" * depth + word for word in words) + "</div>" * depth * len(words)
    assert read(nested) == read(flat) == Content("\n".join(words), [], ())


@pytest.mark.parametrize(
    "html",
    ["<p>a</p>\n", "<p>a &amp; b [&hellip;]</p>\n", "<p>a</p><", "<p>a<p", "<p>a</p>b", "<p>", "<p>a\x0b\u3000</p>", "<p>a<b</p>"],
)  # fmt: skip
def test_an_excerpt_is_read_as_any_html(html: str) -> None:
    assert plain(html) == " ".join(read(html).text.split()) or read(html).text.strip() == plain(html)


@pytest.mark.parametrize(
    ("html", "is_one"),
    [
        ("[cta_to_website]", True), ("[newsletter_form]", True), ("[vc_row]", True), ("[foo_bar/]", True),
        ("[vc_row][vc_column]x[/vc_column][/vc_row]", True), ("[caption]", True), ('[a b="c"]', True), ("[/a]", True),
        ("[sic]", False), ("[1]", False), ("[Figure 2]", False), ("[a b=]", False), ("[/x y]", False), ("[x?a_b]", False),
    ],
)  # fmt: skip
def test_what_looks_like_a_shortcode(html: str, is_one: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert ("shortcode" in read(html).flags) is is_one


def test_words_in_the_brackets_of_shortcodes_are_left_out() -> None:
    text = 'before [vc_row css=".a{margin: 0 !important}"]within[/vc_row] [sic] after'
    assert without_shortcodes(text) == "before  within  [sic] after"


HOSTILE = {
    "unclosed shortcodes": "[a " + "b= " * 60_000,
    "open brackets": "[" * 200_000,
    "a long name": "[" + "a_" * 100_000,
    "marks": "x" + "\u0301\u0316" * 60_000,
    "addresses in paragraphs": "<p>http://x.example/" * 8000,
    "a style of spaces": f'<p style="url({" " * 100_000}">x</p>',
    "styles that begin": f'<p style="{"url(" * 50_000}">x</p>',
    "styles that escape": f'<p style="url({chr(92)}a' * 50_000 + '">x</p>',
    "tags": "<b></b>" * 50_000,
    "brackets behind an address": "http://a.example/" + ")" * 100_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_no_content_takes_time_by_the_square_of_its_length(html: str) -> None:
    start = time.process_time()
    with contextlib.suppress(Unreadable):
        read(html)
    assert time.process_time() - start < 60


def test_a_run_of_marks_is_composed_in_parts() -> None:
    text = "e" + "\u0301\u0316" * 200 + "a\u0301"
    got = read(text).text
    assert got.endswith("\xe1")
    assert sorted(got.replace("\xe1", "a\u0301").replace("\xe9", "e\u0301")) == sorted(text)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="https://a.example/?b=&quot;c&quot;&amp;d">x</a>', {"href": 'https://a.example/?b="c"&d'}),
        ("<a href='=\"'>x</a>", {"href": '="'}),
        ("<a =x=y>x</a>", {"=x": "y"}),
        ("<a hidden>x</a>", {"hidden": ""}),
        ("<a>x</a>", {}),
        ('<a b"=c>x</a>', {'b"': "c"}),
        ('<x="y">x</x="y">', {}),
        ('<a href="b" rel=c>x</a>', {"href": "b", "rel": "c"}),
    ],
)
def test_attributes_of_a_tag_are_those_of_the_parser(html: str, found: dict[str, str]) -> None:
    assert attributes(pieces(html, 1000)[0][1]) == found
