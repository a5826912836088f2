"""People whom only one item of a site tells, in markup, fields, taxonomies or types, as plugins and themes write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.leaks.judge import Release, folded
from tests.leaks.steps import Result, around, build, captures_terms, post, word_of, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TELLER: Final = 900


class Told(NamedTuple):
    """The fields of an item that tells a name, which `{name}` stands for, `{slug}` as a slug and `{low}` without capitals.

    `stays` says that whoever is called so is no author.
    """

    kind: str
    fields: dict[str, Any]
    stays: bool = False


def _html(html: str) -> dict[str, Any]:
    return {"content": {"rendered": html, "protected": False}}


def _data(value: object) -> dict[str, Any]:
    return _html(f'<p>x</p><script type="application/ld+json">{json.dumps(value)}</script>')


_BOX: Final = '<div class="m-a-box" data-box-author-type="guest"><h5 class="m-a-box-name"><i>{name}</i></h5></div>'

CASES: Final = [
    Told("JSON-LD, author", _data({"@type": "Article", "author": {"@type": "Person", "name": "{name}"}})),
    Told("JSON-LD, author as text", _data({"@type": "NewsArticle", "author": "{name}"})),
    Told("JSON-LD, person", _data({"@type": "Person", "name": "{name}"})),
    Told("kept: JSON-LD, about", _data({"@type": "Article", "about": {"@type": "Person", "name": "{name}"}}), stays=True),
    Told("kept: JSON-LD, a book", _data({"@type": "Book", "author": {"@type": "Person", "name": "{name}"}}), stays=True),
    Told("microdata", _html('<p itemprop="author" itemscope><b itemprop="name">{name}</b></p>')),
    Told("microdata, meta", _html('<p itemprop="author" itemscope><meta itemprop="name" content="{name}"></p>')),
    Told("microdata, person", _html('<p itemscope itemtype="https://schema.org/Person"><b itemprop="name">{name}</b></p>')),
    Told("kept: microdata, a book", _html('<p itemscope itemtype="https://schema.org/Book"><b itemprop="author">{name}</b></p>'),
         stays=True),
    Told("kept: microdata, an actor", _html('<p itemprop="actor" itemscope itemtype="https://schema.org/Person">'
         '<b itemprop="name">{name}</b></p>'), stays=True),
    Told("meta", _html('<meta name="author" content="{name}"><p>x</p>')),
    Told("block, author", _html('<div class="wp-block-post-author"><p class="wp-block-post-author__name">{name}</p></div>')),
    Told("block, author's name", _html('<div class="wp-block-post-author-name">{name}</div>')),
    Told("block, latest posts", _html('<ul><li><div class="wp-block-latest-posts__post-author">by {name}</div></li></ul>')),
    Told("Simple Author Box", _html('<div class="saboxplugin-wrap"><div class="saboxplugin-authorname">{name}</div></div>')),
    Told("Molongui", _html(_BOX)),
    Told("PublishPress", _html('<li class="pp-author-boxes-li"><div class="pp-author-boxes-name multiple-authors-name">{name}</div>'
         '</li>')),
    Told("Starbox", _html('<div class="abh_text"><div class="abh_name">{name}</div></div>')),
    Told("Elementor", _html('<div class="elementor-author-box"><h4 class="elementor-author-box__name">{name}</h4></div>')),
    Told("vCard", _html('<div class="vcard"><span class="fn">{name}</span></div>')),
    Told("h-card", _html('<div class="h-card"><span class="p-name">{name}</span></div>')),
    Told("kept: vCard of a place", _html('<span class="vcard"><span class="fn org">{name}</span></span>'), stays=True),
    Told("kept: Wikipedia", _html('<table class="infobox vcard"><caption class="fn">{name}</caption></table>'), stays=True),
    Told("class", _html('<p>Written by <span class="author-name">{name}</span></p>')),
    Told("class, byline", _html('<p class="byline">By <b>{name}</b></p>')),
    Told("kept: class of a testimonial", _html('<div class="testimonial"><b class="author-name">{name}</b></div>'), stays=True),
    Told("kept: class of a sentence", _html(f'<p class="entry-author">{"In the end of " * 9} and {{name}}, said the board</p>'),
         stays=True),
]  # fmt: skip


def _filled(value: str, number: int) -> tuple[str, str]:
    """A text with a name of its own in it, and the family name."""
    family = f"Zwirn{word_of(number)}"
    forms = {
        "{name}": f"Edwina {family}",
        "{family}": family,
        "{slug}": f"edwina-{family.lower()}",
        "{low}": f"edwina {family}".lower(),
    }
    for sign, form in forms.items():
        value = value.replace(sign, form)
    return value, family


def told(work: Path) -> Iterator[Result]:
    """Every case is a site of two items: one tells a name, and a post has it in its text."""
    sources = []
    for number, case in enumerate(CASES, 1):
        host = f"told-{word_of(number)}.example"
        item = {"id": 1} | case.fields if "taxonomy" in case.fields else post(1, host, "<p>x</p>") | case.fields
        items = [*captures_terms(), item, post(_TELLER, host, around(number, "by {name}, for the press"))]
        source = _filled(json.dumps(items), number)[0].replace("{h}", host)
        sources.append(write(work / "told" / str(number), {"items.json": source.encode()}))
    out = work / "told-out"
    ran = build(out, *sources)
    assert (out / "release/README.md").is_file(), ran
    release = Release(out / "release", out / "reports")
    for number, case in enumerate(CASES, 1):
        cell = folded(release.cell("posts", "text", site=f"told-{word_of(number)}-example", id=_TELLER) or "")
        family = folded(_filled("", number)[1])
        leaks = [] if case.stays else release.holds(family)
        gone = [word for word in ("amber", "press", *([family] if case.stays else ())) if word not in cell]
        yield Result(f"told, {case.kind}", str(case.fields), leaks, gone)
