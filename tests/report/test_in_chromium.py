"""The page in a real Chromium: drawn, searched, read by keyboard, and shut to whatever a site writes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.browser.chromium import running
from tests.report.corpus import HOSTILE, TERMS

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.layout import Layout
    from tests.browser.chromium import Browser

TAB, ENTER, RIGHT = "\ue004", "\ue007", "\ue014"
# The places of all charts on the whole page, by the names of their figures.
BOXES = """
return Object.fromEntries([...document.querySelectorAll("figure")].map((figure) => {
  const box = figure.querySelector(".plot").getBoundingClientRect();
  return [figure.id, [box.left + scrollX, box.top + scrollY, box.width, box.height]];
}));
"""
# Pixels of a picture by place and colour, counted by the browser on an empty page.
PIXELS = """
const [data, boxes] = arguments;
const image = new Image();
image.src = "data:image/png;base64," + data;
return image.decode().then(() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return Object.fromEntries(Object.entries(boxes).map(([name, [left, top, width, height]]) => {
    const counts = {};
    if (width && height) {
      const pixels = context.getImageData(left, top, width, height).data;
      for (let at = 0; at < pixels.length; at += 4) {
        const colour = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
        counts[colour] = (counts[colour] || 0) + 1;
      }
    }
    return [name, counts];
  }));
});
"""
# How many tables hide columns and say so; 0 as long as one that does not says so, or one that does says nothing.
HINTS = """((boxes) => boxes.every((box) => {
  const hides = box.scrollWidth > box.clientWidth, hint = box.previousElementSibling;
  return hint?.className === "more" && hint.hidden !== hides && box.classList.contains("cut") === hides;
}) ? boxes.filter((box) => box.scrollWidth > box.clientWidth).length : 0)(
  [...document.querySelectorAll("main > section > .scroll")])"""
# The colour of the first series of a chart, and of the second.
LIGHT, DARK = ("10,110,138", "217,119,6"), ("77,179,209", "172,95,35")


@pytest.fixture
def page(window: Browser, built: Layout) -> Browser:
    """The report, freshly open at 1440 pixels, with nothing yet in the logs."""
    return opened(window, built.reports / "index.html")


def opened(window: Browser, path: Path, width: int = 1440, *, scheme: str = "light") -> Browser:
    window.size(width, dark=scheme == "dark")
    window.log("browser")
    window.requests()
    window.open(path)
    return window


def until(page: Browser, condition: str) -> Any:
    return page.wait(f"return {condition}")


def typed(page: Browser, words: str) -> list[str]:
    """Search for words as a reader does, and return the titles found."""
    page.ask("const q = document.getElementById('query'); q.value = ''; q.focus(); q.dispatchEvent(new Event('input'))")
    page.keys(*words)
    titles: list[str] = page.ask(
        "return [...document.querySelectorAll('.hits .title')].map((each) => each.textContent)"
    )
    return titles


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_opens_without_an_error_a_request_or_a_scroll_bar_across(
    window: Browser, built: Layout, width: int, scheme: str
) -> None:
    page = opened(window, built.reports / "index.html", width, scheme=scheme)
    until(page, "document.querySelectorAll('.hits > li').length")
    assert [entry["message"] for entry in page.log("browser")] == []
    assert page.requests() == [(built.reports / "index.html").as_uri()]
    assert page.ask("return document.documentElement.scrollWidth") <= width
    if width == 360:
        assert axe.violations(page) == []
        # Columns that are not to be seen are spoken of, where there are any, as soon as the page is laid out.
        assert until(page, HINTS) >= 2
    else:
        # The four answers are on the first screen.
        assert page.ask("return document.querySelector('.answers').getBoundingClientRect().bottom") < 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_is_drawn_in_the_colours_of_the_scheme(window: Browser, built: Layout, scheme: str) -> None:
    page = opened(window, built.reports / "index.html", scheme=scheme)
    drawn = pixels(page)
    first, second = DARK if scheme == "dark" else LIGHT
    shown = {name for name, counts in drawn.items() if counts.get(first, 0) > 300}
    assert shown == {*drawn} - {"time-language", "time-type"}
    assert len(shown) == 9
    # Two sites were drawn into the first picture; every other one has a single series, or nothing in its second.
    assert [name for name, counts in drawn.items() if counts.get(second, 0) > 300] == ["time-site"]


def pixels(page: Browser) -> dict[str, dict[str, int]]:
    boxes = page.ask(BOXES)
    shot = base64.b64encode(page.screenshot(whole=True)).decode()
    page.show("<!doctype html>")
    counts: dict[str, dict[str, int]] = page.ask(PIXELS, shot, boxes)
    return counts


def test_the_picture_of_languages_comes_at_a_key(page: Browser) -> None:
    assert page.ask("return document.querySelector('#time-language').offsetHeight") == 0
    page.ask("document.querySelector('[name=over]').focus()")
    page.keys(RIGHT)
    assert page.ask("return document.querySelector('#time-language').offsetHeight") > 100
    assert page.ask("return document.querySelector('#time-site').offsetHeight") == 0


def test_a_uyghur_word_is_found_and_its_post_opens_right_to_left(page: Browser) -> None:
    found = typed(page, "ئۆگزىنى")
    assert found
    assert all(title.startswith("خاتىرە") for title in found)
    assert page.ask("return [...document.querySelectorAll('mark')].every((each) => each.textContent === 'ئۆگزىنى')")
    page.ask("document.querySelector('.hits .title').focus()")
    page.keys(ENTER)
    heading = until(page, "document.querySelector('#view:not([hidden]) h3')?.textContent")
    assert heading == found[0]
    assert page.ask("return document.activeElement.tagName") == "H3"
    style = page.ask(
        "const p = document.querySelector('#view .text p'); return [getComputedStyle(p).direction, p.textContent]"
    )
    assert style[0] == "rtl"
    assert "ئۆگزىنى" in page.ask("return document.querySelector('#view .text').textContent")


def test_both_ends_of_two_words_must_be_there_and_nothing_is_told_of(page: Browser) -> None:
    assert typed(page, "stove roof")
    assert typed(page, "stove ئۆگزىنى") == []
    assert page.ask("return document.getElementById('count').textContent") == "0 posts"


def test_versions_stand_with_their_differences_marked_and_their_evidence(page: Browser) -> None:
    page.ask("location.hash = 'post/archive/post/7'")
    until(page, "document.querySelector('#view:not([hidden])')")
    assert page.ask("return document.querySelectorAll('.versions > li').length") == 3
    assert page.ask("return [...document.querySelectorAll('.versions ins')].map((each) => each.textContent)")[:1] == [
        " (1)"
    ]
    assert page.ask("return document.querySelectorAll('.versions del').length") >= 1
    assert "presscorpus raw archive post 7" in page.ask("return document.querySelector('#view .facts').textContent")
    assert page.ask("return document.querySelectorAll('#view tbody tr').length") == 1
    assert axe.violations(page) == []
    page.ask("document.getElementById('back').click()")
    until(page, "document.querySelector('#view').hidden")
    assert page.ask("return document.activeElement.id") == "query"


def test_terms_and_links_are_browsed_by_keyboard_and_lead_to_posts(page: Browser) -> None:
    page.ask("document.getElementById('tab-posts').focus()")
    page.keys(RIGHT)
    assert page.ask("return document.activeElement.id") == "tab-terms"
    assert page.ask("return document.getElementById('count').textContent") == f"{len(TERMS)} terms"
    page.keys(RIGHT)
    assert page.ask("return document.getElementById('count').textContent").endswith(" links")
    assert axe.violations(page) == []
    page.ask("document.getElementById('tab-terms').click()")
    page.ask("[...document.querySelectorAll('button.term')].find((each) => each.textContent === '新闻').click()")
    assert page.ask("return document.getElementById('tab-posts').getAttribute('aria-selected')") == "true"
    assert page.ask("return document.getElementById('query').value") == "新闻"
    assert page.ask("return document.querySelectorAll('.hits > li').length") > 0


def test_a_filter_and_more(page: Browser) -> None:
    count = "return document.getElementById('count').textContent"
    assert page.ask(count) == "78 posts"
    page.ask("const s = document.getElementById('by-site'); s.value = 'society'; s.dispatchEvent(new Event('change'))")
    assert page.ask(count) == "31 posts"
    assert page.ask("return document.querySelectorAll('.hits > li').length") == 8
    page.ask("document.getElementById('more').click()")
    assert page.ask("return document.querySelectorAll('.hits > li').length") == 16
    assert page.ask("return document.activeElement.closest('li') === document.querySelectorAll('.hits > li')[8]")


def test_the_citation_is_copied(page: Browser) -> None:
    page.ask("document.querySelector('.cite').open = true; document.querySelector('[data-copy=bibtex]').focus()")
    page.keys(ENTER)
    said = until(page, "document.querySelector('.cite .copied').textContent")
    assert said in {"Copied.", "Selected: copy it with your keyboard."}
    if said != "Copied.":
        assert "@misc{d-v2026.09.30" in page.ask("return getSelection().toString()")


def test_hostile_text_neither_runs_nor_leaves_its_place(page: Browser) -> None:
    page.ask("location.hash = 'post/archive/post/5'")
    until(page, "document.querySelector('#view:not([hidden])')")
    shown = HOSTILE.replace("\u202e", "[U+202E]")
    assert page.ask("return document.querySelector('#view h3').textContent") == shown
    assert shown in page.ask("return document.querySelector('#view .text').textContent")
    assert page.ask("return document.title") == "Two societies v2026.09.30"
    assert page.ask("return document.images.length + document.querySelectorAll('iframe, object, embed').length") == 0
    assert page.ask("return [...document.links].every((each) => /^(https?:\\/\\/|file:.*#)/.test(each.href))")
    rels = page.ask("return [...document.links].filter((a) => a.protocol !== 'file:').map((a) => a.rel)")
    assert set(rels) == {"noopener nofollow noreferrer"}
    assert "javascript:document.title=1" in page.ask("return document.querySelector('#view table').textContent")
    assert [entry["message"] for entry in page.log("browser")] == []
    assert page.requests() == [(page_of(page))]


def page_of(page: Browser) -> str:
    address: str = page.ask("return location.href.split('#')[0]")
    return address


# In a timer, for the driver's own call may use eval whatever a policy says (allowUnsafeEvalBlockedByCSP,
# https://chromedevtools.github.io/devtools-protocol/tot/Runtime/#method-evaluate).
ESCAPES = """
document.title = "before";
const thrown = [], stopped = new Set();
document.addEventListener("securitypolicyviolation", (event) => stopped.add(event.effectiveDirective));
return new Promise((done) => setTimeout(() => {
  for (const act of [
    () => { document.body.innerHTML += "<img src=x onerror=document.title=1>"; },
    () => { document.body.appendChild(document.createElement("script")).text = "document.title=1"; },
    () => { (0, eval)("document.title=1"); },
  ]) try { act(); } catch (error) { thrown.push(error.name); }
  const image = document.body.appendChild(new Image());
  image.onerror = () => setTimeout(() => done([document.title, thrown, [...stopped]]), 100);
  image.src = "https://example.org/x.png";
}, 0));
"""


def test_the_policy_stops_what_an_escape_would_let_through(page: Browser) -> None:
    title, thrown, stopped = page.ask(ESCAPES)
    assert title == "before"
    assert len(thrown) == 3
    assert set(stopped) >= {"img-src", "require-trusted-types-for"}


def test_without_scripts_everything_but_the_search_is_there(built: Layout) -> None:
    with running() as still:
        still.size(1440)
        still.open(built.reports / "index.html")
        assert "needs the page's own script" in still.ask("return document.querySelector('#look noscript').innerText")
        assert still.ask("return document.getElementById('browser').hidden")
        assert pixels(still)["time-site"][LIGHT[0]] > 300


def test_it_prints(page: Browser) -> None:
    printed = base64.b64decode(page.command("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF")
    page.command("Emulation.setEmulatedMedia", media="print")
    try:
        heights = page.ask(
            "return ['site', 'language', 'type'].map((by) => document.querySelector(`#time-${by}`).offsetHeight)"
        )
        assert min(heights) > 50
        assert page.ask("return document.getElementById('look').offsetHeight") == 0
    finally:
        page.command("Emulation.setEmulatedMedia", media="")
