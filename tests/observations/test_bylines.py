"""The names of authors that pages and feeds show, which are carried along so that they can be withheld."""

from __future__ import annotations

import msgspec
import pytest

from presscorpus.content import bylines, page_bylines
from presscorpus.observations.items import observe
from presscorpus.observations.versions import choose
from presscorpus.privacy.people import People
from tests.observations.test_feeds import HOME, feed, item
from tests.observations.test_versions import PACKAGE, observed

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Anna Berg", ["Anna Berg"]),
        ("By Anna Berg", ["Anna Berg"]),
        ("Geschrieben von Anna Berg | 2. Mai", ["Anna Berg"]),
        ("View all posts by Anna Berg", ["Anna Berg"]),
        ("Autor: Anna Berg", ["Anna Berg"]),
        ("Otros textos de Anna Berg", ["Anna Berg"]),
        ("Alle Beiträge von Anna Berg anzeigen", ["Anna Berg"]),
        ("See author's posts", []),
        ("更多文章", []),
        ("Byron Authorson", ["Byron Authorson"]),
        ("Berg, Anna", ["Berg, Anna"]),
        ("Anna Berg, Bo Lund and Cy Dahl", ["Anna Berg, Bo Lund and Cy Dahl", "Anna Berg", "Bo Lund", "Cy Dahl"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset", "José Ortega"]),
        ("2 May 2026", []),
        ("", []),
    ],
)
def test_the_names_in_a_byline(written: str, names: list[str]) -> None:
    assert bylines.names(written) == names


def told(extra: object) -> tuple[str, ...]:
    people = People([], [])
    people.add_plugin(msgspec.json.encode({bylines.KEY: extra}).decode())
    return people.told()


def test_they_are_people_unless_something_says_that_they_are_not() -> None:
    assert told(["Anna Berg", "gulzira-khanbegim", {"@type": "Person", "name": "Bo Lund"}]) == (
        "Anna Berg", "Bo Lund", "gulzira khanbegim", "gulzira-khanbegim",
    )  # fmt: skip
    assert told(["Valley Press", {"@type": "NewsMediaOrganization", "name": "Valley Press"}, "Anna"]) == ()


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('<script type="application/ld+json">{"@type":"Person","givenName":"Anna","familyName":"Berg"}</script>',
         ["Anna Berg"]),
        ('<p class="byline">Anna Berg<br>Editor</p>', ["Anna Berg"]),
        (f'<p class="byline">{"Words of a long text " * 20}<br>Anna Berg</p>', []),
        ('<p class="author-name">In Recent years and low spirits</p>',
         ["In Recent years and low spirits", "In Recent years"]),
        ('<p class="comment-author-name">Anna Berg</p>', []),
        ("<p>Anna Berg</p>", []),
    ],
)  # fmt: skip
def test_the_names_that_the_markup_of_a_content_tells(content: str, names: list[str]) -> None:
    told = page_bylines.within(content).get(bylines.KEY, [])
    assert [each["name"] if isinstance(each, dict) else each for each in told] == names


def test_what_has_a_hyphen_and_spaces_is_no_slug() -> None:
    assert told(["Supermarkets teeming with warm-weather produce"]) == ()


@pytest.mark.timeout(20)
def test_a_content_of_nothing_but_authors_ends() -> None:
    assert page_bylines.within('<div class="author-name" itemprop="author">' * 50_000) == {}


def test_a_post_of_a_feed_has_all_its_creators() -> None:
    spaces = b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
    names = b"<dc:creator>Anna Berg</dc:creator><dc:creator><![CDATA[Bo &amp; Lund]]></dc:creator></item>"
    whole = feed(item(7, f"{HOME}a/"), item(8, f"{HOME}b/", guid="urn:8"))
    found = observe(whole.replace(b"<rss ", spaces).replace(b"</item>", names), f"{HOME}feed/", 200)
    assert [each.bylines for each in (*found.items, *found.unnamed)] == [["Anna Berg", "Bo & Lund"]] * 2


def test_a_page_has_the_authors_of_the_newest_feed_and_nothing_else_has() -> None:
    fed = [
        {"day": day, "digest": "f", "origin": "feed", "embedded": False, "published": "2026-11-02T07:00:00",
         "bylines": [name]}
        for day, name in ((2, "Anna Berg"), (3, "Bo Lund"))
    ]  # fmt: skip
    for origin, names in (("page", ["Bo Lund"]), ("api", None)):
        shown = {"day": 1, "digest": "p", "origin": origin, "embedded": False}
        assert choose(PACKAGE, observed(shown, *map(dict, fed))).current["bylines"].to_list() == [names]
