"""What a JSON object is by its keys: an item, another response, or foreign.

A record is told by what its kind must have, never by one optional key and never by the name of its file. The shapes are
those of the schemas of WordPress core (`get_item_schema` of the WP_REST_*_Controller classes,
https://developer.wordpress.org/rest-api/reference/); those of other software are told so that a refusal can name them.
`keys` are the members of an object, values still encoded; `name` is what its collection is called by route or file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote

import msgspec

from presscorpus.content import bylines
from presscorpus.content.url_parts import parts_of
from presscorpus.observations import foreign

if TYPE_CHECKING:
    from collections.abc import Mapping

    Keys = Mapping[str, msgspec.Raw]

TABLES: Final = {
    "posts": "posts", "pages": "posts", "categories": "terms", "tags": "terms", "terms": "terms", "media": "media",
    "users": "authors", "authors": "authors", "comments": "comments",
}  # fmt: skip
TAXONOMIES: Final = {"categories": "category", "tags": "post_tag"}
TYPES: Final = {"posts": "post", "pages": "page"}
FIXED: Final = {"media": "attachment", "authors": "user", "comments": "comment"}

# Keys, one of which an item must have besides its id where only the name tells its table.
_TELLING: Final = {
    "posts": ("title", "content", "excerpt", "link", "slug"), "terms": ("name", "slug"), "authors": ("name", "slug"),
    "media": ("source_url", "guid", "link", "title"), "comments": ("content", "author_name"),
}  # fmt: skip
# WP_REST_Users_Controller, contexts view and embed, and what core and widespread plugins register beside them.
_OF_USERS: Final = frozenset({
    "id", "name", "url", "description", "link", "slug", "avatar_urls", "meta", "_links", "acf", "yoast_head",
    "yoast_head_json", "is_super_admin", "woocommerce_meta", "_embedded", bylines.KEY,
})  # fmt: skip
_OF_COMMENTERS: Final = ("author_name", "author_url", "author_avatar_urls")
_NO_USER: Final = frozenset({"type", "taxonomy", "title", "content", "count", "parent", "title_plain"})
_OF_AUTHOR: Final = re.compile(r"/author/|[?&]author=")
_REVISION: Final = re.compile(r"^\d+-(?:revision|autosave)-v\d+$")
_TERM_LINK: Final = re.compile(r"/(category|tag)/|[?&](cat|tag)=")
_OF_LINK: Final = {"category": "category", "cat": "category", "tag": "post_tag"}


def table_of(keys: Keys, name: str) -> str | None:
    """Return the table that an object belongs to.

    Args:
        keys: The object's members.
        name: What its collection is called by route or file, such as `posts`; counts only where the keys of the object
            leave no other choice.

    Returns:
        posts, terms, media, authors or comments; null where it is no item.
    """
    if "id" not in keys:
        # An object with everything else of a post is a post without an id.
        is_post = {"type", "content", "link"} <= keys.keys() and "ID" not in keys and not _is_other(keys)
        return "posts" if is_post else None
    if _is_other(keys):
        return None
    return _by_keys(keys) or _by_links(keys) or _by_name(keys, name)


def _by_keys(keys: Keys) -> str | None:
    if "taxonomy" in keys and "content" not in keys:
        return "terms"
    kind = text(keys, "type")
    if "post" in keys and (kind == "comment" or any(name in keys for name in _OF_COMMENTERS)):
        return "comments"
    if "source_url" in keys or "media_details" in keys or kind == "attachment":
        return "media"
    if "avatar_urls" in keys:
        return "authors"
    return "posts" if "type" in keys and any(name in keys for name in ("content", "title", "link")) else None


def _by_links(keys: Keys) -> str | None:
    """The table of an item without type and taxonomy, by what it links to."""
    if _NO_USER.isdisjoint(keys) and (
        _leads_to(keys, "users")
        or _OF_AUTHOR.search(text(keys, "link") or "")
        or {"name", "slug"} <= keys.keys() <= _OF_USERS
    ):
        return "authors"
    if "content" in keys and not any(name in keys for name in _OF_COMMENTERS):
        return "posts" if type_of(keys, "") else None
    return "terms" if {"name", "slug"} & keys.keys() and "title" not in keys and taxonomy_of(keys, "") else None


def _by_name(keys: Keys, name: str) -> str | None:
    table = TABLES.get(name)
    return table if table is not None and any(each in keys for each in _TELLING[table]) else None


def kind_of(keys: Keys, table: str, name: str) -> str | None:
    """Return the post type or taxonomy of an item, or attachment, user, comment.

    `table` is from `table_of`, `name` as there.

    Args:
        keys: The keys of an object, with their undecoded values.
        table: The table that the item belongs to.
        name: The collection that it came from, "" where unknown.

    Returns:
        Null where it is not told or no name.
    """
    if table in FIXED:
        return FIXED[table]
    return taxonomy_of(keys, name) if table == "terms" else type_of(keys, name)


def type_of(keys: Keys, name: str) -> str | None:
    """Return the post type of an object, as its field says it, else as its links do.

    Without a field classes, links and collection decide, in this order.

    Args:
        keys: The keys of an object, with their undecoded values.
        name: The collection that it came from, "" where unknown.

    Returns:
        Null where nothing tells it, or the field holds no text.
    """
    if given := text(keys, "type"):
        return given
    if not is_absent(keys, "type"):
        return None
    classes = value(keys, "class_list")
    for each in (
        (classes.values() if isinstance(classes, dict) else classes) if isinstance(classes, list | dict) else ()
    ):
        if isinstance(each, str) and each.startswith("type-"):
            return each.removeprefix("type-")
    return _about(keys, "types") or next((TYPES[base] for base in TYPES if _leads_to(keys, base)), TYPES.get(name))


def taxonomy_of(keys: Keys, name: str) -> str | None:
    """Return the taxonomy of a term, as its field says it, else as its links do.

    Without a field links, permalink and collection decide, in this order.

    Args:
        keys: The keys of an object, with their undecoded values.
        name: The collection that it came from, "" where unknown.

    Returns:
        Null where nothing tells it, or the field holds no text.
    """
    if given := text(keys, "taxonomy"):
        return given
    if not is_absent(keys, "taxonomy"):
        return None
    if found := _about(keys, "taxonomies"):
        return found
    if found := next((TAXONOMIES[base] for base in TAXONOMIES if _leads_to(keys, base)), None):
        return found
    linked = _TERM_LINK.search(text(keys, "link") or "")
    return _OF_LINK[linked[1] or linked[2]] if linked else TAXONOMIES.get(name)


def claims_to_be_a_post(keys: Keys) -> bool:
    """Tell whether an object without type must be taken for a post all the same.

    Args:
        keys: The keys of an object, with their undecoded values.

    Returns:
        True where it has id, content and something that only posts have: it must not be passed over.
    """
    return (
        {"id", "content"} <= keys.keys()
        and not _is_other(keys)
        and any(name in keys for name in ("link", "slug", "date", "date_gmt"))
    )


def other_response(keys: Keys) -> str | None:
    """Return what an object is that WordPress answers and that is no item.

    Args:
        keys: The keys of an object, with their undecoded values.

    Returns:
        A name for readers, as `search results`, `INDEX` or `ERROR`; null where it is not known.
    """
    for name, wanted in _OTHERS.items():
        if all(each in keys for each in wanted):
            return name
    if "types" in keys and "slug" in keys:
        return "list of taxonomies"
    return None


INDEX: Final = "index of the API"
ERROR: Final = "error of the API"
_OTHERS: Final = {
    INDEX: ("namespaces", "routes"), "index of a namespace": ("namespace", "routes"),
    "oEmbed response": ("version", "type", "html"), "search results": ("url", "type", "subtype"),
    "menu item": ("type_label", "object_id"), "post type": ("slug", "rest_base", "hierarchical"),
    "taxonomy": ("slug", "types", "rest_base"), "status": ("slug", "public", "queryable"),
    "settings": ("title", "description", "timezone"), ERROR: ("code", "message"),
    "oEmbed response of a provider": ("version", "type", "provider_name"), "list of pages of a WACZ": ("url", "ts"),
}  # fmt: skip


def _is_other(keys: Keys) -> bool:
    """Tell whether an object with an id is of another kind all the same."""
    if "subtype" in keys and "content" not in keys:  # a hit of a search (WP_REST_Search_Controller)
        return True
    if foreign.changed(keys):
        return True
    # https://specs.webrecorder.net/wacz/1.1.1/#pages-jsonl
    if {"url", "ts"} <= keys.keys() or (text(keys, "format") or "").startswith("json-pages-"):
        return "content" not in keys
    if "type_label" in keys or ("object_id" in keys and "menus" in keys):  # WP_REST_Menu_Items_Controller
        return True
    if "theme" in keys and "type" in keys and type(value(keys, "id")) is str:  # WP_REST_Templates_Controller
        return True
    return "parent" in keys and "type" not in keys and bool(_REVISION.match(text(keys, "slug") or ""))


def collection_name(url: str) -> str:
    """Return what the collection of a route or file is called.

    Args:
        url: The address of a request, or the path of a file.

    Returns:
        `posts`, of `wp/v2/posts/7` and `posts@page=2.html` alike; "" where nothing is named.
    """
    parts = route(url).replace("\\", "/").split("/")
    named = (re.split(r"[?@&=.]", part, maxsplit=1)[0] for part in reversed(parts))
    return next((name for name in named if name and not name.isdigit() and name != "index"), "")


def route(url: str) -> str:
    """Return the route of the API that an address names, in either permalink form.

    Args:
        url: The address of a request, or the path of a file.

    Returns:
        The path or the parameter `rest_route`, decoded; of a file its name.
    """
    parts = parts_of(url)
    if parts is None:  # an archive may name anything
        return unquote(url)
    if parts.scheme not in {"http", "https"}:
        return unquote(url.removeprefix("file:///"))
    routes = parse_qs(parts.query).get("rest_route")
    return unquote(routes[0] if routes else parts.path)


def value(keys: Keys, key: str) -> Any:
    """Return the decoded value of a key; null where absent or not decodable.

    Args:
        keys: The keys of an object, with their undecoded values.
        key: One of them.

    Returns:
        Anything that JSON can hold.
    """
    if key not in keys:
        return None
    try:
        return msgspec.json.decode(keys[key])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def text(keys: Keys, key: str) -> str | None:
    """Return the text of a key; null where it is absent, empty, or no text.

    Args:
        keys: The keys of an object, with their undecoded values.
        key: One of them.

    Returns:
        The text as it stands, not stripped.
    """
    found = value(keys, key)
    return found if isinstance(found, str) and found else None


def is_absent(keys: Keys, key: str) -> bool:
    """Tell whether a key is not there, or null, false or an empty text.

    Args:
        keys: The keys of an object, with their undecoded values.
        key: The one that is asked for.

    Returns:
        PHP writes false and "" for what is not set; both count as absent.
    """
    found = value(keys, key)
    return found is None or found is False or found == ""


def _hrefs(keys: Keys, *relations: str) -> list[str]:
    links = value(keys, "_links")
    if not isinstance(links, dict):
        return []
    listed = [each for name in relations if isinstance(links.get(name), list) for each in links[name]]
    return [each["href"] for each in listed if isinstance(each, dict) and isinstance(each.get("href"), str)]


def _leads_to(keys: Keys, base: str) -> bool:
    """Whether an item's links to itself or its collection lead below a route of core."""
    return any(
        re.search(rf"/wp/v2/{base}(?:/\d+)?/?(?:&|$)", unquote(href)) for href in _hrefs(keys, "self", "collection")
    )


def _about(keys: Keys, base: str) -> str | None:
    """What an item's link `about` names: its type or taxonomy."""
    found = (re.search(rf"/wp/v2/{base}/([^/?&]+)", unquote(href)) for href in _hrefs(keys, "about"))
    return next((match[1] for match in found if match), None)
