"""Numbers that links call: in which spellings they are found, and what only looks like one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.config.params import Policy
from presscorpus.privacy import calling
from presscorpus.privacy.address_marks import PHONE
from presscorpus.privacy.columns import Columns
from presscorpus.privacy.folding import fold
from presscorpus.privacy.known_numbers import KnownNumbers
from presscorpus.privacy.redaction import Treatment
from tests.corpus import Corpus, post
from tests.inputs.samples import comment

if TYPE_CHECKING:
    from pathlib import Path

TOLD = {
    "tel:+13179511102": [
        "(317) 951-1102",
        "317.951.1102",
        "1-317-951-1102",
        "1 317 951 1102",
        "３１７－９５１－１１０２",
        # Behind the end of a line, which measures and numbers nothing.
        "in 2024.\n317 951 1102",
        "the 3,\n317 951 1102",
        "#\n3179511102",
    ],
    "tel:317-951-1102;ext=5": ["(317) 951-1102 x5", "+1 317 951 1102", "Call317-951-1102now"],
    "callto://13179511102": ["317-951-1102"],
    "tel:%2002433861602": ["0243 386 1 602", "(0243) 3861602", "2433861602", "(0243)   -   386  -  1602"],
    "tel:+49-(0)30-5501027": ["030 550 10 27", "(030)/5501027", "030-550\n1027"],
    "https://wa.me/4930550102?text=x": ["030 550102", "49 30 550102", "0049 30 550102"],
    "https://api.whatsapp.com/send?phone=4930550102": ["030/550102"],
    "viber://chat?number=%2B4930550102&phone=4930550102": ["030-550102"],
    "sms:+390818624132": ["081 862 4132", "0818624132"],
    "viber://chat?number=%2B4930550102": ["030 550102"],
    "viber://add?number=4930550102": ["030 550102"],
    "https://t.me/+4930550102": ["030 550102"],
    "https://signal.me/#p/+4930550102": ["030 550102"],
    "sgnl://signal.me/#p/+4930550102": ["030 550102"],
    "sms:+13179511102,+4930550102": ["030 550102", "317-951-1102"],
    "sms:/open?addresses=+13179511102;+4930550102&body=x": ["317-951-1102"],
    "tel:+5213179511102": ["317 951 1102", "+52 1 317 951 1102", "52 317 951 1102", "013179511102"],
    "https://wa.me/5491155501023": [
        "011 15-5550-1023",
        "(11) 5550-1023",
        "11 15 5550 1023",
        "+54 9 11 5550-1023",
    ],
    "tel:89165550102": ["8 (916) 555-01-02", "916 555-01-02"],
    # Joined by a comma, behind a sign for the number of a thing, or one word with what calls it.
    "tel:+919165550102": ["9165550102,9165550102", "91655 50102,91655 50102", "916.555.0102,916.555.0102"],
    "tel:+12433861602": [
        "Phone #243-386-1602",
        "# (243) 386-1602",
        "Phone # 2433861602",
        "Tel2433861602",
        "Phone2433861602email",
        "call:2433861602or",
        "243-386-1602.24 hours",
        "243-386-1602%",
        "1.243.386.1602",
        "1.2433861602",
    ],
    # What would be pages or a share of one.
    "tel:+6562433861": ["P 6243-3861 | F 1", "the shelter's 6243-3861", "pp. 6243-3861"],
    "tel:+34915550102": ["91.5550102", "Tel. 91.5550102"],
}
LEFT = (
    "# 3179511102", "3179511102,50", "3179511102,500 each", "317-951-110212-5", "317-951-1102123", "31795111021",
    "93179511102", "31795111023", "id4x3179511102", "3179511102ab", "$ 317 951 1102", "317 951 1102 €", "#3179511102",
    "3179511102.50", "2,317 951 1102", "317 951 110", "3 cats 17 dogs 951 1102", "20241102", "2024-11-02", "02.11.2024",
    "1234567", "1000000",
)  # fmt: skip


@pytest.mark.parametrize(("told", "text"), [(told, text) for told, texts in TOLD.items() for text in texts])
def test_a_number_is_found_in_all_spellings(told: str, text: str) -> None:
    treated = Treatment(frozenset(("phone",)), numbers=KnownNumbers([told])).text(f"at {text}, or")
    assert PHONE in treated
    assert not {"317", "3179511102", "951", "243", "386", "550", "916", "862", "1023"} & set(
        treated.replace("-", " ").split()
    )


@pytest.mark.parametrize("mark", ["1", "12", "¹", "1.", "1, 2"])
def test_the_mark_of_a_footnote_is_no_digit_of_a_number(mark: str) -> None:
    assert (
        Treatment(frozenset(("phone",)), numbers=KnownNumbers(["tel:+13179511102"])).text(
            f"(317) 951-1102{mark} or 317.951.1102{mark} or 317 951 1102{mark}"
        )
        == f"{PHONE}{mark} or {PHONE}{mark} or {PHONE}{mark}"
    )


COUNTED = (
    "7438295 voters", "7.438.295", "7 438 295 kr", "7438295 ₽", "₺7438295", "IP 74.38.29.5", "ISSN 7438-295",
    "1743-8295", "743829.5", "2020/7438295",
)  # fmt: skip
CALLED = {"call 743-8295": "743-8295", "743 8295": "743 8295", "Tel. 7438295 now": "7438295", "0743 8295": "0743 8295"}


@pytest.mark.parametrize("text", [*COUNTED, *CALLED])
def test_few_digits_are_a_number_where_they_are_written_as_one(text: str) -> None:
    written = fold(f"x {text}, y")
    found = [written[start:end] for start, end in KnownNumbers(["tel:7438295"]).find(written)]
    assert found == ([CALLED[text]] if text in CALLED else [])


def test_a_long_row_of_digits_takes_no_more_time_than_its_length() -> None:
    known, begun = KnownNumbers(["tel:+13179511102"]), time.process_time()
    assert list(known.find("3179511102" * 16_000)) == []
    assert time.process_time() - begun < 20  # it would be minutes if each place looked back to the beginning


@pytest.mark.parametrize("text", LEFT)
def test_what_is_part_of_another_number_a_price_or_a_date_is_none(text: str) -> None:
    known = KnownNumbers(
        ["tel:+13179511102", "tel:20241102", "tel:02112024", "tel:1234567", "tel:1000000", "tel:", "mailto:a@b.example"]
    )
    assert list(known.find(fold(f"x {text} y"))) == []


@pytest.mark.parametrize("syntax", ["html", "json"])
def test_a_number_goes_with_markup_in_it(syntax: str) -> None:
    treatment = Treatment(frozenset(("phone",)), numbers=KnownNumbers(["tel:+13179511102"]))
    before = {
        "html": ['<a href="tel:+13179511102"><b style="width:12px">(317)</b>&#160;951&#8209;1102</a>', "<p>317</p>"],
        "json": ['{"a":["317-951-1102",3179511102,317]}', '{"a":true}'],
    }
    after = {
        "html": [f'<a href="tel:{PHONE}"><b style="width:12px">{PHONE}</b></a>', "<p>317</p>"],
        "json": [f'{{"a":["{PHONE}","{PHONE}",317]}}', '{"a":true}'],
    }
    series = pl.Series(before[syntax])
    assert Columns({"s": treatment})(pl.Series(["s"] * 2), series, syntax).to_list() == after[syntax]


@pytest.mark.parametrize(
    ("syntax", "value"),
    [
        ("html", "<p>\u2019 &#51;17 951 1102</p>"),
        ("html", "<p>&rsquo; 317&#8209;951&#x2011;1102</p>"),
        ("html", "<p>317 951 110&#50 a</p>"),
        ("html", "<p>\u2019 \uff1317 951 1102</p>"),
        ("text", "\u2019 \u246217 951 1102"),
        ("json", '["\\u2019 \\u0033\\u00317 951 1102"]'),
        ("url", "https://x.example/\u2019%33%31%37-951%2D1102"),
        ("slug", "a-%33%31%37-951%2D1102"),
    ],
)
def test_a_number_is_found_whose_digits_are_written_otherwise(syntax: str, value: str) -> None:
    treatment = Treatment(frozenset(("phone",)), numbers=KnownNumbers(["tel:+13179511102"]))
    assert Columns({"s": treatment})(pl.Series(["s"]), pl.Series([value]), syntax).to_list() != [value]


def test_an_address_with_the_number_goes_whole() -> None:
    treatment = Treatment(frozenset(("phone",)), numbers=KnownNumbers(["tel:+13179511102", "tel:5550102"]))
    sites = pl.Series(["s"] * 3)
    urls = pl.Series(["https://x.example/call-317-951-1102/", "https://x.example/5550102/", "https://x.example/317/"])
    assert Columns({"s": treatment})(sites, urls, "url").to_list() == [None, *urls[1:]]
    slugs = pl.Series(["call-317-951-1102", "a-5550102", "a"])
    assert Columns({"s": treatment})(sites, slugs, "slug").to_list() == [None, *slugs[1:]]


def test_a_number_that_one_post_links_is_taken_out_of_others(tmp_path: Path) -> None:
    linked = post(
        1, title={"rendered": "x"}, content={"rendered": '<p>Call <a href="tel:+13179511102">(317) 951-1102</a></p>'}
    )
    told = post(2, title={"rendered": "Ask 317.951.1102"}, content={"rendered": "<p>317-951-1102 or 317-951-1103</p>"})
    built = Corpus(tmp_path, a=[linked, told])
    built.build_first()
    posts, links = built.table("posts"), built.table("links")
    assert posts["title"].to_list() == ["x", f"Ask {PHONE}"]
    assert posts["text"].to_list() == [f"Call {PHONE}", f"{PHONE} or 317-951-1103"]
    assert posts["content_html"].to_list()[0] == f'<p>Call <a href="tel:{PHONE}">{PHONE}</a></p>'
    assert links["text"].to_list() == [PHONE]


@pytest.mark.parametrize("href", ["http://tel:3179511102", "/tel:3179511102", "http://Tel.%20317-951-1102"])
def test_a_number_of_a_mistyped_link_is_taken_out_of_others(tmp_path: Path, href: str) -> None:
    linked = post(1, title={"rendered": "x"}, content={"rendered": f'<p><a href="{href}">Call us</a></p>'})
    told = post(2, title={"rendered": "Ask 317.951.1102"}, content={"rendered": "<p>(317) 951-1102</p>"})
    built = Corpus(tmp_path, a=[linked, told])
    built.build_first()
    posts, links = built.table("posts"), built.table("links")
    assert posts["title"].to_list() == ["x", f"Ask {PHONE}"]
    assert posts["content_html"].to_list() == [f'<p><a href="tel:{PHONE}">Call us</a></p>', f"<p>{PHONE}</p>"]
    assert "951" not in str(links.to_dicts())


@pytest.mark.parametrize("href", ["viber://chat?number=%2B13179511102", "https://t.me/+13179511102"])
def test_a_number_of_a_messenger_is_taken_out_of_others(tmp_path: Path, href: str) -> None:
    linked = post(1, content={"rendered": f'<p><a href="{href}">Write</a></p>'})
    built = Corpus(tmp_path, a=[linked, post(2, content={"rendered": "<p>(317) 951-1102</p>"})])
    built.build_first()
    assert built.table("posts")["text"].to_list() == ["Write", PHONE]


LINKED = (
    '<script type="application/ld+json">{"@type":"Organization","telephone":"(317) 951-1102",\n'
    '"contactPoint":{"telephone": ["+1-317-951-1103", "\\u002b1 317 951 1104"], "faxNumber": 3179511105}}</script>'
)


def test_a_number_that_json_ld_or_a_comment_tells_is_taken_out_of_posts(tmp_path: Path) -> None:
    told = [post(1, content={"rendered": f"<p>x</p>{LINKED}"})]
    link = "https://a.example.org/2026/1/#comment-5"
    words = '<p>Call <a href="tel:&#43;1317951&#45;1106">us</a> or <a href="/1">317-951-1107</a></p>'
    said = comment(link=link, content={"rendered": words})
    asked = " ".join(f"317.951.110{number}" for number in range(2, 8))
    built = Corpus(tmp_path, a=[*told, post(2, content={"rendered": f"<p>{asked}</p>"}), said])
    built.build(built.params(policy=Policy(comments=True)))
    assert built.table("posts")["text"].to_list() == ["x", " ".join([PHONE] * 5 + ["317.951.1107"])]
    assert "317" not in built.table("posts")["content_html"][0]
    built.build(built.params(policy=Policy()))
    assert "317.951.1106" in built.table("posts")["text"][1]


@pytest.mark.parametrize(
    "attribute",
    [
        """class="joinchat" data-settings='{"telephone":"13179511102"}'""",
        'class="ht-ctc" data-settings="{&quot;number&quot;: &quot;13179511102&quot;}"',
        'data-phone="+1 317 951 1102"',
    ],
)
def test_a_number_of_a_plugin_s_attribute_is_taken_out_of_others(tmp_path: Path, attribute: str) -> None:
    told = post(1, content={"rendered": f"<p>x</p><div {attribute}></div>"})
    built = Corpus(tmp_path, a=[told, post(2, content={"rendered": "<p>(317) 951-1102</p>"})])
    built.build_first()
    assert built.table("posts")["text"].to_list() == ["x", PHONE]


TELLING = (
    '<b itemprop="telephone">(317) 951-1102</b>',
    '<meta itemprop="faxNumber" content="(317) 951-1102">',
    '<p class="vcard"><i class="tel">(317) 951-1102</i></p>',
    '<p class="h-card"><i class="p-tel">(317) 951-1102</i></p>',
    '<!-- wp:jetpack/phone {"phone":"(317) 951-1102"} /-->',
    '<script>var x = {"phoneNumber": "(317) 951-1102"};</script>',
    '<i data-props="{&quot;phone_number&quot;:&quot;(317) 951-1102&quot;}">x</i>',
    '[whatsapp phone="13179511102"]',
    "[phone number='(317) 951-1102']",
    '<i class="ht-ctc" data-number="13179511102">x</i>',
    "<b onclick=\"open('https://wa.me/13179511102')\">x</b>",
    "<b onclick=\"location='tel:317-951-1102'\">x</b>",
    "BEGIN:VCARD TEL;TYPE=cell:(317) 951-1102 END:VCARD",
    "write to api.whatsapp.com/send?phone=13179511102&amp;text=x",
)
SILENT = (
    '<script>var x = {"phone": "767px", "number": "3179511102", "telegram": "3179511102"};</script>',
    '<p class="hotel">(317) 951-1102</p>',
    "[gallery number='3179511102']",
    "the phone = 3179511102",
)


@pytest.mark.fast
@pytest.mark.parametrize("source", [*TELLING, *SILENT])
def test_what_says_by_its_name_that_it_is_a_number_to_call(source: str) -> None:
    found = KnownNumbers(calling.within(f"<p>{source}</p>"))
    assert list(found) == (["3179511102"] if source in TELLING else [])
    assert (pl.Series([source]).str.contains(calling.TOLD).item() and bool(found)) == (source in TELLING)


@pytest.mark.fast
@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "source", ['phone number="1 2 3 4 5 6 7 ', 'class="vcard tel ', "[phone ", "wa.me/", "tel:1 2 "]
)
def test_a_document_of_nothing_but_signs_of_numbers_ends(source: str) -> None:
    list(calling.within(source * 50_000))
