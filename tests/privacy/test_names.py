"""Authors who are withheld are named nowhere; those with pseudonyms have one, made with a key that is nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.config.params import Policy
from presscorpus.errors import ParamsError
from presscorpus.privacy import dataset_policy, display_names, pseudonyms
from presscorpus.privacy.folding import fold
from presscorpus.privacy.people import People
from presscorpus.privacy.pseudonyms import VARIABLE, key_id
from presscorpus.release import withholding
from tests.corpus import Corpus, post, shown, where, with_policy
from tests.inputs.samples import user

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0123456789abcdef0123456789abcdef"
NAME = "Jane Quillfeather"
FORMS = [NAME, NAME.upper(), "jane-quillfeather", "Quillfeather, Jane", "Jane%20Quillfeather"]


def corpus(root: Path) -> Corpus:
    """A name in plugin JSON, bylines, anchors, titles, excerpts, slugs, terms, pictures and what is in quarantine."""
    by = '<p>By <a href="https://a.example.org/author/jane-quillfeather/" rel="author">Jane Quillfeather</a></p>'
    plugin = {
        "author": NAME,
        "twitter_misc": {"Written by": NAME},
        "schema": {
            "@graph": [{"@type": "Person", "name": NAME, "url": "https://a.example.org/?x=Jane%20Quillfeather"}]
        },
    }
    one = post(
        1,
        author=4,
        title={"rendered": "An interview by JANE QUILLFEATHER"},
        excerpt={"rendered": "Jane Quillfeather asked."},
        content={"rendered": f'{by}<figure><img src="/x.jpg" alt="Photo: Jane Quillfeather"></figure>'},
        yoast_head_json=plugin,
        slug="an-interview-jane-quillfeather",
    )
    bad = post(2, author="Jane Quillfeather", title={"rendered": ["Jane Quillfeather"]})
    term = {"id": 3, "taxonomy": "post_tag", "slug": "jane-quillfeather", "name": "Quillfeather, Jane"}
    return Corpus(root, a=[one, bad, post(3, author=4), post(4, author=5), term])


def test_a_withheld_name_is_in_no_byte(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    built.build(built.params(policy=Policy(authors="named")))
    assert all(where(built.layout.release, form) for form in FORMS)
    built.build()
    for form in ("quillfeather", *FORMS):
        assert where(built.layout.release, form) == where(built.layout.reports, form) == [], form
    # The odd post is a row: what of it cannot be read, and names her, is null.
    assert built.table("quarantine").height == 0
    assert built.table("posts").row(by_predicate=pl.col("id") == 2, named=True)["title"] is None
    row = built.table("posts").row(by_predicate=pl.col("id") == 1, named=True)
    assert row["title"] == "An interview by [name withheld]"
    assert row["author_id"] is None


def test_one_site_names_its_authors_and_another_does_not(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    built.write("b", [post(1, author=4, title={"rendered": f"By {NAME}"}, link="https://b.example.org/1/")])
    built.sites = ("a", "b")
    built.build(with_policy(built.params(), "b", Policy(authors="named")))
    assert built.table("posts").filter(pl.col("site") == "b").select("title", "author_id").rows() == [(f"By {NAME}", 4)]
    assert NAME not in str(built.table("posts").filter(pl.col("site") == "a").rows())


def test_pseudonyms_are_the_same_in_every_table_and_release_and_nobody_else_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    policy = Policy(authors="pseudonym", comments=True, pseudonym_key=key_id(KEY.encode()))
    comment = {"id": 5, "post": 1, "author": 4, "author_name": "Wombat", "content": {"rendered": "Hm."}}
    picture = {"id": 9, "source_url": "https://a.example.org/o.jpg", "author": 4}
    guest = {"id": 6, "post": 1, "author": 0, "author_name": "", "content": {"rendered": "Hm."}}
    built = corpus(tmp_path)
    more = [post(8, author=4), post(9, author=5), post(10, author=0), comment, guest, picture]
    built.write("a", more)
    built.build(built.params(policy=policy))
    first, second, none = built.table("posts").sort("id")["author_id"]
    assert first > 0 < second
    assert len({first, second, 4, 5}) == 4
    assert none is None
    assert built.table("media")["author_id"].to_list() == [first]
    assert built.table("comments").sort("id").select("author_id", "author_name", "text").row(0) == (
        first, f"author-{pseudonyms._mac(KEY.encode(), 'name', 'a', 'Wombat')[:16]}", None,
    )  # fmt: skip
    assert built.table("comments").sort("id").row(1, named=True)["author_name"] is None
    assert built.table("authors").is_empty()
    assert where(built.layout.release, "wombat") == where(built.layout.data, KEY) == []
    assert "`author_id`" not in shown(built.layout.release)["README.md"].split("What is withheld")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("key", "says"), [("", "needs a key of 32"), ("short", "needs a key of 32"), (KEY[::-1], "is not the id")]
)
def test_a_missing_or_other_key_is_refused_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, says: str
) -> None:
    monkeypatch.setenv(VARIABLE, key)
    built = Corpus(tmp_path, a=[post(1, author=4)])
    with pytest.raises(ParamsError, match=says) as caught:
        built.build(built.params(policy=Policy(authors="pseudonym", pseudonym_key=key_id(KEY.encode()))))
    assert not key or key not in str(caught.value)


def found(people: People, text: str) -> list[str]:
    folded = fold(text)
    return [folded[each.start : each.end] for each in people.names().find(folded)]


def test_who_has_a_page_on_a_host_of_the_site_is_an_author_of_it(tmp_path: Path) -> None:
    pages = {
        "Jane Quillfeather": "https://www.a.example.org/author/jq/",
        "Otto Sandreuter": "/author/os/",
        "Mira Talvenheim": "https://old-name.example.net/author/mt/",
        "Zelda Ironmonger": "https://magazine.example.com/author/zi/",
    }
    links = "".join(f'<p>From <a href="{page}">{name}</a>.</p>' for name, page in pages.items())
    moved = post(2, link="https://old-name.example.net/2020/a-note/")
    built = Corpus(tmp_path, a=[post(1, content={"rendered": links}), moved])
    built.build()
    released = pl.read_parquet(next((built.layout.release / "posts").glob("*.parquet"))).filter(pl.col("id") == 1)
    assert [name for name in pages if name in released["text"][0]] == ["Zelda Ironmonger"]
    assert "https://magazine.example.com/author/zi/" in released["content_html"][0]


@pytest.mark.parametrize(
    "text", ["Otros textos de Ada Byron", "View all posts by Ada Byron", "Alle Beiträge von Ada Byron"]
)
def test_the_words_of_a_link_to_an_author_are_no_part_of_the_name(text: str) -> None:
    people = People(["a.example.org"], [])
    people.add_byline(text, None, "https://a.example.org/author/ab/", {"a.example.org"})
    assert people.told() == ("Ada Byron",)


def test_an_author_without_a_number_is_no_person_by_name(tmp_path: Path) -> None:
    link = '<p>From <a href="https://www.a.example.org/author/vd/">Valley Desk</a>.</p>'
    built = Corpus(tmp_path, a=[post(1, content={"rendered": link})])
    for listed, kept in (((), False), (("Valley Desk", 7), True)):
        built.build(built.params(policy=Policy(not_people=listed)))
        released = pl.read_parquet(next((built.layout.release / "posts").glob("*.parquet")))
        assert ("Valley Desk" in released["text"][0]) == kept


PHRASES = (
    "Human Rights", "Press Release", "Guest contributor", "Letters to the Editor", "Sponsored Content",
    "Women's Rights", "Climate Justice", "Free Press", "Derechos Humanos", "Droits de l'homme",
    "Politik und Gesellschaft", "Hong Kong", "South Africa Desk", "New York City", "Trinidad and Tobago",
    "Getty Images", "Adobe Stock",
)  # fmt: skip
PEOPLE = (
    "Art Law",
    "Grace Press",
    "Emily Post",
    "Anna Berg",
    "Jude Reader",
    "Rich Media",
    "Mark Human",
    "Peace Child",
    "Freedom Das",
    "Justice Banks",
    "Hong Kongsberg",
    "Sydney York",
)


@pytest.mark.parametrize("written", [*PHRASES, *PEOPLE])
def test_an_ordinary_phrase_is_no_author_and_a_person_is_one(written: str) -> None:
    people = People(["a.example.org"], [])
    people.add_byline(written, None, "https://a.example.org/author/ab/", {"a.example.org"})
    people.add_login(written.lower().replace(" ", "-"), None)
    assert bool(people.names()) == (written in PEOPLE)


def test_who_is_listed_as_no_person_and_not_known_is_told(tmp_path: Path) -> None:
    link = '<p>From <a href="https://www.a.example.org/author/vd/">Valley Desk</a>.</p>'
    built = Corpus(tmp_path, a=[post(1, content={"rendered": link}), user(3, "Zarela Omdahlek")])
    built.build(built.params(policy=Policy(not_people=("valley desk", "Vally Desk", 3, 7))))
    rules = dataset_policy.of_dataset(
        built.params(policy=Policy(not_people=("valley desk", "Vally Desk", 3, 7))), built.layout.tables, {}
    )
    (line, *_) = withholding.struck(rules, built.layout.tables)
    assert line == "a: policy.not_people lists Vally Desk, 7, and no author is known by that: it changes nothing."


def test_an_account_is_no_person_by_its_number_alone(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(1), user(3, "Zarela Omdahlek")])
    with pytest.raises(ParamsError, match=r"names 'Zarela Omdahlek', and author 3 is called so\n.*list its number, 3"):
        built.build(built.params(policy=Policy(not_people=("zarela omdahlek",))))
    built.build(built.params(policy=Policy(not_people=("Zarela Omdahlek", 3))))


def test_what_is_no_name_is_not_struck() -> None:
    people = People(["a.example.org"], ["A Paper of Many Friends"])
    for text in (
        "read more",
        "See Author's Posts",
        "更多文章",
        "Outros Textos",
        "admin",
        "By the staff of the paper and all of its many friends",
        None,
    ):
        people.add_byline(text, "author", "https://a.example.org/author/admin/", {"a.example.org"})
    for name, slug in (("admin", "admin"), (None, "x"), ("Editor", "editor")):
        people.add(name, 1)
        people.add_login(slug, 1)
    people.add_plugin('{"author":7,"title":"Some title of it","authors":[{"id":1,"name":"X"}]}')
    assert not people.names()
    assert people.logins == {"admin", "x", "editor"}


@pytest.mark.parametrize(
    "extra",
    [
        '{"coauthors":[{"display_name":"Ada Byron"}]}',
        '{"byline":"By Ada Byron"}',
        '{"parsely":{"meta":{"author":[{"@type":"Person","name":"Ada Byron"}]}}}',
        '{"_embedded_author":{"@type":"Person","name":"Ada Byron"}}',
        '{"author_info":{"display_name":"Ada Byron","author_link":"https://x"}}',
        '{"meta":{"authorName":"Ada Byron"}}',
        '{"post_author_name":"Ada Byron"}',
        '{"yoast_head_json":{"twitter_misc":{"Verfasst von":"Ada Byron","Geschätzte Lesezeit":"5 Minuten"}}}',
        json.dumps({"yoast_head": '<meta name="author" content="Ada Byron" />'}),
        json.dumps(
            {
                "rank_math_head": '<script type="application/ld+json">{"@graph":[{"@type":"Person",'
                '"name":"Ada Byron"}]}</script>'
            }
        ),
        '{"schema":{"@graph":[{"@type":["Person","Organization"],"name":"Ada Byron"}]}}',
        '{"coauthors":[{"display_name":"ada byron"}]}',
        '{"yoast_head_json":{"author":"ada byron"}}',
        '{"acf":{"writer":"Ada Byron"}}',
        '{"acf":{"guest_author":"Ada Byron"}}',
        '{"acf":{"author":{"user_firstname":"Ada","user_lastname":"Byron"}}}',
        '{"schema":{"@type":"Person","givenName":"Ada","familyName":"Byron"}}',
        json.dumps({"aioseo_head": '<meta name="author" content="Ada Byron" />'}),
    ],
)
def test_names_that_plugins_tell(extra: str) -> None:
    people = People([], [])
    people.add_plugin(extra)
    assert found(people, "By Ada Byron.") == ["ada byron"]


@pytest.mark.parametrize(
    "extra",
    [
        '{"byline":"by our reporters"}',
        '{"author":"the valley friends"}',
        '{"twitter_misc":{"Est. reading time":"less than a minute"}}',
        '{"yoast_head_json":{"twitter_misc":{"Tempo":"menos de um minuto"}}}',
        json.dumps({"yoast_head": '<meta name="twitter:data1" content="menos de um minuto" />'}),
    ],
)
def test_phrases_without_capitals_are_no_names(extra: str) -> None:
    people = People([], [])
    people.add_plugin(extra)
    assert people.told() == ()


@pytest.mark.parametrize(
    ("label", "address", "named"),
    [
        ("ada byron", "/author/iw-byron/", True),
        ("ada byron", "/author/ab73/", True),
        ("see what is new", "/author/ab73/", False),
        ("read more", "/author/ab73/", False),
        ("Ada Byron", "/?author=7", True),
        ("Ada Byron", "/?author=7x", False),
    ],
)
def test_whoever_a_link_to_an_author_s_page_names(label: str, address: str, *, named: bool) -> None:
    people = People(["a.example.org"], [])
    people.add_byline(label, None, f"https://a.example.org{address}", {"a.example.org"})
    assert ("ada byron" in map(str.lower, people.told())) == named


OWN = [
    ("valley-press.example", ["valley-press.example"], []),
    ("Valley Press", ["www.valley-press.example"], []),
    ("Valley Press", ["a.example"], ["The Valley Press"]),
    ("Anna Berg", ["annaberg.example"], []),
    ("王霄琪", [], ["王霄琪的网站"]),
    ("Anna Berg", ["anna-berg-blog.example"], []),
]
DISPLAYED = [
    ("Anna Zustorf & Bo Lundgren", ("Anna Zustorf", "Bo Lundgren")),
    ("Anna Zustorf / Bo Lundgren", ("Anna Zustorf", "Bo Lundgren")),
    ("Anna Zustorf – Editor", ("Anna Zustorf",)),
    ("Staff | Anna Zustorf", ("Anna Zustorf",)),
    ("Anna Zustorf aka Nuna Lotterby", ("Anna Zustorf", "Nuna Lotterby")),
    ("Anna Zustorf 2", ("Anna Zustorf",)),
    ("von Yustorf, Anna", ("Anna von Yustorf", "Yustorf, Anna")),
    ("Prof. Jürgen Zustorf MdB", ("Juergen Zustorf", "J. Zustorf")),
    ("anna.zustorf77@example.org", ("Anna Zustorf",)),
    ("anna_zustorf", ("Anna Zustorf",)),
    ("Hon. Anna Stock", ("Anna Stock",)),
    ("Rev. Anna Bloomberg Editor", ("Anna Bloomberg",)),
    ("RK Zustorf", ("R. K. Zustorf", "R.K. Zustorf", "R K Zustorf", "RK Zustorf")),
    ("Ravi Kumar Zustorf", ("RK Zustorf", "R K Zustorf", "R.K. Zustorf")),
    ("R. K. Zustorf", ("RK Zustorf", "R K Zustorf")),
    ("Md Rahim Zustorf", ("Rahim Zustorf",)),
    ("Mohammad Rahim Zustorf", ("Rahim Zustorf",)),
    *(
        (written.format("Anna Zustorf"), ("Anna Zustorf",))
        for written in (
            "Engr. {}", "Alhaji {}", "Pastor {}", "Chef {}", "{} Editor", "{} Staff Writer", "Guest Author {}",
            "{} LCSW", "{} CFP®", "Gast: {}", "Contributing Writer {}", "{} for Tidings", "{} he/him",
            "The Rev. {}", "{} in Oslo", "{} @ Tidings", "{}'s Blog", "{} at Tidings",
        )
    ),
]  # fmt: skip
"""What users are displayed as, and what is found of each."""


@pytest.mark.parametrize(("displayed", "parts"), DISPLAYED)
def test_each_name_in_what_a_user_is_displayed_as_is_found(displayed: str, parts: tuple[str, ...]) -> None:
    people = People([], [])
    people.add(displayed, 1)
    for part in parts:
        assert found(people, f"by {part}, for the press") == [fold(part)]
    for stays in ("the editor and the staff met", "anna", "lund", "a new press", "zustorf"):
        assert found(people, stays) == []


@pytest.mark.parametrize(
    ("displayed", "stays"),
    [
        ("Anna Maria Zustorf", "I am Zustorf, at 9 a.m. Zustorf"),
        ("Don Edward Silva", "de Silva and Das"),
        ("Mohammed bin Salman", "bin Salman"),
        ("USA Today", "U. S. A. of today"),
        ("Middle East Editor", "in the Middle East"),
        ("Anna Maria Page", "by Anna Maria, as"),
        ("Oslo Mayor's Office", "the Oslo Mayor met"),
        ("Uyghur Students in Oslo", "the Uyghur students met"),
        ("South Sudan Correspondent", "of South Sudan"),
        ("Valley News Staff", "the Valley News said"),
        ("Chef Anna", "by Anna"),
        ("Anna Mei NG", "by Anna Mei, as"),
    ],
)
def test_what_is_left_of_an_office_is_no_person(displayed: str, stays: str) -> None:
    people = People([], [])
    people.add(displayed, 1)
    assert found(people, stays) == []


def test_a_label_of_a_host_is_no_person_s_by_whole_words_alone() -> None:
    people = People(["lisamannheim-news.example.org"], [])
    people.add("Lisa Mann", 1)
    assert found(people, "by Lisa Mann") == ["lisa mann"]


@pytest.mark.parametrize(
    ("called", "is_person"),
    [
        ("Anna Bergius", False),
        ("anna  bergius", False),
        ("Anna Bergius Foundation", True),
        ("Law Firm Anna Bergius", True),
    ],
)
def test_an_account_is_an_organisation_that_is_called_the_same_and_no_longer(called: str, *, is_person: bool) -> None:
    people = People([], [])
    people.add("Anna Bergius", 1)
    people.add_organisation(called)
    assert found(people, "by Anna Bergius") == (["anna bergius"] if is_person else [])
    people.add_fields({"schema": [{"@type": "Person", "name": "Anna Bergius"}]})
    assert found(people, "by Anna Bergius") == ["anna bergius"]


@pytest.mark.parametrize("recalled", [False, True])
@pytest.mark.parametrize(("is_item", "kind", "is_person"), [
    (True, "Person", False), (False, "Person", True), (True, ["Person", "Organization"], True),
])  # fmt: skip
def test_a_desk_is_no_person_for_the_one_that_yoast_makes_of_each_account(
    kind: object, *, is_item: bool, is_person: bool, recalled: bool
) -> None:
    people = People([], [])
    node = {"@type": kind, "@id": "https://a.example/#/schema/person/0cc175b9", "name": "Valley Desken"}
    people.add_fields({"schema": [node]})
    if recalled:
        known, people = list(people.known()), People([], [])
        for each in known:
            people.recall(*each)
    people.add("Valley Desken", 1)
    people.add_organisation("Valley Desken", is_item=is_item)
    assert found(people, "by Valley Desken") == (["valley desken"] if is_person else [])


@pytest.mark.parametrize(
    "told",
    [
        {"author": "Anna Bergius", "schema": [{"@type": "Organization", "name": "Law Firm Anna Bergius"}]},
        {"schema": [{"@type": t, "name": "Anna Bergius"} for t in ("Person", "Organization")]},
    ],
)
@pytest.mark.parametrize("recalled", [False, True])
def test_a_person_is_none_the_less_for_an_organisation_of_the_name(told: dict[str, object], *, recalled: bool) -> None:
    people = People([], [])
    people.add_fields(told)
    if recalled:
        known, people = list(people.known()), People([], [])
        for each in known:
            people.recall(*each)
    assert found(people, "by Anna Bergius") == ["anna bergius"]


@pytest.mark.parametrize(("name", "hosts", "titles"), OWN)
def test_a_name_that_is_the_site_s_own_is_no_person_s(name: str, hosts: list[str], titles: list[str]) -> None:
    people = People(hosts, titles)
    people.add(name, 1)
    assert not people.names()
    other = People(["b.example"], ["Another Title"])
    other.add(name, 1)
    assert bool(other.names()) == ("." not in name)


def test_a_name_that_the_data_calls_an_organisation_is_no_person_s() -> None:
    people = People([], [])
    people.add("Valley Council", None)
    assert found(people, "the Valley Council met") == ["valley council"]
    people.add_plugin('{"schema":{"@graph":[{"@type":["Organization"],"name":"Valley Council"}]}}')
    assert found(people, "the Valley Council met") == []


CO_AUTHORS = [
    "Gulzira Khanbegim Gulzira Khanbegim gk77 7 gk@example.org",
    "gk Gulzira Khanbegim gk77 7 gk@example.org",
    "Gulzira Khanbegim Gulzira Khanbegim gk77 7 ",
]
MET = "by Gulzira Khanbegim, for the press"


def test_what_a_co_author_is_described_as_need_be_no_name() -> None:
    assert display_names.of_co_author("Reporter in the Valley since 2012") == []


@pytest.mark.parametrize("described", CO_AUTHORS)
def test_a_name_in_the_description_of_a_co_author_is_withheld(tmp_path: Path, described: str) -> None:
    term = {"id": 3, "taxonomy": "author", "slug": "cap-gk77", "name": "gk77", "description": described}
    told = post(1, content={"rendered": f"<p>{MET}</p>"})
    built = Corpus(tmp_path, a=[told, term])
    built.build_first()
    assert built.table("posts")["text"].to_list() == ["by [name withheld], for the press"]


@pytest.mark.parametrize(
    "more",
    [
        {"id": 7, "name": "Gul", "slug": "gk", "presscorpus_bylines": ["Gulzira Khanbegim"], "avatar_urls": {}},
        post(2, type="guest-author", title={"rendered": "Gulzira Khanbegim"}),
    ],
)
def test_a_name_of_a_user_s_fields_or_of_a_guest_is_withheld(tmp_path: Path, more: dict[str, object]) -> None:
    built = Corpus(tmp_path, a=[post(1, content={"rendered": f"<p>{MET}</p>"}), more])
    built.build_first()
    texts = built.table("posts").filter(pl.col("id") == 1)["text"].to_list()
    assert texts == ["by [name withheld], for the press"]
