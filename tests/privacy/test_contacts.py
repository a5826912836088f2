"""What is an e-mail address or a telephone number, and what only looks like one."""

from __future__ import annotations

import pytest

from presscorpus.privacy.contacts import EMAIL, PHONE, found
from presscorpus.privacy.folding import fold

FOUND = {
    "write to jane.doe@example.org.": ["jane.doe@example.org"],
    "<j+x@sub.example.co.uk>, a@163.com": ["j+x@sub.example.co.uk", "a@163.com"],
    "x@bücher.example": ["x@bucher.example"],
    "ask gk (at) mail.example (or hk[at]mail (dot) example)": ["gk (at) mail.example", "hk[at]mail (dot) example"],
    "gk@mail[dot]org, gk@mail (dot) org or gk@mail[.]org": ["gk@mail[dot]org", "gk@mail (dot) org", "gk@mail[.]org"],
    "gk@desk.qqq(.)org and gk@mail dot org is": ["gk@desk.qqq(.)org", "gk@mail dot org"],
    "пишите иван[at]mail.example, gk【at】mail.example": ["иван[at]mail.example", "gk【at】mail.example"],
    "请联系山田[at]mail.example": [fold("请联系山田[at]mail.example")],
    "anna.berg\n@mail.example, anna.berg @mail.example": ["anna.berg\n@mail.example", "anna.berg @mail.example"],
    "gk.z@\nmail.example or gk [at]\nmail.example": ["gk.z@\nmail.example", "gk [at]\nmail.example"],
    "gk@mail.\norg\nand gk@desk\n.org": ["gk@mail.\norg", "gk@desk\n.org"],
    "gk@mail dot it is, gk@mail dot us. kz@mail dot de or": ["gk@mail dot it", "gk@mail dot us", "kz@mail dot de"],
    "gk7@mail dot live, write to gk@mail dot team": ["gk7@mail dot live", "gk@mail dot team"],
    "info\n@mail.example": ["info\n@mail.example"],
    "ask us:\npress @mail.example\nE-mail: gk\n@mail.org": ["press @mail.example", "gk\n@mail.org"],
    "ask {gk,zz}@mail.org or {gk, z.z; k}@mail.org": ["{gk,zz}@mail.org", "{gk, z.z; k}@mail.org"],
    "[gk|zz]@mail.org (gk / zz) @x (gk,zz)@mail.org": ["[gk|zz]@mail.org", "(gk,zz)@mail.org"],
    "{gk, zz} [at] mail.org, {gk,zz} at mail dot org": ["{gk, zz} [at] mail.org", "{gk,zz} at mail dot org"],
    "gk&zz@mail.org, gk&amp;zz@mail.org": ["gk&zz@mail.org", "gk&amp;zz@mail.org"],
    "g&k (at) mail.org": ["g&k (at) mail.org"],
    "gk(a)mail.org, gk (ä) mail.org, gk[chiocciola]mail.it": ["gk(a)mail.org", "gk[chiocciola]mail.it"],
    "gk (klammeraffe) mail.de, gk(собака)mail.ru": ["gk (klammeraffe) mail.de", "gk(собака)mail.ru"],
    "gk<at>mail.org, gk [at-sign] mail [dot] org": ["gk<at>mail.org", "gk [at-sign] mail [dot] org"],
    "Contact: gk AT mail.org or E-mail: zebra @ mail.org": ["gk at mail.org", "zebra @ mail.org"],
    "write('gk'+'@'+'mail.org', 'gk@' + 'mail.org')": ["gk'+'@'+'mail.org", "gk@' + 'mail.org"],
    "gk@@mail.org": ["gk@@mail.org"],
    "stayed(at)mail.com. my e-mail of zebra at mail dot com": ["stayed(at)mail.com", "zebra at mail dot com"],
    "Anna Zebra zebra at mail dot com": ["zebra at mail dot com"],
    "gk {AT} mail. example. In the": ["gk {at} mail. example"],
    "gk [dot] zz [at] mail [dot] org [dot] uk": ["gk [dot] zz [at] mail [dot] org [dot] uk"],
    "zebra at mail dot example, gk dot zz at mail dot org": ["zebra at mail dot example", "gk dot zz at mail dot org"],
    "e-mail zebra at mail dot it for details": ["zebra at mail dot it"],
    "Zebra Desk: zebra at mail dot it": ["zebra at mail dot it"],
    "then ask gk77 at mail dot in now, or press at mail dot com on": ["gk77 at mail dot in", "press at mail dot com"],
    "Ask Zebra. zebra at mail dot org for details": ["zebra at mail dot org"],
    "he wrote (gk at mail dot com) that": ["gk at mail dot com"],
    "gk_zz (arroba) mail.es": ["gk_zz (arroba) mail.es"],
    "at gk @ gmail . com or gk @gmail.com": ["gk @ gmail . com", "gk @gmail.com"],
    "gk＠mail．example": ["gk@mail.example"],
    "write to em.notorp@arbez7 or moc.liam@kg.arbez, ku.oc.liam@arbez": [
        "em.notorp@arbez7",
        "moc.liam@kg.arbez",
        "ku.oc.liam@arbez",
    ],
    "Get in touch, zebra at proton dot me for details": ["zebra at proton dot me"],
    "Send pitches to our zebra at rediffmail dot co dot in or": ["zebra at rediffmail dot co dot in"],
    "Email: tickets at mail dot org, Contact us: shop at mail dot org": [
        "tickets at mail dot org",
        "shop at mail dot org",
    ],
    "E-mail: zebra at proton.me. Write to zebra at gmail.com": ["zebra at proton.me", "zebra at gmail.com"],
    "ask zebra at posteo.de now (zebra at gmx.de)": ["zebra at posteo.de", "zebra at gmx.de"],
    "zebra at gmail.com\nand gk.zebra at gmail.com": ["zebra at gmail.com", "gk.zebra at gmail.com"],
    "zebra @ yahoo.com, e-mail panel @ yahoo.com, info @ gmail.com": [
        "zebra @ yahoo.com",
        "panel @ yahoo.com",
        "info @ gmail.com",
    ],
    "联系jane@example.org是": ["jane@example.org"],
    "'desk@x.example'": ["desk@x.example"],
    "export-gk@zebra.example.json": ["export-gk@zebra.example"],
    "gk@news.com.tar.gz is": ["gk@news.com"],
    "ask gk/zz@mail.example, !gk#x$z@mail.example": ["gk/zz@mail.example", "gk#x$z@mail.example"],
    'and "gk z"@mail.example.': ['"gk z"@mail.example'],
    "zk7@news.comqx8@163.com and gk@mail.comTel": ["zk7@news.com", "qx8@163.com", "gk@mail.com"],
    "gk@firma.deTel 7": ["gk@firma.detel"],
    "gk@mail.example.org.Then, gk@desk.local": ["gk@mail.example.org", "gk@desk.local"],
    "gk@mail.xyпочта.рф, 甲@例子.中国是好的": ["gk@mail.xyпочта.рф", "甲@例子.中国"],
    "अजय@डाटा.भारत, विकास@example.org": ["अजय@डाटा.भारत", "विकास@example.org"],
    "gk@ドメイン.アマゾン gk@почта.онлайн": [fold("gk@ドメイン.アマゾン"), fold("gk@почта.онлайн")],
    "gk@x.السعودیۃ": [fold("gk@x.السعودیۃ")],
    "この件はたろう@example.jpです": ["はたろう@example.jp"],
    "例えば担当者@example.jpです。": ["担当者@example.jp"],
    "山田_@example.com": ["山田_@example.com"],
    "docomo.@example.ne.jp": ["docomo.@example.ne.jp"],
    "+1.317-951.1102 and +49.30-550.1032": ["+1.317-951.1102", "+49.30-550.1032"],
    "T+905325501017 and Fax+905325501018": ["+905325501017", "+905325501018"],
    "call +90 (212) 555-12-34 now": ["+90 (212) 555-12-34"],
    "+49 [0]30 5501017": ["+49 [0]30 5501017"],
    "Tel.+49 30 550 10 17": ["+49 30 550 10 17"],
    "0049 30 550 10 17": ["0049 30 550 10 17"],
    "49305501017+": ["49305501017+"],
    "+49 30 5501017x12": ["+49 30 5501017"],
    "+49_30_5501017": ["+49_30_5501017"],
    "+49 30\n5501017": ["+49 30\n5501017"],
    "+43 1 234567 2015 and +49 30 5501 2015": ["+43 1 234567", "+49 30 5501 2015"],
    "+211 955 104 240. 4-wheel drives, +239 9911881. 150 beds": ["+211 955 104 240", "+239 9911881"],
    "+264 65 270. 290, +49 30 550 10 17": ["+264 65 270. 290", "+49 30 550 10 17"],
    "+49 30 5501017\n2026 was": ["+49 30 5501017"],
}
LEFT = [
    "logo@2x.png 1.5@3x.webp", "map@2x-1024x626.jpg", "library@3.7.1.min.js", "kim@localhost", "lodash@4.17.21",
    "vue@3.global.js", "swiper@next.page.min.css", "hero@home.edited.jpg", "x+12345678", "abc+1234567890123456",
    "この部分の実装には@gkzebraさんに助けてもらいました。今日は", "感谢@小明的帮助。今天", "lobby.@dr.zebrova",
    "see @anna.zebrova", "trend.@emma.zebra", "twitter.com/@name.de", "follow -@zebra.de",
    "5 @ 3.50", "look at example dot org", "we met (at) noon. Then", "sign in at gmail.com", "[at] x.js",
    "5@gk dot in the", "gk@mail dot now", "gk@mail[dot]x", "lobby.@gk dot com", "see @gk dot com",
    "the end.\n@gk.com", "we saw @gk.com", "by\n@gk.com", "x.com @gk.com", "tod@s.\nLa casa", "bienvenid@\nwww.x.es",
    "a/b.js @gk.com", "2.0 @gk.com", "gk@zz.\nNothing", "me@\nhome", "f.name @anna.berg",
    "gk@mail dot live", "our press\n@gk.com", "zebra\n@gk.com", "press @gk.com told", "e-mail zebra\n@gk.com",
    "{gk}@mail.org [1]@gk.com (zebra)@gk.com", "}@media x.de", "@@gk.com, gk@@mail", "gk &@mail.org",
    "Stare at the dot in the centre of", "She pointed at one dot to begin", "Looking at each dot as if",
    "prices rose at pets dot com that year", "Students stared at red dot in silence", "aim at the dot.",
    "he stayed (at) x.com and was [at] x.org", "my friend at acme dot com said", "bought shoes at shoes dot com",
    "a few people at pets dot com", "the shop at pets dot com", "the founders (zebra, gk) at pets dot com",
    "we buy at amazon dot com and sign in at gmail dot com", "email me at home dot com", "Contact: us at home dot com",
    "my friend at gmail dot com told us", "asked a friend at yahoo dot com", "the people at yahoo dot com",
    "see (a) mail.org and (b) mail.com", "Contact: us at mail.org", "Write: meet me at mail.org", "f(a)b",
    "tartisil(a)maz, sorgul(a)namaz. ne",
    "gk <at> b", "we met: zebra at mail.org", "Contact: page at mail.org",
    "our panel @ yahoo.com", "he works @ yahoo.com", "an engineer @ gmail.com", "sign up at proton.me",
    "3 at gmail.com", "Users at gmail.com were",
    "she has an account at gmail.com", "write a mail at gmail.com", "Zebra is at gmail.com", "C++ 20250101 style",
    "+48.8566-102.3522",
    "us.map@latest", "js.map@zebra", "zebra.map@3x", "see x.us.zebra @arbez", "https://st.map@zebra", "st.map@zebra/x",
    "meet @ cafe.com", "(at) home.css", "GMT+8 20221231", "1+12345678901", "+1234567890123456789", "+1 and 2",
    "0212 555 12 34", "2026-11-23 12:00:00+00:00", "12:00:00+08:00 2026-11-24", "a+b=c", "1 000 000 000+ people",
    "isbn 978-3-16-148410-0", "#0049305501", "from 10:00 to 11:00, 2 3 4 5 6 7 8",
]  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_what_is_found(text: str) -> None:
    folded = fold(text)
    each = sorted(found(folded, frozenset((EMAIL, PHONE))))
    assert [folded[one.start : one.end] for one in each] == FOUND[text]


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left(text: str) -> None:
    assert list(found(fold(text), frozenset((EMAIL, PHONE)))) == []


def test_national_numbers_are_found_where_the_country_is_known() -> None:
    text = "bize 0212 555 12 34 numaradan ulaşın, 1 234 567 kişi"
    assert list(found(fold(text), frozenset((PHONE,)))) == []
    (one,) = found(fold(text), frozenset((PHONE,)), "TR")
    assert fold(text)[one.start : one.end] == "0212 555 12 34"


COUNTED = {
    "Am 03.04.2024 12:30 Uhr": "DE", "05.11.2023": "IT", "06.07.2024 20h30": "DE", "02.03.-04.05.2024": "DE",
    "05.06.1989 1000": "DE", "31.12.2024": "NO", "12/31/2024 1000": "US", "2024-03-04 0800": "DE",
    "3.4.2024 1000": "DE",
    "Seite 030-040": "DE", "pp. 030-040": "IT", "0.0309174625": "FR", "52.520008": "NO", "doi 10.1234/0309174625": "DE",
    "ISBN 3161484100": "IT",
}  # fmt: skip
CALLED = {
    "01.12.20.23.45": "FR", "05 11 20 23 11": "FR", "06.12345678": "IT", "0511 2023456": "DE",
    "2222-3456": "CR", "0171.12.12.2012": "DE",
    "0171/1234567": "DE", "22 33 44 55": "NO", "317.951.1234": "US", "01.12.2012.34": "FR",
}  # fmt: skip


@pytest.mark.parametrize(("text", "country"), [*COUNTED.items(), *CALLED.items()])
def test_what_is_counted_is_no_national_number(text: str, country: str) -> None:
    said = fold(f"the shelter's {text}" if country == "CR" else text)
    whole = [said[one.start : one.end] for one in found(said, frozenset((PHONE,)), country)]
    assert whole == ([text] if text in CALLED else [])


def test_each_rule_is_its_own() -> None:
    text = "a@example.org +905551234567"
    assert [each.rule for each in found(text, frozenset((EMAIL,)))] == [EMAIL]
    assert [each.rule for each in found(text, frozenset((PHONE,)))] == [PHONE]
    assert list(found(text, frozenset())) == []
