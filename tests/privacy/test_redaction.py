"""E-mail addresses and telephone numbers: what is found, what is left, and in every column that leaves."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.config.params import Policy
from presscorpus.content.html import read
from presscorpus.privacy import policy
from presscorpus.privacy.address_marks import EMAIL, NAME, PHONE, Authors
from presscorpus.privacy.columns import Columns
from presscorpus.privacy.name_forms import Names
from presscorpus.privacy.redaction import Treatment
from tests.corpus import PACKAGE, Corpus, post, where

if TYPE_CHECKING:
    from pathlib import Path

BOTH = Treatment(frozenset(("email", "phone")))
FOUND = {
    # antispambot() of WordPress core, in text and, with its second argument, in addresses.
    "&#106;a&#110;e&#64;ex&#97;mple&#46;c&#111;m": EMAIL,
    "&#x6a;ane&#x40;example.com": EMAIL,
    '<a href="mailto:%6aane%40example.com?subject=x">l</a>': f'<a href="mailto:{EMAIL}">l</a>',
    '<a href="https://u:pw@host.example.org/">l</a>': '<a href="">l</a>',
    '<b data-cfemail="4d5e6f7788">x</b>': f'<b data-cfemail="{EMAIL}">x</b>',
    '<img src="https://secure.gravatar.com/avatar/0123456789abcdef0123456789abcdef?s=96">': '<img src="">',
    "<b>jane</b>@exam&shy;ple.com, <i>x</i>": f"<b>{EMAIL}</b>&shy;, <i>x</i>",
    "<input value='desk@x.example' type='text'>": f"<input value='{EMAIL}' type='text'>",
    "<input value=desk@x.example type=text>": f'<input value="{EMAIL}" type=text>',
    "(+49&nbsp;30&nbsp;1234567)": f"({PHONE})",
    "<p>+49 <b>30</b> 1234567</p>": f"<p>{PHONE}<b></b></p>",
    '<a href="tel:02125551234">l</a>': f'<a href="tel:{PHONE}">l</a>',
    '<a href="https://wa.me/905551234567">l</a>': '<a href="">l</a>',
    "<p>at https://wa.me/905551234567.</p>": f"<p>at {PHONE}.</p>",
    "<p>anna (at)  gkpost.org, anna @  gmail.com</p>": f"<p>{EMAIL}, {EMAIL}</p>",
    "<p>anna (at)\n gkpost.org</p>": f"<p>{EMAIL}</p>",
    "<p>+49 30\n    9174 6258</p>": f"<p>{PHONE}</p>",
    "<p><span>+49</span>\n   <span>\n   30 9174 6258</span></p>": f"<p><span>{PHONE}</span><span></span></p>",
    f"<p><b>+49</b>{'&nbsp;' * 5}30 9174 6258</p>": f"<p><b>{PHONE}</b></p>",
    f"<p>+49{' ' * 90}30{'&nbsp; ' * 9}9174 6258</p>": f"<p>{PHONE}</p>",
    "<p>+49<br>\n<br>\n<br>\n30 9174 6258</p>": f"<p>{PHONE}<br><br><br></p>",
    "<p>+49 30 /  9174  /  6258</p>": f"<p>{PHONE}</p>",
    '<img alt="anna (at)  gkpost.org +49  30  -  9174  -  6258">': f'<img alt="{EMAIL} {PHONE}">',
    "<p>anna.berg<br>@mail.example</p>": f"<p>{EMAIL}<br></p>",
    "<p>anna.berg@<br />mail.example</p>": f"<p>{EMAIL}<br /></p>",
    "<p>anna.berg@mail.<br>example</p>": f"<p>{EMAIL}<br></p>",
    "<p>anna.berg [at]<br>\nmail.example</p>": f"<p>{EMAIL}<br></p>",
    "<!-- jane@example.com --><b>x</b>": f"<!-- {EMAIL} --><b>x</b>",
    "<script>var a='\\u006aane@example.com'</script>": f"<script>var a='{EMAIL}'</script>",
}
LEFT = [
    '<img src="https://x.example/u/map@2x-1024x626.jpg" srcset="https://x.example/u/map@2x-300x183.jpg 300w">',
    '<a href="https://medium.com/@user.name/x">x</a>', "<p style='color:#00493055'>x</p>", "5 @ 3.50", "",
    '<a href="mailto:?subject=x">share</a>', "<p>GMT+8 20221231</p>", '<a href="https://x.example/?a=1+49+30+5501017">x</a>',
]  # fmt: skip


@pytest.mark.parametrize("html", FOUND)
def test_what_is_taken_out_of_a_document(html: str) -> None:
    assert BOTH.html(html) == FOUND[html]


@pytest.mark.parametrize("html", LEFT)
def test_what_stays_in_a_document(html: str) -> None:
    assert BOTH.html(html) == html


@pytest.mark.parametrize("html", [*FOUND, *LEFT])
def test_a_text_and_its_document_never_differ(html: str) -> None:
    assert read(BOTH.html(html)).text == BOTH.text(read(html).text)


@pytest.mark.parametrize("syntax", ["html", "text", "json"])
@pytest.mark.parametrize("html", FOUND)
def test_what_is_taken_out_is_so_of_whole_columns(html: str, syntax: str) -> None:
    value = json.dumps([html]) if syntax == "json" else html
    assert columns(BOTH, [value], syntax) == [getattr(BOTH, syntax)(value)]


def columns(treatment: Treatment, values: list[object], syntax: str = "text") -> list[object]:
    series = pl.Series("x", values)
    return Columns({"s": treatment})(pl.Series(["s"] * len(values)), series, syntax).to_list()


@pytest.mark.parametrize("between", ["", "\n", "\n    "])
def test_an_address_in_two_cells_is_one(between: str) -> None:
    row = f"<table><tr><td>anna.berg</td>{between}<td>@mail.example</td></tr></table>"
    assert columns(BOTH, [row], "html") == [f"<table><tr><td>{EMAIL}</td><td></td></tr></table>"]
    assert columns(BOTH, ["anna.berg\t@mail.example"]) == [EMAIL]


def test_each_rule_is_its_own() -> None:
    both = ["a@example.org +905551234567"]
    assert columns(Treatment(), [*both]) == both
    assert columns(Treatment(frozenset(("email",))), [*both]) == [f"{EMAIL} +905551234567"]
    assert columns(Treatment(frozenset(("phone",))), [*both]) == [f"a@example.org {PHONE}"]


def test_lists_keep_their_shape() -> None:
    assert columns(BOTH, [["a@example.org", "x"], [], None, [None, "y"]]) == [[EMAIL, "x"], [], None, [None, "y"]]


def test_addresses_go_whole_or_stay() -> None:
    anna = Names()
    anna.add("Anna Berg", 7)
    treatment = Treatment(BOTH.rules, Authors(anna, frozenset(("dilnara88",)), frozenset(("h.example",))))
    given = {
        "mailto:anna@example.org": EMAIL, "tel:+49305501017": PHONE, "https://wa.me/49305501017": None,
        "https://x.example/2011/the-case-of-anna-berg/": None, "https://h.example/author/somebody/": None,
        "https://x.example/author/dilnara88": None, "https://x.example/author/somebody/": "https://x.example/author/somebody/",
        "https://anna-berg.example.net/life/": "https://anna-berg.example.net/life/", "/uploads/AnnaBerg.jpg": None,
    }  # fmt: skip
    assert columns(treatment, list(given), "url") == list(given.values())
    assert columns(treatment, ["talk-with-anna-berg", "johanna-bergmann"], "slug") == [None, "johanna-bergmann"]
    assert treatment.strikes.times[7] == 3


@given(
    before=st.text(max_size=9),
    local=st.from_regex(r"\A[a-z][a-z.]{0,9}\Z"),
    after=st.sampled_from(["", "\n", '"', "\\"]),
)
def test_json_stays_json_and_the_address_is_gone(before: str, local: str, after: str) -> None:
    extra = json.dumps({"k": f"{before}\n{local}@example.org{after}", "deep": [f"\t{local}@example.org"]})
    (text,) = columns(BOTH, [extra], "json")
    assert "@example" not in str(text)
    assert json.loads(str(text))["deep"] == [f"\t{EMAIL}"]


@pytest.mark.parametrize("before", ["<!--" * 2000, "<? ", "<!x ", "</ ", "<p ", "<", "<!-- <? ", "<p title='x' "])
def test_an_address_goes_wherever_no_browser_shows_it(before: str) -> None:
    (html,) = columns(BOTH, [f"<p>x</p>{before}gk@mail.example.org>"], "html")
    assert html == f"<p>x</p>{before}{EMAIL}>"


HOSTILE = [
    "a" * 10**6 + "@",
    "@" * 10**6,
    "a@" * 200_000,
    "a." * 300_000 + "a@",
    "a@" + "ab." * 200_000,
    "a@b.com" * 100_000,
    "+1 " * 200_000,
    "&#64;" * 50_000,
    "<a " * 100_000,
    "00" * 300_000,
    "<!--" * 100_000,
    "<?" * 300_000,
    "anna" + " \n" * 500_000 + "mustermann",
    ("anna" + " ," * 500) * 500,
    "<?" * 100_000,
    "<a b@c " * 50_000,
    "x (at) " * 50_000,
    "a.b\n@c" * 50_000,
    "+49  \n" * 40_000,
    " " * 300_000 + "@",
    " at x dot y" * 50_000,
    "a dot " * 50_000 + "at x dot com",
    " @ gmail.com" * 50_000 + "@" + "gmail" * 50_000,
    "(" + " " * 100_000 + "at" + "[dot] " * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_cost_no_more_than_their_length(text: str) -> None:
    anna = Names()
    anna.add("Anna Mustermann", 7)
    begun = time.process_time()
    Treatment(BOTH.rules, Authors(anna)).html(text)
    assert time.process_time() - begun < 10


def needles() -> st.SearchStrategy[str]:
    """Addresses, numbers and a name, written in all the ways that HTML allows."""
    sign = {
        "@": ["@", "&#64;", "＠", "&commat;", "%40"],
        "+": ["+", "&#43;", "＋", "&plus;"],
        " ": [" ", "&nbsp;", "\u2003", "<br>", "</b><b>"],
    }

    def spelt(text: str) -> st.SearchStrategy[str]:
        parts = [
            st.sampled_from(sign.get(each, [each, f"&#{ord(each)};", f"{each}&shy;", f"<i>{each}</i>", each.upper()]))
            for each in text
        ]
        return st.tuples(*parts).map("".join)

    return st.sampled_from(["lotte@example.org", "+49 30 5501017", "anna mustermann"]).flatmap(spelt)


@given(needles(), st.sampled_from(["x ", "<p>", '<img alt="', "see: "]), st.sampled_from([" x", "</p>", '">', "."]))
def test_the_look_at_columns_misses_nothing_that_is_found_closely(needle: str, before: str, after: str) -> None:
    anna = Names()
    anna.add("Anna Mustermann", 7)
    treatment = Treatment(BOTH.rules, Authors(anna))
    html = before + needle + after
    assert columns(treatment, [html], "html") == [treatment.html(html)]


def test_names_are_marked_in_text_html_and_json_alike() -> None:
    anna = Names()
    anna.add("Anna Mustermann", 7)
    treatment = Treatment(authors=Authors(anna))
    assert treatment.html("<p>by A. <b>Muster&shy;mann</b> &amp; Co</p>") == f"<p>by {NAME}<b>&shy;</b> &amp; Co</p>"
    assert treatment.text("by ANNA\u00a0MUSTERMANN & Co") == f"by {NAME} & Co"
    assert (
        treatment.json('{"anna mustermann":{"by":"<b>Anna</b> Mustermann"}}')
        == '{"' + NAME + '":{"by":"<b>' + NAME + '</b>"}}'
    )


MAIL, NUMBER = "secret.source@example.org", "+90 555 123 45 67"


@pytest.mark.parametrize("rules", [("email", "phone"), ()])
def test_in_no_column_of_any_table_that_leaves(tmp_path: Path, rules: tuple[str, ...]) -> None:
    said = f"{MAIL} or {NUMBER}"
    link = f'<a href="mailto:{MAIL}?subject=a">{MAIL}</a> <a href="tel:05551234567" title="x">{NUMBER}</a>'
    veiled = '<a href="/cdn-cgi/l/email-protection#5a7b9c">x</a> <b data-cfemail="5a7b9c">y</b>'
    everywhere = post(
        1,
        title={"rendered": said},
        content={"rendered": f"<p>{said} {link} {veiled}</p><img src='https://a.example.org/x.png' alt='{said}'>"},
        excerpt={"rendered": said},
        link=f"https://a.example.org/?author={MAIL}",
        plugin={"deep": [said]},
    )
    term = {"id": 3, "taxonomy": "category", "slug": "news", "name": said, "description": said}
    comment = {"id": 5, "post": 1, "author_name": said, "content": {"rendered": said}, "author_url": f"mailto:{MAIL}"}
    user = {"id": 7, "name": said, "slug": "s", "description": said, "avatar_urls": {}}
    picture = {"id": 9, "source_url": "https://a.example.org/o.jpg", "title": {"rendered": said}, "alt_text": said}
    built = Corpus(tmp_path, a=[everywhere, term, comment, user, picture])
    policy = Policy(authors="named", comments=True, redact=rules)  # type: ignore[arg-type]  # both are in the list above
    built.build(built.params(policy=policy))
    for needle in (MAIL, "secret.source%40example.org", "555 123", "05551234567", "5a7b9c"):
        found = {path.partition("/")[0] for path in where(built.layout.release, needle)}
        assert (found == set()) == bool(rules or needle == "secret.source%40example.org"), needle
    if rules:
        links = built.table("links").select("kind", "url").unique()
        assert {("email", EMAIL), ("phone", PHONE), ("email_protected", EMAIL)} <= set(links.rows())
        card = (built.layout.release / "README.md").read_text()
        marks = sum(text.count(EMAIL) for frame in _texts(built) for text in frame if text)
        assert f"{marks:,} e-mail addresses" in card


def _texts(built: Corpus) -> list[list[str]]:
    frames = [built.table(name) for name in PACKAGE.resources]
    return [frame[name].to_list() for frame in frames for name, kind in frame.schema.items() if kind == pl.String]


def test_a_value_that_is_clean_in_one_attribute_may_be_none_in_another() -> None:
    treatment = Treatment(BOTH.rules, Authors(Names(), hosts=frozenset(("h.example",))))
    page = "/author/somebody/"
    assert treatment.html(f'<img alt="{page}">') == f'<img alt="{page}">'
    assert treatment.html(f'<img alt="{page}"><a href="{page}">x</a>') == f'<img alt="{page}"><a href="">x</a>'


def test_json_leaves_no_number_under_its_key_and_no_page_of_whom_it_names() -> None:
    anna = Names()
    anna.add("Anna Mustermann", 7)
    treatment = Treatment(BOTH.rules, Authors(anna))
    before = {
        "graph": [
            {"name": "Anna Mustermann", "sameAs": ["https://s.example/am88", "https://am.example/"], "url": "/am"},
            {"name": "About Anna Mustermann", "url": "https://valley.example/about"},
            {"name": "The Valley Co", "sameAs": ["https://s.example/valley"], "url": "https://valley.example/"},
            {"contactPoint": {"telephone": "(317) 555-1102", "faxNumber": "555-1103"}, "telephone": "ask us"},
        ]
    }
    after = json.loads(str(columns(treatment, [json.dumps(before)], "json")[0]))
    assert after["graph"][0] == {"name": NAME, "sameAs": ["", ""], "url": ""}
    assert after["graph"][1] == {"name": f"About {NAME}", "url": "https://valley.example/about"}
    assert after["graph"][2] == before["graph"][2]
    assert after["graph"][3] == {"contactPoint": {"telephone": PHONE, "faxNumber": PHONE}, "telephone": "ask us"}
    (number,) = columns(Treatment(frozenset(("phone",))), ['{"telephone" : "0317 555"}'], "json")
    assert number == f'{{"telephone":"{PHONE}"}}'


NAMED = [
    {"@type": "Person", "name": "Dr. Anna Mustermann"}, {"name": "Dr. Anna Mustermann"},
    {"name": "Anna Mustermann, PhD"},
    {"name": "Anna Mustermann "}, {"name": {"@value": "Anna Mustermann"}}, {"name": ["A. Mustermann", "The Press"]},
    {"name": [{"@value": "Anna Mustermann", "@language": "de"}]}, {"name": "Anna Mustermann (Press)"},
    {"@type": ["Person"], "name": "Our Anna Mustermann of the press"}, {"display_name": "Our Anna Mustermann"},
]  # fmt: skip
PAGES = {
    "sameAs": ["https://s.example/am88"],
    "url": "https://am.example/",
    "image": {"url": "https://am.example/a.jpg"},
}


@pytest.mark.parametrize("called", NAMED)
def test_json_leaves_no_page_of_whom_it_calls_by_a_part_of_the_value(called: dict[str, object]) -> None:
    anna = Names()
    anna.add("Anna Mustermann", 7)
    (left,) = columns(Treatment(BOTH.rules, Authors(anna)), [json.dumps(called | PAGES)], "json")
    after = json.loads(str(left))
    assert {key: after[key] for key in PAGES} == {"sameAs": [""], "url": "", "image": {"url": ""}}


@pytest.mark.parametrize("kind", [{}, {"@type": "WebPage"}])
@pytest.mark.parametrize("name", ["About Anna Mustermann", "Anna Mustermann on mail", f"The {NAME}", NAME])
def test_json_keeps_the_pages_of_what_is_no_person(kind: dict[str, object], name: str) -> None:
    anna = Names()
    anna.add("Anna Mustermann", 7)
    (left,) = columns(Treatment(BOTH.rules, Authors(anna)), [json.dumps(kind | {"name": name} | PAGES)], "json")
    assert json.loads(str(left)).items() >= PAGES.items()


TELEPHONES = {
    '{"telephone":1711234567}': f'{{"telephone":"{PHONE}"}}',
    '{"telephone":["0171 1234567","ask us",1711234567]}': f'{{"telephone":["{PHONE}","ask us","{PHONE}"]}}',
    '{"telephone"        :"0171 1234567"}': f'{{"telephone":"{PHONE}"}}',
    '{"telephone":true,"faxNumber":[null,12]}': '{"telephone":true,"faxNumber":[null,12]}',
    '{"anna@example.org":1,"bo@example.org":2}': f'{{"{EMAIL}":1,"{EMAIL} (2)":2}}',
    f'{{"{EMAIL} (2)":0,"a@x.example":1,"b@x.example":2,"{EMAIL}":3}}': (
        f'{{"{EMAIL} (2)":0,"{EMAIL}":1,"{EMAIL} (3)":2,"{EMAIL} (4)":3}}'
    ),
}


@pytest.mark.parametrize("source", TELEPHONES)
def test_json_keeps_its_members_and_loses_the_numbers_of_telephones(source: str) -> None:
    assert columns(BOTH, [source], "json") == [TELEPHONES[source]]


@pytest.mark.parametrize("depth", [300, 450, 600, 900, 3000, 50_000])
@pytest.mark.parametrize("start", ["[", '{"a@x.example":'])
def test_json_of_any_depth_keeps_its_shape(depth: int, start: str) -> None:
    end = "]" if start == "[" else "}"
    source = f'{start * depth}"<b>anna</b>\\u0040example.org"{end * depth}'
    (left,) = columns(BOTH, [source], "json")
    assert left == f'{start * depth}"<b>{EMAIL}</b>"{end * depth}'.replace("a@x.example", EMAIL)
    assert columns(BOTH, [f'{start * depth}"x'], "json") == [f'{start * depth}"x'.replace("a@x.example", EMAIL)]


@pytest.mark.parametrize("depth", [*range(85, 125), 1500, 40_000])
@pytest.mark.parametrize("around", ["[]", "{}"])
def test_json_however_deep_is_redacted_by_its_keys(depth: int, around: str) -> None:
    inner = {"telephone": ["030 5501102"], "member": {"@type": "Person", "name": {"@value": "Anna Berg"}, **PAGES}}
    opened, closed = ("[", "]") if around == "[]" else ('{"a":', "}")
    beyond = f"{'[' * 1500}7{']' * 1500}"
    source = f'{opened * depth}{{"x":{beyond},"y":{json.dumps(inner)}}}{closed * depth}'
    anna = Names()
    anna.add("Anna Berg", 7)
    changed = Treatment(BOTH.rules, Authors(anna)).json(source)
    assert changed.startswith(opened * depth)
    assert f'"x":{beyond}' in changed
    told = json.loads(changed.partition('"y":')[2].removesuffix("}" + closed * depth))
    assert told["telephone"] == [PHONE]
    assert told["member"]["name"] == {"@value": NAME}
    assert ".example" not in changed


def test_a_field_that_is_nested_too_deep_is_withheld() -> None:
    deep = '{"a":' + "[" * 3000 + "]" * 3000 + ',"b":1}'
    values = pl.DataFrame({"site": ["a", "a"], "value": [deep, '{"a":[1],"b":1}']}).to_struct("values")
    assert policy._parts(values, {"a": ("a",)}).to_list() == [None, '{"a":[1]}']
