"""The site of a society that does not exist, put together from texts.json: what stands there, and what changes later.

All texts were written for this project; nobody and nothing in them exists. In contents `{{post:KEY}}`, `{{media:KEY}}`
and `{{page:KEY}}` stand for the address of what bears that key, `{{id:KEY}}` for the number of a picture.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

HOME = "http://kervan.example"
LANGUAGES = ("en", "tr", "ug", "zh")
TEXTS = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
PICTURES = ["reading-room", "letters", "map-table", "press", "songbook", "tea-house", "poster", "channel"]
LATER_PICTURE = "station"
LATER_REPORT = 12
CATEGORIES = [
    ("News", None), ("Reports", "News"), ("Library", "News"), ("Opening hours", "Library"), ("Events", None),
    ("Translators' table", "Events"), ("Kitchen", None), ("Collections", None), ("Register", "Collections"),
    ("Raporlar", "News"), ("Mutfak", "Kitchen"), ("دوكلاتلار", "News"), ("消息", "News"),
]  # fmt: skip
_REPORTS = {"en": "Reports", "tr": "Raporlar", "ug": "دوكلاتلار", "zh": "消息"}
# Links that lead out: reserved names (RFC 2606), so that nobody's site is meant.
_ELSEWHERE = [
    "https://www.example.org/catalogue?shelf={n}&amp;lang={lang}", "https://maps.example.net/sheet/{n}",
    "https://example.com/paper/{n}?utm_source=kervan&amp;utm_medium=web", "https://libraries.example/{lang}/{n}",
]  # fmt: skip

Entry = dict[str, Any]


def paragraph(text: str) -> str:
    return f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->"


def heading(text: str) -> str:
    return f'<!-- wp:heading -->\n<h2 class="wp-block-heading">{text}</h2>\n<!-- /wp:heading -->'


def listed(items: list[str], *, ordered: bool = False) -> str:
    tag, told = ("ol", ' {"ordered":true}') if ordered else ("ul", "")
    inner = "\n".join(f"<!-- wp:list-item -->\n<li>{item}</li>\n<!-- /wp:list-item -->" for item in items)
    return f"<!-- wp:list{told} -->\n<{tag}>{inner}</{tag}>\n<!-- /wp:list -->"


def quote(text: str) -> str:
    inner = paragraph(text)
    return f'<!-- wp:quote -->\n<blockquote class="wp-block-quote">{inner}</blockquote>\n<!-- /wp:quote -->'


def picture(key: str, caption: str) -> str:
    image = f'<img src="{{{{media:{key}}}}}" alt="{caption}" class="wp-image-{{{{id:{key}}}}}"/>'
    told = f'<figcaption class="wp-element-caption">{caption}</figcaption>'
    opened = f'<!-- wp:image {{"id":{{{{id:{key}}}}},"sizeSlug":"full"}} -->'
    return f'{opened}\n<figure class="wp-block-image size-full">{image}{told}</figure>\n<!-- /wp:image -->'


def table(columns: list[str], rows: list[tuple[str, str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in columns)
    body = "".join(f"<tr><td>{day}</td><td>{hours}</td></tr>" for day, hours in rows)
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<!-- wp:table -->\n<figure class="wp-block-table">{inner}</figure>\n<!-- /wp:table -->'


def post(key: str, lang: str, title: str, content: list[str], at: datetime, **more: Any) -> Entry:
    found = {"key": key, "lang": lang, "title": title, "content": "\n\n".join(content), "at": f"{at:%Y-%m-%d %H:%M:%S}"}
    return found | {"group": None, "category": "News", "tags": [], "picture": None} | more


def elsewhere(number: int, lang: str) -> str:
    address = _ELSEWHERE[number % len(_ELSEWHERE)].format(n=100 + number, lang=lang)
    return f'<a href="{address}">{address.partition("//")[2].partition("/")[0]}</a>'


def reports(number: int) -> list[Entry]:
    """The report of one month in all languages. It appears on the first of the next month."""
    told = TEXTS["reports"][number]
    at = datetime(told["year"] + told["month"] // 12, told["month"] % 12 + 1, 1, 6, 0)  # noqa: DTZ001 - site time
    found = []
    for place, lang in enumerate(LANGUAGES):
        words = {
            "month": TEXTS["months"][lang][told["month"] - 1], "what": told["what"][lang],
            "special": told["special"][lang], **{name: told[name] for name in ("year", "pages", "visitors", "helpers")},
        }  # fmt: skip
        blocks = [paragraph(text.format(**words)) for text in TEXTS["report"][lang]["body"]]
        blocks[1] = quote(told["special"][lang])
        # Not every report ends alike, or all would count as repeats of one another.
        del blocks[2 + number % 2]
        key = LATER_PICTURE if number == LATER_REPORT else PICTURES[number % len(PICTURES)]
        blocks.insert(2, picture(key, told["what"][lang]))
        if number:
            blocks.append(
                paragraph(
                    f'← <a href="{{{{post:report-{number - 1}-{lang}}}}}">{number}</a> · {elsewhere(number, lang)}'
                )
            )
        found.append(
            post(
                f"report-{number}-{lang}", lang, TEXTS["report"][lang]["title"].format(**words), blocks,
                at + timedelta(minutes=7 * place), group=f"report-{number}", category=_REPORTS[lang],
                tags=[told["what"][lang]], picture=key,
            )
        )  # fmt: skip
    return found


def hours() -> list[Entry]:
    """Notices that repeat one another but for a date and a table."""
    found = []
    for number, season in enumerate(TEXTS["seasons"]):
        at = datetime(season["year"], season["month"], season["day"], 8, 0) - timedelta(days=10)  # noqa: DTZ001
        for place, (lang, words) in enumerate(TEXTS["hours"].items()):
            month = TEXTS["months"][lang][season["month"] - 1]
            said = {"day": season["day"], "month": month, "year": season["year"]}
            blocks = [paragraph(words["body"].format(**said))]
            blocks.append(table(words["columns"], list(zip(words["days"], season["open"], strict=True))))
            found.append(
                post(
                    f"hours-{number}-{lang}", lang, words["title"].format(**said), blocks,
                    at + timedelta(minutes=3 * place), group=f"hours-{number}", category="Opening hours",
                )
            )  # fmt: skip
    return found


def events() -> list[Entry]:
    """Announcements; some of the classic editor, some announced a second time word for word."""
    found = []
    for number, told in enumerate(TEXTS["events"]):
        at = datetime.fromisoformat(told["date"]) - timedelta(days=20) + timedelta(hours=9, minutes=number)
        classic = [*told["text"], f"{told['date']} · {elsewhere(number, told['lang'])}"]
        blocks = classic if number % 4 == 0 else [paragraph(text) for text in classic]
        category = "Translators' table" if told["tag"] == "translation" else "Events"
        entry = post(
            f"event-{number}", told["lang"], told["title"], blocks, at, category=category, tags=[told["tag"]],
            picture=PICTURES[number % len(PICTURES)] if number % 3 == 0 else None,
        )  # fmt: skip
        found.append(entry)
        if number % 5 == 1:
            again = at + timedelta(days=14)
            found.append(entry | {"key": f"event-{number}-again", "at": f"{again:%Y-%m-%d %H:%M:%S}"})
    return found


def recipes() -> list[Entry]:
    found = []
    words = {
        "en": ("Ingredients", "Method"),
        "tr": ("Malzemeler", "Hazırlanışı"),
        "ug": ("ماتېرىياللار", "ئۇسۇلى"),
        "zh": ("原料", "做法"),
    }
    for number, told in enumerate(TEXTS["recipes"]):
        ingredients, method = words[told["lang"]]
        blocks = [
            paragraph(told["intro"]), heading(ingredients), listed(told["ingredients"]), heading(method),
            listed(told["steps"], ordered=True), paragraph(f'<a href="{{{{post:report-10-{told["lang"]}}}}}">→</a>'),
        ]  # fmt: skip
        at = datetime(2025, 10, 5, 12, 0) + timedelta(days=23 * number)  # noqa: DTZ001 - site time
        category = "Mutfak" if told["lang"] == "tr" else "Kitchen"
        found.append(
            post(f"recipe-{number}", told["lang"], told["title"], blocks, at, category=category, tags=["recipe"])
        )
    return found


def holdings() -> list[Entry]:
    found = []
    for number, told in enumerate(TEXTS["holdings"]):
        blocks = [
            *map(paragraph, told["text"]),
            paragraph(f'<a href="{{{{page:Using the archive}}}}">§</a> {elsewhere(number, told["lang"])}'),
        ]
        at = datetime(2025, 9, 10, 10, 0) + timedelta(days=9 * number)  # noqa: DTZ001 - site time
        found.append(post(f"holding-{number}", told["lang"], told["title"], blocks, at, category="Collections"))
    for number, told in enumerate(TEXTS["finds"]):
        for lang, words in TEXTS["diary"].items():
            title = told["title"][lang]
            blocks = [
                paragraph(words["lead"].format(thing=title)), paragraph(told["text"][lang]),
                paragraph(words["end"].format(folder=told["folder"], room=told["room"][lang])),
            ]  # fmt: skip
            at = datetime(2026, 1, 9, 16, 0) + timedelta(days=27 * number)  # noqa: DTZ001 - site time
            found.append(
                post(
                    f"find-{number}-{lang}", lang, words["title"].format(title=title), blocks, at,
                    group=f"find-{number}", category="Register", tags=[told["room"][lang]],
                )
            )  # fmt: skip
    return found


def notices() -> list[Entry]:
    return [
        post(
            f"notice-{number}-{lang}", lang, told[lang][0], [paragraph(told[lang][1])],
            datetime.combine(date.fromisoformat(told["date"]), datetime.min.time()) + timedelta(hours=7, minutes=place),
            group=f"notice-{number}", category="Library",
        )
        for number, told in enumerate(TEXTS["notices"]) for place, lang in enumerate(LANGUAGES)
    ]  # fmt: skip


def first() -> dict[str, Any]:
    """What stands on the site when it is crawled first."""
    posts = [each for number in range(LATER_REPORT) for each in reports(number)]
    posts += hours() + events() + recipes() + holdings() + notices()
    posts.sort(key=lambda each: (each["at"], each["key"]))
    return {"categories": CATEGORIES, "pictures": PICTURES, "pages": TEXTS["pages"], "posts": posts}


def later() -> list[dict[str, Any]]:
    """What happens before the second crawl, and before the third."""
    return [
        {
            "pictures": [LATER_PICTURE],
            "posts": reports(LATER_REPORT),
            "edits": [
                # A figure is put right, in one language first.
                {"key": "report-11-en", "replace": ["347 pages", "374 pages"]},
                {"key": "hours-4-en", "replace": ["11:00–16:00", "11:00–17:00"]},
                {"key": "recipe-3", "replace": ["Bake for half an hour", "Bake for forty minutes"]},
                {"key": "event-8", "title": "Translators' table: forty words for late"},
            ],
            "unpublish": ["holding-5"],
        },
        {
            "posts": reports(LATER_REPORT + 1),
            "edits": [
                {"key": "report-11-tr", "replace": ["347 sayfayı", "374 sayfayı"]},
                {"key": "report-11-en", "replace": ["8 volunteers", "Nine volunteers"]},
                {"key": "find-2-en", "slug": "a-timetable-put-right"},
            ],
            "publish": ["holding-5"],
            "unpublish": ["event-4"],
            "delete": ["find-7-en", "recipe-12"],
        },
    ]
