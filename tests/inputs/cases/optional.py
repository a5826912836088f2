"""Section 1: optional fields as PHP and plugins write them. Only id, type and content decide whether it is a record."""

from __future__ import annotations

from typing import Any

from tests.inputs.case import Case
from tests.inputs.samples import comment, medium, page, post, rendered, term, user

NOTHING: tuple[Any, ...] = (False, "", [], None)
ODD: tuple[Any, ...] = (*NOTHING, {}, True, 0, -1, 7.5, "x", "5", [[]], {"a": 1}, 10**30)


# A status that is a word, but not "publish", is no odd value: such a post is not public.
_WORDS = len([value for value in ODD if isinstance(value, str) and value])


def _posts(*changes: dict[str, Any]) -> list[Any]:
    """A good post, then one post a change, numbered from 2."""
    return [post(1), *(post(number, **change) for number, change in enumerate(changes, 2))]


_NUMBERS = _posts(
    {"featured_media": "5"}, {"menu_order": "0"}, {"parent": "0"}, {"categories": ["1"]}, {"author": "1"},
    {"author": ["1"]}, {"tags": ["7", "8"]},
)  # fmt: skip
_NOTHINGS = _posts(
    {"sticky": ""}, {"sticky": None},
    *({name: False} for name in ("tags", "format", "template", "comment_status", "excerpt", "link", "modified", "meta")),
    {"date": None}, {"status": None}, {"title": None}, {"_links": []}, {"_embedded": []},
)  # fmt: skip
_SHAPES = _posts(
    {"slug": 123}, {"title": "Plain"}, {"content": "<p>Plain words.</p>"}, {"guid": "https://valley-press.example.org/?p=5"},
    {"class_list": {"0": "post-1"}}, {"date_gmt": "2021-02-03T09:00:00+00:00"}, {"acf": False},
)  # fmt: skip
_TERMS = [
    term(1, count="1"), term(2, "River", parent="1"), term(3, "Hill", parent=False, description=False, meta=False),
    term(4, "Wood", _links=[]), term(5, "Lake", link=False),
]  # fmt: skip
_MEDIA = [
    medium(1, media_details=[]), medium(2, media_details=False),
    medium(3, media_details={"filesize": "12345", "sizes": []}), medium(4, media_details={"width": "", "height": 4}),
    medium(5, media_details={"width": 640, "height": 480.5}),
    medium(6, post=False, caption=False, description=False, title=False, alt_text=False), medium(7, post="1"),
]  # fmt: skip


def _every(make: Any, names: tuple[str, ...], values: tuple[Any, ...] = ODD) -> list[Any]:
    """One item for each field and each odd value."""
    changes = [{name: value} for name in names for value in values]
    return [make(number) | change for number, change in enumerate(changes, 1)]


_OF_POSTS = (
    "date", "date_gmt", "guid", "modified", "modified_gmt", "slug", "status", "link", "title", "excerpt", "author",
    "featured_media", "comment_status", "ping_status", "sticky", "template", "format", "meta", "categories", "tags",
    "class_list", "_links", "_embedded", "acf", "parent", "menu_order", "lang", "translations", "yoast_head_json",
)  # fmt: skip
_OF_MEDIA = (
    "date", "date_gmt", "guid", "modified_gmt", "slug", "link", "title", "author", "description", "caption",
    "alt_text", "media_type", "mime_type", "media_details", "post", "source_url", "_links", "meta",
)  # fmt: skip
_OF_TERMS = ("count", "description", "link", "name", "slug", "parent", "meta", "_links", "acf")
_OF_USERS = ("name", "url", "description", "link", "slug", "avatar_urls", "meta", "_links")
_OF_COMMENTS = ("post", "parent", "author", "author_name", "author_url", "date_gmt", "link", "author_avatar_urls")
_LINKS_VALUES: tuple[Any, ...] = (
    False, "", None, 5, "x", [None], [[]], [{}], [{"href": None}], [{"count": "3", "id": "9"}], {"a": 1},
)  # fmt: skip
_LINKS_ODD = [
    {"_links": {name: value}}
    for name in ("self", "about", "version-history", "predecessor-version", "wp:term", "author")
    for value in _LINKS_VALUES
]

CASES = [
    Case(
        1, "numbers", {"posts.json": _NUMBERS}, rows={"posts": 8, "post_terms": 10},
        cells={"posts.featured_media_id": [None, 5, None, None, None, None, None, None],
               "posts.menu_order": [None, None, 0, None, None, None, None, None]},
    ),
    Case(1, "nothings", {"posts.json": _NOTHINGS}, rows={"posts": 16}),
    Case(1, "shapes", {"posts.json": _SHAPES}, rows={"posts": 8},
         cells={"posts.slug": ["note-1", "123", *(f"note-{number}" for number in range(3, 9))]}),
    Case(1, "terms", {"posts.json": [post(1)], "categories.json": _TERMS}, rows={"posts": 1, "terms": 5},
         cells={"terms.parent_id": [None, 1, None, None, None], "terms.count_claimed": [1, 1, 1, 1, 1]}),
    Case(
        1, "media", {
            "posts.json": [post(1, featured_media=11)],
            "media.json": [medium(11, media_details={"width": "640", "height": "480", "hwstring_small": "height='96'"})],
        }, rows={"media": 1}, cells={"media.width": [640], "media.height": [480]},
    ),
    Case(1, "media details", {"posts.json": [post(1)], "media.json": _MEDIA}, rows={"media": 7},
         cells={"media.file_size": [None, None, 12345, None, None, 12345, 12345],
                "media.post_id": [None, None, None, None, None, None, 1]}),
    # Of the same kinds.
    Case(1, "every optional field of a post, odd", {"x.json": _every(post, _OF_POSTS)},
         rows={"posts": len(_OF_POSTS) * len(ODD) - _WORDS}),
    Case(1, "every optional field of a page, nothing", {"x.json": _every(page, ("parent", "menu_order", "template"))},
         rows={"posts": 3 * len(ODD)}),
    Case(1, "every optional field of a medium, odd", {"x.json": [post(9999), *_every(medium, _OF_MEDIA)]},
         rows={"media": len(_OF_MEDIA) * len(ODD)}),
    Case(1, "every optional field of a term, odd", {"x.json": [post(9999), *_every(term, _OF_TERMS)]},
         rows={"terms": len(_OF_TERMS) * len(ODD)}),
    Case(1, "every optional field of a user, odd", {"x.json": [post(9999), *_every(user, _OF_USERS)]},
         rows={"authors": len(_OF_USERS) * len(ODD)}),
    Case(1, "every optional field of a comment, odd", {"x.json": [post(9999), *_every(comment, _OF_COMMENTS)]},
         rows={"comments": len(_OF_COMMENTS) * len(ODD)}),
    Case(1, "links of a post, odd", {"x.json": _posts(*_LINKS_ODD)}, rows={"posts": 1 + len(_LINKS_ODD)}),
    Case(1, "all optional fields odd at once",
         {"x.json": [post(99), *(post(number, **dict.fromkeys(_OF_POSTS, value)) for number, value in enumerate(ODD, 1))]},
         rows={"posts": len(ODD) + 1 - _WORDS}),
    Case(1, "numbers as text with blanks, plus and point",
         {"x.json": _posts({"parent": " 12 "}, {"parent": "+12"}, {"parent": "12.0"}, {"parent": 12.0}, {"parent": "twelve"})},
         rows={"posts": 6}, cells={"posts.parent_id": [None, 12, 12, 12, 12, None]}),
    Case(1, "an id as text", {"x.json": [post(1), post("2")]}, rows={"posts": 2}, cells={"posts.id": [1, 2]}),  # type: ignore[arg-type]
    Case(1, "true and false as others write them",
         {"x.json": _posts({"sticky": "1"}, {"sticky": 1}, {"sticky": "true"}, {"sticky": "0"}, {"sticky": 0}, {"sticky": "no"})},
         rows={"posts": 7}, cells={"posts.sticky": [False, True, True, True, False, False, False]}),
    Case(1, "ids of terms, mixed",
         {"x.json": _posts({"tags": ["7", 8, "x", None, 0, -3, 9.0]}, {"tags": {"1": "7"}}, {"tags": 7}, {"tags": "7,8"})},
         rows={"posts": 5}),
    Case(1, "terms as objects", {"x.json": _posts({"tags": [{"id": 7, "name": "River"}, {"term_id": "8"}]})},
         rows={"posts": 2}),
    Case(1, "names of classes, mixed", {"x.json": _posts({"class_list": ["a", 5, None]}, {"class_list": {"0": 5}},
                                                         {"class_list": "post type-post"})}, rows={"posts": 4}),
    Case(1, "rendered text of another type",
         {"x.json": _posts({"title": rendered(5)}, {"title": rendered(None)}, {"title": {"text": "x"}}, {"title": [""]},  # type: ignore[arg-type]
                           {"excerpt": rendered(False)}, {"excerpt": {"rendered": "x", "protected": "yes"}},  # type: ignore[arg-type]
                           {"guid": rendered(False)})}, rows={"posts": 8}),  # type: ignore[arg-type]
    Case(1, "content that is nothing", {"x.json": _posts(*({"content": value} for value in NOTHING))}, rows={"posts": 5}),
    Case(1, "content of another type", {"x.json": [post(1), post(2, content=[1]), post(3, content={"rendered": [1]}),
                                                   post(4, content={"rendered": {"a": 1}}), post(5, content=True)]},
         rows={"posts": 1}, quarantine=4, exits=(9,)),
    Case(1, "dates in other forms", {"x.json": _posts(
        {"date_gmt": "2021-02-03 09:00:00"}, {"date_gmt": "2021-02-03T09:00:00Z"}, {"date_gmt": "2021-02-03T10:00:00+01:00"},
        {"date_gmt": 1612342800}, {"date_gmt": "1612342800"}, {"date_gmt": "2021-02-03"}, {"date_gmt": "0000-00-00 00:00:00"},
        {"date_gmt": "February"})}, rows={"posts": 9}),
    Case(1, "sizes of pictures, odd", {"x.json": [post(1), *(medium(number, media_details=value) for number, value in enumerate(
        ({"width": "640px"}, {"width": -1}, {"width": "1e3"}, {"width": 10**30}, {"sizes": False}, {"width": None},
         "a:0:{}", 5, {"width": [640]}, {"image_meta": []}), 11))]}, rows={"media": 10}),
    Case(1, "translations of impossible numbers", {"x.json": _posts({"translations": {"en": 10**30, "fr": 2}}, {"lang": [1]},
         {"wpml_translations": [{"locale": "fr", "id": 10**30}, 5, None]})}, rows={"posts": 4}),
    Case(1, "a count of 400 digits", {"x.json": _posts({"menu_order": 10**400, "parent": 10**400})}, rows={"posts": 2}),
]  # fmt: skip
