"""News posts as they are written, with all that looks like an address, a number or a name and is none.

`python -m tests.leaks.news [POSTS [FILE...]]` makes posts (1,000 unless said), lets the redaction read them with the
default policy, and prints how many strikes there were: each one is false. Files are JSON of posts that hold no address,
number or name either. The posts follow from their numbers alone.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presscorpus.content.html import read
from presscorpus.privacy.address_marks import Authors
from presscorpus.privacy.people import People
from presscorpus.privacy.redaction import Treatment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

POSTS: Final = 1000
HOST: Final = "valley-herald.example"
AUTHORS: Final = (
    "Anna Berg", "Tom Field", "Maria Stone", "Jean-Luc Martin", "Li Na", "Иван Лес", "Editor", "Valley Herald",
    "Grace Hill", "Omar Said", "May Day", "Rose Garden", "Will Power", "Dr. Hope Long", "John Q. Public", "Ann Lee",
)  # fmt: skip
"""The site's own authors; most of their words are words of the language, or parts of other names."""

_WHO: Final = (
    "The council", "A court in Lyon", "Johanna Bergmannova", "The Valley Herald", "Thomas Fielding", "Annabel Leeward", "The ministry",
    "Mariana Stonebridge", "Mr Berg-Hansen", "Anna, a teacher,", "A spokesman named Tom", "The field team", "Hill Street School",
    "The Berg family", "A long-time editor", "The Rose and Garden Society", "Saidov", "Willa Powers", "The Hope Trust",
    "Jean Martinez", "Die Stadtverwaltung", "Le maire", "Местный совет", "Лесников", "地方政府", "المجلس",
)  # fmt: skip
_DID: Final = (
    "said on Tuesday that", "told reporters in May that", "denied that", "will decide whether", "argued, as before, that",
    "wrote in a letter that", "erklärte, dass", "a déclaré que", "заявил, что", "表示",
)  # fmt: skip
_WHAT: Final = (
    "the bridge cost {price}", "the vote was {score}", "turnout rose by {growth}", "the site lies at {place}",
    "the match ended {score} after {minutes} minutes", "{people} people had signed by {date}", "the record of {date} stands",
    "the book ({isbn}) sold {people} copies", "the law of {date} ({law}) holds", "trains left at {time}",
    "the account {handle} was hacked", "version {version} of the app failed", "the flight {flight} was late",
    "the file {file} was lost", "prices went from {price} to {price}", "the index closed at {points}",
    "the storm reached {measure}", "odds moved to {odds}", "the sample {code} was clean", "more is at {url}",
    "the figures for {years} agree", "the hearing begins at {stamp}", "the case {case} is closed", "it weighs {measure}",
    "{handle} replied to {handle}", "callers to 112, 110 or 999 waited", "the show airs at {time}", "the paper {doi} was withdrawn",
)  # fmt: skip
_WRAPS: Final = (
    "<p>{}</p>", "<p><em>{}</em></p>", "<blockquote><p>{}</p></blockquote>", "<ul><li>{}</li></ul>", "<h3>{}</h3>",
    "<table><tr><td>{}</td></tr></table>", '<p class="has-text-align-center author-note">{}</p>',
    '<div data-id="20260101123456" data-rate="+1.25">{}</div>', "<p>{}<br />&nbsp;</p>", "<p><strong>+++ {} +++</strong></p>",
)  # fmt: skip
_LINKS: Final = (
    "https://social.example/@valley/109876543210987654", "https://maps.example/@52.5200,13.4050,12z", "https://www.video.example/@Channel",
    f"https://{HOST}/2026/01/14/a-day-in-the-field/", f"https://{HOST}/wp-content/uploads/2026/01/map@2x-1024x626.jpg",
    "https://x.example/?id=0049305501234&page=2", "https://anna-berg.example.org/life/", "https://shop.example/item/4930550123456/",
    "https://cdn.example/lib@5.3.0/dist/a.css?ver=6.4.2", "https://share.example/?text=A+day+in+the+field&url=https%3A%2F%2Fx.example%2F1",
    "https://x.example/f/0cc175b9c0f1b6a831c399e269772661", "mailto:?subject=A%20day&body=https://x.example/", "#footnote-12",
    "https://t.me/valleynews", "https://t.me/share/url?url=https://x.example/", "https://wa.me/?text=A%20day", "/tag/grace/",
    "https://docs.example/d/1aB2c3D4e5F6g7H8i9J0/edit#gid=1234567890", "https://doi.example/10.1000/182", "geo:52.5200,13.4050",
    "https://x.example/2024/05/01/1+1-is-2/", "https://x.example/?q=c%2B%2B17", "https://x.example/avatar/default.png",
)  # fmt: skip


class Post(NamedTuple):
    """A post of the made-up paper."""

    title: str
    html: str


class Strike(NamedTuple):
    """Something that was taken out of a post: the number of the post, and what is left where it stood."""

    post: str
    left: str


def post(number: int) -> Post:
    """The post of a number; always the same."""
    chance = random.Random(f"news {number}")
    parts = [_paragraph(chance) for _ in range(chance.randint(3, 12))]
    parts.append(f'<p><a href="{chance.choice(_LINKS)}" title="A picture of {_date(chance)}">more</a></p>')
    source = chance.choice([link for link in _LINKS if link.startswith("https://")]).replace("&", "&amp;")
    parts.append(f'<figure><img src="{source}" alt="{_sentence(chance)}" width="1024"></figure>')
    return Post(_sentence(chance), "\n".join(parts))


def _paragraph(chance: random.Random) -> str:
    return chance.choice(_WRAPS).format(" ".join(_sentence(chance) for _ in range(chance.randint(1, 4))))


def _sentence(chance: random.Random) -> str:
    said = chance.choice(_WHAT)
    while "{" in said:
        name = said[said.index("{") + 1 : said.index("}")]
        said = said.replace(f"{{{name}}}", _MADE[name](chance), 1)
    return f"{chance.choice(_WHO)} {chance.choice(_DID)} {said}."


def _date(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1950, 2026)
    forms = (
        "{d} May {y}",
        "{y}-{m:02}-{d:02}",
        "{d:02}.{m:02}.{y}",
        "{m:02}/{d:02}/{y}",
        "{y}年{m}月{d}日",
        "{d:02}-{m:02}-{y}",
        "{y}{m:02}{d:02}",
    )
    return chance.choice(forms).format(d=day, m=month, y=year)


def _time(chance: random.Random) -> str:
    hour, minute = chance.randint(0, 23), chance.randint(0, 59)
    forms = (
        "{h:02}:{m:02}",
        "{h}.{m:02} pm",
        "{h:02}:{m:02}:00",
        "{h:02}h{m:02}",
        "00:{m:02} Uhr",
        "{h:02}:{m:02} (GMT+8)",
        "{h:02}:{m:02} UTC+05:30",
    )
    return chance.choice(forms).format(h=hour, m=minute)


def _grouped(chance: random.Random, most: int) -> str:
    number = chance.randint(10_000, most)
    sign = chance.choice((",", " ", ".", "\u202f", "&nbsp;", "'", ""))
    return f"{number:,}".replace(",", sign)


def _growth(chance: random.Random) -> str:
    return chance.choice(
        (
            "+12.5 %",
            "+3",
            "+1,200",
            f"+{_grouped(chance, 99_999)}",
            "+ 5 points",
            "+12 345 678 euros",
            "+0.25",
            "2+",
            "1,000,000+",
        )
    )


def _score(chance: random.Random) -> str:
    one, other = chance.randint(0, 120), chance.randint(0, 120)
    return chance.choice(
        (
            f"{one}–{other}",
            f"{one}-{other}",
            f"{one}:{other}",
            "6-4, 7-6 (7-5), 10-8",
            "3–1 (25–21, 19–25, 25–20, 25–18)",
            f"{one} to {other}",
        )
    )


def _place(chance: random.Random) -> str:
    return chance.choice((
        "52.5200° N, 13.4050° E", "+52.5200, +13.4050", "+40.7128 -74.0060", "+40.7128-74.0060", "41°24'12.2\"N 2°10'26.5\"E",
        "-33.8688, 151.2093", "geo:52.5200,13.4050", "N 52 31.200 E 013 24.300",
    ))  # fmt: skip


def _isbn(chance: random.Random) -> str:
    return chance.choice(
        (
            "ISBN 978-3-16-148410-0",
            "ISBN 0-306-40615-2",
            "ISBN 9783161484100",
            "ISSN 2049-3630",
            "ISBN-13: 978 0 306 40615 7",
        )
    )


def _chosen(*values: str) -> Any:
    return lambda chance: chance.choice(values)


_MADE: Final[dict[str, Any]] = {
    "price": lambda chance: chance.choice(("${}", "€ {}", "{} €", "¥{}", "£{}m", "Rs. {}", "CHF {}.–")).format(_grouped(chance, 9_999_999)),
    "score": _score, "growth": _growth, "place": _place, "minutes": lambda chance: f"90+{chance.randint(1, 9)}",
    "people": lambda chance: _grouped(chance, 9_999_999_999), "date": _date, "time": _time, "isbn": _isbn,
    "law": _chosen("Regulation (EU) 2016/679", "§ 823 (1) BGB", "Pub. L. 107–56, 115 Stat. 272", "No. 149-FZ", "Art. 10-2 bis"),
    "handle": _chosen("@valley", "@valley.council", "@field_news", "#bergfest2024", "u/valley_herald", "@hill.school"),
    "version": _chosen("2.0.1+20130313144700", "10.4.1-beta.3", "C++17", "v1.2.3", "left-pad@1.3.0", "5.3.0"),
    "flight": _chosen("LH 0400", "BA2490", "MH-370", "UA 1175 (N773UA)"),
    "file": _chosen("map@2x-1024x626.jpg", "library@3.7.1.min.js", "icon@dark.svg", "report-2024.05.01.pdf", "photo@3x.png"),
    "points": lambda chance: f"{chance.randint(1000, 40000):,}.{chance.randint(10, 99)} (+{chance.randint(1, 400)}.{chance.randint(10, 99)})",
    "measure": _chosen("+45 °C", "1 013.25 hPa", "12 × 10^6 t", "3 000 000 m³", "0.000 049 g", "7.2 (±0.3)", "5 x 10 000 m"),
    "odds": _chosen("+150 / -110", "5/2", "+1500 -1100", "1.85"),
    "code": _chosen("SN 4711-0815", "2023-0045-7781", "AB 12 34 56 C", "1.2.840.113549", "DE89 3704 0044 0532 0130 00", "4003 9945 0001 2345"),
    "url": _chosen("https://x.example/2026/01/14/?p=4711", "www.valley-council.example/minutes", "valley-council.example/a/b", "https://x.example/@valley"),
    "years": _chosen("1990 1991 1992 1993", "1990–2001", "1914/18", "2001 2002 2003", "from 1990+ to 2001"),
    "stamp": _chosen("2026-11-23T12:00:00+08:00 2026-11-24", "GMT+8 20221231", "UTC +5 2024-05-01 10:00", "20240501T101500Z", "12:30 +0100"),
    "case": _chosen("C-131/12", "1 BvR 2656/18", "No. 22-451", "2 A 100/05", "47 U.S.C. § 230", "2023/00451/7"),
    "doi": _chosen("10.1000/182", "arXiv:2101.00001", "PMID 12345678", "10.1038/s41586-020-2649-2"),
}  # fmt: skip


def treatment(country: str | None = None) -> Treatment:
    """The default policy for the made-up paper and its authors."""
    people = People([HOST], ["The Valley Herald"])
    for number, name in enumerate(AUTHORS, 1):
        people.add(name, number)
        people.add_login(f"user{number}", number)
    authors = Authors(people.names(), frozenset(people.logins), frozenset((HOST,)))
    return Treatment(frozenset(("email", "phone")), authors, country=country)


def strikes(posts: Iterable[tuple[str, Post]], rules: Treatment) -> Iterator[Strike]:
    """Everything that is taken out of posts: of titles, texts, documents and addresses."""
    for name, each in posts:
        text = read(each.html).text or ""
        for before, after in (
            (each.title, rules.text(each.title)),
            (text, rules.text(text)),
            (each.html, rules.html(each.html)),
        ):
            if before != after:
                yield Strike(name, _around(before, after))
        for link in read(each.html).links:
            if link.url and rules.address(link.url) is not None:
                yield Strike(name, link.url)


def _around(before: str, after: str) -> str:
    """Where two texts begin to differ."""
    start = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return f"{before[max(start - 20, 0) : start + 40]!r} became {after[max(start - 20, 0) : start + 40]!r}"


def _of_file(path: Path) -> Iterator[tuple[str, Post]]:
    told = json.loads(path.read_bytes())
    for item in told if isinstance(told, list) else [told]:
        if isinstance(item, dict) and isinstance(item.get("content"), dict):
            title = item.get("title") or {}
            yield (
                f"{path.name} {item.get('id')}",
                Post(title.get("rendered") or "", item["content"].get("rendered") or ""),
            )


def main() -> int:
    """Print the figure, and each strike. Returns 0 where there is none."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    made = [(f"generated {number}", post(number)) for number in range(count)]
    given = [each for name in sys.argv[2:] for each in _of_file(Path(name))]
    rules = treatment()
    struck = {what: list(strikes(posts, rules)) for what, posts in (("generated", made), ("of files", given))}
    for each in (each for of_kind in struck.values() for each in of_kind):
        sys.stdout.write(f"  {each.post}: {each.left}\n")
    words = sum(len(each.html.split()) for _, each in made)
    sys.stdout.write(f"{len(struck['generated'])} false strikes in {count:,} generated posts of {words:,} words")
    sys.stdout.write(f", {len(struck['of files'])} in {len(given):,} posts of files\n")
    return 1 if any(struck.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
