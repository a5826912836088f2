"""What a simulated site holds: rows shaped as the controllers of WordPress 6.5 shape them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    Row = dict[str, Any]

_START = datetime(2021, 3, 1, 8)  # noqa: DTZ001 - the site's own time
_SIZES = {"posts": 250, "pages": 12, "books": 140, "media": 15, "categories": 5, "tags": 120}
_SMALL = _SIZES | {"posts": 60, "books": 30, "tags": 20}


class Kind(NamedTuple):
    """A post type or taxonomy: its slug, the base of its route, and the collection in receipts."""

    slug: str
    base: str
    is_term: bool = False

    @property
    def collection(self) -> str:
        if self.slug == "attachment":
            return "media"
        return f"{'terms' if self.is_term else 'posts'}:{self.slug}"


KINDS = (
    Kind("post", "posts"),
    Kind("page", "pages"),
    Kind("book", "books"),
    Kind("attachment", "media"),
    Kind("category", "categories", is_term=True),
    Kind("post_tag", "tags", is_term=True),
)


def rows(
    home: str, *, small: bool = False, sizes: dict[str, int] | None = None, first: int = 11
) -> dict[str, list[Row]]:
    """All rows of a site by the base of their route, ids ascending; `first` is the lowest id of a post."""
    counts = (_SMALL if small else _SIZES) | (sizes or {})
    found: dict[str, list[Row]] = {}
    number = first
    for kind in KINDS:
        made = []
        for place in range(counts[kind.base]):
            if kind.is_term:
                made.append(term(kind, 3 + place if kind.slug == "category" else 40 + place, home))
            else:
                made.append(post(kind, number, place, home))
                number += 1 + place % 3
        found[kind.base] = made
    return found


def post(kind: Kind, number: int, place: int, home: str) -> Row:
    """A post of any type, its date by its place (several share a day, none of them a second)."""
    at = _START + timedelta(hours=7 * place, seconds=number % 50)
    moment, gmt = at.isoformat(), (at - timedelta(hours=3)).isoformat()
    text = f"<p>Text {number} of the {kind.slug} that stands at place {place}, long enough to be told apart.</p>"
    row: Row = {
        "id": number, "date": moment, "date_gmt": gmt, "guid": {"rendered": f"{home}?p={number}"},
        "modified": moment, "modified_gmt": gmt, "slug": f"{kind.slug}-{number}", "status": "publish",
        "type": kind.slug, "link": f"{home}{kind.slug}-{number}/", "title": {"rendered": f"{kind.slug} {number}"},
        "author": 1, "comment_status": "open", "ping_status": "open", "template": "", "meta": [],
    }  # fmt: skip
    if kind.slug == "attachment":
        row["status"] = "inherit"
        row |= {
            "description": {"rendered": ""}, "caption": {"rendered": ""}, "alt_text": f"Picture {number}",
            "media_type": "image", "mime_type": "image/jpeg", "post": None,
            "source_url": f"{home}wp-content/uploads/2021/03/{number}.jpg",
            "media_details": {"width": 640, "height": 480, "file": f"2021/03/{number}.jpg", "sizes": {}},
        }  # fmt: skip
    else:
        row |= {"content": {"rendered": text, "protected": False}, "featured_media": 0}
        row["excerpt"] = {"rendered": f"<p>Text {number}.</p>", "protected": False}
    if kind.slug == "post":
        row |= {"sticky": False, "format": "standard", "categories": [3 + place % 5], "tags": [40 + place % 20]}
    return row | {"_links": {"self": [{"href": f"{home}wp-json/wp/v2/{kind.base}/{number}"}]}}


def term(kind: Kind, number: int, home: str) -> Row:
    """A category or tag."""
    name = f"{kind.slug} {number}"
    return {
        "id": number, "count": 1, "description": "", "link": f"{home}{kind.base}/{number}/", "name": name,
        "slug": f"{kind.slug}-{number}", "taxonomy": kind.slug, "parent": 0, "meta": [],
        "_links": {"self": [{"href": f"{home}wp-json/wp/v2/{kind.base}/{number}"}]},
    }  # fmt: skip


def ids(found: Iterable[Row]) -> set[int]:
    return {row["id"] for row in found}
