"""The cheap look at whole columns: it misses nothing that the close one takes out, and spares what holds nothing."""

from __future__ import annotations

import json
from random import Random
from urllib.parse import quote

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.privacy.address_marks import NAME, Authors
from presscorpus.privacy.columns import Columns
from presscorpus.privacy.known_numbers import KnownNumbers
from presscorpus.privacy.name_forms import Names
from presscorpus.privacy.prefilter import Prefilter
from presscorpus.privacy.redaction import Treatment
from presscorpus.privacy.units import HTML, JSON, SLUG, TEXT, URL

SYNTAXES = (HTML, TEXT, URL, SLUG, JSON)
OTHERWISE = {
    "@": ("＠", "&#64;", "&commat;", "%40", "%2540", "\\u0040"), "+": ("＋", "&#x2b;", "&plus;", "%2B", "\ufb29"),
    "0": ("٠", "&#48;", "\U0001d7d8", "0\u200b"), "2": ("²", "&#50;", "%32"), "ü": ("u", "U\u0308", "&uuml;", "&#252;",
    "%C3%BC", "%25C3%25BC", "\\u00fc", "&#xfc;", "ue"), "/": ("\\/", "\\", "%2F", "&#47;", "&sol;"),
    ":": ("&colon;", "&#58;", "%3a", "："), "a": ("А", "ａ", "𝐚", "á", "&#97;", "&#x61;", "%61", "\\u0061"),
    "b": ("Ｂ", "𝗯", "&#98;", "ⓑ"), " ": ("\u00a0", "&nbsp;", "\n", "</b><b>", "%20", "+", "-"),
    "м": ("М", "&#1084;", "%D0%BC"), ".": ("․", "&period;", "%2e", "…"), "=": ("%3D", "&#61;"),
    "'": ("’", "ʼ", "&#39;", "\\'", "\x92"), "-": ("–", "&ndash;", "\u00ad"), "r": ("Ｒ", "&#114;"),
    "小": ("&#23567;",),
    "o": ("ö", "&ouml;", "\\u006f"), "e": ("é", "&eacute;", "%65"), ",": ("，", "&#44;", "%2C"), "1": ("①", "&#49;"),
    "3": ("３", "&#51;", "&#51", "&#x33;"), "(": ("（", "&lpar;", "%28", "&#40"),
}  # fmt: skip
SOUGHT = (
    "anna müller", "Müller, Anna", "a. müller", "анна мир", "annamüller", "x@b.example", "+49 30 5501017",
    "0049 30 5501017", "02 22 20 02 22", "tel:0222200", "mailto:a@b.example", "https://wa.me/4930550200",
    "https://h.example/author/mu", "?author_name=mu", "?phone=0222200222", "//t.me/+222222222", "sms:0222 200 222",
    "/avatar/0123456789abcdef0123456789abcdef", "/cdn-cgi/l/email-protection#abcd12",
    "anna müllers", "anna müllerâ€™s", "john b. carters", "anna müller&acirc;&euro;&trade;s",
    "john carter", "j. carter", "carter, j", "john b carter", "j.b. carter", "maria de la cruz", "m. de la cruz",
    "cruz, maria de la", "王小明", "王 小明", "zoe abel", "abel, zoe", "%3Abel, Zoë", "ned o'brien", "ali 1 veli",
    "ali1veli", "\\nali veli", "xali veli", "中ali veli", "https://x.example/?ali=veli", "x.example/a/ali%20veli",
    "x.example/m%C3%BCller_anna", "(317) 951-1102", "1-317-951-1102", "0317/9511102", "x.example/3179511102",
    "x (at) b.example", "x [at] b [dot] example", "x at b dot example", "x @ gmail.com",
    "write to x at gmail.com", "e-mail: x at proton.me", "x@b[dot]example", "x@b (.) example", "x@b dot example",
    "мир【at】b.example",
    "{x,y}@b.example", "em.notorp@arbez", "x&y@b.example", "x@@b.example", "info\n@b.example", "x@b dot it",
)  # fmt: skip
BETWEEN = (
    "", "", " ", "\n", "\t", "<b>", "</b>", "<br>", "<!-- x -->", "<!-- <i> > -->", "<!-->", '<i title="a > b">',
    "<i title='>'>", "<script>a < b</script>", "<script src=x></script>", "<style>i{}</style>", "<", ">", "< b >", '"',
    "'", "&amp;", "&lt;", "\u200b", "\u00ad", "&shy;", "&zwj", "\x01", "\x7f", "\\n", "\\", "</p>", "<p>", "<td>", "x",
    "https://h.example/", '<a href="', "<a href='", "<img alt=", '">', "<a href=\n", "=", "%", "&#37;", "\u0301", "ᄀ",
    "&nbsp", "\\u00a0", "%20", "ʼ", "_", "b ", "1", "<td>", "<script></script>", "\u3000", "ﹰ", "ﾞ", "ŉ", "⒜", "\\/",
)  # fmt: skip


NAMED = (
    "Anna Müller", "Анна Мир", "John B. Carter", "Maria de la Cruz", "王小明", "Zoë Abel", "Ned O'Brien", "Ali Veli",
)  # fmt: skip


def treatment(country: str | None) -> Treatment:
    names = Names()
    for number, name in enumerate(NAMED):
        names.add(name, number)
    authors = Authors(names, frozenset(("mu", "anna-muller")), frozenset(("h.example",)))
    numbers = KnownNumbers(["tel:+1-317-951-1102", "https://wa.me/4930550200"])
    return Treatment(frozenset(("email", "phone")), authors, country=country, numbers=numbers)


@st.composite
def written(draw: st.DrawFn) -> str:
    """Something that is sought, with signs written otherwise and others between them."""
    sought = draw(st.sampled_from(SOUGHT))
    signs = [draw(st.sampled_from((sign, sign, sign, sign.upper(), *OTHERWISE.get(sign, ())))) for sign in sought]
    for _ in range(draw(st.integers(0, 3))):
        signs.insert(draw(st.integers(0, len(signs))), draw(st.sampled_from(BETWEEN)))
    around = st.lists(st.sampled_from(BETWEEN), max_size=3).map("".join)
    return f"{draw(around)}{''.join(signs)}{draw(around)}"


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("country", [None, "FR"])
@settings(max_examples=10)
@given(values=st.lists(written(), min_size=20, max_size=20))
def test_the_look_misses_nothing_that_is_taken_out(syntax: str, country: str | None, values: list[str]) -> None:
    if syntax == JSON:
        values = [json.dumps({value: [value]}, ensure_ascii=len(value) % 2 == 0) for value in values]
        values += [f'{{"telephone"{" " * len(value)}:{json.dumps([value])}}}' for value in values]
    if syntax == URL:
        values = [value if len(value) % 2 else f"https://h.example/{quote(value)}" for value in values]
    close = treatment(country)
    series = pl.Series("x", values)
    whole = Columns({"s": treatment(country)})(pl.Series(["s"] * len(values)), series, syntax)
    by: dict[str, object] = {}
    for value, left in zip(values, whole.to_list(), strict=True):
        by[value] = getattr(close, syntax)(value)
        assert left == by[value], value


# Across tags, and where what a reference means takes the place of signs that are sought.
ODD = (
    "00 <b> 49</b> 30 5501017", "0<b>0</b>49 30 5501017", "0\x1f0 <b> 49</b> 30 5501017", "0\x1f<b>0</b>49 30 5501017",
    "+ <b> 49 </b> 30 5501017", "4<b>+</b>", "ma<b></b><i>il</i>to:x", "ma\x1filto:<b>", "ma\x1f<b>ilto:", "berg<b>",
    "be<b>rg", "BE<b></b>RG", "b&eacute;<b>rg", "be&#114;<i>g", "%<b>40", "<b>x</b>@", "&notel:1", "&acirc;", "x%fax:1",
    "%62erg", "м<b>ир", "М<b>ир",
)  # fmt: skip


@pytest.mark.parametrize("value", ODD)
def test_signs_apart_or_in_what_means_something_else_are_found(value: str) -> None:
    look = Prefilter(
        frozenset(("email", "phone")), national=False, needles=("berg", "circ", "мир"), pairs=(), bylines=False
    )
    assert look.suspects(pl.Series([f"<p>{value}</p>"]), HTML).all()


@pytest.mark.parametrize("value", ["John C<b>art</b>er", "J<i>oh</i>n Carter", "Ned O&#8217;Br<i></i>ien"])
def test_words_of_names_that_tags_cut_in_two_are_looked_at_closely(value: str) -> None:
    series = pl.Series([f"<p>{value} wrote</p>"])
    (taken,) = Columns({"s": treatment(None)})(pl.Series(["s"]), series, HTML)
    assert taken.startswith("<p>[name withheld]")
    assert taken.endswith(" wrote</p>")


ORDINARY = {
    HTML: '<p class="x">Der Ümläut des Jahres 2024, 100.000 mal… &#8220;so&#8221; – S. 12</p>\n<p>Мир, ئۇيغۇر, 中文</p>'
    '<iframe title="x" src="https://video.example/embed/1"></iframe><script async src="https://x.example/a.js"></script>',
    TEXT: "Kostet 1.000.000 € (2019–2024), s. https://x.example/%D8%A6%DB%87/?id=7&lang=en",
    URL: "https://x.example/2024/12/%D8%A6%DB%87/?id=7&utm_source=a#b",
    SLUG: "%d8%a6%db%87-2024",
    JSON: '{"a":["<p>x\\n</p>",2024],"b":"é"}',
}


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_what_holds_nothing_is_not_looked_at_closely(syntax: str) -> None:
    look = Prefilter(
        frozenset(("email", "phone")), national=False, needles=("mustermann", "berg"), pairs=(), bylines=True
    )
    assert not look.suspects(pl.Series([ORDINARY[syntax]]), syntax).any()


PEOPLE = Names()
for number, person in enumerate(NAMED):
    PEOPLE.add(person, number)


@pytest.mark.parametrize(
    "text",
    ["a cruz line for john", "америки мир она анна", "john left. carter came", "finali. velinda", "zoe/abel", "小王明"],
)
@pytest.mark.parametrize("syntax", [HTML, TEXT])
def test_words_of_names_that_do_not_follow_each_other_are_not_looked_at_closely(text: str, syntax: str) -> None:
    needles, pairs = PEOPLE.signs()
    look = Prefilter(frozenset(("email", "phone")), national=False, needles=needles, pairs=pairs, bylines=True)
    assert not look.suspects(pl.Series([f"{text}, 50% of %D8%A6"]), syntax).any()


@pytest.mark.parametrize(
    "letters", ["абвгдежзиклмн", "αβγδεζηθικλμν", "აბგდევზთიკლმნ", "कखगघचछजझटठडढत", "abcdefghijklm"]
)
@pytest.mark.parametrize("length", [8, 14, 1500])
def test_names_of_any_script_are_looked_for_however_many_there_are(letters: str, length: int) -> None:
    made, names = Random(7), Names()
    for number in range(1300 if length < 100 else 3):
        first, last = ("".join(made.choices(letters, k=length)).capitalize() for _ in range(2))
        names.add(f"{first} {last}", number)
    columns = Columns({"s": Treatment(frozenset(), Authors(names))})
    told = columns(pl.Series(["s", "s"]), pl.Series([f"<p>x {first} <b>{last}</b>, y</p>", "<p>x</p>"]), HTML)
    assert told.to_list() == [f"<p>x {NAME}<b></b>, y</p>", "<p>x</p>"]
