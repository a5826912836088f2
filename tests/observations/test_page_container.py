"""The content of a page: its container learned or known, and what plugins append in it left out."""

from __future__ import annotations

import json

import pytest

from presscorpus.config.settings import Limits
from presscorpus.observations import html_pages
from presscorpus.observations.html_pages import learning
from presscorpus.observations.html_pages.container import ADDED, Rule
from presscorpus.observations.items import observe
from presscorpus.tables import posts
from tests.corpus import PACKAGE
from tests.observations.test_html_pages import ARTICLE, LINK, URL, body, html
from tests.wordpress.test_export import ORIGIN

pytestmark = pytest.mark.fast

WORDS = "The {0} bridge over river number {0} was opened again on Monday, and {0} people crossed it in the first hour."


def content(number: int) -> str:
    return f"<p>{WORDS.format(number)}</p><p>It is <b>stronger</b> than before, said builder {number}.</p>"


def strange(number: int, inner: str = "") -> bytes:
    """A page of a theme that nothing is known of, with a notice and a form in its container."""
    return html(
        LINK.replace("posts/7", f"posts/{number}"), "",
        f'<div class="wrap"><div class="lead">Welcome to the valley</div><div class="story-{number} story">'
        f'<div class="notice">Subscribe to our letter of news now</div>{content(number)}{inner}</div>'
        f'<div class="foot"><p>All rights reserved in the valley of number {number}</p></div></div>',
    )  # fmt: skip


def lessons(numbers: range) -> list[learning.Lesson]:
    found = [html_pages.lesson(strange(number), number, content(number)) for number in numbers]
    return [each for each in found if each is not None]


def test_the_container_is_learned_and_what_is_not_the_posts() -> None:
    rule = learning.learn(lessons(range(10, 22)))
    assert rule == Rule("div.story", ("div.notice",))
    piece = html_pages.piece(strange(30), URL, None, rule)
    assert piece is not None
    found = json.loads(piece.body)
    assert found["content"]["rendered"].startswith('<div class="notice">')
    assert found["presscorpus_own"] == content(30)
    assert "presscorpus_guessed" not in found


def test_a_form_whose_words_every_text_has_is_not_the_posts() -> None:
    """Its parts have no name to leave them out by."""
    form = '<aside class="letter"><form><p>On the river</p> <p>It was in the first of Monday</p></form></aside>'
    pages = [html_pages.lesson(strange(number, form), number, content(number)) for number in range(10, 22)]
    assert learning.learn([each for each in pages if each]) == Rule("div.story", ("aside.letter", "div.notice"))


def test_captions_that_only_feeds_lack_are_the_posts() -> None:
    """A feed has the pictures of a gallery alone (gallery_shortcode)."""
    gallery = '<div class="gallery gallery-columns-3"><figcaption class="gallery-caption">Low tide</figcaption></div>'
    pages = [html_pages.lesson(strange(number, gallery), number, content(number)) for number in range(10, 22)]
    assert learning.learn([each for each in pages if each]) == Rule("div.story", ("div.notice",))


def test_what_a_post_has_as_well_is_not_left_out() -> None:
    """The class of a block that a plugin uses too, deep within the content of some posts."""

    def made(number: int, inner: str = "") -> learning.Lesson | None:
        own = content(number) + f"<div><div class='group'>Group of rivers, number {number}</div></div>"
        page = strange(number, f"<div class='group'>Read more stories here</div>{inner}").replace(
            content(number).encode(), own.encode()
        )
        return html_pages.lesson(page, number, own)

    assert learning.learn([each for each in map(made, range(10, 22)) if each]) == Rule("div.story", ("div.notice",))


def test_nothing_is_learned_from_few_pages_from_pages_that_disagree_and_where_it_is_no_better() -> None:
    assert learning.learn(lessons(range(10, 15))) is None
    mixed = [html_pages.lesson(strange(number).replace(b"story", b"tale%c" % (97 + number)), number, content(number))
             for number in range(12)]  # fmt: skip
    assert learning.learn([each for each in mixed if each]) is None
    known = [html_pages.lesson(html(article=ARTICLE.replace("<p>It turns again.</p>", content(number))), 7,
                               content(number)) for number in range(12)]  # fmt: skip
    assert learning.learn([each for each in known if each]) is None
    # What half of the pages teach, the other half denies.
    wrong = [html_pages.lesson(strange(number), number, content(number if number % 2 else number + 1).upper() * 3)
             for number in range(12)]  # fmt: skip
    assert learning.learn([each for each in wrong if each]) is None


def test_a_container_that_nothing_is_known_of_is_a_guess() -> None:
    piece = html_pages.piece(strange(30), URL)
    assert piece is not None
    found = json.loads(piece.body)
    assert content(30) in found["content"]["rendered"]
    assert found["presscorpus_guessed"]
    assert "content" not in body(article="<div><p>Few words.</p></div>")


def test_a_post_that_goes_on_on_further_pages_is_flagged() -> None:
    def flags(link: str) -> list[str]:
        links = f'<div class="page-links"><span class="post-page-numbers current">1</span>{link}</div>'
        article = ARTICLE.replace("</p>", f"</p>{links}")
        (item,) = observe(html(article=article), URL, 200).items
        batch = posts.Batch(PACKAGE, Limits())
        assert batch.add(("post", 7), item.body, ORIGIN, "0" * 64, (), "page") is None
        found: list[str] = batch.frames()["posts"]["flags"][0].to_list()
        return found

    assert flags('<a class="post-page-numbers" href="2/">2</a>') == ["appended_left_out", "content_partial"]
    assert flags("") == ["appended_left_out"]


@pytest.mark.parametrize("added", ADDED)
def test_what_plugins_append_is_left_out_of_the_text_and_stands_in_the_html(added: str) -> None:
    names = {".": "class", "#": "id"}
    sign = added.partition(":")[0].removeprefix("ins")
    attribute = 'class="code-block code-block-1"' if "code-block" in sign else f'{names[sign[0]]}="{sign[1:]}"'
    tag = "ins" if added.startswith("ins") else "div"
    block = f"<{tag} {attribute}><p>Share <a href='/x'>this</a></p><{tag} {attribute}>again</{tag}></{tag}>"
    article = ARTICLE.replace("<p>It turns again.</p>", f"<p>It turns again.</p>{block}")
    found = body(article=article)
    assert "again</" in found["content"]["rendered"]
    assert found["presscorpus_own"] == "<p>It turns again.</p>"
    (item,) = observe(html(article=article), URL, 200).items
    batch = posts.Batch(PACKAGE, Limits())
    assert batch.add(("post", 7), item.body, ORIGIN, "0" * 64, (), "page") is None
    frames = batch.frames()
    assert frames["posts"].select("text", "flags").rows() == [("It turns again.", ["appended_left_out"])]
    assert frames["links"].is_empty()
    assert block in frames["posts"]["content_html"][0].replace('"/x"', "'/x'")
    # How often it was shared is no edit.
    (later,) = observe(html(article=article.replace("again</", "1,000</")), URL, 200).items
    assert later.digest == item.digest
