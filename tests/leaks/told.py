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


_ARTICLE: Final = '{"@type": "Article", "author": {"@type": "Person", "name": "{name}"}}'
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
    Told("picture of an author", _html('<img class="avatar photo" alt="Avatar of {name}" src="/a.png">')),
    Told("kept: class of a sentence", _html(f'<p class="entry-author">{"In the end of " * 9} and {{name}}, said the board</p>'),
         stays=True),
    Told("link to a writer", _html('<a href="https://{h}/writers/{slug}/">{name}</a>')),
    Told("link to a contributor", _html('<a href="/contributor/{slug}">{name}</a>')),
    Told("link to a columnist, by relation", _html('<a rel="author" href="/columnists/w7/">{name}</a>')),
    Told("kept: link to a writer elsewhere", _html('<a href="https://x.example/writers/{slug}/">{name}</a>'), stays=True),
    Told("kept: link among writers", _html('<a href="/writers/how-to/">{name}</a>'), stays=True),
    Told("taxonomy, contributor", {"taxonomy": "contributor", "name": "{name}", "slug": "{slug}"}),
    Told("taxonomy, writers", {"taxonomy": "writers", "name": "{name}", "slug": "w7"}),
    Told("taxonomy, photographer", {"taxonomy": "photographer", "name": "{name}", "slug": "w7"}),
    Told("type, contributors", {"type": "contributors", "title": {"rendered": "{name}"}}),
    Told("field, photographer", {"acf": {"photographer": "{name}"}}),
    Told("field, photo_credit", {"acf": {"photo_credit": "Photo: {name} / Getty Images"}}),
    Told("field, image_credit with markup", {"acf": {"image_credit": "Photo by <a href='/x'>{name}</a>"}}),
    Told("field, courtesy", {"acf": {"imageCredit": "Courtesy of {name}"}}),
    Told("field, other languages", {"acf": {"autorin": "{name}"}}),
    Told("field, Molongui", {"molongui_author": {"name": "{name}"}}),
    Told("field, author_data", {"author_data": {"name": "{name}"}}),
    Told("field, All in One SEO", {"aioseo_head_json": {"og:author": "{name}"}}),
    Told("field of a picture", {"type": "attachment", "media_type": "image", "source_url": "https://{h}/a.jpg",
         "acf": {"photo_credit": "{name}"}}),
    Told("JSON-LD, in CDATA", _html(f'<script type="application/ld+json">//<![CDATA[\n{_ARTICLE}\n//]]></script>')),
    Told("JSON-LD, with line breaks", _html(f'<script type="application/ld+json"><br />\n<p>{_ARTICLE}</p></script>')),
    Told("JSON-LD, with a loose comma", _html(f'<script type="application/ld+json; charset=utf-8">{_ARTICLE[:-1]},\n}}</script>')),
    Told("link to an author, in German", _html('<a href="https://{h}/autor/{slug}/">{name}</a>')),
    Told("link to an author, in French", _html('<a href="https://{h}/auteur/{slug}/">{name}</a>')),
    Told("link to a user", _html('<a href="https://{h}/forums/users/{slug}/">{name}</a>')),
    Told("class, writer", _html('<p class="writer-name">{name}</p>')),
    Told("class, contributor", _html('<p class="contributor__name">{name}</p>')),
    Told("class, credit of a picture", _html('<p class="photo-credit">Photo by {name} / Getty Images</p>')),
    Told("attribute", _html('<article data-author-name="{name}">x</article>')),
    Told("attribute, JSON", _html('<article data-author="{&quot;name&quot;:&quot;{name}&quot;}">x</article>')),
    Told("field, RSS", {"acf": {"author": "desk@example.org ({name})"}}),
    Told("field, several in capitals", {"acf": {"author": "BO LUND AND EDWINA {family}"}}),
    Told("field, several with a semicolon", {"acf": {"author": "Bo Lund; {name}"}}),
    Told("field, several with words", {"acf": {"author": "Bo Lund with {name}"}}),
    Told("field, HTML", {"authors_html": '<a href="/x" title="Posts by {name}">{name}</a>'}),
    Told("field, rendered", {"author_link": {"rendered": "<a href='/x'>{name}</a>"}}),
    Told("field, by key and value", {"post_meta": [{"key": "author_name", "value": "{name}"}]}),
    Told("field, by meta_key and meta_value", {"metadata": [{"meta_key": "_byline", "meta_value": "{name}"}]}),
    Told("kept: link to a page for users", _html('<a href="/users/{slug}/">{name}</a>'), stays=True),
    Told("kept: link to a page of the staff", _html('<a href="/staff/{slug}/">{name}</a>'), stays=True),
    Told("kept: field, author of a theme", {"acf": {"theme_author": "{name}"}}, stays=True),
    Told("kept: field, a layout", {"acf": {"author_box": "{name}"}}, stays=True),
    Told("kept: field, an office", {"acf": {"author": {"name": "Bo Lund", "role": "{name}"}}}, stays=True),
    Told("kept: field, author of a book", {"acf": {"book_author": "{name}"}}, stays=True),
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
