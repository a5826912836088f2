"""What was taken down is in no byte that leaves; what remains is a row without content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pytest

from presscorpus.config import takedown
from presscorpus.config.params import Policy
from presscorpus.config.takedown import REASON, Takedown
from presscorpus.errors import ParamsError
from presscorpus.pipeline.edit import add_takedown
from presscorpus.privacy.takedowns import Takedowns, telling
from presscorpus.release import gates
from presscorpus.tables.addresses import home_of
from tests.corpus import Corpus, post, where

if TYPE_CHECKING:
    from pathlib import Path

OPEN = Policy(authors="named", comments=True)
TITLE = "Zebrafish &#8217;Quagga&#8217; statement about <em>Okapi</em>"
PLAIN = "Zebrafish ’Quagga’ statement about Okapi"
LINK = "https://a.example.org/2026/01/zebrafish-quagga-statement/"
MARKS = ("zebrafish", "quagga", "okapi", "narwhal", "axolotl", "pangolin", "wombat")


def corpus(root: Path) -> Corpus:
    """A site in which one post is everywhere: linked, embedded, repeated by plugins, commented on, illustrated."""
    gone = post(
        7,
        link=LINK,
        slug="zebrafish-quagga-statement",
        guid={"rendered": "https://a.example.org/?p=7"},
        title={"rendered": TITLE},
        content={"rendered": "<p>Narwhal words, all of them <a href='https://axolotl.example/'>Axolotl</a>.</p>"},
        excerpt={"rendered": "<p>Narwhal words, all of them, that an excerpt repeats &hellip; [&hellip;]</p>"},
        yoast={"title": "Pangolin"},
        categories=[3],
        class_list=["category-wombat"],
        tags=[],
    )
    embed = f'<blockquote class="wp-embedded-content"><a href="{LINK}">{TITLE}</a></blockquote>'
    other = post(
        8,
        content={"rendered": f'<p>My own words.</p>{embed}<p>See <a href="{LINK}#x">{PLAIN}</a> or {LINK}.</p>'},
        related=[{"title": PLAIN, "url": LINK, "excerpt": "Narwhal words, all of them, that an excerpt repeats …"}],
    )
    comment = {
        "id": 5,
        "post": 7,
        "author_name": "Wombat",
        "content": {"rendered": "<p>Narwhal!</p>"},
        "type": "comment",
    }
    picture = {"id": 9, "post": 7, "source_url": "https://a.example.org/u/okapi.jpg", "title": {"rendered": "Okapi"}}
    return Corpus(root, a=[gone, other, post(10), comment | {"author": 0}, picture | {"media_details": {}}])


BY = [
    f"- url: {LINK}\n  reason: A court said so.\n",
    "- url: http://www.a.example.org/?p=7\n  reason: A court said so.\n",
    "- site: a\n  id: 7\n  reason: A court said so.\n",
    "- site: a\n  type: post\n  id: 7\n  reason: A court said so.\n",
]


@pytest.mark.parametrize("bad", ["http://[x/?p=5", "//[x", "http://ex\u2100mple.com/", "http://a:99999/", "[x]://y"])
def test_what_is_no_address_leads_nowhere(bad: str) -> None:
    homes = {"a": home_of("https://a.example.org/", ())}
    item = pl.DataFrame({"site": ["a"], "table": ["posts"], "type": ["post"], "id": [5], REASON: ["Why"]})
    taken = Takedowns(item, homes)
    taken.learn("a", json.dumps(post(5, link=bad, guid={"rendered": bad})).encode())
    assert not taken.leads_to("a", bad)
    assert not taken.leads_to("a", f"/?p={'5' * 5000}")
    assert not taken.leads_to("a", f"/wp-json/wp/v2/posts/{'5' * 5000}")
    assert taken.leads_to("a", "/?p=5")
    assert taken.leads_to("a", f"https://elsewhere.example/?at=https%3A%2F%2Fa.example.org%2F%3Fp%3D5#{bad}")
    assert set(telling(json.dumps({"link": bad, "guid": {"rendered": LINK}}).encode())) >= {LINK[8:-1]}


@pytest.mark.parametrize(
    "url",
    ["https://new.example.net/2026/zebrafish-in-a-pond/", "new.example.net/2026/zebrafish-in-a-pond",
     "//www.new.example.net/2026/zebrafish-in-a-pond/amp/", "http://new.example.net/2026/zebrafish-in-a-pond/feed/",
     "https://web.archive.org/web/2020*/https://new.example.net/2026/zebrafish-in-a-pond/",
     "web.archive.org/web/20200102030405id_/new.example.net/2026/zebrafish-in-a-pond/",
     "https://archive.example/all/20200102030405/https://new.example.net/2026/zebrafish-in-a-pond/",
     "https://new-example-net.translate.goog/2026/zebrafish-in-a-pond/?_x_tr_sl=de"],
)  # fmt: skip
def test_an_address_on_a_host_that_no_site_has_means_its_item(tmp_path: Path, url: str) -> None:
    link = "https://new.example.net/2026/zebrafish-in-a-pond/"
    quoting = post(8, content={"rendered": f'<p>Quagga said <a href="{link}">so</a> at {link} once.</p>'})
    gone = post(7, link=link, slug="a", title={"rendered": "A"}, content={"rendered": "<p>Zebrafish.</p>"})
    built = Corpus(tmp_path, a=[gone, quoting, post(9, link="https://new.example.net/2026/zebrafish/")])
    (tmp_path / takedown.FILE).write_text(f"- url: {url!r}\n  reason: x\n")
    built.build()
    assert built.table("posts")["takedown_reason"].to_list() == ["x", None, None]
    assert where(built.layout.release, "zebrafish-in") == []
    assert built.table("posts")["text"][1] == "Quagga said [taken down] at [taken down] once."


def test_a_number_that_no_item_has_is_told(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    (tmp_path / takedown.FILE).write_text("- site: a\n  id: 99\n  reason: A court said so.\n")
    built.build(built.params(policy=OPEN))
    (line,) = gates.takedowns_told(built.layout)
    assert "no item in the tables is a post 99" in line


@pytest.mark.parametrize("entry", BY)
def test_it_is_in_no_byte_of_tables_release_and_report(tmp_path: Path, entry: str) -> None:
    built = corpus(tmp_path)
    settled = built.params(policy=OPEN)
    built.build(settled)
    for mark in MARKS:  # it is there while nothing is said
        assert where(built.layout.tables, mark), mark
        assert where(built.layout.release, mark), mark
    (tmp_path / takedown.FILE).write_text(entry)
    built.build(settled)
    for folder in (built.layout.tables, built.layout.release, built.layout.reports):
        assert {mark: where(folder, mark) for mark in MARKS} == {mark: [] for mark in MARKS}, folder.name
    row = built.table("posts").row(by_predicate=pl.col("id") == 7, named=True)
    told = {name for name, value in row.items() if value is not None}
    assert told == {
        "site", "type", "id", "state", "protected", "flags", "digest", "takedown_reason", "crawl", "record_id",
        "observed_at", "origin", "origin_exceptions",
    }  # fmt: skip
    assert row["takedown_reason"] == "A court said so."
    assert row["flags"] == ["taken_down"]
    assert row["origin_exceptions"] == []
    assert gates.takedowns_told(built.layout) == []


def test_others_keep_their_own_words(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    (tmp_path / takedown.FILE).write_text(BY[0])
    built.build(built.params(policy=OPEN))
    posts = built.table("posts")
    other = posts.row(by_predicate=pl.col("id") == 8, named=True)
    assert "My own words." in other["text"]
    assert other["text"].count("[taken down]") == 3
    assert other["flags"] == ["taken_down_mentioned"]
    assert other["takedown_reason"] is None
    untouched = posts.row(by_predicate=pl.col("id") == 10, named=True)
    assert (untouched["text"], untouched["flags"]) == ("Content of number 10, in some words.", [])
    links = built.table("links")
    assert links["id"].unique().to_list() == [8]
    pointing = links.filter(pl.col("target_id") == 7).select("text", "url", "resolved", "fragment", "reason").unique()
    assert pointing.rows() == [(None, None, None, None, "taken_down")]
    for table in ("comments", "media"):
        row = built.table(table).row(0, named=True)
        assert row["takedown_reason"] == "A court said so."
        assert (row["post_id"], row.get("text"), row.get("source_url"), row["extra"]) == (7, None, None, None)
    assert built.table("versions")["id"].to_list() == [7, 8, 10]
    assert built.table("post_terms").is_empty()


def test_an_attachment_and_a_comment_go_by_their_types(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    entries = (
        "- {site: a, type: attachment, id: 9, reason: Not ours.}\n- {site: a, type: comment, id: 5, reason: Rude.}\n"
    )
    (tmp_path / takedown.FILE).write_text(entries)
    built.build(built.params(policy=OPEN))
    assert built.table("media").select("title", "source_url", "takedown_reason").rows() == [(None, None, "Not ours.")]
    assert built.table("comments").select("text", "author_name", "takedown_reason").rows() == [(None, None, "Rude.")]
    assert built.table("posts")["takedown_reason"].null_count() == 3


def test_no_group_is_held_together_by_or_named_after_it(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    items = [post(number, content={"rendered": f"<p>{words}</p>"}) for number in (7, 8, 9)]
    claims = {8: {"en": 8, "ug": 7}, 9: {"fr": 9, "ug": 7}, 10: {"en": 10, "fr": 11}}
    items = [*items, post(10), post(11), post(12)]
    for item in items:
        item["translations"] = claims.get(item["id"], {})
    built = Corpus(tmp_path, a=items)
    built.build()
    shown = ["id", "repeat_group", "translation_group"]
    others = [(10, None, "a/post/10"), (11, None, "a/post/10"), (12, None, None)]
    of_seven = [(number, "a/post/7", "a/post/7") for number in (7, 8, 9)]
    assert built.table("posts").select(shown).rows() == of_seven + others
    (tmp_path / takedown.FILE).write_text("- {site: a, id: 7, reason: A court said so.}\n")
    built.build()
    left = [(7, None, None), (8, "a/post/8", None), (9, "a/post/8", None)]
    assert built.table("posts").select(shown).rows() == left + others


def test_lifting_it_brings_everything_back(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    built.build()
    before = {p.name: p.read_bytes() for p in built.layout.tables.iterdir()}
    (tmp_path / takedown.FILE).write_text(BY[2])
    built.build()
    (tmp_path / takedown.FILE).write_text("# nothing any more\n")
    built.build()
    assert {p.name: p.read_bytes() for p in built.layout.tables.iterdir()} == before


def test_an_edit_and_an_older_state_are_taken_down_as_well(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(7, title={"rendered": "Zebrafish before the edit"}), post(8)])
    built.build()
    built.day = 2
    quoting = post(8, content={"rendered": "<p>It was called Zebrafish before the edit, and now Quagga after it.</p>"})
    built.write("a", [post(7, title={"rendered": "Quagga after it"}), quoting])
    (tmp_path / takedown.FILE).write_text(BY[2])
    built.build()
    assert where(built.layout.release, "zebrafish") == where(built.layout.release, "quagga") == []
    assert built.table("posts")["text"].to_list() == [None, "It was called [taken down], and now [taken down]."]


def test_an_entry_of_a_site_that_was_taken_out_stops_nothing_and_is_told(tmp_path: Path) -> None:
    Corpus(tmp_path, a=[post(1)], b=[post(1), post(2)]).build()
    (tmp_path / takedown.FILE).write_text("- {site: b, id: 1, reason: x}\n")
    left = Corpus(tmp_path, a=[post(1)])
    left.day = 2
    left.build()
    (said,) = gates.takedowns_told(left.layout)
    assert said.endswith(
        "no item in the tables is b post 1: mistyped, erased, not observed yet, or of a site that is not in params.yaml"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- url: https://a.example.org/nowhere/\n  reason: x\n", "no item was ever observed under"),
        ("- url: a.example.org/nowhere/\n  reason: x\n", "no item was ever observed under"),
        ("- url: https://other.example/1/\n  reason: x\n", "no item was ever observed under"),
        ("- url: https://web.archive.org/web/2020/https://a.example.org/nowhere/\n  reason: x\n", "was ever observed"),
        ("- {site: A, id: 1, reason: x}\n", "A post 1: params.yaml names no such site\nThere are a:"),
        (
            "- {site: a, id: 1, type: Post, reason: x}\n",
            "a has no such type\nThere are attachment, comment, page, post:",
        ),
        ("- {site: a, id: 0, reason: x}\n", "is not one item with a reason"),
        ("- {site: a, id: -1, reason: x}\n", "is not one item with a reason"),
        ("- url: https://a.example.org/2026/1/\n", "has no field 'reason'"),
        ("- {site: a, id: 1, reason: ' '}\n", "is not one item with a reason"),
        ("- {site: a, reason: x}\n", "is not one item with a reason"),
        ("- {site: a, id: 1, url: 'https://x', reason: x}\n", "is not one item with a reason"),
        ("- {site: a, number: 1, reason: x}\n", "has a field 'number' that is not known"),
        ("a: b: c", "is not YAML"),
        ("just words", "has text where a list is expected"),
    ],
)
def test_what_cannot_be_meant_stops_the_build(tmp_path: Path, text: str, says: str) -> None:
    built = Corpus(tmp_path, a=[post(1)])
    (tmp_path / takedown.FILE).write_text(text)
    with pytest.raises(ParamsError, match=says) as caught:
        built.build()
    assert takedown.FILE in str(caught.value)


@pytest.mark.parametrize("before", [None, "", "[]\n", "# a word\n[]\n", "# a word\n- {site: a, id: 1, reason: x}\n"])
def test_an_entry_is_added_to_what_stands_there(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / takedown.FILE
    if before is not None:
        path.write_text(before)
    known = takedown.load(tmp_path)
    entry: Any = Takedown("Because: “of” 'that'.", site="a", id=882, type="post")
    add_takedown(tmp_path, entry)
    assert takedown.load(tmp_path) == (*known, entry)
    assert ("# a word" in path.read_text()) == ("# a word" in (before or ""))


def _renumbered(tmp_path: Path, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> Corpus:
    """A site that was moved to another installation after its post 7 was taken down by number."""
    built = Corpus(tmp_path, a=first)
    built.build()
    built.day = 2
    built.write("a", second)
    (tmp_path / takedown.FILE).write_text("- {site: a, id: 7, reason: A court said so.}\n")
    built.build(built.params(policy=OPEN))
    return built


_AT: Final = "https://a.example.org/2026/zebrafish-in-a-pond/"


def _moved(number: int) -> list[dict[str, Any]]:
    """The post that is taken down, its picture and tag, under a number."""
    says = {"link": _AT, "title": {"rendered": "Zebrafish in a pond"}, "slug": "zebrafish-in-a-pond"}
    picture = {"id": number + 1, "type": "attachment", "post": 0, "link": f"https://a.example.org/zebraview{number}/",
               "title": {"rendered": "zebraview"}, "media_details": {},
               "source_url": f"https://a.example.org/u/zebraview{number}.jpg"}  # fmt: skip
    tag = {"id": number + 2, "taxonomy": "post_tag", "slug": "zebratag", "name": "zebratag"}
    body = {"rendered": "<p>Zebrafish swim.</p>", "protected": False}
    return [post(number, content=body, featured_media=number + 1, tags=[number + 2], **says), picture, tag]


def test_a_post_that_has_its_address_under_another_number_goes_whole(tmp_path: Path) -> None:
    quoting = {"content": {"rendered": "<p>Of Zebrafish in a pond.</p>"}}
    built = _renumbered(tmp_path, [*_moved(7), post(20)], [*_moved(107), post(120, **quoting)])
    assert where(built.layout.release, "zebra") == where(built.layout.reports, "zebra") == []
    down = built.table("posts").filter(pl.col("takedown_reason").is_not_null())
    reasons = ["A court said so.", "A court said so. (As post 7, whose address it has.)"]
    assert down.select("id", "takedown_reason").rows() == list(zip([7, 107], reasons, strict=True))
    told = "takedown.yaml: a post 107 is taken down as well (As post 7, whose address it has.)"
    assert gates.takedowns_told(built.layout) == [told]


def test_a_number_that_another_post_had_before_takes_nothing_of_that_post(tmp_path: Path) -> None:
    """All numbers changed: what was 107 is 207 now, and 7 is what was 17."""
    other = {"title": {"rendered": "Quagga on a hill"}, "link": "https://a.example.org/2026/quagga-on-a-hill/"}
    third = {"title": {"rendered": "Okapi in a wood"}, "link": "https://a.example.org/2026/okapi-in-a-wood/"}
    first = [*_moved(7)[:1], post(107, **other), post(17, **third)]
    second = [*_moved(107)[:1], post(207, **other), post(7, **third), post(17)]
    built = _renumbered(tmp_path, first, second)
    titles = built.table("posts").select("id", "title").rows()
    assert titles == [(7, None), (17, "Title 17"), (107, None), (207, "Quagga on a hill")]


def test_an_address_that_many_posts_have_means_none_of_them(tmp_path: Path) -> None:
    events = [post(number, type="event", link="https://a.example.org/events/") for number in (7, 8, 9, 10)]
    built = _renumbered(tmp_path, events, events)
    assert built.table("posts")["takedown_reason"].to_list() == ["A court said so.", None, None, None]
    assert gates.takedowns_told(built.layout) == []
