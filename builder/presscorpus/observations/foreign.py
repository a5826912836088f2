"""JSON of other software, told by its keys.

So a refusal can name it, and what to do instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import msgspec

    Keys = Mapping[str, msgspec.Raw]


class Foreign(NamedTuple):
    """A format of other software: its name, and what to do instead."""

    name: str
    advice: str


_COM: Final = Foreign(
    "WordPress.com API, version 1.1",
    "ask https://public-api.wordpress.com/wp/v2/sites/SITE/posts, which has the fields of WordPress itself",
)
_CLI: Final = Foreign(
    "wp-cli output (`wp post list`)", "it lacks the rendered content: ask the REST API, or give the site's address"
)
_GRAPHQL: Final = Foreign("GraphQL response", "ask the REST API, /wp-json/wp/v2/posts")
_HAR: Final = Foreign("HAR file of a browser", "save its responses as files, or capture a WACZ with ArchiveWeb.page")
_BLOGGER: Final = Foreign("Blogger feed", "only WordPress is read")
_JSON_FEED: Final = Foreign("JSON Feed", "ask the REST API, /wp-json/wp/v2/posts")
_FIRST: Final = Foreign("response of version 1 of the API", "ask version 2, /wp-json/wp/v2/posts")
_FLAT: Final = Foreign("flattened post, as pandas.json_normalize makes it", "give the items as the API sent them")
_BOXED: Final = Foreign("item with each value in a list, as R's jsonlite writes it", "write it with auto_unbox = TRUE")
_FLATTENED: Final = frozenset({"content.rendered", "content_rendered", "content__rendered", "content/rendered"})
_SAVED: Final = "save its responses as files"
_PHPMYADMIN: Final = Foreign(
    "JSON export of phpMyAdmin", "it lacks the rendered content: ask the REST API, or give the site's address"
)
_GHOST: Final = Foreign("Ghost export", "only WordPress is read")

# Formats by a member and a string in its value.
_FOREIGN: Final = (
    ("data", b'"nodes"', _GRAPHQL), ("data", b'"edges"', _GRAPHQL), ("log", b'"entries"', _HAR),
    ("feed", b'"entry"', _BLOGGER), ("db", b'"posts"', _GHOST),
    ("kind", b'"blogger#', _BLOGGER), ("version", b'"https://jsonfeed.org/', _JSON_FEED),
    ("info", b"schema.getpostman.com", Foreign("Postman collection", _SAVED)),
    ("__export_format", b"", Foreign("Insomnia export", _SAVED)), ("comment", b"PHPMyAdmin", _PHPMYADMIN),
)  # fmt: skip


def changed(keys: Keys) -> Foreign | None:
    """Return what a program made of an item, so that it is none of the API's any more.

    Args:
        keys: The object's members.

    Returns:
        The name of the change; null where the item is as it was.
    """
    if "content" not in keys and _FLATTENED & keys.keys():
        return _FLAT
    boxed = all(bytes(keys[name]).startswith(b"[") for name in ("id", "type") if name in keys)
    return _BOXED if {"id", "type"} <= keys.keys() and boxed else None


def named(keys: Keys) -> Foreign | None:
    """Return the format of other software that an object is of.

    Args:
        keys: The object's members.

    Returns:
        The format; null for none known.
    """
    if "ID" in keys or {"found", "posts"} <= keys.keys() or {"user_login", "term_taxonomy_id"} & keys.keys():
        return _of_database(keys)
    if {"type", "database", "data"} <= keys.keys():
        return _PHPMYADMIN
    by_sign = (found for name, sign, found in _FOREIGN if name in keys and sign in bytes(keys[name]))
    return next(by_sign, None) or changed(keys)


def _of_database(keys: Keys) -> Foreign | None:
    """Software whose JSON has the numbers of posts as the database has them.

    Or lists of such posts.
    """
    if "site_ID" in keys or "URL" in keys or {"found", "posts"} <= keys.keys():
        return _COM
    if {"post_title", "post_name", "user_login", "term_taxonomy_id"} & keys.keys():
        return _CLI
    return _FIRST if {"type", "content"} <= keys.keys() else None
