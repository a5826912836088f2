"""An element of an export as JSON of the REST API.

What an export does not know is left out and becomes null: the address of a term's page, how many posts it has, the
MIME type of a file. Meta of a post is read where a column needs it and nowhere
else: nobody but its editors sees the rest. https://developer.wordpress.org/reference/functions/export_wp/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from presscorpus.content import bylines, rendering
from presscorpus.content.rendering import blocks, members
from presscorpus.observations import publicness
from presscorpus.observations.exports.tree import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.observations.exports.tree import Node

_TAXONOMIES: Final = {"tag": "post_tag"}  # WXR 1.0
_FORMAT: Final = "post_format"
# Whether another type has excerpts, its site alone knows.
_WITH_EXCERPT: Final = frozenset({"post", "page"})
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
# https://www.php.net/serialize : the pairs of an array that come before its arrays.
_SIZE: Final = r'"{}";(?:i:(\d{{1,9}})|s:\d+:"(\d{{1,9}})")'
_NO_LOGIN: Final = re.compile(r"[^a-z0-9_%-]+")


class Site(NamedTuple):
    """What items of an export share.

    Whether quotes are English, numbers of terms by taxonomy and slug, the contents of blocks that posts share, and
    whether excerpts are counted in words.
    """

    english: bool
    parents: dict[tuple[str, str], int]
    shared: dict[int, str] = {}  # noqa: RUF012 - never changed
    by_words: bool = True


class Body(NamedTuple):
    """An item as JSON; `hidden` as in `Item`, `flags` what the row has to say of it."""

    json: bytes
    hidden: str | None = None
    flags: tuple[str, ...] = ()


def login(written: str) -> str:
    """Return the slug of an author's page.

    As WordPress makes it of a login (sanitize_title).
    """
    return _NO_LOGIN.sub("-", written.strip().lower()).strip("-")


def of_author(node: Node) -> list[Body]:
    """Return an author; the e-mail address is left out."""
    number = _number(node.word("wp:author_id"))
    written = node.word("wp:author_login")
    if number is None or not written:
        return []
    name = node.word("wp:author_display_name") or written
    own = _person(node.word("wp:author_first_name"), node.word("wp:author_last_name"))
    return [_body({"id": number, "name": name, "slug": login(written), **_bylines([own] if own != name else [])})]


def _person(*names: str) -> str:
    """A first and a last name, either of which may be empty."""
    return " ".join(filter(None, (each.strip() for each in names)))


def _bylines(names: Iterable[str]) -> dict[str, list[str]]:
    """Names of authors under the key that they are learned from; nothing for none."""
    told = [name for name in dict.fromkeys(names) if name]
    return {bylines.KEY: told} if told else {}


def of_term(node: Node, site: Site) -> list[Body]:
    """Return a category, tag or other term.

    Nothing for one without a number, or of a taxonomy that no page shows.
    """
    names = _NAMES.get(node.name)
    number = _number(node.word("wp:term_id"))
    if names is None or number is None:
        return []
    slug, name, parent, description = (node.get(f"wp:{each}") or "" for each in names)
    taxonomy = {"wp:category": "category", "wp:tag": "post_tag"}.get(node.name) or node.word("wp:term_taxonomy")
    site.parents[taxonomy, slug.strip()] = number
    if not taxonomy or taxonomy in publicness.CLOSED_TAXONOMIES:
        return []
    keys = {
        "id": number, "taxonomy": taxonomy, "slug": slug.strip(), "name": name, "description": description,
        "parent": site.parents.get((taxonomy, parent.strip())),
    }  # fmt: skip
    if taxonomy in bylines.TAXONOMIES:
        meta = {each.word("wp:meta_key"): each.word("wp:meta_value") for each in node.all("wp:termmeta")}
        keys |= _bylines([_person(meta.get("first_name", ""), meta.get("last_name", ""))])
    return [_body(keys)]


_NAMES: Final = {
    "wp:category": ("category_nicename", "cat_name", "category_parent", "category_description"),
    "wp:tag": ("tag_slug", "tag_name", "tag_parent", "tag_description"),
    "wp:term": ("term_slug", "term_name", "term_parent", "term_description"),
}


def of_item(node: Node, site: Site) -> list[Body]:
    """Return a post, page, custom type or attachment, and behind it its comments.

    Raises:
        RefusedError: It has no number or no type.
    """
    kind, status, number = node.word("wp:post_type"), node.word("wp:status"), _number(node.word("wp:post_id"))
    if not number:
        raise RefusedError("id_invalid", "the WordPress export (WXR) gives the item no number (wp:post_id)")
    if not kind:
        raise RefusedError("type_missing", "the WordPress export (WXR) gives the item no type (wp:post_type)")
    table = "media" if kind == "attachment" else "posts"
    hidden = publicness.of_export(kind, status, node.word("link")) or publicness.of_item(
        {"status": status, "slug": node.word("wp:post_name")}, table, kind
    )
    protected = bool(node.get("wp:post_password"))
    meta = {each.word("wp:meta_key"): each.get("wp:meta_value") or "" for each in node.all("wp:postmeta")}
    keys: dict[str, Any] = {
        "id": number,
        "date": _time(node.word("wp:post_date")), "date_gmt": _time(node.word("wp:post_date_gmt")),
        "modified": _time(node.word("wp:post_modified")), "modified_gmt": _time(node.word("wp:post_modified_gmt")),
        "guid": {"rendered": node.word("guid")}, "slug": node.word("wp:post_name"), "status": status or None,
        "type": kind, "link": node.word("link") or None,
        "title": {"rendered": rendering.title(node.get("title") or "", quotes=site.english)},
    }  # fmt: skip
    flags: tuple[str, ...] = ()
    if kind == "attachment":
        del keys["status"]
        keys |= _of_file(node, meta, site)
    else:
        more, flags = _of_post(node, meta, site, protected=protected)
        keys |= more
    closed = hidden or (publicness.STATUS if protected else None)
    comments = [_of_comment(each, keys, closed, site) for each in node.all("wp:comment")]
    return [_body(keys, hidden, flags), *comments]


def shared_block(node: Node) -> tuple[int, str] | None:
    """Return number and content of a block that posts share.

    Null for anything else, and where no reader sees it.
    """
    number = _number(node.word("wp:post_id"))
    seen = node.word("wp:status") == "publish" and not node.get("wp:post_password")
    if number is None or node.word("wp:post_type") != "wp_block" or not seen:
        return None
    return number, node.get("content:encoded") or ""


def _of_post(
    node: Node, meta: dict[str, str], site: Site, *, protected: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    kind = node.word("wp:post_type")
    source, cut = members.without(blocks.with_shared(node.get("content:encoded") or "", site.shared))
    excerpt, cut_there = members.without(node.get("excerpt:encoded") or "")
    if members.is_closed(meta):
        source, excerpt, cut = "", "", True
    content = rendering.content(source, quotes=site.english)
    template = meta.get("_wp_page_template", "")
    creator = node.word("dc:creator")
    terms, author = _terms(node), login(creator)
    people = [each.text.strip() for each in node.all("category") if each.attributes.get("domain") in bylines.TAXONOMIES]
    # A login has neither spaces nor letters beyond ASCII; a name of an author without an account has.
    named = [*bylines.names(creator), author] if author != creator.lower() or "-" in author else []
    formats = [slug.removeprefix("post-format-") for slug in terms.pop(_FORMAT, [])]
    keys: dict[str, Any] = {
        "content": {"rendered": "" if protected else content.html, "protected": protected},
        "comment_status": node.word("wp:comment_status") or None, "ping_status": node.word("wp:ping_status") or None,
        "template": "" if template == "default" else template,
        "featured_media": _number(meta.get("_thumbnail_id", "")) or 0,
        "parent": _number(node.word("wp:post_parent")), "presscorpus_terms": terms,
        "presscorpus_author": author or None, **_bylines([*named, *people]),
    }  # fmt: skip
    if excerpt.strip() or protected:
        rendered = "" if protected else rendering.excerpt(excerpt, quotes=site.english)
        keys["excerpt"] = {"rendered": rendered, "protected": protected}
    elif site.by_words and kind in _WITH_EXCERPT:
        keys["excerpt"] = {"rendered": rendering.automatic_excerpt(source, quotes=site.english), "protected": False}
    if kind == "post":
        keys |= {"sticky": node.word("wp:is_sticky") == "1", "format": formats[0] if formats else "standard"}
    else:
        keys["menu_order"] = int(order) if re.fullmatch(r"-?\d{1,9}", order := node.word("wp:menu_order")) else None
    flags = {rendering.DYNAMIC: content.dynamic, members.PARTIAL: cut or cut_there}
    return keys, () if protected else tuple(name for name, there in flags.items() if there)


def _of_file(node: Node, meta: dict[str, str], site: Site) -> dict[str, Any]:
    stored = meta.get("_wp_attachment_metadata", "").partition('s:5:"sizes"')[0]
    sizes = {name: re.search(_SIZE.format(name), stored) for name in ("width", "height", "filesize")}
    caption, described = (members.without(node.get(name) or "")[0] for name in ("excerpt:encoded", "content:encoded"))
    return {
        "source_url": node.word("wp:attachment_url") or None, "alt_text": meta.get("_wp_attachment_image_alt", ""),
        "caption": {"rendered": rendering.excerpt(caption, quotes=site.english)},
        "description": {"rendered": rendering.content(described, quotes=site.english).html},
        "post": _number(node.word("wp:post_parent")),
        "media_details": {name: int(found[1] or found[2]) for name, found in sizes.items() if found},
    }  # fmt: skip


def _of_comment(node: Node, post: dict[str, Any], closed: str | None, site: Site) -> Body:
    number = _number(node.word("wp:comment_id"))
    approved = node.word("wp:comment_approved")
    status = {"1": "approved", "0": "hold"}.get(approved, approved)
    content = rendering.excerpt(node.get("wp:comment_content") or "", quotes=site.english)
    keys = {
        "id": number, "post": post["id"], "parent": _number(node.word("wp:comment_parent")) or 0,
        "author": _number(node.word("wp:comment_user_id")) or 0, "author_name": node.get("wp:comment_author") or "",
        "author_url": node.word("wp:comment_author_url"), "date": _time(node.word("wp:comment_date")),
        "date_gmt": _time(node.word("wp:comment_date_gmt")), "content": {"rendered": content},
        "link": f"{post['link']}#comment-{number}" if post["link"] else None, "status": status or "hold",
        "type": node.word("wp:comment_type") or "comment",
    }  # fmt: skip
    return _body(keys, closed)


def _terms(node: Node) -> dict[str, list[str]]:
    """The slugs of an item's terms, by taxonomy."""
    terms: dict[str, list[str]] = {}
    for each in node.all("category"):
        domain, slug = each.attributes.get("domain", ""), each.attributes.get("nicename", "").strip()
        taxonomy = _TAXONOMIES.get(domain, domain)
        if taxonomy and slug and (taxonomy == _FORMAT or taxonomy not in publicness.CLOSED_TAXONOMIES):
            slugs = terms.setdefault(taxonomy, [])
            if slug not in slugs:
                slugs.append(slug)
    return terms


def _body(keys: dict[str, Any], hidden: str | None = None, flags: tuple[str, ...] = ()) -> Body:
    return Body(msgspec.json.encode(keys), hidden, flags)


def _number(written: str) -> int | None:
    return int(written) if re.fullmatch(r"\d{1,18}", written.strip()) else None


def _time(written: str) -> str | None:
    found = _TIME.fullmatch(written)
    return f"{found[1]}T{found[2]}" if found else written or None
