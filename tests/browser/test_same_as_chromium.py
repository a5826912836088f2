"""Text and links against a real Chromium, over documents of every sort. What differs, and why: 0013-browser.md."""

# A table of cases reads best with one case a line.

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from presscorpus.content.html import read
from presscorpus.content.urls import resolve
from tests.browser.blocks import rendered
from tests.browser.convention import BASE, LOOK, STEPS, Seen, as_convention, chosen, look
from tests.browser.documents import COMBINATIONS, SOUP, TREES
from tests.wordpress.server import running

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from tests.browser.chromium import Browser

RECORD = Path(__file__).parents[2] / "docs/decisions/0013-browser.md"
# Kinds that no element's own property says: mere text, lazy loading and the like.
OURS_ALONE = re.compile(r"#text|data-")


def follows(words: list[str], text: list[str]) -> bool:
    """Whether all words stand in the text, in their order, each as often."""
    rest = iter(text)
    return all(word in rest for word in words)


def key(url: str) -> str:
    # What is no URL the browser gives back as written, or with its spaces escaped.
    return resolve(url, BASE).resolved or unquote(url).strip()


def compare_text(html: str, seen: Seen) -> None:
    text = read(html).text
    shown = as_convention(seen.shown)
    assert follows(shown.split(), text.split()), "a word that the browser shows is missing"
    assert as_convention(seen.revealed) == text
    # Where nothing had to be revealed, the two are one from the start.
    assert seen.steps or shown == text


def compare_links(html: str, seen: Seen, pictures: set[str]) -> None:
    links = read(html).links
    reported = {key(url) for url in seen.urls}
    assert reported <= {key(link.url) for link in links}
    own = {key(link.url) for link in links if not OURS_ALONE.match(link.attribute)}
    assert own <= reported | pictures, "a URL that the browser knows nothing of"


def words(documents: dict[str, Seen]) -> int:
    """How many words the browser shows in all."""
    return sum(len(as_convention(seen.shown).split()) for seen in documents.values())


def compare(browser: Browser, documents: dict[str, Seen]) -> int:
    """Compare the links of all; give how many texts equal what the browser shows as it is."""
    srcsets = sorted({value for seen in documents.values() for value in seen.srcsets})
    pictures = dict(zip(srcsets, chosen(browser, srcsets), strict=True))
    for html, seen in documents.items():
        compare_links(html, seen, {key(url) for value in seen.srcsets for url in pictures[value]})
        ours = {key(link.url) for link in read(html).links if link.attribute == "srcset"}
        assert {key(url) for value in seen.srcsets for url in pictures[value]} == ours
    words = sum(len(as_convention(seen.shown).split()) for seen in documents.values())
    equal = sum(as_convention(seen.shown) == read(html).text for html, seen in documents.items())
    print(f"{len(documents)} documents, {equal} equal as shown, {words} words")
    return equal


@pytest.mark.parametrize(
    ("made_of", "number", "equal"), [(TREES, 150, 0.15), (SOUP, 360, 0.5)], ids=["well-formed", "malformed"]
)
def test_generated_documents(browser: Browser, made_of: SearchStrategy[str], number: int, equal: float) -> None:
    documents: dict[str, Seen] = {}
    # All of them where there is time: .ci/long.
    parts = 1 if os.environ.get("PRESSCORPUS_LONG") else 6

    @settings(
        max_examples=number // parts,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(made_of)
    def same(html: str) -> None:
        documents[html] = look(browser, html)
        compare_text(html, documents[html])

    same()
    assert len({read(html).text for html in documents} - {""}) > number // parts // 10
    alike = compare(browser, documents)
    print(f"{len(documents)} documents, {alike} equal as shown, {words(documents)} words")
    assert alike >= equal * len(documents)


def test_each_form(browser: Browser) -> None:
    documents = {html: look(browser, html) for html in COMBINATIONS}
    for html, seen in documents.items():
        compare_text(html, seen)
    assert compare(browser, documents) > 40


def test_wordpress_blocks(browser: Browser, tmp_path: Path) -> None:
    with running(posts=1) as wordpress:
        contents = rendered(wordpress, tmp_path)
    documents = {html: look(browser, html) for html in contents}
    assert len(documents) == len(contents) >= 100
    for html, seen in documents.items():
        compare_text(html, seen)
    alike = compare(browser, documents)
    print(f"{len(documents)} documents, {alike} equal as shown, {words(documents)} words")
    assert alike >= 80
    everything = "\n".join(contents)
    assert everything.count("srcset=") > 10
    assert "wp-caption-text" in everything
    kinds = {link.kind for html in contents for link in read(html).links}
    assert kinds >= {"citation", "email", "embed", "form", "image", "link", "media", "phone", "style", "text"}
    assert any(link.caption for html in contents for link in read(html).links)


# The differences, each with its row in the record: what Chromium shows, and what the text has.

DIFFERENCES = {
    "blank lines": ("<p>a</p><p>b</p>", "a\n\nb", "a\nb"),
    "NBSP": ("<p>a&nbsp; b</p><p>&nbsp;</p>c", "a\xa0 b\n\n\xa0\n\nc", "a b\nc"),
    "atomic inline": ("a <img> b", "a  b", "a b"),
    "invisible": ("co&shy;op\ufeffe", "co\xadop\ufeffe", "coope"),
    "controls": ("a\x0bb&#7;c\u2028d", "a\x0bb\x07c\u2028d", "a bc d"),
    "NFC": ("e\u0301", "e\u0301", "é"),
    "empty rows": ("<table><tr><td>a<td>b<tr><td><td></table>", "a\tb\n\t", "a\tb"),
    "cells": ("<table><tr><td><p>a<p>b<td>c</table>", "a\n\nb\n\n\tc", "a\nb\tc"),
    "details": ("<details><summary>a</summary>b</details>", "a", "a\nb"),
    "found": ("a<p hidden=until-found>b", "a", "a\nb"),
    "rp": ("<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "ab", "a(b)"),
    "textarea": ("a <textarea>b</textarea>", "a ", "a b"),
    "visibility": ("a <b style='visibility:hidden'>b</b>", "a ", "a b"),
    "white-space": ("<p style='white-space:pre'>a  b", "a  b", "a b"),
    "text-transform": ("<p style='text-transform:uppercase'>a", "A", "a"),
    "math": ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "\U0001d465\n=\n2", "x = 2"),
    "edges": ("a<button> b </button>c", "abc", "a b c"),
    "float": ("<span style='float:left'>D</span>rop <i style='position:absolute'>a</i>b", "D\nrop \na\nb", "Drop ab"),
    "cells by style": ("<b style='display:table-cell'>a</b><b style='display:table-cell'>b</b>", "a\tb", "a\nb"),
    "parts of tables": ("<table><tr><td style='display:block'>a<td>b</table>", "a\nb", "a\tb"),
    "hidden options": ("<select><option hidden>a<option>b</select>", "a\nb", "b"),
    "blocks in ruby": ("a<ruby><b style='display:block'>b</b></ruby>", "ab", "a\nb"),
    "loose in SVG": ("<svg>a<text>b</text></svg>", "b", "a\nb"),
    "text outside SVG": ("<text>a</text>b", "ab", "a\nb"),
    "contents in flex": ("<p style='display:flex'><u style='display:contents'><i>a</i><i>b</i></u>", "a\nb", "ab"),
    "shadow roots": ("<p><template shadowrootmode=open></template>a</p>b", "b", "a\nb"),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference(browser: Browser, name: str) -> None:
    html, shown, text = DIFFERENCES[name]
    assert look(browser, html).shown.strip("\n") == shown
    assert read(html).text == text
    assert f"\n| {name} |" in RECORD.read_text(encoding="utf-8")


def test_every_step_of_the_script_is_named_and_in_the_record() -> None:
    record = RECORD.read_text(encoding="utf-8")
    assert sorted(re.findall(r'^step\("(\w+)"', LOOK, re.MULTILINE)) == list(STEPS)
    assert all(f"`{step}`" in record for step in STEPS)
    assert set(re.findall(r"^\| ([^|`]+) \| .* \| .* \|$", record, re.MULTILINE)) >= DIFFERENCES.keys()


def test_scripts_and_network_are_off(browser: Browser) -> None:
    seen = look(browser, "<p id=p>a</p><script>document.body.append('b')</script><noscript>c</noscript>")
    assert seen.shown == "a\n\nc"
    assert (
        browser.ask("return fetch('https://example.org/').then(() => 'reached', () => 'not reached')") == "not reached"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<button>a</button><button>b</button>", "ab"),
        ("<div style='display:inline-block'>a</div><div style='display:inline-flex'>b</div>", "ab"),
        ("a<p style='display:inline'>b</p><p style='display:inline-block'>c</p>", "a\nb\nc"),
        ("<div style='display:contents'>a</div>b<p style='display:contents'>c", "abc"),
        ("<div style='display:flex'>a<b>b</b><img>c<br>d <i hidden>x</i> e</div>f", "a\nb\nc\nd e\nf"),
        ("<span style='display:inline-grid'><b>a</b>b</span>c", "a\nbc"),
        ("<svg><text>a<tspan>b</tspan></text><foreignObject><i>c</i></foreignObject></svg>d", "ab\nc\nd"),
        ("a<meter>b</meter><progress>c</progress><canvas>d</canvas>e", "ade"),
        ("a<select></select>b<select><option>c</select>d", "ab\nc\nd"),
        ("a<br hidden>b<br style='display:none'>c", "abc"),
        ("a<table><tr><td><td>b<tr><td>c<td></table>d", "a\n\tb\nc\t\nd"),
        ("<pre>a<table>\n<tr>\n<td>b </td>\n<td>c</td>\n</tr></table> d</pre>", "a\nb \tc\n d"),
        ("<span style='display:-moz-box'>a</span>b<span style='display:-webkit-box'>c<b>d</b></span>e", "ab\ncd\ne"),
        ("<details open>a<summary>b</summary></details>", "a\nb"),
        ("<option style='display:inline'>a</option>b", "a\nb"),
        ("a<dialog>b</dialog><dialog open>c</dialog><object data=x>d</object>", "a\nc\nd"),
    ],
)  # fmt: skip
def test_what_the_browser_decided(browser: Browser, html: str, text: str) -> None:
    seen = look(browser, html)
    assert as_convention(seen.revealed) == text
    assert read(html).text == text
