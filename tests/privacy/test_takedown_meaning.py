"""What an entry means, and what an item is told by, without a build."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from presscorpus.privacy.takedown_meaning import Meant, meant
from presscorpus.privacy.takedowns import Takedowns
from presscorpus.tables.addresses import home_of

pytestmark = pytest.mark.fast
HOME = home_of("https://news.example.org/", [])
LINK = "https://news.example.org/2026/01/the-river-mill/"
TITLE = "It&#8217;s Zulba &#038; her lost brother"


def taken() -> Takedowns:
    item = {"site": ["news"], "table": ["posts"], "type": ["post"], "id": [11], "takedown_reason": ["x"]}
    told = Takedowns(pl.DataFrame(item), {"news": HOME})
    body = {"id": 11, "link": LINK, "slug": "the-river-mill", "title": {"rendered": TITLE}}
    told.learn("news", json.dumps(body).encode())
    return told


def html(value: str) -> str:
    made = taken().columns(pl.Series(["news"]), pl.Series([value]), "html")[0]
    assert isinstance(made, str)
    return made


@pytest.mark.parametrize(
    "url",
    [LINK, LINK[:-1], f"{LINK}2/", f"{LINK}amp/", f"{LINK}feed/", f"{LINK}embed/", f"{LINK}?utm_source=x", f"{LINK}#c",
     LINK.replace("https", "http"), LINK.replace("news", "NEWS"), LINK.replace("mill", "%6Dill")],
)  # fmt: skip
def test_forms_of_one_address_mean_the_same(url: str) -> None:
    own, other = meant(LINK, HOME), meant(url, HOME)
    assert own is not None
    assert other is not None
    assert own.addresses & other.addresses


@pytest.mark.parametrize(
    ("url", "table"),
    [("wp-json/wp/v2/posts/11", "posts"), ("?rest_route=/wp/v2/pages/11", "posts"),
     ("wp-json/wp/v2/media/11", "media"), ("wp-json/wp/v2/comments/11", "comments")],
)  # fmt: skip
def test_an_address_of_the_api_means_a_number(url: str, table: str) -> None:
    assert meant(f"https://news.example.org/{url}", HOME) == Meant(frozenset(), 11, frozenset({table}))


@pytest.mark.parametrize("url", ["https://other.example.org/2026/01/the-river-mill/", "https://news.example.org/"])
def test_what_means_no_item(url: str) -> None:
    assert meant(url, HOME) is None


@pytest.mark.parametrize(
    "url",
    [LINK, "/2026/01/the-river-mill/", "https://news.example.org/?p=11", f"https://web.archive.org/web/2026/{LINK}",
     f"https://share.example/?u={LINK.replace(':', '%3A').replace('/', '%2F')}",
     f"https://share.example/?u={LINK.replace(':', '%253A').replace('/', '%252F')}&t=x"],
)  # fmt: skip
def test_what_leads_to_it(url: str) -> None:
    assert taken().leads_to("news", url)


@pytest.mark.parametrize("url", [f"{LINK[:-1]}-opens-again/", "https://news.example.org/", "https://x.example/?p=11"])
def test_what_does_not_lead_to_it(url: str) -> None:
    assert not taken().leads_to("news", url)


@pytest.mark.parametrize(
    "spelt",
    [TITLE, "It&rsquo;s Zulba &amp; her lost brother", "Its Zulba and her lost brother",
     "IT'S ZULBA &amp; HER LOST BROTHER", "It’s <em>Zulba</em> &amp;&nbsp;her lost brother"],
)  # fmt: skip
def test_its_title_goes_in_every_spelling(spelt: str) -> None:
    left = html(f"<p>before {spelt} behind</p>")
    assert "ulba" not in left
    assert "ULBA" not in left
    assert left.startswith("<p>before ")
    assert left.endswith(" behind</p>")


@pytest.mark.parametrize("path", ["/the-river-mill-opens-again/", "/on-its-zulba-and-her-lost-brother-again/"])
def test_an_address_that_only_holds_its_words_stays(path: str) -> None:
    longer = f'<a href="{path}">x</a>'
    assert html(longer) == longer


@pytest.mark.parametrize(
    "address",
    ["https://news-example-org.translate.goog/2026/01/the-river-mill/?_x_tr_sl=de&amp;_x_tr_tl=en",
     "cache:news.example.org/2026/01/the-river-mill/", "//news-example-org.translate.goog/2026/01/the-river-mill/",
     "https://cache.example/search?q=cache:aB_d:news.example.org/2026/01/the-river-mill/+x",
     "https://x.example/search?q=cache%3Anews.example.org/2026/01/the-river-mill/&amp;hl=de"],
)  # fmt: skip
def test_links_to_copies_are_links_to_the_item(address: str) -> None:
    assert html(f'<a href="{address}">words</a>').endswith('href="">[taken down]</a>')


def test_links_to_copies_of_others_stay() -> None:
    others = [
        '<a href="https://news-example-org.translate.goog/2026/01/the-river-mill-again/">words</a>',
        '<a href="https://other-example-org.translate.goog/2026/02/the-river/">words</a>',
        '<a href="cache:news.example.org/2026/01/the-river-mill-again/">words</a>',
    ]
    assert [html(each) for each in others] == others


@pytest.mark.parametrize(
    ("value", "left"),
    [("<p>see #ItsZulbaHerLostBrother… now</p>", "<p>see #[taken down]… now</p>"),
     ('<a href="https://x.example/u/Its_Zulba_her_lost_brother.pdf">x</a>', '<a href="">x</a>'),
     ("<p>Its_Zulba_her_lost_brother.pdf</p>", "<p>[taken down].pdf</p>"),
     ('<a href="https://x.example/t/itszulbaherlostbrother">x</a>', '<a href="">x</a>'),
     ("<p>ItsZulbaHerLostBrothers</p>", "<p>ItsZulbaHerLostBrothers</p>")],
)  # fmt: skip
def test_a_title_without_spaces_and_as_a_name_of_a_file(value: str, left: str) -> None:
    assert re.sub(r"(?<=<a href=\"\">)\[taken down\](?=</a>)", "x", html(value)) == left
